//! Checking of what behaviours ask of streams: counts, sums, single events, series, what was at another time.

use super::lower::Lowering;
use super::told::{EventFold, Pick, SeriesFold, Told};
use super::{ExprId, ExprKind, Func, LocalId, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, EventExpr, FoldWord, Period};
use crate::value::Value;

impl Lowering<'_> {
    /// `count s`, `sum paid of s`, `last s` and all their like.
    pub(super) fn event_fold(
        &mut self,
        word: FoldWord,
        field: Option<&ast::Name>,
        of: &ast::Expr,
        at: Span,
    ) -> ExprId {
        if word.of_field().is_some() && field.is_none() {
            return self.without_field(word, of, at);
        }
        if let Some(broken) = self.picks_field(word, of, at) {
            return broken;
        }
        match word {
            FoldWord::Streak | FoldWord::Trend => return self.of_series(word, of, at),
            FoldWord::TimeSince | FoldWord::CalendarDaysSince => {
                return self.since_event(word, of, at);
            }
            FoldWord::Score => return self.score_without_halving(at),
            _ => {}
        }
        let Some((stream, view)) = self.stream(of) else {
            return self.broken(at);
        };
        let (told, ty) = match word {
            FoldWord::Count => (Told::Count(stream), Ty::Int),
            FoldWord::Times => (Told::Times(stream), Ty::Int),
            FoldWord::No => {
                let some = self.tell(Told::Exists(stream), Ty::Bool, self.expr(stream).span);
                return self.push(ExprKind::Not(some), Ty::Bool, at);
            }
            FoldWord::Ever => (Told::Exists(stream), Ty::Bool),
            FoldWord::First => return self.pick(stream, Pick::First, view, at),
            FoldWord::Last => return self.pick(stream, Pick::Last, view, at),
            FoldWord::Nth(n) => return self.pick(stream, Pick::Nth(n), view, at),
            FoldWord::Newest(n) => (Told::Newest(stream, n), Ty::Stream(view)),
            FoldWord::Stage | FoldWord::Open => return self.of_chain(word, stream, at),
            _ => {
                let fold = fold_of(word);
                let Some(field) = field else {
                    return self.broken(at);
                };
                return self.fold_field(fold, (stream, view), field, at);
            }
        };
        self.tell(told, ty, at)
    }

    fn pick(&mut self, stream: ExprId, pick: Pick, view: RecordId, at: Span) -> ExprId {
        let ty = Ty::Record(view).optional();
        let id = self.tell(Told::Pick(stream, pick), ty, at);
        self.narrow(id)
    }

    /// `stage of (a then b)`, `open (a then b)`
    fn of_chain(&mut self, word: FoldWord, stream: ExprId, at: Span) -> ExprId {
        if !self.is_chain(stream) {
            let error = self.no_chain(word, stream);
            self.report(error);
            return self.broken(at);
        }
        let (told, ty) = match word {
            FoldWord::Stage => (Told::Stage(stream), Ty::Int),
            _ => (Told::Open(stream), Ty::Bool),
        };
        self.tell(told, ty, at)
    }

    /// Whether a stream is a chain, by itself or by name.
    pub(super) fn is_chain(&self, stream: ExprId) -> bool {
        match &self.expr(stream).kind {
            ExprKind::Told(told) => matches!(**told, Told::Chain { .. }),
            ExprKind::Def(def) | ExprKind::Apply(def, _) => self.of_events(*def).chain,
            _ => false,
        }
    }

    /// `sum paid of s`
    fn fold_field(
        &mut self,
        fold: EventFold,
        (stream, view): (ExprId, RecordId),
        field: &ast::Name,
        at: Span,
    ) -> ExprId {
        let Some((item, body)) = self.field_of(view, field) else {
            return self.broken(at);
        };
        let ty = self.expr(body).ty.present().clone();
        let Some(result) = self.folded(fold, &ty, field) else {
            return self.broken(at);
        };
        let told = Told::Fold {
            fold,
            stream,
            item,
            body,
        };
        let id = self.tell(told, result, at);
        self.narrow(id)
    }

    /// A field of each event.
    fn field_of(&mut self, view: RecordId, field: &ast::Name) -> Option<(LocalId, ExprId)> {
        let item = self.open_event(Ty::Record(view));
        self.close_scope();
        let body = self.event_field(item, view, field)?;
        Some((item, body))
    }

    /// The type of a fold over values of a type; none where it does not apply.
    pub(super) fn fold_type(&self, fold: EventFold, ty: &Ty) -> Option<Ty> {
        let number = ty.is_whole() || ty.is_decimal();
        let scalar = !matches!(ty, Ty::Record(_) | Ty::List(_) | Ty::Stream(_) | Ty::Error);
        let (fine, result) = match fold {
            EventFold::Sum => (number, ty.clone()),
            EventFold::Avg | EventFold::Median => (
                matches!(ty, Ty::Int | Ty::Decimal | Ty::Money(_)),
                match ty {
                    Ty::Int => Ty::Decimal.optional(),
                    other => other.clone().optional(),
                },
            ),
            EventFold::Min | EventFold::Max => (self.is_ordered(ty), ty.clone().optional()),
            EventFold::Distinct => (scalar, Ty::Int),
            EventFold::List => (scalar, Ty::List(Box::new(ty.clone()))),
            EventFold::MostFrequent => (scalar, ty.clone().optional()),
        };
        fine.then_some(result)
    }

    /// The type of a fold over values of a type; otherwise a report.
    fn folded(&mut self, fold: EventFold, ty: &Ty, field: &ast::Name) -> Option<Ty> {
        if let Some(result) = self.fold_type(fold, ty) {
            return Some(result);
        }
        if *ty != Ty::Error {
            let found = super::expr::a_type(&self.type_name(ty));
            let (word, needed) = match fold {
                EventFold::Sum => ("sum", "a number, an amount, a duration or a distance"),
                EventFold::Avg => ("avg", "a number or an amount"),
                EventFold::Median => ("median", "a number or an amount"),
                EventFold::Min => ("min", "something with an order"),
                EventFold::Max => ("max", "something with an order"),
                EventFold::Distinct => ("distinct", "a single value"),
                EventFold::List => ("list", "a single value"),
                EventFold::MostFrequent => ("most frequent", "a single value"),
            };
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    field.at.0,
                    format!("`{word} … of` does not apply to {found}"),
                )
                .label(format!("{needed} is needed here"))
                .help("name another field of the event; how many events there are is `count …`"),
            );
        }
        None
    }

    /// `time since last s`, `calendar days since last s`: of an instant, or of an event that may be missing.
    fn since_event(&mut self, word: FoldWord, of: &ast::Expr, at: Span) -> ExprId {
        let Some(instant) = self.instant_of(of) else {
            return self.broken(at);
        };
        let now = self.told_now(at);
        if word == FoldWord::TimeSince {
            let kind = ExprKind::Call(Func::Since, vec![now, instant]);
            return self.push(kind, Ty::Elapsed, at);
        }
        let there = self.push(ExprKind::IsPresent(instant), Ty::Bool, at);
        let present = self.push(ExprKind::Unwrap(instant), Ty::DateTime, at);
        let then = self.in_zone(Func::DateOf, present, Ty::Date, at);
        let today = self.in_zone(Func::DateOf, now, Ty::Date, at);
        if self.expr(then).ty == Ty::Error {
            return then;
        }
        let days = self.push(
            ExprKind::Call(Func::DaysBetween, vec![then, today]),
            Ty::Int,
            at,
        );
        if !self.expr(instant).ty.is_optional() {
            return days;
        }
        let none = self.push(ExprKind::Const(Value::Missing), Ty::Never, at);
        let kind = ExprKind::If(vec![(there, days)], none);
        let id = self.push(kind, Ty::Int.optional(), at);
        self.narrow(id)
    }

    /// The instant for which behaviours are asked.
    fn told_now(&mut self, at: Span) -> ExprId {
        self.now(at);
        self.tell(Told::Now, Ty::DateTime, at)
    }

    /// When an event was, or an instant itself.
    fn instant_of(&mut self, of: &ast::Expr) -> Option<ExprId> {
        let id = self.infer(of);
        let ty = self.expr(id).ty.clone();
        match ty.present() {
            Ty::Error => None,
            Ty::DateTime => Some(id),
            Ty::Record(view) if self.view(*view).is_some() => {
                let place = self.field_place(*view, "at").map(|p| self.count(p))?;
                let optional = ty.is_optional();
                let ty = if optional {
                    Ty::DateTime.optional()
                } else {
                    Ty::DateTime
                };
                let at = self.expr(id).span;
                Some(self.push(ExprKind::Field(id, place), ty, at))
            }
            Ty::Stream(_) => {
                let at = self.expr(id).span;
                let text = self.sources.snippet(at).to_owned();
                self.report(
                    Diagnostic::error(
                        Code::TypeMismatch,
                        at,
                        "these are several events, and since one of them is asked",
                    )
                    .label("one event is needed here")
                    .help(format!("write `last {text}` or `first {text}`"))
                    .suggest(at, format!("last {text}")),
                );
                None
            }
            _ => {
                self.is_of(id, &Ty::DateTime);
                None
            }
        }
    }

    /// `time from first a to last b`: never where one of them is missing.
    pub(super) fn time_from(&mut self, from: &ast::Expr, to: &ast::Expr, at: Span) -> ExprId {
        let (from, to) = (self.anchor_instant(from), self.anchor_instant(to));
        let (Some(from), Some(to)) = (from, to) else {
            return self.broken(at);
        };
        let there = self.push(ExprKind::IsPresent(to), Ty::Bool, at);
        let present = self.push(ExprKind::Unwrap(to), Ty::DateTime, at);
        let kind = ExprKind::Call(Func::Since, vec![present, from]);
        let between = self.push(kind, Ty::Elapsed, at);
        let never = ExprKind::Const(Value::Int(super::NEVER));
        let never = self.push(never, Ty::Elapsed, at);
        self.push(ExprKind::If(vec![(there, between)], never), Ty::Elapsed, at)
    }

    /// When the event was that an anchor names.
    fn anchor_instant(&mut self, written: &ast::Expr) -> Option<ExprId> {
        let (stream, pick) = self.anchor(written)?;
        let Ty::Stream(view) = self.expr(stream).ty else {
            return None;
        };
        let at = written.at.0;
        let event = self.tell(Told::Pick(stream, pick), Ty::Record(view).optional(), at);
        let place = self.field_place(view, "at").map(|p| self.count(p))?;
        Some(self.push(ExprKind::Field(event, place), Ty::DateTime.optional(), at))
    }

    /// `some film of (s) has (…)`
    pub(super) fn per_key(
        &mut self,
        every: bool,
        key: &ast::Name,
        (of, has): (&ast::Expr, &ast::Expr),
        at: Span,
    ) -> ExprId {
        let Some((stream, view)) = self.stream(of) else {
            return self.broken(at);
        };
        let found = self.field_of(view, key);
        let it = ast::Name {
            text: "it".into(),
            at: key.at,
        };
        let group = self.open_scope(&it, Ty::Stream(view));
        let has = self.body_of(has, Some(&Ty::Bool));
        let Some((item, key)) = found else {
            return self.broken(at);
        };
        let told = Told::PerKey {
            every,
            stream,
            item,
            key,
            group,
            has,
        };
        self.tell(told, Ty::Bool, at)
    }

    /// `count s per week for previous 8 weeks`
    pub(super) fn series(
        &mut self,
        of: &ast::Expr,
        (per, counted): (Period, Period),
        count: &ast::Expr,
        at: Span,
    ) -> ExprId {
        let wanted = match &of.kind {
            ast::ExprKind::Events(event) => match &**event {
                EventExpr::Fold(FoldWord::Count, None, of) => Some((SeriesFold::Count, None, of)),
                EventExpr::Fold(FoldWord::Sum, Some(f), of) => Some((SeriesFold::Sum, Some(f), of)),
                EventExpr::Fold(FoldWord::Distinct, Some(f), of) => {
                    Some((SeriesFold::Distinct, Some(f), of))
                }
                EventExpr::Fold(word @ (FoldWord::Sum | FoldWord::Distinct), None, events) => {
                    return self.without_field(*word, events, of.at.0);
                }
                _ => None,
            },
            _ => None,
        };
        let Some((fold, field, of)) = wanted else {
            self.no_series(of.at.0);
            return self.broken(at);
        };
        if per != counted {
            let (per, counted) = (per.word(), counted.word());
            self.report(
                Diagnostic::error(
                    Code::Unexpected,
                    at,
                    format!("a value per {per} goes with a number of {per}s"),
                )
                .label(format!("`{counted}s` are something else"))
                .help(format!("write `per {per} for previous 8 {per}s`")),
            );
            return self.broken(at);
        }
        let found = self.stream(of);
        let count = self.how_many(count);
        let zone = self.zone(at);
        let (Some((stream, view)), Some(count), Some(zone)) = (found, count, zone) else {
            return self.broken(at);
        };
        let (mut body, mut ty) = (None, Ty::Int);
        if let Some(field) = field {
            let Some((item, value)) = self.field_of(view, field) else {
                return self.broken(at);
            };
            let of = self.expr(value).ty.present().clone();
            let fold = fold_of(match fold {
                SeriesFold::Distinct => FoldWord::Distinct,
                _ => FoldWord::Sum,
            });
            let Some(result) = self.folded(fold, &of, field) else {
                return self.broken(at);
            };
            (body, ty) = (Some((item, value)), result);
        }
        let told = Told::Series {
            fold,
            stream,
            body,
            period: per,
            count,
            zone,
        };
        self.tell(told, Ty::List(Box::new(ty)), at)
    }

    fn no_series(&mut self, at: Span) {
        self.report(
            Diagnostic::error(Code::TypeMismatch, at, "this has no value for each period")
                .label("`count`, `sum … of` or `distinct … of` goes here, with its periods")
                .help("for example `count visit per week for previous 8 weeks`"),
        );
    }

    /// `streak (list)`, `trend (list)`
    fn of_series(&mut self, word: FoldWord, of: &ast::Expr, at: Span) -> ExprId {
        let list = self.infer(of);
        let wanted = Ty::List(Box::new(Ty::Int));
        if self.expr(list).ty != wanted {
            if self.expr(list).ty != Ty::Error {
                self.no_series(of.at.0);
            }
            return self.broken(at);
        }
        let (told, ty) = match word {
            FoldWord::Streak => (Told::Streak(list), Ty::Int),
            _ => (Told::Trend(list), Ty::Decimal.optional()),
        };
        let id = self.tell(told, ty, at);
        self.narrow(id)
    }

    fn score_without_halving(&mut self, at: Span) -> ExprId {
        self.report(
            Diagnostic::error(Code::Unexpected, at, "how fast the score fades is not said")
                .label("`halving every …` goes behind it")
                .help("for example `score paid of purchase halving every 30 days`; what does not fade is `sum paid of purchase`"),
        );
        self.broken(at)
    }

    /// `score paid of s halving every 30 days`
    pub(super) fn halving(&mut self, of: &ast::Expr, halving: &ast::Expr, at: Span) -> ExprId {
        let score = match &of.kind {
            ast::ExprKind::Events(event) => match &**event {
                EventExpr::Fold(FoldWord::Score, Some(field), of) => Some((field, of)),
                EventExpr::Fold(FoldWord::Score, None, events) => {
                    return self.without_field(FoldWord::Score, events, of.at.0);
                }
                _ => None,
            },
            _ => None,
        };
        let Some((field, of)) = score else {
            self.report(
                Diagnostic::error(Code::TypeMismatch, of.at.0, "this does not fade")
                    .label("`score … of` goes here")
                    .help("for example `score paid of purchase halving every 30 days`"),
            );
            return self.broken(at);
        };
        let (found, halving) = (self.stream(of), self.length_of_time(halving));
        let (Some((stream, view)), Some(halving)) = (found, halving) else {
            return self.broken(at);
        };
        let Some((item, body)) = self.field_of(view, field) else {
            return self.broken(at);
        };
        let ty = self.expr(body).ty.present().clone();
        if !matches!(ty, Ty::Int | Ty::Decimal | Ty::Money(_)) {
            // The report of a sum fits.
            if self.folded(EventFold::Avg, &ty, field).is_none() {
                return self.broken(at);
            }
        }
        let told = Told::Score {
            stream,
            item,
            body,
            halving,
        };
        self.tell(told, Ty::Decimal, at)
    }

    /// `(count s in last 30 days) as of first t`
    pub(super) fn as_of(&mut self, of: &ast::Expr, anchor: &ast::Expr, at: Span) -> ExprId {
        let value = self.infer(of);
        let value = match self.expr(value).ty {
            Ty::Stream(_) => self.tell(Told::Exists(value), Ty::Bool, of.at.0),
            _ => value,
        };
        let (Some(instant), ty) = (self.anchor_instant(anchor), self.expr(value).ty.clone()) else {
            return self.broken(at);
        };
        if ty == Ty::Error {
            return self.broken(at);
        }
        let id = self.tell(Told::AsOf(value, instant), ty.optional(), at);
        self.narrow(id)
    }
}

pub(super) fn fold_of(word: FoldWord) -> EventFold {
    match word {
        FoldWord::Avg => EventFold::Avg,
        FoldWord::Min => EventFold::Min,
        FoldWord::Max => EventFold::Max,
        FoldWord::Median => EventFold::Median,
        FoldWord::Distinct => EventFold::Distinct,
        FoldWord::List => EventFold::List,
        FoldWord::MostFrequent => EventFold::MostFrequent,
        _ => EventFold::Sum,
    }
}
