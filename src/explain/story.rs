//! A [`Trace`](super::Trace) as an account in sentences: what was decided, by which rule, because of which values, what was tried
//! before.

use super::{Definition, Known, RuleStep, Step, Told};
use std::fmt::{self, Display, Formatter};

/// The account of a [`Trace`](super::Trace). From [`Trace::story`](super::Trace::story).
#[derive(Clone, Copy, Debug)]
pub struct Story<'t>(pub(super) &'t Told);

impl Display for Story<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some((first, others)) = self.0.definitions.split_first() else {
            return Ok(());
        };
        for line in &first.docs {
            writeln!(f, "{line}")?;
        }
        match &self.0.arbitration {
            Some(arbitration) => {
                let names = arbitration
                    .chosen()
                    .iter()
                    .map(|c| format!("`{}`", c.action()));
                let names: Vec<String> = names.collect();
                let what = if names.is_empty() {
                    "nothing".to_owned()
                } else {
                    joined(&names)
                };
                writeln!(f, "The next best action `{}` chooses {what}.", first.name)?;
                arbitration.fmt(f)?;
            }
            None => {
                answer(first, f)?;
                rules(first, f)?;
            }
        }
        let told: Vec<&Definition> = others.iter().filter(|d| says_something(d)).collect();
        if !told.is_empty() {
            writeln!(f, "\nThat rests on:")?;
        }
        for definition in told {
            rests_on(definition, f)?;
        }
        match &self.0.error {
            Some(error) => writeln!(f, "\nThere it stopped: {error}."),
            None => Ok(()),
        }
    }
}

/// What was decided.
fn answer(definition: &Definition, f: &mut Formatter<'_>) -> fmt::Result {
    let name = &definition.name;
    let kind = match definition.kind {
        "classify" => "class",
        "let" => "value",
        kind => kind,
    };
    match definition.value.as_deref() {
        Some("true") if is_condition(definition) => writeln!(f, "`{name}` holds."),
        Some("false") if is_condition(definition) => writeln!(f, "`{name}` does not hold."),
        Some(value) => writeln!(f, "The {kind} `{name}` is {value}."),
        None => writeln!(f, "The {kind} `{name}` could not be decided."),
    }
}

fn is_table(definition: &Definition) -> bool {
    definition.kind == "table"
}

fn is_condition(definition: &Definition) -> bool {
    matches!(definition.kind, "segment" | "feature")
}

/// Which rule decided, and what was tried before it.
fn rules(definition: &Definition, f: &mut Formatter<'_>) -> fmt::Result {
    let fitting: Vec<&RuleStep> = held(definition, Some(true)).collect();
    let missed: Vec<&RuleStep> = held(definition, Some(false)).collect();
    for rule in &fitting {
        decided(
            rule,
            definition,
            fitting.len() == 1 && rule.gives.is_none(),
            f,
        )?;
    }
    if let (true, Some(because)) = (fitting.is_empty(), &definition.because) {
        writeln!(f, "The reason is: {}.", trimmed(because))?;
    }
    if definition.rules.is_empty() {
        for line in because_of(&definition.steps, false) {
            writeln!(f, "  {line}")?;
        }
    }
    if missed.is_empty() {
        return Ok(());
    }
    let before = fitting.len() <= 1 && definition.kind != "score";
    writeln!(
        f,
        "{}",
        if before {
            "Tried before that:"
        } else {
            "These do not apply:"
        }
    )?;
    for rule in missed.iter().take(MOST_MISSED) {
        write!(f, "  {} does not apply", called(rule, definition))?;
        match against(&rule.steps, is_table(definition)) {
            Some(why) => writeln!(f, ": {why}.")?,
            None => writeln!(f, ".")?,
        }
    }
    match missed.len().checked_sub(MOST_MISSED) {
        Some(more @ 1..) => writeln!(f, "  and {more} more do not apply."),
        _ => Ok(()),
    }
}

/// So many rules that do not apply are told one by one.
const MOST_MISSED: usize = 20;

fn held(definition: &Definition, fits: Option<bool>) -> impl Iterator<Item = &RuleStep> {
    definition
        .rules
        .iter()
        .filter(move |rule| rule.fits == fits)
}

