//! What the generated rulesets and evaluations have covered: counted, printed, and held to its thresholds.

use super::given::Given;
use super::reference::actions::Told;
use super::reference::{Answer, Failure, Fit, Overflow, Val};
use pervade::internals::hir::{
    Choice, DefKind, ExprId, ExprKind, Func, HitPolicy, Input, InputId, Per, Program, Root, Ty,
};
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
const IN_RULESETS: [&str; 163] = [
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
    "node Call",
    "node Local",
    "node Apply",
    "node Fold",
    "node Lookup",
    "operator IntDiv",
    "operator Mod",
    "policy Any",
    "policy Sum",
    "policy Min",
    "policy Max",
    "policy Count",
    "policy Priority",
    "policy OutputOrder",
    "definition feature",
    "definition function",
    "definition reference",
    "definition score",
    "score with bounds",
    "type money",
    "type date",
    "type time",
    "type datetime",
    "type duration",
    "type elapsed",
    "type distance",
    "type timezone",
    "type geo",
    "ordered enum",
    "weekday",
    "fold Any",
    "fold Every",
    "fold Filter",
    "fold Sum",
    "fold Min",
    "fold Max",
    "fold Nearest",
    "function TryIntDiv",
    "function TryMod",
    "function Abs",
    "function Min",
    "function Max",
    "function RoundMoney",
    "function RoundAll",
    "function Since",
    "function DateOf",
    "function TimeOf",
    "function AddTime",
    "function SubTime",
    "function TimeBetween",
    "function AddDays",
    "function AddMonths",
    "function YearsBetween",
    "function MonthsBetween",
    "function WeeksBetween",
    "function DaysBetween",
    "function Year",
    "function Month",
    "function Day",
    "function Weekday",
    "function Hour",
    "function Minute",
    "function Second",
    "function Distance",
    "function Length",
    "function Count",
    "function Lower",
    "function Matches",
    "function Join",
    "function Round HalfEven",
    "function Round HalfUp",
    "function Round Up",
    "function Round Down",
    "function Whole Millisecond",
    "function Whole Second",
    "function Whole Minute",
    "function Whole Hour",
    "function Whole Day",
    "function Whole Week",
    "function Text Equal ignoring case",
    "function Text NotEqual ignoring case",
    "function Text Contains ignoring case",
    "function Text StartsWith ignoring case",
    "function Text EndsWith ignoring case",
    "function Text Contains",
    "function Text StartsWith",
    "function Text EndsWith",
    "show bool",
    "show int",
    "show decimal",
    "show enum",
    "show money",
    "show date",
    "show time",
    "show datetime",
    "show duration",
    "show elapsed",
    "show distance",
    "pattern in full",
    "pattern within",
    "pattern ignoring case",
    "validity",
    "reason with values",
    "zone constant",
    "zone from a field",
    "reference from csv",
    "definition action",
    "definition next best action",
    "choice pervasive",
    "choice with weight",
    "choice with limit",
    "choice per group",
    "choice per issue",
    "choice from one",
    "gives with optional field",
    "lever of a candidate",
    "treatment on a condition",
    "treatment for all that is left",
];

/// What must have happened in some evaluation.
const IN_EVALUATIONS: [&str; 20] = [
    "error int overflow",
    "error decimal overflow",
    "error calendar overflow",
    "because",
    "fit rule",
    "fit otherwise",
    "fit rows",
    "fit nothing",
    "value missing",
    "chosen none",
    "chosen one",
    "chosen two or more",
    "chosen with a treatment",
    "two candidates of equal rank and value",
    "rejected by eligible",
    "rejected by applicable",
    "rejected by suitable",
    "rejected by valid",
    "rejected by touchpoint",
    "rejected by rank",
];

