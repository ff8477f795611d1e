//! Rules of decisions and scores, from what pest read: label, validity, condition, value and reason.

use super::{Parts, check_arrow, find, plain, value};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{At, Docs, Expr, ExprKind, Name, Rule as DecisionRule, Valid};
use crate::syntax::expression;
use crate::syntax::pairs::{Pair, Rule};
use crate::syntax::reader::Reader;

/// A rule of a decision or score, or the `otherwise` of a table.
pub(in crate::syntax) fn rule(
    reader: &mut Reader,
    parts: Parts,
    docs: Docs,
) -> Option<DecisionRule> {
    let mut rule = RuleParts::default();
    for part in parts {
        rule.take(reader, part);
    }
    if let Some(always) = check_otherwise(reader, &rule) {
        rule.when = Some(always);
    }
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
pub(in crate::syntax) fn score_rule(
    reader: &mut Reader,
    parts: Parts,
    docs: Docs,
) -> Option<DecisionRule> {
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

/// `otherwise` takes all that is left, whenever that is; behind a validity it is read as `when true`.
fn check_otherwise(reader: &mut Reader, rule: &RuleParts) -> Option<Expr> {
    let (valid, otherwise) = (rule.valid.as_ref()?, rule.otherwise?);
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
    Some(Expr {
        at: At(otherwise),
        kind: ExprKind::Bool(true),
    })
}

/// `valid from … until …`
pub(super) fn valid(reader: &mut Reader, pair: Pair) -> Option<Valid> {
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

/// The reason behind `because`.
pub(super) fn reason(reader: &mut Reader, pair: Pair, bad: &mut bool) -> Option<Expr> {
    let text =
        find(&pair.into_inner(), Rule::string).and_then(|pair| expression::text(reader, &pair));
    *bad |= text.is_none();
    text
}
