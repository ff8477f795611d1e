//! A text in the place of a file: all of it or nothing.
//!
//! It is written beside the file and then renamed, so that whoever reads the file finds the old text or the new one,
//! and a full disk destroys nothing.

use crate::cli::failure::{Failure, Outcome};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A byte order mark, which stays if it was there.
pub(super) const MARK: char = '\u{feff}';

/// Puts `text` into a file that still holds `before`.
pub(super) fn replace(shown: &Path, before: &str, text: &str) -> Outcome<()> {
    let failed = |error: io::Error| Failure::writing(shown, &error);
    // Through a symbolic link: the link stays.
    let path = fs::canonicalize(shown).map_err(failed)?;
    let now = fs::read(&path).map_err(failed)?;
    let mark = String::from(MARK);
    let (mark, now) = match now.strip_prefix(mark.as_bytes()) {
        Some(rest) => (mark.as_str(), rest),
        None => ("", now.as_slice()),
    };
    if now != before.as_bytes() {
        let message = "someone else has changed it in the meantime";
        return Err(failed(io::Error::other(message)));
    }
    let metadata = fs::metadata(&path).map_err(failed)?;
    if metadata.permissions().readonly() {
        return Err(failed(io::Error::other("writing it is not permitted")));
    }
    let (draft, mut file) = beside(&path).map_err(failed)?;
    let written = file
        .write_all(mark.as_bytes())
        .and_then(|()| file.write_all(text.as_bytes()))
        .and_then(|()| file.set_permissions(metadata.permissions()))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&draft, &path));
    written.map_err(|error| {
        // That it can't be removed either adds nothing to the error.
        let _ = fs::remove_file(&draft);
        failed(error)
    })
}

/// A new file in the same directory.
fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let process = std::process::id();
    let mut attempt = 0;
    loop {
        let draft = path.with_file_name(format!(".{name}.{process}-{attempt}.tmp"));
        match OpenOptions::new().write(true).create_new(true).open(&draft) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < 100 => {
                attempt += 1;
            }
            opened => return opened.map(|file| (draft, file)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::replace;
    use std::fs;

    #[test]
    fn a_file_is_replaced_whole_or_left() {
        let folder = std::env::temp_dir().join(format!("pervade-store-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("main.pvd");
        fs::write(&file, "\u{feff}one").unwrap();
        replace(&file, "one", "two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "\u{feff}two");
        let refused = replace(&file, "one", "three").unwrap_err().to_string();
        assert!(refused.ends_with("someone else has changed it in the meantime"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "\u{feff}two");
        let mut permissions = fs::metadata(&file).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).unwrap();
        assert!(replace(&file, "two", "three").is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "drafts are left");
        fs::remove_dir_all(&folder).unwrap();
    }
}
