//! The memory that is kept besides the events.

use super::{Kept, List, Mark, Members, State};
use crate::behaviour::latest::Latest;
use crate::behaviour::merged::Merged;
use crate::behaviour::together::Point;
use crate::eval::Item;

impl Kept {
    /// The memory that is kept besides the events, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let list = |list: &List| {
            let members = match &list.members {
                Members::Events(events) => events.capacity() * size_of::<(u32, u32)>(),
                Members::Items(items) => items.capacity() * size_of::<Item>(),
            };
            let sums = list
                .sums
                .iter()
                .flatten()
                .map(|s| s.capacity() * size_of::<i128>());
            size_of::<List>() + members + sums.sum::<usize>()
        };
        let states = |states: &[State]| states.iter().map(State::bytes).sum::<usize>();
        let marks = self.marks.iter().map(|mark| {
            size_of::<Mark>() + mark.lens.capacity() * size_of::<usize>() + states(&mark.states)
        });
        let sums = self.sums.iter().map(|s| s.capacity() * size_of::<i128>());
        size_of::<Kept>()
            + self.lists.iter().map(list).sum::<usize>()
            + states(&self.states)
            + marks.sum::<usize>()
            + sums.sum::<usize>()
            + self.merged.iter().map(Merged::bytes).sum::<usize>()
            + self.latest.iter().map(Latest::bytes).sum::<usize>()
            + self.edges.bytes()
    }
}

impl State {
    fn bytes(&self) -> usize {
        size_of::<State>() + self.way.bytes() + self.points.capacity() * size_of::<Point>()
    }
}
