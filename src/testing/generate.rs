//! Contexts that fit a ruleset's declarations, as strategies of proptest.
//!
//! In: the program's inputs and events with their types, ranges and defaults; for [`contexts_with_constants`] also the constants
//! that its conditions compare with. Out: contexts as a host would have built them.

mod constants;
mod histories;
mod values;

use super::given::{assemble, teller};
use crate::engine::{Context, Ruleset};
use crate::hir::{InputId, Program, Root, Ty};
use crate::value::Value;
use constants::Constants;
use histories::{histories, placed};
use proptest::prelude::*;
use values::Values;

/// Contexts that fit the declarations of a ruleset: within ranges, with and without what may be missing, dates and
/// instants around the `now` that is given and at the edges of the calendar, zones, places, amounts; and where rules ask
/// about events, a history of a few of them before that `now`, and now and then one behind it.
///
/// Whole numbers without a range are small most of the time, and now and then as large as they may be: rules that
/// calculate with them may overflow.
///
/// ```
/// use proptest::prelude::*;
/// use proptest::test_runner::TestRunner;
///
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      context { customer: { age: int 0..=120, spend: decimal 0..=10_000, name: string? } }
///      decision price -> decimal {
///          when customer.age < 12 => 4.50
///          otherwise => 9
///      }",
/// ).unwrap();
/// let price = rules.decision::<f64>("price").unwrap();
/// // In a test: proptest!(|(context in contexts(&rules))| { … })
/// TestRunner::default().run(&pervade::testing::contexts(&rules), |context| {
///     let given = price.decide(&context).unwrap().into_value();
///     prop_assert!((4.5..=9.0).contains(&given));
///     Ok(())
/// }).unwrap();
/// ```
pub fn contexts(rules: &Ruleset) -> impl Strategy<Value = Context> + use<> {
    strategy(rules, Constants::default())
}

/// The same, with values taken from the constants of the rules, and next to them, so that more branches are met: events
/// are as old as windows are long, or as far from one another as chains allow.
///
/// ```
/// use proptest::test_runner::TestRunner;
/// use std::cell::Cell;
///
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      context { code: int }
///      segment secret = code == 7_234_981",
/// ).unwrap();
/// let secret = rules.decision::<bool>("secret").unwrap();
/// let met = Cell::new(false);
/// TestRunner::default().run(&pervade::testing::contexts_with_constants(&rules), |context| {
///     met.set(met.get() || secret.decide(&context).unwrap().into_value());
///     Ok(())
/// }).unwrap();
/// assert!(met.get());
/// ```
pub fn contexts_with_constants(rules: &Ruleset) -> impl Strategy<Value = Context> + use<> {
    strategy(rules, Constants::of(&rules.schema().program))
}

fn strategy(rules: &Ruleset, constants: Constants) -> impl Strategy<Value = Context> + use<> {
    let program = &*rules.schema().program;
    let inputs = program.inputs().iter().zip(0..);
    let each: Vec<_> = inputs
        .map(|(_, number)| input(program, InputId(number), &constants))
        .collect();
    let asks = rules.inner().graph.asks_of_events();
    let events = match asks {
        true => histories(program, &constants),
        false => Just(Vec::new()).boxed(),
    };
    let rules = rules.clone();
    (each, events).prop_map(move |(values, made)| {
        let mut given = assemble(rules.inner(), &values);
        let program = &*rules.schema().program;
        let now = program.now().and_then(|now| values.get(now.index()));
        if let (true, Some(Some(Value::Int(now)))) = (asks, now) {
            let events = placed(program, made, *now);
            given.inputs.set_teller(teller(rules.inner(), events));
        }
        Context::of(rules.clone(), given.inputs)
    })
}

/// What is given for one input; nothing leaves it to its default, or missing.
fn input(program: &Program, id: InputId, constants: &Constants) -> BoxedStrategy<Option<Value>> {
    let input = program.input(id);
    let given = if let Ty::Record(_) = input.ty.present() {
        // Only whether it is there; its fields are inputs of their own.
        Just(Value::Bool(true)).boxed()
    } else {
        let values = Values { program, constants };
        let plain = values.plain(&input.ty, input.range, 0);
        let special = constants.of_input(program, id);
        match special.is_empty() {
            true => plain,
            false => prop_oneof![1 => plain, 2 => prop::sample::select(special)].boxed(),
        }
    };
    let may_be_left_out = input.ty.is_optional() || input.default.is_some();
    match may_be_left_out && input.root != Root::Now {
        true => prop_oneof![1 => Just(None), 3 => given.prop_map(Some)].boxed(),
        false => given.prop_map(Some).boxed(),
    }
}
