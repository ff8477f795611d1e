//! Replays what fuzzing found, and the seeds it starts from: `tests/cases/fuzz/<target>/*`, one input a file.
//!
//! `fuzz/` calls the same functions with inputs of its own.

mod mutated;
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
    replay("parse", targets::parse::run);
}

#[test]
fn compile() {
    replay("compile", targets::compile::run);
}

#[test]
fn render() {
    replay("render", targets::render::run);
}

#[test]
fn context() {
    replay("context", targets::context::run);
}

#[test]
fn csv() {
    replay("csv", targets::csv::run);
}

#[test]
fn decide() {
    replay("decide", targets::decide::run);
}

#[test]
fn event() {
    replay("event", targets::event::run);
}

#[test]
fn rows() {
    replay("rows", targets::rows::run);
}

#[test]
fn profile() {
    replay("profile", targets::profile::run);
}
