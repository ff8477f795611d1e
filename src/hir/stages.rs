//! Checking of the ways through a journey: to every stage leads one, and out of it, and none goes round by time alone.

use super::ExprId;
use super::lower::Lowering;
use super::slips::meant;
use super::told::{Transition, Trigger};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use std::collections::{HashMap, HashSet};

impl<'a> Lowering<'a> {
    /// How many entries a journey has is bounded, so that what an answer costs is.
    pub(super) fn check_size(&mut self, written: &ast::Journey) {
        let most = self.limits.transitions;
        if let Some(entry) = written.entries.get(most) {
            self.report(
                Diagnostic::error(
                    Code::TooLarge,
                    entry.at.0,
                    format!("a journey of more than {most} entries"),
                )
                .label("beyond the limit")
                .help("make several journeys of it; or raise the limit `transitions`"),
            );
        }
    }

    /// The journey has a start, the stages that are left are entered somewhere, and a way leads to each.
    pub(super) fn check_stages(
        &mut self,
        written: &'a ast::Journey,
        places: &HashMap<&'a str, u32>,
    ) {
        let name = &written.name;
        if written.entries.iter().all(|entry| entry.from.is_some()) {
            self.report(
                Diagnostic::error(
                    Code::NoRules,
                    name.at.0,
                    format!("nothing starts `{}`", name.text),
                )
                .label("no customer is ever in it")
                .help("give it a start, for example `starts choosing on film_viewed`"),
            );
            return;
        }
        self.check_left(written, places);
        for stage in unreached(written, places) {
            self.report(
                Diagnostic::error(
                    Code::UnknownStage,
                    stage.at.0,
                    format!("no way leads from a start to `{}`", stage.text),
                )
                .label("entered only from stages that nobody reaches")
                .help(format!(
                    "lead there from another stage, or start in it: `starts {} on …`",
                    stage.text
                )),
            );
        }
    }

    /// The stages that are left are entered somewhere.
    fn check_left(&mut self, written: &'a ast::Journey, places: &HashMap<&'a str, u32>) {
        let mut told: HashSet<&str> = HashSet::new();
        for left in written.entries.iter().filter_map(|e| e.from.as_ref()) {
            if places.contains_key(&*left.text) || !told.insert(&left.text) {
                continue;
            }
            let error = Diagnostic::error(
                Code::UnknownStage,
                left.at.0,
                format!("nothing leads to a stage `{}`", left.text),
            )
            .label("no entry enters it");
            let near = self.near(&left.text, places.keys().copied());
            let error = match near.as_slice() {
                [] => error.help(format!(
                    "say how a customer gets there: `starts {0} on …` or `… -> {0} on …`",
                    left.text
                )),
                near => meant(error, left.at.0, near),
            };
            self.report(error);
        }
    }

