//! What the benchmarks share: seeded workloads, hand-written references, the timer for ratios.

#![allow(dead_code, reason = "each benchmark takes what it needs")]

pub mod cinema;
pub mod customers;
pub mod offers;
pub mod rng;
pub mod timing;
