//! Conditions as fused tests.
//!
//! A *form* says a whole condition as tests that must all hold, or of which one must. Tests can't fail and
//! know no definitions, so an `And` can begin with a block of them. A block reads, under left-to-right short
//! circuit, exactly the inputs that the conditions it stands for read: tests are joined only with their
//! neighbour on the same input, and dropped only behind one that says the same already.

use super::intern::Arena;
use super::node::{Block, List, Node, NodeId};
use super::scalar::Scalar;
use super::simplify::test_of;
use super::test::Test;
use crate::hir::CompareOp;

/// A condition in tests.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    All(Vec<Test>),
    Any(Vec<Test>),
}

/// How many tests a named condition may have to be spelled out where it is used.
const SPELLED_OUT: usize = 8;
/// How many steps of `not` and names are followed.
const STEPS: u32 = 8;
/// How far back a test that says nothing new is looked for.
const BACK: usize = 16;

impl Form {
    fn negated(self) -> Form {
        let negated = |tests: Vec<Test>| tests.iter().map(Test::negated).collect();
        match self {
            Form::All(tests) => Form::Any(negated(tests)),
            Form::Any(tests) => Form::All(negated(tests)),
        }
    }

    /// As tests that must all hold.
    pub(crate) fn all(self) -> Option<Vec<Test>> {
        match self {
            Form::All(tests) => Some(tests),
            Form::Any(tests) => (tests.len() == 1).then_some(tests),
        }
    }
}

impl Arena {
    /// The form of a condition, if it has one.
    pub(crate) fn form(&self, id: NodeId) -> Option<Form> {
        self.form_within(id, STEPS, usize::MAX)
    }

    fn form_within(&self, id: NodeId, steps: u32, most: usize) -> Option<Form> {
        let steps = steps.checked_sub(1)?;
        match self.node(id) {
            Node::Test(place) => Some(Form::All(vec![*self.graph.test(place)])),
            Node::And(list, block) => self.whole(list, block, most).map(Form::All),
            Node::Or(list, block) => {
                let negated = self.whole(list, block, most)?;
                Some(Form::All(negated).negated())
            }
            Node::Not(inner) => self.form_within(inner, steps, most).map(Form::negated),
            Node::Is(a, b) => self.is_form(a, b),
            Node::Def(def) => self.form_within(self.root(def)?, steps, SPELLED_OUT),
            _ => None,
        }
    }

    /// The tests of a block that covers all children, if they are not too many.
    fn whole(&self, list: List, block: Block, most: usize) -> Option<Vec<Test>> {
        let whole = block.covered == list.0.len && block.tests.0.len as usize <= most;
        whole.then(|| self.graph.tests(block.tests).to_vec())
    }

    /// `input is constant`: there, and equal.
    fn is_form(&self, a: NodeId, b: NodeId) -> Option<Form> {
        let Node::Input { input, .. } = self.node(a) else {
            return None;
        };
        let slot = self.slot(input)?;
        let equal = test_of(CompareOp::Eq, slot, self.as_constant(b)?)?;
        // A set of bits does not hold the one for missing.
        Some(Form::All(match equal {
            Test::Bits { .. } => vec![equal],
            Test::Range { .. } => vec![Test::present(slot), equal],
        }))
    }

    /// The block with which an `And` of these children begins.
    pub(crate) fn and_block(&mut self, children: &[NodeId]) -> Block {
        self.block(children, |form| form)
    }

    /// The block of an `Or`: its children negated.
    pub(crate) fn or_block(&mut self, children: &[NodeId]) -> Block {
        self.block(children, Form::negated)
    }

    fn block(&mut self, children: &[NodeId], seen: impl Fn(Form) -> Form) -> Block {
        let mut tests = Vec::new();
        let mut covered = 0_u32;
        for child in children {
            let Some(more) = self.form(*child).and_then(|form| seen(form).all()) else {
                break;
            };
            crate::work::steps(more.len());
            for test in more {
                join(&mut tests, test);
            }
            covered += 1;
        }
        if covered == 0 {
            return Block::default();
        }
        self.new_block(covered, &tests)
    }

    /// How a rule with this condition begins: its tests, and whether they say all.
    pub(crate) fn guard(&mut self, when: NodeId) -> (Vec<Test>, bool) {
        if self.as_constant(when) == Some(Scalar::Bool(true)) {
            return (Vec::new(), true);
        }
        match self.node(when) {
            Node::And(list, block) => {
                let tests = self.graph.tests(block.tests).to_vec();
                (tests, block.covered == list.0.len)
            }
            _ => match self.form(when).and_then(Form::all) {
                Some(tests) => (tests, true),
                None => (Vec::new(), false),
            },
        }
    }
}

/// Adds a test to those that must all hold before it.
fn join(tests: &mut Vec<Test>, test: Test) {
    let known = |earlier: &Test| earlier.and(&test).as_ref() == Some(earlier);
    if tests.iter().rev().take(BACK).any(known) {
        return;
    }
    if let Some(last) = tests.last_mut()
        && let Some(both) = last.and(&test)
    {
        *last = both;
        return;
    }
    tests.push(test);
}
