//! The measure: a struct, and the rules as a function.

use super::{CONTEXTS, Contender};
use crate::support::cinema::{self, Cinema, Offer};
use std::hint::black_box;

pub struct ByHand {
    customers: Vec<Cinema>,
}

impl ByHand {
    pub fn new() -> ByHand {
        ByHand {
            customers: cinema::customers(CONTEXTS),
        }
    }
}

impl Contender for ByHand {
    fn name(&self) -> &'static str {
        "hand-written Rust"
    }

    fn package(&self) -> Option<&'static str> {
        None
    }

    fn how(&self) -> &'static str {
        "A struct of the 15 fields that the rules read, and one function of `if`s. From JSON: `serde_json::from_str` into \
         that struct, which skips the other 15 fields."
    }

    #[inline]
    fn decide(&mut self, context: usize) {
        black_box(&cinema::by_hand(&self.customers[context]));
    }

    #[inline]
    fn read(&mut self, context: usize) -> Offer {
        cinema::by_hand(&self.customers[context])
    }

    #[inline]
    fn decide_json(&mut self, text: &str) {
        black_box(&self.read_json(text));
    }

    #[inline]
    fn read_json(&mut self, text: &str) -> Offer {
        cinema::by_hand(&serde_json::from_str(text).unwrap())
    }
}
