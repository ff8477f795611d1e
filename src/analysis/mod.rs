//! What can be shown of a program before it runs; each question has a file.
//!
//! In: a [`Program`]. Out: diagnostics. [`independence`] asks what a decision reads through all definitions;
//! [`exhaustive`] whether some rule always fits; [`overlap`] whether two rows of a `unique` table fit together.
//! The last two translate conditions into formulas over single inputs ([`formula`]), cut each input's values into
//! classes that no condition tells apart ([`domain`]), and search ([`search`], [`grid`]). What is too rich for
//! that (arithmetic between inputs) is never guessed: the answer then is that nothing can be shown.

mod domain;
mod exhaustive;
mod formula;
mod grid;
mod independence;
mod overlap;
mod search;

use crate::diagnostic::Diagnostic;
use crate::hir::{DefKind, HitPolicy, Program};
use crate::limits::Limits;

/// Everything that a program must show before it may run.
pub fn check(program: &Program, limits: &Limits) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut promises = independence::Promises::new(program);
    for (index, def) in program.defs().iter().enumerate() {
        if found.len() >= limits.diagnostics {
            break;
        }
        promises.check(index, &mut found);
        match &def.kind {
            DefKind::Classify(rules) | DefKind::Decision(rules) => {
                exhaustive::rules(program, def, rules, limits, &mut found);
            }
            DefKind::Table(table) => {
                if table.policy == HitPolicy::Unique {
                    overlap::table(program, table, limits, &mut found);
                }
                exhaustive::table(program, def, table, limits, &mut found);
            }
            DefKind::Let(_) | DefKind::Segment(_) => {}
        }
    }
    found
}
