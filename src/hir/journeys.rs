//! Checking of journeys: their value, and the events and times that lead from one stage to another; `stages` looks at
//! the ways that this makes.
//!
//! Whatever a journey is made of happens at an instant of its own, whoever asks and when: so it takes events without
//! windows, and times that are constants.

use super::lower::Lowering;
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
