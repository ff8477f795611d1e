//! [`Arbitration`]: what a next best action made of each of its actions.

mod delivery;
mod judged;

use super::output::{Typed, read};
use crate::error::Error;
use crate::eval;
use crate::hir::{Program, Stage, Ty};
use crate::value::Value;
use crate::value::calendar::ShowDatetime;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

pub(super) use delivery::withholding;
pub(crate) use delivery::{channel, reads_of_delivery};
pub(crate) use judged::arbitrate;

/// What a next best action made of each of its actions: those it chose, the best first, with every factor of their
/// priority and their treatment for the touchpoint; and the others, each with where it fell out, and why. From
/// [`Decision::arbitration`](crate::Decision::arbitration). Displayed it has a line for each action, as people read it;
/// serialised it has all.
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      context { tier: enum { guest, member } calm: bool }
///      touchpoint { channel: enum { web, kiosk } }
///      issue sales { lever +10% }
///      group sales.tickets { lever +20% }
///      action family_ticket in sales.tickets {
///          eligible   when tier != guest
///          propensity 0.2
///          value      8.00
///          lever      +25%
///          treatment for channel == kiosk { headline: \"Scan me\" }
///          treatment otherwise            { headline: \"Bring everyone\" }
///      }
///      action popcorn in sales.tickets { suitable when calm propensity 0.5 value 2 }
///      next_best_action home {
///          choose from sales.*
///          rank by propensity * value * lever
///      }",
/// )?;
/// let home = rules.decision::<serde_json::Value>("home")?;
/// let context = rules.context()
///     .json(r#"{ "tier": "member", "calm": false }"#)?
///     .touchpoint_json(r#"{ "channel": "kiosk" }"#)?
///     .build()?;
/// let arbitration = home.decide(&context)?.arbitration()?;
///
/// let ticket = &arbitration.chosen()[0];
/// assert_eq!(ticket.action(), "family_ticket");
/// assert_eq!(ticket.priority().to_string(), "2.48"); // 0.2 * 8 * (1 + 10% + 20% + 25%)
/// assert_eq!(ticket.factors().lever.unwrap().to_string(), "1.55");
/// let shown = ticket.treatment::<std::collections::HashMap<String, String>>()?;
/// assert_eq!(shown.unwrap()["headline"], "Scan me");
///
/// let popcorn = &arbitration.rejected()[0];
/// assert_eq!(popcorn.stage(), pervade::Stage::Suitable);
/// assert_eq!(popcorn.to_string(), "`popcorn` is not suitable: `calm` does not hold (calm is false)");
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Arbitration {
    chosen: Vec<Chosen>,
    rejected: Vec<Rejected>,
}

impl Arbitration {
    /// The chosen actions, the best first: those of the decision's value.
    #[must_use]
    pub fn chosen(&self) -> &[Chosen] {
        &self.chosen
    }

    /// The other actions: those that qualify first, in the order of their rank, then those that do not, as declared.
    #[must_use]
    pub fn rejected(&self) -> &[Rejected] {
        &self.rejected
    }
}

/// The numbers by which an action is ranked, where the ranking reads them.
///
/// See [`Arbitration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Factors {
    /// How likely they accept.
    pub propensity: Option<Decimal>,
    /// What it is worth.
    pub value: Option<Decimal>,
    /// 1, and what the weights add whose conditions hold.
    pub weight: Option<Decimal>,
    /// 1, and what issue, group and action add.
    pub lever: Option<Decimal>,
}

