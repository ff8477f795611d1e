//! What an operand is told of the type its place takes, and what it tells others.
//!
//! A bare word may be a member of the enum that is expected; a record or an empty list says its type only where one is
//! expected. Such operands are lowered after those that say their type by themselves. Nothing is lowered twice, so
//! nesting costs no more than its text.

use super::lower::Lowering;
use super::names::Named;
use super::{ExprId, Ty};
use crate::syntax::ast;

impl Lowering<'_> {
    /// An expression whose words may be members of what is expected, but whose type may still differ.
    pub(super) fn lower_towards(&mut self, written: &ast::Expr, towards: &Ty) -> ExprId {
        if self.needs_expectation(written) || self.holds_member(written, towards) {
            self.check(written, towards)
        } else {
            self.infer(written)
        }
    }

    /// Whether an expression says too little by itself: a bare member, a record, an empty list, or branches of those.
    pub(super) fn needs_expectation(&self, written: &ast::Expr) -> bool {
        match &written.kind {
            ast::ExprKind::Name(name) => {
                !matches!(
                    self.names.get(&name.text),
                    Some(Named::Input(_) | Named::Def(_))
                ) && !self.is_local(&name.text)
                    && !self.is_bare(&name.text)
                    && !self.means_moment(&name.text)
            }
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
    pub(super) fn holds_member(&self, written: &ast::Expr, towards: &Ty) -> bool {
        match (&written.kind, towards.present()) {
            (ast::ExprKind::Name(name), ty @ Ty::Enum(_)) => {
                self.member_of(ty, &name.text).is_some()
            }
            // A zone is written as a text.
            (ast::ExprKind::Text(_), Ty::Zone) => true,
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

    /// Whether a word in it is a member of some enum, or it says too little by itself: then what it stands for depends
    /// on what is expected.
    pub(super) fn is_soft(&self, written: &ast::Expr) -> bool {
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
    pub(super) fn pair(&mut self, a: &ast::Expr, b: &ast::Expr) -> (ExprId, ExprId) {
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

    pub(super) fn told_by(&mut self, other: ExprId, written: &ast::Expr) -> ExprId {
        let ty = self.expr(other).ty.present().clone();
        self.lower_towards(written, &ty)
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
