//! What the suggestions of a diagnostic make of the text: the repaired lines where they are few and short, else
//! each replacement in words.

use crate::diagnostic::{Diagnostic, Suggestion, apply};
use crate::source::{SourceId, SourceMap, Span};

/// More repaired lines, or more bytes, are not shown as lines.
const MOST_LINES: usize = 6;
const MOST_BYTES: usize = 400;
/// Characters shown of a text that is replaced, or of its replacement.
const MOST_WORDS: usize = 60;

/// `try` and the lines to show behind it, one for each source or replacement.
pub(super) fn lines(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(SourceId, Vec<&Suggestion>)> = Vec::new();
    for suggestion in &diagnostic.suggestions {
        let id = suggestion.span.source;
        match groups.iter_mut().find(|(source, _)| *source == id) {
            Some((_, group)) => group.push(suggestion),
            None => groups.push((id, vec![suggestion])),
        }
    }
    let mut all = Vec::new();
    for (id, group) in groups {
        let word = if id == diagnostic.primary.span.source {
            "try".to_owned()
        } else {
            format!("try in {}", super::visible(sources.name(id)))
        };
        match repaired(sources, id, &group) {
            Some(lines) => all.push((word, lines)),
            None => {
                let few = group.iter().take(MOST_LINES);
                all.extend(few.map(|s| (word.clone(), vec![in_words(sources, s)])));
                if let Some(more @ 1..) = group.len().checked_sub(MOST_LINES) {
                    all.push((word, vec![format!("and {more} more")]));
                }
            }
        }
    }
    all
}

/// The lines that change, as they are after the change, without their common indentation.
fn repaired(sources: &SourceMap, id: SourceId, suggestions: &[&Suggestion]) -> Option<Vec<String>> {
    let text = sources.text(id);
    let index = sources.lines(id)?;
    let first = index.line(suggestions.iter().map(|s| s.span.start).min()?);
    let last = index
        .line(suggestions.iter().map(|s| s.span.end).max()?)
        .max(first);
    let region = index.range(first, text).start..index.range(last, text).end;
    if last - first >= MOST_LINES || region.len() > MOST_BYTES {
        return None;
    }
    let start = u32::try_from(region.start).ok()?;
    let shifted = suggestions.iter().map(|s| {
        let span = Span::new(
            id,
            s.span.start.saturating_sub(start),
            s.span.end.saturating_sub(start),
        );
        Suggestion {
            span,
            replacement: s.replacement.clone(),
        }
    });
    let before = text.get(region)?;
    let after = apply(before, &shifted.collect::<Vec<_>>());
    let lines: Vec<&str> = after
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect();
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let common = lines.iter().map(indent).min()?;
    let lines = lines
        .iter()
        .map(|line| line.get(common..).unwrap_or(line.trim_start()).to_owned());
    let lines: Vec<String> = lines.collect();
    (lines.len() <= MOST_LINES && after != before).then_some(lines)
}

fn in_words(sources: &SourceMap, suggestion: &Suggestion) -> String {
    let old = cut(sources.snippet(suggestion.span));
    let new = cut(&suggestion.replacement);
    let line = sources.position(suggestion.span).line;
    match (old.is_empty(), new.is_empty()) {
        (true, _) => format!("write `{new}` here, in line {line}"),
        (_, true) => format!("leave out `{old}`, in line {line}"),
        _ => format!("`{new}` in place of `{old}`, in line {line}"),
    }
}

fn cut(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(MOST_WORDS) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}
