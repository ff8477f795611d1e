//! `pervade check --format sarif`: what is said of the files, as SARIF 2.1.0, which tools that review code read.
//!
//! One run; a rule for each code that occurs, with its page as `helpUri`; a result for each finding, its repair as a
//! `fix`. A text that two of the files use is told of once. Columns count characters, which `columnKind` says.

use super::json::severity;
use super::{Checked, OK};
use crate::{Code, Diagnostic, Label, SourceMap, Span, Suggestion};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The report, with a line break behind it.
pub(super) fn write(checked: &[Checked<'_>]) -> String {
    let findings = || {
        let each = checked.iter().filter_map(Checked::findings);
        each.flat_map(|(found, map)| found.iter().map(move |d| (d, map)))
    };
    let codes: BTreeSet<Code> = findings().map(|(d, _)| d.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let mut told = BTreeSet::new();
    let results = findings().filter(|(d, map)| {
        let span = d.primary.span;
        told.insert((
            map.name(span.source),
            span.start,
            span.end,
            d.code,
            &d.message,
        ))
    });
    let results: Vec<Value> = results.map(|(d, map)| result(d, map, &codes)).collect();
    let document = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pervade",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://docs.rs/pervade",
                "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation(checked)],
            "results": results,
        }],
    });
    format!("{document}\n")
}

/// Whether all files could be read, and which could not.
fn invocation(checked: &[Checked<'_>]) -> Value {
    let unreadable = checked
        .iter()
        .filter(|one| one.findings().is_none() && one.code() != OK);
    let unreadable: Vec<Value> = unreadable
        .filter_map(|one| one.outcome.as_ref().err())
        .map(|error| json!({ "level": "error", "message": message(&error.to_string()) }))
        .collect();
    json!({
        "executionSuccessful": unreadable.is_empty(),
        "toolExecutionNotifications": unreadable,
    })
}

fn rule(code: Code) -> Value {
    let page = code.page();
    let paragraph = page.split("\n\n").nth(1).unwrap_or("").replace('\n', " ");
    let more = format!("pervade explain-code {}", code.as_str());
    json!({
        "id": code.as_str(),
        "name": format!("{code:?}"),
        "shortDescription": message(code.title()),
        "fullDescription": message(&paragraph),
        "help": message(&more),
        "helpUri": code.url(),
    })
}

fn result(diagnostic: &Diagnostic, map: &SourceMap, codes: &[Code]) -> Value {
    let help = diagnostic.help.iter().map(|help| format!("\nhelp: {help}"));
    let text: String = std::iter::once(diagnostic.message.clone())
        .chain(help)
        .collect();
    let mut result = json!({
        "ruleId": diagnostic.code.as_str(),
        "ruleIndex": codes.binary_search(&diagnostic.code).unwrap_or(0),
        "level": severity(diagnostic),
        "message": message(&text),
        "locations": [location(&diagnostic.primary, map)],
    });
    if !diagnostic.secondary.is_empty() {
        let places = diagnostic
            .secondary
            .iter()
            .map(|label| location(label, map));
        insert(&mut result, "relatedLocations", places.collect());
    }
    if !diagnostic.suggestions.is_empty() {
        let fix = fix(&diagnostic.suggestions, map);
        insert(&mut result, "fixes", json!([fix]));
    }
    result
}

fn insert(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = object {
        fields.insert(name.to_owned(), value);
    }
}

/// The one repair of a finding, file by file.
fn fix(suggestions: &[Suggestion], map: &SourceMap) -> Value {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for suggestion in suggestions {
        let name = map.name(suggestion.span.source);
        files.entry(name).or_default().push(json!({
            "deletedRegion": region(suggestion.span, map),
            "insertedContent": { "text": suggestion.replacement },
        }));
    }
    let changes = files.into_iter().map(|(name, replacements)| {
        json!({ "artifactLocation": { "uri": uri(name) }, "replacements": replacements })
    });
    json!({ "artifactChanges": changes.collect::<Vec<_>>() })
}

fn location(label: &Label, map: &SourceMap) -> Value {
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(map.name(label.span.source)) },
        "region": region(label.span, map),
    }});
    if !label.text.is_empty() {
        insert(&mut location, "message", message(&label.text));
    }
    location
}

fn region(span: Span, map: &SourceMap) -> Value {
    let start = map.position(span);
    let end = map.position(Span {
        start: span.end,
        ..span
    });
    json!({
        "startLine": start.line, "startColumn": start.column,
        "endLine": end.line, "endColumn": end.column,
    })
}

/// A text to be read as it stands: in a message, braces would stand for arguments.
fn message(text: &str) -> Value {
    json!({ "text": text.replace('{', "{{").replace('}', "}}") })
}

/// A path as a URI: relative as it was named, `file://…` if it begins at the root.
fn uri(path: &str) -> String {
    let path = path.replace(std::path::MAIN_SEPARATOR, "/");
    let mut uri = String::with_capacity(path.len());
    let has_drive = path.as_bytes().get(1) == Some(&b':');
    match path.starts_with('/') {
        true => uri.push_str("file://"),
        false if has_drive => uri.push_str("file:///"),
        false => {}
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("rules/main.pvd"), "rules/main.pvd");
        assert_eq!(uri("the rules/a:é.pvd"), "the%20rules/a%3A%C3%A9.pvd");
        assert_eq!(uri("/srv/main.pvd"), "file:///srv/main.pvd");
    }
}
