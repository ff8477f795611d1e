//! Catalogues: generated rows and clauses. However the rows are given, the catalogue is the same; it decides as the same
//! actions written one by one, and as a model in plain Rust.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test that goes wrong panics"
)]

mod clauses;
mod model;
mod rows;
mod said;
mod template;
mod uses;
mod values;

use clauses::Customer;
use model::Modelled;
use pervade::{Compiler, Decimal, MemorySources, Ruleset, Stage};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use rows::{Offer, TIERS};
use said::{Said, said};
use std::cell::RefCell;
use std::collections::BTreeMap;
use template::{From, Template};

/// Catalogues of the short run of each law; `PERVADE_CATALOGUES` asks for others.
const CATALOGUES: u32 = 120;

/// A catalogue, and customers to ask about.
type Case = (Template, Vec<Offer>, Vec<Customer>);

fn customer() -> impl Strategy<Value = Customer> {
    let steps = |most: i64| (0..=most).prop_map(|n| Decimal::new(n * 5, 1));
    let words = ["", "late_show", "a", "it's \"so\"", "{brace}", "a!"];
    (
        (0_i64..=99, 0..TIERS.len(), steps(8), steps(40)),
        (
            proptest::sample::select(words.to_vec()),
            steps(3),
            any::<bool>(),
            0_u64..12,
        ),
    )
        .prop_map(
            |((age, tier, cap, budget), (word, bonus, kiosk, day))| Customer {
                age,
                tier,
                cap,
                budget,
                word: word.to_owned(),
                bonus,
                kiosk,
                day,
            },
        )
}

/// Customers, some of whom say a word that an offer goes by.
fn case() -> impl Strategy<Value = Case> {
    let customers = proptest::collection::vec((customer(), any::<proptest::sample::Index>()), 4);
    (template::template(), rows::offers(), customers).prop_map(|(template, rows, customers)| {
        let told =
            |(place, (mut customer, index)): (usize, (Customer, proptest::sample::Index))| {
                if place % 2 == 0 && !rows.is_empty() {
                    let row: &Offer = index.get(&rows);
                    customer.word = row.note.clone().unwrap_or_else(|| row.id.clone());
                }
                customer
            };
        let customers = customers.into_iter().enumerate().map(told).collect();
        (template, rows, customers)
    })
}

