//! Source lines with underlines and labels.
//!
//! Lines that are long (a text without line breaks may be megabytes) are shown around what is marked in them, each
//! far apart mark in a stretch of its own. Of marks over several lines the first and the last line are shown.

use super::Mark;
use super::visible::{columns, visible};
use crate::source::{LineIndex, SourceId, SourceMap};
use std::fmt::Write as _;
use std::ops::Range;

/// Lines of more bytes are cut around their marks.
const LONG: usize = 160;
/// Characters shown of a long line, and how many of them before the mark.
const WINDOW: usize = 110;
const BEFORE: usize = 40;

/// A mark, or the part of it that lies in one line.
#[derive(Clone)]
struct Underline<'d> {
    line: usize,
    start: usize,
    end: usize,
    primary: bool,
    text: &'d str,
}

/// The marked lines of one source.
pub(super) struct Snippet<'d> {
    name: String,
    text: &'d str,
    lines: &'d LineIndex,
    /// In the order of their lines, then of their starts.
    underlines: Vec<Underline<'d>>,
    position: String,
}

impl<'d> Snippet<'d> {
    /// `None` where there is no such source.
    pub(super) fn new(sources: &'d SourceMap, id: SourceId, marks: Vec<Mark<'d>>) -> Option<Self> {
        let lines = sources.lines(id)?;
        let text = sources.text(id);
        let first = small(marks.first()?.start);
        let mut underlines = Vec::new();
        for mark in marks {
            split(mark, text, lines, &mut underlines);
        }
        underlines.sort_by_key(|u| (u.line, u.start, u.end));
        let position = lines.position(first, text).to_string();
        Some(Snippet {
            name: visible(sources.name(id)),
            text,
            lines,
            underlines,
            position,
        })
    }

    /// The last line shown, from 0.
    pub(super) fn last_line(&self) -> usize {
        self.underlines.last().map_or(0, |u| u.line)
    }

    pub(super) fn draw(&self, out: &mut String, gutter: usize, arrow: &str) {
        // Writing to a String can't fail.
        let _ = writeln!(out, "{:gutter$}{arrow} {}:{}", "", self.name, self.position);
        let _ = writeln!(out, "{:gutter$} |", "");
        let mut before: Option<usize> = None;
        for group in self.underlines.chunk_by(|a, b| a.line == b.line) {
            let Some(line) = group.first().map(|u| u.line) else {
                continue;
            };
            match before.map(|before| line - before) {
                Some(2) => self.line(out, gutter, line - 1, &[]),
                Some(3..) => out.push_str("...\n"),
                _ => {}
            }
            self.line(out, gutter, line, group);
            before = Some(line);
        }
    }

