//! The customer's events, from a file of JSON lines.

use super::failure::{Failure, Outcome};
use crate::{History, Ruleset};
use std::path::{Path, PathBuf};

/// The history that a file tells; `None` where the rules ask for none and none is given.
pub(super) fn history(rules: &Ruleset, file: Option<&PathBuf>) -> Outcome<Option<History>> {
    let Some(file) = file else {
        return match rules.needs_history() {
            false => Ok(None),
            true => Err(Failure::Usage(
                "the rules ask about events: add --events with a file of them, one JSON object a line (an empty one for a customer who did nothing)"
                    .to_owned(),
            )),
        };
    };
    let lines = read(file)?;
    let mut history = rules.history();
    match history.add_json_lines(&lines) {
        Ok(_) => Ok(Some(history)),
        Err(error) => {
            let mut text = format!("the events in `{}` do not fit the ruleset", file.display());
            for problem in error.problems() {
                text.push_str(&format!("\n  {problem}"));
            }
            Err(Failure::Input(text))
        }
    }
}

fn read(file: &Path) -> Outcome<String> {
    std::fs::read_to_string(file).map_err(|error| Failure::reading(file, &error))
}
