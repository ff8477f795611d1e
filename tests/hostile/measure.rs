//! How much a stage works, without a clock: counted steps of the library's inner loops, allocations, bytes allocated;
//! and the most bytes held at once.
//!
//! Why that stands for time: all that a stage does is either inside a loop that counts its steps, or fills memory that
//! it asked for. What neither shows (a library that reads one text again and again) `instructions.sh` does, which has
//! valgrind count every instruction of the same stages. All of it is counted on the thread that works, so that tests
//! beside it do not disturb, and is the same on each run and machine.
//!
//! Numbers in the texts grow longer with their count, so 4n of something may be a little more than four times the bytes:
//! then the work is compared by the bytes put in.

use super::attempt;
use super::cases::{self, Case};
use super::stages::{self, Stage};
use pervade::Limits;
use std::time::{Duration, Instant};

/// Things in the input grow by this; the work by no more than `MOST`.
const GROWTH: usize = 4;
const MOST: f64 = 4.2;
/// Counts too small to be compared: what does not depend on the input's size weighs more there.
const SMALL: u64 = 30_000;
/// So is a peak of a few megabytes: vectors double.
const SMALL_PEAK: u64 = 4 << 20;

/// What a stage took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Work {
    pub steps: u64,
    pub allocations: u64,
    pub bytes: u64,
    pub peak: u64,
    pub time: Duration,
}

impl Work {
    /// All counts as one number.
    fn total(&self) -> u64 {
        self.steps + self.allocations + self.bytes
    }

    fn add(&mut self, other: &Work) {
        self.steps += other.steps;
        self.allocations += other.allocations;
        self.bytes += other.bytes;
        self.peak = self.peak.max(other.peak);
        self.time += other.time;
    }
}

/// How far the cases go.
pub struct Extent {
    /// 4n.
    pub size: fn(&Case) -> usize,
    /// What is beyond a limit costs nothing more, so n of most mistakes is beyond.
    pub limits: fn() -> Limits,
}

/// What `cargo test` runs: limits are low, so that small texts are beyond.
pub const MODERATE: Extent = Extent {
    size: |case| case.small,
    limits: || {
        let mut limits = room();
        limits.diagnostics = 100;
        limits.inputs = 2_000;
        limits.filled_fields = 100_000;
        limits.graph_depth = 500;
        limits
    },
};

/// What an attacker would think of.
pub const FULL: Extent = Extent {
    size: |case| case.full,
    limits: room,
};

/// Room for 100 MB; everything else as it is by default.
fn room() -> Limits {
    let mut limits = Limits::default();
    limits.source_bytes = 128 << 20;
    limits
}

/// Counts what a piece of work takes.
pub fn measured<R>(work: impl FnOnce() -> R) -> (R, Work) {
    let mut work = Some(work);
    let mut result = None;
    let steps = pervade::internals::work::done();
    let begun = Instant::now();
    let info = allocation_counter::measure(|| {
        hostile_stage(&mut || result = work.take().map(|work| work()));
    });
    let took = Work {
        steps: pervade::internals::work::done() - steps,
        allocations: info.count_total,
        bytes: info.bytes_total,
        peak: info.bytes_max,
        time: begun.elapsed(),
    };
    (result.expect("a result"), took)
}

/// All work of a stage happens in calls of this: `instructions.sh` knows it by its name.
#[inline(never)]
fn hostile_stage(work: &mut dyn FnMut()) {
    work();
    // No tail call, which would leave this function before its work is done.
    std::hint::black_box(&work);
}

/// One run of a case.
struct Run {
    /// Bytes put in.
    bytes: usize,
    stages: Vec<Stage>,
}

impl Run {
    fn of(case: &'static Case, size: usize, limits: Limits) -> Result<Run, String> {
        let work = move || {
            let input = (case.input)(size);
            let bytes = input.bytes();
            let (ends, stages) = stages::run(input, case.ends, limits);
            (ends, Run { bytes, stages })
        };
        let (ends, run) = attempt(case.name, work).ok_or("panicked")?;
        match ends == case.ends {
            true => Ok(run),
            false => Err(format!("ends with {ends:?}, not {:?}", case.ends)),
        }
    }

    fn whole(&self) -> Work {
        let mut whole = Work::default();
        for stage in &self.stages {
            whole.add(&stage.work);
        }
        whole
    }
}

/// Growth of a count for four times the input.
fn growth(small: u64, large: u64, least: u64, grown: f64) -> f64 {
    // What counts nothing at n took another way there (a drawing of another kind): the other counts tell.
    if large < least || small == 0 {
        return 1.0;
    }
    large as f64 / small.max(1) as f64 * (GROWTH as f64 / grown)
}

