//! The list of hostile cases: what each ends with, its name, 4n in `cargo test`, 4n in the full run, and its input by size.

use super::stages::{Ends, Maker};
use super::{records, texts};

/// A family of inputs by size.
pub struct Case {
    pub name: &'static str,
    /// 4n in `cargo test`.
    pub small: usize,
    /// 4n in the full run.
    pub full: usize,
    pub ends: Ends,
    pub input: Maker,
}

/// All families.
pub fn all() -> impl Iterator<Item = &'static Case> {
    [
        texts::brackets::CASES,
        texts::expressions::CASES,
        texts::declarations::CASES,
        texts::behaviours::CASES,
        texts::mistakes::CASES,
        texts::bytes::CASES,
        texts::files::CASES,
        texts::catalogues::CASES,
        records::CASES,
    ]
    .into_iter()
    .flatten()
}

impl Case {
    /// Compiles, decides and so on without a mistake.
    pub const fn fine(name: &'static str, small: usize, full: usize, input: Maker) -> Self {
        Self::new(Ends::Fine, name, small, full, input)
    }

    /// Ends with diagnostics, most of them of that code.
    pub const fn wrong(
        code: pervade::Code,
        name: &'static str,
        small: usize,
        full: usize,
        input: Maker,
    ) -> Self {
        Self::new(Ends::Diagnosed(code), name, small, full, input)
    }

    /// Ends with a context or a text that is refused, in these words among others.
    pub const fn refused(
        words: &'static str,
        name: &'static str,
        small: usize,
        full: usize,
        input: Maker,
    ) -> Self {
        Self::new(Ends::Refused(words), name, small, full, input)
    }

    const fn new(ends: Ends, name: &'static str, small: usize, full: usize, input: Maker) -> Self {
        Case {
            name,
            small,
            full,
            ends,
            input,
        }
    }
}
