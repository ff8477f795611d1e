//! Decisions through the public API against the same rules written by hand: `cargo bench --bench decide`.
//!
//! One run: the candidates take turns, so the ratios mean something and the absolute times little. Before anything is
//! timed, all must give the same answers; decisions on bound frames are counted to make no allocation.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark may stop where something is wrong"
)]

mod support;

use divan::{AllocProfiler, black_box};
use pervade::{Context, Decider, Frame, Member, Ruleset, Slot};
use support::cinema::{self, Cinema, Offer, Visit};
use support::timing::{self, Job};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const CUSTOMERS: usize = 1024;
const ROUNDS: usize = 1_500;

fn main() {
    let host = Host::new();
    bound(&host);
    converted(&host);
    threads(&host);
    divan::main();
}

/// What a host has at hand.
struct Host {
    rules: Ruleset,
    decider: Decider<Offer>,
    slots: Slots,
    customers: Vec<Cinema>,
    visits: Vec<Visit>,
    texts: Vec<String>,
}

impl Host {
    fn new() -> Host {
        let rules = Ruleset::from_text(cinema::RULES).unwrap_or_else(|e| panic!("{e}"));
        let visits = cinema::visits(CUSTOMERS);
        let host = Host {
            decider: rules.decision("offer").unwrap(),
            slots: Slots::new(&rules),
            customers: cinema::customers(CUSTOMERS),
            texts: visits.iter().map(json).collect(),
            visits,
            rules,
        };
        host.check();
        host
    }

    /// Same answers as by hand, in all ways of asking, and the distribution of the workload.
    fn check(&self) {
        let mut frame = self.rules.frame();
        let mut last = 0;
        for ((visit, text), customer) in self.visits.iter().zip(&self.texts).zip(&self.customers) {
            let expected = cinema::by_hand(customer);
            let mut agrees = |frame: &mut Frame| {
                let decision = self.decider.decide(&frame.context().unwrap()).unwrap();
                assert_eq!(*decision.value(), expected);
                let outcome = self.decider.decide_in(frame).unwrap();
                assert_eq!(outcome.value().unwrap(), expected);
                last += usize::from(outcome.rule() == Some(11));
                frame.clear();
            };
            frame.json(text).unwrap();
            agrees(&mut frame);
            frame.facts(visit).unwrap();
            agrees(&mut frame);
            self.slots.fill(&mut frame, visit);
            agrees(&mut frame);
        }
        assert_eq!(last, 3 * 389, "the distribution of the workload");
    }

    /// One frame a customer, everything bound.
    fn frames(&self) -> Vec<Frame> {
        let bind = |visit: &Visit| {
            let mut frame = self.rules.frame();
            frame.facts(visit).unwrap();
            black_box(self.decider.decide_in(&mut frame).unwrap().rule());
            frame
        };
        self.visits.iter().map(bind).collect()
    }

    fn contexts(&self) -> Vec<Context> {
        let frames = self.frames().into_iter();
        frames.map(|mut frame| frame.context().unwrap()).collect()
    }

    fn decide_all(&self, frames: &mut [Frame]) {
        for frame in frames {
            let outcome = self.decider.decide_in(black_box(frame)).unwrap();
            let _ = black_box(&outcome);
        }
    }
}

/// As a service receives it: the fields in the order of their names.
fn json(visit: &Visit) -> String {
    serde_json::to_value(visit).unwrap().to_string()
}

/// Handles of all fields, in the order of a visit.
struct Slots {
    members: [(Slot<Member>, Vec<Member>); 6],
    ints: [Slot<i64>; 12],
    bools: [Slot<bool>; 6],
    texts: [Slot<str>; 6],
}

impl Slots {
    fn new(rules: &Ruleset) -> Slots {
        let enums: [(&str, &str, &[&str]); 6] = [
            ("day", "Day", cinema::Day::WORDS),
            ("genre", "Genre", cinema::Genre::WORDS),
            ("tier", "Tier", cinema::Tier::WORDS),
            ("channel", "Channel", cinema::Channel::WORDS),
            ("country", "Country", cinema::Country::WORDS),
            ("screen", "Screen", cinema::Screen::WORDS),
        ];
        let ints = ["age", "hour", "tickets", "spend90", "visits90", "points"];
        let bools = ["student", "holiday", "app_user"];
        let attr = |kind: &str, i: usize| format!("attr_{kind}{i}");
        Slots {
            members: enums.map(|(path, name, words)| {
                let members = words.iter().map(|word| rules.member(name, word).unwrap());
                (rules.slot(path).unwrap(), members.collect())
            }),
            ints: std::array::from_fn(|i| match ints.get(i) {
                Some(name) => rules.slot(name).unwrap(),
                None => rules.slot(&attr("i", i - ints.len())).unwrap(),
            }),
            bools: std::array::from_fn(|i| match bools.get(i) {
                Some(name) => rules.slot(name).unwrap(),
                None => rules.slot(&attr("b", i - bools.len())).unwrap(),
            }),
            texts: std::array::from_fn(|i| rules.slot(&attr("s", i)).unwrap()),
        }
    }

