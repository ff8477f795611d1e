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
