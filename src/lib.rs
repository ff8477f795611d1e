//! pervade: write customers' decisions once, in a small typed language, and get the same answer with its
//! reason on every channel.
//!
//! A backend loads rules (`.pvd` texts), hands each customer's context over, and receives a decision
//! within microseconds:
//!
//! ```
//! use pervade::Ruleset;
//!
//! let rules = Ruleset::from_text(
//!     "ruleset cinema
//!
//!      context {
//!          customer: { age: int 0..=120, tier: enum { guest, gold } = guest }
//!          mood:     enum { calm, angry } = calm
//!      }
//!      touchpoint { channel: enum { web, kiosk, call_centre } }
//!
//!      segment child = customer.age < 12
//!
//!      pervasive decision ticket -> decimal {
//!          sorry: when mood == angry => 0    because \"something went wrong for you\"
//!          child: when child         => 4.50 because \"children pay half\"
//!          otherwise                 => 9
//!      }",
//! )?;
//!
//! let ticket = rules.decision::<f64>("ticket")?;
//! let context = rules
//!     .context()
//!     .facts_json(r#"{ "customer": { "age": 9 } }"#)?
//!     .touchpoint_json(r#"{ "channel": "kiosk" }"#)?
//!     .build()?;
//! let decision = ticket.decide(&context)?;
//! assert_eq!(*decision.value(), 4.5);
//! assert_eq!(decision.because(), Some("children pay half"));
//! assert_eq!(decision.depends_on(), ["customer.age", "mood"]);
//! # Ok::<(), pervade::Error>(())
//! ```
//!
//! # In reading order
//!
//! 1. [`Ruleset`]: compiled rules, from a file, from texts ([`Sources`]) or from one text; [`Compiler`]
//!    where [`Limits`] are to be others than the defaults.
//! 2. [`Ruleset::decision`]: a [`Decider`], the typed handle of one decision; name and type are checked
//!    when it is made. Records become structs, enums become unit variants, what may be missing an
//!    [`Option`], decimals floats or (exactly) texts.
//! 3. [`Ruleset::context`]: a [`ContextBuilder`], filled from serialisable values or JSON. What does not
//!    fit is one [`Error`] with every [`Problem`]. A [`Context`] is immutable and shared freely.
//! 4. Where rules have behaviours and journeys ([`language`]): what a customer did, as a [`History`] of events, or as a
//!    [`Profile`] that is kept up to date event by event, merged, saved and loaded; [`Ruleset::retention`] says which events
//!    the rules need, and for how long.
//! 5. [`Decider::decide`]: a [`Decision`] with its value, the rule that gave it, why, and the inputs it
//!    depends on; [`Decision::trace`] tells the whole story, in the rules' own text; [`Decision::valid_until`] says
//!    until when it stands.
//! 6. Of a next best action: [`Decision::arbitration`] says why these actions and not the others, with each factor, the
//!    treatment for the touchpoint and what withholds it; [`Decision::outcome`] makes the event to record;
//!    [`Compiler::rows`] takes actions out of a database; [`Ruleset::assignment`] tells variants of experiments.
//! 7. Where something is to happen when an answer changes: a [`Watch`] looks at many definitions, and says when to look again
//!    and which have changed.
//! 8. Where every microsecond counts: a [`Frame`] is filled through typed [`Slot`]s and decides without
//!    allocation.
//! 9. Where rules change while the host runs: a [`LiveRuleset`] takes new versions that keep what is relied on,
//!    and each decision is made wholly on one.
//! 10. To test rules, beside them or in Rust: [`testing`].
//! 11. When rules are wrong: [`Error::diagnostics`], each with a stable [`Code`], a place, help and often
//!     a repair ([`apply`]).
//! 12. To have the host's types written: [`types`].
//!
//! # What can fail, and when
//!
//! Compiling reports every mistake in the rules. Building a context reports everything that does not fit
//! its declaration. Deciding on a built context can fail by arithmetic overflow alone.
//!
//! # Features
//!
//! `pretty` draws diagnostics with colours, `cli` builds the `pervade` command, `proptest` generates contexts for property
//! tests ([`testing`]). Features only add.

// The inner stages offer the tests more than the library itself calls.
#![cfg_attr(not(feature = "internals"), allow(dead_code, unused_imports))]

mod analysis;
mod behaviour;
mod budget;
#[cfg(feature = "cli")]
pub mod cli;
mod diagnostic;
mod engine;
mod error;
mod eval;
mod explain;
mod graph;
mod hir;
pub mod language;
mod limits;
mod source;
mod syntax;
pub mod testing;
pub mod types;
mod value;
mod work;

pub use budget::{Budget, DecisionBudget, OverflowPlace, Size, Steps};
#[doc(no_inline)]
pub use chrono::{DateTime, Utc};
pub use diagnostic::{Code, Diagnostic, Label, Severity, Suggestion, apply};
pub use engine::{
    Anything, Arbitration, Aside, Chosen, Columns, ColumnsBuilder, Compiler, Context,
    ContextBuilder, Decider, Decision, DefinitionInfo, EventRetention, Factors, FileSources,
    Fingerprint, Frame, GraphFormat, History, InputInfo, LiveDecider, LiveRuleset, Look, Member,
    Observed, Outcome, OutcomeEvent, OutcomeKind, Profile, ProfileSize, Rejected, Retention,
    Ruleset, Slot, SlotType, Standing, Watch, Withheld, Witness, WitnessEvent, format,
};
pub use error::{Error, ErrorKind, Loss, Problem};
pub use explain::{Story, Trace};
pub use hir::Stage;
pub use limits::Limits;
pub use rust_decimal::Decimal;
pub use source::{LineColumn, MemorySources, SourceId, SourceMap, Sources, Span};
pub use value::zone::{LocalTime, Zone};

/// The compiler's inner stages, for this crate's own tests and fuzz targets. No stability promise.
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals {
    /// Evaluation.
    pub mod eval {
        pub use crate::eval::*;
    }
    /// The decision graph.
    pub mod graph {
        pub use crate::graph::*;
    }
    /// The typed program.
    pub mod hir {
        pub use crate::hir::*;
    }
    /// Syntax trees.
    pub mod syntax {
        pub use crate::syntax::*;
    }
    /// Values.
    pub mod value {
        pub use crate::value::*;
    }
    /// Counted work.
    pub mod work {
        pub use crate::work::done;
    }
}

/// The README's examples, compiled and run as doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
