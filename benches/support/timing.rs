//! Ratios within one run: the candidates take turns, so that noise of the machine hits all alike.

use std::time::{Duration, Instant};

/// Something to time: a name, how many decisions one call makes, the call.
pub struct Job<'a> {
    pub name: &'static str,
    pub decisions: usize,
    pub call: Box<dyn FnMut() + 'a>,
}

/// The median nanoseconds a decision of each job takes, in many short turns.
pub fn medians(jobs: &mut [Job<'_>], rounds: usize) -> Vec<f64> {
    let turn = Duration::from_micros(200);
    let mut calls = Vec::new();
    for job in jobs.iter_mut() {
        let start = Instant::now();
        let mut done = 0_u32;
        while start.elapsed() < turn {
            (job.call)();
            done += 1;
        }
        calls.push(done);
    }
    let mut samples = vec![Vec::new(); jobs.len()];
    for _ in 0..rounds {
        for ((job, calls), samples) in jobs.iter_mut().zip(&calls).zip(&mut samples) {
            let start = Instant::now();
            for _ in 0..*calls {
                (job.call)();
            }
            let decisions = f64::from(*calls) * job.decisions as f64;
            samples.push(start.elapsed().as_secs_f64() * 1e9 / decisions);
        }
    }
    samples
        .into_iter()
        .map(|mut times: Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
        .collect()
}

/// Prints the medians and their ratio to the first.
pub fn print(title: &str, jobs: &mut [Job<'_>], rounds: usize) {
    let medians = medians(jobs, rounds);
    println!("{title}");
    for (job, median) in jobs.iter().zip(&medians) {
        println!(
            "  {:<28} {:>9.1} ns  {:>6.2} x",
            job.name,
            median,
            median / medians[0]
        );
    }
}

/// How many times the work of one thread two threads do in the same time: the best of some turns, since on a shared
/// machine the second core is not always there.
pub fn scaling<W: FnMut()>(worker: impl Fn() -> W + Sync) -> f64 {
    let turn = Duration::from_millis(200);
    let work = || {
        let mut call = worker();
        let start = Instant::now();
        let mut calls = 0_u32;
        while start.elapsed() < turn {
            call();
            calls += 1;
        }
        f64::from(calls) / start.elapsed().as_secs_f64()
    };
    let best = |threads: usize| {
        let turn = || -> f64 {
            std::thread::scope(|scope| {
                let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
                running
                    .into_iter()
                    .map(|thread| thread.join().unwrap())
                    .sum()
            })
        };
        (0..10).map(|_| turn()).fold(0.0, f64::max)
    };
    best(2) / best(1)
}
