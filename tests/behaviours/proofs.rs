//! Which events prove answers: case files, and what is left when all other events are gone.
//!
//! A case file (`tests/cases/witnesses/*.txt`, one a family) is a ruleset and, below lines `== title @ 06 18:00`, events and
//! what is expected of behaviours: `a1 visit 05 10:00 web home 3` is an event with its id, type, day of March 2026, time,
//! channel, `k` and `n`, where `-` is nothing; `> name = a1 a2 +3` are the witnesses of what `name` asked, newest first, and how
//! many more there are, with ` | ` between its questions. `PERVADE_UPDATE=1` writes down what there is now; look at the
//! difference.

use super::agree::{self, context, declaration, history, text, told};
use super::lives::{self, Life};
use crate::oracle::calendar;
use crate::oracle::tape::{Case, Tape};
use pervade::{Context, Decision, History, Ruleset};
use serde_json::Value as Json;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;

fn instant(day: &str, time: &str) -> String {
    let seconds = if time.len() == 5 { ":00" } else { "" };
    format!("2026-03-{day}T{time}{seconds}Z")
}

fn event(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [id, ty, day, time, channel, k, n] = words[..] else {
        panic!("`{line}` is no event");
    };
    let mut event = serde_json::json!({ "id": id, "type": ty, "at": instant(day, time) });
    for (name, value) in [("channel", channel), ("k", k)] {
        if value != "-" {
            event[name] = value.into();
        }
    }
    if n != "-" {
        event["n"] = n.parse::<i64>().expect("a number").into();
    }
    event.to_string()
}

fn decided(rules: &Ruleset, context: &Context, name: &str) -> Decision<Json> {
    let decider = rules.decision::<Json>(name).expect("a definition");
    decider.decide(context).expect("an answer")
}

fn proof(decision: &Decision<Json>) -> String {
    let of_one = |witness: &pervade::Witness| {
        let mut words: Vec<String> = witness.events.iter().map(|e| e.id.clone()).collect();
        if witness.more > 0 {
            words.push(format!("+{}", witness.more));
        }
        match words.is_empty() {
            true => "nothing".to_owned(),
            false => words.join(" "),
        }
    };
    let witnesses = decision.witnesses();
    let all: Vec<String> = witnesses.iter().map(of_one).collect();
    all.join(" | ")
}

/// The file as it is now, and how many expectations it has.
fn run(text: &str) -> (String, usize) {
    let (rules, cases) = text.split_once("\n== ").expect("a case");
    let rules = Ruleset::from_text(rules).unwrap_or_else(|e| panic!("{e}"));
    let mut out = text.split_once("\n== ").expect("a case").0.to_owned();
    let mut met = 0;
    for case in cases.split("\n== ") {
        let (head, lines) = case.split_once('\n').expect("lines");
        let (_, at) = head.split_once(" @ ").expect("an instant");
        let (day, time) = at.split_once(' ').expect("an instant");
        let mut history = rules.history();
        out += &format!("\n== {head}");
        for line in lines.split('\n') {
            if let Some((name, _)) = line.strip_prefix("> ").and_then(|l| l.split_once(" =")) {
                let now = instant(day, time).parse().expect("an instant");
                let builder = rules.context().now(now).history(&history);
                let builder = builder
                    .touchpoint_json(r#"{ "channel": "web" }"#)
                    .expect("JSON");
                let context = builder.build().expect("a context");
                let decision = decided(&rules, &context, name);
                out += &format!("\n> {name} = {}", proof(&decision));
                met += 1;
                continue;
            }
            if !line.trim().is_empty() {
                history.add_json(&event(line)).expect("an event");
            }
            out += &format!("\n{line}");
        }
    }
    (out, met)
}

#[test]
fn every_witness_of_the_case_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/witnesses");
    let mut met = 0;
    for entry in std::fs::read_dir(folder).expect("the case files") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let (now, count) = run(&text);
        met += count;
        if std::env::var_os("PERVADE_UPDATE").is_some() {
            std::fs::write(&path, &now).expect("writes");
        } else {
            assert!(now == text, "{}: is now\n{now}", path.display());
        }
    }
    assert!(met > 60, "{met} expectations");
}

