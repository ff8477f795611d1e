//! The resolved, typed program: every name is an id, every expression has a type, and what the flow of
//! conditions proved stands as explicit nodes ([`ExprKind::Unwrap`], checked [`ArithOp::Div`]).
//!
//! Built by `lower` from syntax trees, read by `graph`, `analysis`, the fingerprint and the oracle.
//! Start with [`Program`], then [`ExprKind`].

mod arithmetic;
mod compare;
mod defaults;
mod definitions;
mod expectation;
mod expr;
mod facts;
mod fields;
mod inputs;
mod literals;
mod logic;
mod lower;
mod membership;
mod names;
mod order;
mod program;
mod rules;
mod slips;
mod table;
mod types;
mod visit;
mod words;

pub use crate::syntax::ast::{ArithOp, CompareOp, RangeEnd};
pub(crate) use facts::mirrored;
pub use lower::{CsvSources, lower};
pub use program::Program;
pub(crate) use visit::operands_mut;
pub use visit::{operands, roots};

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
