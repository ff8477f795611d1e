//! Walking expressions: the operands of each kind, and the expressions a definition consists of.

use super::{Action, Candidate, DefKind, ExprId, ExprKind, Rule};

/// Calls `each` with every operand, in order of evaluation.
pub fn operands(kind: &ExprKind, mut each: impl FnMut(ExprId)) {
    crate::work::steps(1);
    match kind {
        ExprKind::Const(_) | ExprKind::Input(_) | ExprKind::Def(_) | ExprKind::Local(_) => {}
        ExprKind::Told(told) => told.operands(each),
        ExprKind::Field(a, _)
        | ExprKind::Unwrap(a)
        | ExprKind::Widen(a)
        | ExprKind::Neg(a)
        | ExprKind::Not(a)
        | ExprKind::Lookup(_, a)
        | ExprKind::IsPresent(a) => each(*a),
        ExprKind::TryDiv(a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::Is(a, b)
        | ExprKind::InList(a, b) => [a, b].into_iter().for_each(|e| each(*e)),
        ExprKind::InRange(a, low, high, _) => [a, low, high].into_iter().for_each(|e| each(*e)),
        ExprKind::Record(_, fields) => fields.iter().for_each(|(_, e)| each(*e)),
        ExprKind::List(items)
        | ExprKind::Else(items)
        | ExprKind::And(items)
        | ExprKind::Or(items)
        | ExprKind::Call(_, items)
        | ExprKind::Apply(_, items) => items.iter().for_each(|e| each(*e)),
        ExprKind::Fold { list, body, .. } => [list, body].into_iter().for_each(|e| each(*e)),
        ExprKind::Chain(first, rest) => {
            each(*first);
            rest.iter().for_each(|(_, e)| each(*e));
        }
        ExprKind::If(arms, last) => {
            for (condition, value) in arms {
                each(*condition);
                each(*value);
            }
            each(*last);
        }
    }
}

/// Calls `each` with every operand, to replace it.
pub(crate) fn operands_mut(kind: &mut ExprKind, mut each: impl FnMut(&mut ExprId)) {
    match kind {
        ExprKind::Const(_) | ExprKind::Input(_) | ExprKind::Def(_) | ExprKind::Local(_) => {}
        ExprKind::Told(told) => told.operands_mut(&mut each),
        ExprKind::Field(a, _)
        | ExprKind::Unwrap(a)
        | ExprKind::Widen(a)
        | ExprKind::Neg(a)
        | ExprKind::Not(a)
        | ExprKind::Lookup(_, a)
        | ExprKind::IsPresent(a) => each(a),
        ExprKind::TryDiv(a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::Is(a, b)
        | ExprKind::InList(a, b) => [a, b].into_iter().for_each(each),
        ExprKind::InRange(a, low, high, _) => [a, low, high].into_iter().for_each(each),
        ExprKind::Record(_, fields) => fields.iter_mut().for_each(|(_, e)| each(e)),
        ExprKind::List(items)
        | ExprKind::Else(items)
        | ExprKind::And(items)
        | ExprKind::Or(items)
        | ExprKind::Call(_, items)
        | ExprKind::Apply(_, items) => items.iter_mut().for_each(each),
        ExprKind::Fold { list, body, .. } => [list, body].into_iter().for_each(each),
        ExprKind::Chain(first, rest) => {
            each(first);
            rest.iter_mut().for_each(|(_, e)| each(e));
        }
        ExprKind::If(arms, last) => {
            for (condition, value) in arms {
                each(condition);
                each(value);
            }
            each(last);
        }
    }
}

/// The expressions that say how what a definition gives is shown: the treatments of actions.
#[must_use]
pub fn treatments(kind: &DefKind) -> Vec<ExprId> {
    match kind {
        DefKind::Action(action) => shown(action),
        DefKind::Actions(catalogue) => shown(&catalogue.each),
        DefKind::NextBestAction(choice) => {
            let dresses = choice.candidates.iter().flat_map(|c| &c.treatments);
            let shown = dresses.flat_map(|d| d.when.into_iter().chain([d.content]));
            let policies = choice.policies.iter().map(|p| &p.clause);
            let delivered = policies
                .filter(|p| p.of_deliveries())
                .flat_map(|p| p.questions());
            shown.chain(delivered).collect()
        }
        _ => Vec::new(),
    }
}

fn shown(action: &Action) -> Vec<ExprId> {
    let treatments = action.treatments.iter();
    let each = treatments.flat_map(|t| t.when.into_iter().chain(t.content.iter().map(|c| c.value)));
    each.collect()
}

fn of_action(action: &Action) -> Vec<ExprId> {
    let numbers = action.propensity.into_iter().chain(action.value);
    let gives = action.gives.iter().map(|c| c.value);
    action.conditions().chain(numbers).chain(gives).collect()
}

/// The expressions that make the value of a definition, rule by rule. (Those of a catalogue's rows are made of those that all
/// of them say.)
#[must_use]
pub fn roots(kind: &DefKind) -> Vec<ExprId> {
    let of_rule = |r: &Rule| {
        let all = r.when.into_iter().chain([r.value]).chain(r.because);
        all.collect::<Vec<_>>()
    };
    match kind {
        DefKind::Let(e) | DefKind::Segment(e) | DefKind::Feature(e) | DefKind::Journey(e) => {
            vec![*e]
        }
        DefKind::Function(function) | DefKind::Behaviour(function) => vec![function.body],
        DefKind::Reference(_) => vec![],
        DefKind::Classify(rules)
        | DefKind::Decision(rules)
        | DefKind::Score(super::Score { rules, .. }) => rules.iter().flat_map(of_rule).collect(),
        DefKind::Table(table) => {
            let rows = table.rows.iter();
            let of_row = |r: &super::Row| {
                let cells = r.cells.iter().flatten().copied();
                cells.chain([r.value]).chain(r.because).collect::<Vec<_>>()
            };
            rows.flat_map(of_row)
                .chain(table.otherwise.iter().flat_map(of_rule))
                .collect()
        }
        DefKind::Action(action) => of_action(action),
        DefKind::Actions(catalogue) => of_action(&catalogue.each),
        DefKind::Experiment(experiment) => vec![experiment.value],
        DefKind::Policy(policy) => policy.clauses.iter().flat_map(|c| c.questions()).collect(),
        DefKind::NextBestAction(choice) => {
            let of_candidate = |c: &Candidate| {
                let numbers = c.action.propensity.into_iter().chain(c.action.value);
                let conditions = c.action.conditions().chain(c.free.iter().copied());
                let all = conditions.chain(numbers).chain([c.value]);
                all.collect::<Vec<_>>()
            };
            let weights = choice.weights.iter().filter_map(|w| w.when);
            let candidates = choice.candidates.iter().flat_map(of_candidate);
            let policies = choice.policies.iter().map(|p| &p.clause);
            let binding = policies
                .filter(|p| !p.of_deliveries())
                .flat_map(|p| p.questions());
            let held = choice.hold_outs.iter().map(|h| h.held);
            let own = held.chain(weights).chain([choice.rank]).chain(candidates);
            own.chain(binding).collect()
        }
    }
}
