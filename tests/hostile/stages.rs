//! What is done with an input, stage by stage: everything a host would do with it.

use super::measure::{Work, measured};
use super::texts::HEAD;
use pervade::internals::syntax;
use pervade::{
    Code, Compiler, Error, ErrorKind, GraphFormat, Limits, MemorySources, Ruleset, SourceId,
    Sources,
};

/// The file that `Files` begin with.
pub const MAIN: &str = "main.pvd";

/// What a case puts in.
pub enum Input {
    /// One text of rules.
    Rules(String),
    /// Several texts, the first named [`MAIN`].
    Files(Vec<(String, String)>),
    /// A context as JSON, for small rules.
    Json(&'static str, String),
    /// A record of CSV: header and row.
    Record(&'static str, Vec<String>, Vec<String>),
}

impl Input {
    /// How much is put in, what all texts begin with left out: it does not grow.
    pub fn bytes(&self) -> usize {
        match self {
            Input::Rules(text) => text.strip_prefix(HEAD).unwrap_or(text).len(),
            Input::Json(_, text) => text.len(),
            Input::Files(files) => files
                .iter()
                .map(|(name, text)| name.len() + text.len())
                .sum(),
            Input::Record(_, header, row) => {
                header.iter().chain(row).map(|cell| cell.len() + 1).sum()
            }
        }
    }
}

/// How a size becomes an input.
pub type Maker = fn(usize) -> Input;

/// How a case ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// With a result.
    Fine,
    /// With diagnostics, the most frequent code of which is this one.
    Diagnosed(Code),
    /// With problems of a context or a text that is not taken in, and these words among them.
    Refused(&'static str),
}

/// A stage with what it took.
pub struct Stage {
    pub name: &'static str,
    pub work: Work,
}

/// The stages so far.
struct Stages {
    done: Vec<Stage>,
    expected: Ends,
    limits: Limits,
}

impl Stages {
    fn take<R>(&mut self, name: &'static str, work: impl FnOnce() -> R) -> R {
        let (result, work) = measured(work);
        self.done.push(Stage { name, work });
        result
    }

    fn compiler(&self) -> Compiler {
        Compiler::new().limits(self.limits.clone())
    }
}

/// Puts an input in.
pub fn run(input: Input, expected: Ends, limits: Limits) -> (Ends, Vec<Stage>) {
    let mut stages = Stages {
        done: Vec::new(),
        expected,
        limits,
    };
    let ends = match input {
        Input::Rules(text) => rules(&mut stages, &text),
        Input::Files(all) => {
            let add = |all: MemorySources, (name, text)| all.with(name, text);
            let sources = all.into_iter().fold(MemorySources::new(), add);
            files(&mut stages, &sources)
        }
        Input::Json(rules, text) => json(&mut stages, rules, &text),
        Input::Record(rules, header, row) => record(&mut stages, rules, &header, &row),
    };
    (ends, stages.done)
}

fn rules(stages: &mut Stages, text: &str) -> Ends {
    let limits = stages.limits.clone();
    let (file, wrong) = stages.take("parse", || {
        syntax::parse(SourceId::default(), text, &limits)
    });
    if wrong.is_empty() {
        let printed = stages.take("format", || syntax::print(&file, text));
        assert!(!printed.is_empty() || text.trim().is_empty());
    }
    drop((file, wrong));
    let compiler = stages.compiler();
    let compiled = stages.take("compile", || compiler.text(text));
    outcome(stages, compiled)
}

fn files(stages: &mut Stages, sources: &dyn Sources) -> Ends {
    let compiler = stages.compiler();
    let compiled = stages.take("compile", || compiler.compile(sources, MAIN));
    outcome(stages, compiled)
}

fn outcome(stages: &mut Stages, compiled: Result<Ruleset, Error>) -> Ends {
    match compiled {
        Ok(rules) => {
            used(stages, &rules);
            Ends::Fine
        }
        Err(error) => match error.kind() {
            ErrorKind::Io { message, .. } => match stages.expected {
                Ends::Refused(words) if message.contains(words) => stages.expected,
                _ => panic!("another problem: {message}"),
            },
            _ => diagnosed(stages, &error),
        },
    }
}

/// A ruleset is drawn, described, and decides.
fn used(stages: &mut Stages, rules: &Ruleset) {
    stages.take("fingerprint", || rules.fingerprint());
    stages.take("draw", || {
        for format in [GraphFormat::Dot, GraphFormat::Mermaid, GraphFormat::Json] {
            assert!(!rules.graph(format).is_empty());
        }
    });
    stages.take("describe", || {
        let definitions = rules
            .decisions()
            .map(|d| d.type_name().len() + d.docs().len());
        let inputs = rules.inputs().map(|i| i.type_name().len() + i.path().len());
        assert!(definitions.chain(inputs).sum::<usize>() < usize::MAX);
        let sources = rules.sources();
        for warning in rules.warnings() {
            assert!(!warning.render(sources).is_empty());
        }
    });
    let context = stages.take("context", || {
        let context = rules.context().now(chrono::DateTime::default());
        context
            .history(&rules.history())
            .json("{}")
            .and_then(|c| c.build())
            .expect("a context of defaults")
    });
    let names: Vec<&str> = rules.decisions().map(|d| d.name()).collect();
    // All of them if they are few: each may cost as much as the ruleset is large.
    let last = names.len().saturating_sub(3);
    let asked: Vec<&str> = names.iter().skip(last).copied().collect();
    stages.take("decide", || {
        for name in asked {
            // What is sensitive is not handed out, and arithmetic may overflow.
            let decider = rules.decision::<serde_json::Value>(name);
            if let Ok(Ok(decision)) = decider.map(|d| d.decide(&context)) {
                let trace = decision.trace();
                assert!(!trace.to_string().is_empty());
                assert!(!trace.story().to_string().is_empty());
            }
        }
    });
}

/// Every mistake is drawn, in both ways, and points into its text; its suggestions can be applied.
fn diagnosed(stages: &mut Stages, error: &Error) -> Ends {
    let ErrorKind::Rules { diagnostics, .. } = error.kind() else {
        panic!("no mistake in the rules: {error}");
    };
    let sources = error.sources().expect("the sources");
    for diagnostic in diagnostics {
        let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
        for label in labels {
            let text = sources.text(label.span.source);
            assert!(
                text.get(label.span.start as usize..label.span.end as usize)
                    .is_some(),
                "{diagnostic:?}"
            );
        }
    }
    let said = stages.take("say", || error.to_string());
    assert!(said.len() < 20_000_000, "an error of {} bytes", said.len());
    stages.take("draw plainly", || {
        for diagnostic in diagnostics {
            assert!(!diagnostic.render(sources).is_empty());
        }
    });
    stages.take("draw prettily", || {
        for diagnostic in diagnostics {
            assert!(!diagnostic.render_pretty(sources, true).is_empty());
        }
    });
    let main = sources.text(
        diagnostics
            .first()
            .map_or_else(SourceId::default, |d| d.primary.span.source),
    );
    stages.take("repair", || {
        let suggestions: Vec<_> = diagnostics
            .iter()
            .flat_map(|d| d.suggestions.clone())
            .collect();
        pervade::apply(main, &suggestions)
    });
    Ends::Diagnosed(commonest(diagnostics.iter().map(|d| d.code)))
}

/// The code that occurs most often; of two alike the first in the catalogue.
fn commonest(codes: impl Iterator<Item = Code>) -> Code {
    let mut counts = std::collections::BTreeMap::new();
    for code in codes {
        *counts.entry(code).or_insert(0_usize) += 1;
    }
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
    most.expect("a diagnostic").0
}

fn json(stages: &mut Stages, rules: &str, text: &str) -> Ends {
    let rules = Ruleset::from_text(rules).expect("rules");
    let whole = stages.take("json", || {
        rules.context().json(text).and_then(|c| c.build())
    });
    let lenient = stages.take("lenient", || {
        rules.context().lenient().json(text).and_then(|c| c.build())
    });
    stages.take("frame", || rules.frame().json(text).is_ok());
    if let Ok(value) = serde_json::from_str::<serde_json::Value>(text) {
        stages.take("serde", || {
            rules
                .context()
                .facts(&value)
                .and_then(|c| c.build())
                .is_ok()
        });
    }
    for context in [whole.as_ref(), lenient.as_ref()].into_iter().flatten() {
        stages.take("decide", || {
            for decision in rules.decisions() {
                let decider = rules.decision::<serde_json::Value>(decision.name());
                let decided = decider.expect("a decision").decide(context);
                assert!(!decided.expect("no overflow").trace().to_string().is_empty());
            }
        });
    }
    refused(stages, whole.map(|_| ()))
}

fn record(stages: &mut Stages, rules: &str, header: &[String], row: &[String]) -> Ends {
    let rules = Ruleset::from_text(rules).expect("rules");
    let columns = stages.take("header", || {
        rules.columns().ignore_undeclared().header(header)
    });
    stages.take("strict header", || rules.columns().header(header).is_ok());
    let made = columns.and_then(|columns| stages.take("row", || columns.context(row).map(|_| ())));
    refused(stages, made)
}

fn refused(stages: &mut Stages, made: Result<(), Error>) -> Ends {
    let Err(error) = made else {
        return Ends::Fine;
    };
    assert!(
        !error.problems().is_empty(),
        "no problem of a context: {error}"
    );
    let said = stages.take("say", || error.to_string());
    assert!(said.len() < 200_000, "an error of {} bytes", said.len());
    let has = |words: &str| error.problems().iter().any(|p| p.message.contains(words));
    match stages.expected {
        Ends::Refused(words) if said.contains(words) || has(words) => stages.expected,
        _ => panic!("another problem: {said}"),
    }
}
