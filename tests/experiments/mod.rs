//! Experiments: slots are those of the products they are named after, shares are met, experiments are independent, growth
//! moves nobody else, layers exclude.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that goes wrong panics"
)]

use crate::oracle::reference::slots;
use pervade::Ruleset;
use pervade::internals::value::bucket::{Algorithm, Bucketing, layout};
use std::ops::Range;

/// Salt, unit and number of each line of a file; numbers of products that count from 1 begin at `first`.
fn vectors(file: &str, first: u32) -> Vec<(String, String, u32)> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/buckets");
    let text = std::fs::read_to_string(path.join(file)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.map(|line| {
        let parts: Vec<&str> = line.split('\t').collect();
        let number: u32 = parts[2].parse().unwrap();
        (parts[0].to_owned(), parts[1].to_owned(), number - first)
    });
    lines.collect()
}

#[test]
fn slots_are_those_of_the_products() {
    let files = [
        ("murmur3_variant.tsv", Algorithm::Murmur3, false, 1),
        ("murmur3_rollout.tsv", Algorithm::Murmur3, true, 1),
        ("fnv1a_v2.tsv", Algorithm::Fnv1aV2, false, 0),
        ("md5.tsv", Algorithm::Md5, false, 0),
    ];
    for (file, algorithm, rollout, first) in files {
        let vectors = vectors(file, first);
        assert!(vectors.len() >= 50, "{file}");
        for (salt, unit, expected) in vectors {
            let salt = salt.into();
            let bucketing = Bucketing {
                algorithm,
                rollout,
                salt,
            };
            assert_eq!(bucketing.slot(&unit), expected, "{file}: {unit:?}");
            let slot = slots::slot(&bucketing, &unit);
            assert_eq!(slot, expected as usize, "the reference, {file}: {unit:?}");
        }
    }
}

/// A ruleset with one experiment for each salt.
fn experiments(salts: &[String], algorithm: &str, variants: &str) -> Ruleset {
    let mut text = "ruleset demo\ncontext { customer: { id: string } }\n".to_owned();
    for (place, salt) in salts.iter().enumerate() {
        text += &format!(
            "experiment e{place} {{ by customer.id salt \"{salt}\" using {algorithm} variants {{ {variants} }} }}\n"
        );
    }
    Ruleset::from_text(&text).unwrap()
}

const ALGORITHMS: [&str; 3] = ["murmur3", "fnv1a_v2", "md5"];

/// Twenty salts, chosen before any result was looked at.
fn salts() -> Vec<String> {
    (0..20).map(|nth| format!("exp-{nth:02}")).collect()
}

fn units(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|nth| format!("customer-{nth}"))
}

#[test]
fn a_million_units_fall_by_their_shares() {
    for algorithm in ALGORITHMS {
        let rules = experiments(&salts()[..1], algorithm, "a: 50%, b: 25%, c: 10%");
        let mut counts = [0_i64; 4];
        for unit in units(1_000_000) {
            let variant = rules.assignment("e0", &unit).unwrap();
            counts[["a", "b", "c"]
                .iter()
                .position(|v| Some(*v) == variant)
                .unwrap_or(3)] += 1;
        }
        println!("{algorithm}: {counts:?}");
        for (count, share) in counts.iter().zip([500_000, 250_000, 100_000, 150_000]) {
            // 0.3 percentage points of a million.
            assert!((count - share).abs() <= 3_000, "{algorithm}: {counts:?}");
        }
    }
}

/// The chi-squared statistic of a table of three by three: above 18.467 (4 degrees of freedom) p is less than 0.001.
fn chi_squared(pairs: impl Iterator<Item = (usize, usize)>) -> f64 {
    let mut table = [[0.0_f64; 3]; 3];
    pairs.for_each(|(row, column)| table[row][column] += 1.0);
    let total: f64 = table.iter().flatten().sum();
    let mut statistic = 0.0;
    for row in 0..3 {
        for column in 0..3 {
            let in_row: f64 = table[row].iter().sum();
            let in_column: f64 = table.iter().map(|row| row[column]).sum();
            let expected = in_row * in_column / total;
            statistic += (table[row][column] - expected).powi(2) / expected;
        }
    }
    statistic
}

