//! Known slips that the grammar does not read: each with what is meant and, where that is certain, the repair.

use super::Mistake;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::pairs::Rule;
use crate::syntax::scan::Kind;
use crate::syntax::words;

/// An unexpected piece of text with what to write instead.
fn instead(span: Span, message: String, label: &str, replacement: &str) -> Diagnostic {
    let error = Diagnostic::error(Code::Unexpected, span, message).label(label);
    let error = match replacement.trim() {
        "" => error.help("leave it out"),
        text => error.help(format!("write `{text}`")),
    };
    error.suggest(span, replacement)
}

impl Mistake<'_> {
    /// The answer to a known slip.
    pub(super) fn slip(&self) -> Option<Diagnostic> {
        self.separator()
            .or_else(|| self.beginning())
            .or_else(|| self.in_head())
            .or_else(|| self.in_type())
            .or_else(|| self.choice())
            .or_else(|| self.in_brackets())
            .or_else(|| self.in_rule())
            .or_else(|| self.in_class())
            .or_else(|| self.in_cell())
            .or_else(|| self.sign())
            .or_else(|| self.joint())
    }

    /// What has to be put in between, with what stands before and behind.
    fn insert(&self, message: &str, label: &str, text: &str) -> Diagnostic {
        let gap = self.gap();
        Diagnostic::error(Code::Unexpected, self.span(self.at), message)
            .label(label)
            .help(format!("write `{}` before it", text.trim()))
            .suggest(gap, text)
    }

    fn replace(&self, message: String, label: &str, text: &str) -> Diagnostic {
        instead(self.span(self.at), message, label, text)
    }

    /// Commas between entries that need none.
    fn separator(&self) -> Option<Diagnostic> {
        let is_entry = !matches!(
            self.by,
            Rule::enum_decl | Rule::csv_cell | Rule::csv_expr | Rule::test_header | Rule::test_case
        );
        let is_last = self.at + 1 == self.tokens.end;
        (self.here() == "," && is_entry && is_last && self.ended()).then(|| {
            self.replace(
                "nothing is separated by `,` here".to_owned(),
                "the next line begins by itself",
                "",
            )
        })
    }

    /// The first word of a rule.
    fn beginning(&self) -> Option<Diagnostic> {
        if !matches!(self.by, Rule::decision_rule | Rule::score_rule) {
            return None;
        }
        let is_score = self.by == Rule::score_rule;
        let labelled = self.kind(self.tokens.start + 1) == Some(Kind::Colon);
        let first = self.tokens.start + if labelled { 2 } else { 0 };
        let word = self.word(first);
        let is_known = matches!(word, "when" | "otherwise" | "valid");
        if is_known || (is_score && word == "always") || first >= self.tokens.end {
            return None;
        }
        let span = self.span(first);
        let (last, label) = if is_score {
            ("always", "a rule of a score begins with `when` or `always`")
        } else {
            ("otherwise", "a rule begins with `when` or `otherwise`")
        };
        let arrow_next = self.kind(first + 1) == Some(Kind::Arrow);
        let near = match word {
            "if" | "unless" => Some("when"),
            "default" | "else" | "_" | "-" | "*" | "always" if arrow_next => Some(last),
            _ => nearest(word, ["when", last]),
        };
        let message = format!("no rule begins with `{word}`");
        if let Some(near) = near {
            return Some(instead(span, message, label, near));
        }
        let error = Diagnostic::error(Code::Unexpected, span, message).label(label);
        let start = Span {
            end: span.start,
            ..span
        };
        Some(match self.arrow() {
            Some(_) => error
                .help("write `when` before the condition")
                .suggest(start, "when "),
            None => error.help("write `when mood == angry => chat`, for example"),
        })
    }

    /// The heads of declarations.
    fn in_head(&self) -> Option<Diagnostic> {
        let first = self.tokens.start;
        let is_value = matches!(self.by, Rule::let_value | Rule::segment);
        match (self.by, self.here()) {
            (Rule::let_value | Rule::segment, "==" | "=>" | "->" | "is" | "when" | ":" | "as")
                if self.at == first + 2 =>
            {
                let message = format!("`{}` stands where `=` belongs", self.here());
                Some(self.replace(message, "`=` goes behind the name", "="))
            }
            (_, _) if is_value && self.at == first + 2 && self.opens(self.at) => {
                Some(self.insert("`=` is missing behind the name", "the value begins here", " ="))
            }
            (Rule::ruleset, text) if self.at == first + 1 && self.kind(self.at) == Some(Kind::Text) => {
                let name = text.trim_matches('"');
                let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                    && name.starts_with(|c: char| c.is_ascii_alphabetic());
                is_name.then(|| self.replace("a ruleset's name stands without quotes".to_owned(), "a name goes here", name))
            }
            (Rule::use_file, text) if self.at == first + 1 && self.kind(self.at) == Some(Kind::Word) => {
                let quoted = format!("\"{text}.pvd\"");
                Some(self.replace("the name of a file stands in quotes".to_owned(), "a file's name goes here", &quoted))
            }
            (Rule::enum_decl, "=" | ":" | "=>" | "->") if self.next() == "{" => {
                Some(self.replace(format!("`{}` does not belong before the members", self.here()), "`{` goes here", ""))
            }
            (Rule::decision_head | Rule::table_head, ":" | "=") if self.ended() => {
                let message = format!("`{}` stands where `->` belongs", self.here());
                let repair = if self.here() == ":" { " ->" } else { "->" };
                Some(self.replace(message, "`->` goes before the type of the result", repair))
            }
            (Rule::table_head, "->" | "=>") if self.at == first + 2 || self.word(first) == "pervasive" && self.at == first + 3 => Some(
                Diagnostic::error(Code::Unexpected, self.span(self.at), "this table does not say what holds when several rows fit")
                    .label("the hit policy goes before this, in brackets")
                    .help("write `(unique)` if two rows never fit at once, `(first)` if the first one counts, `(collect)` for a list of all"),
            ),
            _ => None,
        }
    }

    /// Types and fields.
    fn in_type(&self) -> Option<Diagnostic> {
        let is_field = matches!(
            self.by,
            Rule::field_entry | Rule::field_start | Rule::field_tail
        );
        let is_type = is_field
            || matches!(
                self.by,
                Rule::decision_head
                    | Rule::table_head
                    | Rule::score_head
                    | Rule::let_value
                    | Rule::segment
            );
        if !is_type || self.in_expression() {
            return None;
        }
        let here = self.span(self.at);
        match (self.previous(), self.here()) {
            (_, "=") if is_field && self.at == self.tokens.start + 1 => Some(self.replace(
                "`=` stands where `:` belongs".to_owned(),
                "`:` goes behind a field's name",
                ":",
            )),
            (_, _) if is_field && self.at == self.tokens.start + 1 && self.opens(self.at) => {
                Some(self.insert(
                    "`:` is missing behind the field's name",
                    "its type begins here",
                    ":",
                ))
            }
            (_, "|") if words::is_null(self.next()) || self.next() == "missing" => {
                let span = here.to(self.span(self.at + 1));
                Some(instead(
                    span,
                    "a value that may be missing has a type with `?`".to_owned(),
                    "`?` says this",
                    "?",
                ))
            }
            ("list" | "money", "<") => None,
            (name, "<")
                if matches!(
                    &*name.to_ascii_lowercase(),
                    "money" | "list" | "array" | "set" | "seq" | "vec"
                ) =>
            {
                let right = if name.eq_ignore_ascii_case("money") {
                    "money"
                } else {
                    "list"
                };
                let span = self.span(self.before());
                Some(instead(
                    span,
                    format!("`{name}<…>` is written `{right}<…>`"),
                    "not this way",
                    right,
                ))
            }
            (name, "<") => Some(
                Diagnostic::error(
                    Code::Unexpected,
                    self.span(self.before()),
                    format!("`{name}` takes no type in angle brackets"),
                )
                .label("only `list` and `money` do")
                .help("write `list<string>` for a list of strings, for example"),
            ),
            (_, "[") => Some(
                Diagnostic::error(Code::Unexpected, here, "a type has no square brackets")
                    .label("not here")
                    .help("write `list<string>` for a list of strings, for example"),
            ),
            (low, "-")
                if self.kind(self.before()) == Some(Kind::Number)
                    && self.kind(self.at + 1) == Some(Kind::Number) =>
            {
                Some(
                    instead(
                        here,
                        "a range is written with dots".to_owned(),
                        "`..=` goes here",
                        "..=",
                    )
                    .help(format!("`{low}..={}` holds both ends", self.next())),
                )
            }
            _ => None,
        }
    }

    /// `if` in the manner of other languages.
    fn choice(&self) -> Option<Diagnostic> {
        let is_first_if = |i: &usize| self.word(*i) == "if" && !self.view.ended_before(*i);
        let answer = |span: Span, message: &str| {
            Diagnostic::error(Code::IfThen, span, message)
                .label("a choice is one value, `if`, a condition, `otherwise` and another value")
                .help("write `a if condition otherwise b`")
        };
        if !self.in_expression() {
            return None;
        }
        if matches!(self.here(), "elif" | "elsif" | "elseif") {
            return Some(answer(
                self.span(self.at),
                "a choice goes on with `otherwise`",
            ));
        }
        if self.here() == "?" {
            let error = answer(self.span(self.at), "a choice is not written with `?`");
            return Some(match self.turned_choice() {
                Some((span, right)) => error.help(format!("here: `{right}`")).suggest(span, right),
                None => error,
            });
        }
        let first = (self.tokens.start..self.at).find(is_first_if)?;
        Some(answer(
            self.span(first),
            "a choice does not begin with `if`",
        ))
    }

    /// `c ? a : b` as `a if c otherwise b`, if it is the only choice there.
    fn turned_choice(&self) -> Option<(Span, String)> {
        let level = self.view.level(self.at)?;
        let here = |i: usize| self.view.level(i) == Some(level);
        let stops = |i: usize| {
            let kind = self.kind(i);
            let is_border = matches!(
                kind,
                Some(Kind::Arrow | Kind::Comma | Kind::Bar | Kind::Colon)
            );
            let is_word = matches!(self.word(i), "=" | ":=" | "when" | "if" | "?");
            (here(i) && (is_border || is_word)) || self.view.level(i).is_some_and(|l| l < level)
        };
        let before = (self.tokens.start..self.at).rev().find(|i| stops(*i))?;
        let colon = (self.at + 1..self.tokens.end).find(|i| stops(*i))?;
        let end = (colon + 1..self.tokens.end).find(|i| stops(*i));
        if self.kind(colon) != Some(Kind::Colon) || end.is_some_and(|i| self.word(i) == "?") {
            return None;
        }
        let end = end.unwrap_or(self.tokens.end);
        let text = |first: usize, behind: usize| {
            let all = self.all(first, behind.checked_sub(1)?);
            let text = self.view.text.get(all.start as usize..all.end as usize)?;
            (first < behind).then_some(text)
        };
        let condition = text(before + 1, self.at)?;
        let (yes, no) = (text(self.at + 1, colon)?, text(colon + 1, end)?);
        let span = self.all(before + 1, end - 1);
        Some((span, format!("{yes} if {condition} otherwise {no}")))
    }

    /// Lists, records and members: what stands between their parts.
    fn in_brackets(&self) -> Option<Diagnostic> {
        let open = self.bracket()?;
        let is_members = open > 0 && matches!(self.by, Rule::enum_decl)
            || self.word(open.wrapping_sub(1)) == "enum";
        let starts_member = matches!(self.previous(), "{" | ",")
            || matches!(self.word(self.before().wrapping_sub(1)), "{" | ",");
        let is_record = self.word(open) == "{" && !is_members;
        if is_record
            && self
                .kind(self.before())
                .is_some_and(|k| matches!(k, Kind::Word | Kind::Quoted))
            && starts_member
        {
            if self.here() == "=" || self.here() == ":=" {
                let message = format!("`{}` stands where `:` belongs", self.here());
                return Some(self.replace(message, "`:` goes behind a field's name", ":"));
            }
            if self.opens(self.at) {
                return Some(self.insert(
                    "`:` is missing behind the field's name",
                    "its value begins here",
                    ":",
                ));
            }
        }
        let begins_part = if is_record {
            self.view.is_name(self.at) && self.kind(self.at + 1) == Some(Kind::Colon)
        } else if is_members {
            self.view.is_name(self.at)
        } else {
            self.word(open) == "[" && self.opens(self.at) && self.here() != "("
        };
        if begins_part && self.ended() {
            return Some(self.insert(
                &format!("`,` is missing before `{}`", self.here()),
                "another part begins here",
                ",",
            ));
        }
        if is_members && matches!(self.here(), "|" | "/") {
            return Some(self.replace(
                format!("`{}` stands where `,` belongs", self.here()),
                "members are separated by `,`",
                ",",
            ));
        }
        None
    }

    /// What stands between condition and result of a rule.
    fn in_rule(&self) -> Option<Diagnostic> {
        if !matches!(self.by, Rule::decision_rule | Rule::score_rule) {
            return None;
        }
        let first_if = self.find(self.tokens.start, |i| {
            self.word(i) == "if" && self.view.first(i)
        });
        match self.arrow() {
            Some(arrow) if self.kind(self.at) == Some(Kind::Arrow) && arrow < self.at => {
                let (first, second) = (self.span(arrow), self.span(self.at));
                let error =
                    Diagnostic::error(Code::Unexpected, second, "`=>` stands twice in this rule");
                if let Some(i) = first_if {
                    return Some(
                        error
                            .label("what this rule gives has begun before")
                            .help("write `when` at the beginning of a rule")
                            .also(self.span(i), "does a rule begin here?")
                            .suggest(self.span(i), "when"),
                    );
                }
                if self.word(arrow) != "=>" {
                    return None;
                }
                Some(
                    error
                        .label("only one belongs here")
                        .also(first, "this one may be meant as `>=`")
                        .help("\"at least\" is written `>=`")
                        .suggest(first, ">="),
                )
            }
            Some(_) => None,
            None => self.before_arrow(),
        }
    }

    /// A rule without `=>`.
    fn before_arrow(&self) -> Option<Diagnostic> {
        let then = self.find(self.tokens.start, |i| self.word(i) == "then");
        if let Some(i) = then {
            let message = "`then` stands where `=>` belongs".to_owned();
            return Some(instead(
                self.span(i),
                message,
                "`=>` goes before what the rule gives",
                "=>",
            ));
        }
        if matches!(self.here(), ":" | "=") {
            let message = format!("`{}` stands where `=>` belongs", self.here());
            let repair = if self.here() == ":" { " =>" } else { "=>" };
            return Some(self.replace(message, "`=>` goes before what the rule gives", repair));
        }
        let begins_result = self.here() == "{" && self.ended();
        let behind_otherwise = self.previous() == "otherwise" && self.opens(self.at);
        if begins_result || behind_otherwise {
            return Some(self.insert(
                "`=>` is missing before what the rule gives",
                "the result begins here",
                " =>",
            ));
        }
        None
    }

    /// Rules of a classification.
    fn in_class(&self) -> Option<Diagnostic> {
        if self.by != Rule::classify_rule {
            return None;
        }
        let first = self.tokens.start;
        if self.word(first) == "otherwise" && self.kind(self.at) == Some(Kind::Arrow) {
            return Some(self.replace(
                format!("`{}` does not belong before the member", self.here()),
                "the member goes here",
                "",
            ));
        }
        let is_joint = matches!(self.here(), ":" | "=" | "=>" | "->" | "if" | "is");
        if is_joint && self.at == first + 1 {
            let message = format!("`{}` stands where `when` belongs", self.here());
            let repair = if self.here() == ":" { " when" } else { "when" };
            return Some(self.replace(message, "`when` goes behind the member", repair));
        }
        let turned = self.word(first) == "when" || self.kind(self.at) == Some(Kind::Arrow);
        let at = if self.word(first) == "when" {
            first
        } else {
            self.at
        };
        turned.then(|| {
            Diagnostic::error(
                Code::Unexpected,
                self.span(at),
                "a classification is written the other way round",
            )
            .label("the member comes first, then its condition")
            .help("write `loyal when visits > 3`, for example")
        })
    }

    /// Cells of a table.
    fn in_cell(&self) -> Option<Diagnostic> {
        let is_row = self.by == Rule::row && self.arrow().is_none_or(|arrow| self.at <= arrow);
        if !is_row && self.by != Rule::csv_cell {
            return None;
        }
        if matches!(self.here(), "|" | "||" | "=>") && matches!(self.previous(), "|" | "||" | "") {
            return Some(
                Diagnostic::error(Code::BadCell, self.span(self.at), "a cell is empty")
                    .label("a cell goes before this")
                    .help("a cell that takes any value is written `-`"),
            );
        }
        match self.here() {
            "or" | "||" if self.ended() => {
                let message = format!("`{}` stands where `,` belongs", self.here());
                Some(self.replace(message, "values of a cell are separated by `,`", ","))
            }
            "and" | "&&" | "if" | "else" | "in" | "is" if self.ended() => Some(
                Diagnostic::error(Code::Unexpected, self.span(self.at), format!("`{}` does not belong in a cell", self.here()))
                    .label("a cell asks one thing of its column")
                    .help("a cell is `-`, values with commas, a range `1..5`, a comparison `>= 5`, `not (…)` or `missing`"),
            ),
            _ => None,
        }
    }

    /// Signs of other languages.
    fn sign(&self) -> Option<Diagnostic> {
        let span = self.span(self.at);
        let number_next = self.kind(self.at + 1) == Some(Kind::Number);
        let word = |code: Code, right: &str| {
            Diagnostic::error(
                code,
                span,
                format!("`{}` is written `{right}`", self.here()),
            )
            .label("not this way")
            .help(format!("write `{right}`"))
            .suggest(span, right)
        };
        match self.here() {
            "&" if self.ended() => Some(word(Code::SymbolForWord, "and")),
            "|" if self.ended() && matches!(self.by, Rule::test_header | Rule::test_case) => {
                Some(self.replace(
                    "`|` stands where `,` belongs".to_owned(),
                    "the parts of a line in a test are separated by `,`",
                    ",",
                ))
            }
            "|" if self.ended() && !matches!(self.by, Rule::row | Rule::header) => {
                Some(word(Code::SymbolForWord, "or"))
            }
            "+" if !self.ended() => Some(self.replace(
                "a number has no `+` before it".to_owned(),
                "the number goes here",
                "",
            )),
            "." if !self.ended() && number_next => {
                let start = Span {
                    end: span.start,
                    ..span
                };
                Some(
                    Diagnostic::error(
                        Code::BadNumber,
                        span,
                        "a number does not begin with its decimal point",
                    )
                    .label("a digit goes before this")
                    .help(format!("write `0.{}`", self.next()))
                    .suggest(start, "0"),
                )
            }
            "." if self.kind(self.before()) == Some(Kind::Number) => Some(
                Diagnostic::error(
                    Code::BadNumber,
                    span,
                    "a number does not end with its decimal point",
                )
                .label("digits go behind this")
                .help(format!("write `{}.0`", self.previous())),
            ),
            // With a blank between, and not behind a date or a time.
            "%" if self.is_number(self.before())
                && self.span(self.before()).end < span.start
                && !self.previous().contains(['%', '-', ':', 'T']) =>
            {
                let all = self.all(self.before(), self.at);
                let right = format!("{}%", self.previous());
                let error = Diagnostic::error(
                    Code::Unexpected,
                    all,
                    "`%` stands directly behind its number",
                )
                .label("not this way")
                .help(format!("write `{right}`"))
                .suggest(all, &*right);
                Some(match self.word(self.before().wrapping_sub(1)) {
                    "+" | "-" => error.help(format!(
                        "it is a number like any other; for a part of a value multiply: `price * {right}`"
                    )),
                    _ => error,
                })
            }
            "%" if self.ended() && !self.is_number(self.before()) => Some(
                self.answer(
                    span,
                    "`%` stands directly behind a number",
                    "no number ends here",
                )
                .help(format!(
                    "where `{0}` counts hundredths write `{0} / 100`; where it is a share already leave `%` out",
                    self.previous()
                )),
            ),
            "%" => Some(self.replace(
                "`%` stands directly behind a number".to_owned(),
                "no number ends here",
                "",
            )),
            _ => None,
        }
    }

    /// Words between values.
    fn joint(&self) -> Option<Diagnostic> {
        let (here, previous) = (self.here(), self.previous());
        let span = self.span(self.at);
        if !self.in_expression() {
            return None;
        }
        if self.is_between() {
            let (low, high) = (self.word(self.at + 1), self.word(self.at + 3));
            let all = span.to(self.span(self.at + 3));
            let right = format!("in {low}..={high}");
            return Some(instead(
                all,
                format!("`between {low} and {high}` is written as a range"),
                "not this way",
                &right,
            ));
        }
        if here == "in" && matches!(previous, "is" | "not") {
            let negated = previous == "not";
            let start = self.span(self.before().wrapping_sub(usize::from(negated)));
            let right = if negated { "not in" } else { "in" };
            return Some(instead(
                start.to(span),
                "`is` does not go with `in`".to_owned(),
                "one of them is too many",
                right,
            ));
        }
        if here == "not" && self.ended() {
            let right = if self.next() == "is" {
                "is not"
            } else {
                "and not"
            };
            let all = if self.next() == "is" {
                span.to(self.span(self.at + 1))
            } else {
                span
            };
            return Some(instead(
                all,
                "`not` does not go on with a condition".to_owned(),
                "an operator goes here",
                right,
            ));
        }
        if here.eq_ignore_ascii_case("not") && here != "not" && !self.ended() {
            return Some(instead(
                span,
                format!("`{here}` is written in small letters"),
                "not this way",
                "not",
            ));
        }
        if !self.ended() || self.kind(self.at) != Some(Kind::Word) {
            return None;
        }
        let small = here.to_ascii_lowercase();
        if small != here && words::CONTINUES.contains(&small.as_str()) {
            return Some(instead(
                span,
                format!("`{here}` is written in small letters"),
                "not this way",
                &small,
            ));
        }
        if matches!(here, "equals" | "eq") {
            return Some(self.replace(format!("`{here}` is written `==`"), "not this way", "=="));
        }
        let joints = [
            "and",
            "or",
            "in",
            "is",
            "if",
            "else",
            "otherwise",
            "because",
        ];
        // `for` is no misspelt `or`.
        if here == "because" {
            let error = Diagnostic::error(Code::Unexpected, span, "a reason does not go here")
                .label("this is complete before it");
            return Some(error.help("rules of decisions and scores and rows of tables have reasons; say others in a `///` comment"));
        }
        let near = (here.len() > 2 && here != "for")
            .then(|| nearest(here, joints))
            .flatten()?;
        Some(instead(
            span,
            format!("`{here}` joins nothing"),
            "a word such as `and` goes here",
            near,
        ))
    }
}
