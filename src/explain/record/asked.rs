//! Questions about events within a trace: what they were answered, and the events that prove it.

use super::super::text::one_line;
use super::super::{Known, Proof, Step};
use super::Recorder;
use crate::eval::Scalar;
use crate::graph::Node;
use crate::graph::told::Ask;

impl Recorder<'_> {
    /// What a question looked at: values, how many events were counted, and which of them prove it.
    pub(super) fn looked_at(&mut self) -> (Vec<Known>, Proof) {
        let Some(open) = self.open.last_mut() else {
            return (Vec::new(), Proof::default());
        };
        let mut with = std::mem::take(&mut open.pending);
        let asked = std::mem::take(&mut open.asked);
        for place in &asked {
            if let (name, Some(value)) = self.asked_of(*place)
                && !with.iter().any(|known| known.name == name)
            {
                with.push(Known { name, value });
            }
        }
        let of = |place: &u32| Some(self.asked.get(*place as usize)?.witnesses);
        let proof = self.proof(asked.iter().filter_map(of).collect());
        (with, proof)
    }

    /// A question about events, and the number that is its answer if it is how many there are.
    fn asked_of(&self, place: u32) -> (String, Option<String>) {
        let Some(asked) = self.asked.get(place as usize).copied() else {
            return (String::new(), None);
        };
        let graph = &self.inner.graph;
        let text = one_line(self.sources().snippet(graph.span(asked.node)));
        let counts = match graph.node(asked.node) {
            Node::Ask(ask) => matches!(
                graph.ask(*ask),
                Some(Ask::Count(_) | Ask::Times(_) | Ask::Stage(_))
            ),
            _ => false,
        };
        let def = self.open.last().map(|open| open.def);
        let hidden = def.is_some_and(|def| self.inner.hidden().is_sensitive(def));
        let value = match asked.answer {
            Scalar::Int(count) if counts && !hidden && !asked.inner => Some(count.to_string()),
            _ => None,
        };
        (text, value)
    }

    /// What proves something, by places.
    pub(super) fn proof(&self, mut places: Vec<u32>) -> Proof {
        places.sort_unstable();
        places.dedup();
        let places = places.into_iter();
        let all = places.filter_map(|place| self.witnesses.get(place as usize).cloned());
        Proof::of(self.inner, self.inputs, all.collect())
    }

    /// What was looked at without a question, as steps of their own.
    pub(super) fn unasked(&mut self) -> Vec<Step> {
        let Some(open) = self.open.last_mut() else {
            return Vec::new();
        };
        let pending = std::mem::take(&mut open.pending).into_iter();
        let asked = std::mem::take(&mut open.asked);
        let mut steps: Vec<Step> = pending.map(Step::Value).collect();
        for place in asked {
            let (text, value) = self.asked_of(place);
            let of = self.asked.get(place as usize).map(|asked| asked.witnesses);
            let witness = self.proof(of.into_iter().collect());
            let answer = self.asked.get(place as usize).map(|asked| asked.answer);
            let tells = value.is_some() || !witness.is_empty();
            let step = match answer {
                Some(Scalar::Bool(holds)) => Step::Condition {
                    text,
                    holds,
                    with: Vec::new(),
                    witness,
                },
                _ => Step::Asked {
                    text,
                    value,
                    witness,
                },
            };
            if tells && !steps.contains(&step) {
                steps.push(step);
            }
        }
        steps
    }
}
