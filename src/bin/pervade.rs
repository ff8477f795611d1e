//! The `pervade` command. Everything it does is in `pervade::cli`.
use std::io::{IsTerminal, stderr, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let (mut input, mut output, mut errors) = (stdin().lock(), stdout().lock(), stderr());
    let terminal = errors.is_terminal();
    let streams = pervade::cli::Streams {
        input: &mut input,
        output: &mut output,
        errors: &mut errors,
        terminal,
    };
    ExitCode::from(pervade::cli::run(std::env::args_os(), streams))
}
