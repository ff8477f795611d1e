//! The resolved, typed program: every name is an id, every expression has a type, and what the flow of
//! conditions proved stands as explicit nodes ([`ExprKind::Unwrap`], checked [`ArithOp::Div`]).
//!
//! Built by `lower` from syntax trees, read by `graph`, `analysis`, the fingerprint and the oracle.
//! Start with [`Program`], then [`ExprKind`].

mod actions;
mod arithmetic;
mod behaviours;
mod chains;
mod choices;
mod compare;
mod conversions;
mod defaults;
mod definitions;
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
mod policies;
mod program;
mod reference;
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
pub(crate) use facts::mirrored;
pub use lower::{CsvSources, lower};
pub use program::Program;
pub use trial::{Expectation, Expected, Fact as GivenFact, Layer, TestCase, TestEvent, Tests};
pub(crate) use visit::operands_mut;
pub use visit::{operands, roots, treatments};

use crate::source::Span;
use crate::value::Value;
use crate::value::bucket::Bucketing;
use rust_decimal::Decimal;
use std::ops::Range;
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

/// An issue: what groups of actions are about.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Its name.
    pub name: String,
    /// What it adds to the lever of its actions: `0.1` of `+10%`.
    pub lever: Decimal,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where its name stands.
    pub span: Span,
}

/// A group of actions.
#[derive(Clone, Debug)]
pub struct Group {
    /// The issue it belongs to, by its place.
    pub issue: u32,
    /// Its path: `sales.tickets`.
    pub name: String,
    /// What it adds to the lever of its actions.
    pub lever: Decimal,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where its path stands.
    pub span: Span,
}

/// What a business could do for a customer. Conditions are asked in the order of the fields.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// The group it belongs to.
    pub group: GroupId,
    /// May they have it at all?
    pub eligible: Option<ExprId>,
    /// Does it make sense now?
    pub applicable: Option<ExprId>,
    /// Is it right for them?
    pub suitable: Option<ExprId>,
    /// `valid from … until …`
    pub valid: Option<ExprId>,
    /// `only on …`
    pub only_on: Option<ExprId>,
    /// How likely they accept, of type decimal.
    pub propensity: Option<ExprId>,
    /// What it is worth, of type decimal.
    pub value: Option<ExprId>,
    /// What it adds to its lever.
    pub lever: Decimal,
    /// What it gives.
    pub gives: Vec<Content>,
    /// How it is shown; the first that fits.
    pub treatments: Vec<Treatment>,
    /// No policy binds it.
    pub transactional: bool,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where its name stands.
    pub span: Span,
}

/// Where an action falls out on its way to being chosen, in the order in which it is asked.
///
/// ```
/// use pervade::Stage;
/// assert_eq!(Stage::ALL.map(Stage::word)[..3], ["eligible", "applicable", "suitable"]);
/// assert!(Stage::Eligible < Stage::Rank);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stage {
    /// The customer may not have it at all.
    Eligible,
    /// It makes no sense now.
    Applicable,
    /// It is not right for them.
    Suitable,
    /// It is not valid yet, or no longer.
    Valid,
    /// It is not for this touchpoint.
    Touchpoint,
    /// The customer is held out of it for comparison.
    HoldOut,
    /// A contact policy binds it.
    Policy,
    /// It qualifies, and others come before it.
    Rank,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Stage; 8] = [
        Stage::Eligible,
        Stage::Applicable,
        Stage::Suitable,
        Stage::Valid,
        Stage::Touchpoint,
        Stage::HoldOut,
        Stage::Policy,
        Stage::Rank,
    ];

    /// The word that tests write: `expect home rejects popcorn by suitable`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Stage::Eligible => "eligible",
            Stage::Applicable => "applicable",
            Stage::Suitable => "suitable",
            Stage::Valid => "valid",
            Stage::Touchpoint => "touchpoint",
            Stage::HoldOut => "hold_out",
            Stage::Policy => "policy",
            Stage::Rank => "rank",
        }
    }
}

impl Action {
    /// Its conditions, in the order in which they are asked.
    pub fn conditions(&self) -> impl Iterator<Item = ExprId> {
        let stages = [self.eligible, self.applicable, self.suitable];
        stages
            .into_iter()
            .chain([self.valid, self.only_on])
            .flatten()
    }
}

/// A field of what an action gives or shows.
#[derive(Clone, Debug)]
pub struct Content {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: ExprId,
    /// Where its name stands.
    pub span: Span,
}

/// How an action is shown.
#[derive(Clone, Debug)]
pub struct Treatment {
    /// On which touchpoints; `None` is `otherwise`.
    pub when: Option<ExprId>,
    /// What it shows.
    pub content: Vec<Content>,
    /// The whole clause.
    pub span: Span,
}

/// What chooses among actions: those whose conditions hold, the greatest rank first; of two alike, that of the greater
/// value, then that whose name comes first.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What it chooses from, in declared order.
    pub candidates: Vec<Candidate>,
    /// By what it ranks, of type decimal.
    pub rank: ExprId,
    /// What stands for the numbers of an action in that.
    pub factors: Factors,
    /// What is added to the weight.
    pub weights: Vec<Weight>,
    /// At most so many are chosen.
    pub limit: Option<u32>,
    /// At most so many of each group or issue.
    pub per: Vec<(Per, u32)>,
    /// Who is held out of the whole choice: for them nothing is chosen.
    pub hold_outs: Vec<HoldOut>,
    /// The clauses of all policies that bind candidates, in declared order.
    pub policies: Vec<Binding>,
    /// The type of what is shown.
    pub treatment: Option<RecordId>,
}

