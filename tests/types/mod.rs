//! Types for hosts: what is written for the cinema and for names that collide, a round trip through the Rust types, and the
//! JSON Schema held against what contexts take.
//!
//! The expected texts are `tests/cases/types`; those in Rust are compiled in here, without a warning.
//! `PERVADE_UPDATE=1 cargo test --test all types` writes down what is written now (where it does not compile,
//! `pervade types --rust` does); look at the difference.

mod generated;
mod round_trip;
mod spellings;

use pervade::{Ruleset, types};
use std::fs;
use std::path::{Path, PathBuf};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn rules(path: &str) -> Ruleset {
    Ruleset::from_file(project(path)).unwrap_or_else(|error| panic!("{error}"))
}

fn cinema() -> Ruleset {
    rules("examples/rules/cinema.pvd")
}

fn names() -> Ruleset {
    rules("tests/cases/types/names.pvd")
}

fn expect(name: &str, text: &str) {
    let path = project("tests/cases/types").join(name);
    if std::env::var_os("PERVADE_UPDATE").is_some() {
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    for (number, (new, old)) in text.lines().zip(expected.lines()).enumerate() {
        assert_eq!(new, old, "{name}:{}", number + 1);
    }
    assert_eq!(text.lines().count(), expected.lines().count(), "{name}");
}

/// The names of the time zones are some 600 and change with the database.
fn without_zones(schema: &str) -> String {
    let list = "\"timezone\": {\n      \"enum\": [";
    let (before, rest) = schema.split_once(list).unwrap();
    let (names, behind) = rest.split_once(']').unwrap();
    let names = names.split(',').count();
    assert!(names > 500, "{names}");
    format!("{before}{list}]{behind}")
}

#[test]
fn the_cinema() {
    let cinema = cinema();
    expect("cinema.rs", &types::rust(&cinema));
    expect("cinema.ts", &types::typescript(&cinema));
    let schema = types::json_schema(&cinema);
    expect("cinema.schema.json", &without_zones(&schema));
}

#[test]
fn names_that_collide() {
    let names = names();
    expect("names.rs", &types::rust(&names));
    expect("names.ts", &types::typescript(&names));
    expect(
        "names.schema.json",
        &without_zones(&types::json_schema(&names)),
    );
}

#[test]
fn schemas_are_schemas() {
    for rules in [cinema(), names()] {
        let schema = serde_json::from_str(&types::json_schema(&rules)).unwrap();
        jsonschema::meta::validate(&schema).unwrap();
    }
}

/// The same ruleset gives the same text.
#[test]
fn texts_do_not_vary() {
    let [one, two] = [cinema(), cinema()];
    assert_eq!(types::rust(&one), types::rust(&two));
    assert_eq!(types::typescript(&one), types::typescript(&two));
    assert_eq!(types::json_schema(&one), types::json_schema(&two));
}

/// A host without a feature of its own for this still gets every ruleset's types: those of a ruleset without anything.
#[test]
fn of_nothing() {
    let rules = Ruleset::from_text("ruleset nothing").unwrap();
    assert!(types::rust(&rules).ends_with("pub struct Context {}\n"));
    assert!(types::typescript(&rules).contains("export interface Input extends Context {"));
}
