//! Search for values of the variables that make all of some formulas true.
//!
//! Depth first with an explicit trail: the formulas are taken in order; one that is still undecided names a test, and
//! the classes of the test's variable are split at it (Davis, Logemann, Loveland, 1962, with sets of classes in place
//! of truth values). A formula once true stays true while sets shrink, so it is not looked at again below. What
//! formulas say of one variable alone is intersected before: most rules are of that kind, and need no search then.

use super::domain::{Classes, balanced, complement, intersection, span};
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
    // Asked of each of many pairs of rows, even the quickest search has its price.
    *budget = budget.saturating_sub(32);
    let (sets, rest) = alone(translation, formulas, budget);
    if *budget == 0 {
        return Found::TooRich;
    }
    if sets.values().any(Vec::is_empty) {
        return Found::No;
    }
    let mut search = Search {
        translation,
        sets,
        trail: Vec::new(),
        choices: Vec::new(),
    };
    let mut next = 0;
    while let Some(formula) = rest.get(next) {
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
            Verdict::Depends(var, set, towards) => search.split(var, &set, towards, next, budget),
        }
    }
    Found::Yes(search.sets)
}

/// What the formulas over single variables leave of each, and the other formulas.
fn alone(
    translation: &Translation<'_>,
    formulas: &[FormulaId],
    budget: &mut usize,
) -> (Assignment, Vec<FormulaId>) {
    let mut said: BTreeMap<VarId, Vec<Classes>> = BTreeMap::new();
    let mut rest = Vec::new();
    for formula in formulas {
        let single = translation
            .asked_variable(*formula)
            .and_then(|var| Some((var, translation.classes(*formula, var, budget)?)));
        match single {
            Some((var, classes)) => said.entry(var).or_default().push(classes),
            None => rest.push(*formula),
        }
    }
    let sets = said.into_iter().map(|(var, all)| {
        let size = translation.var(var).domain.size();
        (
            var,
            balanced(all, intersection).unwrap_or_else(|| span(0, size)),
        )
    });
    (sets.collect(), rest)
}

enum Verdict {
    Known(bool),
    /// Undecided: this test is the first that is, and this answer to it leads towards yes.
    Depends(VarId, Classes, bool),
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

    fn split(
        &mut self,
        var: VarId,
        asked: &Classes,
        towards: bool,
        next: usize,
        budget: &mut usize,
    ) {
        let set = self.set(var);
        // What is kept for the way back is as large as the set: it is paid for, so that memory is bounded too.
        *budget = budget.saturating_sub(set.len());
        let size = self.translation.var(var).domain.size();
        let outside = complement(asked, size);
        let (first, other) = match towards {
            true => (asked, &outside),
            false => (&outside, asked),
        };
        let other = intersection(&set, other);
        self.choices.push(Choice {
            trail: self.trail.len(),
            next,
            var,
            other,
        });
        self.shrink(var, intersection(&set, first));
    }

    fn shrink(&mut self, var: VarId, set: Classes) {
        let before = self.sets.insert(var, set);
        // Below the first choice nothing is taken back.
        if !self.choices.is_empty() {
            self.trail.push((var, before));
        }
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
        crate::work::steps(1);
        *budget = budget.saturating_sub(1);
        if *budget == 0 {
            return Verdict::Known(false);
        }
        match self.translation.formula(id) {
            Formula::Constant(truth) => Verdict::Known(*truth),
            Formula::Test(var, ask) => {
                let wanted = self.translation.var(*var).domain.classes(ask);
                let set = self.set(*var);
                *budget = budget.saturating_sub(set.len() / 32);
                let both = intersection(&set, &wanted);
                if both.is_empty() {
                    Verdict::Known(false)
                } else if both == set {
                    Verdict::Known(true)
                } else {
                    Verdict::Depends(*var, wanted, true)
                }
            }
            Formula::Not(inner) => match self.evaluate(*inner, budget) {
                Verdict::Known(truth) => Verdict::Known(!truth),
                Verdict::Depends(var, set, towards) => Verdict::Depends(var, set, !towards),
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
