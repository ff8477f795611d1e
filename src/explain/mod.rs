//! Why a decision is what it is: the [`Trace`].
//!
//! In: the events that the evaluator reports to a recording probe, by the same walk that decides. Out: the
//! story in the rules' own text, to be read aloud ([`std::fmt::Display`]) or by programs
//! ([`serde::Serialize`]). Start with [`Trace`]; `record` makes it, `text` tells it.

mod known;
mod proof;
mod record;
mod story;
mod text;

pub(crate) use known::{input_told, known, question, told};
pub use story::Story;
pub(crate) use text::one_line;

use proof::Proof;

use crate::engine::{Arbitration, Context};
use crate::hir::DefId;
use serde::{Serialize, Serializer};
use std::fmt::{self, Debug, Display, Formatter};
use std::sync::OnceLock;

/// How a decision came about: every definition, rule and condition that was asked, in order.
///
/// Definitions stand in the order in which they were needed, each once; the first is the one that was
/// asked for. Displays as text and serialises as data. It costs nothing until it is looked at.
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      context { mood: enum { calm, angry } age: int }
///      segment child = age < 12
///      decision help -> string {
///          upset: when mood == angry => \"a person\" because \"something went wrong\"
///          small: when child         => \"a game\"
///          otherwise                 => \"nothing\"
///      }",
/// )?;
/// let help = rules.decision::<String>("help")?;
/// let context = rules.context().json(r#"{ "mood": "calm", "age": 9 }"#)?.build()?;
/// assert_eq!(help.decide(&context)?.trace().to_string(), "\
/// decision help: \"a game\", by `small`
///   no: `upset` when mood == angry
///     no: mood == angry (mood is calm)
///   yes: `small` when child
///     yes: child
/// segment child: true
///   yes: age < 12 (age is 9)
/// ");
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone)]
pub struct Trace {
    context: Context,
    def: DefId,
    told: OnceLock<Told>,
}

/// What there is to tell, in the rules' own text.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Told {
    ruleset: String,
    decision: String,
    /// What ended the evaluation before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    definitions: Vec<Definition>,
    /// Of a next best action what it made of each of its actions.
    #[serde(skip_serializing_if = "Option::is_none")]
    arbitration: Option<Arbitration>,
}

impl Trace {
    /// The trace of a decision on a context.
    pub(crate) fn new(context: Context, def: DefId) -> Self {
        Trace {
            context,
            def,
            told: OnceLock::new(),
        }
    }

    /// Decides again, step by step: an evaluation is a function of its context, and all of them are one walk.
    fn told(&self) -> &Told {
        self.told.get_or_init(|| {
            let inner = self.context.rules().inner();
            let inputs = self.context.inputs();
            inner.with_scratch(|scratch| Told::record(inner, self.def, inputs, scratch))
        })
    }

    /// The same in sentences: what was decided, by which rule, because of which values, what was tried before.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo
    ///      context { mood: enum { calm, angry } visits: int }
    ///      /// Who helps this customer.
    ///      decision help -> enum { person, chat } {
    ///          upset:   when mood == angry => person
    ///          regular: when visits > 5    => person because \"regulars are known by name\"
    ///          otherwise                   => chat
    ///      }",
    /// )?;
    /// let context = rules.context().json(r#"{ "mood": "calm", "visits": 7 }"#)?.build()?;
    /// let trace = rules.decision::<String>("help")?.trace(&context)?;
    /// assert_eq!(trace.story().to_string(), "\
    /// Who helps this customer.
    /// The decision `help` is person.
    /// Rule `regular` decided it: regulars are known by name.
    ///   visits is 7, so `visits > 5` holds
    /// Tried before that:
    ///   Rule `upset` does not apply: mood is calm, so `mood == angry` does not hold.
    /// ");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn story(&self) -> Story<'_> {
        Story(self.told())
    }
}

impl Display for Trace {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self.told(), f)
    }
}

impl Debug for Trace {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Debug::fmt(self.told(), f)
    }
}

impl PartialEq for Trace {
    fn eq(&self, other: &Self) -> bool {
        // All that is told is in the steps.
        let told = |trace: &Self| {
            let told = trace.told();
            (
                told.ruleset.clone(),
                told.decision.clone(),
                told.error.clone(),
                told.definitions.clone(),
            )
        };
        told(self) == told(other)
    }
}

impl Eq for Trace {}

impl Serialize for Trace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.told().serialize(serializer)
    }
}

/// A definition that was evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Definition {
    kind: &'static str,
    name: String,
    /// The author's comment on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    docs: Vec<String>,
    /// In the words of the language; `None` when an overflow came in between.
    value: Option<String>,
    label: Option<String>,
    because: Option<String>,
    rules: Vec<RuleStep>,
    /// What was asked apart from rules.
    steps: Vec<Step>,
}

/// A rule or row that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct RuleStep {
    label: String,
    /// The rule's own text: its condition, or the row.
    text: String,
    /// `None` when an overflow came in between.
    fits: Option<bool>,
    /// What it gives, where several rules count together.
    #[serde(skip_serializing_if = "Option::is_none")]
    gives: Option<String>,
    /// Why, where several rules count together.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    #[serde(skip)]
    number: u32,
    steps: Vec<Step>,
}

/// Something that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "step")]
enum Step {
    /// A comparison or question, with what it looked at.
    Condition {
        text: String,
        holds: bool,
        with: Vec<Known>,
        /// The events that prove it.
        #[serde(skip_serializing_if = "Proof::is_empty")]
        witness: Proof,
    },
    /// A question about events that is part of a value.
    Asked {
        text: String,
        /// Of a count.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<String>,
        #[serde(skip_serializing_if = "Proof::is_empty")]
        witness: Proof,
    },
    /// Something looked at on its own.
    Value(Known),
}

/// An input or a definition, with its value in the words of the language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Known {
    name: String,
    value: String,
}