#[test]
fn two_experiments_are_independent() {
    for algorithm in ALGORITHMS {
        let rules = experiments(&salts(), algorithm, "a: 50%, b: 25%, c: 25%");
        let assigned = |place: usize| -> Vec<usize> {
            let name = format!("e{place}");
            let variants = units(100_000).map(|unit| {
                let variant = rules.assignment(&name, &unit).unwrap().unwrap();
                usize::from(variant.as_bytes()[0] - b'a')
            });
            variants.collect()
        };
        let mut greatest: f64 = 0.0;
        let mut before = assigned(0);
        for place in 1..20 {
            let next = assigned(place);
            let statistic = chi_squared(before.iter().copied().zip(next.iter().copied()));
            assert!(statistic < 18.467, "{algorithm} {place}: {statistic}");
            greatest = greatest.max(statistic);
            before = next;
        }
        println!("{algorithm}: chi-squared up to {greatest:.2}");
    }
}

#[test]
fn growing_a_variant_moves_nobody_else() {
    let grown = [
        (
            "control: 80%, a: 10%, b: 10%",
            "control: 70%, a: 20%, b: 10%",
            "a",
        ),
        (
            "control: 80%, a: 10%, b: 10%",
            "control: 70%, a: 10%, b: 20%",
            "b",
        ),
        ("a: 10%, b: 10%", "a: 20%, b: 10%", "a"),
        ("a: 10%, b: 10%", "a: 10%, b: 20%", "b"),
    ];
    for algorithm in ALGORITHMS {
        for (before, after, grown) in grown {
            let before = experiments(&salts()[..1], algorithm, before);
            let after = experiments(&salts()[..1], algorithm, after);
            let mut moved = 0_i64;
            for unit in units(100_000) {
                let old = before.assignment("e0", &unit).unwrap();
                let new = after.assignment("e0", &unit).unwrap();
                if old != new {
                    moved += 1;
                    assert!(new == Some(grown) && matches!(old, None | Some("control")));
                }
            }
            assert!((moved - 10_000).abs() < 600, "{algorithm}: {moved} moved");
        }
    }
}

