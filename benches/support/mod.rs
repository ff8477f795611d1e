//! What the benchmarks share: seeded workloads, hand-written references, the timer for ratios.

pub mod cinema;
pub mod rng;
pub mod timing;
