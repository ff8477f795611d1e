//! pervade beside hand-written Rust and other engines: the same rules on the same contexts in one run.
//!
//! Every contender must first give the answers of the hand-written function for every context, in every way of asking;
//! then they take turns, and `REPORT.md` is written. Start at `contenders/mod.rs`.

#[allow(
    dead_code,
    reason = "shared with pervade's own benchmarks, which use other parts of it"
)]
#[path = "../../support/mod.rs"]
mod support;

mod compile;
mod contenders;
mod decide;
mod facts;
mod machine;
mod report;
mod rules;
mod timing;

use std::path::Path;

fn main() {
    let machine = machine::Machine::look();
    println!("checking that all give equal answers …");
    let mut contenders = contenders::all();
    for contender in &mut contenders {
        decide::check(contender.as_mut());
    }
    println!("deciding …");
    let decided = decide::race(&mut contenders);
    println!("compiling …");
    let compiled = compile::race();

    let report = report::write(&machine, &contenders, &decided, &compiled);
    println!("\n{report}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("REPORT.md");
    std::fs::write(&path, report).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}
