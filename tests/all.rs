//! All integration tests in one binary. Cases are data in `tests/cases`; each family has one check function.

mod analysis;
mod cli;
mod diagnostics;
mod engine;
mod hostile;
mod house;
mod language;
mod oracle;