/// Holds a law against generated catalogues; tells what was met, which must be all of `least`.
fn law(
    seed: u8,
    least: &[&'static str],
    holds: impl Fn(&Case, &mut BTreeMap<&'static str, usize>) -> Result<(), String>,
) {
    let asked = std::env::var("PERVADE_CATALOGUES").ok();
    let cases = asked.and_then(|n| n.parse().ok()).unwrap_or(CATALOGUES);
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let met = RefCell::new(BTreeMap::new());
    let outcome = TestRunner::new_with_rng(config, rng).run(&case(), |case| {
        holds(&case, &mut met.borrow_mut()).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, (template, rows, customers))) => {
            panic!(
                "{why}\n{}\n{customers:?}",
                template.catalogue(From::Inline, &rows)
            )
        }
        Err(other) => panic!("{other}"),
    }
    println!("{:#?}", met.borrow());
    for thing in least {
        assert!(met.borrow().contains_key(thing), "never met: {thing}");
    }
}

fn compiled(main: &str, files: &[(&str, String)]) -> Result<Ruleset, String> {
    let sources = MemorySources::new().with("main.pvd", main);
    let sources = files
        .iter()
        .fold(sources, |all, (name, text)| all.with(*name, text));
    Ruleset::compile(&sources, "main.pvd").map_err(|error| format!("{error}\n{files:?}"))
}

/// The same rows in each way in which they can be given.
fn each_way(template: &Template, rows: &[Offer]) -> Result<Vec<(&'static str, Ruleset)>, String> {
    let lines = template.catalogue(From::JsonLines, rows);
    let sources = MemorySources::new().with("main.pvd", &lines);
    let given = Compiler::new().rows("offers.jsonl", rows::hosts(rows));
    let given = given.and_then(|compiler| compiler.compile(&sources, "main.pvd"));
    Ok(vec![
        (
            "inline",
            compiled(&template.catalogue(From::Inline, rows), &[])?,
        ),
        (
            "CSV",
            compiled(
                &template.catalogue(From::Csv, rows),
                &[("offers.csv", rows::csv(rows))],
            )?,
        ),
        (
            "JSON lines",
            compiled(&lines, &[("offers.jsonl", rows::json_lines(rows))])?,
        ),
        ("from the host", given.map_err(|error| error.to_string())?),
    ])
}

/// Names of actions for the rows, in the same order as their own.
fn names(rows: &[Offer]) -> BTreeMap<String, String> {
    let mut ids: Vec<&String> = rows.iter().map(|row| &row.id).collect();
    ids.sort_unstable();
    let named = ids.into_iter().enumerate();
    named
        .map(|(place, id)| (id.clone(), format!("offer_{place:03}")))
        .collect()
}

#[test]
fn however_rows_are_given_they_are_the_same_actions() {
    law(
        21,
        &["chosen", "withheld nothing", "no rows"],
        |(template, rows, customers), met| {
            let ways = each_way(template, rows)?;
            let (_, first) = &ways[0];
            for (way, rules) in &ways {
                if rules.fingerprint() != first.fingerprint() {
                    return Err(format!("{way}: another fingerprint"));
                }
            }
            *met.entry("no rows").or_default() += usize::from(rows.is_empty());
            for customer in customers {
                let same = said(first, customer, &BTreeMap::new())?;
                *met.entry("chosen").or_default() += same.chosen.len();
                *met.entry("withheld nothing").or_default() += 1;
                for (way, rules) in &ways {
                    let other = said(rules, customer, &BTreeMap::new())?;
                    if other != same {
                        return Err(format!(
                            "{way}: {other:#?}\ninline: {same:#?}\n{customer:?}"
                        ));
                    }
                }
            }
            Ok(())
        },
    );
}

#[test]
fn a_catalogue_decides_as_the_same_actions_written_one_by_one() {
    let stages = [
        "eligible",
        "applicable",
        "suitable",
        "valid",
        "touchpoint",
        "rank",
        "chosen",
        "treatments",
    ];
    law(22, &stages, |(template, rows, customers), met| {
        // Without an action there is nothing to choose from.
        if !rows.iter().any(|row| template.reaches(row)) {
            return Ok(());
        }
        let catalogue = compiled(&template.catalogue(From::Inline, rows), &[])?;
        let names = names(rows);
        let written = template.by_hand(rows, &names);
        let by_hand = compiled(&written, &[]).map_err(|why| format!("{why}\n{written}"))?;
        for customer in customers {
            let of_rows = said(&catalogue, customer, &names)?;
            let of_hand = said(&by_hand, customer, &BTreeMap::new())?;
            count(&of_rows, met);
            let same = of_rows.value == of_hand.value
                && of_rows.chosen == of_hand.chosen
                && of_rows.rejected == of_hand.rejected
                && of_rows.valid_until == of_hand.valid_until;
            if !same {
                return Err(format!(
                    "{of_rows:#?}\nby hand {of_hand:#?}\n{written}\n{customer:?}"
                ));
            }
        }
        Ok(())
    });
}

fn count(said: &Said, met: &mut BTreeMap<&'static str, usize>) {
    *met.entry("chosen").or_default() += said.chosen.len();
    for (_, _, stage, _) in &said.rejected {
        *met.entry(stage.word()).or_default() += 1;
    }
    let shown = said.whole["chosen"].as_array().into_iter().flatten();
    let shown = shown.filter(|one| !one["treatment"].is_null()).count();
    if shown > 0 {
        *met.entry("treatments").or_default() += shown;
    }
}

#[test]
fn a_catalogue_decides_as_its_model() {
    law(
        23,
        &["chosen", "rejected", "ties"],
        |(template, rows, customers), met| {
            let rules = compiled(
                &template.catalogue(From::JsonLines, rows),
                &[("offers.jsonl", rows::json_lines(rows))],
            )?;
            for customer in customers {
                let said = said(&rules, customer, &BTreeMap::new())?;
                let expected = model::decide(template, rows, customer);
                let chosen = said
                    .chosen
                    .iter()
                    .map(|one| (one.action.clone(), one.priority));
                let rejected = said.rejected.iter();
                let rejected: BTreeMap<String, (Stage, Option<Decimal>)> = rejected
                    .map(|(name, _, stage, rank)| (name.clone(), (*stage, *rank)))
                    .collect();
                let found = Modelled {
                    chosen: chosen.collect(),
                    rejected,
                };
                if found != expected {
                    return Err(format!("{found:#?}\nexpected {expected:#?}\n{customer:?}"));
                }
                *met.entry("chosen").or_default() += expected.chosen.len();
                *met.entry("rejected").or_default() += expected.rejected.len();
                let ties = expected
                    .chosen
                    .windows(2)
                    .filter(|pair| pair[0].1 == pair[1].1)
                    .count();
                if ties > 0 {
                    *met.entry("ties").or_default() += ties;
                }
            }
            Ok(())
        },
    );
}
