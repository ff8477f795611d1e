//! Two places that decide for one customer and do not always know of one another: every interleaving of what they do.
//!
//! Each place has a profile of its own. What can happen, in either of them: it decides and records its offer; it decides
//! and its offer is recorded nowhere; an offer that the other recorded comes in, late and alone; it merges the other's
//! profile. Operations that would change nothing are left out: what follows them is another interleaving, of fewer.
//!
//! What is stated holds after every operation of every interleaving:
//!
//! 1. A place chooses exactly what the offers that it *knows of* leave room for. So an offer never takes what a place
//!    knows beyond the cap, and a place that records what it offers never exceeds the cap with its own offers.
//! 2. Together they can exceed it: by at most what was offered that the one which offered last did not know of then. That is
//!    what the other recorded since the last merge, and what was not recorded at all.
//! 3. While a place knows of more than the cap allows, as it may after a merge, it offers nothing that the cap binds.
//! 4. Two places that know of the same offers have the same profile, in whichever order these came in.

use super::check::instant;
use pervade::{Decider, OutcomeEvent, OutcomeKind, Profile, Ruleset};
use std::collections::BTreeSet;

/// Operations of an interleaving.
const MOST: usize = 6;
const HOUR: i64 = 3_600_000;
/// 2026-03-28T22:00:00Z: clocks change meanwhile, to no effect.
const START: i64 = 1_774_735_200_000;
const ACTIONS: [&str; 2] = ["a", "b"];

/// A cap, and how much is offered at once.
#[derive(Clone, Copy, Debug)]
struct Kind {
    most: usize,
    each: bool,
    limit: usize,
}

impl Kind {
    fn rules(self) -> Ruleset {
        let of = if self.each { " of each action" } else { "" };
        let text = format!(
            "ruleset replicas
             issue i
             group i.g
             action a in i.g {{ value 2 }}
             action b in i.g {{ value 1 }}
             policy cap {{ at most {}{of} per 7 days }}
             next_best_action home {{ choose from all rank by value limit {} }}",
            self.most, self.limit
        );
        Ruleset::from_text(&text).unwrap_or_else(|e| panic!("{e}"))
    }

    /// How many of some offers count for an action.
    fn counted<'o>(self, action: &str, offers: impl Iterator<Item = &'o Offer>) -> usize {
        offers
            .filter(|offer| !self.each || offer.action == action)
            .count()
    }

    /// By how much some offers exceed the cap.
    fn excess(self, offers: &[Offer]) -> usize {
        let counts = ACTIONS.map(|action| self.counted(action, offers.iter()));
        let most = counts.into_iter().max().unwrap_or(0);
        most.saturating_sub(self.most)
    }
}

/// An offer that a customer saw.
#[derive(Clone)]
struct Offer {
    action: String,
    /// In which place.
    by: usize,
    event: OutcomeEvent,
    recorded: bool,
}

#[derive(Clone)]
struct World {
    profiles: [Profile; 2],
    /// The offers that each place knows of, by their number.
    known: [BTreeSet<usize>; 2],
    offers: Vec<Offer>,
    /// Whether every offer was recorded where it was made.
    all_recorded: bool,
}

/// What a place can do, or what can happen to it.
#[derive(Clone, Copy, Debug)]
enum Operation {
    Decide { records: bool },
    Arrives(usize),
    Merge,
}

#[derive(Default)]
struct Counts {
    interleavings: usize,
    /// Those behind which more is offered than the cap allows: all of it recorded, and with some that was not.
    exceeded: usize,
    unrecorded: usize,
    most_exceeded: usize,
    most_unrecorded: usize,
}

struct Run<'r> {
    kind: Kind,
    rules: &'r Ruleset,
    home: Decider<serde_json::Value>,
    counts: Counts,
}

