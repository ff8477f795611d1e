//! Histories of the declared event types, around the instant of the decision.

use super::constants::{Constants, within};
use super::values::{DAY, Values, spans};
use crate::behaviour::{Event, PLACES};
use crate::hir::{Program, Ty};
use crate::value::{Value, calendar};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::sync::Arc;

/// So many events at most.
const MOST: usize = 12;

/// An event whose instant is said in terms of others.
#[derive(Clone, Debug)]
pub(super) struct Made {
    ty: u32,
    when: When,
    seq: u64,
    channel: Option<u32>,
    device: bool,
    fields: Vec<Value>,
}

/// When an event was.
#[derive(Clone, Copy, Debug)]
enum When {
    /// So long before the decision; a few are behind it.
    Ago(i64),
    /// So long before the event before this one in the list.
    Before(i64),
    At(i64),
}

/// Histories of a program's event types; empty ones where it has none.
pub(super) fn histories(program: &Program, constants: &Constants) -> BoxedStrategy<Vec<Made>> {
    let values = Values { program, constants };
    let types = program.events().iter().zip(0..);
    let events: Vec<_> = types
        .map(|(event, ty)| {
            let fields = program.record(event.record).fields.iter();
            let fields: Vec<_> = fields.map(|f| values.item(&f.ty, f.range, 0)).collect();
            (Just(ty), fields).boxed()
        })
        .collect();
    if events.is_empty() {
        return Just(Vec::new()).boxed();
    }
    let channel = match channels(program) {
        0 => Just(None).boxed(),
        count => prop_oneof![1 => Just(None), 4 => (0..count).prop_map(Some)].boxed(),
    };
    let rest = (
        prop::sample::select(vec![0, 0, 0, 1, 2]),
        channel,
        any::<bool>(),
    );
    let event = (
        proptest::strategy::Union::new(events),
        instants(constants),
        rest,
    );
    let made = event.prop_map(|((ty, fields), when, (seq, channel, device))| Made {
        ty,
        when,
        seq,
        channel,
        device,
        fields,
    });
    prop::collection::vec(made, 0..=MOST).boxed()
}

fn channels(program: &Program) -> u32 {
    let inputs = program.inputs().iter();
    let mut channel = inputs.filter(|i| i.path == "touchpoint.channel");
    match channel.next().map(|input| input.ty.present()) {
        Some(Ty::Enum(id)) if program.has_channels() => {
            u32::try_from(program.enumeration(*id).members.len()).unwrap_or(0)
        }
        _ => 0,
    }
}

/// When events were: by the lengths of time and the instants that rules compare with, and by any others.
fn instants(constants: &Constants) -> BoxedStrategy<When> {
    let ints = |ty: Ty, unit: i64| -> Vec<i64> {
        let values = constants.of_type(&ty, None).into_iter();
        let ints = values.filter_map(|value| match value {
            Value::Int(n) => n.checked_mul(unit),
            _ => None,
        });
        ints.collect()
    };
    let any_length = spans().prop_map(|value| match value {
        Value::Int(ms) => ms,
        _ => 0,
    });
    let lengths = ints(Ty::Duration, 1);
    let lengths = match lengths.is_empty() {
        true => any_length.boxed(),
        false => prop_oneof![1 => any_length, 2 => prop::sample::select(lengths)].boxed(),
    };
    let relative = prop_oneof![
        4 => lengths.clone().prop_map(When::Ago),
        4 => lengths.clone().prop_map(When::Before),
        1 => (0..5 * DAY).prop_map(|ms| When::Ago(-ms)),
        1 => Just(When::Before(0)),
    ];
    let mut absolute = ints(Ty::DateTime, 1);
    absolute.extend(ints(Ty::Date, DAY));
    match absolute.is_empty() {
        true => relative.boxed(),
        false => prop_oneof![
            2 => relative,
            1 => prop::sample::select(absolute).prop_map(When::At),
        ]
        .boxed(),
    }
}

/// The events that were made, for a decision at an instant: those that fit the calendar and their declarations.
pub(super) fn placed(program: &Program, made: Vec<Made>, now: i64) -> impl Iterator<Item = Event> {
    let mut before = now;
    let placed = made.into_iter().zip(1..).map(move |(made, number)| {
        let at = match made.when {
            When::Ago(ms) => now.saturating_sub(ms),
            When::Before(ms) => before.saturating_sub(ms),
            When::At(at) => at,
        };
        before = at;
        Event {
            ty: made.ty,
            id: format!("event {number:04}").into(),
            at,
            seq: made.seq,
            channel: made.channel,
            device: made.device.then(|| Arc::from("device")),
            fields: made.fields,
        }
    });
    placed.filter(move |event| calendar::is_instant(event.at) && fits(program, event))
}

/// Whether the numbers of an event are such that sums of them are exact.
fn fits(program: &Program, event: &Event) -> bool {
    let types = program.events();
    let record = types
        .get(event.ty as usize)
        .map(|e| program.record(e.record));
    let fields = record.map(|r| r.fields.as_slice()).unwrap_or_default();
    fields
        .iter()
        .zip(&event.fields)
        .all(|(field, value)| match value {
            Value::Decimal(number) => {
                let small = number.abs() < Decimal::from_i128_with_scale(10_i128.pow(19), 0);
                small && number.scale() <= PLACES && within(value, &field.ty, field.range)
            }
            _ => true,
        })
}
