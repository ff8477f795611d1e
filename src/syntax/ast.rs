//! The syntax tree: what the author wrote, no more.
//!
//! Built by the parser, read by `hir` and by the printer. Equality ([`PartialEq`]) ignores spans, so
//! that "print, parse, compare" is one `==`. Chains of one operator are flat lists, so the depth of a
//! tree is bounded by the nesting limit, whatever the length of a sum.

mod actions;
mod events;

pub use actions::{
    Action, ActionClause, After, Alike, Bucketing, Choice, ChoiceClause, Clause, Counted, Counting,
    Experiment, ExperimentClause, GroupDecl, IssueDecl, Paused, Per, PolicyClause, PolicyDecl,
    Reach, Scope, StageWord, Stretch, Variant,
};
pub(crate) use events::ordinal;
pub use events::{EventExpr, FoldWord, Mark, Period, Step, ThenWord, Window};

use crate::source::Span;
use rust_decimal::Decimal;

/// Wraps what must not take part in equality.
#[derive(Clone, Copy, Debug, Default)]
pub struct At(pub Span);

impl PartialEq for At {
    fn eq(&self, _: &At) -> bool {
        true
    }
}
impl Eq for At {}

/// A name as written, without backquotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The word itself.
    pub text: Box<str>,
    /// Where it stands.
    pub at: At,
}

/// A string literal: its value, escapes undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The value.
    pub value: Box<str>,
    /// Where it stands, quotes included.
    pub at: At,
}

/// One source text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct File {
    /// The declarations, in order. What could not be read is left out (and reported).
    pub items: Vec<Item>,
    /// All `//` comments, in order. They take no part in the meaning.
    pub comments: Vec<Comment>,
    /// Names of declarations, fields, members and labels that were left out, as far as they could be told: their uses
    /// are no mistakes.
    pub lost: Vec<Name>,
}

/// A `//` comment (doc comments `///` belong to what they stand before).
#[derive(Clone, Debug)]
pub struct Comment {
    /// From the first slash to the end of the line, trailing blanks cut.
    pub text: Box<str>,
    /// Where it stands.
    pub span: Span,
    /// Nothing but blanks stands before it on its line.
    pub own_line: bool,
}
impl PartialEq for Comment {
    fn eq(&self, other: &Comment) -> bool {
        self.text == other.text
    }
}
impl Eq for Comment {}

/// `///` lines, without the slashes and one following blank.
pub type Docs = Vec<Box<str>>;

/// A declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The doc comment before it.
    pub docs: Docs,
    /// What is declared.
    pub kind: ItemKind,
    /// From its first word (doc comments excluded) to its last character.
    pub at: At,
}

/// The kinds of declarations.
#[expect(
    clippy::large_enum_variant,
    reason = "one a declaration: boxing would save little and cost every reader a step"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the variants are named after the words of the language"
)]
pub enum ItemKind {
    Ruleset(Name),
    Use(Text),
    Enum(EnumDecl),
    Record(RecordDecl),
    Context(Vec<Field>),
    Touchpoint(Vec<Field>),
    Let(Let),
    Segment(Segment),
    Journey(Journey),
    Classify(Classify),
    Decision(Decision),
    Table(Table),
    Score(Score),
    Feature(Feature),
    Reference(Reference),
    Event(EventDecl),
    /// What of a customer's events it tells: with the parts of a segment.
    Behaviour(Segment),
    Timezone(Expr),
    /// `week starts monday`: the word for the day.
    WeekStarts(Name),
    Issue(IssueDecl),
    Group(GroupDecl),
    Action(Action),
    NextBestAction(Choice),
    Policy(PolicyDecl),
    Experiment(Experiment),
    Customer(Customer),
    Test(Test),
}

/// `enum Tier { guest, member }`, `ordered enum Size { small, large }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumDecl {
    /// `ordered`: its members are less and greater by their place.
    pub ordered: bool,
    /// Its name.
    pub name: Name,
    /// Its members.
    pub members: Vec<Name>,
}

/// `record Showing { film: string }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordDecl {
    /// Its name.
    pub name: Name,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of a record, the context or the touchpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Doc comment.
    pub docs: Docs,
    /// Name.
    pub name: Name,
    /// Type.
    pub ty: TypeExpr,
    /// `= default`
    pub default: Option<Expr>,
    /// `sensitive`: never shown in traces, logs and errors.
    pub sensitive: bool,
    /// `fixed`: no advice proposes to change it.
    pub fixed: bool,
    /// The whole field.
    pub at: At,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeExpr {
    /// What it is without `?`.
    pub kind: TypeKind,
    /// `?` follows.
    pub optional: bool,
    /// Where it stands.
    pub at: At,
}

