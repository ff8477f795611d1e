//! Checking of contact policies: behaviours over what became of actions, put together from their clauses.
//!
//! What became of an action is told by events of four types that every ruleset with actions has: `offered`, `accepted`,
//! `declined`, `ignored`. A clause is written out as the question about events that it stands for, and checked like one; where each
//! action (or group, or issue) is asked about apart, a local stands for it.

use super::actions::twice;
use super::lower::Lowering;
use super::names::Named;
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
    self, After, Alike, At, CompareOp, Counted, Counting, EventExpr, Expr, ExprKind, FoldWord,
    Name, Paused, Period, Reach, Scope, Step, TextOp, ThenWord, Unit, Window,
};
use crate::value::Value;
use std::sync::Arc;

/// What may become of an action.
pub(super) const OUTCOMES: [&str; 4] = ["offered", "accepted", "declined", "ignored"];

/// What stands for an action, group or issue in a clause; no author can write it.
const SUBJECT: &str = "‹subject›";

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
        let most = self.most_chosen(most);
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
        match alike {
            Some(alike) => parts.push(write.alike(alike)),
            None => parts.extend(write.any(self.in_scopes(&write, &of))),
        }
        let on = channels.iter().map(|c| write.is_channel(c)).collect();
        parts.extend(write.any(on));
        let window = match per {
            Counting::Rolling(length) => {
                self.fixed_length(length)?;
                Window::Last(length.clone())
            }
            Counting::Calendar(Period::Day) => Window::Today,
            Counting::Calendar(period) => Window::This(*period),
        };
        let counted = write.filtered(write.word(outcome), parts);
        let counted = write.fold(FoldWord::Count, write.window(counted, window));
        let (count, subject) = self.of_subject(&counted, alike, Ty::Int, at);
        Some(PolicyClause {
            kind: PolicyKind::AtMost {
                most: most?,
                count,
                offers: outcome == "offered",
            },
            of: of?,
            subject,
            channels: members,
            span: at,
        })
    }

    /// Answers `per 1 month`.
    fn fixed_length(&mut self, written: &Expr) -> Option<()> {
        let ExprKind::Quantity(number, _, unit @ (Unit::Month | Unit::Year)) = &written.kind else {
            return Some(());
        };
        let at = written.at.0;
        let word = if *unit == Unit::Month {
            "month"
        } else {
            "year"
        };
        let error = Diagnostic::error(
            Code::TypeMismatch,
            at,
            format!("a {word} has no fixed length"),
        )
        .label("a length of time goes here");
        self.report(match number.is_integer() && *number == rust_decimal::Decimal::ONE {
            true => error
                .help(format!("write `per calendar {word}` for the {word} of the calendar, or a number of days"))
                .suggest(at, format!("calendar {word}")),
            false => error.help(format!("write a number of days, or `per calendar {word}`")),
        });
        None
    }

    /// `pause the same action for 90 days after declined`
    fn pause(
        &mut self,
        what: &Paused,
        length: &Expr,
        after: &After,
        at: Span,
    ) -> Option<PolicyClause> {
        let (scopes, alike) = match what {
            Paused::Same(alike) => ([].as_slice(), Some(*alike)),
            Paused::Of(scopes) => (scopes.as_slice(), None),
        };
        let of = self.actions_in(scopes);
        let write = Write { at };
        let event = match after {
            After::Often(_, name, _) => Some(name),
            After::Events(Expr {
                kind: ExprKind::Name(name),
                ..
            }) => Some(name),
            After::Events(_) => None,
        };
        let outcome = event.filter(|name| OUTCOMES.contains(&&*name.text));
        if let (Some(alike), None) = (alike, outcome) {
            let (_, span) = match after {
                After::Often(_, name, _) => ((), name.at.0),
                After::Events(events) => ((), events.at.0),
            };
            let word = alike.word();
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    span,
                    format!("nothing says of which {word} these events are"),
                )
                .label(format!("an outcome of the same {word} goes here"))
                .help("an outcome is `offered`, `accepted`, `declined` or `ignored`; after other events pause actions by name: `pause sales.* for 14 days after wrong_order`"),
            );
            return None;
        }
        // Outcomes are those of the actions that pause, and none of transactional ones.
        let mut parts = Vec::from_iter(outcome.map(|_| write.not(write.of_event("transactional"))));
        match (outcome, alike) {
            (Some(_), Some(alike)) => parts.push(write.alike(alike)),
            (Some(_), None) => parts.extend(write.any(self.in_scopes(&write, &of))),
            (None, _) => {}
        }
        let events = match after {
            After::Events(events) => write.filtered(events.clone(), parts),
            After::Often(times, name, within) => {
                let times = self.times(times)?;
                let one = write.filtered(write.name(name), parts);
                write.repeated(one, times, within)
            }
        };
        let events = write.window(write.paren(events), Window::Last(length.clone()));
        let (paused, subject) = self.of_subject(&events, alike, Ty::Bool, at);
        Some(PolicyClause {
            kind: PolicyKind::Pause(paused),
            of: of?,
            subject,
            channels: Vec::new(),
            span: at,
        })
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

    /// A question about events, with a local for what each action is asked about.
    fn of_subject(
        &mut self,
        question: &Expr,
        alike: Option<Alike>,
        ty: Ty,
        at: Span,
    ) -> (ExprId, Option<(LocalId, Alike)>) {
        self.now(at);
        let around = self.in_behaviour.replace(InBehaviour::default());
        let subject = alike.map(|alike| {
            let name = Name {
                text: SUBJECT.into(),
                at: At(at),
            };
            (self.open_scope(&name, Ty::Text), alike)
        });
        let asked = self.check(question, &ty);
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
    fn in_scopes(&self, write: &Write, of: &Option<Vec<ActionSet>>) -> Vec<Expr> {
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

    /// How often something has to happen: a whole number from 1 to the most steps of a chain.
    fn times(&mut self, written: &Expr) -> Option<usize> {
        let most = self.limits.steps;
        let times = match written.kind {
            ExprKind::Int(times, _) => usize::try_from(times).ok(),
            _ => None,
        };
        let times = times.filter(|times| (1..=most).contains(times));
        if times.is_none() {
            self.report(
                Diagnostic::error(
                    Code::OutOfRange,
                    written.at.0,
                    "so often can't be counted here",
                )
                .label(format!("1 to {most} goes here"))
                .help("write `3 ignored in last 14 days`, for example"),
            );
        }
        times
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

/// Writes what a clause stands for; everything stands where the clause does.
struct Write {
    at: Span,
}

impl Write {
    fn plain(&self, kind: ExprKind) -> Expr {
        Expr {
            kind,
            at: At(self.at),
        }
    }

    fn events(&self, events: EventExpr) -> Expr {
        self.plain(ExprKind::Events(Box::new(events)))
    }

    fn word(&self, word: &str) -> Expr {
        self.plain(ExprKind::Name(Name {
            text: word.into(),
            at: At(self.at),
        }))
    }

    fn name(&self, name: &Name) -> Expr {
        Expr {
            kind: ExprKind::Name(name.clone()),
            at: name.at,
        }
    }

    fn text(&self, text: &str) -> Expr {
        self.plain(ExprKind::Text(text.into()))
    }

    fn paren(&self, inner: Expr) -> Expr {
        self.plain(ExprKind::Paren(Box::new(inner)))
    }

    fn not(&self, inner: Expr) -> Expr {
        self.plain(ExprKind::Not(Box::new(inner)))
    }

    /// A field of the event.
    fn of_event(&self, field: &str) -> Expr {
        let field = Name {
            text: field.into(),
            at: At(self.at),
        };
        self.plain(ExprKind::Field(Box::new(self.word("event")), field))
    }

    fn equal(&self, field: &str, to: Expr) -> Expr {
        let field = Box::new(self.of_event(field));
        self.plain(ExprKind::Compare(CompareOp::Eq, field, Box::new(to)))
    }

    fn begins(&self, field: &str, with: Expr) -> Expr {
        self.plain(ExprKind::TextTest {
            op: TextOp::StartsWith,
            ignoring_case: false,
            text: Box::new(self.of_event(field)),
            what: Box::new(with),
        })
    }

    /// The event is of the same action, group or issue as what is asked about.
    fn alike(&self, alike: Alike) -> Expr {
        let subject = self.word(SUBJECT);
        match alike {
            Alike::Action => self.equal("action", subject),
            Alike::Group => self.equal("group", subject),
            Alike::Issue => self.begins("group", subject),
        }
    }

    fn is_channel(&self, channel: &Name) -> Expr {
        self.plain(ExprKind::Is {
            negated: false,
            item: Box::new(self.of_event("channel")),
            what: ast::IsWhat::Value(Box::new(self.name(channel))),
        })
    }

    /// One of several; none where nothing is asked.
    fn any(&self, mut parts: Vec<Expr>) -> Option<Expr> {
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(self.paren(self.plain(ExprKind::Or(parts)))),
        }
    }

    fn filtered(&self, events: Expr, mut parts: Vec<Expr>) -> Expr {
        let condition = match parts.len() {
            0 => return events,
            1 => parts.remove(0),
            _ => self.plain(ExprKind::And(parts)),
        };
        self.plain(ExprKind::Where(Box::new(events), Box::new(condition)))
    }

    fn window(&self, events: Expr, window: Window) -> Expr {
        self.events(EventExpr::Window(events, window))
    }

    fn fold(&self, word: FoldWord, events: Expr) -> Expr {
        self.events(EventExpr::Fold(word, None, events))
    }

    /// So many of one kind within a time: it happens with the last of them.
    fn repeated(&self, one: Expr, times: usize, within: &Expr) -> Expr {
        if times == 1 {
            return one;
        }
        let step = Step {
            word: ThenWord::Then,
            event: one.clone(),
        };
        let chain = EventExpr::Then(one, vec![step; times - 1]);
        self.window(self.events(chain), Window::AllWithin(within.clone()))
    }
}
