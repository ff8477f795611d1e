//! Fuzzes `targets::parse`.
#![no_main]
#![allow(dead_code)]

#[path = "../../tests/oracle/mod.rs"]
mod oracle;
#[path = "../../tests/fuzz/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::parse(bytes));