impl Factors {
    fn named(&self) -> [(&'static str, Option<Decimal>); 4] {
        [
            ("propensity", self.propensity),
            ("value", self.value),
            ("weight", self.weight),
            ("lever", self.lever),
        ]
    }
}

/// A chosen action.
///
/// See [`Arbitration`].
#[derive(Clone)]
pub struct Chosen {
    program: Arc<Program>,
    action: String,
    group: String,
    priority: Decimal,
    factors: Factors,
    /// Of the type that the treatments of all candidates have in common.
    treatment: Value,
    ty: Ty,
    withheld: Option<Withheld>,
}

/// Why a chosen action is not to be delivered on the touchpoint's channel for now: it stays chosen and keeps its place,
/// and is not recorded as offered.
///
/// See [`Chosen::withheld`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Withheld {
    /// The clauses of policies that bind it, in the author's text.
    pub by: Vec<String>,
    /// When none of them does any more if nothing happens; `None` where time alone never ends it.
    #[serde(serialize_with = "instant")]
    pub until: Option<DateTime<Utc>>,
}

impl Display for Withheld {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.by.join("` and `"))?;
        match self.until {
            Some(until) => write!(f, " until {}", ShowDatetime(until.timestamp_millis())),
            None => Ok(()),
        }
    }
}

fn instant<S: Serializer>(at: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => serializer.collect_str(&ShowDatetime(at.timestamp_millis())),
        None => serializer.serialize_none(),
    }
}

impl Chosen {
    /// The action's name.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The path of its group: `sales.tickets`.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// By what it was ranked.
    #[must_use]
    pub fn priority(&self) -> Decimal {
        self.priority
    }

    /// What its priority is made of.
    #[must_use]
    pub fn factors(&self) -> Factors {
        self.factors
    }

    /// Why it is not to be delivered on the touchpoint's channel for now, and until when; `None` where it may be.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo
    ///      timezone \"Europe/London\"
    ///      touchpoint { channel: enum { web, push } }
    ///      issue sales
    ///      group sales.snacks
    ///      action popcorn in sales.snacks { value 2 }
    ///      policy gentle { withhold on push when time in 21:00..08:00 }
    ///      next_best_action home { choose from all rank by value }",
    /// )?;
    /// let home = rules.decision::<serde_json::Value>("home")?;
    /// let context = rules.context()
    ///     .now("2026-03-06T23:00:00Z".parse().unwrap())
    ///     .touchpoint_json(r#"{ "channel": "push" }"#)?
    ///     .history(&rules.history())
    ///     .build()?;
    /// let arbitration = home.decide(&context)?.arbitration()?;
    /// let withheld = arbitration.chosen()[0].withheld().unwrap();
    /// assert_eq!(withheld.by, ["withhold on push when time in 21:00..08:00"]);
    /// assert_eq!(withheld.until, Some("2026-03-07T08:00:00Z".parse().unwrap()));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn withheld(&self) -> Option<&Withheld> {
        self.withheld.as_ref()
    }

    /// How it is shown on the touchpoint of the context; `None` where the action has no treatments. Fields that not all
    /// treatments of the next best action have are optional.
    ///
    /// # Errors
    /// The type does not take what the treatment holds.
    pub fn treatment<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        if self.treatment == Value::Missing {
            return Ok(None);
        }
        let view = eval::View::of(&self.treatment);
        let read = read(&self.program, &self.ty, view).map(Some);
        read.map_err(|misfit| Error::handle(&self.action, format!("its treatment: {misfit}")))
    }
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.action, self.priority)
    }
}

/// An action that is not chosen.
///
/// See [`Arbitration`].
#[derive(Clone, Debug)]
pub struct Rejected {
    action: String,
    group: String,
    stage: Stage,
    /// The condition that does not hold.
    condition: Option<String>,
    /// What it looked at.
    with: Vec<String>,
    /// By what it was ranked, where it qualifies.
    priority: Option<Decimal>,
    /// What keeps it out, where it qualifies.
    bound: Option<String>,
    /// The policy that binds it.
    policy: Option<Withheld>,
}

impl Rejected {
    /// The action's name.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The path of its group: `sales.tickets`.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// Where it fell out.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The condition at which it fell out, in the author's text: of those joined by `and` the first that does not hold.
    /// `None` where it qualifies.
    #[must_use]
    pub fn condition(&self) -> Option<&str> {
        self.condition.as_deref()
    }

