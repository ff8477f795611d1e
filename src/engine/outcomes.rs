//! [`OutcomeEvent`]: what became of a chosen action, as the event to be recorded.

use super::arbitration::withholding;
use super::ruleset::Inner;
use crate::error::Error;
use crate::eval::{Inputs, View};
use crate::hir::{DefId, DefKind, Ty};
use crate::value::calendar::ShowDatetime;
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use std::fmt::Display;

/// What may become of a chosen action.
///
/// ```
/// use pervade::OutcomeKind;
/// assert_eq!(OutcomeKind::Accepted.word(), "accepted");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum OutcomeKind {
    /// It was shown.
    Offered,
    /// The customer took it.
    Accepted,
    /// The customer did not want it.
    Declined,
    /// The customer did nothing about it for some time.
    Ignored,
}

impl OutcomeKind {
    /// The event type that tells it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            OutcomeKind::Offered => "offered",
            OutcomeKind::Accepted => "accepted",
            OutcomeKind::Declined => "declined",
            OutcomeKind::Ignored => "ignored",
        }
    }
}

/// What became of a chosen action: the event that is recorded among the customer's events, so that policies and behaviours
/// count it. From [`Decision::outcome`](crate::Decision::outcome); goes into a [`History`](crate::History) or
/// [`Profile`](crate::Profile) as it is, or as JSON.
///
/// Its id follows from the decision alone (next best action, action, instant, for an offer the channel), so that recording it
/// twice records it once, from whichever channel. `offer` of the others is the id of the offer they answer. Within one customer
/// that is enough; where ids meet those of other customers (an event store, two customers who turn out to be one),
/// [`OutcomeEvent::of`] says whose it is.
///
/// ```
/// use pervade::{OutcomeKind, Ruleset};
/// let rules = Ruleset::from_text(
///     "ruleset demo
///      touchpoint { channel: enum { web, kiosk } }
///      issue sales
///      group sales.snacks
///      action popcorn in sales.snacks { value 2 }
///      policy gentle { at most 1 of each action per 7 days }
///      next_best_action home { choose from all rank by value }",
/// )?;
/// let home = rules.decision::<serde_json::Value>("home")?;
/// let mut history = rules.history();
/// let context = |at: &str, history: &pervade::History| {
///     let context = rules.context().now(at.parse().unwrap()).history(history);
///     context.touchpoint_json(r#"{ "channel": "kiosk" }"#)?.build()
/// };
/// let decision = home.decide(&context("2026-03-06T18:00:00Z", &history)?)?;
/// assert_eq!(decision.labels(), ["popcorn"]);
///
/// let offered = decision.outcome("popcorn", OutcomeKind::Offered)?;
/// history.add(&offered)?;
/// history.add(&offered)?; // the same once more changes nothing
/// let accepted = decision.outcome("popcorn", OutcomeKind::Accepted)?;
/// history.add(&accepted.at("2026-03-06T18:02:00Z".parse().unwrap()))?;
///
/// let later = home.decide(&context("2026-03-07T18:00:00Z", &history)?)?;
/// assert!(later.labels().is_empty());
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OutcomeEvent {
    /// The same for the same outcome of the same decision.
    pub id: String,
    /// The event type: `offered`, `accepted`, `declined`, `ignored`.
    #[serde(rename = "type")]
    pub event_type: &'static str,
    /// When: the instant of the decision, unless it is given another.
    #[serde(serialize_with = "instant")]
    pub at: DateTime<Utc>,
    /// On which channel: that of the decision, unless it is given another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The action.
    pub action: String,
    /// The path of its group.
    pub group: String,
    /// Whether the action is transactional: policies do not count it.
    pub transactional: bool,
    /// The id of the offer that this answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
}

fn instant<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&ShowDatetime(at.timestamp_millis()))
}

impl OutcomeEvent {
    /// The same at another instant: when the customer accepted, or when nothing had come for so long that it counts as
    /// ignored. The id stays.
    #[must_use]
    pub fn at(mut self, instant: DateTime<Utc>) -> Self {
        self.at = instant;
        self
    }

