//! The reference evaluator: slow, obvious, straight from the language reference over the resolved program.
//!
//! In: a [`Program`], a context and a touchpoint as plain trees, the name of a definition. Out: its [`Answer`]
//! (value, what fitted, what was read) or the [`Failure`] with its place. It shares nothing with the graph, the
//! evaluator or the decimals of the engine: numbers are fractions of any size, cut by [`number`]; the walk is
//! plain recursion. Definitions are evaluated at most once and only when their value matters.

use super::given::Given;
use super::number;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use pervade::Span;
use pervade::internals::hir::{
    ArithOp, CompareOp, DefId, DefKind, Expr, ExprId, ExprKind, HitPolicy, Input, InputId, Program,
    RangeEnd, Root, Rule, Table, Ty,
};
use pervade::internals::value::Value;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// A value of the oracle.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    /// `missing`
    Missing,
    /// A bool.
    Bool(bool),
    /// A whole number.
    Int(BigInt),
    /// A decimal, exact.
    Decimal(BigRational),
    /// A string.
    Text(String),
    /// A member, by its place in its enum.
    Member(usize),
    /// A list.
    List(Vec<Val>),
    /// A record, fields as declared.
    Record(Vec<Val>),
}

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Overflow {
    /// An int left 64 bits.
    Int,
    /// A decimal has no room.
    Decimal,
}

/// A run-time error: what overflowed and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What overflowed.
    pub kind: Overflow,
    /// The operation.
    pub span: Span,
}

/// Which rule or rows gave the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The rule or row of that number, from 0.
    At(usize),
    /// The `otherwise` of a table.
    Otherwise,
    /// The rows of a collecting table.
    Rows(Vec<usize>),
    /// No row of a table without `otherwise`; or the definition has no rules.
    None,
}

/// What a definition answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its value.
    pub value: Val,
    /// What fitted.
    pub fit: Fit,
    /// The inputs that were read for it.
    pub read: BTreeSet<InputId>,
}

type Outcome<T> = Result<T, Failure>;

/// Answers a definition.
pub fn decide(
    program: &Program,
    context: &Given,
    touchpoint: &Given,
    id: DefId,
) -> Outcome<Answer> {
    let mut run = Run {
        program,
        context,
        touchpoint,
        known: BTreeMap::new(),
        read: BTreeSet::new(),
    };
    let (value, fit) = run.definition(id)?;
    Ok(Answer {
        value,
        fit,
        read: run.read,
    })
}

/// One evaluation.
struct Run<'a> {
    program: &'a Program,
    context: &'a Given,
    touchpoint: &'a Given,
    known: BTreeMap<DefId, Val>,
    read: BTreeSet<InputId>,
}

