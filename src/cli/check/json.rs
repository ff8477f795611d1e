//! `pervade check --format json`: what is said of the files, for programs.
//!
//! One object, whose form `schema.json` beside this file describes. Its `version` grows when a field is removed or
//! changes its meaning; new fields do not change it.

use super::Checked;
use crate::{Code, Diagnostic, Error, Label, Severity, SourceMap, Span};
use serde::Serialize;

/// The version of the form.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct File<'a> {
    path: String,
    status: Status,
    ruleset: Option<&'a str>,
    part_of: Option<String>,
    error: Option<String>,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Part,
    Mistakes,
    Unreadable,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    title: &'static str,
    severity: &'static str,
    message: &'a str,
    url: &'static str,
    primary: Place<'a>,
    secondary: Vec<Place<'a>>,
    help: &'a [String],
    suggestions: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    span: Stretch<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Edit<'a> {
    span: Stretch<'a>,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Stretch<'a> {
    file: &'a str,
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    byte: u32,
    line: u32,
    column: u32,
}

/// The report, with a line break behind it.
pub(super) fn write(checked: &[Checked<'_>]) -> String {
    let document = Document {
        version: VERSION,
        tool: Tool {
            name: "pervade",
            version: env!("CARGO_PKG_VERSION"),
        },
        files: checked.iter().map(file).collect(),
    };
    // Texts and numbers alone: writing them can't fail.
    let mut text = serde_json::to_string(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn file<'a>(checked: &'a Checked<'_>) -> File<'a> {
    let findings = checked.findings();
    let status = match (&checked.outcome, &findings) {
        _ if checked.part_of.is_some() => Status::Part,
        (Ok(_), _) => Status::Ok,
        (Err(_), Some(_)) => Status::Mistakes,
        (Err(_), None) => Status::Unreadable,
    };
    let error = match (&status, &checked.outcome) {
        (Status::Unreadable, Err(error)) => Some(Error::to_string(error)),
        _ => None,
    };
    let diagnostics = findings.map(|(found, map)| found.iter().map(|d| finding(d, map)).collect());
    File {
        path: checked.file.display().to_string(),
        status,
        ruleset: checked.outcome.as_ref().ok().map(|rules| rules.name()),
        part_of: checked.part_of.map(|main| main.display().to_string()),
        error,
        diagnostics: diagnostics.unwrap_or_default(),
    }
}

fn finding<'a>(diagnostic: &'a Diagnostic, map: &'a SourceMap) -> Finding<'a> {
    let place = |label: &'a Label| Place {
        span: stretch(label.span, map),
        text: &label.text,
    };
    let edits = diagnostic.suggestions.iter().map(|s| Edit {
        span: stretch(s.span, map),
        replacement: &s.replacement,
    });
    Finding {
        code: Code::as_str(diagnostic.code),
        title: diagnostic.code.title(),
        severity: severity(diagnostic),
        message: &diagnostic.message,
        url: diagnostic.code.url(),
        primary: place(&diagnostic.primary),
        secondary: diagnostic.secondary.iter().map(place).collect(),
        help: &diagnostic.help,
        suggestions: edits.collect(),
    }
}

/// `error` or `warning`, as SARIF calls them too.
pub(super) fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn stretch(span: Span, map: &SourceMap) -> Stretch<'_> {
    let position = |byte: u32| {
        let start = Span {
            start: byte,
            end: byte,
            ..span
        };
        let at = map.position(start);
        Position {
            byte,
            line: at.line,
            column: at.column,
        }
    };
    Stretch {
        file: map.name(span.source),
        start: position(span.start),
        end: position(span.end),
    }
}
