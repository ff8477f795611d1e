//! Syntax trees to a [`Program`]: names first, then types and inputs, then heads, then bodies.
//!
//! In: all files of a ruleset, the root first, and the CSV texts its tables name. Out: the program, if there was
//! no error, and every diagnostic. After a mistake lowering goes on; what could not be typed has [`Ty::Error`],
//! which fits everything, so that one mistake is reported once.
//!
//! Bodies of `let` and `segment` are lowered so that each comes behind those it mentions, since what uses them needs
//! their types and facts; all other definitions are known to others by their heads alone. `expr` and `operators`
//! hold the checking of expressions, `rules` and `table` that of what has rules.

use super::facts::{Fact, Facts, Key, Keys};
use super::names::{Named, Names};
use super::types::docs;
use super::{
    ArithOp, Def, DefId, DefKind, Enum, EnumId, Expr, ExprId, ExprKind, Input, InputId, Program,
    Record, RecordId, Root, Ty, order,
};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::limits::Limits;
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::ast::{self, ItemKind};
use crate::value::{Value, decimal};
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};

/// CSV texts by the place of the `from "…"` that names them.
pub type CsvSources = HashMap<Span, SourceId>;

/// Resolves and types a ruleset.
pub fn lower(
    files: &[ast::File],
    csv: &CsvSources,
    sources: &SourceMap,
    limits: &Limits,
) -> (Option<Program>, Vec<Diagnostic>) {
    let mut lowering = Lowering::new(csv, sources, limits);
    let items = || files.iter().flat_map(|f| &f.items);
    let ruleset = lowering.ruleset_name(files);
    lowering.declare(items());
    lowering.types();
    lowering.roots(items());
    lowering.heads();
    lowering.bodies();
    let order = lowering.definition_order();
    let failed = lowering
        .diagnostics
        .iter()
        .any(|d| d.severity == Severity::Error);
    let (name, docs) = ruleset;
    let program = (!failed).then(|| Program {
        name,
        docs,
        enums: lowering.enums,
        records: lowering.records,
        inputs: lowering.inputs,
        exprs: lowering.exprs,
        defs: lowering
            .drafts
            .into_iter()
            .filter_map(Draft::finish)
            .collect(),
        order,
    });
    (program, lowering.diagnostics)
}

/// A definition on its way from syntax to [`Def`].
pub(super) struct Draft<'a> {
    pub(super) item: &'a ast::Item,
    pub(super) name: &'a ast::Name,
    /// The type, as soon as it is known; of a `let` without a written type only with its body.
    pub(super) ty: Option<Ty>,
    /// The enum that a `classify` declares.
    pub(super) class: Option<EnumId>,
    pub(super) kind: Option<DefKind>,
    pub(super) independent: Vec<(InputId, Span)>,
    /// The value of a constant number.
    number: Option<Decimal>,
    /// What holds when a condition is false and when it is true.
    facts: [Vec<Fact>; 2],
}

impl Draft<'_> {
    fn finish(self) -> Option<Def> {
        let pervasive = match &self.item.kind {
            ItemKind::Decision(d) => d.head.pervasive,
            ItemKind::Table(t) => t.head.pervasive,
            _ => None,
        };
        Some(Def {
            name: self.name.text.to_string(),
            kind: self.kind?,
            ty: self.ty?,
            pervasive: pervasive.map(|at| at.0),
            independent: self.independent,
            docs: docs(&self.item.docs),
            span: self.name.at.0,
        })
    }
}

