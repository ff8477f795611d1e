//! Words for patterns that can't be read.

use super::rewrite::{no_flags, range};
use super::{NESTING, PatternError};
use regex_syntax::ast::{Error, ErrorKind};

/// What is said of a mistake.
pub(super) fn of(text: &str, error: &Error) -> PatternError {
    let mut at = range(error.span());
    if at.is_empty() {
        // What stands there is what should not: point at it.
        let next = text.get(at.start..).and_then(|rest| rest.chars().next());
        at.end += next.map_or(0, char::len_utf8);
    }
    let written = text.get(at.clone()).unwrap_or_default();
    let (message, help) = match error.kind() {
        ErrorKind::FlagDanglingNegation
        | ErrorKind::FlagDuplicate { .. }
        | ErrorKind::FlagRepeatedNegation { .. }
        | ErrorKind::FlagUnexpectedEof
        | ErrorKind::FlagUnrecognized => return no_flags(at),
        ErrorKind::EscapeUnrecognized | ErrorKind::ClassEscapeInvalid => {
            return PatternError {
                message: format!("`{written}` means nothing in a pattern"),
                help: r"for a backslash itself, write `\\` in the pattern".to_owned(),
                at,
            };
        }
        ErrorKind::NestLimitExceeded(_) => {
            return PatternError {
                message: format!("this pattern is nested more than {NESTING} deep"),
                help: "write it flatter, or split it into several patterns".to_owned(),
                at,
            };
        }
        kind => words(kind),
    };
    PatternError {
        at,
        message: message.to_owned(),
        help: help.to_owned(),
    }
}

/// Message and help where they are always the same.
fn words(kind: &ErrorKind) -> (&'static str, &'static str) {
    match kind {
        ErrorKind::ClassUnclosed => (
            "this `[` has no `]`",
            r"close it, or write `\[` for the character itself",
        ),
        ErrorKind::GroupUnclosed => (
            "this `(` has no `)`",
            r"close it, or write `\(` for the character itself",
        ),
        ErrorKind::GroupUnopened => (
            "this `)` has no `(`",
            r"take it out, or write `\)` for the character itself",
        ),
        ErrorKind::ClassRangeInvalid => (
            "this range runs backwards",
            "write the lower character first, as in `[a-z]`",
        ),
        ErrorKind::ClassRangeLiteral => (
            "a range runs from one character to another",
            r"write one character on each side of the `-`, or `\-` for the character itself",
        ),
        ErrorKind::RepetitionMissing => (
            "there is nothing before this to repeat",
            r"put it behind what repeats, or write `\*`, `\+`, `\?` or `\{` for the character itself",
        ),
        ErrorKind::RepetitionCountInvalid => (
            "this repetition runs backwards",
            "write the smaller number first, as in `{2,5}`",
        ),
        ErrorKind::RepetitionCountDecimalEmpty
        | ErrorKind::RepetitionCountUnclosed
        | ErrorKind::DecimalEmpty
        | ErrorKind::DecimalInvalid => (
            "a repetition is written like `{2}`, `{2,}` or `{2,5}`",
            r"write it so, or write `\{` for the character itself",
        ),
        ErrorKind::EscapeHexEmpty
        | ErrorKind::EscapeHexInvalid
        | ErrorKind::EscapeHexInvalidDigit => (
            r"there is no character of this number",
            r"a character by its number is written like `\x{e9}`",
        ),
        ErrorKind::EscapeUnexpectedEof | ErrorKind::SpecialWordOrRepetitionUnexpectedEof => (
            "the pattern ends in the middle",
            r"write what belongs behind the `\`, or `\\` for a backslash itself",
        ),
        ErrorKind::SpecialWordBoundaryUnclosed | ErrorKind::SpecialWordBoundaryUnrecognized => {
            ("there is no such boundary of words", r"write `\b`")
        }
        ErrorKind::GroupNameDuplicate { .. }
        | ErrorKind::GroupNameEmpty
        | ErrorKind::GroupNameInvalid
        | ErrorKind::GroupNameUnexpectedEof => (
            "this group's name can't be used",
            "groups need no name: write `(…)`",
        ),
        ErrorKind::UnicodeClassInvalid => (
            r"patterns have no `\p`: their classes are ASCII only",
            "list the characters, as in `[a-zäöü]`",
        ),
        ErrorKind::UnsupportedBackreference => (
            "a pattern can't refer back to what a group matched",
            r"spell the alternatives out; for a backslash itself, write `\\` in the pattern",
        ),
        ErrorKind::UnsupportedLookAround => (
            "a pattern can't look ahead or behind",
            "write two conditions, joined by `and` or `and not`",
        ),
        _ => ("this pattern can't be read", "write it more simply"),
    }
}
