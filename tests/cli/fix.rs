//! `pervade fix` on every mistake of the case files: it never leaves more of them than there were, never touches a
//! file that is not named, and asked again it has nothing left to do.

use super::{Said, call, directory};
use crate::diagnostics;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn fix(options: &[&str], file: &Path) -> Said {
    fix_all(options, &[file.to_owned()])
}

fn fix_all(options: &[&str], files: &[PathBuf]) -> Said {
    let words = ["pervade", "fix"].iter().chain(options);
    let mut arguments: Vec<String> = words.map(|word| (*word).to_owned()).collect();
    arguments.extend(files.iter().map(|file| file.display().to_string()));
    call(&arguments, b"")
}

fn errors(file: &Path) -> usize {
    match pervade::Ruleset::from_file(file) {
        Ok(_) => 0,
        Err(error) => error.diagnostics().len(),
    }
}

fn texts(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = files.filter(|entry| entry.path().is_file());
    let text = |entry: &fs::DirEntry| fs::read_to_string(entry.path()).unwrap();
    let name = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    files.map(|entry| (name(&entry), text(&entry))).collect()
}

#[test]
fn no_repair_makes_it_worse() {
    let mut repaired = 0;
    for (number, (sources, name)) in diagnostics::texts().into_iter().enumerate() {
        let folder = directory(&format!("fix-{number}"));
        for (name, text) in &sources {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let main = folder.join("main.pvd");
        let (before, were) = (errors(&main), texts(&folder));
        if number % 10 == 0 {
            fix(&["--dry-run"], &main);
            assert_eq!(texts(&folder), were, "{name}: a dry run wrote");
        }
        let said = fix(&[], &main);
        let (after, are) = (errors(&main), texts(&folder));
        assert!(
            after <= before,
            "{name}: {before} became {after}\n{}",
            said.stdout
        );
        repaired += usize::from(after < before);
        assert_eq!(are.len(), were.len(), "{name}: a file was added or lost");
        for (file, text) in &are {
            assert!(file == "main.pvd" || were[file] == *text, "{name}: {file}");
        }
        if number % 10 == 0 {
            let again = fix(&[], &main);
            let nothing = again.stdout.ends_with("nothing to repair\n");
            assert!(nothing, "{name}: {}", again.stdout);
        }
    }
    assert!(repaired > 100, "only {repaired} cases were repaired");
}

/// A file of data that is named may be changed, but its columns and rows stay.
#[test]
fn no_repair_makes_data_worse() {
    let is_csv = |sources: &Vec<(String, String)>| sources.iter().any(|(n, _)| n.ends_with(".csv"));
    let cases = diagnostics::texts().into_iter();
    for (number, (sources, name)) in cases.filter(|(s, _)| is_csv(s)).enumerate() {
        let folder = directory(&format!("fix-data-{number}"));
        let mut files = Vec::new();
        for (name, text) in &sources {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            files.push(path);
        }
        let (before, were) = (errors(&files[0]), texts(&folder));
        let said = fix_all(&[], &files);
        let (after, are) = (errors(&files[0]), texts(&folder));
        assert!(
            after <= before,
            "{name}: {before} became {after}\n{}",
            said.stdout
        );
        for (file, text) in are.iter().filter(|(file, _)| file.ends_with(".csv")) {
            for (before, after) in were[file].lines().zip(text.lines()) {
                let count = |line: &str| line.matches([',', ';', '"', '\n']).count();
                assert_eq!(
                    count(before),
                    count(after),
                    "{name}: {file}\n{}",
                    said.stdout
                );
            }
            assert_eq!(
                were[file].lines().count(),
                text.lines().count(),
                "{name}: {file}"
            );
        }
    }
}
