//! The fuzz targets: each takes any bytes and panics where a promise is broken.
//!
//! `said` holds what every error and diagnostic keeps, `sources` reads several texts from one input, `world` the
//! ruleset with every type that contexts and records are read against, and `answers` asks a ruleset everything.

mod answers;
pub mod compile;
pub mod context;
pub mod csv;
pub mod decide;
pub mod event;
pub mod parse;
pub mod profile;
pub mod render;
pub mod rows;
mod said;
mod sources;
mod world;
