//! Definitions: their heads, then their bodies, then the order in which they need one another.
//!
//! Bodies of `let` and `segment` are lowered so that each comes behind those it mentions, since what uses them needs
//! their types and facts; all other definitions are known to others by their heads alone.

use super::behaviours::OfEvents;
use super::facts::Fact;
use super::lower::Lowering;
use super::names::Named;
use super::reference::RowPlace;
use super::types::docs;
use super::{
    Def, DefId, DefKind, EnumId, ExprId, ExprKind, Function, InputId, Param, RecordId, Ty,
    functions, order,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{
    self, ActionClause, After, ChoiceClause, Counting, ItemKind, PolicyClause,
};
use rust_decimal::Decimal;
use std::collections::HashSet;
use std::sync::Arc;

/// A definition on its way from syntax to [`Def`].
pub(super) struct Draft<'a> {
    pub(super) item: &'a ast::Item,
    pub(super) name: &'a ast::Name,
    /// The type, as soon as it is known; of a `let` without a written type only with its body.
    pub(super) ty: Option<Ty>,
    /// The enum that a `classify` declares, or that of the stages of a `journey`.
    pub(super) class: Option<EnumId>,
    /// The types of the parameters.
    pub(super) param_types: Vec<Ty>,
    /// Of a `reference`: the record type and the place of the key.
    pub(super) reference: Option<(RecordId, u32)>,
    /// Where its rows stand.
    pub(super) row_places: Vec<RowPlace>,
    pub(super) kind: Option<DefKind>,
    /// Whether its body has been looked at.
    pub(super) tried: bool,
    pub(super) independent: Vec<(InputId, Span)>,
    /// The value of a constant number.
    pub(super) number: Option<Decimal>,
    /// What holds when a condition is false and when it is true.
    pub(super) facts: [Vec<Fact>; 2],
    /// Of a behaviour: which of its parameters are lengths of time.
    pub(super) lengths: Vec<bool>,
    /// Of a behaviour: what is known of its body as events.
    pub(super) of_events: OfEvents,
    /// Whether its value depends on context or touchpoint, or on a definition whose value does.
    pub(super) reads_context: bool,
}

impl Draft<'_> {
    pub(super) fn finish(self) -> Option<Def> {
        let pervasive = match &self.item.kind {
            ItemKind::Decision(d) => d.head.pervasive,
            ItemKind::Table(t) => t.head.pervasive,
            ItemKind::Score(s) => s.pervasive,
            ItemKind::Feature(f) => f.pervasive,
            ItemKind::NextBestAction(c) => c.pervasive,
            _ => None,
        };
        Some(Def {
            name: self.name.text.to_string(),
            kind: self.kind?,
            // Of events a behaviour says whether there are some.
            ty: match self.ty? {
                Ty::Stream(_) => Ty::Bool,
                other => other,
            },
            pervasive: pervasive.map(|at| at.0),
            independent: self.independent,
            docs: docs(&self.item.docs),
            span: self.name.at.0,
        })
    }
}

impl<'a> Lowering<'a> {
    /// Gives definitions the types that their heads tell.
    pub(super) fn heads(&mut self) {
        for index in 0..self.drafts.len() {
            let Some(draft) = self.drafts.get(index) else {
                continue;
            };
            let (item, name) = (draft.item, &draft.name.text);
            let ty = match &item.kind {
                ItemKind::Let(l) => l.ty.as_ref().map(|ty| self.ty(ty, name)),
                ItemKind::Segment(_)
                | ItemKind::Feature(_)
                | ItemKind::Action(_)
                | ItemKind::Policy(_) => Some(Ty::Bool),
                ItemKind::Behaviour(_) => None,
                ItemKind::Classify(_) => draft.class.map(Ty::Enum),
                ItemKind::Experiment(_) => draft.class.map(|class| Ty::Enum(class).optional()),
                ItemKind::Journey(journey) => {
                    let stage = draft.class;
                    stage.map(|stage| self.journey_type(journey, &item.docs, stage))
                }
                ItemKind::Decision(d) => Some(self.ty(&d.head.result, name)),
                ItemKind::Table(t) => Some(self.ty(&t.head.result, name)),
                ItemKind::Timezone(_) => Some(Ty::Zone),
                ItemKind::Score(s) => Some(self.score_type(s)),
                ItemKind::Reference(r) => Some(self.reference_type(r, index)),
                _ => None,
            };
            let params = functions::params_of(item).iter();
            let params = params.map(|p| self.ty(&p.ty, name)).collect();
            if let Some(draft) = self.drafts.get_mut(index) {
                draft.ty = ty;
                draft.param_types = params;
            }
        }
        // Results may declare records inline, which may hold declared ones.
        self.check_record_nesting();
    }

