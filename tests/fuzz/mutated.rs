//! Inputs beside those that are replayed: seeds with parts taken out, put in twice, exchanged, or made extreme.

#![allow(
    clippy::string_slice,
    reason = "texts are cut where ASCII is, and a test that goes wrong panics"
)]

use super::targets;
use crate::oracle::tape::{Tape, words};
use std::path::Path;

/// What numbers and texts become.
const EXTREMES: [&str; 22] = [
    "0",
    "-1",
    "1",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "4294967295",
    "1e19",
    "9999999999999999999",
    "0.0000000000001",
    "null",
    "\"\"",
    "[]",
    "{}",
    "true",
    "\"1\"",
    "\"a\"",
    "\"e1\"",
    "\"2026-01-01T10:00:00Z\"",
    "\"2026-01-02T10:00:00.001Z\"",
    "\"0000-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:59.999Z\"",
];

fn seeds(target: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/fuzz")
        .join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the inputs")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    let read = |file| std::fs::read_to_string(file).expect("a text");
    files.into_iter().map(read).collect()
}

/// A place between two characters.
fn place(text: &str, tape: &Tape) -> usize {
    let mut at = tape.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Where a number or a text of JSON begins and ends.
fn atoms(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = None;
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        let number = letter.is_ascii_digit() || "-.".contains(letter);
        match (from, quoted) {
            (None, _) if letter == '"' => (from, quoted) = (Some(at), true),
            (None, _) if number => from = Some(at),
            (Some(start), true) if letter == '"' => {
                found.push((start, at + 1));
                (from, quoted) = (None, false);
            }
            (Some(start), false) if !number => {
                found.push((start, at));
                from = None;
            }
            _ => {}
        }
    }
    found
}

fn mutated(text: &str, seeds: &[String], tape: &Tape) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return tape.pick(seeds).clone();
    }
    let line = tape.below(lines.len());
    match tape.weighted(&[8, 2, 2, 3, 2, 2]) {
        0 => {
            let atoms = atoms(text);
            if atoms.is_empty() {
                return text.to_owned();
            }
            let (start, end) = *tape.pick(&atoms);
            // Another one that is there, or an extreme one.
            let other = match tape.chance(40) {
                true => {
                    let (start, end) = *tape.pick(&atoms);
                    &text[start..end]
                }
                false => tape.word(&EXTREMES),
            };
            format!("{}{other}{}", &text[..start], &text[end..])
        }
        1 => {
            lines.remove(line);
            lines.join("\n")
        }
        2 => {
            let to = tape.below(lines.len() + 1);
            lines.insert(to, lines[line]);
            lines.join("\n")
        }
        3 => {
            let other: Vec<&str> = tape.pick(seeds).lines().collect();
            if !other.is_empty() {
                lines.insert(line + 1, other[tape.below(other.len())]);
            }
            lines.join("\n")
        }
        4 => {
            let (a, b) = (place(text, tape), place(text, tape));
            format!("{}{}", &text[..a.min(b)], &text[a.max(b)..])
        }
        _ => {
            let at = place(text, tape);
            let letter = tape.word(&[
                "\"", "{", "}", "[", "]", ",", ":", "\\", "\n", "0", "é", " ",
            ]);
            format!("{}{letter}{}", &text[..at], &text[at..])
        }
    }
}

/// Runs a target on so many of them.
fn run(target: &str, check: impl Fn(&[u8])) {
    let number = |name: &str| std::env::var(name).ok()?.parse().ok();
    let count: u64 = number("PERVADE_MUTATED").unwrap_or(300);
    let seed: u64 = number("PERVADE_SEED").unwrap_or(1);
    let seeds = seeds(target);
    for number in 0..count {
        let words = words(seed.wrapping_mul(1_000_003).wrapping_add(number), 80);
        let tape = Tape::new(&words);
        let mut text = tape.pick(&seeds).clone();
        for _ in 0..1 + tape.weighted(&[4, 3, 2, 1, 1]) {
            text = mutated(&text, &seeds, &tape);
        }
        let shown = text.clone();
        let fine =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(text.as_bytes())));
        assert!(fine.is_ok(), "`{target}` breaks on\n{shown}");
    }
    println!("{count} inputs of `{target}`");
}

#[test]
fn events() {
    run("event", targets::event::run);
}

#[test]
fn profiles() {
    run("profile", targets::profile::run);
}

#[test]
fn rows() {
    run("rows", targets::rows::run);
}
