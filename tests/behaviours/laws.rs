//! The laws of behaviours, each on generated customers: what must hold between answers, whatever they are.

use super::agree::context;
use super::lives::{self, Life};
use super::merging;
use crate::oracle::calendar;
use crate::oracle::reference::events::Happened;
use crate::oracle::tape::Tape;
use pervade::{History, Ruleset};

/// The lengths that laws speak of, in milliseconds and as they are written.
const LENGTHS: [(&str, i64, &str); 5] = [
    ("s", 1_800_000, "30 minutes"),
    ("h", 3_600_000, "1 hour"),
    ("t", 43_200_000, "12 hours"),
    ("d", 86_400_000, "1 day"),
    ("w", 604_800_000, "7 days"),
];

/// Behaviours for each length.
fn rules() -> Ruleset {
    let mut text = super::write::head(&Tape::new(&[]));
    for (name, _, length) in LENGTHS {
        text += &format!(
            "behaviour none_{name}    = no a in last {length}
behaviour since_{name}   = time since last a >= {length}
behaviour count_{name}   = count any event in last {length}
behaviour before_{name}  = count any event between {length} and 14 days ago
behaviour within_{name}  = ever (a then b within {length})
behaviour some_{name}    = (ever (a in last {length}) as of last b) else false
behaviour lapses_{name}  = count ((a then no b within {length}))
behaviour pairs_{name}   = count (a then b within {length})
behaviour later_{name}   = count (a then b at least {length} later)
behaviour guarded_{name} = count (a then b without c within {length})
behaviour times_{name}   = times of (a then b within {length})
behaviour open_{name}    = open (a then b within {length})
behaviour thrice_{name}  = times of (a then b within {length} then c within {length})
behaviour clear_{name}   = times of (a then b within {length} without c)
behaviour soon_{name}    = times of (a then any event then b, all within {length})
behaviour quiet_{name}   = not (none_{name} and open_{name})
behaviour busy_{name}    = (not none_{name}) or (not open_{name})
behaviour neither_{name} = not (none_{name} or open_{name})
behaviour nor_{name}     = (not none_{name}) and (not open_{name})
behaviour each_{name}    = every k of (any event) has (it in last {length})
behaviour spared_{name}  = not (some k of (any event) has (no it in last {length}))
behaviour latest_{name}  = ((last b) then no (a or b or c) within 1 hour) in last 14 days and within_{name}
"
        );
    }
    text += "behaviour fortnight = count any event in last 14 days
behaviour either = count (a or b) in last 7 days
behaviour left = count a in last 7 days
behaviour right = count b in last 7 days
behaviour all_events = count any event
behaviour keys = distinct k of any event
behaviour names = list k of any event
behaviour spend = sum p of a
behaviour days = count any event per day for previous 7 days
behaviour favourite = most frequent k of any event
behaviour warm = score p of a halving every 1 day
";
    Ruleset::from_text(&text).unwrap_or_else(|e| panic!("{e}"))
}

struct World<'a> {
    rules: &'a Ruleset,
    life: &'a Life,
}

impl World<'_> {
    fn history(&self, order: &[usize]) -> History {
        let mut history = self.rules.history();
        for place in order {
            history
                .add_json(&lives::json(&self.life.events[*place]))
                .expect("an event");
        }
        history
    }

    fn ask<T: serde::de::DeserializeOwned>(&self, history: &History, name: &str, now: i64) -> T {
        let context = context(self.rules, history, now).expect("a context");
        let decision = self.rules.decision::<T>(name).expect("a behaviour");
        decision.decide(&context).expect("an answer").into_value()
    }

    fn told(&self, now: i64) -> String {
        let events: Vec<String> = self.life.events.iter().map(lives::json).collect();
        format!("at {}\n{}", calendar::instant_text(now), events.join("\n"))
    }
}

