//! Twenty behaviours of one customer, and of many: `cargo bench --bench behaviours`. On a profile, from the history, and by
//! hand, in turns; before anything is timed all must give the same answers.
//!
//! `count decide N`, `count pure N`, `count observe N`, `count late N` (behind `--`) do the same thing 1,000 times, or as often
//! as a further number says, on N events and nothing else, for tools that count instructions; `count state N` and
//! `count pass N` do what is written by hand.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark may stop where something is wrong"
)]

mod support;

use pervade::{Decider, Decimal, Frame, History, Profile, Ruleset};
use serde::Deserialize;
use std::hint::black_box;
use support::customers::{self, Answers, DAY, Event, NOW, State};
use support::rng::Rng;
use support::timing::{self, Job};

fn main() {
    let host = Host::new();
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "count") {
        let rounds = arguments.get(at + 3).map_or(1_000, |n| n.parse().unwrap());
        return host.count(
            &arguments[at + 1],
            arguments[at + 2].parse().unwrap(),
            rounds,
        );
    }
    for count in [100, 1_000, 10_000, 100_000] {
        host.one(count);
    }
    host.many();
}

/// The answers in a host's struct.
#[derive(Deserialize)]
struct Typed {
    a0: i64,
    a1: i64,
    a2: i64,
    a3: i64,
    a4: i64,
    a5: i64,
    a6: i64,
    a7: i64,
    a8: i64,
    a9: Decimal,
    a10: Decimal,
    a11: Decimal,
    a12: Decimal,
    a13: i64,
    a14: i64,
    a15: i64,
    a16: i64,
    a17: i64,
    a18: bool,
    a19: bool,
}

impl Typed {
    fn answers(&self) -> Answers {
        let quarters = |sum: Decimal| i64::try_from(sum * Decimal::from(4)).unwrap();
        [
            self.a0,
            self.a1,
            self.a2,
            self.a3,
            self.a4,
            self.a5,
            self.a6,
            self.a7,
            self.a8,
            quarters(self.a9),
            quarters(self.a10),
            quarters(self.a11),
            quarters(self.a12),
            self.a13,
            self.a14,
            self.a15,
            self.a16,
            self.a17,
            self.a18.into(),
            self.a19.into(),
        ]
    }
}

struct Host {
    rules: Ruleset,
    decider: Decider<Typed>,
}

/// One customer in all forms.
struct Customer {
    events: Vec<Event>,
    history: History,
    profile: Profile,
    state: State,
}

impl Host {
    fn new() -> Host {
        let rules = Ruleset::from_text(customers::RULES).unwrap_or_else(|e| panic!("{e}"));
        Host {
            decider: rules.decision("answers").unwrap(),
            rules,
        }
    }

    fn frame(&self) -> Frame {
        let mut frame = self.rules.frame();
        let now = chrono::DateTime::from_timestamp_millis(NOW).unwrap();
        frame.set_now(now).unwrap();
        let channel = self
            .rules
            .slot::<pervade::Member>("touchpoint.channel")
            .unwrap();
        let web = self.rules.member("touchpoint.channel", "c0").unwrap();
        frame.set(&channel, web).unwrap();
        frame
    }

    fn customer(&self, count: usize, rng: &mut Rng) -> Customer {
        let events = customers::events(count, rng);
        let lines: Vec<String> = (0..)
            .zip(&events)
            .map(|(id, e)| customers::json(e, id))
            .collect();
        let lines = lines.join("\n");
        let (mut history, mut profile) = (self.rules.history(), self.rules.profile());
        history.add_json_lines(&lines).unwrap();
        profile.observe_json_lines(&lines).unwrap();
        let customer = Customer {
            state: State::of(&events),
            events,
            history,
            profile,
        };
        self.check(&customer);
        customer
    }

    fn check(&self, customer: &Customer) {
        let expected = customers::one_pass(&customer.events);
        assert_eq!(customer.state.answers(), expected);
        let mut frame = self.frame();
        frame.set_history(&customer.history).unwrap();
        let pure = self.decider.decide_in(&mut frame).unwrap().value().unwrap();
        assert_eq!(pure.answers(), expected, "from the history");
        frame.set_profile(&customer.profile).unwrap();
        let kept = self.decider.decide_in(&mut frame).unwrap().value().unwrap();
        assert_eq!(kept.answers(), expected, "on the profile");
    }