/// Growths of a stage: steps, allocations, bytes, peak.
fn growths(a: &Work, b: &Work, grown: f64) -> [f64; 4] {
    [
        growth(a.steps, b.steps, SMALL, grown),
        growth(a.allocations, b.allocations, SMALL, grown),
        growth(a.bytes, b.bytes, SMALL, grown),
        growth(a.peak, b.peak, SMALL_PEAK, grown),
    ]
}

/// Runs every case at the size and a quarter of it, prints a table, and fails with all that did not end as it should,
/// or grew too much. `HOSTILE=words` runs only cases with these words in their names, and tells of every stage;
/// `HOSTILE_SIZE=number` runs them at this size; `HOSTILE_FROM=name` goes on with the first case of this name.
pub fn family(extent: &Extent) {
    let only = std::env::var("HOSTILE").unwrap_or_default();
    let other_size = std::env::var("HOSTILE_SIZE").ok();
    let other_size: Option<usize> = other_size.and_then(|size| size.parse().ok());
    let from = std::env::var("HOSTILE_FROM").unwrap_or_default();
    let mut wrong = Vec::new();
    println!("{HEAD}");
    let cases = cases::all().skip_while(|case| !from.is_empty() && case.name != from);
    for case in cases.filter(|case| case.name.contains(&only)) {
        let large = other_size.unwrap_or_else(|| (extent.size)(case));
        let run = |size: usize| Run::of(case, size, (extent.limits)());
        let runs = run(large / GROWTH).and_then(|before| Ok((before, run(large)?)));
        match runs {
            Ok((before, after)) => {
                if !only.is_empty() {
                    tell(&before, &after);
                }
                wrong.extend(compare(case, large, &before, &after));
            }
            Err(why) => {
                println!("{}: {why}", case.name);
                wrong.push(format!("{}: {why}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

const HEAD: &str = "\
| case | 4n | bytes in | work at n | work at 4n | ratio | worst stage | its ratio | peak MiB | seconds at n | at 4n |
|---|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|";

/// Prints what a case took; gives the stages that grew too much.
fn compare(case: &Case, size: usize, before: &Run, after: &Run) -> Vec<String> {
    let grown = (after.bytes as f64 / before.bytes as f64).max(GROWTH as f64);
    let mut worst = ("-", 0.0);
    let mut wrong = Vec::new();
    for (small, stage) in before.stages.iter().zip(&after.stages) {
        let [steps, allocations, bytes, peak] = growths(&small.work, &stage.work, grown);
        let most = steps.max(allocations).max(bytes).max(peak);
        if most > worst.1 {
            worst = (stage.name, most);
        }
        if most > MOST || small.name != stage.name {
            wrong.push(format!(
                "{}, {}: {steps:.2} times the steps, {allocations:.2} the allocations, {bytes:.2} the bytes, {peak:.2} the peak",
                case.name, stage.name
            ));
        }
    }
    let (a, b) = (before.whole(), after.whole());
    println!(
        "| {} | {size} | {} | {} | {} | {:.2} | {} | {:.2} | {} | {:.2} | {:.2} |",
        case.name,
        after.bytes,
        a.total(),
        b.total(),
        growth(a.total(), b.total(), SMALL, grown),
        worst.0,
        worst.1,
        mib(b.peak),
        a.time.as_secs_f64(),
        b.time.as_secs_f64(),
    );
    wrong
}

/// Tells of every stage.
fn tell(before: &Run, after: &Run) {
    println!("{} and {} bytes", before.bytes, after.bytes);
    for (small, stage) in before.stages.iter().zip(&after.stages) {
        println!(
            "{}:\n    {:?}\n    {:?}",
            stage.name, small.work, stage.work
        );
    }
}

/// Runs every case at both of its sizes once, and prints what is run: the order in which valgrind tells of them.
pub fn stages_in_order() {
    let only = std::env::var("HOSTILE").unwrap_or_default();
    for case in cases::all().filter(|case| case.name.contains(&only)) {
        for (size, word) in [(case.small / GROWTH, "n"), (case.small, "4n")] {
            let run = Run::of(case, size, (MODERATE.limits)()).expect("the case ends as it should");
            for stage in &run.stages {
                println!(
                    "stage\t{}\t{}\t{word}\t{}",
                    case.name, stage.name, run.bytes
                );
            }
        }
    }
}

fn mib(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / f64::from(1 << 20))
}
