//! What tests beside the rules say when they are met, and when not.

use super::{RULES, report, with};
use pervade::{Ruleset, testing};

#[test]
fn a_suite_beside_the_rules_passes() {
    let report = report(
        r#"
        test "an angry customer reaches a person on every channel" {
            given ann but mood: angry
            expect assistance == person
            expect assistance by upset
            expect assistance because "something went wrong"
            expect assistance same on every channel
        }
        test "steps hold for what stands behind them" {
            given ann
            expect discount == 10%
            given customer.home: { city: "Rome" }
            expect discount == 15%
            given customer.home: missing
            expect discount == 10%
            on kiosk
            expect greeting == "welcome"
            on web
            expect greeting == "hello"
        }
        test "a table gives a case a line" {
            given ann
            | mood, customer.visits => assistance
            | angry, 0              => person
            | confused, 3           => chat
            | confused, 2           => none
            | -, -                  => none
        }
        "#,
    );
    assert!(report.is_ok(), "{report}");
    assert_eq!(report.passed(), 13);
}

#[test]
fn a_failure_tells_what_was_expected_and_why_it_is_not_so() {
    let report = report(
        r#"test "the lost" {
    given ann but mood: confused, customer.visits: 2
    expect assistance == chat
    expect assistance by lost
    expect assistance because "it looks unfinished"
}"#,
    );
    assert_eq!((report.passed(), report.failures().len()), (0, 3));
    let [value, label, reason] = report.failures() else {
        panic!("{report}")
    };
    assert_eq!(
        (value.test.as_str(), value.file.as_str()),
        ("the lost", "rules.pvd")
    );
    let first = RULES.lines().count() + 3;
    assert_eq!(value.line as usize, first);
    assert_eq!(value.expected, "assistance == chat");
    assert!(value.explanation.contains("assistance"), "{report}");
    assert!(value.explanation.contains("otherwise"), "{report}");
    assert_eq!(
        value.nearest_miss.as_deref(),
        Some("`upset` fails by one condition: mood == angry (mood is confused)")
    );
    assert_eq!(label.found, ["`assistance` is decided by otherwise"]);
    assert_eq!(
        label.nearest_miss.as_deref(),
        Some("`lost` fails by one condition: customer.visits > 2 (customer.visits is 2)")
    );
    assert_eq!(reason.found, ["`assistance` gives no reason"]);
    let text = report.to_string();
    assert!(text.starts_with(&format!(
        "rules.pvd:{first}: test \"the lost\"\n  expected assistance == chat\n"
    )));
    assert!(text.ends_with("0 expectations met, 3 not\n"), "{text}");
}

#[test]
fn a_failing_line_of_a_table_is_named() {
    let report = report(
        "test \"lines\" {\n given ann\n | mood => assistance\n | calm => none\n | angry => chat\n}",
    );
    let [failure] = report.failures() else {
        panic!("{report}")
    };
    assert_eq!(failure.case, Some(2));
    assert_eq!(failure.expected, "| angry => chat");
    assert!(report.to_string().contains("line 2 of its table"));
}

#[test]
fn what_differs_by_channel_is_shown_with_both_values() {
    let report = report("test \"greets\" { expect greeting same on every channel }");
    let [failure] = report.failures() else {
        panic!("{report}")
    };
    assert_eq!(
        failure.found,
        [
            "on `web`, `greeting` is \"hello\"",
            "on `kiosk`, `greeting` is \"welcome\""
        ]
    );
}

#[test]
fn what_is_asked_for_and_not_given_is_no_answer() {
    let report = report(
        "test \"a\" { expect greeting == \"hello\" }
         test \"b\" { expect customer.id == \"c1\" }
         test \"c\" { expect assistance == none }",
    );
    let found: Vec<&str> = report
        .failures()
        .iter()
        .flat_map(|f| f.found.iter().map(String::as_str))
        .collect();
    assert_eq!(
        found,
        [
            "it asks for `touchpoint.channel`, which is not given",
            "it asks for `customer.id`, which is not given"
        ]
    );
    assert_eq!(report.passed(), 1, "what does not matter may be left out");
}

#[test]
fn now_is_given_by_the_test() {
    let report = report(
        "test \"a\" { now 2026-03-06T18:00:00Z expect today == 2026-03-06 expect now > 2026-03-06T17:00:00Z }
         test \"b\" { expect today == 2026-03-06 }",
    );
    assert_eq!(report.passed(), 2, "{report}");
    assert_eq!(
        report.failures()[0].found,
        ["it asks for `now`, which is not given"]
    );
}

