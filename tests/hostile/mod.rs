//! Texts and contexts from people and networks, on threads with 1 MiB of stack: nothing panics, overflows the stack or
//! eats the memory, and all of it is near linear.
//!
//! `cases` is the list: a name, what it ends with, and its input by size. Each case is run at n and at 4n, and no stage
//! may work more than 4.2 times as much: counted, not timed (see `measure`). `cargo test` runs moderate sizes;
//!
//! ```sh
//! cargo test --release --test all hostile::full_sizes -- --ignored --nocapture
//! ```
//!
//! runs the sizes of which an attacker would think, and prints work and peak memory of each. What counters could miss,
//! `tests/hostile/instructions.sh` finds: it has valgrind count the instructions of every case at both sizes.

mod behaviours;
mod cases;
mod contexts;
mod guarantees;
mod measure;
mod profiles;
mod records;
mod stages;
mod texts;

use std::thread;

const STACK: usize = 1 << 20;

/// Runs a case on a small stack; `None` where it panicked.
fn attempt<R: Send + 'static>(name: &str, work: impl FnOnce() -> R + Send + 'static) -> Option<R> {
    let thread = thread::Builder::new()
        .stack_size(STACK)
        .name(name.to_owned());
    thread.spawn(work).expect("a thread").join().ok()
}

/// Runs a case that does not panic on a small stack.
fn survives<R: Send + 'static>(name: &str, work: impl FnOnce() -> R + Send + 'static) -> R {
    attempt(name, work).unwrap_or_else(|| panic!("{name} panicked"))
}

/// Many pieces of text.
fn repeated(count: usize, piece: impl Fn(usize) -> String) -> String {
    use std::fmt::Write as _;
    let mut all = String::new();
    for i in 0..count {
        let _ = write!(all, "{}", piece(i));
    }
    all
}

#[test]
fn work_grows_as_the_input_does() {
    measure::family(&measure::MODERATE);
}

#[test]
#[ignore = "minutes, and gigabytes of memory: run in release, see above"]
fn full_sizes() {
    measure::family(&measure::FULL);
}

#[test]
#[ignore = "for instructions.sh"]
fn stages_in_order() {
    measure::stages_in_order();
}
