//! Records from a stream, one at a time, each bounded in size: a bad one is told and the next is read.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// The most bytes of one record.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// Lines of text, numbered from 1.
pub(super) struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    number: u64,
}

/// A line, or why it can't be taken.
pub(super) type Line<'a> = Result<&'a str, String>;

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Lines {
            reader,
            line: Vec::new(),
            number: 0,
        }
    }

    /// The number of the line read last.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The next line that is not blank, without its end. `None` behind the last.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        let fits = loop {
            let Some(fits) = self.read()? else {
                return Ok(None);
            };
            self.number += 1;
            if self.number == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
                self.line.drain(..3);
            }
            if !fits || !self.line.trim_ascii().is_empty() {
                break fits;
            }
        };
        if !fits {
            return Ok(Some(Err(too_large())));
        }
        let text = std::str::from_utf8(&self.line);
        Ok(Some(text.map_err(|_| "the line is not UTF-8".to_owned())))
    }

    /// Reads one line into the buffer; `false` if it is too long, then it is skipped to its end.
    fn read(&mut self) -> io::Result<Option<bool>> {
        self.line.clear();
        let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
        let taken = (&mut self.reader)
            .take(most)
            .read_until(b'\n', &mut self.line)?;
        if taken == 0 {
            return Ok(None);
        }
        if taken < MOST_BYTES || self.line.ends_with(b"\n") {
            return Ok(Some(true));
        }
        self.line.clear();
        self.reader.skip_until(b'\n')?;
        Ok(Some(false))
    }
}

fn too_large() -> String {
    format!("the record is larger than {} MiB", MOST_BYTES >> 20)
}

/// Reads a whole text that is one record.
pub(super) fn whole(reader: impl Read) -> io::Result<Result<String, String>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
    reader.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MOST_BYTES {
        return Ok(Err(too_large()));
    }
    let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => rest.to_vec(),
        None => bytes,
    };
    Ok(String::from_utf8(bytes).map_err(|_| "the input is not UTF-8".to_owned()))
}

/// A reader that refuses to hand out more than [`MOST_BYTES`] before it is told that a record is complete.
///
/// A quote that is never closed would otherwise collect the rest of a CSV file, whatever its size, in memory.
pub(super) struct Metered<R> {
    reader: R,
    since: Rc<Cell<usize>>,
}

/// Tells a [`Metered`] reader that a record is complete.
pub(super) struct Meter(Rc<Cell<usize>>);

impl Meter {
    pub(super) fn record_complete(&self) {
        self.0.set(0);
    }
}

impl<R: Read> Metered<R> {
    pub(super) fn new(reader: R) -> (Self, Meter) {
        let since = Rc::new(Cell::new(0));
        let meter = Meter(Rc::clone(&since));
        (Metered { reader, since }, meter)
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > MOST_BYTES {
            let text = format!("{}: is a quote not closed?", too_large());
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        let count = self.reader.read(buffer)?;
        self.since.set(self.since.get() + count);
        Ok(count)
    }
}
