//! `pervade fmt`: rule files into their one layout.

use super::Console;
use super::failure::{ERRORS, Failure, OK, Outcome};
use std::fs;
use std::path::{Path, PathBuf};

/// Formats each file in place, or lists those that would change. A file with mistakes is left as it is.
pub(super) fn run(files: &[PathBuf], check: bool, console: &mut Console<'_>) -> Outcome<u8> {
    let mut worst = OK;
    for file in files {
        let outcome = if file.as_os_str() == "-" {
            stream(check, console)
        } else {
            in_place(file, check, console)
        };
        worst = worst.max(match outcome {
            Ok(code) => code,
            Err(failure) => {
                console.report(&failure);
                failure.code()
            }
        });
    }
    Ok(worst)
}

/// Standard input to standard output.
fn stream(check: bool, console: &mut Console<'_>) -> Outcome<u8> {
    let mut bytes = Vec::new();
    let input = Path::new("-");
    std::io::Read::read_to_end(&mut console.streams.input, &mut bytes)
        .map_err(|error| Failure::reading(input, &error))?;
    let text = text(input, bytes)?;
    let formatted = crate::format("-", &text)?;
    if !check {
        console.print(&formatted)?;
        return Ok(OK);
    }
    changed(input, formatted != text, console)
}

fn in_place(file: &Path, check: bool, console: &mut Console<'_>) -> Outcome<u8> {
    let bytes = fs::read(file).map_err(|error| Failure::reading(file, &error))?;
    let text = text(file, bytes)?;
    let formatted = crate::format(&file.to_string_lossy(), &text)?;
    if check {
        return changed(file, formatted != text, console);
    }
    if formatted != text {
        fs::write(file, formatted).map_err(|error| Failure::writing(file, &error))?;
    }
    Ok(OK)
}

fn text(file: &Path, bytes: Vec<u8>) -> Outcome<String> {
    String::from_utf8(bytes)
        .map_err(|_| Failure::Input(format!("`{}` is not UTF-8", file.display())))
}

/// Lists a file that is not in the layout.
fn changed(file: &Path, changed: bool, console: &mut Console<'_>) -> Outcome<u8> {
    if !changed {
        return Ok(OK);
    }
    console.print(&format!("{}\n", file.display()))?;
    Ok(ERRORS)
}
