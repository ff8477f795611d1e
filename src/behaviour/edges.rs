//! Where something begins among what is in order, found from where it was before.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// Places where edges of windows were found when they were last looked for. Where to begin looking, never an answer: the
/// edges of windows move on with the clock, mostly not at all from one decision to the next.
#[derive(Debug, Default)]
pub(super) struct Edges(Vec<AtomicU32>);

impl Edges {
    pub(super) fn new(count: usize) -> Edges {
        Edges((0..count).map(|_| AtomicU32::new(0)).collect())
    }

    pub(super) fn get(&self, place: usize) -> Option<&AtomicU32> {
        self.0.get(place)
    }

    /// One of them; see [`Store::touch`](super::store::Store::touch).
    pub(super) fn touch(&self) -> i64 {
        let first = self.0.first();
        first.map_or(0, |place| place.load(Ordering::Relaxed).into())
    }

    /// The memory that they take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<AtomicU32>()
    }
}

impl Clone for Edges {
    fn clone(&self) -> Edges {
        let places = self.0.iter().map(|place| place.load(Ordering::Relaxed));
        Edges(places.map(AtomicU32::new).collect())
    }
}

/// What of `len` things in order lies between two instants, both included; `at` says when each was. Its beginning is
/// looked for from where it was before.
#[inline]
pub(super) fn between(
    len: usize,
    edge: Option<&AtomicU32>,
    (oldest, newest): (i64, i64),
    at: impl Fn(usize) -> i64,
) -> Range<usize> {
    let until = match len.checked_sub(1) {
        Some(last) if at(last) > newest => first_not(len, None, |place| at(place) <= newest),
        _ => len,
    };
    let from = match oldest {
        i64::MIN => 0,
        oldest => first_not(len, edge, |place| at(place) < oldest),
    };
    from.min(until)..until
}

/// The first of `len` places that is not `before`, where all those before it are. Looks from where it was found before,
/// else from the end, in steps that double: as quick as it is near.
#[inline]
pub(super) fn first_not(
    len: usize,
    edge: Option<&AtomicU32>,
    before: impl Fn(usize) -> bool,
) -> usize {
    // Mostly it is where it was.
    if let Some(edge) = edge {
        let from = edge.load(Ordering::Relaxed) as usize;
        let is_behind = from == 0 || (from <= len && before(from - 1));
        if is_behind && (from == len || (from < len && !before(from))) {
            return from;
        }
    }
    look(len, edge, before)
}

/// The same where it is not where it was.
#[inline(never)]
fn look(len: usize, edge: Option<&AtomicU32>, before: impl Fn(usize) -> bool) -> usize {
    let from = edge.map_or(len, |edge| edge.load(Ordering::Relaxed) as usize);
    let from = from.min(len);
    let mut step = 1;
    let (low, high) = if from > 0 && !before(from - 1) {
        let mut high = from - 1;
        while high >= step && !before(high - step) {
            high -= step;
            step *= 2;
        }
        (high.saturating_sub(step), high)
    } else {
        let mut low = from;
        while low + step <= len && before(low + step - 1) {
            low += step;
            step *= 2;
        }
        (low, (low + step - 1).min(len))
    };
    let found = halved(low, high, before);
    if let Some(edge) = edge
        && found != from
    {
        edge.store(u32::try_from(found).unwrap_or(u32::MAX), Ordering::Relaxed);
    }
    found
}

fn halved(mut low: usize, mut high: usize, before: impl Fn(usize) -> bool) -> usize {
    while low < high {
        let middle = low + (high - low) / 2;
        match before(middle) {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::{Edges, first_not};

    #[test]
    fn finds_from_everywhere() {
        for len in 0..40 {
            for answer in 0..=len {
                assert_eq!(first_not(len, None, |at| at < answer), answer);
                for from in 0..45 {
                    let edges = Edges::new(1);
                    first_not(from, edges.get(0), |_| true);
                    assert_eq!(first_not(len, edges.get(0), |at| at < answer), answer);
                    assert_eq!(first_not(len, edges.get(0), |at| at < answer), answer);
                }
            }
        }
    }
}
