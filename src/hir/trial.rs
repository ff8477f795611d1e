//! Customers and tests: what a test gives, and what it expects.
//!
//! In: the declarations of all files, once all else is typed. Out: [`Tests`]. A condition that is expected becomes a
//! hidden definition behind all others, so that the graph can evaluate it; [`Program::without_tests`] is the program as
//! it is without them, which is what decides and what the fingerprint is of.
//!
//! `facts` reads what is given, `steps` what is expected.

mod events;
mod facts;
mod steps;

use super::lower::Lowering;
use super::{DefId, ExprId, InputId, Program, Stage};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};
use crate::value::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// All tests of a ruleset.
#[derive(Clone, Debug, Default)]
pub struct Tests {
    /// The cases in the order of the texts.
    pub cases: Vec<TestCase>,
    /// What the cases are given, each layer over one before it.
    pub layers: Vec<Layer>,
    /// The events of all tests, one test behind the other.
    pub events: Vec<TestEvent>,
    /// How much of the program belongs to the ruleset itself, where more is there.
    own: Option<Extent>,
}

/// What is expected of one customer: a test, a part of one that changes what is given, or a line of its table.
#[derive(Clone, Debug)]
pub struct TestCase {
    /// The test's title.
    pub title: String,
    /// The line of the test's table, from 1.
    pub line: Option<u32>,
    /// The title, or the line of the table.
    pub span: Span,
    /// The instant, in milliseconds since 1970-01-01T00:00:00Z.
    pub now: Option<i64>,
    /// The uppermost of the layers that hold the facts.
    pub given: Option<usize>,
    /// How many of the events there are, and where they begin among those of all tests.
    pub events: (usize, usize),
    /// What is expected, in order.
    pub expectations: Vec<Expectation>,
}

/// Facts over others: what a later one says wins.
#[derive(Clone, Debug)]
pub struct Layer {
    /// In the order written.
    pub facts: Arc<[Fact]>,
    /// The layer below; its place is less than this one's.
    pub below: Option<usize>,
}

/// An event of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestEvent {
    /// Its type, by its place.
    pub ty: u32,
    /// Its id; where none is written, a number within the test.
    pub id: Arc<str>,
    /// When, in milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// The producer's counter.
    pub seq: u64,
    /// The member of the touchpoint's enum of channels.
    pub channel: Option<u32>,
    /// Where it came from.
    pub device: Option<Arc<str>>,
    /// Its declared fields.
    pub fields: Vec<Value>,
}

/// A field and what it is.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The field.
    pub input: InputId,
    /// Its value. Of a record only whether it is there: a [`Value::Record`] without fields, or missing.
    pub value: Value,
    /// Where it is written.
    pub span: Span,
}

/// Something that is expected.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What.
    pub kind: Expected,
    /// Where it is written.
    pub span: Span,
}

/// What is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The hidden definition is true.
    Holds(DefId),
    /// The definition gives the same, for the same reason, on every channel.
    Same(DefId),
    /// A rule of the definition gives its value.
    By(DefId, String),
    /// The definition's reason.
    Because(DefId, String),
    /// The next best action chooses these actions, the best first. They may be rows that the data no longer has.
    Chooses(DefId, Vec<String>),
    /// The next best action chooses these among others, and they are withheld on the channel; no others are.
    Withholds(DefId, Vec<String>),
    /// The next best action does not choose this one of its actions; where it falls out.
    Rejects(DefId, String, Option<Stage>),
}

/// How long the lists of a program are without its tests.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    defs: usize,
    exprs: usize,
    inputs: usize,
    patterns: usize,
    locals: usize,
}

/// A condition that is expected, on its way to a definition.
pub(super) struct Hidden {
    condition: ExprId,
    span: Span,
}

/// Tests as they are read.
pub(super) struct Reading<'a> {
    /// Inputs by their paths.
    paths: HashMap<String, InputId>,
    customers: HashMap<&'a str, Arc<[Fact]>>,
    tests: Tests,
    /// Of the definitions whose labels have been expected.
    labels: HashMap<DefId, steps::Labels>,
    pub(super) hidden: Vec<Hidden>,
}

impl<'a> Lowering<'a> {
    /// Checks the customers and tests of all files. Everything they mention is typed.
    pub(super) fn trials(&mut self, items: &[&'a ast::Item]) -> Reading<'a> {
        let paths = self.inputs.iter().zip(0..);
        let mut reading = Reading {
            paths: paths.map(|(i, id)| (i.path.clone(), InputId(id))).collect(),
            customers: HashMap::new(),
            tests: Tests {
                own: Some(self.extent()),
                ..Tests::default()
            },
            labels: HashMap::new(),
            hidden: Vec::new(),
        };
        for item in items {
            if let ItemKind::Customer(customer) = &item.kind {
                let facts = self.given_facts(&reading, &customer.facts, false);
                let name = &*customer.name.text;
                reading.customers.entry(name).or_insert(facts);
            }
        }
        for item in items {
            if let ItemKind::Test(test) = &item.kind {
                self.trial(&mut reading, test);
            }
        }
        reading
    }
}

impl Reading<'_> {
    /// Puts the tests behind all else of their program.
    pub(super) fn finish(self, program: &mut Program) {
        for (hidden, number) in self.hidden.iter().zip(1_usize..) {
            let id = DefId(u32::try_from(program.defs.len()).unwrap_or(u32::MAX));
            program.defs.push(super::Def {
                name: format!("expectation {number}"),
                kind: super::DefKind::Segment(hidden.condition),
                ty: super::Ty::Bool,
                pervasive: None,
                independent: Vec::new(),
                docs: Vec::new(),
                span: hidden.span,
            });
            program.order.push(id);
        }
        program.tests = self.tests;
    }
}

impl Program {
    /// The tests; none where the ruleset was compiled without them.
    #[must_use]
    pub fn tests(&self) -> &Tests {
        &self.tests
    }

    /// The definitions that the texts declare: all but the conditions of tests.
    #[must_use]
    pub fn declared(&self) -> &[super::Def] {
        let own = self.tests.own.map(|own| own.defs);
        own.and_then(|own| self.defs.get(..own))
            .unwrap_or(&self.defs)
    }

    /// The same without tests, and without what only they need.
    #[must_use]
    pub fn without_tests(mut self) -> Program {
        let Some(own) = self.tests.own else {
            return self;
        };
        self.defs.truncate(own.defs);
        self.order.retain(|id| id.index() < own.defs);
        self.exprs.truncate(own.exprs);
        self.inputs.truncate(own.inputs);
        self.patterns.truncate(own.patterns);
        self.locals.truncate(own.locals);
        self.local_numbers.truncate(own.locals);
        self.tests = Tests::default();
        self
    }
}

impl Lowering<'_> {
    fn extent(&self) -> Extent {
        Extent {
            defs: self.drafts.len(),
            exprs: self.expressions(),
            inputs: self.inputs.len(),
            patterns: self.patterns.len(),
            locals: self.locals.len(),
        }
    }
}
