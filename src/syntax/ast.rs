//! The syntax tree: what the author wrote, no more.
//!
//! Built by the parser, read by `hir` and by the printer. Equality ([`PartialEq`]) ignores spans, so
//! that "print, parse, compare" is one `==`. Chains of one operator are flat lists, so the depth of a
//! tree is bounded by the nesting limit, whatever the length of a sum.

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
    /// Names of declarations that were left out, as far as they could be told: their uses are no mistakes.
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
    Classify(Classify),
    Decision(Decision),
    Table(Table),
}

/// `enum Tier { guest, member }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumDecl {
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
        /// The word.
        name: Name,
        /// A range after it; always an [`ExprKind::Range`].
        range: Option<Box<Expr>>,
    },
    /// `list<T>`
    List(Box<TypeExpr>),
    /// `enum { a, b }`
    Enum(Vec<Name>),
    /// `{ a: T, b: U }`
    Record(Vec<Field>),
}

/// `let name: type = value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Let {
    /// Its name.
    pub name: Name,
    /// Its type, where written.
    pub ty: Option<TypeExpr>,
    /// Its value.
    pub value: Expr,
}

/// `segment name = condition`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its name.
    pub name: Name,
    /// Its condition.
    pub value: Expr,
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
    /// Its condition; `None` is `otherwise`.
    pub when: Option<Expr>,
    /// What it gives.
    pub value: Expr,
    /// `because "…"`
    pub because: Option<Text>,
    /// The whole rule.
    pub at: At,
}

/// `table name(policy) -> type { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Name, result, promises.
    pub head: Head,
    /// The hit policy's word; `hir` knows which there are.
    pub policy: Name,
    /// Where columns and rows come from.
    pub body: TableBody,
    /// `otherwise => value`, the last entry.
    pub otherwise: Option<Rule>,
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
    /// `because "…"`
    pub because: Option<Text>,
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
    /// `missing`
    Missing,
    /// A word.
    Name(Name),
    /// `base.field`
    Field(Box<Expr>, Name),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ a: 1, b: 2 }`
    Record(Vec<(Name, Expr)>),
    /// `(…)`, kept because the author wrote it.
    Paren(Box<Expr>),
    /// `-a`
    Neg(Box<Expr>),
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
    /// `is value`
    Value(Box<Expr>),
}

/// `+ - * /`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the operators")]
pub enum ArithOp {
    Add,
    Sub,
    Mul,
    Div,
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
