//! The best three of a catalogue of offers, against the same by hand: `cargo bench --bench arbitration`.
//!
//! One run: the candidates take turns, so the ratios mean something and the absolute times little. Before anything is
//! timed, all must choose the same offers in the same order. Then how long catalogues take to become rulesets, and how
//! much memory.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark may stop where something is wrong"
)]

mod support;

use pervade::{Compiler, Decider, Frame, MemorySources, Ruleset};
use serde::Deserialize;
use std::hint::black_box;
use std::time::Instant;
use support::offers::{self, Customer, Offer, Sets};
use support::timing::{self, Job};

const CUSTOMERS: usize = 256;

fn main() {
    for (count, rounds) in [(1_000, 200), (10_000, 60)] {
        let host = Host::new(count);
        host.check();
        host.time(rounds);
    }
    for count in [1_000, 10_000, 100_000] {
        compile(count);
    }
}

/// What a decision gives of each chosen offer.
#[derive(Debug, Deserialize)]
struct Chosen {
    action: String,
}

struct Host {
    offers: Vec<Offer>,
    sets: Sets,
    customers: Vec<Customer>,
    rules: Ruleset,
    home: Decider<Vec<Chosen>>,
}

fn ruleset(csv: &str) -> Ruleset {
    let sources = MemorySources::new()
        .with("offers.pvd", offers::RULES)
        .with("offers.csv", csv);
    let rules = Compiler::new().compile(&sources, "offers.pvd");
    rules.unwrap_or_else(|error| panic!("{error}"))
}

impl Host {
    fn new(count: usize) -> Host {
        let offers = offers::offers(count);
        let rules = ruleset(&offers::csv(&offers));
        Host {
            sets: Sets::new(&offers),
            customers: offers::customers(CUSTOMERS),
            home: rules.decision("home").unwrap(),
            offers,
            rules,
        }
    }

    fn frames(&self) -> Vec<Frame> {
        let bind = |customer: &Customer| {
            let mut frame = self.rules.frame();
            frame.json(&offers::json(customer)).unwrap();
            frame
        };
        self.customers.iter().map(bind).collect()
    }

    /// All choose the same.
    fn check(&self) {
        let (mut scanned, mut found) = (Vec::new(), Vec::new());
        let mut chosen = 0;
        for (customer, mut frame) in self.customers.iter().zip(self.frames()) {
            offers::scan(&self.offers, customer, &mut scanned);
            self.sets.best(&self.offers, customer, &mut found);
            assert_eq!(scanned, found);
            let names = scanned
                .iter()
                .map(|((_, number), _)| offers::name(*number as usize));
            let home = self.home.decide_in(&mut frame).unwrap().value().unwrap();
            let own = home.into_iter().map(|one| one.action);
            assert!(own.eq(names), "{customer:?}");
            chosen += scanned.len();
        }
        println!(
            "{} offers: {CUSTOMERS} customers are given {chosen} offers",
            self.offers.len()
        );
    }

    fn time(&self, rounds: usize) {
        let mut frames = self.frames();
        let mut again = self.frames();
        let (mut scanned, mut found) = (Vec::new(), Vec::new());
        let mut jobs = [
            Job {
                name: "by hand, sets of bits",
                decisions: CUSTOMERS,
                call: Box::new(|| {
                    for customer in &self.customers {
                        self.sets
                            .best(&self.offers, black_box(customer), &mut found);
                        black_box(&found);
                    }
                }),
            },
            Job {
                name: "by hand, scan",
                decisions: CUSTOMERS,
                call: Box::new(|| {
                    for customer in &self.customers {
                        offers::scan(&self.offers, black_box(customer), &mut scanned);
                        black_box(&scanned);
                    }
                }),
            },
            Job {
                name: "pervade, decided",
                decisions: CUSTOMERS,
                call: Box::new(|| {
                    for frame in &mut frames {
                        let outcome = self.home.decide_in(black_box(frame)).unwrap();
                        black_box(&outcome);
                    }
                }),
            },
            Job {
                name: "pervade, names read",
                decisions: CUSTOMERS,
                call: Box::new(|| {
                    for frame in &mut again {
                        let outcome = self.home.decide_in(black_box(frame)).unwrap();
                        black_box(outcome.value().unwrap());
                    }
                }),
            },
        ];
        let title = format!("the best three of {} offers", self.offers.len());
        timing::print(&title, &mut jobs, rounds);
    }
}

/// From a catalogue to a ruleset.
fn compile(count: usize) {
    let csv = offers::csv(&offers::offers(count));
    let mut best = f64::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        black_box(ruleset(&csv));
        best = best.min(start.elapsed().as_secs_f64());
    }
    let mut kept = None;
    let info = allocation_counter::measure(|| kept = Some(ruleset(&csv)));
    let megabytes = |bytes: f64| bytes / 1_048_576.0;
    println!(
        "{count} rows, {:.1} MB of CSV: compiled in {:.0} ms; {:.0} MB at most, {:.0} MB kept, {:.1} MB of them the graph",
        megabytes(csv.len() as f64),
        best * 1e3,
        megabytes(info.bytes_max as f64),
        megabytes(info.bytes_current as f64),
        megabytes(kept.unwrap().budget().size.bytes as f64),
    );
}
