//! What budgets say: small rulesets in detail, the cinema as its author reads it. That they are kept is shown in
//! `oracle::budget`.

use super::rules;
use pervade::cli::{Streams, run};
use pervade::{Budget, Ruleset};
use std::fs;

const CINEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/rules/cinema.pvd");
const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/budget/cinema.txt");

fn cinema() -> Budget {
    Ruleset::from_file(CINEMA)
        .expect("the cinema compiles")
        .budget()
}

/// `PERVADE_UPDATE=1` writes down what it says now; look at the difference.
#[test]
fn the_cinema() {
    let budget = cinema();
    // What is in memory changes with the engine.
    let text = budget.to_string();
    let (_, text) = text.split_once("\n\n").expect("a line about the ruleset");
    let text = text.replace(concat!(env!("CARGO_MANIFEST_DIR"), "/"), "");
    if std::env::var_os("PERVADE_UPDATE").is_some() {
        fs::write(EXPECTED, &text).expect("writes");
    }
    let expected = fs::read_to_string(EXPECTED).expect("is there");
    assert!(text == expected, "expected\n{expected}\ngot\n{text}");
    assert_eq!(budget.size.rules, 36);
    assert!(
        (2_000..100_000).contains(&budget.size.bytes),
        "{:?}",
        budget.size
    );
    let pervasive = budget.decisions.iter().filter(|d| d.name != "presentation");
    for decision in pervasive {
        assert!(decision.touchpoint.is_empty(), "{}", decision.name);
    }
}

/// What is calculated, in a context of `n: int 0..=100`, `d: decimal 0..=100`, `free: int`, `paid: money<GBP>`,
/// `on: date`, `sizes: list<int>`; and whether it may overflow.
const OVERFLOWS: &[(&str, bool)] = &[
    ("n + 1", false),
    ("n * n * n", false),
    ("n * n * n * n * n * n * n * n * n * n", true),
    ("free", false),
    ("free + 1", true),
    ("abs(free)", true),
    ("abs(n - 200)", false),
    ("-free", true),
    ("-n", false),
    ("free div 2", false),
    ("free mod 7", false),
    ("free div -1", true),
    // 99.9…9 with 26 places and one more has 29 digits.
    ("d + 1", true),
    ("(round d to 0.01) + 1", false),
    ("d * 100", false),
    ("d / 0.01", false),
    ("paid * 0.85", false),
    ("paid * 1.2", true),
    ("paid / 3", false),
    ("max(paid * (1 - 0.25), 4 GBP)", false),
    ("round paid to 0.05 GBP", true),
    ("sum of (s for s in sizes)", true),
    ("sum of (n for s in sizes)", false),
    ("count of sizes + 1", false),
    ("on + 1 day", true),
    ("1 if on < 9000-01-01 otherwise 2", false),
    ("days between on and 2026-01-01", false),
    ("years between on and 2026-01-01", false),
];

#[test]
fn overflow_is_possible_or_not() {
    let context = "context { n: int 0..=100, d: decimal 0..=100, free: int, paid: money<GBP>, on: date, sizes: list<int> }";
    let mut wrong = Vec::new();
    for (calculation, expected) in OVERFLOWS {
        let text = format!("ruleset demo {context} let x = {calculation}");
        match Ruleset::from_text(&text) {
            Ok(rules) => {
                let budget = rules.budget();
                let found = !budget.decisions[0].overflows.is_empty();
                if found != *expected {
                    wrong.push(format!("{calculation}: {budget}"));
                }
            }
            Err(error) => wrong.push(format!("{calculation}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn parameters_are_what_they_are_used_with() {
    let text = |last: &str| {
        format!(
            "ruleset demo context {{ n: int 0..=100 }}
             let twice(x: int) = x * 2
             let more(x: int) = twice(x) + twice(x + 1)
             let y = more(n) + more(n + 1){last}"
        )
    };
    let budget = rules(&text("")).budget();
    assert!(budget.decisions[0].overflows.is_empty(), "{budget}");
    let budget = rules(&text(" let z = twice(9223372036854775807)")).budget();
    assert_eq!(budget.decisions[1].overflows[0].text, "x * 2", "{budget}");
}

#[test]
fn definitions_that_are_needed_often_count_once() {
    let mut text = "ruleset demo context { n: int 0..=1 } let x0 = n + 1\n".to_owned();
    for at in 1..60 {
        let before = at - 1;
        text += &format!("let x{at} = x{before} mod 7 + x{before} mod 5\n");
    }
    let budget = rules(&text).budget();
    let last = budget.decisions.last().expect("there are some");
    assert!(last.steps.fixed < 1_000, "{}", last.steps);
    assert!(last.overflows.is_empty());
    assert_eq!(last.reads, ["n"]);
}

#[test]
fn lists_count_by_their_items() {
    let budget = rules(
        "ruleset demo
         context { orders: list<{ paid: int, sizes: list<int> }> }
         let known = [1, 2, 3]
         segment any_big = any order in orders has (any size in order.sizes has (size > 40))
         segment three = any k in known has (k > 2)",
    )
    .budget();
    let steps = |name: &str| {
        let found = budget.decisions.iter().find(|d| d.name == name);
        found.expect("is there").steps
    };
    let big = steps("any_big");
    assert!(big.each_item > 0 && big.each_pair > 0 && big.each_triple == 0);
    assert!(
        big.to_string()
            .contains("more for each item of a list within a list"),
        "{big}"
    );
    assert_eq!(steps("three").for_lists_of(1_000), steps("three").fixed);
}

#[test]
fn the_command_tells_it() {
    let told = |arguments: &[&str]| {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let streams = Streams {
            input: &mut std::io::empty(),
            output: &mut output,
            errors: &mut errors,
            terminal: false,
        };
        let code = run([&["pervade"], arguments].concat(), streams);
        assert_eq!(code, 0, "{}", String::from_utf8_lossy(&errors));
        String::from_utf8(output).expect("text")
    };
    let budget = cinema();
    assert_eq!(
        told(&["check", "--budget", CINEMA]),
        format!("{CINEMA}: ok, ruleset cinema\n\n{budget}\n")
    );
    let json: serde_json::Value =
        serde_json::from_str(&told(&["check", "--budget", "--format=json", CINEMA])).expect("JSON");
    let json = &json["files"][0]["budget"];
    assert_eq!(*json, serde_json::to_value(&budget).expect("JSON"));
    assert_eq!(
        json["decisions"][0]["reads"],
        serde_json::json!(budget.decisions[0].reads)
    );
}
