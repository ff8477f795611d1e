//! The ways in which a host asks: contexts from JSON (whole or in two parts) and through serde, frames by slots or
//! through serde; decisions on contexts and in frames. All of them must answer alike.

use super::generate::Brought;
use super::given::Given;
use super::number;
use super::reference::{Failure, Overflow};
use super::run::Seen;
use pervade::internals::hir::{Input, Root, Ty};
use pervade::{Anything, Context, Decimal, Error, ErrorKind, Frame, Member, Ruleset};
use serde_json::Value as Json;

/// A context, each time in another way.
pub fn context(rules: &Ruleset, number: usize, brought: &Brought) -> Result<Context, Error> {
    let builder = rules.context();
    let (context, touchpoint) = (&brought.context, &brought.touchpoint);
    let given = |fields: &Given| *fields != Given::Record(vec![]);
    if rules.program().now().is_some() || number.is_multiple_of(3) {
        return builder.json(&whole(rules, brought))?.build();
    }
    match number % 3 {
        1 if given(touchpoint) => builder
            .facts_json(&context.json())?
            .touchpoint_json(&touchpoint.json())?
            .build(),
        1 => builder.facts_json(&context.json())?.build(),
        _ if given(touchpoint) => builder.facts(context)?.touchpoint(touchpoint)?.build(),
        _ => builder.facts(context)?.build(),
    }
}

/// Everything as one JSON text.
fn whole(rules: &Ruleset, brought: &Brought) -> String {
    let Given::Record(mut fields) = brought.context.clone() else {
        panic!("a context is a record");
    };
    if brought.touchpoint != Given::Record(vec![]) {
        fields.push(("touchpoint".to_owned(), brought.touchpoint.clone()));
    }
    if rules.program().now().is_some() {
        fields.push(("now".to_owned(), Given::Instant(brought.now)));
    }
    Given::Record(fields).json()
}

/// The same in a frame that has been used before.
pub fn fill(
    rules: &Ruleset,
    frame: &mut Frame,
    number: usize,
    brought: &Brought,
) -> Result<(), Error> {
    let (context, touchpoint) = (&brought.context, &brought.touchpoint);
    frame.clear();
    if rules.program().now().is_some() {
        return frame.json(&whole(rules, brought));
    }
    if number.is_multiple_of(2) {
        frame.facts(context)?;
        if *touchpoint != Given::Record(vec![]) {
            frame.touchpoint(touchpoint)?;
        }
        return Ok(());
    }
    for input in rules
        .program()
        .inputs()
        .iter()
        .filter(|i| i.parent.is_none())
    {
        let root = if input.root == Root::Context {
            context
        } else {
            touchpoint
        };
        if let Some(given) = root.field(&input.name) {
            set(rules, frame, input, given)?;
        }
    }
    Ok(())
}

/// Sets one field by its slot, a record field by field.
fn set(rules: &Ruleset, frame: &mut Frame, input: &Input, given: &Given) -> Result<(), Error> {
    let path = input.path.as_str();
    match (input.ty.present(), given) {
        (Ty::Bool, Given::Bool(b)) => frame.set(&rules.slot::<bool>(path)?, *b),
        (Ty::Int, Given::Int(n)) => frame.set(&rules.slot::<i64>(path)?, *n),
        (Ty::Decimal, Given::Int(n)) => frame.set(&rules.slot::<Decimal>(path)?, Decimal::from(*n)),
        (Ty::Decimal, Given::Decimal(d, _)) => {
            let exact = Decimal::from_str_exact(&number::print(d)).expect("a decimal");
            frame.set(&rules.slot::<Decimal>(path)?, exact)
        }
        (Ty::Text, Given::Text(text)) => frame.set(&rules.slot::<str>(path)?, text),
        (Ty::Enum(e), Given::Member(name)) => {
            let member = rules.member(&rules.program().enumeration(*e).name, name)?;
            frame.set(&rules.slot::<Member>(path)?, member)
        }
        (Ty::Record(_), Given::Record(fields)) if !fields.is_empty() => {
            let mut some = false;
            for child in &input.children {
                let child = rules.program().input(*child);
                if let Some(given) = given.field(&child.name) {
                    set(rules, frame, child, given)?;
                    some = true;
                }
            }
            if some {
                Ok(())
            } else {
                frame.set_data(&rules.slot::<Anything>(path)?, given)
            }
        }
        _ => frame.set_data(&rules.slot::<Anything>(path)?, given),
    }
}

/// Decides on a context.
pub fn decide(
    rules: &Ruleset,
    name: &str,
    context: &Context,
) -> Result<Result<Seen, Failure>, String> {
    let decider = rules.decision::<Json>(name).map_err(|e| e.to_string())?;
    let decision = match decider.decide(context) {
        Ok(decision) => decision,
        Err(error) => return failure(&error).map(Err),
    };
    Ok(Ok(Seen {
        value: decision.value().clone(),
        label: decision.label().map(str::to_owned),
        labels: Some(decision.labels().to_vec()),
        because: decision.because().map(str::to_owned),
        depends_on: Some(
            decision
                .depends_on()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        ),
    }))
}

/// Decides in a frame.
pub fn decide_in(
    rules: &Ruleset,
    name: &str,
    frame: &mut Frame,
) -> Result<Result<Seen, Failure>, String> {
    let decider = rules.decision::<Json>(name).map_err(|e| e.to_string())?;
    let outcome = match decider.decide_in(frame) {
        Ok(outcome) => outcome,
        Err(error) => return failure(&error).map(Err),
    };
    let serialised = serde_json::to_value(&outcome).map_err(|e| e.to_string())?;
    Ok(Ok(Seen {
        value: serialised["value"].clone(),
        label: outcome.label(),
        labels: None,
        because: outcome.because().map(str::to_owned),
        depends_on: None,
    }))
}

/// The overflow that an error tells of.
pub fn failure(error: &Error) -> Result<Failure, String> {
    match error.kind() {
        ErrorKind::Evaluation { what, span, .. } => {
            let kind = match what {
                what if what.contains(" int ") => Overflow::Int,
                what if what.contains(" years ") => Overflow::Calendar,
                _ => Overflow::Decimal,
            };
            Ok(Failure { kind, span: *span })
        }
        _ => Err(format!("an error that no evaluation has: {error}")),
    }
}
