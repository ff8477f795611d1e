//! The text being written: indentation, columns, and comments at the ends of lines.
//!
//! Comments at line ends are remembered and put in at the end, so that those on neighbouring lines
//! can be set in one column. Nothing can be written behind one: the next text opens a new line.

/// The column that lines should not pass.
pub(super) const WIDTH: usize = 100;
/// One step of indentation.
pub(super) const STEP: usize = 4;

/// How many characters wide a text is.
pub(super) fn width(text: &str) -> usize {
    crate::work::steps(text.len());
    text.chars().count()
}

/// A comment at the end of a line that is already written.
struct Trailing<'a> {
    /// Where in the text the line ends.
    offset: usize,
    line: usize,
    column: usize,
    comment: &'a str,
}

/// The text written so far.
#[derive(Default)]
pub(super) struct Out<'a> {
    text: String,
    line: usize,
    column: usize,
    /// The indentation of the current line.
    indent: usize,
    trailing: Vec<Trailing<'a>>,
    /// The current line ends in a comment.
    closed: bool,
}

impl<'a> Out<'a> {
    /// Whether the current line is indented.
    pub(super) fn is_indented(&self) -> bool {
        self.indent > 0
    }

    /// The number of the current line.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Characters left on the current line when so many are still to follow.
    pub(super) fn room(&self, tail: usize) -> usize {
        WIDTH.saturating_sub(self.column).saturating_sub(tail)
    }

    /// Text without line breaks.
    pub(super) fn push(&mut self, text: &str) {
        if self.closed {
            self.end_line();
        }
        self.text.push_str(text);
        self.column += width(text);
    }

    /// Blanks up to a column.
    pub(super) fn pad_to(&mut self, column: usize) {
        while self.column < column {
            self.push(" ");
        }
    }

    /// A new line, unless nothing is written on the current one, and its indentation.
    pub(super) fn fresh(&mut self, indent: usize) {
        if self.column > 0 {
            self.end_line();
        }
        self.pad_to(indent);
        self.indent = indent;
    }

    /// An empty line. Stands before `fresh`.
    pub(super) fn blank(&mut self) {
        if self.column > 0 {
            self.end_line();
        }
        if !self.text.is_empty() {
            self.end_line();
        }
    }

    /// A comment at the end of the current line.
    pub(super) fn comment(&mut self, comment: &'a str) {
        if self.closed {
            self.end_line();
        }
        self.trailing.push(Trailing {
            offset: self.text.len(),
            line: self.line,
            column: self.column,
            comment,
        });
        self.closed = true;
    }

    fn end_line(&mut self) {
        self.text.push('\n');
        self.line += 1;
        self.column = 0;
        self.indent = 0;
        self.closed = false;
    }

    /// The whole text, with the comments at line ends.
    pub(super) fn finish(mut self) -> String {
        if self.column > 0 || self.closed {
            self.end_line();
        }
        let mut text = String::with_capacity(self.text.len());
        let mut done = 0;
        let runs = self.trailing.chunk_by(|a, b| a.line + 1 == b.line);
        for run in runs {
            let columns = run.iter().map(|t| t.column).filter(|c| *c <= WIDTH);
            let widest = columns.max().unwrap_or(0);
            for at in run {
                text.push_str(self.text.get(done..at.offset).unwrap_or(""));
                done = at.offset;
                let blanks = if at.column == 0 {
                    0
                } else {
                    widest.saturating_sub(at.column) + 2
                };
                text.extend(std::iter::repeat_n(' ', blanks));
                text.push_str(at.comment);
            }
        }
        text.push_str(self.text.get(done..).unwrap_or(""));
        text
    }
}
