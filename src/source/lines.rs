//! From byte offsets to lines and columns, without reading the text from its start each time.
//!
//! Built once for a text when its first diagnostic is drawn. A text may be one line of many megabytes, so the
//! index also counts characters up to every thousandth byte or so; each question is then answered in bounded time
//! (and a binary search).

use super::LineColumn;
use std::ops::Range;

/// Bytes between two counts of characters.
const BLOCK: usize = 1024;

/// Where the lines of a text start, and how many characters stand before each block.
#[derive(Debug, Clone)]
pub(crate) struct LineIndex {
    starts: Vec<u32>,
    characters: Vec<u32>,
}

impl LineIndex {
    pub(crate) fn new(text: &str) -> Self {
        crate::work::steps(text.len());
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let mut starts = vec![0];
        starts.extend(breaks.map(|(at, _)| number(at + 1)));
        let mut before = 0;
        let characters = text.as_bytes().chunks(BLOCK).map(|block| {
            let count = before;
            before += count_characters(block);
            number(count)
        });
        let mut characters: Vec<u32> = characters.collect();
        if text.len().is_multiple_of(BLOCK) {
            characters.push(number(before));
        }
        LineIndex { starts, characters }
    }

    /// The line an offset lies in, from 0.
    pub(crate) fn line(&self, offset: u32) -> usize {
        self.starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    /// The bytes of a line (from 0), line break included.
    pub(crate) fn range(&self, line: usize, text: &str) -> Range<usize> {
        let start = |line: usize| self.starts.get(line).map_or(text.len(), |s| *s as usize);
        start(line)..start(line.saturating_add(1))
    }

    /// Line and column of an offset, both from 1.
    pub(crate) fn position(&self, offset: u32, text: &str) -> LineColumn {
        let line = self.line(offset);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let column = self
            .characters_before(offset, text)
            .saturating_sub(self.characters_before(start, text));
        LineColumn {
            line: number(line).saturating_add(1),
            column: number(column).saturating_add(1),
        }
    }

    fn characters_before(&self, offset: u32, text: &str) -> usize {
        let offset = (offset as usize).min(text.len());
        let block = offset / BLOCK;
        let rest = text.as_bytes().get(block * BLOCK..offset).unwrap_or(&[]);
        self.characters.get(block).map_or(0, |c| *c as usize) + count_characters(rest)
    }
}

/// Characters that begin in a stretch of UTF-8.
fn count_characters(bytes: &[u8]) -> usize {
    crate::work::steps(bytes.len());
    bytes.iter().filter(|b| (**b & 0xC0) != 0x80).count()
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, LineIndex};

    fn check(text: &str) {
        let index = LineIndex::new(text);
        for offset in (0..=text.len()).filter(|o| text.is_char_boundary(*o)) {
            let (before, _) = text.split_at(offset);
            let at = index.position(u32::try_from(offset).unwrap(), text);
            assert_eq!(
                at.line as usize,
                before.matches('\n').count() + 1,
                "line of {offset}"
            );
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            assert_eq!(at.column as usize, column, "column of {offset}");
        }
    }

    #[test]
    fn agrees_with_counting() {
        check("");
        check("\n\n");
        check("a é 😀\r\nsecond\n");
        check(&"é😀x".repeat(BLOCK));
        check(&"x".repeat(BLOCK));
        check(&"y\n".repeat(2 * BLOCK));
    }

    #[test]
    fn lines_cover_the_text() {
        let text = "a\nbc\n";
        let index = LineIndex::new(text);
        assert_eq!(text.get(index.range(1, text)), Some("bc\n"));
        assert_eq!(text.get(index.range(2, text)), Some(""));
        assert_eq!(index.line(2), 1);
        assert_eq!(index.line(99), 2);
    }
}
