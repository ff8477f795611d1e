//! Faults seeded into the engine, one at a time: each must make the oracle disagree, those in how actions are chosen the
//! oracle, a law of next best actions or the tests of policies, those in policies the latter; those in leases the law of
//! dates or the tests of behaviours; those in `src/behaviour` and in
//! profiles the tests of behaviours, which hold case files and the reference against it.
//!
//! `faults.txt` lists them as data: a name, a file, a text that occurs there exactly once, and what replaces it.
//! The cheap test keeps the list true while the engine changes. The long one copies the crate, applies one fault
//! after the other and runs the short oracle, or the tests of behaviours or policies, on each copy:
//! `cargo test --test all oracle::faults::all_are_caught -- --ignored --nocapture`; with `PERVADE_FAULT="a|b"` those
//! alone whose names hold one of these texts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// One fault.
struct Fault {
    name: String,
    file: String,
    find: String,
    replace: String,
}

/// The least number of faults that the list must hold.
const LEAST: usize = 159;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Entries are parted by `====`; within one, `name`, `file`, then the texts behind `<<<<`, `----` and before `>>>>`.
fn faults() -> Vec<Fault> {
    let entry = |text: &str| {
        let (head, rest) = text.split_once("<<<<\n").expect("<<<< in an entry");
        let (find, rest) = rest.split_once("\n----\n").expect("---- in an entry");
        let replace = rest
            .split_once("\n>>>>")
            .or(rest.split_once(">>>>"))
            .expect(">>>> in an entry")
            .0;
        let mut lines = head
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'));
        Fault {
            name: lines.next().expect("a name").to_owned(),
            file: lines.next().expect("a file").to_owned(),
            find: find.to_owned(),
            replace: replace.to_owned(),
        }
    };
    include_str!("faults.txt")
        .split("====\n")
        .filter(|t| t.contains("<<<<"))
        .map(entry)
        .collect()
}

#[test]
fn each_is_still_in_its_file_once() {
    let faults = faults();
    assert!(faults.len() >= LEAST, "{} faults", faults.len());
    for fault in &faults {
        let text = fs::read_to_string(root().join(&fault.file)).expect("a file of the crate");
        let found = text.matches(&fault.find).count();
        assert_eq!(
            found, 1,
            "`{}`: found {found} times in {}",
            fault.name, fault.file
        );
        assert_ne!(
            fault.find, fault.replace,
            "`{}` changes nothing",
            fault.name
        );
    }
}

#[test]
#[ignore = "compiles the crate once for every fault"]
fn all_are_caught() {
    let only = std::env::var("PERVADE_FAULT").ok();
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("faults");
    let copy = place.join("crate");
    copy_crate(&copy);
    let asked = |fault: &Fault| {
        let named = |only: &String| only.split('|').any(|part| fault.name.contains(part));
        only.as_ref().is_none_or(named)
    };
    let faults: Vec<Fault> = faults().into_iter().filter(asked).collect();
    for tests in [ORACLE, CHOICES, BEHAVIOURS, POLICIES, LEASES] {
        if faults.iter().all(|fault| tests_for(&fault.file) != tests) {
            continue;
        }
        let sound = run(&copy, &place, tests);
        assert!(
            sound.passed,
            "{tests:?} do not agree with the engine as it is:\n{}",
            sound.output
        );
    }
    let mut escaped = Vec::new();
    let mut tried = 0;
    // The newest first.
    for fault in faults.into_iter().rev() {
        tried += 1;
        let file = copy.join(&fault.file);
        let text = fs::read_to_string(&file).expect("a file of the crate");
        fs::write(&file, text.replacen(&fault.find, &fault.replace, 1)).expect("writes");
        let start = Instant::now();
        let seen = run(&copy, &place, tests_for(&fault.file));
        fs::write(&file, text).expect("writes");
        let outcome = match (seen.compiled, seen.passed) {
            (false, _) => "BROKEN",
            (true, true) => "ESCAPED",
            (true, false) => "caught",
        };
        println!(
            "{outcome:<8} {} ({} s){}",
            fault.name,
            start.elapsed().as_secs(),
            failed(&seen.output)
        );
        if !seen.compiled {
            println!("{}", seen.output);
        }
        if seen.passed || !seen.compiled {
            escaped.push(fault.name);
        }
    }
    println!("caught {} of {tried}", tried - escaped.len());
    assert!(escaped.is_empty(), "not caught: {escaped:?}");
}

