//! What the hot path promises: once a frame has made room for the longest texts, it takes no more memory.

#[path = "../../benches/support/mod.rs"]
mod support;

use pervade::Ruleset;
use support::cinema::{self, Offer};

/// How often a piece of work asked for memory.
fn allocations<R>(work: impl FnOnce() -> R) -> u64 {
    let mut work = Some(work);
    allocation_counter::measure(|| {
        let _kept = work.take().map(|work| work());
    })
    .count_total
}

#[test]
fn a_frame_takes_facts_and_decides_without_allocating() {
    let rules = Ruleset::from_text(cinema::RULES).expect("the rules are right");
    let offer = rules.decision::<Offer>("offer").expect("it is declared");
    let visits = cinema::visits(1024);
    let texts: Vec<String> = visits
        .iter()
        .map(|visit| serde_json::to_string(visit).expect("it is plain data"))
        .collect();
    let mut frame = rules.frame();
    let mut counts = [0; 4];
    for pass in 0..2 {
        for (visit, text) in visits.iter().zip(&texts) {
            frame.clear();
            let json = allocations(|| frame.json(text).expect("it fits"));
            let facts = allocations(|| frame.facts(visit).expect("it fits"));
            let decided = allocations(|| offer.decide_in(&mut frame).expect("it decides").rule());
            let outcome = offer.decide_in(&mut frame).expect("it decides");
            let read = allocations(|| outcome.value().expect("it is an offer"));
            if pass == 1 {
                let now = [json, facts, decided, read];
                counts.iter_mut().zip(now).for_each(|(all, n)| *all += n);
            }
        }
    }
    assert_eq!(counts, [0; 4], "JSON, facts, deciding, reading");
}
