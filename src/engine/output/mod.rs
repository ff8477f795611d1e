//! Values out to hosts: through serde into their types (`de`), through serde to text formats (`ser`), as
//! the words of the language (`show`), and the check of a type before the first decision (`witness`).
//!
//! A computed value may hold one part many times (a list of a list …), so its written-out size can be far
//! beyond what was computed; a [`Budget`] bounds it.

mod de;
mod ser;
mod show;
mod witness;

pub(crate) use de::read;
pub(crate) use ser::Typed;
pub(crate) use show::show;
pub(crate) use witness::check;

use std::cell::Cell;

/// How many values one result may hold when it is written out.
const MOST_VALUES: usize = 16 << 20;

/// What is left of [`MOST_VALUES`].
#[derive(Debug)]
struct Budget(Cell<usize>);

/// What is said when a [`Budget`] is used up.
const TOO_LARGE: &str = "the result is too large to be handed out (more than 16 million values)";

impl Budget {
    fn new() -> Self {
        Budget(Cell::new(MOST_VALUES))
    }

    /// Takes one value's worth; `false` when nothing is left.
    fn take(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}
