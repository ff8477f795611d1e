//! All integration tests in one binary. Cases are data in `tests/cases`; each family has one check function.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that goes wrong panics"
)]

mod analysis;
mod behaviours;
mod canary;
mod catalogues;
mod cli;
mod diagnostics;
mod engine;
mod experiments;
mod fuzz;
mod hostile;
mod house;
mod language;
mod oracle;
mod policies;
mod testing;
mod types;
