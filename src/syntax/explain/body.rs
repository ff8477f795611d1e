//! Mistakes in the build of declarations, found without pest: unknown words, missing braces, entries out of place.

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::scan::Kind;
use crate::syntax::split::{Piece, View};
use crate::syntax::words;
use std::ops::Range;

/// Something behind the closing brace of a declaration.
pub(in crate::syntax) fn behind_body(view: View, at: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::Unexpected,
        span,
        format!("`{}` does not fit here", view.word(at)),
    )
    .label("the declaration is complete before this; another one goes here")
}

/// A declaration without its braces.
pub(in crate::syntax) fn no_body(view: View, piece: Piece, span: Span) -> Diagnostic {
    let end = Span {
        start: span.end,
        ..span
    };
    let at = piece.start + usize::from(view.word(piece.start) == "pervasive");
    let word = view.word(at);
    let (what, example) = match word {
        "decision" => (
            "rules",
            "{ when mood == angry => chat otherwise => self_service }",
        ),
        "table" => (
            "rows",
            "{ | mood => result | angry => chat | - => self_service }",
        ),
        "score" => ("rules", "{ when regular => +20 always => 10 }"),
        "customer" => ("facts", "{ customer.tier: gold, mood: calm }"),
        "test" => ("steps", "{ given ann expect assistance == chat }"),
        "journey" => (
            "entries",
            "{ starts paying on checkout paying ends after 1 hour }",
        ),
        "action" => ("clauses", "{ eligible when regular value 8.00 }"),
        "actions" => ("clauses", "{ eligible when regular value offer.worth }"),
        "experiment" => (
            "clauses",
            "{ by customer.id salt \"copy\" variants { control: 50%, short: 50% } }",
        ),
        "policy" => ("clauses", "{ at most 2 of sales.* per 7 days }"),
        "next_best_action" => ("clauses", "{ choose from sales.* rank by value }"),
        "classify" => ("members", "{ regular when visits > 3 otherwise newcomer }"),
        _ => ("fields", "{ name: string, age: int }"),
    };
    let (said, whose) = match word {
        "actions" => (format!("these {word} have no {what}"), "their"),
        _ => (format!("this {word} has no {what}"), "its"),
    };
    Diagnostic::error(Code::Unexpected, end, said)
        .label(format!("{whose} {what} go here, in braces"))
        .help(format!("write `{example}`, for example"))
}

/// Whether an entry is a rule with a condition.
pub(in crate::syntax) fn is_rule(view: View, tokens: &Range<usize>) -> bool {
    view.word(tokens.start) == "when"
        || (view.kind(tokens.start + 1) == Some(Kind::Colon)
            && view.word(tokens.start + 2) == "when")
}

/// `when` in a table.
pub(in crate::syntax) fn rule_in_table(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Unexpected, span, "a table has rows and no `when`")
        .label("a row goes here, for example `| gold | 1..5 => 15%`")
        .help("rules with free conditions belong in a `decision`")
}

/// A row in the body of a table that reads its rows from a file.
pub(in crate::syntax) fn row_beside_file(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Unexpected, span, "this table has its rows in a file")
        .label("only `otherwise => …` goes here")
        .help("move the row into the file, or write all rows here and remove `from`")
}

/// A table without its first line.
pub(in crate::syntax) fn no_header(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::Unexpected,
        span,
        "this table does not say what its columns are",
    )
    .label("behind this goes a line such as `| customer.tier | visits => result`")
}

/// An entry behind `otherwise`.
pub(in crate::syntax) fn behind_otherwise(here: Span, otherwise: Span) -> Diagnostic {
    Diagnostic::error(
        Code::OtherwiseNotLast,
        here,
        "nothing behind `otherwise` can ever apply",
    )
    .label("this is never reached")
    .also(otherwise, "this takes every customer that is left")
    .help("move `otherwise` to the end")
}

/// A step of a test that begins with an unknown word.
pub(in crate::syntax) fn unknown_step(word: &str, span: Span) -> Diagnostic {
    let error = Diagnostic::error(
        Code::Unexpected,
        span,
        format!("no step of a test begins with `{word}`"),
    )
    .label("a step goes here");
    let help = "a test has `now`, `given`, `on`, `event`, `expect` and lines of a table";
    match nearest(word, ["now", "given", "on", "event", "expect"]) {
        Some(near) if word.len() > 2 => error.help(help).suggest(span, near),
        _ => error.help(help),
    }
}

/// The first token of a test table's first line that can only be a value, and no fact.
pub(in crate::syntax) fn value_in_header(view: View, tokens: Range<usize>) -> Option<usize> {
    let before_arrow = |i: &usize| view.kind(*i) != Some(Kind::Arrow);
    let mut columns = tokens.skip(1).take_while(before_arrow);
    columns.find(|i| {
        matches!(view.kind(*i), Some(Kind::Number | Kind::Text | Kind::Open))
            || words::is_value_word(view.word(*i)) && view.kind(*i) == Some(Kind::Word)
            || view.word(*i) == "-"
    })
}

/// A case without the line that says what its values are.
pub(in crate::syntax) fn case_before_header(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::Unexpected,
        span,
        "nothing says which facts the values of this line are",
    )
    .label("the first line of a table in a test names facts")
    .help("write a line such as `| mood, customer.visits => assistance.help` before it")
}
