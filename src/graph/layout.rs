//! Where each input lies: the one description that the graph and the inputs share.
//!
//! Every input has a *field* of bits within one 64-bit word, of which exactly one is set: the first says
//! that nothing is there; bools have one for `false` and one for `true`, enums of up to 63 members one for
//! each; all others have one that says that something is there. So whether any number of such inputs are as
//! a rule wants is one `and` for each word. Ints (and members of larger enums), decimals, texts and lists lie
//! beside, each kind in its own list, at the input's *place*.

use super::size::bytes_of;
use crate::hir::{InputId, Program, Ty};
use std::ops::Range;

/// What kind of data an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// In its field.
    Bool,
    /// Beside.
    Int,
    /// Beside.
    Decimal,
    /// Beside.
    Text,
    /// An enum of up to 63 members; in its field.
    Member,
    /// A larger enum; among the ints.
    WideMember,
    /// Beside.
    List,
    /// Nothing of its own: its fields are inputs.
    Record,
}

/// Where one input lies. Its field has 2 to 64 bits, and ends in the word in which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    pub(crate) input: InputId,
    pub(crate) kind: Kind,
    /// Among those of its kind.
    pub(crate) place: u32,
    /// The word of its field.
    pub(crate) word: u32,
    /// The first bit of its field: nothing is there.
    pub(crate) shift: u32,
    /// How many bits its field has.
    pub(crate) width: u32,
}

impl Slot {
    /// The bits of its field.
    pub(crate) fn domain(self) -> u64 {
        let ones = u64::MAX.wrapping_shr(64_u32.wrapping_sub(self.width));
        ones.wrapping_shl(self.shift)
    }

    /// The bit that says that nothing is there.
    pub(crate) fn missing(self) -> u64 {
        1_u64.wrapping_shl(self.shift)
    }

    /// The bit of a value's number (a bool's 0 and 1, a member's index); `None` where it has none.
    pub(crate) fn value(self, number: u32) -> Option<u64> {
        let bit = number.checked_add(1)?;
        (bit < self.width).then(|| self.missing() << bit)
    }

    /// The number of the value, or `None` if nothing is there, from the input's word.
    pub(crate) fn number(self, word: u64) -> Option<u32> {
        let bits = (word & self.domain()) >> self.shift;
        bits.trailing_zeros().checked_sub(1)
    }
}

/// Where all inputs lie.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    slots: Vec<Slot>,
    /// The words when nothing is there but the records that always are.
    blank: Vec<u64>,
    /// How many ints, decimals, texts and lists.
    counts: [u32; 4],
    /// The fields of records.
    children: Vec<Vec<InputId>>,
    /// Records that are there whenever the record around them is.
    plain: Vec<bool>,
    /// All inputs, each record directly before what is in it.
    order: Vec<InputId>,
    /// Where `now` lies among the ints.
    now: Option<u32>,
    /// For each input: its place in `order`, and where what is in it ends there.
    within: Vec<(u32, u32)>,
}

