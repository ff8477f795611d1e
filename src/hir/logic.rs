//! Checking of what chooses: `else`, `and`, `or`, conditionals. What runs under a condition knows what it proves.

use super::expr::a_type;
use super::lower::Lowering;
use super::{ExprId, ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;

impl Lowering<'_> {
    /// `a else b else c`
    pub(super) fn or_else(
        &mut self,
        items: &[ast::Expr],
        expected: Option<&Ty>,
        at: Span,
    ) -> ExprId {
        if let [first, default] = items
            && let Some(id) = self.elapsed_first(first, default, at)
        {
            return id;
        }
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
            // An elapsed time that shows as one only now: a parameter, what a function gives.
            if let (0, [_, default], Ty::Elapsed) = (index, items, self.expr(id).ty.clone()) {
                let default = self.check(default, &Ty::Duration);
                return self.elapsed_else(id, default, at);
            }
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

    pub(super) fn report_idle_else(&mut self, id: ExprId, whole: Span) {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span).to_owned();
        let error = Diagnostic::error(
            Code::NeverMissing,
            span,
            format!("`{text}` is never missing, so what follows `else` is never used"),
        )
        .label("never missing");
        let behind = Span {
            start: span.end,
            ..whole
        };
        let behind = self.sources.snippet(behind);
        let gap = behind.len() - behind.trim_start().len();
        let is_on_next_line = behind.get(..gap).is_some_and(|gap| gap.contains('\n'));
        self.report(if is_on_next_line {
            // A rule of another language: what it says is not to be lost.
            error.help("for what counts where no rule does write `otherwise => …`")
        } else {
            error
                .help(format!("write `{text}` alone"))
                .suggest(whole, text)
        });
    }

    pub(super) fn report_idle_question(&mut self, id: ExprId) {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span).to_owned();
        if self.expr(id).ty == Ty::Elapsed {
            self.report(
                Diagnostic::error(
                    Code::NeverMissing,
                    span,
                    format!("`{text}` is never missing: where there was none it is `never`"),
                )
                .label("never missing")
                .help(format!("write `{text} is never` or `{text} is not never`")),
            );
            return;
        }
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

    /// `a and b and c`: each is checked knowing those before it.
    pub(super) fn all_of(&mut self, items: &[ast::Expr], at: Span) -> ExprId {
        let ids = self.sequence(items, true);
        self.push(ExprKind::And(ids), Ty::Bool, at)
    }

    /// `a or b or c`: each is checked knowing that those before it are false.
    pub(super) fn any_of(&mut self, items: &[ast::Expr], at: Span) -> ExprId {
        if let Some(reported) = self.counts_first_alone(items, at) {
            return reported;
        }
        let ids = self.sequence(items, false);
        self.push(ExprKind::Or(ids), Ty::Bool, at)
    }

    pub(super) fn sequence(&mut self, items: &[ast::Expr], truth: bool) -> Vec<ExprId> {
        let mark = self.facts.mark();
        let mut ids: Vec<ExprId> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            self.refuse_open_chain(item);
            let before = items.get(..index).unwrap_or(&[]);
            let id = match self.member_alone((before, &ids), item, truth) {
                Some(reported) => reported,
                None => self.check(item, &Ty::Bool),
            };
            let facts = self.proves(id, truth);
            self.facts.add(facts);
            ids.push(id);
        }
        self.facts.reset(mark);
        ids
    }

    /// `tier == gold or silver`, where the second is a member of the enum that the first is of.
    fn member_alone(
        &mut self,
        (before, ids): (&[ast::Expr], &[ExprId]),
        item: &ast::Expr,
        all: bool,
    ) -> Option<ExprId> {
        let ast::ExprKind::Name(word) = &item.kind else {
            return None;
        };
        let is_value = self.names.get(&word.text).is_some() || self.is_local(&word.text);
        if is_value || self.is_crowded() {
            return None;
        }
        // Not far: a long chain of such words is looked at once.
        let mut near = before.iter().zip(ids).rev().take(16);
        let (asked, id) = near.find_map(|(item, id)| compared(item).map(|asked| (asked, *id)))?;
        let has = |e: &super::Enum, word: &str| e.members.iter().any(|m| m == word);
        let both = |e: &&super::Enum| has(e, &word.text) && has(e, &asked.member.text);
        let owner = self.enums.iter().find(both)?.name.clone();
        let at = item.at.0;
        let (left, member) = (self.sources.snippet(asked.left), self.sources.snippet(at));
        // One that was refused was asked of what is never missing.
        let is_optional = asked.by_is && self.expr(id).ty != Ty::Error;
        let sign = match (is_optional, asked.negated) {
            (true, false) => "is",
            (true, true) => "is not",
            (false, false) => "==",
            (false, true) => "!=",
        };
        let again = format!("{left} {sign} {member}");
        let word = if asked.negated { "not in" } else { "in" };
        let both = format!("{left} {word} [{}, {member}]", asked.member.text);
        let error = Diagnostic::error(
            Code::TypeMismatch,
            at,
            format!("`{member}` is a member of `{owner}` and asks nothing by itself"),
        )
        .label("a condition is needed here");
        let error = match (all == asked.negated, is_optional) {
            (true, true) => error.help(format!("repeat the question: `{again}`")),
            (true, false) => {
                error.help(format!("repeat the question: `{again}`; or write `{both}`"))
            }
            (false, true) => {
                error.help("nothing is two members at once: join the questions the other way")
            }
            (false, false) => error.help(format!("for one of the two write `{both}`")),
        };
        self.report(match all == asked.negated {
            true => error.suggest(at, again),
            false => error,
        });
        Some(self.broken(at))
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

    pub(super) fn branch(&mut self, written: &ast::Expr, hint: Option<&Ty>) -> ExprId {
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
    pub(super) fn branch_type(&self, values: &[ExprId], expected: &Ty) -> Ty {
        let optional = values.iter().any(|v| self.expr(*v).ty.is_optional());
        if optional || self.common_type(values) == Ty::Error {
            expected.clone()
        } else {
            expected.present().clone()
        }
    }
}

/// A question about one member: `tier == gold`, `tier is not gold`.
struct Asked<'e> {
    left: Span,
    member: &'e ast::Name,
    negated: bool,
    by_is: bool,
}

fn compared(condition: &ast::Expr) -> Option<Asked<'_>> {
    let (left, right, negated, by_is) = match &condition.kind {
        ast::ExprKind::Compare(ast::CompareOp::Eq, left, right) => (left, right, false, false),
        ast::ExprKind::Compare(ast::CompareOp::Ne, left, right) => (left, right, true, false),
        ast::ExprKind::Is {
            negated,
            item,
            what: ast::IsWhat::Value(value),
        } => (item, value, *negated, true),
        _ => return None,
    };
    let ast::ExprKind::Name(member) = &right.kind else {
        return None;
    };
    Some(Asked {
        left: left.at.0,
        member,
        negated,
        by_is,
    })
}
