//! From what pest read to the parts of declarations: types, fields, heads, rules, rows.
//!
//! One function for each rule of `grammar/declaration.pest`; expressions are in `expression`. Each returns `None` after
//! it has reported why.

use super::ast::{
    At, Cell, CellKind, CellTest, ClassifyRule, Docs, EnumDecl, Expr, ExprKind, Field, Head, Let,
    Name, Row, Rule as DecisionRule, Segment, Text, TypeExpr, TypeKind,
};
use super::expression::{Ranges, all, compare_op, expression, is_expr};
use super::pairs::{Pair, Rule};
use super::reader::Reader;
use super::slips;
use crate::diagnostic::{Code, Diagnostic};
use pest::iterators::Pairs;

type Parts<'i> = Pairs<'i, Rule>;

fn find<'i>(parts: &Parts<'i>, rule: Rule) -> Option<Pair<'i>> {
    parts.clone().find(|p| p.as_rule() == rule)
}

fn value(reader: &mut Reader, pair: Pair) -> Option<Expr> {
    expression(reader, pair, 0, Ranges::Refused)
}

/// The first word: the name of what is declared.
pub(super) fn named(reader: &mut Reader, parts: &Parts) -> Option<Name> {
    find(parts, Rule::word).map(|pair| reader.name(&pair))
}

pub(super) fn let_value(reader: &mut Reader, parts: &Parts) -> Option<Let> {
    let name = named(reader, parts)?;
    let ty = match find(parts, Rule::r#type) {
        Some(pair) => Some(type_expr(reader, pair)?),
        None => None,
    };
    check_assign(reader, parts);
    let value = value(reader, find(parts, Rule::expr)?)?;
    Some(Let { name, ty, value })
}

pub(super) fn segment(reader: &mut Reader, parts: &Parts) -> Option<Segment> {
    let name = named(reader, parts)?;
    check_assign(reader, parts);
    let value = value(reader, find(parts, Rule::expr)?)?;
    Some(Segment { name, value })
}

pub(super) fn enum_decl(reader: &mut Reader, parts: &Parts) -> Option<EnumDecl> {
    let name = named(reader, parts)?;
    let members = members(reader, find(parts, Rule::members)?);
    Some(EnumDecl { name, members })
}

fn members(reader: &Reader, pair: Pair) -> Vec<Name> {
    pair.into_inner()
        .filter(|p| p.as_rule() == Rule::word)
        .map(|p| reader.any_word(&p))
        .collect()
}

/// `:=` is read and answered.
fn check_assign(reader: &mut Reader, parts: &Parts) {
    if let Some(pair) = find(parts, Rule::assign).filter(|p| p.as_str() == ":=") {
        let span = reader.span(&pair);
        reader.report.push(
            Diagnostic::error(Code::Unexpected, span, "`:=` is written `=`")
                .label("not this way")
                .help("write `=`")
                .suggest(span, "="),
        );
    }
}

/// `->` for `=>` and the other way round are read and answered.
fn check_arrow(reader: &mut Reader, pair: &Pair, right: &str, before: &str) {
    if pair.as_str() != right {
        let span = reader.span(pair);
        reader.report.push(
            Diagnostic::error(
                Code::Unexpected,
                span,
                format!("`{}` stands where `{right}` belongs", pair.as_str()),
            )
            .label(format!("`{right}` goes before {before}"))
            .help(format!("write `{right}`"))
            .suggest(span, right),
        );
    }
}

