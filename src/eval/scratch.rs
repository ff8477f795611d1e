//! What a decision needs besides graph and inputs: memo cells, items being built, hits. Reusable.
//!
//! Cells carry the number of the decision that filled them, so nothing is cleared between decisions.

use super::choice::{Ranked, Tallies};
use super::inputs::Inputs;
use super::moving::Steps;
use super::told::ToldMemory;
use super::view::{Built, Env, View};
use crate::graph::{Graph, Items, Run, Scalar, TextRef};
use crate::hir::DefId;
use crate::value::Value;
use std::collections::HashMap;

/// A cell: the decision that filled it, and its value.
#[derive(Clone, Copy, Debug)]
struct Cell {
    epoch: u32,
    value: Scalar,
}

const EMPTY: Cell = Cell {
    epoch: 0,
    value: Scalar::Missing,
};

/// The reusable working memory of decisions. One per thread.
#[derive(Clone, Debug)]
pub struct Scratch {
    epoch: u32,
    cells: Vec<Cell>,
    /// Items of finished lists and records.
    items: Vec<Scalar>,
    /// Items of those that are being built, innermost last.
    pub(super) open: Vec<Scalar>,
    pub(super) hits: Vec<u32>,
    /// Why, for those of `hits` that give a reason.
    pub(super) reasons: Vec<Scalar>,
    /// The values of parameters and items in force.
    pub(super) locals: Vec<Scalar>,
    /// The texts made by this decision, one behind the other, and where each ends.
    pub(super) text: String,
    text_ends: Vec<u32>,
    /// The text that is being written.
    pub(super) fresh: String,
    /// The memory of whoever tells of events.
    pub(crate) told: ToldMemory,
    /// The newest number that cells carry.
    newest: u32,
    /// What is looked at, greater than zero inside folds and parameterised definitions.
    pub(super) inner: u32,
    /// Actions that qualify, those of a choice inside another behind that one's.
    pub(super) ranking: Vec<Ranked>,
    pub(super) tallies: Tallies,
    /// How whole numbers go on, by definition and what is known.
    pub(super) steps: HashMap<(DefId, u32), Steps>,
}

impl Scratch {
    /// Working memory for a graph. (Used with another, it grows once.)
    #[must_use]
    pub fn new(graph: &Graph) -> Scratch {
        Scratch {
            epoch: 0,
            cells: vec![EMPTY; graph.cells()],
            items: Vec::new(),
            open: Vec::new(),
            hits: Vec::new(),
            reasons: Vec::new(),
            locals: vec![Scalar::Missing; graph.locals()],
            text: String::new(),
            text_ends: Vec::new(),
            fresh: String::new(),
            told: ToldMemory::default(),
            newest: 0,
            inner: 0,
            ranking: Vec::new(),
            tallies: Tallies::default(),
            steps: HashMap::new(),
        }
    }

    /// The rows or rules that hold in the last decision, in order, where it asks all of them (tables that are not
    /// single hit, `priority`, scores).
    #[must_use]
    pub fn hits(&self) -> &[u32] {
        &self.hits
    }

    /// Why, as texts: of the rules and rows in [`Scratch::hits`] where all of them count ([`Hit::Rows`](super::Hit)),
    /// the reasons they give, in order.
    #[must_use]
    pub fn reasons(&self) -> &[Scalar] {
        &self.reasons
    }

