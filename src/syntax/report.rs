//! Where the parser puts what it finds wrong: a list that stops growing at the limit.

use crate::diagnostic::Diagnostic;

/// The diagnostics of one parse. Beyond the limit they are counted no more: nobody reads them.
#[derive(Debug)]
pub(super) struct Report {
    found: Vec<Diagnostic>,
    limit: usize,
}

impl Report {
    pub(super) fn new(limit: usize) -> Self {
        Report {
            found: Vec::new(),
            limit: limit.max(1),
        }
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < self.limit {
            self.found.push(diagnostic);
        }
    }

    /// What was found, in the order of the text.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found
            .sort_by_key(|d| (d.primary.span.start, d.primary.span.end));
        self.found
    }
}
