//! Words for what pest could not read: from the place where it stopped to a diagnostic for rule authors.
//!
//! pest says where, the tokens around that place say what. Nothing here runs on correct text.

use super::pairs::Rule;
use super::scan::Kind;
use super::split::{Piece, View};
use super::words;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::{SourceId, Span};
use std::ops::Range;

/// A mistake within some tokens, and the rule they were read by.
struct Mistake<'a> {
    source: SourceId,
    view: View<'a>,
    rule: Rule,
    tokens: Range<usize>,
    /// The token that does not fit; the end of the tokens if something is missing there.
    at: usize,
}

/// Says what is wrong with tokens that pest could not read by `rule` beyond the offset `at`.
pub(super) fn explain(
    source: SourceId,
    view: View,
    rule: Rule,
    tokens: Range<usize>,
    at: u32,
) -> Diagnostic {
    let range = view.tokens.get(tokens.clone()).unwrap_or(&[]);
    let mut index = tokens.start + range.partition_point(|t| t.end <= at);
    // A reserved word is read as an operand; if no operand belonged there, it is the culprit.
    if index > tokens.start
        && words::CONTINUES.contains(&view.word(index - 1))
        && !view.ended_before(index - 1)
    {
        index -= 1;
    }
    let mistake = Mistake {
        source,
        view,
        rule,
        tokens,
        at: index,
    };
    mistake.describe()
}

impl Mistake<'_> {
    fn word(&self, i: usize) -> &str {
        if self.tokens.contains(&i) {
            self.view.word(i)
        } else {
            ""
        }
    }

    fn kind(&self, i: usize) -> Option<Kind> {
        self.tokens
            .contains(&i)
            .then(|| self.view.kind(i))
            .flatten()
    }

    fn span(&self, i: usize) -> Span {
        let token = self
            .view
            .tokens
            .get(i.min(self.tokens.end.saturating_sub(1)));
        token.map_or(Span::default(), |t| match i < self.tokens.end {
            true => Span::new(self.source, t.start, t.end),
            false => Span::new(self.source, t.end, t.end),
        })
    }

    fn before(&self) -> usize {
        self.at.saturating_sub(1)
    }

    fn describe(&self) -> Diagnostic {
        self.unexpected()
    }

    fn unexpected(&self) -> Diagnostic {
        let span = self.span(self.at);
        if self.at >= self.tokens.end {
            let last = self.word(self.before()).to_owned();
            return Diagnostic::error(
                Code::Unexpected,
                span,
                format!("something is missing behind `{last}`"),
            );
        }
        Diagnostic::error(
            Code::Unexpected,
            span,
            format!("`{}` does not fit here", self.word(self.at)),
        )
    }
}

/// A declaration that begins with an unknown word.
pub(super) fn unknown_declaration(view: View, at: usize, span: Span) -> Diagnostic {
    let word = view.word(at);
    let error = Diagnostic::error(
        Code::UnknownDeclaration,
        span,
        format!("no declaration begins with `{word}`"),
    );
    let help = "the declarations are `ruleset`, `use`, `enum`, `record`, `context`, `touchpoint`, `let`, `segment`, `classify`, `decision` and `table`";
    match nearest(word, words::DECLARATIONS.iter().copied()) {
        Some(near) => error
            .label("a declaration goes here")
            .help(format!("did you mean `{near}`?"))
            .suggest(span, near),
        None => error.label("a declaration goes here").help(help),
    }
}

/// Something behind the closing brace of a declaration.
pub(super) fn behind_body(view: View, at: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::Unexpected,
        span,
        format!("`{}` does not fit here", view.word(at)),
    )
    .label("the declaration is complete before this; another one goes here")
}

/// A declaration without its braces.
pub(super) fn no_body(view: View, piece: Piece, span: Span) -> Diagnostic {
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
        "classify" => ("members", "{ regular when visits > 3 otherwise newcomer }"),
        _ => ("fields", "{ name: string, age: int }"),
    };
    Diagnostic::error(Code::Unexpected, end, format!("this {word} has no {what}"))
        .label(format!("its {what} go here, in braces"))
        .help(format!("write `{example}`, for example"))
}

/// Whether an entry is a rule with a condition.
pub(super) fn is_rule(view: View, tokens: &Range<usize>) -> bool {
    view.word(tokens.start) == "when"
        || (view.kind(tokens.start + 1) == Some(Kind::Colon)
            && view.word(tokens.start + 2) == "when")
}

/// `when` in a table.
pub(super) fn rule_in_table(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Unexpected, span, "a table has rows and no `when`")
        .label("a row goes here, for example `| gold | 1..5 => 15%`")
        .help("rules with free conditions belong in a `decision`")
}

/// A row in the body of a table that reads its rows from a file.
pub(super) fn row_beside_file(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Unexpected, span, "this table has its rows in a file")
        .label("only `otherwise => …` goes here")
        .help("move the row into the file, or write all rows here and remove `from`")
}

/// A table without its first line.
pub(super) fn no_header(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::Unexpected,
        span,
        "this table does not say what its columns are",
    )
    .label("behind this goes a line such as `| customer.tier | visits => result`")
}

/// An entry behind `otherwise`.
pub(super) fn behind_otherwise(here: Span, otherwise: Span) -> Diagnostic {
    Diagnostic::error(
        Code::OtherwiseNotLast,
        here,
        "nothing behind `otherwise` can ever apply",
    )
    .label("this is never reached")
    .also(otherwise, "this takes every customer that is left")
    .help("move `otherwise` to the end")
}
