//! Expressions on one line; `broken` does what does not fit.
//!
//! [`Level`] is the table of precedence; brackets that the author did not write appear only where an expression
//! would otherwise be read differently. Whether something fits is tried with a bounded writer, so that an
//! expression costs time in proportion to its size, however deep it is.

use super::events;
use super::forms::{self, Part};
use super::word::{any_name, quoted, value_name};
use crate::syntax::ast::{ArithOp, CompareOp, Expr, ExprKind, IsWhat, Name, Piece, RangeEnd};

/// How tightly an expression holds together, loosest first. An operand looser than its place needs brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    If,
    Or,
    And,
    Not,
    Compare,
    Range,
    Else,
    Add,
    Mul,
    Neg,
    /// Behind a fold of events.
    Late,
    Fold,
    Window,
    Then,
    Primary,
    /// Takes nothing without brackets.
    Sealed,
}

impl Level {
    /// Where anything may stand.
    pub(super) const ANY: Level = Level::If;
    /// Cells take arithmetic, but no `else` without brackets.
    pub(super) const CELL: Level = Level::Add;
    /// The places of operands. Those of `else` but the first take no arithmetic without brackets.
    pub(super) const IF_PART: Level = Level::Or;
    pub(super) const OR_PART: Level = Level::And;
    pub(super) const AND_PART: Level = Level::Not;
    pub(super) const SIDE: Level = Level::Else;
    pub(super) const ELSE_FIRST: Level = Level::Add;
    pub(super) const ELSE_REST: Level = Level::Neg;

    fn of(kind: &ExprKind) -> Level {
        match kind {
            ExprKind::If(..) | ExprKind::Plus(_) => Level::If,
            ExprKind::Or(_) => Level::Or,
            ExprKind::And(_) => Level::And,
            ExprKind::Not(_) => Level::Not,
            ExprKind::Compare(..)
            | ExprKind::TextTest { .. }
            | ExprKind::In { .. }
            | ExprKind::Is { .. } => Level::Compare,
            ExprKind::Range(..) => Level::Range,
            ExprKind::Else(_) => Level::Else,
            ExprKind::Chain(_, rest) => chain_level(rest),
            ExprKind::Neg(_) => Level::Neg,
            ExprKind::Events(kind) => events::level(kind),
            ExprKind::Int(_, text) | ExprKind::Decimal(_, text) if text.starts_with('-') => {
                Level::Neg
            }
            _ => Level::Primary,
        }
    }
}

fn chain_level(rest: &[(ArithOp, Expr)]) -> Level {
    let sum = rest
        .iter()
        .any(|(op, _)| matches!(op, ArithOp::Add | ArithOp::Sub));
    if sum { Level::Add } else { Level::Mul }
}

/// The place of an operand in a chain: one level tighter than the chain.
pub(super) fn chain_part(rest: &[(ArithOp, Expr)]) -> Level {
    if chain_level(rest) == Level::Add {
        Level::Mul
    } else {
        Level::Neg
    }
}

/// The place of one operand in a chain. `a + years between b and c` ends open: what follows would belong to `c`.
pub(super) fn operand_place(part: &Expr, place: Level, is_last: bool) -> Level {
    if !is_last && forms::ends_open(part) {
        Level::Sealed
    } else {
        place
    }
}

/// Whether an expression needs brackets in a place.
pub(super) fn needs_brackets(expr: &Expr, place: Level) -> bool {
    Level::of(&expr.kind) < place
}

/// `is missing`, `is never` and `is present` are questions of their own; so what would begin with those words is marked.
fn value_is_word(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Missing | ExprKind::Never)
}

/// An expression on one line, whatever its length.
pub(super) fn line(expr: &Expr, place: Level) -> String {
    line_within(expr, place, usize::MAX).unwrap_or_default()
}

/// An expression on one line, unless it takes more than `room` characters.
pub(super) fn line_within(expr: &Expr, place: Level, room: usize) -> Option<String> {
    let mut flat = Flat {
        out: String::new(),
        room,
        full: false,
        mark_present: false,
    };
    flat.expr(expr, place);
    (!flat.full).then_some(flat.out)
}

