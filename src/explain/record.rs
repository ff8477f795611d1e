//! From the evaluator's events to what a [`Trace`](super::Trace) tells.

mod asked;

use super::known::{HIDDEN, question};
use super::text::one_line;
use super::{Definition, Known, RuleStep, Step, Told};
use crate::engine::output::show;
use crate::engine::witness::MOST;
use crate::engine::{Inner, arbitrate, fault_text, kind_word, label};
use crate::eval::{self, Asked, Event, Hit, Inputs, Recording, Scalar, Scratch, View, Witnesses};
use crate::graph::NodeId;
use crate::hir::{Def, DefId, DefKind, Program, Score, Ty};
use crate::source::SourceMap;
use std::collections::HashMap;

impl Told {
    /// Evaluates `def` and keeps every step.
    pub(crate) fn record(
        inner: &Inner,
        def: DefId,
        inputs: &Inputs,
        scratch: &mut Scratch,
    ) -> Told {
        let mut recording = Recording::proving(MOST);
        let outcome = eval::decide(&inner.graph, inputs, scratch, def, &mut recording);
        let mut recorder = Recorder {
            inner,
            inputs,
            scratch,
            done: Vec::new(),
            open: Vec::new(),
            asked: recording.asked,
            witnesses: recording.witnesses,
            proofs: HashMap::new(),
        };
        for event in recording.events {
            recorder.event(event);
        }
        while let Some(cut) = recorder.open.last() {
            let last = cut.place;
            recorder.settle(last);
            recorder.open.pop();
        }
        Told {
            ruleset: inner.schema.program.name().to_owned(),
            decision: inner.def_name(def).to_owned(),
            error: outcome.err().map(|fault| {
                let span = inner.graph.span(fault.node);
                let text = one_line(inner.sources.snippet(span));
                format!("{}: `{text}`", fault_text(fault.kind))
            }),
            definitions: recorder.done,
            arbitration: arbitrate(inner, inputs, def).ok(),
        }
    }
}

/// A definition whose evaluation is under way.
struct Open {
    def: DefId,
    /// Where it stands in the story.
    place: usize,
    /// What has been looked at since the last question.
    pending: Vec<Known>,
    /// Questions about events since then, by their places.
    asked: Vec<u32>,
    /// The places of what proves the answers to all of them.
    proof: Vec<u32>,
}

struct Recorder<'a> {
    inner: &'a Inner,
    inputs: &'a Inputs,
    scratch: &'a Scratch,
    done: Vec<Definition>,
    open: Vec<Open>,
    asked: Vec<Asked>,
    witnesses: Vec<Witnesses>,
    /// The places of what proves the behaviours that hold.
    proofs: HashMap<DefId, Vec<u32>>,
}

