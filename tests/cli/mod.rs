//! The command line, in-process: each file of `tests/cases/cli` is one call with all that it reads and says.
//!
//! A case begins with `$ pervade` and the arguments and `exit` and the code; then come sections, each behind
//! a line `-- name --`: `stdin`, `stdout`, `stderr`, `after FILE` (what a file must hold afterwards), and any
//! other name is a file to be there beforehand. A section that is not written is empty.
//! `PERVADE_UPDATE=1 cargo test --test all cli` writes down what the command says now; look at the difference.

mod fix;
mod schema;

use pervade::cli::{Streams, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A file of cases, taken apart.
struct Case {
    arguments: Vec<String>,
    exit: u8,
    sections: Vec<(String, String)>,
}

impl Case {
    fn read(text: &str) -> Case {
        let mut case = Case {
            arguments: Vec::new(),
            exit: 0,
            sections: Vec::new(),
        };
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim_end();
            let name = trimmed
                .strip_prefix("-- ")
                .and_then(|rest| rest.strip_suffix(" --"));
            if let Some(name) = name {
                case.sections.push((name.to_owned(), String::new()));
            } else if let Some((_, body)) = case.sections.last_mut() {
                body.push_str(line);
            } else if let Some(arguments) = trimmed.strip_prefix("$ ") {
                case.arguments = arguments.split(' ').map(str::to_owned).collect();
            } else if let Some(code) = trimmed.strip_prefix("exit ") {
                case.exit = code.parse().expect("an exit code");
            }
        }
        case
    }

    fn section(&self, name: &str) -> &str {
        let found = self.sections.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, body)| body)
    }

    /// The files to be there, as `(name, content)`.
    fn files(&self) -> impl Iterator<Item = &(String, String)> {
        let reserved = ["stdin", "stdout", "stderr"];
        let file = move |name: &str| !reserved.contains(&name) && !name.starts_with("after ");
        self.sections.iter().filter(move |(name, _)| file(name))
    }

    fn write(&self) -> String {
        let mut text = format!("$ {}\nexit {}\n", self.arguments.join(" "), self.exit);
        for (name, body) in &self.sections {
            text.push_str(&format!("-- {name} --\n{body}"));
        }
        text
    }

    fn set(&mut self, name: &str, body: &str) {
        match self.sections.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => body.clone_into(old),
            None if body.is_empty() => {}
            None => self.sections.push((name.to_owned(), body.to_owned())),
        }
    }
}

/// What a call said.
struct Said {
    exit: u8,
    stdout: String,
    stderr: String,
}

fn call(arguments: &[String], input: &[u8]) -> Said {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let mut input = input;
    let streams = Streams {
        input: &mut input,
        output: &mut output,
        errors: &mut errors,
        terminal: false,
    };
    let exit = run(arguments, streams);
    Said {
        exit,
        stdout: String::from_utf8(output).unwrap(),
        stderr: String::from_utf8(errors).unwrap(),
    }
}

/// An empty directory of this test's own.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Carries a case out and gives it back with what the command said.
fn carry_out(case: &Case, directory: &Path) -> Case {
    let prefix = format!("{}/", directory.display());
    for (name, body) in case.files() {
        let path = directory.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body).unwrap();
    }
    // `FILE` stands for the file in the directory, `@FILE` for one that is not there.
    let place = |word: &String| {
        let known = case.files().any(|(name, _)| name == word);
        match word.strip_prefix('@') {
            Some(absent) => format!("{prefix}{absent}"),
            None if known => format!("{prefix}{word}"),
            None => word.clone(),
        }
    };
    let arguments: Vec<String> = case.arguments.iter().map(place).collect();
    let said = call(&arguments, case.section("stdin").as_bytes());
    let mut carried_out = Case {
        arguments: case.arguments.clone(),
        exit: said.exit,
        sections: case.sections.clone(),
    };
    carried_out.set("stdout", &lasting(&said.stdout, &prefix));
    carried_out.set("stderr", &lasting(&said.stderr, &prefix));
    for (name, _) in &case.sections {
        if let Some(file) = name.strip_prefix("after ") {
            carried_out.set(name, &fs::read_to_string(directory.join(file)).unwrap());
        }
    }
    carried_out
}