#[test]
fn layers_exclude_and_assignments_are_what_is_decided() {
    for algorithm in ALGORITHMS {
        let rules = Ruleset::from_text(&format!(
            "ruleset demo
             context {{ customer: {{ id: string }} }}
             experiment one {{ by customer.id salt \"1\" using {algorithm} variants {{ a: 50%, b: 50% }} layer top 0%..40% }}
             experiment two {{ by customer.id salt \"2\" using {algorithm} variants {{ a: 60%, b: 20% }} layer top 50%..100% }}
             experiment free {{ by customer.id salt \"3\" using {algorithm} variants {{ a: 0%..20% and 90%..100%, b: 30%..60% }} }}"
        ))
        .unwrap();
        let mut counts = [0_i64; 4];
        for unit in units(20_000) {
            let one = rules.assignment("one", &unit).unwrap();
            let two = rules.assignment("two", &unit).unwrap();
            counts[usize::from(one.is_some()) + 2 * usize::from(two.is_some())] += 1;
        }
        println!("{algorithm}: {counts:?} in neither, the first, the second, both");
        assert_eq!(counts[3], 0);
        assert!((counts[1] - 8_000).abs() < 400 && (counts[2] - 8_000).abs() < 400);
        for unit in units(300) {
            let context = format!(r#"{{ "customer": {{ "id": "{unit}" }} }}"#);
            let context = rules.context().json(&context).unwrap().build().unwrap();
            for name in ["one", "two", "free"] {
                let decided = rules.decision::<Option<String>>(name).unwrap();
                let decided = decided.decide(&context).unwrap().into_value();
                assert_eq!(decided.as_deref(), rules.assignment(name, &unit).unwrap());
            }
        }
    }
    let text = |name: &str, rules: &Ruleset| rules.assignment(name, "c1").unwrap_err().to_string();
    let rules = "ruleset demo
        context { id: string }
        experiment one { by id salt \"a\" variants { x: 50% } }
        experiment two { by id salt \"b\" variants { y: 50% } }";
    let rules = Ruleset::from_text(rules).unwrap();
    let none = Ruleset::from_text("ruleset demo").unwrap();
    assert_eq!(
        text("one", &none),
        "there is no experiment `one`: the ruleset declares no experiments"
    );
    assert_eq!(
        text("ome", &rules),
        "there is no experiment `ome`; did you mean `one`?"
    );
    assert_eq!(
        text("price", &rules),
        "there is no experiment `price`: there is one, two"
    );
}

/// A hold-out of all actions is one of the whole choice: an empty choice has its reason.
#[test]
fn a_hold_out_of_all_says_why() {
    for of in ["", "of all", "of sales.tickets, all"] {
        let rules = Ruleset::from_text(&format!(
            "ruleset demo
             context {{ customer: {{ id: string }} }}
             issue sales
             group sales.tickets
             action ticket in sales.tickets {{ value 1 }}
             next_best_action home {{
                 choose from all
                 rank by value
                 hold out 100% {of} by customer.id salt \"x\"
             }}"
        ))
        .unwrap();
        let home = rules.decision::<serde_json::Value>("home").unwrap();
        let context = r#"{ "customer": { "id": "ann" } }"#;
        let context = rules.context().json(context).unwrap().build().unwrap();
        let decision = home.decide(&context).unwrap();
        assert!(decision.labels().is_empty());
        assert_eq!(decision.reasons(), ["held out for comparison (x)"], "{of}");
    }
}

/// Whether a hold-out counts those whom it should, whatever they qualify for.
#[test]
fn hold_outs_hold_out_their_share() {
    for algorithm in ALGORITHMS {
        let rules = Ruleset::from_text(&format!(
            "ruleset demo
             context {{ customer: {{ id: string }} }}
             issue sales issue retention
             group sales.tickets group retention.offers
             action ticket in sales.tickets {{ value 1 }}
             action gift in retention.offers {{ value 2 }}
             next_best_action home {{
                 choose from all
                 rank by value
                 hold out 10% by customer.id salt \"universal\" using {algorithm}
                 hold out 50% of retention.* by customer.id salt \"retention\" using {algorithm}
             }}"
        ))
        .unwrap();
        let home = rules.decision::<serde_json::Value>("home").unwrap();
        let mut counts = [0_i64; 3];
        for unit in units(20_000) {
            let context = format!(r#"{{ "customer": {{ "id": "{unit}" }} }}"#);
            let context = rules.context().json(&context).unwrap().build().unwrap();
            let decision = home.decide(&context).unwrap();
            counts[decision.labels().len()] += 1;
            let reason = "held out for comparison (universal)";
            match decision.labels() {
                [] => assert_eq!(decision.reasons(), [reason]),
                [one] => assert_eq!((one.as_str(), decision.reasons().len()), ("ticket", 0)),
                _ => assert_eq!(decision.labels(), ["gift", "ticket"]),
            }
        }
        println!("{algorithm}: {counts:?} with no action, one, both");
        assert!((counts[0] - 2_000).abs() < 200 && (counts[1] - 9_000).abs() < 300);
    }
}

/// All shares of so many variants that fit together.
fn all_shares(slots: u32, variants: usize) -> Vec<Vec<u32>> {
    if variants == 0 {
        return vec![vec![]];
    }
    let with = |first: u32| {
        let rest = all_shares(slots - first, variants - 1);
        rest.into_iter()
            .map(move |rest| [vec![first], rest].concat())
    };
    (0..=slots).flat_map(with).collect()
}

fn home(slots: u32, variants: usize, nth: usize) -> Range<u32> {
    let (variants, nth) = (
        u32::try_from(variants).unwrap(),
        u32::try_from(nth).unwrap(),
    );
    nth * slots / variants..(nth + 1) * slots / variants
}

/// The rule in its own words, slot by slot.
fn owners(slots: u32, shares: &[u32]) -> Vec<Option<usize>> {
    let mut owners = vec![None; slots as usize];
    let mut missing = shares.to_vec();
    let all = 0..shares.len();
    for nth in all.clone() {
        for slot in home(slots, shares.len(), nth).take(shares[nth] as usize) {
            owners[slot as usize] = Some(nth);
            missing[nth] -= 1;
        }
    }
    for nth in all.clone() {
        for slot in all
            .clone()
            .flat_map(|other| home(slots, shares.len(), other).rev())
        {
            if missing[nth] > 0 && owners[slot as usize].is_none() {
                owners[slot as usize] = Some(nth);
                missing[nth] -= 1;
            }
        }
    }
    owners
}

#[test]
fn layouts_follow_their_rule() {
    let mut count = 0;
    for slots in [0, 1, 2, 3, 5, 7, 12] {
        for shares in (0..=4).flat_map(|variants| all_shares(slots, variants)) {
            let laid = layout(slots, &shares).unwrap();
            let holds = |slot: u32| {
                laid.iter()
                    .position(|own| own.iter().any(|r| r.contains(&slot)))
            };
            let found: Vec<Option<usize>> = (0..slots).map(holds).collect();
            assert_eq!(found, owners(slots, &shares), "{slots} {shares:?}");
            count += 1;
        }
    }
    println!("{count} layouts");
    assert_eq!(layout(12, &[6, 6, 1]), None);
    assert_eq!(layout(12, &[u32::MAX; 3]), None);
}
