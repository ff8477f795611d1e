//! The targets and the oracle, as the tests of the crate itself have them.
#![allow(dead_code, unused_imports, missing_docs)]

#[path = "../tests/oracle/mod.rs"]
mod oracle;
#[path = "../tests/fuzz/targets/mod.rs"]
pub mod targets;

/// A fuzzer that lets arithmetic wrap looks away.
#[cfg(fuzzing)]
const _: () = assert!(cfg!(debug_assertions), "build with debug assertions");
