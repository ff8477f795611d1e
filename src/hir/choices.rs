//! Checking of next best actions: by what they rank actions, how many they take, and what binds them. Which actions they
//! choose from is in `candidates`, what they give in `choice_values`.

use super::actions::{percent, twice};
use super::candidates::{Chosen, chosen_from};
use super::choice_values::Filled;
use super::lower::Lowering;
use super::reach::{Among, reached_in};
use super::{
    Action, ActionSet, Binding, Candidate, Choice, DefKind, ExprId, ExprKind, Factors, HoldOut, Ty,
    Weight,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, ChoiceClause, ItemKind, Per};
use crate::value::decimal;
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};
use std::mem::discriminant;
use std::sync::Arc;

/// What a ranking may be made of.
const FACTORS: [&str; 4] = ["propensity", "value", "weight", "lever"];

impl<'a> Lowering<'a> {
    /// A next best action.
    pub(super) fn choice(&mut self, index: usize, written: &ast::Choice) -> Choice {
        let all_known = self.choice_clauses(written);
        let from = self.candidates(written);
        self.needs_itself(index, &from);
        self.needs_itself(index, &self.policies());
        let (kinds, actions) = self.chosen_among(written, &from);
        if from.is_empty() && all_known {
            self.nothing_to_choose(written);
        }
        let (rank, factors) = self.ranking(written, &kinds);
        let among = Among::new(&actions);
        let chosen = (written, from.as_slice(), &among);
        let weights = self.weights(chosen);
        let (limit, per) = self.limits_of(written);
        let policies = self.bindings(&among);
        let hold_outs = self.hold_outs(chosen);
        let name = &*written.name.text;
        let given = kinds.iter().map(|a| a.gives.as_slice()).collect();
        let given = self.union(format!("{name}.gives"), given, written.name.at.0);
        let shown = kinds.iter().flat_map(|a| &a.treatments);
        let shown = shown.map(|t| t.content.as_slice()).collect();
        let treatment = self.union(format!("{name}.treatment"), shown, written.name.at.0);
        let record = self.item_type(written, given);
        if let Some(draft) = self.drafts.get_mut(index) {
            draft.ty = Some(Ty::List(Box::new(Ty::Record(record))));
        }
        let mut filled = Filled::default();
        let free = self.free_of(&hold_outs, &among);
        let candidates = actions
            .iter()
            .zip(free)
            .map(|(action, free)| Candidate {
                value: self.item((record, given), action, &mut filled),
                treatments: self.dress(treatment, action, &mut filled),
                lever: self.lever(action),
                free,
                action: Arc::clone(action),
            })
            .collect();
        Choice {
            candidates,
            rank,
            factors,
            weights,
            limit,
            per,
            hold_outs: hold_outs.into_iter().filter(|h| h.of.is_empty()).collect(),
            policies,
            treatment,
        }
    }

    fn hold_outs(&mut self, chosen: Chosen<'_>) -> Vec<HoldOut> {
        let mut made = Vec::new();
        for clause in &chosen.0.clauses {
            if let ChoiceClause::HoldOut { share, scopes, by } = &clause.kind {
                let reported = self.reported();
                made.extend(self.hold_out(share, scopes, by, clause.at.0));
                if self.reported() == reported {
                    self.binds_some(scopes, chosen, "held out");
                }
            }
        }
        made
    }

    /// The definitions of all policies.
    pub(super) fn policies(&self) -> Vec<usize> {
        let drafts = self.drafts.iter().enumerate();
        let policies = drafts.filter(|(_, d)| matches!(d.item.kind, ItemKind::Policy(_)));
        policies.map(|(index, _)| index).collect()
    }

    /// Which clauses of policies bind which actions.
    fn bindings(&self, among: &Among<'_>) -> Vec<Binding> {
        let everything = [ActionSet::All];
        let drafts = self.drafts.iter().filter_map(|d| d.kind.as_ref());
        let clauses = drafts.filter_map(|kind| match kind {
            DefKind::Policy(policy) => Some(&policy.clauses),
            _ => None,
        });
        let mut made = Vec::new();
        for clause in clauses.flatten() {
            let sets = match clause.of.is_empty() {
                true => &everything[..],
                false => &clause.of,
            };
            let mut of = self.places(&reached_in(sets), among);
            of.retain(|place| {
                let action = among.actions.get(*place as usize);
                action.is_some_and(|action| !action.transactional)
            });
            if !of.is_empty() {
                let clause = Arc::clone(clause);
                made.push(Binding { clause, of });
            }
        }
        made
    }

    /// Each clause but `weight` and `hold out` stands once; gives whether everything exists that is chosen from.
    fn choice_clauses(&mut self, written: &ast::Choice) -> bool {
        let mut seen = HashMap::new();
        for clause in &written.clauses {
            if matches!(
                clause.kind,
                ChoiceClause::Weight { .. } | ChoiceClause::HoldOut { .. }
            ) {
                continue;
            }
            if let Some(first) = seen.insert(discriminant(&clause.kind), clause.at.0) {
                self.report(twice(clause.at.0, first).help("make one of the two"));
            }
        }
        let scopes = chosen_from(written).iter();
        // Each that names nothing is reported.
        let unknown = scopes.filter(|scope| !self.scope_exists(scope)).count();
        unknown == 0
    }

