//! From what pest read to the parts of declarations: heads, rules and declarations of one piece.
//!
//! One function for each rule of `grammar/declaration.pest`; expressions are in `expression`, types and fields in
//! `types`, rows in `tables`, customers and tests in `fixtures`. Each returns `None` after it has reported why.

mod fixtures;
mod tables;
mod types;

pub(super) use fixtures::{case, expect, fact, given, now, on, test_header, title};
pub(super) use tables::{cell, from, header, policy, row};
pub(super) use types::{Marks, default, enum_decl, field, marks, params};

use super::ast::{
    At, ClassifyRule, Docs, Expr, ExprKind, Feature, Head, Let, Name, Reference, ReferenceRows,
    Rule as DecisionRule, Score, Segment, Text, TypeExpr, Valid,
};
use super::expression::{Ranges, expression};
use super::pairs::{Pair, Rule};
use super::reader::Reader;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
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
        Some(file) => ReferenceRows::Csv(file),
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

/// A rule of a decision or score, or the `otherwise` of a table.
pub(super) fn rule(reader: &mut Reader, parts: Parts, docs: Docs) -> Option<DecisionRule> {
    let mut rule = RuleParts::default();
    for part in parts {
        rule.take(reader, part);
    }
    check_otherwise(reader, &rule);
    let value = rule.value.filter(|_| !rule.bad)?;
    Some(DecisionRule {
        docs,
        label: rule.label,
        valid: rule.valid,
        when: rule.when,
        value,
        because: rule.because,
        at: At(reader.whole()),
    })
}

/// A rule of a score. `otherwise` is read and answered.
pub(super) fn score_rule(reader: &mut Reader, parts: Parts, docs: Docs) -> Option<DecisionRule> {
    if let Some(pair) = find(&parts, Rule::k_otherwise) {
        let span = reader.span(&pair);
        reader.report.push(
            Diagnostic::error(Code::Unexpected, span, "a score has no `otherwise`")
                .label("all rules that hold are added up, so that none is the last resort")
                .help("write `always => 10` for points that everybody gets, or `when` and a condition"),
        );
        return None;
    }
    rule(reader, parts, docs)
}

/// A rule that is being put together.
#[derive(Default)]
struct RuleParts {
    label: Option<Name>,
    valid: Option<Valid>,
    when: Option<Expr>,
    value: Option<Expr>,
    because: Option<Expr>,
    /// Where `otherwise` stands.
    otherwise: Option<Span>,
    /// The next expression is the condition.
    conditional: bool,
    /// `+` before the value.
    plus: Option<Span>,
    /// A part was reported.
    bad: bool,
}

impl RuleParts {
    fn take(&mut self, reader: &mut Reader, part: Pair) {
        match part.as_rule() {
            Rule::label => self.label = part.into_inner().next().map(|word| reader.name(&word)),
            Rule::valid => {
                self.valid = valid(reader, part);
                self.bad |= self.valid.is_none();
            }
            Rule::k_when => self.conditional = true,
            Rule::k_otherwise => self.otherwise = Some(reader.span(&part)),
            Rule::arrow => {
                check_arrow(reader, &part, "=>", "what the rule gives");
                self.conditional = false;
            }
            Rule::plus => self.plus = Some(reader.span(&part)),
            Rule::expr => {
                let expr = value(reader, part);
                self.bad |= expr.is_none();
                if self.conditional {
                    self.when = expr;
                } else {
                    self.value = expr.map(|expr| signed(self.plus, expr));
                }
            }
            Rule::because => self.because = reason(reader, part, &mut self.bad),
            _ => {}
        }
    }
}

/// Points with the sign `+` before them.
fn signed(plus: Option<Span>, value: Expr) -> Expr {
    match plus {
        Some(sign) => Expr {
            at: At(sign.to(value.at.0)),
            kind: ExprKind::Plus(Box::new(value)),
        },
        None => value,
    }
}

/// `otherwise` takes all that is left, whenever that is.
fn check_otherwise(reader: &mut Reader, rule: &RuleParts) {
    if let (Some(valid), Some(otherwise)) = (&rule.valid, rule.otherwise) {
        reader.report.push(
            Diagnostic::error(
                Code::Unexpected,
                otherwise,
                "a rule with a validity needs `when`",
            )
            .label("this takes all that is left, at any time")
            .also(valid.at.0, "the validity")
            .help("write `when true` for a rule that holds for everybody within that time")
            .suggest(otherwise, "when true"),
        );
    }
}

/// `valid from … until …`
fn valid(reader: &mut Reader, pair: Pair) -> Option<Valid> {
    let at = reader.at(&pair);
    let parts = pair.into_inner();
    let from = moment(reader, find(&parts, Rule::valid_from));
    let until = moment(reader, find(&parts, Rule::valid_until));
    Some(Valid {
        from: from?,
        until: until?,
        at,
    })
}

fn moment(reader: &mut Reader, clause: Option<Pair>) -> Option<Option<Expr>> {
    match clause {
        Some(clause) => plain(reader, find(&clause.into_inner(), Rule::cell_expr)?).map(Some),
        None => Some(None),
    }
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

/// The reason behind `because`.
fn reason(reader: &mut Reader, pair: Pair, bad: &mut bool) -> Option<Expr> {
    let text = find(&pair.into_inner(), Rule::string)
        .and_then(|pair| super::expression::text(reader, &pair));
    *bad |= text.is_none();
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

/// The file that `use` names.
pub(super) fn use_file(reader: &mut Reader, parts: &Parts) -> Option<Text> {
    reader.string(&find(parts, Rule::string)?)
}
