//! Generated customers: events on a grid of half hours, some at one instant, some a millisecond beside, some given twice.

use crate::oracle::calendar;
use crate::oracle::number;
use crate::oracle::reference::Val;
use crate::oracle::reference::events::Happened;
use crate::oracle::tape::Tape;
use num_bigint::BigInt;

const HALF_HOUR: i64 = 1_800_000;

/// Around these instants: clocks change, a day is missing, a leap day.
const CENTRES: [&str; 5] = [
    "2025-10-26T01:00:00Z",
    "2026-03-29T01:00:00Z",
    "2011-12-30T10:00:00Z",
    "2024-02-29T12:00:00Z",
    "2025-11-02T06:00:00Z",
];

/// A customer, and the instants at which is asked.
pub struct Life {
    pub events: Vec<Happened>,
    pub nows: Vec<i64>,
}

pub const CHANNELS: [&str; 3] = ["web", "mobile", "kiosk"];
pub const KINDS: [&str; 3] = ["x", "y", "z"];
pub const TYPES: [&str; 3] = ["a", "b", "c"];

/// How long behind an event is asked.
pub const BEHIND: [i64; 8] = [
    0,
    1_800_000,
    3_600_000,
    7_200_000,
    43_200_000,
    86_400_000,
    172_800_000,
    604_800_000,
];

/// A customer from the choices on a tape.
pub fn life(tape: &Tape) -> Life {
    let count = tape.below(11);
    of(tape, count)
}

/// A customer with many events, asked now and then.
pub fn long(tape: &Tape) -> Life {
    let count = 60 + tape.below(200);
    let mut life = of(tape, count);
    life.nows.truncate(8);
    life
}

fn of(tape: &Tape, count: usize) -> Life {
    let centre = crate::oracle::generate_moments::read(tape.word(&CENTRES));
    let span = [4, 24, 200, 1000][tape.below(4)];
    let instant = || {
        let step = i64::try_from(tape.below(span)).expect("small")
            - i64::try_from(span / 2).expect("small");
        centre + step * HALF_HOUR + [0, 0, 0, 0, 1, -1][tape.below(6)]
    };
    let mut events: Vec<Happened> = Vec::new();
    for place in 0..count {
        let ty = tape.below(3);
        let at = match (events.last(), tape.chance(20)) {
            (Some(before), true) => before.at,
            _ => instant(),
        };
        let key = Val::Text(tape.word(&["u", "v", "w"]).to_owned());
        let n = match tape.chance(70) {
            true => Val::Int(BigInt::from(tape.below(5)) - 1),
            false => Val::Missing,
        };
        let fields = match ty {
            0 => vec![
                key,
                n,
                Val::Decimal(number::parse(
                    tape.word(&["2.50", "0", "10", "-1.25", "0.01"]),
                )),
                match tape.chance(60) {
                    true => Val::Decimal(number::parse(tape.word(&[
                        "1.5",
                        "0.000000001",
                        "-2",
                        "1.49",
                    ]))),
                    false => Val::Missing,
                },
                match tape.chance(70) {
                    true => Val::Member(tape.below(3)),
                    false => Val::Missing,
                },
                Val::Bool(tape.chance(50)),
            ],
            1 => vec![key, n],
            _ => vec![
                key,
                match tape.chance(50) {
                    true => Val::Int(BigInt::from(60_000)),
                    false => Val::Missing,
                },
            ],
        };
        events.push(Happened {
            // Ids do not come in the order of events.
            id: format!("{}{place}", tape.word(&["m", "z", "c"])),
            ty,
            at,
            seq: u64::try_from(tape.weighted(&[6, 1, 1])).expect("small"),
            device: tape
                .chance(40)
                .then(|| tape.word(&["tv", "till"]).to_owned()),
            channel: tape.chance(75).then(|| tape.below(3)),
            fields,
        });
    }
    let mut nows = vec![instant(), instant()];
    for event in &events {
        // At an event, and at the end of a window behind it.
        if tape.chance(40) {
            nows.push(event.at + BEHIND[tape.below(8)] + [0, 0, -1][tape.below(3)]);
        }
    }
    Life { events, nows }
}

/// An event as a host gives it.
pub fn json(event: &Happened) -> String {
    let mut fields = serde_json::Map::new();
    let mut put = |name: &str, value: serde_json::Value| {
        fields.insert(name.to_owned(), value);
    };
    put("id", event.id.clone().into());
    put("type", TYPES[event.ty].into());
    put("at", calendar::instant_text(event.at).into());
    if event.seq > 0 {
        put("seq", event.seq.into());
    }
    if let Some(device) = &event.device {
        put("device", device.clone().into());
    }
    if let Some(channel) = event.channel {
        put("channel", CHANNELS[channel].into());
    }
    let names: &[&str] = match event.ty {
        0 => &["k", "n", "p", "d", "g", "f"],
        1 => &["k", "n"],
        _ => &["k", "t"],
    };
    for (name, value) in names.iter().zip(&event.fields) {
        match value {
            Val::Missing => {}
            Val::Text(text) => put(name, text.clone().into()),
            Val::Int(_) if *name == "t" => put(name, "PT1M".into()),
            Val::Int(n) => put(name, number::int(n).expect("small").into()),
            Val::Decimal(d) => put(name, number::print(d).into()),
            Val::Member(m) => put(name, KINDS[*m].into()),
            Val::Bool(b) => put(name, (*b).into()),
            other => panic!("{other:?} in an event"),
        }
    }
    serde_json::Value::Object(fields).to_string()
}