impl Layout {
    /// The memory that it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let children = self.children.iter().map(|c| bytes_of(c)).sum::<usize>();
        children
            + bytes_of(&self.slots)
            + bytes_of(&self.blank)
            + bytes_of(&self.children)
            + bytes_of(&self.plain)
            + bytes_of(&self.order)
    }

    /// The layout of nothing.
    pub(crate) fn none() -> Layout {
        Layout {
            slots: Vec::new(),
            blank: Vec::new(),
            counts: [0; 4],
            children: Vec::new(),
            plain: Vec::new(),
            order: Vec::new(),
            now: None,
            within: Vec::new(),
        }
    }

    /// The layout of a program's inputs.
    pub(crate) fn new(program: &Program) -> Layout {
        let inputs = program.inputs();
        let mut layout = Layout {
            slots: Vec::with_capacity(inputs.len()),
            blank: Vec::new(),
            counts: [0; 4],
            children: inputs.iter().map(|i| i.children.clone()).collect(),
            plain: Vec::with_capacity(inputs.len()),
            order: Vec::with_capacity(inputs.len()),
            now: None,
            within: vec![(0, 0); inputs.len()],
        };
        for (input, id) in inputs.iter().zip((0..).map(InputId)) {
            let (kind, width) = shape(program, &input.ty);
            let place = layout.next_place(kind);
            let plain = kind == Kind::Record && !input.ty.is_optional();
            layout.plain.push(plain);
            layout.slots.push(Slot {
                input: id,
                kind,
                place,
                word: 0,
                shift: 0,
                width,
            });
        }
        layout.now = program
            .now()
            .and_then(|id| layout.slot(id))
            .map(|s| s.place);
        layout.assign_bits();
        layout.arrange(program);
        layout.furnish();
        layout
    }

    fn next_place(&mut self, kind: Kind) -> u32 {
        let [ints, decimals, texts, lists] = &mut self.counts;
        let counter = match kind {
            Kind::Int | Kind::WideMember => ints,
            Kind::Decimal => decimals,
            Kind::Text => texts,
            Kind::List => lists,
            Kind::Bool | Kind::Member | Kind::Record => return 0,
        };
        let place = *counter;
        *counter = place.saturating_add(1);
        place
    }

    /// Gives each input its bits: first those whose values are bits, so that these share words.
    fn assign_bits(&mut self) {
        let mut used = 64;
        for values in [true, false] {
            for slot in &mut self.slots {
                if matches!(slot.kind, Kind::Bool | Kind::Member) != values {
                    continue;
                }
                if used + slot.width > 64 {
                    self.blank.push(0);
                    used = 0;
                }
                slot.word = u32::try_from(self.blank.len() - 1).unwrap_or(u32::MAX);
                slot.shift = used;
                used += slot.width;
                if let Some(word) = self.blank.last_mut() {
                    *word |= slot.missing();
                }
            }
        }
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

    /// Puts into `blank` the records that are always there.
    fn furnish(&mut self) {
        let mut at = 0;
        while let Some(input) = self.at(at) {
            if !self.is_plain_record(input) {
                at = self.inside(input).end;
                continue;
            }
            at += 1;
            if let Some(slot) = self.slot(input)
                && let Some(word) = self.blank.get_mut(slot.word as usize)
            {
                *word = (*word & !slot.domain()) | slot.value(0).unwrap_or(slot.missing());
            }
        }
    }

    /// Where `now` lies among the ints, if anything asks for it.
    pub(crate) fn now(&self) -> Option<u32> {
        self.now
    }

    /// How many inputs there are.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// How many ints, decimals, texts and lists.
    pub(crate) fn counts(&self) -> [usize; 4] {
        self.counts.map(|n| n as usize)
    }

    /// The words when nothing is there but the records that always are.
    pub(crate) fn blank(&self) -> &[u64] {
        &self.blank
    }

    /// Where an input lies.
    #[inline]
    pub(crate) fn slot(&self, input: InputId) -> Option<Slot> {
        self.slots.get(input.index()).copied()
    }

    /// The fields of a record.
    pub(crate) fn children(&self, input: InputId) -> &[InputId] {
        self.children.get(input.index()).map_or(&[], Vec::as_slice)
    }

    /// Whether it is a record that is there whenever the record around it is.
    pub(crate) fn is_plain_record(&self, input: InputId) -> bool {
        self.plain.get(input.index()).copied().unwrap_or(false)
    }

    /// The places, in an order that has records before what is in them, of all inputs in a record.
    pub(crate) fn inside(&self, record: InputId) -> Range<usize> {
        let (at, end) = self.within.get(record.index()).copied().unwrap_or((0, 0));
        at as usize + 1..end as usize
    }

    /// The input at a place of the order that `inside` speaks of.
    pub(crate) fn at(&self, place: usize) -> Option<InputId> {
        self.order.get(place).copied()
    }
}

/// The kind of a type's present values, and the bits of its field.
pub(super) fn shape(program: &Program, ty: &Ty) -> (Kind, u32) {
    match ty.present() {
        Ty::Bool => (Kind::Bool, 3),
        Ty::Int | Ty::Duration | Ty::Distance => (Kind::Int, 2),
        Ty::Date | Ty::Time | Ty::DateTime | Ty::Elapsed | Ty::Geo => (Kind::Int, 2),
        Ty::Zone => (Kind::WideMember, 2),
        Ty::Decimal | Ty::Money(_) => (Kind::Decimal, 2),
        Ty::Text => (Kind::Text, 2),
        Ty::List(_) => (Kind::List, 2),
        Ty::Enum(id) => {
            let members = program.enumeration(*id).members.len();
            match u32::try_from(members) {
                Ok(members @ 0..64) => (Kind::Member, members + 1),
                _ => (Kind::WideMember, 2),
            }
        }
        Ty::Record(_) | Ty::Optional(_) | Ty::Stream(_) | Ty::Never | Ty::Error => {
            (Kind::Record, 2)
        }
    }
}
