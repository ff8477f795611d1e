//! `pervade check`: compile, report every mistake, change nothing.

use super::Console;
use super::arguments::BudgetFormat;
use super::failure::{ERRORS, Failure, IO, OK, Outcome};
use crate::{Code, Error, Ruleset};
use std::path::{Path, PathBuf};

/// Checks each file; the gravest outcome is the exit code, and no file hides the mistakes of another. A file that
/// another one brings in by `use` is checked with that one.
pub(super) fn run(
    files: &[PathBuf],
    budget: Option<BudgetFormat>,
    console: &mut Console<'_>,
) -> Outcome<u8> {
    let checked = files.iter().map(|file| (file, Ruleset::from_file(file)));
    let checked: Vec<(&PathBuf, Result<Ruleset, Error>)> = checked.collect();
    let mut worst = OK;
    for (file, outcome) in &checked {
        if let (Err(error), Some(main)) = (outcome, brought_in(file, &checked))
            && error
                .diagnostics()
                .iter()
                .any(|d| d.code == Code::MissingRuleset)
        {
            if budget != Some(BudgetFormat::Json) {
                console.print(&format!("{}: part of {}\n", file.display(), main.display()))?;
            }
            continue;
        }
        match outcome {
            Ok(rules) => {
                console.draw(rules.warnings(), rules.sources());
                let name = rules.name();
                if budget != Some(BudgetFormat::Json) {
                    console.print(&format!("{}: ok, ruleset {name}\n", file.display()))?;
                }
                if let Some(format) = budget {
                    tell_budget(rules, format, console)?;
                }
            }
            Err(error) => worst = worst.max(report(file, error, console)),
        }
    }
    Ok(worst)
}

/// What the decisions of a ruleset cost at worst.
fn tell_budget(rules: &Ruleset, format: BudgetFormat, console: &mut Console<'_>) -> Outcome<()> {
    let budget = rules.budget();
    match format {
        BudgetFormat::Text => console.print(&format!("\n{budget}\n")),
        BudgetFormat::Json => {
            let line = serde_json::to_string(&budget);
            let line = line.map_err(|e| Failure::Io(format!("can't write the output: {e}")))?;
            console.print(&format!("{line}\n"))
        }
    }
}

fn report(file: &Path, error: &Error, console: &mut Console<'_>) -> u8 {
    match error.sources() {
        Some(sources) => {
            console.draw(error.diagnostics(), sources);
            console.note(&mistakes(file, error.diagnostics().len()));
            ERRORS
        }
        None => {
            console.note(&format!("error: {error}"));
            IO
        }
    }
}

/// The other file that uses this one.
fn brought_in<'f>(
    file: &Path,
    checked: &[(&'f PathBuf, Result<Ruleset, Error>)],
) -> Option<&'f PathBuf> {
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
        .map(|(main, _)| *main)
}

fn mistakes(file: &Path, count: usize) -> String {
    let word = if count == 1 { "mistake" } else { "mistakes" };
    format!("{}: {count} {word}", file.display())
}
