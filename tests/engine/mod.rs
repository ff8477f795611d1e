//! The host API: contexts and their problems, handles, frames, decisions, loading, fingerprints, traces.

mod allocations;
mod arbitration;
mod budget;
mod contexts;
mod decisions;
mod fingerprints;
mod frames;
mod live;
mod loading;
mod policies;
mod profiles;
mod traces;
mod types;

use pervade::Ruleset;

/// A ruleset that must compile.
fn rules(text: &str) -> Ruleset {
    Ruleset::from_text(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}
