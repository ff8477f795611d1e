//! What to do about slips in behaviours: lengths of the calendar, folds without a field, chains with a window around them.

use super::event_folds::fold_of;
use super::lower::Lowering;
use super::told::Told;
use super::{ExprId, ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, EventExpr, FoldWord, Period, Unit};

impl Lowering<'_> {
    /// Answers `in last 3 months`, `in last week` and `within 1 month`; whether it was one.
    pub(super) fn is_of_calendar(&mut self, written: &ast::Expr, in_window: bool) -> bool {
        let Some((count, period)) = self.calendar_length(written) else {
            return false;
        };
        let (word, days) = (period.word(), in_units(&count, period));
        let count = match &*count {
            "1" => word.to_owned(),
            count => format!("{count} {word}s"),
        };
        let error = match matches!(written.kind, ast::ExprKind::Quantity(..)) {
            true => "months and years have no fixed length",
            false => "a period of the calendar is no length of time",
        };
        let error = Diagnostic::error(Code::TypeMismatch, written.at.0, error)
            .label("a length of time goes here, for example `7 days`");
        self.report(match (in_window, days) {
            (true, Some(days)) => error.help(format!(
                "write `this {word}`, `in previous {count}`, or `in last {days}`"
            )),
            (true, None) => error.help(format!(
                "write `this {word}`, or a number of days, `in last 30 days`"
            )),
            (false, Some(days)) => error.help(format!("write `{days}`")),
            (false, None) => error.help("write a number of days, `30 days`"),
        });
        true
    }

    /// Whether what is written counts months or years, or is the bare name of a period; how many.
    pub(super) fn calendar_length(&self, written: &ast::Expr) -> Option<(String, Period)> {
        match &written.kind {
            ast::ExprKind::Quantity(_, text, Unit::Month) => {
                Some((text.to_string(), Period::Month))
            }
            ast::ExprKind::Quantity(_, text, Unit::Year) => Some((text.to_string(), Period::Year)),
            ast::ExprKind::Name(name)
                if self.names.get(&name.text).is_none() && !self.is_local(&name.text) =>
            {
                let mut all = Period::ALL.into_iter();
                let period = all.find(|period| period.word() == &*name.text)?;
                Some(("1".to_owned(), period))
            }
            _ => None,
        }
    }

    /// Answers `1 month ago` in a test; whether it was one.
    pub(super) fn is_ago_of_calendar(&mut self, written: &ast::Expr) -> bool {
        let Some((count, period)) = self.calendar_length(written) else {
            return false;
        };
        let days = in_units(&count, period);
        let days = days.unwrap_or_else(|| "30 days".to_owned());
        self.report(
            Diagnostic::error(
                Code::TypeMismatch,
                written.at.0,
                "months and years have no fixed length",
            )
            .label("a length of time goes here, for example `7 days`")
            .help(format!(
                "write `{days} ago`, or say when it was: `at 2026-02-03T18:00:00Z`"
            )),
        );
        true
    }

    /// Answers `most frequent of visit`.
    pub(super) fn without_field(&mut self, word: FoldWord, of: &ast::Expr, at: Span) -> ExprId {
        let Some((_, view)) = self.stream(of) else {
            return self.broken(at);
        };
        let fold = match word {
            // It takes what has a mean.
            FoldWord::Score => fold_of(FoldWord::Avg),
            other => fold_of(other),
        };
        let own = super::views::own_fields(self.field_place(view, "channel").is_some());
        let record = self.records.get(view.index());
        let fields = record.map(|r| r.fields.as_slice()).unwrap_or_default();
        let mut fields = fields.iter().skip(own);
        let field = fields.find(|f| self.fold_type(fold, f.ty.present()).is_some());
        let (text, name) = (
            self.sources.snippet(self.trimmed(of.at.0)),
            word.of_field().unwrap_or("sum"),
        );
        let error = Diagnostic::error(
            Code::Unexpected,
            at,
            format!("`{name} … of` is about a field of the events"),
        )
        .label("which field is not said");
        let error = match field {
            Some(field) => error.help(format!("write `{name} {} of {text}`", field.name)),
            None => error.help("these events have no field that it applies to"),
        };
        let error = error.help(format!("how many events there are is `count {text}`"));
        self.report(error);
        self.broken(at)
    }

    /// Answers `last visit.page`.
    pub(super) fn picks_field(
        &mut self,
        word: FoldWord,
        of: &ast::Expr,
        at: Span,
    ) -> Option<ExprId> {
        let ast::ExprKind::Field(events, field) = &of.kind else {
            return None;
        };
        let is_pick = matches!(word, FoldWord::First | FoldWord::Last | FoldWord::Nth(_));
        if !is_pick || !self.is_stream(events) {
            return None;
        }
        let (_, view) = self.stream(events)?;
        if self.field_place(view, &field.text).is_none() && &*field.text != "day" {
            let error = self.no_such_field(&Ty::Record(view), field, field.at.0);
            return Some(error);
        }
        let whole = self.trimmed(at);
        let picked = Span {
            end: self.trimmed(events.at.0).end,
            ..whole
        };
        let written = format!("({}).{}", self.sources.snippet(picked), field.text);
        self.report(
            Diagnostic::error(
                Code::TypeMismatch,
                whole,
                format!(
                    "which event, before its `{}`, stands in brackets",
                    field.text
                ),
            )
            .label("one event is picked first")
            .help(format!("write `{written}`"))
            .suggest(whole, written),
        );
        Some(self.broken(at))
    }

    /// Answers `count of visit`.
    pub(super) fn count_of_events(&mut self, events: &ast::Expr, at: Span) -> ExprId {
        if self.stream(events).is_none() {
            return self.broken(at);
        }
        let events = self.trimmed(events.at.0);
        let text = self.sources.snippet(events).to_owned();
        let words = Span {
            end: events.start,
            ..at
        };
        self.report(
            Diagnostic::error(
                Code::Unexpected,
                self.trimmed(words),
                "events are counted with `count` alone",
            )
            .label("`count of` counts the items of a list")
            .help(format!("write `count {text}`"))
            .suggest(self.trimmed(words), "count"),
        );
        self.broken(at)
    }

    /// Answers `open` and `stage of` what is no chain.
    pub(super) fn no_chain(&self, word: FoldWord, stream: ExprId) -> Diagnostic {
        let whole = self.trimmed(self.expr(stream).span);
        if let ExprKind::Told(told) = &self.expr(stream).kind
            && let Told::Window(inner, _) = **told
            && self.is_chain(inner)
        {
            let inner = self.trimmed(self.expr(inner).span);
            // Brackets around the chain are no part of it.
            let behind = Span {
                start: inner.end,
                ..whole
            };
            let behind = self.sources.snippet(behind);
            let window = behind.trim_start_matches(|c: char| c == ')' || c.is_whitespace());
            let window = Span {
                start: whole.end - self.count(window.len()),
                ..whole
            };
            let word = match word {
                FoldWord::Stage => "stage of",
                _ => "open",
            };
            let text = match (self.sources.snippet(inner), behind.starts_with(')')) {
                (text, true) => format!("({text})"),
                (text, false) => text.to_owned(),
            };
            return Diagnostic::error(
                Code::TypeMismatch,
                window,
                "a window is about chains that are complete, and this asks how far one has come",
            )
            .label("not around this chain")
            .help(format!(
                "leave it away, `{word} {text}`; how long a chain stays open is the `within` of its steps"
            ));
        }
        Diagnostic::error(Code::TypeMismatch, whole, "this is no chain")
            .label("the steps of a chain go here")
            .help("for example `(a then b within 1 hour)`, without a window around it; or name a behaviour that is a chain")
    }

    /// Answers `count a or b in last 7 days`.
    pub(super) fn counts_first_alone(&mut self, items: &[ast::Expr], at: Span) -> Option<ExprId> {
        let [first, rest @ ..] = items else {
            return None;
        };
        let ast::ExprKind::Events(event) = &first.kind else {
            return None;
        };
        let (EventExpr::Fold(FoldWord::Count, None, of), true) =
            (&**event, rest.iter().all(|part| self.is_stream(part)))
        else {
            return None;
        };
        let last = rest.last()?;
        let (types, whole) = match &last.kind {
            ast::ExprKind::Events(event) => match &**event {
                EventExpr::Window(inner, _) => (inner, last),
                _ => (last, last),
            },
            _ => (last, last),
        };
        let from = self.trimmed(of.at.0);
        let types = from.to(self.trimmed(types.at.0));
        let window = Span {
            start: types.end,
            ..self.trimmed(whole.at.0)
        };
        let [types, window] = [types, window].map(|at| self.sources.snippet(at).to_owned());
        self.report(
            Diagnostic::error(
                Code::TypeMismatch,
                at,
                "`count` counts the first of these alone, and what it gives is no condition",
            )
            .label("events of several types are counted in brackets")
            .help(format!("write `count ({types}){window}`")),
        );
        Some(self.broken(at))
    }
}

/// So many months or years in days, about.
pub(super) fn in_units(count: &str, period: Period) -> Option<String> {
    let one = match period {
        Period::Hour => return Some("1 hour".to_owned()),
        Period::Day => return Some("1 day".to_owned()),
        Period::Week => 7,
        Period::Month => 30,
        Period::Year => 365,
    };
    let count: u32 = count.parse().ok()?;
    let days = count.checked_mul(one).filter(|days| *days > 0)?;
    Some(format!("{days} days"))
}