    /// Binds a visit field by field, as a host in a hurry does.
    fn fill(&self, frame: &mut Frame, v: &Visit) {
        let members = [
            v.day as usize,
            v.genre as usize,
            v.tier as usize,
            v.channel as usize,
            v.country as usize,
            v.screen as usize,
        ];
        let ints = [
            v.age, v.hour, v.tickets, v.spend90, v.visits90, v.points, v.attr_i0, v.attr_i1,
            v.attr_i2, v.attr_i3, v.attr_i4, v.attr_i5,
        ];
        let bools = [
            v.student, v.holiday, v.app_user, v.attr_b0, v.attr_b1, v.attr_b2,
        ];
        let texts = [
            &v.attr_s0, &v.attr_s1, &v.attr_s2, &v.attr_s3, &v.attr_s4, &v.attr_s5,
        ];
        for ((slot, members), member) in self.members.iter().zip(members) {
            frame.set(slot, members[member]).unwrap();
        }
        for (slot, int) in self.ints.iter().zip(ints) {
            frame.set(slot, int).unwrap();
        }
        for (slot, bool) in self.bools.iter().zip(bools) {
            frame.set(slot, bool).unwrap();
        }
        for (slot, text) in self.texts.iter().zip(texts) {
            frame.set(slot, text).unwrap();
        }
    }
}

fn job<'a>(name: &'static str, call: impl FnMut() + 'a) -> Job<'a> {
    Job {
        name,
        decisions: CUSTOMERS,
        call: Box::new(call),
    }
}

fn by_hand(customers: &[Cinema]) {
    for customer in customers {
        black_box(&cinema::by_hand(black_box(customer)));
    }
}

/// W1: everything is bound.
fn bound(host: &Host) {
    let (mut frames, mut read, contexts) = (host.frames(), host.frames(), host.contexts());
    let decider = &host.decider;
    let mut jobs = [
        job("by hand", || by_hand(&host.customers)),
        job("frame", || host.decide_all(&mut frames)),
        job("frame, read into a struct", || {
            for frame in &mut read {
                black_box(
                    decider
                        .decide_in(black_box(frame))
                        .unwrap()
                        .value()
                        .unwrap(),
                );
            }
        }),
        job("context, with why", || {
            for context in &contexts {
                black_box(decider.decide(black_box(context)).unwrap());
            }
        }),
        job("context, with the trace", || {
            for context in &contexts {
                black_box(decider.decide(black_box(context)).unwrap().trace());
            }
        }),
    ];
    timing::print("W1, everything bound, a decision:", &mut jobs, ROUNDS);
}

/// W5: from JSON, and from a struct.
fn converted(host: &Host) {
    let decider = &host.decider;
    let frame = || host.rules.frame();
    let (mut a, mut b, mut c) = (frame(), frame(), frame());
    let bytes = host.texts.iter().map(String::len).sum::<usize>() / CUSTOMERS;
    let mut jobs = [
        job("serde, by hand", || {
            for text in &host.texts {
                let customer: Cinema = serde_json::from_str(black_box(text)).unwrap();
                black_box(&cinema::by_hand(&customer));
            }
        }),
        job("frame", || {
            for text in &host.texts {
                a.json(black_box(text)).unwrap();
                let _ = black_box(&decider.decide_in(&mut a).unwrap());
            }
        }),
        job("context, with why", || {
            for text in &host.texts {
                let context = host.rules.context().facts_json(black_box(text)).unwrap();
                black_box(decider.decide(&context.build().unwrap()).unwrap());
            }
        }),
    ];
    let title = format!("W5, 30 fields from JSON of {bytes} bytes, a decision:");
    timing::print(&title, &mut jobs, ROUNDS / 5);
    let mut jobs = [
        job("slots, by hand", || {
            for visit in &host.visits {
                host.slots.fill(&mut b, black_box(visit));
                let _ = black_box(&decider.decide_in(&mut b).unwrap());
            }
        }),
        job("serde", || {
            for visit in &host.visits {
                c.facts(black_box(visit)).unwrap();
                let _ = black_box(&decider.decide_in(&mut c).unwrap());
            }
        }),
        job("no engine at all", || {
            for visit in &host.visits {
                black_box(&cinema::by_hand(&black_box(visit).cinema()));
            }
        }),
    ];
    let title = "W5, 30 fields from a struct, a decision:";
    timing::print(title, &mut jobs, ROUNDS / 5);
}

/// Two threads against one.
fn threads(host: &Host) {
    let hand = timing::scaling(|| {
        let customers = host.customers.clone();
        move || by_hand(&customers)
    });
    let frames = timing::scaling(|| {
        let mut frames = host.frames();
        move || host.decide_all(&mut frames)
    });
    println!("two threads against one:");
    println!("  {:<28} {hand:>9.2} x", "by hand");
    println!(
        "  {:<28} {frames:>9.2} x  ({:.2} of by hand)",
        "frame",
        frames / hand
    );
}

/// What divan's allocation counter says of a decision on a bound frame: nothing.
#[divan::bench]
fn w1_frame(bencher: divan::Bencher) {
    let host = Host::new();
    let mut frames = host.frames();
    bencher.bench_local(|| host.decide_all(&mut frames));
}
