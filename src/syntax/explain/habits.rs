//! What people bring along from elsewhere: units and currencies spelt otherwise, calls behind a dot, `like`, `%`, loops.
//!
//! Asked before the other slips, since what stands here is known for certain by its words. Nothing here runs on correct
//! text.

use super::Mistake;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::scan::Kind;
use crate::syntax::{forms, words};
use crate::value::currency;

impl Mistake<'_> {
    /// The answer to a habit of another language.
    pub(super) fn habit(&self) -> Option<Diagnostic> {
        if !self.in_expression() {
            return None;
        }
        self.unit()
            .or_else(|| self.amount())
            .or_else(|| self.number_behind())
            .or_else(|| self.call_behind_dot())
            .or_else(|| self.text_question())
            .or_else(|| self.remainder())
            .or_else(|| self.rounding())
            .or_else(|| self.quotes_inside())
            .or_else(|| self.without_brackets())
            .or_else(|| self.a_loop())
    }

    fn answer(&self, span: Span, message: impl Into<String>, label: &str) -> Diagnostic {
        Diagnostic::error(Code::Unexpected, span, message).label(label)
    }

    fn is_number(&self, i: usize) -> bool {
        self.kind(i) == Some(Kind::Number)
    }

    /// From one token to another.
    fn all(&self, first: usize, last: usize) -> Span {
        self.span(first).to(self.span(last))
    }

    /// A word behind a number that is nearly a unit or a currency: `3 dayz`, `5 kms`, `12.50 gbp`.
    fn unit(&self) -> Option<Diagnostic> {
        if !self.is_number(self.before()) || self.kind(self.at) != Some(Kind::Word) {
            return None;
        }
        let (here, number) = (self.here(), self.previous());
        let small = here.to_ascii_lowercase();
        let upper = here.to_ascii_uppercase();
        let span = self.span(self.at);
        let right = unit_meant(&small).or_else(|| currency::find(&upper).map(|_| upper.as_str()));
        let Some(right) = right else {
            let other = match &*small {
                "mile" | "miles" | "mi" => "a mile is `1609 m`",
                "foot" | "feet" | "ft" => "write it in metres: 10 feet are `3 m`",
                "yard" | "yards" => "write it in metres: 100 yards are `91 m`",
                "am" | "pm" => "a time of day is written with 24 hours: `18:30`",
                "cents" | "pence" => "write it as a part of the whole: `0.50 GBP`",
                "pounds" | "euros" | "dollars" | "euro" | "dollar" => {
                    "an amount is written with its currency's code: `12.50 GBP`"
                }
                "quarter" | "quarters" => "write it in months: `date + 3 months`",
                _ => return None,
            };
            let message = format!("`{here}` is no unit");
            return Some(self.answer(span, message, "a unit or a currency goes here").help(other));
        };
        let message = format!("the unit `{here}` is written `{right}`");
        let message = if right.len() == 3 && right == upper {
            format!("the currency `{here}` is written `{right}`")
        } else {
            message
        };
        Some(
            self.answer(span, message, "not this way")
                .help(format!("write `{number} {right}`"))
                .suggest(span, right),
        )
    }

    /// `GBP 5`
    fn amount(&self) -> Option<Diagnostic> {
        let code = self.previous();
        if !self.is_number(self.at) || currency::find(code).is_none() {
            return None;
        }
        let all = self.all(self.before(), self.at);
        let right = format!("{} {code}", self.here());
        Some(
            self.answer(all, "an amount has its currency behind it", "not this way")
                .help(format!("write `{right}`"))
                .suggest(all, right),
        )
    }

    /// A number directly behind another, a date or a duration.
    fn number_behind(&self) -> Option<Diagnostic> {
        let two_before = self.before().wrapping_sub(1);
        let is_unit = forms::unit(self.previous()).is_some() && self.is_number(two_before);
        if is_unit && self.is_number(self.at) {
            let gap = self.gap();
            return Some(
                self.answer(self.span(self.at), "durations are put together with `+`", "another one begins here")
                    .help("write `1 hours + 30 minutes`")
                    .suggest(gap, " +"),
            );
        }
        let is_date = self.is_number(self.before()) && self.previous().contains('-');
        if is_date && self.is_number(self.at) && self.here().contains(':') {
            let all = self.all(self.before(), self.at);
            let joined = format!("{}T{}", self.previous(), self.here());
            return Some(
                self.answer(all, "an instant is written with a `T` between its date and its time", "not this way")
                    .help(format!("write `{joined}`, and its offset behind it: `{joined}Z` is UTC"))
                    .suggest(all, joined),
            );
        }
        let adjacent = self.gap().end == self.span(self.at).start
            && self.span(self.at).end == self.span(self.at + 1).start;
        if self.here() == "," && self.is_number(self.before()) && self.is_number(self.at + 1) && adjacent {
            let span = self.span(self.at);
            let right = format!("{}.{}", self.previous(), self.next());
            return Some(
                self.answer(span, "a number has a decimal point, not a comma", "`.` goes here")
                    .help(format!("write `{right}`"))
                    .suggest(span, "."),
            );
        }
        None
    }

    /// `name.contains("a")`, `orders.any(…)`
    fn call_behind_dot(&self) -> Option<Diagnostic> {
        // pest may stop at the word, where that is reserved for an operator, or at the bracket behind it.
        let word_at = if self.here() == "(" { self.before() } else { self.at };
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
            "map" => format!("write what is asked of its items: `sum of (x.price for x in {base})`"),
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
            self.answer(self.span(word_at), format!("`.{word}(…)` is no field: values have no functions of their own"), "a field's name goes behind a dot")
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
    fn text_question(&self) -> Option<Diagnostic> {
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
                self.answer(span, format!("`{here}` goes with `with`"), "`with` goes behind this")
                    .help(format!("write `{here} with`"))
                    .suggest(span, format!("{here} with")),
            ),
            ("begins" | "start" | "end", "with") | ("startsWith" | "endsWith" | "starts_with" | "ends_with" | "startswith" | "endswith", _) => {
                let right = if here.starts_with("end") { "ends with" } else { "starts with" };
                let last = if next == "with" { self.at + 1 } else { self.at };
                let all = self.all(self.at, last);
                Some(
                    self.answer(all, format!("`{here}` is written `{right}`"), "not this way")
                        .help(format!("write `{right}`"))
                        .suggest(all, right),
                )
            }
            ("includes" | "contain", _) => Some(
                self.answer(span, format!("`{here}` is written `contains`"), "not this way")
                    .help("write `contains`")
                    .suggest(span, "contains"),
            ),
            ("does", "not") => Some(negated(self.answer(span, "a question is negated in front", "`not` goes before the whole question"), base, self.word(self.at + 2))),
            ("not", "contains" | "starts" | "ends" | "matches" | "like" | "between") => Some(negated(
                self.answer(span, "a question is negated in front", "`not` goes before the whole question"),
                base,
                next,
            )),
            _ => None,
        }
    }

    /// `like "%a%"`
    fn like(&self, pattern: &str) -> Diagnostic {
        let error = self.answer(self.span(self.at), "`like` is no question about texts", "not this way");
        let inner = pattern.strip_prefix('"').and_then(|p| p.strip_suffix('"'));
        let Some(inner) = inner else {
            return error.help("write `contains`, `starts with`, `ends with` or `matches`");
        };
        let (front, back) = (inner.starts_with('%'), inner.ends_with('%') && inner.len() > 1);
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

    /// `a % b`, `a ** b`
    fn remainder(&self) -> Option<Diagnostic> {
        let span = self.span(self.at);
        let touches = self.gap().end == span.start && self.is_number(self.before());
        if self.here() == "%" && self.ended() && self.opens(self.at + 1) && !touches {
            let right = if self.gap().end == span.start { " mod " } else { "mod" };
            return Some(
                self.answer(span, "the remainder of a division is written `mod`", "not this way")
                    .help("write `mod`; `div` is the whole part")
                    .suggest(span, right),
            );
        }
        (self.here() == "*" && self.previous() == "*").then(|| {
            self.answer(span, "there is no operator for powers", "a value goes here")
                .help("write the product out: `n * n`")
        })
    }

    /// `round n`, `round(n, 2)`, `round n to -1`
    fn rounding(&self) -> Option<Diagnostic> {
        let is_round = |i: &usize| self.word(*i) == "round" && self.opens(i + 1);
        let first = (self.tokens.start..self.at).rev().find(is_round)?;
        let to = (first..self.at).any(|i| self.word(i) == "to");
        let span = self.span(self.at);
        if to && self.previous() == "to" {
            return Some(
                self.answer(span, "what is rounded to is one number or amount", "a number greater than zero goes here")
                    .help("write `round x to 0.05`"),
            );
        }
        let in_bracket = self.bracket().is_some_and(|open| open == first + 1);
        let ended = self.at_end() || (in_bracket && self.here() == ",");
        (!to && ended).then(|| {
            self.answer(span, "rounding says to what", "`to` and a step go here")
                .help("write `round x to 0.01`, or `round x up to 1`, `down`, `half up`, `half even`")
        })
    }

    /// `"a {"b"}"`
    fn quotes_inside(&self) -> Option<Diagnostic> {
        if self.kind(self.before()) != Some(Kind::Text) || self.gap().end != self.span(self.at).start {
            return None;
        }
        let inside = self.previous().rsplit_once('{')?.1;
        (!inside.contains('}')).then(|| {
            self.answer(self.span(self.before()), "a value inside a string has no quotes of its own", "the string ends here")
                .help("give the value a name with `let`, and write the name: `\"{name}\"`")
        })
    }

    /// `any x in orders has x.late`, `orders where late`, `sum of prices`
    fn without_brackets(&self) -> Option<Diagnostic> {
        let span = self.span(self.at);
        let word = self.previous();
        if matches!(word, "has" | "where") && self.opens(self.at) && self.here() != "(" {
            return Some(
                self.answer(span, format!("the condition behind `{word}` stands in brackets"), "`(` goes here")
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
        let is_fold = self.word(open.wrapping_sub(1)) == "of" && matches!(fold, "sum" | "min" | "max");
        (is_fold && (self.here() == ")" || self.at_end())).then(|| {
            self.answer(span, format!("`{fold} of` asks for something of each item"), "`for` and the items go here")
                .help(format!("write `{fold} of (x.price for x in list)`"))
        })
    }

    /// `sum of prices`, `sum of orders.price`
    fn whole_list(&self, fold: &str, first: usize) -> Diagnostic {
        let dotted = self.kind(first + 1) == Some(Kind::Dot) && self.view.is_name(first + 2);
        let list = self.word(first);
        let (last, right) = if dotted {
            (first + 2, format!("(x.{} for x in {list})", self.word(first + 2)))
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
    fn a_loop(&self) -> Option<Diagnostic> {
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
        if quantified && matches!(word, "exists" | "some" | "all" | "each" | "forall" | "foreach") {
            let right = if matches!(word, "exists" | "some") { "any" } else { "every" };
            let before = self.span(self.before());
            return Some(
                self.answer(before, format!("`{word} … in` is written `{right} … in`"), "not this way")
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
                self.answer(self.span(two), format!("`{}` names the item that it asks", self.word(two)), "the item's name and `in` go behind this")
                    .help(format!("write `{} x in {list} has (…)`", self.word(two))),
            );
        }
        let item = two.wrapping_sub(2);
        let unfinished = self.word(two) == "in" && asks(item) && self.view.is_name(self.before());
        (unfinished && self.here() != "has" && self.ended()).then(|| {
            self.answer(span, "`has` and a condition in brackets are missing", "`has (` goes before this")
                .help(format!("write `{} {} in {word} has (…)`", self.word(item), self.word(item + 1)))
        })
    }
}

/// The unit that is meant by a word, not spelt so.
fn unit_meant(small: &str) -> Option<&'static str> {
    const UNITS: [&str; 9] = [
        "milliseconds", "seconds", "minutes", "hours", "days", "weeks", "months", "years", "metres",
    ];
    let own = match small {
        "ms" | "millis" | "msec" => "milliseconds",
        "s" | "sec" | "secs" => "seconds",
        "min" | "mins" => "minutes",
        "h" | "hr" | "hrs" => "hours",
        "d" => "days",
        "w" | "wk" | "wks" => "weeks",
        "mon" | "mons" | "mth" | "mths" => "months",
        "y" | "yr" | "yrs" => "years",
        "kms" | "kilometre" | "kilometres" | "kilometer" | "kilometers" => "km",
        "meter" | "meters" => "metres",
        _ => {
            let found = UNITS.into_iter().find(|unit| *unit == small);
            return found.or_else(|| nearest(small, UNITS));
        }
    };
    Some(own)
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

/// The unit that is meant by letters that run together with a number: `1h`, `30min`.
pub(in crate::syntax) fn unit_of(letters: &str) -> Option<&'static str> {
    let small = letters.to_ascii_lowercase();
    if words::is_unit(&small) || small.is_empty() {
        return None;
    }
    unit_meant(&small)
}