/// What does not stay when other events go: absences, numbers, what stands at a place, what is asked of other events.
const OTHERS: [&str; 30] = [
    " no ",
    "(no ",
    "not ",
    "without",
    "immediately",
    " after ",
    " before ",
    "first ",
    "2nd",
    "3rd",
    "sessions",
    "as of",
    "some ",
    "every ",
    "count",
    "sum ",
    "avg",
    "median",
    "min ",
    "max ",
    "distinct",
    "list ",
    "most ",
    "score",
    "times of",
    "stage of",
    "open (",
    "journey",
    "trend",
    "time ",
];

/// Whether a definition, with all that it names, is proved by its witnesses alone.
fn stays(text: &str, name: &str, depth: usize) -> bool {
    let body = declaration(text, name);
    let own = !OTHERS.iter().any(|word| body.contains(word)) && !body.contains("streak");
    let names = body
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| {
            let digits = word.strip_prefix('q');
            digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
                && *word != name
        });
    own && depth < 8 && names.into_iter().all(|other| stays(text, other, depth + 1))
}

/// Every witness is an event up to now; and where `stays` says so, the witnesses alone give the same answer.
fn check(case: &Case, checks: &Cell<(usize, usize)>) -> Result<(), String> {
    let (text, names) = text(case);
    let rules = Ruleset::from_text(&text).map_err(|e| format!("{e}"))?;
    for words in &case.contexts {
        let tape = Tape::new(words);
        let life = lives::life(&tape);
        let history = history(&rules, &life, &tape)?;
        for now in &life.nows {
            let here = context(&rules, &history, *now)?;
            for name in &names {
                let decider = rules.decision::<Json>(name).map_err(|e| e.to_string())?;
                let Ok(decision) = decider.decide(&here) else {
                    continue;
                };
                let ids = seen(&life, &decision, *now)
                    .map_err(|why| wrong(&why, (&text, name), &life, *now))?;
                let (all, alone) = checks.get();
                checks.set((all + 1, alone));
                if decision.value() != &Json::Bool(true) || !stays(&text, name, 0) {
                    continue;
                }
                let left = only(&rules, &life, &ids);
                let again = decided(&rules, &context(&rules, &left, *now)?, name);
                if again.value() != decision.value() || again.witnesses() != decision.witnesses() {
                    let why = format!("the witnesses {ids:?} alone give {}", again.value());
                    return Err(wrong(&why, (&text, name), &life, *now));
                }
                checks.set((all + 1, alone + 1));
            }
        }
    }
    Ok(())
}

/// The ids of the witnesses; what is wrong with them.
fn seen(life: &Life, decision: &Decision<Json>, now: i64) -> Result<BTreeSet<String>, String> {
    let mut ids = BTreeSet::new();
    for witness in decision.witnesses() {
        for event in &witness.events {
            let at = event.at.timestamp_millis();
            let known = life.events.iter().any(|e| e.id == event.id && e.at == at);
            if !known || at > now {
                return Err(format!("{} is no event that was seen", event.id));
            }
            ids.insert(event.id.clone());
        }
        let unique: BTreeSet<&str> = witness.events.iter().map(|e| e.id.as_str()).collect();
        if unique.len() != witness.events.len() || witness.events.len() > 8 {
            return Err(format!("{:?}", witness.events));
        }
    }
    Ok(ids)
}

fn only(rules: &Ruleset, life: &Life, ids: &BTreeSet<String>) -> History {
    let mut history = rules.history();
    for event in life.events.iter().filter(|event| ids.contains(&event.id)) {
        history.add_json(&lives::json(event)).expect("an event");
    }
    history
}

fn wrong(why: &str, (text, name): (&str, &str), life: &Life, now: i64) -> String {
    format!(
        "{why}\n{}\nat {}\n{}",
        declaration(text, name),
        calendar::instant_text(now),
        told(life)
    )
}

/// Runs so many rulesets; gives how many answers were looked at, and how many of them given again by their witnesses alone.
pub fn run_generated(seed: u32, rulesets: u32) -> (usize, usize) {
    agree::all((seed, rulesets), Cell::new((0, 0)), check).get()
}
