//! The oracle: generated rulesets and contexts, answered by the engine and by a reference evaluator that shares
//! nothing with it, must give the same value, rule, inputs read or run-time error. Always.
//!
//! `reference` evaluates the resolved program with the numbers of `number`; `generate` writes rulesets as text and
//! contexts as `given` trees, from the choices on a `tape`; `hosts` asks the engine in every way a host can; `run`
//! compares and `coverage` counts; `faults` seeds mistakes into the engine to see that they are noticed.
//!
//! The long run:
//! `PERVADE_ORACLE=20000 cargo test --release --test all oracle::long -- --ignored --nocapture`
//! Other settings: `PERVADE_SEED=7` for other rulesets, `PERVADE_SHRINK=0` to see a failure unshrunk;
//! `oracle::survey` (ignored) goes on after a failure and shows the least case of each kind.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unreachable,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::string_slice,
    missing_docs,
    reason = "a test that goes wrong panics"
)]

mod arithmetic;
mod budget;
pub mod calendar;
mod choices;
mod coverage;
mod dates;
pub mod expected;
mod faults;
mod generate;
mod generate_actions;
mod generate_cond;
mod generate_context;
mod generate_def;
mod generate_expr;
mod generate_forms;
pub mod generate_moments;
mod generate_named;
mod generate_table;
mod generate_types;
pub mod given;
mod hosts;
pub mod number;
pub mod reference;
mod run;
pub mod tape;

/// Rulesets of the short run.
const SHORT: u32 = 300;
/// Rulesets of the long run, where nothing else is asked for.
const LONG: u32 = 20_000;

#[test]
fn short() {
    let rulesets = std::env::var("PERVADE_SHORT").ok();
    let rulesets = rulesets.and_then(|n| n.parse().ok()).unwrap_or(SHORT);
    let coverage = run::run(rulesets);
    println!("{}", coverage.table());
}

#[test]
#[ignore = "a tool: the least case of each kind of disagreement"]
fn survey() {
    let failures = run::survey(40, 60);
    for failure in &failures {
        println!("{failure}\n{}", "=".repeat(80));
    }
    assert!(
        failures.is_empty(),
        "{} kinds of disagreement",
        failures.len()
    );
}

#[test]
#[ignore = "takes minutes; see above for the command"]
fn long() {
    let asked = std::env::var("PERVADE_ORACLE")
        .ok()
        .and_then(|n| n.parse().ok());
    let rulesets = asked.unwrap_or(LONG);
    let coverage = run::run(rulesets);
    println!("{}", coverage.table());
    let lacks = coverage.lacks();
    assert!(lacks.is_empty(), "too rare: {lacks:?}");
    assert!(
        coverage.distinct() >= rulesets as usize,
        "{} distinct texts of {rulesets}",
        coverage.distinct()
    );
}

/// One ruleset with its contexts, made from any bytes: for fuzzing.
///
/// # Errors
/// How engine and reference disagree.
pub fn decide_bytes(bytes: &[u8]) -> Result<(), String> {
    run::check_bytes(bytes)
}
