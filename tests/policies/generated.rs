//! Generated rulesets of actions and policies, and customers with what became of offers: the engine from a history, the
//! engine from a profile, the reference, and the sentences of the language reference choose the same actions; until when an
//! answer stands, and until when a policy binds, is never too late.

use super::check::{self, Customer, Said, Source};
use super::hosts::Hosts;
use super::lives::{self, Life};
use super::sentences::{At, Verdict};
use super::write::{self, CHANNELS, Rules};
use crate::behaviours::agree;
use crate::oracle::calendar;
use crate::oracle::given::Given;
use crate::oracle::tape::{Case, Tape};
use pervade::{Arbitration, Profile, Ruleset, Stage};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

/// What a run has met.
#[derive(Default)]
pub struct Met(BTreeMap<&'static str, usize>);

/// What every run of some length meets.
const ALL: [&str; 16] = [
    "answers",
    "actions chosen",
    "actions bound by a policy",
    "actions withheld",
    "bound with no end",
    "answers that end",
    "answers that stand for ever",
    "answers of profiles",
    "of late events",
    "merged",
    "compacted",
    "caps",
    "caps on channels",
    "pauses",
    "withholds",
    "removed actions",
];

impl Met {
    fn count(&mut self, what: &'static str, times: usize) {
        *self.0.entry(what).or_default() += times;
    }

    /// Nothing that is to be met was missed.
    pub fn assert_all(&self) {
        for what in ALL {
            assert!(self.0.get(what).is_some_and(|n| *n > 0), "{what}: {self}");
        }
    }
}

impl fmt::Display for Met {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self
            .0
            .iter()
            .map(|(what, n)| format!("{what}: {n}"))
            .collect();
        write!(f, "{}", all.join(", "))
    }
}

/// The rules of a case.
fn rules(case: &Case) -> Rules {
    write::rules(&Tape::new(&case.types), &case.definitions)
}

/// Runs so many rulesets; gives what they met.
pub fn run(seed: u32, rulesets: u32) -> Met {
    let met = RefCell::new(Met::default());
    let text = |case: &Case| rules(case).text();
    agree::all_with((seed, rulesets), met, text, check).into_inner()
}

fn check(case: &Case, met: &RefCell<Met>) -> Result<(), String> {
    let written = rules(case);
    let rules = Ruleset::from_text(&written.text()).map_err(|e| format!("{e}"))?;
    for (clause, text) in &written.clauses {
        let mut met = met.borrow_mut();
        met.count(
            match clause {
                write::Clause::Cap { channels, .. } if !channels.is_empty() => "caps on channels",
                write::Clause::Cap { .. } => "caps",
                write::Clause::Withhold { .. } => "withholds",
                _ => "pauses",
            },
            1,
        );
        // What is written is one line, as arbitrations tell it.
        assert!(!text.contains('\n'));
    }
    let hosts = RefCell::new(Hosts::new(&rules));
    for words in &case.contexts {
        let tape = Tape::new(words);
        let life = lives::life(&tape, &written);
        let check = Check {
            written: &written,
            rules: &rules,
            hosts: &hosts,
            life: &life,
            met,
        };
        check.customer(&tape)?;
    }
    Ok(())
}

struct Check<'a, 'r> {
    written: &'a Rules,
    rules: &'a Ruleset,
    hosts: &'a RefCell<Hosts<'r>>,
    life: &'a Life,
    met: &'a RefCell<Met>,
}

