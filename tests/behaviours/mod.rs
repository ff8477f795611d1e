//! Behaviours: case files of their operators, and generated rulesets and customers against the reference.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that goes wrong panics"
)]

pub mod agree;
mod cases;
mod given;
mod incremental;
mod laws;
mod leases;
mod lives;
mod merging;
mod proofs;
mod watch;
mod write;

/// Rulesets of the short run.
const SHORT: u32 = 60;

fn number(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

/// Random numbers from one, so that a customer is a function of it.
fn words(seed: u64, count: usize) -> Vec<u32> {
    crate::oracle::tape::words(seed, count)
}

/// What must hold between answers; `PERVADE_LAWS=10000` for so many customers.
#[test]
fn laws_hold() {
    let customers = number("PERVADE_LAWS").unwrap_or(400).into();
    let seed = number("PERVADE_SEED").unwrap_or(1).into();
    println!(
        "{} laws of {customers} customers",
        laws::run(seed, customers)
    );
}

/// `valid_until` is never too late, and at that instant the answer is another one.
#[test]
fn leases_are_safe_and_tight() {
    let rulesets = number("PERVADE_LEASES").unwrap_or(SHORT / 2);
    let (all, ending) = leases::run(number("PERVADE_SEED").unwrap_or(1), rulesets);
    println!("{all} answers of {rulesets} rulesets, of which {ending} end");
}

/// Profiles answer as histories do; `PERVADE_PROFILES=400` for so many rulesets.
#[test]
fn profiles_answer_as_histories() {
    let rulesets = number("PERVADE_PROFILES").unwrap_or(SHORT / 6);
    let met = incremental::run(number("PERVADE_SEED").unwrap_or(1), rulesets);
    println!("{rulesets} rulesets: {met}");
}

/// Looks at many behaviours together; `PERVADE_WATCH=400` for so many rulesets.
#[test]
fn looks_end_when_something_changes() {
    let rulesets = number("PERVADE_WATCH").unwrap_or(SHORT / 2);
    let met = watch::run(number("PERVADE_SEED").unwrap_or(1), rulesets);
    println!("{rulesets} rulesets: {met}");
}

/// Of many events, late ones among them, everything that is kept is as if they had come in time.
#[test]
fn profiles_of_many_events_answer_as_histories() {
    let customers = number("PERVADE_MUCH").unwrap_or(8).into();
    let met = incremental::run_much(number("PERVADE_SEED").unwrap_or(1).into(), customers);
    println!("{customers} customers: {met}");
}

/// Witnesses are events that were seen, and prove what they are to prove; `PERVADE_WITNESSES=1000` for so many rulesets.
#[test]
fn witnesses_prove_their_answers() {
    let rulesets = number("PERVADE_WITNESSES").unwrap_or(SHORT);
    let seed = number("PERVADE_SEED").unwrap_or(1);
    let (all, alone) = proofs::run_generated(seed, rulesets);
    println!("{all} answers of {rulesets} rulesets, {alone} given again by their witnesses alone");
    assert!(alone > 0 || rulesets < SHORT);
}

/// What no rule needs any more is let go, and nothing more.
#[test]
fn profiles_let_go_of_what_is_not_missed() {
    let customers = number("PERVADE_LET_GO").unwrap_or(100).into();
    let met = incremental::run_let_go(number("PERVADE_SEED").unwrap_or(1).into(), customers);
    println!("{customers} customers: {met}");
}

#[test]
fn the_reference_agrees() {
    let rulesets = number("PERVADE_BEHAVIOURS").unwrap_or(SHORT);
    let checks = agree::run(number("PERVADE_SEED").unwrap_or(1), rulesets);
    println!("{checks} answers of {rulesets} rulesets");
}
