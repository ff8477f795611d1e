//! Runs tests: each expectation asks its definition, and what is not as expected becomes a [`Failure`].

use super::asked::{Answer, Asked, ask, mentioned, story};
use super::coverage::Counts;
use super::given::{Given, assemble, events, facts};
use super::miss::nearest;
use super::report::{Failure, Report};
use crate::diagnostic::nearest as nearest_name;
use crate::engine::{Inner, arbitrate, channel, reads_of_delivery};
use crate::explain::{input_told, one_line, told};
use crate::hir::{Candidate, DefId, DefKind, Expectation, Expected, InputId, Stage, TestCase, Ty};
use crate::value::Value;
use std::collections::HashSet;

/// Runs all tests of a ruleset.
pub(super) fn run(inner: &Inner) -> Report {
    let mut runner = Runner {
        inner,
        counts: Counts::default(),
        passed: 0,
        failures: Vec::new(),
    };
    for case in &inner.schema.program.tests().cases {
        let mut given = assemble(inner, &facts(&inner.schema.program, case));
        given.inputs.set_teller(events(inner, case));
        for expectation in &case.expectations {
            match runner.expectation(&given, expectation) {
                None => runner.passed += 1,
                Some(wrong) => runner.fail(case, expectation, wrong),
            }
        }
    }
    Report {
        passed: runner.passed,
        failures: runner.failures,
        coverage: runner.counts.coverage(inner),
    }
}

struct Runner<'a> {
    inner: &'a Inner,
    counts: Counts,
    passed: usize,
    failures: Vec<Failure>,
}

/// What is not as expected.
#[derive(Default)]
pub(super) struct Wrong {
    /// What is, one sentence each.
    pub(super) found: Vec<String>,
    pub(super) explanation: String,
    pub(super) nearest_miss: Option<String>,
}

impl Runner<'_> {
    fn ask(&mut self, given: &Given, def: DefId) -> Result<Answer, Wrong> {
        let asked = ask(self.inner, &given.inputs, def);
        self.counts.count(self.inner, &asked.events);
        usable(self.inner, given, asked).map_err(|found| Wrong {
            found: vec![found],
            ..Wrong::default()
        })
    }

    fn expectation(&mut self, given: &Given, expectation: &Expectation) -> Option<Wrong> {
        match &expectation.kind {
            Expected::Holds(def) => self.holds(given, *def),
            Expected::Same(def) => self.same(given, *def),
            Expected::By(def, label) => match self.ask(given, *def) {
                Err(wrong) => Some(wrong),
                Ok(answer) => by(self.inner, given, *def, &answer, label),
            },
            Expected::Because(def, reason) => match self.ask(given, *def) {
                Err(wrong) => Some(wrong),
                Ok(answer) => because(self.inner, given, *def, &answer, reason),
            },
            Expected::Chooses(def, actions) => match self.ask(given, *def) {
                Err(wrong) => Some(wrong),
                Ok(answer) => chooses(self.inner, given, *def, &answer, actions),
            },
            Expected::Withholds(def, actions) => match self.ask(given, *def) {
                Err(wrong) => Some(wrong),
                Ok(_) => withholds(self.inner, given, *def, actions),
            },
            Expected::Rejects(def, action, at) => match self.ask(given, *def) {
                Err(wrong) => Some(wrong),
                Ok(_) => rejects(self.inner, given, *def, (action, *at)),
            },
        }
    }

    fn holds(&mut self, given: &Given, def: DefId) -> Option<Wrong> {
        match self.ask(given, def) {
            Err(wrong) => Some(wrong),
            Ok(answer) if answer.value == Value::Bool(true) => None,
            Ok(_) => {
                let program = &self.inner.schema.program;
                let (defs, inputs) = mentioned(program, def);
                let mut wrong = Wrong::default();
                for input in inputs {
                    wrong
                        .found
                        .push(input_told(self.inner, &given.inputs, input));
                }
                for def in defs {
                    if let Ok(answer) = ask(self.inner, &given.inputs, def).answer {
                        let value = told(self.inner, def, &answer.value);
                        let name = self.inner.def_name(def);
                        wrong.found.push(format!("`{name}` is {value}"));
                    }
                    explain(self.inner, given, def, &mut wrong);
                }
                Some(wrong)
            }
        }
    }

    fn same(&mut self, given: &Given, def: DefId) -> Option<Wrong> {
        let program = self.inner.schema.program.clone();
        let channel = self.inner.schema.path("touchpoint.channel")?;
        let Ty::Enum(channels) = *program.input(channel).ty.present() else {
            return None;
        };
        let mut first: Option<(String, Answer, Given)> = None;
        for (name, member) in program.enumeration(channels).members.iter().zip(0..) {
            let mut here = on_channel(given, channel, member);
            let answer = match self.ask(&here, def) {
                Ok(answer) => answer,
                Err(mut wrong) => {
                    wrong
                        .found
                        .iter_mut()
                        .for_each(|f| *f = format!("on `{name}`: {f}"));
                    return Some(wrong);
                }
            };
            match &mut first {
                None => first = Some((name.clone(), answer, here)),
                Some((other, known, there)) if differs(known, &answer) => {
                    let pair = [(other.as_str(), &*known, there), (name, &answer, &mut here)];
                    return Some(differing(self.inner, def, pair));
                }
                Some(_) => {}
            }
        }
        None
    }

    fn fail(&mut self, case: &TestCase, expectation: &Expectation, wrong: Wrong) {
        let sources = &self.inner.sources;
        let span = expectation.span;
        let text = one_line(sources.snippet(span).trim());
        let expected = text.strip_prefix("expect ").unwrap_or(&text).to_owned();
        let at = sources.position(span);
        self.failures.push(Failure {
            test: case.title.clone(),
            case: case.line,
            file: sources.name(span.source).to_owned(),
            line: at.line,
            expected,
            found: wrong.found,
            explanation: wrong.explanation,
            nearest_miss: wrong.nearest_miss,
        });
    }
}