/// Each law on so many customers.
pub fn run(seed: u64, customers: u64) -> usize {
    let (rules, merging_rules) = (rules(), merging::rules());
    let mut checks = 0;
    for number in 0..customers {
        let words = super::words(seed.wrapping_mul(1_000_003).wrapping_add(number), 220);
        let tape = Tape::new(&words);
        let life = lives::life(&tape);
        let world = World {
            rules: &rules,
            life: &life,
        };
        let natural: Vec<usize> = (0..life.events.len()).collect();
        let history = world.history(&natural);
        let now = *tape.pick(&life.nows);
        checks += between_answers(&world, &history, now, &tape);
        checks += of_the_input(&world, &history, now, &tape);
        checks += of_logic(&world, &history, now);
        checks += of_chains(&world, now, &tape);
        checks += shifted(&world, &history, now, &tape);
        checks += merging::hold(&merging_rules, &life, &tape);
    }
    checks
}

/// Complements, tiling, what a chain says of a window, refinement.
fn between_answers(world: &World<'_>, history: &History, now: i64, tape: &Tape) -> usize {
    let l = tape.word(&["s", "h", "t", "d", "w"]);
    let truth = |name: &str| world.ask::<bool>(history, &format!("{name}_{l}"), now);
    let count = |name: &str| world.ask::<i64>(history, &format!("{name}_{l}"), now);
    let whole = |name: &str| world.ask::<i64>(history, name, now);
    let told = || world.told(now);
    assert_eq!(truth("none"), truth("since"), "complement {l}\n{}", told());
    assert_eq!(
        count("count") + count("before"),
        whole("fortnight"),
        "windows tile {l}\n{}",
        told()
    );
    assert_eq!(
        whole("either"),
        whole("left") + whole("right"),
        "either\n{}",
        told()
    );
    assert!(
        count("guarded") <= count("pairs"),
        "a guard takes away {l}\n{}",
        told()
    );
    assert!(
        count("times") <= count("pairs"),
        "disjoint ones are some {l}\n{}",
        told()
    );
    assert_eq!(
        truth("within"),
        count("pairs") > 0,
        "it happened {l}\n{}",
        told()
    );
    let (days, all): (Vec<i64>, i64) = (world.ask(history, "days", now), whole("all_events"));
    assert!(days.iter().sum::<i64>() <= all, "days\n{}", told());
    7
}

/// No look-ahead, order and duplication of the input, copies.
fn of_the_input(world: &World<'_>, history: &History, now: i64, tape: &Tape) -> usize {
    let names = [
        "keys",
        "names",
        "spend",
        "days",
        "favourite",
        "warm",
        "pairs_h",
        "pairs_d",
        "lapses_h",
        "lapses_d",
        "times_d",
        "open_d",
        "guarded_w",
        "later_h",
        "some_d",
        "latest_d",
        "count_w",
    ];
    let answers =
        |history: &History| names.map(|name| world.ask::<serde_json::Value>(history, name, now));
    let expected = answers(history);
    let count = world.life.events.len();
    let shuffled = tape.shuffled(count);
    assert_eq!(
        answers(&world.history(&shuffled)),
        expected,
        "order\n{}",
        world.told(now)
    );
    let twice: Vec<usize> = shuffled.iter().chain(&shuffled).copied().collect();
    assert_eq!(
        answers(&world.history(&twice)),
        expected,
        "twice\n{}",
        world.told(now)
    );
    let seen: Vec<usize> = (0..count)
        .filter(|at| world.life.events[*at].at <= now)
        .collect();
    assert_eq!(
        answers(&world.history(&seen)),
        expected,
        "look-ahead\n{}",
        world.told(now)
    );
    3
}

/// De Morgan, for conditions and for keys.
fn of_logic(world: &World<'_>, history: &History, now: i64) -> usize {
    for (l, ..) in LENGTHS {
        let truth = |name: &str| world.ask::<bool>(history, &format!("{name}_{l}"), now);
        for (one, other) in [("quiet", "busy"), ("neither", "nor"), ("each", "spared")] {
            assert_eq!(
                truth(one),
                truth(other),
                "{one} and {other} {l}\n{}",
                world.told(now)
            );
        }
    }
    3
}

