//! What conditions prove: which expressions are present, which are not zero.
//!
//! Facts speak of expressions by [`Key`]: two expressions written identically have one key, whatever the
//! checker put around them ([`ExprKind::Unwrap`], [`ExprKind::Widen`]). Facts live on a stack: lowering marks
//! it, adds what a condition proves, lowers what runs under the condition, and resets to the mark.

use super::lower::Lowering;
use super::told::Told;
use super::{ArithOp, CompareOp, ExprId, ExprKind, Func, InputId, RangeEnd, Ty};
use crate::value::Value;
use crate::value::decimal;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// The identity of an expression as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key(u32);

/// What is known of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fact {
    Present(Key),
    NonZero(Key),
}

/// The shape of an expression in terms of its operands' keys.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Shape {
    tag: u8,
    detail: u32,
    parts: Box<[Key]>,
    value: Option<Value>,
}

/// Gives every shape its key.
#[derive(Debug, Default)]
pub(super) struct Keys {
    shapes: HashMap<Shape, Key>,
    funcs: HashMap<Func, u32>,
    told: HashMap<Told, u32>,
    of_input: Vec<Key>,
}

impl Keys {
    fn intern(&mut self, tag: u8, detail: u32, parts: Vec<Key>, value: Option<Value>) -> Key {
        let next = Key(u32::try_from(self.shapes.len()).unwrap_or(u32::MAX));
        let shape = Shape {
            tag,
            detail,
            parts: parts.into(),
            value,
        };
        *self.shapes.entry(shape).or_insert(next)
    }

    /// The number of a function.
    fn func(&mut self, func: &Func) -> u32 {
        let next = u32::try_from(self.funcs.len()).unwrap_or(u32::MAX);
        *self.funcs.entry(func.clone()).or_insert(next)
    }

    /// Gives the next input its key; inputs are declared before anything else has one.
    pub(super) fn declare_input(&mut self, id: InputId) {
        let key = self.intern(1, id.0, vec![], None);
        self.of_input.push(key);
    }

    /// The key of an input.
    pub(super) fn input(&self, id: InputId) -> Key {
        let known = self.of_input.get(id.index());
        known.copied().unwrap_or(Key(u32::MAX))
    }

    /// The number of what is said of events; its operands are keys already.
    fn told(&mut self, told: Told) -> u32 {
        let next = u32::try_from(self.told.len()).unwrap_or(u32::MAX);
        *self.told.entry(told).or_insert(next)
    }

    /// The key of an expression whose operands have theirs already.
    pub(super) fn of(&mut self, kind: &ExprKind, operands: &[Key]) -> Key {
        let part = |id: &ExprId| operands.get(id.index()).copied().unwrap_or(Key(u32::MAX));
        let parts = |ids: &[ExprId]| ids.iter().map(part).collect::<Vec<_>>();
        match kind {
            ExprKind::Unwrap(a) | ExprKind::Widen(a) => part(a),
            ExprKind::Const(value) => self.intern(0, 0, vec![], Some(value.clone())),
            ExprKind::Input(id) => self.input(*id),
            ExprKind::Def(id) => self.intern(2, id.0, vec![], None),
            ExprKind::Field(a, field) => self.intern(3, *field, vec![part(a)], None),
            ExprKind::Record(id, fields) => {
                let order: Vec<Value> = fields.iter().map(|(f, _)| Value::Member(*f)).collect();
                let keys = fields.iter().map(|(_, e)| part(e)).collect();
                self.intern(4, id.0, keys, Some(Value::List(order.into())))
            }
            ExprKind::List(items) => self.intern(5, 0, parts(items), None),
            ExprKind::Neg(a) => self.intern(6, 0, vec![part(a)], None),
            ExprKind::Not(a) => self.intern(7, 0, vec![part(a)], None),
            ExprKind::Chain(first, rest) => {
                let ops = rest.iter().map(|(op, _)| Value::Member(*op as u32));
                let value = Value::List(ops.collect());
                let keys = std::iter::once(part(first)).chain(rest.iter().map(|(_, e)| part(e)));
                self.intern(8, 0, keys.collect(), Some(value))
            }
            ExprKind::TryDiv(a, b) => {
                let value = Value::List(vec![Value::Member(ArithOp::Div as u32)].into());
                self.intern(8, 0, parts(&[*a, *b]), Some(value))
            }
            ExprKind::Else(items) => self.intern(9, 0, parts(items), None),
            ExprKind::Compare(op, a, b) => self.intern(10, *op as u32, parts(&[*a, *b]), None),
            ExprKind::Is(a, b) => self.intern(11, 0, parts(&[*a, *b]), None),
            ExprKind::IsPresent(a) => self.intern(12, 0, vec![part(a)], None),
            ExprKind::InList(a, b) => self.intern(13, 0, parts(&[*a, *b]), None),
            ExprKind::InRange(a, low, high, end) => {
                self.intern(14, *end as u32, parts(&[*a, *low, *high]), None)
            }
            ExprKind::And(items) => self.intern(15, 0, parts(items), None),
            ExprKind::Or(items) => self.intern(16, 0, parts(items), None),
            ExprKind::If(arms, last) => {
                let mut keys: Vec<Key> =
                    arms.iter().flat_map(|(c, v)| [part(c), part(v)]).collect();
                keys.push(part(last));
                self.intern(17, 0, keys, None)
            }
            ExprKind::Call(func, items) => {
                let func = self.func(func);
                self.intern(18, func, parts(items), None)
            }
            ExprKind::Local(id) => self.intern(19, id.0, vec![], None),
            ExprKind::Apply(id, items) => self.intern(20, id.0, parts(items), None),
            ExprKind::Fold {
                op,
                item,
                list,
                body,
            } => {
                let item = Value::Member(item.0);
                self.intern(21, *op as u32, parts(&[*list, *body]), Some(item))
            }
            ExprKind::Told(told) => {
                let mut told = (**told).clone();
                told.operands_mut(&mut |id: &mut ExprId| *id = ExprId(part(id).0));
                let told = self.told(told);
                self.intern(23, told, vec![], None)
            }
            ExprKind::Lookup(id, key) => self.intern(22, id.0, vec![part(key)], None),
        }
    }
}

