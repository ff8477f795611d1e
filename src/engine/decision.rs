//! What a decision gives: [`Decision`] stands on its own, [`Outcome`] borrows from a frame.

use super::arbitration::{Arbitration, arbitrate, reads_of_delivery};
use super::context::Context;
use super::decide::fault_text;
use super::fingerprint::Fingerprint;
use super::lease::valid_until;
use super::outcomes::{OutcomeEvent, OutcomeKind, outcome};
use super::output::{Typed, read};
use super::ruleset::Inner;
use super::witness::{Witness, witnesses};
use crate::error::Error;
use crate::eval::{self, Hit, Inputs, NoProbe, Reads, Scalar, Scratch, View};
use crate::explain::Trace;
use crate::hir::{Def, DefId, DefKind, Rule, Score, Table};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::ser::{Error as _, Serialize, SerializeStruct as _, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// A decision: the value, which rule gave it, and why.
///
/// Serialises as `{ value, label, because }`, decimals as texts; where several rules count together (scores, collecting
/// tables) as `{ value, labels, reasons }`.
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      context { age: int, tier: string? }
///      decision price -> decimal {
///          child: when age < 12 => 4.50 because \"children pay half\"
///          otherwise => 9
///      }",
/// )?;
/// let context = rules.context().json(r#"{ "age": 9 }"#)?.build()?;
/// let decision = rules.decision::<f64>("price")?.decide(&context)?;
/// assert_eq!(*decision.value(), 4.5);
/// assert_eq!(decision.depends_on(), ["age"]);
/// assert_eq!(
///     serde_json::to_string(&decision).unwrap(),
///     r#"{"value":"4.5","label":"child","because":"children pay half"}"#,
/// );
/// # Ok::<(), pervade::Error>(())
/// ```
pub struct Decision<T> {
    value: T,
    hit: Hit,
    labels: Texts,
    reasons: Texts,
    reads: Reads,
    def: DefId,
    context: Context,
}

/// What is said of the rule that gave a decision, or of those that count together.
enum Texts {
    One(Option<String>),
    Several(Vec<String>),
}

impl Texts {
    fn all(&self) -> &[String] {
        match self {
            Texts::One(text) => text.as_slice(),
            Texts::Several(texts) => texts,
        }
    }
}

impl<T> Decision<T> {
    /// What was decided.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// What was decided.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// The rule or row that gave it: the author's label, else `rule 2`, `row 3` or `otherwise`. `None` for
    /// what has no rules, for a table in which no row fits, and where several rules or rows count together:
    /// scores, `collect`, `output_order` ([`Decision::labels`]).
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        match &self.labels {
            Texts::One(label) => label.as_deref(),
            Texts::Several(_) => None,
        }
    }

    /// The rules of a score that held, or the rows of a `collect` or `output_order` table that fitted, in the order
    /// in which they are written; the names of the actions that a next best action chose, the best first; for others, the one
    /// of [`Decision::label`].
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo
    ///      context { age: int }
    ///      table offers(collect) -> list<string> {
    ///          | age   => result
    ///          | < 12  => \"cartoon\"
    ///          | < 99  => \"popcorn\"
    ///          | >= 60 => \"matinee\"
    ///      }",
    /// )?;
    /// let context = rules.context().json(r#"{ "age": 70 }"#)?.build()?;
    /// let decision = rules.decision::<Vec<String>>("offers")?.decide(&context)?;
    /// assert_eq!(decision.value(), &["popcorn", "matinee"]);
    /// assert_eq!(decision.labels(), ["row 2", "row 3"]);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn labels(&self) -> &[String] {
        self.labels.all()
    }

    /// Why, in the author's words. `None` where the rule gives no reason, and where several rules count together
    /// ([`Decision::reasons`]).
    #[must_use]
    pub fn because(&self) -> Option<&str> {
        let reason = self.reasons.all().first();
        reason.filter(|_| self.hit != Hit::Rows).map(String::as_str)
    }

    /// Why, in the author's words: the reasons of all rules or rows that count together, in the order in which they
    /// are written; for others, the one of [`Decision::because`]. Rules without a reason are passed over.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo
    ///      context { visits: int, gold: bool }
    ///      score loyalty {
    ///          regular: when visits >= 4 => +20 because \"{visits} visits\"
    ///          gold:    when gold        => +50
    ///          big:     when visits > 99 => +30 because \"a friend of the house\"
    ///      }",
    /// )?;
    /// let context = rules.context().json(r#"{ "visits": 120, "gold": true }"#)?.build()?;
    /// let loyalty = rules.decision::<i64>("loyalty")?.decide(&context)?;
    /// assert_eq!(*loyalty.value(), 100);
    /// assert_eq!(loyalty.labels(), ["regular", "gold", "big"]);
    /// assert_eq!(loyalty.reasons(), ["120 visits", "a friend of the house"]);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn reasons(&self) -> &[String] {
        self.reasons.all()
    }

    /// The inputs that were read to come to it, in declared order. Whatever else of the context changes, the decision
    /// stays. (What the customer did is no part of the context.) Of a next best action the treatments of what is chosen and
    /// what withholds it on the touchpoint belong to it, as to [`Decision::valid_until`].
    #[must_use]
    pub fn depends_on(&self) -> Vec<&str> {
        let inner = self.context.rules().inner();
        let delivery = reads_of_delivery(inner, self.def, self.context.inputs());
        let reads = delivery.as_ref().unwrap_or(&self.reads);
        reads.iter().map(|input| inner.path(input)).collect()
    }

    /// Until when the same context gives the same decision (value, rule and reason) if the customer does nothing: the
    /// first instant at which it may be another one. `None` where time alone never changes it. Of a next best action the
    /// treatments of what is chosen and what withholds it on the touchpoint belong to it: the answer of a channel may be kept
    /// so long.
    ///
    /// It is never too late. It is exact for counts and ages of events against constants, windows, deadlines, periods
    /// of the calendar, comparisons of `now` and of what is calculated from it; what multiplies or divides running time may
    /// be given too early. Events that are known already and lie ahead count. It is found when it is asked for, by deciding again at
    /// the instants at which something may change.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo
    ///      event visit { page: string }
    ///      behaviour regular = count visit in last 7 days >= 2",
    /// )?;
    /// let mut history = rules.history();
    /// for (id, at) in [("a", "2026-03-01T10:00:00Z"), ("b", "2026-03-02T10:00:00Z"), ("c", "2026-03-03T10:00:00Z")] {
    ///     history.add_json(&format!(r#"{{ "id": "{id}", "type": "visit", "at": "{at}", "page": "home" }}"#))?;
    /// }
    /// let now = "2026-03-04T00:00:00Z".parse().unwrap();
    /// let context = rules.context().now(now).history(&history).build()?;
    /// let regular = rules.decision::<bool>("regular")?.decide(&context)?;
    /// // The visit of 2 March is the second newest: when it is seven days old, only one is left.
    /// assert_eq!(regular.valid_until(), Some("2026-03-09T10:00:00Z".parse().unwrap()));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn valid_until(&self) -> Option<DateTime<Utc>> {
        let inner = self.context.rules().inner();
        let until = valid_until(inner, self.def, self.context.inputs())?;
        DateTime::from_timestamp_millis(until)
    }

    /// What a next best action made of each of its actions: those it chose, with every factor of their priority and their
    /// treatment for the touchpoint, and why it did not choose the others. Found when it is asked for, by deciding again.
    ///
    /// See [`Arbitration`].
    ///
    /// # Errors
    /// The decision is of another kind; or arithmetic overflowed, in a treatment for example
    /// ([`ErrorKind::Evaluation`](crate::ErrorKind::Evaluation)).
    pub fn arbitration(&self) -> Result<Arbitration, Error> {
        let inner = self.context.rules().inner();
        arbitrate(inner, self.context.inputs(), self.def)
    }

    /// What became of one of the actions that a next best action chose: the event to be recorded among the customer's
    /// events. What is withheld on the channel ([`Chosen::withheld`](crate::Chosen::withheld)) is not offered there.
    ///
    /// See [`OutcomeEvent`].
    ///
    /// # Errors
    /// The decision is of another kind, or did not choose this action; it is withheld and would be offered.
    pub fn outcome(&self, action: &str, kind: OutcomeKind) -> Result<OutcomeEvent, Error> {
        let inner = self.context.rules().inner();
        let of = (self.def, self.labels());
        outcome(inner, self.context.inputs(), of, action, kind)
    }

    /// The questions about events that were asked to come to it, each with the events that prove its answer; in the order
    /// in which they were asked, each once. What did not need to be asked is not there: behind the first condition of an
    /// `and` that does not hold, and the first rule that does. Found when it is asked for, by deciding again.
    ///
    /// What a behaviour is true of is the newest of its events, or all events of the match that was complete last. A number
    /// is proved by the events that it counts, a least or greatest value by those that have it, a stage of a journey
    /// by the events that led there. Nothing proves that there is nothing.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo
    ///      touchpoint { channel: enum { web, mobile } }
    ///      event checkout { film: string }
    ///      event bought { film: string }
    ///      behaviour abandoned = (checkout then no bought within 30 minutes) in last 1 day
    ///      segment remind = abandoned",
    /// )?;
    /// let mut history = rules.history();
    /// history.add_json(
    ///     r#"{ "id": "a1", "type": "checkout", "at": "2026-03-01T10:00:00Z", "film": "Dune", "channel": "mobile" }"#,
    /// )?;
    /// let now = "2026-03-01T10:40:00Z".parse().unwrap();
    /// let context = rules.context().now(now).history(&history).touchpoint_json(r#"{ "channel": "web" }"#)?.build()?;
    /// let remind = rules.decision::<bool>("remind")?.decide(&context)?;
    /// let witnesses = remind.witnesses();
    /// assert_eq!(witnesses[0].definition, "abandoned");
    /// let event = &witnesses[0].events[0];
    /// assert_eq!((event.id.as_str(), event.channel.as_deref()), ("a1", Some("mobile")));
    /// assert!(remind.trace().to_string().contains("yes: abandoned — checkout 40 minutes ago on mobile"));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn witnesses(&self) -> Vec<Witness> {
        let inner = self.context.rules().inner();
        let inputs = self.context.inputs();
        inner.with_scratch(|scratch| witnesses(inner, self.def, inputs, scratch))
    }

    /// What the ruleset that decided means.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.context.rules().fingerprint()
    }

    /// How it came about: every definition, rule and condition that was asked, in order. Any decision can tell it,
    /// whenever it is asked; until then it costs nothing.
    #[must_use]
    pub fn trace(&self) -> Trace {
        Trace::new(self.context.clone(), self.def)
    }
}

