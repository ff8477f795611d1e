//! Generated customers: what was offered to them and became of it, and what else they did, on a grid of half hours; some at one
//! instant, some a millisecond beside, some of actions and groups that are no more.

use super::sentences::place_of;
use super::write::{CHANNELS, GROUPS, OTHERS, OUTCOMES, Rules};
use crate::oracle::reference::Val;
use crate::oracle::reference::events::Happened;
use crate::oracle::tape::Tape;
use crate::oracle::{calendar, generate_moments};
use num_bigint::BigInt;

const HALF_HOUR: i64 = 1_800_000;

/// Around these instants: clocks change, a day is missing, a leap day, a year ends.
const CENTRES: [&str; 6] = [
    "2025-10-26T01:00:00Z",
    "2026-03-29T01:00:00Z",
    "2011-12-30T10:00:00Z",
    "2024-02-29T12:00:00Z",
    "2025-11-02T06:00:00Z",
    "2025-12-31T23:00:00Z",
];

/// A customer, and the instants at which is asked.
pub struct Life {
    pub calm: bool,
    pub events: Vec<Happened>,
    pub nows: Vec<i64>,
}

/// A customer from the choices on a tape.
pub fn life(tape: &Tape, rules: &Rules) -> Life {
    let centre = generate_moments::read(tape.word(&CENTRES));
    let span = [24, 4, 200, 1000][tape.below(4)];
    let instant = || {
        let small = |n: usize| i64::try_from(n).expect("small");
        let step = small(tape.below(span)) - small(span / 2);
        centre + step * HALF_HOUR + [0, 0, 0, 0, 1, -1][tape.below(6)]
    };
    let lengths = rules.lengths();
    let zone = calendar::zone_named(rules.zone);
    let mut events: Vec<Happened> = Vec::new();
    for place in 0..tape.below(16) {
        let at = match (events.last(), tape.weighted(&[6, 2, 2])) {
            (None, _) | (_, 0) => instant(),
            (Some(before), 1) => before.at,
            // So long after the one before that a window ends with it.
            (Some(before), _) => before.at + tape.pick(&lengths) + [0, -1][tape.below(2)],
        };
        let outcome = tape.chance(80);
        let word = match outcome {
            true => *tape.pick(&OUTCOMES[..[1, 4][tape.below(2)]]),
            false => *tape.pick(&OTHERS),
        };
        let fields = match outcome {
            true => outcome_fields(tape, rules),
            false if word == "x" => vec![match tape.chance(70) {
                true => Val::Int(BigInt::from(tape.below(5))),
                false => Val::Missing,
            }],
            false => vec![Val::Text(tape.word(&["u", "v"]).to_owned())],
        };
        events.push(Happened {
            id: format!("{}{place}", tape.word(&["m", "z", "c"])),
            ty: place_of(word),
            at,
            seq: 0,
            device: None,
            channel: tape.chance(75).then(|| tape.below(CHANNELS.len())),
            fields,
        });
    }
    let mut nows = vec![instant()];
    for event in &events {
        if !tape.chance(45) {
            continue;
        }
        // At an event, at the end of a window behind it, or where a period of the calendar begins.
        let edge = match tape.below(4) {
            0 => event.at,
            3 => {
                let (day, _) = calendar::local(zone, event.at);
                let hour = [0, 0, 8, 21][tape.below(4)] * 2 * HALF_HOUR;
                let days = i64::try_from(tape.below(3)).expect("small");
                calendar::start_of_day(zone, day + days) + hour
            }
            _ => event.at + tape.pick(&lengths),
        };
        nows.push(edge + [0, 0, -1, 1][tape.below(4)]);
    }
    Life {
        calm: tape.chance(50),
        events,
        nows,
    }
}

/// Of an action of the rules and its group, of one that has moved, or of one that is no more.
fn outcome_fields(tape: &Tape, rules: &Rules) -> Vec<Val> {
    let action = tape.pick(&rules.actions);
    let (name, group) = match tape.weighted(&[8, 2, 1, 1]) {
        0 => (action.name.as_str(), action.group),
        1 => ("gone", *tape.pick(&GROUPS)),
        2 => (action.name.as_str(), *tape.pick(&GROUPS)),
        _ => ("gone", tape.word(&["i.gone", "gone.gone"])),
    };
    // What it was then; mostly what it is.
    let transactional = action.transactional != tape.chance(8);
    vec![
        Val::Text(name.to_owned()),
        Val::Text(group.to_owned()),
        Val::Bool(transactional),
        match tape.chance(20) {
            true => Val::Text("home/offer".to_owned()),
            false => Val::Missing,
        },
    ]
}
