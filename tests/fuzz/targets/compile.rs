//! A text compiles or is answered. What compiles is drawn, tested, formatted without a change of meaning, and decides.

use super::{answers, said, sources};
use pervade::{Compiler, Error, GraphFormat, Ruleset};

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (main, others) = sources::split(text);
    let rules = match compile(&main, &others) {
        Ok(rules) => rules,
        Err(error) => return said::check_error(&error),
    };
    for warning in rules.warnings() {
        said::check(warning, |id| rules.sources().text(id));
    }
    for format in [GraphFormat::Dot, GraphFormat::Mermaid, GraphFormat::Json] {
        assert!(!rules.graph(format).is_empty());
    }
    let report = pervade::testing::run(&rules);
    assert!(!report.to_string().is_empty());
    let formatted = |name: &str, text: &str| match name.ends_with(".csv") {
        true => text.to_owned(),
        false => pervade::format(name, text).unwrap_or_else(|_| text.to_owned()),
    };
    let main = formatted("main.pvd", &main);
    let others: Vec<_> = others
        .iter()
        .map(|(name, text)| (*name, formatted(name, text)))
        .collect();
    match compile(&main, &others) {
        Ok(again) => assert!(
            again.fingerprint() == rules.fingerprint(),
            "formatted, it means something else:\n{main}"
        ),
        Err(error) => panic!("formatted, it does not compile:\n{main}\n{error}"),
    }
    answers::ask(&rules);
}

fn compile(main: &str, others: &[(&str, String)]) -> Result<Ruleset, Error> {
    Compiler::new()
        .tests(true)
        .compile(&sources::memory(main, others), "main.pvd")
}
