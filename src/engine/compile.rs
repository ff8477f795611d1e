//! [`Compiler`]: from texts to a [`Ruleset`], through all stages, with all mistakes.
//!
//! Each stage returns its product and its diagnostics. A stage runs although the one before found
//! mistakes, where that finds more of them; what only follows from a mistake already reported is left out.

use super::files::FileSources;
use super::given::{Given, WithGiven};
use super::load::{Loaded, load};
use super::ruleset::Ruleset;
use crate::analysis;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::error::{Error, ErrorKind};
use crate::graph::Graph;
use crate::hir::{self, Program};
use crate::limits::Limits;
use crate::source::{MemorySources, SourceMap, Sources};
use crate::syntax::{self, ast::ItemKind};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

/// The name that [`Ruleset::from_text`] gives its one text.
const TEXT_NAME: &str = "rules.pvd";

/// Compiles rulesets under limits of your choice.
///
/// ```
/// use pervade::{Compiler, Limits};
/// let mut limits = Limits::default();
/// limits.inputs = 2;
/// let compiler = Compiler::new().limits(limits);
/// assert!(compiler.text("ruleset demo context { a: int, b: int }").is_ok());
/// assert!(compiler.text("ruleset demo context { a: int, b: int, c: int }").is_err());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Compiler {
    limits: Limits,
    tests: bool,
    pub(super) given: Given,
}

impl Compiler {
    /// A compiler with the default limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with other limits. They are part of the fingerprint.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether the ruleset keeps its tests, so that they can be run ([`testing::run`](crate::testing::run)). They are
    /// checked in any case; without this they take no part in what is built. The fingerprint is the same.
    ///
    /// ```
    /// let text = "ruleset demo let fee = 2 test \"the fee\" { expect fee == 2 }";
    /// let rules = pervade::Compiler::new().tests(true).text(text)?;
    /// assert_eq!(pervade::testing::run(&rules).passed(), 1);
    /// assert_eq!(rules.fingerprint(), pervade::Ruleset::from_text(text)?.fingerprint());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn tests(mut self, tests: bool) -> Self {
        self.tests = tests;
        self
    }

    /// Compiles the ruleset whose main text has that name.
    ///
    /// # Errors
    /// Every mistake in the rules; or the main text can't be read.
    pub fn compile(&self, sources: &dyn Sources, main: &str) -> Result<Ruleset, Error> {
        self.compiled(sources, main, "")
    }

    /// Compiles a file and what it uses, within its directory; see [`FileSources`].
    ///
    /// # Errors
    /// Every mistake in the rules; or the file can't be read.
    pub fn file(&self, path: impl AsRef<Path>) -> Result<Ruleset, Error> {
        let path = path.as_ref();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(ErrorKind::Io {
                path: path.display().to_string(),
                message: "this is not the path of a file".to_owned(),
            }
            .into());
        };
        let directory = path.parent().unwrap_or(Path::new(""));
        let mut shown = directory.display().to_string();
        if !shown.is_empty() && !shown.ends_with(std::path::MAIN_SEPARATOR) {
            shown.push('/');
        }
        let files = FileSources::new(directory).most_bytes(self.limits.source_bytes);
        self.compiled(&files, name, &shown)
    }

    /// Compiles one text that uses no other.
    ///
    /// # Errors
    /// Every mistake in the rules.
    pub fn text(&self, text: &str) -> Result<Ruleset, Error> {
        let sources = MemorySources::new().with(TEXT_NAME, text);
        self.compile(&sources, TEXT_NAME)
    }

    fn compiled(&self, sources: &dyn Sources, main: &str, shown: &str) -> Result<Ruleset, Error> {
        let sources = WithGiven::new(&self.given, sources);
        let mut loaded = load(&sources, main, shown, &self.limits)?;
        sources.tell(&mut loaded);
        let rules = self.build(loaded)?;
        sources.all_read().map(|()| rules)
    }

    fn build(&self, loaded: Loaded) -> Result<Ruleset, Error> {
        let limits = &self.limits;
        let (program, found) = hir::lower(&loaded.files, &loaded.csv, &loaded.sources, limits);
        let mut diagnostics = without_consequences(&loaded, found);
        diagnostics.extend(loaded.diagnostics);
        let program = match program {
            Some(program) if !failed(&diagnostics) && self.tests => program,
            Some(program) if !failed(&diagnostics) => program.without_tests(),
            _ => return Err(rules_error(diagnostics, loaded.sources, limits)),
        };
        let graph = self.finish(&program, &loaded.sources, &mut diagnostics);
        match graph {
            Some(graph) if !failed(&diagnostics) => {
                in_order(&mut diagnostics);
                Ok(Ruleset::new(
                    program,
                    graph,
                    loaded.sources,
                    limits.clone(),
                    diagnostics,
                ))
            }
            _ => Err(rules_error(diagnostics, loaded.sources, limits)),
        }
    }

    /// What is asked of a program without mistakes: its promises, and its graph.
    fn finish(
        &self,
        program: &Program,
        sources: &SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Graph> {
        match Graph::build(program, &self.limits) {
            Ok(graph) => {
                // Only now: what is analysed is no deeper than the graph may be.
                diagnostics.extend(if self.tests {
                    // Tests make no promises.
                    let rules = program.clone().without_tests();
                    analysis::check(&rules, sources, &self.limits)
                } else {
                    analysis::check(program, sources, &self.limits)
                });
                Some(graph)
            }
            Err(found) => {
                diagnostics.extend(found);
                None
            }
        }
    }
}