impl Check<'_, '_> {
    fn customer(&self, tape: &Tape) -> Result<(), String> {
        let context = Given::Record(vec![("calm".to_owned(), Given::Bool(self.life.calm))]);
        let touchpoint = Given::Record(Vec::new());
        let events = &self.life.events;
        let customer = Customer {
            rules: self.rules,
            context: &context,
            touchpoint: &touchpoint,
            events,
        };
        let gone = events.iter().filter(|event| {
            matches!(event.fields.first(), Some(crate::oracle::reference::Val::Text(name)) if name == "gone")
        });
        self.met.borrow_mut().count("removed actions", gone.count());
        let mut later = self.later();
        later.sort_unstable();
        later.dedup();
        let history = check::history(self.rules, events);
        let mut profiles = self.profiles(&customer, tape)?;
        let first = self.life.nows.iter().min().expect("some");
        for choice in &self.written.choices {
            let name = choice.name.as_str();
            for now in &self.life.nows {
                let channel = tape.below(CHANNELS.len());
                let at = (*now, Some(CHANNELS[channel]));
                let decision = customer.agrees(name, Source::History(&history), at)?;
                let some: Vec<i64> = (0..8).map(|_| *tape.pick(&later)).collect();
                let (bound, withheld) = customer.arbitrates(name, &decision, at, &some)?;
                let said = customer.ends(name, Source::History(&history), at, &some)?;
                let arbitration = decision.arbitration().map_err(|e| e.to_string())?;
                let (what, profile) = &profiles[tape.below(profiles.len())];
                let source = match tape.chance(50) {
                    true => Source::Profile(profile),
                    false => Source::History(&history),
                };
                let asked = (&decision, &said);
                let mut hosts = self.hosts.borrow_mut();
                hosts
                    .agree(&customer, (name, source), at, asked)
                    .map_err(|why| format!("{what}: {why}"))?;
                self.as_written(choice, (&customer, &arbitration), (*now, channel))?;
                let mut met = self.met.borrow_mut();
                met.count("answers", 1);
                met.count("actions chosen", said.labels.len());
                met.count("actions bound by a policy", bound);
                met.count("actions withheld", withheld);
                let policies = arbitration.rejected().iter().filter_map(|r| r.policy());
                let for_ever = policies.filter(|policy| policy.until.is_none());
                met.count("bound with no end", for_ever.count());
                met.count(
                    match said.until {
                        Some(_) => "answers that end",
                        None => "answers that stand for ever",
                    },
                    1,
                );
                for (what, profile) in &profiles {
                    same(&customer, name, at, (what, profile), &said)?;
                    met.count(what, 1);
                    met.count("answers of profiles", 1);
                }
            }
        }
        // What is let go is not missed.
        for (_, profile) in &mut profiles {
            profile.compact(check::instant(*first));
        }
        for choice in &self.written.choices {
            for now in &self.life.nows {
                let at = (*now, Some(*tape.pick(&CHANNELS)));
                let said = customer.said(&choice.name, Source::History(&history), at)?;
                let (_, profile) = &profiles[tape.below(profiles.len())];
                same(&customer, &choice.name, at, ("compacted", profile), &said)?;
                // What keeps from deliveries is kept too.
                let source = Source::Profile(profile);
                let decision = customer.agrees(&choice.name, source, at)?;
                customer.arbitrates(&choice.name, &decision, at, &[])?;
                self.met.borrow_mut().count("compacted", 1);
            }
        }
        Ok(())
    }

    /// Instants at which something could happen.
    fn later(&self) -> Vec<i64> {
        let lengths = self.written.lengths();
        let zone = calendar::zone_named(self.written.zone);
        let mut all = Vec::new();
        for event in &self.life.events {
            for length in &lengths {
                all.extend([-1, 0, 1].map(|by| event.at + length + by));
            }
            let (day, _) = calendar::local(zone, event.at);
            for ahead in [0, 1, 2, 7, 31, 366] {
                let midnight = calendar::start_of_day(zone, day + ahead);
                all.extend([0, 3_600_000, 8 * 3_600_000, 21 * 3_600_000].map(|h| midnight + h));
            }
        }
        all.extend(self.life.nows.iter().map(|now| now + 1));
        all
    }

