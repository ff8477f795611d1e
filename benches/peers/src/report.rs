//! The report, in Markdown.

use crate::compile::Race;
use crate::contenders::{CONTEXTS, Contender, Way, json};
use crate::decide::Decided;
use crate::machine::{Machine, version};
use crate::support::cinema;
use crate::timing::{Figures, Spread};
use std::fmt::Write as _;

pub fn write(
    machine: &Machine,
    contenders: &[Box<dyn Contender>],
    decided: &[Decided],
    compiled: &Race,
) -> String {
    let mut text = String::from(INTRODUCTION);
    text += &machine_table(machine, contenders);
    text += &contender_table(contenders);
    text += &format!("\n## W1: decisions on bound contexts\n\n{W1}\n");
    text += &decision_table(contenders, decided, Way::Bound, Way::BoundRead);
    let w5 = W5.replace("BYTES", &bytes().to_string());
    text += &format!("\n## W5: from JSON text to the answer\n\n{w5}\n");
    text += &decision_table(contenders, decided, Way::Json, Way::JsonRead);
    text += &format!("\n## Compiling\n\n{COMPILING}\n");
    text += &compile_table(compiled);
    text += &goals(contenders, decided, compiled);
    text += NOT_COMPARED;
    if !cfg!(feature = "zen") {
        text += LEFT_OUT;
    }
    text
}

/// The contender that goals are about.
const FRAME: &str = "**pervade**, frame";

const INTRODUCTION: &str = "\
# pervade beside hand-written Rust and other engines

Written by one run of

```sh
cargo run --release --manifest-path benches/peers/Cargo.toml
```

on one thread. Before anything is timed, every engine must give, for each of 1,024 seeded contexts, the answer of the
hand-written function (offer, discount and priority), bound and from JSON; the run stops where one does not. Then all take
turns of a millisecond or more, round after round, and the processor time of the thread is counted. A figure is the median of
the rounds; in brackets stand the first and the last tenth. `×` is the median of the ratios to the hand-written code **of the
same round**; the ratios count, absolute times differ from machine to machine and from hour to hour.

";

const W1: &str = "\
The cinema: twelve rules, of which the first that fits counts, over 15 fields (six enums, six integers, three booleans); three
outputs. 389 of the 1,024 contexts reach the last rule. *Its own answer* is what the engine gives back, whatever that is; *the
host's struct* is an enum, a float and an integer in a Rust struct, which is what a host goes on with.
";

const W5: &str = "\
The same decision from JSON texts of 30 fields (BYTES bytes), 15 of which no rule reads. pervade checks all 30 against their
declarations (a missing, unknown or mistyped field is an error with its path); the others skip or keep the rest unchecked.
";

const COMPILING: &str = "\
Seeded rules of three to five conditions and three outputs, and a last one without conditions; before they are timed, the
compiled rules give equal answers for the 1,024 contexts here too. Microseconds a rule; *growth* is what a rule takes among 10,000
over what it takes among 100 (1 is linear). What is made in that time differs: pervade checks types, that the rules cover every
customer and what else it promises, and keeps the source for explanations; the peers check syntax, a-tree and zen-engine's
table build an index.
";

const NOT_COMPARED: &str = "
## What is not compared

* What an engine gives besides the answer. pervade's outcome knows its rule, reason and (on a context) everything it read; of
  the peers, as they are used here, none says why.
* What an engine does with wrong data. Here all data is right.
* Many rules at once (a-tree and zen-engine's table have indexes that twelve rules do not need), memory, several threads, other
  languages' bindings.
* Numbers: pervade's and zen-engine's are exact decimals, datalogic-rs and cel have 64-bit integers and floats, a-tree 64-bit
  integers and decimals. The workload compares integers only.
";

/// Said of a run without the feature `zen`.
const LEFT_OUT: &str = "\
* zen-engine and zen-expression: this run was made without them (`--no-default-features`).
";

fn machine_table(machine: &Machine, contenders: &[Box<dyn Contender>]) -> String {
    let packages = contenders.iter().filter_map(|c| c.package());
    let peers = packages.filter(|package| *package != "pervade");
    let versions: Vec<String> = peers.map(|p| format!("{p} {}", version(p))).collect();
    format!(
        "| | |\n|---|---|\n| machine | {}, {} cores, load {} when the run began |\n| compiler | {}, release profile |\n\
         | pervade | {} |\n| peers | {}; serde_json {} |\n\n",
        machine.cpu,
        machine.cores,
        machine.load,
        machine.rustc,
        machine.pervade,
        versions.join(", "),
        version("serde_json"),
    )
}

fn contender_table(contenders: &[Box<dyn Contender>]) -> String {
    let mut text = String::from(
        "## Who, and how\n\nEach is used as its own documentation recommends for many decisions: compiled once, its contexts for \
         W1 prepared.\n\n| | what it was given |\n|---|---|\n",
    );
    for contender in contenders {
        let _ = writeln!(text, "| {} | {} |", contender.name(), contender.how());
    }
    text
}

/// The mean length of the JSON texts.
fn bytes() -> usize {
    let visits = cinema::visits(CONTEXTS);
    visits.iter().map(|visit| json(visit).len()).sum::<usize>() / CONTEXTS
}

fn of(decided: &[Decided], way: Way) -> &Decided {
    decided.iter().find(|d| d.way == way).unwrap()
}

fn decision_table(
    contenders: &[Box<dyn Contender>],
    decided: &[Decided],
    own: Way,
    read: Way,
) -> String {
    let (own, read) = (of(decided, own), of(decided, read));
    let mut text = String::from(
        "| | its own answer | × | the host's struct | × |\n|---|---:|---:|---:|---:|\n",
    );
    for ((contender, own), read) in contenders.iter().zip(&own.figures).zip(&read.figures) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            contender.name(),
            nanoseconds(own.time),
            ratio(own),
            nanoseconds(read.time),
            ratio(read),
        );
    }
    let _ = writeln!(
        text,
        "\n{} and {} rounds. Faster than pervade's frame: {}; into the host's struct: {}.",
        own.rounds,
        read.rounds,
        faster(contenders, own),
        faster(contenders, read)
    );
    text
}

