//! `pervade decide`: records in, one line of JSON out for each.
//!
//! A record that can't be read, does not fit or overflows gives a line with its number and what is wrong,
//! and the rest goes on. `records` reads, `decider` decides, `answer` writes, `progress` shows how far it is.

mod answer;
mod decider;
mod progress;
mod records;

use super::Console;
use super::arguments::{Decide, RecordFormat};
use super::failure::{ERRORS, Failure, OK, Outcome};
use crate::Ruleset;
use answer::{Answers, Fault};
use decider::Deciding;
use progress::Progress;
use records::{Lines, Metered};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read};

/// How much is read and written at once.
const CHUNK: usize = 1 << 16;

pub(super) fn run(request: &Decide, console: &mut Console<'_>) -> Outcome<u8> {
    let format = format(request)?;
    refuse_idle_options(request, format)?;
    let rules = Ruleset::from_file(&request.rules)?;
    let deciding = Deciding::new(&rules, request)?;
    let bad = {
        let streams = &mut console.streams;
        let (input, bytes): (Box<dyn Read + '_>, _) = if request.input.as_os_str() == "-" {
            (Box::new(&mut *streams.input), None)
        } else {
            let file = File::open(&request.input);
            let file = file.map_err(|error| Failure::reading(&request.input, &error))?;
            let bytes = file.metadata().ok().map(|data| data.len());
            (Box::new(file), bytes)
        };
        let progress = Progress::new(streams.terminal, bytes);
        let input = progress.counting(input);
        let output = BufWriter::with_capacity(CHUNK, &mut *streams.output);
        let mut run = Run {
            request,
            deciding,
            answers: Answers::new(output),
            progress,
        };
        let outcome = match format {
            RecordFormat::Json => run.whole(input),
            RecordFormat::Jsonl => run.lines(input),
            RecordFormat::Csv => run.csv(input),
        };
        run.progress.finish();
        // What was decided before something broke is still an answer.
        let flushed = run.answers.flush();
        outcome.and(flushed)?;
        (run.answers.bad(), run.answers.rows())
    };
    match bad {
        (0, _) => Ok(OK),
        (bad, rows) => {
            console.note(&format!("{bad} of {rows} records have errors"));
            Ok(ERRORS)
        }
    }
}

/// The format asked for, or the one that the file's ending tells.
fn format(request: &Decide) -> Outcome<RecordFormat> {
    if let Some(format) = request.format {
        return Ok(format);
    }
    if request.input.as_os_str() == "-" {
        return Ok(RecordFormat::Jsonl);
    }
    let ending = request.input.extension().unwrap_or_default();
    match ending.to_string_lossy().to_lowercase().as_str() {
        "json" => Ok(RecordFormat::Json),
        "jsonl" | "ndjson" => Ok(RecordFormat::Jsonl),
        "csv" => Ok(RecordFormat::Csv),
        _ => Err(Failure::Usage(format!(
            "the ending of `{}` does not tell how its records are written: add --format json, jsonl or csv",
            request.input.display()
        ))),
    }
}

/// An option that would have no effect is a mistake better told.
fn refuse_idle_options(request: &Decide, format: RecordFormat) -> Outcome<()> {
    let csv = format == RecordFormat::Csv;
    let idle = [
        (!csv && !request.map.is_empty(), "--map", "CSV"),
        (!csv && request.ignore_columns, "--ignore-columns", "CSV"),
        (csv && request.lenient, "--lenient", "JSON"),
    ];
    match idle.into_iter().find(|(idle, ..)| *idle) {
        Some((_, option, kind)) => Err(Failure::Usage(format!("{option} is for {kind} input"))),
        None => Ok(()),
    }
}

/// What a run over all records needs.
struct Run<'a, W: io::Write> {
    request: &'a Decide,
    deciding: Deciding<'a>,
    answers: Answers<W>,
    progress: Progress,
}

impl<W: io::Write> Run<'_, W> {
    fn reading(&self, error: &io::Error) -> Failure {
        Failure::reading(&self.request.input, error)
    }

    /// One object.
    fn whole(&mut self, input: impl Read) -> Outcome<()> {
        self.deciding.prepare_json()?;
        let text = records::whole(input).map_err(|error| self.reading(&error))?;
        let outcome = match &text {
            Ok(text) => self.deciding.json(text),
            Err(message) => Err(Fault::new(message)),
        };
        self.answers.answer(None, outcome)
    }

    /// One object a line.
    fn lines(&mut self, input: impl Read) -> Outcome<()> {
        self.deciding.prepare_json()?;
        let mut lines = Lines::new(BufReader::with_capacity(CHUNK, input));
        loop {
            let line = match lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => return Ok(()),
                Err(error) => return Err(self.reading(&error)),
            };
            let outcome = match line {
                Ok(text) => self.deciding.json(text),
                Err(message) => Err(Fault::new(message)),
            };
            self.answers.answer(Some(lines.number()), outcome)?;
            self.progress.rows(self.answers.rows());
        }
    }

    /// A header, then one record a line.
    fn csv(&mut self, input: impl Read) -> Outcome<()> {
        let (input, meter) = Metered::new(input);
        let mut reader = csv::ReaderBuilder::new()
            .buffer_capacity(CHUNK)
            .from_reader(input);
        let header = match reader.byte_headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(self.csv_failure(error)),
        };
        let columns = self.deciding.columns(&header)?;
        let mut record = csv::ByteRecord::new();
        loop {
            meter.record_complete();
            let line = reader.position().line();
            let read = match reader.read_byte_record(&mut record) {
                Ok(false) => return Ok(()),
                Ok(true) => Ok(()),
                Err(error) if error.is_io_error() => return Err(self.csv_failure(error)),
                Err(error) => Err(uneven(&error)),
            };
            let line = record.position().map_or(line, csv::Position::line);
            let outcome = match read {
                Ok(()) => self.deciding.row(&columns, &record),
                Err(message) => Err(Fault::new(message)),
            };
            self.answers.answer(Some(line), outcome)?;
            self.progress.rows(self.answers.rows());
        }
    }

    fn csv_failure(&self, error: csv::Error) -> Failure {
        let text = error.to_string();
        match error.into_kind() {
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                Failure::Input(error.to_string())
            }
            csv::ErrorKind::Io(error) => self.reading(&error),
            _ => Failure::Input(text),
        }
    }
}

/// A record of more or fewer cells than the header.
fn uneven(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!(
            "the row has {len} {}, the header {expected_len}",
            if *len == 1 { "cell" } else { "cells" }
        ),
        _ => error.to_string(),
    }
}
