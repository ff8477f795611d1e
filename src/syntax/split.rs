//! Cuts the tokens of a file into declarations.
//!
//! Nearly all words are contextual (`segment` is a good field name), so a word alone begins nothing: a declaration
//! begins where the text before it can end, and where what follows the word fits it. In a correct text this is
//! unambiguous, because no declaration begins with a word that could go on with an expression. In a wrong one a
//! declaration whose first words fit exactly, at the start of a line, begins whatever stands before it.

use super::scan::{Kind, Token};
use super::words::{self, DECLARATIONS};
use crate::diagnostic::nearest;
use crate::work::steps;
use std::ops::Range;

/// The tokens of one declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The first `///` before it; `start` where there is none.
    pub docs: usize,
    /// Its first word.
    pub start: usize,
    /// Behind its last token.
    pub end: usize,
}

/// Text and tokens together: what cutting looks at.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
}

impl<'a> View<'a> {
    pub(super) fn kind(self, i: usize) -> Option<Kind> {
        steps(1);
        self.tokens.get(i).map(|t| t.kind)
    }

    pub(super) fn level(self, i: usize) -> Option<u16> {
        self.tokens.get(i).map(|t| t.level)
    }

    pub(super) fn first(self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| t.first)
    }

    /// The text of a token; empty beyond the end.
    pub(super) fn word(self, i: usize) -> &'a str {
        steps(1);
        self.tokens
            .get(i)
            .and_then(|t| self.text.get(t.start as usize..t.end as usize))
            .unwrap_or("")
    }

    /// Whether the text may end behind this token: it ends a value, a type or a block.
    pub(super) fn ends(self, i: usize) -> bool {
        match self.kind(i) {
            Some(Kind::Word) => {
                let word = self.word(i);
                let is_field = i.checked_sub(1).and_then(|p| self.kind(p)) == Some(Kind::Dot);
                is_field
                    || words::is_value_word(word)
                    || !(words::is_reserved(word) || self.joins(i, word))
            }
            Some(
                Kind::Quoted | Kind::Number | Kind::Text | Kind::Close | Kind::Question | Kind::Doc,
            ) => true,
            // `sales.*`
            Some(Kind::Sign) => {
                self.word(i) == "*"
                    && i.checked_sub(1).and_then(|p| self.kind(p)) == Some(Kind::Dot)
            }
            _ => false,
        }
    }

    /// Whether a word joins what stands before it with what follows: `a contains b`, `a div b`.
    fn joins(self, i: usize, word: &str) -> bool {
        let is_infix = matches!(word, "contains" | "matches" | "with" | "div" | "mod");
        let before = i.checked_sub(1).and_then(|p| self.kind(p));
        is_infix
            && matches!(
                before,
                Some(Kind::Word | Kind::Quoted | Kind::Number | Kind::Text | Kind::Close)
            )
    }

    /// Whether the text before token `i` may end there. Nothing before it counts as an end.
    pub(super) fn ended_before(self, i: usize) -> bool {
        i.checked_sub(1).is_none_or(|p| self.ends(p))
    }

    /// Whether this token is a name: a word or one in backquotes.
    pub(super) fn is_name(self, i: usize) -> bool {
        matches!(self.kind(i), Some(Kind::Word | Kind::Quoted))
    }

    /// Walks back over the doc comments before token `i`, no further than `from`.
    pub(super) fn docs_before(self, i: usize, from: usize) -> usize {
        let mut docs = i;
        while docs > from && self.kind(docs - 1) == Some(Kind::Doc) {
            docs -= 1;
        }
        docs
    }
}

/// Cuts the tokens of `range` that have this level. `begins` is asked for each (with the start of the piece before it);
/// the first one begins a piece in any case. Every token of the range belongs to exactly one piece.
pub(super) fn cut(
    view: View,
    range: Range<usize>,
    level: u16,
    mut begins: impl FnMut(usize, usize) -> bool,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for i in range.clone() {
        let is_doc = view.kind(i) == Some(Kind::Doc);
        if view.level(i) != Some(level) || (is_doc && i + 1 < range.end) {
            continue;
        }
        let from = match pieces.last() {
            Some(last) if is_doc || !begins(i, last.start) => continue,
            Some(last) => last.start + 1,
            None => range.start,
        };
        let docs = view.docs_before(i, from);
        if let Some(last) = pieces.last_mut() {
            last.end = docs;
        }
        pieces.push(Piece {
            docs,
            start: i,
            end: range.end,
        });
    }
    pieces
}

/// Cuts a file. What stands before the first declaration is a piece too.
pub(super) fn declarations(view: View) -> Vec<Piece> {
    cut(view, 0..view.tokens.len(), 0, |i, previous| {
        begins(view, i, previous)
    })
}