/// Writes one line and gives up where it gets too long.
struct Flat {
    out: String,
    room: usize,
    full: bool,
    /// The next name, if it is `present`, needs backquotes.
    mark_present: bool,
}

impl Flat {
    fn push(&mut self, text: &str) {
        // Counting stops where the room ends, so that a giant literal costs nothing twice.
        let taken = text.chars().take(self.room.saturating_add(1)).count();
        match self.room.checked_sub(taken) {
            Some(left) => {
                self.room = left;
                self.out.push_str(text);
                self.mark_present = false;
            }
            None => self.full = true,
        }
    }

    fn expr(&mut self, expr: &Expr, place: Level) {
        if self.full {
            return;
        }
        if needs_brackets(expr, place) {
            return self.bracketed(expr);
        }
        match &expr.kind {
            ExprKind::Neg(inner) => {
                self.push("-");
                self.expr(inner, Level::Neg);
            }
            ExprKind::Plus(inner) => {
                self.push("+");
                self.expr(inner, Level::ANY);
            }
            ExprKind::Not(inner) => {
                self.push("not ");
                self.expr(inner, Level::Not);
            }
            ExprKind::Chain(first, rest) => self.chain(first, rest),
            ExprKind::Else(parts) => {
                self.parts(parts, " else ", Level::ELSE_FIRST, Level::ELSE_REST)
            }
            ExprKind::And(parts) => self.parts(parts, " and ", Level::AND_PART, Level::AND_PART),
            ExprKind::Or(parts) => self.parts(parts, " or ", Level::OR_PART, Level::OR_PART),
            ExprKind::Range(low, high, end) => self.pair(low, range_word(*end), high, Level::SIDE),
            ExprKind::Compare(op, left, right) => {
                self.pair(
                    left,
                    &format!(" {} ", compare_word(*op)),
                    right,
                    Level::SIDE,
                );
            }
            ExprKind::TextTest {
                op,
                ignoring_case,
                text,
                what,
            } => {
                self.pair(text, forms::text_op(*op), what, Level::SIDE);
                self.push(forms::ignoring(*ignoring_case));
            }
            ExprKind::In { negated, item, set } => {
                self.expr(item, Level::SIDE);
                self.push(if *negated { " not in " } else { " in " });
                self.expr(set, Level::Range);
            }
            ExprKind::Is {
                negated,
                item,
                what,
            } => {
                self.expr(item, Level::SIDE);
                self.push(if *negated { " is not " } else { " is " });
                self.is_what(what);
            }
            ExprKind::If(cases, last) => self.conditional(cases, last),
            _ => self.primary(expr),
        }
    }

