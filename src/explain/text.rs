//! A [`Trace`](super::Trace) as text that a service agent can read aloud.

use super::{Definition, RuleStep, Step, Told};
use std::fmt::{self, Display, Formatter};

/// From how many rows in a row that do not fit the text names only the first and the last.
const FEW_ROWS: usize = 4;

impl Display for Told {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut definitions = self.definitions.iter();
        if let (Some(arbitration), Some(first)) = (&self.arbitration, self.definitions.first()) {
            definitions.next();
            writeln!(f, "{} {}:", first.kind, first.name)?;
            arbitration.fmt(f)?;
        }
        for definition in definitions {
            definition.fmt(f)?;
        }
        match &self.error {
            Some(error) => writeln!(f, "stopped: {error}"),
            None => Ok(()),
        }
    }
}

impl Display for Definition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)?;
        match &self.value {
            Some(value) => write!(f, ": {value}")?,
            None => write!(f, ": not decided")?,
        }
        if let Some(label) = &self.label {
            write!(f, ", by {}", Named(label))?;
        }
        if let Some(because) = &self.because {
            write!(f, ", because {because}")?;
        }
        writeln!(f)?;
        let mut rules = self.rules.as_slice();
        while let [first, others @ ..] = rules {
            let missed = rules
                .iter()
                .take_while(|rule| rule.fits == Some(false))
                .count();
            let last = missed.checked_sub(1).and_then(|at| rules.get(at));
            match last {
                Some(last) if self.kind == "table" && missed >= FEW_ROWS => {
                    writeln!(f, "  no: {} to {}", first.label, last.label)?;
                    rules = rules.get(missed..).unwrap_or_default();
                }
                _ => {
                    first.fmt(f)?;
                    rules = others;
                }
            }
        }
        steps(&self.steps, "  ", f)
    }
}

/// A label: quoted if it is the author's.
struct Named<'a>(&'a str);

impl Display for Named<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // The author's labels are words without blanks.
        if self.0.contains(' ') || self.0 == "otherwise" {
            f.write_str(self.0)
        } else {
            write!(f, "`{}`", self.0)
        }
    }
}

impl Display for RuleStep {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (label, text) = (Named(&self.label), &self.text);
        let between = match text.as_str() {
            "otherwise" => return writeln!(f, "  {}: {text}", yes_no(self.fits)),
            row if row.starts_with('|') || self.label.starts_with("row ") => ":",
            _ => " when",
        };
        write!(f, "  {}: {label}{between} {text}", yes_no(self.fits))?;
        if let Some(gives) = &self.gives {
            write!(f, ", gives {gives}")?;
        }
        if let Some(because) = &self.because {
            write!(f, ", because {because}")?;
        }
        writeln!(f)?;
        steps(&self.steps, "    ", f)
    }
}

fn yes_no(answer: Option<bool>) -> &'static str {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "stopped",
    }
}

fn steps(steps: &[Step], indent: &str, f: &mut Formatter<'_>) -> fmt::Result {
    for step in steps {
        match step {
            Step::Condition {
                text,
                holds,
                with,
                witness,
            } => {
                write!(f, "{indent}{}: {text}", yes_no(Some(*holds)))?;
                // A bare yes-or-no field says it all.
                let bare = with.len() == 1 && with.iter().all(|known| known.name == *text);
                let mut before = " (";
                for known in with.iter().filter(|_| !bare) {
                    write!(f, "{before}{} is {}", known.name, known.value)?;
                    before = ", ";
                }
                f.write_str(if before == ", " { ")" } else { "" })?;
                writeln!(f, "{witness}")?;
            }
            Step::Asked {
                text,
                value,
                witness,
            } => {
                write!(f, "{indent}{text}")?;
                if let Some(value) = value {
                    write!(f, " is {value}")?;
                }
                writeln!(f, "{witness}")?;
            }
            Step::Value(known) => writeln!(f, "{indent}{} is {}", known.name, known.value)?,
        }
    }
    Ok(())
}

/// A stretch of rules in one line: comments left out, blanks joined.
pub(crate) fn one_line(text: &str) -> String {
    let on_one_line = !text.contains(char::is_control) && !text.contains("//");
    if on_one_line && !text.contains("  ") && text.is_ascii() && text.trim() == text {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let (mut quoted, mut escaped, mut blank) = (false, false, false);
    while let Some(c) = chars.next() {
        if !quoted && c == '/' && chars.peek() == Some(&'/') {
            while chars.next_if(|c| *c != '\n').is_some() {}
            continue;
        }
        if !quoted && c.is_whitespace() {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) && !out.is_empty() {
            out.push(' ');
        }
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && c == '\\' && !escaped;
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn rules_fit_on_one_line() {
        let text = "a == 1 // the first\n   and b == \"x // \\\" y\"";
        assert_eq!(one_line(text), "a == 1 and b == \"x // \\\" y\"");
    }
}
