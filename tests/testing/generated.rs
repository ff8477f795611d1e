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

const EVENTS: &str = r#"ruleset shop
timezone "Europe/London"
touchpoint { channel: enum { web, kiosk } }
event visit { page: enum { home, cart }, pages: int 1..=9, note: string? }
event order { paid: money<GBP>, rate: decimal 0..1, items: list<string> }
behaviour sound      = count visit where (pages < 1 or pages > 9) in last 9999 days == 0
                       and count order where (rate < 0 or rate >= 1) in last 9999 days == 0
behaviour regular    = count visit in last 90 days >= 4
behaviour abandoned  = (visit where (page == cart) then no order within 30 minutes) in last 1 day
behaviour hopping    = (visit then visit different channel within 1 hour) in last 7 days
behaviour at_opening = visit from 2026-01-01T00:00:00Z to 2026-01-01T00:00:00.001Z
behaviour edge       = visit at least 90 days ago and count visit in last 90 days == 0
behaviour spent      = sum paid of order in last 365 days >= 1000 GBP
behaviour quiet      = no any event in last 3650 days
"#;

#[test]
fn histories_fit_and_reach_what_rules_ask() {
    let rules = Ruleset::from_text(EVENTS).unwrap_or_else(|error| panic!("{error}"));
    let names = [
        "regular",
        "abandoned",
        "hopping",
        "at_opening",
        "edge",
        "spent",
        "quiet",
    ];
    let asked: Vec<_> = names
        .iter()
        .map(|name| rules.decision::<bool>(name).unwrap())
        .collect();
    let sound = rules.decision::<bool>("sound").unwrap();
    let seen = RefCell::new(BTreeSet::new());
    let outcome = TestRunner::default().run(&contexts_with_constants(&rules), |context| {
        prop_assert!(sound.decide(&context).unwrap().into_value());
        for (name, decider) in names.iter().zip(&asked) {
            let decision = decider.decide(&context).unwrap();
            seen.borrow_mut().insert((*name, decision.into_value()));
        }
        Ok(())
    });
    outcome.unwrap();
    let seen = seen.into_inner();
    let lacking: Vec<_> = names
        .iter()
        .flat_map(|name| [(*name, false), (*name, true)])
        .filter(|pair| !seen.contains(pair))
        .collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}
