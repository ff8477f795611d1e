//! [`Coverage`] as text, which names what is left, and in the format of lcov.

use super::coverage::{Coverage, Covered, Share};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shares = [
            ("rules", self.rules),
            ("rows", self.rows),
            ("branches", self.branches),
        ];
        for (name, Share { covered, of }) in shares {
            writeln!(f, "{name}: {covered} of {of}")?;
        }
        for part in &self.parts {
            left(part, f)?;
        }
        Ok(())
    }
}

/// What of a part was not reached.
fn left(part: &Covered, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Covered {
        file,
        line,
        definition,
        ..
    } = part;
    match &part.label {
        Some(label) if part.held == 0 => {
            let label = match label.contains(' ') {
                true => label.clone(),
                false => format!("`{label}`"),
            };
            let asked = match part.tried {
                0 => "was never asked",
                _ => "never held",
            };
            writeln!(f, "{file}:{line}: {label} of `{definition}` {asked}")?;
        }
        None if part.tried == 0 => {
            return writeln!(f, "{file}:{line}: `{definition}` was never asked");
        }
        _ => {}
    }
    if part.tried == 0 {
        return Ok(());
    }
    for condition in &part.conditions {
        let line = condition.line;
        let missing = match (condition.seen_true, condition.seen_false) {
            (0, 0) => "was never asked",
            (0, _) => "was never true",
            (_, 0) => "was never false",
            _ => continue,
        };
        writeln!(f, "{file}:{line}: `{}` {missing}", condition.text)?;
    }
    Ok(())
}

/// What lcov knows of a text.
#[derive(Default)]
struct File {
    /// How often each line held.
    lines: BTreeMap<u32, u64>,
    branches: Vec<(u32, [Option<u64>; 2])>,
}

impl Coverage {
    /// In the format of lcov's trace files, for the tools that read it: a line is hit as often as its rule held; each
    /// condition is a block of two branches, true and false.
    #[must_use]
    pub fn lcov(&self) -> String {
        let mut files: BTreeMap<&str, File> = BTreeMap::new();
        for part in &self.parts {
            let file = files.entry(&part.file).or_default();
            *file.lines.entry(part.line).or_default() += part.held;
            for condition in &part.conditions {
                let seen = [condition.seen_true, condition.seen_false];
                let asked = seen != [0, 0];
                let taken = seen.map(|count| asked.then_some(count));
                file.branches.push((condition.line, taken));
            }
        }
        let mut out = String::new();
        for (name, file) in &files {
            // Writing to a String does not fail.
            let _ = file.write(name, &mut out);
        }
        out
    }
}

impl File {
    fn write(&self, name: &str, out: &mut String) -> fmt::Result {
        writeln!(out, "SF:{name}")?;
        for (line, hits) in &self.lines {
            writeln!(out, "DA:{line},{hits}")?;
        }
        let hit = self.lines.values().filter(|hits| **hits > 0).count();
        writeln!(out, "LF:{}\nLH:{hit}", self.lines.len())?;
        let mut taken = 0;
        for (block, (line, branches)) in self.branches.iter().enumerate() {
            for (branch, count) in branches.iter().enumerate() {
                let shown = count.map_or("-".to_owned(), |count| count.to_string());
                writeln!(out, "BRDA:{line},{block},{branch},{shown}")?;
                taken += usize::from(count.is_some_and(|count| count > 0));
            }
        }
        let found = self.branches.len() * 2;
        writeln!(out, "BRF:{found}\nBRH:{taken}\nend_of_record")
    }
}