/// What is rare is in at least this many of 1000 rulesets.
const LEAST_PER_MILLE: usize = 5;
/// And happens in at least this many of 1000 evaluations.
const LEAST_HAPPENING: usize = 3;

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
            match &expr.kind {
                ExprKind::Chain(_, rest) => {
                    met.extend(rest.iter().map(|(op, _)| format!("operator {op:?}")));
                }
                ExprKind::Call(func, _) => met.extend(function(program, func)),
                ExprKind::Fold { op, .. } => {
                    met.insert(format!("fold {op:?}"));
                }
                _ => {}
            }
        }
        for input in program.inputs() {
            met.extend(types(&input.ty));
            if program.type_name(input.ty.present()) == "Weekday" {
                met.insert("weekday".to_owned());
            }
        }
        let own = |e: &pervade::internals::hir::Enum| e.ordered && e.name != "Weekday";
        if program.enums().iter().any(own) {
            met.insert("ordered enum".to_owned());
        }
        for def in program.defs() {
            met.extend(types(&def.ty));
            if let DefKind::Let(e) = &def.kind
                && def.name == "timezone"
            {
                let constant = matches!(program.expr(*e).kind, ExprKind::Const(_));
                let kind = if constant {
                    "zone constant"
                } else {
                    "zone from a field"
                };
                met.insert(kind.to_owned());
            }
            for reason in reasons(&def.kind) {
                if matches!(program.expr(reason).kind, ExprKind::Call(..)) {
                    met.insert("reason with values".to_owned());
                }
            }
            let kind = match &def.kind {
                DefKind::Let(_) => "let",
                DefKind::Feature(_) => "feature",
                DefKind::Function(_) => "function",
                DefKind::Behaviour(_) => "behaviour",
                DefKind::Journey(_) => "journey",
                DefKind::Reference(_) => "reference",
                DefKind::Score(score) => {
                    if score.bounds.is_some() {
                        met.insert("score with bounds".to_owned());
                    }
                    "score"
                }
                DefKind::Action(_) => "action",
                DefKind::Actions(_) => "actions",
                DefKind::Policy(_) => "policy",
                DefKind::Experiment(_) => "experiment",
                DefKind::NextBestAction(choice) => {
                    met.extend(ways(program, choice).map(str::to_owned));
                    if def.pervasive.is_some() {
                        met.insert("choice pervasive".to_owned());
                    }
                    "next best action"
                }
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
        if text.contains("from \"data") {
            met.insert("reference from csv".to_owned());
        }
        if text.contains("valid from") || text.contains("valid until") {
            met.insert("validity".to_owned());
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
                Root::Now => continue,
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
                Overflow::Calendar => "error calendar overflow",
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
                    Fit::HeldOut(_) => "held out",
                    Fit::None => "fit nothing",
                });
                if answer.because.is_some() {
                    happened.push("because");
                }
                if answer.value == Val::Missing {
                    happened.push("value missing");
                }
            }
        }
        for thing in happened {
            *self.evaluations_with.entry(thing.to_owned()).or_default() += 1;
        }
    }

    /// Counts what became of the actions of a next best action.
    pub fn choice(&mut self, told: &[Told]) {
        let chosen: Vec<&Told> = told.iter().filter(|one| one.chosen).collect();
        let mut happened = BTreeSet::from([match chosen.len() {
            0 => "chosen none".to_owned(),
            1 => "chosen one".to_owned(),
            _ => "chosen two or more".to_owned(),
        }]);
        if chosen.iter().any(|one| one.treatment != Val::Missing) {
            happened.insert("chosen with a treatment".to_owned());
        }
        let rejected = told.iter().filter(|one| !one.chosen);
        happened.extend(rejected.map(|one| format!("rejected by {}", one.stage.word())));
        let numbers = told.iter().filter_map(|one| one.numbers.as_ref());
        let numbers: Vec<_> = numbers.map(|n| (&n.rank, &n.value)).collect();
        if (1..numbers.len()).any(|at| numbers[at..].contains(&numbers[at - 1])) {
            happened.insert("two candidates of equal rank and value".to_owned());
        }
        for thing in happened {
            *self.evaluations_with.entry(thing).or_default() += 1;
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
        let mut ask =
            |counts: &BTreeMap<String, usize>, things: &[&str], of: usize, least: usize| {
                for thing in things {
                    if counts.get(*thing).copied().unwrap_or(0) * 1000 < of * least {
                        lacks.push((*thing).to_owned());
                    }
                }
            };
        ask(
            &self.rulesets_with,
            &IN_RULESETS,
            self.rulesets,
            LEAST_PER_MILLE,
        );
        ask(
            &self.evaluations_with,
            &IN_EVALUATIONS,
            self.evaluations,
            LEAST_HAPPENING,
        );
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
        ExprKind::Told(_) => "Told",
        ExprKind::Compare(..) => "Compare",
        ExprKind::Is(..) => "Is",
        ExprKind::IsPresent(_) => "IsPresent",
        ExprKind::InList(..) => "InList",
        ExprKind::InRange(..) => "InRange",
        ExprKind::And(_) => "And",
        ExprKind::Or(_) => "Or",
        ExprKind::If(..) => "If",
        ExprKind::Call(..) => "Call",
        ExprKind::Local(_) => "Local",
        ExprKind::Apply(..) => "Apply",
        ExprKind::Fold { .. } => "Fold",
        ExprKind::Lookup(..) => "Lookup",
    }
}

