//! Contexts from people and networks, on threads with 1 MiB of stack: nothing panics or overflows.

mod contexts;

use std::thread;

const STACK: usize = 1 << 20;

/// Runs a case on a small stack.
fn survives<R: Send + 'static>(name: &str, work: impl FnOnce() -> R + Send + 'static) -> R {
    let thread = thread::Builder::new()
        .stack_size(STACK)
        .name(name.to_owned());
    match thread.spawn(work).expect("a thread").join() {
        Ok(result) => result,
        Err(_) => panic!("{name} panicked"),
    }
}

/// Many pieces of text.
fn repeated(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}
