//! [`Schema`]: the program with its names made quick to find, shared by everything that binds data.
//!
//! In: the typed program. Out: by-name lookup of fields, members and paths, and the words in which a
//! type is described to a host. Built once a ruleset; a lookup is a binary search without allocation.

use super::bind::quick::Field;
use crate::analysis::sensitive;
use crate::diagnostic::nearest;
use crate::graph::layout::Layout;
use crate::hir::{Bounds, EnumId, Input, InputId, Program, RecordId, Root, Ty};
use crate::value::currency;
use std::sync::Arc;

/// Names in order, each with the number it stands for.
#[derive(Debug, Default)]
pub(crate) struct Names(Box<[(Box<str>, u32)]>);

/// Up to how many names are quicker looked through than searched.
const FEW: usize = 8;

impl Names {
    fn new<'n>(names: impl IntoIterator<Item = (&'n str, usize)>) -> Self {
        let numbered = |(name, index): (&str, usize)| {
            u32::try_from(index)
                .ok()
                .map(|index| (Box::from(name), index))
        };
        let mut list: Vec<(Box<str>, u32)> = names.into_iter().filter_map(numbered).collect();
        list.sort_unstable();
        Names(list.into())
    }

    pub(crate) fn get(&self, name: &str) -> Option<u32> {
        if self.0.len() <= FEW {
            let found = self.0.iter().find(|(known, _)| **known == *name);
            return found.map(|(_, index)| *index);
        }
        let at = self
            .0
            .binary_search_by(|(known, _)| (**known).cmp(name))
            .ok()?;
        self.0.get(at).map(|(_, index)| *index)
    }

    pub(crate) fn nearest(&self, word: &str) -> Option<&str> {
        nearest(word, self.0.iter().map(|(name, _)| &**name))
    }
}

/// The typed program with its names made quick to find.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) program: Arc<Program>,
    context: Names,
    touchpoint: Names,
    now: Option<InputId>,
    nothing: Names,
    paths: Names,
    children: Vec<Names>,
    records: Vec<Names>,
    enums: Vec<Names>,
    /// For each record type whether it holds sensitive fields.
    sensitive: Vec<bool>,
    /// What the quick way needs to know of each input.
    fields: Vec<Field>,
    /// Whether anything asks about events.
    asks_of_events: bool,
}

impl Schema {
    pub(crate) fn new(program: Arc<Program>, layout: &Layout) -> Self {
        let inputs = program.inputs();
        let top = |root: Root| {
            let own = inputs.iter().enumerate();
            let own = own.filter(move |(_, f)| f.parent.is_none() && f.root == root);
            Names::new(own.map(|(index, field)| (field.name.as_str(), index)))
        };
        let child = |id: &InputId| (program.input(*id).name.as_str(), id.index());
        let positions = |names: Vec<&str>| {
            Names::new(
                names
                    .into_iter()
                    .enumerate()
                    .map(|(index, name)| (name, index)),
            )
        };
        let fields = (0..)
            .map(InputId)
            .zip(inputs)
            .filter_map(|(id, input)| Some(Field::new(id, input, layout.slot(id)?)));
        Schema {
            context: top(Root::Context),
            touchpoint: top(Root::Touchpoint),
            now: program.now(),
            nothing: Names::default(),
            paths: Names::new(inputs.iter().enumerate().map(|(i, f)| (f.path.as_str(), i))),
            children: inputs
                .iter()
                .map(|f| Names::new(f.children.iter().map(child)))
                .collect(),
            records: program
                .records()
                .iter()
                .map(|r| positions(r.fields.iter().map(|f| f.name.as_str()).collect()))
                .collect(),
            enums: program
                .enums()
                .iter()
                .map(|e| positions(e.members.iter().map(String::as_str).collect()))
                .collect(),
            sensitive: sensitive::record_types(&program),
            fields: fields.collect(),
            asks_of_events: program.asks_of_events(),
            program,
        }
    }

    /// Whether anything asks about events.
    pub(crate) fn asks_of_events(&self) -> bool {
        self.asks_of_events
    }

