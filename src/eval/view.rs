//! Read-only views of values, wherever they lie: what hosts, traces and equality look at.

use super::inputs::Inputs;
use crate::graph::{EventRef, Items, Run, Scalar, TextRef, pool::Pool};
use crate::hir::InputId;
use crate::value::Value;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A value, read-only.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the variants are the types of the language")]
pub enum View<'a> {
    Missing,
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Text(&'a str),
    /// The index of the member within its enum.
    Member(u32),
    List(ListView<'a>),
    Record(RecordView<'a>),
}

/// Where handles point to.
#[derive(Clone, Copy, Debug)]
pub struct Env<'a> {
    pub(crate) pool: &'a Pool,
    pub(crate) inputs: &'a Inputs,
    pub(crate) built: Built<'a>,
}

/// What a decision has made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Built<'a> {
    pub(crate) items: &'a [Scalar],
    pub(crate) text: &'a str,
    pub(crate) ends: &'a [u32],
}

impl<'a> Built<'a> {
    fn text(self, at: u32) -> &'a str {
        let end = |at: usize| self.ends.get(at).map_or(0, |end| *end as usize);
        let at = at as usize;
        let start = at.checked_sub(1).map_or(0, end);
        self.text.get(start..end(at)).unwrap_or("")
    }
}

/// The items of a list.
#[derive(Clone, Copy, Debug)]
pub struct ListView<'a>(Seq<'a>);

/// The fields of a record in declared order.
#[derive(Clone, Copy, Debug)]
pub struct RecordView<'a>(Seq<'a>);

#[derive(Clone, Copy, Debug)]
enum Seq<'a> {
    Scalars(Env<'a>, &'a [Scalar]),
    Values(&'a [Value]),
    Slots(&'a Inputs, &'a [InputId]),
    Event(Env<'a>, EventRef),
}

impl<'a> Seq<'a> {
    fn len(&self) -> usize {
        match self {
            Seq::Scalars(_, items) => items.len(),
            Seq::Values(items) => items.len(),
            Seq::Slots(_, fields) => fields.len(),
            Seq::Event(env, event) => {
                let teller = env.inputs.teller();
                teller.map_or(0, |t| t.fields(*event) as usize)
            }
        }
    }

    fn get(&self, at: usize) -> Option<View<'a>> {
        match self {
            Seq::Scalars(env, items) => items.get(at).map(|item| env.view(*item)),
            Seq::Values(items) => items.get(at).map(View::of),
            Seq::Slots(inputs, fields) => fields.get(at).map(|field| inputs.get(*field)),
            Seq::Event(env, event) => {
                let place = u32::try_from(at).ok()?;
                let teller = env.inputs.teller()?;
                Some(env.view(teller.field(*event, place)))
            }
        }
    }

    fn iter(self) -> impl ExactSizeIterator<Item = View<'a>> {
        (0..self.len()).map(move |at| self.get(at).unwrap_or(View::Missing))
    }
}

macro_rules! sequence {
    ($name:ident) => {
        impl<'a> $name<'a> {
            /// How many there are.
            #[must_use]
            pub fn len(&self) -> usize {
                self.0.len()
            }
            /// Whether there is none.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.len() == 0
            }
            /// One of them.
            #[must_use]
            pub fn get(&self, at: usize) -> Option<View<'a>> {
                self.0.get(at)
            }
            /// All in order.
            pub fn iter(&self) -> impl ExactSizeIterator<Item = View<'a>> + use<'a> {
                self.0.iter()
            }
        }
    };
}
sequence!(ListView);
sequence!(RecordView);

impl<'a> Env<'a> {
    /// What a handle stands for.
    #[must_use]
    pub fn view(self, scalar: Scalar) -> View<'a> {
        match scalar {
            Scalar::Missing => View::Missing,
            Scalar::Bool(b) => View::Bool(b),
            Scalar::Int(i) => View::Int(i),
            Scalar::Decimal(d) => View::Decimal(d),
            Scalar::Member(m) => View::Member(m),
            Scalar::Text(text) => View::Text(self.text(text)),
            Scalar::List(items) => View::List(ListView(self.items(items))),
            Scalar::Record(items) => View::Record(RecordView(self.items(items))),
        }
    }

    pub(crate) fn text(self, text: TextRef) -> &'a str {
        match text {
            TextRef::Const(at) => self.pool.text(at),
            TextRef::Input(at) => self.inputs.text(at),
            TextRef::Built(at) => self.built.text(at),
            TextRef::Event(at) => self.inputs.teller().map_or("", |t| t.text(at)),
        }
    }

    fn items(self, items: Items) -> Seq<'a> {
        let of = |run: Run| run.of(self.built.items);
        match items {
            Items::Const(run) => Seq::Scalars(self, self.pool.items(run)),
            Items::Built(run) => Seq::Scalars(self, of(run)),
            Items::Input(at) => Seq::Values(self.inputs.list(at)),
            Items::Slot(at) => Seq::Slots(self.inputs, self.inputs.fields(at)),
            Items::Event(event) => Seq::Event(self, event),
            Items::Told(at) => match self.inputs.teller().map(|t| t.value(at)) {
                Some(Value::List(items) | Value::Record(items)) => Seq::Values(items),
                _ => Seq::Values(&[]),
            },
        }
    }
}