    /// What a handle of the last decision stands for.
    #[must_use]
    pub fn view<'a>(&'a self, graph: &'a Graph, inputs: &'a Inputs, scalar: Scalar) -> View<'a> {
        Env {
            pool: graph.pool(),
            inputs,
            built: self.built(),
        }
        .view(scalar)
    }

    /// Begins a decision: what the last one left is void.
    #[inline]
    pub(super) fn begin(&mut self, graph: &Graph) {
        self.items.clear();
        self.open.clear();
        self.hits.clear();
        self.reasons.clear();
        self.ranking.clear();
        self.text.clear();
        self.text_ends.clear();
        self.inner = 0;
        self.told.forget();
        if !self.steps.is_empty() {
            self.steps.clear();
        }
        if self.cells.len() != graph.cells() || self.newest == u32::MAX {
            self.renew(graph);
        }
        self.newest += 1;
        self.epoch = self.newest;
    }

    #[cold]
    fn renew(&mut self, graph: &Graph) {
        self.cells.clear();
        self.cells.resize(graph.cells(), EMPTY);
        self.locals.resize(graph.locals(), Scalar::Missing);
        self.newest = 0;
    }

    /// The number of what is known.
    pub(super) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// From here on nothing is known but what is found anew; gives what brings back what was known.
    pub(super) fn fresh_epoch(&mut self) -> u32 {
        let before = self.epoch;
        self.newest = self.newest.saturating_add(1);
        self.epoch = self.newest;
        before
    }

    /// Brings back what was known.
    pub(super) fn restore_epoch(&mut self, epoch: u32) {
        self.epoch = epoch;
    }

    /// The value of a cell, if this decision has filled it.
    pub(super) fn recall(&self, cell: u32) -> Option<Scalar> {
        self.known(cell).copied()
    }

    /// The same, where it lies.
    #[inline]
    pub(super) fn known(&self, cell: u32) -> Option<&Scalar> {
        let cell = self.cells.get(cell as usize)?;
        (cell.epoch == self.epoch).then_some(&cell.value)
    }

    /// Fills a cell.
    pub(crate) fn keep(&mut self, cell: u32, value: Scalar) {
        let epoch = self.epoch;
        if let Some(cell) = self.cells.get_mut(cell as usize) {
            *cell = Cell { epoch, value };
        }
    }

    pub(super) fn items(&self) -> &[Scalar] {
        &self.items
    }

    /// What this decision has made.
    pub(super) fn built(&self) -> Built<'_> {
        Built {
            items: &self.items,
            text: &self.text,
            ends: &self.text_ends,
        }
    }

    /// Closes the text that was appended since the last one.
    pub(super) fn close_text(&mut self) -> Scalar {
        self.text_ends.push(number(self.text.len()));
        Scalar::Text(TextRef::Built(number(self.text_ends.len() - 1)))
    }

    /// A value of the inputs as one of this decision. (As deep as its type; types have bounded depth.)
    pub(super) fn adopt(&mut self, value: &Value) -> Scalar {
        match value {
            Value::Missing => Scalar::Missing,
            Value::Bool(b) => Scalar::Bool(*b),
            Value::Int(i) => Scalar::Int(*i),
            Value::Decimal(d) => Scalar::Decimal(*d),
            Value::Member(m) => Scalar::Member(*m),
            Value::Text(text) => {
                self.text.push_str(text);
                self.close_text()
            }
            Value::List(items) => Scalar::List(self.adopt_all(items)),
            Value::Record(fields) => Scalar::Record(self.adopt_all(fields)),
        }
    }

    fn adopt_all(&mut self, values: &[Value]) -> Items {
        let from = self.open.len();
        for value in values {
            let value = self.adopt(value);
            self.open.push(value);
        }
        self.close(from)
    }

    /// Sets a parameter or item; gives what it was.
    pub(super) fn bind(&mut self, local: u32, value: Scalar) -> Scalar {
        match self.locals.get_mut(local as usize) {
            Some(slot) => std::mem::replace(slot, value),
            None => Scalar::Missing,
        }
    }

    /// Closes the list that was opened at `from`: its items become finished ones.
    pub(super) fn close(&mut self, from: usize) -> Items {
        let start = self.items.len();
        self.items
            .extend(self.open.drain(from.min(self.open.len())..));
        self.run(start)
    }

    /// Items that are missing until they are put there.
    pub(super) fn make(&mut self, len: u32) -> Run {
        let start = number(self.items.len());
        let end = self.items.len().saturating_add(len as usize);
        self.items.resize(end, Scalar::Missing);
        Run { start, len }
    }

    /// Puts an item to its place among those that were made.
    #[inline]
    pub(super) fn put(&mut self, made: Run, place: u32, value: Scalar) {
        let at = made.start.saturating_add(place);
        if let Some(item) = self.items.get_mut(at as usize) {
            *item = value;
        }
    }

    /// Puts the value of a cell there, if this decision has filled it.
    #[inline]
    pub(super) fn put_known(&mut self, made: Run, place: u32, cell: u32) -> bool {
        let at = made.start.saturating_add(place) as usize;
        match (self.cells.get(cell as usize), self.items.get_mut(at)) {
            (Some(cell), Some(item)) if cell.epoch == self.epoch => {
                *item = cell.value;
                true
            }
            _ => false,
        }
    }

    fn run(&self, start: usize) -> Items {
        Items::Built(Run {
            start: number(start),
            len: number(self.items.len().saturating_sub(start)),
        })
    }
}

/// A count as items are counted; there is no room for more.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