#[test]
fn sensitive_data_is_hidden() {
    let report = report(
        "test \"a\" { given ann but customer.pin: \"4711\" expect customer.pin is \"0815\" }",
    );
    let failure = &report.failures()[0];
    assert_eq!(failure.found, ["`customer.pin` is ‹hidden›"]);
    assert!(!failure.explanation.contains("4711"), "{report}");
}

#[test]
fn tests_take_no_part_in_what_a_ruleset_means() {
    let tests = "test \"a\" { now 2026-03-06T18:00:00Z given ann expect customer.visits in 1..=4 and today == 2026-03-06 }";
    let bare = Ruleset::from_text(RULES).unwrap();
    let customers = RULES.split("customer ann").next().unwrap();
    let without = Ruleset::from_text(customers).unwrap();
    let dropped = Ruleset::from_text(&format!("{RULES}{tests}")).unwrap();
    let kept = with(tests);
    for other in [&without, &dropped, &kept] {
        assert_eq!(other.fingerprint(), bare.fingerprint());
        assert_eq!(other.decisions().count(), bare.decisions().count());
    }
    let graph = |rules: &Ruleset| rules.graph(pervade::GraphFormat::Json);
    assert_eq!(graph(&dropped), graph(&bare));
    assert_eq!(dropped.inputs().count(), bare.inputs().count());
    assert_eq!(testing::run(&dropped).passed(), 0);
    assert_eq!(testing::run(&kept).passed(), 1);
}

#[test]
fn one_line_of_cargo_test_shows_the_whole_failure() {
    let path = std::env::temp_dir().join(format!("pervade-check-{}.pvd", std::process::id()));
    let text = |tests: &str| format!("{RULES}{tests}");
    std::fs::write(
        &path,
        text("test \"a\" { given ann expect discount == 10% }"),
    )
    .unwrap();
    testing::check(&path).unwrap();
    std::fs::write(
        &path,
        text("test \"a\" { given ann expect discount == 15% }"),
    )
    .unwrap();
    let shown = format!("{:?}", testing::check(&path).unwrap_err());
    assert!(shown.contains("expected discount == 15%"), "{shown}");
    std::fs::write(&path, RULES).unwrap();
    let shown = format!("{:?}", testing::check(&path).unwrap_err());
    assert!(shown.contains("has no tests"), "{shown}");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn an_overflow_is_an_unmet_expectation() {
    let report =
        report("test \"a\" { given ann expect customer.visits * 9_000_000_000_000_000_000 > 0 }");
    let found = &report.failures()[0].found;
    assert!(found[0].contains("does not fit an int"), "{found:?}");
}

#[test]
fn what_is_withheld_is_told_with_its_clause() {
    let rules = "ruleset demo
timezone \"UTC\"
context { consents: { email: bool } }
touchpoint { channel: enum { web, push, email } }
issue sales
group sales.snacks
action popcorn in sales.snacks { value 2 }
action nachos in sales.snacks { value 1 transactional }
policy gentle {
    withhold on push when time in 21:00..08:00
    withhold on email unless consents.email
}
next_best_action home { choose from all rank by value }
test \"met\" { now 2026-03-06T22:00:00Z on push expect home withholds popcorn }
test \"other\" { now 2026-03-06T22:00:00Z on push expect home withholds nothing expect home withholds popcorn, nachos }
test \"not chosen\" { now 2026-03-06T12:00:00Z on push expect home withholds popcorn }
test \"no channel\" { now 2026-03-06T12:00:00Z expect home withholds nothing }
test \"not given\" { now 2026-03-06T12:00:00Z on email expect home withholds nothing }";
    let rules = pervade::Compiler::new()
        .tests(true)
        .text(rules)
        .expect("rules");
    let report = pervade::testing::run(&rules);
    let found: Vec<&str> = report
        .failures()
        .iter()
        .flat_map(|f| f.found.iter().map(String::as_str))
        .collect();
    let by = "`popcorn` is withheld by `withhold on push when time in 21:00..08:00` until 2026-03-07T08:00:00Z";
    assert_eq!(
        found,
        [
            by,
            by,
            "`nachos` is not withheld",
            "`popcorn` is not withheld",
            "no channel is given: `on push`, for example",
            "it asks for `consents.email`, which is not given",
        ]
    );
    assert_eq!(report.passed(), 1, "{report}");
}
