//! Search for values of the variables that make all of some formulas true.
//!
//! Depth first with an explicit trail: the formulas are taken in order; one that is still undecided names a test, and
//! the classes of the test's variable are split at it (Davis, Logemann, Loveland, 1962, with sets of classes in place
//! of truth values). A formula once true stays true while sets shrink, so it is not looked at again below.

use super::domain::{Classes, complement, intersection, span};
use super::formula::{Formula, FormulaId, Translation, VarId};
use std::collections::BTreeMap;

/// What a search came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<T> {
    /// Values that fit.
    Yes(T),
    /// No values fit: this is a proof.
    No,
    /// Given up.
    TooRich,
}

/// For each variable that matters the classes it may be in.
pub(super) type Assignment = BTreeMap<VarId, Classes>;

/// Values for which every formula holds.
pub(super) fn satisfy(
    translation: &Translation<'_>,
    formulas: &[FormulaId],
    budget: &mut usize,
) -> Found<Assignment> {
    if translation.exhausted() {
        return Found::TooRich;
    }
    let mut search = Search {
        translation,
        sets: Assignment::new(),
        trail: Vec::new(),
        choices: Vec::new(),
    };
    let mut next = 0;
    while let Some(formula) = formulas.get(next) {
        let verdict = search.evaluate(*formula, budget);
        if *budget == 0 {
            return Found::TooRich;
        }
        match verdict {
            Verdict::Known(true) => next += 1,
            Verdict::Known(false) => match search.backtrack() {
                Some(at) => next = at,
                None => return Found::No,
            },
            Verdict::Depends(var, set) => search.split(var, &set, next),
        }
    }
    Found::Yes(search.sets)
}

enum Verdict {
    Known(bool),
    /// Undecided: this test is the first that is.
    Depends(VarId, Classes),
}

struct Choice {
    trail: usize,
    next: usize,
    var: VarId,
    other: Classes,
}

struct Search<'t, 'p> {
    translation: &'t Translation<'p>,
    sets: Assignment,
    /// What each set was before it shrank.
    trail: Vec<(VarId, Option<Classes>)>,
    choices: Vec<Choice>,
}

impl Search<'_, '_> {
    fn set(&self, var: VarId) -> Classes {
        let all = || span(0, self.translation.var(var).domain.size());
        self.sets.get(&var).cloned().unwrap_or_else(all)
    }

    fn split(&mut self, var: VarId, inside: &Classes, next: usize) {
        let set = self.set(var);
        let size = self.translation.var(var).domain.size();
        let other = intersection(&set, &complement(inside, size));
        self.choices.push(Choice {
            trail: self.trail.len(),
            next,
            var,
            other,
        });
        self.shrink(var, intersection(&set, inside));
    }

    fn shrink(&mut self, var: VarId, set: Classes) {
        let before = self.sets.insert(var, set);
        self.trail.push((var, before));
    }

    /// Takes the other side of the last choice; the place to go on, if there was one.
    fn backtrack(&mut self) -> Option<usize> {
        let choice = self.choices.pop()?;
        while self.trail.len() > choice.trail {
            match self.trail.pop() {
                Some((var, Some(before))) => {
                    self.sets.insert(var, before);
                }
                Some((var, None)) => {
                    self.sets.remove(&var);
                }
                None => break,
            }
        }
        self.shrink(choice.var, choice.other);
        Some(choice.next)
    }

    /// Depth is that of the formula, which is bounded by the nesting of definitions that translation takes apart.
    fn evaluate(&self, id: FormulaId, budget: &mut usize) -> Verdict {
        *budget = budget.saturating_sub(1);
        if *budget == 0 {
            return Verdict::Known(false);
        }
        match self.translation.formula(id) {
            Formula::Constant(truth) => Verdict::Known(*truth),
            Formula::Test(var, ask) => {
                let wanted = self.translation.var(*var).domain.classes(ask);
                let set = self.set(*var);
                let both = intersection(&set, &wanted);
                if both.is_empty() {
                    Verdict::Known(false)
                } else if both == set {
                    Verdict::Known(true)
                } else {
                    Verdict::Depends(*var, wanted)
                }
            }
            Formula::Not(inner) => match self.evaluate(*inner, budget) {
                Verdict::Known(truth) => Verdict::Known(!truth),
                undecided => undecided,
            },
            Formula::And(items) => self.joined(items, false, budget),
            Formula::Or(items) => self.joined(items, true, budget),
        }
    }

    /// `and` (decided by a false) or `or` (decided by a true).
    fn joined(&self, items: &[FormulaId], decisive: bool, budget: &mut usize) -> Verdict {
        let mut undecided = None;
        for item in items {
            match self.evaluate(*item, budget) {
                Verdict::Known(truth) if truth == decisive => return Verdict::Known(decisive),
                Verdict::Known(_) => {}
                depends if undecided.is_none() => undecided = Some(depends),
                Verdict::Depends(..) => {}
            }
        }
        undecided.unwrap_or(Verdict::Known(!decisive))
    }
}
