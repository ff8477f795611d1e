//! Cuts the bodies of customers and tests: facts, steps, the lines of test tables.
//!
//! A fact begins with a dotted path before `:`. A step begins with its word where the text before it can end and where
//! what follows fits: `now`, `given` and `on` are good names, and stay names inside expressions.

use super::{Body, begins_line, follows_dot};
use crate::syntax::scan::Kind;
use crate::syntax::split::{Piece, View, continues, cut};
use crate::syntax::words::is_value_word;

/// Facts of a customer: `path: value`.
pub(in crate::syntax) fn facts(view: View, body: &Body) -> Vec<Piece> {
    cut(view, body.tokens.clone(), body.level, |i, _| {
        let after_comma =
            i > 0 && view.kind(i - 1) == Some(Kind::Comma) && view.kind(i) != Some(Kind::Close);
        after_comma || (begins_fact(view, i) && view.ended_before(i)) || begins_line(view, i)
    })
}

/// Whether a dotted path before `:` begins here.
fn begins_fact(view: View, i: usize) -> bool {
    if !view.is_name(i) || follows_dot(view, i) {
        return false;
    }
    let mut end = i + 1;
    while view.kind(end) == Some(Kind::Dot) && view.is_name(end + 1) {
        end += 2;
    }
    view.kind(end) == Some(Kind::Colon)
}

/// Steps of a test, and the lines of its tables.
pub(in crate::syntax) fn steps(view: View, body: &Body) -> Vec<Piece> {
    let mut arrow = false;
    cut(view, body.tokens.clone(), body.level, |i, start| {
        let in_line = view.kind(start) == Some(Kind::Bar);
        let begins = match view.kind(i) {
            Some(Kind::Bar) => !in_line || arrow || view.first(i),
            _ => begins_step(view, i, start) || begins_unknown(view, i, start),
        };
        arrow = !begins && (arrow || view.kind(i) == Some(Kind::Arrow));
        begins
    })
}

/// Whether a step begins with this word; the one before it began at `start`.
fn begins_step(view: View, i: usize, start: usize) -> bool {
    if view.kind(i) != Some(Kind::Word) || i == start + 1 {
        return false;
    }
    let behind_comma = i > 0 && view.kind(i - 1) == Some(Kind::Comma) && view.first(i);
    if !(view.ended_before(i) || behind_comma) || follows_dot(view, i) {
        return false;
    }
    let before = i.checked_sub(1).map_or("", |p| view.word(p));
    if before == "but" || begins_fact(view, i) {
        return false;
    }
    let named = view.is_name(i + 1);
    let in_event = view.word(start) == "event";
    match view.word(i) {
        // It says where the event was.
        "on" if in_event => false,
        "given" | "event" => named,
        "on" => named && !(before == "same" && view.word(i + 1) == "every"),
        "now" | "expect" => opens_value(view, i + 1),
        _ => false,
    }
}

/// Whether a value can begin with this token; behind `now`, a word that begins the next step does not.
fn opens_value(view: View, i: usize) -> bool {
    let word = view.word(i);
    let expected = view.word(i - 1) == "expect";
    match view.kind(i) {
        Some(Kind::Word) if word == "not" || is_value_word(word) => true,
        Some(Kind::Word) => {
            !continues(word) && (expected || !matches!(word, "given" | "on" | "event" | "expect"))
        }
        Some(Kind::Quoted | Kind::Number | Kind::Text | Kind::Open) => true,
        _ => word == "-" && expected,
    }
}

/// A word at the start of a line that does not go on with the step before it, in a wrong text.
fn begins_unknown(view: View, i: usize, start: usize) -> bool {
    let before = i.checked_sub(1).map_or("", |p| view.word(p));
    let opens_step =
        i == start + 1 && matches!(before, "now" | "given" | "on" | "event" | "expect");
    let of_event = view.word(start) == "event"
        && matches!(view.word(i), "at" | "on" | "device" | "id" | "seq");
    let goes_on = of_event
        || matches!(view.word(i), "but" | "by" | "same" | "every" | "channel")
        || matches!(before, "but" | "by" | "same");
    begins_line(view, i) && !opens_step && !goes_on && !begins_fact(view, i)
}
