//! What a terminal shows of a text: how wide characters are, and stand-ins for those that would do harm.

/// Blanks shown for a tab.
const TAB: &str = "    ";

/// The text with tabs as blanks and with stand-ins for characters that a terminal would obey rather than show.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str(TAB),
            '\u{7f}' => out.push('\u{2421}'),
            // The control pictures stand in the order of the control characters.
            '\0'..'\u{20}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or(' ')),
            c if is_obeyed(c) => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}

/// Columns that the text takes once it is made visible.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(c: char) -> usize {
    match u32::from(c) {
        0x09 => TAB.len(),
        0x20..=0x7e => 1,
        code if in_ranges(code, &ZERO) => 0,
        code if in_ranges(code, &WIDE) => 2,
        _ => 1,
    }
}

/// The C1 controls, and the characters that change the direction of what is shown.
fn is_obeyed(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn in_ranges(code: u32, ranges: &[(u32, u32)]) -> bool {
    let at = ranges.partition_point(|(_, last)| *last < code);
    ranges.get(at).is_some_and(|(first, _)| *first <= code)
}

/// Marks that take no column of their own: combining marks, joiners, variation selectors. The common blocks only;
/// a mark outside them shifts an underline, no more.
const ZERO: [(u32, u32); 30] = [
    (0x0300, 0x036f),
    (0x0483, 0x0489),
    (0x0591, 0x05bd),
    (0x0610, 0x061a),
    (0x064b, 0x065f),
    (0x06d6, 0x06dc),
    (0x0730, 0x074a),
    (0x0900, 0x0902),
    (0x093c, 0x093c),
    (0x0941, 0x0948),
    (0x094d, 0x094d),
    (0x0981, 0x0981),
    (0x09bc, 0x09bc),
    (0x09c1, 0x09c4),
    (0x09cd, 0x09cd),
    (0x0a3c, 0x0a3c),
    (0x0b4d, 0x0b4d),
    (0x0bcd, 0x0bcd),
    (0x0e31, 0x0e31),
    (0x0e34, 0x0e3a),
    (0x0e47, 0x0e4e),
    (0x1ab0, 0x1aff),
    (0x1dc0, 0x1dff),
    (0x200b, 0x200d),
    (0x20d0, 0x20ff),
    (0x302a, 0x302d),
    (0xfe00, 0xfe0f),
    (0xfe20, 0xfe2f),
    (0xfeff, 0xfeff),
    (0xe0100, 0xe01ef),
];

/// Characters of two columns: East Asian scripts, full-width forms, pictographs.
const WIDE: [(u32, u32); 22] = [
    (0x1100, 0x115f),
    (0x231a, 0x231b),
    (0x23e9, 0x23ec),
    (0x25fd, 0x25fe),
    (0x2614, 0x2615),
    (0x2648, 0x2653),
    (0x26aa, 0x26ab),
    (0x26bd, 0x26be),
    (0x2705, 0x2705),
    (0x270a, 0x270b),
    (0x2753, 0x2755),
    (0x2795, 0x2797),
    (0x2e80, 0x303e),
    (0x3041, 0x4dbf),
    (0x4e00, 0xa4cf),
    (0xa960, 0xa97f),
    (0xac00, 0xd7a3),
    (0xf900, 0xfaff),
    (0xfe30, 0xfe6f),
    (0xff00, 0xff60),
    (0x1f300, 0x1faff),
    (0x20000, 0x3fffd),
];

#[cfg(test)]
mod tests {
    use super::{WIDE, ZERO, columns, visible};

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(
            visible("a\tb\u{1b}[31m\u{202e}\u{7f}"),
            "a    b␛[31m\u{fffd}␡"
        );
    }

    #[test]
    fn widths() {
        assert_eq!(columns("ab"), 2);
        assert_eq!(columns("\t"), 4);
        assert_eq!(columns("電影"), 4);
        assert_eq!(columns("e\u{301}"), 1);
        assert_eq!(columns("😀"), 2);
    }

    #[test]
    fn ranges_are_in_order() {
        for table in [&ZERO[..], &WIDE[..]] {
            assert!(table.iter().all(|(first, last)| first <= last));
            assert!(table.is_sorted_by(|a, b| a.1 < b.0));
        }
    }
}
