//! All integration tests in one binary. Cases are data in `tests/cases`; each family has one check function.

mod cli;
mod diagnostics;
mod engine;
mod house;
mod language;
mod oracle;
