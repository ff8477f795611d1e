//! From what pest read to the parts of declarations: heads and declarations of one piece.
//!
//! One function for each rule of `grammar/declaration.pest`; expressions are in `expression`, types and fields in
//! `types`, rules in `rules`, rows in `tables`, customers and tests in `fixtures`. Each returns `None` after it has reported why.

mod actions;
mod fixtures;
mod journeys;
mod rules;
mod tables;
mod types;

pub(super) use actions::{
    action_clause, action_head, choice_clause, choice_head, experiment_clause, group, issue,
    policy_clause,
};
pub(super) use fixtures::{case, expect, fact, given, now, on, test_event, test_header, title};
pub(super) use journeys::{journey_entry, journey_head};
pub(super) use rules::{rule, score_rule};
pub(super) use tables::{cell, from, header, policy, row};
pub(super) use types::{Marks, default, enum_decl, field, marks, params};

use super::ast::{
    At, ClassifyRule, Docs, Expr, ExprKind, Feature, Head, Let, Name, Reference, ReferenceRows,
    Score, Segment, Text, TypeExpr,
};
use super::expression::{Ranges, expression};
use super::pairs::{Pair, Rule};
use super::reader::Reader;
use crate::diagnostic::{Code, Diagnostic};
use pest::iterators::Pairs;
use types::type_expr;

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

/// The value of a declaration: its last part.
fn value_of(reader: &mut Reader, parts: &Parts) -> Option<Expr> {
    check_assign(reader, parts);
    value(reader, find(parts, Rule::expr)?)
}

pub(super) fn let_value(reader: &mut Reader, parts: &Parts) -> Option<Let> {
    let name = named(reader, parts)?;
    let params = params(reader, parts);
    let ty = optional_type(reader, parts);
    let value = value_of(reader, parts);
    Some(Let {
        name,
        params: params?,
        ty: ty?,
        value: value?,
    })
}

/// A type where one may be written.
fn optional_type(reader: &mut Reader, parts: &Parts) -> Option<Option<TypeExpr>> {
    match find(parts, Rule::r#type) {
        Some(pair) => type_expr(reader, pair).map(Some),
        None => Some(None),
    }
}

pub(super) fn segment(reader: &mut Reader, parts: &Parts) -> Option<Segment> {
    let name = named(reader, parts)?;
    let params = params(reader, parts);
    let value = value_of(reader, parts);
    Some(Segment {
        name,
        params: params?,
        value: value?,
    })
}

pub(super) fn behaviour(reader: &mut Reader, parts: &Parts) -> Option<Segment> {
    let name = named(reader, parts)?;
    let params = params(reader, parts);
    check_assign(reader, parts);
    let value = value(reader, find(parts, Rule::told)?);
    Some(Segment {
        name,
        params: params?,
        value: value?,
    })
}

pub(super) fn timezone(reader: &mut Reader, parts: &Parts) -> Option<Expr> {
    value(reader, find(parts, Rule::expr)?)
}

pub(super) fn feature(reader: &mut Reader, parts: &Parts) -> Option<Feature> {
    Some(Feature {
        pervasive: pervasive(reader, parts),
        name: named(reader, parts)?,
        independent: independent(reader, parts),
        when: value(reader, find(parts, Rule::expr)?)?,
    })
}

pub(super) fn reference(reader: &mut Reader, parts: &Parts) -> Option<Reference> {
    let mut words = parts.clone().filter(|p| p.as_rule() == Rule::word);
    let name = reader.name(&words.next()?);
    let record = reader.name(&words.next()?);
    let key = reader.any_word(&words.next()?);
    let rows = match from(reader, parts)? {
        Some(file) => ReferenceRows::File(file),
        None => ReferenceRows::Inline(value_of(reader, parts)?),
    };
    Some(Reference {
        name,
        record,
        key,
        rows,
    })
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

fn pervasive(reader: &Reader, parts: &Parts) -> Option<At> {
    find(parts, Rule::k_pervasive).map(|p| reader.at(&p))
}

/// `independent of a.b, c`
fn independent(reader: &mut Reader, parts: &Parts) -> Vec<Vec<Name>> {
    match find(parts, Rule::independent) {
        Some(pair) => pair
            .into_inner()
            .filter(|p| p.as_rule() == Rule::path)
            .map(|p| path(reader, p))
            .collect(),
        None => Vec::new(),
    }
}

fn check_result_arrow(reader: &mut Reader, parts: &Parts) {
    if let Some(arrow) = find(parts, Rule::arrow) {
        check_arrow(reader, &arrow, "->", "the type of the result");
    }
}

/// The head of a decision or table.
pub(super) fn head(reader: &mut Reader, parts: &Parts) -> Option<Head> {
    let name = named(reader, parts)?;
    check_result_arrow(reader, parts);
    let result = type_expr(reader, find(parts, Rule::r#type)?)?;
    Some(Head {
        pervasive: pervasive(reader, parts),
        name,
        result,
        independent: independent(reader, parts),
    })
}

/// The head of a score; its rules are added later.
pub(super) fn score_head(reader: &mut Reader, parts: &Parts) -> Option<Score> {
    let name = named(reader, parts)?;
    check_result_arrow(reader, parts);
    let result = optional_type(reader, parts)?;
    Some(Score {
        pervasive: pervasive(reader, parts),
        name,
        result,
        independent: independent(reader, parts),
        rules: Vec::new(),
    })
}

fn path(reader: &mut Reader, pair: Pair) -> Vec<Name> {
    pair.into_inner()
        .filter_map(|part| match part.as_rule() {
            Rule::word => Some(reader.name(&part)),
            _ => part.into_inner().next().map(|word| reader.any_word(&word)),
        })
        .collect()
}

/// A value that is no condition: arithmetic.
fn plain(reader: &mut Reader, pair: Pair) -> Option<Expr> {
    let expr = value(reader, pair)?;
    if matches!(expr.kind, ExprKind::Not(_)) {
        let span = expr.at.0;
        reader.report.push(
            Diagnostic::error(
                Code::Unexpected,
                span,
                "a value stands here, and no condition",
            )
            .label("a value goes here")
            .help("put brackets around a condition whose answer is meant: `(not a)`"),
        );
        return None;
    }
    Some(expr)
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

/// The file that `use` names.
pub(super) fn use_file(reader: &mut Reader, parts: &Parts) -> Option<Text> {
    reader.string(&find(parts, Rule::string)?)
}