/// The same on another channel.
pub(super) fn on_channel(given: &Given, channel: InputId, member: u32) -> Given {
    let mut here = Given {
        inputs: given.inputs.clone(),
        lacking: given.lacking.clone(),
    };
    here.inputs.set_member(channel, member);
    here.lacking.remove(&channel);
    here
}

pub(super) fn differs(a: &Answer, b: &Answer) -> bool {
    a.value != b.value || a.because != b.because
}

/// The answer, or why there is none: an overflow, or a field that was read and not given.
pub(super) fn usable(inner: &Inner, given: &Given, asked: Asked) -> Result<Answer, String> {
    match lacking(inner, given, asked.reads()) {
        Some(lacking) => Err(lacking),
        None => asked.answer,
    }
}

/// What is said where something was read and not given.
fn lacking(inner: &Inner, given: &Given, reads: impl Iterator<Item = InputId>) -> Option<String> {
    let mut seen = HashSet::new();
    let lacking = reads.filter(|id| given.lacking.contains(id) && seen.insert(*id));
    let lacking: Vec<String> = lacking.map(|id| format!("`{}`", inner.path(id))).collect();
    let lacking = Some(lacking).filter(|all| !all.is_empty())?;
    Some(format!(
        "it asks for {}, which is not given",
        lacking.join(", ")
    ))
}

/// Adds how a definition's value comes about, and what nearly held.
pub(super) fn explain(inner: &Inner, given: &Given, def: DefId, wrong: &mut Wrong) {
    wrong
        .explanation
        .push_str(&story(inner, &given.inputs, def));
    if wrong.nearest_miss.is_none()
        && let Ok(answer) = ask(inner, &given.inputs, def).answer
    {
        wrong.nearest_miss = nearest(inner, &given.inputs, def, answer.hit, None);
    }
}

/// Whether the rule of that label gives the value.
pub(super) fn by(
    inner: &Inner,
    given: &Given,
    def: DefId,
    answer: &Answer,
    label: &str,
) -> Option<Wrong> {
    if answer.labels.iter().any(|known| known == label) {
        return None;
    }
    let name = inner.def_name(def);
    let found = match answer.labels.as_slice() {
        [] => format!("no rule of `{name}` holds"),
        labels => format!("`{name}` is decided by {}", labels.join(", ")),
    };
    Some(Wrong {
        found: vec![found],
        explanation: story(inner, &given.inputs, def),
        nearest_miss: nearest(inner, &given.inputs, def, answer.hit, Some(label)),
    })
}

/// Whether the reason is as expected.
pub(super) fn because(
    inner: &Inner,
    given: &Given,
    def: DefId,
    answer: &Answer,
    reason: &str,
) -> Option<Wrong> {
    if answer.because.as_deref() == Some(reason) || answer.reasons.iter().any(|r| r == reason) {
        return None;
    }
    let name = inner.def_name(def);
    let mut wrong = Wrong {
        found: vec![match &answer.because {
            Some(other) => format!("the reason of `{name}` is \"{other}\""),
            None if !answer.reasons.is_empty() => {
                format!(
                    "the reasons of `{name}` are \"{}\"",
                    answer.reasons.join("\", \"")
                )
            }
            None => format!("`{name}` gives no reason"),
        }],
        ..Wrong::default()
    };
    explain(inner, given, def, &mut wrong);
    Some(wrong)
}