fn decided(
    rule: &RuleStep,
    definition: &Definition,
    alone: bool,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    let name = called(rule, definition);
    match (&definition.because, alone) {
        (Some(because), true) => writeln!(f, "{name} decided it: {}.", trimmed(because))?,
        (None, true) => writeln!(f, "{name} decided it.")?,
        (_, false) => match (&rule.gives, &rule.because) {
            (Some(gives), Some(because)) => {
                writeln!(f, "{name} applies and gives {gives}: {}.", trimmed(because))?;
            }
            (Some(gives), None) => writeln!(f, "{name} applies and gives {gives}.")?,
            _ => writeln!(f, "{name} applies.")?,
        },
    }
    for line in because_of(&rule.steps, is_table(definition)) {
        writeln!(f, "  {line}")?;
    }
    Ok(())
}

/// "Rule `lost`", "Row 3", "No rule before it held, so `otherwise`"
fn called(rule: &RuleStep, definition: &Definition) -> String {
    match rule.label.as_str() {
        "otherwise" if definition.kind == "score" => "`always`".to_owned(),
        "otherwise" if definition.rules.len() > 1 => {
            "No rule before it applies, so `otherwise`".to_owned()
        }
        "otherwise" => "`otherwise`".to_owned(),
        label if label.starts_with("rule ") || label.starts_with("row ") => {
            let mut letters = label.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(letters).collect()
        }
        label => format!("Rule `{label}`"),
    }
}

/// The conditions that were asked, one a line.
fn because_of(steps: &[Step], cells: bool) -> Vec<String> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::Asked { text, witness, .. } if !witness.is_empty() => {
                Some(format!("{text}{witness}"))
            }
            step => Some(outcome(step, cells)?.1),
        })
        .collect()
}

/// Of a condition whether it holds, and how that is told.
fn outcome(step: &Step, cells: bool) -> Option<(bool, String)> {
    let Step::Condition {
        text,
        holds,
        with,
        witness,
    } = step
    else {
        return None;
    };
    let told = condition(text, *holds, with, cells);
    Some((*holds, format!("{told}{witness}")))
}

/// Why a rule does not apply: the conditions that do not hold; where all of them do, the one that was asked last (it
/// stands behind a `not`).
fn against(steps: &[Step], cells: bool) -> Option<String> {
    let asked = steps.iter().filter_map(|step| outcome(step, cells));
    let asked: Vec<(bool, String)> = asked.collect();
    let failed = asked.iter().filter(|(holds, _)| !holds);
    let mut told: Vec<String> = failed.map(|(_, told)| told.clone()).collect();
    if told.is_empty() {
        told.extend(asked.last().map(|(_, told)| told.clone()));
    }
    (!told.is_empty()).then(|| told.join("; "))
}

/// "mood is calm, so `mood == angry` does not hold"; of a cell "mood is calm, which does not fit `angry`".
fn condition(text: &str, holds: bool, with: &[Known], cells: bool) -> String {
    let known: Vec<String> = with
        .iter()
        .filter(|known| known.name != text)
        .map(|known| format!("{} is {}", known.name, known.value))
        .collect();
    let cell = cells && with.iter().all(|known| !text.contains(&known.name));
    match (known.is_empty(), cell, holds) {
        (true, _, true) => format!("`{text}` holds"),
        (true, _, false) => format!("`{text}` does not hold"),
        (false, false, true) => format!("{}, so `{text}` holds", joined(&known)),
        (false, false, false) => format!("{}, so `{text}` does not hold", joined(&known)),
        (false, true, true) => format!("{}, which fits `{text}`", joined(&known)),
        (false, true, false) => format!("{}, which does not fit `{text}`", joined(&known)),
    }
}

/// "a", "a and b", "a, b and c"
fn joined(parts: &[String]) -> String {
    match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.concat(),
    }
}

/// Whether there is more to tell of a definition than its name.
fn says_something(definition: &Definition) -> bool {
    !definition.rules.is_empty() || !definition.steps.is_empty()
}

/// A definition that another one needed, in a few lines.
fn rests_on(definition: &Definition, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "  ")?;
    answer(definition, f)?;
    for rule in held(definition, Some(true)) {
        let name = called(rule, definition);
        match because_of(&rule.steps, is_table(definition)).as_slice() {
            [] => writeln!(f, "    {name}.")?,
            why => writeln!(f, "    {name}: {}.", why.join("; "))?,
        }
    }
    for line in because_of(&definition.steps, false) {
        writeln!(f, "    {line}.")?;
    }
    Ok(())
}

fn trimmed(because: &str) -> &str {
    because.trim_end_matches('.')
}