/// The kinds of written types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeKind {
    /// A word: `bool`, `int`, `decimal`, `string`, or a declared name; with a range where one is written (`int 0..=5`).
    Named {
        /// The word (`date`, `time`, `datetime`, `duration`, `elapsed`, `timezone`, `geo`, `distance` too).
        name: Name,
        /// A range after it; always an [`ExprKind::Range`].
        range: Option<Box<Expr>>,
    },
    /// `list<T>`
    List(Box<TypeExpr>),
    /// `money<GBP>`: the currency's code.
    Money(Name),
    /// `enum { a, b }`
    Enum(Vec<Name>),
    /// `{ a: T, b: U }`
    Record(Vec<Field>),
}

/// A parameter of a `let` or `segment`: `price: money<GBP>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
}

/// `let name: type = value`, `let name(a: int, b: int): type = value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Let {
    /// Its name.
    pub name: Name,
    /// Its parameters; none where no brackets are written (empty brackets are refused).
    pub params: Vec<Param>,
    /// Its type, where written.
    pub ty: Option<TypeExpr>,
    /// Its value.
    pub value: Expr,
}

/// `segment name = condition`, `segment name(a: int) = condition`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its condition.
    pub value: Expr,
}

/// `journey name starts in last 90 days { entries }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Its name.
    pub name: Name,
    /// `starts in last 90 days`: how far back it looks.
    pub within: Option<Expr>,
    /// Its entries in order.
    pub entries: Vec<JourneyEntry>,
}

/// `starts paying on checkout`, `paying -> bought on ticket`, `bought ends after 1 hour`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JourneyEntry {
    /// Doc comment.
    pub docs: Docs,
    /// The stage that is left; `None` is `starts`.
    pub from: Option<Name>,
    /// The stage that is entered; `None` is `ends`.
    pub to: Option<Name>,
    /// What makes it happen.
    pub trigger: Trigger,
    /// The whole entry.
    pub at: At,
}

/// What makes an entry of a journey happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// `on checkout where (seats > 1)`: events.
    On(Expr),
    /// `after 30 minutes`: a time in the stage.
    After(Expr),
}

/// `classify name { member when condition … otherwise member }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classify {
    /// Its name, which is also that of its enum.
    pub name: Name,
    /// Its rules in order.
    pub rules: Vec<ClassifyRule>,
}

/// One rule of a `classify`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassifyRule {
    /// Doc comment.
    pub docs: Docs,
    /// The member it gives.
    pub member: Name,
    /// Its condition; `None` is `otherwise`.
    pub when: Option<Expr>,
    /// The whole rule.
    pub at: At,
}

/// What `decision` and `table` share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Where the word `pervasive` stands.
    pub pervasive: Option<At>,
    /// Name.
    pub name: Name,
    /// Type of the result.
    pub result: TypeExpr,
    /// `independent of a.b, c`: the paths, each a list of words.
    pub independent: Vec<Vec<Name>>,
}

/// `decision name -> type { rules }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Name, result, promises.
    pub head: Head,
    /// Its rules in order.
    pub rules: Vec<Rule>,
}

/// One rule of a decision, or the `otherwise` of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Doc comment.
    pub docs: Docs,
    /// `label:`
    pub label: Option<Name>,
    /// `valid from … until …`, before the condition.
    pub valid: Option<Valid>,
    /// Its condition; `None` is `otherwise`.
    pub when: Option<Expr>,
    /// What it gives.
    pub value: Expr,
    /// `because "…"`: an [`ExprKind::Text`] or [`ExprKind::Interpolated`].
    pub because: Option<Expr>,
    /// The whole rule.
    pub at: At,
}

/// `valid from 2026-04-01 until 2026-05-01`: at least one of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valid {
    /// The first day, or instant, at which the rule holds.
    pub from: Option<Expr>,
    /// The first day, or instant, at which it no longer holds.
    pub until: Option<Expr>,
    /// The whole clause.
    pub at: At,
}

