//! Operands beyond plain values: forms that begin with a word (`round … to`, `years between`, `any x in xs has`),
//! calls, amounts with units, what stands behind an operand, and strings with values inside.

use super::ast::{BetweenWord, Expr, ExprKind, Fold, Name, OfWord, Piece, RoundWord, Unit};
use super::expression::{Ranges, all, at, expression, inside, is_expr};
use super::literal;
use super::pairs::{self, Pair, Rule};
use super::reader::Reader;
use super::slips;
use super::streams;
use crate::source::Span;

/// Whether this stands behind an operand.
pub(super) fn is_postfix(pair: &Pair) -> bool {
    matches!(
        pair.as_rule(),
        Rule::field | Rule::index | Rule::filter | Rule::step_mark
    )
}

/// An operand with one thing behind it.
pub(super) fn postfix(reader: &mut Reader, base: Expr, pair: Pair, depth: usize) -> Option<Expr> {
    let span = base.at.0.to(reader.span(&pair));
    let base = Box::new(base);
    let kind = match pair.as_rule() {
        Rule::field => {
            let word = pair.into_inner().next()?;
            ExprKind::Field(base, reader.any_word(&word))
        }
        Rule::index => ExprKind::Index(base, Box::new(inside(reader, pair, depth)?)),
        Rule::step_mark => return streams::mark(reader, *base, pair, depth),
        _ => {
            let paren = pair.into_inner().find(|p| p.as_rule() == Rule::paren)?;
            ExprKind::Where(base, Box::new(inside(reader, paren, depth)?))
        }
    };
    Some(at(span, kind))
}

/// A form, a call or an amount.
pub(super) fn form(reader: &mut Reader, pair: Pair, depth: usize) -> Option<Expr> {
    let span = reader.span(&pair);
    let rule = pair.as_rule();
    if rule == Rule::quantity {
        return quantity(reader, pair, span);
    }
    let mut form = Form {
        parts: pair.into_inner().collect(),
        depth: depth + 1,
    };
    form.parts.reverse();
    if form.depth > reader.nesting {
        slips::too_deep(reader, Some(span));
        return None;
    }
    let kind = match rule {
        Rule::call => form.call(reader, span)?,
        Rule::between | Rule::told_between => form.between(reader)?,
        Rule::rounded | Rule::told_rounded => form.rounded(reader)?,
        Rule::quantified => form.quantified(reader)?,
        Rule::of_form => form.of(reader)?,
        Rule::aggregate => form.aggregate(reader)?,
        Rule::nearest => {
            let place = form.name(reader)?;
            let (list, to) = form.two(reader)?;
            ExprKind::Nearest { place, list, to }
        }
        _ => ExprKind::TimeSince(form.expr(reader)?),
    };
    Some(at(span, kind))
}

/// The parts of a form, last first.
struct Form<'i> {
    parts: Vec<Pair<'i>>,
    depth: usize,
}

impl<'i> Form<'i> {
    /// `f(a, b)`
    fn call(mut self, reader: &mut Reader, span: Span) -> Option<ExprKind> {
        let name = self.name(reader)?;
        let parts = self.parts.into_iter().rev().filter(is_expr);
        let arguments = all(parts.map(|p| expression(reader, p, self.depth, Ranges::Refused)))?;
        if arguments.is_empty() {
            slips::no_arguments(reader, &name, span);
            return None;
        }
        Some(ExprKind::Call(name, arguments))
    }

    /// `years between a and b`
    fn between(&mut self, reader: &mut Reader) -> Option<ExprKind> {
        let word = match &*self.word() {
            "distance" => BetweenWord::Distance,
            other => BetweenWord::Time(unit(other)?),
        };
        let (from, to) = self.two(reader)?;
        Some(ExprKind::Between(word, from, to))
    }

