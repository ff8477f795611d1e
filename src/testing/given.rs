//! What a test gives, as the inputs of a decision.
//!
//! A test may leave out what does not matter to it. What is neither given nor has a default is missing, and *lacking*
//! where its type says that it is always there: whoever reads it has no answer.

use crate::behaviour::{Customer, Event};
use crate::engine::{Inner, inputs_of_nobody};
use crate::eval::{Inputs, Teller};
use crate::hir::{Input, InputId, Program, Root, TestCase, Ty};
use crate::value::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// Inputs, and which of them should be there but are not.
pub(super) struct Given {
    pub(super) inputs: Inputs,
    pub(super) lacking: HashSet<InputId>,
}

/// The facts of a case, the uppermost layer winning; of a record only whether it is there.
pub(super) fn facts(program: &Program, case: &TestCase) -> Vec<Option<Value>> {
    let layers = &program.tests().layers;
    let mut stack = Vec::new();
    let mut next = case.given;
    while let Some(layer) = next.and_then(|place| layers.get(place)) {
        stack.push(layer);
        next = layer.below;
    }
    let mut values: Vec<Option<Value>> = vec![None; program.inputs().len()];
    for fact in stack.iter().rev().flat_map(|layer| &*layer.facts) {
        let around = program.input(fact.input).parent;
        stand(program, &mut values, around);
        if fact.value == Value::Missing {
            forget(program, &mut values, fact.input);
        }
        set(&mut values, fact.input, fact.value.clone());
    }
    if let (Some(now), Some(instant)) = (program.now(), case.now) {
        set(&mut values, now, Value::Int(instant));
    }
    values
}

fn set(values: &mut [Option<Value>], input: InputId, value: Value) {
    if let Some(place) = values.get_mut(input.index()) {
        *place = Some(value);
    }
}

/// A fact within records says that they are there.
fn stand(program: &Program, values: &mut [Option<Value>], mut around: Option<InputId>) {
    while let Some(record) = around {
        set(values, record, Value::Bool(true));
        around = program.input(record).parent;
    }
}

/// What is not there has no fields.
fn forget(program: &Program, values: &mut [Option<Value>], record: InputId) {
    let mut open = program.input(record).children.clone();
    while let Some(input) = open.pop() {
        if let Some(place) = values.get_mut(input.index()) {
            *place = None;
        }
        open.extend(&program.input(input).children);
    }
}

/// The events of a case.
pub(super) fn events(inner: &Inner, case: &TestCase) -> Arc<dyn Teller> {
    let (first, count) = case.events;
    let all = &inner.schema.program.tests().events;
    let events = all.get(first..first.saturating_add(count)).unwrap_or(&[]);
    let events = events.iter().map(|event| Event {
        ty: event.ty,
        id: event.id.clone(),
        at: event.at,
        seq: event.seq,
        channel: event.channel,
        device: event.device.clone(),
        fields: event.fields.clone(),
    });
    teller(inner, events)
}

/// Who tells of these events.
pub(super) fn teller(inner: &Inner, events: impl Iterator<Item = Event>) -> Arc<dyn Teller> {
    let mut customer = Customer::new(inner.graph.events(), Some(inner.plan()));
    for event in events {
        customer.add(&event);
    }
    Arc::new(customer)
}

/// Inputs with these values; what is not given has its default. Of a record any value but missing says that it is there.
pub(super) fn assemble(inner: &Inner, values: &[Option<Value>]) -> Given {
    let program = &*inner.schema.program;
    let mut given = Given {
        inputs: inputs_of_nobody(&inner.graph),
        lacking: HashSet::new(),
    };
    let mut there = vec![false; program.inputs().len()];
    for (input, number) in program.inputs().iter().zip(0..) {
        let id = InputId(number);
        let inside = input
            .parent
            .is_none_or(|p| there.get(p.index()) == Some(&true));
        let value = values.get(id.index()).and_then(Option::as_ref);
        if !inside {
            continue;
        }
        if let Ty::Record(_) = input.ty.present() {
            let given_there = value.is_some_and(|v| *v != Value::Missing);
            let present = !input.ty.is_optional() || given_there;
            given.inputs.set_present(id, present);
            if let Some(place) = there.get_mut(id.index()) {
                *place = present;
            }
            continue;
        }
        match value.or(input.default.as_ref()) {
            Some(value) => given.inputs.set_value(id, value),
            None if needed(input) => {
                given.lacking.insert(id);
            }
            None => {}
        }
    }
    given
}

fn needed(input: &Input) -> bool {
    !input.ty.is_optional() || input.root == Root::Now
}
