//! The one public error: [`Error`], opaque and one word wide, with its [`ErrorKind`] and accessors.
//!
//! Five things can go wrong for a host: the rules do not compile, a context does not fit its
//! declaration, a handle asks for what is not there, arithmetic overflows while deciding, and a new version
//! of the rules takes away what is relied on. Each message says where and what to do; nothing in the engine
//! reads a message to decide anything.

use crate::diagnostic::Diagnostic;
use crate::source::{LineColumn, SourceMap, Span};
use std::fmt::Write as _;
use std::sync::Arc;

/// What went wrong, for people ([`std::fmt::Display`]) and programs ([`Error::kind`]).
///
/// ```
/// use pervade::{ErrorKind, Ruleset};
/// let error = Ruleset::from_text("ruleset demo segment adult = age >= 18").unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Rules { .. }));
/// assert!(error.to_string().contains("there is no `age` here"));
/// ```
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<ErrorKind>);

/// The message, as `unwrap` and a `main` that returns the error print it.
impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// The kinds of [`Error`], with what belongs to each.
///
/// ```
/// use pervade::{ErrorKind, Ruleset};
/// let rules = Ruleset::from_text("ruleset demo context { age: int } let next = age + 1")?;
/// let error = rules.decision::<i64>("nxt").unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Handle { .. }));
/// assert_eq!(error.to_string(), "there is no decision `nxt` in `demo`; did you mean `next`?");
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The rules do not compile; every mistake is listed.
    #[error("{}", rules_text(.diagnostics, .sources))]
    Rules {
        /// What is wrong, in the order of the text.
        diagnostics: Vec<Diagnostic>,
        /// The texts that the spans of the diagnostics lie in.
        sources: Arc<SourceMap>,
    },
    /// A context or frame does not fit its declaration; every problem is listed.
    #[error("{}", listed("the context does not fit", .problems, *.left_out))]
    Context {
        /// What is wrong, and where.
        problems: Vec<Problem>,
        /// How many more there were than are kept.
        left_out: usize,
    },
    /// An event does not fit its declaration; every problem is listed.
    #[error("{}", listed("the event does not fit", .problems, *.left_out))]
    Event {
        /// What is wrong, and where.
        problems: Vec<Problem>,
        /// How many more there were than are kept.
        left_out: usize,
    },
    /// A saved profile can't be read.
    #[error("the saved profile can't be read: {message}")]
    Saved {
        /// Why, and where.
        message: String,
    },
    /// Arithmetic overflowed while deciding.
    #[error("{file}:{at}: {what} in `{definition}`: `{text}`")]
    Evaluation {
        /// The definition in whose text it happened.
        definition: String,
        /// What happened, in words.
        what: String,
        /// The name of the source.
        file: String,
        /// Line and column in it.
        at: LineColumn,
        /// The expression's place.
        span: Span,
        /// The expression itself.
        text: String,
    },
    /// A decision handle asks for a name or a type that is not there.
    #[error("{message}")]
    Handle {
        /// The name asked for.
        name: String,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// A slot or a member is unknown, of another type, or of another ruleset.
    #[error("{message}")]
    Slot {
        /// The path or name asked for.
        path: String,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// A new version of the rules takes away what is relied on; everything is listed.
    #[error("{}", losses_text(.ruleset, .losses, *.left_out, .sources))]
    Version {
        /// The name of the ruleset.
        ruleset: String,
        /// What is lost, and where.
        losses: Vec<Loss>,
        /// How many more there were than are kept.
        left_out: usize,
        /// The texts of the new version, which the spans lie in.
        sources: Arc<SourceMap>,
    },
    /// A file or source could not be read.
    #[error("can't read `{path}`: {message}")]
    Io {
        /// The file, or the name of the source.
        path: String,
        /// Why.
        message: String,
    },
}

/// One thing wrong with a context, and where.
///
/// ```
/// use pervade::Ruleset;
/// let rules = Ruleset::from_text("ruleset demo context { customer: { age: int 0..=120 } }")?;
/// let error = rules.context().json(r#"{ "customer": { "age": 130 } }"#)?.build().unwrap_err();
/// assert_eq!(error.problems()[0].path, "customer.age");
/// assert_eq!(error.problems()[0].message, "130 is outside 0..=120");
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The dotted path as a rule author writes it, items of lists with their index
    /// (`customer.consents[2]`); empty where the whole is meant.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Problem {
            path: path.into(),
            message: message.into(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

/// One thing that a new version of the rules takes away. From [`LiveRuleset::replace`](crate::LiveRuleset::replace).
///
/// ```
/// use pervade::{LiveRuleset, Ruleset};
/// let live = LiveRuleset::new(Ruleset::from_text("ruleset demo context { age: int 0..=120 }")?);
/// let error = live.replace(Ruleset::from_text("ruleset demo context { age: int 0..=99 }")?).unwrap_err();
/// assert_eq!(error.losses()[0].subject, "age");
/// assert_eq!(
///     error.losses()[0].to_string(),
///     "`age` takes 0..=99 and no longer 0..=120: keep at least the range it had",
/// );
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loss {
    /// The path of a field, the name of a decision, or what a requirement is called.
    pub subject: String,
    /// What is taken away.
    pub message: String,
    /// What to do; empty where only the message can say it.
    pub help: String,
    /// Where the new version says so; `None` for what is not there.
    pub span: Option<Span>,
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if !self.help.is_empty() {
            write!(f, ": {}", self.help)?;
        }
        Ok(())
    }
}

impl Error {
    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// The mistakes in the rules; empty for other kinds of error.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self.kind() {
            ErrorKind::Rules { diagnostics, .. } => diagnostics,
            _ => &[],
        }
    }

    /// The texts of the rules, to draw the diagnostics with, or of the version that was refused; `None` for other
    /// kinds of error.
    #[must_use]
    pub fn sources(&self) -> Option<&SourceMap> {
        match self.kind() {
            ErrorKind::Rules { sources, .. } | ErrorKind::Version { sources, .. } => Some(sources),
            _ => None,
        }
    }

    /// What does not fit in a context or event; empty for other kinds of error.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self.kind() {
            ErrorKind::Context { problems, .. } | ErrorKind::Event { problems, .. } => problems,
            _ => &[],
        }
    }

    /// What a new version of the rules takes away; empty for other kinds of error.
    #[must_use]
    pub fn losses(&self) -> &[Loss] {
        match self.kind() {
            ErrorKind::Version { losses, .. } => losses,
            _ => &[],
        }
    }

    pub(crate) fn handle(name: &str, message: impl Into<String>) -> Self {
        ErrorKind::Handle {
            name: name.to_owned(),
            message: message.into(),
        }
        .into()
    }

    pub(crate) fn slot(path: &str, message: impl Into<String>) -> Self {
        ErrorKind::Slot {
            path: path.to_owned(),
            message: message.into(),
        }
        .into()
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error(Box::new(kind))
    }
}

