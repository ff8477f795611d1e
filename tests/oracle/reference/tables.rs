//! Rules, rows and scores: what fits, and what becomes of it.

use super::{Fit, Outcome, Run, Val, order, sum};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use pervade::Span;
use pervade::internals::hir::{
    Bounds, DefId, DefKind, Expr, ExprId, ExprKind, HitPolicy, Program, Rule, Score, Table, Ty,
};
use pervade::internals::value::Value;
use std::cmp::Ordering;

impl Run<'_> {
    pub(super) fn definition(&mut self, id: DefId) -> Outcome<(Val, Fit)> {
        let program = self.program;
        let def = program.def(id);
        match &def.kind {
            DefKind::Let(e) | DefKind::Segment(e) | DefKind::Feature(e) | DefKind::Journey(e) => {
                Ok((self.eval(*e)?, Fit::None))
            }
            DefKind::Behaviour(function) => Ok((self.behaviour(function.body)?, Fit::None)),
            DefKind::Function(_) => panic!("a function without its arguments"),
            DefKind::Reference(reference) => Ok((super::constant(&reference.rows), Fit::None)),
            DefKind::Score(score) => self.score(score, &def.ty),
            DefKind::NextBestAction(choice) => self.next_best_action(choice),
            DefKind::Experiment(experiment) => Ok((self.eval(experiment.value)?, Fit::None)),
            DefKind::Action(_) | DefKind::Actions(_) | DefKind::Policy(_) => {
                panic!("nothing that is asked on its own")
            }
            DefKind::Classify(rules) | DefKind::Decision(rules) => self.first_rule(rules),
            DefKind::Table(table) => {
                let (value, fit) = self.table(table, &def.ty)?;
                assert_rounded(program, &def.ty, &value);
                Ok((value, fit))
            }
        }
    }

    fn first_rule(&mut self, rules: &[Rule]) -> Outcome<(Val, Fit)> {
        for (place, rule) in rules.iter().enumerate() {
            if self.holds(rule)? {
                return Ok((self.eval(rule.value)?, Fit::At(place)));
            }
        }
        panic!("no rule fits, though the compiler has shown that one does");
    }

    fn holds(&mut self, rule: &Rule) -> Outcome<bool> {
        rule.when
            .map_or(Ok(true), |condition| self.truth(condition))
    }

    /// The points of all rules that hold, one after the other, then the bounds.
    fn score(&mut self, score: &Score, ty: &Ty) -> Outcome<(Val, Fit)> {
        let mut total = zero(ty);
        let mut fitting = Vec::new();
        for (place, rule) in score.rules.iter().enumerate() {
            if self.holds(rule)? {
                fitting.push(place);
                let points = self.eval(rule.value)?;
                total = added(total, points)?;
            }
        }
        if let Some(bounds) = &score.bounds {
            total = bounded(total, bounds);
        }
        Ok((total, rows(fitting)))
    }

    fn table(&mut self, table: &Table, ty: &Ty) -> Outcome<(Val, Fit)> {
        let mut fitting = Vec::new();
        let mut values: Vec<Val> = Vec::new();
        let mut total = zero(ty);
        for (place, row) in table.rows.iter().enumerate() {
            if !self.fits(&row.cells)? {
                continue;
            }
            fitting.push(place);
            if table.policy == HitPolicy::Count {
                continue;
            }
            let value = self.eval(row.value)?;
            match table.policy {
                HitPolicy::Unique | HitPolicy::First | HitPolicy::Any => {
                    return Ok((value, Fit::At(place)));
                }
                HitPolicy::Sum => total = added(total, value)?,
                _ => values.push(value),
            }
        }
        if fitting.is_empty()
            && let Some(rule) = &table.otherwise
        {
            return Ok((self.eval(rule.value)?, Fit::Otherwise));
        }
        let rank = |value: &Val| match value {
            Val::Member(m) => table.ranks[*m],
            other => panic!("the rank of {other:?}"),
        };
        Ok(match table.policy {
            HitPolicy::Unique | HitPolicy::First | HitPolicy::Any => (Val::Missing, Fit::None),
            HitPolicy::Collect => (Val::List(values), rows(fitting)),
            HitPolicy::Ranked => panic!("a table is not ranked"),
            HitPolicy::Count => (Val::Int(BigInt::from(fitting.len())), rows(fitting)),
            HitPolicy::Sum => (super::show::rounded(self.program, ty, total), rows(fitting)),
            HitPolicy::Min => (extreme(values, Ordering::Less), rows(fitting)),
            HitPolicy::Max => (extreme(values, Ordering::Greater), rows(fitting)),
            HitPolicy::OutputOrder => {
                // Place by place: the least rank that is left, the first of those alike.
                let mut sorted = Vec::new();
                while let Some(least) = values.iter().map(rank).min() {
                    let at = values.iter().position(|v| rank(v) == least).expect("there");
                    sorted.push(values.remove(at));
                }
                (Val::List(sorted), rows(fitting))
            }
            HitPolicy::Priority => match values.iter().map(rank).min() {
                None => (Val::Missing, Fit::None),
                Some(least) => {
                    let at = values.iter().position(|v| rank(v) == least).expect("there");
                    (values.swap_remove(at), Fit::At(fitting[at]))
                }
            },
        })
    }

    fn fits(&mut self, cells: &[Option<ExprId>]) -> Outcome<bool> {
        for cell in cells.iter().flatten() {
            if !self.truth(*cell)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn rows(fitting: Vec<usize>) -> Fit {
    if fitting.is_empty() {
        Fit::None
    } else {
        Fit::Rows(fitting)
    }
}

/// Nothing of a type that is added up.
pub(super) fn zero(ty: &Ty) -> Val {
    match ty.present() {
        Ty::Decimal | Ty::Money(_) => Val::Decimal(BigRational::zero()),
        _ => Val::Int(BigInt::zero()),
    }
}

/// A sum of rows: where it overflows, that has no place of its own.
fn added(total: Val, value: Val) -> Outcome<Val> {
    let nowhere = Expr {
        kind: ExprKind::Const(Value::Missing),
        ty: Ty::Never,
        span: Span::default(),
    };
    sum(total, value, &nowhere)
}

/// The first of the least (or greatest), or missing.
pub(super) fn extreme(values: Vec<Val>, wanted: Ordering) -> Val {
    let mut best = Val::Missing;
    for value in values {
        if best == Val::Missing || order(&value, &best) == wanted {
            best = value;
        }
    }
    best
}

fn bounded(total: Val, bounds: &Bounds) -> Val {
    let [low, high] = [bounds.low, bounds.high].map(|b| super::number::parse(&b.to_string()));
    match total {
        Val::Int(n) => {
            let exact = BigRational::from(n);
            Val::Int(exact.clamp(low, high).to_integer())
        }
        Val::Decimal(d) => Val::Decimal(d.clamp(low, high)),
        other => panic!("{other:?} within bounds"),
    }
}

/// What leaves a table has its amounts rounded already, whatever the lowering made of it.
fn assert_rounded(program: &Program, ty: &Ty, value: &Val) {
    let rounded = super::show::rounded(program, ty, value.clone());
    assert_eq!(*value, rounded, "an amount leaves unrounded");
}

/// The reasons of what fitted, in order.
pub(super) fn reasons(program: &Program, id: DefId, fit: &Fit) -> Vec<ExprId> {
    let one = |reason: Option<ExprId>| reason.into_iter().collect();
    match (&program.def(id).kind, fit) {
        (DefKind::Decision(rules) | DefKind::Classify(rules), Fit::At(place)) => {
            one(rules[*place].because)
        }
        (DefKind::Score(score), Fit::Rows(places)) => places
            .iter()
            .filter_map(|place| score.rules[*place].because)
            .collect(),
        (DefKind::Table(table), Fit::At(place)) => one(table.rows[*place].because),
        (DefKind::Table(table), Fit::Rows(places)) => places
            .iter()
            .filter_map(|place| table.rows[*place].because)
            .collect(),
        (DefKind::NextBestAction(choice), Fit::HeldOut(place)) => {
            vec![choice.hold_outs[*place].because]
        }
        (DefKind::Table(table), Fit::Otherwise) => {
            one(table.otherwise.as_ref().and_then(|rule| rule.because))
        }
        _ => Vec::new(),
    }
}
