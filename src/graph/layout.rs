//! Where each input lies: the one description that the graph and the inputs share.
//!
//! Every input has two 64-bit *keys*: its value, where that is an int, a bool (0, 1) or a member's index,
//! and whether it is there (0, 1). Fused tests look at nothing else. Decimals, texts and lists lie beside,
//! each kind in its own list, at the input's *place*.

use crate::hir::{InputId, Program, Ty};

/// What kind of data an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are the kinds of types")]
pub enum Kind {
    Bool,
    Int,
    Decimal,
    Text,
    Member,
    List,
    /// Only whether it is there.
    Record,
}

impl Kind {
    /// The kind of a type's present values.
    pub(crate) fn of(ty: &Ty) -> Kind {
        match ty.present() {
            Ty::Bool => Kind::Bool,
            Ty::Int => Kind::Int,
            Ty::Decimal => Kind::Decimal,
            Ty::Text => Kind::Text,
            Ty::Enum(_) => Kind::Member,
            Ty::List(_) => Kind::List,
            Ty::Record(_) | Ty::Optional(_) | Ty::Never | Ty::Error => Kind::Record,
        }
    }
}

/// Kind and place of every input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    slots: Vec<(Kind, u32)>,
    /// The fields of records.
    children: Vec<Vec<InputId>>,
    /// Records that are there whenever the record around them is.
    plain: Vec<bool>,
    /// All inputs, each record directly before what is in it.
    order: Vec<InputId>,
    /// For each input: its place in `order`, and where what is in it ends there.
    within: Vec<(u32, u32)>,
    decimals: u32,
    texts: u32,
    lists: u32,
}

impl Layout {
    /// The layout of a program's inputs.
    pub(crate) fn new(program: &Program) -> Layout {
        let mut layout = Layout {
            slots: Vec::with_capacity(program.inputs().len()),
            children: program
                .inputs()
                .iter()
                .map(|i| i.children.clone())
                .collect(),
            plain: Vec::with_capacity(program.inputs().len()),
            order: Vec::with_capacity(program.inputs().len()),
            within: vec![(0, 0); program.inputs().len()],
            decimals: 0,
            texts: 0,
            lists: 0,
        };
        for input in program.inputs() {
            let kind = Kind::of(&input.ty);
            let plain = kind == Kind::Record && !input.ty.is_optional();
            layout.plain.push(plain);
            let place = match kind {
                Kind::Decimal => next(&mut layout.decimals),
                Kind::Text => next(&mut layout.texts),
                Kind::List => next(&mut layout.lists),
                Kind::Bool | Kind::Int | Kind::Member | Kind::Record => 0,
            };
            layout.slots.push((kind, place));
        }
        layout.arrange(program);
        layout
    }

    /// Fills `order` and `within`.
    fn arrange(&mut self, program: &Program) {
        let roots = program.inputs().iter().zip((0..).map(InputId));
        let roots = roots.filter(|(input, _)| input.parent.is_none());
        // An input to enter, or (`true`) to leave.
        let mut open: Vec<(InputId, bool)> = roots.map(|(_, id)| (id, false)).collect();
        open.reverse();
        while let Some((input, leave)) = open.pop() {
            let here = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
            let Some(within) = self.within.get_mut(input.index()) else {
                continue;
            };
            if leave {
                within.1 = here;
                continue;
            }
            within.0 = here;
            self.order.push(input);
            open.push((input, true));
            let children = self.children.get(input.index()).into_iter().flatten();
            open.extend(children.rev().map(|child| (*child, false)));
        }
    }

    /// All inputs in a record at any depth, each with its place; records before what is in them.
    pub(crate) fn inside(&self, record: InputId) -> std::ops::Range<usize> {
        let (at, end) = self.within.get(record.index()).copied().unwrap_or((0, 0));
        at as usize + 1..end as usize
    }

    /// The input at a place of the order that `inside` speaks of.
    pub(crate) fn at(&self, place: usize) -> Option<InputId> {
        self.order.get(place).copied()
    }

    /// How many inputs there are.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// How many decimals, texts and lists.
    pub(crate) fn counts(&self) -> [usize; 3] {
        [self.decimals, self.texts, self.lists].map(|n| n as usize)
    }

    /// The fields of a record.
    pub(crate) fn children(&self, input: InputId) -> &[InputId] {
        self.children.get(input.index()).map_or(&[], Vec::as_slice)
    }

    /// Whether it is a record that is there whenever the record around it is.
    pub(crate) fn is_plain_record(&self, input: InputId) -> bool {
        self.plain.get(input.index()).copied().unwrap_or(false)
    }

    /// Kind and place of an input.
    pub(crate) fn slot(&self, input: InputId) -> (Kind, u32) {
        self.slots
            .get(input.index())
            .copied()
            .unwrap_or((Kind::Record, 0))
    }
}

/// Counts up; gives the number before.
fn next(counter: &mut u32) -> u32 {
    let place = *counter;
    *counter = counter.saturating_add(1);
    place
}

/// The key that holds an input's value.
pub(crate) fn value_key(input: InputId) -> u32 {
    input.0.saturating_mul(2)
}

/// The key that says whether an input is there.
pub(crate) fn presence_key(input: InputId) -> u32 {
    value_key(input).saturating_add(1)
}

/// The input a key belongs to.
#[inline]
pub(crate) fn input_of(key: u32) -> InputId {
    InputId(key >> 1)
}
