//! Profiles against histories: whatever way events come in, the answers are those of the events alone.

use super::agree::{self, context, declaration, text};
use super::lives::{self, Life};
use crate::oracle::calendar;
use crate::oracle::tape::{Case, Tape, words};
use pervade::{History, Profile, Ruleset};
use serde_json::Value as Json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

/// What a run has met.
#[derive(Default)]
pub struct Met {
    pub checks: usize,
    counts: BTreeMap<String, usize>,
}

impl Met {
    fn count(&mut self, what: &str, times: usize) {
        *self.counts.entry(what.to_owned()).or_default() += times;
    }
}

impl fmt::Display for Met {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answers compared;", self.checks)?;
        for (what, count) in &self.counts {
            write!(f, " {what}: {count},")?;
        }
        Ok(())
    }
}

/// Words of the language, by which behaviours are counted.
const WORDS: [&str; 33] = [
    " where ",
    " or ",
    " and ",
    " in last ",
    " ago",
    " in previous ",
    " this ",
    " today",
    " from ",
    " after ",
    " before ",
    "first ",
    "last ",
    "count ",
    "sum ",
    "avg ",
    "min ",
    "max ",
    "median ",
    "distinct ",
    "list ",
    "most frequent ",
    "time since ",
    " then ",
    " then no ",
    " immediately",
    " without ",
    " same ",
    " different ",
    "all of ",
    "sessions ",
    " per ",
    " halving ",
];

/// What an answer is: the value, and until when it stands; or that it overflows.
type Answer = Result<(Json, Option<i64>), ()>;

fn answers(
    rules: &Ruleset,
    names: &[String],
    context: &pervade::Context,
    leases: impl Fn(&str) -> bool,
) -> Result<Vec<Answer>, String> {
    let mut all = Vec::new();
    for name in names {
        let decider = rules.decision::<Json>(name).map_err(|e| e.to_string())?;
        all.push(match decider.decide(context) {
            Ok(decision) => {
                let until = leases(name).then(|| decision.valid_until());
                let until = until.flatten().map(|at| at.timestamp_millis());
                Ok((decision.into_value(), until))
            }
            Err(_) => Err(()),
        });
    }
    Ok(all)
}

pub fn context_of(
    rules: &Ruleset,
    profile: &Profile,
    now: i64,
) -> Result<pervade::Context, String> {
    let now = chrono::DateTime::from_timestamp_millis(now).expect("an instant");
    let builder = rules.context().now(now).profile(profile);
    let builder = builder
        .touchpoint_json(r#"{ "channel": "web" }"#)
        .expect("JSON");
    builder.build().map_err(|e| e.to_string())
}

#[derive(Clone, Copy)]
struct Check<'a> {
    rules: &'a Ruleset,
    names: &'a [String],
    text: &'a str,
    met: &'a RefCell<Met>,
}