fn rules_text(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let rendered: Vec<String> = diagnostics.iter().map(|d| d.render(sources)).collect();
    let mut text = rendered.join("\n");
    text.truncate(text.trim_end().len());
    text
}

fn listed(what: &str, problems: &[Problem], left_out: usize) -> String {
    let mut text = match problems {
        [one] if left_out == 0 => return format!("{what}: {one}"),
        more => format!("{what} in {} places", more.len() + left_out),
    };
    for problem in problems {
        // Writing to a String does not fail.
        let _ = write!(text, "\n  {problem}");
    }
    if left_out > 0 {
        let _ = write!(text, "\n  and {left_out} more");
    }
    text
}

fn losses_text(ruleset: &str, losses: &[Loss], left_out: usize, sources: &SourceMap) -> String {
    let line = |loss: &Loss| match loss.span {
        Some(span) => {
            let (file, at) = (sources.name(span.source), sources.position(span));
            format!("{file}:{at}: {loss}")
        }
        None => loss.to_string(),
    };
    let mut text = format!("the new version of `{ruleset}` takes away what is relied on");
    for loss in losses {
        // Writing to a String does not fail.
        let _ = write!(text, "\n  {}", line(loss));
    }
    if left_out > 0 {
        let _ = write!(text, "\n  and {left_out} more");
    }
    text
}
