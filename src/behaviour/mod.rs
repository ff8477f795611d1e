//! What a customer did: events, and the answers to what rules ask about them.
//!
//! In: events that are checked against their declarations. Out: answers to the questions of a graph
//! ([`Ask`](crate::graph::told::Ask)), for an instant.
//!
//! `store` keeps events sorted, type by type (`rows`); `tell` answers questions from them alone: `plain` where the events
//! are stretches of columns, `streams` where they have to be put together first, `chain` and `together` for what
//! happened in order or at about the same time, `journey` for where it led; `witness` says which events prove an answer. An answer is a function of the events, the
//! parameters, the instant and the zone; the order in which events came in does not matter.
//!
//! A profile keeps more than the events: `plan` says what, found once for all customers; `kept` takes it in event by event.
//! What is kept is never another answer than the events give, but a quicker one; where it does not apply, the events are
//! asked. `quick` answers plain questions either way. `retention` says which events no question needs any more.

mod canonical;
mod chain;
mod customer;
mod edges;
mod fading;
mod folds;
mod funnel;
mod journey;
mod kept;
mod latest;
mod lease;
mod merge;
mod merged;
mod periods;
mod plain;
mod plan;
mod quick;
mod retention;
mod rows;
mod series;
mod store;
mod streams;
mod tell;
mod together;
mod witness;

pub(crate) use customer::{Customer, Desk};
pub(crate) use folds::PLACES;
pub(crate) use kept::Kept;
pub(crate) use plan::Plan;
pub(crate) use retention::{Need, needs};
pub(crate) use store::{Added, Event, Store};