/// A rules text in its one layout, all comments kept. `name` stands in the diagnostics.
///
/// # Errors
/// The text can't be parsed; every mistake is listed.
///
/// ```
/// let text = "ruleset demo let   fee=1.50 // for all";
/// let formatted = pervade::format("demo.pvd", text)?;
/// assert_eq!(formatted, "ruleset demo\n\nlet fee = 1.50  // for all\n");
/// assert!(pervade::format("demo.pvd", "ruleset demo let =").is_err());
/// # Ok::<(), pervade::Error>(())
/// ```
pub fn format(name: &str, text: &str) -> Result<String, Error> {
    let limits = Limits::default();
    // A byte order mark in front is no part of the text, as when it is compiled.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sources = SourceMap::default();
    let Some(id) = sources.add(name, text.to_owned()) else {
        let message = "it is larger than 4 GiB".to_owned();
        return Err(ErrorKind::Io {
            path: name.to_owned(),
            message,
        }
        .into());
    };
    let (file, diagnostics) = syntax::parse(id, text, &limits);
    if failed(&diagnostics) {
        return Err(rules_error(diagnostics, sources, &limits));
    }
    Ok(syntax::print(&file, text))
}

fn failed(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

/// Sorts diagnostics as their places stand in the texts.
fn in_order(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|d| (d.primary.span, d.code));
}

fn rules_error(mut diagnostics: Vec<Diagnostic>, sources: SourceMap, limits: &Limits) -> Error {
    in_order(&mut diagnostics);
    diagnostics.truncate(limits.diagnostics.max(1));
    let sources = Arc::new(sources);
    ErrorKind::Rules {
        diagnostics,
        sources,
    }
    .into()
}

/// Leaves out what only follows from texts that could not be read: a name is not unknown when the
/// declaration that has it is there but broken, or may stand in a file that is not to be had.
fn without_consequences(loaded: &Loaded, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    // Of two declarations of one kind the second says nothing.
    let is_twice = |word: &str| {
        let mut seconds = found.iter().filter(|d| d.code == Code::SecondRuleset);
        seconds.any(|d| loaded.sources.snippet(d.primary.span) == word)
    };
    let (context, touchpoint) = (is_twice("context"), is_twice("touchpoint"));
    let unreadable = failed(&loaded.diagnostics);
    if !unreadable && !context && !touchpoint {
        return found;
    }
    let unread = loaded
        .diagnostics
        .iter()
        .any(|d| matches!(d.code, Code::UnreadableSource | Code::TooLarge));
    let broken = match unreadable {
        true => broken_words(loaded),
        false => Vec::new(),
    };
    let groups = broken_groups(loaded);
    let names = loaded.files.iter().flat_map(|file| &file.lost);
    let names: HashSet<&str> = names.map(|name| &*name.text).collect();
    let lost = |word: &str| names.contains(word);
    let follows = |d: &Diagnostic| {
        let word = loaded.sources.snippet(d.primary.span).trim_matches('`');
        match d.code {
            Code::UnknownName | Code::UnknownType | Code::UnknownCustomer => {
                unread || context || broken.contains(&"context") || broken.contains(&word)
            }
            Code::UnknownField if context || touchpoint => true,
            Code::UnknownField | Code::UnknownMember | Code::UnknownLabel => lost(word),
            // It may be one of the rows of a catalogue.
            Code::UnknownGroup => {
                let path = word.trim_matches('"');
                let issue = path.split('.').next().unwrap_or(path);
                let known = [word, issue, "actions"].iter().any(|w| broken.contains(w));
                unread || known || groups.contains(&path)
            }
            Code::IncompleteChoice
                if [hir::NOTHING_TO_CHOOSE, hir::BINDS_NOTHING].contains(&&*d.primary.text) =>
            {
                broken.contains(&"action") || broken.contains(&"actions")
            }
            Code::MissingRuleset => broken.contains(&"ruleset"),
            Code::NoTimezone => broken.contains(&"timezone"),
            // What it expects may be what could not be read.
            Code::NothingExpected => true,
            Code::TouchpointChannel => loaded
                .diagnostics
                .iter()
                .any(|syntax| syntax.primary.span.source == d.primary.span.source),
            _ => word == "touchpoint" && broken.contains(&"touchpoint"),
        }
    };
    found.into_iter().filter(|d| !follows(d)).collect()
}

