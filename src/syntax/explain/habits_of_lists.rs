//! What people bring along about lists: conditions without brackets, folds without a name for the item, loops.

use super::Mistake;
use crate::diagnostic::Diagnostic;
use crate::syntax::scan::Kind;

impl Mistake<'_> {
    /// `any x in orders has x.late`, `orders where late`, `sum of prices`
    pub(super) fn without_brackets(&self) -> Option<Diagnostic> {
        let span = self.span(self.at);
        let word = self.previous();
        if matches!(word, "has" | "where") && self.opens(self.at) && self.here() != "(" {
            return Some(
                self.answer(
                    span,
                    format!("the condition behind `{word}` stands in brackets"),
                    "`(` goes here",
                )
                .help(format!("write `{word} (…)`")),
            );
        }
        let fold = self.word(self.before().wrapping_sub(1));
        let is_fold = word == "of" && matches!(fold, "sum" | "min" | "max");
        if is_fold && self.view.is_name(self.at) {
            return Some(self.whole_list(fold, self.at));
        }
        // `max of (orders)`
        let open = self.bracket().filter(|open| self.word(*open) == "(")?;
        let fold = self.word(open.wrapping_sub(2));
        let is_fold =
            self.word(open.wrapping_sub(1)) == "of" && matches!(fold, "sum" | "min" | "max");
        (is_fold && (self.here() == ")" || self.at_end())).then(|| {
            self.answer(
                span,
                format!("`{fold} of` asks for something of each item"),
                "`for` and the items go here",
            )
            .help(format!("write `{fold} of (x.price for x in list)`"))
        })
    }

    /// `x in (1, 2)`, `x in {1, 2}`, `x in 1 to 10`
    pub(super) fn in_other_brackets(&self) -> Option<Diagnostic> {
        let span = self.span(self.at);
        let is_number = |i: usize| self.is_number(i);
        if self.here() == "to" && is_number(self.before()) && is_number(self.at + 1) {
            let range = format!("{}..={}", self.previous(), self.next());
            return Some(
                self.answer(span, "a range is written `..=` or `..`", "not this way")
                    .help(format!("write `in {range}`"))
                    .suggest(self.all(self.before(), self.at + 1), range),
            );
        }
        let open = self.bracket()?;
        let first = self.at == open + 1;
        let is_list = match self.word(open) {
            "(" => self.here() == ",",
            "{" => first && (is_number(self.at) || self.kind(self.at) == Some(Kind::Text)),
            _ => false,
        };
        if !is_list || self.word(open.wrapping_sub(1)) != "in" {
            return None;
        }
        let level = self.view.level(open)?;
        let closes =
            |i: &usize| self.kind(*i) == Some(Kind::Close) && self.view.level(*i) == Some(level);
        let close = (open + 1..self.tokens.end).find(closes)?;
        Some(
            self.answer(
                self.span(open),
                "a list is written in square brackets",
                "`[` goes here",
            )
            .help("write `in [a, b]`")
            .suggest(self.span(open), "[")
            .suggest(self.span(close), "]"),
        )
    }

    /// `sum of prices`, `sum of orders.price`
    fn whole_list(&self, fold: &str, first: usize) -> Diagnostic {
        let dotted = self.kind(first + 1) == Some(Kind::Dot) && self.view.is_name(first + 2);
        let list = self.word(first);
        let (last, right) = if dotted {
            (
                first + 2,
                format!("(x.{} for x in {list})", self.word(first + 2)),
            )
        } else {
            (first, format!("(x for x in {list})"))
        };
        let all = self.all(first, last);
        let error = self.answer(
            all,
            format!("`{fold} of` asks for something of each item"),
            "brackets go around it, with a name for the item",
        );
        let error = error.help(format!("write `{fold} of {right}`"));
        if self.kind(last + 1) == Some(Kind::Dot) {
            return error;
        }
        error.suggest(all, right)
    }

    /// `for x in xs`, `exists x in xs has (…)`, `[x for x in xs]`
    pub(super) fn a_loop(&self) -> Option<Diagnostic> {
        let span = self.span(self.at);
        let is_for = self.here() == "for" || self.here() == "foreach";
        if is_for {
            return Some(
                self.answer(span, "there are no loops: a list is asked as a whole", "not here")
                    .help("write `any x in list has (…)`, `every x in list has (…)`, `list where (…)` or `sum of (x.price for x in list)`"),
            );
        }
        let quantified = self.view.is_name(self.at) && self.next() == "in";
        let word = self.previous();
        if quantified
            && matches!(
                word,
                "exists" | "some" | "all" | "each" | "forall" | "foreach"
            )
        {
            let right = if matches!(word, "exists" | "some") {
                "any"
            } else {
                "every"
            };
            let before = self.span(self.before());
            return Some(
                self.answer(
                    before,
                    format!("`{word} … in` is written `{right} … in`"),
                    "not this way",
                )
                .help(format!("write `{right} x in list has (…)`"))
                .suggest(before, right),
            );
        }
        // `any xs > 3`, `every x in xs x > 1`
        let asks = |i: usize| matches!(self.word(i), "any" | "every");
        let two = self.before().wrapping_sub(1);
        if asks(two) && !quantified && self.here() != "in" && self.ended() {
            let list = word;
            return Some(
                self.answer(
                    self.span(two),
                    format!("`{}` names the item that it asks", self.word(two)),
                    "the item's name and `in` go behind this",
                )
                .help(format!("write `{} x in {list} has (…)`", self.word(two))),
            );
        }
        let item = two.wrapping_sub(2);
        let unfinished = self.word(two) == "in" && asks(item) && self.view.is_name(self.before());
        (unfinished && self.here() != "has" && self.ended()).then(|| {
            self.answer(
                span,
                "`has` and a condition in brackets are missing",
                "`has (` goes before this",
            )
            .help(format!(
                "write `{} {} in {word} has (…)`",
                self.word(item),
                self.word(item + 1)
            ))
        })
    }
}
