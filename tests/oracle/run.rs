//! The run: generated rulesets through the engine's public face and through the reference, answer by answer.
//!
//! A ruleset that does not compile is a failure of the generator. Every text is also printed and parsed again.

use super::calendar;
use super::coverage::Coverage;
use super::expected;
use super::generate::{Generated, generate};
use super::hosts;
use super::reference::{self, Answer, Facts, Failure};
use super::tape::{Case, Cases};
use pervade::internals::hir::{DefId, DefKind, Program};
use pervade::internals::syntax;
use pervade::{Limits, MemorySources, Ruleset, SourceId, Span};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use serde_json::Value as Json;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Debug;

/// Contexts of each ruleset.
pub const CONTEXTS: usize = 10;

fn number(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs so many rulesets; gives what was covered or panics with the least case that disagrees.
pub fn run(rulesets: u32) -> Coverage {
    match run_from(number("PERVADE_SEED").unwrap_or(1), rulesets) {
        Ok(coverage) => coverage,
        Err(why) => panic!("{why}"),
    }
}

/// Goes on after a failure, for as many seeds; gives the least case of each kind of failure.
pub fn survey(seeds: u32, rulesets: u32) -> Vec<String> {
    let from = number("PERVADE_SEED").unwrap_or(1);
    let mut kinds = BTreeSet::new();
    let mut failures = Vec::new();
    for seed in from..from + seeds {
        let Err(why) = run_from(seed, rulesets) else {
            continue;
        };
        // What stands in backquotes, and digits, belong to the case and not to the kind.
        let first = why
            .lines()
            .find(|line| line.contains("error["))
            .or(why.lines().next())
            .unwrap_or("");
        let words = first.split('`').step_by(2).collect::<String>();
        if kinds.insert(words.replace(|c: char| c.is_ascii_digit(), "")) {
            failures.push(why);
        }
    }
    failures
}

fn run_from(from: u32, rulesets: u32) -> Result<Coverage, String> {
    let config = Config {
        cases: rulesets,
        failure_persistence: None,
        max_shrink_iters: number("PERVADE_SHRINK").unwrap_or(3000),
        ..Config::default()
    };
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&from.to_le_bytes());
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let coverage = RefCell::new(Coverage::default());
    let outcome = runner.run(&Cases { contexts: CONTEXTS }, |case| {
        check(&case, &coverage).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => Ok(coverage.into_inner()),
        Err(TestError::Fail(why, case)) => Err(format!("{why}\n{}", generate(&case).text())),
        Err(other) => Err(other.to_string()),
    }
}

/// Bytes as the choices of a case: a quarter for the types, a half for six definitions, the rest for two contexts.
pub fn check_bytes(bytes: &[u8]) -> Result<(), String> {
    let words: Vec<u32> = bytes
        .chunks_exact(4)
        .map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
        .collect();
    let (types, rest) = words.split_at(words.len() / 4);
    let (definitions, contexts) = rest.split_at(rest.len() * 2 / 3);
    let parts = |words: &[u32], count: usize| {
        let each = words.len().div_ceil(count).max(1);
        words.chunks(each).map(<[u32]>::to_vec).collect::<Vec<_>>()
    };
    let case = Case {
        types: types.to_vec(),
        definitions: parts(definitions, 6),
        contexts: parts(contexts, 2),
    };
    let coverage = RefCell::new(Coverage::default());
    check(&case, &coverage).map_err(|why| format!("{why}\n{}", generate(&case).text()))
}

/// One ruleset with its contexts.
fn check(case: &Case, coverage: &RefCell<Coverage>) -> Result<(), String> {
    let made = generate(case);
    let rules = compile(&made)?;
    for (name, text) in made
        .sources
        .iter()
        .filter(|(name, _)| name.ends_with(".pvd"))
    {
        print_and_parse(text).map_err(|why| format!("{name}: {why}"))?;
    }
    let program = rules.program();
    coverage.borrow_mut().ruleset(program, &made.text());
    let mut frame = rules.frame();
    for (number, given) in made.contexts.iter().enumerate() {
        let (context, touchpoint) = (&given.context, &given.touchpoint);
        coverage.borrow_mut().context(program, context, touchpoint);
        let at = |why: String| {
            format!(
                "{why}\ncontext {}\ntouchpoint {}\nnow {}",
                context.json(),
                touchpoint.json(),
                calendar::instant_text(given.now)
            )
        };
        let built =
            hosts::context(&rules, number, given).map_err(|e| at(format!("no context: {e}")))?;
        hosts::fill(&rules, &mut frame, number, given).map_err(|e| at(format!("no frame: {e}")))?;
        for name in &made.decisions {
            let id = program.find(name).expect("a decision");
            let facts = Facts {
                context,
                touchpoint,
                now: given.now,
                events: &[],
            };
            let answer = reference::decide(program, facts, id);
            coverage.borrow_mut().evaluation(&answer);
            if matches!(program.def(id).kind, DefKind::NextBestAction(_))
                && let Ok(told) = reference::actions::arbitrate(program, facts, id, None)
            {
                coverage.borrow_mut().choice(&told);
            }
            let expected = answer.map(|answer| seen(program, id, &answer));
            let agree = |how: &str, got: Result<Seen, Failure>| match (&expected, got) {
                // A frame tells neither the rows of a collecting table nor what was read.
                (Ok(expected), Ok(got)) if got.depends_on.is_none() => same(
                    how,
                    &Seen {
                        depends_on: None,
                        labels: None,
                        ..expected.clone()
                    },
                    &got,
                ),
                (Ok(expected), Ok(got)) => same(how, expected, &got),
                // A sum of rows overflows at no place of its own.
                (Err(expected), Err(got)) if expected.span == Span::default() => {
                    same(how, &expected.kind, &got.kind)
                }
                (Err(expected), Err(got)) => same(how, expected, &got),
                (expected, got) => Err(format!("by {how}: expected {expected:?}, got {got:?}")),
            };
            let decided = hosts::decide(&rules, name, &built).and_then(|got| agree("context", got));
            let mut framed =
                || hosts::decide_in(&rules, name, &mut frame).and_then(|got| agree("frame", got));
            decided
                .and_then(|()| framed())
                .map_err(|why| at(format!("`{name}`: {why}")))?;
        }
    }
    Ok(())
}

fn same<T: PartialEq + Debug>(how: &str, expected: &T, got: &T) -> Result<(), String> {
    if expected == got {
        return Ok(());
    }
    Err(format!(
        "by {how}:\nexpected {expected:?}\n     got {got:?}"
    ))
}

/// What a host sees of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub value: Json,
    /// What the one rule or row that fitted is called.
    pub label: Option<String>,
    pub because: Option<String>,
    /// The rows of a collecting table, or the one label. Not told by frames.
    pub labels: Option<Vec<String>>,
    /// Not told by frames.
    pub depends_on: Option<Vec<String>>,
}

