//! Replays what fuzzing found, and the seeds it starts from: `tests/cases/fuzz/<target>/*`, one input a file.

mod targets;

use std::path::Path;

fn replay(target: &str, run: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/fuzz")
        .join(target);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no inputs in {}", folder.display());
    for file in files {
        println!("{}", file.display());
        run(&std::fs::read(file).unwrap());
    }
}

#[test]
fn parse() {
    replay("parse", targets::parse);
}

#[test]
fn compile() {
    replay("compile", targets::compile);
}

#[test]
fn decide() {
    replay("decide", targets::decide);
}
