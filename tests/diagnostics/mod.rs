//! Every diagnostic: `tests/cases/diagnostics/*.txt` holds rulesets with mistakes and what is said of them;
//! `tests/cases/accepted/*.txt` holds rulesets without, in the same form, which must compile.
//!
//! A file is a list of cases:
//!
//! ```text
//! === what the case shows
//! ruleset demo
//! segment adult = age >= 18
//! --- E0101 `age`
//! help: declare it in `context`
//! ```
//!
//! The text up to `---` is `main.pvd`; a line `+++ name` begins another source, and a line `%% inputs = 2` sets a limit
//! (`pervade::Limits`). Each `---` line is one diagnostic, in order: its code and the underlined text. Below it, `help:`
//! lines are parts of its help, `says:` lines parts of its message or labels, `also:` lines texts under second labels,
//! `at:` is its file, line and column, and `fixed` says that its replacement, carried out by machine, leaves a text that
//! compiles (where the case has other mistakes too: one with fewer).

mod catalogue;
mod pages;

use pervade::internals::syntax;
use pervade::{
    Code, Compiler, Diagnostic, Error, Limits, MemorySources, SourceId, SourceMap, apply,
};
use std::collections::BTreeSet;
use std::path::Path;

/// One case of a file.
struct Case {
    name: String,
    sources: Vec<(String, String)>,
    limits: Limits,
    expected: Vec<Expected>,
}

/// One diagnostic that a case expects.
#[derive(Default)]
struct Expected {
    code: String,
    underlined: String,
    checks: Vec<(String, String)>,
}

/// The cases of one family.
fn cases(family: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder.join(family))
        .expect("the folder of cases")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    files.sort();
    files.iter().flat_map(|file| parse(file)).collect()
}

/// The texts of every case, by name, that limits do not matter for; each with what the case shows.
pub(crate) fn texts() -> Vec<(Vec<(String, String)>, String)> {
    let cases = cases("diagnostics").into_iter();
    let usual = cases.filter(|case| case.limits == Limits::default());
    usual.map(|case| (case.sources, case.name)).collect()
}

fn parse(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).expect("a readable case file");
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push(Case {
                name: format!("{stem}: {name}"),
                sources: vec![("main.pvd".to_owned(), String::new())],
                limits: Limits::default(),
                expected: Vec::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        if let Some(name) = line.strip_prefix("+++ ") {
            case.sources.push((name.to_owned(), String::new()));
        } else if let Some(limit) = line.strip_prefix("%% ") {
            set_limit(&mut case.limits, limit);
        } else if let Some(head) = line.strip_prefix("--- ") {
            let (code, underlined) = head.split_once(' ').unwrap_or((head, "``"));
            let inner = underlined
                .strip_prefix('`')
                .and_then(|u| u.strip_suffix('`'));
            case.expected.push(Expected {
                code: code.to_owned(),
                underlined: inner.unwrap_or(underlined).replace("\\n", "\n"),
                checks: Vec::new(),
            });
        } else if let Some(expected) = case.expected.last_mut() {
            if !line.trim().is_empty() {
                let (key, value) = line.split_once(": ").unwrap_or((line, ""));
                expected.checks.push((key.to_owned(), value.to_owned()));
            }
        } else if let Some((_, source)) = case.sources.last_mut() {
            source.push_str(line);
            source.push('\n');
        }
    }
    cases
}

/// `inputs = 2`
fn set_limit(limits: &mut Limits, line: &str) {
    let (name, value) = line.split_once(" = ").expect("`name = number`");
    let slot = match name {
        "source_bytes" => &mut limits.source_bytes,
        "sources" => &mut limits.sources,
        "nesting" => &mut limits.nesting,
        "inputs" => &mut limits.inputs,
        "event_steps" => &mut limits.event_steps,
        "graph_depth" => &mut limits.graph_depth,
        "graph_nodes" => &mut limits.graph_nodes,
        "analysis_steps" => &mut limits.analysis_steps,
        "transitions" => &mut limits.transitions,
        "diagnostics" => &mut limits.diagnostics,
        other => panic!("no limit is called `{other}`"),
    };
    *slot = value.parse().expect("a number");
}

fn memory(sources: &[(String, String)]) -> MemorySources {
    sources
        .iter()
        .fold(MemorySources::new(), |m, (name, text)| m.with(name, text))
}

/// What is said of some sources, and where.
fn said(sources: &[(String, String)], limits: &Limits) -> (Vec<Diagnostic>, SourceMap) {
    let compiler = Compiler::new().limits(limits.clone());
    match compiler.compile(&memory(sources), "main.pvd") {
        Ok(_) => (Vec::new(), SourceMap::default()),
        Err(error) => (
            diagnostics(&error),
            error.sources().cloned().unwrap_or_default(),
        ),
    }
}

