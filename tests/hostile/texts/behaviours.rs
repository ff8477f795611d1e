//! Very many behaviours that build on one another.

use super::rules;
use crate::hostile::cases::Case;
use crate::hostile::repeated;
use pervade::Code::*;

const K: usize = 1_000;

/// Behaviours each of which names the one before, and what is asked of the last.
fn named(n: usize, first: &str, last: &str) -> crate::hostile::stages::Input {
    let names = repeated(n, |i| format!("behaviour b{} = b{i}\n", i + 1));
    let last = last.replace("{b}", &format!("b{n}"));
    rules(&format!(
        "event a {{}}\nbehaviour b0 = {first}\n{names}{last}"
    ))
}

pub const CASES: &[Case] = &[
    Case::fine("names of streams", 800, 100 * K, |n| {
        named(
            n,
            "a in last 7 days",
            "behaviour c = {b} and no a in last 1 day",
        )
    }),
    Case::fine("names of chains", 800, 100 * K, |n| {
        named(n, "(a then a within 1 hour)", "behaviour c = open {b}")
    }),
    Case::wrong(
        Everlasting,
        "names of what is for ever",
        800,
        100 * K,
        |n| {
            named(
                n,
                "a",
                "segment c = {b}\nbehaviour d = {b} and no a in last 1 day",
            )
        },
    ),
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
