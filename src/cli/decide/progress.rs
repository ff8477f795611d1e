//! How far it is, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, Read};

/// A bar of bytes read, a count where the size is not known, or nothing.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// `bytes` is the size of the input if it is known.
    pub(super) fn new(visible: bool, bytes: Option<u64>) -> Self {
        if !visible {
            return Progress {
                bar: ProgressBar::hidden(),
            };
        }
        let (template, bar) = match bytes {
            Some(bytes) => ("{bar:30} {percent}% {msg} {eta}", ProgressBar::new(bytes)),
            None => ("{spinner} {bytes} {msg}", ProgressBar::no_length()),
        };
        bar.set_draw_target(ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Progress { bar }
    }

    /// The same input, its bytes counted.
    pub(super) fn counting<R: Read>(&self, reader: R) -> Counting<R> {
        Counting {
            reader,
            bar: self.bar.clone(),
        }
    }

    /// So many records are done.
    pub(super) fn rows(&self, rows: u64) {
        if rows.is_multiple_of(1_024) && !self.bar.is_hidden() {
            self.bar.set_message(format!("{rows} rows"));
        }
    }

    /// Takes it off the screen.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// A reader whose bytes move the bar.
pub(super) struct Counting<R> {
    reader: R,
    bar: ProgressBar,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.bar.inc(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}
