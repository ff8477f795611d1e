//! The command line, in-process: each file of `tests/cases/cli` is one call with all that it reads and says.
//!
//! A case begins with `$ pervade` and the arguments and `exit` and the code; then come sections, each behind
//! a line `-- name --`: `stdin`, `stdout`, `stderr`, `after FILE` (what a file must hold afterwards), and any
//! other name is a file to be there beforehand. A section that is not written is empty.
//! `PERVADE_UPDATE=1 cargo test --test all cli` writes down what the command says now; look at the difference.

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
    carried_out.set("stdout", &said.stdout.replace(&prefix, ""));
    carried_out.set("stderr", &said.stderr.replace(&prefix, ""));
    for (name, _) in &case.sections {
        if let Some(file) = name.strip_prefix("after ") {
            carried_out.set(name, &fs::read_to_string(directory.join(file)).unwrap());
        }
    }
    carried_out
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
