//! Exact decimal arithmetic.
