//! What a ruleset says of itself: its definitions, its inputs, its graph.

use super::ruleset::Inner;
use super::schema::bounds_text;
use crate::graph::export;
use crate::hir::{Def, DefId, DefKind, Input, Program, Root, Ty};
use crate::source::Span;
use std::fmt;

/// A definition: what it is called and what it gives. From [`Ruleset::decisions`](crate::Ruleset::decisions).
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo context { age: int }
///      /// May drink.
///      segment adult = age >= 18",
/// )?;
/// let adult = rules.decisions().next().unwrap();
/// assert_eq!((adult.name(), adult.kind(), adult.docs()), ("adult", "segment", "May drink.".to_owned()));
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct DefinitionInfo<'r> {
    pub(super) program: &'r Program,
    pub(super) def: &'r Def,
}

impl<'r> DefinitionInfo<'r> {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'r str {
        &self.def.name
    }

    /// The word it is declared by: `decision`, `table`, `score`, `classify`, `segment`, `feature`,
    /// `behaviour`, `journey`, `reference` or `let`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        kind_word(&self.def.kind)
    }

    /// The type of what it gives, as an author writes it.
    #[must_use]
    pub fn type_name(&self) -> String {
        self.program.type_name(&self.def.ty)
    }

    /// Whether it is declared to be the same on every touchpoint.
    #[must_use]
    pub fn is_pervasive(&self) -> bool {
        self.def.pervasive.is_some()
    }

    /// Its doc comment.
    #[must_use]
    pub fn docs(&self) -> String {
        self.def.docs.join("\n")
    }
}

impl fmt::Debug for DefinitionInfo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} -> {}", self.kind(), self.name(), self.type_name())
    }
}

/// Why a definition can't be decided on its own, if it can't.
pub(super) fn undecidable(def: &Def) -> Option<&'static str> {
    match &def.kind {
        DefKind::Behaviour(function) if function.params.is_empty() => None,
        DefKind::Function(_) | DefKind::Behaviour(_) => {
            Some("has parameters: rules use it with arguments, so decide a definition that does")
        }
        DefKind::Reference(_) => {
            Some("is reference data: rules look into it, so decide a definition that does")
        }
        DefKind::Actions(_) => {
            Some("is a catalogue of actions: decide a next best action that chooses from it")
        }
        DefKind::Action(_) => {
            Some("is an action: decide the next best action that chooses from it")
        }
        DefKind::Policy(_) => {
            Some("is a policy: it binds what next best actions choose, so decide one of them")
        }
        _ => None,
    }
}

/// Whether no text names the definition: the expression behind `timezone`.
pub(super) fn is_hidden(def: &Def) -> bool {
    def.span == Span::default()
}

/// The word a definition is declared by.
pub(crate) fn kind_word(kind: &DefKind) -> &'static str {
    match kind {
        DefKind::Let(_) => "let",
        DefKind::Segment(_) => "segment",
        DefKind::Behaviour(_) => "behaviour",
        DefKind::Journey(_) => "journey",
        DefKind::Classify(_) => "classify",
        DefKind::Decision(_) => "decision",
        DefKind::Table(_) => "table",
        DefKind::Feature(_) => "feature",
        DefKind::Function(_) => "let",
        DefKind::Reference(_) => "reference",
        DefKind::Score(_) => "score",
        DefKind::Action(_) => "action",
        DefKind::Actions(_) => "actions",
        DefKind::NextBestAction(_) => "next_best_action",
        DefKind::Policy(_) => "policy",
        DefKind::Experiment(_) => "experiment",
    }
}

/// A field of the context or the touchpoint. From [`Ruleset::inputs`](crate::Ruleset::inputs).
///
/// ```
/// let rules = pervade::Ruleset::from_text("ruleset demo context { age: int 0..=120 = 18 }")?;
/// let age = rules.inputs().next().unwrap();
/// assert_eq!((age.path(), age.type_name().as_str(), age.is_required()), ("age", "int 0..=120", false));
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct InputInfo<'r> {
    pub(super) program: &'r Program,
    pub(super) input: &'r Input,
}

impl<'r> InputInfo<'r> {
    /// Its dotted path.
    #[must_use]
    pub fn path(&self) -> &'r str {
        &self.input.path
    }

    /// Its type and range, as an author writes them.
    #[must_use]
    pub fn type_name(&self) -> String {
        let plain = self.program.type_name(self.input.ty.present());
        let range = self
            .input
            .range
            .as_ref()
            .map(|r| format!(" {}", bounds_text(r)));
        let mark = if self.input.ty.is_optional() { "?" } else { "" };
        format!("{plain}{}{mark}", range.unwrap_or_default())
    }

    /// Whether it holds other fields instead of a value.
    #[must_use]
    pub fn is_record(&self) -> bool {
        matches!(self.input.ty.present(), Ty::Record(_))
    }

    /// Whether it must be given (as far as the records around it are there).
    #[must_use]
    pub fn is_required(&self) -> bool {
        !self.is_record() && !self.input.ty.is_optional() && self.input.default.is_none()
    }

    /// Whether it is declared `sensitive`, or lies within what is: then no error shows what is given for it.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo context { born: date sensitive }")?;
    /// assert!(rules.inputs().all(|input| input.is_sensitive() && !input.is_fixed()));
    /// let error = rules.context().json(r#"{ "born": "1990-13-01" }"#)?.build().unwrap_err();
    /// assert_eq!(error.problems()[0].message, "expected a date such as 2026-03-01, found ‹hidden›");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.input.sensitive
    }

    /// Whether it is declared `fixed`, or lies within what is: no advice proposes to change it.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.input.fixed
    }

    /// Whether it belongs to the touchpoint.
    #[must_use]
    pub fn is_touchpoint(&self) -> bool {
        self.input.root == Root::Touchpoint
    }

    /// Its doc comment.
    #[must_use]
    pub fn docs(&self) -> String {
        self.input.docs.join("\n")
    }
}

impl fmt::Debug for InputInfo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path(), self.type_name())
    }
}

/// How a decision graph is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphFormat {
    /// For Graphviz.
    Dot,
    /// For Mermaid.
    Mermaid,
    /// For programs.
    Json,
}

impl GraphFormat {
    /// The graph, or the part of it that one definition needs.
    pub(super) fn draw(self, inner: &Inner, only: Option<DefId>) -> String {
        let (graph, program) = (&inner.graph, &*inner.schema.program);
        match self {
            GraphFormat::Dot => export::dot(graph, program, only),
            GraphFormat::Mermaid => export::mermaid(graph, program, only),
            GraphFormat::Json => export::json(graph, program, only),
        }
    }
}
