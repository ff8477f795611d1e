//! One line of JSON for each record.

use super::super::failure::{Failure, Outcome};
use crate::{Error, ErrorKind};
use serde::Serialize;
use std::io::Write;

/// What is wrong with a record.
#[derive(Serialize)]
pub(super) struct Fault {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

/// One of several things that are wrong, and the path of the field.
#[derive(Serialize)]
struct Problem {
    path: String,
    message: String,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Fault {
            message: message.into(),
            line: None,
            problems: Vec::new(),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let ErrorKind::Context { problems, left_out } = error.kind() else {
            return Fault::new(error.to_string());
        };
        let mut fault = Fault::new("the record does not fit the ruleset");
        if *left_out > 0 {
            fault.message = format!("{}; {left_out} problems are left out", fault.message);
        }
        if problems.iter().any(|problem| problem.path == "now") {
            fault
                .message
                .push_str("; the instant comes from the record's `now`, or from --now");
        }
        fault.problems = problems
            .iter()
            .map(|problem| Problem {
                path: problem.path.clone(),
                message: problem.message.clone(),
            })
            .collect();
        fault
    }
}

/// Writes and counts the answers.
pub(super) struct Answers<W> {
    output: W,
    rows: u64,
    bad: u64,
}

impl<W: Write> Answers<W> {
    pub(super) fn new(output: W) -> Self {
        Answers {
            output,
            rows: 0,
            bad: 0,
        }
    }

    /// How many records were answered.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// How many of them have errors.
    pub(super) fn bad(&self) -> u64 {
        self.bad
    }

    /// Answers the next record, which began in the given line of its file. `outcome` is the decisions, as a
    /// JSON object, or what is wrong.
    pub(super) fn answer(
        &mut self,
        line: Option<u64>,
        outcome: Result<&[u8], Fault>,
    ) -> Outcome<()> {
        self.rows += 1;
        let written = match outcome {
            Ok(decisions) => self.decided(decisions),
            Err(mut fault) => {
                fault.line = line;
                self.bad += 1;
                self.refused(&fault)
            }
        };
        written.map_err(Failure::output)
    }

    fn decided(&mut self, decisions: &[u8]) -> std::io::Result<()> {
        write!(self.output, "{{\"row\":{},\"decisions\":", self.rows)?;
        self.output.write_all(decisions)?;
        self.output.write_all(b"}\n")
    }

    fn refused(&mut self, fault: &Fault) -> std::io::Result<()> {
        write!(self.output, "{{\"row\":{},\"error\":", self.rows)?;
        serde_json::to_writer(&mut self.output, fault)?;
        self.output.write_all(b"}\n")
    }

    /// Hands on what is still held back.
    pub(super) fn flush(&mut self) -> Outcome<()> {
        self.output.flush().map_err(Failure::output)
    }
}
