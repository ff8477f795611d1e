//! [`FileSources`]: texts from one directory, for hosts and the command line. The only I/O of the library.

use crate::limits::Limits;
use crate::source::Sources;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

/// Sources that are files below one directory.
///
/// A name that leads out of the directory (`../other.pvd`) is refused, because a rules file may come
/// from someone whom the host does not trust with its disk; a symbolic link inside is followed. Rules
/// that share files across folders are compiled from the folder above:
///
/// ```no_run
/// use pervade::{FileSources, Ruleset};
/// let rules = Ruleset::compile(&FileSources::new("rules"), "cinema/main.pvd")?;
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct FileSources {
    directory: PathBuf,
    most_bytes: usize,
}

impl FileSources {
    /// The files below a directory.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        FileSources {
            directory: directory.into(),
            most_bytes: Limits::default().source_bytes,
        }
    }

    /// The same with another bound on the bytes of one file.
    #[must_use]
    pub fn most_bytes(mut self, bytes: usize) -> Self {
        self.most_bytes = bytes;
        self
    }

    fn bytes(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let most = u64::try_from(self.most_bytes).unwrap_or(u64::MAX);
        File::open(path)?
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Sources for FileSources {
    fn read(&self, name: &str) -> Result<String, String> {
        let relative = Path::new(name);
        if !relative
            .components()
            .all(|c| matches!(c, Component::Normal(_)))
        {
            return Err("it lies outside the directory of the ruleset".to_owned());
        }
        let path = self.directory.join(relative);
        let bytes = self.bytes(&path).map_err(|error| reason(&error))?;
        if bytes.len() > self.most_bytes {
            return Err(format!("it is larger than {} bytes", self.most_bytes));
        }
        String::from_utf8(bytes).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(good).filter(|b| **b == b'\n').count() + 1;
            format!("it is not UTF-8: the byte at offset {good}, in line {line}, does not belong to a character")
        })
    }
}

/// Why a file can't be read, as a sentence's end.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}
