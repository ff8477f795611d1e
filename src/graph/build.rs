//! From typed expressions to nodes, bottom up and without recursion.
//!
//! Definitions are built in the order in which they need one another; within one, an explicit stack visits
//! operands before the expressions around them.

use super::Graph;
use super::intern::{Arena, Refusal};
use super::layout::Layout;
use super::node::{Apply, Fold, Node, NodeId, Operands, Origin, Shape};
use super::simplify::Built;
use crate::hir::{DefId, DefKind, Expr, ExprId, ExprKind, Program, Ty, operands};
use crate::limits::Limits;

/// Builds the graph of a program.
pub(super) fn build(program: &Program, limits: &Limits) -> Result<Graph, Refusal> {
    let layout = Layout::new(program);
    let mut builder = Builder {
        program,
        arena: Arena::new(layout, program, limits),
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
            DefKind::Let(e) | DefKind::Journey(e) => self.value(*e)?,
            DefKind::Experiment(experiment) => self.value(experiment.value)?,
            DefKind::Segment(e) | DefKind::Feature(e) => self.condition(*e)?,
            DefKind::Function(function) => self.value(function.body)?,
            DefKind::Behaviour(function) => {
                let origin = self.origin(function.body);
                self.behaviour(function, origin)?
            }
            DefKind::Classify(rules) | DefKind::Decision(rules) => self.rules(id, rules)?,
            DefKind::Table(table) => self.table(id, table)?,
            DefKind::Score(score) => self.score(id, score)?,
            DefKind::Action(action) => {
                let origin = Origin {
                    expr: None,
                    span: action.span,
                };
                let asked: Result<Vec<NodeId>, Refusal> =
                    action.conditions().map(|c| self.condition(c)).collect();
                self.arena.and(&asked?, origin)?
            }
            DefKind::NextBestAction(choice) => self.choice(id, choice)?,
            DefKind::Policy(_) | DefKind::Actions(_) => {
                let origin = Origin {
                    expr: None,
                    span: program.def(id).span,
                };
                self.arena.truth(true, origin)?
            }
            DefKind::Reference(reference) => {
                let origin = Origin {
                    expr: None,
                    span: program.def(id).span,
                };
                let rows = self.arena.pool.value(&reference.rows);
                self.arena.constant(rows, origin)?
            }
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
            operands(&expr.kind, |operand| open.push((operand, false)));
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

    pub(super) fn node_of(&self, id: ExprId) -> Option<NodeId> {
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
    pub(super) fn operand(&mut self, id: ExprId) -> Built {
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
    pub(super) fn holds(&mut self, id: ExprId) -> Built {
        let node = self.operand(id)?;
        let origin = self.origin(id);
        self.arena.condition(node, origin)
    }

    fn conditions(&mut self, ids: &[ExprId]) -> Result<Vec<NodeId>, Refusal> {
        ids.iter().map(|id| self.holds(*id)).collect()
    }

    fn kind(&self, id: ExprId) -> Operands {
        match self.program.expr(id).ty.present() {
            ty if ty.is_int_like() => Operands::Int,
            Ty::Decimal | Ty::Money(_) => Operands::Decimal,
            Ty::Text => Operands::Text,
            Ty::Enum(_) => Operands::Member,
            _ => Operands::Any,
        }
    }

    /// The node of an expression whose operands are built.
    fn expression(&mut self, id: ExprId, expr: &Expr) -> Built {
        let origin = self.origin(id);
        let program = self.program;
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
            ExprKind::Def(def) => self.named(id, *def, origin),
            ExprKind::Told(told) => self.told(id, told, origin),
            ExprKind::Local(local) => self.arena.intern(Node::Local(local.0), origin),
            ExprKind::Call(func, items) => {
                let items = self.operands(items)?;
                self.arena.call(program, func, &items, origin)
            }
            ExprKind::Apply(def, items) => {
                let items = self.operands(items)?;
                if matches!(expr.ty, Ty::Stream(_)) {
                    return self.stream_of(*def, &items, origin);
                }
                self.apply(*def, &items, origin)
            }
            ExprKind::Fold {
                op,
                item,
                list,
                body,
            } => {
                let fold = Fold {
                    op: *op,
                    decimal: program.expr(*body).ty.is_decimal(),
                    local: item.0,
                    list: self.operand(*list)?,
                    body: match program.expr(*body).ty {
                        Ty::Bool => self.holds(*body)?,
                        _ => self.operand(*body)?,
                    },
                };
                self.arena.fold(fold, origin)
            }
            ExprKind::Lookup(def, key) => {
                let key = self.operand(*key)?;
                self.lookup(*def, key, origin)
            }
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

    /// A parameterised definition and its arguments.
    fn apply(&mut self, def: DefId, arguments: &[NodeId], origin: Origin) -> Built {
        let (DefKind::Function(function) | DefKind::Behaviour(function), Some(root)) =
            (&self.program.def(def).kind, self.arena.root(def))
        else {
            return self.arena.constant(super::Scalar::Missing, origin);
        };
        let locals = function.params.iter().map(|p| p.local.0).collect();
        self.arena
            .apply(Apply { def, locals, root }, arguments, origin)
    }

    /// The row of a reference with a key.
    fn lookup(&mut self, def: DefId, key: NodeId, origin: Origin) -> Built {
        let DefKind::Reference(reference) = &self.program.def(def).kind else {
            return self.arena.constant(super::Scalar::Missing, origin);
        };
        self.arena.lookup(def, reference, key, origin)
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
                let int = expr.ty.present().is_whole();
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