/// `score name -> int 0..=100 { rules }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Where the word `pervasive` stands.
    pub pervasive: Option<At>,
    /// Name.
    pub name: Name,
    /// Type of the result with its bounds; `int` where nothing is written.
    pub result: Option<TypeExpr>,
    /// `independent of a.b, c`
    pub independent: Vec<Vec<Name>>,
    /// Its rules: `[label:] [valid …] when c => +20 [because "…"]`. All that hold are added up. A rule without
    /// condition is written `always => 10`. The sign `+` before a value is [`ExprKind::Plus`].
    pub rules: Vec<Rule>,
}

/// `feature name when condition`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Where the word `pervasive` stands.
    pub pervasive: Option<At>,
    /// Name.
    pub name: Name,
    /// `independent of a.b, c`
    pub independent: Vec<Vec<Name>>,
    /// When it is switched on.
    pub when: Expr,
}

/// `reference shops: Shop key id = [ … ]`, `reference shops: Shop key id from "shops.csv"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Name.
    pub name: Name,
    /// The record type of its rows.
    pub record: Name,
    /// The field whose values tell the rows apart.
    pub key: Name,
    /// Its rows.
    pub rows: ReferenceRows,
}

/// Where the rows of a reference come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceRows {
    /// `= [ { … }, { … } ]`: the list as written.
    Inline(Expr),
    /// `from "file.csv"`, `from "file.jsonl"`
    File(Text),
}

/// `event film_viewed { film: string }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventDecl {
    /// Its name.
    pub name: Name,
    /// What it carries.
    pub fields: Vec<Field>,
}

/// `path: value`: a fact of a customer or test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactExpr {
    /// The dotted path.
    pub path: Vec<Name>,
    /// The value.
    pub value: Expr,
}

/// `customer ann { tier: gold, home.city: "Rome" }`: a named context for tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Name.
    pub name: Name,
    /// What is known of them, in order.
    pub facts: Vec<FactExpr>,
}

/// `test "title" { steps }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// What it shows.
    pub title: Text,
    /// Its steps in order.
    pub steps: Vec<TestStep>,
}

/// A step of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestStep {
    /// Doc comment.
    pub docs: Docs,
    /// What it says.
    pub kind: StepKind,
    /// The whole step.
    pub at: At,
}

/// An event of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventStep {
    /// Its type.
    pub name: Name,
    /// Its fields, a record.
    pub fields: Option<Expr>,
    /// What else is said of it, in the order written.
    pub parts: Vec<EventPart>,
}

/// What is said of an event of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventPart {
    /// `2 hours ago`, `1 day 3 hours ago`
    Ago(Vec<Expr>),
    /// `at 2026-03-01T10:00:00Z`
    At(Expr),
    /// `on mobile`
    On(Name),
    /// `device "tv-1"`
    Device(Text),
    /// `id "a1"`
    Id(Text),
    /// `seq 3`
    Seq(Expr),
}

/// The kinds of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// `now 2026-03-06T18:00:00Z`
    Now(Expr),
    /// `given ann`, `given ann but mood: calm, tier: gold`, `given mood: calm`
    Given {
        /// The customer named, if any.
        customer: Option<Name>,
        /// What differs, or all there is.
        facts: Vec<FactExpr>,
    },
    /// `on kiosk`, `on kiosk but source: email`: the touchpoint's channel and further fields.
    On {
        /// The channel.
        channel: Name,
        /// Further fields of the touchpoint.
        facts: Vec<FactExpr>,
    },
    /// `event visit { page: "home" } 2 hours ago on mobile`: something the customer did.
    Event(EventStep),
    /// `expect …`
    Expect(Expect),
    /// `| mood, visits => assistance.help`, the header of a test table.
    Header {
        /// Paths of facts.
        columns: Vec<Vec<Name>>,
        /// What is expected.
        result: Expr,
    },
    /// `| angry, 2 => live_agent`, a case of the header before it.
    Case {
        /// One value a column; `None` is `-`: nothing is given.
        cells: Vec<Option<Expr>>,
        /// The value expected.
        value: Expr,
    },
}

/// What a test expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// `expect assistance.help == live_agent`: any condition.
    Holds(Expr),
    /// `expect assistance same on every channel`
    Same(Name),
    /// `expect assistance by upset`: the label of the rule that gave the value.
    By(Name, Name),
    /// `expect assistance because "…"`: the reason as it is told.
    Because(Name, Text),
    /// `expect home chooses family_ticket, popcorn`, `expect home chooses nothing`: the actions, the best first.
    Chooses(Name, Vec<Name>),
    /// `expect home withholds popcorn`, `expect home withholds nothing`: which of the chosen are not to be delivered on the
    /// channel, the best first.
    Withholds(Name, Vec<Name>),
    /// `expect home rejects popcorn by suitable`: an action that is not chosen, and where it falls out.
    Rejects(Name, Name, Option<Name>),
}

