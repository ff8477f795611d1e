//! Where text comes from: source ids, spans, the map from offsets to lines, and the [`Sources`] trait.
//!
//! A [`Span`] is a source id and two byte offsets, 12 bytes in all; lines and columns are computed only
//! when a diagnostic is drawn. Start reading at [`Sources`].

mod lines;

pub(crate) use lines::LineIndex;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The number of a source text within one compilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SourceId(u32);

impl SourceId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A stretch of one source text, in bytes, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// The text the span lies in.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    pub(crate) fn new(source: SourceId, start: u32, end: u32) -> Self {
        Span { source, start, end }
    }

    /// The smallest span that covers both; `self` where they lie in different texts.
    pub(crate) fn to(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span::new(
            self.source,
            self.start.min(other.start),
            self.end.max(other.end),
        )
    }
}

/// A position a person can find: both numbers start at 1, the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// One source text with its name.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
    /// Built when the first diagnostic in this text is drawn.
    lines: OnceLock<LineIndex>,
}

/// All texts of one compilation, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a text. `None` when it is too large for 32-bit offsets or there are too many.
    pub(crate) fn add(&mut self, name: &str, text: String) -> Option<SourceId> {
        u32::try_from(text.len()).ok()?;
        let id = SourceId(u32::try_from(self.files.len()).ok()?);
        self.files.push(SourceFile {
            name: name.into(),
            text: text.into(),
            lines: OnceLock::new(),
        });
        Some(id)
    }

    /// The name of a source, as `use` or the host wrote it.
    #[must_use]
    pub fn name(&self, id: SourceId) -> &str {
        self.files.get(id.index()).map_or("", |f| &f.name)
    }

    /// The whole text of a source.
    #[must_use]
    pub fn text(&self, id: SourceId) -> &str {
        self.files.get(id.index()).map_or("", |f| &f.text)
    }

    /// The text a span covers.
    #[must_use]
    pub fn snippet(&self, span: Span) -> &str {
        self.text(span.source)
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// Line and column at which a span starts.
    #[must_use]
    pub fn position(&self, span: Span) -> LineColumn {
        match self.lines(span.source) {
            Some(lines) => lines.position(span.start, self.text(span.source)),
            None => LineColumn { line: 1, column: 1 },
        }
    }

    /// The lines of a source.
    pub(crate) fn lines(&self, id: SourceId) -> Option<&LineIndex> {
        let file = self.files.get(id.index())?;
        Some(file.lines.get_or_init(|| LineIndex::new(&file.text)))
    }

    /// The sources in the order in which they were read, with their names and texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|f| (&*f.name, &*f.text))
    }
}

/// Where the compiler finds the texts that `use "…"` and `from "…"` name.
///
/// Names are paths with `/` between parts, relative to the text that names them; the compiler joins
/// and normalises them before it asks. [`MemorySources`] is the in-memory implementation.
///
/// ```
/// use pervade::{MemorySources, Sources};
/// let sources = MemorySources::new().with("main.pvd", "ruleset demo");
/// assert_eq!(sources.read("main.pvd").unwrap(), "ruleset demo");
/// assert!(sources.read("other.pvd").is_err());
/// ```
pub trait Sources {
    /// The text of that name, or why it can't be had (a sentence for the rule author).
    ///
    /// # Errors
    /// What the reader of the diagnostic should know: `there is no such file`, for example.
    fn read(&self, name: &str) -> Result<String, String>;
}

/// Sources held in memory, by name.
///
/// ```
/// use pervade::{MemorySources, Ruleset};
/// let sources = MemorySources::new()
///     .with("main.pvd", "ruleset demo use \"money.pvd\" let fee = standard_fee * 2")
///     .with("money.pvd", "let standard_fee = 1.50");
/// assert!(Ruleset::compile(&sources, "main.pvd").is_ok());
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemorySources {
    texts: BTreeMap<String, String>,
}

impl MemorySources {
    /// No texts yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more text; a text of that name is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.texts.insert(name.into(), text.into());
        self
    }
}

impl Sources for MemorySources {
    fn read(&self, name: &str) -> Result<String, String> {
        self.texts
            .get(name)
            .cloned()
            .ok_or_else(|| "there is no source of that name".to_owned())
    }
}

impl fmt::Display for LineColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
