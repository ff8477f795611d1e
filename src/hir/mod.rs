//! The resolved, typed program: every name is an id, every expression has a type, and what the flow of
//! conditions proved stands as explicit nodes ([`ExprKind::Unwrap`], checked [`ArithOp::Div`]).
//!
//! Built by `lower` from syntax trees, read by `graph`, `analysis`, the fingerprint and the oracle.
//! Start with [`Program`], then [`ExprKind`].

mod actions;
mod acts;
mod arithmetic;
mod behaviours;
mod candidates;
mod catalogue_heads;
mod catalogue_rows;
mod catalogues;
mod chains;
mod choice_values;
mod choices;
mod compare;
mod conversions;
mod defaults;
mod definitions;
mod dressed;
mod event_folds;
mod event_slips;
mod expectation;
mod experiments;
mod expr;
mod facts;
mod fields;
mod function_slips;
mod functions;
mod inputs;
mod journeys;
mod json_scalars;
mod lists;
mod literals;
mod local_times;
mod logic;
mod lower;
mod membership;
mod names;
mod operators;
mod order;
mod parts;
mod pauses;
mod policies;
mod policy_words;
mod program;
mod reach;
mod reference;
mod reference_cells;
mod reference_csv;
mod reference_json;
mod reference_misfits;
mod rules;
mod scope;
mod slips;
mod stages;
mod streams;
mod table;
mod texts;
mod time;
pub mod told;
mod trial;
mod types;
mod validity;
pub(crate) mod views;
mod visit;
mod words;

pub use crate::syntax::ast::{Alike, ArithOp, CompareOp, Per, RangeEnd, TextOp, Unit};
pub use crate::value::round::Rounding;
pub use acts::{
    Action, ActionSet, Binding, Candidate, Catalogue, Choice, Content, Dress, Experiment, Factors,
    Group, HoldOut, Issue, LayerShare, Policy, PolicyClause, PolicyKind, Stage, Treatment, Weight,
};
pub(crate) use candidates::{BINDS_NOTHING, NOTHING_TO_CHOOSE};
pub(crate) use facts::mirrored;
pub use lower::{CsvSources, lower};
pub use program::Program;
pub(crate) use reference::is_json_lines;
pub use trial::{Expectation, Expected, Fact as GivenFact, Layer, TestCase, TestEvent, Tests};
pub(crate) use visit::operands_mut;
pub use visit::{operands, roots, treatments};

use crate::source::Span;
use crate::value::Value;
use rust_decimal::Decimal;
use std::sync::Arc;

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
    /// A `let`, `segment`, `behaviour`, `journey`, `classify`, `decision` or `table`, among others.
    DefId;
    /// An expression.
    ExprId;
    /// A parameter of a definition, or the item of a list while it is looked at.
    LocalId;
    /// A pattern of a `matches`.
    PatternId;
    /// A group of actions.
    GroupId;
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
    /// The code of a currency, by its place in the list of ISO 4217.
    Money(Currency),
    /// A day of the calendar; days since 1970-01-01.
    Date,
    /// A time of day in milliseconds.
    Time,
    /// An instant in milliseconds since 1970-01-01T00:00:00Z.
    DateTime,
    /// Milliseconds.
    Duration,
    /// A duration or `never`, which is longer than every duration ([`NEVER`]).
    Elapsed,
    /// Metres.
    Distance,
    /// A zone by its place in the bundled database; a [`Value::Member`].
    Zone,
    /// Latitude and longitude in one number.
    Geo,
    Record(RecordId),
    List(Box<Ty>),
    /// Never nested directly.
    Optional(Box<Ty>),
    /// Events, within behaviours; the record says what can be asked of one ([`told::View`]).
    Stream(RecordId),
    /// The type of `missing` alone, and of the items of `[]`. Fits every optional, every list.
    Never,
    /// What could not be typed; already reported, fits everything, in no finished program.
    Error,
}

/// `never`, as the value of an [`Ty::Elapsed`].
pub const NEVER: i64 = i64::MAX;

impl Ty {
    /// Whether its values are whole numbers that are calculated with as such.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self, Ty::Int | Ty::Duration | Ty::Distance)
    }

    /// Whether its values are decimals.
    #[must_use]
    pub fn is_decimal(&self) -> bool {
        matches!(self, Ty::Decimal | Ty::Money(_))
    }

    /// Whether its values are held as [`Value::Int`].
    #[must_use]
    pub fn is_int_like(&self) -> bool {
        self.is_whole()
            || matches!(
                self,
                Ty::Date | Ty::Time | Ty::DateTime | Ty::Elapsed | Ty::Geo
            )
    }

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