/// A chain of two happened exactly if there is an end of it at which its beginning lay in the window; and of matches that
/// share nothing there are as many as can be.
fn of_chains(world: &World<'_>, now: i64, tape: &Tape) -> usize {
    let (l, length, _) = *tape.pick(&LENGTHS);
    let mut order: Vec<usize> = (0..world.life.events.len()).collect();
    let key = |place: &usize| {
        let event = &world.life.events[*place];
        (event.at, event.seq, event.ty, &event.id)
    };
    order.sort_by(|one, other| key(one).cmp(&key(other)));
    order.retain(|place| world.life.events[*place].at <= now);
    let history = world.history(&order);
    let seen: Vec<&Happened> = order.iter().map(|at| &world.life.events[*at]).collect();
    let ends = (0..seen.len()).filter(|end| seen[*end].ty == 1);
    let some = ends.filter(|end| {
        let before = world.history(&order[..*end]);
        !world.ask::<bool>(&before, &format!("none_{l}"), seen[*end].at)
    });
    assert_eq!(
        world.ask::<bool>(&history, &format!("within_{l}"), now),
        some.count() > 0,
        "as of the end of a chain {l}\n{}",
        world.told(now)
    );
    let near = |one: usize, other: usize| seen[other].at - seen[one].at < length;
    let is = |at: usize, ty: usize| seen[at].ty == ty;
    let all = 0..seen.len();
    for name in ["times", "clear", "thrice", "soon"] {
        let mut matches: Vec<(usize, usize)> = Vec::new();
        for (a, b) in all
            .clone()
            .flat_map(|a| (a + 1..seen.len()).map(move |b| (a, b)))
        {
            let pair = is(a, 0) && is(b, 1) && near(a, b);
            match name {
                "times" if pair => matches.push((a, b)),
                "clear" if pair && (a + 1..b).all(|c| !is(c, 2)) => matches.push((a, b)),
                "soon" if pair && b > a + 1 => matches.push((a, b)),
                "thrice" if pair => {
                    let ends = (b + 1..seen.len()).filter(|c| is(*c, 2) && near(b, *c));
                    matches.extend(ends.map(|c| (a, c)));
                }
                _ => {}
            }
        }
        assert_eq!(
            world.ask::<usize>(&history, &format!("{name}_{l}"), now),
            most(&matches, 0),
            "{name} {l}\n{}",
            world.told(now)
        );
    }
    5
}

/// The most of these stretches that share nothing, tried one after the other.
fn most(matches: &[(usize, usize)], from: usize) -> usize {
    let fits = matches.iter().filter(|(start, _)| *start >= from);
    // What ends in the same place leaves the same.
    let mut ends: Vec<usize> = fits.map(|(_, end)| *end).collect();
    ends.sort_unstable();
    ends.dedup();
    let counts = ends.iter().map(|end| 1 + most(matches, end + 1));
    counts.max().unwrap_or(0)
}

/// All of time a while later or earlier: rolling windows say the same, and for as long.
fn shifted(world: &World<'_>, history: &History, now: i64, tape: &Tape) -> usize {
    let by = *tape.pick(&[
        1,
        -1,
        1_800_000,
        -3_599_999,
        86_400_000,
        -15_552_000_001,
        315_360_000_123,
    ]);
    let mut other = world.rules.history();
    for event in &world.life.events {
        let later = Happened {
            at: event.at + by,
            ..event.clone()
        };
        other.add_json(&lives::json(&later)).expect("an event");
    }
    let l = tape.word(&["s", "h", "t", "d", "w"]);
    let lengths = [
        "none", "since", "count", "before", "within", "some", "lapses", "pairs", "later",
        "guarded", "times", "open", "latest", "thrice", "clear", "each",
    ];
    let names = lengths.map(|name| format!("{name}_{l}"));
    let others = ["fortnight", "either", "keys", "names", "spend", "favourite"].map(str::to_owned);
    for name in names.iter().chain(&others) {
        let asked = |history: &History, now: i64| {
            let context = context(world.rules, history, now).expect("a context");
            let decision = world.rules.decision::<serde_json::Value>(name);
            let decision = decision.expect("a behaviour").decide(&context);
            let decision = decision.expect("an answer");
            let until = decision.valid_until().map(|at| at.timestamp_millis());
            (decision.into_value(), until)
        };
        let ((value, until), (later, later_until)) = (asked(history, now), asked(&other, now + by));
        assert_eq!(value, later, "{name} by {by}\n{}", world.told(now));
        assert_eq!(
            until.map(|at| at + by),
            later_until,
            "until when {name} by {by}\n{}",
            world.told(now)
        );
    }
    2
}
