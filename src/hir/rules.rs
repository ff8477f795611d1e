//! Checking of what has rules: `classify`, `decision`, and what decisions and tables share.

use super::lower::Lowering;
use super::types::duplicate_entry;
use super::{Bounds, EnumId, ExprId, ExprKind, InputId, Rule, Score, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use std::collections::HashMap;

impl Lowering<'_> {
    /// The enum of a `classify`: its members in the order in which they first stand.
    pub(super) fn class_members(&mut self, written: &ast::Classify) -> EnumId {
        let mut members: Vec<ast::Name> = Vec::new();
        let mut seen: HashMap<&str, ()> = HashMap::new();
        for rule in &written.rules {
            if seen.insert(&rule.member.text, ()).is_none() {
                members.push(rule.member.clone());
            }
        }
        let span = written.name.at.0;
        self.make_enum(written.name.text.to_string(), &members, span)
    }

    pub(super) fn classify(&mut self, written: &ast::Classify, index: usize) -> Vec<Rule> {
        self.some_rules(written.rules.len(), &written.name);
        self.otherwise_last(written.rules.iter().map(|r| (r.when.is_none(), r.at.0)));
        let class = self.drafts.get(index).and_then(|d| d.class);
        let members = class.and_then(|c| self.enums.get(c.index()));
        let places: HashMap<String, u32> = members
            .iter()
            .flat_map(|e| &e.members)
            .zip(0..)
            .map(|(m, i)| (m.clone(), i))
            .collect();
        let ty = class.map_or(Ty::Error, Ty::Enum);
        let mut rules = Vec::new();
        for rule in &written.rules {
            let when = rule.when.as_ref().map(|c| self.check(c, &Ty::Bool));
            if let Some(condition) = when {
                let facts = self.proves(condition, false);
                self.facts.add(facts);
            }
            let member = places.get(&*rule.member.text).copied().unwrap_or(0);
            let constant = ExprKind::Const(Value::Member(member));
            let value = self.push(constant, ty.clone(), rule.member.at.0);
            rules.push(Rule {
                label: None,
                when,
                value,
                because: None,
                span: rule.at.0,
            });
        }
        rules
    }

    pub(super) fn decision(&mut self, written: &ast::Decision, ty: &Ty) -> Vec<Rule> {
        self.some_rules(written.rules.len(), &written.head.name);
        self.otherwise_last(written.rules.iter().map(|r| (r.when.is_none(), r.at.0)));
        self.distinct_labels(written.rules.iter());
        let mut rules = Vec::new();
        for rule in &written.rules {
            let lowered = self.rule(rule, ty);
            if let Some(condition) = lowered.when {
                let facts = self.proves(condition, false);
                self.facts.add(facts);
            }
            rules.push(lowered);
        }
        rules
    }

    /// A rule under the facts in force; its value knows its condition. What it gives leaves.
    pub(super) fn rule(&mut self, rule: &ast::Rule, ty: &Ty) -> Rule {
        let mut made = self.inner_rule(rule, ty);
        made.value = self.leaving(made.value);
        made
    }

    fn inner_rule(&mut self, rule: &ast::Rule, ty: &Ty) -> Rule {
        let when = self.when(rule);
        let mark = self.facts.mark();
        if let Some(condition) = when {
            let facts = self.proves(condition, true);
            self.facts.add(facts);
        }
        let value = self.check(&rule.value, ty);
        let because = self.reason(rule.because.as_ref());
        self.facts.reset(mark);
        Rule {
            label: rule.label.as_ref().map(|l| l.text.to_string()),
            when,
            value,
            because,
            span: rule.at.0,
        }
    }

    /// `because "…"`
    pub(super) fn reason(&mut self, written: Option<&ast::Expr>) -> Option<ExprId> {
        written.map(|text| self.check(text, &Ty::Text))
    }

    /// The type of a score: a number.
    pub(super) fn score_type(&mut self, written: &ast::Score) -> Ty {
        let Some(result) = &written.result else {
            return Ty::Int;
        };
        let ty = self.ty_without_range(result, &written.name.text);
        if !matches!(ty, Ty::Int | Ty::Decimal | Ty::Error) {
            let found = super::expr::a_type(&self.type_name(&ty));
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    result.at.0,
                    format!("a score is a number, not {found}"),
                )
                .label("`int` or `decimal` goes here")
                .help("for levels, classify the score: `classify level { high when points >= 100 … }`"),
            );
            return Ty::Error;
        }
        ty
    }

    /// A score that is too great is its upper bound, which must be one of its values.
    fn open_bounds(&mut self, bounds: Bounds, written: &ast::TypeExpr) {
        let at = match &written.kind {
            ast::TypeKind::Named {
                range: Some(range), ..
            } => range.at.0,
            _ => written.at.0,
        };
        let right = format!("{}..={}", bounds.low.normalize(), bounds.high.normalize());
        self.report(
            Diagnostic::error(
                Code::BadRange,
                at,
                "a score that is too great becomes its upper bound, and this range does not hold its own",
            )
            .label("the upper bound belongs to the range")
            .help(format!("write `{right}`"))
            .suggest(at, right),
        );
    }

    /// The rules of a score, each on its own: all that hold count.
    pub(super) fn score(&mut self, written: &ast::Score, ty: &Ty) -> Score {
        if written.rules.is_empty() {
            let help = "give it a rule, for example `always => 10`";
            self.report(no_rules(&written.name).help(help));
        }
        self.distinct_labels(written.rules.iter());
        let result = written.result.as_ref();
        let bounds = result.and_then(|result| self.range_of(result, ty));
        if let (Some(bounds), Some(result)) = (bounds.filter(|b| b.open), result) {
            self.open_bounds(bounds, result);
        }
        let rules = written
            .rules
            .iter()
            .map(|r| self.inner_rule(r, ty))
            .collect();
        Score { rules, bounds }
    }

    fn some_rules(&mut self, count: usize, name: &ast::Name) {
        if count == 0 {
            self.report(no_rules(name).help("give it a rule, at least `otherwise => …`"));
        }
    }

    /// Nothing comes behind `otherwise`.
    fn otherwise_last(&mut self, rules: impl Iterator<Item = (bool, Span)>) {
        let mut last: Option<Span> = None;
        for (otherwise, span) in rules {
            if let Some(first) = last {
                self.report(
                    Diagnostic::error(
                        Code::OtherwiseNotLast,
                        span,
                        "this is never reached: it stands behind `otherwise`",
                    )
                    .label("never reached")
                    .also(first, "`otherwise` takes all that is left")
                    .help("put `otherwise` last"),
                );
                return;
            }
            if otherwise {
                last = Some(span);
            }
        }
    }

    pub(super) fn distinct_labels<'r>(&mut self, rules: impl Iterator<Item = &'r ast::Rule>) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for label in rules.filter_map(|r| r.label.as_ref()) {
            if let Some(first) = seen.insert(&label.text, label.at.0) {
                self.report(duplicate_entry("label", label, first));
            }
        }
    }

    /// The inputs that `independent of` names.
    pub(super) fn independent(&mut self, paths: &[Vec<ast::Name>]) -> Vec<(InputId, Span)> {
        let mut found = Vec::new();
        for path in paths {
            let Some((first, last)) = path.first().zip(path.last()) else {
                continue;
            };
            let span = first.at.0.to(last.at.0);
            let words: Vec<&str> = path.iter().map(|n| &*n.text).collect();
            let text = words.join(".");
            let input = self.inputs.iter().position(|i| i.path == text);
            match input {
                Some(index) => found.push((InputId(self.count(index)), span)),
                None => {
                    let error = self.unknown_path(&text, span);
                    self.report(error);
                }
            }
        }
        found
    }

    fn unknown_path(&self, text: &str, span: Span) -> Diagnostic {
        if text == "touchpoint" {
            return Diagnostic::error(
                Code::UnknownField,
                span,
                "independence of the whole touchpoint has a word of its own",
            )
            .label("not a field")
            .help("write `pervasive` before `decision` or `table`");
        }
        let error = Diagnostic::error(
            Code::UnknownField,
            span,
            format!("there is no field `{text}`"),
        )
        .label("a field of `context` or `touchpoint` goes here");
        let inputs = self.inputs.iter();
        let mut paths: Vec<&str> = inputs
            .filter(|i| i.name == text)
            .map(|i| &*i.path)
            .collect();
        if paths.is_empty() {
            paths.extend(self.near(text, self.inputs.iter().map(|i| &*i.path)));
        }
        if paths.is_empty() {
            return error.help("name a field by its whole path, for example `customer.birth_date`");
        }
        super::slips::meant(error, span, &paths)
    }
}

/// The report of a declaration without a rule.
fn no_rules(name: &ast::Name) -> Diagnostic {
    Diagnostic::error(
        Code::NoRules,
        name.at.0,
        format!("`{}` has no rules", name.text),
    )
    .label("nothing is decided here")
}
