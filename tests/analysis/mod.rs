//! The analyses against brute force: generated rulesets over domains so small that every customer can be asked.
//!
//! A ruleset is generated as text, from a row of numbers that proptest draws and shrinks (`choices`); `world` knows
//! its inputs and lists every customer, `generate` writes its definitions and its subject. The subject is compiled
//! twice: as a promise (no `otherwise`, `unique`, `pervasive`), and in a form that promises nothing and tells which
//! rules fit. `laws` compares what the compiler says of the first with what all customers get from the second.
//!
//! `PERVADE_ANALYSIS=20000 cargo test --test all analysis` tries so many of each kind; `PERVADE_SEED=7` other ones.

mod choices;
mod generate;
mod laws;
mod world;

use choices::Choices;
use generate::{Subject, decision, promise, table};
use laws::Tally;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use std::cell::RefCell;

fn number(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs one law over many subjects and prints what they covered.
fn run(
    law: &str,
    subject: fn(&mut Choices) -> Subject,
    check: fn(&Subject, &mut Tally) -> Result<(), String>,
) {
    let config = Config {
        cases: number("PERVADE_ANALYSIS").unwrap_or(1000),
        failure_persistence: None,
        max_shrink_iters: 4000,
        ..Config::default()
    };
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&number("PERVADE_SEED").unwrap_or(0).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let tally = RefCell::new(Tally::default());
    let result = TestRunner::new_with_rng(config, rng).run(&vec(any::<u16>(), 0..160), |drawn| {
        let subject = subject(&mut Choices::new(&drawn));
        check(&subject, &mut tally.borrow_mut()).map_err(proptest::test_runner::TestCaseError::fail)
    });
    if let Err(TestError::Fail(why, drawn)) = result {
        let subject = subject(&mut Choices::new(&drawn));
        panic!("{law}: {why}\n{}", subject.strict());
    }
    println!("{law}: {}", tally.borrow());
    tally.borrow().assert_worth();
}

#[test]
fn decisions_are_exhaustive_exactly_where_every_customer_is_covered() {
    run("decisions", decision, laws::exhaustive);
}

#[test]
fn tables_have_gaps_and_overlaps_exactly_where_customers_fall_in_them() {
    run("tables", table, laws::table);
}

#[test]
fn promised_fields_never_change_an_answer() {
    run("promises", promise, laws::independent);
}