/// The reasons of rules and rows.
fn reasons(kind: &DefKind) -> Vec<ExprId> {
    match kind {
        DefKind::Decision(rules) => rules.iter().filter_map(|r| r.because).collect(),
        DefKind::Table(table) => table.rows.iter().filter_map(|r| r.because).collect(),
        _ => Vec::new(),
    }
}

/// What a next best action makes use of.
fn ways(program: &Program, choice: &Choice) -> impl Iterator<Item = &'static str> {
    let per = |of: Per| choice.per.iter().any(|(per, _)| *per == of);
    let optional_gives = choice.candidates.iter().any(|candidate| {
        let Ty::Record(item) = &program.expr(candidate.value).ty else {
            return false;
        };
        let gives = program.record(*item).fields.get(2).map(|field| &field.ty);
        let Some(Ty::Record(gives)) = gives else {
            return false;
        };
        let mut fields = program.record(*gives).fields.iter();
        fields.any(|field| field.ty.is_optional())
    });
    let levers = choice.candidates.iter().map(|c| c.action.lever);
    let treatments = || choice.candidates.iter().flat_map(|c| &c.treatments);
    let ways = [
        ("choice with weight", !choice.weights.is_empty()),
        ("choice with limit", choice.limit.is_some()),
        ("choice per group", per(Per::Group)),
        ("choice per issue", per(Per::Issue)),
        ("choice from one", choice.candidates.len() == 1),
        ("gives with optional field", optional_gives),
        (
            "lever of a candidate",
            levers.into_iter().any(|l| !l.is_zero()),
        ),
        (
            "treatment on a condition",
            treatments().any(|t| t.when.is_some()),
        ),
        (
            "treatment for all that is left",
            treatments().any(|t| t.when.is_none()),
        ),
    ];
    ways.into_iter()
        .filter(|(_, is_so)| *is_so)
        .map(|(way, _)| way)
}

/// What a call is counted as.
fn function(program: &Program, func: &Func) -> Vec<String> {
    match func {
        Func::Show(ty) => {
            let names = types(ty);
            vec![names[0].replacen("type", "show", 1)]
        }
        Func::Round(rounding) => vec![format!("function Round {rounding:?}")],
        Func::Whole(unit) => vec![format!("function Whole {unit:?}")],
        Func::RoundMoney(_) => vec!["function RoundMoney".to_owned()],
        Func::RoundAll(_) => vec!["function RoundAll".to_owned()],
        Func::Text(op, true) => vec![format!("function Text {op:?} ignoring case")],
        Func::Text(op, false) => vec![format!("function Text {op:?}")],
        Func::Matches(id) => {
            let pattern = &program.patterns()[id.index()];
            let mut met = vec!["function Matches".to_owned()];
            met.push(
                if pattern.full {
                    "pattern in full"
                } else {
                    "pattern within"
                }
                .to_owned(),
            );
            if pattern.ignoring_case {
                met.push("pattern ignoring case".to_owned());
            }
            met
        }
        other => vec![format!("function {other:?}")],
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
        Ty::Money(_) => ("money", None),
        Ty::Date => ("date", None),
        Ty::Time => ("time", None),
        Ty::DateTime => ("datetime", None),
        Ty::Duration => ("duration", None),
        Ty::Elapsed => ("elapsed", None),
        Ty::Distance => ("distance", None),
        Ty::Zone => ("timezone", None),
        Ty::Geo => ("geo", None),
        Ty::Record(_) => ("record", None),
        Ty::List(item) => ("list", Some(item)),
        Ty::Optional(inner) => ("optional", Some(inner)),
        Ty::Stream(_) => ("stream", None),
        Ty::Never => ("missing alone", None),
        Ty::Error => panic!("a finished program has no type error"),
    };
    let mut names = vec![format!("type {name}")];
    names.extend(inner.map(|t| types(t)).unwrap_or_default());
    names
}
