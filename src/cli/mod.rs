//! The `pervade` command: check, repair, format, decide, explain, test, draw. Over the public API of the library
//! (and what makes a text safe to show on a terminal).
//!
//! In: arguments and three streams. Out: text on them and an exit code: 0 ok, 1 the rules or the inputs have
//! errors, 2 usage, 3 input/output. [`run`] is the whole program, in-process, so that a host or a test
//! can call it; `arguments` says what can be asked, and there is one file for each command.

mod arguments;
mod check;
mod decide;
mod events;
mod explain;
mod explain_code;
mod failure;
mod fix;
mod fmt;
mod graph;
mod test;
mod types;

use crate::{Diagnostic, SourceMap};
use arguments::{Arguments, Colour, Command};
use clap::Parser;
use failure::{Failure, Outcome};
use std::ffi::OsString;
use std::io::{Read, Write};

/// Where the command reads and writes.
///
/// ```
/// use pervade::cli::{Streams, run};
/// let (mut output, mut errors) = (Vec::new(), Vec::new());
/// let streams = Streams { input: &mut &b"ruleset   demo"[..], output: &mut output, errors: &mut errors, terminal: false };
/// assert_eq!(run(["pervade", "fmt", "-"], streams), 0);
/// assert_eq!(output, b"ruleset demo\n");
/// ```
pub struct Streams<'a> {
    /// The standard input.
    pub input: &'a mut dyn Read,
    /// The standard output: results and nothing else.
    pub output: &'a mut dyn Write,
    /// The standard error: diagnostics, summaries, progress.
    pub errors: &'a mut dyn Write,
    /// Whether `errors` is the terminal; then there are colours and progress.
    pub terminal: bool,
}

impl std::fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streams")
            .field("terminal", &self.terminal)
            .finish_non_exhaustive()
    }
}

/// Runs the command and gives its exit code. The first argument is the name of the program.
pub fn run<A>(arguments: impl IntoIterator<Item = A>, mut streams: Streams<'_>) -> u8
where
    A: Into<OsString> + Clone,
{
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(answer) => return not_run(&answer, &mut streams),
    };
    let mut console = Console {
        colour: match arguments.color {
            Colour::Auto => streams.terminal,
            Colour::Always => true,
            Colour::Never => false,
        },
        streams,
    };
    let outcome = match arguments.command {
        Command::Check(request) => check::run(&request, &mut console),
        Command::Fix(request) => fix::run(&request, &mut console),
        Command::ExplainCode { codes } => explain_code::run(&codes, &mut console),
        Command::Fmt { check, files } => fmt::run(&files, check, &mut console),
        Command::Decide(request) => decide::run(&request, &mut console),
        Command::Explain(request) => explain::run(&request, &mut console),
        Command::Test(request) => test::run(&request, &mut console),
        Command::Graph { rules, format } => graph::run(&rules, format, &mut console),
        Command::Types(request) => types::run(&request, &mut console),
    };
    let outcome = outcome.and_then(|code| {
        console.streams.output.flush().map_err(Failure::output)?;
        Ok(code)
    });
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            console.report(&failure);
            failure.code()
        }
    }
}

/// Help, version, and arguments that are none.
fn not_run(answer: &clap::Error, streams: &mut Streams<'_>) -> u8 {
    let text = if streams.terminal {
        answer.render().ansi().to_string()
    } else {
        answer.render().to_string()
    };
    if answer.use_stderr() {
        // Nothing is left to tell that telling failed.
        let _ = streams.errors.write_all(text.as_bytes());
        return failure::USAGE;
    }
    match streams.output.write_all(text.as_bytes()) {
        Ok(()) => failure::OK,
        Err(_) => failure::IO,
    }
}

/// The streams, with what all commands say in the same way.
struct Console<'a> {
    streams: Streams<'a>,
    colour: bool,
}

impl Console<'_> {
    /// Writes a result.
    fn print(&mut self, text: &str) -> Outcome<()> {
        self.streams
            .output
            .write_all(text.as_bytes())
            .map_err(Failure::output)
    }

    /// Says something beside the result. That it can't be said is no reason to stop.
    fn note(&mut self, text: &str) {
        let _ = writeln!(self.streams.errors, "{text}");
    }

    /// Says why it goes no further: the mistakes of rules are drawn, all else is one sentence.
    fn report(&mut self, failure: &Failure) {
        if let Failure::Rules(error) = failure
            && let Some(sources) = error.sources()
        {
            return self.draw(error.diagnostics(), sources);
        }
        if matches!(failure, Failure::Closed) {
            return;
        }
        self.note(&format!("error: {failure}"));
    }

    /// Draws diagnostics, a blank line behind each.
    fn draw(&mut self, diagnostics: &[Diagnostic], sources: &SourceMap) {
        for diagnostic in diagnostics {
            let drawn = diagnostic.render_pretty(sources, self.colour);
            self.note(drawn.trim_end());
            self.note("");
        }
    }
}