    fn reference_type(&mut self, written: &ast::Reference, index: usize) -> Ty {
        let head = self.reference_head(written);
        if let Some(draft) = self.drafts.get_mut(index) {
            draft.reference = head;
        }
        head.map_or(Ty::Error, |(record, _)| {
            Ty::List(Box::new(Ty::Record(record)))
        })
    }

    pub(super) fn bodies(&mut self) {
        self.needs = self.mentions();
        self.circle_effort = order::effort(&self.needs);
        for index in order::dependencies_first(&self.needs) {
            self.body(index);
        }
    }

    pub(super) fn body(&mut self, index: usize) {
        let Some(draft) = self.drafts.get(index) else {
            return;
        };
        let (item, declared) = (draft.item, draft.ty.clone());
        if let Some(draft) = self.drafts.get_mut(index) {
            draft.tried = true;
        }
        self.first_local = self.locals.len();
        let mark = self.facts.mark();
        let kind = match &item.kind {
            ItemKind::Let(ast::Let { params, value, .. })
            | ItemKind::Segment(ast::Segment { params, value, .. })
                if !params.is_empty() =>
            {
                DefKind::Function(self.function(index, params, value, declared.as_ref()))
            }
            ItemKind::Behaviour(b) => DefKind::Behaviour(self.behaviour(index, b)),
            ItemKind::Let(l) => DefKind::Let(match &declared {
                Some(ty) => self.check(&l.value, ty),
                None => self.infer_let(&l.name, &l.value),
            }),
            ItemKind::Segment(s) => DefKind::Segment(self.check(&s.value, &Ty::Bool)),
            ItemKind::Journey(j) => DefKind::Journey(self.journey(index, j)),
            ItemKind::Classify(c) => DefKind::Classify(self.classify(c, index)),
            ItemKind::Decision(d) => {
                let ty = declared.unwrap_or(Ty::Error);
                DefKind::Decision(self.decision(d, &ty))
            }
            ItemKind::Table(t) => {
                let ty = declared.unwrap_or(Ty::Error);
                DefKind::Table(self.table(t, &ty))
            }
            ItemKind::Feature(f) => DefKind::Feature(self.check(&f.when, &Ty::Bool)),
            ItemKind::Action(a) if a.from.is_some() => match self.catalogue(item, a) {
                Some(catalogue) => DefKind::Actions(Box::new(catalogue)),
                None => return self.facts.reset(mark),
            },
            ItemKind::Action(a) => match self.action(item, a) {
                Some(action) => DefKind::Action(Arc::new(action)),
                None => return self.facts.reset(mark),
            },
            ItemKind::Experiment(e) => match self.experiment(index, e) {
                Some(experiment) => DefKind::Experiment(Box::new(experiment)),
                None => return self.facts.reset(mark),
            },
            ItemKind::Policy(p) => DefKind::Policy(Arc::new(self.contact_policy(item, p))),
            ItemKind::NextBestAction(c) => DefKind::NextBestAction(Box::new(self.choice(index, c))),
            ItemKind::Timezone(zone) => DefKind::Let(match self.unquoted_zone(zone) {
                Some(reported) => reported,
                None => self.check(zone, &Ty::Zone),
            }),
            ItemKind::Score(s) => {
                let ty = declared.unwrap_or(Ty::Error);
                DefKind::Score(self.score(s, &ty))
            }
            ItemKind::Reference(r) => match self.reference(r, index) {
                Some(reference) => DefKind::Reference(reference),
                None => return,
            },
            _ => return,
        };
        self.facts.reset(mark);
        let independent = match &item.kind {
            ItemKind::Decision(d) => self.independent(&d.head.independent),
            ItemKind::Table(t) => self.independent(&t.head.independent),
            ItemKind::Score(s) => self.independent(&s.independent),
            ItemKind::Feature(f) => self.independent(&f.independent),
            ItemKind::NextBestAction(c) => self.independent(&c.independent),
            _ => Vec::new(),
        };
        self.finish_body(index, kind, independent);
    }

