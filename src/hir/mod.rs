//! The resolved, typed program: every name is an id, every expression has a type, and what the flow of
//! conditions proved stands as explicit nodes ([`ExprKind::Unwrap`], checked [`ArithOp::Div`]).
//!
//! Built by `lower` from syntax trees, read by `graph`, `analysis`, the fingerprint and the oracle.
//! Start with [`Program`], then [`ExprKind`].

mod expr;
mod facts;
mod lower;
mod names;
mod operators;
mod order;
mod rules;
mod slips;
mod table;
mod types;

pub use crate::syntax::ast::{ArithOp, CompareOp, RangeEnd};
pub(crate) use facts::mirrored;
pub use lower::{CsvSources, lower};

use crate::source::Span;
use crate::value::Value;
use rust_decimal::Decimal;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) u32);
        impl $name {
            /// Its place in the program's list.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An enum.
    EnumId;
    /// A record type.
    RecordId;
    /// A field of context or touchpoint, at any depth.
    InputId;
    /// A `let`, `segment`, `classify`, `decision` or `table`.
    DefId;
    /// An expression.
    ExprId;
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the types of the language")]
pub enum Ty {
    Bool,
    Int,
    Decimal,
    Text,
    Enum(EnumId),
    Record(RecordId),
    List(Box<Ty>),
    /// Never nested directly.
    Optional(Box<Ty>),
    /// The type of `missing` alone, and of the items of `[]`. Fits every optional, every list.
    Never,
    /// What could not be typed; already reported, fits everything, in no finished program.
    Error,
}

impl Ty {
    /// `T?` for `T`; an optional stays as it is.
    #[must_use]
    pub fn optional(self) -> Ty {
        match self {
            Ty::Optional(_) | Ty::Error => self,
            other => Ty::Optional(Box::new(other)),
        }
    }

    /// `T` for `T?` and for `T`.
    #[must_use]
    pub fn present(&self) -> &Ty {
        match self {
            Ty::Optional(inner) => inner,
            other => other,
        }
    }

    /// Whether a value of it may be missing.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        matches!(self, Ty::Optional(_) | Ty::Never)
    }
}

/// An enum with its members in declared order.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Its name; an inline one is named by its path (`touchpoint.channel`).
    pub name: String,
    /// Member names.
    pub members: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// A record type with its fields in declared order.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its name; an inline one is named by its path.
    pub name: String,
    /// Its fields.
    pub fields: Vec<RecordField>,
    /// Where it is declared.
    pub span: Span,
}

/// A field of a record type.
#[derive(Clone, Debug)]
pub struct RecordField {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// Bounds, inclusive, of an `int` or `decimal`.
    pub range: Option<Bounds>,
    /// What it is when it is not given.
    pub default: Option<Value>,
    /// Where it is declared.
    pub span: Span,
}

/// An inclusive range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least value.
    pub low: Decimal,
    /// The greatest value; the greatest *excluded* value if `open`.
    pub high: Decimal,
    /// The upper end is excluded (decimals with `..`; integers are stored inclusive).
    pub open: bool,
}

/// Where an input comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// `context`: the same on every touchpoint.
    Context,
    /// `touchpoint`: may differ by channel.
    Touchpoint,
}

/// A field of the context or the touchpoint, at any depth. Records have their fields as children; all
/// else (lists of records too) is a leaf.
#[derive(Clone, Debug)]
pub struct Input {
    /// The dotted path as an author writes it: `customer.tier`, `touchpoint.channel`.
    pub path: String,
    /// The last word of the path.
    pub name: String,
    /// Context or touchpoint.
    pub root: Root,
    /// The record it is a field of.
    pub parent: Option<InputId>,
    /// The declared type. Optional only if declared so: a plain field of an optional record is plain here.
    pub ty: Ty,
    /// Bounds of a number.
    pub range: Option<Bounds>,
    /// What it is when the host gives nothing.
    pub default: Option<Value>,
    /// Fields, in declared order, where the (present) type is a record.
    pub children: Vec<InputId>,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// A definition.
#[derive(Clone, Debug)]
pub struct Def {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: DefKind,
    /// The type of its value. (`classify`: its enum; `collect` table: a list.)
    pub ty: Ty,
    /// `pervasive`: where the word stands.
    pub pervasive: Option<Span>,
    /// `independent of`: inputs, and where each is named.
    pub independent: Vec<(InputId, Span)>,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where its name stands.
    pub span: Span,
}

/// The kinds of definitions.
#[derive(Clone, Debug)]
pub enum DefKind {
    /// A named value.
    Let(ExprId),
    /// A named condition.
    Segment(ExprId),
    /// The first rule that holds names the member.
    Classify(Vec<Rule>),
    /// The first rule that holds gives the value.
    Decision(Vec<Rule>),
    /// A table.
    Table(Table),
}

/// A rule of a decision or classification.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The author's label.
    pub label: Option<String>,
    /// The condition, of type bool; `None` is `otherwise`.
    pub when: Option<ExprId>,
    /// What it gives, of the definition's type.
    pub value: ExprId,
    /// Why, in the author's words.
    pub because: Option<String>,
    /// The whole rule.
    pub span: Span,
}

