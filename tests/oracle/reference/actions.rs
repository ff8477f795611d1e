//! Next best actions: who qualifies, in which order, how many are taken. Straight from the language reference.

use super::{Facts, Fit, Outcome, Run, Val};
use crate::oracle::number;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use pervade::Stage;
use pervade::internals::hir::{
    Alike, Binding, Candidate, Choice, DefId, DefKind, ExprId, LocalId, Per, PolicyKind, Program,
    Ty,
};

/// What an arbitration tells of an action.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its place among those that are chosen from.
    pub place: usize,
    /// Its name.
    pub action: String,
    /// The path of its group.
    pub group: String,
    /// Where it fell out; `Rank` if it is chosen.
    pub stage: Stage,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Its numbers, where it is ranked.
    pub numbers: Option<Ranked>,
    /// How it is shown, where it is chosen: of the type that is [`shown`]; missing where no treatment fits.
    pub treatment: Val,
    /// The clauses that bind it, or withhold it on the channel where it is chosen; by their places.
    pub by: Vec<usize>,
    /// Those that counted for these as offered before it.
    pub before: Vec<usize>,
}

/// What is told of each action of a next best action: the chosen, the best first, then the others that are ranked, the
/// best of them first, then the rest as declared. First all are judged, then the chosen are dressed, then delivered on the
/// channel, if there is one.
pub fn arbitrate(
    program: &Program,
    facts: Facts<'_>,
    id: DefId,
    channel: Option<u32>,
) -> Outcome<Vec<Told>> {
    let choice = choice(program, id);
    let mut run = Run::new(program, facts);
    let mut held_out = false;
    for hold_out in &choice.hold_outs {
        held_out = held_out || run.truth(hold_out.held)?;
    }
    let (mut left, mut rest) = (Vec::new(), Vec::new());
    for (place, candidate) in choice.candidates.iter().enumerate() {
        let told = |stage| told(program, choice, place, stage);
        match run.falls(candidate)? {
            // Behind its own conditions come the hold-outs.
            Some(stage) => rest.push(told(Stage::ALL[stage.min(5)])),
            None if held_out => rest.push(told(Stage::HoldOut)),
            None => left.push(run.ranked(choice, place)?),
        }
    }
    let (mut chosen, mut all, mut passed_over) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(best) = run.best(choice, &left) {
        let ranked = left.swap_remove(best);
        let place = ranked.place;
        let mut one = told(program, choice, place, Stage::Rank);
        one.numbers = Some(ranked);
        // Where there is no room, what happened before this choice is told all the same.
        let has_room = run.has_room(choice, &chosen, place);
        one.before = if has_room { chosen.clone() } else { Vec::new() };
        one.by = run.binding(choice, &one.before, place, None)?;
        one.chosen = has_room && one.by.is_empty();
        if !one.by.is_empty() {
            one.stage = Stage::Policy;
        }
        if one.chosen {
            chosen.push(place);
            all.push(one);
        } else {
            passed_over.push(one);
        }
    }
    for one in &mut all {
        one.treatment = run.treatment(&choice.candidates[one.place])?;
    }
    if let Some(channel) = channel {
        for (one, (by, before)) in all.iter_mut().zip(run.deliver(choice, &chosen, channel)?) {
            (one.by, one.before) = (by, before);
        }
    }
    all.extend(passed_over);
    all.extend(rest);
    Ok(all)
}

/// What is told of an action that fell out there.
fn told(program: &Program, choice: &Choice, place: usize, stage: Stage) -> Told {
    let action = &choice.candidates[place].action;
    Told {
        place,
        action: action.name.clone(),
        group: program.group(action.group).name.clone(),
        stage,
        chosen: false,
        numbers: None,
        treatment: Val::Missing,
        by: Vec::new(),
        before: Vec::new(),
    }
}

/// The type in which the treatments of a next best action are shown, if there are some.
pub fn shown(program: &Program, id: DefId) -> Option<Ty> {
    choice(program, id).treatment.map(Ty::Record)
}

/// The clauses that bind an action, or its delivery on a channel, after others; by their places.
pub fn binding(
    program: &Program,
    facts: Facts<'_>,
    id: DefId,
    (before, place): (&[usize], usize),
    channel: Option<u32>,
) -> Outcome<Vec<usize>> {
    Run::new(program, facts).binding(choice(program, id), before, place, channel)
}

fn choice(program: &Program, id: DefId) -> &Choice {
    match &program.def(id).kind {
        DefKind::NextBestAction(choice) => choice,
        other => panic!("{other:?} chooses no actions"),
    }
}

/// A candidate that qualifies.
#[derive(Clone, Debug)]
pub struct Ranked {
    place: usize,
    /// By what it is ranked.
    pub rank: BigRational,
    /// What decides between two of one rank: 0 where none is written.
    pub value: BigRational,
    /// Propensity, value, weight and lever, where the ranking reads them.
    pub factors: [Option<BigRational>; 4],
}

