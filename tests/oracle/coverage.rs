//! What the generated rulesets and evaluations have covered: counted, printed, and held to its thresholds.

use super::given::Given;
use super::reference::{Answer, Failure, Fit, Overflow};
use pervade::internals::hir::{DefKind, ExprKind, HitPolicy, Input, InputId, Program, Root, Ty};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Counts.
#[derive(Debug, Default)]
pub struct Coverage {
    rulesets: usize,
    evaluations: usize,
    texts: HashSet<u64>,
    /// In how many rulesets a thing occurs.
    rulesets_with: BTreeMap<String, usize>,
    /// In how many evaluations a thing happens.
    evaluations_with: BTreeMap<String, usize>,
    present: usize,
    missing: usize,
    fitted: usize,
    later: usize,
}

/// What every run must have met in some ruleset.
const IN_RULESETS: [&str; 45] = [
    "node Const",
    "node Input",
    "node Def",
    "node Field",
    "node Record",
    "node List",
    "node Unwrap",
    "node Widen",
    "node Neg",
    "node Not",
    "node Chain",
    "node TryDiv",
    "node Else",
    "node Compare",
    "node Is",
    "node IsPresent",
    "node InList",
    "node InRange",
    "node And",
    "node Or",
    "node If",
    "policy Unique",
    "policy First",
    "policy Collect",
    "definition let",
    "definition segment",
    "definition classify",
    "definition decision",
    "definition table",
    "type bool",
    "type int",
    "type decimal",
    "type string",
    "type enum",
    "type record",
    "type list",
    "type optional",
    "operator Add",
    "operator Sub",
    "operator Mul",
    "operator Div",
    "rows from csv",
    "second file",
    "pervasive",
    "independent of",
];

/// What must have happened in some evaluation.
const IN_EVALUATIONS: [&str; 7] = [
    "error int overflow",
    "error decimal overflow",
    "fit rule",
    "fit otherwise",
    "fit rows",
    "fit nothing",
    "value missing",
];

/// What is rare is at least this many of 1000.
const LEAST_PER_MILLE: usize = 5;

impl Coverage {
    /// Counts a ruleset.
    pub fn ruleset(&mut self, program: &Program, text: &str) {
        self.rulesets += 1;
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        self.texts.insert(hasher.finish());
        let mut met: BTreeSet<String> = BTreeSet::new();
        for expr in program.exprs() {
            met.insert(format!("node {}", node(&expr.kind)));
            met.extend(types(&expr.ty));
            if let ExprKind::Chain(_, rest) = &expr.kind {
                met.extend(rest.iter().map(|(op, _)| format!("operator {op:?}")));
            }
        }
        for input in program.inputs() {
            met.extend(types(&input.ty));
        }
        for def in program.defs() {
            met.extend(types(&def.ty));
            let kind = match &def.kind {
                DefKind::Let(_) => "let",
                DefKind::Segment(_) => "segment",
                DefKind::Classify(_) => "classify",
                DefKind::Decision(_) => "decision",
                DefKind::Table(table) => {
                    let policy: HitPolicy = table.policy;
                    met.insert(format!("policy {policy:?}"));
                    "table"
                }
            };
            met.insert(format!("definition {kind}"));
            if def.pervasive.is_some() {
                met.insert("pervasive".to_owned());
            }
            if !def.independent.is_empty() {
                met.insert("independent of".to_owned());
            }
        }
        if text.contains("from \"rows") {
            met.insert("rows from csv".to_owned());
        }
        if text.contains("\nuse \"") {
            met.insert("second file".to_owned());
        }
        for thing in met {
            *self.rulesets_with.entry(thing).or_default() += 1;
        }
    }

    /// Counts the optional fields of a context.
    pub fn context(&mut self, program: &Program, context: &Given, touchpoint: &Given) {
        for input in program.inputs().iter().filter(|i| i.ty.is_optional()) {
            let root = match input.root {
                Root::Context => context,
                Root::Touchpoint => touchpoint,
            };
            let Some(around) = around(program, input, root) else {
                continue;
            };
            if around.field(&input.name).is_some() {
                self.present += 1;
            } else {
                self.missing += 1;
            }
        }
    }

    /// Counts an evaluation.
    pub fn evaluation(&mut self, answer: &Result<Answer, Failure>) {
        self.evaluations += 1;
        let mut happened = vec![];
        match answer {
            Err(failure) => happened.push(match failure.kind {
                Overflow::Int => "error int overflow",
                Overflow::Decimal => "error decimal overflow",
            }),
            Ok(answer) => {
                self.fitted += 1;
                if answer.fit != Fit::At(0) {
                    self.later += 1;
                }
                happened.push(match &answer.fit {
                    Fit::At(_) => "fit rule",
                    Fit::Otherwise => "fit otherwise",
                    Fit::Rows(_) => "fit rows",
                    Fit::None => "fit nothing",
                });
                if answer.value == super::reference::Val::Missing {
                    happened.push("value missing");
                }
            }
        }
        for thing in happened {
            *self.evaluations_with.entry(thing.to_owned()).or_default() += 1;
        }
    }

