//! Why a decision is what it is: the [`Trace`].
//!
//! In: the events that the evaluator reports to a recording probe, by the same walk that decides. Out: the
//! story in the rules' own text, to be read aloud ([`std::fmt::Display`]) or by programs
//! ([`serde::Serialize`]). Start with [`Trace`]; `record` makes it, `text` tells it.

mod record;
mod text;

pub(crate) use text::one_line;

use serde::Serialize;

/// How a decision came about: every definition, rule and condition that was asked, in order.
///
/// Definitions stand in the order in which they were needed, each once; the first is the one that was
/// asked for. Displays as text and serialises as data.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    ruleset: String,
    decision: String,
    /// What ended the evaluation before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    definitions: Vec<Definition>,
}

/// A definition that was evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Definition {
    kind: &'static str,
    name: String,
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