    /// By what actions are ranked, and what stands for the factors in it.
    fn ranking(&mut self, written: &ast::Choice, actions: &[Arc<Action>]) -> (ExprId, Factors) {
        let rank = written.clauses.iter().find_map(|c| match &c.kind {
            ChoiceClause::Rank(rank) => Some(rank),
            _ => None,
        });
        let at = rank.map_or(written.name.at, |rank| rank.at);
        let [propensity, value, weight, lever] = FACTORS.map(|word| self.open_factor(word));
        let id = match rank {
            Some(rank) => self.check(rank, &Ty::Decimal),
            None => {
                let message = format!("`{}` does not say how it ranks actions", written.name.text);
                self.report(
                    Diagnostic::error(Code::IncompleteChoice, at.0, message)
                        .label("no `rank by` in its clauses")
                        .help("write `rank by propensity * weight * value * lever`, for example"),
                );
                self.broken(at.0)
            }
        };
        FACTORS.iter().for_each(|_| self.close_scope());
        let reads = self.locals_in(id);
        for action in actions {
            let needed = [
                ("propensity", propensity, action.propensity),
                ("value", value, action.value),
            ];
            for (word, local, own) in needed {
                if own.is_some() || !reads.contains(&local) {
                    continue;
                }
                let message = format!("`{}` has no {word}, by which it is ranked", action.name);
                self.report(
                    Diagnostic::error(Code::IncompleteAction, action.span, message)
                        .label(format!("no `{word}` in its clauses"))
                        .also(at.0, format!("`{}` ranks by it", written.name.text))
                        .help(format!("add `{word} 1`, for example; or rank without it")),
                );
            }
        }
        let factors = Factors {
            propensity: Some(propensity).filter(|l| reads.contains(l)),
            value: Some(value).filter(|l| reads.contains(l)),
            weight: Some(weight).filter(|l| reads.contains(l)),
            lever: Some(lever).filter(|l| reads.contains(l)),
        };
        (id, factors)
    }

    /// The parameters and items that an expression reads.
    fn locals_in(&self, id: ExprId) -> HashSet<super::LocalId> {
        let mut found = HashSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if let ExprKind::Local(local) = self.expr(id).kind {
                found.insert(local);
            }
            super::operands(&self.expr(id).kind, |operand| open.push(operand));
        }
        found
    }

    fn weights(&mut self, chosen: Chosen<'_>) -> Vec<Weight> {
        let (written, _, among) = chosen;
        let mut made = Vec::new();
        for clause in &written.clauses {
            let ChoiceClause::Weight {
                percent: added,
                scopes,
                when,
            } = &clause.kind
            else {
                continue;
            };
            // Each that names nothing is reported.
            let unknown = scopes.iter().filter(|scope| !self.scope_exists(scope));
            if unknown.count() == 0 {
                self.binds_some(scopes, chosen, "weighted");
            }
            let when = when.as_ref().map(|c| self.check(c, &Ty::Bool));
            let of = self.places(&self.reached_by(scopes), among);
            made.push(Weight {
                percent: percent(Some(added)),
                when,
                of,
                span: clause.at.0,
            });
        }
        // Whichever of them count.
        let at = written.name.at.0;
        for sign in [Decimal::is_sign_positive, Decimal::is_sign_negative] {
            let parts = made.iter().map(|w| w.percent).filter(sign);
            self.percentages(parts, at);
        }
        made
    }

    /// 1, and what issue, group and action add.
    fn lever(&mut self, action: &Action) -> Decimal {
        let group = self.groups.get(action.group.index());
        let issue = group.and_then(|g| self.issues.get(g.issue as usize));
        let parts = [
            issue.map(|i| i.lever),
            group.map(|g| g.lever),
            Some(action.lever),
        ];
        self.percentages(parts.into_iter().flatten(), action.span)
    }

    /// 1 and percentages, which fit a decimal together however many of them count.
    fn percentages(&mut self, parts: impl Iterator<Item = Decimal>, at: Span) -> Decimal {
        let total = parts.into_iter().try_fold(Decimal::ONE, decimal::add);
        if total.is_none() {
            self.report(
                Diagnostic::error(
                    Code::ConstantOverflow,
                    at,
                    "the percentages here do not fit a decimal together",
                )
                .label("too many digits")
                .help("write percentages with fewer digits"),
            );
        }
        total.unwrap_or(Decimal::ONE)
    }

    /// How many are chosen at most, in all and of each group and issue.
    fn limits_of(&mut self, written: &ast::Choice) -> (Option<u32>, Vec<(Per, u32)>) {
        let Some((most, per)) = written.clauses.iter().find_map(|c| match &c.kind {
            ChoiceClause::Limit { most, per } => Some((most, per)),
            _ => None,
        }) else {
            return (None, Vec::new());
        };
        let limit = most
            .as_ref()
            .and_then(|most| self.most_chosen(most, "limit 3"));
        let mut seen = HashMap::new();
        let mut made = Vec::new();
        for (most, per) in per {
            if let Some(first) = seen.insert(*per, most.at.0) {
                self.report(twice(most.at.0, first).help("keep the smaller of the two"));
            }
            let example = format!("at most 1 per {}", per.word());
            let most = self.most_chosen(most, &example);
            made.extend(most.map(|most| (*per, most)));
        }
        (limit, made)
    }

    /// A count of actions: a whole number from 1. `example` is the clause that it stands in.
    pub(super) fn most_chosen(&mut self, written: &ast::Expr, example: &str) -> Option<u32> {
        let count = match written.kind {
            ast::ExprKind::Int(count, _) => u32::try_from(count).ok().filter(|c| *c > 0),
            _ => None,
        };
        if count.is_none() {
            self.report(
                Diagnostic::error(
                    Code::OutOfRange,
                    written.at.0,
                    "this is no number of actions",
                )
                .label("a whole number from 1 goes here")
                .help(format!("write `{example}`, for example")),
            );
        }
        count
    }
}
