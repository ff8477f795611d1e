//! What can be shown of a program before it runs; each question has a file.
//!
//! In: a [`Program`]. Out: diagnostics. [`independence`] asks what a decision reads through all definitions;
//! [`exhaustive`] whether some rule always fits; [`overlap`] whether two rows of a `unique` table fit together;
//! [`sensitive`] where sensitive data goes.
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
pub(crate) mod sensitive;

use crate::diagnostic::Diagnostic;
use crate::hir::{DefKind, HitPolicy, Program};
use crate::limits::Limits;
use crate::source::SourceMap;

/// What every question is asked of.
#[derive(Clone, Copy)]
struct Ground<'p> {
    program: &'p Program,
    /// For the texts of expressions in examples.
    sources: &'p SourceMap,
    limits: &'p Limits,
}

/// Everything that a program must show before it may run.
pub fn check(program: &Program, sources: &SourceMap, limits: &Limits) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let ground = Ground {
        program,
        sources,
        limits,
    };
    let mut promises = independence::Promises::new(program);
    for (index, def) in program.defs().iter().enumerate() {
        if found.len() >= limits.diagnostics {
            break;
        }
        promises.check(index, &mut found);
        match &def.kind {
            DefKind::Classify(rules) | DefKind::Decision(rules) => {
                exhaustive::rules(ground, def, rules, &mut found);
            }
            DefKind::Table(table) => {
                if matches!(table.policy, HitPolicy::Unique | HitPolicy::Any) {
                    overlap::table(ground, table, &mut found);
                }
                exhaustive::table(ground, def, table, &mut found);
            }
            DefKind::Let(_)
            | DefKind::Segment(_)
            | DefKind::Behaviour(_)
            | DefKind::Journey(_)
            | DefKind::Feature(_)
            | DefKind::Function(_)
            | DefKind::Reference(_)
            | DefKind::Score(_)
            | DefKind::Action(_)
            | DefKind::Actions(_)
            | DefKind::NextBestAction(_)
            | DefKind::Policy(_)
            | DefKind::Experiment(_) => {}
        }
    }
    sensitive::check(program, &mut found);
    found
}
