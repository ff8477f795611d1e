//! What belongs at a place: the answer to everything that is no known slip. Heads are in `heads`, customers and tests
//! in `fixtures`.

use super::Mistake;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::pairs::Rule;
use crate::syntax::scan::Kind;
use crate::syntax::words;

pub(super) const CONDITION: &str = "a condition goes here, for example `mood == angry`";
pub(super) const TYPES: &str = "the types are `bool`, `int`, `decimal`, `money<GBP>`, `string`, `date`, `time`, `datetime`, `duration`, `elapsed`, `timezone`, `geo`, `distance`, `list<…>`, `{ … }`, `enum { … }` and declared names; `?` behind one says that the value may be missing";
pub(super) const VALUE: &str = "a value goes here";
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
            Rule::journey_entry => self.in_journey(),
            Rule::action_clause => self.in_action(),
            Rule::choice_clause => self.in_choice(),
            Rule::policy_clause => self.in_policy(),
            Rule::experiment_clause => self.in_experiment(),
            Rule::behaviour if self.in_expression() => self.in_behaviour(),
            Rule::fact_entry
            | Rule::now_step
            | Rule::given_step
            | Rule::on_step
            | Rule::event_step
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

    pub(super) fn in_bracket(&self) -> Option<(&'static str, &'static str)> {
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
            _ if self.by == Rule::field_tail && self.at == self.tokens.start => (
                "the field before this is complete",
                "another field has its name, `:` and its type: `age: int`, for example",
            ),
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
}
