//! Expressions from the current column on: on one line if they fit, else broken before their operators.
//!
//! What does not fit is broken at its loosest operator, and its operands are tried again, each from its own column.

use super::Printer;
use super::expr::{
    Level, arith_word, chain_part, compare_word, line, line_within, needs_brackets, operand_place,
    range_word,
};
use super::forms::{self, Part};
use super::out::STEP;
use super::word::any_name;
use crate::syntax::ast::{Expr, ExprKind, IsWhat, Name};

/// Where a broken expression stands.
#[derive(Clone, Copy)]
pub(super) struct At {
    /// The indentation of what it stands in; its further lines go one step deeper.
    pub(super) indent: usize,
    /// Characters that must follow on its last line.
    pub(super) tail: usize,
}

impl At {
    pub(super) fn new(indent: usize) -> At {
        At { indent, tail: 0 }
    }

    fn deeper(self) -> At {
        At {
            indent: self.indent + STEP,
            ..self
        }
    }

    fn before(self, tail: usize) -> At {
        At {
            tail: self.tail + tail,
            ..self
        }
    }
}

impl Printer<'_> {
    /// An expression from the current column on: on one line if it fits, else broken.
    pub(super) fn expr(&mut self, expr: &Expr, place: Level, at: At) {
        match line_within(expr, place, self.out.room(at.tail)) {
            Some(line) => self.out.push(&line),
            None if needs_brackets(expr, place) => self.broken_brackets(expr, at),
            None => self.broken(expr, at),
        }
    }

    fn broken_brackets(&mut self, inner: &Expr, at: At) {
        self.out.push("(");
        self.expr(inner, Level::ANY, at.before(1));
        self.out.push(")");
    }

    fn broken(&mut self, expr: &Expr, at: At) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.broken_brackets(inner, at),
            ExprKind::Neg(inner) => {
                self.out.push("-");
                self.expr(inner, Level::Neg, at);
            }
            ExprKind::Plus(inner) => {
                self.out.push("+");
                self.expr(inner, Level::ANY, at);
            }
            ExprKind::Not(inner) => {
                self.out.push("not ");
                self.expr(inner, Level::Not, at);
            }
            ExprKind::Chain(first, rest) => {
                let place = chain_part(rest);
                let of_first = operand_place(first, place, rest.is_empty());
                self.expr(first, of_first, at.deeper());
                for (i, (op, part)) in rest.iter().enumerate() {
                    let place = operand_place(part, place, i + 1 == rest.len());
                    self.operand(arith_word(*op), part, place, at);
                }
            }
            ExprKind::Else(parts) => {
                self.broken_parts("else", parts, [Level::ELSE_FIRST, Level::ELSE_REST], at)
            }
            ExprKind::And(parts) => self.broken_parts("and", parts, [Level::AND_PART; 2], at),
            ExprKind::Or(parts) => self.broken_parts("or", parts, [Level::OR_PART; 2], at),
            ExprKind::If(cases, last) => self.broken_conditional(cases, last, at),
            ExprKind::List(parts) => self.filled_list(parts, at),
            ExprKind::Record(fields) if !fields.is_empty() => self.broken_record(fields, at),
            _ => self.broken_sides(expr, at),
        }
    }

    /// What is not broken at its own word, but in its operands.
    fn broken_sides(&mut self, expr: &Expr, at: At) {
        match &expr.kind {
            ExprKind::Compare(op, left, right) => {
                self.sides(
                    left,
                    &format!(" {} ", compare_word(*op)),
                    right,
                    Level::SIDE,
                    at,
                );
            }
            ExprKind::Range(low, high, end) => {
                self.sides(low, range_word(*end), high, Level::SIDE, at)
            }
            ExprKind::In { negated, item, set } => {
                let word = if *negated { " not in " } else { " in " };
                self.sides(item, word, set, Level::Range, at);
            }
            ExprKind::Is {
                negated,
                item,
                what: IsWhat::Value(value),
            } if is_free(value) => {
                let word = if *negated { " is not " } else { " is " };
                self.sides(item, word, value, Level::SIDE, at);
            }
            ExprKind::TextTest {
                op,
                ignoring_case,
                text,
                what,
            } => {
                let ignoring = forms::ignoring(*ignoring_case);
                let at = at.before(ignoring.len());
                self.sides(text, forms::text_op(*op), what, Level::SIDE, at);
                self.out.push(ignoring);
            }
            _ => match forms::phrase(expr) {
                Some(phrase) => self.phrase(&phrase, at),
                None => self.out.push(&line(expr, Level::ANY)),
            },
        }
    }

    /// A form: its words stay where they are, its operands are broken. So no line begins with a word of a form, which
    /// might look like the beginning of something else.
    fn phrase(&mut self, phrase: &[Part<'_>], at: At) {
        let mut parts = phrase.iter().peekable();
        while let Some(part) = parts.next() {
            match part {
                Part::Word(word) => self.out.push(word),
                Part::Expr(expr, place) => {
                    let tail = match parts.peek() {
                        Some(Part::Word(word)) => word.len(),
                        _ => 0,
                    };
                    self.expr(expr, *place, at.before(tail));
                }
            }
        }
    }

    fn sides(&mut self, left: &Expr, word: &str, right: &Expr, place: Level, at: At) {
        self.expr(left, Level::SIDE, at.before(word.len()));
        self.out.push(word);
        self.expr(right, place, at);
    }

    /// An operand on its own line, behind its operator.
    fn operand(&mut self, word: &str, part: &Expr, place: Level, at: At) {
        self.out.fresh(at.indent + STEP);
        self.out.push(word);
        self.out.push(" ");
        self.expr(part, place, at.deeper());
    }

    fn broken_parts(&mut self, word: &str, parts: &[Expr], [first, rest]: [Level; 2], at: At) {
        for (i, part) in parts.iter().enumerate() {
            if i == 0 {
                self.expr(part, first, at.deeper());
            } else {
                self.operand(word, part, rest, at);
            }
        }
    }

    fn broken_conditional(&mut self, cases: &[(Expr, Expr)], last: &Expr, at: At) {
        for (i, (value, condition)) in cases.iter().enumerate() {
            if i == 0 {
                self.expr(value, Level::IF_PART, at.deeper());
            } else {
                self.operand("otherwise", value, Level::IF_PART, at);
            }
            self.out.push(" if ");
            self.expr(condition, Level::IF_PART, at.deeper());
        }
        self.operand("otherwise", last, Level::IF_PART, at);
    }

    fn broken_record(&mut self, fields: &[(Name, Expr)], at: At) {
        self.out.push("{");
        for (name, value) in fields {
            self.out.fresh(at.indent + STEP);
            self.out.push(&any_name(&name.text));
            self.out.push(": ");
            self.expr(
                value,
                Level::ANY,
                At {
                    indent: at.indent + STEP,
                    tail: 1,
                },
            );
            self.out.push(",");
        }
        self.out.fresh(at.indent);
        self.out.push("}");
    }

    /// As many elements a line as fit; records one a line.
    fn filled_list(&mut self, parts: &[Expr], at: At) {
        let inner = at.indent + STEP;
        let records = parts.iter().all(|p| matches!(p.kind, ExprKind::Record(_)));
        self.out.push("[");
        self.out.fresh(inner);
        for (i, part) in parts.iter().enumerate() {
            if records && i > 0 {
                self.out.fresh(inner);
            }
            match line_within(part, Level::ANY, self.out.room(2)) {
                Some(line) if i == 0 || records => self.out.push(&line),
                Some(line) => {
                    self.out.push(" ");
                    self.out.push(&line);
                }
                None => {
                    if i > 0 && !records {
                        self.out.fresh(inner);
                    }
                    self.expr(
                        part,
                        Level::ANY,
                        At {
                            indent: inner,
                            tail: 1,
                        },
                    );
                }
            }
            if i + 1 < parts.len() {
                self.out.push(",");
            }
        }
        self.out.fresh(at.indent);
        self.out.push("]");
    }
}

/// Whether a value behind `is` can be written without marks.
fn is_free(value: &Expr) -> bool {
    let mut at = value;
    loop {
        match &at.kind {
            ExprKind::Missing | ExprKind::Never => return false,
            ExprKind::Name(name) => return &*name.text != "present",
            ExprKind::Field(base, _) | ExprKind::Index(base, _) | ExprKind::Where(base, _) => {
                at = base;
            }
            ExprKind::Chain(first, _) => at = first,
            ExprKind::Else(parts) => match parts.first() {
                Some(first) => at = first,
                None => return true,
            },
            _ => return true,
        }
    }
}
