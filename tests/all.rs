//! All integration tests in one binary. Cases are data in `tests/cases`; each family has one check function.

#[cfg(test)] // so that the lints know these functions as tests
mod cli;
mod diagnostics;
mod engine;
mod house;
mod language;
mod oracle;
