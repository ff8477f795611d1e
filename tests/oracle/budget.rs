//! Budgets against what happens: on generated rulesets and contexts no decision takes more steps, reads another input,
//! or overflows where it is said that none can; and what is the same on every touchpoint is.

use super::generate::{Generated, generate};
use super::given::Given;
use super::hosts;
use super::tape::{Case, Cases};
use pervade::internals::eval::{Counting, Reads, Scratch, decide};
use pervade::{Budget, MemorySources, Ruleset};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::cell::RefCell;

/// Rulesets of the usual run; `PERVADE_BUDGETS` asks for others.
const RULESETS: u32 = 150;

/// What was met.
#[derive(Debug, Default)]
struct Met {
    decisions: u64,
    /// Of those, how many were said not to overflow though they calculate, and how many did overflow.
    proven: u64,
    overflows: u64,
    /// How many took as many steps as they may, and at least a third of it.
    tight: u64,
    near: u64,
}

#[test]
fn no_decision_exceeds_its_budget() {
    let asked = std::env::var("PERVADE_BUDGETS").ok();
    let cases = asked.and_then(|n| n.parse().ok()).unwrap_or(RULESETS);
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]);
    let met = RefCell::new(Met::default());
    let outcome = TestRunner::new_with_rng(config, rng).run(&Cases { contexts: 4 }, |case| {
        check(&case, &mut met.borrow_mut()).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, case)) => panic!("{why}\n{}", generate(&case).text()),
        Err(other) => panic!("{other}"),
    }
    let met = met.into_inner();
    println!("{met:?}");
    assert!(
        met.overflows > 0 && met.proven * 4 > met.decisions,
        "{met:?}"
    );
    assert!(met.tight > 0 && met.near * 4 > met.decisions, "{met:?}");
}

fn check(case: &Case, met: &mut Met) -> Result<(), String> {
    let made = generate(case);
    let rules = compile(&made)?;
    let budget = rules.budget();
    let mut scratch = Scratch::new(rules.decision_graph());
    for (number, given) in made.contexts.iter().enumerate() {
        let context = hosts::context(&rules, number, given).map_err(|e| e.to_string())?;
        let items = longest(&given.context).max(longest(&given.touchpoint));
        let at = |why: String| {
            format!(
                "{why}\ncontext {}\ntouchpoint {}",
                given.context.json(),
                given.touchpoint.json()
            )
        };
        one(&rules, &budget, context.slots(), items, &mut scratch, met).map_err(at)?;
    }
    Ok(())
}

/// All decisions on one context.
fn one(
    rules: &Ruleset,
    budget: &Budget,
    inputs: &pervade::internals::eval::Inputs,
    items: u64,
    scratch: &mut Scratch,
    met: &mut Met,
) -> Result<(), String> {
    let (graph, program) = (rules.decision_graph(), rules.program());
    for promised in &budget.decisions {
        let name = &promised.name;
        let def = program.find(name).expect("a decision");
        let mut counting = Counting::default();
        let outcome = decide(graph, inputs, scratch, def, &mut counting);
        let most = promised.steps.for_lists_of(items);
        if counting.steps > most {
            return Err(format!(
                "`{name}`: {} steps, at most {most} promised ({})",
                counting.steps, promised.steps
            ));
        }
        let mut reads = Reads::new(graph);
        let _ = decide(graph, inputs, scratch, def, &mut reads);
        for read in reads.iter().map(|input| &program.input(input).path) {
            if !promised.reads.contains(read) {
                return Err(format!(
                    "`{name}` reads `{read}`, promised {:?}",
                    promised.reads
                ));
            }
        }
        if let Err(fault) = outcome {
            met.overflows += 1;
            if promised.overflows.is_empty() {
                let text = rules.sources().snippet(graph.span(fault.node));
                return Err(format!("`{name}` overflows in `{text}`"));
            }
        }
        met.decisions += 1;
        met.proven += u64::from(promised.overflows.is_empty());
        met.tight += u64::from(counting.steps == most);
        met.near += u64::from(counting.steps * 3 >= most);
    }
    Ok(())
}

/// How many items the longest list has.
fn longest(given: &Given) -> u64 {
    match given {
        Given::List(items) => {
            let inner = items.iter().map(longest).max().unwrap_or(0);
            inner.max(items.len() as u64)
        }
        Given::Record(fields) => fields.iter().map(|(_, v)| longest(v)).max().unwrap_or(0),
        _ => 0,
    }
}

fn compile(made: &Generated) -> Result<Ruleset, String> {
    let mut sources = MemorySources::new();
    for (name, text) in &made.sources {
        sources = sources.with(name, text);
    }
    Ruleset::compile(&sources, "main.pvd").map_err(|error| error.to_string())
}