/// A currency: its place in the list of ISO 4217 codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(pub(crate) u16);

/// An enum with its members in declared order.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Its name; an inline one is named by its path (`touchpoint.channel`).
    pub name: String,
    /// Member names.
    pub members: Vec<String>,
    /// Whether a member is less than those declared behind it.
    pub ordered: bool,
    /// Doc comment.
    pub docs: Vec<String>,
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
    /// Doc comment.
    pub docs: Vec<String>,
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
    /// Never shown in traces, logs and errors; holds for all within a record.
    pub sensitive: bool,
    /// No advice proposes to change it.
    pub fixed: bool,
    /// Doc comment.
    pub docs: Vec<String>,
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
    /// `now`: the instant for which a decision is made. At most one input.
    Now,
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
    /// Never shown in traces, logs and errors: declared so, or within a record that is.
    pub sensitive: bool,
    /// No advice proposes to change it: declared so, or within a record that is.
    pub fixed: bool,
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
    /// What a customer's events say, with parameters or without. Where the body is of type [`Ty::Stream`], the value is
    /// whether there is one.
    Behaviour(Function),
    /// Where a customer is on a way of several stages: always a [`told::Journey`].
    Journey(ExprId),
    /// What a product switches on: a condition.
    Feature(ExprId),
    /// A value (`let`) or condition (`segment`) of its parameters.
    Function(Function),
    /// A constant table; the value is the list of its rows.
    Reference(Reference),
    /// The sum of the points of all rules that hold, kept within bounds.
    Score(Score),
    /// The first rule that holds names the member.
    Classify(Vec<Rule>),
    /// The first rule that holds gives the value.
    Decision(Vec<Rule>),
    /// A table.
    Table(Table),
    /// What a business could do for a customer. The value is whether it could: whether all conditions hold.
    Action(Arc<Action>),
    /// Actions whose rows are data. The value says nothing.
    Actions(Box<Catalogue>),
    /// What chooses among actions.
    NextBestAction(Box<Choice>),
    /// How often and when customers are contacted at most.
    Policy(Arc<Policy>),
    /// Which variant a customer is given; missing for whom it is not.
    Experiment(Box<Experiment>),
}

/// A parameterised definition. Arguments are evaluated from left to right before the body.
#[derive(Clone, Debug)]
pub struct Function {
    /// The parameters.
    pub params: Vec<Param>,
    /// The body.
    pub body: ExprId,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// What stands for it in the body.
    pub local: LocalId,
}

/// Reference data.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The type of a row.
    pub record: RecordId,
    /// The place of the field whose values tell rows apart.
    pub key: u32,
    /// The rows in order; each a [`Value::Record`].
    pub rows: Value,
}

/// A score: starts at zero; the points of each rule that holds are added in order; then the bounds.
#[derive(Clone, Debug)]
pub struct Score {
    /// The rules; their values are the points.
    pub rules: Vec<Rule>,
    /// What is less than the lower bound is the lower bound, and likewise above.
    pub bounds: Option<Bounds>,
}

/// An event type.
#[derive(Clone, Debug)]
pub struct EventType {
    /// Its name.
    pub name: String,
    /// What it carries.
    pub record: RecordId,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where its name stands.
    pub span: Span,
}

/// A pattern of `matches` or `contains match`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PatternText {
    /// As written, escapes undone.
    pub text: String,
    /// Whether the whole text must match.
    pub full: bool,
    /// ASCII letters match in both cases.
    pub ignoring_case: bool,
}

/// A rule of a decision or classification.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The author's label.
    pub label: Option<String>,
    /// The condition, of type bool; `None` is `otherwise`. A validity is its first part.
    pub when: Option<ExprId>,
    /// What it gives, of the definition's type.
    pub value: ExprId,
    /// Why, in the author's words: of type text.
    pub because: Option<ExprId>,
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
    /// Rows that fit may overlap, but all of them give the same.
    Any,
    /// All rows that fit, in order, as a list.
    Collect,
    /// The sum of what the rows give that fit.
    Sum,
    /// The least of it; missing where none fits.
    Min,
    /// The greatest of it; missing where none fits.
    Max,
    /// How many rows fit.
    Count,
    /// What the most important of the fitting rows gives; of two alike, the first.
    Priority,
    /// All that the fitting rows give, the most important first.
    OutputOrder,
    /// Of next best actions: what the chosen actions give, the best first.
    Ranked,
}

