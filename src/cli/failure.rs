//! Why a command stops, and the exit code that says so.

use crate::{Error, ErrorKind};
use std::fmt;
use std::io;
use std::path::Path;

/// All went well.
pub(super) const OK: u8 = 0;
/// The rules or the inputs have errors.
pub(super) const ERRORS: u8 = 1;
/// The command was called wrongly.
pub(super) const USAGE: u8 = 2;
/// Something could not be read or written.
pub(super) const IO: u8 = 3;

pub(super) type Outcome<T> = Result<T, Failure>;

/// Why a command stops.
#[derive(Debug)]
pub(super) enum Failure {
    /// The rules have mistakes.
    Rules(Error),
    /// The input does not fit the rules as a whole.
    Input(String),
    /// The arguments fit neither one another nor the rules.
    Usage(String),
    /// Something can't be read or written.
    Io(String),
    /// Whoever read the output has gone; nobody wants to hear about it.
    Closed,
}

impl Failure {
    pub(super) fn code(&self) -> u8 {
        match self {
            Failure::Rules(_) | Failure::Input(_) => ERRORS,
            Failure::Usage(_) => USAGE,
            Failure::Io(_) | Failure::Closed => IO,
        }
    }

    /// The standard output takes no more.
    pub(super) fn output(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::Closed;
        }
        Failure::Io(format!("can't write the output: {error}"))
    }

    /// A file can't be read.
    pub(super) fn reading(path: &Path, error: &io::Error) -> Failure {
        Failure::Io(format!("can't read `{}`: {error}", path.display()))
    }

    /// A file can't be written.
    pub(super) fn writing(path: &Path, error: &io::Error) -> Failure {
        Failure::Io(format!("can't write `{}`: {error}", path.display()))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::Rules { .. } => Failure::Rules(error),
            ErrorKind::Io { .. } => Failure::Io(error.to_string()),
            ErrorKind::Handle { .. } | ErrorKind::Slot { .. } => Failure::Usage(error.to_string()),
            _ => Failure::Input(error.to_string()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Rules(error) => error.fmt(f),
            Failure::Closed => Ok(()),
            Failure::Input(text) | Failure::Usage(text) | Failure::Io(text) => f.write_str(text),
        }
    }
}
