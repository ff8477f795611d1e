//! What stands between the entries of a text: comments and blank lines, and to which entry they belong.
//!
//! In: the text, its comments in order, the spans of the entries of a block. Out: a [`Block`] that says what
//! stands before and behind each entry. A comment on its own line belongs to the entry after it, one at the end
//! of a line to the entry before it, and one inside an entry, where it has no place of its own, goes before that
//! entry. Each comment is handed out once.

use crate::source::Span;
use crate::syntax::ast::Comment;
use std::ops::Range;

/// A stretch of the text, in bytes.
pub(super) type Stretch = (u32, u32);

/// What stands between an entry and what is before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// It opens its block.
    First,
    /// Nothing but blanks: both stood on one line.
    SameLine,
    /// A line break.
    Line,
    /// At least one blank line.
    Blank,
}

/// A comment on its own line.
pub(super) struct Own<'a> {
    pub(super) gap: Gap,
    pub(super) text: &'a str,
}

/// The span of an entry, and the stretches in it whose comments belong to entries inside it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) span: Span,
    pub(super) inner: [Stretch; 2],
}

impl Place {
    /// An entry without entries inside it.
    pub(super) fn leaf(span: Span) -> Place {
        Place {
            span,
            inner: [(0, 0); 2],
        }
    }

    fn is_inside(&self, offset: u32) -> bool {
        self.inner
            .iter()
            .any(|(start, end)| (*start..*end).contains(&offset))
    }
}

/// What stands around one entry.
pub(super) struct Around<'a> {
    pub(super) before: Vec<Own<'a>>,
    /// Between the last comment before it, or else the entry before it, and the entry.
    pub(super) gap: Gap,
    pub(super) behind: Option<&'a str>,
}

/// What stands around the entries of a block.
#[derive(Default)]
pub(super) struct Block<'a> {
    /// The comment behind the opening brace.
    pub(super) opening: Option<&'a str>,
    /// As many as there are entries.
    pub(super) entries: Vec<Around<'a>>,
    /// Comments behind the last entry.
    pub(super) closing: Vec<Own<'a>>,
}

/// The text and its comments.
pub(super) struct Trivia<'a> {
    text: &'a str,
    comments: &'a [Comment],
    taken: Vec<bool>,
}

impl Around<'_> {
    /// Whether a blank line stands somewhere before the entry.
    pub(super) fn is_apart(&self) -> bool {
        self.gap == Gap::Blank || self.before.iter().any(|own| own.gap == Gap::Blank)
    }

    /// Whether the entry stands on the line after the entry before it.
    pub(super) fn is_next_line(&self) -> bool {
        self.before.is_empty() && matches!(self.gap, Gap::Line | Gap::SameLine)
    }
}

impl<'a> Trivia<'a> {
    pub(super) fn new(text: &'a str, comments: &'a [Comment]) -> Self {
        Trivia {
            text,
            comments,
            taken: vec![false; comments.len()],
        }
    }

    /// Whether a comment starts in the stretch.
    pub(super) fn any_in(&self, (start, end): Stretch) -> bool {
        !self.indices(start, end).is_empty()
    }

    /// A span without the blanks and comments at its end.
    pub(super) fn trim(&self, span: Span) -> Span {
        let mut end = span.end;
        loop {
            let text = self
                .text
                .get(span.start as usize..end as usize)
                .unwrap_or("");
            let trimmed = span.start.saturating_add(small(text.trim_end().len()));
            let last = self
                .comments
                .get(self.indices(span.start, end).end.wrapping_sub(1));
            match last.filter(|c| c.span.start >= span.start && c.span.end >= trimmed) {
                Some(comment) if comment.span.start < end => end = comment.span.start,
                _ => {
                    return Span {
                        end: if text.is_empty() { end } else { trimmed },
                        ..span
                    };
                }
            }
        }
    }

    /// The stretch between the first opening brace from `start` on and `end`.
    pub(super) fn body(&self, start: u32, end: u32) -> Stretch {
        let rest = self.text.get(start as usize..end as usize).unwrap_or("");
        let mut offset = start;
        for line in rest.split_inclusive('\n') {
            let code = line
                .find("//")
                .and_then(|at| line.get(..at))
                .unwrap_or(line);
            if let Some(brace) = code.find('{') {
                return (offset.saturating_add(small(brace + 1)), end);
            }
            offset = offset.saturating_add(small(line.len()));
        }
        (end, end)
    }

