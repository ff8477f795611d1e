//! Decides records: one frame, filled again and again.

use super::super::arguments::Decide;
use super::super::failure::Outcome;
use super::answer::{Decided, Fault};
use super::plain::Plain;
use crate::{Columns, DecisionHandle, Error, Frame, Ruleset};

/// The decisions asked for, and what is used again for each record.
pub(super) struct Decider<'a> {
    rules: &'a Ruleset,
    request: &'a Decide,
    handles: Vec<(String, DecisionHandle<Plain>)>,
    columns: Option<Columns>,
    frame: Frame,
}
