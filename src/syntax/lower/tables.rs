//! The parts of tables, from what pest read: hit policy, file, header, rows and cells.

use super::rules::reason;
use super::{Parts, check_arrow, find, value};
use crate::syntax::ast::{At, Cell, CellKind, CellTest, Docs, Expr, Name, Policy, Row, Text};
use crate::syntax::expression::{Ranges, all, compare_op, expression, is_expr};
use crate::syntax::pairs::{Pair, Rule};
use crate::syntax::reader::Reader;
use crate::syntax::slips;

/// The hit policy in the head of a table.
pub(in crate::syntax) fn policy(reader: &mut Reader, parts: &Parts) -> Option<Policy> {
    let parts = find(parts, Rule::policy)?.into_inner();
    let mut words = parts.clone().filter(|p| p.as_rule() == Rule::word);
    let word = reader.any_word(&words.next()?);
    let aggregate = words.next().map(|word| reader.any_word(&word));
    let by = match find(&parts, Rule::expr) {
        Some(pair) => Some(value(reader, pair)?),
        None => None,
    };
    Some(Policy {
        word,
        aggregate,
        by,
    })
}

/// The file that a head names, where it has one.
pub(in crate::syntax) fn from(reader: &mut Reader, parts: &Parts) -> Option<Option<Text>> {
    match find(parts, Rule::from) {
        Some(pair) => reader
            .string(&find(&pair.into_inner(), Rule::string)?)
            .map(Some),
        None => Some(None),
    }
}

/// The header of a table: its columns and the word over the results.
pub(in crate::syntax) fn header(reader: &mut Reader, parts: &Parts) -> Option<(Vec<Expr>, Name)> {
    let columns = all(parts.clone().filter(is_expr).map(|p| value(reader, p)));
    if let Some(arrow) = find(parts, Rule::arrow) {
        check_arrow(reader, &arrow, "=>", "the name of the result");
    }
    let result = reader.any_word(&find(parts, Rule::word)?);
    Some((columns?, result))
}

/// A row of a table.
pub(in crate::syntax) fn row(reader: &mut Reader, parts: Parts, docs: Docs) -> Option<Row> {
    let (mut cells, mut given, mut because, mut bad) = (Vec::new(), None, None, false);
    for part in parts {
        match part.as_rule() {
            Rule::cell => match cell(reader, part) {
                Some(cell) => cells.push(cell),
                None => bad = true,
            },
            Rule::arrow => check_arrow(reader, &part, "=>", "what the row gives"),
            Rule::expr => given = value(reader, part),
            Rule::because => because = reason(reader, part, &mut bad),
            _ => {}
        }
    }
    let value = given.filter(|_| !bad)?;
    Some(Row {
        docs,
        cells,
        value,
        because,
        at: At(reader.whole()),
    })
}

/// A cell of a row.
pub(in crate::syntax) fn cell(reader: &mut Reader, pair: Pair) -> Option<Cell> {
    let at = reader.at(&pair);
    let inner: Vec<Pair> = pair.into_inner().collect();
    let kind = match inner.first().map(Pair::as_rule) {
        Some(Rule::any) => CellKind::Any,
        Some(Rule::negated) => {
            let negated = inner.into_iter().next()?.into_inner();
            CellKind::Tests {
                negated: true,
                tests: tests(reader, negated)?,
            }
        }
        _ => CellKind::Tests {
            negated: false,
            tests: tests(reader, inner.into_iter())?,
        },
    };
    Some(Cell { kind, at })
}

fn tests<'i>(reader: &mut Reader, parts: impl Iterator<Item = Pair<'i>>) -> Option<Vec<CellTest>> {
    all(parts.filter(|p| p.as_rule() == Rule::test).map(|part| {
        let parts = part.into_inner();
        let expr = find(&parts, Rule::cell_expr)?;
        if expr.as_str().starts_with("not")
            && find(&expr.clone().into_inner(), Rule::prefix).is_some()
        {
            slips::not_in_cell(reader, &expr);
            return None;
        }
        let Some(sign) = find(&parts, Rule::compare) else {
            return expression(reader, expr, 0, Ranges::Allowed).map(CellTest::Is);
        };
        slips::operator(reader, sign.as_str(), reader.span(&sign));
        let expr = expression(reader, expr, 0, Ranges::Refused)?;
        Some(CellTest::Compare(compare_op(sign.as_str()), expr))
    }))
}
