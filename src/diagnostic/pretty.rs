//! Diagnostics drawn by annotate-snippets, with or without colours. The only file that knows that library.
//!
//! It is given the marked lines alone, never a whole source. Where those are too far apart, or a line is too long,
//! to be handed over, the plain rendering stands in. Spans are cut to their text first.

use super::plain::{self, Mark, clamp};
use super::{Diagnostic, Severity, Suggestion};
use crate::source::{SourceId, SourceMap, Span};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use std::ops::Range;

/// More text than this is not handed over.
const MOST_BYTES: usize = 32 << 10;
/// Nor is a line longer than this, on which that library dwells far longer than it is long.
const LONGEST_LINE: usize = 1 << 10;

pub(super) fn render(diagnostic: &Diagnostic, sources: &SourceMap, colour: bool) -> String {
    let Some(groups) = groups(diagnostic, sources) else {
        return plain::render(diagnostic, sources);
    };
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut text = renderer.render(&groups);
    text.push('\n');
    text
}

fn groups<'d>(diagnostic: &'d Diagnostic, sources: &'d SourceMap) -> Option<Vec<Group<'d>>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(plain::visible(&diagnostic.message))
        .id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    for (id, marks) in plain::marks(diagnostic, sources) {
        group = group.element(snippet(sources, id, &marks)?);
    }
    for help in &diagnostic.help {
        let lines: Vec<String> = help.lines().map(plain::visible).collect();
        group = group.element(Level::HELP.message(lines.join("\n")));
    }
    let mut groups = vec![group];
    if !diagnostic.suggestions.is_empty() {
        groups.push(repair(sources, &diagnostic.suggestions)?);
    }
    Some(groups)
}

fn snippet<'d>(
    sources: &'d SourceMap,
    id: SourceId,
    marks: &[Mark<'d>],
) -> Option<Snippet<'d, Annotation<'d>>> {
    let spans = marks.iter().map(|mark| mark.start..mark.end);
    let region = Region::new(sources, id, spans)?;
    let annotations = marks.iter().map(|mark| {
        let kind = if mark.primary {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let annotation = kind.span(region.local(mark.start..mark.end));
        let label = plain::visible(mark.text);
        if label.is_empty() {
            annotation
        } else {
            annotation.label(label)
        }
    });
    let annotations: Vec<_> = annotations.collect();
    Some(region.snippet(sources.name(id)).annotations(annotations))
}

/// The suggestions as changed lines.
fn repair<'d>(sources: &'d SourceMap, suggestions: &'d [Suggestion]) -> Option<Group<'d>> {
    let mut rest: Vec<(Span, &str)> = suggestions
        .iter()
        .map(|s| (s.span, &*s.replacement))
        .collect();
    rest.sort_by_key(|(span, _)| (span.source, span.start, span.end));
    let mut group = Group::with_title(Level::HELP.secondary_title("try"));
    for run in rest.chunk_by(|(a, _), (b, _)| a.source == b.source) {
        let id = run.first()?.0.source;
        let text = sources.text(id);
        let region = Region::new(
            sources,
            id,
            run.iter().map(|(span, _)| clamp_exact(text, *span)),
        )?;
        let mut done = 0;
        let mut snippet: Snippet<'d, Patch<'d>> = region.snippet(sources.name(id));
        for (span, replacement) in run {
            let range = clamp_exact(text, *span);
            if range.start >= done {
                done = range.end;
                snippet = snippet.patch(Patch::new(region.local(range), *replacement));
            }
        }
        group = group.element(snippet);
    }
    Some(group)
}

/// A replaced span; line breaks at its end are replaced with it.
fn clamp_exact(text: &str, span: Span) -> Range<usize> {
    let (start, end) = clamp(text, span);
    let exact = span.end as usize;
    if exact > end && text.is_char_boundary(exact) {
        start..exact
    } else {
        start..end
    }
}

/// Whole lines of a source around some spans.
struct Region<'d> {
    text: &'d str,
    start: usize,
    /// The first line, from 1.
    line: usize,
}

impl<'d> Region<'d> {
    fn new(
        sources: &'d SourceMap,
        id: SourceId,
        spans: impl Iterator<Item = Range<usize>> + Clone,
    ) -> Option<Self> {
        let lines = sources.lines(id)?;
        let line = |at: usize| u32::try_from(at).map_or(0, |at| lines.line(at));
        let first = line(spans.clone().map(|span| span.start).min()?);
        let last = line(spans.map(|span| span.end).max()?);
        let whole = sources.text(id);
        let range = lines.range(first, whole).start..lines.range(last, whole).end;
        if range.len() > MOST_BYTES {
            return None;
        }
        let start = range.start;
        let text = whole.get(range)?;
        if text.lines().any(|line| line.len() > LONGEST_LINE) {
            return None;
        }
        Some(Region {
            text,
            start,
            line: first + 1,
        })
    }

    fn local(&self, span: Range<usize>) -> Range<usize> {
        let local = |at: usize| at.saturating_sub(self.start).min(self.text.len());
        local(span.start)..local(span.end)
    }

    fn snippet<T: Clone>(&self, name: &'d str) -> Snippet<'d, T> {
        Snippet::source(self.text)
            .line_start(self.line)
            .path(plain::visible(name))
    }
}

#[cfg(test)]
mod tests {
    use super::plain::tests::{sample, samples};

    #[test]
    fn every_sample_is_drawn_in_both_ways() {
        for (sources, diagnostic) in samples() {
            let text = diagnostic.render_pretty(&sources, false);
            assert!(!text.contains('\u{1b}'), "colour in {text}");
            assert!(text.contains(diagnostic.code.as_str()));
            assert!(!diagnostic.render_pretty(&sources, true).is_empty());
        }
    }

    #[test]
    fn with_labels_help_and_repair() {
        let (sources, diagnostic) = sample("two labels and a repair");
        insta::assert_snapshot!(diagnostic.render_pretty(&sources, false), @r#"
        error[E0201]: `age` is int, `"18"` is string
         --> main.pvd:2:24
          |
        1 | context { age: int }
          |                --- declared here
        2 | segment adult = age == "18" && true
          |                        ^^^^ int expected
          |
          = help: numbers are written without quotes
        help: try
          |
        2 - segment adult = age == "18" && true
        2 + segment adult = age == 18 and true
          |
        "#);
    }

    #[test]
    fn colours() {
        let (sources, diagnostic) = sample("name");
        let text = diagnostic.render_pretty(&sources, true);
        assert!(text.contains("\u{1b}["));
    }
}
