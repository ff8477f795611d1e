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
                let message = format!("{operator} works on numbers, and this is {found}");
                let error = Diagnostic::error(Code::TypeMismatch, span, message)
                    .label("a number is needed here");
                let error = self.way_to_number(error, id);
                self.report(error);
            }
        }
        false
    }

    /// A sum or product whose operands are all constants has a value, or overflows now and always.
    fn check_constant(&mut self, id: ExprId, constant: bool, at: Span) -> ExprId {
        if constant && self.number(id).is_none() {
            let kind = self.type_name(&self.expr(id).ty);
            let help = match self.expr(id).ty {
                Ty::Int => "an int goes from -9223372036854775808 to 9223372036854775807",
                _ => "a decimal goes up to 79228162514264337593543950335, with at most 28 places",
            };
            self.report(
                Diagnostic::error(
                    Code::ConstantOverflow,
                    at,
                    format!("the result does not fit {}", a_type(&kind)),
                )
                .label("too large for every customer")
                .help(help)
                .help("calculate with smaller numbers"),
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
            let mut id = match hint {
                Some(ty) => self.lower_towards(item, &ty),
                None => self.infer(item),
            };
            if index < last {
                // What an earlier condition proved does not make the default a mistake.
                id = self.stripped(id);
                if !self.expr(id).ty.is_optional() && self.expr(id).ty != Ty::Error {
                    self.report_idle_else(id, at);
                }
            }
            ids.push(id);
        }
        let mut ty = self.common_type(&ids).present().clone();
        if ids.last().is_some_and(|l| self.expr(*l).ty.is_optional()) {
            ty = ty.optional();
        }
        let default = ids.pop();
        let mut ids = self.alike(ids, &ty.clone().optional());
        let first = ids.first().map(|id| self.expr(*id).span);
        if let (Some(default), Some(first)) = (default, first) {
            let reported = self.reported();
            ids.push(self.coerce(default, &ty));
            let found = format!("this is {}", a_type(&self.type_name(ty.present())));
            self.add_place(reported, first, &found);
        }
        if ids.iter().any(|id| self.expr(*id).ty == Ty::Error) {
            return self.broken(at);
        }
        let id = self.push(ExprKind::Else(ids), ty, at);
        self.narrow(id)
    }

    /// An expression whose words may be members of what is expected, but whose type may still differ.
    fn lower_towards(&mut self, written: &ast::Expr, towards: &Ty) -> ExprId {
        if self.needs_expectation(written) || self.holds_member(written, towards) {
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

    /// Whether a word in it is a member of the enum expected: then it is that member, or ambiguous, whatever else
    /// has its name.
    fn holds_member(&self, written: &ast::Expr, towards: &Ty) -> bool {
        match (&written.kind, towards.present()) {
            (ast::ExprKind::Name(name), ty @ Ty::Enum(_)) => {
                self.member_of(ty, &name.text).is_some()
            }
            (ast::ExprKind::List(items), Ty::List(ty)) => {
                items.iter().any(|i| self.holds_member(i, ty))
            }
            (ast::ExprKind::Paren(inner), ty) => self.holds_member(inner, ty),
            (ast::ExprKind::If(arms, last), ty) => {
                let mut values = arms.iter().map(|(value, _)| value);
                values.any(|v| self.holds_member(v, ty)) || self.holds_member(last, ty)
            }
            (ast::ExprKind::Else(items), ty) => items.iter().any(|i| self.holds_member(i, ty)),
            _ => false,
        }
    }

    fn report_idle_else(&mut self, id: ExprId, whole: Span) {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span).to_owned();
        self.report(
            Diagnostic::error(
                Code::NeverMissing,
                span,
                format!("`{text}` is never missing, so what follows `else` is never used"),
            )
            .label("never missing")
            .help(format!("write `{text}` alone"))
            .suggest(whole, text.clone()),
        );
    }

    fn report_idle_question(&mut self, id: ExprId) {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span).to_owned();
        self.report(
            Diagnostic::error(
                Code::NeverMissing,
                span,
                format!("`{text}` is never missing, so there is nothing to ask"),
            )
            .label("never missing")
            .help(format!(
                "leave out the question; or declare what may be missing with `?`: `{}?`",
                self.type_name(&self.expr(id).ty)
            )),
        );
    }

    /// Whether a word in it is a member of some enum, or it says too little by itself: then what it stands for depends
    /// on what is expected.
    fn is_soft(&self, written: &ast::Expr) -> bool {
        match &written.kind {
            ast::ExprKind::Name(name) if self.member_words.contains(&*name.text) => true,
            ast::ExprKind::List(items) | ast::ExprKind::Else(items) if !items.is_empty() => {
                items.iter().any(|i| self.is_soft(i))
            }
            ast::ExprKind::Paren(inner) => self.is_soft(inner),
            ast::ExprKind::If(arms, last) => {
                arms.iter().any(|(value, _)| self.is_soft(value)) || self.is_soft(last)
            }
            _ => self.needs_expectation(written),
        }
    }

    /// Two operands that are compared: the one that says its type by itself tells the other what is expected.
    fn pair(&mut self, a: &ast::Expr, b: &ast::Expr) -> (ExprId, ExprId) {
        let soft = (self.is_soft(a), self.is_soft(b));
        let needs = (self.needs_expectation(a), self.needs_expectation(b));
        if (soft.0 && !soft.1) || (needs.0 && !needs.1) {
            let right = self.infer(b);
            return (self.told_by(right, a), right);
        }
        let mut left = self.infer(a);
        let right = self.told_by(left, b);
        if let (true, false, Some(word)) = (soft.0, needs.1, bare_word(a)) {
            // Both are words that are members of something: neither may quietly win.
            let ty = self.expr(right).ty.present().clone();
            if self.holds_member(a, &ty) {
                left = self.name(word, Some(&ty));
            }
        }
        (left, right)
    }

    fn told_by(&mut self, other: ExprId, written: &ast::Expr) -> ExprId {
        let ty = self.expr(other).ty.present().clone();
        self.lower_towards(written, &ty)
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
                    .help(match ty {
                        Ty::Enum(_) => {
                            "compare with `==` or `!=`, or list the members: `x in [a, b]`"
                        }
                        Ty::Bool => "a condition is true or false: write it alone, or behind `not`",
                        _ => "compare with `==` or `!=`",
                    }),
                );
                return self.broken(at);
            }
            (None, _) => {
                let error = self.not_comparable(&a, &b, at);
                let error = self.way_to_compare(error, op, (left, right), at);
                self.report(error);
                return self.broken(at);
            }
        }
        self.push(ExprKind::Compare(op, left, right), Ty::Bool, at)
    }

    fn not_comparable(&self, a: &Ty, b: &Ty, at: Span) -> Diagnostic {
        let names = (a_type(&self.type_name(a)), a_type(&self.type_name(b)));
        let message = format!("{} and {} can't be compared", names.0, names.1);
        Diagnostic::error(Code::NotComparable, at, message).label("of different types")
    }

    /// Something of one type looked for among those of another.
    fn not_in_list(&self, value: ExprId, list: ExprId, item: &Ty, at: Span) -> Diagnostic {
        let ty = &self.expr(value).ty;
        let error = self.not_comparable(ty, item, at);
        let items = match &self.expr(list).kind {
            ExprKind::List(items) => items.first().copied(),
            _ => None,
        };
        match items {
            Some(first) => self.way_to_compare(error, CompareOp::Eq, (value, first), at),
            None => error.help(format!(
                "the list holds values of type `{0}`: look for {1}",
                self.type_name(item),
                a_type(&self.type_name(item))
            )),
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
        if !self.expr(other).ty.is_optional() && self.is_equality(op) {
            self.report_idle_question(other);
            return self.broken(at);
        }
        let message = format!("`{}` does not apply to `missing`", symbol(op));
        let error = Diagnostic::error(Code::NotComparable, at, message)
            .label("compares values, and `missing` is none");
        let repair = match op {
            CompareOp::Eq => format!("{text} is missing"),
            CompareOp::Ne => format!("{text} is present"),
            _ => {
                let help = format!("ask whether it is missing: `{text} is missing`");
                self.report(error.help(help));
                return self.broken(at);
            }
        };
        self.report(error.help(format!("write `{repair}`")).suggest(at, repair));
        self.broken(at)
    }

    #[expect(
        clippy::unused_self,
        reason = "reads as one of the questions about operators"
    )]
    fn is_equality(&self, op: CompareOp) -> bool {
        matches!(op, CompareOp::Eq | CompareOp::Ne)
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
                "or write `{repair}`, where missing is like no value"
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
                let ends = [self.expr(ids[1]).span, self.expr(ids[2]).span];
                let error = self.empty_range(ends, low > high, end);
                self.report(error);
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

    /// The report of a range that no number lies in.
    pub(super) fn empty_range(
        &self,
        [low, high]: [Span; 2],
        reversed: bool,
        end: ast::RangeEnd,
    ) -> Diagnostic {
        let span = low.to(high);
        let error = Diagnostic::error(Code::BadRange, span, "no number lies in this range");
        let [a, b] = [low, high].map(|at| self.sources.snippet(at));
        let dots = match end {
            ast::RangeEnd::Inclusive => "..=",
            ast::RangeEnd::Exclusive => "..",
        };
        if reversed {
            let repair = format!("{b}{dots}{a}");
            return error
                .label("the upper end lies below the lower")
                .help(format!("write the lower end first: `{repair}`"))
                .suggest(span, repair);
        }
        let repair = format!("{a}..={b}");
        error
            .label(format!(
                "a range with `..` goes up to `{b}`, but without it"
            ))
            .help(format!(
                "write `..=` for a range that holds its upper end: `{repair}`"
            ))
            .suggest(span, repair)
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
        let needs = self.needs_expectation(item);
        let (value, list) = if needs || (self.is_soft(item) && !self.is_soft(set)) {
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
            (Ty::Decimal, Ty::Int) => match self.decimal_items(list) {
                Some(list) => return self.push(ExprKind::InList(value, list), Ty::Bool, at),
                None => {
                    let error = self.not_in_list(value, list, &item, at);
                    self.report(error);
                    return self.broken(at);
                }
            },
            (_, Ty::Never) => value,
            (a, item) if a == item => value,
            (_, item) => {
                let error = self.not_in_list(value, list, item, at);
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
            self.report_idle_question(id);
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
            let error = self.idle_is(left, right, at, negated);
            self.report(error);
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
                let op = if negated {
                    CompareOp::Ne
                } else {
                    CompareOp::Eq
                };
                let error = self.way_to_compare(error, op, (left, right), at);
                self.report(error);
                return self.broken(at);
            }
        };
        self.push(ExprKind::Is(left, right), Ty::Bool, at)
    }

    /// `is` behind what is never missing: `==` does, unless the two stand the wrong way round.
    fn idle_is(&self, left: ExprId, right: ExprId, at: Span, negated: bool) -> Diagnostic {
        let text = |id: ExprId| self.sources.snippet(self.expr(id).span);
        let turned = self.expr(right).ty.is_optional();
        let (a, b) = if turned { (right, left) } else { (left, right) };
        let op = match (turned, negated) {
            (true, false) => "is",
            (true, true) => "is not",
            (false, false) => "==",
            (false, true) => "!=",
        };
        let repair = format!("{} {op} {}", text(a), text(b));
        let message = format!(
            "`{}` is never missing, and `is` asks about what may be",
            text(left)
        );
        Diagnostic::error(Code::NeverMissing, self.expr(left).span, message)
            .label("never missing")
            .help(format!("write `{repair}`"))
            .suggest(at, repair)
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
        let mut conditions = Vec::new();
        let mut values = vec![None; arms.len() + 1];
        // First the branches that say their type by themselves; they tell it to the others.
        for telling in [true, false] {
            let hint = expected.cloned().or_else(|| self.branch_hint(&values));
            let outer = self.facts.mark();
            let branches = arms.iter().map(|(v, c)| (v, Some(c))).chain([(last, None)]);
            for (index, ((value, condition), slot)) in branches.zip(&mut values).enumerate() {
                if let (true, Some(condition)) = (telling, condition) {
                    conditions.push(self.check(condition, &Ty::Bool));
                }
                let known = conditions.get(index).copied();
                let mark = self.facts.mark();
                self.assume(known, true);
                if slot.is_none() && telling != self.is_soft(value) {
                    *slot = Some(self.branch(value, hint.as_ref()));
                }
                self.facts.reset(mark);
                self.assume(known, false);
            }
            self.facts.reset(outer);
        }
        let values: Vec<ExprId> = values.into_iter().flatten().collect();
        let ty = match expected {
            Some(ty) if *ty != Ty::Error => self.branch_type(&values, ty),
            _ => self.common_type(&values),
        };
        let mut values = match expected {
            Some(_) => values.into_iter().map(|v| self.coerce(v, &ty)).collect(),
            None => self.alike(values, &ty),
        };
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

    /// Without an expectation, a branch that says its type by itself tells it to the others.
    fn branch_hint(&self, values: &[Option<ExprId>]) -> Option<Ty> {
        let known = values.iter().flatten().map(|v| &self.expr(*v).ty);
        let mut telling = known.filter(|ty| !matches!(ty, Ty::Error | Ty::Never));
        telling.next().map(|ty| ty.present().clone().optional())
    }

    /// Adds what a condition proves, where there is one.
    fn assume(&mut self, condition: Option<ExprId>, truth: bool) {
        if let Some(condition) = condition {
            let facts = self.proves(condition, truth);
            self.facts.add(facts);
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

/// The word that an operand is, brackets around it or not.
fn bare_word(written: &ast::Expr) -> Option<&ast::Name> {
    match &written.kind {
        ast::ExprKind::Name(name) => Some(name),
        ast::ExprKind::Paren(inner) => bare_word(inner),
        _ => None,
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
