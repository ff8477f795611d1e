//! What people bring along from elsewhere: units and currencies spelt otherwise, `%`, rounding.
//!
//! Asked before the other slips, since what stands here is known for certain by its words; `habits_of_texts` and
//! `habits_of_lists` hold those about texts and lists. Nothing here runs on correct text.

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
            .or_else(|| self.comparison_in_words())
            .or_else(|| self.without_brackets())
            .or_else(|| self.in_other_brackets())
            .or_else(|| self.a_loop())
    }

    pub(super) fn answer(&self, span: Span, message: impl Into<String>, label: &str) -> Diagnostic {
        Diagnostic::error(Code::Unexpected, span, message).label(label)
    }

    pub(super) fn is_number(&self, i: usize) -> bool {
        self.kind(i) == Some(Kind::Number)
    }

    /// From one token to another.
    pub(super) fn all(&self, first: usize, last: usize) -> Span {
        self.span(first).to(self.span(last))
    }

    /// A word behind a number that is nearly a unit or a currency: `3 dayz`, `5 kms`, `12.50 gbp`.
    fn unit(&self) -> Option<Diagnostic> {
        // `y: 2` is a field or label without a comma before it.
        let named = self.kind(self.at + 1) == Some(Kind::Colon);
        if !self.is_number(self.before()) || self.kind(self.at) != Some(Kind::Word) || named {
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
            return Some(
                self.answer(span, message, "a unit or a currency goes here")
                    .help(other),
            );
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
                self.answer(
                    self.span(self.at),
                    "durations are put together with `+`",
                    "another one begins here",
                )
                .help("write `1 hour + 30 minutes`")
                .suggest(gap, " +"),
            );
        }
        let is_date = self.is_number(self.before()) && self.previous().contains('-');
        if is_date && self.is_number(self.at) && self.here().contains(':') {
            let all = self.all(self.before(), self.at);
            let joined = format!("{}T{}", self.previous(), self.here());
            return Some(
                self.answer(
                    all,
                    "an instant is written with a `T` between its date and its time",
                    "not this way",
                )
                .help(format!(
                    "write `{joined}`, and its offset behind it: `{joined}Z` is UTC"
                ))
                .suggest(all, joined),
            );
        }
        let adjacent = self.gap().end == self.span(self.at).start
            && self.span(self.at).end == self.span(self.at + 1).start;
        if self.here() == ","
            && self.is_number(self.before())
            && self.is_number(self.at + 1)
            && adjacent
        {
            let span = self.span(self.at);
            if let Some(thousands) = self.thousands() {
                return Some(thousands);
            }
            let right = format!("{}.{}", self.previous(), self.next());
            return Some(
                self.answer(
                    span,
                    "a number has a decimal point, not a comma",
                    "`.` goes here",
                )
                .help(format!("write `{right}`"))
                .suggest(span, "."),
            );
        }
        None
    }

    /// `1,000`: who writes so may mean either, so that nothing is replaced.
    fn thousands(&self) -> Option<Diagnostic> {
        let whole = self.next().split('.').next().unwrap_or("");
        if whole.len() != 3 || !self.previous().bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (before, after) = (self.previous(), self.next());
        let error = self.answer(
            self.span(self.at),
            "a number has no comma",
            "`_` or `.` goes here",
        );
        let error = error.help(format!("for thousands write `{before}_{after}`"));
        Some(match after.contains('.') {
            true => error,
            false => error.help(format!("for a decimal point write `{before}.{after}`")),
        })
    }

    /// `a % b`, `a ** b`
    fn remainder(&self) -> Option<Diagnostic> {
        let span = self.span(self.at);
        let touches = self.gap().end == span.start && self.is_number(self.before());
        if self.here() == "%" && self.ended() && self.opens(self.at + 1) && !touches {
            let right = if self.gap().end == span.start {
                " mod "
            } else {
                "mod"
            };
            return Some(
                self.answer(
                    span,
                    "the remainder of a division is written `mod`",
                    "not this way",
                )
                .help("write `mod`; `div` is the whole part")
                .suggest(span, right),
            );
        }
        (self.here() == "*" && self.previous() == "*").then(|| {
            self.answer(span, "there is no operator for powers", "a value goes here")
                .help("write the product out: `n * n`")
        })
    }

    /// `is greater than 5`, `older than 3 years`
    fn comparison_in_words(&self) -> Option<Diagnostic> {
        let word = [self.at, self.before()].into_iter();
        let word = word.map(|i| (i, self.word(i)));
        let sign = |word: &str| match word {
            "greater" | "more" | "older" | "later" | "longer" | "higher" | "above" | "over" => {
                Some(">")
            }
            "less" | "fewer" | "younger" | "earlier" | "shorter" | "lower" | "below" | "under" => {
                Some("<")
            }
            _ => None,
        };
        let (at, sign) = word
            .filter(|(i, _)| self.word(i.wrapping_add(1)) == "than")
            .find_map(|(i, word)| Some((i, sign(word)?)))?;
        let error = self.answer(
            self.all(at, at + 1),
            "comparisons are written with signs",
            "not this way",
        );
        Some(error.help(format!(
            "write `{sign}`, or `{sign}=` where equal counts too"
        )))
    }

    /// `round n`, `round(n, 2)`, `round n to -1`
    fn rounding(&self) -> Option<Diagnostic> {
        let is_round = |i: &usize| self.word(*i) == "round" && self.opens(i + 1);
        let first = (self.tokens.start..self.at).rev().find(is_round)?;
        let to = (first..self.at).any(|i| self.word(i) == "to");
        let span = self.span(self.at);
        if to && self.previous() == "to" {
            return Some(
                self.answer(
                    span,
                    "what is rounded to is one number or amount",
                    "a number greater than zero goes here",
                )
                .help("write `round x to 0.05`"),
            );
        }
        let in_bracket = self.bracket().is_some_and(|open| open == first + 1);
        let ended = self.at_end() || (in_bracket && self.here() == ",");
        (!to && ended).then(|| {
            self.answer(span, "rounding says to what", "`to` and a step go here")
                .help(
                    "write `round x to 0.01`, or `round x up to 1`, `down`, `half up`, `half even`",
                )
        })
    }
}

/// The unit that is meant by a word, not spelt so.
fn unit_meant(small: &str) -> Option<&'static str> {
    const UNITS: [&str; 9] = [
        "milliseconds",
        "seconds",
        "minutes",
        "hours",
        "days",
        "weeks",
        "months",
        "years",
        "metres",
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

/// The unit that is meant by letters that run together with a number: `1h`, `30min`.
pub(in crate::syntax) fn unit_of(letters: &str) -> Option<&'static str> {
    let small = letters.to_ascii_lowercase();
    if words::is_unit(&small) || small.is_empty() {
        return None;
    }
    unit_meant(&small)
}
