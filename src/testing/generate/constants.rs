//! The constants that a program compares its inputs with, and their neighbours.

use crate::hir::{Bounds, Expr, ExprId, ExprKind, InputId, Program, Ty};
use crate::value::Value;
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};

/// So many constants of one input or type are kept.
const MOST: usize = 200;

/// Constants by the input they are compared with, and by type.
#[derive(Default)]
pub(super) struct Constants {
    inputs: HashMap<InputId, Vec<Value>>,
    types: HashMap<Ty, Vec<Value>>,
}

impl Constants {
    /// Those of a program.
    pub(super) fn of(program: &Program) -> Constants {
        let mut found = Constants::default();
        for expr in program.exprs() {
            if let ExprKind::Const(value) = &expr.kind {
                push(found.types.entry(expr.ty.clone()).or_default(), value);
            }
            found.compared(program, expr);
        }
        found
    }

    fn compared(&mut self, program: &Program, expr: &Expr) {
        let pairs: Vec<(ExprId, ExprId)> = match &expr.kind {
            ExprKind::Compare(_, a, b) | ExprKind::Is(a, b) => vec![(*a, *b), (*b, *a)],
            ExprKind::InRange(value, low, high, _) => vec![(*value, *low), (*value, *high)],
            ExprKind::InList(item, list) => match &program.expr(*list).kind {
                ExprKind::List(items) => items.iter().map(|i| (*item, *i)).collect(),
                _ => return,
            },
            _ => return,
        };
        for (input, constant) in pairs {
            if let (ExprKind::Input(id), ExprKind::Const(value)) = (
                &program.expr(bare(program, input)).kind,
                &program.expr(bare(program, constant)).kind,
            ) {
                push(self.inputs.entry(*id).or_default(), value);
            }
        }
    }

    /// The values of an input that its rules ask about: those it is compared with, or else those of its type.
    pub(super) fn of_input(&self, program: &Program, id: InputId) -> Vec<Value> {
        let input = program.input(id);
        let found = self.inputs.get(&id);
        let found = found.or_else(|| self.types.get(input.ty.present()));
        beside(found.map_or(&[], Vec::as_slice), &input.ty, input.range)
    }

    /// The values of a type.
    pub(super) fn of_type(&self, ty: &Ty, range: Option<Bounds>) -> Vec<Value> {
        let found = self.types.get(ty.present());
        beside(found.map_or(&[], Vec::as_slice), ty, range)
    }
}

fn push(list: &mut Vec<Value>, value: &Value) {
    if *value != Value::Missing && list.len() < MOST && !list.contains(value) {
        list.push(value.clone());
    }
}

/// The expression below what the checker put around it.
fn bare(program: &Program, mut id: ExprId) -> ExprId {
    while let ExprKind::Unwrap(inner) | ExprKind::Widen(inner) = program.expr(id).kind {
        id = inner;
    }
    id
}

/// Values of the type with those next to them, within the range.
fn beside(values: &[Value], ty: &Ty, range: Option<Bounds>) -> Vec<Value> {
    let mut found = HashSet::new();
    let mut list = Vec::new();
    for value in values {
        let near = match (value, ty.present()) {
            (Value::Int(n), ty) if ty.is_int_like() && *ty != Ty::Geo => {
                let step = match ty {
                    Ty::Elapsed if *n == crate::hir::NEVER => 0,
                    _ => 1,
                };
                vec![*n, n.saturating_sub(step), n.saturating_add(step)]
                    .into_iter()
                    .map(Value::Int)
                    .collect()
            }
            // An int compared with a decimal.
            (Value::Decimal(d), Ty::Int) => {
                let floor = i64::try_from(d.floor()).into_iter();
                floor
                    .flat_map(|n| [n, n.saturating_add(1)])
                    .map(Value::Int)
                    .collect()
            }
            (Value::Int(n), Ty::Decimal) => around(Decimal::from(*n)),
            (Value::Decimal(d), ty) if ty.is_decimal() => around(*d),
            (Value::Int(_) | Value::Decimal(_), ty) if !ty.is_int_like() => continue,
            (other, _) => vec![other.clone()],
        };
        for value in near {
            if within(&value, ty, range) && found.insert(value.clone()) {
                list.push(value);
            }
        }
    }
    list
}

fn around(number: Decimal) -> Vec<Value> {
    let step = Decimal::new(1, number.scale().max(2));
    let near = [
        Some(number),
        number.checked_sub(step),
        number.checked_add(step),
    ];
    let near = near.into_iter().flatten();
    near.map(|n| Value::Decimal(n.normalize())).collect()
}

/// Whether a field takes the value.
pub(super) fn within(value: &Value, ty: &Ty, range: Option<Bounds>) -> bool {
    use crate::value::calendar;
    match (value, ty.present()) {
        (Value::Int(days), Ty::Date) => return calendar::is_date(*days),
        (Value::Int(ms), Ty::DateTime) => return calendar::is_instant(*ms),
        (Value::Int(ms), Ty::Time) => return (0..86_400_000).contains(ms),
        (Value::Int(n), Ty::Duration | Ty::Distance | Ty::Elapsed) => return *n >= 0,
        _ => {}
    }
    let number = match value {
        Value::Int(n) => Decimal::from(*n),
        Value::Decimal(d) => *d,
        _ => return true,
    };
    range.is_none_or(|bounds| {
        let above = number > bounds.high || (bounds.open && number == bounds.high);
        number >= bounds.low && !above
    })
}
