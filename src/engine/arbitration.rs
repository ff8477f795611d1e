//! [`Arbitration`]: what a next best action made of each of its actions.
//!
//! It goes the way of the decision again, and notes how far every action comes; nothing of it costs the decision itself.

use super::decide::overflow;
use super::lease::MOST_ROUNDS;
use super::output::{Typed, read};
use super::ruleset::Inner;
use crate::error::Error;
use crate::eval::{self, Bound, Inputs, Judged, Ranked, Reads, Recording, Scratch, Verdict, View};
use crate::explain::{known, one_line, question};
use crate::graph::NodeId;
use crate::hir::{Candidate, Choice, DefId, DefKind, Program, Stage, Ty};
use crate::source::Span;
use crate::value::Value;
use crate::value::calendar::{self, ShowDatetime};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

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
    number: u32,
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

    /// Its place among the actions that are chosen from.
    pub(crate) fn number(&self) -> u32 {
        self.number
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

/// How a decision chooses among actions, if it does.
fn choice(inner: &Inner, def: DefId) -> Option<&Choice> {
    match &inner.schema.program.def(def).kind {
        DefKind::NextBestAction(choice) => Some(choice),
        _ => None,
    }
}

/// Goes through all actions of a next best action.
///
/// # Errors
/// The definition chooses no actions; arithmetic overflowed.
pub(crate) fn arbitrate(inner: &Inner, inputs: &Inputs, def: DefId) -> Result<Arbitration, Error> {
    inner.with_scratch(|scratch| arbitrated(inner, inputs, scratch, def))
}

fn arbitrated(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    def: DefId,
) -> Result<Arbitration, Error> {
    let Some(choice) = choice(inner, def) else {
        let message = "it does not choose among actions: only next best actions do";
        return Err(Error::handle(inner.def_name(def), message.to_owned()));
    };
    let graph = &inner.graph;
    let judged =
        eval::judge(graph, inputs, scratch, def).map_err(|fault| overflow(inner, def, fault))?;
    let chosen = judged.iter().filter(|j| j.verdict == Verdict::Chosen);
    let chosen: Vec<u32> = chosen.map(|one| one.number).collect();
    let mut treatments = Vec::new();
    for number in &chosen {
        let (shown, _) = eval::dress(graph, inputs, scratch, (def, *number))
            .map_err(|fault| overflow(inner, def, fault))?;
        treatments.push(scratch.view(graph, inputs, shown).to_value());
    }
    let withheld = withheld(inner, inputs, scratch, (def, choice), &chosen)?;
    let mut dressed = treatments.into_iter().zip(withheld);
    let ty = choice.treatment.map_or(Ty::Never, Ty::Record);
    let mut all = Arbitration {
        chosen: Vec::new(),
        rejected: Vec::new(),
    };
    for one in judged {
        let Some(candidate) = choice.candidates.get(one.number as usize) else {
            continue;
        };
        match (one.verdict, one.ranked) {
            (Verdict::Chosen, Some(ranked)) => {
                let (treatment, withheld) = dressed.next().unwrap_or((Value::Missing, None));
                all.chosen.push(Chosen {
                    program: Arc::clone(&inner.schema.program),
                    action: candidate.action.name.clone(),
                    group: group(inner, candidate),
                    priority: ranked.rank,
                    factors: factors(choice, candidate, ranked),
                    treatment,
                    ty: ty.clone(),
                    withheld,
                })
            }
            _ => {
                let before = chosen.get(..all.chosen.len()).unwrap_or_default();
                let of = (def, choice);
                all.rejected
                    .extend(rejected(inner, inputs, scratch, of, (one, before))?);
            }
        }
    }
    Ok(all)
}

fn group(inner: &Inner, candidate: &Candidate) -> String {
    let program = &inner.schema.program;
    program.group(candidate.action.group).name.clone()
}

fn factors(choice: &Choice, candidate: &Candidate, ranked: Ranked) -> Factors {
    let reads = &choice.factors;
    Factors {
        propensity: ranked.propensity,
        value: reads.value.map(|_| ranked.value),
        weight: ranked.weight,
        lever: reads.lever.map(|_| candidate.lever),
    }
}

fn rejected(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    (def, choice): (DefId, &Choice),
    (judged, before): (Judged, &[u32]),
) -> Result<Option<Rejected>, Error> {
    let Some(candidate) = choice.candidates.get(judged.number as usize) else {
        return Ok(None);
    };
    let mut rejected = Rejected {
        number: judged.number,
        action: candidate.action.name.clone(),
        group: group(inner, candidate),
        stage: Stage::Rank,
        condition: None,
        with: Vec::new(),
        priority: judged.ranked.map(|ranked| ranked.rank),
        bound: None,
        policy: None,
    };
    match judged.verdict {
        Verdict::Chosen => return Ok(None),
        Verdict::HeldOut(place) => {
            rejected.stage = Stage::HoldOut;
            let clause = choice.hold_outs.get(place as usize);
            rejected.bound = clause.map(|clause| held_out(inner, clause.span));
        }
        Verdict::Fell(fell) if fell.stage == 5 => {
            rejected.stage = Stage::HoldOut;
            let span = inner.graph.span(fell.condition);
            rejected.bound = Some(held_out(inner, span));
        }
        Verdict::Fell(fell) => {
            rejected.stage = Stage::ALL.get(fell.stage).copied().unwrap_or(Stage::Rank);
            let (text, with) = condition(inner, inputs, scratch, fell.condition);
            rejected.condition = Some(text);
            rejected.with = with;
        }
        Verdict::Policy { behind } => {
            rejected.stage = Stage::Policy;
            let before = if behind { before } else { &[] };
            let place = ((def, choice), judged.number);
            rejected.policy = bound(inner, inputs, scratch, place, (before, None))?;
        }
        Verdict::Bound(bound) => rejected.bound = Some(bound_text(choice, bound)),
    }
    Ok(Some(rejected))
}

/// The inputs that a next best action and the delivery of what it chooses depend on; `None` for other definitions.
pub(crate) fn reads_of_delivery(inner: &Inner, def: DefId, inputs: &Inputs) -> Option<Reads> {
    choice(inner, def)?;
    let graph = &inner.graph;
    inner.with_scratch(|scratch| {
        let mut reads = Reads::new(graph);
        eval::decide(graph, inputs, scratch, def, &mut reads).ok()?;
        let chosen = scratch.hits().to_vec();
        let input = inner.schema.path("touchpoint.channel");
        let channel = input.zip(channel(inner, inputs));
        eval::read_delivery(graph, inputs, scratch, (def, &chosen), channel, &mut reads);
        Some(reads)
    })
}

/// The member of its enum that the channel of the touchpoint is.
pub(crate) fn channel(inner: &Inner, inputs: &Inputs) -> Option<u32> {
    match inputs.get(inner.schema.path("touchpoint.channel")?) {
        View::Member(channel) => Some(channel),
        _ => None,
    }
}

/// What keeps a chosen action from being delivered on the channel of the touchpoint.
pub(super) fn withholding(
    inner: &Inner,
    inputs: &Inputs,
    of: (DefId, &Choice),
    chosen: &[String],
    action: &str,
) -> Result<Option<Withheld>, Error> {
    let candidates = || (0..).zip(&of.1.candidates);
    let number = |name: &String| {
        let found = candidates().find(|(_, candidate)| candidate.action.name == *name);
        found.map(|(number, _)| number)
    };
    let numbers: Vec<u32> = chosen.iter().filter_map(number).collect();
    let withheld = inner.with_scratch(|scratch| withheld(inner, inputs, scratch, of, &numbers))?;
    let mut all = chosen.iter().zip(withheld);
    Ok(all.find_map(|(name, by)| by.filter(|_| name == action)))
}

/// What keeps each of the chosen actions from being delivered on the channel of the touchpoint. Those delivered before an
/// action count for it as offered.
fn withheld(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    (def, choice): (DefId, &Choice),
    chosen: &[u32],
) -> Result<Vec<Option<Withheld>>, Error> {
    let Some(channel) = channel(inner, inputs) else {
        return Ok(vec![None; chosen.len()]);
    };
    let mut delivered = Vec::new();
    let mut found = Vec::with_capacity(chosen.len());
    for number in chosen {
        let asked = (delivered.as_slice(), Some(channel));
        let by = bound(inner, inputs, scratch, ((def, choice), *number), asked)?;
        if by.is_none() {
            delivered.push(*number);
        }
        found.push(by);
    }
    Ok(found)
}

/// The clauses of policies that bind an action, and when none of them does any more; `None` where none does.
fn bound(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    ((def, choice), number): ((DefId, &Choice), u32),
    asked: (&[u32], Option<u32>),
) -> Result<Option<Withheld>, Error> {
    let mut ask = |inputs: &Inputs| {
        eval::bindings(&inner.graph, inputs, scratch, (def, number), asked)
            .map_err(|fault| overflow(inner, def, fault))
    };
    let (policies, mut until) = ask(inputs)?;
    if policies.is_empty() {
        return Ok(None);
    }
    let mut then = inputs.clone();
    let mut rounds = 0;
    while let Some(clock) = inner.graph.now().filter(|_| calendar::is_instant(until)) {
        then.set_int(clock, until);
        let (policies, end) = ask(&then)?;
        rounds += 1;
        if policies.is_empty() || rounds == MOST_ROUNDS {
            break;
        }
        until = end;
    }
    let clauses = policies
        .iter()
        .filter_map(|place| choice.policies.get(*place as usize));
    let until = Some(until).filter(|until| calendar::is_instant(*until));
    Ok(Some(Withheld {
        by: clauses
            .map(|binding| one_line(inner.sources.snippet(binding.clause.span)))
            .collect(),
        until: until.and_then(DateTime::from_timestamp_millis),
    }))
}

/// Who is held out by a clause, in words.
fn held_out(inner: &Inner, clause: Span) -> String {
    let text = one_line(inner.sources.snippet(clause));
    format!("the customer is held out: `{text}`")
}

/// What keeps an action out that qualifies, in words.
fn bound_text(choice: &Choice, bound: Bound) -> String {
    let most = match bound {
        Bound::Limit => choice.limit,
        Bound::Per(per) => {
            let own = choice.per.iter().find(|(of, _)| *of == per);
            own.map(|(_, most)| *most)
        }
    };
    let most = most.unwrap_or_default();
    match bound {
        Bound::Limit if most == 1 => "another comes before it".to_owned(),
        Bound::Limit => format!("{most} others come before it"),
        Bound::Per(per) => format!("at most {most} of its {} {} chosen", per.word(), are(most)),
    }
}

fn are(count: u32) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// A condition's text, and the values it looks at.
fn condition(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    node: NodeId,
) -> (String, Vec<String>) {
    let graph = &inner.graph;
    let mut probe = Recording::default();
    // It was asked before, and did not overflow.
    let _ = eval::holds(graph, inputs, scratch, node, &mut probe);
    let text = question(inner, node);
    let with = known(inner, inputs, scratch, &probe.events);
    (text, with)
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
