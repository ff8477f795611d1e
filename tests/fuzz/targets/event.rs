//! Events, one JSON a line, are taken in or answered: by histories and profiles, strict and lenient, one by one and at
//! once, all alike; and what is taken in, saved, is known.

use super::{profile, said};
use pervade::{Error, ErrorKind, Observed};
use serde_json::Value as Json;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    profile::with(|lives| check(&lives.rules, text));
}

fn check(rules: &pervade::Ruleset, text: &str) {
    let mut profile = rules.profile();
    let mut history = rules.history();
    let mut lenient = rules.profile().lenient();
    let mut by_serde = rules.profile();
    let mut first: Option<(usize, String)> = None;
    let mut whole = Vec::new();
    for (line, number) in text
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty())
        .take(200)
    {
        let seen = profile.observe_json(line);
        let known = history.add_json(line);
        match (&seen, &known) {
            (Ok(seen), Ok(known)) => assert_eq!(seen, known, "{line}"),
            (Err(seen), Err(known)) => assert_eq!(seen.to_string(), known.to_string(), "{line}"),
            _ => panic!("{line}: {seen:?}, {known:?}"),
        }
        let loosely = lenient.observe_json(line);
        match &seen {
            Ok(seen) => {
                // A lenient one may have taken in what was refused, under the same id.
                let loosely = loosely.expect("lenient");
                assert!(first.is_some() || *seen == loosely, "{line}: {loosely:?}");
                assert_ne!(*seen, Observed::Aside, "{line}");
                assert_ne!(
                    profile.observe_json(line).expect("known"),
                    Observed::New,
                    "{line}"
                );
            }
            Err(error) => {
                answered(line, error);
                if first.is_none() {
                    first = Some((number, error.to_string()));
                }
            }
        }
        if let Ok(value @ Json::Object(_)) = serde_json::from_str(line)
            && !has_float(&value)
            && seen.is_ok()
        {
            let through = by_serde.observe(&value);
            assert!(
                through.is_ok(),
                "refused through serde: {line}: {through:?}"
            );
        }
        if first.is_none() {
            whole.push(line);
        }
    }
    let mut at_once = rules.profile();
    at_once
        .observe_json_lines(&whole.join("\n"))
        .expect("each was fine");
    let mut until = rules.profile();
    for line in &whole {
        until.observe_json(line).expect("it was fine");
    }
    profile::same("at once", &until.save(), &at_once);
    let saved = profile.save();
    profile::same("loaded", &saved, &profile::load(rules, &saved));
    for line in saved.lines().skip(1) {
        assert_eq!(
            profile.observe_json(line).expect("as it was saved"),
            Observed::Known,
            "{line}"
        );
    }
    let saved = lenient.save();
    profile::same(
        "loaded with what was kept aside",
        &saved,
        &profile::load(rules, &saved),
    );
}

/// Some problem is told, each on a line.
fn answered(line: &str, error: &Error) {
    said::check_error(error);
    assert!(
        matches!(error.kind(), ErrorKind::Event { .. }),
        "{line}: {error:?}"
    );
    assert!(!error.problems().is_empty(), "no problem of {line}");
    for problem in error.problems() {
        let told = problem.to_string();
        assert!(!problem.message.is_empty() && told.len() < 2_000, "{told}");
        assert!(
            !told.contains(char::is_control),
            "more than a line: {told:?}"
        );
        if problem.path == "code" {
            assert!(
                !problem.message.contains("found") || problem.message.contains("‹hidden›"),
                "{told}"
            );
        }
    }
}

/// Numbers that serde_json holds as floats may have lost digits.
fn has_float(value: &Json) -> bool {
    match value {
        Json::Number(n) => n.is_f64(),
        Json::Array(items) => items.iter().any(has_float),
        Json::Object(fields) => fields.values().any(has_float),
        _ => false,
    }
}