    /// `round a up to b`
    fn rounded(&mut self, reader: &mut Reader) -> Option<ExprKind> {
        let value = self.expr(reader);
        let word = match &*self.word() {
            "up" => RoundWord::Up,
            "down" => RoundWord::Down,
            text if text.ends_with("up") => RoundWord::HalfUp,
            text if text.ends_with("even") => RoundWord::HalfEven,
            _ => RoundWord::None,
        };
        let step = self.expr(reader);
        Some(ExprKind::Round(value?, word, step?))
    }

    /// `any x in xs has (…)`
    fn quantified(&mut self, reader: &mut Reader) -> Option<ExprKind> {
        let every = self.word().starts_with("every");
        let item = self.name(reader)?;
        let list = self.expr(reader);
        let paren = self.take(Rule::paren)?;
        let has = inside(reader, paren, self.depth).map(Box::new);
        Some(ExprKind::Quantified {
            every,
            item,
            list: list?,
            has: has?,
        })
    }

    /// `count of xs`, `whole days of d`
    fn of(&mut self, reader: &mut Reader) -> Option<ExprKind> {
        let word = self.word();
        let operand = self.expr(reader)?;
        if &*word == "count" {
            return Some(ExprKind::CountOf(operand));
        }
        Some(ExprKind::Of(of_word(&word)?, operand))
    }

    /// `sum of (x.price for x in xs)`
    fn aggregate(&mut self, reader: &mut Reader) -> Option<ExprKind> {
        let fold = match &*self.word() {
            "sum" => Fold::Sum,
            "min" => Fold::Min,
            _ => Fold::Max,
        };
        let body = self.expr(reader);
        let item = self.name(reader)?;
        let list = self.expr(reader);
        Some(ExprKind::Aggregate {
            fold,
            body: body?,
            item,
            list: list?,
        })
    }

    /// The next part of a rule; what stands before it is passed over.
    fn take(&mut self, rule: Rule) -> Option<Pair<'i>> {
        while let Some(part) = self.parts.pop() {
            if part.as_rule() == rule {
                return Some(part);
            }
        }
        None
    }

    /// The word that the form begins or goes on with; empty where there is none.
    fn word(&mut self) -> String {
        let is_word = |pair: &Pair| {
            matches!(
                pair.as_rule(),
                Rule::between_word
                    | Rule::round_word
                    | Rule::quantifier
                    | Rule::of_word
                    | Rule::fold_word
            )
        };
        match self.parts.last() {
            Some(part) if is_word(part) => {
                let text = part.as_str().to_owned();
                self.parts.pop();
                text
            }
            _ => String::new(),
        }
    }

    /// The next name.
    fn name(&mut self, reader: &mut Reader) -> Option<Name> {
        let word = self.take(Rule::word)?;
        Some(reader.name(&word))
    }

    /// The next operand.
    fn expr(&mut self, reader: &mut Reader) -> Option<Box<Expr>> {
        while let Some(part) = self.parts.pop() {
            let operands = [
                Rule::expr,
                Rule::arith,
                Rule::single,
                Rule::told_arith,
                Rule::told_single,
            ];
            if operands.contains(&part.as_rule()) {
                return expression(reader, part, self.depth, Ranges::Refused).map(Box::new);
            }
        }
        None
    }

    /// The next two operands; both are read, so that mistakes in both are found.
    fn two(&mut self, reader: &mut Reader) -> Option<(Box<Expr>, Box<Expr>)> {
        let first = self.expr(reader);
        let second = self.expr(reader);
        first.zip(second)
    }
}

/// What is asked with a word before `of`.
pub(super) fn of_word(text: &str) -> Option<OfWord> {
    Some(match text {
        "date" => OfWord::Date,
        "time" => OfWord::Time,
        "length" => OfWord::Length,
        whole => OfWord::Whole(unit(whole.split_whitespace().last()?)?),
    })
}

