//! Diagnostics as plain text.

use super::{Diagnostic, Severity};
use crate::source::SourceMap;

pub(super) fn render(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let at = diagnostic.primary.span;
    format!(
        "{severity}[{}]: {}\n --> {}:{}\n",
        diagnostic.code.as_str(),
        diagnostic.message,
        sources.name(at.source),
        sources.position(at)
    )
}