impl<T: fmt::Debug> fmt::Debug for Decision<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("value", &self.value)
            .field("labels", &self.labels())
            .field("because", &self.because())
            .finish_non_exhaustive()
    }
}

impl<T> Serialize for Decision<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // `T` may not be serialisable, or say less than was decided: the value is decided once more.
        let (inner, inputs) = (self.context.rules().inner(), self.context.inputs());
        let def = self.def;
        inner.with_scratch(|scratch| {
            let outcome = eval::decide(&inner.graph, inputs, scratch, def, &mut NoProbe)
                .map_err(|fault| S::Error::custom(fault_text(fault.kind)))?;
            let answer = Answer {
                inner,
                def,
                inputs,
                scratch,
                outcome,
            };
            answer.serialize(serializer)
        })
    }
}

/// A decision that borrows from its frame: nothing is copied until it is asked for.
///
/// Serialises like a [`Decision`].
///
/// ```
/// let rules = pervade::Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?;
/// let (adult, age) = (rules.decision::<bool>("adult")?, rules.slot::<i64>("age")?);
/// let mut frame = rules.frame();
/// frame.set(&age, 30)?;
/// let outcome = adult.decide_in(&mut frame)?;
/// assert!(outcome.value()?);
/// assert_eq!(outcome.rule(), None);
/// # Ok::<(), pervade::Error>(())
/// ```
pub struct Outcome<'f, T> {
    pub(super) answer: Answer<'f>,
    pub(super) ty: PhantomData<fn() -> T>,
}

