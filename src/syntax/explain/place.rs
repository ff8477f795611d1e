//! What belongs at a place: the answer to everything that is no known slip.

use super::Mistake;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::pairs::Rule;
use crate::syntax::scan::Kind;
use crate::syntax::words;

const CONDITION: &str = "a condition goes here, for example `mood == angry`";
const TYPES: &str = "the types are `bool`, `int`, `decimal`, `money<GBP>`, `string`, `date`, `time`, `datetime`, `duration`, `elapsed`, `timezone`, `geo`, `distance`, `list<…>`, `{ … }`, `enum { … }` and declared names; `?` behind one says that the value may be missing";
const VALUE: &str = "a value goes here";
const OPERATOR: &str = "an operator such as `and` or `==` could go here";

impl Mistake<'_> {
    /// Says that the text does not fit, and what would.
    pub(super) fn misplaced(&self) -> Diagnostic {
        let span = self.span(self.at);
        let (label, help) = self.expected();
        let message = match (self.at_end(), self.kind(self.at)) {
            (true, _) if self.tokens.is_empty() => "something is missing here".to_owned(),
            (true, _) => format!(
                "something is missing behind `{}`",
                self.short(self.before())
            ),
            (_, Some(Kind::Close)) => format!("something is missing before `{}`", self.here()),
            _ if self.ended() => format!(
                "`{}` does not fit behind `{}`",
                self.short(self.at),
                self.short(self.before())
            ),
            _ => format!("`{}` does not fit here", self.short(self.at)),
        };
        let here = self.here();
        let error = Diagnostic::error(Code::Unexpected, span, message).label(label);
        if words::is_reserved(here) && !self.ended() && !self.at_end() {
            return error.help(format!("`{here}` is a word of the language; as a name it stands in backquotes: `` `{here}` ``"));
        }
        if help.is_empty() {
            error
        } else {
            error.help(help)
        }
    }

    /// A token's text, cut where it is long.
    fn short(&self, i: usize) -> String {
        let text = self.word(i);
        if text.chars().count() <= 40 {
            return text.to_owned();
        }
        text.chars().take(39).chain(['…']).collect()
    }

    /// What goes at this place, and an example where it helps.
    fn expected(&self) -> (&'static str, &'static str) {
        if self.previous() == "." {
            return ("a field's name goes behind the dot", "");
        }
        if self.previous() == "because" {
            return (
                "the reason goes here, in double quotes",
                "write `because \"they asked for it\"`, for example",
            );
        }
        match self.by {
            Rule::decision_rule | Rule::score_rule => self.in_decision_rule(),
            Rule::row => self.in_row(),
            Rule::classify_rule => self.in_classify_rule(),
            Rule::let_value | Rule::segment | Rule::reference | Rule::feature | Rule::timezone
                if self.in_expression() =>
            {
                self.in_value()
            }
            Rule::fact_entry
            | Rule::now_step
            | Rule::given_step
            | Rule::on_step
            | Rule::expect_step
            | Rule::test_header
            | Rule::test_case => self.in_fixture(),
            Rule::field_entry | Rule::field_tail | Rule::field_start => self.in_field(),
            Rule::header => self.in_header(),
            Rule::csv_expr => (
                if self.ended() {
                    "the value is complete before this"
                } else {
                    VALUE
                },
                "",
            ),
            Rule::csv_cell => (
                "the cell is complete before this",
                "values of a cell are separated by `,`",
            ),
            Rule::csv_word => ("the last column has a name, for example `result`", ""),
            _ => self.in_head_of_declaration(),
        }
    }

    fn in_bracket(&self) -> Option<(&'static str, &'static str)> {
        let open = self.bracket()?;
        Some(match (self.word(open), self.ended()) {
            ("{", _) if matches!(self.previous(), "{" | ",") => {
                ("a field's name goes here, then `:` and its value", "")
            }
            (_, false) => (VALUE, ""),
            ("(", true) => ("`)` or an operator such as `and` goes here", ""),
            ("[", true) => ("`,` or `]` goes here", ""),
            (_, true) => ("`,` or `}` goes here", ""),
        })
    }

    fn in_decision_rule(&self) -> (&'static str, &'static str) {
        if let Some(expected) = self.in_bracket() {
            return expected;
        }
        if let Some(expected) = self.in_validity() {
            return expected;
        }
        let behind_arrow = self.arrow().is_some_and(|arrow| arrow < self.at);
        let last_word = match self.by {
            Rule::score_rule => "always",
            _ => "otherwise",
        };
        match (behind_arrow, self.ended()) {
            (true, true) => (
                "the rule is complete before this",
                match self.by {
                    Rule::score_rule => "the next rule begins with `when` or `always`",
                    _ => "the next rule begins with `when` or `otherwise`",
                },
            ),
            (true, false) => ("what the rule gives goes here", ""),
            (false, true) if self.at_end() => (
                "`=>` and what the rule gives go here",
                "write `when mood == angry => chat`, for example",
            ),
            (false, true) => (
                OPERATOR,
                "behind the condition go `=>` and what the rule gives",
            ),
            (false, false) if self.previous() == last_word => {
                ("`=>` and what the rule gives go here", "")
            }
            (false, false) => (CONDITION, ""),
        }
    }

    /// Between `valid` and the `when` behind it.
    fn in_validity(&self) -> Option<(&'static str, &'static str)> {
        let example = "write `valid from 2026-04-01 until 2026-05-01 when …`, for example";
        let is_open = |i: usize| self.word(i) == "valid" && self.kind(i) == Some(Kind::Word);
        let begun = (self.tokens.start..self.at).find(|i| is_open(*i))?;
        if (begun..self.at).any(|i| self.word(i) == "when") || self.word(begun + 1) == "=>" {
            return None;
        }
        Some(match (self.previous(), self.ended()) {
            ("valid", _) => ("`from` or `until` and a day go here", example),
            ("from" | "until", _) => ("a day or an instant goes here", example),
            (_, true) => (
                "`until` and a day, or `when` and a condition go here",
                example,
            ),
            (_, false) => (VALUE, example),
        })
    }

    /// Facts, steps of tests, lines of their tables.
    fn in_fixture(&self) -> (&'static str, &'static str) {
        let example = match self.by {
            Rule::fact_entry => "write `customer.tier: gold`, for example",
            Rule::now_step => "write `now 2026-03-06T18:00:00Z`, for example",
            Rule::given_step => {
                "write `given ann`, `given ann but mood: calm` or `given mood: calm, customer.tier: gold`"
            }
            Rule::on_step => "write `on kiosk` or `on email but source: referral`, for example",
            Rule::expect_step => {
                "write `expect help == chat`, `expect help by upset`, `expect help because \"…\"` or `expect help same on every channel`"
            }
            Rule::test_header => "write `| mood, customer.visits => help`, for example",
            _ => "write `| angry, 2 => chat`, for example; `-` gives nothing",
        };
        if let Some((label, _)) = self.in_bracket() {
            return (label, "");
        }
        let behind_arrow = self.arrow().is_some_and(|arrow| arrow < self.at);
        // The word of a step is no value, though a name could end one.
        let ended =
            self.ended() && (self.by == Rule::fact_entry || self.at > self.tokens.start + 1);
        let label = match (self.by, ended) {
            (Rule::test_header | Rule::test_case, false) if behind_arrow => {
                "what is expected goes here"
            }
            (Rule::test_header, true) if !behind_arrow => {
                "`,` and the next fact, or `=>` and what is expected go here"
            }
            (Rule::test_header, _) => "the name of a fact goes here",
            (Rule::test_case, true) if !behind_arrow => {
                "`,` and the next value, or `=>` and what is expected go here"
            }
            (Rule::test_case, false) => VALUE,
            (Rule::now_step, false) => "an instant goes here",
            (Rule::given_step, _) if self.previous() == "given" => {
                "the name of a customer, or facts go here"
            }
            (Rule::on_step, _) if self.previous() == "on" => "the name of a channel goes here",
            (Rule::given_step | Rule::on_step, _) if matches!(self.previous(), "but" | ",") => {
                "a fact goes here, then `:` and its value"
            }
            (Rule::expect_step, _) if self.previous() == "by" => "the label of a rule goes here",
            (Rule::expect_step, _) if matches!(self.previous(), "same" | "every") => {
                "`same on every channel` is meant"
            }
            (Rule::expect_step, false) => CONDITION,
            (Rule::fact_entry, false) if self.at == self.tokens.start => {
                "the name of a fact goes here"
            }
            (Rule::fact_entry | Rule::given_step | Rule::on_step, true)
                if !self.in_expression() =>
            {
                "`:` and the value of the fact go here"
            }
            (Rule::fact_entry, true) => "the fact is complete before this",
            (_, true) => "the step is complete before this",
            (_, false) => VALUE,
        };
        (label, example)
    }

    fn in_row(&self) -> (&'static str, &'static str) {
        if let Some(expected) = self.in_bracket() {
            return expected;
        }
        let behind_arrow = self.arrow().is_some_and(|arrow| arrow < self.at);
        match (behind_arrow, self.ended()) {
            (true, true) => (
                "the row is complete before this",
                "the next row begins with `|`",
            ),
            (true, false) => ("what the row gives goes here", ""),
            (false, true) if self.at_end() => ("`=>` and what the row gives go here", ""),
            (false, true) => (
                "`|` and the next cell go here, or `=>` and what the row gives",
                "",
            ),
            (false, false) => (
                "a cell goes here",
                "a cell is `-`, values with commas, a range `1..5`, a comparison `>= 5`, `not (…)` or `missing`",
            ),
        }
    }

    fn in_classify_rule(&self) -> (&'static str, &'static str) {
        let example = "write `loyal when visits > 3` or `otherwise newcomer`, for example";
        if let Some(expected) = self.in_bracket() {
            return expected;
        }
        match (self.previous(), self.ended()) {
            ("otherwise", _) => ("the member goes here", example),
            (_, false) if self.at > self.tokens.start => (CONDITION, ""),
            (_, true) if self.at == self.tokens.start + 1 => {
                ("`when` and its condition go here", example)
            }
            (_, true) if self.word(self.tokens.start) == "otherwise" => {
                ("the classification ends with `otherwise`", "")
            }
            (_, true) => (OPERATOR, "the next member begins with its name and `when`"),
            _ => ("a member goes here", example),
        }
    }

    fn in_value(&self) -> (&'static str, &'static str) {
        if let Some(expected) = self.in_bracket() {
            return expected;
        }
        match (self.ended(), self.by) {
            (true, _) => (OPERATOR, "the declaration is complete before this"),
            (false, Rule::segment | Rule::feature) => (CONDITION, ""),
            (false, _) => (VALUE, ""),
        }
    }

    fn in_field(&self) -> (&'static str, &'static str) {
        if self.in_expression() {
            return self.in_bracket().unwrap_or(if self.ended() {
                (
                    "the field is complete before this",
                    "behind a default only `sensitive` and `fixed` may follow",
                )
            } else {
                (VALUE, "")
            });
        }
        match self.previous() {
            ":" | "<" => ("a type goes here", TYPES),
            _ if self.at == self.tokens.start => {
                ("a field's name goes here", "write `age: int`, for example")
            }
            _ if self.at == self.tokens.start + 1 => {
                ("`:` and its type go here", "write `age: int`, for example")
            }
            _ => (
                "the field is complete before this",
                "behind a type only `= default`, `sensitive` and `fixed` may follow",
            ),
        }
    }

    fn in_header(&self) -> (&'static str, &'static str) {
        let example = "write `| customer.tier | visits => result`, for example";
        match (self.arrow(), self.ended()) {
            (Some(arrow), _) if arrow < self.at => (
                "one name for the results goes here, and rows below",
                example,
            ),
            (_, true) if self.at_end() => ("`=>` and a name for the results go here", example),
            (_, true) => (
                "`|` and the next column go here, or `=>` and a name for the results",
                example,
            ),
            (_, false) => ("a column goes here", example),
        }
    }

    fn in_head_of_declaration(&self) -> (&'static str, &'static str) {
        let marked = matches!(self.word(self.tokens.start), "pervasive" | "ordered");
        let named = self.tokens.start + 1 + usize::from(marked);
        let example = match self.by {
            Rule::ruleset => "write `ruleset cinema`, for example",
            Rule::use_file => "write `use \"prices.pvd\"`, for example",
            Rule::enum_decl => "write `enum Tier { guest, member, gold }`, for example",
            Rule::record_head => "write `record Showing { film: string }`, for example",
            Rule::let_value => "write `let discount = 20%`, for example",
            Rule::segment => "write `segment adult = age >= 18`, for example",
            Rule::classify_head => {
                "write `classify persona { loyal when visits > 3 otherwise newcomer }`, for example"
            }
            Rule::decision_head => "write `decision discount -> decimal { … }`, for example",
            Rule::event_head => "write `event film_viewed { film: string }`, for example",
            Rule::score_head => "write `score loyalty -> int 0..=100 { … }`, for example",
            Rule::feature => "write `feature one_tap_checkout when regular`, for example",
            Rule::reference => {
                "write `reference shops: Shop key id from \"shops.csv\"`, or `= [ … ]` with the rows"
            }
            Rule::timezone => "write `timezone \"Europe/London\"`, for example",
            Rule::week_starts => "write `week starts monday`, for example",
            Rule::customer_head => "write `customer ann { customer.tier: gold }`, for example",
            Rule::test_head => "write `test \"gold members reach a person\" { … }`, for example",
            Rule::table_head => "write `table discount(first) -> decimal { … }`, for example",
            _ => "",
        };
        let label = match (self.by, self.at) {
            (Rule::use_file, at) if at == named => "the name of a file goes here, in quotes",
            (Rule::context_head | Rule::touchpoint_head, _) => {
                "`{` goes here; there is one context and one touchpoint"
            }
            (Rule::test_head, at) if at == named => {
                "the title goes here, in quotes: it says what the test shows"
            }
            (Rule::timezone, at) if at == named => "the name of a time zone goes here",
            (Rule::week_starts, at) if at == named => "`starts` and a day of the week go here",
            (_, at) if at == named => "a name goes here",
            (Rule::let_value | Rule::segment, _) if self.bracket().is_some() => {
                return self.in_parameters();
            }
            (Rule::feature, at) if at == named + 1 => "`when` and a condition go here",
            (Rule::reference, at) if at > named => return self.in_reference(example),
            (Rule::score_head, at) if at == named + 1 => {
                "`->` and the type of the result, or `{` and the rules go here"
            }
            (Rule::week_starts, _) if self.previous() == "starts" => "a day of the week goes here",
            (Rule::enum_decl, at) if at == named + 1 => "the members go here, in braces",
            (Rule::let_value | Rule::segment, at) if at == named + 1 => "`=` and a value go here",
            (Rule::decision_head, at) if at == named + 1 => {
                "`->` and the type of the result go here"
            }
            (Rule::table_head, at) if at == named + 1 => "the hit policy goes here, in brackets",
            _ => return self.behind_name(example),
        };
        (label, example)
    }

    /// Between the brackets behind the name of a `let` or `segment`.
    fn in_parameters(&self) -> (&'static str, &'static str) {
        let label = match (self.previous(), self.ended()) {
            (":" | "<", _) => return ("a type goes here", TYPES),
            ("(" | ",", _) => "the name of a parameter goes here",
            _ if self.kind(self.before().wrapping_sub(1)) == Some(Kind::Colon) => {
                "`,` and the next parameter, or `)` go here"
            }
            _ => "`:` and the type of the parameter go here",
        };
        (
            label,
            "write `let net(price: decimal) = price * 80%`, for example",
        )
    }

    /// Behind the name of a reference.
    fn in_reference(&self, example: &'static str) -> (&'static str, &'static str) {
        let before = |i: usize| self.word(self.before().wrapping_sub(i));
        let label = match self.previous() {
            ":" => "the record type of the rows goes here",
            _ if before(1) == ":" => "`key` and the field whose values tell the rows apart go here",
            "key" if self.kind(self.at) != Some(Kind::Colon) => {
                "the field whose values tell the rows apart goes here"
            }
            "from" if before(1) == "key" => {
                "the field whose values tell the rows apart goes before `from`"
            }
            "from" => "the name of a file goes here, in quotes",
            _ if before(1) == "key" => "`from` and a file, or `=` and the rows go here",
            _ if self.at == self.tokens.start + 2 => "`:` and the record type of the rows go here",
            _ => "the declaration is complete before this",
        };
        (label, example)
    }

    fn behind_name(&self, example: &'static str) -> (&'static str, &'static str) {
        match (self.previous(), self.by) {
            ("->" | "=>" | ":" | "<", _) => ("a type goes here", TYPES),
            ("independent", _) => (
                "`of` and the names of fields go here",
                "write `independent of customer.birth_date`, for example",
            ),
            ("of", _) => (
                "the name of a field goes here",
                "write `independent of customer.birth_date`, for example",
            ),
            ("from", _) => ("the name of a file goes here, in quotes", ""),
            ("by", Rule::table_head) => (
                "the results go here, most important first",
                "write `(priority by [gold, member])`, for example",
            ),
            ("collect", Rule::table_head) if self.bracket().is_some() => {
                ("`sum`, `min`, `max`, `count` or `)` goes here", "")
            }
            ("(", Rule::table_head) => (
                "a hit policy goes here: `unique`, `first`, `any`, `priority`, `output_order`, `rule_order` or `collect`",
                "",
            ),
            (_, Rule::decision_head) => {
                ("`independent of …` or `{` and the rules go here", example)
            }
            (_, Rule::table_head) if self.bracket().is_some() => (
                "the hit policy is complete before this; `)` goes here",
                "write `(collect sum)` or `(priority by [gold, member])`, for example",
            ),
            (_, Rule::score_head) => ("`independent of …` or `{` and the rules go here", example),
            (_, Rule::feature) => (
                "`independent of …` or `when` and a condition go here",
                example,
            ),
            (_, Rule::table_head) => (
                "`independent of …`, `from \"file.csv\"` or `{` and the rows go here",
                example,
            ),
            (_, Rule::enum_decl) if self.bracket().is_some() => ("a member goes here", example),
            _ => ("the declaration is complete before this", ""),
        }
    }
}
