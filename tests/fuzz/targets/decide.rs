//! The bytes are the choices of a generated ruleset with its contexts, on which engine and reference agree.

use crate::oracle;

pub fn run(bytes: &[u8]) {
    if let Err(why) = oracle::decide_bytes(bytes) {
        panic!("{why}");
    }
}