    /// The same with the customer in its ids, so that they are unique among all customers: two who are decided on at one instant
    /// have the same otherwise.
    ///
    /// ```
    /// # use pervade::{OutcomeKind, Ruleset};
    /// # let rules = Ruleset::from_text(
    /// #     "ruleset demo
    /// #      issue sales
    /// #      group sales.snacks
    /// #      action popcorn in sales.snacks { value 2 }
    /// #      policy gentle { at most 1 per 7 days }
    /// #      next_best_action home { choose from all rank by value }",
    /// # )?;
    /// # let context = rules.context().now("2026-03-06T18:00:00Z".parse().unwrap());
    /// # let context = context.history(&rules.history()).build()?;
    /// # let decision = rules.decision::<serde_json::Value>("home")?.decide(&context)?;
    /// let offered = decision.outcome("popcorn", OutcomeKind::Offered)?.of("c-17");
    /// assert_eq!(offered.id, "c-17/home/popcorn/2026-03-06T18:00:00Z/offered");
    /// let declined = decision.outcome("popcorn", OutcomeKind::Declined)?.of("c-17");
    /// assert_eq!(declined.offer, Some(offered.id));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn of(mut self, customer: impl Display) -> Self {
        self.id = format!("{customer}/{}", self.id);
        self.offer = self.offer.map(|offer| format!("{customer}/{offer}"));
        self
    }

    /// The same on another channel: where the customer accepted. The id stays.
    #[must_use]
    pub fn on(mut self, channel: impl Into<String>) -> Self {
        self.channel = Some(channel.into());
        self
    }
}

/// What became of an action that a decision chose.
///
/// # Errors
/// The decision does not choose among actions, or did not choose this one; it was made without an instant; an offer is withheld
/// on the channel.
pub(super) fn outcome(
    inner: &Inner,
    inputs: &Inputs,
    (def, chosen): (DefId, &[String]),
    action: &str,
    kind: OutcomeKind,
) -> Result<OutcomeEvent, Error> {
    let program = &inner.schema.program;
    let definition = program.def(def);
    let refuse = |message: String| Err(Error::handle(&definition.name, message));
    let DefKind::NextBestAction(choice) = &definition.kind else {
        return refuse("it does not choose among actions: only next best actions do".to_owned());
    };
    let mut candidates = choice.candidates.iter().map(|c| &c.action);
    let known = candidates.find(|candidate| candidate.name == action);
    let Some(known) = known.filter(|_| chosen.iter().any(|name| name == action)) else {
        let chosen = match chosen {
            [] => "it chose nothing".to_owned(),
            some => format!("it chose {}", some.join(", ")),
        };
        return refuse(format!("it did not choose `{action}`: {chosen}"));
    };
    if inner.graph.now().is_none() {
        return refuse(
            "nothing in the rules asks for the time or for events, so outcomes have no instant"
                .to_owned(),
        );
    }
    let Some(at) = DateTime::from_timestamp_millis(inputs.now()) else {
        return refuse("its instant lies outside the calendar".to_owned());
    };
    let channel = inner.schema.path("touchpoint.channel").and_then(|input| {
        let (View::Member(member), Ty::Enum(id)) =
            (inputs.get(input), program.input(input).ty.present())
        else {
            return None;
        };
        let members = &program.enumeration(*id).members;
        members.get(member as usize).cloned()
    });
    let own = format!(
        "{}/{action}/{}",
        definition.name,
        ShowDatetime(inputs.now())
    );
    let offered = match &channel {
        Some(channel) => format!("{own}/offered/{channel}"),
        None => format!("{own}/offered"),
    };
    let is_offer = kind == OutcomeKind::Offered;
    if is_offer && let Some(withheld) = withholding(inner, inputs, (def, choice), chosen, action)? {
        return refuse(format!(
            "`{action}` is not offered here: it is withheld by {withheld}"
        ));
    }
    Ok(OutcomeEvent {
        id: match is_offer {
            true => offered.clone(),
            false => format!("{own}/{}", kind.word()),
        },
        event_type: kind.word(),
        at,
        channel,
        action: action.to_owned(),
        group: program.group(known.group).name.clone(),
        transactional: known.transactional,
        offer: (!is_offer).then_some(offered),
    })
}