impl Check<'_> {
    /// The profile answers as the history does.
    fn same(
        &self,
        what: &str,
        profile: &Profile,
        history: &History,
        now: i64,
    ) -> Result<(), String> {
        // Until when they stand takes long to find where there are many events, or where values fade.
        let leases = history.len() < 12;
        let fades = |name: &str| declaration(self.text, name).contains("score ");
        let here = context(self.rules, history, now)?;
        let expected = answers(self.rules, self.names, &here, |name| leases && !fades(name))?;
        let got = answers(
            self.rules,
            self.names,
            &context_of(self.rules, profile, now)?,
            |name| leases && !fades(name),
        )?;
        let mut met = self.met.borrow_mut();
        met.checks += expected.len();
        met.count(what, expected.len());
        for ((name, expected), got) in self.names.iter().zip(expected).zip(got) {
            if expected != got {
                return Err(format!(
                    "{what}: {}\nexpected {expected:?}\n     got {got:?}\nat {}\n{}",
                    declaration(self.text, name),
                    calendar::instant_text(now),
                    profile.save()
                ));
            }
        }
        Ok(())
    }

    /// All that is asked of one customer.
    fn customer(&self, life: &Life, tape: &Tape) -> Result<(), String> {
        let events: Vec<String> = life.events.iter().map(lives::json).collect();
        let order = tape.shuffled(events.len());
        self.one_by_one(life, &events, &order, tape)?;
        self.in_time(life, &events)?;
        self.apart(life, &events, tape)
    }

    fn history(&self, events: &[String]) -> Result<History, String> {
        let mut history = self.rules.history();
        for json in events {
            history.add_json(json).map_err(|e| format!("{json}: {e}"))?;
        }
        Ok(history)
    }

    /// In any order, some twice, and asked in between.
    fn one_by_one(
        &self,
        life: &Life,
        events: &[String],
        order: &[usize],
        tape: &Tape,
    ) -> Result<(), String> {
        let (mut profile, mut history) = (self.rules.profile(), self.rules.history());
        for place in order {
            let json = &events[*place];
            for _ in 0..1 + usize::from(tape.chance(10)) {
                profile
                    .observe_json(json)
                    .map_err(|e| format!("{json}: {e}"))?;
            }
            history.add_json(json).map_err(|e| format!("{json}: {e}"))?;
            if tape.chance(300 / order.len().max(3)) {
                self.same("late", &profile, &history, *tape.pick(&life.nows))?;
            }
        }
        for now in &life.nows {
            self.same("any order", &profile, &history, *now)?;
        }
        Ok(())
    }

    /// As they happen, asked at each and behind the last.
    fn in_time(&self, life: &Life, events: &[String]) -> Result<(), String> {
        let mut order: Vec<usize> = (0..events.len()).collect();
        order.sort_by_key(|place| life.events[*place].at);
        let (mut profile, mut history) = (self.rules.profile(), self.rules.history());
        let every = events.len() / 4 + 1;
        for (count, place) in order.iter().enumerate() {
            profile
                .observe_json(&events[*place])
                .map_err(|e| e.to_string())?;
            history
                .add_json(&events[*place])
                .map_err(|e| e.to_string())?;
            if count % every == 0 {
                self.same("in time", &profile, &history, life.events[*place].at)?;
            }
        }
        let newest = life.events.iter().map(|e| e.at).max();
        let behind = life
            .nows
            .iter()
            .filter(|now| newest.is_none_or(|newest| **now >= newest));
        for now in behind {
            self.same("live", &profile, &history, *now)?;
        }
        Ok(())
    }

    /// In two places, with some events in both; merged in both ways, saved and loaded.
    fn apart(&self, life: &Life, events: &[String], tape: &Tape) -> Result<(), String> {
        let parts = self.parts(events, tape)?;
        let merged = |order: [usize; 3]| {
            let mut one = parts[order[0]].clone();
            one.merge(&parts[order[1]]).map_err(|e| e.to_string())?;
            one.merge(&parts[order[2]]).map_err(|e| e.to_string())?;
            Ok::<Profile, String>(one)
        };
        let one = merged([0, 1, 2])?;
        let mut other = parts[2].clone();
        let mut last = parts[1].clone();
        last.merge(&parts[0]).map_err(|e| e.to_string())?;
        other.merge(&last).map_err(|e| e.to_string())?;
        if one != other || one != merged([1, 2, 0])? {
            return Err(format!(
                "merged otherwise\n{}\n{}",
                one.save(),
                other.save()
            ));
        }
        other.merge(&one).map_err(|e| e.to_string())?;
        if one != other {
            return Err("merged again".to_owned());
        }
        let history = self.history(events)?;
        let saved = one.save();
        let loaded = self.rules.load_profile(&saved).map_err(|e| e.to_string())?;
        if loaded.save() != saved {
            return Err(format!("loaded\n{saved}\n{}", loaded.save()));
        }
        for now in life.nows.iter().take(3) {
            self.same("merged", &one, &history, *now)?;
            self.same("loaded", &loaded, &history, *now)?;
        }
        Ok(())
    }

    /// Events in three places, some in two of them.
    fn parts(&self, events: &[String], tape: &Tape) -> Result<[Profile; 3], String> {
        let mut lines = [String::new(), String::new(), String::new()];
        for json in events {
            let place = tape.below(3);
            lines[place] += &format!("{json}\n");
            if tape.chance(20) {
                lines[(place + 1) % 3] += &format!("{json}\n");
            }
        }
        let mut parts = [(); 3].map(|()| self.rules.profile());
        for (part, lines) in parts.iter_mut().zip(lines) {
            part.observe_json_lines(&lines).map_err(|e| e.to_string())?;
        }
        Ok(parts)
    }

    /// What is let go is not missed.
    fn let_go(&self, life: &Life, tape: &Tape) -> Result<(), String> {
        let events: Vec<String> = life.events.iter().map(lives::json).collect();
        let events = events.as_slice();
        let instant = |ms: i64| chrono::DateTime::from_timestamp_millis(ms).expect("an instant");
        let mut nows = life.nows.clone();
        nows.sort_unstable();
        let (first, rest) = nows.split_first().expect("some");
        let history = self.history(events)?;
        let mut profile = self.rules.profile();
        let lines = events.join("\n");
        profile
            .observe_json_lines(&lines)
            .map_err(|e| e.to_string())?;
        let gone = profile.compact(instant(*first));
        self.met.borrow_mut().count("events let go", gone);
        // What is gone does not come back, and changes nothing.
        let before = profile.save();
        profile
            .observe_json_lines(&lines)
            .map_err(|e| e.to_string())?;
        if profile.save() != before {
            return Err(format!("came back\n{before}\n{}", profile.save()));
        }
        // Late ones come in all the same.
        let mut apart = self.parts(events, tape)?;
        apart[0].compact(instant(*first));
        let later = *tape.pick(&nows);
        apart[1].compact(instant(later));
        let mut one = apart[0].clone();
        one.merge(&apart[1]).map_err(|e| e.to_string())?;
        one.merge(&apart[2]).map_err(|e| e.to_string())?;
        let mut other = apart[2].clone();
        other.merge(&apart[1]).map_err(|e| e.to_string())?;
        other.merge(&apart[0]).map_err(|e| e.to_string())?;
        if one != other {
            return Err(format!(
                "merged otherwise\n{}\n{}",
                one.save(),
                other.save()
            ));
        }
        let loaded = self
            .rules
            .load_profile(&one.save())
            .map_err(|e| e.to_string())?;
        for now in std::iter::once(first).chain(rest) {
            self.same("compacted", &profile, &history, *now)?;
            if *now >= later.max(*first) {
                self.same("compacted and merged", &one, &history, *now)?;
                self.same("compacted and loaded", &loaded, &history, *now)?;
            }
        }
        Ok(())
    }
}