/// The state of lowering.
pub(super) struct Lowering<'a> {
    pub(super) csv: &'a CsvSources,
    pub(super) sources: &'a SourceMap,
    pub(super) limits: &'a Limits,
    pub(super) names: Names,
    pub(super) enums: Vec<Enum>,
    pub(super) records: Vec<Record>,
    pub(super) inputs: Vec<Input>,
    pub(super) drafts: Vec<Draft<'a>>,
    pub(super) keys: Keys,
    pub(super) facts: Facts,
    exprs: Vec<Expr>,
    key_of: Vec<Key>,
    number_of: Vec<Option<Decimal>>,
    /// What each definition's text mentions; see [`Lowering::mentions`].
    pub(super) needs: Vec<Vec<usize>>,
    declared_records: Vec<(RecordId, &'a [ast::Field])>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Lowering<'a> {
    fn new(csv: &'a CsvSources, sources: &'a SourceMap, limits: &'a Limits) -> Self {
        Lowering {
            csv,
            sources,
            limits,
            names: Names::default(),
            enums: Vec::new(),
            records: Vec::new(),
            inputs: Vec::new(),
            drafts: Vec::new(),
            keys: Keys::default(),
            facts: Facts::default(),
            exprs: Vec::new(),
            key_of: Vec::new(),
            number_of: Vec::new(),
            needs: Vec::new(),
            declared_records: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// More is reported than will be shown: looking for what was meant among all names is not worth its time now.
    pub(super) fn is_crowded(&self) -> bool {
        self.diagnostics.len() > self.limits.diagnostics
    }

    /// Remembers how much was reported, for lowering something on trial.
    pub(super) fn pause_reports(&self) -> usize {
        self.diagnostics.len()
    }

    /// Forgets what was reported on trial.
    pub(super) fn resume_reports(&mut self, count: usize) {
        self.diagnostics.truncate(count);
    }

    /// The length of a list as an id. Lists are bounded by the source size, whose offsets are 32 bits.
    #[expect(clippy::unused_self, reason = "reads as a step of the lowering")]
    pub(super) fn count(&self, length: usize) -> u32 {
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// Adds an expression whose operands were added before.
    pub(super) fn push(&mut self, kind: ExprKind, ty: Ty, span: Span) -> ExprId {
        let id = ExprId(self.count(self.exprs.len()));
        let key = self.keys.of(&kind, &self.key_of);
        let number = self.constant_number(&kind);
        self.key_of.push(key);
        self.number_of.push(number);
        self.exprs.push(Expr { kind, ty, span });
        id
    }

    /// An expression that was reported as wrong.
    pub(super) fn broken(&mut self, span: Span) -> ExprId {
        self.push(ExprKind::Const(Value::Missing), Ty::Error, span)
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "expression ids are made only by `push`, and never leave their lowering"
    )]
    pub(super) fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "expression ids are made only by `push`, and never leave their lowering"
    )]
    pub(super) fn key(&self, id: ExprId) -> Key {
        self.key_of[id.index()]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "input ids are made only by `add_input`, and never leave their lowering"
    )]
    pub(super) fn input(&self, id: InputId) -> &Input {
        &self.inputs[id.index()]
    }

    /// The number an expression always is.
    pub(super) fn number(&self, id: ExprId) -> Option<Decimal> {
        self.number_of.get(id.index()).copied().flatten()
    }

    /// The enum a `classify` declares.
    pub(super) fn class_enum(&self, id: DefId) -> Option<EnumId> {
        self.drafts.get(id.index()).and_then(|d| d.class)
    }

    /// What is known when a definition of type bool has that truth.
    pub(super) fn definition_facts(&self, id: DefId, truth: bool) -> Vec<Fact> {
        let draft = self.drafts.get(id.index());
        let facts = draft.and_then(|d| d.facts.get(usize::from(truth)));
        facts.cloned().unwrap_or_default()
    }

    fn constant_number(&self, kind: &ExprKind) -> Option<Decimal> {
        match kind {
            ExprKind::Const(Value::Int(i)) => Some(Decimal::from(*i)),
            ExprKind::Const(Value::Decimal(d)) => Some(*d),
            ExprKind::Unwrap(a) | ExprKind::Widen(a) => self.number(*a),
            ExprKind::Neg(a) => {
                let negated = decimal::neg(self.number(*a)?);
                self.fits(negated, &self.expr(*a).ty)
            }
            ExprKind::Def(id) => self.drafts.get(id.index()).and_then(|d| d.number),
            ExprKind::Chain(first, rest) => {
                let ty = &self.expr(*first).ty;
                rest.iter()
                    .try_fold(self.number(*first)?, |left, (op, right)| {
                        let right = self.number(*right)?;
                        let result = match op {
                            ArithOp::Add => decimal::add(left, right),
                            ArithOp::Sub => decimal::sub(left, right),
                            ArithOp::Mul => decimal::mul(left, right),
                            ArithOp::Div => decimal::div(left, right),
                        };
                        self.fits(result?, ty)
                    })
            }
            _ => None,
        }
    }

    /// The number, unless its type is int and it needs more than 64 bits.
    #[expect(clippy::unused_self, reason = "one of the steps of `constant_number`")]
    fn fits(&self, number: Decimal, ty: &Ty) -> Option<Decimal> {
        if *ty == Ty::Int {
            i64::try_from(number).ok()?;
        }
        Some(number)
    }

    /// The name of the ruleset: the first declaration of the first file, and of no other.
    fn ruleset_name(&mut self, files: &[ast::File]) -> (String, Vec<String>) {
        let mut found = None;
        for (number, file) in files.iter().enumerate() {
            for (index, item) in file.items.iter().enumerate() {
                let ItemKind::Ruleset(name) = &item.kind else {
                    continue;
                };
                if number == 0 && index == 0 {
                    found = Some((name.text.to_string(), docs(&item.docs)));
                    continue;
                }
                let message = "`ruleset` stands only at the beginning of the main file";
                self.report(
                    Diagnostic::error(Code::SecondRuleset, item.at.0, message)
                        .label("not here")
                        .help("take it away: files brought in by `use` have no name of their own"),
                );
                found = found.or_else(|| Some((name.text.to_string(), docs(&item.docs))));
            }
        }
        if found.is_none() {
            let first = files.first().and_then(|f| f.items.first());
            let at = first.map(|i| i.at.0).unwrap_or_default();
            let at = Span::new(at.source, at.start, at.start);
            self.report(
                Diagnostic::error(Code::MissingRuleset, at, "the ruleset has no name")
                    .label("`ruleset` and a name go here")
                    .help("begin the main file with `ruleset`, for example `ruleset cinema`")
                    .suggest(at, "ruleset unnamed\n\n"),
            );
        }
        found.unwrap_or_default()
    }

    /// Gives every declaration of a name its id.
    fn declare(&mut self, items: impl Iterator<Item = &'a ast::Item>) {
        for item in items {
            let (name, what) = match &item.kind {
                ItemKind::Enum(e) => (&e.name, Named::Enum(EnumId(self.count(self.enums.len())))),
                ItemKind::Record(r) => {
                    let id = RecordId(self.count(self.records.len()));
                    (&r.name, Named::Record(id))
                }
                ItemKind::Let(l) => (&l.name, self.next_def()),
                ItemKind::Segment(s) => (&s.name, self.next_def()),
                ItemKind::Classify(c) => (&c.name, self.next_def()),
                ItemKind::Decision(d) => (&d.head.name, self.next_def()),
                ItemKind::Table(t) => (&t.head.name, self.next_def()),
                _ => continue,
            };
            let span = name.at.0;
            if let Err(error) = self.names.declare(&name.text, span, what) {
                self.report(error);
                continue;
            }
            match &item.kind {
                ItemKind::Enum(e) => {
                    self.make_enum(name.text.to_string(), &e.members, span);
                }
                ItemKind::Record(r) => {
                    let id = self.declare_record(name.text.to_string(), span);
                    self.declared_records.push((id, &r.fields));
                }
                _ => self.draft(item, name),
            }
        }
    }

    fn next_def(&self) -> Named {
        Named::Def(DefId(self.count(self.drafts.len())))
    }

    fn draft(&mut self, item: &'a ast::Item, name: &'a ast::Name) {
        let class = match &item.kind {
            ItemKind::Classify(c) => Some(self.class_members(c)),
            _ => None,
        };
        self.drafts.push(Draft {
            item,
            name,
            ty: None,
            class,
            kind: None,
            independent: Vec::new(),
            number: None,
            facts: [Vec::new(), Vec::new()],
        });
    }

    /// Resolves the records' fields, once all type names are known.
    fn types(&mut self) {
        let declared = std::mem::take(&mut self.declared_records);
        for (id, fields) in &declared {
            self.fill_record(*id, fields);
        }
        for (id, fields) in &declared {
            self.record_defaults(*id, fields);
        }
    }

    /// Spans context and touchpoint.
    fn roots(&mut self, items: impl Iterator<Item = &'a ast::Item>) {
        if self.check_record_nesting().is_none() {
            return;
        }
        let mut seen: HashMap<Root, Span> = HashMap::new();
        for item in items {
            let (root, word, fields) = match &item.kind {
                ItemKind::Context(fields) => (Root::Context, "context", fields),
                ItemKind::Touchpoint(fields) => (Root::Touchpoint, "touchpoint", fields),
                _ => continue,
            };
            if let Some(first) = seen.insert(root, item.at.0) {
                let head = |at: Span| {
                    let end = at.start + self.count(word.len());
                    Span::new(at.source, at.start, end)
                };
                self.report(
                    Diagnostic::error(
                        Code::SecondRuleset,
                        head(item.at.0),
                        format!("`{word}` is declared twice"),
                    )
                    .label("again here")
                    .also(head(first), "first here")
                    .help("a ruleset has one: put all fields into it"),
                );
                continue;
            }
            self.add_inputs(root, fields);
            if root == Root::Touchpoint {
                let end = item.at.0.start + self.count(word.len());
                self.check_channel(Span::new(item.at.0.source, item.at.0.start, end));
            }
        }
    }

    /// Gives definitions the types that their heads tell.
    fn heads(&mut self) {
        for index in 0..self.drafts.len() {
            let Some(draft) = self.drafts.get(index) else {
                continue;
            };
            let name = &draft.name.text;
            let ty = match &draft.item.kind {
                ItemKind::Let(l) => l.ty.as_ref().map(|ty| self.ty(ty, name)),
                ItemKind::Segment(_) => Some(Ty::Bool),
                ItemKind::Classify(_) => draft.class.map(Ty::Enum),
                ItemKind::Decision(d) => Some(self.ty(&d.head.result, name)),
                ItemKind::Table(t) => Some(self.ty(&t.head.result, name)),
                _ => None,
            };
            if let Some(draft) = self.drafts.get_mut(index) {
                draft.ty = ty;
            }
        }
        // Results may declare records inline; these may hold declared ones.
        self.check_record_nesting();
    }

    fn bodies(&mut self) {
        self.needs = self.mentions();
        for index in order::dependencies_first(&self.needs) {
            self.body(index);
        }
    }

    fn body(&mut self, index: usize) {
        let Some(draft) = self.drafts.get(index) else {
            return;
        };
        let (item, declared) = (draft.item, draft.ty.clone());
        let mark = self.facts.mark();
        let kind = match &item.kind {
            ItemKind::Let(l) => DefKind::Let(match &declared {
                Some(ty) => self.check(&l.value, ty),
                None => self.infer_let(&l.value),
            }),
            ItemKind::Segment(s) => DefKind::Segment(self.check(&s.value, &Ty::Bool)),
            ItemKind::Classify(c) => DefKind::Classify(self.classify(c, index)),
            ItemKind::Decision(d) => {
                let ty = declared.unwrap_or(Ty::Error);
                DefKind::Decision(self.decision(d, &ty))
            }
            ItemKind::Table(t) => {
                let ty = declared.unwrap_or(Ty::Error);
                DefKind::Table(self.table(t, &ty))
            }
            _ => return,
        };
        self.facts.reset(mark);
        let independent = match &item.kind {
            ItemKind::Decision(d) => self.independent(&d.head),
            ItemKind::Table(t) => self.independent(&t.head),
            _ => Vec::new(),
        };
        self.finish_body(index, kind, independent);
    }

    fn finish_body(&mut self, index: usize, kind: DefKind, independent: Vec<(InputId, Span)>) {
        let value = match &kind {
            DefKind::Let(e) | DefKind::Segment(e) => Some(*e),
            _ => None,
        };
        let ty = value.map(|v| self.expr(v).ty.clone());
        let number = value.and_then(|v| self.number(v));
        let facts = match (value, &ty) {
            (Some(v), Some(Ty::Bool)) => {
                [false, true].map(|truth| handed_on(self.proves(v, truth)))
            }
            _ => [Vec::new(), Vec::new()],
        };
        if let Some(draft) = self.drafts.get_mut(index) {
            if draft.ty.is_none() {
                draft.ty = ty;
            }
            draft.number = number;
            draft.facts = facts;
            draft.kind = Some(kind);
            draft.independent = independent;
        }
    }

    /// For each `let` and `segment` those that its text mentions; a word that is a member there is mentioned too,
    /// which costs nothing but order.
    fn mentions(&self) -> Vec<Vec<usize>> {
        let needed = |name: &ast::Name| match self.names.get(&name.text) {
            Some(Named::Def(id)) => self.drafts.get(id.index()).and_then(|d| {
                let early = matches!(d.item.kind, ItemKind::Let(_) | ItemKind::Segment(_));
                early.then_some(id.index())
            }),
            _ => None,
        };
        let of = |draft: &Draft<'_>| {
            let mut names = Vec::new();
            match &draft.item.kind {
                ItemKind::Let(l) => words(&l.value, &mut names),
                ItemKind::Segment(s) => words(&s.value, &mut names),
                // Whatever else there is may mention any of them, and none of them needs its body.
                _ => {}
            }
            names.into_iter().filter_map(needed).collect()
        };
        let mut needs: Vec<Vec<usize>> = self.drafts.iter().map(of).collect();
        let early: Vec<usize> = (0..self.drafts.len())
            .filter(|i| self.drafts.get(*i).is_some_and(is_early))
            .collect();
        // One node that needs all of those, for all others to need.
        let all = needs.len();
        needs.push(early);
        for (index, draft) in self.drafts.iter().enumerate() {
            if let (false, Some(own)) = (is_early(draft), needs.get_mut(index)) {
                own.push(all);
            }
        }
        needs
    }

    /// The true order of definitions, or a report of the circle in it.
    fn definition_order(&mut self) -> Vec<DefId> {
        let needs: Vec<Vec<usize>> = self
            .drafts
            .iter()
            .map(|d| d.kind.as_ref().map_or(Vec::new(), |k| self.needed_by(k)))
            .collect();
        if let Some(circle) = order::circle(&needs) {
            self.report(self.definition_circle(&circle));
        }
        let order = order::dependencies_first(&needs);
        order.into_iter().map(|i| DefId(self.count(i))).collect()
    }

    fn needed_by(&self, kind: &DefKind) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = super::roots(kind);
        // The cells of a column share its expression.
        let mut seen: HashSet<ExprId> = HashSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if let ExprKind::Def(def) = &self.expr(id).kind {
                found.push(def.index());
            }
            super::operands(&self.expr(id).kind, |child| open.push(child));
        }
        found
    }

    /// The report of definitions that need one another.
    pub(super) fn definition_circle(&self, circle: &[usize]) -> Diagnostic {
        let names: Vec<&ast::Name> = circle
            .iter()
            .filter_map(|i| self.drafts.get(*i))
            .map(|d| d.name)
            .collect();
        let first = names.first().map_or("", |n| &*n.text);
        let chain: Vec<&str> = names.iter().map(|n| &*n.text).chain([first]).collect();
        let at = names.first().map(|n| n.at.0).unwrap_or_default();
        let mut error = Diagnostic::error(
            Code::Cycle,
            at,
            format!("`{first}` needs itself: {}", chain.join(" → ")),
        )
        .label("to know this…")
        .help("break the circle: take one of these out of another's conditions or values");
        for name in names.iter().skip(1) {
            error = error.also(name.at.0, "…this must be known");
        }
        error
    }
}

