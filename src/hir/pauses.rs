//! Checking of pauses: clauses of policies that bind for a time after something happened.

use super::lower::Lowering;
use super::policies::OUTCOMES;
use super::policy_words::Write;
use super::{ExprId, PolicyClause, PolicyKind, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{After, Alike, EventExpr, Expr, ExprKind, FoldWord, Paused, Window};

impl Lowering<'_> {
    /// `pause the same action for 90 days after declined`
    pub(super) fn pause(
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
        self.fixed_length(length, false)?;
        let write = Write { at };
        if let Some(alike) = alike {
            self.are_outcomes(after, alike)?;
        }
        // Outcomes are those of the actions that pause, and none of transactional ones.
        let mut parts = vec![write.not(write.of_event("transactional"))];
        match alike {
            Some(alike) => parts.push(write.alike(alike)),
            None => parts.extend(write.any(self.in_scopes(&write, &of))),
        }
        let (events, offers) = match after {
            After::Events(events) => {
                let offers = is_called(bare(events), "offered").then_some((1, length));
                (of_those_that_pause(&write, events, &parts), offers)
            }
            After::Often(times, name, within) => {
                let times = self.times(times)?;
                let one = write.name(name);
                let offers = is_called(&one, "offered").then_some((times, within));
                let one = of_those_that_pause(&write, &one, &parts);
                (write.repeated(one, times, within), offers)
            }
        };
        let events = write.window(write.paren(events), Window::Last(length.clone()));
        let mut questions = vec![(events, Ty::Bool)];
        // Where it pauses after so many offers and nothing more is said of them, those in the same choice count.
        if let Some((_, within)) = offers {
            let counted = write.filtered(write.word("offered"), parts);
            let counted = write.window(counted, Window::Last(within.clone()));
            questions.push((write.fold(FoldWord::Count, counted), Ty::Int));
        }
        let (asked, subject) = self.of_subject(&questions, alike, at);
        let (paused, counted) = (*asked.first()?, asked.get(1).copied());
        self.reads_events_alone(paused);
        Some(PolicyClause {
            kind: PolicyKind::Pause {
                asked: paused,
                offers: offers.map(|(most, _)| self.count(most)).zip(counted),
            },
            of: of?,
            subject,
            channels: Vec::new(),
            span: at,
        })
    }

    /// Whether something happens to one action: its outcomes. Otherwise a report.
    fn are_outcomes(&mut self, after: &After, alike: Alike) -> Option<()> {
        let (at, outcomes) = match after {
            After::Often(_, name, _) => (name.at.0, OUTCOMES.contains(&&*name.text)),
            After::Events(events) => {
                let (mut some, mut all) = (false, true);
                each_kind(&mut events.clone(), &mut |kind| {
                    some = true;
                    all &= is_outcome(kind);
                });
                (events.at.0, some && all)
            }
        };
        if outcomes {
            return Some(());
        }
        let word = alike.word();
        self.report(
            Diagnostic::error(
                Code::TypeMismatch,
                at,
                format!("nothing says of which {word} these events are"),
            )
            .label(format!("an outcome of the same {word} goes here"))
            .help("an outcome is `offered`, `accepted`, `declined` or `ignored`; after other events pause actions by name: `pause sales.* for 14 days after wrong_order`"),
        );
        None
    }

    /// Reports a pause that asks about the context.
    fn reads_events_alone(&mut self, asked: ExprId) {
        if let Some((at, what)) = self.reads_context(asked) {
            self.report(
                Diagnostic::error(
                    Code::ContextInBehaviour,
                    at,
                    format!("a pause reads events, and `{what}` is no part of them"),
                )
                .label("not from the customer's events")
                .help("what depends on the context goes into the conditions of actions: `suitable when …`"),
            );
        }
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
}

/// Events in which the outcomes are those of the actions that pause.
fn of_those_that_pause(write: &Write, events: &Expr, parts: &[Expr]) -> Expr {
    let mut events = events.clone();
    each_kind(&mut events, &mut |kind| {
        if is_outcome(kind) {
            *kind = write.paren(write.filtered(kind.clone(), parts.to_vec()));
        }
    });
    events
}

fn is_called(kind: &Expr, word: &str) -> bool {
    matches!(&kind.kind, ExprKind::Name(name) if &*name.text == word)
}

fn is_outcome(kind: &Expr) -> bool {
    OUTCOMES.iter().any(|word| is_called(kind, word))
}

/// What stands in brackets.
fn bare(mut events: &Expr) -> &Expr {
    while let ExprKind::Paren(inner) = &events.kind {
        events = inner;
    }
    events
}

/// Calls `visit` with the names of event types, and of behaviours, that events are written with.
fn each_kind(events: &mut Expr, visit: &mut impl FnMut(&mut Expr)) {
    match &mut events.kind {
        ExprKind::Name(_) => visit(events),
        ExprKind::Paren(of) | ExprKind::Where(of, _) => each_kind(of, visit),
        ExprKind::Or(all) => all.iter_mut().for_each(|of| each_kind(of, visit)),
        ExprKind::Events(event) => match &mut **event {
            EventExpr::Window(of, _) | EventExpr::Marked(of, _) => each_kind(of, visit),
            EventExpr::Then(first, steps) => {
                each_kind(first, visit);
                let steps = steps.iter_mut();
                steps.for_each(|step| each_kind(&mut step.event, visit));
            }
            EventExpr::AllOf(all, _) => all.iter_mut().for_each(|of| each_kind(of, visit)),
            _ => {}
        },
        _ => {}
    }
}