fn diagnostics(error: &Error) -> Vec<Diagnostic> {
    let found = error.diagnostics();
    assert!(!found.is_empty(), "{error}");
    found.to_vec()
}

/// All differences between what a case expects and what is said.
fn check(case: &Case) -> Vec<String> {
    let (diagnostics, map) = said(&case.sources, &case.limits);
    let mut wrong = Vec::new();
    if diagnostics.len() != case.expected.len() {
        wrong.push(format!(
            "{} diagnostics expected, {} given",
            case.expected.len(),
            diagnostics.len()
        ));
    }
    for (expected, given) in case.expected.iter().zip(&diagnostics) {
        compare(case, expected, given, &map, &mut wrong);
    }
    if wrong.is_empty() {
        return wrong;
    }
    wrong.insert(0, format!("=== {}", case.name));
    wrong.extend(diagnostics.iter().map(|d| d.render(&map)));
    wrong
}

fn compare(
    case: &Case,
    expected: &Expected,
    given: &Diagnostic,
    map: &SourceMap,
    wrong: &mut Vec<String>,
) {
    let underlined = map.snippet(given.primary.span);
    if (given.code.as_str(), underlined) != (&*expected.code, &*expected.underlined) {
        wrong.push(format!(
            "expected {} under `{}`, given {} under `{underlined}`",
            expected.code,
            expected.underlined,
            given.code.as_str()
        ));
    }
    for (key, value) in &expected.checks {
        let holds = match key.as_str() {
            "help" => given.help.iter().any(|h| h.contains(value)),
            "says" => {
                given.message.contains(value)
                    || given.primary.text.contains(value)
                    || given.secondary.iter().any(|l| l.text.contains(value))
            }
            "also" => given.secondary.iter().any(|l| map.snippet(l.span) == value),
            "at" => place(given, map) == *value,
            "fixed" => repaired(case, given, map),
            other => panic!("{}: no check is called `{other}`", case.name),
        };
        if !holds {
            wrong.push(format!("{}: `{key}: {value}` does not hold", expected.code));
        }
    }
}

/// `main.pvd 3:14`
fn place(given: &Diagnostic, map: &SourceMap) -> String {
    let at = map.position(given.primary.span);
    let name = map.name(given.primary.span.source);
    format!("{name} {}:{}", at.line, at.column)
}

/// Whether the diagnostic's replacement leaves a text that compiles, or at least one without this mistake where the
/// case has others.
fn repaired(case: &Case, given: &Diagnostic, map: &SourceMap) -> bool {
    let Some(first) = given.suggestions.first() else {
        return false;
    };
    let mut sources = case.sources.clone();
    for (name, text) in &mut sources {
        if name == map.name(first.span.source) {
            *text = apply(text, &given.suggestions);
        }
    }
    let left = said(&sources, &case.limits).0;
    left.is_empty() || (case.expected.len() > 1 && left.len() < case.expected.len())
}

#[test]
fn every_mistake_is_answered_as_the_cases_say() {
    let wrong: Vec<String> = cases("diagnostics").iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_right_is_accepted() {
    let wrong: Vec<String> = cases("accepted").iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_code_is_without_a_case_that_names_help() {
    let covered: BTreeSet<String> = cases("diagnostics")
        .into_iter()
        .flat_map(|c| c.expected)
        .filter(|e| e.checks.iter().any(|(key, _)| key == "help"))
        .map(|e| e.code)
        .collect();
    let lacking: Vec<&str> = Code::ALL
        .iter()
        .map(|c| c.as_str())
        .filter(|c| !covered.contains(*c))
        .collect();
    assert!(lacking.is_empty(), "codes without a case: {lacking:?}");
}

/// Every text of every case that can be parsed: printed and parsed it is the same tree, formatted twice the same text,
/// and no comment is lost.
#[test]
fn every_text_that_parses_survives_the_formatter() {
    let sources = |c: Case| c.sources.into_iter();
    let all = cases("accepted").into_iter().chain(cases("diagnostics"));
    let mut texts = 0;
    for (name, text) in all
        .flat_map(sources)
        .filter(|(name, _)| name.ends_with(".pvd"))
    {
        let Ok(once) = pervade::format(&name, &text) else {
            continue;
        };
        texts += 1;
        assert_eq!(
            pervade::format(&name, &once).expect("it parses"),
            once,
            "{text}"
        );
        let tree = |text: &str| syntax::parse(SourceId::default(), text, &Limits::default()).0;
        let (before, after) = (tree(&text), tree(&once));
        assert_eq!(before.items, after.items, "{text}\n{once}");
        assert_eq!(
            before.comments.len(),
            after.comments.len(),
            "{text}\n{once}"
        );
    }
    assert!(texts > 100, "{texts} texts");
}