impl HitPolicy {
    /// Whether the first row that fits gives the value, and no other is asked.
    #[must_use]
    pub fn is_first(self) -> bool {
        matches!(self, HitPolicy::Unique | HitPolicy::First | HitPolicy::Any)
    }

    /// Whether one row gives the value.
    #[must_use]
    pub fn is_single(self) -> bool {
        matches!(
            self,
            HitPolicy::Unique | HitPolicy::First | HitPolicy::Any | HitPolicy::Priority
        )
    }
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
    /// `priority`, `output_order`: how important each member of the result's enum is, the least number first.
    pub ranks: Vec<u32>,
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
    /// Why, in the author's words: of type text.
    pub because: Option<ExprId>,
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
    /// Operators from left to right, all on whole numbers (`Add Sub Mul IntDiv Mod`, checked 64 bit) or all on
    /// decimals (`Add Sub Mul Div`). The divisors of `Div`, `IntDiv` and `Mod` are proven not to be zero.
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
    /// A built-in function; all operands are evaluated, from left to right.
    Call(Func, Vec<ExprId>),
    /// A parameter or an item.
    Local(LocalId),
    /// A parameterised definition and its arguments.
    Apply(DefId, Vec<ExprId>),
    /// Looks at the items of a list one after the other.
    Fold {
        /// What is asked of them.
        op: FoldOp,
        /// What stands for the item in the body.
        item: LocalId,
        /// The list.
        list: ExprId,
        /// What is evaluated for each item.
        body: ExprId,
    },
    /// The row of a reference with that key; missing where there is none.
    Lookup(DefId, ExprId),
    /// Events, and what is asked of them; in behaviours, and around behaviours that are events.
    Told(Box<told::Told>),
}

/// What a fold gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoldOp {
    /// Whether the body holds for an item; stops at the first.
    Any,
    /// Whether the body holds for all items; stops at the first that it does not hold for.
    Every,
    /// The items for which the body holds, in order.
    Filter,
    /// The sum of the bodies, from left to right; zero of none.
    Sum,
    /// The least body; missing of none.
    Min,
    /// The greatest body; missing of none.
    Max,
    /// The item with the least body, of two alike the first; missing of none.
    Nearest,
}

/// Built-in functions. Operands are present unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Func {
    /// `a div b`; missing by zero.
    TryIntDiv,
    /// `a mod b`; missing by zero.
    TryMod,
    /// `abs(a)` of a whole number (checked) or a decimal.
    Abs,
    /// The least of two or more of one ordered type.
    Min,
    /// The greatest of them.
    Max,
    /// A decimal or amount to the multiple of a step (a positive constant).
    Round(Rounding),
    /// An amount to so many places, half to even.
    RoundMoney(u32),
    /// The amounts within a value of this type, half to even to the minor units of their currencies.
    RoundAll(Ty),
    /// Now and an instant that may be missing: what lies between, or `never`.
    Since,
    /// Instant and zone: the date there.
    DateOf,
    /// Instant and zone: the time of day there.
    TimeOf,
    /// Instant and duration.
    AddTime,
    /// Instant and duration.
    SubTime,
    /// Two instants: the first minus the second, a duration.
    TimeBetween,
    /// Date and number of days.
    AddDays,
    /// Date and number of months; clamped to the end of the month.
    AddMonths,
    /// Two dates: whole years from the first to the second.
    YearsBetween,
    /// Two dates: whole months.
    MonthsBetween,
    /// Two dates: whole weeks.
    WeeksBetween,
    /// Two dates: days.
    DaysBetween,
    /// A duration: how many of these units fit into it, towards zero.
    Whole(Unit),
    /// Of a date.
    Year,
    /// Of a date, from 1.
    Month,
    /// Of a date, from 1.
    Day,
    /// Of a date: a member of `Weekday`.
    Weekday,
    /// Of a time of day.
    Hour,
    /// Of a time of day.
    Minute,
    /// Of a time of day.
    Second,
    /// Between two places, in metres.
    Distance,
    /// How many characters a text has.
    Length,
    /// How many items a list has.
    Count,
    /// ASCII letters in lower case.
    Lower,
    /// A question about two texts; `true`: ASCII letters are alike in both cases.
    Text(TextOp, bool),
    /// Whether a text fits a pattern.
    Matches(PatternId),
    /// A value of this type as text.
    Show(Ty),
    /// Texts one behind the other.
    Join,
    /// The slot of a unit, a text.
    Slot(crate::value::bucket::Bucketing),
}