/// What stands for the numbers of an action in a ranking, where it reads them.
#[derive(Clone, Copy, Debug)]
pub struct Factors {
    /// How likely they accept.
    pub propensity: Option<LocalId>,
    /// What it is worth.
    pub value: Option<LocalId>,
    /// 1, and what the weights add whose conditions hold.
    pub weight: Option<LocalId>,
    /// 1, and what issue, group and action add.
    pub lever: Option<LocalId>,
}

/// An action that may be chosen.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The action.
    pub action: Arc<Action>,
    /// 1, and what issue, group and action add to the lever.
    pub lever: Decimal,
    /// Who is not held out of it, asked behind its own conditions.
    pub free: Vec<ExprId>,
    /// What stands for it in the value.
    pub value: ExprId,
    /// How it is shown, each of the type that all candidates have in common.
    pub treatments: Vec<Dress>,
}

/// A clause of a policy, and which candidates it binds.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The clause.
    pub clause: Arc<PolicyClause>,
    /// The places of the candidates, in order.
    pub of: Vec<u32>,
}

/// An experiment.
#[derive(Clone, Debug)]
pub struct Experiment {
    /// The variant: a member of its enum; missing.
    pub value: ExprId,
    /// How units are spread.
    pub bucketing: Bucketing,
    /// The slots of each variant, in the order of the members.
    pub variants: Vec<Vec<Range<u32>>>,
    /// Which stretch of a layer it has.
    pub layer: Option<LayerShare>,
}

/// A stretch of a layer, whose experiments have no unit in common.
#[derive(Clone, Debug)]
pub struct LayerShare {
    /// Its name, which is its salt.
    pub name: String,
    /// How units are spread over it.
    pub bucketing: Bucketing,
    /// The slots that the experiment has.
    pub slots: Range<u32>,
}

/// Who is held out of a choice.
#[derive(Clone, Debug)]
pub struct HoldOut {
    /// Whether they are.
    pub held: ExprId,
    /// Whether they are not.
    pub free: ExprId,
    /// Why nothing is chosen for them: a constant text.
    pub because: ExprId,
    /// From which actions; from all where none is named.
    pub of: Vec<ActionSet>,
    /// The clause.
    pub span: Span,
}

/// A contact policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Its clauses in order.
    pub clauses: Vec<Arc<PolicyClause>>,
    /// Doc comment.
    pub docs: Vec<String>,
    /// Where its name stands.
    pub span: Span,
}

/// A clause of a contact policy. One that names channels binds deliveries there; others bind the choice.
#[derive(Clone, Debug)]
pub struct PolicyClause {
    /// What it says.
    pub kind: PolicyKind,
    /// Which actions it binds; all where none is named.
    pub of: Vec<ActionSet>,
    /// What stands for the action, group or issue in its question, where each is asked about apart: the name of the
    /// action, the path of the group, or what the paths of the issue's groups begin with.
    pub subject: Option<(LocalId, Alike)>,
    /// The members of the enum of channels.
    pub channels: Vec<u32>,
    /// The whole clause.
    pub span: Span,
}

impl PolicyClause {
    /// Whether it binds deliveries, and never the choice.
    #[must_use]
    pub fn of_deliveries(&self) -> bool {
        !self.channels.is_empty()
    }

    /// What it asks.
    #[must_use]
    pub fn question(&self) -> ExprId {
        match self.kind {
            PolicyKind::AtMost { count, .. } => count,
            PolicyKind::Pause(asked) | PolicyKind::Withhold(asked) => asked,
        }
    }
}

/// What a clause of a policy says.
#[derive(Clone, Copy, Debug)]
pub enum PolicyKind {
    /// It binds once so many are counted.
    AtMost {
        /// So many.
        most: u32,
        /// How many there are, an int.
        count: ExprId,
        /// Offers are counted: those before it in the same choice too.
        offers: bool,
    },
    /// It binds while this holds: events.
    Pause(ExprId),
    /// It binds while this holds: any condition.
    Withhold(ExprId),
}

/// Some of the actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionSet {
    /// All of them.
    All,
    /// Those of an issue, by its place.
    Issue(u32),
    /// Those of a group.
    Group(GroupId),
    /// The one of this name.
    Action(String),
}

/// How a candidate is shown.
#[derive(Clone, Copy, Debug)]
pub struct Dress {
    /// On which touchpoints; `None` is `otherwise`.
    pub when: Option<ExprId>,
    /// What it shows: a record.
    pub content: ExprId,
    /// The clause.
    pub span: Span,
}

/// What is added to the weight of some candidates.
#[derive(Clone, Debug)]
pub struct Weight {
    /// So much: `1` of `+100%`.
    pub percent: Decimal,
    /// When; `None` is always.
    pub when: Option<ExprId>,
    /// The places of the candidates.
    pub of: Vec<u32>,
    /// The clause.
    pub span: Span,
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
    Slot(Bucketing),
}
