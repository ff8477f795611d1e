//! Generated contexts fit their declarations and reach the branches of the rules.

use super::RULES;
use pervade::Ruleset;
use pervade::testing::{contexts, contexts_with_constants};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::RefCell;
use std::collections::BTreeSet;

const ALL: &str = r#"ruleset all
timezone zone
ordered enum Level { low, high }
record Item { name: string, price: money<GBP>, weight: decimal 0..=5 = 1, tags: list<string> }
context {
    flag: bool, count: int 1..=3, free: int, rate: decimal 0..1, fee: money<JPY>
    size: enum { small, large }, day: date, at: time, moment: datetime, wait: duration
    seen: elapsed, zone: timezone, place: geo, far: distance, items: list<Item>
    home: { city: string, since: date? }?
    tier: Level = low
}
touchpoint { channel: enum { web, kiosk } }
segment narrow = count in 1..=3 and rate >= 0 and rate < 1
segment sound = every i in items has (i.weight in 0..=5)
decision shown -> string { when home is present => "{home.city}" otherwise => "{day} {at} {moment} {wait} {fee} {place} {zone} {far}" }
segment today_known = today.year > 0
"#;

#[test]
fn contexts_fit_the_schema() {
    let rules = Ruleset::from_text(ALL).unwrap_or_else(|error| panic!("{error}"));
    for name in ["narrow", "sound", "today_known"] {
        let always = rules.decision::<bool>(name).unwrap();
        let mut runner = TestRunner::default();
        let outcome = runner.run(&contexts(&rules), |context| {
            prop_assert!(always.decide(&context).unwrap().into_value());
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let shown = rules.decision::<String>("shown").unwrap();
    let outcome = TestRunner::default().run(&contexts_with_constants(&rules), |context| {
        shown.decide(&context).unwrap();
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn contexts_with_constants_reach_every_rule() {
    let rules = Ruleset::from_text(RULES).unwrap();
    let assistance = rules.decision::<String>("assistance").unwrap();
    let discount = rules.decision::<f64>("discount").unwrap();
    let seen = RefCell::new(BTreeSet::new());
    let outcome = TestRunner::default().run(&contexts_with_constants(&rules), |context| {
        let mut seen = seen.borrow_mut();
        for label in [
            assistance.decide(&context).unwrap().label(),
            discount.decide(&context).unwrap().label(),
        ] {
            seen.insert(label.unwrap_or_default().to_owned());
        }
        Ok(())
    });
    outcome.unwrap();
    let seen: Vec<String> = seen.into_inner().into_iter().collect();
    assert_eq!(seen, ["lost", "otherwise", "row 1", "row 2", "upset"]);
}