/// The peers with a smaller median than pervade's frame.
fn faster(contenders: &[Box<dyn Contender>], decided: &Decided) -> String {
    let frame = contenders.iter().position(|c| c.name() == FRAME).unwrap();
    let bound = decided.figures[frame].time.median;
    let lanes = contenders.iter().zip(&decided.figures).skip(frame + 1);
    let faster = lanes.filter(|(_, figures)| figures.time.median < bound);
    let names: Vec<&str> = faster.map(|(contender, _)| contender.name()).collect();
    match names.as_slice() {
        [] => "no peer".to_owned(),
        names => names.join(", "),
    }
}

fn compile_table(race: &Race) -> String {
    let sizes: Vec<String> = race.sizes.iter().map(|s| format!("{s} rules")).collect();
    let mut text = format!(
        "| | from | {} | growth |\n|---|---|{}---:|\n",
        sizes.join(" | "),
        "---:|".repeat(sizes.len())
    );
    for compiled in &race.compiled {
        let times: Vec<String> = compiled
            .times
            .iter()
            .map(|t| spread(*t, 1.0, "µs"))
            .collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.2} |",
            compiled.name,
            compiled.from,
            times.join(" | "),
            growth(&compiled.times)
        );
    }
    let rounds: Vec<String> = race.rounds.iter().map(usize::to_string).collect();
    let _ = writeln!(
        text,
        "\n{} rounds. A rule of pervade's text is {} bytes.",
        rounds.join(", "),
        race.bytes
    );
    text
}

/// What a rule takes among the most over what it takes among the fewest.
fn growth(times: &[Spread]) -> f64 {
    times[times.len() - 1].median / times[0].median
}

/// What pervade aims at, and where it is.
fn goals(contenders: &[Box<dyn Contender>], decided: &[Decided], race: &Race) -> String {
    let at = |name: &str| contenders.iter().position(|c| c.name() == name);
    let frame = at(FRAME).unwrap();
    let bound = &of(decided, Way::Bound).figures;
    let json = &of(decided, Way::Json).figures;
    let (pervade, parsing) = (&race.compiled[0].times, &race.compiled[1].times);
    let last = pervade.len() - 1;
    let mut goals = Goals(String::new());
    goals.most(
        "W1 over the hand-written function",
        bound[frame].ratio.median,
        8.0,
    );
    for (peer, factor) in [("datalogic-rs", 5.0), ("zen-engine, table", 100.0)] {
        if let Some(peer_at) = at(peer) {
            let found = bound[peer_at].time.median / bound[frame].time.median;
            goals.least(&format!("W1, faster than {peer}"), found, factor);
        }
    }
    goals.most(
        "W5 over serde and the hand-written function",
        json[frame].ratio.median,
        2.0,
    );
    let a_rule = pervade[last].median;
    let share = 100.0 * parsing[last].median / a_rule;
    let found = format!("{a_rule:.0} µs, of which parsing {share:.0} %");
    goals.row(
        "compiling a rule, among 10,000",
        "at most 200 µs",
        &found,
        a_rule <= 200.0,
    );
    goals.most(
        "compiling, growth from 100 to 10,000 rules",
        growth(pervade),
        1.3,
    );
    format!(
        "\n## Goals\n\nWhat this version of pervade aims at, and where this run found it (frames, own answers).\n\n\
         | | goal | found |\n|---|---|---|\n{}",
        goals.0
    )
}

/// The rows of a table.
struct Goals(String);

impl Goals {
    fn row(&mut self, what: &str, goal: &str, found: &str, met: bool) {
        let met = if met { "" } else { " (**missed**)" };
        let _ = writeln!(self.0, "| {what} | {goal} | {found}{met} |");
    }

    fn most(&mut self, what: &str, found: f64, bound: f64) {
        let goal = format!("at most {bound} ×");
        self.row(what, &goal, &format!("{found:.2} ×"), found <= bound);
    }

    fn least(&mut self, what: &str, found: f64, bound: f64) {
        let goal = format!("at least {bound} ×");
        self.row(what, &goal, &format!("{found:.1} ×"), found >= bound);
    }
}

fn nanoseconds(time: Spread) -> String {
    if time.median < 1_000.0 {
        spread(time, 1.0, "ns")
    } else {
        spread(time, 1e-3, "µs")
    }
}

fn spread(spread: Spread, scale: f64, unit: &str) -> String {
    let short = |x: f64| digits(x * scale);
    format!(
        "{} {unit} ({}–{})",
        short(spread.median),
        short(spread.low),
        short(spread.high)
    )
}

fn ratio(figures: &Figures) -> String {
    let Spread { low, median, high } = figures.ratio;
    format!("**{}** ({}–{})", digits(median), digits(low), digits(high))
}

/// Three digits that count.
fn digits(x: f64) -> String {
    match x {
        x if x < 9.995 => format!("{x:.2}"),
        x if x < 99.95 => format!("{x:.1}"),
        x => format!("{x:.0}"),
    }
}
