//! [`Decider`]: the typed handle of one decision.

use super::context::Context;
use super::decision::{Answer, Decision, Outcome};
use super::describe::GraphFormat;
use super::frame::Frame;
use super::ruleset::{Inner, Ruleset};
use crate::error::{Error, ErrorKind};
use crate::eval::{self, Fault, FaultKind, NoProbe, Reads};
use crate::explain::Trace;
use crate::hir::DefId;
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;

/// Decides one thing and gives a `T`. From [`Ruleset::decision`]; cheap to clone, shared between threads.
///
/// ```
/// #[derive(serde::Deserialize, PartialEq, Debug)]
/// #[serde(rename_all = "snake_case")]
/// enum Help { LiveAgent, SelfService }
///
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      context { mood: enum { calm, angry } }
///      decision help -> enum { live_agent, self_service } {
///          upset: when mood == angry => live_agent because \"something went wrong\"
///          otherwise => self_service
///      }",
/// )?;
/// let help = rules.decision::<Help>("help")?;
/// let context = rules.context().json(r#"{ "mood": "angry" }"#)?.build()?;
/// assert_eq!(help.decide(&context)?.into_value(), Help::LiveAgent);
/// # Ok::<(), pervade::Error>(())
/// ```
pub struct Decider<T> {
    rules: Ruleset,
    def: DefId,
    result: PhantomData<fn() -> T>,
}

impl<T> Clone for Decider<T> {
    fn clone(&self) -> Self {
        Decider {
            rules: self.rules.clone(),
            def: self.def,
            result: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Decider<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decider({})", self.name())
    }
}

impl<T> Decider<T> {
    pub(super) fn new(rules: Ruleset, def: DefId) -> Self {
        Decider {
            rules,
            def,
            result: PhantomData,
        }
    }

    /// The name of what it decides.
    #[must_use]
    pub fn name(&self) -> &str {
        self.rules.inner().def_name(self.def)
    }

    /// The ruleset it belongs to.
    #[must_use]
    pub fn ruleset(&self) -> &Ruleset {
        &self.rules
    }

    /// The part of the decision graph that this decision needs, as text.
    ///
    /// ```
    /// use pervade::{GraphFormat, Ruleset};
    /// let rules = Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?;
    /// let adult = rules.decision::<bool>("adult")?;
    /// assert!(adult.graph(GraphFormat::Mermaid).contains("age"));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn graph(&self, format: GraphFormat) -> String {
        format.draw(self.rules.inner(), Some(self.def))
    }

    /// Which definition it is.
    pub(super) fn def(&self) -> DefId {
        self.def
    }

    fn owns(&self, rules: &Ruleset, what: &str) -> Result<(), Error> {
        if self.rules.inner().is(rules.inner().id()) {
            return Ok(());
        }
        let name = self.name();
        let message = format!(
            "the {what} belongs to another ruleset than `{name}`: make it from the same one"
        );
        Err(Error::handle(name, message))
    }

    /// How the decision comes about: every definition, rule and condition that was asked, in order. An
    /// overflow is part of the story and no error.
    ///
    /// # Errors
    /// The context belongs to another ruleset.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?;
    /// let adult = rules.decision::<bool>("adult")?;
    /// let context = rules.context().json(r#"{ "age": 30 }"#)?.build()?;
    /// let story = adult.trace(&context)?.to_string();
    /// assert!(story.contains("age >= 18"), "{story}");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn trace(&self, context: &Context) -> Result<Trace, Error> {
        self.owns(context.rules(), "context")?;
        Ok(Trace::new(context.clone(), self.def))
    }
}

impl<T: DeserializeOwned> Decider<T> {
    /// Decides.
    ///
    /// # Errors
    /// Arithmetic overflowed ([`ErrorKind::Evaluation`]); or the context belongs to another ruleset.
    pub fn decide(&self, context: &Context) -> Result<Decision<T>, Error> {
        self.owns(context.rules(), "context")?;
        decide(self.def, context)
    }

    /// Decides on what is set in the frame. Allocates nothing if it succeeds.
    ///
    /// # Errors
    /// Something required is missing in the frame; arithmetic overflowed; or the frame belongs to another
    /// ruleset.
    #[inline]
    pub fn decide_in<'f>(&'f self, frame: &'f mut Frame) -> Result<Outcome<'f, T>, Error> {
        self.owns(&frame.rules, "frame")?;
        decide_in(self.def, frame)
    }
}

/// Decides a definition of the context's own ruleset.
pub(super) fn decide<T: DeserializeOwned>(
    def: DefId,
    context: &Context,
) -> Result<Decision<T>, Error> {
    let inner = context.rules().inner();
    let mut reads = Reads::new(&inner.graph);
    let inputs = context.inputs();
    inner.with_scratch(|scratch| {
        let outcome = eval::decide(&inner.graph, inputs, scratch, def, &mut reads)
            .map_err(|fault| overflow(inner, def, fault))?;
        let answer = Answer {
            inner,
            def,
            inputs,
            scratch,
            outcome,
        };
        answer.decision(context.clone(), reads)
    })
}

/// Decides a definition of the frame's own ruleset.
#[inline]
pub(super) fn decide_in<T: DeserializeOwned>(
    def: DefId,
    frame: &mut Frame,
) -> Result<Outcome<'_, T>, Error> {
    let inner = frame.rules.inner();
    frame.binding.complete(&inner.schema)?;
    let inputs = frame.binding.inputs();
    let outcome = eval::decide(&inner.graph, inputs, &mut frame.scratch, def, &mut NoProbe)
        .map_err(|fault| overflow(inner, def, fault))?;
    let answer = Answer {
        inner,
        def,
        inputs,
        scratch: &frame.scratch,
        outcome,
    };
    Ok(Outcome {
        answer,
        ty: PhantomData,
    })
}

/// What happened, in words.
pub(crate) fn fault_text(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::IntOverflow => "the result does not fit an int (64 bits)",
        FaultKind::CalendarOverflow => "the result lies outside the years 1 to 9999",
        FaultKind::DecimalOverflow => "the result has more digits than a decimal holds (28)",
    }
}

/// The error of an overflow, with its place in the text.
#[cold]
pub(super) fn overflow(inner: &Inner, asked: DefId, fault: Fault) -> Error {
    let span = inner.graph.span(fault.node);
    let definition = inner.def_around(span).unwrap_or(asked);
    ErrorKind::Evaluation {
        definition: inner.def_name(definition).to_owned(),
        what: fault_text(fault.kind).to_owned(),
        file: inner.sources.name(span.source).to_owned(),
        at: inner.sources.position(span),
        span,
        text: crate::explain::one_line(inner.sources.snippet(span)),
    }
    .into()
}
