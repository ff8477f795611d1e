//! Those who decide: each in a file of its own, in the way its own documentation recommends for many decisions.
//!
//! All are compiled once, and for W1 all have their contexts prepared as they like them best. What each was given and
//! what it could not express stands in its `how`, which the report prints.

mod a_tree;
mod by_hand;
mod cel;
mod datalogic;
mod pervade;
#[cfg(feature = "zen")]
mod zen;

use crate::support::cinema::{self, Name, Offer, Visit};

pub use a_tree::build as build_a_tree;
pub use by_hand::ByHand;
pub use cel::build as build_cel;
pub use datalogic::build as build_datalogic;
pub use pervade::{build as build_pervade, text as pervade_text};
#[cfg(feature = "zen")]
pub use zen::{build_expressions as build_zen_expressions, build_table as build_zen_table};

/// How many contexts there are.
pub const CONTEXTS: usize = 1024;

/// A way of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The context is bound; the answer stays what the engine gives.
    Bound,
    /// The context is bound; the answer becomes the host's struct.
    BoundRead,
    /// The context is JSON text; the answer stays what the engine gives.
    Json,
    /// The context is JSON text; the answer becomes the host's struct.
    JsonRead,
}

impl Way {
    pub const ALL: [Way; 4] = [Way::Bound, Way::BoundRead, Way::Json, Way::JsonRead];
}

/// One who decides.
pub trait Contender {
    /// What the tables call it.
    fn name(&self) -> &'static str;

    /// The package whose version the report names.
    fn package(&self) -> Option<&'static str>;

    /// What it was given, and how what it cannot express was mapped.
    fn how(&self) -> &'static str;

    /// Decides for one of the bound contexts.
    fn decide(&mut self, context: usize);

    /// Decides for one of the bound contexts, into the host's struct.
    fn read(&mut self, context: usize) -> Offer;

    /// Decides for a JSON text.
    fn decide_json(&mut self, text: &str);

    /// Decides for a JSON text, into the host's struct.
    fn read_json(&mut self, text: &str) -> Offer;

    /// Decides once for all contexts. (Provided here so that the calls in the loop are static.)
    fn pass(&mut self, way: Way, texts: &[String]) {
        use std::hint::black_box;
        match way {
            Way::Bound => (0..CONTEXTS).for_each(|i| self.decide(black_box(i))),
            Way::BoundRead => (0..CONTEXTS).for_each(|i| {
                black_box(&self.read(black_box(i)));
            }),
            Way::Json => texts
                .iter()
                .for_each(|text| self.decide_json(black_box(text))),
            Way::JsonRead => texts.iter().for_each(|text| {
                black_box(&self.read_json(black_box(text)));
            }),
        }
    }
}

/// All contenders; the first is the measure.
pub fn all() -> Vec<Box<dyn Contender>> {
    let visits = cinema::visits(CONTEXTS);
    vec![
        Box::new(ByHand::new()),
        Box::new(pervade::Frames::new(&visits)),
        Box::new(pervade::Contexts::new(&visits)),
        Box::new(datalogic::Datalogic::new(&visits)),
        Box::new(a_tree::Tree::new(&visits)),
        #[cfg(feature = "zen")]
        Box::new(zen::Expression::new(&visits)),
        Box::new(cel::OneProgram::new(&visits)),
        Box::new(cel::RuleByRule::new(&visits)),
        #[cfg(feature = "zen")]
        Box::new(zen::Table::new(&visits)),
    ]
}

/// As a service receives a visit: all 30 fields, in the order of their names.
pub fn json(visit: &Visit) -> String {
    serde_json::to_value(visit).unwrap().to_string()
}

/// The 15 fields that rules read, as JSON: from this, engines prepare their contexts of W1.
pub fn json_read_by_rules(visit: &Visit) -> String {
    serde_json::to_value(visit.cinema()).unwrap().to_string()
}

/// An offer of the three outputs as engines without types give them.
fn offer(name: &str, discount: f64, priority: i64) -> Offer {
    let known = Name::WORDS.iter().position(|word| *word == name);
    Offer {
        offer: Name::ALL[known.unwrap()],
        discount,
        priority,
    }
}

/// The name of an offer, as rules say it.
fn word(offer: &Offer) -> &'static str {
    Name::WORDS[offer.offer as usize]
}

/// Text items with something between them.
fn joined<T>(items: &[T], between: &str, text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(between)
}
