//! Contact policies: case files, generated rulesets against the reference and against the sentences of the language
//! reference, and all ways in which two places that decide can learn of one another.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test that goes wrong panics"
)]

mod cases;
mod check;
mod generated;
mod hosts;
mod lives;
mod replicas;
mod sentences;
mod write;

/// Rulesets of the short run.
const SHORT: u32 = 120;

fn number(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

/// Next best actions choose what the reference chooses; `PERVADE_POLICIES=2000` for so many rulesets.
#[test]
fn the_reference_agrees() {
    let rulesets = number("PERVADE_POLICIES").unwrap_or(SHORT);
    let met = generated::run(number("PERVADE_SEED").unwrap_or(1), rulesets);
    println!("{rulesets} rulesets: {met}");
    if rulesets >= SHORT {
        met.assert_all();
    }
}
