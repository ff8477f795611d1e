//! Decisions on bound inputs, against the same rules written by hand. Allocations are counted.
//!
//! The table of ratios is printed first: within one run they mean something, absolute times little.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark may stop where something is wrong"
)]

mod support;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};
use pervade::internals::eval::{self, Hit, Inputs, NoProbe, Reads, Recording, Scratch};
use pervade::internals::graph::Graph;
use pervade::internals::hir::DefId;
use support::cinema::{self, Cinema};
use support::timing::{self, Job};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const CUSTOMERS: usize = 1024;

fn main() {
    let mut w1 = W1::new();
    w1.check();
    let customers = cinema::customers(CUSTOMERS);
    let mut again = W1::new();
    let mut watched = W1::new();
    let mut traced = W1::new();
    let mut jobs = [
        job("by hand", || by_hand(&customers)),
        job("graph", || w1.plain()),
        job("graph, reads", || watched.reads()),
        job("graph, trace", || traced.trace()),
        job("graph, again", || again.plain()),
    ];
    timing::print("W1 cinema, a decision:", &mut jobs, 1_500);
    drop(jobs);
    divan::main();
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

/// The cinema with all customers bound.
struct W1 {
    graph: Graph,
    decision: DefId,
    bound: Vec<Inputs>,
    scratch: Scratch,
    reads: Reads,
    recording: Recording,
}

impl W1 {
    fn new() -> W1 {
        let rules = cinema::program();
        let graph = rules.make.graph().unwrap();
        let mut bound = Vec::new();
        for customer in cinema::customers(CUSTOMERS) {
            let mut inputs = Inputs::for_graph(&graph);
            cinema::bind(&mut inputs, &rules.inputs, &customer);
            bound.push(inputs);
        }
        W1 {
            scratch: Scratch::new(&graph),
            reads: Reads::new(&graph),
            recording: Recording::default(),
            decision: rules.decision,
            graph,
            bound,
        }
    }

    /// Same answers as by hand, in all ways of asking.
    fn check(&mut self) {
        let mut last = 0;
        for (customer, inputs) in cinema::customers(CUSTOMERS).iter().zip(&self.bound) {
            let expected = cinema::by_hand(customer);
            let (graph, scratch) = (&self.graph, &mut self.scratch);
            let plain = eval::decide(graph, inputs, scratch, self.decision, &mut NoProbe).unwrap();
            let place = u32::try_from(expected.priority - 1).unwrap();
            assert_eq!(plain.hit, Hit::Rule(place));
            let with =
                eval::decide(graph, inputs, scratch, self.decision, &mut self.reads).unwrap();
            assert_eq!(plain, with);
            self.recording.events.clear();
            let probe = &mut self.recording;
            let with = eval::decide(graph, inputs, scratch, self.decision, probe).unwrap();
            assert_eq!(plain, with);
            last += usize::from(place == 11);
        }
        assert_eq!(last, 389, "the distribution of the workload");
    }

    fn plain(&mut self) {
        for inputs in &self.bound {
            let (graph, scratch) = (&self.graph, &mut self.scratch);
            let inputs = black_box(inputs);
            let outcome = eval::decide(graph, inputs, scratch, self.decision, &mut NoProbe);
            let _ = black_box(&outcome);
        }
    }

    fn reads(&mut self) {
        for inputs in &self.bound {
            let (graph, scratch) = (&self.graph, &mut self.scratch);
            self.reads.clear();
            let outcome = eval::decide(graph, inputs, scratch, self.decision, &mut self.reads);
            let _ = black_box(&outcome);
        }
    }

    fn trace(&mut self) {
        for inputs in &self.bound {
            let (graph, scratch) = (&self.graph, &mut self.scratch);
            self.recording.events.clear();
            let outcome = eval::decide(graph, inputs, scratch, self.decision, &mut self.recording);
            let _ = black_box(&outcome);
        }
    }
}

#[divan::bench]
fn w1_by_hand(bencher: Bencher) {
    let customers = cinema::customers(CUSTOMERS);
    bencher
        .counter(ItemsCount::new(CUSTOMERS))
        .bench_local(|| by_hand(&customers));
}

#[divan::bench]
fn w1_graph(bencher: Bencher) {
    let mut w1 = W1::new();
    w1.plain();
    bencher
        .counter(ItemsCount::new(CUSTOMERS))
        .bench_local(|| w1.plain());
}

#[divan::bench]
fn w1_graph_reads(bencher: Bencher) {
    let mut w1 = W1::new();
    bencher
        .counter(ItemsCount::new(CUSTOMERS))
        .bench_local(|| w1.reads());
}

#[divan::bench]
fn w1_graph_trace(bencher: Bencher) {
    let mut w1 = W1::new();
    w1.trace();
    bencher
        .counter(ItemsCount::new(CUSTOMERS))
        .bench_local(|| w1.trace());
}
