//! How much a stage works: counted steps of the library's inner loops, allocations, bytes allocated, and the most bytes
//! held at once. All of it is counted on the thread that works, so that tests beside it do not disturb.

use super::cases::{self, Case};
use super::stages::{self, Stage};
use super::attempt;
use std::time::{Duration, Instant};

/// The input grows by this; the work by no more than `MOST`.
const GROWTH: usize = 4;
const MOST: f64 = 4.2;
/// Work too small to be compared: what does not depend on the input's size weighs more there.
const SMALL: u64 = 20_000;

/// What a stage took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Work {
    pub steps: u64,
    pub allocations: u64,
    pub bytes: u64,
    pub peak: u64,
    pub time: Duration,
}

/// Counts what a piece of work takes.
pub fn measured<R>(work: impl FnOnce() -> R) -> (R, Work) {
    let steps = pervade::internals::work::done();
    let begun = Instant::now();
    let mut result = None;
    let info = allocation_counter::measure(|| result = Some(work()));
    let took = Work {
        steps: pervade::internals::work::done() - steps,
        allocations: info.count_total,
        bytes: info.bytes_total,
        peak: info.bytes_max,
        time: begun.elapsed(),
    };
    (result.expect("a result"), took)
}

fn run(case: &'static Case, size: usize) -> Result<Vec<Stage>, String> {
    let work = move || stages::run((case.input)(size), case.ends);
    let (ends, stages) = attempt(case.name, work).ok_or("panicked")?;
    match ends == case.ends {
        true => Ok(stages),
        false => Err(format!("ends with {ends:?}, not {:?}", case.ends)),
    }
}

/// The growth of a number, where it is large enough to tell.
fn growth(small: u64, large: u64) -> f64 {
    if large < SMALL {
        return 1.0;
    }
    large as f64 / (small.max(1)) as f64
}

/// Runs every case at the size and a quarter of it, prints a table, and fails with all that did not end as it should,
/// or grew too much.
pub fn family(size: impl Fn(&Case) -> usize) {
    let only = std::env::var("HOSTILE").unwrap_or_default();
    let mut wrong = Vec::new();
    println!("{HEAD}");
    for case in cases::all().filter(|case| case.name.contains(&only)) {
        let large = size(case);
        let runs = run(case, large / GROWTH).and_then(|before| Ok((before, run(case, large)?)));
        match runs {
            Ok((before, after)) => wrong.extend(compare(case, large, &before, &after)),
            Err(why) => wrong.push(format!("{}: {why}", case.name)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const HEAD: &str = "\
| case | stage | 4n | steps | × | allocations | × | bytes | × | peak at n | peak at 4n | time at n | time at 4n |
|---|---|---|---|---|---|---|---|---|---|---|---|---|";

/// Prints what each stage took; gives those that grew too much.
fn compare(case: &Case, size: usize, before: &[Stage], after: &[Stage]) -> Vec<String> {
    let mut grown = Vec::new();
    for (small, stage) in before.iter().zip(after) {
        let (a, b) = (small.work, stage.work);
        let grows = [(a.steps, b.steps), (a.allocations, b.allocations), (a.bytes, b.bytes)];
        let counts = grows.map(|(a, b)| format!("{b} | {:.2}", growth(a, b)));
        let line = format!(
            "| {} | {} | {size} | {} | {} | {} | {} | {} |",
            case.name,
            stage.name,
            counts.join(" | "),
            mib(a.peak),
            mib(b.peak),
            ms(a.time),
            ms(b.time),
        );
        println!("{line}");
        if small.name != stage.name || grows.iter().any(|(a, b)| growth(*a, *b) > MOST) {
            grown.push(format!("more than {MOST} times: {line}"));
        }
    }
    grown
}

/// Runs one case at one size, or lists all of them with the larger of their sizes.
pub fn one(asked: &str) {
    if asked == "list" {
        for case in cases::all() {
            println!("case\t{}\t{}", case.name, case.small);
        }
        return;
    }
    let (name, size) = asked.rsplit_once('/').expect("case/size");
    let case = cases::all().find(|case| case.name == name).expect("a case");
    for stage in run(case, size.parse().expect("a size")).expect("the case ends as it should") {
        println!("{}: {:?}", stage.name, stage.work);
    }
}

fn mib(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
