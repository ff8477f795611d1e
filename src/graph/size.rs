//! How much memory a graph takes.

use super::Graph;
use super::func::Function;
use super::node::{Index, Shape};

/// The bytes that a list's items take.
pub(crate) fn bytes_of<T>(list: &[T]) -> usize {
    std::mem::size_of_val(list)
}

impl Graph {
    /// How many rules and rows there are.
    #[must_use]
    pub fn all_rules(&self) -> usize {
        self.rules.len()
    }

    /// The memory that it takes, in bytes, but for what patterns are compiled to.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let choices = self.choices.iter().map(|choice| {
            let candidates = choice.candidates.iter();
            let lists = candidates
                .map(|c| bytes_of(&c.treatments) + bytes_of(&c.weights) + bytes_of(&c.policies));
            let channels = choice.policies.iter().map(|p| bytes_of(&p.channels));
            bytes_of(&choice.candidates)
                + bytes_of(&choice.weights)
                + bytes_of(&choice.policies)
                + bytes_of(&choice.hold_outs)
                + channels.sum::<usize>()
                + lists.sum::<usize>()
        });
        let choices = choices.sum::<usize>() + bytes_of(&self.choices);
        let walked = bytes_of(&self.nodes)
            + bytes_of(&self.children)
            + bytes_of(&self.tests)
            + bytes_of(&self.gates)
            + bytes_of(&self.rules)
            + bytes_of(&self.chains);
        let beside = bytes_of(&self.defs) + bytes_of(&self.origins) + bytes_of(&self.folds);
        let operators = self.operators.iter().map(|o| bytes_of(o)).sum::<usize>();
        let ranks = self.ranks.iter().map(|r| bytes_of(r)).sum::<usize>();
        let shapes = self.shapes.iter().map(|s: &Shape| bytes_of(&s.places));
        let indexes = self.indexes.iter().map(|i: &Index| bytes_of(&i.rows));
        let applies = self.applies.iter().map(|a| bytes_of(&a.locals));
        let lists = bytes_of(&self.operators)
            + bytes_of(&self.ranks)
            + bytes_of(&self.shapes)
            + bytes_of(&self.indexes)
            + bytes_of(&self.applies)
            + bytes_of::<Function>(&self.functions);
        std::mem::size_of::<Graph>()
            + bytes_of(&self.streams)
            + bytes_of(&self.stream_nodes)
            + bytes_of(&self.asks)
            + choices
            + walked
            + beside
            + operators
            + ranks
            + shapes.sum::<usize>()
            + indexes.sum::<usize>()
            + applies.sum::<usize>()
            + lists
            + self.pool.bytes()
            + self.layout.bytes()
            + self.gate_pools.bytes()
            + self.memos.bytes()
            + bytes_of(&self.given)
            + self.given.iter().map(|g| bytes_of(g)).sum::<usize>()
            + bytes_of(&self.ahead)
            + self.ahead.iter().map(|a| bytes_of(a)).sum::<usize>()
    }
}
