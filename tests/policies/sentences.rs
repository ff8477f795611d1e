//! What generated policies mean, from the sentences of the language reference and the picture of the rules alone: neither the
//! compiler nor what it makes of a clause takes part in it.

use super::write::{
    Action, After, Choice, Clause, Condition, Each, LAPSE, LATELY, OTHERS, OUTCOMES, Per, Rank,
    Rules, issue_of,
};
use crate::oracle::calendar;
use crate::oracle::reference::Val;
use crate::oracle::reference::events::{Happened, start};

/// A customer, at an instant and on a channel.
pub struct At<'a> {
    pub rules: &'a Rules,
    pub week: u32,
    pub calm: bool,
    pub events: &'a [Happened],
    pub now: i64,
    pub channel: usize,
}

/// What became of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// With the clauses that withhold it.
    Chosen(Vec<String>),
    Inapplicable,
    Elsewhere,
    /// The clauses that bind it.
    Policy(Vec<String>),
    Rank,
}

/// What an event says of an action.
struct Told<'a> {
    event: &'a Happened,
    action: &'a str,
    group: &'a str,
    transactional: bool,
}

impl<'a> At<'a> {
    /// What became of each of the actions that it chooses from, by name; and the chosen ones, the best first.
    pub fn choose(&self, choice: &Choice) -> (Vec<(String, Verdict)>, Vec<String>) {
        let from = self.rules.actions.iter();
        let from = from.filter(|a| choice.from.iter().any(|s| s.holds(&a.name, a.group)));
        let (mut verdicts, mut left) = (Vec::new(), Vec::new());
        for action in from {
            if action.applicable.is_some_and(|c| !self.holds(c)) {
                verdicts.push((action.name.clone(), Verdict::Inapplicable));
            } else if action.only_on.is_some_and(|c| c != self.channel) {
                verdicts.push((action.name.clone(), Verdict::Elsewhere));
            } else {
                left.push(action);
            }
        }
        left.sort_by_key(|action| {
            let rank = match choice.rank {
                Rank::Value => -action.value,
                Rank::Reversed => action.value,
            };
            (rank, -action.value, action.name.clone())
        });
        let mut chosen: Vec<&Action> = Vec::new();
        let mut delivered: Vec<&Action> = Vec::new();
        for action in left {
            let verdict = if !has_room(choice, &chosen, action) {
                // What happened before this choice binds wherever something ranks.
                match self.binding(action, &[], None) {
                    by if !by.is_empty() => Verdict::Policy(by),
                    _ => Verdict::Rank,
                }
            } else {
                match self.binding(action, &chosen, None) {
                    by if !by.is_empty() => Verdict::Policy(by),
                    _ => {
                        chosen.push(action);
                        let by = self.binding(action, &delivered, Some(self.channel));
                        if by.is_empty() {
                            delivered.push(action);
                        }
                        Verdict::Chosen(by)
                    }
                }
            };
            verdicts.push((action.name.clone(), verdict));
        }
        let chosen = chosen.iter().map(|action| action.name.clone());
        (verdicts, chosen.collect())
    }

    /// The clauses that bind an action, or its delivery, those before it offered.
    fn binding(&self, action: &Action, before: &[&Action], channel: Option<usize>) -> Vec<String> {
        let clauses = self.rules.clauses.iter().filter(|(clause, _)| {
            let channels = match clause {
                Clause::Cap { channels, .. } | Clause::Withhold { channels, .. } => channels,
                _ => &Vec::new(),
            };
            let asked = channel.map_or(channels.is_empty(), |channel| channels.contains(&channel));
            asked && self.binds(clause, action, before)
        });
        clauses.map(|(_, text)| text.clone()).collect()
    }

    fn binds(&self, clause: &Clause, action: &Action, before: &[&Action]) -> bool {
        if action.transactional {
            return false;
        }
        match clause {
            Clause::Cap {
                most,
                outcome,
                each,
                of,
                per,
                channels,
            } => {
                let is_of = |name: &str, group: &str| {
                    of.is_empty() || of.iter().any(|s| s.holds(name, group))
                };
                if !is_of(&action.name, action.group) {
                    return false;
                }
                // An action is itself, whatever group it was offered in.
                let counts = |name: &str, group: &str| match each {
                    Some(Each::Action) => name == action.name,
                    Some(each) => alike(*each, action, name, group) && is_of(name, group),
                    None => is_of(name, group),
                };
                let outcome = outcome.unwrap_or("offered");
                let told = self.outcomes(outcome).into_iter().filter(|told| {
                    let on = told.event.channel;
                    !told.transactional
                        && counts(told.action, told.group)
                        && (channels.is_empty() || on.is_some_and(|on| channels.contains(&on)))
                        && self.is_in(per, told.event.at)
                });
                let beside = before.iter().filter(|other| {
                    outcome == "offered"
                        && !other.transactional
                        && is_of(&other.name, other.group)
                        && counts(&other.name, other.group)
                });
                told.count() + beside.count() >= *most
            }
            Clause::PauseSame {
                each,
                length,
                after,
            } => self.pauses((length.0, after), before, |name, group| {
                alike(*each, action, name, group)
            }),
            Clause::Pause { of, length, after } => {
                of.iter().any(|s| s.holds(&action.name, action.group))
                    && self.pauses((length.0, after), before, |name, group| {
                        of.iter().any(|s| s.holds(name, group))
                    })
            }
            Clause::Withhold {
                unless, condition, ..
            } => self.holds(*condition) != *unless,
        }
    }

