//! Checking of behaviours: streams of events, their windows, and where they stand as conditions.

use super::lower::Lowering;
use super::names::Named;
use super::told::{Pick, Told, Window};
use super::{ExprId, ExprKind, LocalId, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, EventExpr, FoldWord, Period};

/// A behaviour that is being checked.
#[derive(Debug, Default)]
pub(super) struct InBehaviour {
    /// Its parameters that are used as lengths of time.
    pub(super) lengths: Vec<LocalId>,
    /// It is a journey.
    pub(super) journey: bool,
}

impl InBehaviour {
    /// A journey, of which the same is true.
    pub(super) fn of_journey() -> InBehaviour {
        InBehaviour {
            journey: true,
            ..InBehaviour::default()
        }
    }
}

impl Lowering<'_> {
    /// An expression over events.
    pub(super) fn events_of(&mut self, written: &EventExpr, at: Span) -> ExprId {
        match written {
            EventExpr::Any => {
                let all: Vec<u32> = (0..self.declared_events()).collect();
                self.select(&all, at)
            }
            EventExpr::Then(first, steps) => self.chain_of_events((first, steps), None, at),
            EventExpr::Marked(_, mark) => self.mark_alone(mark, at),
            EventExpr::Window(of, window) => self.windowed(of, window, at),
            EventExpr::Fold(word, field, of) => self.event_fold(*word, field.as_ref(), of, at),
            EventExpr::TimeFrom(a, b) => self.time_from(a, b, at),
            EventExpr::AllOf(parts, within) => self.together(parts, within, at),
            EventExpr::Sessions(of, gap) => self.sessions(of, gap, at),
            EventExpr::PerKey {
                every,
                key,
                of,
                has,
            } => self.per_key(*every, key, (of, has), at),
            EventExpr::Series {
                of,
                per,
                count,
                counted,
            } => self.series(of, (*per, *counted), count, at),
            EventExpr::Halving(of, halving) => self.halving(of, halving, at),
            EventExpr::AsOf(of, anchor) => self.as_of(of, anchor, at),
        }
    }

    pub(super) fn tell(&mut self, told: Told, ty: Ty, at: Span) -> ExprId {
        self.push(ExprKind::Told(Box::new(told)), ty, at)
    }

    /// The events of some types.
    pub(super) fn select(&mut self, types: &[u32], at: Span) -> ExprId {
        let view = self.view_of_events(types);
        self.tell(Told::Select(view), Ty::Stream(view), at)
    }

    /// What stands where events are needed, with their view; otherwise a report.
    pub(super) fn stream(&mut self, written: &ast::Expr) -> Option<(ExprId, RecordId)> {
        match &written.kind {
            ast::ExprKind::Paren(inner) => return self.stream(inner),
            ast::ExprKind::Or(parts) => return self.either(parts, written.at.0),
            _ => {}
        }
        let id = self.infer(written);
        match &self.expr(id).ty {
            Ty::Stream(view) => return Some((id, *view)),
            Ty::Error => return None,
            _ => {}
        }
        if let ExprKind::Told(told) = &self.expr(id).kind
            && let Told::Pick(stream, pick) = **told
            && let Ty::Stream(view) = self.expr(stream).ty
        {
            let at = self.expr(id).span;
            let only = self.tell(Told::Only(stream, pick), Ty::Stream(view), at);
            return Some((only, view));
        }
        let error = self.not_events(id);
        self.report(error);
        None
    }

    fn not_events(&self, id: ExprId) -> Diagnostic {
        let (ty, at) = (&self.expr(id).ty, self.expr(id).span);
        let found = super::expr::a_type(&self.type_name(ty));
        let error = Diagnostic::error(
            Code::TypeMismatch,
            at,
            format!("this is {found}, not events"),
        )
        .label("events are needed here");
        let in_journey = self.in_behaviour.as_ref().is_some_and(|b| b.journey);
        match &self.expr(id).kind {
            ExprKind::And(_) if in_journey => error.help(
                "events of several types are `(a or b)`; events that come together are `all of (a, b) within 2 hours`",
            ),
            _ if in_journey && *ty == Ty::Bool => error.help(
                "a condition on an event is `a where (…)`; what did not happen is `a then no b within 30 minutes`",
            ),
            ExprKind::And(_) => error.help(
                "events of several types are `(a or b)`; to ask for each of them, ask twice: `a in last 7 days and b in last 7 days`",
            ),
            _ => error.help("name an event type, `any event`, or a behaviour that is events"),
        }
    }

    /// `(a or b)`: events of the first, of the second, or of both.
    fn either(&mut self, parts: &[ast::Expr], at: Span) -> Option<(ExprId, RecordId)> {
        let found: Vec<_> = parts.iter().map(|part| self.stream(part)).collect();
        let found: Option<Vec<_>> = found.into_iter().collect();
        let found = found?;
        let mut types = Vec::new();
        let mut plain = true;
        for (id, view) in &found {
            self.no_sessions(*id, *view);
            plain &=
                matches!(&self.expr(*id).kind, ExprKind::Told(t) if matches!(**t, Told::Select(_)));
            types.extend(self.types_of(*view));
        }
        types.sort_unstable();
        types.dedup();
        if plain {
            let id = self.select(&types, at);
            return Some((id, self.view_of_events(&types)));
        }
        let view = match found.split_first() {
            Some(((_, first), rest)) if rest.iter().all(|(_, view)| view == first) => *first,
            _ => self.view_of_mixture(&found, &types),
        };
        let streams = found.into_iter().map(|(id, _)| id).collect();
        let id = self.tell(Told::Either(streams), Ty::Stream(view), at);
        Some((id, view))
    }

    /// What can be asked of one of several streams. Of what completes a chain, `at` is when it became known.
    fn view_of_mixture(&mut self, found: &[(ExprId, RecordId)], types: &[u32]) -> RecordId {
        use super::told::ViewOf;
        let of = |view: RecordId| self.view(view).map(|v| &v.of);
        let matches = |(_, view): &(ExprId, RecordId)| matches!(of(*view), Some(ViewOf::Match(_)));
        let any = found.iter().any(matches);
        let events = self.view_of_events(types);
        if any {
            self.view_of_match(events)
        } else {
            events
        }
    }

    /// The types of the events that have a view.
    pub(super) fn types_of(&self, view: RecordId) -> Vec<u32> {
        use super::told::ViewOf;
        let of = self.view(view).map(|v| &v.of);
        match of {
            Some(ViewOf::Events(types)) => types.clone(),
            Some(ViewOf::Match(inner) | ViewOf::Session(inner)) => self.types_of(*inner),
            None => Vec::new(),
        }
    }

    /// `s where (…)`
    pub(super) fn filtered_stream(
        &mut self,
        (stream, view): (ExprId, RecordId),
        condition: &ast::Expr,
        at: Span,
    ) -> ExprId {
        let item = self.open_event(Ty::Record(view));
        let condition = self.body_of(condition, Some(&Ty::Bool));
        self.tell(
            Told::Filter {
                stream,
                item,
                condition,
            },
            Ty::Stream(view),
            at,
        )
    }

    /// How long, as a duration that is known when the rules are compiled: a constant, or a parameter.
    pub(super) fn length_of_time(&mut self, written: &ast::Expr) -> Option<ExprId> {
        if self.is_of_calendar(written, false) {
            return None;
        }
        self.length_in_units(written)
    }

    /// How long ago events may be that a window lets count.
    fn length_of_window(&mut self, written: &ast::Expr) -> Option<ExprId> {
        if self.is_of_calendar(written, true) {
            return None;
        }
        self.length_in_units(written)
    }

    fn length_in_units(&mut self, written: &ast::Expr) -> Option<ExprId> {
        let id = self.check(written, &Ty::Duration);
        let fine = self.expr(id).ty != Ty::Error && self.is_length(id);
        fine.then_some(id)
    }

    /// Whether a duration is known when the rules are compiled: a constant, or a parameter; otherwise a report.
    pub(super) fn is_length(&mut self, id: ExprId) -> bool {
        let at = self.expr(id).span;
        if let Some(length) = self.number(id) {
            let fine = length > rust_decimal::Decimal::ZERO;
            if !fine {
                self.report(
                    Diagnostic::error(Code::OutOfRange, at, "this length of time is not positive")
                        .label("more than nothing is needed here")
                        .help("write for example `30 minutes`"),
                );
            }
            return fine;
        }
        let local = match self.expr(id).kind {
            ExprKind::Local(local) => Some(local),
            _ => None,
        };
        if let (Some(local), Some(inside)) = (local, &mut self.in_behaviour) {
            inside.lengths.push(local);
            return true;
        }
        let error = self.length_not_constant(at);
        self.report(error);
        false
    }

    /// `s in last 7 days` and its like.
    fn windowed(&mut self, of: &ast::Expr, window: &ast::Window, at: Span) -> ExprId {
        if let ast::Window::AllWithin(within) = window {
            return self.all_within(of, within, at);
        }
        let found = self.stream(of);
        let window = self.window(window, at);
        let (Some((stream, view)), Some(window)) = (found, window) else {
            return self.broken(at);
        };
        self.tell(Told::Window(stream, window), Ty::Stream(view), at)
    }

    fn window(&mut self, written: &ast::Window, at: Span) -> Option<Window> {
        use ast::Window as W;
        Some(match written {
            W::Last(length) => Window::Ago(None, Some(self.length_of_window(length)?)),
            W::LeastAgo(length) => Window::Ago(Some(self.length_of_time(length)?), None),
            W::Ago(from, to) => {
                self.refuse_zero(from, to)?;
                let (from, to) = (self.length_of_time(from), self.length_of_time(to));
                let (from, to) = (from?, to?);
                self.check_window(from, to)?;
                Window::Ago(Some(from), Some(to))
            }
            W::Today => self.calendar(Period::Day, 0, true, at)?,
            W::This(period) => self.calendar(*period, 0, true, at)?,
            W::Previous {
                and_current,
                count,
                period,
            } => {
                let count = match count {
                    Some(written) => self.how_many(written)?,
                    None => 1,
                };
                if *and_current && *period != Period::Day {
                    let word = period.word();
                    self.report(
                        Diagnostic::error(
                            Code::Unexpected,
                            at,
                            format!("`today` does not go with {word}s"),
                        )
                        .label("days go with `today`")
                        .help(format!("write two windows: `(… this {word}) or (… in previous {count} {word}s)`")),
                    );
                    return None;
                }
                self.calendar(*period, count, *and_current, at)?
            }
            W::Between(from, to) => self.absolute_window(from, to.as_ref(), at)?,
            W::After(anchor) => {
                let (stream, pick) = self.anchor(anchor)?;
                Window::After(stream, pick)
            }
            W::Before(anchor) => {
                let (stream, pick) = self.anchor(anchor)?;
                Window::Before(stream, pick)
            }
            W::AllWithin(_) => return None,
        })
    }

    /// Answers `between 0 and 7 days ago`.
    fn refuse_zero(&mut self, from: &ast::Expr, to: &ast::Expr) -> Option<()> {
        match &from.kind {
            ast::ExprKind::Quantity(number, ..) if number.is_zero() => {}
            _ => return Some(()),
        }
        if self.is_of_calendar(to, true) {
            return None;
        }
        let to = self.sources.snippet(self.trimmed(to.at.0)).to_owned();
        self.report(
            Diagnostic::error(
                Code::OutOfRange,
                from.at.0,
                "a window that ends now is said in other words",
            )
            .label("nothing lies between this and now")
            .help(format!("write `in last {to}`")),
        );
        None
    }

    /// `between 30 and 90 days ago` goes from the nearer to the farther.
    fn check_window(&mut self, from: ExprId, to: ExprId) -> Option<()> {
        let (Some(a), Some(b)) = (self.number(from), self.number(to)) else {
            return Some(());
        };
        if a < b {
            return Some(());
        }
        let at = self.expr(from).span.to(self.expr(to).span);
        self.report(
            Diagnostic::error(Code::BadRange, at, "this window is empty")
                .label("the nearer end stands first")
                .help("for example `between 30 and 90 days ago`"),
        );
        None
    }

    fn calendar(
        &mut self,
        period: Period,
        previous: u32,
        current: bool,
        at: Span,
    ) -> Option<Window> {
        let zone = self.zone(at)?;
        Some(Window::Calendar {
            period,
            previous,
            current,
            zone,
        })
    }

    /// A number of periods that is written out.
    pub(super) fn how_many(&mut self, written: &ast::Expr) -> Option<u32> {
        let most = self.limits.periods;
        let number = match &written.kind {
            ast::ExprKind::Int(i, _) => u32::try_from(*i).ok(),
            _ => None,
        };
        let fine = number.filter(|n| *n > 0 && *n as usize <= most);
        if fine.is_none() {
            self.report(
                Diagnostic::error(
                    Code::OutOfRange,
                    written.at.0,
                    "this is no number of periods",
                )
                .label(format!("1 to {most} goes here"))
                .help("write a whole number"),
            );
        }
        fine
    }

    /// `from 2026-01-01 to 2026-02-01`
    fn absolute_window(
        &mut self,
        from: &ast::Expr,
        to: Option<&ast::Expr>,
        at: Span,
    ) -> Option<Window> {
        let from = self.infer(from);
        let ty = self.expr(from).ty.clone();
        if !matches!(ty, Ty::Date | Ty::DateTime) {
            if ty != Ty::Error {
                let found = super::expr::a_type(&self.type_name(&ty));
                self.report(
                    Diagnostic::error(
                        Code::TypeMismatch,
                        self.expr(from).span,
                        format!("this is {found}, not a date or an instant"),
                    )
                    .label("the window begins here")
                    .help("write for example `from 2026-01-01 to 2026-02-01`"),
                );
            }
            return None;
        }
        let to = match to {
            Some(written) => {
                let id = self.check(written, &ty);
                if self.expr(id).ty == Ty::Error {
                    return None;
                }
                Some(id)
            }
            None => None,
        };
        let zone = match ty {
            Ty::Date => Some(self.zone(at)?),
            _ => None,
        };
        Some(Window::Between { from, to, zone })
    }

    /// `last s`: what it is picked from, and which one.
    pub(super) fn anchor(&mut self, written: &ast::Expr) -> Option<(ExprId, Pick)> {
        if let ast::ExprKind::Events(event) = &written.kind
            && let EventExpr::Fold(word, None, of) = &**event
        {
            let pick = match word {
                FoldWord::First => Pick::First,
                FoldWord::Last => Pick::Last,
                FoldWord::Nth(n) => Pick::Nth(*n),
                _ => return self.bad_anchor(written),
            };
            return self.stream(of).map(|(stream, _)| (stream, pick));
        }
        self.bad_anchor(written)
    }

    fn bad_anchor(&mut self, written: &ast::Expr) -> Option<(ExprId, Pick)> {
        let at = written.at.0;
        let text = self.sources.snippet(at).to_owned();
        self.report(
            Diagnostic::error(Code::TypeMismatch, at, "one event is needed here")
                .label("which of them?")
                .help(format!("write `last {text}` or `first {text}`"))
                .suggest(at, format!("last {text}")),
        );
        None
    }

    /// A stream as a condition: there is one.
    pub(super) fn exists(&mut self, stream: ExprId) -> ExprId {
        let at = self.expr(stream).span;
        let parameterised = matches!(self.expr(stream).kind, ExprKind::Apply(..));
        // Elsewhere nobody can write `ever`; in a journey a condition is no event anyway.
        let exempt = match &self.in_behaviour {
            Some(inside) => inside.journey,
            None => parameterised,
        };
        if !exempt && self.is_everlasting(stream) {
            let error = self.everlasting(stream);
            self.report(error);
        }
        self.tell(Told::Exists(stream), Ty::Bool, at)
    }

    /// Whether there is no window and no anchor around: one that is in the stream stays in it.
    pub(super) fn is_everlasting(&self, id: ExprId) -> bool {
        match &self.expr(id).kind {
            ExprKind::Def(def) | ExprKind::Apply(def, _) => self.of_events(*def).everlasting,
            ExprKind::Told(told) => match &**told {
                Told::Select(_) => true,
                Told::Filter { stream, .. }
                | Told::Newest(stream, _)
                | Told::Only(stream, _)
                | Told::Sessions(stream, _) => self.is_everlasting(*stream),
                Told::Either(parts) => parts.iter().any(|p| self.is_everlasting(*p)),
                Told::Together(parts, _) => parts.iter().all(|p| self.is_everlasting(*p)),
                Told::Chain { steps, .. } => {
                    let mut steps = steps.iter();
                    steps.all(|s| self.is_everlasting(s.stream))
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn everlasting(&self, stream: ExprId) -> Diagnostic {
        let at = self.expr(stream).span;
        let text = self.sources.snippet(at);
        let error = Diagnostic::error(
            Code::Everlasting,
            at,
            format!("once there is `{text}`, this is true for ever"),
        );
        let error = error.label("no window");
        if self.in_behaviour.is_none() {
            return error.help(format!(
                "give the behaviour a window, `… in last 90 days`; if it is meant to stay true, write `behaviour … = ever {text}` and name that"
            ));
        }
        let text = match &self.expr(stream).kind {
            ExprKind::Told(t) if matches!(**t, Told::Chain { .. }) => format!("({text})"),
            _ => text.to_owned(),
        };
        error
            .help(format!(
                "say since when it counts: `{text} in last 90 days`, or `{text} after last …`"
            ))
            .help(format!("or say that it is meant: `ever {text}`"))
    }

    /// Answers a length of time that the compiler can't know.
    pub(super) fn length_not_constant(&self, at: Span) -> Diagnostic {
        let inside = self.in_behaviour.as_ref();
        let help = match inside.is_some_and(|inside| inside.journey) {
            true => "write it out, `30 minutes`, or name a constant of `let`",
            false => {
                "write it out, `30 minutes`, name a constant of `let`, or take it as a parameter and write it out where the behaviour is used"
            }
        };
        Diagnostic::error(
            Code::LengthNotConstant,
            at,
            "how long this is must be known when the rules are compiled",
        )
        .label("not a constant")
        .help(help)
    }

    /// An event type's name as its events.
    pub(super) fn named_events(&mut self, name: &ast::Name) -> Option<ExprId> {
        let Some(Named::Event(place)) = self.names.get(&name.text) else {
            return None;
        };
        Some(match self.in_behaviour {
            Some(_) => self.select(&[place], name.at.0),
            None => self.event_as_value(&name.text, name.at.0),
        })
    }
}
