//! Types, fields, parameters and enums, from what pest read.

use super::{Parts, check_assign, find, named, value};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{
    At, Docs, EnumDecl, Expr, ExprKind, Field, Name, Param, RangeEnd, TypeExpr, TypeKind,
};
use crate::syntax::expression::{Ranges, all, expression};
use crate::syntax::pairs::{Pair, Rule};
use crate::syntax::reader::Reader;

pub(in crate::syntax) fn enum_decl(reader: &mut Reader, parts: &Parts) -> Option<EnumDecl> {
    let name = named(reader, parts)?;
    let members = members(reader, find(parts, Rule::members)?);
    let ordered = find(parts, Rule::k_ordered).is_some();
    Some(EnumDecl {
        ordered,
        name,
        members,
    })
}

fn members(reader: &Reader, pair: Pair) -> Vec<Name> {
    pair.into_inner()
        .filter(|p| p.as_rule() == Rule::word)
        .map(|p| reader.any_word(&p))
        .collect()
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
        Rule::money_type => TypeKind::Money(named(reader, &parts)?),
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
                "..=" => RangeEnd::Inclusive,
                _ => RangeEnd::Exclusive,
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
pub(in crate::syntax) fn field(reader: &mut Reader, parts: Parts, docs: Docs) -> Option<Field> {
    let at = At(span_of(reader, &parts));
    let name = reader.any_word(&find(&parts, Rule::word)?);
    let ty = type_expr(reader, find(&parts, Rule::r#type)?);
    let default = default(reader, &parts)?;
    let marks = marks(reader, &parts);
    Some(Field {
        docs,
        name,
        ty: ty?,
        default,
        sensitive: marks.sensitive,
        fixed: marks.fixed,
        at,
    })
}

/// `= default`, if there is one.
pub(in crate::syntax) fn default(reader: &mut Reader, parts: &Parts) -> Option<Option<Expr>> {
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

/// The marks behind a field's type.
#[derive(Clone, Copy, Default)]
pub(in crate::syntax) struct Marks {
    pub(in crate::syntax) sensitive: bool,
    pub(in crate::syntax) fixed: bool,
}

/// `sensitive`, `fixed`, in any order, each once.
pub(in crate::syntax) fn marks(reader: &mut Reader, parts: &Parts) -> Marks {
    let mut marks = Marks::default();
    for pair in parts.clone().filter(|p| p.as_rule() == Rule::mark) {
        let span = reader.span(&pair);
        let word = pair.as_str().trim();
        let mark = match word {
            "fixed" => &mut marks.fixed,
            _ => &mut marks.sensitive,
        };
        if std::mem::replace(mark, true) {
            reader.report.push(
                Diagnostic::error(
                    Code::Unexpected,
                    span,
                    format!("this field is marked `{}` twice", reader.snippet(span)),
                )
                .label("once is enough")
                .help("leave it out")
                .suggest(span, ""),
            );
        }
    }
    marks
}

/// Parameters, where they are written. Empty brackets are reported.
pub(in crate::syntax) fn params(reader: &mut Reader, parts: &Parts) -> Option<Vec<Param>> {
    let Some(pair) = find(parts, Rule::params) else {
        return Some(Vec::new());
    };
    let span = reader.span(&pair);
    let params = all(pair
        .into_inner()
        .filter(|p| p.as_rule() == Rule::param)
        .map(|p| param(reader, &p.into_inner())))?;
    if params.is_empty() {
        reader.report.push(
            Diagnostic::error(
                Code::Unexpected,
                span,
                "there is nothing between these brackets",
            )
            .label("parameters go here, each with its type")
            .help("leave out the brackets")
            .suggest(span, ""),
        );
    }
    Some(params)
}

fn param(reader: &mut Reader, parts: &Parts) -> Option<Param> {
    let name = named(reader, parts)?;
    let ty = type_expr(reader, find(parts, Rule::r#type)?)?;
    Some(Param { name, ty })
}