    /// The whole as a table.
    pub fn table(&self) -> String {
        let mut text = format!(
            "{} rulesets ({} distinct), {} evaluations\n",
            self.rulesets,
            self.texts.len(),
            self.evaluations
        );
        let mut lines = |counts: &BTreeMap<String, usize>, of: usize, unit: &str| {
            for (thing, count) in counts {
                writeln!(
                    text,
                    "{thing:<28} {count:>9}  {:>6.2}% of {unit}",
                    share(*count, of)
                )
                .expect("writes");
            }
        };
        lines(&self.rulesets_with, self.rulesets, "rulesets");
        lines(&self.evaluations_with, self.evaluations, "evaluations");
        let optional = self.present + self.missing;
        writeln!(
            text,
            "optional present {:.1}%, missing {:.1}%",
            share(self.present, optional),
            share(self.missing, optional)
        )
        .expect("writes");
        writeln!(
            text,
            "decided after the first rule {:.1}%",
            share(self.later, self.fitted)
        )
        .expect("writes");
        text
    }

    /// What is met too rarely.
    pub fn lacks(&self) -> Vec<String> {
        let mut lacks = Vec::new();
        let mut ask = |counts: &BTreeMap<String, usize>, things: &[&str], of: usize| {
            for thing in things {
                if counts.get(*thing).copied().unwrap_or(0) * 1000 < of * LEAST_PER_MILLE {
                    lacks.push((*thing).to_owned());
                }
            }
        };
        ask(&self.rulesets_with, &IN_RULESETS, self.rulesets);
        ask(&self.evaluations_with, &IN_EVALUATIONS, self.evaluations);
        let optional = self.present + self.missing;
        let mut least = |what: &str, count: usize, of: usize| {
            if count * 10 < of * 3 {
                lacks.push(format!("{what} is under 30%"));
            }
        };
        least("optional present", self.present, optional);
        least("optional missing", self.missing, optional);
        least("decided after the first rule", self.later, self.fitted);
        lacks
    }

    /// How many texts differ.
    pub fn distinct(&self) -> usize {
        self.texts.len()
    }
}

fn share(count: usize, of: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    100.0 * number(count) / number(of.max(1))
}

/// The record that holds an input, if it is given.
fn around<'a>(program: &Program, input: &Input, root: &'a Given) -> Option<&'a Given> {
    let mut way: Vec<InputId> = Vec::new();
    let mut at = input.parent;
    while let Some(parent) = at {
        way.push(parent);
        at = program.input(parent).parent;
    }
    way.iter()
        .rev()
        .try_fold(root, |here, id| here.field(&program.input(*id).name))
}

fn node(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Const(_) => "Const",
        ExprKind::Input(_) => "Input",
        ExprKind::Def(_) => "Def",
        ExprKind::Field(..) => "Field",
        ExprKind::Record(..) => "Record",
        ExprKind::List(_) => "List",
        ExprKind::Unwrap(_) => "Unwrap",
        ExprKind::Widen(_) => "Widen",
        ExprKind::Neg(_) => "Neg",
        ExprKind::Not(_) => "Not",
        ExprKind::Chain(..) => "Chain",
        ExprKind::TryDiv(..) => "TryDiv",
        ExprKind::Else(_) => "Else",
        ExprKind::Compare(..) => "Compare",
        ExprKind::Is(..) => "Is",
        ExprKind::IsPresent(_) => "IsPresent",
        ExprKind::InList(..) => "InList",
        ExprKind::InRange(..) => "InRange",
        ExprKind::And(_) => "And",
        ExprKind::Or(_) => "Or",
        ExprKind::If(..) => "If",
    }
}

/// The types within a type.
fn types(ty: &Ty) -> Vec<String> {
    let (name, inner) = match ty {
        Ty::Bool => ("bool", None),
        Ty::Int => ("int", None),
        Ty::Decimal => ("decimal", None),
        Ty::Text => ("string", None),
        Ty::Enum(_) => ("enum", None),
        Ty::Record(_) => ("record", None),
        Ty::List(item) => ("list", Some(item)),
        Ty::Optional(inner) => ("optional", Some(inner)),
        Ty::Never => ("missing alone", None),
        Ty::Error => panic!("a finished program has no type error"),
    };
    let mut names = vec![format!("type {name}")];
    names.extend(inner.map(|t| types(t)).unwrap_or_default());
    names
}
