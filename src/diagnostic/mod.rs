//! Diagnostics as plain data: a code, one sentence, labelled spans, help, and replacements.
//!
//! Every stage returns its product and its diagnostics; nothing decides anything by their text.
//! [`codes`] lists what can be said, `plain` draws it as text, `pretty` (feature) with colours,
//! `suggest` finds the nearest name, `apply` carries replacements out.

mod codes;
mod plain;
#[cfg(feature = "pretty")]
mod pretty;
mod suggest;

pub use codes::Code;
#[cfg(feature = "cli")]
pub(crate) use plain::visible;
pub(crate) use suggest::{all_nearest, nearest};

use crate::source::{SourceMap, Span};

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// The ruleset compiles; the author should look.
    Warning,
    /// The ruleset does not compile.
    Error,
}

/// A span with what is to be said there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, or was expected there. May be empty.
    pub text: String,
}

/// A replacement that can be carried out by machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestion {
    /// What is replaced. Empty spans insert.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// One finding of the compiler.
///
/// ```
/// let error = pervade::Ruleset::from_text("ruleset demo segment adult = age >= 18").unwrap_err();
/// let first = &error.diagnostics()[0];
/// assert_eq!(first.code.as_str(), "E0101");
/// assert_eq!(first.message, "there is no `age` here");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence, lower case, no full stop, the author's text in backticks.
    pub message: String,
    /// Where the mistake is, with what was expected.
    pub primary: Label,
    /// The other places involved.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Vec<String>,
    /// Replacements; together they are one repair.
    pub suggestions: Vec<Suggestion>,
}

impl Diagnostic {
    /// An error at a place.
    pub(crate) fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: Label {
                span,
                text: String::new(),
            },
            secondary: Vec::new(),
            help: Vec::new(),
            suggestions: Vec::new(),
        }
    }

    /// What the primary underline says.
    #[must_use]
    pub(crate) fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another place, with what it has to do with it.
    #[must_use]
    pub(crate) fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// What to do.
    #[must_use]
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// A replacement that repairs it.
    #[must_use]
    pub(crate) fn suggest(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.suggestions.push(Suggestion {
            span,
            replacement: replacement.into(),
        });
        self
    }

    /// The diagnostic as text without colours: header, source line, underline, help.
    #[must_use]
    pub fn render(&self, sources: &SourceMap) -> String {
        plain::render(self, sources)
    }

    /// The diagnostic drawn with annotate-snippets, with terminal colours if asked.
    #[cfg(feature = "pretty")]
    #[must_use]
    pub fn render_pretty(&self, sources: &SourceMap, colour: bool) -> String {
        pretty::render(self, sources, colour)
    }
}

/// Carries out the replacements of one diagnostic on a text. Overlapping ones are left out.
///
/// ```
/// let text = "ruleset demo context { age: int } segment adult = age >= 18 && age < 65";
/// let error = pervade::Ruleset::from_text(text).unwrap_err();
/// let repaired = pervade::apply(text, &error.diagnostics()[0].suggestions);
/// assert!(pervade::Ruleset::from_text(&repaired).is_ok());
/// ```
#[must_use]
pub fn apply(text: &str, suggestions: &[Suggestion]) -> String {
    let mut ordered: Vec<&Suggestion> = suggestions.iter().collect();
    ordered.sort_by_key(|s| (s.span.start, s.span.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for suggestion in ordered {
        let (start, end) = (suggestion.span.start as usize, suggestion.span.end as usize);
        let Some(before) = text.get(done..start) else {
            continue;
        };
        out.push_str(before);
        out.push_str(&suggestion.replacement);
        done = end;
    }
    out.push_str(text.get(done..).unwrap_or(""));
    out
}
