//! The reference evaluator: slow, obvious, straight from the language reference over the resolved program.
//!
//! In: a [`Program`], a context and a touchpoint as plain trees, the name of a definition. Out: its [`Answer`]
//! (value, what fitted, why, what was read) or the [`Failure`] with its place. It shares nothing with the graph, the
//! evaluator, the decimals or the calendar of the engine: numbers are fractions of any size, cut by [`number`]; dates
//! are those of [`calendar`](super::calendar); the walk is plain recursion. Definitions are evaluated at most once and
//! only when their value matters. Rules and rows are in `tables`, next best actions in `actions`, functions in `calls`, lists in `folds`, texts of
//! values in `show`, patterns in `pattern`.

pub mod actions;
mod calls;
pub mod events;
mod folds;
mod journeys;
mod pattern;
pub mod places;
mod show;
pub mod slots;
mod tables;

pub use places::{PLACES, packed};
pub use show::amount;

use super::given::Given;
use super::{calendar, number};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use pervade::Span;
use pervade::internals::hir::{
    ArithOp, CompareOp, DefId, DefKind, Expr, ExprId, ExprKind, Input, InputId, LocalId, NEVER,
    Program, RangeEnd, RecordField, Root, Ty,
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
    /// A whole number: an int, or days, milliseconds, metres, a place in one number.
    Int(BigInt),
    /// A decimal, exact.
    Decimal(BigRational),
    /// A string.
    Text(String),
    /// A member, by its place in its enum; a zone, by its place among all.
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
    /// A date or an instant beyond the years 1 to 9999.
    Calendar,
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
    /// Nothing is chosen: the customer is held out, by the clause of this number.
    HeldOut(usize),
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
    /// Why, in the author's words.
    pub because: Option<String>,
    /// The inputs that were read for it.
    pub read: BTreeSet<InputId>,
}

type Outcome<T> = Result<T, Failure>;

/// What is decided on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The context.
    pub context: &'a Given,
    /// The touchpoint.
    pub touchpoint: &'a Given,
    /// The instant.
    pub now: i64,
    /// What the customer did.
    pub events: &'a [events::Happened],
}

/// Answers a definition: its value, then its reason.
pub fn decide(program: &Program, facts: Facts<'_>, id: DefId) -> Outcome<Answer> {
    let mut run = Run::new(program, facts);
    let (value, fit) = run.definition(id)?;
    let mut reasons = Vec::new();
    for text in tables::reasons(program, id, &fit) {
        match run.eval(text)? {
            Val::Text(text) => reasons.push(text),
            other => panic!("a reason is {other:?}"),
        }
    }
    if let (DefKind::NextBestAction(choice), Fit::Rows(chosen)) = (&program.def(id).kind, &fit) {
        run.read_delivery(choice, chosen);
    }
    let several = matches!(fit, Fit::Rows(_));
    let because = reasons.first().filter(|_| !several).cloned();
    Ok(Answer {
        value,
        fit,
        because,
        read: run.read,
    })
}

/// One evaluation.
struct Run<'a> {
    program: &'a Program,
    facts: Facts<'a>,
    known: BTreeMap<DefId, Val>,
    /// Parameters and items.
    locals: BTreeMap<LocalId, Val>,
    read: BTreeSet<InputId>,
    /// `as of`: the instant instead of now.
    moment: Option<i64>,
    /// In a journey that looks back so far only: what happened at this instant, or before it, is not seen.
    oldest: Option<i64>,
    /// The events of a key.
    groups: BTreeMap<LocalId, Vec<events::It>>,
}

impl<'a> Run<'a> {
    fn new(program: &'a Program, facts: Facts<'a>) -> Self {
        Run {
            program,
            facts,
            known: BTreeMap::new(),
            locals: BTreeMap::new(),
            read: BTreeSet::new(),
            moment: None,
            oldest: None,
            groups: BTreeMap::new(),
        }
    }
}

impl Run<'_> {
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
            ExprKind::Call(func, operands) => {
                let operands: Outcome<Vec<Val>> = operands.iter().map(|e| self.eval(*e)).collect();
                calls::call(program, func, operands?, expr)
            }
            ExprKind::Local(local) => Ok(self.locals[local].clone()),
            ExprKind::Apply(def, arguments) => self.apply(*def, arguments),
            ExprKind::Fold {
                op,
                item,
                list,
                body,
            } => self.fold(*op, *item, (*list, *body), expr),
            ExprKind::Lookup(def, key) => self.lookup(*def, *key),
            ExprKind::Told(told) => self.told(id, told),
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
            Root::Context => self.facts.context,
            Root::Touchpoint => self.facts.touchpoint,
            Root::Now => return Val::Int(BigInt::from(self.facts.now)),
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
        (Ty::Money(_), Given::Money(amount)) => Val::Decimal(amount.clone()),
        (Ty::Date, Given::Date(n))
        | (Ty::Time, Given::Time(n))
        | (Ty::DateTime, Given::Instant(n))
        | (Ty::Duration, Given::Duration(n))
        | (Ty::Distance, Given::Metres(n)) => Val::Int(BigInt::from(*n)),
        (Ty::Geo, Given::Place(lat, lon)) => Val::Int(packed(*lat, *lon)),
        (Ty::Zone, Given::Zone(name)) => Val::Member(calendar::zone_named(name)),
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
            let value = |field: &RecordField| match given.field(&field.name) {
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
        (ArithOp::IntDiv, Val::Int(a), Val::Int(b)) => return whole(floored(&a, &b), at),
        (ArithOp::Mod, Val::Int(a), Val::Int(b)) => return whole(&a - floored(&a, &b) * &b, at),
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

/// The quotient, downwards.
fn floored(a: &BigInt, b: &BigInt) -> BigInt {
    BigRational::new(a.clone(), b.clone()).floor().to_integer()
}

/// A sum in a chain, a fold, a table or a score.
fn sum(a: Val, b: Val, at: &Expr) -> Outcome<Val> {
    arithmetic(ArithOp::Add, a, b, at)
}

/// `never`, as the value of an elapsed time.
fn never() -> Val {
    Val::Int(BigInt::from(NEVER))
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
        (Val::Member(a), Val::Member(b)) => a.cmp(b),
        (a, b) => panic!("{a:?} ordered with {b:?}"),
    }
}
