//! A row of numbers as a source of choices. Numbers beyond the row are 0, and 0 is always the simplest choice, so
//! that shrinking the row shrinks what was generated of it.

/// Where generators take their choices from.
pub struct Choices<'a> {
    drawn: &'a [u16],
    at: usize,
}

impl<'a> Choices<'a> {
    pub fn new(drawn: &'a [u16]) -> Self {
        Choices { drawn, at: 0 }
    }

    /// One of `0..count`.
    pub fn below(&mut self, count: usize) -> usize {
        let drawn = self.drawn.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(drawn) % count.max(1)
    }

    /// Yes in so many of a hundred cases.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of these.
    pub fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}
