//! `pervade check`: compile, report every mistake, change nothing.

use super::Console;
use super::failure::{Failure, OK, Outcome};
use crate::Ruleset;
use std::path::{Path, PathBuf};

/// Checks each file; the gravest outcome is the exit code, and no file hides the mistakes of another.
pub(super) fn run(files: &[PathBuf], console: &mut Console<'_>) -> Outcome<u8> {
    let mut worst = OK;
    for file in files {
        match Ruleset::from_file(file).map_err(Failure::from) {
            Ok(rules) => {
                console.draw(rules.warnings(), rules.sources());
                let name = rules.name();
                console.print(&format!("{}: ok, ruleset {name}\n", file.display()))?;
            }
            Err(failure) => {
                console.report(&failure);
                if let Failure::Rules(error) = &failure {
                    console.note(&mistakes(file, error.diagnostics().len()));
                }
                worst = worst.max(failure.code());
            }
        }
    }
    Ok(worst)
}

fn mistakes(file: &Path, count: usize) -> String {
    let word = if count == 1 { "mistake" } else { "mistakes" };
    format!("{}: {count} {word}", file.display())
}
