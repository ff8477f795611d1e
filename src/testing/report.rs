//! What came of the tests: [`Report`], its [`Failure`]s, and [`Failed`], the error that shows them.

use super::coverage::Coverage;
use super::run::Wrong;
use crate::error::Error;
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// What came of the tests of a ruleset. Displays every failure and a line of sums; serialises as data.
///
/// ```
/// let rules = pervade::Compiler::new().tests(true).text(
///     "ruleset demo let fee = 2 test \"the fee\" { expect fee == 2 }",
/// )?;
/// let report = pervade::testing::run(&rules);
/// assert!(report.is_ok());
/// assert_eq!(report.to_string(), "1 expectation met\n");
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub(super) passed: usize,
    pub(super) failures: Vec<Failure>,
    #[serde(skip)]
    pub(super) coverage: Coverage,
}

/// An expectation that was not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Failure {
    /// The title of the test.
    pub test: String,
    /// The line of its table, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<u32>,
    /// The name of the text it stands in.
    pub file: String,
    /// The line in it, from 1.
    pub line: u32,
    /// What was expected, in the author's text.
    pub expected: String,
    /// What is, one sentence each.
    pub found: Vec<String>,
    /// How it came about.
    pub explanation: String,
    /// The first rule, in order, that failed by exactly one condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest_miss: Option<String>,
}

impl Report {
    /// How many expectations were met.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.passed
    }

    /// Those that were not.
    #[must_use]
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Whether all were met.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.failures.is_empty()
    }

    /// Which rules, rows and branches the tests have reached.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The failures as an error.
    ///
    /// # Errors
    /// Some expectation was not met.
    ///
    /// ```
    /// let rules = pervade::Compiler::new().tests(true).text(
    ///     "ruleset demo let fee = 2 test \"the fee\" { expect fee == 3 }",
    /// )?;
    /// let failed = pervade::testing::run(&rules).into_result().unwrap_err();
    /// assert!(format!("{failed:?}").contains("expected fee == 3"));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn into_result(self) -> Result<(), Failed> {
        match self.is_ok() {
            true => Ok(()),
            false => Err(Failed(self.to_string())),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        let word = |n: usize| {
            if n == 1 {
                "expectation"
            } else {
                "expectations"
            }
        };
        let (met, not) = (self.passed, self.failures.len());
        match not {
            0 => writeln!(f, "{met} {} met", word(met)),
            _ => writeln!(f, "{met} {} met, {not} not", word(met)),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: test \"{}\"", self.file, self.line, self.test)?;
        if let Some(case) = self.case {
            write!(f, ", line {case} of its table")?;
        }
        writeln!(f, "\n  expected {}", self.expected)?;
        write_found(
            f,
            &self.found,
            &self.explanation,
            self.nearest_miss.as_deref(),
        )
    }
}

fn write_found(
    f: &mut impl fmt::Write,
    found: &[String],
    explanation: &str,
    nearest_miss: Option<&str>,
) -> fmt::Result {
    for found in found {
        writeln!(f, "  but {found}")?;
    }
    for line in explanation.lines() {
        writeln!(f, "    {line}")?;
    }
    if let Some(miss) = nearest_miss {
        writeln!(f, "  nearest miss: {miss}")?;
    }
    Ok(())
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_found(
            f,
            &self.found,
            &self.explanation,
            self.nearest_miss.as_deref(),
        )
    }
}

/// Why [`check`](super::check) is not content: mistakes in the rules, no tests, or every failure in full.
///
/// ```
/// let failed = pervade::testing::check("no/such/file.pvd").unwrap_err();
/// assert_eq!(format!("{failed:?}").trim(), failed.to_string());
/// ```
#[derive(Clone)]
pub struct Failed(String);

impl Failed {
    pub(super) fn untested(path: &Path) -> Self {
        Failed(format!(
            "{} has no tests: write one, for example `test \"…\" {{ expect … }}`",
            path.display()
        ))
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Failed(error.to_string())
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The message, as `unwrap` and a test that returns the error print it: from its own first line on.
impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.0)
    }
}

impl std::error::Error for Failed {}