/// What the command said, without what another directory or another version would change.
fn lasting(said: &str, prefix: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    said.replace(&format!("file://{prefix}"), "")
        .replace(prefix, "")
        .replace(&format!("/pervade/{version}/"), "/pervade/VERSION/")
        .replace(&format!("\"{version}\""), "\"VERSION\"")
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/cli");
    let update = std::env::var_os("PERVADE_UPDATE").is_some();
    let mut wrong = BTreeMap::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let case = Case::read(&text);
        let found = carry_out(&case, &directory(&name));
        count += 1;
        if found.write() == case.write() {
            continue;
        }
        if update {
            fs::write(&path, found.write()).unwrap();
        } else {
            wrong.insert(
                name,
                format!("{}\n=== but found\n{}", case.write(), found.write()),
            );
        }
    }
    for (name, difference) in &wrong {
        println!("=== {name}: expected\n{difference}");
    }
    assert!(count >= 25, "only {count} cases: where are the others?");
    assert!(wrong.is_empty(), "{:?}", wrong.keys());
}

const RULES: &str = "ruleset shop
context { name: string? amount: decimal }
touchpoint { channel: enum { web, kiosk } }
decision fee -> decimal { when amount >= 100 => 0 otherwise => amount * 5% }
";

/// A directory with the rules above.
fn shop(name: &str) -> (PathBuf, String) {
    let folder = directory(name);
    let rules = folder.join("shop.pvd");
    fs::write(&rules, RULES).unwrap();
    (folder, rules.display().to_string())
}

fn decide(rules: &str, options: &[&str], input: &[u8]) -> Said {
    let words = [&["pervade", "decide", rules], options].concat();
    let arguments: Vec<String> = words.into_iter().map(str::to_owned).collect();
    call(&arguments, input)
}

