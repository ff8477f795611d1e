//! Rules that change while a service decides with them: `cargo run --example reload`.
//!
//! Two threads decide for customers; meanwhile three new versions come in, of which two are bad. Nobody waits, and
//! each answer is wholly of one version.

use pervade::{Error, LiveDecider, LiveRuleset, Ruleset};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const RULES: &str = "\
ruleset shop
context { age: int 0..=120 }
decision fee -> money<GBP> {
    child: when age < 12 => 4.50 GBP because \"children pay half\"
    otherwise => 9 GBP
}
";

fn main() -> Result<(), Error> {
    let live = LiveRuleset::new(Ruleset::from_text(RULES)?);
    let fee = live.decision::<f64>("fee")?;

    let done = AtomicBool::new(false);
    let decided = thread::scope(|scope| {
        let workers = [9, 30].map(|age| {
            let (live, fee, done) = (&live, fee.clone(), &done);
            scope.spawn(move || work(live, &fee, age, done))
        });

        // The first takes away what the service decides, the second does not compile, the third is as it should be.
        offer(&live, &RULES.replace("fee", "price"));
        offer(&live, &RULES.replace("otherwise => 9 GBP", ""));
        offer(&live, &RULES.replace("9 GBP", "9.50 GBP"));

        done.store(true, Ordering::Relaxed);
        workers.map(|worker| worker.join().unwrap_or(Ok(false)))
    });
    for fine in decided {
        println!("a worker saw nothing but prices of one version: {}", fine?);
    }
    Ok(())
}

/// Offers a new version, as a service would when the file has changed.
fn offer(live: &LiveRuleset, text: &str) {
    match Ruleset::from_text(text).and_then(|new| live.replace(new)) {
        Ok(_) => println!("in use now"),
        Err(error) => println!("refused: {error}"),
    }
}

/// Decides until told to stop, and at least once with the last version.
fn work(
    live: &LiveRuleset,
    fee: &LiveDecider<f64>,
    age: u32,
    done: &AtomicBool,
) -> Result<bool, Error> {
    let mut fine = true;
    loop {
        let last = done.load(Ordering::Relaxed);
        let context = live
            .context()
            .json(&format!(r#"{{ "age": {age} }}"#))?
            .build()?;
        let decision = fee.decide(&context)?;
        fine &= [4.50, 9.0, 9.50].contains(decision.value());
        fine &= decision.because().is_some() == (age < 12);
        if last {
            return Ok(fine);
        }
    }
}
