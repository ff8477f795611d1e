//! Problems as they are found, until they become one error.

use super::MOST_PROBLEMS;
use crate::error::{Error, ErrorKind, Problem};

/// The problems found so far. Unknown fields are counted apart: a lenient host forgets them, and what else is wrong
/// must not have been left out in their favour.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<(Problem, bool)>,
    forgives: bool,
    /// How many were found: unknown fields, and others.
    unknown: usize,
    others: usize,
}

impl Problems {
    /// None so far. `forgives`: unknown fields are none whatever becomes of the data.
    pub(super) fn new(forgives: bool) -> Problems {
        Problems {
            forgives,
            ..Problems::default()
        }
    }

    /// Whether unknown fields are not looked at.
    pub(super) fn forgives_unknown(&self) -> bool {
        self.forgives
    }

    pub(super) fn push(&mut self, problem: Problem, unknown_field: bool) {
        let count = if unknown_field {
            &mut self.unknown
        } else {
            &mut self.others
        };
        *count += 1;
        if *count <= MOST_PROBLEMS {
            self.list.push((problem, unknown_field));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether further unknown fields are only counted.
    pub(super) fn unknown_are_counted(&self) -> bool {
        self.unknown >= MOST_PROBLEMS
    }

    /// Whether further problems other than unknown fields are only counted.
    pub(super) fn others_are_counted(&self) -> bool {
        self.others >= MOST_PROBLEMS
    }

    /// The error that names them all. With `lenient`, unknown fields are none.
    pub(super) fn error(&mut self, lenient: bool) -> Option<Error> {
        if self.is_empty() {
            return None;
        }
        let Problems {
            list,
            unknown,
            others,
            ..
        } = std::mem::take(self);
        let kept = list
            .into_iter()
            .filter(|(_, unknown)| !(lenient && *unknown));
        let problems: Vec<Problem> = kept
            .map(|(problem, _)| problem)
            .take(MOST_PROBLEMS)
            .collect();
        let found = others + if lenient { 0 } else { unknown };
        let left_out = found - problems.len();
        (!problems.is_empty()).then(|| ErrorKind::Context { problems, left_out }.into())
    }
}
