//! The run: generated rulesets through the engine's public face and through the reference, answer by answer.
//!
//! A ruleset that does not compile is a failure of the generator. Every text is also printed and parsed again.

use super::coverage::Coverage;
use super::expected;
use super::generate::{Generated, generate};
use super::given::Given;
use super::reference::{self, Answer, Failure, Overflow};
use super::tape::{Case, Cases};
use pervade::internals::hir::{DefId, Program};
use pervade::internals::syntax;
use pervade::{Context, ErrorKind, Limits, MemorySources, Ruleset, SourceId};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use serde_json::Value as Json;
use std::cell::RefCell;

/// Contexts of each ruleset.
pub const CONTEXTS: usize = 10;

/// Runs so many rulesets; gives what was covered or panics with the least case that disagrees.
pub fn run(rulesets: u32) -> Coverage {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u32>().ok());
    let config = Config {
        cases: rulesets,
        failure_persistence: None,
        max_shrink_iters: number("PERVADE_SHRINK").unwrap_or(3000),
        ..Config::default()
    };
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number("PERVADE_SEED").unwrap_or(1).to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let coverage = RefCell::new(Coverage::default());
    let outcome = runner.run(&Cases { contexts: CONTEXTS }, |case| {
        check(&case, &coverage).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => coverage.into_inner(),
        Err(TestError::Fail(why, case)) => panic!("{why}\n{}", generate(&case).text()),
        Err(other) => panic!("{other}"),
    }
}

/// One ruleset with its contexts.
fn check(case: &Case, coverage: &RefCell<Coverage>) -> Result<(), String> {
    let made = generate(case);
    let rules = compile(&made)?;
    for (name, text) in made.sources.iter().filter(|(name, _)| name.ends_with(".pvd")) {
        print_and_parse(text).map_err(|why| format!("{name}: {why}"))?;
    }
    let program = rules.program();
    coverage.borrow_mut().ruleset(program, &made.text(), made.sources.len());
    for (number, (context, touchpoint)) in made.contexts.iter().enumerate() {
        coverage.borrow_mut().context(program, context, touchpoint);
        let at = |why: String| format!("{why}\ncontext {}\ntouchpoint {}", context.json(), touchpoint.json());
        let built = build(&rules, &made, number, context, touchpoint).map_err(at)?;
        for name in &made.decisions {
            let id = program.find(name).expect("a decision");
            let answer = reference::decide(program, context, touchpoint, id);
            coverage.borrow_mut().evaluation(&answer);
            agree(&rules, &built, name, id, &answer).map_err(|why| at(format!("`{name}`: {why}")))?;
        }
    }
    Ok(())
}

fn compile(made: &Generated) -> Result<Ruleset, String> {
    let mut sources = MemorySources::new();
    for (name, text) in &made.sources {
        sources = sources.with(name, text);
    }
    Ruleset::compile(&sources, "main.pvd").map_err(|error| format!("the generated ruleset does not compile: {error}"))
}
