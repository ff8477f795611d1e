//! Checking of journeys: their stages, and what leads from one to another.
//!
//! Whatever a journey is made of happens at an instant of its own, whoever asks and when: so it takes events without
//! windows, and times that are constants.

use super::lower::Lowering;
use super::slips::meant;
use super::streams::InBehaviour;
use super::told::{Journey, Told, Transition, Trigger};
use super::types::docs;
use super::{EnumId, ExprId, ExprKind, Record, RecordId, Ty, views};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, EventExpr, FoldWord};
use std::collections::{HashMap, HashSet};

impl<'a> Lowering<'a> {
    /// The enum of a journey's stages: the names of those that are entered, in the order in which they first stand.
    pub(super) fn stages(&mut self, written: &ast::Journey) -> EnumId {
        let mut seen: HashSet<&str> = HashSet::new();
        let entered = written.entries.iter().filter_map(|entry| entry.to.as_ref());
        let members: Vec<ast::Name> = entered
            .filter(|stage| seen.insert(&stage.text))
            .cloned()
            .collect();
        let name = format!("{}.stage", written.name.text);
        self.make_enum(name, &members, written.name.at.0)
    }

    /// Where a customer is in a journey, if in it at all.
    pub(super) fn journey_type(
        &mut self,
        written: &ast::Journey,
        about: &ast::Docs,
        stage: EnumId,
    ) -> Ty {
        let id = RecordId(self.count(self.records.len()));
        self.add_record(Record {
            name: written.name.text.to_string(),
            fields: Vec::new(),
            docs: docs(about),
            span: written.name.at.0,
        });
        let stage = Ty::Enum(stage);
        let mut fields = vec![
            views::made("stage", stage.clone()),
            views::made("since", Ty::DateTime),
            views::made("started", Ty::DateTime),
        ];
        if let Some(channel) = self.channel_type() {
            fields.push(views::made("entered_on", channel.optional()));
        }
        fields.push(views::made("path", Ty::List(Box::new(stage))));
        self.set_fields(id, fields);
        Ty::Record(id).optional()
    }

    /// The body of a journey.
    pub(super) fn journey(&mut self, index: usize, written: &'a ast::Journey) -> ExprId {
        let at = written.name.at.0;
        // Where somebody is, they are at an instant.
        self.now(at);
        let places: HashMap<&'a str, u32> = self.stage_places(written);
        let reported = self.reported();
        self.check_size(written);
        self.check_stages(written, &places);
        self.in_behaviour = Some(InBehaviour::of_journey());
        let within = match &written.within {
            Some(length) => self.length_of_time(length),
            None => None,
        };
        let mut entries = Vec::new();
        for entry in &written.entries {
            let place = |name: &Option<ast::Name>| {
                let name = name.as_ref()?;
                places.get(&*name.text).copied()
            };
            let trigger = match &entry.trigger {
                ast::Trigger::On(events) => self.happening(events).map(Trigger::On),
                ast::Trigger::After(time) => self.length_of_time(time).map(Trigger::After),
            };
            entries.extend(trigger.map(|trigger| Transition {
                from: place(&entry.from),
                to: place(&entry.to),
                trigger,
            }));
        }
        self.in_behaviour = None;
        self.check_times(written, &entries, (reported, &places));
        let ty = self.drafts.get(index).and_then(|draft| draft.ty.clone());
        let journey = Told::Journey(Journey { within, entries });
        self.tell(journey, ty.unwrap_or(Ty::Error), at)
    }

