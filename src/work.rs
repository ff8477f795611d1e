//! Counting of work, for tests that hold it near linear; without the feature `internals` it compiles to nothing.
//!
//! The inner loops of the stages say what they do by [`steps`]: one step is a bounded piece of work (a byte scanned, a
//! token looked at, an expression made, two names compared). The count belongs to the thread.

#[cfg(feature = "internals")]
thread_local! {
    static DONE: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Adds to the count.
#[inline]
pub(crate) fn steps(count: usize) {
    #[cfg(feature = "internals")]
    DONE.with(|done| done.set(done.get().wrapping_add(count as u64)));
    #[cfg(not(feature = "internals"))]
    let _ = count;
}

/// How many steps this thread has done.
#[cfg(feature = "internals")]
#[must_use]
pub fn done() -> u64 {
    DONE.with(std::cell::Cell::get)
}
