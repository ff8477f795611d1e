//! Names and strings as they have to be written to be read back as they are.
//!
//! Reserved words may follow `.`, precede the `:` of a field and stand inside `enum { }`; elsewhere they need
//! backquotes.

use crate::syntax::words::{is_reserved, needs_quotes};
use std::fmt::Write as _;

/// A name where reserved words may stand too.
pub(super) fn any_name(text: &str) -> String {
    if is_word(text) {
        text.to_owned()
    } else {
        format!("`{text}`")
    }
}

/// A name where reserved words mean something else.
pub(super) fn plain_name(text: &str) -> String {
    if is_reserved(text) {
        format!("`{text}`")
    } else {
        any_name(text)
    }
}

/// A name in an expression, where what other languages call `missing` means a slip.
pub(super) fn value_name(text: &str) -> String {
    if needs_quotes(text) {
        format!("`{text}`")
    } else {
        any_name(text)
    }
}

/// The name of a type, where `enum` and `list` open one.
pub(super) fn type_name(text: &str) -> String {
    if matches!(text, "enum" | "list") {
        format!("`{text}`")
    } else {
        plain_name(text)
    }
}

fn is_word(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A string literal with its quotes.
pub(super) fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c)); // writing to a String can't fail
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Control characters, and those that change the order in which a line is shown: a reader must see them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{any_name, plain_name, quoted};

    #[test]
    fn reserved_words_and_odd_names_get_backquotes() {
        assert_eq!(plain_name("when"), "`when`");
        assert_eq!(any_name("when"), "when");
        assert_eq!(plain_name("channel"), "channel");
        assert_eq!(any_name("2nd"), "`2nd`");
    }

    #[test]
    fn strings_are_escaped() {
        assert_eq!(
            quoted("a \"b\" \\ {c}\n\t\r"),
            r#""a \"b\" \\ {{c}}\n\t\r""#
        );
        assert_eq!(quoted("é\u{0}\u{202e}😀"), "\"é\\u{0}\\u{202e}😀\"");
    }
}