/// How the rows of a table join.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HitPolicy {
    /// At most one row fits; shown at compile time.
    Unique,
    /// The first row that fits.
    First,
    /// All rows that fit, in order, as a list.
    Collect,
}

/// A table. Without a fitting row and without `otherwise` the value is missing (single hit; the compiler
/// has shown that this can't be unless the type is optional) or `[]` (collect).
#[derive(Clone, Debug)]
pub struct Table {
    /// How rows join.
    pub policy: HitPolicy,
    /// The column expressions, evaluated only by the cells that read them.
    pub columns: Vec<ExprId>,
    /// The rows in order.
    pub rows: Vec<Row>,
    /// When no row fits.
    pub otherwise: Option<Rule>,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// One a column: a bool over the column's expression; `None` is `-`. They are asked from left to right.
    pub cells: Vec<Option<ExprId>>,
    /// What it gives (in `collect`: one item of the list).
    pub value: ExprId,
    /// Why, in the author's words.
    pub because: Option<String>,
    /// The whole row.
    pub span: Span,
}

/// An expression with its type and its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Ty,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expressions. Operands are evaluated from left to right, and only when their value matters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ExprKind {
    /// A constant (`Value::Missing` for `missing`), never a list or record.
    Const(Value),
    /// A field of the context or touchpoint. Under an absent record its value is missing. The type is
    /// optional exactly if the field or a record around it is declared optional, unless an [`ExprKind::Unwrap`] stands around.
    Input(InputId),
    /// The value of a definition.
    Def(DefId),
    /// A field of a computed record, by its place; missing of missing where the record is optional.
    Field(ExprId, u32),
    /// A record; the fields are evaluated in the order written. Fields not listed are missing or have their default (then they are listed last).
    Record(RecordId, Vec<(u32, ExprId)>),
    /// A list.
    List(Vec<ExprId>),
    /// What the flow of conditions proved to be present: the same value, not optional.
    Unwrap(ExprId),
    /// An int where a decimal is needed (missing stays missing).
    Widen(ExprId),
    /// `-a` of int (checked) or decimal.
    Neg(ExprId),
    /// `not a`
    Not(ExprId),
    /// Operators from left to right, all on ints (`Add Sub Mul`, checked 64 bit) or all on decimals. `Div` is on
    /// decimals and its divisor proven not to be zero.
    Chain(ExprId, Vec<(ArithOp, ExprId)>),
    /// `a / b` on decimals with a divisor that may be zero: then the result is missing. Type `decimal?`.
    TryDiv(ExprId, ExprId),
    /// The first that is present; all but the last are optional.
    Else(Vec<ExprId>),
    /// `==` and `!=` on two of one type (neither optional), the others on ints, decimals or texts.
    Compare(CompareOp, ExprId, ExprId),
    /// `a is b`: `a` is optional, `b` is not; true if `a` is present and equal.
    Is(ExprId, ExprId),
    /// `a is present`
    IsPresent(ExprId),
    /// Whether a list holds an item.
    InList(ExprId, ExprId),
    /// Whether a number lies within `low..high`.
    InRange(ExprId, ExprId, ExprId, RangeEnd),
    /// Two or more.
    And(Vec<ExprId>),
    /// Two or more.
    Or(Vec<ExprId>),
    /// Pairs of condition and value, in order, and the value when none holds.
    If(Vec<(ExprId, ExprId)>, ExprId),
}

