//! From typed expressions to nodes, bottom up and without recursion.
//!
//! Definitions are built in the order in which they need one another; within one, an explicit stack visits
//! operands before the expressions around them.

use super::Graph;
use super::intern::{Arena, Refusal};
use super::layout::Layout;
use super::node::{Node, NodeId, Operands, Origin, Shape};
use super::simplify::Built;
use crate::hir::{DefId, DefKind, Expr, ExprId, ExprKind, Program, Ty};
use crate::limits::Limits;

/// Builds the graph of a program.
pub(super) fn build(program: &Program, limits: &Limits) -> Result<Graph, Refusal> {
    let layout = Layout::new(program);
    let mut builder = Builder {
        program,
        arena: Arena::new(layout, program.defs().len(), limits),
        built: vec![None; program.exprs().len()],
    };
    for def in program.order() {
        builder.definition(*def)?;
    }
    Ok(builder.arena.finish())
}

/// A program and what of it has been built.
pub(super) struct Builder<'a> {
    pub(super) program: &'a Program,
    pub(super) arena: Arena,
    built: Vec<Option<NodeId>>,
}

impl Builder<'_> {
    fn definition(&mut self, id: DefId) -> Result<(), Refusal> {
        let program = self.program;
        let root = match &program.def(id).kind {
            DefKind::Let(e) => self.value(*e)?,
            DefKind::Segment(e) => self.condition(*e)?,
            DefKind::Classify(rules) | DefKind::Decision(rules) => self.rules(id, rules)?,
            DefKind::Table(table) => self.table(id, table)?,
        };
        self.arena.define(id, root);
        Ok(())
    }

    /// The node of an expression, with all it needs.
    pub(super) fn value(&mut self, id: ExprId) -> Built {
        let program = self.program;
        // Expressions to enter, or (`true`) whose operands are built.
        let mut open = vec![(id, false)];
        while let Some((id, ready)) = open.pop() {
            if self.node_of(id).is_some() {
                continue;
            }
            let expr = program.expr(id);
            if ready {
                let node = self.expression(id, expr)?;
                if let Some(slot) = self.built.get_mut(id.index()) {
                    *slot = Some(node);
                }
                continue;
            }
            open.push((id, true));
            let first = open.len();
            each_operand(&expr.kind, &mut |operand| open.push((operand, false)));
            if let Some(operands) = open.get_mut(first..) {
                operands.reverse();
            }
        }
        self.operand(id)
    }

    /// The same where a condition is needed.
    pub(super) fn condition(&mut self, id: ExprId) -> Built {
        let node = self.value(id)?;
        let origin = self.origin(id);
        self.arena.condition(node, origin)
    }

    fn node_of(&self, id: ExprId) -> Option<NodeId> {
        self.built.get(id.index()).copied().flatten()
    }

    pub(super) fn origin(&self, id: ExprId) -> Origin {
        Origin {
            expr: Some(id),
            span: self.program.expr(id).span,
        }
    }

    /// The node of an operand, which has been built before. (One that stands before its parent in no
    /// finished program gives missing.)
    fn operand(&mut self, id: ExprId) -> Built {
        match self.node_of(id) {
            Some(node) => Ok(node),
            None => {
                let origin = self.origin(id);
                self.arena.constant(super::Scalar::Missing, origin)
            }
        }
    }

    fn operands(&mut self, ids: &[ExprId]) -> Result<Vec<NodeId>, Refusal> {
        ids.iter().map(|id| self.operand(*id)).collect()
    }

    /// The node of an operand that is a condition.
    fn holds(&mut self, id: ExprId) -> Built {
        let node = self.operand(id)?;
        let origin = self.origin(id);
        self.arena.condition(node, origin)
    }

    fn conditions(&mut self, ids: &[ExprId]) -> Result<Vec<NodeId>, Refusal> {
        ids.iter().map(|id| self.holds(*id)).collect()
    }

    fn kind(&self, id: ExprId) -> Operands {
        match self.program.expr(id).ty.present() {
            Ty::Int => Operands::Int,
            Ty::Decimal => Operands::Decimal,
            Ty::Text => Operands::Text,
            _ => Operands::Any,
        }
    }

    /// The node of an expression whose operands are built.
    fn expression(&mut self, id: ExprId, expr: &Expr) -> Built {
        let origin = self.origin(id);
        match &expr.kind {
            ExprKind::Const(value) => {
                let scalar = self.arena.pool.value(value);
                self.arena.constant(scalar, origin)
            }
            ExprKind::Input(input) => {
                let node = match self.arena.slot(*input) {
                    Some(slot) => Node::Input {
                        input: *input,
                        kind: slot.kind,
                        place: slot.place,
                    },
                    None => return self.arena.constant(super::Scalar::Missing, origin),
                };
                self.arena.intern(node, origin)
            }
            ExprKind::Def(def) => self.arena.definition(*def, origin),
            ExprKind::Unwrap(inner) => self.operand(*inner),
            ExprKind::Field(record, place) => {
                let record = self.operand(*record)?;
                self.arena.field(record, *place, origin)
            }
            ExprKind::Record(..) => self.record(expr, origin),
            ExprKind::List(items) => {
                let items = self.operands(items)?;
                self.arena.list_of(&items, origin)
            }
            ExprKind::Else(options) => {
                let options = self.operands(options)?;
                self.arena.first_present(&options, origin)
            }
            ExprKind::If(branches, last) => {
                let mut pairs = Vec::with_capacity(branches.len());
                for (when, value) in branches {
                    pairs.push((self.holds(*when)?, self.operand(*value)?));
                }
                let last = self.operand(*last)?;
                self.arena.conditional(&pairs, last, origin)
            }
            ExprKind::Widen(_) | ExprKind::Neg(_) | ExprKind::Chain(..) | ExprKind::TryDiv(..) => {
                self.number(expr, origin)
            }
            _ => self.question(expr, origin),
        }
    }

    /// Arithmetic.
    fn number(&mut self, expr: &Expr, origin: Origin) -> Built {
        match &expr.kind {
            ExprKind::Widen(inner) => {
                let inner = self.operand(*inner)?;
                self.arena.widen(inner, origin)
            }
            ExprKind::Neg(inner) => {
                let inner = self.operand(*inner)?;
                self.arena.neg(inner, origin)
            }
            ExprKind::Chain(first, rest) => {
                let int = expr.ty.present() == &Ty::Int;
                let first = self.operand(*first)?;
                let mut operands = Vec::with_capacity(rest.len());
                for (op, operand) in rest {
                    operands.push((*op, self.operand(*operand)?));
                }
                self.arena.chain_of(int, first, &operands, origin)
            }
            ExprKind::TryDiv(a, b) => {
                let (a, b) = (self.operand(*a)?, self.operand(*b)?);
                self.arena.try_div(a, b, origin)
            }
            _ => self.arena.constant(super::Scalar::Missing, origin),
        }
    }

    /// What is true or false.
    fn question(&mut self, expr: &Expr, origin: Origin) -> Built {
        match &expr.kind {
            ExprKind::Not(inner) => {
                let inner = self.holds(*inner)?;
                self.arena.not(inner, origin)
            }
            ExprKind::And(parts) => {
                let parts = self.conditions(parts)?;
                self.arena.and(&parts, origin)
            }
            ExprKind::Or(parts) => {
                let parts = self.conditions(parts)?;
                self.arena.or(&parts, origin)
            }
            ExprKind::Compare(op, a, b) => {
                let kind = self.kind(*a);
                let (a, b) = (self.operand(*a)?, self.operand(*b)?);
                self.arena.compare(kind, *op, a, b, origin)
            }
            ExprKind::Is(a, b) => {
                let (a, b) = (self.operand(*a)?, self.operand(*b)?);
                self.arena.is(a, b, origin)
            }
            ExprKind::IsPresent(inner) => {
                let inner = self.operand(*inner)?;
                self.arena.is_present(inner, origin)
            }
            ExprKind::InList(item, list) => {
                let (item, list) = (self.operand(*item)?, self.operand(*list)?);
                self.arena.in_list(item, list, origin)
            }
            ExprKind::InRange(value, low, high, end) => {
                let kind = self.kind(*value);
                let operands = [
                    self.operand(*value)?,
                    self.operand(*low)?,
                    self.operand(*high)?,
                ];
                self.arena.in_range(kind, *end, operands, origin)
            }
            _ => self.arena.constant(super::Scalar::Missing, origin),
        }
    }

    /// A record: a constant one where all fields are.
    fn record(&mut self, expr: &Expr, origin: Origin) -> Built {
        let ExprKind::Record(record, written) = &expr.kind else {
            return self.arena.constant(super::Scalar::Missing, origin);
        };
        let count = self.program.record(*record).fields.len();
        let mut values = Vec::with_capacity(written.len());
        for (_, value) in written {
            values.push(self.operand(*value)?);
        }
        let mut fields = vec![super::Scalar::Missing; count];
        let mut constant = true;
        for ((place, _), value) in written.iter().zip(&values) {
            match (
                self.arena.as_constant(*value),
                fields.get_mut(*place as usize),
            ) {
                (Some(scalar), Some(field)) => *field = scalar,
                _ => constant = false,
            }
        }
        if constant {
            let items = self.arena.pool.items(&fields);
            return self.arena.constant(super::Scalar::Record(items), origin);
        }
        let list = self.arena.list(&values);
        let shape = self.arena.shape(Shape {
            fields: u32::try_from(count).unwrap_or(u32::MAX),
            places: written.iter().map(|(place, _)| *place).collect(),
        });
        self.arena.intern(Node::Record(list, shape), origin)
    }
}

