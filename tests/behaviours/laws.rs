//! The laws of behaviours, each on generated customers: what must hold between answers, whatever they are.

use super::agree::context;
use super::lives::{self, Life};
use crate::oracle::calendar;
use crate::oracle::tape::Tape;
use pervade::{History, Ruleset};

/// Behaviours for each length that laws speak of.
fn rules() -> Ruleset {
    let lengths = [
        ("s", "30 minutes"),
        ("h", "1 hour"),
        ("t", "12 hours"),
        ("d", "1 day"),
        ("w", "7 days"),
    ];
    let mut text = super::write::head(&Tape::new(&[]));
    for (name, length) in lengths {
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
    let rules = rules();
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
