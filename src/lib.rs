//! pervade

#![allow(dead_code, missing_docs)]

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

/// The compiler's inner stages. No stability promise.
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals {
    pub mod eval {
        pub use crate::eval::*;
    }
    pub mod graph {
        pub use crate::graph::*;
    }
    pub mod hir {
        pub use crate::hir::*;
    }
    pub mod value {
        pub use crate::value::*;
    }
}
