//! W1 and W5: decisions on bound contexts, and from JSON text.

use crate::contenders::{CONTEXTS, Contender, Way, json};
use crate::support::cinema::{self, OFFERS};
use crate::timing::{self, Figures, Lane};
use std::time::Duration;

/// How long each way of asking is timed.
const TIME: Duration = Duration::from_secs(16);

/// What came of one way of asking.
pub struct Decided {
    pub way: Way,
    /// In the order of the contenders.
    pub figures: Vec<Figures>,
    pub rounds: usize,
}

/// Equal answers for all contexts, bound (twice, since contexts are used again) and from JSON.
pub fn check(contender: &mut dyn Contender) {
    let visits = cinema::visits(CONTEXTS);
    let mut last = 0;
    for (i, visit) in visits.iter().enumerate() {
        let expected = cinema::by_hand(&visit.cinema());
        last += usize::from(expected == OFFERS[11]);
        for found in [
            contender.read(i),
            contender.read_json(&json(visit)),
            contender.read(i),
        ] {
            assert_eq!(found, expected, "{} on {visit:?}", contender.name());
        }
    }
    assert_eq!(last, 389, "the distribution of the workload");
}

/// All ways, all contenders in turns.
pub fn race(contenders: &mut [Box<dyn Contender>]) -> Vec<Decided> {
    let texts: Vec<String> = cinema::visits(CONTEXTS).iter().map(json).collect();
    Way::ALL
        .map(|way| {
            let mut lanes: Vec<Lane<'_>> = contenders
                .iter_mut()
                .map(|contender| Lane {
                    decisions: CONTEXTS,
                    call: Box::new(|| contender.pass(way, &texts)),
                })
                .collect();
            let (figures, rounds) = timing::race(&mut lanes, TIME);
            Decided {
                way,
                figures,
                rounds,
            }
        })
        .into()
}
