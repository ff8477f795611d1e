//! The one flat namespace of a ruleset: what each top-level word stands for.

use super::{DefId, EnumId, GroupId, InputId, RecordId};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use std::collections::HashMap;

/// What a top-level name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Enum(EnumId),
    Record(RecordId),
    /// A field of the context's top level.
    Input(InputId),
    Def(DefId),
    /// An event type, by its place.
    Event(u32),
    /// An issue of actions, by its place.
    Issue(u32),
    /// A group of actions; its name is a path.
    Group(GroupId),
    /// A named customer of tests.
    Customer,
}

/// The words that are types without a declaration.
pub(super) const BUILT_IN_TYPES: [&str; 15] = [
    "bool", "int", "decimal", "string", "list", "money", "date", "time", "datetime", "duration",
    "elapsed", "timezone", "geo", "distance", "Weekday",
];

/// Names and where each was declared.
#[derive(Debug, Default)]
pub(super) struct Names {
    map: HashMap<Box<str>, (Named, Span)>,
}

impl Names {
    /// Takes a name, or says who has it already.
    pub(super) fn declare(
        &mut self,
        name: &str,
        span: Span,
        what: Named,
    ) -> Result<(), Diagnostic> {
        let taken = match what {
            Named::Enum(_) | Named::Record(_) => BUILT_IN_TYPES.contains(&name),
            Named::Input(_)
            | Named::Def(_)
            | Named::Event(_)
            | Named::Issue(_)
            | Named::Group(_)
            | Named::Customer => false,
        };
        if taken || matches!(name, "touchpoint" | "now" | "today") {
            let own = match name {
                _ if taken => "a built-in type",
                "now" => "the instant for which a decision is made",
                "today" => "the date for which a decision is made",
                _ => "the declaration of where an interaction happens",
            };
            let message = format!("the name `{name}` is taken");
            return Err(Diagnostic::error(Code::DuplicateName, span, message)
                .label("another name goes here")
                .help(format!("`{name}` is {own}: choose another name")));
        }
        if let Some((_, first)) = self.map.get(name) {
            // Context fields are declared last, wherever they stand in the text.
            let swapped = first.source == span.source && first.start > span.start;
            let (again, first) = if swapped {
                (*first, span)
            } else {
                (span, *first)
            };
            let message = format!("`{name}` is declared twice");
            return Err(Diagnostic::error(Code::DuplicateName, again, message)
                .label("declared again here")
                .also(first, "first declared here")
                .help(
                    "names are unique in a ruleset, across its files too: rename one of the two",
                ));
        }
        self.map.insert(name.into(), (what, span));
        Ok(())
    }

    pub(super) fn get(&self, name: &str) -> Option<Named> {
        self.map.get(name).map(|(what, _)| *what)
    }

    pub(super) fn span(&self, name: &str) -> Option<Span> {
        self.map.get(name).map(|(_, span)| *span)
    }

    /// Names that stand for values, for "did you mean".
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.filtered(|what| matches!(what, Named::Input(_) | Named::Def(_)))
    }

    /// Names that stand for types, for "did you mean".
    pub(super) fn types(&self) -> impl Iterator<Item = &str> {
        self.filtered(|what| matches!(what, Named::Enum(_) | Named::Record(_)))
            .chain(BUILT_IN_TYPES)
    }

    /// All names, with what they stand for.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, Named)> {
        self.map.iter().map(|(name, (what, _))| (&**name, *what))
    }

    fn filtered(&self, keep: impl Fn(&Named) -> bool) -> impl Iterator<Item = &str> {
        self.map
            .iter()
            .filter(move |(_, (what, _))| keep(what))
            .map(|(name, _)| &**name)
    }
}