/// How deep equality and copying go by recursion before they use a list of their own.
const NEAR: u32 = 24;

impl<'a> View<'a> {
    /// A view of a value.
    #[must_use]
    pub fn of(value: &'a Value) -> View<'a> {
        match value {
            Value::Missing => View::Missing,
            Value::Bool(b) => View::Bool(*b),
            Value::Int(i) => View::Int(*i),
            Value::Decimal(d) => View::Decimal(*d),
            Value::Member(m) => View::Member(*m),
            Value::Text(text) => View::Text(text),
            Value::List(items) => View::List(ListView(Seq::Values(items))),
            Value::Record(items) => View::Record(RecordView(Seq::Values(items))),
        }
    }

    /// A view of a list of values.
    pub(crate) fn of_values(items: &'a [Value]) -> View<'a> {
        View::List(ListView(Seq::Values(items)))
    }

    /// A view of a record of inputs.
    pub(crate) fn of_slot(inputs: &'a Inputs, record: InputId) -> View<'a> {
        View::Record(RecordView(Seq::Slots(inputs, inputs.fields(record))))
    }

    /// Whether something is there.
    #[must_use]
    pub fn is_present(&self) -> bool {
        !matches!(self, View::Missing)
    }

    /// The value on its own. (As deep as the type; types have bounded depth.)
    #[must_use]
    pub fn to_value(&self) -> Value {
        let all = |items: Seq<'a>| -> Arc<[Value]> { items.iter().map(|i| i.to_value()).collect() };
        match *self {
            View::Missing => Value::Missing,
            View::Bool(b) => Value::Bool(b),
            View::Int(i) => Value::Int(i),
            View::Decimal(d) => Value::Decimal(d),
            View::Member(m) => Value::Member(m),
            View::Text(text) => Value::Text(text.into()),
            View::List(items) => Value::List(all(items.0)),
            View::Record(fields) => Value::Record(all(fields.0)),
        }
    }

    /// Structural equality.
    fn same(self, other: View<'_>, near: u32) -> bool {
        let Some((a, b)) = pair(self, other) else {
            return flat(self, other);
        };
        if near == 0 {
            return far(a, b);
        }
        a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.same(b, near - 1))
    }
}

impl PartialEq<View<'_>> for View<'_> {
    fn eq(&self, other: &View<'_>) -> bool {
        self.same(*other, NEAR)
    }
}

/// The sequences of two lists or of two records.
fn pair<'a, 'b>(a: View<'a>, b: View<'b>) -> Option<(Seq<'a>, Seq<'b>)> {
    match (a, b) {
        (View::List(a), View::List(b)) => Some((a.0, b.0)),
        (View::Record(a), View::Record(b)) => Some((a.0, b.0)),
        _ => None,
    }
}

/// Equality where at most one is a sequence.
fn flat(a: View<'_>, b: View<'_>) -> bool {
    match (a, b) {
        (View::Missing, View::Missing) => true,
        (View::Bool(a), View::Bool(b)) => a == b,
        (View::Int(a), View::Int(b)) => a == b,
        (View::Decimal(a), View::Decimal(b)) => a == b,
        (View::Member(a), View::Member(b)) => a == b,
        (View::Text(a), View::Text(b)) => a == b,
        _ => false,
    }
}

/// Equality of sequences of any depth.
#[cold]
fn far<'a, 'b>(a: Seq<'a>, b: Seq<'b>) -> bool {
    let mut open = vec![(a, b)];
    while let Some((a, b)) = open.pop() {
        if a.len() != b.len() {
            return false;
        }
        for (a, b) in a.iter().zip(b.iter()) {
            match pair(a, b) {
                Some(inner) => open.push(inner),
                None if flat(a, b) => {}
                None => return false,
            }
        }
    }
    true
}