/// `table name(policy) -> type { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Name, result, promises.
    pub head: Head,
    /// How rows join.
    pub policy: Policy,
    /// Where columns and rows come from.
    pub body: TableBody,
    /// `otherwise => value`, the last entry.
    pub otherwise: Option<Rule>,
}

/// `(first)`, `(collect sum)`, `(priority by [gold, member])`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The hit policy's word; `hir` knows which there are.
    pub word: Name,
    /// A word after it: `sum`, `min`, `max`, `count`.
    pub aggregate: Option<Name>,
    /// `by [a, b]`: the results, most important first.
    pub by: Option<Expr>,
}

/// Rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableBody {
    /// Written in the table.
    Inline {
        /// Column expressions.
        columns: Vec<Expr>,
        /// The word over the results.
        result: Name,
        /// Rows in order.
        rows: Vec<Row>,
    },
    /// `from "file.csv"`
    Csv(Text),
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Doc comment.
    pub docs: Docs,
    /// One cell a column (the parser does not count them).
    pub cells: Vec<Cell>,
    /// What it gives.
    pub value: Expr,
    /// `because "…"`: an [`ExprKind::Text`] or [`ExprKind::Interpolated`].
    pub because: Option<Expr>,
    /// The whole row.
    pub at: At,
}

/// A cell of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it asks.
    pub kind: CellKind,
    /// Where it stands.
    pub at: At,
}

/// What a cell asks of its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// `-`
    Any,
    /// One of the tests holds; with `not (…)` none does.
    Tests {
        /// `not (…)`
        negated: bool,
        /// At least one.
        tests: Vec<CellTest>,
    },
}