/// Rulesets of one behaviour each, which need less than all of them together.
fn alone(text: &str, names: &[String]) -> Vec<(Ruleset, String)> {
    let mut head = text.to_owned();
    for name in names {
        head = head.replace(&declaration(text, name), "");
    }
    let mut all = Vec::new();
    for name in names {
        let line = declaration(text, name);
        if let Ok(rules) = Ruleset::from_text(&format!("{head}\n{line}\n")) {
            let retention = rules.retention();
            if retention.events().iter().all(|event| !event.is_forever()) {
                all.push((rules, name.clone()));
            }
        }
    }
    all
}

fn check(case: &Case, met: &RefCell<Met>) -> Result<(), String> {
    let (text, names) = text(case);
    let rules = Ruleset::from_text(&text).map_err(|e| format!("{e}"))?;
    for word in WORDS {
        let times = text.lines().filter(|line| line.contains(word)).count();
        met.borrow_mut().count(word.trim(), times);
    }
    let check = Check {
        rules: &rules,
        names: &names,
        text: &text,
        met,
    };
    let alone = alone(&text, &names);
    for (tape, place) in case.contexts.iter().zip(0..) {
        let tape = Tape::new(tape);
        let life = match tape.chance(4) {
            true => {
                let seed = u64::try_from(tape.below(1 << 30)).expect("small");
                lives::long(&Tape::new(&words(seed, 6_000)))
            }
            false => lives::life(&tape),
        };
        if let Some((rules, name)) = alone.get(place % alone.len().max(1)) {
            let one = Check {
                rules,
                names: std::slice::from_ref(name),
                ..check
            };
            one.let_go(&life, &tape)?;
        }
        for now in &life.nows {
            let at = life.events.iter().map(|event| now - event.at);
            let at: Vec<i64> = at.collect();
            let mut met = met.borrow_mut();
            met.count(
                "events at exactly now",
                at.iter().filter(|age| **age == 0).count(),
            );
            let edges = at.iter().filter(|age| lives::BEHIND[1..].contains(age));
            met.count("events at exactly the end of a window", edges.count());
        }
        check.customer(&life, &tape)?;
    }
    Ok(())
}

/// Runs so many rulesets; gives what they met.
pub fn run(seed: u32, rulesets: u32) -> Met {
    let met = RefCell::new(Met::default());
    agree::all((seed, rulesets), met, check).into_inner()
}

