//! Checking of contact policies: behaviours over what became of actions, put together from their clauses.
//!
//! What became of an action is told by events of four types that every ruleset with actions has: `offered`, `accepted`,
//! `declined`, `ignored`. A clause is written out as the question about events that it stands for, and checked like one; where each
//! action (or group, or issue) is asked about apart, a local stands for it.

use super::actions::twice;
use super::event_slips::in_units;
use super::lower::Lowering;
use super::names::Named;
use super::policy_words::Write;
use super::slips::{listed, meant};
use super::streams::InBehaviour;
use super::types::docs;
use super::views::made;
use super::{
    ActionSet, EventType, ExprId, LocalId, Policy, PolicyClause, PolicyKind, RecordField, Ty,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{
    self, Alike, At, Counted, Counting, Expr, ExprKind, FoldWord, Name, Period, Reach, Scope,
    Window,
};
use crate::value::Value;
use std::sync::Arc;

/// What may become of an action.
pub(super) const OUTCOMES: [&str; 4] = ["offered", "accepted", "declined", "ignored"];

/// What stands for an action, group or issue in a clause; no author can write it.
pub(super) const SUBJECT: &str = "‹subject›";

impl<'a> Lowering<'a> {
    /// The event types that tell what became of actions.
    pub(super) fn declare_outcomes(&mut self) {
        self.outcomes = Some(self.count(self.events.len()));
        for word in OUTCOMES {
            let place = self.count(self.events.len());
            let nowhere = Span::default();
            if self
                .names
                .declare(word, nowhere, Named::Event(place))
                .is_err()
            {
                let at = self.names.span(word).unwrap_or_default();
                self.report(
                    Diagnostic::error(Code::DuplicateName, at, format!("the name `{word}` is taken"))
                        .label("another name goes here")
                        .help(format!(
                            "`{word}` is the event that tells what became of an action, in every ruleset with actions"
                        )),
                );
            }
            let record = self.declare_record(word.to_owned(), nowhere);
            let transactional = RecordField {
                default: Some(Value::Bool(false)),
                ..made("transactional", Ty::Bool)
            };
            let fields = vec![
                made("action", Ty::Text),
                made("group", Ty::Text),
                transactional,
                made("offer", Ty::Text.optional()),
            ];
            self.set_fields(record, fields);
            self.events.push(EventType {
                name: word.to_owned(),
                record,
                docs: Vec::new(),
                span: nowhere,
            });
        }
    }

    /// How many event types the texts declare.
    pub(super) fn declared_events(&self) -> u32 {
        self.outcomes.unwrap_or(self.count(self.events.len()))
    }

    /// A policy.
    pub(super) fn contact_policy(&mut self, item: &ast::Item, written: &ast::PolicyDecl) -> Policy {
        let mut clauses = Vec::new();
        for clause in &written.clauses {
            let at = clause.at.0;
            let made = match &clause.kind {
                ast::PolicyClause::AtMost {
                    most,
                    outcome,
                    of,
                    per,
                    channels,
                } => self.cap(most, outcome.as_ref(), (of, per, channels), at),
                ast::PolicyClause::Pause {
                    what,
                    length,
                    after,
                } => self.pause(what, length, after, at),
                ast::PolicyClause::Withhold {
                    channels,
                    unless,
                    condition,
                } => self.withhold(channels, *unless, condition, at),
            };
            clauses.extend(made.map(Arc::new));
        }
        Policy {
            name: written.name.text.to_string(),
            clauses,
            docs: docs(&item.docs),
            span: written.name.at.0,
        }
    }

    /// `at most 2 of sales.tickets per 7 days`
    fn cap(
        &mut self,
        most: &Expr,
        outcome: Option<&Name>,
        (of, per, channels): (&Counted, &Counting, &[Name]),
        at: Span,
    ) -> Option<PolicyClause> {
        let most = self.most_chosen(most, "at most 2 of sales.* per 7 days");
        let outcome = match outcome {
            Some(name) => self.outcome_named(name)?,
            None => "offered",
        };
        let (scopes, alike) = match of {
            Counted::Of(scopes) => (scopes, None),
            Counted::Each(alike, scopes) => (scopes, Some(*alike)),
        };
        let of = self.actions_in(scopes);
        let members = self.channels_named(channels, at)?;
        let write = Write { at };
        let mut parts = vec![write.not(write.of_event("transactional"))];
        parts.extend(alike.map(|alike| write.alike(alike)));
        // An action is itself, whatever group it is offered in.
        if alike != Some(Alike::Action) {
            parts.extend(write.any(self.in_scopes(&write, &of)));
        }
        let on = channels.iter().map(|c| write.is_channel(c)).collect();
        parts.extend(write.any(on));
        let window = match per {
            Counting::Rolling(length) => {
                self.fixed_length(length, true)?;
                Window::Last(length.clone())
            }
            Counting::Calendar(Period::Day) => Window::Today,
            Counting::Calendar(period) => Window::This(*period),
        };
        let counted = write.filtered(write.word(outcome), parts);
        let counted = write.fold(FoldWord::Count, write.window(counted, window));
        let (asked, subject) = self.of_subject(&[(counted, Ty::Int)], alike, at);
        Some(PolicyClause {
            kind: PolicyKind::AtMost {
                most: most?,
                count: *asked.first()?,
                offers: outcome == "offered",
            },
            of: of?,
            subject,
            channels: members,
            span: at,
        })
    }

    /// Answers `per 1 month`, `per day` and `for 1 month`: whether a length is one.
    pub(super) fn fixed_length(&mut self, written: &Expr, counted: bool) -> Option<()> {
        let Some((count, period)) = self.calendar_length(written) else {
            return Some(());
        };
        let (at, word) = (written.at.0, period.word());
        let length = in_units(&count, period).unwrap_or_else(|| "30 days".to_owned());
        let message = match written.kind {
            ExprKind::Quantity(..) => format!("a {word} has no fixed length"),
            _ => format!("a {word} is a period of the calendar, and no length of time"),
        };
        let error =
            Diagnostic::error(Code::TypeMismatch, at, message).label("a length of time goes here");
        let error = match counted {
            true => error.help(format!(
                "write `per calendar {word}` for the {word} of the calendar, or `per {length}` for whatever is less old than that"
            )),
            false => error.help(format!("write `{length}`")),
        };
        self.report(
            match count == "1" && counted && matches!(period, Period::Month | Period::Year) {
                true => error.suggest(at, format!("calendar {word}")),
                false => error,
            },
        );
        None
    }

    /// `withhold on push when time in 21:00..08:00`
    fn withhold(
        &mut self,
        channels: &[Name],
        unless: bool,
        condition: &Expr,
        at: Span,
    ) -> Option<PolicyClause> {
        let members = self.channels_named(channels, at);
        let around = std::mem::replace(&mut self.at_delivery, true);
        let mut held = self.check(condition, &Ty::Bool);
        self.at_delivery = around;
        if unless {
            held = self.push(super::ExprKind::Not(held), Ty::Bool, condition.at.0);
        }
        Some(PolicyClause {
            kind: PolicyKind::Withhold(held),
            of: Vec::new(),
            subject: None,
            channels: members?,
            span: at,
        })
    }

    /// Questions about events, with a local for what each action is asked about.
    pub(super) fn of_subject(
        &mut self,
        questions: &[(Expr, Ty)],
        alike: Option<Alike>,
        at: Span,
    ) -> (Vec<ExprId>, Option<(LocalId, Alike)>) {
        self.now(at);
        let around = self.in_behaviour.replace(InBehaviour::default());
        let subject = alike.map(|alike| {
            let name = Name {
                text: SUBJECT.into(),
                at: At(at),
            };
            (self.open_scope(&name, Ty::Text), alike)
        });
        let questions = questions.iter();
        let asked = questions.map(|(question, ty)| self.check(question, ty));
        let asked = asked.collect();
        if subject.is_some() {
            self.close_scope();
        }
        self.in_behaviour = around;
        (asked, subject)
    }

    /// The outcome of a name, or a report that there is none.
    fn outcome_named(&mut self, name: &Name) -> Option<&'static str> {
        let known = OUTCOMES.into_iter().find(|word| *word == &*name.text);
        if known.is_none() {
            let error = Diagnostic::error(
                Code::UnknownName,
                name.at.0,
                format!("`{}` is nothing that becomes of an action", name.text),
            )
            .label("an outcome goes here");
            let near = crate::diagnostic::nearest(&name.text, OUTCOMES);
            self.report(match near {
                Some(near) => meant(error, name.at.0, &[near]),
                None => {
                    let words = OUTCOMES.map(str::to_owned);
                    error.help(format!("outcomes are {}", listed(&words)))
                }
            });
        }
        known
    }

    /// The places of channels; none named are none.
    fn channels_named(&mut self, channels: &[Name], at: Span) -> Option<Vec<u32>> {
        if channels.is_empty() {
            return Some(Vec::new());
        }
        self.members_of_channel(channels, at)
            .map(|(_, members)| members)
    }

    /// The actions that scopes name; all where none is named. `None` where one names nothing.
    pub(super) fn actions_in(&mut self, scopes: &[Scope]) -> Option<Vec<ActionSet>> {
        let mut of: Vec<(ActionSet, Span)> = Vec::new();
        let mut known = true;
        for scope in scopes {
            let set = match &scope.reach {
                Reach::All => Some(ActionSet::All),
                Reach::Issue(issue) => self.issue_named(issue).map(ActionSet::Issue),
                Reach::Group(issue, group) => self.group_named(issue, group).map(ActionSet::Group),
                Reach::Action(name) => {
                    let known = self.is_action(name);
                    known.then(|| ActionSet::Action(name.text.to_string()))
                }
            };
            known &= set.is_some();
            let Some(set) = set else { continue };
            if let Some((_, first)) = of.iter().find(|(other, _)| *other == set) {
                let error = twice(scope.at.0, *first).help("remove one of the two");
                self.report(error);
            }
            of.push((set, scope.at.0));
        }
        let of = of.into_iter().map(|(set, _)| set).collect();
        known.then_some(of)
    }

    /// The conditions on an event that say that it is of one of these actions; none where all are.
    pub(super) fn in_scopes(&self, write: &Write, of: &Option<Vec<ActionSet>>) -> Vec<Expr> {
        let sets = of.iter().flatten();
        if of.as_ref().is_some_and(|of| of.contains(&ActionSet::All)) {
            return Vec::new();
        }
        sets.map(|set| match set {
            ActionSet::All => write.of_event("transactional"),
            ActionSet::Issue(issue) => {
                let name = self.issues.get(*issue as usize).map_or("", |i| &i.name);
                write.begins("group", write.text(&format!("{name}.")))
            }
            ActionSet::Group(group) => {
                let name = self.groups.get(group.index()).map_or("", |g| &g.name);
                write.equal("group", write.text(name))
            }
            ActionSet::Action(name) => write.equal("action", write.text(name)),
        })
        .collect()
    }

    /// The time of day in the ruleset's zone, as conditions on deliveries name it.
    pub(super) fn time_of_day(&mut self, name: &Name) -> ExprId {
        let at = name.at.0;
        if let Some(declared) = self.names.span(&name.text) {
            self.report(
                Diagnostic::error(
                    Code::AmbiguousName,
                    at,
                    "`time` is the time of day here, and another name too",
                )
                .label("which of the two?")
                .also(declared, "the other is declared here")
                .help("for the time of day write `time of now`; the other needs another name")
                .suggest(at, "time of now"),
            );
            return self.broken(at);
        }
        let write = Write { at };
        self.infer(&write.plain(ExprKind::Of(ast::OfWord::Time, Box::new(write.word("now")))))
    }
}
