//! Tests of rules: those written beside the rules, and assertions for tests written in Rust.
//!
//! Tests in `.pvd` files run by one line in `cargo test`; what fails says where, what was expected, how the decision came
//! about with its values, and which rule missed by a single condition:
//!
//! ```
//! # let path = std::env::temp_dir().join(format!("pervade-testing-{}.pvd", std::process::id()));
//! # std::fs::write(&path, "ruleset demo let fee = 2 test \"the fee\" { expect fee == 2 }").unwrap();
//! // In a function with `#[test]`, with the path of your rules:
//! pervade::testing::check(&path).unwrap();
//! # std::fs::remove_file(&path).unwrap();
//! ```
//!
//! [`run`] gives the whole [`Report`], with the [`Coverage`] of rules, rows and branches. [`scenario`] asserts in Rust:
//!
//! ```
//! use pervade::{Ruleset, testing};
//! let rules = Ruleset::from_text(
//!     "ruleset demo
//!      context { mood: enum { calm, angry } = calm, visits: int }
//!      touchpoint { channel: enum { web, kiosk } }
//!      pervasive decision help -> enum { person, chat } {
//!          upset: when mood == angry => person because \"something went wrong\"
//!          otherwise => chat
//!      }",
//! )?;
//! testing::scenario(&rules)
//!     .given(r#"{ "visits": 3 }"#)
//!     .but("mood", "angry")
//!     .on("kiosk")
//!     .decides("help", "person")
//!     .by("upset")
//!     .because("something went wrong")
//!     .same_on_every_channel("help");
//! # Ok::<(), pervade::Error>(())
//! ```
//!
//! With the feature `proptest`, `contexts` generates contexts that fit a ruleset's declarations, to property-test rules.
//!
//! In: a [`Ruleset`] compiled with its tests ([`Compiler::tests`]). `given` makes inputs, `run` asks, `miss` finds what
//! nearly held, `report` tells, `coverage` counts, `scenario` asserts, `generate` generates.

mod asked;
mod coverage;
mod facts;
#[cfg(feature = "proptest")]
mod generate;
mod given;
mod miss;
mod render;
mod report;
mod run;
mod scenario;

pub use coverage::{Condition, Coverage, Covered, Share};
#[cfg(feature = "proptest")]
pub use generate::{contexts, contexts_with_constants};
pub use report::{Failed, Failure, Report};
pub use scenario::{Scenario, scenario};

use crate::engine::{Compiler, Ruleset};
use std::path::Path;

/// Runs the tests of a ruleset that was compiled with them ([`Compiler::tests`]); of another there are none.
///
/// ```
/// let rules = pervade::Compiler::new().tests(true).text(
///     "ruleset demo
///      context { age: int }
///      decision price -> int { child: when age < 12 => 4 otherwise => 9 }
///      test \"children pay less\" { given age: 11 expect price == 4 expect price by child }
///      test \"at twelve\" { given age: 12 expect price == 4 }",
/// )?;
/// let report = pervade::testing::run(&rules);
/// assert_eq!((report.passed(), report.failures().len()), (2, 1));
/// let text = report.to_string();
/// assert!(text.contains("at twelve"), "{text}");
/// assert!(text.contains("age < 12 (age is 12)"), "{text}");
/// # Ok::<(), pervade::Error>(())
/// ```
#[must_use]
pub fn run(rules: &Ruleset) -> Report {
    run::run(rules.inner())
}

/// Compiles a file with what it uses and runs its tests.
///
/// # Errors
/// The rules have mistakes, there are no tests, or some fail: the error shows all of it, as `unwrap` and a test that
/// returns it print it.
///
/// ```
/// let failed = pervade::testing::check("no/such/file.pvd").unwrap_err();
/// assert!(failed.to_string().contains("can't read"));
/// ```
pub fn check(path: impl AsRef<Path>) -> Result<(), Failed> {
    let path = path.as_ref();
    let rules = Compiler::new().tests(true).file(path)?;
    let report = run(&rules);
    if report.passed() == 0 && report.failures().is_empty() {
        return Err(Failed::untested(path));
    }
    report.into_result()
}