/// The answer of the reference as a host would see it.
fn seen(program: &Program, id: DefId, answer: &Answer) -> Seen {
    let labels = expected::labels(program, id, &answer.fit);
    let single = expected::is_single(program, id);
    Seen {
        value: expected::json(program, &program.def(id).ty, &answer.value),
        label: labels.first().filter(|_| single).cloned(),
        labels: Some(labels),
        because: answer.because.clone(),
        depends_on: Some(expected::depends_on(program, answer)),
    }
}

fn compile(made: &Generated) -> Result<Ruleset, String> {
    let mut sources = MemorySources::new();
    for (name, text) in &made.sources {
        sources = sources.with(name, text);
    }
    Ruleset::compile(&sources, "main.pvd")
        .map_err(|error| format!("the generated ruleset does not compile: {error}"))
}

/// Print, parse, compare; and a second printing changes nothing.
fn print_and_parse(text: &str) -> Result<(), String> {
    let parse = |text: &str| {
        let (file, diagnostics) = syntax::parse(SourceId::default(), text, &Limits::default());
        if diagnostics.is_empty() {
            Ok(file)
        } else {
            Err(format!("does not parse: {diagnostics:?}\n{text}"))
        }
    };
    let file = parse(text)?;
    let printed = syntax::print(&file, text);
    let again = parse(&printed)?;
    if file != again {
        return Err(format!("printed, it says something else:\n{printed}"));
    }
    let twice = syntax::print(&again, &printed);
    if printed != twice {
        return Err(format!(
            "printed twice, it changes:\n{printed}\n=====\n{twice}"
        ));
    }
    Ok(())
}
