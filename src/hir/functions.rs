//! Checking of calls: built-in functions, parameterised definitions; rounding, and amounts that leave.

use super::expr::a_type;
use super::lower::Lowering;
use super::names::Named;
use super::{Currency, DefId, ExprId, ExprKind, Func, Rounding, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, RoundWord};
use crate::value::{Value, currency, geo};
use rust_decimal::Decimal;

/// The functions without a declaration.
pub(super) const BUILT_IN_FUNCTIONS: [&str; 5] = ["abs", "min", "max", "lower", "geo"];

impl Lowering<'_> {
    /// `f(a, b)`
    pub(super) fn call(&mut self, name: &ast::Name, arguments: &[ast::Expr], at: Span) -> ExprId {
        if let Some(Named::Def(id)) = self.names.get(&name.text)
            && self.params(id).is_some()
        {
            return self.apply(id, name, arguments, at);
        }
        match (&*name.text, arguments) {
            ("geo", [lat, lon]) => self.geo(lat, lon, at),
            ("abs", [value]) => self.absolute(value, at),
            ("lower", [text]) => {
                let id = self.infer(text);
                if !self.is_of(id, &Ty::Text) {
                    return self.broken(at);
                }
                self.push(ExprKind::Call(Func::Lower, vec![id]), Ty::Text, at)
            }
            ("min", [_, _, ..]) => self.extreme(Func::Min, arguments, at),
            ("max", [_, _, ..]) => self.extreme(Func::Max, arguments, at),
            _ => {
                let error = self.no_such_function(name, arguments, at);
                self.report(error);
                self.broken(at)
            }
        }
    }

    /// The parameters of a definition, if it has any.
    fn params(&self, id: DefId) -> Option<&[ast::Param]> {
        let params = params_of(self.drafts.get(id.index())?.item);
        (!params.is_empty()).then_some(params)
    }

    /// `net(price)`: how a definition is written with its parameters.
    fn form_of(&self, id: DefId, name: &ast::Name) -> String {
        let params = self.params(id).unwrap_or_default().iter();
        let params: Vec<&str> = params.map(|p| &*p.name.text).collect();
        format!("{}({})", name.text, params.join(", "))
    }

    /// A parameterised definition and its arguments.
    fn apply(&mut self, id: DefId, name: &ast::Name, arguments: &[ast::Expr], at: Span) -> ExprId {
        let draft = self.drafts.get(id.index());
        let types = draft.map(|d| d.param_types.clone()).unwrap_or_default();
        let ty = draft.and_then(|d| d.ty.clone());
        let declared = self.names.span(&name.text).unwrap_or(at);
        if types.len() != arguments.len() {
            let values = |n: usize| {
                if n == 1 {
                    "1 value".to_owned()
                } else {
                    format!("{n} values")
                }
            };
            let message = format!(
                "`{}` takes {}, not {}",
                name.text,
                values(types.len()),
                arguments.len()
            );
            self.report(
                Diagnostic::error(Code::WrongArguments, at, message)
                    .label("not this many")
                    .also(declared, "declared here")
                    .help(format!("write `{}`", self.form_of(id, name))),
            );
            return self.broken(at);
        }
        let ids: Vec<ExprId> = arguments
            .iter()
            .zip(&types)
            .map(|(argument, ty)| self.check(argument, ty))
            .collect();
        let Some(ty) = ty else {
            let circle =
                super::order::circle_through(&self.needs, id.index(), &mut self.circle_effort);
            let error = self.definition_circle(&circle);
            self.report(error);
            return self.broken(at);
        };
        if ty == Ty::Error || ids.iter().any(|id| self.expr(*id).ty == Ty::Error) {
            return self.broken(at);
        }
        if !self.lengths_given(id, &ids) {
            return self.broken(at);
        }
        let id = self.push(ExprKind::Apply(id, ids), ty, at);
        self.narrow(id)
    }

    /// `geo(51.5, -0.12)`: two constants.
    fn geo(&mut self, lat: &ast::Expr, lon: &ast::Expr, at: Span) -> ExprId {
        let [lat, lon] = [lat, lon].map(|e| self.check(e, &Ty::Decimal));
        let (Some(lat), Some(lon)) = (self.number(lat), self.number(lon)) else {
            if self.expr(lat).ty != Ty::Error && self.expr(lon).ty != Ty::Error {
                self.report(
                    Diagnostic::error(
                        Code::WrongArguments,
                        at,
                        "`geo` takes two numbers that are written out",
                    )
                    .label("not constant")
                    .help("a place of the customer is a field of type `geo`"),
                );
            }
            return self.broken(at);
        };
        match geo::from_degrees(lat, lon) {
            Some(place) => self.push(ExprKind::Const(Value::Int(place)), Ty::Geo, at),
            None => {
                let error =
                    Diagnostic::error(Code::OutOfRange, at, "there is no such place on Earth")
                        .label("latitude -90 to 90, then longitude -180 to 180");
                self.report(if geo::from_degrees(lon, lat).is_some() {
                    let turned = format!("geo({}, {})", lon.normalize(), lat.normalize());
                    error
                        .help(format!("latitude stands first: `{turned}`"))
                        .suggest(at, turned)
                } else {
                    error.help("latitude stands first: `geo(51.5074, -0.1278)` is London")
                });
                self.broken(at)
            }
        }
    }

    fn absolute(&mut self, value: &ast::Expr, at: Span) -> ExprId {
        let id = self.infer(value);
        let ty = self.expr(id).ty.clone();
        if ty.is_optional() && (ty.present().is_whole() || ty.present().is_decimal()) {
            let wanted = self.type_name(ty.present());
            let error = self.may_be_missing(id, &wanted);
            self.report(error);
            return self.broken(at);
        }
        if !ty.is_whole() && !ty.is_decimal() && !self.is_number(id, "`abs`") {
            return self.broken(at);
        }
        self.push(ExprKind::Call(Func::Abs, vec![id]), ty, at)
    }

    /// `min(a, b)`, `max(a, b)`
    fn extreme(&mut self, func: Func, arguments: &[ast::Expr], at: Span) -> ExprId {
        let ids: Vec<ExprId> = arguments.iter().map(|a| self.infer(a)).collect();
        let ty = self.common_type(&ids);
        if let Some(optional) = ids.iter().find(|id| self.expr(**id).ty.is_optional()) {
            let wanted = self.type_name(ty.present());
            let error = self.may_be_missing(*optional, &wanted);
            self.report(error);
            return self.broken(at);
        }
        if ty == Ty::Error || ids.iter().any(|id| self.expr(*id).ty == Ty::Error) {
            return self.broken(at);
        }
        if !self.is_ordered(&ty) {
            let found = a_type(&self.type_name(&ty));
            self.report(
                Diagnostic::error(Code::NotComparable, at, format!("{found} has no order"))
                    .label("neither less nor greater")
                    .help("`min` and `max` choose among numbers, amounts, dates, times, durations and ordered enums"),
            );
            return self.broken(at);
        }
        let ids = self.alike(ids, &ty);
        if ids.iter().any(|id| self.expr(*id).ty == Ty::Error) {
            return self.broken(at);
        }
        self.push(ExprKind::Call(func, ids), ty, at)
    }

    /// `round a up to 0.05 GBP`
    pub(super) fn round(
        &mut self,
        value: &ast::Expr,
        word: RoundWord,
        step: &ast::Expr,
        at: Span,
    ) -> ExprId {
        let value = self.infer(value);
        let ty = self.expr(value).ty.clone();
        let value = match &ty {
            Ty::Money(_) => value,
            _ if self.is_number(value, "`round`") => self.widen(value, at),
            _ => {
                self.infer(step);
                return self.broken(at);
            }
        };
        let ty = self.expr(value).ty.clone();
        let step = self.check(step, &ty);
        if self.expr(step).ty == Ty::Error {
            return self.broken(at);
        }
        if self.number(step).is_none_or(|n| n <= Decimal::ZERO) {
            let span = self.expr(step).span;
            self.report(
                Diagnostic::error(
                    Code::OutOfRange,
                    span,
                    "a step of rounding is a constant greater than zero",
                )
                .label("for example `0.05`")
                .help("write the step out: `round x to 0.05`"),
            );
            return self.broken(at);
        }
        let rounding = match word {
            RoundWord::None | RoundWord::HalfEven => Rounding::HalfEven,
            RoundWord::HalfUp => Rounding::HalfUp,
            RoundWord::Up => Rounding::Up,
            RoundWord::Down => Rounding::Down,
        };
        self.push(
            ExprKind::Call(Func::Round(rounding), vec![value, step]),
            ty,
            at,
        )
    }

    /// An amount as written: `12.50 GBP`.
    pub(super) fn amount(&mut self, number: Decimal, code: &ast::Name, at: Span) -> ExprId {
        match self.currency(code) {
            Some(currency) => {
                let value = Value::Decimal(number.normalize());
                self.push(ExprKind::Const(value), Ty::Money(currency), at)
            }
            None => self.broken(at),
        }
    }

    /// The currency of a code, or a report that there is none.
    pub(super) fn currency(&mut self, code: &ast::Name) -> Option<Currency> {
        let found = currency::find(&code.text);
        if found.is_none() {
            let error = Diagnostic::error(
                Code::UnknownCurrency,
                code.at.0,
                format!("there is no currency `{}`", code.text),
            )
            .label("a code of ISO 4217 goes here, for example `GBP`");
            let upper = code.text.to_ascii_uppercase();
            let near = match currency::find(&upper) {
                Some(_) => Some(&*upper),
                None => crate::diagnostic::nearest(&upper, currency::codes()),
            };
            self.report(match near {
                Some(near) => super::slips::meant(error, code.at.0, &[near]),
                None => error.help("codes have three capital letters: `EUR`, `USD`, `JPY`"),
            });
        }
        found.map(Currency)
    }

    /// A value that leaves through a decision: its amounts are rounded to the minor units of their currencies.
    pub(super) fn leaving(&mut self, id: ExprId) -> ExprId {
        let (kind, ty, at) = {
            let expr = self.expr(id);
            (expr.kind.clone(), expr.ty.clone(), expr.span)
        };
        if !self.holds_money(&ty) {
            return id;
        }
        match kind {
            ExprKind::Record(record, fields) => {
                let fields = fields
                    .into_iter()
                    .map(|(place, e)| (place, self.leaving(e)));
                let fields = fields.collect();
                self.push(ExprKind::Record(record, fields), ty, at)
            }
            ExprKind::List(items) => {
                let items = items.into_iter().map(|e| self.leaving(e)).collect();
                self.push(ExprKind::List(items), ty, at)
            }
            ExprKind::If(arms, last) => {
                let arms = arms
                    .into_iter()
                    .map(|(c, v)| (c, self.leaving(v)))
                    .collect();
                let last = self.leaving(last);
                self.push(ExprKind::If(arms, last), ty, at)
            }
            ExprKind::Const(Value::Missing) => id,
            ExprKind::Def(def) if self.is_rounded(def) => id,
            _ => {
                let func = match ty.present() {
                    Ty::Money(currency) => Func::RoundMoney(currency::digits(currency.0)),
                    other => Func::RoundAll(other.clone()),
                };
                self.push(ExprKind::Call(func, vec![id]), ty, at)
            }
        }
    }

    /// Whether the amounts of a definition's value are rounded already.
    fn is_rounded(&self, id: DefId) -> bool {
        let item = self.drafts.get(id.index()).map(|d| &d.item.kind);
        matches!(
            item,
            Some(
                ast::ItemKind::Decision(_)
                    | ast::ItemKind::Table(_)
                    | ast::ItemKind::NextBestAction(_)
            )
        )
    }

    /// Whether amounts of money lie within values of a type. (Records have bounded depth and hold no circles.)
    fn holds_money(&self, ty: &Ty) -> bool {
        match ty.present() {
            Ty::Money(_) => true,
            Ty::List(item) => self.holds_money(item),
            Ty::Record(id) => {
                let fields = self.records.get(id.index()).map(|r| &r.fields[..]);
                fields
                    .unwrap_or_default()
                    .iter()
                    .any(|f| self.holds_money(&f.ty))
            }
            _ => false,
        }
    }
}

/// The parameters of a declaration.
pub(super) fn params_of(item: &ast::Item) -> &[ast::Param] {
    match &item.kind {
        ast::ItemKind::Let(l) => &l.params,
        ast::ItemKind::Segment(s) | ast::ItemKind::Behaviour(s) => &s.params,
        _ => &[],
    }
}