impl Run<'_> {
    /// The chosen actions, the best first.
    pub(super) fn next_best_action(&mut self, choice: &Choice) -> Outcome<(Val, Fit)> {
        for (place, hold_out) in choice.hold_outs.iter().enumerate() {
            if self.truth(hold_out.held)? {
                return Ok((Val::List(Vec::new()), Fit::HeldOut(place)));
            }
        }
        let mut left = Vec::new();
        for (place, candidate) in choice.candidates.iter().enumerate() {
            if self.qualifies(candidate)? {
                left.push(self.ranked(choice, place)?);
            }
        }
        let mut chosen: Vec<usize> = Vec::new();
        while let Some(best) = self.best(choice, &left) {
            let place = left.swap_remove(best).place;
            if self.has_room(choice, &chosen, place)
                && self.binding(choice, &chosen, place, None)?.is_empty()
            {
                chosen.push(place);
            }
        }
        let items: Outcome<Vec<Val>> = chosen
            .iter()
            .map(|place| self.eval(choice.candidates[*place].value))
            .collect();
        let fit = if chosen.is_empty() {
            Fit::None
        } else {
            Fit::Rows(chosen)
        };
        Ok((Val::List(items?), fit))
    }

    /// Eligible, applicable, suitable, valid, on this touchpoint, not held out: asked in this order, up to the first that is not.
    fn qualifies(&mut self, candidate: &Candidate) -> Outcome<bool> {
        Ok(self.falls(candidate)?.is_none())
    }

    /// The first of its conditions that does not hold, by its place.
    fn falls(&mut self, candidate: &Candidate) -> Outcome<Option<usize>> {
        let action = &candidate.action;
        let stages = [
            action.eligible,
            action.applicable,
            action.suitable,
            action.valid,
            action.only_on,
        ];
        let free = candidate.free.iter().copied().map(Some);
        for (place, condition) in stages.into_iter().chain(free).enumerate() {
            if condition.map_or(Ok(true), |condition| self.truth(condition))? {
                continue;
            }
            return Ok(Some(place));
        }
        Ok(None)
    }

    /// Propensity, value and weight, in this order and the first and last only where the ranking reads them; then the
    /// ranking.
    fn ranked(&mut self, choice: &Choice, place: usize) -> Outcome<Ranked> {
        let candidate = &choice.candidates[place];
        let reads = choice.factors;
        let mut factors = [const { None }; 4];
        if let Some(local) = reads.propensity {
            let propensity = self.number(candidate.action.propensity)?;
            factors[0] = Some(self.stands_for(local, propensity));
        }
        let value = self.number(candidate.action.value)?;
        if let Some(local) = reads.weight {
            let mut weight = BigRational::from(BigInt::from(1));
            for clause in &choice.weights {
                let is_of = clause.of.iter().any(|of| *of as usize == place);
                if is_of && clause.when.map_or(Ok(true), |when| self.truth(when))? {
                    weight += number::parse(&clause.percent.to_string());
                }
            }
            factors[2] = Some(self.stands_for(local, weight));
        }
        if let Some(local) = reads.value {
            factors[1] = Some(self.stands_for(local, value.clone()));
        }
        if let Some(local) = reads.lever {
            let group = self.program.group(candidate.action.group);
            let issue = &self.program.issues()[group.issue as usize];
            let parts = [issue.lever, group.lever, candidate.action.lever];
            let parts = parts.iter().map(|part| number::parse(&part.to_string()));
            let lever = parts.fold(BigRational::from(BigInt::from(1)), |a, b| a + b);
            factors[3] = Some(self.stands_for(local, lever));
        }
        let rank = self.number(Some(choice.rank))?;
        Ok(Ranked {
            place,
            rank,
            value,
            factors,
        })
    }

    fn stands_for(&mut self, local: LocalId, number: BigRational) -> BigRational {
        self.locals.insert(local, Val::Decimal(number.clone()));
        number
    }

    /// A number of an action; 0 where none is written.
    fn number(&mut self, id: Option<ExprId>) -> Outcome<BigRational> {
        match id.map(|id| self.eval(id)).transpose()? {
            Some(Val::Decimal(number)) => Ok(number),
            None => Ok(BigRational::zero()),
            other => panic!("a number of an action is {other:?}"),
        }
    }

    /// The best of those left: the greatest rank, then the greatest value, then the name that comes first.
    fn best(&self, choice: &Choice, left: &[Ranked]) -> Option<usize> {
        let name = |ranked: &Ranked| &choice.candidates[ranked.place].action.name;
        let better = |a: &Ranked, b: &Ranked| {
            a.rank > b.rank
                || a.rank == b.rank
                    && (a.value > b.value || a.value == b.value && name(a) < name(b))
        };
        (0..left.len()).find(|at| {
            let others = left.iter().enumerate().filter(|(other, _)| other != at);
            others
                .into_iter()
                .all(|(_, other)| better(&left[*at], other))
        })
    }

    /// For each chosen action the clauses that withhold it on a channel, and those that were delivered before it.
    fn deliver(
        &mut self,
        choice: &Choice,
        chosen: &[usize],
        channel: u32,
    ) -> Outcome<Vec<(Vec<usize>, Vec<usize>)>> {
        let mut delivered: Vec<usize> = Vec::new();
        let mut all = Vec::new();
        for place in chosen {
            let by = self.binding(choice, &delivered, *place, Some(channel))?;
            let before = delivered.clone();
            if by.is_empty() {
                delivered.push(*place);
            }
            all.push((by, before));
        }
        Ok(all)
    }

    /// Reads what the treatments of what is chosen and its delivery depend on. An overflow there is none of the choice.
    pub(super) fn read_delivery(&mut self, choice: &Choice, chosen: &[usize]) {
        for place in chosen {
            let _ = self.treatment(&choice.candidates[*place]);
        }
        let bound = |place: &usize| {
            let mut policies = choice.policies.iter();
            policies.any(|b| b.clause.of_deliveries() && b.of.contains(&(*place as u32)))
        };
        let channel = self.program.input_of("touchpoint.channel");
        let Some(input) = channel.filter(|_| chosen.iter().any(bound)) else {
            return;
        };
        if let Val::Member(channel) = self.input(input) {
            let _ = self.deliver(choice, chosen, channel as u32);
        }
    }

    /// The clauses that bind an action, or its delivery on a channel.
    fn binding(
        &mut self,
        choice: &Choice,
        before: &[usize],
        place: usize,
        channel: Option<u32>,
    ) -> Outcome<Vec<usize>> {
        let mut all = Vec::new();
        for (number, binding) in choice.policies.iter().enumerate() {
            let channels = &binding.clause.channels;
            let asked = channel.map_or(channels.is_empty(), |channel| channels.contains(&channel));
            if asked && self.binds(choice, binding, before, place)? {
                all.push(number);
            }
        }
        Ok(all)
    }

    /// Whether a clause binds an action, those before it counted as offered.
    fn binds(
        &mut self,
        choice: &Choice,
        binding: &Binding,
        before: &[usize],
        place: usize,
    ) -> Outcome<bool> {
        let clause = &binding.clause;
        let is_of = |place: usize| binding.of.iter().any(|of| *of as usize == place);
        if !is_of(place) {
            return Ok(false);
        }
        let key = |place: usize| {
            let action = &choice.candidates[place].action;
            let group = self.program.group(action.group);
            match clause.subject {
                None => String::new(),
                Some((_, Alike::Action)) => action.name.clone(),
                Some((_, Alike::Group)) => group.name.clone(),
                Some((_, Alike::Issue)) => {
                    format!("{}.", self.program.issues()[group.issue as usize].name)
                }
            }
        };
        let own = key(place);
        let before = before
            .iter()
            .filter(|other| is_of(**other) && key(**other) == own);
        let before = before.count();
        if let Some((local, _)) = clause.subject {
            self.locals.insert(local, Val::Text(own));
        }
        match clause.kind {
            PolicyKind::Withhold(asked) => self.truth(asked),
            PolicyKind::Pause { asked, offers } => {
                let paused = self.truth(asked)?;
                match offers {
                    Some((most, count)) if before > 0 => {
                        Ok(paused || self.are_so_many(count, before, most)?)
                    }
                    _ => Ok(paused),
                }
            }
            PolicyKind::AtMost {
                most,
                count,
                offers,
            } => self.are_so_many(count, if offers { before } else { 0 }, most),
        }
    }

    fn are_so_many(&mut self, count: ExprId, before: usize, most: u32) -> Outcome<bool> {
        match self.eval(count)? {
            Val::Int(counted) => Ok(counted + BigInt::from(before) >= BigInt::from(most)),
            other => panic!("a count is {other:?}"),
        }
    }

    /// Whether there is room for one more beside those chosen so far.
    fn has_room(&self, choice: &Choice, chosen: &[usize], place: usize) -> bool {
        let group = |place: usize| choice.candidates[place].action.group;
        let issue = |place: usize| self.program.group(group(place)).issue;
        let in_all = choice.limit.is_none_or(|most| chosen.len() < most as usize);
        in_all
            && choice.per.iter().all(|(per, most)| {
                let alike = chosen.iter().filter(|other| match per {
                    Per::Group => group(**other) == group(place),
                    Per::Issue => issue(**other) == issue(place),
                });
                alike.count() < *most as usize
            })
    }

    /// The content of the first treatment whose condition holds.
    fn treatment(&mut self, candidate: &Candidate) -> Outcome<Val> {
        for treatment in &candidate.treatments {
            if treatment.when.map_or(Ok(true), |when| self.truth(when))? {
                return self.eval(treatment.content);
            }
        }
        Ok(Val::Missing)
    }
}