    /// What happens by the passing of time: once a stage, never in a circle, and in every stage.
    pub(super) fn check_times(
        &mut self,
        written: &'a ast::Journey,
        entries: &[Transition],
        (reported, places): (usize, &HashMap<&'a str, u32>),
    ) {
        let is_complete = entries.len() == written.entries.len();
        let mut timed: HashMap<&str, (&ast::JourneyEntry, ExprId)> = HashMap::new();
        if is_complete {
            for (entry, made) in written.entries.iter().zip(entries) {
                let (Some(from), Trigger::After(length)) = (&entry.from, made.trigger) else {
                    continue;
                };
                let Some((other, before)) = timed.get(&*from.text).copied() else {
                    timed.insert(&from.text, (entry, length));
                    continue;
                };
                let sooner = self.number(length) < self.number(before);
                let (happens, never) = if sooner {
                    (entry, other)
                } else {
                    (other, entry)
                };
                if sooner {
                    timed.insert(&from.text, (entry, length));
                }
                self.report(never_happens(from, happens.at.0, never.at.0));
            }
            self.check_circles(written, &timed, places);
        }
        if self.reported() == reported && written.within.is_none() {
            self.check_ends(written, &timed);
        }
    }

    /// Stages that lead to one another by time alone would do so without end.
    fn check_circles(
        &mut self,
        written: &ast::Journey,
        timed: &HashMap<&str, (&ast::JourneyEntry, ExprId)>,
        places: &HashMap<&str, u32>,
    ) {
        let mut stages: Vec<&str> = timed.keys().copied().collect();
        stages.sort_unstable_by_key(|stage| places.get(stage));
        let mut known: HashSet<&str> = HashSet::new();
        for first in stages {
            let mut way: Vec<&str> = Vec::new();
            let mut next = Some(first);
            while let Some(stage) = next.filter(|stage| known.insert(stage)) {
                way.push(stage);
                let entry = timed.get(stage).map(|(entry, _)| entry);
                next = entry.and_then(|e| e.to.as_ref()).map(|to| &*to.text);
            }
            let circle = next.and_then(|next| way.iter().position(|stage| *stage == next));
            let Some(circle) = circle.and_then(|from| way.get(from..)) else {
                continue;
            };
            let Some((entry, _)) = circle.first().and_then(|stage| timed.get(stage)) else {
                continue;
            };
            let words = circle.iter().chain(circle.first());
            let words: Vec<String> = words.map(|stage| format!("`{stage}`")).collect();
            self.report(
                Diagnostic::error(
                    Code::TimedEntries,
                    entry.at.0,
                    format!(
                        "`{}` would go round for ever by time alone: {}",
                        written.name.text,
                        words.join(" → ")
                    ),
                )
                .label("leads back to its own stage without an event")
                .help("let one of these entries be `on` an event, or end the journey: `… ends after 7 days`"),
            );
        }
    }

    /// A customer who does nothing more does not stay in a stage for ever.
    fn check_ends(
        &mut self,
        written: &ast::Journey,
        timed: &HashMap<&str, (&ast::JourneyEntry, ExprId)>,
    ) {
        let mut told: HashSet<&str> = HashSet::new();
        for stage in written.entries.iter().filter_map(|e| e.to.as_ref()) {
            if timed.contains_key(&*stage.text) || !told.insert(&stage.text) {
                continue;
            }
            let mut left = written.entries.iter().filter_map(|e| e.from.as_ref());
            let label = match left.any(|from| from.text == stage.text) {
                true => "left on events alone, which may never come",
                false => "nothing leads out of it",
            };
            let (name, stage_name) = (&written.name.text, &stage.text);
            self.report(
                Diagnostic::error(
                    Code::EndlessStage,
                    stage.at.0,
                    format!("a customer may stay in `{stage_name}` for ever"),
                )
                .label(label)
                .help(format!("say when that is over: `{stage_name} ends after 30 days`"))
                .help(format!(
                    "or say how far back the journey looks: `journey {name} starts in last 90 days {{ … }}`"
                )),
            );
        }
    }
}

/// Stages that are entered, but only from stages that no start leads to. What is left without being entered was reported:
/// a way may lead there.
fn unreached<'a>(written: &'a ast::Journey, places: &HashMap<&'a str, u32>) -> Vec<&'a ast::Name> {
    let mut reached: HashSet<&str> = HashSet::new();
    let mut onward: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut open: Vec<&str> = Vec::new();
    for entry in &written.entries {
        let Some(to) = &entry.to else { continue };
        match entry
            .from
            .as_ref()
            .filter(|from| places.contains_key(&*from.text))
        {
            Some(from) => onward.entry(&from.text).or_default().push(&to.text),
            None => open.push(&to.text),
        }
    }
    while let Some(stage) = open.pop() {
        if reached.insert(stage) {
            open.extend(onward.get(stage).into_iter().flatten());
        }
    }
    let entered = written.entries.iter().filter_map(|entry| entry.to.as_ref());
    entered
        .filter(|stage| reached.insert(&stage.text))
        .collect()
}

/// Of two entries after a time the one that comes later.
fn never_happens(stage: &ast::Name, happens: Span, never: Span) -> Diagnostic {
    Diagnostic::error(
        Code::TimedEntries,
        never,
        format!(
            "this never happens: another entry leaves `{}` first",
            stage.text
        ),
    )
    .label("never reached")
    .also(happens, "by then this has happened")
    .help("of the entries after a time each stage has one: remove one of the two")
}