impl<'f, T> Outcome<'f, T> {
    /// The number of the rule or row that gave it, from 0; `None` for what has no rules, where no row
    /// fits, for the `otherwise` of a table, and where several count together.
    #[must_use]
    pub fn rule(&self) -> Option<usize> {
        match self.answer.outcome.hit {
            Hit::Rule(number) => Some(number as usize),
            Hit::Otherwise | Hit::None | Hit::Rows => None,
        }
    }

    /// The label of the rule or row, as [`Decision::label`] gives it. Makes a text.
    #[must_use]
    pub fn label(&self) -> Option<String> {
        self.answer.label()
    }

    /// Why, in the author's words.
    #[must_use]
    pub fn because(&self) -> Option<&'f str> {
        self.answer.because()
    }

    /// Why, in the author's words, where several rules or rows count together; as [`Decision::reasons`].
    pub fn reasons(&self) -> impl Iterator<Item = &'f str> + use<'f, T> {
        self.answer.reasons()
    }
}

impl<T: DeserializeOwned> Outcome<'_, T> {
    /// What was decided. Read when asked for; a `T` without texts and lists takes no allocation.
    ///
    /// # Errors
    /// `T` does not take this very value (a number too large for it).
    pub fn value(&self) -> Result<T, Error> {
        self.answer.read()
    }
}

impl<T> fmt::Debug for Outcome<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("label", &self.label())
            .finish_non_exhaustive()
    }
}

impl<T> Serialize for Outcome<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.answer.serialize(serializer)
    }
}