/// Whether these actions are chosen, the best first.
fn chooses(
    inner: &Inner,
    given: &Given,
    def: DefId,
    answer: &Answer,
    actions: &[String],
) -> Option<Wrong> {
    if answer.labels == actions {
        return None;
    }
    let name = inner.def_name(def);
    let mut wrong = Wrong {
        found: vec![match answer.labels.as_slice() {
            [] => format!("`{name}` chooses nothing"),
            chosen => format!("`{name}` chooses {}", chosen.join(", ")),
        }],
        ..Wrong::default()
    };
    let lacking = actions.iter().filter(|a| !answer.labels.contains(a));
    let unknown = lacking.clone().filter_map(|name| unknown(inner, def, name));
    wrong.found.extend(unknown);
    if let Ok(all) = arbitrate(inner, &given.inputs, def) {
        let told = lacking.filter_map(|name| all.rejected().iter().find(|r| r.action() == name));
        wrong.found.extend(told.map(ToString::to_string));
    }
    explain(inner, given, def, &mut wrong);
    Some(wrong)
}

/// The actions that a next best action chooses from.
fn candidates(inner: &Inner, def: DefId) -> &[Candidate] {
    match &inner.schema.program.def(def).kind {
        DefKind::NextBestAction(choice) => &choice.candidates,
        _ => &[],
    }
}

/// What is said of an action that is none of them: a row that the data no longer has, or never had.
fn unknown(inner: &Inner, def: DefId, name: &str) -> Option<String> {
    let names = candidates(inner, def).iter();
    let names = names.map(|c| c.action.name.as_str());
    if names.clone().any(|known| known == name) {
        return None;
    }
    let of = inner.def_name(def);
    let none = format!("no action that `{of}` chooses from is called `{name}`");
    Some(match nearest_name(name, names) {
        Some(near) => format!("{none}; did you mean `{near}`?"),
        None => none,
    })
}

/// Whether these of the chosen actions are withheld on the channel, and no others.
fn withholds(inner: &Inner, given: &Given, def: DefId, actions: &[String]) -> Option<Wrong> {
    let said = |found: Vec<String>| {
        let mut wrong = Wrong {
            found,
            ..Wrong::default()
        };
        explain(inner, given, def, &mut wrong);
        Some(wrong)
    };
    if channel(inner, &given.inputs).is_none() {
        return said(vec![
            "no channel is given: `on push`, for example".to_owned(),
        ]);
    }
    let reads = reads_of_delivery(inner, def, &given.inputs);
    if let Some(found) = reads.and_then(|reads| lacking(inner, given, reads.iter())) {
        return said(vec![found]);
    }
    let all = match arbitrate(inner, &given.inputs, def) {
        Ok(all) => all,
        Err(error) => return said(vec![error.to_string()]),
    };
    let chosen = all.chosen().iter();
    let held = chosen.filter_map(|chosen| Some((chosen.action(), chosen.withheld()?)));
    let held: Vec<_> = held.collect();
    if held.iter().map(|(action, _)| *action).eq(actions) {
        return None;
    }
    let mut found: Vec<String> = held
        .iter()
        .map(|(action, by)| format!("`{action}` is withheld by {by}"))
        .collect();
    for name in actions {
        let is_held = held.iter().any(|(action, _)| action == name);
        let is_chosen = all.chosen().iter().any(|chosen| chosen.action() == name);
        let rejected = all.rejected().iter().find(|r| r.action() == name);
        found.extend(unknown(inner, def, name));
        found.extend(rejected.map(ToString::to_string));
        if is_chosen && !is_held {
            found.push(format!("`{name}` is not withheld"));
        }
    }
    said(found)
}

/// Whether an action is not chosen, and falls out where it should.
fn rejects(
    inner: &Inner,
    given: &Given,
    def: DefId,
    (action, at): (&str, Option<Stage>),
) -> Option<Wrong> {
    if let Some(found) = unknown(inner, def, action) {
        return Some(Wrong {
            found: vec![found],
            ..Wrong::default()
        });
    }
    let all = match arbitrate(inner, &given.inputs, def) {
        Ok(all) => all,
        Err(error) => {
            return Some(Wrong {
                found: vec![error.to_string()],
                ..Wrong::default()
            });
        }
    };
    let rejected = all.rejected().iter().find(|r| r.action() == action);
    let found = match (rejected, at) {
        (Some(_), None) => return None,
        (Some(rejected), Some(at)) if rejected.stage() == at => return None,
        (Some(rejected), _) => rejected.to_string(),
        (None, _) => format!("`{action}` is chosen"),
    };
    let mut wrong = Wrong {
        found: vec![found],
        ..Wrong::default()
    };
    explain(inner, given, def, &mut wrong);
    Some(wrong)
}

/// Two channels with different answers.
pub(super) fn differing(
    inner: &Inner,
    def: DefId,
    pair: [(&str, &Answer, &mut Given); 2],
) -> Wrong {
    let name = inner.def_name(def);
    let mut wrong = Wrong::default();
    for (channel, answer, given) in pair {
        let value = told(inner, def, &answer.value);
        let because = answer.because.as_ref();
        let because = because.map_or(String::new(), |text| format!(", because \"{text}\""));
        wrong
            .found
            .push(format!("on `{channel}`, `{name}` is {value}{because}"));
        let story = story(inner, &given.inputs, def);
        wrong
            .explanation
            .push_str(&format!("on {channel}:\n{story}"));
    }
    wrong
}