    fn line(&self, out: &mut String, gutter: usize, line: usize, underlines: &[Underline<'d>]) {
        let content = content(self.text, self.lines, line);
        if content.len() <= LONG {
            return self.window(out, gutter, line, content, underlines);
        }
        let mut rest = underlines;
        loop {
            let first = rest.first().map_or(content.start, |u| u.start);
            let window = self.around(first, &content);
            let fits = rest.iter().take_while(|u| u.end <= window.end).count();
            // A mark that is longer than the window is cut to it.
            let (shown, later) = rest.split_at_checked(fits.max(1)).unwrap_or((rest, &[]));
            self.window(out, gutter, line, window, shown);
            if later.is_empty() {
                return;
            }
            rest = later;
        }
    }

    /// The stretch of a long line that is shown for a mark.
    fn around(&self, start: usize, content: &Range<usize>) -> Range<usize> {
        let before = self.text.get(content.start..start).unwrap_or("");
        let after = self.text.get(start..content.end).unwrap_or("");
        let from = before
            .char_indices()
            .rev()
            .nth(BEFORE)
            .map_or(content.start, |(at, _)| content.start + at);
        let shown = self.text.get(from..start).unwrap_or("").chars().count();
        let to = after
            .char_indices()
            .nth(WINDOW.saturating_sub(shown))
            .map_or(content.end, |(at, _)| start + at);
        from..to
    }

    /// A line, or a stretch of it, with what is marked there.
    fn window(
        &self,
        out: &mut String,
        gutter: usize,
        line: usize,
        shown: Range<usize>,
        marks: &[Underline<'d>],
    ) {
        let whole = content(self.text, self.lines, line);
        let open = if shown.start > whole.start { "…" } else { "" };
        let close = if shown.end < whole.end { "…" } else { "" };
        let text = visible(self.text.get(shown.clone()).unwrap_or(""));
        let text = format!("{:>gutter$} | {open}{text}{close}", line + 1);
        let _ = writeln!(out, "{}", text.trim_end());
        let column = |at: usize| {
            let before = self
                .text
                .get(shown.start..at.clamp(shown.start, shown.end))
                .unwrap_or("");
            columns(open) + columns(before)
        };
        let placed: Vec<Placed<'_>> = marks
            .iter()
            .map(|u| Placed {
                start: column(u.start),
                end: column(u.end),
                primary: u.primary,
                text: u.text,
            })
            .collect();
        for row in rows(&placed) {
            let _ = writeln!(out, "{:gutter$} | {}", "", row.trim_end());
        }
    }
}

/// An underline with its columns, from 0.
struct Placed<'d> {
    start: usize,
    end: usize,
    primary: bool,
    text: &'d str,
}

/// The underlines with the rightmost label behind them, then the other labels, each below its mark.
fn rows(marks: &[Placed<'_>]) -> Vec<String> {
    let Some(last) = marks.iter().max_by_key(|m| (m.start, m.end)) else {
        return Vec::new();
    };
    let end = marks
        .iter()
        .map(|m| m.end.max(m.start + 1))
        .max()
        .unwrap_or(0);
    let mut line = vec![' '; end];
    for primary in [false, true] {
        for mark in marks.iter().filter(|m| m.primary == primary) {
            let length = (mark.end.max(mark.start + 1)) - mark.start;
            for place in line.iter_mut().skip(mark.start).take(length) {
                *place = if primary { '^' } else { '-' };
            }
        }
    }
    let mut first: String = line.into_iter().collect();
    let behind = last.end.max(last.start + 1) == end && !last.text.is_empty();
    if behind {
        first.push(' ');
        first.push_str(&label(last.text));
    }
    let mut below: Vec<&Placed<'_>> = marks
        .iter()
        .filter(|m| !(m.text.is_empty() || behind && std::ptr::eq(*m, last)))
        .collect();
    below.sort_by_key(|m| m.start);
    let mut rows = vec![first];
    if !below.is_empty() {
        rows.push(bars(below.iter().map(|m| m.start)));
    }
    while let Some(mark) = below.pop() {
        let left = below
            .iter()
            .map(|m| m.start)
            .filter(|start| *start < mark.start);
        let mut row = bars(left);
        row.extend(std::iter::repeat_n(
            ' ',
            mark.start.saturating_sub(row.chars().count()),
        ));
        row.push_str(&label(mark.text));
        rows.push(row);
    }
    rows
}

/// A bar in each of the columns, which are in order.
fn bars(columns: impl Iterator<Item = usize>) -> String {
    let mut row = String::new();
    let mut at = 0;
    for column in columns {
        if column >= at {
            row.extend(std::iter::repeat_n(' ', column - at));
            row.push('|');
            at = column + 1;
        }
    }
    row
}

fn label(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Cuts a mark into its first and its last line.
fn split<'d>(mark: Mark<'d>, text: &str, lines: &LineIndex, out: &mut Vec<Underline<'d>>) {
    let line = lines.line(small(mark.start));
    let last = lines.line(small(mark.end)).max(line);
    let Mark {
        start,
        end,
        primary,
        text: label,
    } = mark;
    if line == last {
        out.push(Underline {
            line,
            start,
            end,
            primary,
            text: label,
        });
        return;
    }
    let first_end = content(text, lines, line).end.max(start);
    out.push(Underline {
        line,
        start,
        end: first_end,
        primary,
        text: label,
    });
    let last_start = content(text, lines, last).start;
    let blanks = text.get(last_start..end).unwrap_or("");
    let blanks = blanks.len() - blanks.trim_start().len();
    out.push(Underline {
        line: last,
        start: last_start + blanks,
        end,
        primary,
        text: "",
    });
}

/// The bytes of a line without its line break.
fn content(text: &str, lines: &LineIndex, line: usize) -> Range<usize> {
    let range = lines.range(line, text);
    let bytes = text.get(range.clone()).unwrap_or("");
    range.start..range.start + bytes.trim_end_matches(['\n', '\r']).len()
}

fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