impl Run<'_> {
    fn after(&mut self, world: &World, done: &mut Vec<(usize, Operation)>) {
        for place in 0..2 {
            let mut operations = vec![
                Operation::Decide { records: true },
                Operation::Decide { records: false },
            ];
            let new = (0..world.offers.len()).filter(|offer| {
                world.offers[*offer].recorded && !world.known[place].contains(offer)
            });
            let new: Vec<usize> = new.collect();
            if !new.is_empty() {
                operations.push(Operation::Merge);
            }
            operations.extend(new.into_iter().map(Operation::Arrives));
            for operation in operations {
                done.push((place, operation));
                let mut next = world.clone();
                self.carry_out(&mut next, (place, operation), done);
                self.counts.interleavings += 1;
                let excess = self.kind.excess(&next.offers);
                let counts = &mut self.counts;
                let (times, most) = match next.all_recorded {
                    true => (&mut counts.exceeded, &mut counts.most_exceeded),
                    false => (&mut counts.unrecorded, &mut counts.most_unrecorded),
                };
                *times += usize::from(excess > 0);
                *most = excess.max(*most);
                if done.len() < MOST {
                    self.after(&next, done);
                }
                done.pop();
            }
        }
    }

    fn carry_out(
        &self,
        world: &mut World,
        (place, operation): (usize, Operation),
        done: &[(usize, Operation)],
    ) {
        match operation {
            Operation::Decide { records } => self.decide(world, (place, records), done),
            Operation::Arrives(offer) => {
                let event = &world.offers[offer].event;
                world.profiles[place].observe(event).expect("an event");
                world.known[place].insert(offer);
            }
            Operation::Merge => {
                let other = world.profiles[1 - place].clone();
                world.profiles[place].merge(&other).expect("the same rules");
                let known = world.known[1 - place].clone();
                world.known[place].extend(known);
            }
        }
        // What both know of is all that a profile is.
        let [one, other] = &world.profiles;
        assert_eq!(
            one == other,
            world.known[0] == world.known[1],
            "{:?}, {done:?}",
            self.kind
        );
    }

    fn decide(
        &self,
        world: &mut World,
        (place, records): (usize, bool),
        done: &[(usize, Operation)],
    ) {
        let told = || format!("{:?}, {done:?}", self.kind);
        let now = START + HOUR * i64::try_from(done.len()).expect("few");
        let builder = self.rules.context().now(instant(now));
        let context = builder.profile(&world.profiles[place]).build();
        let decision = self.home.decide(&context.expect("a context"));
        let decision = decision.expect("a decision");
        let kind = self.kind;

        // The room that is left by what this place knows of, its own choice included.
        let known = world.known[place].iter().map(|o| &world.offers[*o]);
        let known: Vec<Offer> = known.cloned().collect();
        let mut expected: Vec<&str> = Vec::new();
        for action in ACTIONS {
            let chosen = expected.iter().filter(|c| !kind.each || **c == action);
            let counted = kind.counted(action, known.iter()) + chosen.count();
            if expected.len() < kind.limit && counted < kind.most {
                expected.push(action);
            }
        }
        assert_eq!(decision.labels(), expected, "{}", told());

        for action in decision.labels().to_vec() {
            let event = decision.outcome(&action, OutcomeKind::Offered);
            let event = event.expect("it is chosen");
            if records {
                world.profiles[place].observe(&event).expect("an event");
                world.known[place].insert(world.offers.len());
            }
            world.offers.push(Offer {
                action: action.clone(),
                by: place,
                event,
                recorded: records,
            });
            world.all_recorded &= records;

            // The offer keeps to the cap by what the place knows of ...
            let known = world.known[place].iter().map(|o| &world.offers[*o]);
            let now_known = kind.counted(&action, known) + usize::from(!records);
            assert!(now_known <= kind.most, "{}", told());
            // ... and so do all that it made, where it records what it offers.
            let own = world.offers.iter().filter(|o| o.by == place);
            if own.clone().all(|offer| offer.recorded) {
                assert!(kind.counted(&action, own) <= kind.most, "{}", told());
            }
            // Together it is exceeded by at most what this place does not know of, the offer itself counted as known.
            let unknown = (0..world.offers.len() - 1).filter(|o| !world.known[place].contains(o));
            let unknown = unknown.map(|o| &world.offers[o]);
            let unknown = kind.counted(&action, unknown);
            let all = kind.counted(&action, world.offers.iter());
            assert!(all <= kind.most + unknown, "{}", told());
            // Where everything is recorded that is what the other recorded and this one has not learned of.
            if world.all_recorded {
                let others = world.offers.iter().filter(|o| o.by != place);
                assert!(unknown <= kind.counted(&action, others), "{}", told());
            }
        }
        // Who knows that a cap is full, or exceeded, offers nothing more that it binds.
        for action in ACTIONS {
            if kind.counted(action, known.iter()) >= kind.most {
                let offered = decision.labels().iter().any(|label| label == action);
                assert!(!offered, "{}", told());
            }
        }
    }
}

#[test]
fn caps_where_two_places_decide() {
    let mut all = 0;
    for most in [1, 2] {
        for each in [true, false] {
            for limit in [1, 2] {
                let kind = Kind { most, each, limit };
                let rules = kind.rules();
                let mut run = Run {
                    kind,
                    rules: &rules,
                    home: rules.decision("home").expect("a next best action"),
                    counts: Counts::default(),
                };
                let world = World {
                    profiles: [rules.profile(), rules.profile()],
                    known: [BTreeSet::new(), BTreeSet::new()],
                    offers: Vec::new(),
                    all_recorded: true,
                };
                run.after(&world, &mut Vec::new());
                let counts = &run.counts;
                println!(
                    "at most {most}{} and {limit} at once: {} interleavings; the cap exceeded together behind {} of those \
                     in which everything was recorded (by {} at most), and behind {} of the others (by {} at most)",
                    if each { " of each action" } else { "" },
                    counts.interleavings,
                    counts.exceeded,
                    counts.most_exceeded,
                    counts.unrecorded,
                    counts.most_unrecorded,
                );
                // Two places exceed it by one cap at most where they record what they offer; others by more.
                assert_eq!(counts.most_exceeded, most);
                assert!(counts.exceeded > 0 && counts.unrecorded > 0);
                assert!(counts.most_unrecorded > counts.most_exceeded);
                all += counts.interleavings;
            }
        }
    }
    println!("{all} interleavings of up to {MOST} operations");
}