    /// The places of the stages in their enum.
    fn stage_places(&self, written: &'a ast::Journey) -> HashMap<&'a str, u32> {
        let mut places = HashMap::new();
        for stage in written.entries.iter().filter_map(|entry| entry.to.as_ref()) {
            let next = self.count(places.len());
            places.entry(&*stage.text).or_insert(next);
        }
        places
    }

    /// Events that happen at an instant of their own.
    fn happening(&mut self, written: &ast::Expr) -> Option<ExprId> {
        let reported = self.reported();
        self.refuse_windows(written);
        let found = match self.reported() == reported {
            true => self.stream(written),
            false => None,
        };
        let (stream, _) = found?;
        if let Some((at, what)) = self.reads_context(stream) {
            self.report(context_in_journey(at, &what));
            return None;
        }
        if let Some(at) = self.asked_about_now(stream) {
            let text = self.sources.snippet(at);
            self.report(
                moment_in_journey(
                    at,
                    format!("what `{text}` says depends on the instant at which it is asked"),
                )
                .label("not an event that happens")
                .help("name events here: an event type, `(a or b)`, `a where (…)`, `a then b within 1 hour`"),
            );
            return None;
        }
        Some(stream)
    }

    /// Answers windows, single events and the like, where they are written.
    fn refuse_windows(&mut self, written: &ast::Expr) {
        let mut open = vec![written];
        while let Some(expr) = open.pop() {
            if let ast::ExprKind::Events(event) = &expr.kind
                && let Some((message, of)) = moment_of(event)
            {
                let at = expr.at.0;
                let at = match of {
                    Some(of) => Span::new(at.source, of.at.0.end, at.end),
                    None => at,
                };
                let at = self.trimmed(at);
                self.report(
                    moment_in_journey(at, message.to_owned())
                        .label("a journey takes events when they happen, whoever asks and when")
                        .help("how far back a journey looks stands behind its name: `journey … starts in last 90 days { … }`")
                        .help("what comes by the passing of time is an entry of its own: `paying -> abandoned after 30 minutes`"),
                );
                continue;
            }
            crate::syntax::walk::operands(expr, |operand| open.push(operand));
        }
    }

    /// Where something is asked that is another thing at another instant.
    fn asked_about_now(&self, stream: ExprId) -> Option<Span> {
        let mut seen: HashSet<ExprId> = HashSet::new();
        // Where it is used, and what is looked at.
        let mut open: Vec<(Option<Span>, ExprId)> = vec![(None, stream)];
        while let Some((used, id)) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let expr = self.expr(id);
            let at = used.unwrap_or(expr.span);
            match &expr.kind {
                ExprKind::Told(told) => match **told {
                    Told::Select(_)
                    | Told::Filter { .. }
                    | Told::Either(_)
                    | Told::Chain { .. }
                    | Told::Together(..) => {}
                    _ => return Some(at),
                },
                ExprKind::Def(def) | ExprKind::Apply(def, _)
                    if self.zone_definition != Some(*def) =>
                {
                    let draft = self.drafts.get(def.index());
                    if draft.is_some_and(|d| matches!(d.item.kind, ast::ItemKind::Journey(_))) {
                        return Some(at);
                    }
                    let kind = draft.and_then(|d| d.kind.as_ref());
                    let roots = kind.map(super::roots).unwrap_or_default();
                    open.extend(roots.into_iter().map(|root| (Some(at), root)));
                }
                _ => {}
            }
            super::operands(&expr.kind, |child| open.push((used, child)));
        }
        None
    }

    /// How many entries a journey has is bounded, so that what an answer costs is.
    fn check_size(&mut self, written: &ast::Journey) {
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

    /// The stages that are left are entered somewhere, and a way leads to each.
    fn check_stages(&mut self, written: &'a ast::Journey, places: &HashMap<&'a str, u32>) {
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

    /// What happens by the passing of time: once a stage, never in a circle, and in every stage.
    fn check_times(
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

/// Whether an expression over events is another one at another instant: what that is, and what stands before the words
/// that make it so.
fn moment_of(event: &EventExpr) -> Option<(&'static str, Option<&ast::Expr>)> {
    Some(match event {
        EventExpr::Window(_, ast::Window::AllWithin(_)) => return None,
        EventExpr::Window(of, _) => ("an entry of a journey has no window", Some(of)),
        EventExpr::Fold(FoldWord::First | FoldWord::Nth(_), ..) => (
            "an entry of a journey does not pick one event of several",
            None,
        ),
        EventExpr::Fold(FoldWord::Last | FoldWord::Newest(_), ..) => (
            "which events are the last ones changes with every event",
            None,
        ),
        EventExpr::Sessions(..) => ("a session has no instant until it is over", None),
        _ => return None,
    })
}

fn moment_in_journey(at: Span, message: String) -> Diagnostic {
    Diagnostic::error(Code::MomentInJourney, at, message)
}

fn context_in_journey(at: Span, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code::ContextInBehaviour,
        at,
        format!("a journey reads events, and `{what}` is no part of them"),
    )
    .label("not from the customer's events")
    .help("let the host put it into the event; or ask for it where the journey is used, for example in a segment")
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
