//! Rules with tests of their behaviours: `tests/cases/behaviours/*.pvd`, one file a family. Every expectation is met.

use pervade::Compiler;
use std::path::Path;

#[test]
fn every_expectation_of_the_case_files_is_met() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/behaviours");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the case files")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "pvd"))
        .collect();
    files.sort();
    let mut met = 0;
    for file in &files {
        let rules = Compiler::new()
            .tests(true)
            .file(file)
            .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let report = pervade::testing::run(&rules);
        assert!(report.is_ok(), "{}\n{report}", file.display());
        met += report.passed();
    }
    assert!(
        files.len() > 15 && met > 300,
        "{} files, {met} expectations",
        files.len()
    );
}