    /// One customer at a time, some in turn.
    fn one(&self, count: usize) {
        let mut rng = Rng::new(66);
        let several = (400_000 / count).clamp(4, 256);
        let customers: Vec<Customer> = (0..several)
            .map(|_| self.customer(count, &mut rng))
            .collect();
        let (mut on_profile, mut from_history) = (self.frame(), self.frame());
        let mut jobs = vec![
            Job {
                name: "by hand, running state",
                decisions: several,
                call: Box::new(|| {
                    for customer in &customers {
                        black_box(black_box(&customer.state).answers());
                    }
                }),
            },
            Job {
                name: "pervade, profile",
                decisions: several,
                call: Box::new(|| {
                    for customer in &customers {
                        on_profile.set_profile(&customer.profile).unwrap();
                        black_box(self.decider.decide_in(&mut on_profile).unwrap());
                    }
                }),
            },
        ];
        let title = format!("{count} events, {several} customers: decided on what is kept");
        timing::print(&title, &mut jobs, 300);
        drop(jobs);
        let mut jobs = vec![
            Job {
                name: "by hand, one pass",
                decisions: several,
                call: Box::new(|| {
                    for customer in &customers {
                        black_box(customers::one_pass(black_box(&customer.events)));
                    }
                }),
            },
            Job {
                name: "pervade, history",
                decisions: several,
                call: Box::new(|| {
                    for customer in &customers {
                        from_history.set_history(&customer.history).unwrap();
                        black_box(self.decider.decide_in(&mut from_history).unwrap());
                    }
                }),
            },
        ];
        timing::print("  from the events", &mut jobs, 60);
        drop(jobs);
        let size = customers[0].profile.size();
        let each = |bytes: usize| bytes as f64 / count as f64;
        println!(
            "  bytes an event: {:.1} events, {:.1} payload, {:.1} ids, {:.1} state",
            each(size.events),
            each(size.payload),
            each(size.ids),
            each(size.state)
        );
        self.observing(&customers[0]);
    }

    /// Events that come in, in time and late.
    fn observing(&self, customer: &Customer) {
        // Clones share until one of them changes: what is timed is not the copy.
        let mut profile = customer.profile.clone();
        let first = Event {
            at: NOW,
            ty: 0,
            channel: 0,
            amount: 7,
        };
        let first = customers::json(&first, 9_999_999);
        profile.observe_json(&first).unwrap();
        let mut state = State::of(&customer.events);
        let mut number = 0_i64;
        let mut lanes = Vec::new();
        for back in [0, DAY / 24, DAY, 30 * DAY] {
            let mut lines = Vec::new();
            for _ in 0..256 {
                number += 1;
                let event = Event {
                    at: NOW + number * 60_000 - back,
                    ty: u8::try_from(number % 12).unwrap(),
                    channel: 0,
                    amount: 7,
                };
                if back == 0 {
                    state.take(&event);
                }
                let id = 10_000_000 + usize::try_from(number).unwrap();
                lines.push(customers::json(&event, id));
            }
            let start = std::time::Instant::now();
            for line in &lines {
                profile.observe_json(line).unwrap();
            }
            lanes.push(start.elapsed().as_nanos() as f64 / 256.0);
        }
        black_box(state.answers());
        println!(
            "  observed, from JSON: {:.0} ns in time, {:.0} ns an hour late, {:.0} ns a day late, {:.0} ns 30 days late",
            lanes[0], lanes[1], lanes[2], lanes[3]
        );
    }

    /// Many customers, one after the other.
    fn many(&self) {
        let mut rng = Rng::new(77);
        let count = 20_000;
        let customers: Vec<(Vec<Event>, History)> = (0..count)
            .map(|_| {
                let customer = self.customer(100, &mut rng);
                (customer.events, customer.history)
            })
            .collect();
        let mut frame = self.frame();
        let mut jobs = vec![
            Job {
                name: "by hand, one pass",
                decisions: count,
                call: Box::new(|| {
                    for (events, _) in &customers {
                        black_box(customers::one_pass(black_box(events)));
                    }
                }),
            },
            Job {
                name: "pervade, history",
                decisions: count,
                call: Box::new(|| {
                    for (_, history) in &customers {
                        frame.set_history(history).unwrap();
                        black_box(self.decider.decide_in(&mut frame).unwrap());
                    }
                }),
            },
        ];
        timing::print("20000 customers of 100 events", &mut jobs, 20);
    }

    /// One thing, 1,000 times.
    fn count(&self, what: &str, events: usize, rounds: i64) {
        let mut rng = Rng::new(66);
        let customer = self.customer(events, &mut rng);
        let mut profile = customer.profile.clone();
        let history = customer.history.clone();
        let mut frame = self.frame();
        for round in 0..rounds {
            match what {
                "state" => drop(black_box(black_box(&customer.state).answers())),
                "pass" => drop(black_box(customers::one_pass(black_box(&customer.events)))),
                "pure" => {
                    frame.set_history(&history).unwrap();
                    black_box(self.decider.decide_in(&mut frame).unwrap());
                }
                "decide" => {
                    frame.set_profile(&profile).unwrap();
                    black_box(self.decider.decide_in(&mut frame).unwrap());
                }
                "observe" => observe(&mut profile, round, 0),
                "late" => observe(&mut profile, round, DAY),
                _ => panic!("there is no `{what}` to count"),
            }
        }
    }
}

/// One more event, so late.
fn observe(profile: &mut Profile, round: i64, late: i64) {
    let event = Event {
        at: NOW + round * 1_000 - late,
        ty: u8::try_from(round % 12).unwrap(),
        channel: 0,
        amount: 7,
    };
    let line = customers::json(&event, 10_000_000 + usize::try_from(round).unwrap());
    profile.observe_json(&line).unwrap();
}