/// Whether a declaration begins at token `i`; the one before it began at `previous`.
fn begins(view: View, i: usize, previous: usize) -> bool {
    let is_marked = matches!(view.word(previous), "pervasive" | "ordered");
    if view.kind(i) != Some(Kind::Word) || (is_marked && i == previous + 1) {
        return false;
    }
    if begins_for_sure(view.text, view.tokens, i) {
        return true;
    }
    let named = previous + 1 + usize::from(is_marked);
    let is_name_of_previous = i <= named && DECLARATIONS.contains(&view.word(i - 1));
    if is_name_of_previous || !view.ended_before(i) {
        return false;
    }
    if view.kind(i + 1) == Some(Kind::Word) && words::is_reserved(view.word(i + 1)) {
        return false;
    }
    if is_inside_form(view.word(i - 1)) {
        return has_its_head(view, i);
    }
    if fits(view, i) {
        return true;
    }
    let word = view.word(i);
    let followed =
        view.is_name(i + 1) || view.kind(i + 1) == Some(Kind::Text) || view.word(i + 1) == "{";
    let in_head = is_head_clause(word) || is_head_clause(view.word(i - 1));
    if continues(word) || in_head || !followed {
        return false;
    }
    let at_margin = view.first(i) && starts_line(view, i);
    if DECLARATIONS.contains(&word) {
        return at_margin;
    }
    // Within an expression `3 weeks` is no `week`, and `x mod score_3` no `score`.
    let stands_apart =
        view.first(i) || i.checked_sub(1).and_then(|p| view.kind(p)) == Some(Kind::Close);
    at_margin
        || (stands_apart
            && (words::later_declaration(word).is_some()
                || nearest(word, DECLARATIONS.iter().copied()).is_some()))
}

/// Whether a word, in whatever case, goes on with the text before it.
pub(super) fn continues(word: &str) -> bool {
    words::continues(word) || words::is_reserved(&word.to_ascii_lowercase())
}

/// Words that go on with the head of a decision, table or reference.
fn is_head_clause(word: &str) -> bool {
    matches!(word, "independent" | "from" | "key")
}

/// Words of forms before which an expression has not ended, though as names they could end one: `any record in
/// records`, `round table up to 5`.
fn is_inside_form(word: &str) -> bool {
    matches!(
        word,
        "any" | "every" | "nearest" | "round" | "since" | "for" | "half" | "up" | "down" | "to"
    )
}

/// No blank stands before the token on its line.
fn starts_line(view: View, i: usize) -> bool {
    let start = view.tokens.get(i).map_or(0, |t| t.start as usize);
    start == 0 || view.text.as_bytes().get(start - 1) == Some(&b'\n')
}

/// Whether what stands behind a declaration word is what may follow it. Words that are good names in expressions are
/// looked at twice: `nearest place of shops to customer` may stand before another declaration.
fn fits(view: View, i: usize) -> bool {
    let named = view.is_name(i + 1);
    match view.word(i) {
        "use" | "test" => view.kind(i + 1) == Some(Kind::Text),
        "context" | "touchpoint" => view.word(i + 1) == "{",
        "timezone" => {
            named
                || matches!(view.kind(i + 1), Some(Kind::Text | Kind::Number))
                || view.word(i + 1) == "("
        }
        "pervasive" => {
            named
                && (matches!(
                    view.word(i + 1),
                    "decision" | "table" | "score" | "feature" | "next_best_action"
                ) || words::later_declaration(view.word(i + 1)).is_some())
        }
        "week" | "ordered" | "event" | "customer" | "reference" | "score" | "feature"
        | "journey" | "group" | "action" | "actions" | "next_best_action" | "policy"
        | "experiment" => has_its_head(view, i),
        // Nothing need stand behind its name.
        "issue" => {
            has_its_head(view, i)
                || named && (view.first(i + 2) || DECLARATIONS.contains(&view.word(i + 2)))
        }
        word => named && DECLARATIONS.contains(&word),
    }
}

/// Whether the words from token `i`, at the margin, can only be the beginning of a declaration: two or three tokens
/// that never stand so inside another one.
pub(super) fn begins_for_sure(text: &str, tokens: &[Token], i: usize) -> bool {
    let view = View { text, tokens };
    if view.kind(i) != Some(Kind::Word) || !view.first(i) || !starts_line(view, i) {
        return false;
    }
    match view.word(i) {
        "pervasive" => {
            matches!(view.word(i + 1), "decision" | "table") && view.is_name(i + 2)
                || has_its_head(view, i + 1)
        }
        "timezone" => {
            view.kind(i + 1) == Some(Kind::Text)
                || view.is_name(i + 1) && matches!(view.word(i + 2), "." | "else")
        }
        _ => has_its_head(view, i),
    }
}

/// Whether a declaration word is followed by two tokens that stand so in its head only.
fn has_its_head(view: View, i: usize) -> bool {
    let named = view.is_name(i + 1);
    let third = view.word(i + 2);
    match view.word(i) {
        "use" => view.kind(i + 1) == Some(Kind::Text),
        "test" => view.kind(i + 1) == Some(Kind::Text) && third == "{",
        "context" | "touchpoint" => view.word(i + 1) == "{",
        "enum" | "record" | "classify" | "event" | "customer" | "policy" | "experiment" => {
            named && third == "{"
        }
        "ordered" => view.word(i + 1) == "enum" && view.is_name(i + 2),
        "let" => named && matches!(third, "=" | ":" | "(" | ":="),
        "segment" | "behaviour" => named && matches!(third, "=" | "(" | ":="),
        "decision" => named && matches!(third, "->" | "=>"),
        "journey" => named && matches!(third, "{" | "starts"),
        "next_best_action" => named && matches!(third, "{" | "independent"),
        "action" => named && third == "in",
        "actions" => named && third == "from",
        "group" => named && third == ".",
        "issue" => {
            named
                && (third == "{"
                    || i + 2 >= view.tokens.len()
                    || view.first(i + 2) && view.first(i))
        }
        "table" => named && third == "(",
        "score" => named && matches!(third, "->" | "=>" | "{" | "independent"),
        "feature" => named && matches!(third, "when" | "independent"),
        "reference" => named && third == ":",
        "week" => view.word(i + 1) == "starts" && view.is_name(i + 2) && third != "with",
        _ => false,
    }
}
