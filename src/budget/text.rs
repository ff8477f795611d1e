//! A [`Budget`] in words for rule authors.

use super::{Budget, DecisionBudget, OverflowPlace};
use std::fmt;

/// So many places are shown of where a decision may overflow.
const SHOWN: usize = 3;

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = &self.size;
        writeln!(
            f,
            "{}: {}, {}, {}, {} in memory",
            self.ruleset,
            counted(size.inputs, "field"),
            counted(size.rules, "rule"),
            counted(size.nodes, "step"),
            memory(size.bytes),
        )?;
        for decision in self.decisions.iter().filter(|d| !is_named_value(d)) {
            write!(f, "\n{decision}")?;
        }
        Ok(())
    }
}

impl fmt::Display for DecisionBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let over = match self.overflows.as_slice() {
            [] => "can't overflow",
            _ => "may overflow",
        };
        let word = if self.steps.to_string() == "1" {
            "step"
        } else {
            "steps"
        };
        writeln!(
            f,
            "{} {}: at most {} {word}; {over}",
            self.kind, self.name, self.steps
        )?;
        for place in self.overflows.iter().take(SHOWN) {
            writeln!(f, "  may overflow: {place}")?;
        }
        if let Some(more) = self.overflows.len().checked_sub(SHOWN + 1) {
            writeln!(f, "  and in {} more places", more + 1)?;
        }
        match self.reads.as_slice() {
            [] => writeln!(f, "  reads nothing: it is always the same")?,
            reads => writeln!(f, "  reads {}", reads.join(", "))?,
        }
        if !self.events.is_empty() {
            writeln!(f, "  asks about {}", self.events.join(", "))?;
        }
        if self.touchpoint.is_empty() {
            return Ok(());
        }
        write!(f, "  differs by {}", self.touchpoint.join(", "))?;
        if !self.touchpoint_rules.is_empty() {
            write!(f, " in {}", self.touchpoint_rules.join(", "))?;
        }
        writeln!(f)
    }
}

impl fmt::Display for OverflowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({}:{})", self.text, self.file, self.at)
    }
}

/// What other definitions are made of: told with those that need it.
fn is_named_value(decision: &DecisionBudget) -> bool {
    ["let", "segment"].contains(&decision.kind)
}

fn counted(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}

fn memory(bytes: usize) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