#[test]
fn many_rows_take_little_time() {
    let (_, rules) = shop("many");
    let mut csv = String::from("name,amount,touchpoint.channel\n");
    for row in 0..64_000 {
        csv.push_str(&format!(
            "customer {row},{}.{:02},web\n",
            row % 200,
            row % 100
        ));
    }
    let start = Instant::now();
    let said = decide(&rules, &["--format", "csv"], csv.as_bytes());
    // Without optimisation, on a busy machine; the benchmarks measure.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""));
    assert_eq!(said.stdout.lines().count(), 64_000);
    let last = said.stdout.lines().last().unwrap();
    let fee = r#"{"value":"0","label":"rule 1","because":null}"#;
    assert_eq!(
        last,
        format!(r#"{{"row":64000,"decisions":{{"fee":{fee}}}}}"#)
    );
}

/// The numbers of the records that have errors.
fn bad_rows(said: &Said) -> Vec<u64> {
    let lines = said.stdout.lines();
    let records = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let bad = records.filter(|record| record.get("error").is_some());
    bad.map(|record| record["row"].as_u64().unwrap()).collect()
}

#[test]
fn bytes_that_are_no_text_spoil_their_record_alone() {
    let (_, rules) = shop("bytes");
    let input = b"name,amount,touchpoint.channel\n\xff,1,web\nb,1,\xff\nc,1,web\n";
    let said = decide(&rules, &["--format", "csv"], input);
    assert_eq!((said.exit, bad_rows(&said)), (1, vec![1, 2]));
    let input = b"{\"name\": \"\xff\"}\n{\"amount\": 1, \"touchpoint\": {\"channel\": \"web\"}}";
    let said = decide(&rules, &[], input);
    assert_eq!((said.exit, bad_rows(&said)), (1, vec![1]));
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_input() {
    let (_, rules) = shop("mark");
    let csv = "\u{feff}amount,touchpoint.channel\n1,web\n";
    let json = "\u{feff}{\"amount\": 1, \"touchpoint\": {\"channel\": \"web\"}}";
    for (format, input) in [("csv", csv), ("json", json), ("jsonl", json)] {
        let said = decide(&rules, &["--format", format], input.as_bytes());
        assert_eq!(said.exit, 0, "{}{}", said.stdout, said.stderr);
    }
}

#[test]
fn records_without_end_do_not_fill_the_memory() {
    let (_, rules) = shop("endless");
    let long = vec![b'x'; 40 << 20];
    let good = b"{\"amount\": 1, \"touchpoint\": {\"channel\": \"web\"}}";
    let lines = [&long[..], b"\n", good].concat();
    let said = decide(&rules, &[], &lines);
    assert_eq!((said.exit, bad_rows(&said)), (1, vec![1]));
    let said = decide(&rules, &["--format", "json"], &long);
    assert_eq!((said.exit, bad_rows(&said)), (1, vec![1]));
    let csv = [b"name,amount,touchpoint.channel\na,1,web\n\"", &long[..]].concat();
    let said = decide(&rules, &["--format", "csv"], &csv);
    assert_eq!((said.exit, said.stdout.lines().count()), (1, 1));
    assert!(
        said.stderr.contains("is a quote not closed?"),
        "{}",
        said.stderr
    );
}

/// Takes some bytes, then no more.
struct Full(usize);

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        match taken {
            0 => Err(std::io::Error::other("the disk is full")),
            taken => Ok(taken),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_that_takes_no_more_is_an_error() {
    let (_, rules) = shop("full");
    let input = "{\"amount\": 1, \"touchpoint\": {\"channel\": \"web\"}}\n".repeat(5_000);
    for arguments in [
        vec!["pervade", "decide", &rules],
        vec!["pervade", "graph", &rules],
    ] {
        let mut errors = Vec::new();
        let streams = Streams {
            input: &mut input.as_bytes(),
            output: &mut Full(100),
            errors: &mut errors,
            terminal: false,
        };
        assert_eq!(run(arguments, streams), 3);
        assert_eq!(errors, b"error: can't write the output: the disk is full\n");
    }
}

#[test]
fn an_input_that_breaks_off_keeps_what_was_decided() {
    /// One good row, then an error.
    struct Broken(Option<Vec<u8>>);
    impl std::io::Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some(bytes) = self.0.take() else {
                return Err(std::io::Error::other("the line is cut"));
            };
            buffer[..bytes.len()].copy_from_slice(&bytes);
            Ok(bytes.len())
        }
    }
    let (_, rules) = shop("broken");
    let csv = b"amount,touchpoint.channel\n1,web\n".to_vec();
    let json = b"{\"amount\": 1, \"touchpoint\": {\"channel\": \"web\"}}\n".to_vec();
    for (format, bytes) in [("csv", csv), ("jsonl", json)] {
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let streams = Streams {
            input: &mut Broken(Some(bytes)),
            output: &mut output,
            errors: &mut errors,
            terminal: false,
        };
        let exit = run(["pervade", "decide", &rules, "--format", format], streams);
        let errors = String::from_utf8(errors).unwrap();
        assert_eq!(
            (exit, errors.as_str()),
            (3, "error: can't read `-`: the line is cut\n")
        );
        assert!(output.starts_with(b"{\"row\":1,\"decisions\""));
    }
}

#[test]
fn colours_are_for_terminals() {
    let (folder, _) = shop("colours");
    let bad = folder.join("bad.pvd");
    fs::write(&bad, "ruleset bad segment a = b").unwrap();
    let bad = bad.display().to_string();
    for (terminal, colour, expected) in [
        (false, "auto", false),
        (true, "auto", true),
        (true, "never", false),
        (false, "always", true),
    ] {
        let mut errors = Vec::new();
        let streams = Streams {
            input: &mut std::io::empty(),
            output: &mut Vec::new(),
            errors: &mut errors,
            terminal,
        };
        assert_eq!(
            run(["pervade", "check", "--color", colour, &bad], streams),
            1
        );
        assert_eq!(errors.contains(&0x1b), expected, "{terminal} {colour}");
    }
}
