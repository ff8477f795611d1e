//! Every code has its page, `src/diagnostic/pages/E0101.md`, and the examples on it are true.
//!
//! Fences: `pvd wrong` is a main file whose first error has the page's code, `pvd right` one without errors and
//! warnings; either may set limits (`pvd wrong nesting-4`). `pvd in name` and `csv in name` are further files, which
//! stand behind the first example that needs them and stay for those below.

use super::{Case, said, set_limit};
use pervade::{Code, Compiler, Limits};
use std::collections::BTreeSet;
use std::path::Path;

/// A fence: what stands behind its backquotes, and its text.
fn fences(page: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match (line.strip_prefix("```"), inside) {
            (Some(head), false) => {
                found.push((head.to_owned(), String::new()));
                inside = true;
            }
            (Some(_), true) => inside = false,
            (None, true) => {
                let text = &mut found.last_mut().unwrap().1;
                text.push_str(line);
                text.push('\n');
            }
            (None, false) => {}
        }
    }
    assert!(!inside, "a fence without its end");
    found
}

/// The examples of a page, each with whether it is right.
fn examples(page: &str) -> Vec<(bool, Case)> {
    let mut examples: Vec<(bool, Case)> = Vec::new();
    for (head, text) in fences(page) {
        let words: Vec<&str> = head.split(' ').collect();
        match words.as_slice() {
            ["pvd", verdict @ ("wrong" | "right"), limits @ ..] => {
                let mut case = Case {
                    name: head.clone(),
                    sources: vec![("main.pvd".to_owned(), text)],
                    limits: Limits::default(),
                    expected: Vec::new(),
                };
                for limit in limits {
                    set_limit(&mut case.limits, &limit.replace('-', " = "));
                }
                if let Some((_, before)) = examples.last() {
                    case.sources.extend_from_slice(&before.sources[1..]);
                }
                examples.push((*verdict == "right", case));
            }
            ["pvd" | "csv", "in", name] => {
                let sources = &mut examples.last_mut().expect("an example before").1.sources;
                sources.retain(|(known, _)| known != name);
                sources.push(((*name).to_owned(), text));
            }
            _ => panic!("no fence is `{head}`"),
        }
    }
    examples
}

/// What is not as the page says.
fn check(code: Code) -> Vec<String> {
    let page = code.page();
    let mut wrong = Vec::new();
    let mut complain = |what: String| wrong.push(format!("{}: {what}", code.as_str()));
    let title = format!("# {}: {}\n\n", code.as_str(), code.title());
    if !page.starts_with(&title) {
        complain(format!("the page does not begin with `{}`", title.trim()));
    }
    let examples = examples(page);
    if !(examples.iter().any(|(right, _)| *right) && examples.iter().any(|(right, _)| !right)) {
        complain("a wrong example and a right one are needed".to_owned());
    }
    for (right, case) in &examples {
        let (found, map) = said(&case.sources, &case.limits);
        let text: String = found.iter().map(|d| d.render(&map)).collect();
        match right {
            true => {
                let compiler = Compiler::new().limits(case.limits.clone());
                let rules = compiler.compile(&super::memory(&case.sources), "main.pvd");
                if !rules.is_ok_and(|rules| rules.warnings().is_empty()) {
                    complain(format!("the right example is not:\n{text}"));
                }
            }
            false if found.first().is_none_or(|first| first.code != code) => {
                complain(format!("the wrong example gives another error:\n{text}"));
            }
            false => {}
        }
    }
    wrong
}

#[test]
fn every_code_has_a_page_and_its_examples_are_true() {
    let wrong: Vec<String> = Code::ALL.iter().flat_map(|code| check(*code)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_page_is_without_its_code_and_none_is_written_twice() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/pages");
    let pages = std::fs::read_dir(folder).unwrap().map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".md").expect("a page").to_owned()
    });
    let pages: BTreeSet<String> = pages.collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(|c| c.as_str().to_owned()).collect();
    assert_eq!(pages, codes);
    let texts: BTreeSet<&str> = Code::ALL.iter().map(|c| c.page()).collect();
    assert_eq!(texts.len(), codes.len());
}

/// Readable on a terminal: no line is too long, and a page is a page.
#[test]
fn pages_have_a_readable_size() {
    for code in Code::ALL {
        let page = code.page();
        let longest = page.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(100), "{}: {longest:?}", code.as_str());
        let lines = page.lines().count();
        assert!((12..=60).contains(&lines), "{}: {lines}", code.as_str());
    }
}
