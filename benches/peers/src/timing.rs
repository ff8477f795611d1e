//! Ratios within one run: the contenders take turns, so that the machine's noise hits all alike.
//!
//! What counts is the processor time of the thread: while the machine does something else, no clock runs.

use cpu_time::ThreadTime;
use std::time::{Duration, Instant};

/// What one turn lasts at least.
const TURN: Duration = Duration::from_millis(1);

/// One who takes turns: how many decisions one call makes, and the call.
pub struct Lane<'a> {
    pub decisions: usize,
    pub call: Box<dyn FnMut() + 'a>,
}

/// What came of one lane.
#[derive(Clone, Copy)]
pub struct Figures {
    /// Nanoseconds a decision: the median of the rounds, and what nine in ten rounds exceed and stay under.
    pub time: Spread,
    /// Times the first lane of the same round, the same way.
    pub ratio: Spread,
}

/// The median, and the first and the last tenth.
#[derive(Clone, Copy)]
pub struct Spread {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

impl Spread {
    pub fn of(mut samples: Vec<f64>) -> Spread {
        samples.sort_by(f64::total_cmp);
        let last = samples.len() - 1;
        Spread {
            low: samples[last / 10],
            median: samples[samples.len() / 2],
            high: samples[last - last / 10],
        }
    }
}

/// Rounds until the time is up; every round all lanes, each round beginning with another. Returns how many rounds.
pub fn race(lanes: &mut [Lane<'_>], time: Duration) -> (Vec<Figures>, usize) {
    let calls: Vec<u32> = lanes.iter_mut().map(calls_a_turn).collect();
    let mut samples = vec![Vec::new(); lanes.len()];
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < 3 || start.elapsed() < time {
        for offset in 0..lanes.len() {
            let i = (rounds + offset) % lanes.len();
            let turn = ThreadTime::now();
            for _ in 0..calls[i] {
                (lanes[i].call)();
            }
            let decisions = f64::from(calls[i]) * lanes[i].decisions as f64;
            samples[i].push(turn.elapsed().as_secs_f64() * 1e9 / decisions);
        }
        rounds += 1;
    }
    let first = samples[0].clone();
    let figures = samples.into_iter().map(|times| Figures {
        ratio: Spread::of(times.iter().zip(&first).map(|(t, f)| t / f).collect()),
        time: Spread::of(times),
    });
    (figures.collect(), rounds)
}

/// How many calls fill a turn, after a warm-up of one turn.
fn calls_a_turn(lane: &mut Lane<'_>) -> u32 {
    let mut count = || {
        let start = ThreadTime::now();
        let mut calls = 0;
        while start.elapsed() < TURN {
            (lane.call)();
            calls += 1;
        }
        calls
    };
    count();
    count()
}
