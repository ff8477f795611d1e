//! Typed programs put together by hand, for tests and benchmarks of the stages behind the checker.
//!
//! Nothing is checked here: what is built must be what the checker would have made.

use super::Graph;
use crate::hir::{
    ArithOp, CompareOp, Def, DefId, DefKind, Enum, EnumId, Expr, ExprId, ExprKind, HitPolicy,
    Input, InputId, Program, Record, RecordField, RecordId, Root, Row, Rule, Table, Ty,
};
use crate::limits::Limits;
use crate::source::{SourceId, Span};
use crate::value::Value;
use rust_decimal::Decimal;

/// A program being put together.
#[derive(Debug)]
pub struct Make {
    /// What there is so far.
    pub program: Program,
}

impl Default for Make {
    fn default() -> Self {
        Make::new()
    }
}

fn id(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl Make {
    /// An empty program.
    #[must_use]
    pub fn new() -> Make {
        Make {
            program: Program {
                zone: None,
                views: Vec::new(),
                entries: Vec::new(),
                event_tag: crate::hir::RecordId(u32::MAX),
                name: "demo".to_owned(),
                docs: Vec::new(),
                enums: Vec::new(),
                records: Vec::new(),
                inputs: Vec::new(),
                exprs: Vec::new(),
                defs: Vec::new(),
                order: Vec::new(),
                issues: Vec::new(),
                groups: Vec::new(),
                catalogues: Vec::new(),
                events: Vec::new(),
                patterns: Vec::new(),
                locals: Vec::new(),
                local_numbers: Vec::new(),
                tests: crate::hir::Tests::default(),
                week_start: 0,
            },
        }
    }

    /// A place in the text that nothing else has.
    fn span(&self) -> Span {
        let at = id(self.program.exprs.len() + self.program.defs.len());
        Span::new(SourceId::default(), at, at + 1)
    }

    /// An enum.
    pub fn enumeration(&mut self, name: &str, members: &[&str]) -> Ty {
        self.program.enums.push(Enum {
            ordered: false,
            name: name.to_owned(),
            members: members.iter().map(|m| (*m).to_owned()).collect(),
            docs: Vec::new(),
            span: Span::default(),
        });
        Ty::Enum(EnumId(id(self.program.enums.len()) - 1))
    }

    /// A record type.
    pub fn record_type(&mut self, name: &str, fields: &[(&str, Ty)]) -> Ty {
        let field = |(name, ty): &(&str, Ty)| RecordField {
            sensitive: false,
            fixed: false,
            name: (*name).to_owned(),
            ty: ty.clone(),
            range: None,
            default: None,
            docs: Vec::new(),
            span: Span::default(),
        };
        self.program.records.push(Record {
            name: name.to_owned(),
            fields: fields.iter().map(field).collect(),
            docs: Vec::new(),
            span: Span::default(),
        });
        Ty::Record(RecordId(id(self.program.records.len()) - 1))
    }

    /// A field of the context; of a record where the path has a point.
    pub fn input(&mut self, path: &str, ty: Ty) -> InputId {
        let new = InputId(id(self.program.inputs.len()));
        let (around, name) = path.rsplit_once('.').unwrap_or(("", path));
        let inputs = &mut self.program.inputs;
        let parent = inputs.iter().position(|i| i.path == around);
        if let Some(record) = parent.and_then(|at| inputs.get_mut(at)) {
            record.children.push(new);
        }
        inputs.push(Input {
            sensitive: false,
            fixed: false,
            path: path.to_owned(),
            name: name.to_owned(),
            root: Root::Context,
            parent: parent.map(|at| InputId(id(at))),
            ty,
            range: None,
            default: None,
            children: Vec::new(),
            docs: Vec::new(),
            span: Span::default(),
        });
        new
    }

    /// An expression.
    pub fn expr(&mut self, ty: Ty, kind: ExprKind) -> ExprId {
        let span = self.span();
        self.program.exprs.push(Expr { kind, ty, span });
        ExprId(id(self.program.exprs.len()) - 1)
    }

    fn bool(&mut self, kind: ExprKind) -> ExprId {
        self.expr(Ty::Bool, kind)
    }

    fn ty(&self, expr: ExprId) -> Ty {
        self.program.expr(expr).ty.clone()
    }

    /// The value of an input.
    pub fn get(&mut self, input: InputId) -> ExprId {
        let ty = self.program.input(input).ty.clone();
        self.expr(ty, ExprKind::Input(input))
    }

    /// The value of a definition.
    pub fn def(&mut self, def: DefId) -> ExprId {
        let ty = self.program.def(def).ty.clone();
        self.expr(ty, ExprKind::Def(def))
    }

    /// What is proven to be present.
    pub fn unwrap(&mut self, inner: ExprId) -> ExprId {
        let ty = self.ty(inner).present().clone();
        self.expr(ty, ExprKind::Unwrap(inner))
    }

    /// `missing`
    pub fn missing(&mut self) -> ExprId {
        self.expr(Ty::Never, ExprKind::Const(Value::Missing))
    }

    /// A bool.
    pub fn truth(&mut self, value: bool) -> ExprId {
        self.bool(ExprKind::Const(Value::Bool(value)))
    }

    /// An int.
    pub fn int(&mut self, value: i64) -> ExprId {
        self.expr(Ty::Int, ExprKind::Const(Value::Int(value)))
    }

    /// A decimal, normalised.
    pub fn decimal(&mut self, value: &str) -> ExprId {
        let value: Decimal = value.parse().unwrap_or_default();
        let value = Value::Decimal(crate::value::decimal::normalise(value));
        self.expr(Ty::Decimal, ExprKind::Const(value))
    }

    /// A string.
    pub fn text(&mut self, value: &str) -> ExprId {
        self.expr(Ty::Text, ExprKind::Const(Value::Text(value.into())))
    }

    /// A member.
    pub fn member(&mut self, ty: &Ty, member: u32) -> ExprId {
        self.expr(ty.clone(), ExprKind::Const(Value::Member(member)))
    }

    /// `a op b`
    pub fn compare(&mut self, op: CompareOp, a: ExprId, b: ExprId) -> ExprId {
        self.bool(ExprKind::Compare(op, a, b))
    }

    /// `a and b …`
    pub fn and(&mut self, parts: &[ExprId]) -> ExprId {
        self.bool(ExprKind::And(parts.to_vec()))
    }

    /// `a or b …`
    pub fn or(&mut self, parts: &[ExprId]) -> ExprId {
        self.bool(ExprKind::Or(parts.to_vec()))
    }

    /// `not a`
    pub fn not(&mut self, inner: ExprId) -> ExprId {
        self.bool(ExprKind::Not(inner))
    }

    /// `a is present`
    pub fn is_present(&mut self, inner: ExprId) -> ExprId {
        self.bool(ExprKind::IsPresent(inner))
    }

    /// `a is b`
    pub fn is(&mut self, a: ExprId, b: ExprId) -> ExprId {
        self.bool(ExprKind::Is(a, b))
    }

    /// `a in b`
    pub fn in_list(&mut self, item: ExprId, list: ExprId) -> ExprId {
        self.bool(ExprKind::InList(item, list))
    }

    /// `[a, b …]`
    pub fn list(&mut self, items: &[ExprId]) -> ExprId {
        let item = items.first().map_or(Ty::Never, |i| self.ty(*i));
        self.expr(Ty::List(Box::new(item)), ExprKind::List(items.to_vec()))
    }

    /// `a op b op c …`
    pub fn chain(&mut self, first: ExprId, rest: &[(ArithOp, ExprId)]) -> ExprId {
        let ty = self.ty(first);
        self.expr(ty, ExprKind::Chain(first, rest.to_vec()))
    }

    /// A record, its fields as written.
    pub fn record(&mut self, ty: &Ty, fields: &[(u32, ExprId)]) -> ExprId {
        let Ty::Record(record) = ty else {
            return self.missing();
        };
        self.expr(ty.clone(), ExprKind::Record(*record, fields.to_vec()))
    }

    /// `a if when otherwise b`
    pub fn conditional(&mut self, when: ExprId, a: ExprId, b: ExprId) -> ExprId {
        let ty = self.ty(a);
        self.expr(ty, ExprKind::If(vec![(when, a)], b))
    }

    /// A definition; what it needs must be there.
    pub fn define(&mut self, name: &str, ty: Ty, kind: DefKind) -> DefId {
        let new = DefId(id(self.program.defs.len()));
        let span = self.span();
        self.program.defs.push(Def {
            name: name.to_owned(),
            kind,
            ty,
            pervasive: None,
            independent: Vec::new(),
            docs: Vec::new(),
            span,
        });
        self.program.order.push(new);
        new
    }

    /// `let name = value`
    pub fn named(&mut self, name: &str, value: ExprId) -> DefId {
        let ty = self.ty(value);
        self.define(name, ty, DefKind::Let(value))
    }

    /// `segment name = value`
    pub fn segment(&mut self, name: &str, value: ExprId) -> DefId {
        self.define(name, Ty::Bool, DefKind::Segment(value))
    }

    /// A decision: pairs of condition (none is `otherwise`) and value.
    pub fn decision(&mut self, name: &str, rules: &[(Option<ExprId>, ExprId)]) -> DefId {
        let ty = rules
            .first()
            .map_or(Ty::Never, |(_, value)| self.ty(*value));
        let rule = |(when, value): &(Option<ExprId>, ExprId)| Rule {
            label: None,
            when: *when,
            value: *value,
            because: None,
            span: Span::default(),
        };
        let rules = rules.iter().map(rule).collect();
        self.define(name, ty, DefKind::Decision(rules))
    }

    /// A table of rows of cells and value.
    pub fn table(
        &mut self,
        name: &str,
        policy: HitPolicy,
        rows: &[(Vec<Option<ExprId>>, ExprId)],
        otherwise: Option<ExprId>,
    ) -> DefId {
        let ty = rows.first().map_or(Ty::Never, |(_, value)| self.ty(*value));
        let ty = match policy {
            HitPolicy::Collect => Ty::List(Box::new(ty)),
            _ => ty,
        };
        let row = |(cells, value): &(Vec<Option<ExprId>>, ExprId)| Row {
            cells: cells.clone(),
            value: *value,
            because: None,
            span: Span::default(),
        };
        let otherwise = otherwise.map(|value| Rule {
            label: None,
            when: None,
            value,
            because: None,
            span: Span::default(),
        });
        let table = Table {
            ranks: Vec::new(),
            policy,
            columns: Vec::new(),
            rows: rows.iter().map(row).collect(),
            otherwise,
        };
        self.define(name, ty, DefKind::Table(table))
    }

    /// The graph of it, checked.
    ///
    /// # Errors
    /// What a limit or the verifier refuses, in words.
    pub fn graph(&self) -> Result<Graph, String> {
        let graph = Graph::build(&self.program, &Limits::default())
            .map_err(|all| all.into_iter().map(|d| d.message).collect::<String>())?;
        super::verify::verify(&graph)?;
        Ok(graph)
    }
}