    /// The body of a parameterised definition.
    pub(super) fn function(
        &mut self,
        index: usize,
        params: &[ast::Param],
        body: &ast::Expr,
        declared: Option<&Ty>,
    ) -> Function {
        if let Some(name) = self.drafts.get(index).map(|d| d.name)
            && functions::BUILT_IN_FUNCTIONS.contains(&&*name.text)
        {
            self.report(
                Diagnostic::error(
                    Code::DuplicateName,
                    name.at.0,
                    format!("the name `{}` is taken", name.text),
                )
                .label("another name goes here")
                .help(format!(
                    "`{}` is a built-in function: choose another name",
                    name.text
                )),
            );
        }
        let types = self.drafts.get(index).map(|d| d.param_types.clone());
        let mut made = Vec::new();
        for (param, ty) in params.iter().zip(types.unwrap_or_default()) {
            let local = self.open_scope(&param.name, ty.clone());
            made.push(Param {
                name: param.name.text.to_string(),
                ty,
                local,
            });
        }
        let body = match declared {
            Some(ty) => self.check(body, ty),
            None => self.infer(body),
        };
        params.iter().for_each(|_| self.close_scope());
        Function { params: made, body }
    }

    pub(super) fn finish_body(
        &mut self,
        index: usize,
        kind: DefKind,
        independent: Vec<(InputId, Span)>,
    ) {
        let value = match &kind {
            DefKind::Let(e) | DefKind::Segment(e) | DefKind::Feature(e) => Some(*e),
            DefKind::Behaviour(f) if f.params.is_empty() => Some(f.body),
            _ => None,
        };
        let inferred = match &kind {
            DefKind::Function(function) | DefKind::Behaviour(function) => Some(function.body),
            _ => value,
        };
        let ty = inferred.map(|v| self.expr(v).ty.clone());
        let number = value.and_then(|v| self.number(v));
        let facts = match (value, &ty) {
            (Some(v), Some(Ty::Bool)) => {
                [false, true].map(|truth| handed_on(self.proves(v, truth)))
            }
            _ => [Vec::new(), Vec::new()],
        };
        let reads_context = inferred.is_some_and(|body| self.reads_context(body).is_some());
        if let Some(draft) = self.drafts.get_mut(index) {
            draft.reads_context = reads_context;
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
    pub(super) fn mentions(&self) -> Vec<Vec<usize>> {
        let needed = |name: &ast::Name| match self.names.get(&name.text) {
            Some(Named::Def(id)) => self.drafts.get(id.index()).and_then(|d| {
                let early = is_early(d);
                early.then_some(id.index())
            }),
            _ => None,
        };
        let of = |draft: &Draft<'_>| {
            let mut names = Vec::new();
            match &draft.item.kind {
                ItemKind::Let(l) => words(&l.value, &mut names),
                ItemKind::Segment(s) | ItemKind::Behaviour(s) => words(&s.value, &mut names),
                ItemKind::Feature(f) => words(&f.when, &mut names),
                ItemKind::Reference(r) => {
                    if let ast::ReferenceRows::Inline(rows) = &r.rows {
                        words(rows, &mut names);
                    }
                }
                ItemKind::Action(a) => {
                    names.extend(&a.from);
                    words_of_action(a, &mut names);
                }
                ItemKind::NextBestAction(c) => {
                    words_of_choice(c, &mut names);
                    let known = names.into_iter().filter_map(needed);
                    let bound = self.candidates(c).into_iter().chain(self.policies());
                    return known.chain(bound).collect();
                }
                ItemKind::Policy(p) => {
                    words_of_policy(p, &mut names);
                    let known = names.into_iter().filter_map(needed);
                    return known.chain(self.catalogues()).collect();
                }
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
    pub(super) fn definition_order(&mut self) -> Vec<DefId> {
        let needs: Vec<Vec<usize>> = self
            .drafts
            .iter()
            .map(|d| d.kind.as_ref().map_or(Vec::new(), |k| self.needed_by(k)))
            .collect();
        for circle in order::circles(&needs) {
            self.report(self.definition_circle(&circle));
        }
        let order = order::dependencies_first(&needs);
        order.into_iter().map(|i| DefId(self.count(i))).collect()
    }

    pub(super) fn needed_by(&self, kind: &DefKind) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = super::roots(kind);
        open.extend(super::treatments(kind));
        // The cells of a column share its expression.
        let mut seen: HashSet<ExprId> = HashSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if let ExprKind::Def(def) | ExprKind::Apply(def, _) | ExprKind::Lookup(def, _) =
                &self.expr(id).kind
            {
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
        // What no text names is shown where it is declared.
        let place = |index: usize| {
            let draft = circle.get(index).and_then(|i| self.drafts.get(*i));
            draft.map(|d| match d.item.kind {
                ast::ItemKind::Timezone(_) => d.item.at.0,
                _ => d.name.at.0,
            })
        };
        let at = place(0).unwrap_or_default();
        let words = names.iter().map(|n| &*n.text).chain([first]);
        let chain: Vec<String> = words.map(|word| format!("`{word}`")).collect();
        let needed = |index: usize| format!("needs {}", chain.get(index + 1).map_or("", |n| n));
        if names.len() < 2 {
            return Diagnostic::error(Code::Cycle, at, format!("`{first}` needs itself"))
                .label("its value would depend on itself")
                .help(format!(
                    "take `{first}` out of its own conditions and values"
                ));
        }
        let message = format!("`{first}` needs itself: {}", chain.join(" → "));
        let mut error = Diagnostic::error(Code::Cycle, at, message)
            .label(needed(0))
            .help("break the circle: take one of these out of another's conditions or values");
        for index in 1..names.len() {
            error = error.also(place(index).unwrap_or_default(), needed(index));
        }
        error
    }
}

fn is_early(draft: &Draft<'_>) -> bool {
    matches!(
        draft.item.kind,
        ItemKind::Let(_)
            | ItemKind::Segment(_)
            | ItemKind::Feature(_)
            | ItemKind::Behaviour(_)
            | ItemKind::Reference(_)
            | ItemKind::Action(_)
            | ItemKind::Policy(_)
            | ItemKind::NextBestAction(_)
    )
}

/// The words that stand for values in the clauses of a policy.
fn words_of_policy<'e>(policy: &'e ast::PolicyDecl, found: &mut Vec<&'e ast::Name>) {
    for clause in &policy.clauses {
        match &clause.kind {
            PolicyClause::AtMost { per, .. } => {
                if let Counting::Rolling(length) = per {
                    words(length, found);
                }
            }
            PolicyClause::Pause { length, after, .. } => {
                words(length, found);
                match after {
                    After::Events(events) => words(events, found),
                    After::Often(_, name, within) => {
                        found.push(name);
                        words(within, found);
                    }
                }
            }
            PolicyClause::Withhold { condition, .. } => words(condition, found),
        }
    }
}

/// The words that stand for values in the clauses of an action.
fn words_of_action<'e>(action: &'e ast::Action, found: &mut Vec<&'e ast::Name>) {
    for clause in &action.clauses {
        match &clause.kind {
            ActionClause::When(_, e)
            | ActionClause::Propensity(e)
            | ActionClause::Value(e)
            | ActionClause::Lever(e)
            | ActionClause::Gives(e) => words(e, found),
            ActionClause::Valid(valid) => {
                let bounds = valid.from.iter().chain(&valid.until);
                bounds.for_each(|e| words(e, found));
            }
            ActionClause::Treatment { when, content } => {
                let parts = when.iter().chain([content]);
                parts.for_each(|e| words(e, found));
            }
            ActionClause::OnlyOn(_) | ActionClause::Transactional => {}
        }
    }
}

/// The words that stand for values in the clauses of a next best action.
fn words_of_choice<'e>(choice: &'e ast::Choice, found: &mut Vec<&'e ast::Name>) {
    for clause in &choice.clauses {
        match &clause.kind {
            ChoiceClause::Rank(e) => words(e, found),
            ChoiceClause::Weight { when, .. } => when.iter().for_each(|e| words(e, found)),
            ChoiceClause::HoldOut { by, .. } => words(&by.unit, found),
            ChoiceClause::From(_) | ChoiceClause::Limit { .. } => {}
        }
    }
}

/// The words that stand for values in an expression, as far as the text tells.
pub(super) fn words<'e>(expr: &'e ast::Expr, found: &mut Vec<&'e ast::Name>) {
    match &expr.kind {
        ast::ExprKind::Name(name) => found.push(name),
        ast::ExprKind::Call(name, _) => found.push(name),
        _ => {}
    }
    crate::syntax::walk::operands(expr, |operand| words(operand, found));
}

/// So many facts a definition hands on to those who use it; segments upon segments would else gather without bound.
const MOST_HANDED_ON: usize = 256;

/// The facts that users of a definition learn from it: each once.
fn handed_on(facts: Vec<Fact>) -> Vec<Fact> {
    let mut seen = HashSet::new();
    let new = facts.into_iter().filter(|f| seen.insert(*f));
    new.take(MOST_HANDED_ON).collect()
}