    fn primary(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Interpolated(pieces) => self.interpolated(pieces),
            ExprKind::List(parts) => {
                self.push("[");
                self.parts(parts, ", ", Level::ANY, Level::ANY);
                self.push("]");
            }
            ExprKind::Record(fields) => self.record(fields),
            ExprKind::Paren(inner) => self.bracketed(inner),
            ExprKind::Name(name) if self.mark_present && &*name.text == "present" => {
                self.push("`present`")
            }
            _ => match forms::phrase(expr) {
                Some(phrase) => self.phrase(&phrase),
                None => self.push(&leaf(&expr.kind)),
            },
        }
    }

    /// The words and operands of a form, in order.
    fn phrase(&mut self, phrase: &[Part<'_>]) {
        for part in phrase {
            match part {
                Part::Word(word) => self.push(word),
                Part::Expr(expr, place) => self.expr(expr, *place),
            }
        }
    }

    fn interpolated(&mut self, pieces: &[Piece]) {
        self.push("\"");
        for piece in pieces {
            match piece {
                Piece::Text(text) => {
                    let text = quoted(text);
                    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
                    self.push(inner.unwrap_or(""));
                }
                Piece::Value(value) => {
                    self.push("{");
                    self.expr(value, Level::ANY);
                    self.push("}");
                }
            }
        }
        self.push("\"");
    }

    fn bracketed(&mut self, expr: &Expr) {
        self.push("(");
        self.expr(expr, Level::ANY);
        self.push(")");
    }

    fn pair(&mut self, left: &Expr, word: &str, right: &Expr, place: Level) {
        self.expr(left, place);
        self.push(word);
        self.expr(right, place);
    }

    fn parts(&mut self, parts: &[Expr], word: &str, first: Level, rest: Level) {
        for (i, part) in parts.iter().enumerate() {
            if self.full {
                return;
            }
            if i > 0 {
                self.push(word);
            }
            self.expr(part, if i == 0 { first } else { rest });
        }
    }

    fn chain(&mut self, first: &Expr, rest: &[(ArithOp, Expr)]) {
        let place = chain_part(rest);
        self.expr(first, operand_place(first, place, rest.is_empty()));
        for (i, (op, part)) in rest.iter().enumerate() {
            if self.full {
                return;
            }
            self.push(" ");
            self.push(arith_word(*op));
            self.push(" ");
            self.expr(part, operand_place(part, place, i + 1 == rest.len()));
        }
    }

    fn record(&mut self, fields: &[(Name, Expr)]) {
        self.push(if fields.is_empty() { "{" } else { "{ " });
        for (i, (name, value)) in fields.iter().enumerate() {
            if self.full {
                return;
            }
            if i > 0 {
                self.push(", ");
            }
            self.push(&any_name(&name.text));
            self.push(": ");
            self.expr(value, Level::ANY);
        }
        self.push(if fields.is_empty() { "}" } else { " }" });
    }

    fn is_what(&mut self, what: &IsWhat) {
        match what {
            IsWhat::Present => self.push("present"),
            IsWhat::Missing => self.push("missing"),
            IsWhat::Never => self.push("never"),
            IsWhat::Value(value) if value_is_word(value) => self.bracketed(value),
            IsWhat::Value(value) => {
                self.mark_present = true;
                self.expr(value, Level::SIDE);
                self.mark_present = false;
            }
        }
    }

    fn conditional(&mut self, cases: &[(Expr, Expr)], last: &Expr) {
        for (value, condition) in cases {
            if self.full {
                return;
            }
            self.expr(value, Level::IF_PART);
            self.push(" if ");
            self.expr(condition, Level::IF_PART);
            self.push(" otherwise ");
        }
        self.expr(last, Level::IF_PART);
    }
}

/// Literals and names.
fn leaf(kind: &ExprKind) -> String {
    match kind {
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Int(value, text) if text.is_empty() => value.to_string(),
        ExprKind::Decimal(value, text) if text.is_empty() => value.to_string(),
        ExprKind::Int(_, text)
        | ExprKind::Decimal(_, text)
        | ExprKind::Date(_, text)
        | ExprKind::Time(_, text)
        | ExprKind::DateTime(_, text)
        | ExprKind::LocalTime(_, _, text) => text.to_string(),
        ExprKind::Quantity(value, text, unit) => {
            format!(
                "{text} {}",
                forms::unit_word(*unit, *value == rust_decimal::Decimal::ONE)
            )
        }
        ExprKind::Money(_, text, currency) => format!("{text} {}", currency.text),
        ExprKind::Never => "never".to_owned(),
        ExprKind::Text(value) => quoted(value),
        ExprKind::Name(name) => value_name(&name.text),
        _ => "missing".to_owned(),
    }
}

pub(super) fn arith_word(op: ArithOp) -> &'static str {
    match op {
        ArithOp::Add => "+",
        ArithOp::Sub => "-",
        ArithOp::Mul => "*",
        ArithOp::Div => "/",
        ArithOp::IntDiv => "div",
        ArithOp::Mod => "mod",
    }
}

pub(super) fn compare_word(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
    }
}

pub(super) fn range_word(end: RangeEnd) -> &'static str {
    match end {
        RangeEnd::Exclusive => "..",
        RangeEnd::Inclusive => "..=",
    }
}