/// The facts in force, as a stack.
#[derive(Debug, Default)]
pub(super) struct Facts {
    known: HashSet<Fact>,
    log: Vec<Fact>,
}

impl Facts {
    pub(super) fn mark(&self) -> usize {
        self.log.len()
    }

    pub(super) fn add(&mut self, facts: impl IntoIterator<Item = Fact>) {
        for fact in facts {
            crate::work::steps(1);
            // What is known already stays known for longer than this.
            if self.known.insert(fact) {
                self.log.push(fact);
            }
        }
    }

    pub(super) fn reset(&mut self, mark: usize) {
        for fact in self.log.drain(mark.min(self.log.len())..) {
            self.known.remove(&fact);
        }
    }

    pub(super) fn holds(&self, fact: Fact) -> bool {
        self.known.contains(&fact)
    }
}

impl Lowering<'_> {
    /// What is known when the condition has that truth.
    pub(super) fn proves(&self, condition: ExprId, truth: bool) -> Vec<Fact> {
        crate::work::steps(1);
        match (&self.expr(condition).kind, truth) {
            (ExprKind::Not(a), _) => self.proves(*a, !truth),
            (ExprKind::And(items), true) | (ExprKind::Or(items), false) => {
                let mut seen = HashSet::new();
                let all = items.iter().flat_map(|i| self.proves(*i, truth));
                all.filter(|fact| seen.insert(*fact)).collect()
            }
            (ExprKind::And(items), false) | (ExprKind::Or(items), true) => {
                self.common(items.iter().map(|i| self.proves(*i, truth)))
            }
            (ExprKind::If(arms, last), _) => {
                let branches = arms.iter().map(|(c, v)| {
                    let mut facts = self.proves(*c, true);
                    facts.extend(self.proves(*v, truth));
                    facts
                });
                self.common(branches.chain([self.proves(*last, truth)]))
            }
            (ExprKind::Def(id), _) => self.definition_facts(*id, truth),
            (ExprKind::IsPresent(a), true) => self.present(*a),
            (ExprKind::Is(a, b), true) => {
                let mut facts = self.present(*a);
                facts.extend(self.compared(CompareOp::Eq, *a, *b));
                facts
            }
            // Missing or not that value; where it is used as a number it is not missing.
            (ExprKind::Is(a, b), false) => self.compared(CompareOp::Ne, *a, *b),
            (ExprKind::Compare(op, a, b), _) => {
                let op = if truth { *op } else { opposite(*op) };
                let mut facts = self.compared(op, *a, *b);
                facts.extend(self.compared(mirrored(op), *b, *a));
                facts
            }
            (ExprKind::InRange(a, low, high, end), true) => {
                let mut facts = self.compared(CompareOp::Ge, *a, *low);
                let upper = match end {
                    RangeEnd::Inclusive => CompareOp::Le,
                    RangeEnd::Exclusive => CompareOp::Lt,
                };
                facts.extend(self.compared(upper, *a, *high));
                facts
            }
            (ExprKind::InRange(a, low, high, end), false) => self.outside(*a, *low, *high, *end),
            (ExprKind::InList(a, list), false) => match &self.expr(*list).kind {
                ExprKind::List(items) => {
                    let items = items.iter();
                    items
                        .flat_map(|i| self.compared(CompareOp::Ne, *a, *i))
                        .collect()
                }
                _ => vec![],
            },
            (ExprKind::InList(a, list), true) => match &self.expr(*list).kind {
                ExprKind::List(items) if !items.is_empty() => {
                    self.common(items.iter().map(|i| self.compared(CompareOp::Eq, *a, *i)))
                }
                _ => vec![],
            },
            _ => vec![],
        }
    }

    /// The facts that all branches have.
    fn common(&self, mut branches: impl Iterator<Item = Vec<Fact>>) -> Vec<Fact> {
        let mut facts = branches.next().unwrap_or_default();
        for branch in branches {
            if facts.is_empty() {
                break;
            }
            let branch: HashSet<Fact> = branch.into_iter().collect();
            facts.retain(|f| branch.contains(f));
        }
        facts
    }

    /// The expression is present, and so is all it was reached through.
    fn present(&self, id: ExprId) -> Vec<Fact> {
        let mut facts = vec![Fact::Present(self.key(id))];
        match &self.expr(id).kind {
            ExprKind::Input(input) => {
                let mut next = self.input(*input).parent;
                while let Some(parent) = next {
                    facts.push(Fact::Present(self.keys.input(parent)));
                    next = self.input(parent).parent;
                }
            }
            ExprKind::Field(base, _) => facts.extend(self.present(*base)),
            ExprKind::Unwrap(a) | ExprKind::Widen(a) => facts.extend(self.present(*a)),
            _ => {}
        }
        facts
    }

    /// What `a op b` proves of `a` when `b` is constant.
    fn compared(&self, op: CompareOp, a: ExprId, b: ExprId) -> Vec<Fact> {
        let Some(bound) = self.number(b) else {
            return vec![];
        };
        let sign = decimal::compare(bound, Decimal::ZERO);
        let non_zero = match op {
            CompareOp::Eq => sign != Ordering::Equal,
            CompareOp::Ne => sign == Ordering::Equal,
            CompareOp::Gt => sign != Ordering::Less,
            CompareOp::Ge => sign == Ordering::Greater,
            CompareOp::Lt => sign != Ordering::Greater,
            CompareOp::Le => sign == Ordering::Less,
        };
        if non_zero {
            vec![Fact::NonZero(self.key(a))]
        } else {
            vec![]
        }
    }

    /// What it proves of a number that it lies outside a range: if zero lies inside, that it is not zero.
    fn outside(&self, a: ExprId, low: ExprId, high: ExprId, end: RangeEnd) -> Vec<Fact> {
        let (Some(low), Some(high)) = (self.number(low), self.number(high)) else {
            return vec![];
        };
        let below = match end {
            RangeEnd::Inclusive => Decimal::ZERO <= high,
            RangeEnd::Exclusive => Decimal::ZERO < high,
        };
        if low <= Decimal::ZERO && below {
            vec![Fact::NonZero(self.key(a))]
        } else {
            vec![]
        }
    }

    /// Whether the value can't be zero here.
    pub(super) fn is_non_zero(&self, id: ExprId) -> bool {
        if let Some(value) = self.number(id) {
            return value != Decimal::ZERO;
        }
        if self.facts.holds(Fact::NonZero(self.key(id))) {
            return true;
        }
        match &self.expr(id).kind {
            ExprKind::Unwrap(a) | ExprKind::Widen(a) | ExprKind::Neg(a) => self.is_non_zero(*a),
            ExprKind::Input(input) => self.input(*input).range.is_some_and(|range| {
                range.low > Decimal::ZERO
                    || range.high < Decimal::ZERO
                    || (range.open && range.high == Decimal::ZERO)
            }),
            _ => false,
        }
    }

    /// Wraps an optional expression that the facts prove to be present.
    pub(super) fn narrow(&mut self, id: ExprId) -> ExprId {
        let Ty::Optional(inner) = &self.expr(id).ty else {
            return id;
        };
        let inner = (**inner).clone();
        if !self.facts.holds(Fact::Present(self.key(id))) {
            return id;
        }
        let span = self.expr(id).span;
        self.push(ExprKind::Unwrap(id), inner, span)
    }
}

fn opposite(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq => CompareOp::Ne,
        CompareOp::Ne => CompareOp::Eq,
        CompareOp::Lt => CompareOp::Ge,
        CompareOp::Le => CompareOp::Gt,
        CompareOp::Gt => CompareOp::Le,
        CompareOp::Ge => CompareOp::Lt,
    }
}

/// `b op' a` for `a op b`.
pub(crate) fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
        same => same,
    }
}
