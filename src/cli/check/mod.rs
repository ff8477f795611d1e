//! `pervade check`: compile, report every mistake, change nothing.
//!
//! [`all`] is what the forms of the report have in common: `text` below, `json` for programs, `sarif` for tools that
//! review code.

mod json;
mod sarif;

use super::Console;
use super::arguments::{Check, CheckFormat};
use super::failure::{ERRORS, IO, OK, Outcome};
use crate::{Code, Diagnostic, Error, Ruleset, Severity, SourceMap};
use std::path::{Path, PathBuf};

/// Checks each file; the gravest outcome is the exit code, and no file hides the mistakes of another.
pub(super) fn run(request: &Check, console: &mut Console<'_>) -> Outcome<u8> {
    let checked = all(&request.files);
    match request.format {
        CheckFormat::Text => text(&checked, console)?,
        CheckFormat::Json => console.print(&json::write(&checked))?,
        CheckFormat::Sarif => console.print(&sarif::write(&checked))?,
    }
    Ok(checked.iter().map(Checked::code).max().unwrap_or(OK))
}

/// A file with what came of it.
#[derive(Debug)]
pub(super) struct Checked<'f> {
    pub(super) file: &'f Path,
    pub(super) outcome: Result<Ruleset, Error>,
    /// The other file that brings this one in by `use`; it is checked with that one.
    pub(super) part_of: Option<&'f Path>,
}

impl Checked<'_> {
    /// What is said of it, and the texts that it is said of.
    pub(super) fn findings(&self) -> Option<(&[Diagnostic], &SourceMap)> {
        match &self.outcome {
            _ if self.part_of.is_some() => None,
            Ok(rules) => Some((rules.warnings(), rules.sources())),
            Err(error) => error.sources().map(|map| (error.diagnostics(), map)),
        }
    }

    pub(super) fn code(&self) -> u8 {
        match (&self.outcome, self.findings()) {
            (Ok(_), _) => OK,
            (Err(_), _) if self.part_of.is_some() => OK,
            (Err(_), Some(_)) => ERRORS,
            (Err(_), None) => IO,
        }
    }
}

/// Compiles each file with what it uses.
pub(super) fn all(files: &[PathBuf]) -> Vec<Checked<'_>> {
    let outcomes = files.iter().map(|file| (file, Ruleset::from_file(file)));
    let outcomes: Vec<(&PathBuf, Result<Ruleset, Error>)> = outcomes.collect();
    let is_part = |outcome: &Result<Ruleset, Error>| {
        let found = outcome.as_ref().err().map_or(&[][..], Error::diagnostics);
        found.iter().any(|d| d.code == Code::MissingRuleset)
    };
    let parts: Vec<Option<&Path>> = outcomes
        .iter()
        .map(|(file, outcome)| match is_part(outcome) {
            true => brought_in(file, &outcomes),
            false => None,
        })
        .collect();
    let together = outcomes.into_iter().zip(parts);
    let checked = together.map(|((file, outcome), part_of)| Checked {
        file,
        outcome,
        part_of,
    });
    checked.collect()
}

/// The other file that uses this one.
fn brought_in<'f>(
    file: &Path,
    checked: &[(&'f PathBuf, Result<Ruleset, Error>)],
) -> Option<&'f Path> {
    let name = file.display().to_string();
    let uses = |outcome: &Result<Ruleset, Error>| {
        let sources = match outcome {
            Ok(rules) => Some(rules.sources()),
            Err(error) => error.sources(),
        };
        sources.is_some_and(|sources| sources.iter().any(|(used, _)| used == name))
    };
    let mut others = checked.iter().filter(|(other, _)| other.as_path() != file);
    others
        .find(|(_, outcome)| uses(outcome))
        .map(|(main, _)| main.as_path())
}

/// For people: mistakes drawn on the standard error, what is well on the standard output.
fn text(checked: &[Checked<'_>], console: &mut Console<'_>) -> Outcome<()> {
    for one in checked {
        let file = one.file.display();
        if let Some(main) = one.part_of {
            console.print(&format!("{file}: part of {}\n", main.display()))?;
            continue;
        }
        if let Some((found, sources)) = one.findings() {
            console.draw(found, sources);
        }
        match &one.outcome {
            Ok(rules) => console.print(&format!("{file}: ok, ruleset {}\n", rules.name()))?,
            Err(error) if one.code() == ERRORS => {
                let mistakes = mistakes(error.diagnostics().len());
                console.note(&format!("{file}: {mistakes}"));
            }
            Err(error) => console.note(&format!("error: {error}")),
        }
    }
    if let Some(code) = first_error(checked) {
        let code = code.as_str();
        console.note(&format!(
            "for more about an error, run `pervade explain-code {code}`"
        ));
    }
    Ok(())
}

fn first_error(checked: &[Checked<'_>]) -> Option<Code> {
    let findings = checked.iter().filter_map(Checked::findings);
    let mut found = findings.flat_map(|(found, _)| found);
    let error = found.find(|d| d.severity == Severity::Error);
    error.map(|d| d.code)
}

/// `1 mistake`, `2 mistakes`
pub(super) fn mistakes(count: usize) -> String {
    let word = if count == 1 { "mistake" } else { "mistakes" };
    format!("{count} {word}")
}