/// The operands of an expression, from left to right.
fn each_operand(kind: &ExprKind, visit: &mut impl FnMut(ExprId)) {
    match kind {
        ExprKind::Const(_) | ExprKind::Input(_) | ExprKind::Def(_) => {}
        ExprKind::Field(e, _)
        | ExprKind::Unwrap(e)
        | ExprKind::Widen(e)
        | ExprKind::Neg(e)
        | ExprKind::Not(e)
        | ExprKind::IsPresent(e) => visit(*e),
        ExprKind::TryDiv(a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::Is(a, b)
        | ExprKind::InList(a, b) => [*a, *b].into_iter().for_each(visit),
        ExprKind::InRange(a, b, c, _) => [*a, *b, *c].into_iter().for_each(visit),
        ExprKind::List(all) | ExprKind::Else(all) | ExprKind::And(all) | ExprKind::Or(all) => {
            all.iter().copied().for_each(visit);
        }
        ExprKind::Record(_, fields) => fields.iter().for_each(|(_, e)| visit(*e)),
        ExprKind::Chain(first, rest) => {
            visit(*first);
            rest.iter().for_each(|(_, e)| visit(*e));
        }
        ExprKind::If(branches, last) => {
            for (when, value) in branches {
                visit(*when);
                visit(*value);
            }
            visit(*last);
        }
    }
}
