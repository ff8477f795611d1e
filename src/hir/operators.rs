//! Checking of operators: arithmetic, comparisons, `in`, `is`, `else`, `and`, `or`, conditionals.

use super::expr::a_type;
use super::lower::Lowering;
use super::{ArithOp, CompareOp, ExprId, ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use rust_decimal::Decimal;

/// A chain of operators of one type while it is being read.
struct Running {
    first: ExprId,
    rest: Vec<(ArithOp, ExprId)>,
    ty: Ty,
    span: Span,
}

impl Lowering<'_> {
    pub(super) fn negate(&mut self, inner: &ast::Expr, at: Span) -> ExprId {
        let id = self.infer(inner);
        if !self.is_number(id, "`-`") {
            return self.broken(at);
        }
        let ty = self.expr(id).ty.clone();
        let constant = self.number(id).is_some();
        let negated = self.push(ExprKind::Neg(id), ty, at);
        self.check_constant(negated, constant, at)
    }

    /// Whether a plain number stands here; otherwise a report.
    fn is_number(&mut self, id: ExprId, operator: &str) -> bool {
        let (ty, span) = (self.expr(id).ty.clone(), self.expr(id).span);
        match &ty {
            Ty::Int | Ty::Decimal => return true,
            Ty::Error => {}
            Ty::Optional(inner) if matches!(**inner, Ty::Int | Ty::Decimal) => {
                let wanted = self.type_name(inner);
                let error = self.may_be_missing(id, &wanted);
                self.report(error);
            }
            other => {
                let found = a_type(&self.type_name(other));
                self.report(
                    Diagnostic::error(
                        Code::TypeMismatch,
                        span,
                        format!("{operator} works on numbers, and this is {found}"),
                    )
                    .label("a number is needed here"),
                );
            }
        }
        false
    }

    /// A sum or product whose operands are all constants has a value, or overflows now and always.
    fn check_constant(&mut self, id: ExprId, constant: bool, at: Span) -> ExprId {
        if constant && self.number(id).is_none() {
            let kind = self.type_name(&self.expr(id).ty);
            let help = match self.expr(id).ty {
                Ty::Int => "an int has 64 bits, up to 9223372036854775807",
                _ => "a decimal has at most 28 places and up to 79228162514264337593543950335",
            };
            self.report(
                Diagnostic::error(
                    Code::ConstantOverflow,
                    at,
                    format!("the result does not fit {}", a_type(&kind)),
                )
                .label("overflows, whatever the customer")
                .help(help),
            );
            return self.broken(at);
        }
        id
    }

    /// Operators of one level from left to right. Ints widen where the first decimal or `/` stands.
    pub(super) fn chain(
        &mut self,
        first: &ast::Expr,
        rest: &[(ast::ArithOp, ast::Expr)],
    ) -> ExprId {
        let start = first.at.0;
        let id = self.infer(first);
        let mut fine = self.is_number(id, sign(rest.first().map(|(op, _)| *op)));
        let mut running = Running {
            first: id,
            rest: Vec::new(),
            ty: self.expr(id).ty.clone(),
            span: start,
        };
        for (index, (op, operand)) in rest.iter().enumerate() {
            let right = self.infer(operand);
            let span = start.to(operand.at.0);
            if !self.is_number(right, sign(Some(*op))) {
                fine = false;
            }
            if !fine {
                continue;
            }
            if *op == ArithOp::Div && !self.is_non_zero(right) {
                running = self.divide(running, right, span);
                let more = index + 1 < rest.len();
                fine = !more;
                if more {
                    let error = self.may_be_missing(running.first, "decimal");
                    self.report(error);
                }
                continue;
            }
            running = self.extend(running, *op, right, span);
        }
        if fine {
            self.close(running)
        } else {
            let end = rest.last().map_or(start, |(_, e)| e.at.0);
            self.broken(start.to(end))
        }
    }

    /// Adds an operator to a chain, after closing it where the type changes.
    fn extend(&mut self, mut running: Running, op: ArithOp, right: ExprId, span: Span) -> Running {
        let decimal = op == ArithOp::Div || self.expr(right).ty == Ty::Decimal;
        if running.ty == Ty::Int && decimal {
            let (left, at) = (running.span, running.span);
            let closed = self.close(running);
            running = Running {
                first: self.widen(closed, left),
                rest: Vec::new(),
                ty: Ty::Decimal,
                span: at,
            };
        }
        let right = if running.ty == Ty::Decimal {
            let at = self.expr(right).span;
            self.widen(right, at)
        } else {
            right
        };
        running.rest.push((op, right));
        running.span = span;
        running
    }

    /// `a / b` whose `b` may be zero.
    fn divide(&mut self, running: Running, right: ExprId, span: Span) -> Running {
        let at = running.span;
        let left = self.close(running);
        let left = self.widen(left, at);
        let right_at = self.expr(right).span;
        let right = self.widen(right, right_at);
        let ty = Ty::Decimal.optional();
        let id = self.push(ExprKind::TryDiv(left, right), ty.clone(), span);
        let id = self.narrow(id);
        Running {
            first: id,
            rest: Vec::new(),
            ty: self.expr(id).ty.clone(),
            span,
        }
    }

    fn close(&mut self, running: Running) -> ExprId {
        if running.rest.is_empty() {
            return running.first;
        }
        let mut operands = running.rest.iter().map(|(_, e)| *e).chain([running.first]);
        let constant = operands.all(|e| self.number(e).is_some());
        let kind = ExprKind::Chain(running.first, running.rest);
        let id = self.push(kind, running.ty, running.span);
        self.check_constant(id, constant, running.span)
    }

    fn widen(&mut self, id: ExprId, at: Span) -> ExprId {
        match self.expr(id).ty {
            Ty::Int => self.push(ExprKind::Widen(id), Ty::Decimal, at),
            _ => id,
        }
    }

    /// `a else b else c`
    pub(super) fn or_else(
        &mut self,
        items: &[ast::Expr],
        expected: Option<&Ty>,
        at: Span,
    ) -> ExprId {
        let inner = expected.map(|ty| ty.present().clone().optional());
        let last = items.len().saturating_sub(1);
        let mut ids = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let hint = match (ids.first(), &inner) {
                (Some(first), None) => Some(self.expr(*first).ty.present().clone().optional()),
                (_, hint) => hint.clone(),
            };
            let id = match hint {
                Some(ty) => self.lower_towards(item, &ty),
                None => self.infer(item),
            };
            if index < last && !self.expr(id).ty.is_optional() && self.expr(id).ty != Ty::Error {
                self.report_never_missing(id, "`else` never comes to its right side");
            }
            ids.push(id);
        }
        let mut ty = self.common_type(&ids).present().clone();
        if ids.last().is_some_and(|l| self.expr(*l).ty.is_optional()) {
            ty = ty.optional();
        }
        let wanted = ty.clone().optional();
        let ids: Vec<ExprId> = ids
            .into_iter()
            .enumerate()
            .map(|(i, id)| self.coerce(id, if i == last { &ty } else { &wanted }))
            .collect();
        if ids.iter().any(|id| self.expr(*id).ty == Ty::Error) {
            return self.broken(at);
        }
        let id = self.push(ExprKind::Else(ids), ty, at);
        self.narrow(id)
    }

    /// An expression whose words may be members of what is expected, but whose type may still differ.
    fn lower_towards(&mut self, written: &ast::Expr, towards: &Ty) -> ExprId {
        if self.needs_expectation(written) {
            self.check(written, towards)
        } else {
            self.infer(written)
        }
    }

    /// Whether an expression says too little by itself: a bare member, a record, an empty list, or branches of those.
    fn needs_expectation(&self, written: &ast::Expr) -> bool {
        match &written.kind {
            ast::ExprKind::Name(name) => !matches!(
                self.names.get(&name.text),
                Some(super::names::Named::Input(_) | super::names::Named::Def(_))
            ),
            ast::ExprKind::Record(_) => true,
            ast::ExprKind::List(items) => {
                items.is_empty() || items.iter().any(|i| self.needs_expectation(i))
            }
            ast::ExprKind::Paren(inner) => self.needs_expectation(inner),
            ast::ExprKind::If(arms, last) => {
                arms.iter().any(|(value, _)| self.needs_expectation(value))
                    || self.needs_expectation(last)
            }
            ast::ExprKind::Else(items) => items.iter().any(|i| self.needs_expectation(i)),
            _ => false,
        }
    }

    fn report_never_missing(&mut self, id: ExprId, consequence: &str) {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span).to_owned();
        self.report(
            Diagnostic::error(
                Code::NeverMissing,
                span,
                format!("`{text}` is never missing: {consequence}"),
            )
            .label("not optional here"),
        );
    }

    /// Two operands that are compared: the one that says its type first tells the other what is expected.
    fn pair(&mut self, a: &ast::Expr, b: &ast::Expr) -> (ExprId, ExprId) {
        if self.needs_expectation(a) && !self.needs_expectation(b) {
            let right = self.infer(b);
            let ty = self.expr(right).ty.present().clone();
            return (self.lower_towards(a, &ty), right);
        }
        let left = self.infer(a);
        let ty = self.expr(left).ty.present().clone();
        (left, self.lower_towards(b, &ty))
    }

    /// `a == b` and the like.
    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        a: &ast::Expr,
        b: &ast::Expr,
        at: Span,
    ) -> ExprId {
        let (left, right) = self.pair(a, b);
        self.compared_ids(op, left, right, at)
    }

    /// A comparison of two lowered operands.
    pub(super) fn compared_ids(
        &mut self,
        op: CompareOp,
        left: ExprId,
        right: ExprId,
        at: Span,
    ) -> ExprId {
        let (a, b) = (self.expr(left).ty.clone(), self.expr(right).ty.clone());
        if a == Ty::Error || b == Ty::Error {
            return self.broken(at);
        }
        if a == Ty::Never || b == Ty::Never {
            return self.compared_with_missing(op, left, right, at);
        }
        for (id, ty) in [(left, &a), (right, &b)] {
            if ty.is_optional() {
                let error = self.optional_compared(op, left, right, id);
                self.report(error);
                return self.broken(at);
            }
        }
        let (left, right, ty) = self.levelled(left, right);
        let ordered = matches!(ty, Some(Ty::Int | Ty::Decimal | Ty::Text));
        match (ty, op) {
            (Some(_), CompareOp::Eq | CompareOp::Ne) => {}
            (Some(_), _) if ordered => {}
            (Some(ty), _) => {
                let name = a_type(&self.type_name(&ty));
                self.report(
                    Diagnostic::error(
                        Code::NotComparable,
                        at,
                        format!("{name} has no order: `{}` does not apply", symbol(op)),
                    )
                    .label("neither less nor greater")
                    .help("compare with `==`, `!=` or `in`"),
                );
                return self.broken(at);
            }
            (None, _) => {
                let error = self.not_comparable(&a, &b, at);
                self.report(error);
                return self.broken(at);
            }
        }
        self.push(ExprKind::Compare(op, left, right), Ty::Bool, at)
    }

    fn not_comparable(&self, a: &Ty, b: &Ty, at: Span) -> Diagnostic {
        let names = (a_type(&self.type_name(a)), a_type(&self.type_name(b)));
        let error = Diagnostic::error(
            Code::NotComparable,
            at,
            format!("{} and {} can't be compared", names.0, names.1),
        )
        .label("of different types");
        match (a, b) {
            (Ty::Enum(_), Ty::Text) | (Ty::Text, Ty::Enum(_)) => {
                error.help("members of an enum are bare words, without quotes")
            }
            (Ty::List(item), other) | (other, Ty::List(item)) if **item == *other => {
                error.help("to ask whether a list holds something, write `x in list`")
            }
            _ => error,
        }
    }

    /// Two operands brought to one type, where there is one.
    fn levelled(&mut self, left: ExprId, right: ExprId) -> (ExprId, ExprId, Option<Ty>) {
        let (a, b) = (self.expr(left).ty.clone(), self.expr(right).ty.clone());
        let spans = (self.expr(left).span, self.expr(right).span);
        match (&a, &b) {
            (Ty::Int, Ty::Decimal) => (self.widen(left, spans.0), right, Some(Ty::Decimal)),
            (Ty::Decimal, Ty::Int) => (left, self.widen(right, spans.1), Some(Ty::Decimal)),
            (Ty::List(x), Ty::List(_)) if **x == Ty::Never => (left, right, Some(b)),
            (Ty::List(_), Ty::List(y)) if **y == Ty::Never => (left, right, Some(a)),
            _ if a == b => (left, right, Some(a)),
            _ => (left, right, None),
        }
    }

    fn compared_with_missing(
        &mut self,
        op: CompareOp,
        left: ExprId,
        right: ExprId,
        at: Span,
    ) -> ExprId {
        let other = if self.expr(left).ty == Ty::Never {
            right
        } else {
            left
        };
        let text = self.sources.snippet(self.expr(other).span).to_owned();
        let word = if op == CompareOp::Ne {
            "present"
        } else {
            "missing"
        };
        let repair = format!("{text} is {word}");
        self.report(
            Diagnostic::error(
                Code::NotComparable,
                at,
                "nothing is equal to `missing`".to_owned(),
            )
            .label("always asks about a value")
            .help(format!("write `{repair}`"))
            .suggest(at, repair.clone()),
        );
        self.broken(at)
    }

    fn optional_compared(
        &self,
        op: CompareOp,
        left: ExprId,
        right: ExprId,
        optional: ExprId,
    ) -> Diagnostic {
        let wanted = self.type_name(self.expr(optional).ty.present());
        let error = self.may_be_missing(optional, &wanted);
        let both = self.expr(left).ty.is_optional() && self.expr(right).ty.is_optional();
        if both || !matches!(op, CompareOp::Eq | CompareOp::Ne) || error.code == Code::Division {
            return error;
        }
        // `is` is the equality that a missing value fails.
        let (a, b) = if optional == left {
            (left, right)
        } else {
            (right, left)
        };
        let text = |id| self.sources.snippet(self.expr(id).span).to_owned();
        let is = if op == CompareOp::Eq { "is" } else { "is not" };
        let repair = format!("{} {is} {}", text(a), text(b));
        let whole = self.expr(left).span.to(self.expr(right).span);
        error
            .help(format!(
                "or compare in a way that a missing value fails: `{repair}`"
            ))
            .suggest(whole, repair)
    }

    /// `a in b`, `a not in b`
    pub(super) fn contains(
        &mut self,
        negated: bool,
        item: &ast::Expr,
        set: &ast::Expr,
        at: Span,
    ) -> ExprId {
        let id = match &set.kind {
            ast::ExprKind::Range(low, high, end) => {
                let value = self.infer(item);
                self.in_range(value, low, high, *end, at)
            }
            _ => self.in_list(item, set, at),
        };
        self.negated_if(negated, id, at)
    }

    pub(super) fn negated_if(&mut self, negated: bool, id: ExprId, at: Span) -> ExprId {
        if negated && self.expr(id).ty != Ty::Error {
            return self.push(ExprKind::Not(id), Ty::Bool, at);
        }
        id
    }

    /// `value in low..high`
    pub(super) fn in_range(
        &mut self,
        value: ExprId,
        low: &ast::Expr,
        high: &ast::Expr,
        end: ast::RangeEnd,
        at: Span,
    ) -> ExprId {
        let ids = [value, self.infer(low), self.infer(high)];
        for id in ids {
            if !self.is_number(id, "a range") {
                return self.broken(at);
            }
        }
        if let (Some(low), Some(high)) = (self.number(ids[1]), self.number(ids[2])) {
            if self.is_empty_range(low, high, end, &ids) {
                let span = self.expr(ids[1]).span.to(self.expr(ids[2]).span);
                self.report(
                    Diagnostic::error(Code::BadRange, span, "this range holds no number")
                        .label("the upper end lies below the lower")
                        .help("write the lower end first; `a..b` is without `b`, `a..=b` with it"),
                );
                return self.broken(at);
            }
        }
        let decimal = ids.iter().any(|id| self.expr(*id).ty == Ty::Decimal);
        let [value, low, high] = ids.map(|id| {
            let span = self.expr(id).span;
            if decimal { self.widen(id, span) } else { id }
        });
        self.push(ExprKind::InRange(value, low, high, end), Ty::Bool, at)
    }

    fn is_empty_range(
        &self,
        low: Decimal,
        high: Decimal,
        end: ast::RangeEnd,
        ids: &[ExprId],
    ) -> bool {
        let whole = ids.iter().all(|id| self.expr(*id).ty == Ty::Int);
        match end {
            ast::RangeEnd::Inclusive => low > high,
            ast::RangeEnd::Exclusive => low >= high || (whole && high - low < Decimal::ONE),
        }
    }

    fn in_list(&mut self, item: &ast::Expr, set: &ast::Expr, at: Span) -> ExprId {
        let (value, list) = if self.needs_expectation(item) {
            let list = self.infer(set);
            match self.expr(list).ty.present() {
                Ty::List(ty) => {
                    let ty = (**ty).clone();
                    (self.lower_towards(item, &ty), list)
                }
                _ => (self.infer(item), list),
            }
        } else {
            let value = self.infer(item);
            let ty = Ty::List(Box::new(self.expr(value).ty.present().clone()));
            (value, self.lower_towards(set, &ty))
        };
        self.in_list_ids(value, list, at)
    }

    fn in_list_ids(&mut self, value: ExprId, list: ExprId, at: Span) -> ExprId {
        let (a, b) = (self.expr(value).ty.clone(), self.expr(list).ty.clone());
        if a == Ty::Error || b == Ty::Error {
            return self.broken(at);
        }
        for (id, ty) in [(value, &a), (list, &b)] {
            if ty.is_optional() {
                let wanted = self.type_name(ty.present());
                let error = self.may_be_missing(id, &wanted);
                self.report(error);
                return self.broken(at);
            }
        }
        let Ty::List(item) = b else {
            let name = a_type(&self.type_name(&b));
            let span = self.expr(list).span;
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    span,
                    format!("`in` looks into a list or a range, and this is {name}"),
                )
                .label("a list or a range is needed here")
                .help("write a list, `x in [a, b]`, or a range, `x in 1..=5`"),
            );
            return self.broken(at);
        };
        let value = match (&a, &*item) {
            (Ty::Int, Ty::Decimal) => self.coerce(value, &item),
            (Ty::Decimal, Ty::Int) => {
                let span = self.expr(list).span;
                let list = self.decimal_items(list);
                match list {
                    Some(list) => return self.push(ExprKind::InList(value, list), Ty::Bool, at),
                    None => {
                        let error = self.not_comparable(&a, &item, span);
                        self.report(error);
                        return self.broken(at);
                    }
                }
            }
            (_, Ty::Never) => value,
            (a, item) if a == item => value,
            (a, item) => {
                let error = self.not_comparable(a, item, at);
                self.report(error);
                return self.broken(at);
            }
        };
        self.push(ExprKind::InList(value, list), Ty::Bool, at)
    }

    /// A written list of ints as one of decimals.
    fn decimal_items(&mut self, list: ExprId) -> Option<ExprId> {
        let ExprKind::List(items) = self.expr(list).kind.clone() else {
            return None;
        };
        let span = self.expr(list).span;
        let items = items
            .into_iter()
            .map(|i| {
                let at = self.expr(i).span;
                self.widen(i, at)
            })
            .collect();
        let ty = Ty::List(Box::new(Ty::Decimal));
        Some(self.push(ExprKind::List(items), ty, span))
    }

    /// `a is b`, `a is present`, …
    pub(super) fn is(
        &mut self,
        negated: bool,
        item: &ast::Expr,
        what: &ast::IsWhat,
        at: Span,
    ) -> ExprId {
        let id = match what {
            ast::IsWhat::Present | ast::IsWhat::Missing => self.is_present(item, at),
            ast::IsWhat::Value(value) => {
                let (left, right) = self.pair(item, value);
                self.is_ids(left, right, at, negated)
            }
        };
        self.negated_if(negated != matches!(what, ast::IsWhat::Missing), id, at)
    }

    fn is_present(&mut self, item: &ast::Expr, at: Span) -> ExprId {
        let id = self.infer(item);
        let id = self.stripped(id);
        if self.expr(id).ty == Ty::Error {
            return self.broken(at);
        }
        if !self.expr(id).ty.is_optional() {
            self.report_never_missing(id, "there is nothing to ask");
            return self.broken(at);
        }
        self.push(ExprKind::IsPresent(id), Ty::Bool, at)
    }

    /// `left is right` of two lowered operands.
    pub(super) fn is_ids(
        &mut self,
        left: ExprId,
        right: ExprId,
        at: Span,
        negated: bool,
    ) -> ExprId {
        let left = self.stripped(left);
        let (a, b) = (self.expr(left).ty.clone(), self.expr(right).ty.clone());
        if a == Ty::Error || b == Ty::Error {
            return self.broken(at);
        }
        if !a.is_optional() {
            let op = if negated { "!=" } else { "==" };
            let texts = (
                self.sources.snippet(self.expr(left).span).to_owned(),
                self.sources.snippet(self.expr(right).span).to_owned(),
            );
            let repair = format!("{} {op} {}", texts.0, texts.1);
            self.report(
                Diagnostic::error(
                    Code::NeverMissing,
                    self.expr(left).span,
                    format!("`{}` is never missing: plain equality is meant", texts.0),
                )
                .label("not optional here")
                .help(format!("write `{repair}`"))
                .suggest(at, repair.clone()),
            );
            return self.broken(at);
        }
        if b.is_optional() {
            let wanted = self.type_name(b.present());
            let error = self.may_be_missing(right, &wanted);
            self.report(error);
            return self.broken(at);
        }
        let (left, right) = match (a.present(), &b) {
            (Ty::Int, Ty::Decimal) => (self.coerce(left, &Ty::Decimal.optional()), right),
            (Ty::Decimal, Ty::Int) => (left, self.coerce(right, &Ty::Decimal)),
            (x, y) if self.same_kind(x, y) => (left, right),
            (x, y) => {
                let error = self.not_comparable(x, y, at);
                self.report(error);
                return self.broken(at);
            }
        };
        self.push(ExprKind::Is(left, right), Ty::Bool, at)
    }

    #[expect(
        clippy::unused_self,
        reason = "reads as one of the questions about types"
    )]
    fn same_kind(&self, a: &Ty, b: &Ty) -> bool {
        match (a, b) {
            (Ty::List(x), Ty::List(y)) => x == y || **x == Ty::Never || **y == Ty::Never,
            _ => a == b,
        }
    }

    /// `a and b and c`: each is checked knowing those before it.
    pub(super) fn all_of(&mut self, items: &[ast::Expr], at: Span) -> ExprId {
        let ids = self.sequence(items, true);
        self.push(ExprKind::And(ids), Ty::Bool, at)
    }

    /// `a or b or c`: each is checked knowing that those before it are false.
    pub(super) fn any_of(&mut self, items: &[ast::Expr], at: Span) -> ExprId {
        let ids = self.sequence(items, false);
        self.push(ExprKind::Or(ids), Ty::Bool, at)
    }

    fn sequence(&mut self, items: &[ast::Expr], truth: bool) -> Vec<ExprId> {
        let mark = self.facts.mark();
        let ids = items
            .iter()
            .map(|item| {
                let id = self.check(item, &Ty::Bool);
                let facts = self.proves(id, truth);
                self.facts.add(facts);
                id
            })
            .collect();
        self.facts.reset(mark);
        ids
    }

    /// `a if c otherwise b`
    pub(super) fn conditional(
        &mut self,
        arms: &[(ast::Expr, ast::Expr)],
        last: &ast::Expr,
        expected: Option<&Ty>,
        at: Span,
    ) -> ExprId {
        let hint = expected.cloned().or_else(|| self.branch_hint(arms, last));
        let outer = self.facts.mark();
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        for (value, condition) in arms {
            let condition = self.check(condition, &Ty::Bool);
            let mark = self.facts.mark();
            let facts = self.proves(condition, true);
            self.facts.add(facts);
            values.push(self.branch(value, hint.as_ref()));
            self.facts.reset(mark);
            let facts = self.proves(condition, false);
            self.facts.add(facts);
            conditions.push(condition);
        }
        values.push(self.branch(last, hint.as_ref()));
        self.facts.reset(outer);
        let ty = match expected {
            Some(ty) if *ty != Ty::Error => self.branch_type(&values, ty),
            _ => self.common_type(&values),
        };
        let mut values: Vec<ExprId> = values.into_iter().map(|v| self.coerce(v, &ty)).collect();
        let Some(last) = values.pop() else {
            return self.broken(at);
        };
        let arms = conditions.into_iter().zip(values).collect();
        let id = self.push(ExprKind::If(arms, last), ty, at);
        self.narrow(id)
    }

    fn branch(&mut self, written: &ast::Expr, hint: Option<&Ty>) -> ExprId {
        match hint {
            Some(ty) => self.lower_towards(written, ty),
            None => self.infer(written),
        }
    }

    /// Without an expectation, a branch that tells its type by itself tells it to the others.
    fn branch_hint(&mut self, arms: &[(ast::Expr, ast::Expr)], last: &ast::Expr) -> Option<Ty> {
        let branches = || arms.iter().map(|(value, _)| value).chain([last]);
        if branches().all(|b| !self.needs_expectation(b)) {
            return None;
        }
        let telling = branches().find(|b| !self.needs_expectation(b))?;
        let reported = self.pause_reports();
        let id = self.infer(telling);
        self.resume_reports(reported);
        match self.expr(id).ty.clone() {
            Ty::Error | Ty::Never => None,
            ty => Some(ty.present().clone().optional()),
        }
    }

    /// The type of a conditional where one is expected: optional only if a branch is.
    fn branch_type(&self, values: &[ExprId], expected: &Ty) -> Ty {
        let optional = values.iter().any(|v| self.expr(*v).ty.is_optional());
        if optional || self.common_type(values) == Ty::Error {
            expected.clone()
        } else {
            expected.present().clone()
        }
    }
}

fn sign(op: Option<ArithOp>) -> &'static str {
    match op {
        Some(ArithOp::Add) | None => "`+`",
        Some(ArithOp::Sub) => "`-`",
        Some(ArithOp::Mul) => "`*`",
        Some(ArithOp::Div) => "`/`",
    }
}

fn symbol(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
    }
}