/// Calls `each` with every operand, in order of evaluation.
pub fn operands(kind: &ExprKind, mut each: impl FnMut(ExprId)) {
    match kind {
        ExprKind::Const(_) | ExprKind::Input(_) | ExprKind::Def(_) => {}
        ExprKind::Field(a, _)
        | ExprKind::Unwrap(a)
        | ExprKind::Widen(a)
        | ExprKind::Neg(a)
        | ExprKind::Not(a)
        | ExprKind::IsPresent(a) => each(*a),
        ExprKind::TryDiv(a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::Is(a, b)
        | ExprKind::InList(a, b) => [a, b].into_iter().for_each(|e| each(*e)),
        ExprKind::InRange(a, low, high, _) => [a, low, high].into_iter().for_each(|e| each(*e)),
        ExprKind::Record(_, fields) => fields.iter().for_each(|(_, e)| each(*e)),
        ExprKind::List(items)
        | ExprKind::Else(items)
        | ExprKind::And(items)
        | ExprKind::Or(items) => items.iter().for_each(|e| each(*e)),
        ExprKind::Chain(first, rest) => {
            each(*first);
            rest.iter().for_each(|(_, e)| each(*e));
        }
        ExprKind::If(arms, last) => {
            for (condition, value) in arms {
                each(*condition);
                each(*value);
            }
            each(*last);
        }
    }
}

/// Calls `each` with every operand, to replace it.
pub(crate) fn operands_mut(kind: &mut ExprKind, mut each: impl FnMut(&mut ExprId)) {
    match kind {
        ExprKind::Const(_) | ExprKind::Input(_) | ExprKind::Def(_) => {}
        ExprKind::Field(a, _)
        | ExprKind::Unwrap(a)
        | ExprKind::Widen(a)
        | ExprKind::Neg(a)
        | ExprKind::Not(a)
        | ExprKind::IsPresent(a) => each(a),
        ExprKind::TryDiv(a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::Is(a, b)
        | ExprKind::InList(a, b) => [a, b].into_iter().for_each(each),
        ExprKind::InRange(a, low, high, _) => [a, low, high].into_iter().for_each(each),
        ExprKind::Record(_, fields) => fields.iter_mut().for_each(|(_, e)| each(e)),
        ExprKind::List(items)
        | ExprKind::Else(items)
        | ExprKind::And(items)
        | ExprKind::Or(items) => items.iter_mut().for_each(each),
        ExprKind::Chain(first, rest) => {
            each(first);
            rest.iter_mut().for_each(|(_, e)| each(e));
        }
        ExprKind::If(arms, last) => {
            for (condition, value) in arms {
                each(condition);
                each(value);
            }
            each(last);
        }
    }
}

/// The expressions a definition consists of, rule by rule.
#[must_use]
pub fn roots(kind: &DefKind) -> Vec<ExprId> {
    let of_rule = |r: &Rule| r.when.into_iter().chain([r.value]).collect::<Vec<_>>();
    match kind {
        DefKind::Let(e) | DefKind::Segment(e) => vec![*e],
        DefKind::Classify(rules) | DefKind::Decision(rules) => {
            rules.iter().flat_map(of_rule).collect()
        }
        DefKind::Table(table) => {
            let rows = table.rows.iter();
            rows.flat_map(|r| r.cells.iter().flatten().copied().chain([r.value]))
                .chain(table.otherwise.iter().flat_map(of_rule))
                .collect()
        }
    }
}

/// A whole ruleset, resolved. It is only made without errors.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) name: String,
    pub(crate) docs: Vec<String>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) records: Vec<Record>,
    pub(crate) inputs: Vec<Input>,
    /// Children before parents; definitions a definition needs before it, see `order`.
    pub(crate) exprs: Vec<Expr>,
    pub(crate) defs: Vec<Def>,
    /// The definitions so that each comes behind those it needs.
    pub(crate) order: Vec<DefId>,
}

#[expect(
    clippy::indexing_slicing,
    reason = "ids are made only by the lowering that fills these lists, and never leave their program"
)]
impl Program {
    /// The name after `ruleset`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The doc comment of `ruleset`.
    #[must_use]
    pub fn docs(&self) -> &[String] {
        &self.docs
    }
    /// All enums.
    #[must_use]
    pub fn enums(&self) -> &[Enum] {
        &self.enums
    }
    /// All record types.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }
    /// All inputs; parents before children.
    #[must_use]
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }
    /// All definitions as declared.
    #[must_use]
    pub fn defs(&self) -> &[Def] {
        &self.defs
    }
    /// The definitions so that each comes behind those it needs.
    #[must_use]
    pub fn order(&self) -> &[DefId] {
        &self.order
    }
    /// All expressions, children before parents.
    #[must_use]
    pub fn exprs(&self) -> &[Expr] {
        &self.exprs
    }
    /// One enum.
    #[must_use]
    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.index()]
    }
    /// One record type.
    #[must_use]
    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.index()]
    }
    /// One input.
    #[must_use]
    pub fn input(&self, id: InputId) -> &Input {
        &self.inputs[id.index()]
    }
    /// One definition.
    #[must_use]
    pub fn def(&self, id: DefId) -> &Def {
        &self.defs[id.index()]
    }
    /// One expression.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }
    /// The definition of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<DefId> {
        let index = self.defs.iter().position(|d| d.name == name)?;
        u32::try_from(index).ok().map(DefId)
    }
    /// A type as an author writes it.
    #[must_use]
    pub fn type_name(&self, ty: &Ty) -> String {
        type_name(ty, &self.enums, &self.records)
    }
}

fn type_name(ty: &Ty, enums: &[Enum], records: &[Record]) -> String {
    match ty {
        Ty::Bool => "bool".to_owned(),
        Ty::Int => "int".to_owned(),
        Ty::Decimal => "decimal".to_owned(),
        Ty::Text => "string".to_owned(),
        Ty::Enum(id) => enums
            .get(id.index())
            .map_or(String::new(), |e| e.name.clone()),
        Ty::Record(id) => records
            .get(id.index())
            .map_or(String::new(), |r| r.name.clone()),
        Ty::List(item) => format!("list<{}>", type_name(item, enums, records)),
        Ty::Optional(inner) => format!("{}?", type_name(inner, enums, records)),
        Ty::Never => "missing".to_owned(),
        Ty::Error => "?".to_owned(),
    }
}
