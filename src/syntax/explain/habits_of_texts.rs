//! What people bring along about texts: functions behind a dot, `like`, questions negated in their middle, quotes inside.

use super::Mistake;
use crate::diagnostic::Diagnostic;
use crate::syntax::scan::Kind;

impl Mistake<'_> {
    /// `name.contains("a")`, `orders.any(…)`
    pub(super) fn call_behind_dot(&self) -> Option<Diagnostic> {
        // pest may stop at the word, where that is reserved for an operator, or at the bracket behind it.
        let word_at = if self.here() == "(" {
            self.before()
        } else {
            self.at
        };
        let dot = word_at.wrapping_sub(1);
        if self.kind(dot) != Some(Kind::Dot) || self.word(word_at + 1) != "(" {
            return None;
        }
        let word = self.word(word_at);
        let base = self.value_before(dot);
        let help = match &*word.to_ascii_lowercase().replace('_', "") {
            "contains" | "includes" => format!("write `{base} contains …`"),
            "startswith" => format!("write `{base} starts with …`"),
            "endswith" => format!("write `{base} ends with …`"),
            "matches" => format!("write `{base} matches \"…\"`"),
            "any" | "some" | "exists" => format!("write `any x in {base} has (…)`"),
            "all" | "every" => format!("write `every x in {base} has (…)`"),
            "filter" | "where" => format!("write `{base} where (…)`"),
            "sum" | "min" | "max" => format!("write `{word} of (x for x in {base})`"),
            "map" => {
                format!("write what is asked of its items: `sum of (x.price for x in {base})`")
            }
            "length" | "size" | "count" => {
                format!("write `count of {base}` for a list, `length of {base}` for a text")
            }
            "lower" | "tolower" | "lowercase" => format!("write `lower({base})`"),
            "adddays" | "plusdays" | "plus" | "add" => format!("write `{base} + 7 days`"),
            "getyear" | "getmonth" | "getday" => format!("write `{base}.year`"),
            "equals" => format!("write `{base} == …`"),
            "round" => format!("write `round {base} to 0.01`"),
            _ => format!("functions stand before their values: `f({base})`"),
        };
        Some(
            self.answer(
                self.span(word_at),
                format!("`.{word}(…)` is no field: values have no functions of their own"),
                "a field's name goes behind a dot",
            )
            .help(help),
        )
    }

    /// The name or path that ends before a dot.
    fn value_before(&self, dot: usize) -> String {
        let mut first = dot.wrapping_sub(1);
        while first > self.tokens.start + 1
            && self.kind(first - 1) == Some(Kind::Dot)
            && self.view.is_name(first - 2)
        {
            first -= 2;
        }
        if !self.view.is_name(first) || first >= dot {
            return "x".to_owned();
        }
        (first..dot).map(|i| self.word(i)).collect()
    }

    /// `like "%a"`, `starts "a"`, `begins with "a"`, `does not contain "a"`, `not contains "a"`, `matches /a/`.
    pub(super) fn text_question(&self) -> Option<Diagnostic> {
        let (here, next) = (self.here(), self.next());
        if here == "/" && self.previous() == "matches" {
            return Some(
                self.answer(self.span(self.at), "a pattern stands in quotes", "a string goes here")
                    .help("write `matches \"…\"`; it fits the whole text, `contains match \"…\"` a part of it"),
            );
        }
        if !self.ended() {
            return None;
        }
        let span = self.span(self.at);
        let base = self.previous();
        match (here, next) {
            ("like" | "LIKE", _) => Some(self.like(next)),
            ("starts" | "ends", _) if next != "with" => Some(
                self.answer(
                    span,
                    format!("`{here}` goes with `with`"),
                    "`with` goes behind this",
                )
                .help(format!("write `{here} with`"))
                .suggest(span, format!("{here} with")),
            ),
            ("begins" | "start" | "end", "with")
            | (
                "startsWith" | "endsWith" | "starts_with" | "ends_with" | "startswith" | "endswith",
                _,
            ) => {
                let right = if here.starts_with("end") {
                    "ends with"
                } else {
                    "starts with"
                };
                let last = if next == "with" { self.at + 1 } else { self.at };
                let all = self.all(self.at, last);
                Some(
                    self.answer(
                        all,
                        format!("`{here}` is written `{right}`"),
                        "not this way",
                    )
                    .help(format!("write `{right}`"))
                    .suggest(all, right),
                )
            }
            ("includes" | "contain", _) => Some(
                self.answer(
                    span,
                    format!("`{here}` is written `contains`"),
                    "not this way",
                )
                .help("write `contains`")
                .suggest(span, "contains"),
            ),
            ("does", "not") => Some(negated(
                self.answer(
                    span,
                    "a question is negated in front",
                    "`not` goes before the whole question",
                ),
                base,
                self.word(self.at + 2),
            )),
            ("not", "contains" | "starts" | "ends" | "matches" | "like" | "between") => {
                Some(negated(
                    self.answer(
                        span,
                        "a question is negated in front",
                        "`not` goes before the whole question",
                    ),
                    base,
                    next,
                ))
            }
            _ => None,
        }
    }

    /// `like "%a%"`
    fn like(&self, pattern: &str) -> Diagnostic {
        let error = self.answer(
            self.span(self.at),
            "`like` is no question about texts",
            "not this way",
        );
        let inner = pattern.strip_prefix('"').and_then(|p| p.strip_suffix('"'));
        let Some(inner) = inner else {
            return error.help("write `contains`, `starts with`, `ends with` or `matches`");
        };
        let (front, back) = (
            inner.starts_with('%'),
            inner.ends_with('%') && inner.len() > 1,
        );
        let text = inner.trim_matches('%');
        if text.contains(['%', '_']) {
            return error.help("write a pattern: `matches \"a.*b\"`");
        }
        let right = match (front, back) {
            (true, true) => format!("contains \"{text}\""),
            (true, false) => format!("ends with \"{text}\""),
            (false, true) => format!("starts with \"{text}\""),
            (false, false) => format!("== \"{text}\""),
        };
        let all = self.all(self.at, self.at + 1);
        error.help(format!("write `{right}`")).suggest(all, right)
    }

    /// `"a {"b"}"`
    pub(super) fn quotes_inside(&self) -> Option<Diagnostic> {
        if self.kind(self.before()) != Some(Kind::Text)
            || self.gap().end != self.span(self.at).start
        {
            return None;
        }
        let inside = self.previous().rsplit_once('{')?.1;
        (!inside.contains('}')).then(|| {
            self.answer(
                self.span(self.before()),
                "a value inside a string has no quotes of its own",
                "the string ends here",
            )
            .help("give the value a name with `let`, and write the name: `\"{name}\"`")
        })
    }
}

/// The help for a question that is negated in its middle.
fn negated(error: Diagnostic, base: &str, word: &str) -> Diagnostic {
    let question = match word {
        "contain" | "contains" => "contains …",
        "start" | "starts" | "begin" => "starts with …",
        "end" | "ends" => "ends with …",
        "match" | "matches" => "matches \"…\"",
        "between" => return error.help(format!("write `{base} not in 1..=5`")),
        _ => "== …",
    };
    error.help(format!("write `not ({base} {question})`"))
}
