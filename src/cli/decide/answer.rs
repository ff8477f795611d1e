//! One line of JSON for each record.

use super::super::failure::{Failure, Outcome};
use super::plain::Plain;
use crate::{Error, ErrorKind};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::io::Write;

/// What was decided for a record.
#[derive(Serialize)]
pub(super) struct Decided {
    pub(super) value: Plain,
    pub(super) label: Option<String>,
    pub(super) because: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trace: Option<serde_json::Value>,
}

/// What is wrong with a record.
#[derive(Serialize)]
pub(super) struct Fault {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

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
        let ErrorKind::Context { left_out, .. } = error.kind() else {
            return Fault::new(error.to_string());
        };
        let mut fault = Fault::new("the record does not fit the ruleset");
        if *left_out > 0 {
            fault.message = format!("{}; {left_out} problems are left out", fault.message);
        }
        let problems = error.problems().iter();
        fault.problems = problems
            .map(|problem| Problem {
                path: problem.path.clone(),
                message: problem.message.clone(),
            })
            .collect();
        fault
    }
}

/// A line of the output.
#[derive(Serialize)]
struct Answer<'a> {
    row: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<ByName<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Fault>,
}

/// Decisions as an object, in the order in which they were asked for.
struct ByName<'a>(&'a [(String, Decided)]);

impl Serialize for ByName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, decided) in self.0 {
            map.serialize_entry(name, decided)?;
        }
        map.end()
    }
}

/// Writes and counts the answers.
pub(super) struct Answers<W> {
    output: W,
    line: Vec<u8>,
    rows: u64,
    bad: u64,
}

impl<W: Write> Answers<W> {
    pub(super) fn new(output: W) -> Self {
        Answers {
            output,
            line: Vec::new(),
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

    /// Answers the next record, which began in the given line of its file.
    pub(super) fn answer(
        &mut self,
        line: Option<u64>,
        outcome: Result<&[(String, Decided)], Fault>,
    ) -> Outcome<()> {
        self.rows += 1;
        let mut answer = Answer {
            row: self.rows,
            decisions: None,
            error: None,
        };
        match outcome {
            Ok(decided) => answer.decisions = Some(ByName(decided)),
            Err(mut fault) => {
                fault.line = line;
                answer.error = Some(fault);
                self.bad += 1;
            }
        }
        self.line.clear();
        serde_json::to_writer(&mut self.line, &answer)
            .map_err(|error| Failure::output(error.into()))?;
        self.line.push(b'\n');
        self.output.write_all(&self.line).map_err(Failure::output)
    }

    /// Hands on what is still held back.
    pub(super) fn flush(&mut self) -> Outcome<()> {
        self.output.flush().map_err(Failure::output)
    }
}
