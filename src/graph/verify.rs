//! Checks of the arena's invariants, for tests.