    /// By what it was ranked, where it qualifies.
    #[must_use]
    pub fn priority(&self) -> Option<Decimal> {
        self.priority
    }

    /// The clauses of policies that bind it, and until when they do if nothing happens. `None` where it fell out
    /// otherwise.
    #[must_use]
    pub fn policy(&self) -> Option<&Withheld> {
        self.policy.as_ref()
    }
}

/// Says where it fell out, and why: a sentence without its full stop.
impl Display for Rejected {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ", self.action)?;
        f.write_str(match self.stage {
            Stage::Eligible => "is not eligible",
            Stage::Applicable => "is not applicable",
            Stage::Suitable => "is not suitable",
            Stage::Valid => "is not valid now",
            Stage::Touchpoint => "is not for this touchpoint",
            Stage::HoldOut | Stage::Policy | Stage::Rank => "qualifies",
        })?;
        if let Some(condition) = &self.condition {
            write!(f, ": `{condition}` does not hold")?;
        }
        if !self.with.is_empty() {
            write!(f, " ({})", self.with.join(", "))?;
        }
        match (&self.bound, &self.policy) {
            (Some(bound), _) => write!(f, ", but {bound}"),
            (None, Some(policy)) => write!(f, ", but is bound by {policy}"),
            (None, None) => Ok(()),
        }
    }
}

/// So many actions that are not chosen are told one by one.
const MOST_TOLD: usize = 20;

/// One line for each action: the chosen ones with their priority and its factors, then why the others are not.
impl Display for Arbitration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (chosen, place) in self.chosen.iter().zip(1..) {
            writeln!(f, "  {place}. {chosen}")?;
        }
        if self.rejected.is_empty() {
            return Ok(());
        }
        writeln!(f, "Not chosen:")?;
        for rejected in self.rejected.iter().take(MOST_TOLD) {
            writeln!(f, "  {rejected}.")?;
        }
        match self.rejected.len().checked_sub(MOST_TOLD) {
            Some(more @ 1..) => writeln!(f, "  and {more} more."),
            _ => Ok(()),
        }
    }
}

/// Its priority, and what that is made of.
impl Display for Chosen {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` with priority {}", self.action, self.priority)?;
        let mut between = ": ";
        for (name, factor) in self.factors.named() {
            if let Some(factor) = factor {
                write!(f, "{between}{name} {factor}")?;
                between = ", ";
            }
        }
        match &self.withheld {
            Some(withheld) => write!(f, "; not delivered here: {withheld}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Arbitration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Arbitration", 2)?;
        out.serialize_field("chosen", &self.chosen)?;
        out.serialize_field("rejected", &self.rejected)?;
        out.end()
    }
}

impl Serialize for Factors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Factors", 4)?;
        for (name, factor) in self.named() {
            match factor {
                Some(factor) => out.serialize_field(name, &factor.to_string())?,
                None => out.skip_field(name)?,
            }
        }
        out.end()
    }
}

impl Serialize for Chosen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Chosen", 6)?;
        out.serialize_field("action", &self.action)?;
        out.serialize_field("group", &self.group)?;
        out.serialize_field("priority", &self.priority.to_string())?;
        out.serialize_field("factors", &self.factors)?;
        let treatment = Typed {
            program: &self.program,
            ty: &self.ty,
            view: eval::View::of(&self.treatment),
        };
        out.serialize_field("treatment", &treatment)?;
        match &self.withheld {
            Some(withheld) => out.serialize_field("withheld", withheld)?,
            None => out.skip_field("withheld")?,
        }
        out.end()
    }
}

impl Serialize for Rejected {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Rejected", 4)?;
        out.serialize_field("action", &self.action)?;
        out.serialize_field("group", &self.group)?;
        out.serialize_field("stage", self.stage.word())?;
        out.serialize_field("reason", &self.to_string())?;
        out.end()
    }
}
