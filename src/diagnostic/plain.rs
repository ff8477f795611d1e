//! Diagnostics as plain text: header, the source lines with underlines, help, and the repaired line.
//!
//! In: a [`Diagnostic`] and the texts its spans lie in. Out: text for a terminal or a log; nothing in it can move
//! the cursor or change the order of what is shown, whatever the sources hold. Spans that do not fit their text are
//! cut to it. The cost depends on what is shown, not on the size of the sources (but for their line index, built
//! once): see `snippet`.

mod repair;
mod snippet;
#[cfg(test)]
pub(super) mod tests;
mod visible;

pub(crate) use visible::visible;

use super::{Diagnostic, Label, Severity};
use crate::source::{SourceId, SourceMap, Span};
use snippet::Snippet;
use std::fmt::Write as _;

/// A label with its place in a text.
#[derive(Clone, Debug)]
pub(super) struct Mark<'d> {
    /// Offsets within the text, on the borders of characters, without line breaks at the end.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) primary: bool,
    pub(super) text: &'d str,
}

/// The word before the code.
pub(super) fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

pub(super) fn render(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let code = diagnostic.code.as_str();
    let mut out = format!(
        "{}[{code}]: {}\n",
        severity(diagnostic),
        visible(&diagnostic.message)
    );
    let groups = marks(diagnostic, sources);
    let snippets: Vec<Snippet<'_>> = groups
        .into_iter()
        .filter_map(|(source, marks)| Snippet::new(sources, source, marks))
        .collect();
    let last = snippets.iter().map(Snippet::last_line).max().unwrap_or(0);
    let gutter = (last + 1).to_string().len();
    for (i, snippet) in snippets.iter().enumerate() {
        if i > 0 {
            let _ = writeln!(out, "{:gutter$} |", ""); // writing to a String can't fail
        }
        snippet.draw(&mut out, gutter, if i == 0 { "-->" } else { ":::" });
    }
    let repair = repair::lines(diagnostic, sources);
    let has_notes = !diagnostic.help.is_empty() || !repair.is_empty();
    if has_notes && !snippets.is_empty() {
        let _ = writeln!(out, "{:gutter$} |", "");
    }
    for help in &diagnostic.help {
        note(&mut out, gutter, "help", help.lines().map(visible));
    }
    for (word, lines) in repair {
        note(
            &mut out,
            gutter,
            &word,
            lines.iter().map(|line| visible(line)),
        );
    }
    out
}

/// `= word: text`, further lines below the text.
fn note(out: &mut String, gutter: usize, word: &str, lines: impl Iterator<Item = String>) {
    let mut indent = String::new();
    for (i, line) in lines.enumerate() {
        if i == 0 {
            let start = format!("{:gutter$} = {word}: ", "");
            let _ = writeln!(out, "{start}{line}");
            indent = " ".repeat(start.chars().count());
        } else {
            let _ = writeln!(out, "{}", format!("{indent}{line}").trim_end());
        }
    }
}

/// The labels, source by source; that of the primary label first.
pub(super) fn marks<'d>(
    diagnostic: &'d Diagnostic,
    sources: &SourceMap,
) -> Vec<(SourceId, Vec<Mark<'d>>)> {
    let mut groups: Vec<(SourceId, Vec<Mark<'d>>)> = Vec::new();
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
    for (i, label) in labels.enumerate() {
        let mark = mark(label, i == 0, sources);
        let id = label.span.source;
        match groups.iter_mut().find(|(source, _)| *source == id) {
            Some((_, marks)) => marks.push(mark),
            None => groups.push((id, vec![mark])),
        }
    }
    groups
}

fn mark<'d>(label: &'d Label, primary: bool, sources: &SourceMap) -> Mark<'d> {
    let (start, end) = clamp(sources.text(label.span.source), label.span);
    Mark {
        start,
        end,
        primary,
        text: &label.text,
    }
}

/// A span as offsets that fit the text. A place behind the last line break moves to the end of the last line.
pub(super) fn clamp(text: &str, span: Span) -> (usize, usize) {
    let mut start = border(text, span.start as usize);
    let bytes = text.as_bytes();
    let is_break = |at: usize| matches!(bytes.get(at), Some(b'\n' | b'\r'));
    let mut end = border(text, (span.end as usize).max(start));
    while end > start && is_break(end - 1) {
        end -= 1;
    }
    if start == text.len() {
        start = text.trim_end().len();
        end = start;
    }
    (start, end)
}

/// The nearest border of a character at or before an offset.
fn border(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