/// Which tests failed.
fn failed(output: &str) -> String {
    let failed = |line: &str| {
        let test = line.strip_prefix("test ")?;
        Some(format!(" {}", test.strip_suffix(" ... FAILED")?))
    };
    output.lines().filter_map(failed).collect()
}

/// The tests of which one is to fail, as arguments of the test harness.
const ORACLE: &[&str] = &[
    "oracle::short",
    "behaviours::given::what_questions_about_events_are_given_is_read",
    "--exact",
];
const CHOICES: &[&str] = &[
    "oracle::short",
    "oracle::choices::",
    "policies::cases",
    "policies::the_reference_agrees",
];
const BEHAVIOURS: &[&str] = &["behaviours::"];
const POLICIES: &[&str] = &["policies::cases", "policies::the_reference_agrees"];
const LEASES: &[&str] = &["oracle::dates::", "behaviours::"];

fn tests_for(file: &str) -> &'static [&'static str] {
    let of_events = [
        "src/behaviour/",
        "src/engine/profile.rs",
        "src/engine/history.rs",
    ];
    let of_actions = [
        "src/engine/arbitration/delivery.rs",
        "src/engine/arbitration/judged.rs",
        "src/eval/choice.rs",
        "src/eval/judge.rs",
        "src/graph/choices.rs",
        "src/graph/node.rs",
        "src/hir/choices.rs",
    ];
    let of_policies = [
        "src/hir/pauses.rs",
        "src/hir/policies.rs",
        "src/hir/policy_words.rs",
    ];
    let of_leases = [
        "src/eval/lease.rs",
        "src/eval/moving.rs",
        "src/eval/running.rs",
    ];
    if of_events.iter().any(|of| file.starts_with(of)) {
        BEHAVIOURS
    } else if of_actions.contains(&file) {
        CHOICES
    } else if of_policies.contains(&file) {
        POLICIES
    } else if of_leases.contains(&file) {
        LEASES
    } else {
        ORACLE
    }
}

/// How a run of tests ended.
struct Seen {
    compiled: bool,
    passed: bool,
    output: String,
}

fn run(copy: &Path, place: &Path, tests: &[&str]) -> Seen {
    let output = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--test", "all", "--"])
        .args(tests)
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", place.join("target"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        // A fault is seen after a few; a rare one needs more.
        .env("PERVADE_SHORT", "2000")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "0")
        .env("CARGO_INCREMENTAL", "1")
        .env("PERVADE_SHRINK", "0")
        .output()
        .expect("cargo runs");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Seen {
        // The harness says how many tests it runs only when everything compiled.
        compiled: text.contains("\nrunning "),
        passed: output.status.success(),
        output: text,
    }
}

/// The crate without what the oracle and the tests of behaviours and policies do not need. Files that are the same stay as they are, so that cargo
/// compiles little.
fn copy_crate(to: &Path) {
    let parts = [
        "src",
        "grammar",
        "tests/oracle",
        "tests/behaviours",
        "tests/cases/behaviours",
        "tests/cases/witnesses",
        "tests/policies",
        "tests/cases/policies",
    ];
    for part in parts {
        copy_folder(&root().join(part), &to.join(part));
    }
    write_changed(
        &to.join("tests/all.rs"),
        "//! The oracle, behaviours and policies alone.\n\nmod behaviours;\nmod oracle;\nmod policies;\n",
    );
    for file in ["Cargo.lock", "README.md"] {
        if let Ok(text) = fs::read_to_string(root().join(file)) {
            write_changed(&to.join(file), &text);
        }
    }
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    // Only the library and the one test: no command, examples, benchmarks.
    let sections = manifest.split("\n[").filter(|s| {
        !["[bin]]", "[bench]]", "[example]]"]
            .iter()
            .any(|kind| s.starts_with(kind))
    });
    let kept: Vec<&str> = sections.collect();
    let manifest = kept
        .join("\n[")
        .replace("[package]", "[package]\nautobins = false")
        .replace("\"cli\", \"internals\"", "\"internals\"");
    write_changed(
        &to.join("Cargo.toml"),
        &format!("{manifest}\n[workspace]\n"),
    );
}

fn copy_folder(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else {
        return;
    };
    for entry in entries {
        let entry = entry.expect("an entry");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else if let Ok(text) = fs::read_to_string(&path) {
            write_changed(&target, &text);
        }
    }
}

fn write_changed(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("writes");
}
