//! pervade

#![allow(dead_code, missing_docs)]

mod analysis;
mod diagnostic;
mod engine;
mod error;
mod eval;
mod explain;
mod graph;
mod hir;
mod limits;
mod source;
mod syntax;
mod value;

pub use diagnostic::{Code, Diagnostic, Label, Severity, Suggestion, apply};
pub use engine::{
    Anything, Compiler, Context, ContextBuilder, Decider, Decision, DefinitionInfo, FileSources,
    Fingerprint, Frame, GraphFormat, InputInfo, Member, Outcome, Ruleset, Slot, SlotType,
};
pub use error::{Error, ErrorKind, Problem};
pub use explain::Trace;
pub use limits::Limits;
pub use rust_decimal::Decimal;
pub use source::{LineColumn, MemorySources, SourceId, SourceMap, Sources, Span};
