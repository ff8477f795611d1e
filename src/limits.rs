//! Every limit of the engine, named, with its default.
//!
//! Text, contexts and tables come from people and networks; each bound here turns what could exhaust
//! memory or the stack into a located diagnostic. The README tells of them, and of those that data keeps.

/// The bounds that compiling keeps.
///
/// Whatever stays within the limits is compiled in time and memory near proportional to its size, on a thread with
/// 1 MiB of stack; whatever does not is answered by an error (`E0901`, or `E0902` for depth) that has its place and names
/// the limit. No version will guarantee less by default than
///
/// * 16 MiB in one text,
/// * 200,000 rules or rows in one ruleset, also in one declaration,
/// * brackets and types 64 deep,
/// * 100,000 terms in one expression.
///
/// ```
/// let limits = pervade::Limits::default();
/// assert_eq!(limits.nesting, 64);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one source text (`.pvd` or CSV). Default: 64 MiB.
    pub source_bytes: usize,
    /// Source texts in one ruleset. Default: 1,000.
    pub sources: usize,
    /// Bytes of one name. Default: 255.
    pub name_bytes: usize,
    /// Brackets, prefix words and types inside one another. Default: 64.
    pub nesting: usize,
    /// Fields of context and touchpoint together, counting those of records. Default: 10,000.
    pub inputs: usize,
    /// Fields that records written in rules leave to defaults, or leave missing, in all. Default: 2 million.
    pub filled_fields: usize,
    /// How many steps of the decision graph may lie inside one another, through definitions. Default: 1,000.
    pub graph_depth: usize,
    /// Nodes of the decision graph. Default: 16 million.
    pub graph_nodes: usize,
    /// Steps an analysis of one declaration may take before it says that the conditions are too rich. Default: 2 million.
    pub analysis_steps: usize,
    /// Streams and questions about events that one of them is made of, each counted as often as it is evaluated, and 16
    /// times where it is asked for each event. Default: 10,000.
    pub event_steps: usize,
    /// Event types. Default: 1,000.
    pub event_types: usize,
    /// Steps of one chain. Default: 16.
    pub steps: usize,
    /// Entries of one journey. Default: 256.
    pub transitions: usize,
    /// Periods of one window or series. Default: 1,000.
    pub periods: usize,
    /// Diagnostics reported before the compiler stops counting. Default: 1,000.
    pub diagnostics: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            source_bytes: 64 << 20,
            sources: 1_000,
            name_bytes: 255,
            nesting: 64,
            inputs: 10_000,
            filled_fields: 2_000_000,
            graph_depth: 1_000,
            graph_nodes: 16_000_000,
            analysis_steps: 2_000_000,
            event_steps: 10_000,
            event_types: 1_000,
            steps: 16,
            transitions: 256,
            periods: 1_000,
            diagnostics: 1_000,
        }
    }
}