/// So many facts a definition hands on to those who use it; segments upon segments would else gather without bound.
const MOST_HANDED_ON: usize = 256;

/// The facts that users of a definition learn from it: each once.
fn handed_on(facts: Vec<Fact>) -> Vec<Fact> {
    let mut seen = HashSet::new();
    let new = facts.into_iter().filter(|f| seen.insert(*f));
    new.take(MOST_HANDED_ON).collect()
}

fn is_early(draft: &Draft<'_>) -> bool {
    matches!(draft.item.kind, ItemKind::Let(_) | ItemKind::Segment(_))
}

/// The words that stand for values in an expression, as far as the text tells.
fn words<'e>(expr: &'e ast::Expr, found: &mut Vec<&'e ast::Name>) {
    use ast::ExprKind as E;
    match &expr.kind {
        E::Name(name) => found.push(name),
        E::Field(a, _) | E::Paren(a) | E::Neg(a) | E::Not(a) => words(a, found),
        E::List(items) | E::Else(items) | E::And(items) | E::Or(items) => {
            items.iter().for_each(|e| words(e, found));
        }
        E::Record(fields) => fields.iter().for_each(|(_, e)| words(e, found)),
        E::Chain(first, rest) => {
            words(first, found);
            rest.iter().for_each(|(_, e)| words(e, found));
        }
        E::Range(a, b, _) | E::Compare(_, a, b) => {
            words(a, found);
            words(b, found);
        }
        E::In { item, set, .. } => {
            words(item, found);
            words(set, found);
        }
        E::Is { item, what, .. } => {
            words(item, found);
            if let ast::IsWhat::Value(value) = what {
                words(value, found);
            }
        }
        E::If(arms, last) => {
            for (value, condition) in arms {
                words(condition, found);
                words(value, found);
            }
            words(last, found);
        }
        E::Bool(_) | E::Int(..) | E::Decimal(..) | E::Text(_) | E::Missing => {}
    }
}
