//! Checking of what asks about time: `now`, `today`, parts of dates and times, calendar steps, what lies between.

use super::arithmetic::symbol;
use super::expr::a_type;
use super::lower::Lowering;
use super::names::Named;
use super::{ArithOp, ExprId, ExprKind, Func, Input, InputId, NEVER, Root, Ty, Unit};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{self, BetweenWord, OfWord};
use crate::value::{Value, zone};

/// Words that stand for a moment without a declaration.
pub(super) fn is_moment(word: &str) -> bool {
    matches!(word, "now" | "today")
}

/// The fields of dates and times: the word, the function, its type, and whether it is one of times of day.
const PARTS: [(&str, Func, bool); 7] = [
    ("year", Func::Year, false),
    ("month", Func::Month, false),
    ("day", Func::Day, false),
    ("weekday", Func::Weekday, false),
    ("hour", Func::Hour, true),
    ("minute", Func::Minute, true),
    ("second", Func::Second, true),
];

impl Lowering<'_> {
    /// `now` or `today`.
    pub(super) fn moment(&mut self, word: &str, at: Span) -> ExprId {
        if self.in_behaviour.is_some() {
            return self.moment_in_behaviour(word, at);
        }
        let now = self.now(at);
        if word == "now" {
            return now;
        }
        self.in_zone(Func::DateOf, now, Ty::Date, at)
    }

    /// The instant for which a decision is made.
    pub(super) fn now(&mut self, at: Span) -> ExprId {
        let id = match self.inputs.iter().position(|i| i.root == Root::Now) {
            Some(place) => InputId(self.count(place)),
            None => {
                let id = InputId(self.count(self.inputs.len()));
                self.keys.declare_input(id);
                self.inputs.push(Input {
                    path: "now".to_owned(),
                    name: "now".to_owned(),
                    root: Root::Now,
                    parent: None,
                    ty: Ty::DateTime,
                    range: None,
                    default: None,
                    sensitive: false,
                    fixed: false,
                    children: Vec::new(),
                    docs: Vec::new(),
                    span: Span::default(),
                });
                id
            }
        };
        self.push(ExprKind::Input(id), Ty::DateTime, at)
    }

    /// A function of an instant and the ruleset's zone.
    pub(super) fn in_zone(&mut self, func: Func, instant: ExprId, ty: Ty, at: Span) -> ExprId {
        let Some(zone) = self.zone(at) else {
            return self.broken(at);
        };
        self.push(ExprKind::Call(func, vec![instant, zone]), ty, at)
    }

    /// The ruleset's zone, or a report that there is none.
    pub(super) fn zone(&mut self, at: Span) -> Option<ExprId> {
        if let Some(id) = self.zone_definition {
            return Some(self.push(ExprKind::Def(id), Ty::Zone, at));
        }
        if !self.told_zone {
            self.told_zone = true;
            self.report(
                Diagnostic::error(
                    Code::NoTimezone,
                    at,
                    "a day has its bounds in a time zone, and this ruleset has none",
                )
                .label("needs a time zone")
                .help("declare one: `timezone \"Europe/London\"`, or from the customer: `timezone customer.timezone else \"Europe/London\"`"),
            );
        }
        None
    }

    /// `date of t`, `time of t`, `length of s`, `whole days of d`
    pub(super) fn of(&mut self, word: OfWord, operand: &ast::Expr, at: Span) -> ExprId {
        let id = self.infer(operand);
        match word {
            OfWord::Length => self.length(id, at),
            OfWord::Date | OfWord::Time => {
                let already = match word {
                    OfWord::Date => Ty::Date,
                    _ => Ty::Time,
                };
                if self.expr(id).ty == already {
                    self.report_taken_apart(id, at);
                    return self.broken(at);
                }
                if !self.is_of(id, &Ty::DateTime) {
                    return self.broken(at);
                }
                let (func, ty) = match word {
                    OfWord::Date => (Func::DateOf, Ty::Date),
                    _ => (Func::TimeOf, Ty::Time),
                };
                self.in_zone(func, id, ty, at)
            }
            OfWord::Whole(unit) => {
                if !self.is_of(id, &Ty::Duration) {
                    return self.broken(at);
                }
                self.push(ExprKind::Call(Func::Whole(unit), vec![id]), Ty::Int, at)
            }
        }
    }

    /// Answers `date of d` where `d` is a date.
    fn report_taken_apart(&mut self, id: ExprId, at: Span) {
        let text = self.sources.snippet(self.expr(id).span).to_owned();
        let name = a_type(&self.type_name(&self.expr(id).ty));
        self.report(
            Diagnostic::error(
                Code::TypeMismatch,
                at,
                format!("`{text}` is {name} already"),
            )
            .label("an instant is taken apart by these words")
            .help(format!("write `{text}`"))
            .suggest(at, text),
        );
    }

    /// Whether an operand is of a type; otherwise a report.
    pub(super) fn is_of(&mut self, id: ExprId, wanted: &Ty) -> bool {
        let fine = self.expr(id).ty == *wanted;
        if !fine && self.expr(id).ty != Ty::Error {
            let error = self.misfit(id, wanted);
            self.report(error);
        }
        fine
    }

    /// A part of a date, time or instant; `None` where the field is none of theirs.
    pub(super) fn moment_field(
        &mut self,
        base: ExprId,
        field: &ast::Name,
        at: Span,
    ) -> Option<ExprId> {
        let (_, func, of_time) = PARTS.iter().find(|(word, ..)| **word == *field.text)?;
        let base = self.narrow(base);
        let ty = self.expr(base).ty.clone();
        let base_at = self.expr(base).span;
        if ty.is_optional() && matches!(ty.present(), Ty::Date | Ty::Time | Ty::DateTime) {
            let wanted = self.type_name(ty.present());
            let error = self.may_be_missing(base, &wanted);
            self.report(error);
            return Some(self.broken(at));
        }
        let of = match (&ty, of_time) {
            (Ty::Date, false) | (Ty::Time, true) => base,
            (Ty::DateTime, false) => self.in_zone(Func::DateOf, base, Ty::Date, base_at),
            (Ty::DateTime, true) => self.in_zone(Func::TimeOf, base, Ty::Time, base_at),
            _ => return None,
        };
        if self.expr(of).ty == Ty::Error {
            return Some(of);
        }
        let ty = match func {
            Func::Weekday => Ty::Enum(super::types::WEEKDAY),
            _ => Ty::Int,
        };
        Some(self.push(ExprKind::Call(func.clone(), vec![of]), ty, at))
    }

    /// `date + 7 days`: a step of the calendar.
    pub(super) fn calendar_step(
        &mut self,
        left: ExprId,
        op: ArithOp,
        operand: &ast::Expr,
        at: Span,
    ) -> ExprId {
        let ast::ExprKind::Quantity(number, _, unit) = &operand.kind else {
            let right = self.infer(operand);
            if self.expr(right).ty != Ty::Error {
                let error = self.no_calendar_step(op, right, at);
                self.report(error);
            }
            return self.broken(at);
        };
        let sign = match op {
            ArithOp::Add => 1,
            ArithOp::Sub => -1,
            _ => 0,
        };
        let (func, times) = match unit {
            Unit::Day => (Func::AddDays, 1),
            Unit::Week => (Func::AddDays, 7),
            Unit::Month => (Func::AddMonths, 1),
            Unit::Year => (Func::AddMonths, 12),
            _ => (Func::AddDays, 0),
        };
        let whole = i64::try_from(*number).ok().filter(|_| number.is_integer());
        let steps = whole.and_then(|n| n.checked_mul(times * sign));
        let Some(steps) = steps.filter(|_| sign * times != 0) else {
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    operand.at.0,
                    "a date moves by whole days, weeks, months or years",
                )
                .label("for example `7 days`")
                .help("an instant moves by other durations: `now + 90 minutes`"),
            );
            return self.broken(at);
        };
        let steps = self.push(ExprKind::Const(Value::Int(steps)), Ty::Int, operand.at.0);
        self.push(ExprKind::Call(func, vec![left, steps]), Ty::Date, at)
    }

    fn no_calendar_step(&self, op: ArithOp, right: ExprId, at: Span) -> Diagnostic {
        let ty = self.expr(right).ty.clone();
        let found = a_type(&self.type_name(&ty));
        let message = format!("`{}` does not apply to a `date` and {found}", symbol(op));
        let error = Diagnostic::error(Code::TypeMismatch, at, message)
            .label("these two do not go together");
        match ty {
            Ty::Date => error.help("how far two dates lie apart: `days between a and b`, also `years`, `months`, `weeks`"),
            Ty::Int | Ty::Decimal => error.help("a date moves by a number with its unit: `today + 7 days`"),
            _ => error.help("a date moves by days, weeks, months or years that are written out: `today + 7 days`"),
        }
    }

    /// `years between a and b`, `distance between a and b`
    pub(super) fn between(
        &mut self,
        word: BetweenWord,
        a: &ast::Expr,
        b: &ast::Expr,
        at: Span,
    ) -> ExprId {
        let (a, b) = (
            self.infer(a),
            match self.goes_on(word, b, at) {
                Some(reported) => reported,
                None => self.infer(b),
            },
        );
        let unit = match word {
            BetweenWord::Distance => {
                let fine = [a, b].map(|id| self.is_of(id, &Ty::Geo));
                if fine != [true, true] {
                    return self.broken(at);
                }
                return self.push(ExprKind::Call(Func::Distance, vec![a, b]), Ty::Distance, at);
            }
            BetweenWord::Time(unit) => unit,
        };
        let instants = *self.expr(a).ty.present() == Ty::DateTime;
        let wanted = if instants { Ty::DateTime } else { Ty::Date };
        let fine = [a, b].map(|id| self.is_of(id, &wanted));
        if fine != [true, true] {
            return self.broken(at);
        }
        let func = match unit {
            Unit::Year if !instants => Func::YearsBetween,
            Unit::Month if !instants => Func::MonthsBetween,
            Unit::Week if !instants => Func::WeeksBetween,
            Unit::Day if !instants => Func::DaysBetween,
            Unit::Year | Unit::Month => return self.no_such_distance(at, true),
            unit if instants => {
                let kind = ExprKind::Call(Func::TimeBetween, vec![b, a]);
                let duration = self.push(kind, Ty::Duration, at);
                return self.push(
                    ExprKind::Call(Func::Whole(unit), vec![duration]),
                    Ty::Int,
                    at,
                );
            }
            _ => return self.no_such_distance(at, false),
        };
        self.push(ExprKind::Call(func, vec![a, b]), Ty::Int, at)
    }

    /// `distance between a and b / 1 km`, where all behind `and` is read as the second place.
    fn goes_on(&mut self, word: BetweenWord, second: &ast::Expr, whole: Span) -> Option<ExprId> {
        let (BetweenWord::Distance, ast::ExprKind::Chain(place, rest)) = (word, &second.kind)
        else {
            return None;
        };
        let id = self.infer(place);
        if *self.expr(id).ty.present() != Ty::Geo || rest.is_empty() {
            return None;
        }
        let end = place.at.0.end;
        let behind = Span {
            start: end,
            ..second.at.0
        };
        let [distance, rest] = [Span { end, ..whole }, behind].map(|at| self.sources.snippet(at));
        let repair = format!("({distance})");
        let rest = rest.trim();
        self.report(
            Diagnostic::error(
                Code::TypeMismatch,
                second.at.0,
                format!("`{rest}` is read as a part of the second place"),
            )
            .label("all of this stands behind `and`")
            .help(format!("put the distance in brackets: `{repair} {rest}`"))
            .suggest(
                Span {
                    end: whole.start,
                    ..whole
                },
                "(",
            )
            .suggest(
                Span {
                    end,
                    start: end,
                    ..whole
                },
                ")",
            ),
        );
        Some(self.broken(second.at.0))
    }

    fn no_such_distance(&mut self, at: Span, instants: bool) -> ExprId {
        let error = if instants {
            Diagnostic::error(
                Code::TypeMismatch,
                at,
                "months and years are counted between dates, not between instants",
            )
            .label("these are instants")
            .help("take their dates first: `years between date of a and date of b`")
        } else {
            Diagnostic::error(
                Code::TypeMismatch,
                at,
                "hours, minutes and seconds are counted between instants, not between dates",
            )
            .label("these are dates")
            .help("between dates there are `days`, `weeks`, `months` and `years`")
        };
        self.report(error);
        self.broken(at)
    }

    /// `time since t`: `never` where `t` is missing.
    pub(super) fn time_since(&mut self, operand: &ast::Expr, at: Span) -> ExprId {
        let id = self.infer(operand);
        let id = self.stripped(id);
        if *self.expr(id).ty.present() != Ty::DateTime {
            self.is_of(id, &Ty::DateTime);
            return self.broken(at);
        }
        let now = self.now(at);
        self.push(ExprKind::Call(Func::Since, vec![now, id]), Ty::Elapsed, at)
    }

    /// `e is never`
    pub(super) fn is_never(&mut self, item: &ast::Expr, at: Span) -> ExprId {
        let id = self.infer(item);
        if self.expr(id).ty.is_optional() {
            let text = self.sources.snippet(self.expr(id).span);
            self.report(
                Diagnostic::error(
                    Code::NotComparable,
                    at,
                    format!("`{text}` is missing or present, not `never`"),
                )
                .label("`never` is asked of how long ago something was")
                .help(format!(
                    "write `{text} is missing`, or `time since {text} is never`"
                )),
            );
            return self.broken(at);
        }
        if !self.is_of(id, &Ty::Elapsed) {
            return self.broken(at);
        }
        self.never_question(id, at)
    }

    fn never_question(&mut self, id: ExprId, at: Span) -> ExprId {
        let never = self.push(ExprKind::Const(Value::Int(NEVER)), Ty::Elapsed, at);
        let kind = ExprKind::Compare(super::CompareOp::Eq, id, never);
        self.push(kind, Ty::Bool, at)
    }

    /// `e else d` where `e` is an elapsed time; `None` where it is none.
    pub(super) fn elapsed_first(
        &mut self,
        first: &ast::Expr,
        default: &ast::Expr,
        at: Span,
    ) -> Option<ExprId> {
        if !self.is_elapsed(first) {
            return None;
        }
        let id = self.infer(first);
        let default = self.check(default, &Ty::Duration);
        Some(self.elapsed_else(id, default, at))
    }

    /// Whether an expression is an elapsed time, as far as can be told before it is read.
    fn is_elapsed(&self, expr: &ast::Expr) -> bool {
        match &expr.kind {
            ast::ExprKind::TimeSince(_) | ast::ExprKind::Never => true,
            ast::ExprKind::Paren(inner) => self.is_elapsed(inner),
            ast::ExprKind::Name(name) => match self.names.get(&name.text) {
                Some(Named::Input(id)) => self.input(id).ty == Ty::Elapsed,
                Some(Named::Def(id)) => {
                    let draft = self.drafts.get(id.index());
                    draft.is_some_and(|d| d.ty == Some(Ty::Elapsed))
                }
                _ => false,
            },
            ast::ExprKind::Field(..) => {
                let path = super::fields::path(expr);
                let input = path.and_then(|path| self.inputs.iter().find(|i| i.path == path));
                input.is_some_and(|i| i.ty == Ty::Elapsed)
            }
            _ => false,
        }
    }

    /// `e else d` of an elapsed time: the duration, or what stands for `never`.
    pub(super) fn elapsed_else(&mut self, id: ExprId, default: ExprId, at: Span) -> ExprId {
        let span = self.expr(id).span;
        let never = self.never_question(id, span);
        let duration = self.push(ExprKind::Unwrap(id), Ty::Duration, span);
        self.push(
            ExprKind::If(vec![(never, default)], duration),
            Ty::Duration,
            at,
        )
    }

    /// The text of a constant as the zone of that name, or a report.
    pub(super) fn zone_named(&mut self, text: &str, at: Span) -> ExprId {
        if let Some(place) = zone::find(text) {
            return self.push(ExprKind::Const(Value::Member(place)), Ty::Zone, at);
        }
        let error = Diagnostic::error(
            Code::UnknownTimezone,
            at,
            format!("there is no time zone `{text}`"),
        )
        .label("a name of the IANA database goes here, for example `\"Europe/London\"`");
        let names = (0..zone::count()).map(zone::name);
        self.report(match nearest(text, names) {
            Some(near) => error
                .help(format!("did you mean `{near}`?"))
                .suggest(at, format!("\"{near}\"")),
            None => error
                .help("names are a region and a city, as in `\"America/New_York\"`; case matters"),
        });
        self.broken(at)
    }

    /// `timezone Europe/London`, where quotes are missing.
    pub(super) fn unquoted_zone(&mut self, written: &ast::Expr) -> Option<ExprId> {
        let ast::ExprKind::Chain(..) = written.kind else {
            return None;
        };
        let at = written.at.0;
        let text = self.sources.snippet(at);
        zone::find(text)?;
        let quoted = format!("\"{text}\"");
        self.report(
            Diagnostic::error(
                Code::TypeMismatch,
                at,
                "the name of a time zone stands in quotes",
            )
            .label("not this way")
            .help(format!("write `{quoted}`"))
            .suggest(at, quoted),
        );
        Some(self.broken(at))
    }

    /// A number with a unit of time or distance: a duration or a distance.
    pub(super) fn quantity(
        &mut self,
        number: rust_decimal::Decimal,
        unit: Unit,
        at: Span,
    ) -> ExprId {
        let (factor, ty): (i64, Ty) = match unit {
            Unit::Millisecond => (1, Ty::Duration),
            Unit::Second => (1_000, Ty::Duration),
            Unit::Minute => (60_000, Ty::Duration),
            Unit::Hour => (3_600_000, Ty::Duration),
            Unit::Day => (86_400_000, Ty::Duration),
            Unit::Week => (604_800_000, Ty::Duration),
            Unit::Metre => (1, Ty::Distance),
            Unit::Kilometre => (1_000, Ty::Distance),
            Unit::Month | Unit::Year => {
                self.report(
                    Diagnostic::error(
                        Code::TypeMismatch,
                        at,
                        "months and years have no fixed length, so this is no duration",
                    )
                    .label("only a date moves by months and years: `today + 3 months`")
                    .help("write days or weeks; move the day of an instant: `date of now + 3 months`; or count them: `years between a and b >= 18`"),
                );
                return self.broken(at);
            }
        };
        let whole = crate::value::decimal::mul(number, factor.into())
            .filter(|n| n.is_integer())
            .and_then(|n| i64::try_from(n).ok())
            .filter(|n| *n != NEVER);
        match whole {
            Some(value) => self.push(ExprKind::Const(Value::Int(value)), ty, at),
            None => {
                let least = if ty == Ty::Duration {
                    "milliseconds"
                } else {
                    "metres"
                };
                self.report(
                    Diagnostic::error(
                        Code::BadNumber,
                        at,
                        format!("this is no whole number of {least} within 64 bits"),
                    )
                    .label(format!("whole {least} go here"))
                    .help("write fewer digits or a smaller unit"),
                );
                self.broken(at)
            }
        }
    }

    /// Whether a word stands for a moment here: nothing declared has its name.
    pub(super) fn means_moment(&self, word: &str) -> bool {
        is_moment(word) && !matches!(self.names.get(word), Some(Named::Input(_) | Named::Def(_)))
    }
}