/// The names whose declarations are in the texts but could not be parsed; of those without a name, the
/// word of the declaration.
fn broken_words(loaded: &Loaded) -> Vec<&str> {
    let mut declared: Vec<&str> = Vec::new();
    for item in loaded.files.iter().flat_map(|file| &file.items) {
        declared.push(match &item.kind {
            ItemKind::Ruleset(_) => "ruleset",
            ItemKind::Context(_) => "context",
            ItemKind::Touchpoint(_) => "touchpoint",
            ItemKind::Enum(e) => &e.name.text,
            ItemKind::Record(r) => &r.name.text,
            ItemKind::Let(l) => &l.name.text,
            ItemKind::Segment(s) | ItemKind::Behaviour(s) => &s.name.text,
            ItemKind::Classify(c) => &c.name.text,
            ItemKind::Journey(j) => &j.name.text,
            ItemKind::Decision(d) => &d.head.name.text,
            ItemKind::Table(t) => &t.head.name.text,
            ItemKind::Score(s) => &s.name.text,
            ItemKind::Feature(f) => &f.name.text,
            ItemKind::Reference(r) => &r.name.text,
            ItemKind::Event(e) => &e.name.text,
            ItemKind::Customer(c) => &c.name.text,
            ItemKind::Issue(i) => &i.name.text,
            ItemKind::Action(a) => &a.name.text,
            ItemKind::NextBestAction(c) => &c.name.text,
            ItemKind::Policy(p) => &p.name.text,
            ItemKind::Experiment(e) => &e.name.text,
            ItemKind::Timezone(_) => "timezone",
            ItemKind::Use(_) | ItemKind::WeekStarts(_) | ItemKind::Test(_) | ItemKind::Group(_) => {
                continue;
            }
        });
    }
    declared.sort_unstable();
    let lost = loaded.files.iter().flat_map(|file| &file.lost);
    let mut broken: Vec<&str> = lost.map(|name| &*name.text).collect();
    for (_, text) in loaded.sources.iter() {
        let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let mut before = "";
        for word in words.by_ref().filter(|word| !word.is_empty()) {
            let name = match word {
                "ruleset" | "context" | "touchpoint" | "timezone" => Some(word),
                _ => DECLARING.contains(&before).then_some(word),
            };
            let name = name.filter(|name| declared.binary_search(name).is_err());
            broken.extend(name);
            broken.extend(
                name.and(Some(before).filter(|before| matches!(*before, "action" | "actions"))),
            );
            before = word;
        }
    }
    broken.sort_unstable();
    broken.dedup();
    broken
}

/// The paths behind the word `group` in the texts of rules whose declarations could not be parsed.
fn broken_groups(loaded: &Loaded) -> HashSet<&str> {
    let items = loaded.files.iter().flat_map(|file| &file.items);
    let declared: HashSet<String> = items
        .filter_map(|item| match &item.kind {
            ItemKind::Group(g) => Some(format!("{}.{}", g.issue.text, g.name.text)),
            _ => None,
        })
        .collect();
    let behind = |text| str::split(text, "group ").skip(1).map(str::trim_start);
    let texts = loaded.sources.iter().flat_map(|(_, text)| behind(text));
    let is_path = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let paths = texts.filter_map(|text| text.split(|c| !is_path(c)).next());
    paths.filter(|path| !declared.contains(*path)).collect()
}

/// Words that a declared name follows.
const DECLARING: [&str; 19] = [
    "enum",
    "record",
    "let",
    "segment",
    "journey",
    "classify",
    "decision",
    "table",
    "score",
    "feature",
    "reference",
    "event",
    "customer",
    "issue",
    "action",
    "actions",
    "next_best_action",
    "policy",
    "experiment",
];
