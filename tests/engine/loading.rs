//! `use`, `from`, files, and what goes wrong with them.

use pervade::{Compiler, ErrorKind, FileSources, Limits, MemorySources, Ruleset};
use std::fs;
use std::path::PathBuf;

/// The code, underlined text and second labels' texts of each diagnostic.
fn mistakes(sources: &MemorySources) -> Vec<String> {
    let error = Ruleset::compile(sources, "main.pvd").unwrap_err();
    let map = error.sources().unwrap();
    let line = |d: &pervade::Diagnostic| {
        let also: Vec<&str> = d.secondary.iter().map(|l| map.snippet(l.span)).collect();
        format!(
            "{} {}:{} {}",
            d.code.as_str(),
            map.name(d.primary.span.source),
            map.snippet(d.primary.span),
            also.join(" ")
        )
        .trim_end()
        .to_owned()
    };
    error.diagnostics().iter().map(line).collect()
}

#[test]
fn names_are_relative_to_the_file_that_names_them() {
    let sources = MemorySources::new()
        .with(
            "main.pvd",
            "ruleset demo use \"parts/a.pvd\" use \"./b.pvd\" let x = a + b",
        )
        .with(
            "parts/a.pvd",
            "use \"../c.pvd\" use \"deep/d.pvd\" let a = c + d",
        )
        .with(
            "parts/deep/d.pvd",
            "let d = 1 table t(first) -> int from \"./t.csv\"",
        )
        .with("parts/deep/t.csv", "x,result\n< 5,1\n-,2\n")
        .with("b.pvd", "\u{feff}let b = 2")
        .with("c.pvd", "let c = 3");
    let rules = Ruleset::compile(&sources, "main.pvd").unwrap();
    assert_eq!(rules.decisions().count(), 6);
    assert_eq!(rules.sources().iter().count(), 6);
}

#[test]
fn circles_and_repetitions_name_both_places() {
    let sources = MemorySources::new()
        .with("main.pvd", "ruleset demo use \"a.pvd\"")
        .with("a.pvd", "use \"b.pvd\"")
        .with("b.pvd", "use \"a.pvd\"");
    assert_eq!(mistakes(&sources), [r#"E0109 b.pvd:"a.pvd" "b.pvd""#]);
    let own = MemorySources::new().with("main.pvd", "ruleset demo use \"main.pvd\"");
    assert_eq!(mistakes(&own), [r#"E0109 main.pvd:"main.pvd""#]);
    let root = MemorySources::new()
        .with("main.pvd", "ruleset demo use \"a.pvd\"")
        .with("a.pvd", "use \"main.pvd\"");
    assert_eq!(mistakes(&root), [r#"E0109 a.pvd:"main.pvd" "a.pvd""#]);
    let twice = MemorySources::new()
        .with("main.pvd", "ruleset demo use \"a.pvd\" use \"b.pvd\"")
        .with("a.pvd", "use \"c.pvd\"")
        .with("b.pvd", "use \"./c.pvd\"")
        .with("c.pvd", "let c = 1");
    assert_eq!(mistakes(&twice), [r#"E0110 b.pvd:"./c.pvd" "c.pvd""#]);
}

#[test]
fn what_cannot_be_read_is_said_once() {
    let sources = MemorySources::new().with(
        "main.pvd",
        "ruleset demo use \"gone.pvd\" table t(first) -> int from \"gone.csv\" let x = from_gone + 1",
    );
    assert_eq!(
        mistakes(&sources),
        [
            r#"E0111 main.pvd:"gone.pvd""#,
            r#"E0111 main.pvd:"gone.csv""#
        ]
    );
    for name in ["/etc/passwd", "a\\\\b.pvd", ""] {
        let sources = MemorySources::new().with("main.pvd", format!("ruleset demo use \"{name}\""));
        assert_eq!(mistakes(&sources).len(), 1, "{name}");
        assert!(mistakes(&sources)[0].starts_with("E0111"), "{name}");
    }
}

#[test]
fn a_broken_declaration_is_reported_once() {
    let text =
        "ruleset demo context { age: int } let base = 1 + + 2 segment s = base > 1 let y = bse + 1";
    let error = Ruleset::from_text(text).unwrap_err();
    let codes: Vec<&str> = error
        .diagnostics()
        .iter()
        .map(|d| d.code.as_str())
        .collect();
    assert_eq!(codes, ["E0001", "E0101"], "{error}");
}

#[test]
fn limits_of_loading() {
    let mut limits = Limits::default();
    limits.sources = 2;
    let sources = MemorySources::new()
        .with(
            "main.pvd",
            "ruleset demo use \"a.pvd\" use \"b.pvd\" use \"c.pvd\"",
        )
        .with("a.pvd", "")
        .with("b.pvd", "")
        .with("c.pvd", "");
    let error = Compiler::new()
        .limits(limits)
        .compile(&sources, "main.pvd")
        .unwrap_err();
    let codes: Vec<&str> = error
        .diagnostics()
        .iter()
        .map(|d| d.code.as_str())
        .collect();
    assert_eq!(codes, ["E0901"], "{error}");
    let mut limits = Limits::default();
    limits.source_bytes = 10;
    let error = Compiler::new()
        .limits(limits)
        .compile(&sources, "main.pvd")
        .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Io { .. }), "{error}");
}

/// A fresh directory below the system's temporary one.
fn directory(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("pervade-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(path.join("rules")).unwrap();
    path
}

#[test]
fn files_are_read_within_their_directory() {
    let path = directory("files");
    fs::write(path.join("common.pvd"), "let fee = 1").unwrap();
    fs::write(
        path.join("rules/main.pvd"),
        "ruleset demo use \"../common.pvd\"",
    )
    .unwrap();
    let error = Ruleset::from_file(path.join("rules/main.pvd")).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("it lies outside the directory of the ruleset"),
        "{text}"
    );
    assert!(text.contains("rules/main.pvd:1:18"), "{text}");
    assert!(Ruleset::compile(&FileSources::new(&path), "rules/main.pvd").is_ok());

    fs::write(path.join("rules/latin.pvd"), b"ruleset demo\n// caf\xe9\n").unwrap();
    let error = Ruleset::from_file(path.join("rules/latin.pvd")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("it is not UTF-8: the byte at offset 19, in line 2,"),
        "{error}"
    );
    let error = Ruleset::from_file(path.join("rules/gone.pvd")).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("rules/gone.pvd`: there is no such file"),
        "{error}"
    );
    assert!(Ruleset::from_file("/").is_err());
    fs::remove_dir_all(path).unwrap();
}
