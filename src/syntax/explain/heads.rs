//! What belongs at a place in the head of a declaration.

use super::Mistake;
use super::place::TYPES;
use crate::syntax::pairs::Rule;
use crate::syntax::scan::Kind;

impl Mistake<'_> {
    pub(super) fn in_head_of_declaration(&self) -> (&'static str, &'static str) {
        let marked = matches!(self.word(self.tokens.start), "pervasive" | "ordered");
        let named = self.tokens.start + 1 + usize::from(marked);
        let example = head_example(self.by);
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
            (Rule::journey_head, at) if at > named => return self.behind_journey(example),
            (Rule::action_head, at) if at == named + 1 && self.word(at) == "from" => {
                return (
                    "`in` and its group go here",
                    "one action for each row is written `actions offer from offers in sales.tickets { … }`",
                );
            }
            (Rule::action_head, at) if at == named + 1 => "`in` and its group go here",
            (Rule::action_head, at) if at == named + 2 => "the issue and the group go here",
            (Rule::actions_head, at) if at == named + 1 && self.word(at) == "in" => {
                return (
                    "`from` and the reference data go here",
                    "write `actions offer from offers in sales.tickets { … }`, or `action` for one that is no row",
                );
            }
            (Rule::actions_head, at) if at > named && self.previous() != "." => {
                match self.before() - named {
                    0 => "`from` and the reference data go here",
                    1 => "the name of the reference data goes here",
                    2 => "`in` and their group go here",
                    3 => "the issue and the group, or a field of the row, go here",
                    4 => "`.` and the group, or the field of the row, go here",
                    _ => return self.behind_name(example),
                }
            }
            (Rule::action_head | Rule::actions_head | Rule::group_decl, _)
                if self.previous() == "." =>
            {
                "the name of the group goes here"
            }
            (Rule::action_head, at) if at == named + 3 => "`.` and the group go here",
            (Rule::group_decl, at) if at == named + 1 => "`.` and the name of the group go here",
            (Rule::issue_decl | Rule::group_decl, _) if self.bracket().is_some() => {
                "`lever` and a percentage with its sign go here"
            }
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

fn head_example(by: Rule) -> &'static str {
    match by {
        Rule::ruleset => "write `ruleset cinema`, for example",
        Rule::use_file => "write `use \"prices.pvd\"`, for example",
        Rule::enum_decl => "write `enum Tier { guest, member, gold }`, for example",
        Rule::record_head => "write `record Showing { film: string }`, for example",
        Rule::let_value => "write `let discount = 20%`, for example",
        Rule::segment => "write `segment adult = age >= 18`, for example",
        Rule::classify_head => {
            "write `classify persona { loyal when visits > 3 otherwise newcomer }`, for example"
        }
        Rule::journey_head => {
            "write `journey purchase { … }` or `journey purchase starts in last 90 days { … }`"
        }
        Rule::decision_head => "write `decision discount -> decimal { … }`, for example",
        Rule::event_head => "write `event film_viewed { film: string }`, for example",
        Rule::score_head => "write `score loyalty -> int 0..=100 { … }`, for example",
        Rule::issue_decl => "write `issue sales` or `issue sales { lever +10% }`",
        Rule::group_decl => "write `group sales.tickets` or `group sales.tickets { lever +20% }`",
        Rule::action_head => "write `action family_ticket in sales.tickets { … }`, for example",
        Rule::actions_head => {
            "write `actions offer from offers in sales.tickets { … }`, for example"
        }
        Rule::policy_head => {
            "write `policy gentle { at most 2 of sales.* per 7 days }`, for example"
        }
        Rule::experiment_head => "write `experiment copy_test { … }`, for example",
        Rule::choice_head => "write `next_best_action home { … }`, for example",
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
    }
}