impl Recorder<'_> {
    fn program(&self) -> &Program {
        &self.inner.schema.program
    }

    fn sources(&self) -> &SourceMap {
        &self.inner.sources
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Enter(def) => self.enter(def),
            Event::Leave(def, hit, value, because) => self.leave(def, hit, value, because),
            Event::Recall(def, value) => self.definition_known(def, value),
            Event::TryRule(def, number) => self.try_rule(def, number),
            Event::Rule(_, _, held) => {
                let Some(open) = self.open.last() else {
                    return;
                };
                let place = open.place;
                self.settle(place);
                let rules = self.done.get_mut(place).map(|d| &mut d.rules);
                if let Some(rule) = rules.and_then(|rules| rules.last_mut()) {
                    rule.fits = Some(held);
                }
            }
            Event::Gave(number, value) => {
                let gives = self.part_of(value);
                self.of_rule(number, |rule| rule.gives = gives);
            }
            Event::Reason(number, text) => {
                let because = match self.scratch.view(&self.inner.graph, self.inputs, text) {
                    View::Text(text) => Some(text.to_owned()),
                    _ => None,
                };
                self.of_rule(number, |rule| rule.because = because);
            }
            Event::Leaf(node, holds) => {
                let text = self.question(node);
                let (with, witness) = self.looked_at();
                self.step(Step::Condition {
                    text,
                    holds,
                    with,
                    witness,
                });
            }
            Event::Asked(place) => {
                let asked = self.asked.get(place as usize).copied();
                if let (Some(open), Some(asked)) = (self.open.last_mut(), asked) {
                    open.asked.push(place);
                    open.proof.push(asked.witnesses);
                }
            }
            Event::Read(input, value) => {
                let declared = self.inner.schema.input(input);
                let (name, ty) = (declared.path.clone(), &declared.ty);
                let value = match (ty.present(), value) {
                    _ if declared.sensitive || self.inner.hidden().holds(ty) => HIDDEN.to_owned(),
                    (Ty::Record(_), Scalar::Bool(true)) => "present".to_owned(),
                    _ => self.shown(ty, value),
                };
                self.look(Known { name, value });
            }
        }
    }

    /// Changes a rule of the definition under way. What was looked at since belongs to its value, not to what is asked
    /// next.
    fn of_rule(&mut self, number: u32, change: impl FnOnce(&mut RuleStep)) {
        let Some(place) = self.open.last().map(|open| open.place) else {
            return;
        };
        let unasked = self.unasked();
        let rules = self.done.get_mut(place).map(|d| &mut d.rules);
        let rule = rules.and_then(|rules| rules.iter_mut().find(|r| r.number == number));
        if let Some(rule) = rule {
            rule.steps.extend(unasked);
            change(rule);
        }
    }

    /// One of the values that count together in the definition under way.
    fn part_of(&self, value: Scalar) -> Option<String> {
        let id = self.open.last()?.def;
        let def = self.program().def(id);
        let ty = match (&def.kind, &def.ty) {
            (DefKind::Table(table), Ty::List(item)) if !table.policy.is_first() => &**item,
            (DefKind::NextBestAction(_), Ty::List(item)) => &**item,
            (_, ty) => ty.present(),
        };
        let hidden = self.inner.hidden();
        if hidden.is_sensitive(id) || hidden.holds(ty) {
            return Some(HIDDEN.to_owned());
        }
        Some(self.shown(ty, value))
    }

    fn question(&self, node: NodeId) -> String {
        question(self.inner, node)
    }

    /// The value of a definition; nothing of it where it is made of sensitive data.
    fn value_of(&self, id: DefId, value: Scalar) -> String {
        let def = self.program().def(id);
        let hidden = self.inner.hidden();
        if hidden.is_sensitive(id) || hidden.holds(&def.ty) {
            return HIDDEN.to_owned();
        }
        self.shown(&def.ty, value)
    }

    fn shown(&self, ty: &Ty, value: Scalar) -> String {
        let view = self.scratch.view(&self.inner.graph, self.inputs, value);
        show(self.program(), ty, view)
    }

    fn enter(&mut self, id: DefId) {
        let def = self.program().def(id);
        let definition = Definition {
            kind: kind_word(&def.kind),
            name: def.name.clone(),
            docs: def.docs.clone(),
            value: None,
            label: None,
            because: None,
            rules: Vec::new(),
            steps: Vec::new(),
        };
        self.open.push(Open {
            def: id,
            place: self.done.len(),
            pending: Vec::new(),
            asked: Vec::new(),
            proof: Vec::new(),
        });
        self.done.push(definition);
    }

    fn leave(&mut self, id: DefId, hit: Hit, value: Scalar, because: Scalar) {
        let Some(open) = self.open.last() else {
            return;
        };
        let place = open.place;
        self.settle(place);
        let proof = self.open.pop().map(|open| open.proof).unwrap_or_default();
        let behaves = matches!(self.program().def(id).kind, DefKind::Behaviour(_));
        if behaves && value == Scalar::Bool(true) {
            self.proofs.insert(id, proof);
        }
        let def = self.program().def(id);
        let shown = self.value_of(id, value);
        let label = match hit {
            Hit::Rows => None,
            hit => label(def, hit),
        };
        let because = match self.scratch.view(&self.inner.graph, self.inputs, because) {
            View::Text(text) => Some(text.to_owned()),
            _ => None,
        };
        if let Some(definition) = self.done.get_mut(place) {
            definition.value = Some(shown);
            definition.label = label;
            definition.because = because;
        }
        self.definition_known(id, value);
    }

    /// A definition's value is used by the one that is open.
    fn definition_known(&mut self, id: DefId, value: Scalar) {
        let def = self.program().def(id);
        let known = Known {
            name: def.name.clone(),
            value: self.value_of(id, value),
        };
        match value {
            // A named condition is itself the question.
            Scalar::Bool(holds) => {
                let text = known.name;
                let proof = self.proofs.get(&id).cloned().unwrap_or_default();
                if let Some(open) = self.open.last_mut() {
                    open.proof.extend(&proof);
                }
                let witness = self.proof(proof);
                self.step(Step::Condition {
                    text,
                    holds,
                    with: Vec::new(),
                    witness,
                });
            }
            _ => self.look(known),
        }
    }

    fn try_rule(&mut self, id: DefId, number: u32) {
        let def = self.program().def(id);
        let rule = RuleStep {
            label: label(def, Hit::Rule(number)).unwrap_or_default(),
            text: self.rule_text(def, number),
            fits: None,
            gives: None,
            because: None,
            number,
            steps: Vec::new(),
        };
        let place = self.open.last().map(|open| open.place);
        if let Some(definition) = place.and_then(|place| self.done.get_mut(place)) {
            definition.rules.push(rule);
        }
    }

    /// The author's text of a rule's condition or of a row.
    fn rule_text(&self, def: &Def, number: u32) -> String {
        let span = match &def.kind {
            DefKind::NextBestAction(choice) => {
                let candidate = choice.candidates.get(number as usize);
                let conditions = candidate.into_iter().flat_map(|c| c.action.conditions());
                let texts = conditions.map(|condition| {
                    let span = self.program().expr(condition).span;
                    // What stands for many rows says nothing of this one; its questions do.
                    let of_rows = self.program().is_of_rows(span);
                    (!of_rows).then(|| one_line(self.sources().snippet(span)))
                });
                return texts.flatten().collect::<Vec<_>>().join(", ");
            }
            DefKind::Decision(rules)
            | DefKind::Classify(rules)
            | DefKind::Score(Score { rules, .. }) => {
                match rules.get(number as usize).map(|rule| rule.when) {
                    Some(Some(when)) => Some(self.program().expr(when).span),
                    _ if matches!(def.kind, DefKind::Score(_)) => return "always".to_owned(),
                    _ => return "otherwise".to_owned(),
                }
            }
            DefKind::Table(table) => table.rows.get(number as usize).map(|row| row.span),
            _ => None,
        };
        span.map_or(String::new(), |span| one_line(self.sources().snippet(span)))
    }

    fn look(&mut self, known: Known) {
        if let Some(open) = self.open.last_mut()
            && !open.pending.contains(&known)
        {
            open.pending.push(known);
        }
    }

    /// Adds a step to the rule being tried, or to the definition.
    fn step(&mut self, step: Step) {
        let place = self.open.last().map(|open| open.place);
        if let Some(definition) = place.and_then(|place| self.done.get_mut(place)) {
            match definition.rules.last_mut() {
                Some(rule) => rule.steps.push(step),
                None => definition.steps.push(step),
            }
        }
    }

    /// What was looked at without a question is a step of its own.
    fn settle(&mut self, place: usize) {
        let unasked = self.unasked();
        if let Some(definition) = self.done.get_mut(place) {
            let steps = match definition.rules.last_mut() {
                Some(rule) => &mut rule.steps,
                None => &mut definition.steps,
            };
            steps.extend(unasked);
        }
    }
}
