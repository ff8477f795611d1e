//! pervade

#![allow(dead_code, missing_docs)]

mod analysis;
mod diagnostic;
mod eval;
mod graph;
mod hir;
mod limits;
mod source;
mod syntax;
mod value;

pub use diagnostic::{Code, Diagnostic, Label, Severity, Suggestion, apply};
pub use limits::Limits;
pub use source::{LineColumn, MemorySources, SourceId, SourceMap, Sources, Span};