/// `30` before `and 90 days`: in the unit of the second.
pub(super) fn with_unit_of(reader: &mut Reader, number: &Pair, other: &Expr) -> Option<Expr> {
    let span = reader.span(number);
    let ExprKind::Quantity(_, _, unit) = other.kind else {
        slips::length_without_unit(reader, span);
        return None;
    };
    match literal::number(number.as_str(), false, span) {
        Ok(ExprKind::Int(i, text)) => Some(at(span, ExprKind::Quantity(i.into(), text, unit))),
        Ok(ExprKind::Decimal(d, text)) if !text.ends_with('%') => {
            Some(at(span, ExprKind::Quantity(d, text, unit)))
        }
        Ok(_) => {
            slips::length_without_unit(reader, span);
            None
        }
        Err(error) => {
            reader.report.push(error);
            None
        }
    }
}

/// The unit of a word in singular or plural.
pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "millisecond" => Unit::Millisecond,
        "second" => Unit::Second,
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        "m" | "metre" => Unit::Metre,
        "km" => Unit::Kilometre,
        _ => return None,
    })
}

/// A number with its unit or currency.
fn quantity(reader: &mut Reader, pair: Pair, span: Span) -> Option<Expr> {
    let mut parts = pair.into_inner();
    let (number, behind) = (parts.next()?, parts.next()?);
    let text = number.as_str();
    let (value, written) = match literal::number(text, false, reader.span(&number)) {
        Ok(ExprKind::Int(i, text)) => (i.into(), text),
        Ok(ExprKind::Decimal(d, text)) if !text.ends_with('%') => (d, text),
        Ok(_) => {
            slips::unit_behind(reader, span, text);
            return None;
        }
        Err(error) => {
            reader.report.push(error);
            return None;
        }
    };
    let kind = match behind.as_rule() {
        Rule::currency => ExprKind::Money(value, written, reader.any_word(&behind)),
        _ => ExprKind::Quantity(value, written, unit(behind.as_str())?),
    };
    Some(at(span, kind))
}

/// A string as an expression: plain, or with values inside.
pub(super) fn text(reader: &mut Reader, pair: &Pair, depth: usize) -> Option<Expr> {
    let span = reader.span(pair);
    let start = pair.as_span().start();
    let mut pieces = Vec::new();
    let mut good = true;
    for (range, is_value) in literal::pieces(pair.as_str()) {
        let part = pair.as_str().get(range.clone()).unwrap_or("");
        let from = start + range.start;
        if is_value {
            match value(reader, part, from, depth) {
                Some(value) => pieces.push(Piece::Value(value)),
                None => good = false,
            }
            continue;
        }
        let undone = literal::unescape(part, &mut |at, to, error| {
            reader
                .report
                .push(error(reader.between(from + at, from + to)));
        });
        match undone {
            Some(text) => pieces.push(Piece::Text(text)),
            None => good = false,
        }
    }
    if !good {
        return None;
    }
    let kind = match <[Piece; 1]>::try_from(pieces) {
        Ok([Piece::Text(text)]) => ExprKind::Text(text),
        Ok([piece]) => ExprKind::Interpolated(vec![piece]),
        Err(pieces) if pieces.is_empty() => ExprKind::Text("".into()),
        Err(pieces) => ExprKind::Interpolated(pieces),
    };
    Some(at(span, kind))
}

/// A value between the braces of a string.
fn value(reader: &mut Reader, text: &str, from: usize, depth: usize) -> Option<Expr> {
    let span = reader.between(from, from + text.len());
    let mut inner = Reader {
        source: reader.source,
        text,
        base: span.start,
        place: reader.place,
        nesting: reader.nesting,
        report: &mut *reader.report,
    };
    let parts = match pairs::read(Rule::csv_expr, text) {
        Ok(parts) => parts,
        Err(_) => {
            slips::bad_piece(&mut inner, span);
            return None;
        }
    };
    let pair = parts.into_iter().find(is_expr)?;
    expression(&mut inner, pair, depth + 1, Ranges::Refused)
}