    /// Whether a line break follows, with nothing but blanks or a comment before it.
    pub(super) fn breaks_after(&self, offset: u32) -> bool {
        let rest = self.text.get(offset as usize..).unwrap_or("");
        let next = rest.find(|c: char| c == '\n' || !c.is_whitespace());
        let next = next.and_then(|at| rest.get(at..)).unwrap_or("");
        next.starts_with('\n') || next.starts_with("//")
    }

    /// Sorts the comments of a block: `stretch` runs from behind its opening brace to its end.
    pub(super) fn block(
        &mut self,
        stretch: Stretch,
        places: impl IntoIterator<Item = Place>,
    ) -> Block<'a> {
        let mut block = Block::default();
        let mut at = Cursor {
            offset: stretch.0,
            first: true,
        };
        let mut places = places.into_iter().peekable();
        let first = places.peek().map_or(stretch.1, |p| p.span.start);
        if stretch.0 > 0 {
            block.opening = self.behind(&mut at, first);
        }
        while let Some(place) = places.next() {
            let next = places.peek().map_or(stretch.1, |p| p.span.start);
            let around = self.around(&mut at, &place, next);
            block.entries.push(around);
        }
        block.closing = self.own_lines(&mut at, stretch.1);
        block
    }

    /// The comments that no block asked for: none, unless spans and comments do not fit together.
    pub(super) fn rest(&mut self) -> Vec<Own<'a>> {
        let left: Vec<usize> = (0..self.comments.len())
            .filter(|i| self.is_free(*i))
            .collect();
        let texts = left.into_iter().filter_map(|i| self.take(i));
        texts
            .map(|c| Own {
                gap: Gap::Line,
                text: &c.text,
            })
            .collect()
    }

    fn around(&mut self, at: &mut Cursor, place: &Place, next: u32) -> Around<'a> {
        let (start, end) = (place.span.start, place.span.end);
        let mut before = self.own_lines(at, start);
        let mut gap = self.gap(*at);
        for index in self.indices(start, end) {
            let outside = self
                .comments
                .get(index)
                .is_some_and(|c| !place.is_inside(c.span.start));
            if let Some(comment) = outside.then(|| self.take(index)).flatten() {
                before.push(Own {
                    gap,
                    text: &comment.text,
                });
                gap = Gap::Line;
            }
        }
        *at = Cursor {
            offset: end,
            first: false,
        };
        let behind = self.behind(at, next);
        Around {
            before,
            gap,
            behind,
        }
    }

    /// The comments up to `until`, each on its own line.
    fn own_lines(&mut self, at: &mut Cursor, until: u32) -> Vec<Own<'a>> {
        let mut found = Vec::new();
        for index in self.indices(at.offset, until) {
            let gap = self.gap(*at);
            if let Some(comment) = self.take(index) {
                found.push(Own {
                    gap,
                    text: &comment.text,
                });
                *at = Cursor {
                    offset: comment.span.end,
                    first: false,
                };
            }
        }
        found
    }

    /// The comment that follows on the same line.
    fn behind(&mut self, at: &mut Cursor, until: u32) -> Option<&'a str> {
        let index = self.indices(at.offset, until).next()?;
        let comment = self.comments.get(index)?;
        let between = self
            .text
            .get(at.offset as usize..comment.span.start as usize)?;
        if comment.own_line || between.contains('\n') {
            return None;
        }
        let comment = self.take(index)?;
        at.offset = comment.span.end;
        Some(&comment.text)
    }

    fn gap(&self, at: Cursor) -> Gap {
        if at.first {
            return Gap::First;
        }
        let rest = self.text.get(at.offset as usize..).unwrap_or("");
        let blanks = rest.chars().take_while(|c| c.is_whitespace() || *c == ',');
        match blanks.filter(|c| *c == '\n').take(2).count() {
            0 => Gap::SameLine,
            1 => Gap::Line,
            _ => Gap::Blank,
        }
    }

    fn indices(&self, start: u32, end: u32) -> Range<usize> {
        let index = |offset| self.comments.partition_point(|c| c.span.start < offset);
        index(start)..index(end).max(index(start))
    }

    fn is_free(&self, index: usize) -> bool {
        self.taken.get(index).is_some_and(|taken| !taken)
    }

    fn take(&mut self, index: usize) -> Option<&'a Comment> {
        let taken = self.taken.get_mut(index)?;
        if std::mem::replace(taken, true) {
            None
        } else {
            self.comments.get(index)
        }
    }
}

/// The end of what was last handed out.
#[derive(Clone, Copy)]
struct Cursor {
    offset: u32,
    /// Nothing was handed out yet.
    first: bool,
}

fn small(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