    /// Whether it declares the same events as another one.
    pub(crate) fn has_events_of(&self, other: &Schema) -> bool {
        let (here, there) = (&self.program, &other.program);
        let name = |of: &Program, ty: &Ty| of.type_name(ty);
        let alike = |a: RecordId, b: RecordId| {
            let (a, b) = (&here.record(a).fields, &there.record(b).fields);
            let fields = a.iter().zip(b);
            a.len() == b.len()
                && fields.into_iter().all(|(a, b)| {
                    a.name == b.name
                        && name(here, &a.ty) == name(there, &b.ty)
                        && here.members_of(&a.ty) == there.members_of(&b.ty)
                })
        };
        here.entries.len() == there.entries.len()
            && here
                .entries
                .iter()
                .zip(&there.entries)
                .all(|(a, b)| here.record(*a).name == there.record(*b).name && alike(*a, *b))
    }

    /// Whether values of a type hold sensitive fields.
    pub(crate) fn holds_sensitive(&self, ty: &Ty) -> bool {
        sensitive::holds(&self.sensitive, ty)
    }

    /// The names of the fields directly under context or touchpoint, as input numbers.
    pub(crate) fn top(&self, root: Root) -> &Names {
        match root {
            Root::Context => &self.context,
            Root::Touchpoint => &self.touchpoint,
            Root::Now => &self.nothing,
        }
    }

    /// The names of the fields of an input that is a record, as input numbers.
    pub(crate) fn children(&self, id: InputId) -> &Names {
        self.children.get(id.index()).unwrap_or(&self.context)
    }

    /// The names of the fields of a record type, as places in it.
    pub(crate) fn fields(&self, id: RecordId) -> &Names {
        self.records.get(id.index()).unwrap_or(&self.context)
    }

    /// The members of an enum, as places in it.
    pub(crate) fn members(&self, id: EnumId) -> &Names {
        self.enums.get(id.index()).unwrap_or(&self.context)
    }

    /// Whether an enum's member of that number has that name.
    pub(crate) fn is_member(&self, of: EnumId, number: u32, name: &str) -> bool {
        let member = self.program.enumeration(of).members.get(number as usize);
        member.is_some_and(|member| *member == name)
    }

    /// The input that `now` is, if the rules ask for the time.
    pub(crate) fn now(&self) -> Option<InputId> {
        self.now
    }

    /// What the quick way needs to know of an input.
    #[inline]
    pub(crate) fn field(&self, id: InputId) -> Option<&Field> {
        self.fields.get(id.index())
    }

    pub(crate) fn input(&self, id: InputId) -> &Input {
        self.program.input(id)
    }

    /// The input of that dotted path.
    pub(crate) fn path(&self, path: &str) -> Option<InputId> {
        self.paths.get(path).map(InputId)
    }

    pub(crate) fn nearest_path(&self, path: &str) -> Option<&str> {
        self.paths.nearest(path)
    }

    /// The enum of that name.
    pub(crate) fn enumeration(&self, name: &str) -> Option<EnumId> {
        let index = self.program.enums().iter().position(|e| e.name == name)?;
        u32::try_from(index).ok().map(EnumId)
    }

    /// A type as a host is told to expect it: `an int`, `one of …`.
    pub(crate) fn expected(&self, ty: &Ty) -> String {
        match ty.present() {
            Ty::Bool => "true or false".to_owned(),
            Ty::Int => "an int".to_owned(),
            Ty::Decimal => "a decimal".to_owned(),
            Ty::Text => "a text".to_owned(),
            Ty::Money(currency) => format!("an amount in {}", currency::code(currency.0)),
            Ty::Date => "a date such as 2026-03-01".to_owned(),
            Ty::Time => "a time of day such as 18:30".to_owned(),
            Ty::DateTime => "an instant such as 2026-03-01T18:30:00Z".to_owned(),
            Ty::Duration => "a duration such as PT30M".to_owned(),
            Ty::Elapsed => "a duration such as PT30M, or never".to_owned(),
            Ty::Distance => "a whole number of metres".to_owned(),
            Ty::Zone => "a time zone such as Europe/London".to_owned(),
            Ty::Geo => "a place: lat and lon in degrees".to_owned(),
            Ty::Enum(id) => format!("a member of `{}`", self.program.enumeration(*id).name),
            Ty::Record(_) => "a record".to_owned(),
            Ty::List(_) => "a list".to_owned(),
            Ty::Optional(_) | Ty::Stream(_) | Ty::Never | Ty::Error => "nothing".to_owned(),
        }
    }
}

/// Bounds as an author writes them.
pub(crate) fn bounds_text(bounds: &Bounds) -> String {
    let dots = if bounds.open { ".." } else { "..=" };
    format!("{}{dots}{}", bounds.low, bounds.high)
}
