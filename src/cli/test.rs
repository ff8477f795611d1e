//! `pervade test`: runs the tests beside the rules, and says what of the rules they reach.

use super::Console;
use super::arguments::{CoverageFormat, ReportFormat, Test};
use super::failure::{ERRORS, Failure, OK, Outcome};
use crate::Compiler;
use crate::testing::{self, Coverage, Failure as Unmet, Report};
use serde::Serialize;
use std::path::Path;

/// Tests each file; the gravest outcome is the exit code, and no file hides the failures of another.
pub(super) fn run(request: &Test, console: &mut Console<'_>) -> Outcome<u8> {
    let mut worst = OK;
    for file in &request.files {
        let rules = Compiler::new().tests(true).file(file);
        match rules.map_err(Failure::from) {
            Ok(rules) => {
                console.draw(rules.warnings(), rules.sources());
                let report = testing::run(&rules);
                tell(request, file, &report, console)?;
                if !report.is_ok() {
                    worst = worst.max(ERRORS);
                }
            }
            Err(failure) => {
                console.report(&failure);
                worst = worst.max(failure.code());
            }
        }
    }
    Ok(worst)
}

/// One line of JSON for a file.
#[derive(Serialize)]
struct Line<'a> {
    file: String,
    passed: usize,
    failed: usize,
    failures: &'a [Unmet],
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<&'a Coverage>,
}

fn tell(request: &Test, file: &Path, report: &Report, console: &mut Console<'_>) -> Outcome<()> {
    let coverage = report.coverage();
    let json = request.format == ReportFormat::Json;
    let inside = json && request.coverage == Some(CoverageFormat::Json);
    let text = match json {
        true => line(&Line {
            file: file.display().to_string(),
            passed: report.passed(),
            failed: report.failures().len(),
            failures: report.failures(),
            coverage: inside.then_some(coverage),
        })?,
        false => format!("{report}{}\n", sum(file, report)),
    };
    // Coverage for programs has the output to itself: what the tests say stands beside it.
    match request.coverage {
        None => console.print(&text),
        Some(CoverageFormat::Json) if inside => console.print(&text),
        Some(CoverageFormat::Text) if !json => console.print(&format!("{text}{coverage}")),
        Some(format) => {
            console.note(text.trim_end());
            console.print(&match format {
                CoverageFormat::Text => coverage.to_string(),
                CoverageFormat::Json => line(coverage)?,
                CoverageFormat::Lcov => coverage.lcov(),
            })
        }
    }
}

fn sum(file: &Path, report: &Report) -> String {
    let file = file.display();
    match (report.passed(), report.failures().len()) {
        (0, 0) => format!("{file}: no tests"),
        (_, 0) => format!("{file}: ok"),
        (_, _) => format!("{file}: failed"),
    }
}

fn line(data: &impl Serialize) -> Outcome<String> {
    let text = serde_json::to_string(data);
    let text = text.map_err(|error| Failure::Io(format!("can't write the output: {error}")))?;
    Ok(text + "\n")
}