    /// Whether something that pauses was less than so long ago. What is chosen before in the same decision is offered now, on
    /// no channel yet.
    fn pauses(
        &self,
        (length, after): (i64, &After),
        before: &[&Action],
        counts: impl Fn(&str, &str) -> bool,
    ) -> bool {
        let outcomes = |word: &str, on: Option<usize>| -> Vec<i64> {
            let told = self.outcomes(word).into_iter();
            let told = told.filter(|t| !t.transactional && counts(t.action, t.group));
            let told = told.filter(|t| on.is_none() || t.event.channel == on);
            told.map(|t| t.event.at).collect()
        };
        let of_type = |word: &str| -> Vec<i64> {
            if !OUTCOMES.contains(&word) {
                return self.others(word).iter().map(|event| event.at).collect();
            }
            let before = before.iter().filter(|other| {
                word == "offered" && !other.transactional && counts(&other.name, other.group)
            });
            let told = outcomes(word, None).into_iter();
            told.chain(before.map(|_| self.now)).collect()
        };
        let at: Vec<i64> = match after {
            After::Outcome(word) | After::Event(word) => of_type(word),
            After::Often(times, word, (within, _)) => {
                let mut at = of_type(word);
                at.sort_unstable();
                let runs = at.windows(*times);
                let runs = runs.filter(|run| run[times - 1] - run[0] < *within);
                runs.map(|run| run[times - 1]).collect()
            }
            After::OutcomeOn(word, channel) => outcomes(word, Some(*channel)),
            After::Where => {
                let meant = self
                    .others("x")
                    .into_iter()
                    .filter(|event| matches!(&event.fields[0], Val::Int(n) if *n >= 2.into()));
                meant.map(|event| event.at).collect()
            }
            After::Either => OTHERS.iter().flat_map(|word| of_type(word)).collect(),
            After::Lapse => {
                let answers = self.others("y");
                let open = self.others("x").into_iter().filter(|x| {
                    let key = |event: &Happened| (event.at, event.seq, event.ty, event.id.clone());
                    let answered = |y: &&&Happened| key(y) > key(x) && y.at - x.at < LAPSE;
                    !answers.iter().any(|y| answered(&y))
                });
                open.map(|x| x.at + LAPSE).collect()
            }
        };
        at.into_iter()
            .any(|at| at <= self.now && self.now - at < length)
    }

    fn holds(&self, condition: Condition) -> bool {
        match condition {
            Condition::Calm => self.calm,
            Condition::Lately => {
                let mut seen = self.others("x").into_iter();
                seen.any(|x| self.now - x.at < LATELY)
            }
            Condition::Time(from, to) => {
                let (_, time) = calendar::local(self.zone(), self.now);
                let (from, to) = (from * 3_600_000, to * 3_600_000);
                match from < to {
                    true => time >= from && time < to,
                    false => time >= from || time < to,
                }
            }
        }
    }

    fn is_in(&self, per: &Per, at: i64) -> bool {
        match per {
            Per::Rolling((length, _)) => self.now - at < *length,
            Per::Calendar(period, _) => at >= start(self.week, self.zone(), self.now, *period, 0),
        }
    }

    fn zone(&self) -> usize {
        calendar::zone_named(self.rules.zone)
    }

    /// Those of a type that have happened.
    fn others(&self, word: &str) -> Vec<&'a Happened> {
        let ty = place_of(word);
        let seen = self.events.iter();
        seen.filter(|e| e.ty == ty && e.at <= self.now).collect()
    }

    fn outcomes(&self, word: &str) -> Vec<Told<'a>> {
        let text = |value: &'a Val| match value {
            Val::Text(text) => text.as_str(),
            other => panic!("{other:?}"),
        };
        let told = self.others(word).into_iter().map(|event| Told {
            event,
            action: text(&event.fields[0]),
            group: text(&event.fields[1]),
            transactional: event.fields[2] == Val::Bool(true),
        });
        told.collect()
    }
}

/// The place of an event type: the declared ones, then outcomes.
pub fn place_of(word: &str) -> usize {
    let mut all = OTHERS.iter().chain(&OUTCOMES);
    all.position(|known| *known == word).expect("a type")
}

fn alike(each: Each, action: &Action, name: &str, group: &str) -> bool {
    match each {
        Each::Action => name == action.name,
        Each::Group => group == action.group,
        Each::Issue => issue_of(group) == issue_of(action.group),
    }
}

fn has_room(choice: &Choice, chosen: &[&Action], action: &Action) -> bool {
    let in_all = choice.limit.is_none_or(|most| chosen.len() < most);
    let in_own = choice.per.is_none_or(|(each, most)| {
        let own = chosen
            .iter()
            .filter(|c| alike(each, action, &c.name, c.group));
        own.count() < most
    });
    in_all && in_own
}