    /// Profiles of the customer, whose events came in late, some of them twice; and in two places that were merged.
    fn profiles(
        &self,
        customer: &Customer<'_>,
        tape: &Tape,
    ) -> Result<Vec<(&'static str, Profile)>, String> {
        let events = customer.events;
        let order = tape.shuffled(events.len());
        let observe = |profile: &mut Profile, place: usize| {
            let json = check::json(self.rules, &events[place]);
            let observed = profile.observe_json(&json);
            observed.map(|_| ()).map_err(|e| format!("{json}: {e}"))
        };
        let mut late = self.rules.profile();
        let mut known = Vec::new();
        let name = &self.written.choices[0].name;
        for place in &order {
            observe(&mut late, *place)?;
            if tape.chance(15) {
                observe(&mut late, *place)?;
            }
            known.push(events[*place].clone());
            // Asked meanwhile, it answers as a history of what has come in.
            if tape.chance(25) {
                let at = (*tape.pick(&self.life.nows), Some(CHANNELS[0]));
                let so_far = Customer {
                    events: &known,
                    ..*customer
                };
                let history = check::history(self.rules, &known);
                let said = so_far.said(name, Source::History(&history), at)?;
                same(&so_far, name, at, ("of late events", &late), &said)?;
            }
        }
        let (mut one, mut other) = (self.rules.profile(), self.rules.profile());
        for place in order {
            let twice = tape.chance(20);
            let first = tape.chance(50);
            if first || twice {
                observe(&mut one, place)?;
            }
            if !first || twice {
                observe(&mut other, place)?;
            }
        }
        one.merge(&other).map_err(|e| e.to_string())?;
        let saved = one.save();
        let loaded = self.rules.load_profile(&saved).map_err(|e| e.to_string())?;
        if loaded != late {
            return Err(format!("merged\n{saved}\nlate\n{}", late.save()));
        }
        Ok(vec![("of late events", late), ("merged", one)])
    }

    /// The engine does what the sentences say.
    fn as_written(
        &self,
        choice: &write::Choice,
        (customer, arbitration): (&Customer<'_>, &Arbitration),
        (now, channel): (i64, usize),
    ) -> Result<(), String> {
        let at = At {
            rules: self.written,
            week: self.rules.program().week_start(),
            calm: self.life.calm,
            events: &self.life.events,
            now,
            channel,
        };
        let (expected, chosen) = at.choose(choice);
        let got: Vec<&str> = arbitration.chosen().iter().map(|c| c.action()).collect();
        let wrong = |what: &str| {
            Err(format!(
                "{what}\nexpected {expected:?}\n     got {}\n{}",
                serde_json::to_string(arbitration).expect("JSON"),
                customer.told(&choice.name, (now, Some(CHANNELS[channel])))
            ))
        };
        if chosen != got {
            return wrong("the sentences choose others");
        }
        for (action, verdict) in &expected {
            let mut all = arbitration.chosen().iter();
            let known = all.find(|c| c.action() == action);
            let mut others = arbitration.rejected().iter();
            let other = others.find(|r| r.action() == action);
            let got = match (known, other) {
                (Some(chosen), None) => {
                    let by = chosen.withheld().map(|w| w.by.clone());
                    Verdict::Chosen(by.unwrap_or_default())
                }
                (None, Some(rejected)) => match rejected.stage() {
                    Stage::Applicable => Verdict::Inapplicable,
                    Stage::Touchpoint => Verdict::Elsewhere,
                    Stage::Policy => {
                        let by = rejected.policy().map(|policy| policy.by.clone());
                        Verdict::Policy(by.unwrap_or_default())
                    }
                    _ => Verdict::Rank,
                },
                _ => return wrong(&format!("`{action}` is not told of, or twice")),
            };
            if got != *verdict {
                return wrong(&format!("of `{action}` it says {got:?}"));
            }
        }
        Ok(())
    }
}

/// A profile says what the history says, for as long.
fn same(
    customer: &Customer<'_>,
    name: &str,
    at: (i64, Option<&str>),
    (what, profile): (&str, &Profile),
    expected: &Said,
) -> Result<(), String> {
    let got = customer.said(name, Source::Profile(profile), at)?;
    match got == *expected {
        true => Ok(()),
        false => Err(format!(
            "{what}\nexpected {expected:?}\n     got {got:?}\n{}\n{}",
            customer.told(name, at),
            profile.save()
        )),
    }
}
