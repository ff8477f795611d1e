//! Generated rulesets and customers, answered by the engine and by the reference.

use super::lives::{self, Life};
use super::write::{self, Writer};
use crate::oracle::given::Given;
use crate::oracle::reference::{self, Facts};
use crate::oracle::tape::{Case, Cases, Tape};
use crate::oracle::{calendar, expected};
use pervade::{Context, History, Ruleset};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use serde_json::Value as Json;
use std::cell::Cell;

/// The text of a case's ruleset, and the names of its behaviours.
pub fn text(case: &Case) -> (String, Vec<String>) {
    let mut text = write::head(&Tape::new(&case.types));
    let mut streams = Vec::new();
    let mut happenings = Vec::new();
    let mut journeys = Vec::new();
    let mut names = Vec::new();
    for (place, words) in case.definitions.iter().enumerate() {
        let tape = Tape::new(words);
        let writer = Writer {
            tape: &tape,
            streams: &streams,
            happenings: &happenings,
            journeys: &journeys,
        };
        let written = writer.behaviour(place);
        text += &written.text;
        let name = format!("q{place}");
        if written.stream {
            streams.push(name.clone());
        }
        if written.happening {
            happenings.push(name.clone());
        }
        journeys.extend(written.stage.map(|stage| (name.clone(), stage)));
        names.push(name);
    }
    (text, names)
}

/// The text that declares a name.
pub fn declaration(text: &str, name: &str) -> String {
    let behaviour = format!("behaviour {name} ");
    let journey = format!("journey {name} ");
    let mut lines = text
        .lines()
        .skip_while(|line| !line.starts_with(&behaviour) && !line.starts_with(&journey));
    let first = lines.next().unwrap_or_default();
    let rest = lines.take_while(|line| line.starts_with(' ') || line.starts_with('}'));
    let rest: Vec<&str> = rest.collect();
    format!("{first}\n{}", rest.join("\n"))
}

/// A history, its events in an order of their own, some twice.
pub fn history(rules: &Ruleset, life: &Life, tape: &Tape) -> Result<History, String> {
    let mut history = rules.history();
    for place in tape.shuffled(life.events.len()) {
        let json = lives::json(&life.events[place]);
        for _ in 0..1 + usize::from(tape.chance(10)) {
            history
                .add_json(&json)
                .map_err(|e| format!("{json}: {e}"))?;
        }
    }
    Ok(history)
}

pub fn context(rules: &Ruleset, history: &History, now: i64) -> Result<Context, String> {
    let now = chrono::DateTime::from_timestamp_millis(now).expect("an instant");
    let builder = rules.context().now(now).history(history);
    let builder = builder
        .touchpoint_json(r#"{ "channel": "web" }"#)
        .expect("JSON");
    builder.build().map_err(|e| e.to_string())
}

/// What the reference says of a behaviour.
pub fn expect(
    rules: &Ruleset,
    life: &Life,
    name: &str,
    now: i64,
) -> Result<(Json, Vec<String>), String> {
    let program = rules.program();
    let Some(id) = program.find(name) else {
        return Err(format!("there is no {name}"));
    };
    let nothing = Given::Record(Vec::new());
    let channel = Given::Record(vec![(
        "channel".to_owned(),
        Given::Member("web".to_owned()),
    )]);
    let facts = Facts {
        context: &nothing,
        touchpoint: &channel,
        now,
        events: &life.events,
    };
    let answer = reference::decide(program, facts, id).map_err(|f| format!("{f:?}"))?;
    let depends = expected::depends_on(program, &answer);
    let value = expected::json(program, &program.def(id).ty, &answer.value);
    Ok((value, depends))
}

fn check(case: &Case, checks: &Cell<usize>) -> Result<(), String> {
    let (text, names) = text(case);
    let rules = Ruleset::from_text(&text).map_err(|e| format!("{e}"))?;
    for words in &case.contexts {
        let tape = Tape::new(words);
        let life = lives::life(&tape);
        let history = history(&rules, &life, &tape)?;
        for now in &life.nows {
            let context = context(&rules, &history, *now)?;
            for name in &names {
                let expected = expect(&rules, &life, name, *now);
                let decision = rules.decision::<Json>(name).map_err(|e| e.to_string())?;
                let decided = decision.decide(&context);
                let got = match &decided {
                    Ok(decision) => Ok((
                        decision.value().clone(),
                        decision
                            .depends_on()
                            .into_iter()
                            .map(str::to_owned)
                            .collect::<Vec<String>>(),
                    )),
                    Err(error) => Err(error.to_string()),
                };
                checks.set(checks.get() + 1);
                let same = match (&expected, &got) {
                    (Ok(expected), Ok(got)) => expected == got,
                    (Err(_), Err(_)) => true,
                    _ => false,
                };
                if !same {
                    return Err(format!(
                        "{}\nexpected {expected:?}\n     got {got:?}\nat {}\n{}",
                        declaration(&text, name),
                        calendar::instant_text(*now),
                        told(&life)
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Runs so many rulesets through a check, which counts; a failure is shrunk and shown with its ruleset.
pub fn all<C>(of: (u32, u32), counts: C, check: impl Fn(&Case, &C) -> Result<(), String>) -> C {
    all_with(of, counts, |case| text(case).0, check)
}

/// The same with rulesets of another kind.
pub fn all_with<C>(
    (seed, rulesets): (u32, u32),
    counts: C,
    text: impl Fn(&Case) -> String,
    check: impl Fn(&Case, &C) -> Result<(), String>,
) -> C {
    let config = Config {
        cases: rulesets,
        failure_persistence: None,
        max_shrink_iters: 4000,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let outcome = runner.run(&Cases { contexts: 6 }, |case| {
        check(&case, &counts).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => counts,
        Err(TestError::Fail(why, case)) => panic!("{why}\n{}", text(&case)),
        Err(other) => panic!("{other}"),
    }
}

/// The events of a life, one a line.
pub fn told(life: &Life) -> String {
    let events: Vec<String> = life.events.iter().map(lives::json).collect();
    events.join("\n")
}

/// Runs so many rulesets; gives how many answers were compared.
pub fn run(seed: u32, rulesets: u32) -> usize {
    all((seed, rulesets), Cell::new(0), check).get()
}