impl Run<'_> {
    fn definition(&mut self, id: DefId) -> Outcome<(Val, Fit)> {
        match &self.program.def(id).kind {
            DefKind::Let(e) | DefKind::Segment(e) => Ok((self.eval(*e)?, Fit::None)),
            DefKind::Classify(rules) | DefKind::Decision(rules) => self.first_rule(rules),
            DefKind::Table(table) => self.table(table),
        }
    }

    fn first_rule(&mut self, rules: &[Rule]) -> Outcome<(Val, Fit)> {
        for (place, rule) in rules.iter().enumerate() {
            let holds = match rule.when {
                Some(condition) => self.truth(condition)?,
                None => true,
            };
            if holds {
                return Ok((self.eval(rule.value)?, Fit::At(place)));
            }
        }
        panic!("no rule fits, though the compiler has shown that one does");
    }

    fn table(&mut self, table: &Table) -> Outcome<(Val, Fit)> {
        let mut fitting = Vec::new();
        let mut items = Vec::new();
        for (place, row) in table.rows.iter().enumerate() {
            if !self.fits(&row.cells)? {
                continue;
            }
            let value = self.eval(row.value)?;
            if table.policy != HitPolicy::Collect {
                return Ok((value, Fit::At(place)));
            }
            fitting.push(place);
            items.push(value);
        }
        if !fitting.is_empty() {
            return Ok((Val::List(items), Fit::Rows(fitting)));
        }
        match &table.otherwise {
            Some(rule) => Ok((self.eval(rule.value)?, Fit::Otherwise)),
            None if table.policy == HitPolicy::Collect => Ok((Val::List(Vec::new()), Fit::None)),
            None => Ok((Val::Missing, Fit::None)),
        }
    }

    fn fits(&mut self, cells: &[Option<ExprId>]) -> Outcome<bool> {
        for cell in cells.iter().flatten() {
            if !self.truth(*cell)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn truth(&mut self, id: ExprId) -> Outcome<bool> {
        match self.eval(id)? {
            Val::Bool(b) => Ok(b),
            other => panic!("a condition is {other:?}"),
        }
    }

    fn eval(&mut self, id: ExprId) -> Outcome<Val> {
        let program = self.program;
        let expr = program.expr(id);
        match &expr.kind {
            ExprKind::Const(value) => Ok(constant(value)),
            ExprKind::Input(input) => Ok(self.input(*input)),
            ExprKind::Def(def) => self.known_definition(*def),
            ExprKind::Field(record, place) => match self.eval(*record)? {
                Val::Missing => Ok(Val::Missing),
                Val::Record(mut fields) => Ok(fields.swap_remove(*place as usize)),
                other => panic!("a field of {other:?}"),
            },
            ExprKind::Record(record, fields) => {
                let mut values = vec![Val::Missing; program.record(*record).fields.len()];
                for (place, field) in fields {
                    values[*place as usize] = self.eval(*field)?;
                }
                Ok(Val::Record(values))
            }
            ExprKind::List(items) => {
                let items: Outcome<Vec<Val>> = items.iter().map(|item| self.eval(*item)).collect();
                Ok(Val::List(items?))
            }
            ExprKind::Unwrap(inner) => {
                let value = self.eval(*inner)?;
                assert_ne!(
                    value,
                    Val::Missing,
                    "what is proven to be present is missing: {expr:?}"
                );
                Ok(value)
            }
            ExprKind::Widen(inner) => Ok(match self.eval(*inner)? {
                Val::Int(n) => Val::Decimal(BigRational::from(n)),
                Val::Missing => Val::Missing,
                other => panic!("{other:?} widened"),
            }),
            ExprKind::Neg(inner) => match self.eval(*inner)? {
                Val::Int(n) => whole(-n, expr),
                Val::Decimal(d) => Ok(Val::Decimal(-d)),
                other => panic!("the negative of {other:?}"),
            },
            ExprKind::Chain(first, rest) => {
                let mut value = self.eval(*first)?;
                for (op, operand) in rest {
                    let operand = self.eval(*operand)?;
                    value = arithmetic(*op, value, operand, expr)?;
                }
                Ok(value)
            }
            ExprKind::TryDiv(a, b) => {
                let (a, b) = (self.eval(*a)?, self.eval(*b)?);
                match &b {
                    Val::Decimal(d) if d.is_zero() => Ok(Val::Missing),
                    _ => arithmetic(ArithOp::Div, a, b, expr),
                }
            }
            ExprKind::Else(options) => {
                let mut value = Val::Missing;
                for option in options {
                    value = self.eval(*option)?;
                    if value != Val::Missing {
                        break;
                    }
                }
                Ok(value)
            }
            ExprKind::If(branches, last) => {
                for (condition, value) in branches {
                    if self.truth(*condition)? {
                        return self.eval(*value);
                    }
                }
                self.eval(*last)
            }
            _ => self.condition(expr).map(Val::Bool),
        }
    }

    fn condition(&mut self, expr: &Expr) -> Outcome<bool> {
        match &expr.kind {
            ExprKind::Not(inner) => Ok(!self.truth(*inner)?),
            ExprKind::And(parts) => {
                for part in parts {
                    if !self.truth(*part)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            ExprKind::Or(parts) => {
                for part in parts {
                    if self.truth(*part)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            ExprKind::Compare(op, a, b) => {
                let (a, b) = (self.eval(*a)?, self.eval(*b)?);
                Ok(match op {
                    CompareOp::Eq => same(&a, &b),
                    CompareOp::Ne => !same(&a, &b),
                    CompareOp::Lt => order(&a, &b) == Ordering::Less,
                    CompareOp::Le => order(&a, &b) != Ordering::Greater,
                    CompareOp::Gt => order(&a, &b) == Ordering::Greater,
                    CompareOp::Ge => order(&a, &b) != Ordering::Less,
                })
            }
            ExprKind::Is(a, b) => {
                let a = self.eval(*a)?;
                if a == Val::Missing {
                    return Ok(false);
                }
                let b = self.eval(*b)?;
                Ok(same(&a, &b))
            }
            ExprKind::IsPresent(a) => Ok(self.eval(*a)? != Val::Missing),
            ExprKind::InList(item, list) => {
                let (item, list) = (self.eval(*item)?, self.eval(*list)?);
                let Val::List(items) = list else {
                    panic!("in {list:?}");
                };
                Ok(items.iter().any(|other| same(&item, other)))
            }
            ExprKind::InRange(item, low, high, end) => {
                let (item, low) = (self.eval(*item)?, self.eval(*low)?);
                if order(&item, &low) == Ordering::Less {
                    return Ok(false);
                }
                let high = self.eval(*high)?;
                Ok(match end {
                    RangeEnd::Inclusive => order(&item, &high) != Ordering::Greater,
                    RangeEnd::Exclusive => order(&item, &high) == Ordering::Less,
                })
            }
            other => panic!("no condition: {other:?}"),
        }
    }

    fn known_definition(&mut self, id: DefId) -> Outcome<Val> {
        if let Some(value) = self.known.get(&id) {
            return Ok(value.clone());
        }
        let (value, _) = self.definition(id)?;
        self.known.insert(id, value.clone());
        Ok(value)
    }

    fn input(&mut self, id: InputId) -> Val {
        self.read.insert(id);
        let root = match self.program.input(id).root {
            Root::Context => self.context,
            Root::Touchpoint => self.touchpoint,
        };
        let mut way = Vec::new();
        let mut at = Some(id);
        while let Some(input) = at {
            way.push(self.program.input(input));
            at = self.program.input(input).parent;
        }
        let mut here = root;
        while let Some(input) = way.pop() {
            match here.field(&input.name) {
                Some(value) if way.is_empty() => return read(self.program, &input.ty, value),
                Some(value) => here = value,
                // The default is the field's own; under an absent record there is nothing.
                None if way.is_empty() => return absent(input),
                None => return Val::Missing,
            }
        }
        Val::Missing
    }
}

fn absent(input: &Input) -> Val {
    input.default.as_ref().map_or(Val::Missing, constant)
}

/// What is given, as a value of its type.
fn read(program: &Program, ty: &Ty, given: &Given) -> Val {
    match (ty.present(), given) {
        (Ty::Bool, Given::Bool(b)) => Val::Bool(*b),
        (Ty::Int, Given::Int(n)) => Val::Int(BigInt::from(*n)),
        (Ty::Decimal, Given::Int(n)) => Val::Decimal(BigRational::from(BigInt::from(*n))),
        (Ty::Decimal, Given::Decimal(d, _)) => Val::Decimal(d.clone()),
        (Ty::Text, Given::Text(t)) => Val::Text(t.clone()),
        (Ty::Enum(id), Given::Member(name)) => {
            let members = &program.enumeration(*id).members;
            Val::Member(
                members
                    .iter()
                    .position(|m| m == name)
                    .expect("a member of the enum"),
            )
        }
        (Ty::List(item), Given::List(items)) => {
            Val::List(items.iter().map(|i| read(program, item, i)).collect())
        }
        (Ty::Record(id), given @ Given::Record(_)) => {
            let fields = &program.record(*id).fields;
            let value =
                |field: &pervade::internals::hir::RecordField| match given.field(&field.name) {
                    Some(value) => read(program, &field.ty, value),
                    None => field.default.as_ref().map_or(Val::Missing, constant),
                };
            Val::Record(fields.iter().map(value).collect())
        }
        (ty, given) => panic!("{given:?} given for {ty:?}"),
    }
}

/// A constant of the program as a value of the oracle.
pub fn constant(value: &Value) -> Val {
    match value {
        Value::Missing => Val::Missing,
        Value::Bool(b) => Val::Bool(*b),
        Value::Int(n) => Val::Int(BigInt::from(*n)),
        Value::Decimal(d) => Val::Decimal(number::parse(&d.to_string())),
        Value::Text(t) => Val::Text(t.to_string()),
        Value::Member(m) => Val::Member(*m as usize),
        Value::List(items) => Val::List(items.iter().map(constant).collect()),
        Value::Record(fields) => Val::Record(fields.iter().map(constant).collect()),
    }
}

fn whole(exact: BigInt, at: &Expr) -> Outcome<Val> {
    match number::int(&exact) {
        Some(_) => Ok(Val::Int(exact)),
        None => Err(Failure {
            kind: Overflow::Int,
            span: at.span,
        }),
    }
}

fn arithmetic(op: ArithOp, a: Val, b: Val, at: &Expr) -> Outcome<Val> {
    let value = match (op, a, b) {
        (ArithOp::Add, Val::Int(a), Val::Int(b)) => return whole(a + b, at),
        (ArithOp::Sub, Val::Int(a), Val::Int(b)) => return whole(a - b, at),
        (ArithOp::Mul, Val::Int(a), Val::Int(b)) => return whole(a * b, at),
        (ArithOp::Add, Val::Decimal(a), Val::Decimal(b)) => number::exact(a + b),
        (ArithOp::Sub, Val::Decimal(a), Val::Decimal(b)) => number::exact(a - b),
        (ArithOp::Mul, Val::Decimal(a), Val::Decimal(b)) => number::rounded(&(a * b)),
        (ArithOp::Div, Val::Decimal(a), Val::Decimal(b)) => number::rounded(&(a / b)),
        (op, a, b) => panic!("{op:?} of {a:?} and {b:?}"),
    };
    value.map(Val::Decimal).ok_or(Failure {
        kind: Overflow::Decimal,
        span: at.span,
    })
}

/// Equality, part by part. Two missing fields are equal.
fn same(a: &Val, b: &Val) -> bool {
    match (a, b) {
        (Val::Missing, Val::Missing) => true,
        (Val::Bool(a), Val::Bool(b)) => a == b,
        (Val::Int(a), Val::Int(b)) => a == b,
        (Val::Decimal(a), Val::Decimal(b)) => (a - b).is_zero(),
        (Val::Text(a), Val::Text(b)) => a.chars().eq(b.chars()),
        (Val::Member(a), Val::Member(b)) => a == b,
        (Val::List(a), Val::List(b)) | (Val::Record(a), Val::Record(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Val::Missing, _) | (_, Val::Missing) => false,
        (a, b) => panic!("{a:?} compared with {b:?}"),
    }
}

/// Order of two numbers or texts; texts by code point.
fn order(a: &Val, b: &Val) -> Ordering {
    match (a, b) {
        (Val::Int(a), Val::Int(b)) => a.cmp(b),
        (Val::Decimal(a), Val::Decimal(b)) => a.cmp(b),
        (Val::Text(a), Val::Text(b)) => a.chars().cmp(b.chars()),
        (a, b) => panic!("{a:?} ordered with {b:?}"),
    }
}