/// An evaluation's result, with what its handles point into.
#[derive(Clone, Copy)]
pub(super) struct Answer<'f> {
    pub(super) inner: &'f Inner,
    pub(super) def: DefId,
    pub(super) inputs: &'f Inputs,
    pub(super) scratch: &'f Scratch,
    pub(super) outcome: eval::Outcome,
}

impl<'f> Answer<'f> {
    fn definition(&self) -> &'f Def {
        self.inner.schema.program.def(self.def)
    }

    fn view(&self) -> View<'f> {
        self.scratch
            .view(&self.inner.graph, self.inputs, self.outcome.value)
    }

    /// What stands on its own.
    pub(super) fn decision<T: DeserializeOwned>(
        &self,
        context: Context,
        reads: Reads,
    ) -> Result<Decision<T>, Error> {
        let (labels, reasons) = match is_single(self.definition()) {
            true => (
                Texts::One(self.label()),
                Texts::One(self.because().map(str::to_owned)),
            ),
            false => (
                Texts::Several(self.labels()),
                Texts::Several(self.reasons().map(str::to_owned).collect()),
            ),
        };
        Ok(Decision {
            value: self.read()?,
            hit: self.outcome.hit,
            labels,
            reasons,
            reads,
            def: self.def,
            context,
        })
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let def = self.definition();
        read(&self.inner.schema.program, &def.ty, self.view()).map_err(|misfit| {
            let wanted = std::any::type_name::<T>();
            let message = format!(
                "`{}` gave a value that `{wanted}` does not take: {misfit}",
                def.name
            );
            Error::handle(&def.name, message)
        })
    }

    /// Of the one rule that gives the value.
    fn label(&self) -> Option<String> {
        let def = self.definition();
        label(def, self.outcome.hit).filter(|_| is_single(def))
    }

    fn labels(&self) -> Vec<String> {
        let def = self.definition();
        match self.outcome.hit {
            Hit::Rows => {
                let rows = self.scratch.hits().iter();
                rows.filter_map(|row| label(def, Hit::Rule(*row))).collect()
            }
            hit => label(def, hit).into_iter().collect(),
        }
    }

    fn because(&self) -> Option<&'f str> {
        self.text(self.outcome.because)
    }

    /// Why, of all rules that count.
    fn reasons(&self) -> impl Iterator<Item = &'f str> + use<'f> {
        let Answer {
            scratch, outcome, ..
        } = *self;
        let answer = *self;
        let all = scratch.reasons().iter().copied();
        all.chain([outcome.because])
            .filter_map(move |reason| answer.text(reason))
    }

    fn text(&self, text: Scalar) -> Option<&'f str> {
        match self.scratch.view(&self.inner.graph, self.inputs, text) {
            View::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let def = self.definition();
        let value = Typed {
            program: &self.inner.schema.program,
            ty: &def.ty,
            view: self.view(),
        };
        let mut out = serializer.serialize_struct("Decision", 3)?;
        out.serialize_field("value", &value)?;
        if is_single(def) {
            out.serialize_field("label", &self.label())?;
            out.serialize_field("because", &self.because())?;
        } else {
            out.serialize_field("labels", &self.labels())?;
            out.serialize_field("reasons", &self.reasons().collect::<Vec<_>>())?;
        }
        out.end()
    }
}

/// What the rule or row is called.
pub(crate) fn label(def: &Def, hit: Hit) -> Option<String> {
    let named = |rule: &Rule| rule.label.clone().unwrap_or_else(|| "otherwise".to_owned());
    match (&def.kind, hit) {
        (
            DefKind::Decision(rules)
            | DefKind::Classify(rules)
            | DefKind::Score(Score { rules, .. }),
            Hit::Rule(number),
        ) => {
            let rule = rules.get(number as usize)?;
            let plain = || format!("rule {}", u64::from(number) + 1);
            match rule.when {
                Some(_) => Some(rule.label.clone().unwrap_or_else(plain)),
                None => Some(named(rule)),
            }
        }
        (DefKind::NextBestAction(choice), Hit::Rule(number)) => {
            let candidate = choice.candidates.get(number as usize)?;
            Some(candidate.action.name.clone())
        }
        (DefKind::Table(_), Hit::Rule(number)) => Some(format!("row {}", u64::from(number) + 1)),
        (
            DefKind::Table(Table {
                otherwise: Some(rule),
                ..
            }),
            Hit::Otherwise,
        ) => Some(named(rule)),
        _ => None,
    }
}

/// Whether one rule or row gives the value.
pub(crate) fn is_single(def: &Def) -> bool {
    match &def.kind {
        DefKind::Table(table) => table.policy.is_single(),
        DefKind::Score(_) | DefKind::NextBestAction(_) => false,
        _ => true,
    }
}
