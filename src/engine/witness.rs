//! The events that prove what a decision found among a customer's events.

use super::ruleset::Inner;
use crate::eval::{self, Event, Inputs, Recording, Scratch, Witnesses};
use crate::explain::one_line;
use crate::hir::{DefId, Ty};
use crate::value::calendar::ShowDatetime;
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

/// So many events are named for each question.
pub(crate) const MOST: usize = 8;

/// A question about events that a decision asked, and the events that prove its answer. From
/// [`Decision::witnesses`](crate::Decision::witnesses).
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      event visit { page: string }
///      behaviour pricey = count visit where (page == \"prices\") in last 7 days >= 1",
/// )?;
/// let mut history = rules.history();
/// history.add_json(r#"{ "id": "a1", "type": "visit", "at": "2026-03-01T10:00:00Z", "page": "home" }"#)?;
/// history.add_json(r#"{ "id": "a2", "type": "visit", "at": "2026-03-02T10:00:00Z", "page": "prices" }"#)?;
/// let now = "2026-03-04T00:00:00Z".parse().unwrap();
/// let context = rules.context().now(now).history(&history).build()?;
/// let witnesses = rules.decision::<bool>("pricey")?.decide(&context)?.witnesses();
/// assert_eq!(witnesses.len(), 1);
/// assert_eq!(witnesses[0].definition, "pricey");
/// assert_eq!(witnesses[0].events[0].id, "a2");
/// assert_eq!(witnesses[0].events[0].event_type, "visit");
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Witness {
    /// The behaviour, journey or other definition that asked.
    pub definition: String,
    /// The question, as it is written.
    pub question: String,
    /// The events that prove the answer, the newest first; those that led to the stage of a journey in their order. None
    /// where the answer is that there is nothing. At most 8.
    pub events: Vec<WitnessEvent>,
    /// How many older events prove it besides.
    pub more: usize,
}

/// An event that proves an answer. Of what it holds nothing is told, which may be sensitive.
///
/// See [`Witness`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WitnessEvent {
    /// Its id.
    pub id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When it was.
    #[serde(serialize_with = "instant")]
    pub at: DateTime<Utc>,
    /// On which channel, if it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// On which device, if it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

fn instant<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&ShowDatetime(at.timestamp_millis()))
}

/// The events that witnesses are.
pub(crate) fn named(inner: &Inner, inputs: &Inputs, of: &Witnesses) -> Vec<WitnessEvent> {
    let Some(teller) = inputs.teller() else {
        return Vec::new();
    };
    let program = &*inner.schema.program;
    let channel = |member: u32| {
        let input = program.input_of("touchpoint.channel")?;
        match program.input(input).ty.present() {
            Ty::Enum(id) => program.enumeration(*id).members.get(member as usize),
            _ => None,
        }
    };
    let events = of
        .events
        .iter()
        .filter_map(|event| teller.named(event.ty, event.row));
    let named = events.map(|event| WitnessEvent {
        id: (*event.id).to_owned(),
        event_type: match program.events().get(event.ty as usize) {
            Some(declared) => declared.name.clone(),
            None => String::new(),
        },
        at: DateTime::from_timestamp_millis(event.at).unwrap_or_default(),
        channel: event.channel.and_then(channel).cloned(),
        device: event.device.map(|device| (*device).to_owned()),
    });
    named.collect()
}

/// Decides again, and says what each question about events was answered by.
pub(super) fn witnesses(
    inner: &Inner,
    def: DefId,
    inputs: &Inputs,
    scratch: &mut Scratch,
) -> Vec<Witness> {
    let mut recording = Recording::proving(MOST);
    // An overflow ends it; what was asked before was asked.
    let _ = eval::decide(&inner.graph, inputs, scratch, def, &mut recording);
    let mut open = Vec::new();
    let mut found: Vec<Witness> = Vec::new();
    for event in recording.events {
        match event {
            Event::Enter(def) => open.push(def),
            Event::Leave(..) => drop(open.pop()),
            Event::Asked(place) => {
                let asked = recording.asked.get(place as usize);
                let proof = asked.and_then(|a| recording.witnesses.get(a.witnesses as usize));
                let (Some(asked), Some(proof)) = (asked, proof) else {
                    continue;
                };
                let def = asked.within.or(open.last().copied()).unwrap_or(def);
                let span = inner.graph.span(asked.node);
                let witness = Witness {
                    definition: inner.def_name(def).to_owned(),
                    question: one_line(inner.sources.snippet(span)),
                    events: named(inner, inputs, proof),
                    more: proof.more,
                };
                if !found.contains(&witness) {
                    found.push(witness);
                }
            }
            _ => {}
        }
    }
    found
}
