//! Problems as they are found, until they become one error.

use super::MOST_PROBLEMS;
use crate::error::{Error, ErrorKind, Problem};

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<(Problem, bool)>,
    left_out: usize,
}

impl Problems {
    pub(super) fn push(&mut self, problem: Problem, unknown_field: bool) {
        if self.list.len() < MOST_PROBLEMS {
            self.list.push((problem, unknown_field));
        } else {
            self.left_out += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The error that names them all. With `lenient`, unknown fields are none.
    pub(super) fn error(&mut self, lenient: bool) -> Option<Error> {
        let all = std::mem::take(&mut self.list).into_iter();
        let kept = all.filter(|(_, unknown)| !(lenient && *unknown));
        let problems: Vec<Problem> = kept.map(|(problem, _)| problem).collect();
        let left_out = std::mem::take(&mut self.left_out);
        (!problems.is_empty()).then(|| ErrorKind::Context { problems, left_out }.into())
    }
}
