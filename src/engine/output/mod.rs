//! Values out to hosts: through serde into their types (`de`), through serde to text formats (`ser`), as
//! the words of the language (`show`), and the check of a type before the first decision (`witness`).
//!
//! A computed value may hold one part many times (a list that holds another twice, …), so its written-out
//! size can be far beyond what was computed; a [`Budget`] bounds it. [`check`] bounds the depth of the type,
//! and so that of the value, before a handle is made; whatever reads or writes a value may recurse.

mod de;
mod ser;
mod show;
mod text;
mod witness;

pub(crate) use de::read;
pub(crate) use ser::{Sparse, Typed};
pub(crate) use show::show;
pub(crate) use witness::{check, is_shallow};

use crate::eval::View;
use crate::value::Value;
use std::cell::Cell;
use std::sync::Arc;

/// How many values one result may hold when it is written out.
const MOST_VALUES: usize = 4_000_000;

/// What is left of [`MOST_VALUES`].
#[derive(Debug)]
struct Budget(Cell<usize>);

/// What is said when a [`Budget`] is used up.
const TOO_LARGE: &str = "the result is too large to be handed out (more than 4 million values)";

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

/// The value on its own; `None` if it is too large.
pub(crate) fn copy(view: View<'_>) -> Option<Value> {
    copy_within(view, &Budget::new())
}

fn copy_within(view: View<'_>, budget: &Budget) -> Option<Value> {
    if !budget.take() {
        return None;
    }
    let copied = |view| copy_within(view, budget);
    Some(match view {
        View::List(items) => Value::List(items.iter().map(copied).collect::<Option<Arc<[_]>>>()?),
        View::Record(fields) => {
            Value::Record(fields.iter().map(copied).collect::<Option<Arc<[_]>>>()?)
        }
        scalar => scalar.to_value(),
    })
}