pub(super) fn type_expr(reader: &mut Reader, pair: Pair) -> Option<TypeExpr> {
    let at = reader.at(&pair);
    let inner = pair.into_inner().next()?;
    let rule = inner.as_rule();
    let parts = inner.into_inner();
    let optional = find(&parts, Rule::question).is_some();
    let kind = match rule {
        Rule::list_type => {
            TypeKind::List(Box::new(type_expr(reader, find(&parts, Rule::r#type)?)?))
        }
        Rule::enum_type => TypeKind::Enum(members(reader, find(&parts, Rule::members)?)),
        Rule::record_type => TypeKind::Record(all(parts
            .filter(|p| p.as_rule() == Rule::field_decl)
            .map(|p| field(reader, p.into_inner(), Docs::new())))?),
        _ => named_type(reader, &parts)?,
    };
    Some(TypeExpr { kind, optional, at })
}

fn named_type(reader: &mut Reader, parts: &Parts) -> Option<TypeKind> {
    let name = named(reader, parts)?;
    let bounds = all(parts
        .clone()
        .filter(|p| p.as_rule() == Rule::bound)
        .map(|p| bound(reader, p)))?;
    let range = match <[Expr; 2]>::try_from(bounds) {
        Ok([low, high]) => {
            let end = match find(parts, Rule::range_sign)?.as_str() {
                "..=" => super::ast::RangeEnd::Inclusive,
                _ => super::ast::RangeEnd::Exclusive,
            };
            let at = At(low.at.0.to(high.at.0));
            let kind = ExprKind::Range(Box::new(low), Box::new(high), end);
            Some(Box::new(Expr { kind, at }))
        }
        Err(_) => None,
    };
    Some(TypeKind::Named { name, range })
}

/// An end of a type's range: a number, perhaps with a minus.
fn bound(reader: &mut Reader, pair: Pair) -> Option<Expr> {
    // A bound has the parts of an expression, and is read as one.
    expression(reader, pair, 0, Ranges::Refused)
}

/// A field from its parts.
pub(super) fn field(reader: &mut Reader, parts: Parts, docs: Docs) -> Option<Field> {
    let at = At(span_of(reader, &parts));
    let name = reader.any_word(&find(&parts, Rule::word)?);
    let ty = type_expr(reader, find(&parts, Rule::r#type)?);
    let default = default(reader, &parts)?;
    Some(Field {
        docs,
        name,
        ty: ty?,
        default,
        at,
    })
}

/// `= default`, if there is one.
pub(super) fn default(reader: &mut Reader, parts: &Parts) -> Option<Option<Expr>> {
    check_assign(reader, parts);
    match find(parts, Rule::expr) {
        Some(pair) => value(reader, pair).map(Some),
        None => Some(None),
    }
}

/// From the first part to the last, a closing comma left out.
fn span_of(reader: &Reader, parts: &Parts) -> crate::source::Span {
    let mut spans = parts
        .clone()
        .filter(|p| !matches!(p.as_rule(), Rule::comma | Rule::EOI))
        .map(|p| reader.span(&p));
    let first = spans.next().unwrap_or(reader.whole());
    first.to(spans.last().unwrap_or(first))
}

/// The head of a decision or table; the second word of a table's is its policy.
pub(super) fn head(reader: &mut Reader, parts: &Parts) -> Option<Head> {
    let pervasive = find(parts, Rule::k_pervasive).map(|p| reader.at(&p));
    let name = named(reader, parts)?;
    if let Some(arrow) = find(parts, Rule::arrow) {
        check_arrow(reader, &arrow, "->", "the type of the result");
    }
    let result = type_expr(reader, find(parts, Rule::r#type)?)?;
    let independent = match find(parts, Rule::independent) {
        Some(pair) => pair
            .into_inner()
            .filter(|p| p.as_rule() == Rule::path)
            .map(|p| path(reader, p))
            .collect(),
        None => Vec::new(),
    };
    Some(Head {
        pervasive,
        name,
        result,
        independent,
    })
}

/// The hit policy in the head of a table.
pub(super) fn policy(reader: &Reader, parts: &Parts) -> Option<Name> {
    parts
        .clone()
        .filter(|p| p.as_rule() == Rule::word)
        .nth(1)
        .map(|p| reader.any_word(&p))
}

/// The file in the head of a table, where it has one.
pub(super) fn from(reader: &mut Reader, parts: &Parts) -> Option<Option<Text>> {
    match find(parts, Rule::from) {
        Some(pair) => reader
            .string(&find(&pair.into_inner(), Rule::string)?)
            .map(Some),
        None => Some(None),
    }
}

fn path(reader: &mut Reader, pair: Pair) -> Vec<Name> {
    pair.into_inner()
        .filter_map(|part| match part.as_rule() {
            Rule::word => Some(reader.name(&part)),
            _ => part.into_inner().next().map(|word| reader.any_word(&word)),
        })
        .collect()
}

/// A rule of a decision, or the `otherwise` of a table.
pub(super) fn rule(reader: &mut Reader, parts: Parts, docs: Docs) -> Option<DecisionRule> {
    let (mut label, mut when, mut given, mut because) = (None, None, None, None);
    let (mut good, mut conditional) = (true, false);
    for part in parts {
        match part.as_rule() {
            Rule::label => label = part.into_inner().next().map(|word| reader.name(&word)),
            Rule::k_when => conditional = true,
            Rule::arrow => {
                check_arrow(reader, &part, "=>", "what the rule gives");
                conditional = false;
            }
            Rule::expr => {
                let expr = value(reader, part);
                good &= expr.is_some();
                *(if conditional { &mut when } else { &mut given }) = expr;
            }
            Rule::because => because = reason(reader, part, &mut good),
            _ => {}
        }
    }
    let value = given.filter(|_| good)?;
    Some(DecisionRule {
        docs,
        label,
        when,
        value,
        because,
        at: At(reader.whole()),
    })
}

fn reason(reader: &mut Reader, pair: Pair, good: &mut bool) -> Option<Text> {
    let text = find(&pair.into_inner(), Rule::string).and_then(|p| reader.string(&p));
    *good &= text.is_some();
    text
}

/// A rule of a classification.
pub(super) fn classify_rule(
    reader: &mut Reader,
    parts: &Parts,
    docs: Docs,
) -> Option<ClassifyRule> {
    let member = reader.name(&find(parts, Rule::word)?);
    let when = match find(parts, Rule::expr) {
        Some(pair) => Some(value(reader, pair)?),
        None => None,
    };
    Some(ClassifyRule {
        docs,
        member,
        when,
        at: At(reader.whole()),
    })
}

/// The header of a table: its columns and the word over the results.
pub(super) fn header(reader: &mut Reader, parts: &Parts) -> Option<(Vec<Expr>, Name)> {
    let columns = all(parts.clone().filter(is_expr).map(|p| value(reader, p)));
    if let Some(arrow) = find(parts, Rule::arrow) {
        check_arrow(reader, &arrow, "=>", "the name of the result");
    }
    let result = reader.any_word(&find(parts, Rule::word)?);
    Some((columns?, result))
}

/// A row of a table.
pub(super) fn row(reader: &mut Reader, parts: Parts, docs: Docs) -> Option<Row> {
    let (mut cells, mut given, mut because, mut good) = (Vec::new(), None, None, true);
    for part in parts {
        match part.as_rule() {
            Rule::cell => match cell(reader, part) {
                Some(cell) => cells.push(cell),
                None => good = false,
            },
            Rule::arrow => check_arrow(reader, &part, "=>", "what the row gives"),
            Rule::expr => given = value(reader, part),
            Rule::because => because = reason(reader, part, &mut good),
            _ => {}
        }
    }
    let value = given.filter(|_| good)?;
    Some(Row {
        docs,
        cells,
        value,
        because,
        at: At(reader.whole()),
    })
}

/// A cell of a row.
pub(super) fn cell(reader: &mut Reader, pair: Pair) -> Option<Cell> {
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

/// The file that `use` names.
pub(super) fn use_file(reader: &mut Reader, parts: &Parts) -> Option<Text> {
    reader.string(&find(parts, Rule::string)?)
}
