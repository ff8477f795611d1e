//! A ruleset asked everything: each decision on a context and in a frame, and that both answer alike.

use pervade::{Context, Decider, Error, ErrorKind, Frame, Ruleset};
use serde_json::Value as Json;

/// A value with its rule and reason, or the place and kind of an overflow.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Value(Json, Option<String>, Option<String>),
    Overflow(String),
}

/// Handles of everything that a ruleset decides.
pub struct Deciders(pub Vec<(String, Decider<Json>)>);

impl Deciders {
    pub fn of(rules: &Ruleset) -> Self {
        let handles = rules.decisions().filter_map(|info| {
            let handle = rules.decision(info.name()).ok()?; // sensitive values are refused
            Some((info.name().to_owned(), handle))
        });
        Deciders(handles.collect())
    }

    pub fn on(&self, context: &Context) -> Vec<Answer> {
        let each = self
            .0
            .iter()
            .map(|(_, decider)| match decider.decide(context) {
                Ok(decision) => Answer::Value(
                    decision.value().clone(),
                    decision.label().map(str::to_owned),
                    decision.because().map(str::to_owned),
                ),
                Err(error) => overflow(&error),
            });
        each.collect()
    }

    pub fn within(&self, frame: &mut Frame) -> Vec<Answer> {
        let each = self
            .0
            .iter()
            .map(|(_, decider)| match decider.decide_in(frame) {
                Ok(outcome) => Answer::Value(
                    outcome.value().expect("a value of JSON"),
                    outcome.label(),
                    outcome.because().map(str::to_owned),
                ),
                Err(error) => overflow(&error),
            });
        each.collect()
    }

    /// Two ways to give the same data must answer alike.
    pub fn same(&self, how: &str, expected: &[Answer], got: &[Answer]) {
        for (((name, _), expected), got) in self.0.iter().zip(expected).zip(got) {
            assert_eq!(expected, got, "`{name}` {how}");
        }
    }
}

/// Deciding fails by overflow alone.
fn overflow(error: &Error) -> Answer {
    match error.kind() {
        ErrorKind::Evaluation { .. } => Answer::Overflow(error.to_string()),
        _ => panic!("an error that no decision has: {error}"),
    }
}

/// Everything is decided on a few generated contexts, and told; contexts and frames answer alike.
pub fn ask(rules: &Ruleset) {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;

    const CONTEXTS: usize = 3;
    let deciders = Deciders::of(rules);
    let strategy = pervade::testing::contexts_with_constants(rules);
    let mut runner = TestRunner::deterministic();
    for number in 0..CONTEXTS {
        let Ok(tree) = strategy.new_tree(&mut runner) else {
            return;
        };
        let context = tree.current();
        let answers = deciders.on(&context);
        if let Some((_, decider)) = deciders.0.get(number)
            && let Ok(trace) = decider.trace(&context)
        {
            assert!(!trace.to_string().is_empty());
            assert!(!trace.story().to_string().is_empty());
        }
        assert_eq!(answers, deciders.on(&context), "asked twice");
    }
}