/// One test within a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellTest {
    /// A value, a range ([`ExprKind::Range`]) or `missing`.
    Is(Expr),
    /// `>= 5`
    Compare(CompareOp, Expr),
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub at: At,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExprKind {
    /// `true`, `false`
    Bool(bool),
    /// `42`, `1_000`; the text as written, so that the printer keeps it.
    Int(i64, Box<str>),
    /// `0.85`, `15%`; the value (15% is 0.15) and the text as written.
    Decimal(Decimal, Box<str>),
    /// `"…"`
    Text(Box<str>),
    /// `"a {b} c"`: two or more pieces, or one that is a value.
    Interpolated(Vec<Piece>),
    /// `missing`
    Missing,
    /// `never`
    Never,
    /// `2026-03-01`: days since 1970-01-01, and the text as written.
    Date(i64, Box<str>),
    /// `18:30`: milliseconds of the day.
    Time(i64, Box<str>),
    /// `2026-03-01T18:30:00Z`: milliseconds since 1970-01-01T00:00:00Z.
    DateTime(i64, Box<str>),
    /// `2026-03-01T18:30`, which lacks its offset and is no instant: the date, the milliseconds of the day, its text.
    LocalTime(i64, i64, Box<str>),
    /// `30 minutes`, `5 km`: the number, its text, and the unit.
    Quantity(Decimal, Box<str>, Unit),
    /// `12.50 GBP`: the number, its text, and the currency.
    Money(Decimal, Box<str>, Name),
    /// A word.
    Name(Name),
    /// `base.field`
    Field(Box<Expr>, Name),
    /// `shops[id]`
    Index(Box<Expr>, Box<Expr>),
    /// `f(a, b)`, `geo(51.5, -0.12)`, `min(a, b)`: one argument or more.
    Call(Name, Vec<Expr>),
    /// `shops where (open)`
    Where(Box<Expr>, Box<Expr>),
    /// `any x in xs has (…)`, `every x in xs has (…)`
    Quantified {
        /// `every`
        every: bool,
        /// The name of the item.
        item: Name,
        /// The list.
        list: Box<Expr>,
        /// The condition.
        has: Box<Expr>,
    },
    /// `count of xs`
    CountOf(Box<Expr>),
    /// `sum of (x.price for x in xs)`
    Aggregate {
        /// Which.
        fold: Fold,
        /// The value of each item.
        body: Box<Expr>,
        /// The name of the item.
        item: Name,
        /// The list.
        list: Box<Expr>,
    },
    /// `nearest place of shops to customer.home`
    Nearest {
        /// The field that says where an item is.
        place: Name,
        /// The list.
        list: Box<Expr>,
        /// From where.
        to: Box<Expr>,
    },
    /// `date of now`, `length of name`, `whole days of d`
    Of(OfWord, Box<Expr>),
    /// `time since last_visit`
    TimeSince(Box<Expr>),
    /// `years between a and b`, `distance between a and b`
    Between(BetweenWord, Box<Expr>, Box<Expr>),
    /// `round price up to 0.05 GBP`
    Round(Box<Expr>, RoundWord, Box<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ a: 1, b: 2 }`
    Record(Vec<(Name, Expr)>),
    /// `(…)`, kept because the author wrote it.
    Paren(Box<Expr>),
    /// `-a`
    Neg(Box<Expr>),
    /// `+a`: only before the points of a score.
    Plus(Box<Expr>),
    /// `not a`
    Not(Box<Expr>),
    /// `a + b - c` or `a * b / c`: operators of one level, from left to right.
    Chain(Box<Expr>, Vec<(ArithOp, Expr)>),
    /// `a else b else c`: two or more.
    Else(Vec<Expr>),
    /// `a..b`, `a..=b`; stands only after `in`, in cells and in types.
    Range(Box<Expr>, Box<Expr>, RangeEnd),
    /// `a == b`
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// `a contains b`, `a starts with b ignoring case`, `a == b ignoring case`
    TextTest {
        /// Which.
        op: TextOp,
        /// `ignoring case` follows.
        ignoring_case: bool,
        /// The text, or the list for `contains`.
        text: Box<Expr>,
        /// What it is asked about.
        what: Box<Expr>,
    },
    /// `a in b`, `a not in b`
    In {
        /// `not in`
        negated: bool,
        /// What is looked for.
        item: Box<Expr>,
        /// A list or a range.
        set: Box<Expr>,
    },
    /// `a is b`, `a is not b`
    Is {
        /// `is not`
        negated: bool,
        /// What is asked about.
        item: Box<Expr>,
        /// What it is compared with.
        what: IsWhat,
    },
    /// `a and b and c`: two or more.
    And(Vec<Expr>),
    /// `a or b or c`: two or more.
    Or(Vec<Expr>),
    /// Of a customer's events: in behaviours alone.
    Events(Box<EventExpr>),
    /// `a if c otherwise b if d otherwise e`: pairs of value and condition, then the last value.
    If(Vec<(Expr, Expr)>, Box<Expr>),
}

/// The right side of `is`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IsWhat {
    /// `is present`
    Present,
    /// `is missing`
    Missing,
    /// `is never`
    Never,
    /// `is value`
    Value(Box<Expr>),
}

/// A piece of an interpolated string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text, escapes undone.
    Text(Box<str>),
    /// `{value}`
    Value(Expr),
}

/// The words before `of` and an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OfWord {
    /// `date of t`
    Date,
    /// `time of t`
    Time,
    /// `length of s`
    Length,
    /// `whole days of d`, and every other unit of time up to weeks.
    Whole(Unit),
}

/// The words before `between`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BetweenWord {
    /// `years`, `months`, `weeks`, `days`, `hours`, `minutes`, `seconds`
    Time(Unit),
    /// `distance`
    Distance,
}

/// Units of time and distance, as written behind a number in singular or plural.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the variants are the units")]
pub enum Unit {
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Metre,
    Kilometre,
}

/// How `round` rounds; without a word half even.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the words")]
pub enum RoundWord {
    None,
    Up,
    Down,
    HalfUp,
    HalfEven,
}

/// The folds over lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the words")]
pub enum Fold {
    Sum,
    Min,
    Max,
}

/// Questions about texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextOp {
    /// `==`, with `ignoring case`
    Equal,
    /// `!=`, with `ignoring case`
    NotEqual,
    /// `contains`, of texts and lists
    Contains,
    /// `starts with`
    StartsWith,
    /// `ends with`
    EndsWith,
    /// `matches "…"`
    Matches,
    /// `contains match "…"`
    ContainsMatch,
}

/// `+ - * / div mod`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the operators")]
pub enum ArithOp {
    Add,
    Sub,
    Mul,
    Div,
    IntDiv,
    Mod,
}

/// `== != < <= > >=`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the operators")]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// Whether a range holds its upper end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RangeEnd {
    /// `..`
    Exclusive,
    /// `..=`
    Inclusive,
}
