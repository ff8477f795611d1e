//! `valid from … until …`: when a rule holds at all. It becomes the first part of the rule's condition.

use super::lower::Lowering;
use super::{CompareOp, ExprId, ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;

impl Lowering<'_> {
    /// The condition of a rule, its validity before it; `None` where it has neither.
    pub(super) fn when(&mut self, rule: &ast::Rule) -> Option<ExprId> {
        let Some(valid) = &rule.valid else {
            return rule.when.as_ref().map(|c| self.check(c, &Ty::Bool));
        };
        let mut parts = self.bounds_of_validity(valid);
        if let Some(when) = &rule.when {
            parts.push(self.check(when, &Ty::Bool));
        }
        let at = match &rule.when {
            Some(when) => valid.at.0.to(when.at.0),
            None => valid.at.0,
        };
        match parts.as_slice() {
            [one] => Some(*one),
            _ => Some(self.push(ExprKind::And(parts), Ty::Bool, at)),
        }
    }

    /// The conditions that a validity consists of.
    pub(super) fn bounds_of_validity(&mut self, valid: &ast::Valid) -> Vec<ExprId> {
        let bounds = [(&valid.from, CompareOp::Ge), (&valid.until, CompareOp::Lt)];
        let mut parts = Vec::new();
        for (bound, op) in bounds {
            if let Some(bound) = bound {
                parts.push(self.bound_of_validity(bound, op, valid.at.0));
            }
        }
        self.check_validity(valid, &parts);
        parts
    }

    /// Whether now, or today, lies on the right side of a bound.
    fn bound_of_validity(&mut self, bound: &ast::Expr, op: CompareOp, whole: Span) -> ExprId {
        let at = bound.at.0;
        let right = self.infer(bound);
        let word = match self.expr(right).ty {
            Ty::Date => "today",
            Ty::DateTime => "now",
            Ty::Error => return right,
            _ => {
                let error = self.misfit(right, &Ty::Date);
                self.report(error.help("a rule is valid from a date, or from an instant"));
                return self.broken(at);
            }
        };
        let left = self.moment(word, at);
        // In traces it stands for the whole clause.
        self.compared_ids(op, left, right, whole)
    }

    /// Reports a rule that is valid at no time.
    fn check_validity(&mut self, valid: &ast::Valid, parts: &[ExprId]) {
        let bound = |part: &ExprId| match self.expr(*part).kind {
            ExprKind::Compare(_, _, right) => {
                let number = self.number(right)?;
                Some((self.expr(right).ty.clone(), number))
            }
            _ => None,
        };
        let [from, until] = parts else { return };
        let (Some(from), Some(until)) = (bound(from), bound(until)) else {
            return;
        };
        if from.0 == until.0 && from.1 >= until.1 {
            self.report(
                Diagnostic::error(Code::BadRange, valid.at.0, "this rule is valid at no time")
                    .label("it ends before it begins")
                    .help(
                        "`until` is the first day, or instant, at which the rule no longer holds",
                    ),
            );
        }
    }
}
