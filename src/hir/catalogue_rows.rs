//! The rows of a catalogue, and what expressions are once the values of a row stand in them.
//!
//! Expressions are made anew only where they read the row, and once for all rows that are alike in what they read: ten
//! thousand rows with five tiers have five conditions on the tier.

use super::lower::Lowering;
use super::visit::operands_mut;
use super::{ExprId, ExprKind, LocalId, operands};
use crate::value::Value;
use std::collections::HashMap;
use std::rc::Rc;

impl Lowering<'_> {
    /// An expression with the values of a row in it.
    pub(super) fn put(&mut self, id: ExprId, rows: &mut Rows) -> ExprId {
        let reads = rows.read_by(self, id);
        if reads.is_empty() {
            return id;
        }
        let key = (id, rows.alike(&reads));
        if let Some(known) = rows.made.get(&key) {
            return *known;
        }
        let (mut kind, ty, span) = {
            let expr = self.expr(id);
            (expr.kind.clone(), expr.ty.clone(), expr.span)
        };
        match rows.value_of(self, &kind) {
            Some(value) => kind = ExprKind::Const(value),
            None => operands_mut(&mut kind, |operand| *operand = self.put(*operand, rows)),
        }
        // A field of a record that the row holds is as constant as the record.
        if let ExprKind::Field(base, place) = &kind
            && let ExprKind::Const(Value::Record(fields)) = &self.expr(*base).kind
            && let Some(value) = fields.get(*place as usize)
        {
            kind = ExprKind::Const(value.clone());
        }
        let made = self.push(kind, ty, span);
        rows.made.insert(key, made);
        made
    }
}

/// The rows of a catalogue, one after another, and what was made for them.
pub(super) struct Rows {
    row: LocalId,
    /// The row it is about now.
    value: Value,
    /// For each of its fields a number that rows share which are alike in it.
    numbers: Vec<u32>,
    /// The values of each field so far, by those numbers.
    values: Vec<HashMap<Value, u32>>,
    /// The fields that an expression reads, by their places.
    reads: HashMap<ExprId, Rc<[u32]>>,
    /// What was made of an expression for rows that are alike in what it reads.
    made: HashMap<(ExprId, Box<[u32]>), ExprId>,
}

impl Rows {
    pub(super) fn new(row: LocalId) -> Rows {
        Rows {
            row,
            value: Value::Missing,
            numbers: Vec::new(),
            values: Vec::new(),
            reads: HashMap::new(),
            made: HashMap::new(),
        }
    }

    fn fields(&self) -> &[Value] {
        match &self.value {
            Value::Record(fields) => fields,
            _ => &[],
        }
    }

    pub(super) fn field(&self, place: u32) -> Option<Value> {
        self.fields().get(place as usize).cloned()
    }

    pub(super) fn turn_to(&mut self, row: &Value) {
        self.value = row.clone();
        let Value::Record(fields) = row else { return };
        self.values.resize_with(fields.len(), HashMap::new);
        self.numbers.clear();
        for (field, known) in fields.iter().zip(&mut self.values) {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            self.numbers
                .push(*known.entry(field.clone()).or_insert(next));
        }
    }

    /// What tells rows apart for an expression that reads these fields.
    fn alike(&self, reads: &[u32]) -> Box<[u32]> {
        let number = |place: &u32| self.numbers.get(*place as usize).copied();
        reads.iter().filter_map(number).collect()
    }

    /// The places of the fields of the row that an expression reads.
    fn read_by(&mut self, lowering: &Lowering<'_>, id: ExprId) -> Rc<[u32]> {
        if let Some(known) = self.reads.get(&id) {
            return Rc::clone(known);
        }
        let mut found: Vec<u32> = Vec::new();
        match &lowering.expr(id).kind {
            ExprKind::Field(base, place) if self.is_row(lowering, *base) => found.push(*place),
            ExprKind::Local(local) if *local == self.row => {
                found.extend((0..).take(self.numbers.len()));
            }
            kind => {
                let mut parts = Vec::new();
                operands(kind, |operand| parts.push(operand));
                for part in parts {
                    found.extend(self.read_by(lowering, part).iter());
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        let found: Rc<[u32]> = found.into();
        self.reads.insert(id, Rc::clone(&found));
        found
    }

    fn is_row(&self, lowering: &Lowering<'_>, id: ExprId) -> bool {
        lowering.expr(id).kind == ExprKind::Local(self.row)
    }

    /// What the row says in the place of an expression: the row itself, or one of its fields.
    fn value_of(&self, lowering: &Lowering<'_>, kind: &ExprKind) -> Option<Value> {
        match kind {
            ExprKind::Local(local) if *local == self.row => Some(self.value.clone()),
            ExprKind::Field(base, place) if self.is_row(lowering, *base) => self.field(*place),
            _ => None,
        }
    }
}
