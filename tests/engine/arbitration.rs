//! Priorities computed by hand, on the arithmetic that Pega publishes for its Customer Decision Hub.
//!
//! * User guide 8.6, "Arbitration strategy": the priority is the product of propensity (P), context weight (C), value (V)
//!   and lever (L). The weightings of issue, group and action are added, divided by 100 and added to 1, so that 55 in all make
//!   1.55; those of the context that belong to issue and group likewise. Propensity that is not used is 1.
//! * The same, "Prioritizing actions based on customer relevance and business priority": a customer who calls to cancel weighs
//!   +100% for the group Retention / Mobile; a factor that is toggled off takes no part.
//! * Academy, "Prioritizing actions with business levers": the rewards card, behind the standard card by its propensity, is
//!   raised by 40%.
//!
//! Propensities and values are made up here, since neither page gives them; each priority below is worked out beside it.

use super::rules;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Levers: sales +10%, sales.cards +20%; 30% for the standard card, 55% for gold, 70% for rewards. Weights: of those who
/// cancel, retention +50% and retention.mobile +100%.
const BANK: &str = "ruleset bank
    context { intent: enum { browsing, cancellation } }
    issue sales { lever +10% }
    issue retention
    group sales.cards { lever +20% }
    group retention.mobile
    action standard_card in sales.cards { propensity 0.06 value 100 }
    action rewards_card in sales.cards { propensity 0.05 value 100 lever +40% }
    action gold_card in sales.cards { propensity 0.02 value 250 lever +25% }
    action stay in retention.mobile { propensity 0.04 value 90 }
";

/// The actions in their order, with their priorities.
fn ranked(actions: &str, formula: &str, intent: &str) -> Vec<(String, Decimal)> {
    let rules = rules(&format!(
        "{actions} next_best_action home {{
             choose from all
             rank by {formula}
             weight +50% for retention.* when intent == cancellation
             weight +100% for retention.mobile when intent == cancellation
         }}"
    ));
    let home = rules.decision::<Json>("home").expect("a next best action");
    let customer = format!(r#"{{ "intent": "{intent}" }}"#);
    let context = rules.context().json(&customer).expect("JSON").build();
    let decision = home.decide(&context.expect("a context"));
    let decision = decision.expect("a decision");
    let arbitration = decision.arbitration().expect("an arbitration");
    let chosen = arbitration.chosen().iter();
    chosen
        .map(|one| (one.action().to_owned(), one.priority()))
        .collect()
}

fn check(formula: &str, intent: &str, expected: &[(&str, &str)]) {
    let expected: Vec<(String, Decimal)> = expected
        .iter()
        .map(|(action, priority)| ((*action).to_owned(), priority.parse().expect("a number")))
        .collect();
    assert_eq!(
        ranked(BANK, formula, intent),
        expected,
        "{formula}, {intent}"
    );
}

#[test]
fn validity_is_told_as_it_is_written() {
    let rules = rules(
        "ruleset demo
         timezone \"Europe/London\"
         issue sales
         group sales.snacks
         action a in sales.snacks { value 1 valid until 2026-03-29T12:00:00Z }
         action b in sales.snacks { value 1 valid from 2026-05-01 until 2026-06-01 }
         action c in sales.snacks { value 1 valid from 2026-05-01T12:00:00Z until 2026-06-01 }
         next_best_action home { choose from all rank by value }",
    );
    let context = rules.context().now("2026-04-01T00:00:00Z".parse().unwrap());
    let context = context.build().expect("a context");
    let home = rules
        .decision::<serde_json::Value>("home")
        .expect("a choice");
    let all = home.decide(&context).unwrap().arbitration().unwrap();
    let conditions = all.rejected().iter().map(|r| r.condition().unwrap());
    assert_eq!(
        conditions.collect::<Vec<_>>(),
        [
            "valid until 2026-03-29T12:00:00Z",
            "valid from 2026-05-01 until 2026-06-01",
            "valid from 2026-05-01T12:00:00Z until 2026-06-01",
        ]
    );
}

#[test]
fn priorities_are_those_worked_out_by_hand() {
    const ALL: &str = "propensity * weight * value * lever";
    check(
        ALL,
        "browsing",
        &[
            ("rewards_card", "8.5"),  // 0.05 × 1 × 100 × (1 + 10% + 20% + 40%)
            ("standard_card", "7.8"), // 0.06 × 1 × 100 × (1 + 10% + 20%)
            ("gold_card", "7.75"),    // 0.02 × 1 × 250 × (1 + 10% + 20% + 25%): 55 in all make 1.55
            ("stay", "3.6"),          // 0.04 × 1 × 90 × 1
        ],
    );
    check(
        ALL,
        "cancellation",
        &[
            ("stay", "9"), // 0.04 × (1 + 50% + 100%) × 90 × 1; kinds multiply, percentages of one kind add up
            ("rewards_card", "8.5"),
            ("standard_card", "7.8"),
            ("gold_card", "7.75"),
        ],
    );
}

#[test]
fn a_factor_that_is_left_out_takes_no_part() {
    check(
        "weight * value * lever",
        "cancellation",
        &[
            ("gold_card", "387.5"),   // 250 × 1.55
            ("stay", "225"),          // 2.5 × 90
            ("rewards_card", "170"),  // 100 × 1.7
            ("standard_card", "130"), // 100 × 1.3
        ],
    );
    check(
        "propensity * value * lever",
        "cancellation",
        &[
            ("rewards_card", "8.5"),
            ("standard_card", "7.8"),
            ("gold_card", "7.75"),
            ("stay", "3.6"), // without the weight they do not count who cancel
        ],
    );
    check(
        "propensity * weight * lever",
        "cancellation",
        &[
            ("stay", "0.1"),            // 0.04 × 2.5
            ("rewards_card", "0.085"),  // 0.05 × 1.7
            ("standard_card", "0.078"), // 0.06 × 1.3
            ("gold_card", "0.031"),     // 0.02 × 1.55
        ],
    );
    check(
        "propensity * weight * value",
        "cancellation",
        &[
            ("stay", "9"),
            ("standard_card", "6"), // without its lever the rewards card is behind
            // 0.05 × 100 and 0.02 × 250: of two alike the one of the greater value.
            ("gold_card", "5"),
            ("rewards_card", "5"),
        ],
    );
    check(
        "propensity",
        "browsing",
        &[
            ("standard_card", "0.06"),
            ("rewards_card", "0.05"),
            ("stay", "0.04"),
            ("gold_card", "0.02"),
        ],
    );
}

#[test]
fn of_two_alike_the_greater_value_then_the_name_comes_first() {
    let twins = format!(
        "{BANK}
         action zebra_card in sales.cards {{ propensity 0.03 value 200 }}
         action amber_card in sales.cards {{ propensity 0.06 value 100 }}
         action blue_card in sales.cards {{ propensity 0.06 value 100.0 }}"
    );
    let ranked = ranked(&twins, "propensity * value * lever", "browsing");
    let names: Vec<&str> = ranked.iter().map(|(name, _)| name.as_str()).collect();
    // 7.8 four times: the value of 200, then those of 100 by their names.
    assert_eq!(
        names,
        [
            "rewards_card",
            "zebra_card",
            "amber_card",
            "blue_card",
            "standard_card",
            "gold_card",
            "stay"
        ]
    );
}
