//! Very many behaviours that build on one another.

use super::rules;
use crate::hostile::cases::Case;
use crate::hostile::repeated;
use pervade::Code::*;

const K: usize = 1_000;

pub const CASES: &[Case] = &[
    Case::wrong(
        TooLarge,
        "streams of streams, twice each",
        400,
        40 * K,
        |n| {
            let names = repeated(n, |i| {
                format!(
                    "behaviour b{} = (b{i} in last 1 day or b{i} in last 2 days)\n",
                    i + 1
                )
            });
            rules(&format!(
                "event a {{}}\nbehaviour b0 = a in last 9 days\n{names}"
            ))
        },
    ),
];
