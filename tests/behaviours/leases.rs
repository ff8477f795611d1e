//! Until when answers stand: never too late, and at that instant they are others.

use super::agree::{self, context, history, text};
use super::lives::{self, Life};
use crate::oracle::calendar;
use crate::oracle::tape::{Case, Tape};
use pervade::{History, Ruleset};
use serde_json::Value as Json;
use std::cell::Cell;

/// Lengths that generated behaviours speak of.
const LENGTHS: [i64; 14] = [
    0,
    1_800_000,
    3_600_000,
    7_200_000,
    21_600_000,
    43_200_000,
    86_400_000,
    129_600_000,
    172_800_000,
    259_200_000,
    604_800_000,
    1_209_600_000,
    900_000,
    5_400_000,
];

fn answer(rules: &Ruleset, history: &History, name: &str, now: i64) -> Option<Json> {
    let context = context(rules, history, now).ok()?;
    let decision = rules.decision::<Json>(name).ok()?.decide(&context).ok()?;
    Some(decision.into_value())
}

/// Instants between two others at which something could happen.
fn instants(life: &Life, tape: &Tape, (from, to): (i64, i64)) -> Vec<i64> {
    let mut all = Vec::new();
    for event in &life.events {
        for length in LENGTHS {
            all.extend([-1, 0, 1].map(|by| event.at + length + by));
            // Stages of journeys follow one another by the passing of time.
            let more = *tape.pick(&LENGTHS);
            all.extend([-1, 0].map(|by| event.at + length + more + by));
        }
    }
    let day = 86_400_000;
    for n in 0..40 {
        let midnight = (from / day + n) * day;
        all.extend(
            [
                0, 3_600_000, 14_400_000, 18_000_000, 20_700_000, 36_000_000, 46_800_000,
            ]
            .map(|h| midnight + h),
        );
    }
    all.extend([from + 1, to - 1]);
    all.retain(|at| *at > from && *at < to);
    all.sort_unstable();
    all.dedup();
    let most = 12;
    if all.len() <= most {
        return all;
    }
    (0..most)
        .map(|_| *tape.pick(&all))
        .chain([from + 1, to - 1])
        .collect()
}

fn check(case: &Case, checks: &Cell<(usize, usize)>) -> Result<(), String> {
    let (text, names) = text(case);
    let rules = Ruleset::from_text(&text).map_err(|e| format!("{e}"))?;
    for words in case.contexts.iter().take(3) {
        let tape = Tape::new(words);
        let life = lives::life(&tape);
        let history = history(&rules, &life, &tape)?;
        for now in life.nows.iter().take(3) {
            let here = context(&rules, &history, *now)?;
            for name in &names {
                let decision = rules.decision::<Json>(name).map_err(|e| e.to_string())?;
                let Ok(decision) = decision.decide(&here) else {
                    continue;
                };
                let until = decision.valid_until().map(|at| at.timestamp_millis());
                let first = decision.into_value();
                let end = until.unwrap_or(*now + 4_000_000_000);
                let told = |what: &str, at: i64, other: &Option<Json>| {
                    format!(
                        "{what}\n{}\n{first} at {}, {other:?} at {}, said to stand until {}\n{}",
                        agree::declaration(&text, name),
                        calendar::instant_text(*now),
                        calendar::instant_text(at),
                        until.map_or("ever".to_owned(), calendar::instant_text),
                        agree::told(&life)
                    )
                };
                for at in instants(&life, &tape, (*now, end)) {
                    let other = answer(&rules, &history, name, at);
                    if other.as_ref() != Some(&first) {
                        return Err(told("too late", at, &other));
                    }
                }
                let (safe, tight) = checks.get();
                if let Some(until) = until {
                    let other = answer(&rules, &history, name, until);
                    // What fades changes in steps too small to see; how many are looked at is bounded.
                    let fades = text.contains("score ");
                    if other.as_ref() == Some(&first) && !fades {
                        return Err(told("too early", until, &other));
                    }
                    checks.set((safe + 1, tight + 1));
                } else {
                    checks.set((safe + 1, tight));
                }
            }
        }
    }
    Ok(())
}

/// Runs so many rulesets; gives how many answers were looked at, and how many of them end.
pub fn run(seed: u32, rulesets: u32) -> (usize, usize) {
    agree::all((seed, rulesets), Cell::new((0, 0)), check).get()
}