/// Behaviours of which much is kept, of each kind: lists, sums, newest values, deadlines, sessions, what comes together.
const MUCH: &str = "behaviour spent    = sum p of ((a where (f)) in last 1 day)
behaviour column   = sum p of (a in last 12 hours)
behaviour all_sums = sum n of ((a or b) in last 2 days)
behaviour keys     = distinct k of (any event in last 2 hours)
behaviour some     = distinct k of ((a where (f)) in last 1 day)
behaviour lapses   = count ((a then no b within 1 hour) in last 1 day)
behaviour mixed    = count (((a then no b within 1 hour) or c) in last 1 day)
behaviour behind   = times of ((a then no b within 1 hour) then c within 6 hours)
behaviour visits   = count (sessions of any event by gap 1 hour)
behaviour visit    = (last (sessions of (a or b) by gap 30 minutes)).count
behaviour closed   = (last (sessions of any event by gap 30 minutes)).closed
behaviour waits    = open (a then b within 2 hours)
behaviour lost     = open ((a then no b within 1 hour) then c within 1 day)
behaviour stage    = stage of (a then b within 2 hours then c within 2 hours)
behaviour near     = count ((all of (a, b) within 1 hour) in last 2 days)
behaviour ordered  = count ((a then b then c without a, all within 1 day) in last 2 days)
behaviour alike    = count ((a then b same k within 6 hours) in last 1 day)
behaviour soon     = ever b in last 1 day
behaviour asking   = count (a where (soon))
behaviour lately   = count ((a or b) in last 1 hour)
behaviour ends     = count (c then (a then no b within 1 hour))
behaviour instants = distinct at of (any event in last 12 hours)
behaviour moments  = distinct at of (any event in last 1 day)
behaviour times_at = distinct at of (any event in last 2 hours)
behaviour often    = count b in last 1 hour
behaviour beyond   = count (a where (n is present and n > often))
behaviour summed   = sum n of ((a or b) in last 12 hours)
behaviour adjacent = ever (a then immediately b then immediately c, all within 6 hours)
behaviour brief    = ever ((a then b then a, all within 20 minutes) in last 12 hours)
behaviour at_end   = count ((a then no (b or c) within 30 minutes) in last 36 hours)
";

/// Customers with many events, of which much is kept; gives what was met.
pub fn run_much(seed: u64, customers: u64) -> Met {
    let text = format!("{}{MUCH}", super::write::head(&Tape::new(&[])));
    let rules = Ruleset::from_text(&text).unwrap_or_else(|e| panic!("{e}"));
    let names: Vec<String> = rules.decisions().map(|d| d.name().to_owned()).collect();
    let met = RefCell::new(Met::default());
    let check = Check {
        rules: &rules,
        names: &names,
        text: &text,
        met: &met,
    };
    each_tape((seed.wrapping_mul(7_777), customers), 6_000, |tape| {
        check.customer(&lives::long(tape), tape)
    });
    met.into_inner()
}

/// Something with so many tapes, from a seed on, each of so many words.
fn each_tape(
    (seed, count): (u64, u64),
    length: usize,
    each: impl Fn(&Tape<'_>) -> Result<(), String>,
) {
    for number in 0..count {
        let words = words(seed.wrapping_add(number), length);
        each(&Tape::new(&words)).unwrap_or_else(|why| panic!("{why}"));
    }
}

/// Behaviours that need events for a while: each alone, so that all the others are let go.
const A_WHILE: [&str; 12] = [
    "count a in last 1 day",
    "count a in last 12 hours",
    "count b in last 2 hours",
    "count any event in last 2 days",
    "ever a between 1 hour and 12 hours ago",
    "count ((a then b within 6 hours) in last 12 hours)",
    "count ((a then b without c within 12 hours) in last 12 hours)",
    "count ((a then no b within 6 hours) in last 1 day)",
    "count ((all of (a, b) within 12 hours) in last 2 hours)",
    "(2nd b).k",
    "(last c).k",
    "count (last 3 b)",
];

/// What is let go is not missed, of so many customers.
pub fn run_let_go(seed: u64, customers: u64) -> Met {
    let met = RefCell::new(Met::default());
    let names = ["asked".to_owned()];
    for behaviour in A_WHILE {
        let head = super::write::head(&Tape::new(&[]));
        let text = format!("{head}behaviour asked = {behaviour}\n");
        let rules = Ruleset::from_text(&text).unwrap_or_else(|e| panic!("{e}"));
        let retention = rules.retention();
        assert!(
            retention.events().iter().all(|event| !event.is_forever()),
            "{behaviour}"
        );
        let check = Check {
            rules: &rules,
            names: &names,
            text: &text,
            met: &met,
        };
        each_tape((seed.wrapping_mul(3_333), customers), 300, |tape| {
            check.let_go(&lives::life(tape), tape)
        });
    }
    met.into_inner()
}
