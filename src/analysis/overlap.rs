//! Whether two rows of a `unique` table fit one customer.

use super::Ground;
use super::exhaustive::{Columns, Example, example};
use super::formula::{FormulaId, Translation};
use super::search::{Found, satisfy};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{ExprId, HitPolicy, Program, Row, Table, operands};

/// So many pairs are reported of one table.
const MOST_REPORTS: usize = 5;

pub(super) fn table(ground: Ground<'_>, table: &Table, found: &mut Vec<Diagnostic>) {
    let mut budget = ground.limits.analysis_steps;
    let mut reports: Vec<Diagnostic> = Vec::new();
    let mut pairs = Pairs {
        ground,
        table,
        taken_apart: None,
    };
    let columns = Columns::new(ground, table);
    let result = match &columns {
        Some(columns) => {
            let exact = columns.are_inputs();
            let mut deeper = ground.limits.analysis_steps;
            columns.grid().meetings(&mut budget, |a, b, place| {
                if pairs.agree(a, b) {
                    return false;
                }
                let example = match exact {
                    true => Found::Yes(Example::Customer(columns.example(place))),
                    false => pairs.meet(a, b, &mut deeper),
                };
                reports.extend(pairs.report(a, b, example));
                reports.len() >= MOST_REPORTS
            })
        }
        None => pairs.all(&mut budget, &mut reports),
    };
    if result == Found::TooRich && reports.is_empty() {
        let at = table.rows.first().map(|r| r.span).unwrap_or_default();
        reports.push(
            Diagnostic::error(
                Code::NotShownDisjoint,
                at,
                "the rows of this table can't be shown to exclude one another",
            )
            .label("there are too many combinations to try")
            .help("make the table `first`: then the first row that fits decides"),
        );
    }
    found.extend(reports);
}

struct Pairs<'p> {
    ground: Ground<'p>,
    table: &'p Table,
    /// All rows as formulas over inputs, once they are needed.
    taken_apart: Option<(Translation<'p>, Vec<FormulaId>)>,
}

impl<'p> Pairs<'p> {
    /// Every pair of rows, where the columns can't be swept.
    fn all(&mut self, budget: &mut usize, reports: &mut Vec<Diagnostic>) -> Found<()> {
        let count = u32::try_from(self.table.rows.len()).unwrap_or(u32::MAX);
        for first in 0..count {
            for second in first + 1..count {
                if self.agree(first, second) {
                    continue;
                }
                let example = self.meet(first, second, budget);
                if *budget == 0 {
                    return Found::TooRich;
                }
                reports.extend(self.report(first, second, example));
                if reports.len() >= MOST_REPORTS {
                    return Found::Yes(());
                }
            }
        }
        Found::No
    }

    /// Whether two rows may fit together, since they give the same.
    fn agree(&self, first: u32, second: u32) -> bool {
        if self.table.policy != HitPolicy::Any {
            return false;
        }
        let (Some(one), Some(other)) = (self.row(first), self.row(second)) else {
            return true;
        };
        let program = self.ground.program;
        same(program, one.value, other.value)
            && match (one.because, other.because) {
                (None, None) => true,
                (Some(one), Some(other)) => same(program, one, other),
                _ => false,
            }
    }

    fn row(&self, index: u32) -> Option<&'p Row> {
        self.table.rows.get(index as usize)
    }

    /// Whether there is a customer whom both rows fit.
    fn meet(&mut self, first: u32, second: u32, budget: &mut usize) -> Found<Example> {
        let (ground, table) = (self.ground, self.table);
        let (translation, rows) = self.taken_apart.get_or_insert_with(|| {
            let steps = ground
                .limits
                .analysis_steps
                .max(table.rows.len().saturating_mul(64));
            let mut translation = Translation::new(ground, true, steps);
            let rows = table.rows.iter();
            let rows = rows.map(|row| translation.row(&row.cells)).collect();
            translation.finish();
            (translation, rows)
        });
        let formulas: Vec<FormulaId> = [first, second]
            .iter()
            .filter_map(|row| rows.get(*row as usize).copied())
            .collect();
        match satisfy(translation, &formulas, budget) {
            Found::Yes(assignment) => Found::Yes(example(translation, &assignment)),
            Found::No => Found::No,
            Found::TooRich => Found::TooRich,
        }
    }

    fn report(&self, first: u32, second: u32, example: Found<Example>) -> Option<Diagnostic> {
        let (one, other) = (self.row(first)?, self.row(second)?);
        let any = self.table.policy == HitPolicy::Any;
        let help =
            "change one of them, or make the table `first`: then the first row that fits decides";
        let (code, message, label) = match example {
            Found::No => return None,
            Found::Yes(Example::Customer(lines)) => (
                Code::Overlap,
                "two rows of a `unique` table fit one customer",
                if lines.is_empty() {
                    "both always fit".to_owned()
                } else {
                    format!("both fit when {}", lines.join(", "))
                },
            ),
            Found::Yes(Example::Perhaps(lines)) => (
                Code::NotShownDisjoint,
                "two rows of a `unique` table can't be shown to exclude one another",
                format!("both fit if {}", lines.join(", ")),
            ),
            Found::TooRich => (
                Code::NotShownDisjoint,
                "two rows of a `unique` table can't be shown to exclude one another",
                "there are too many combinations to try".to_owned(),
            ),
        };
        let (code, message) = match (any, code) {
            (true, Code::Overlap) => (
                Code::Disagreement,
                "two rows of an `any` table fit one customer and give different results",
            ),
            (true, _) => (
                Code::NotShownDisjoint,
                "two rows of an `any` table that give different results can't be shown to exclude one another",
            ),
            (false, code) => (code, message),
        };
        Some(
            Diagnostic::error(code, other.span, message)
                .label(label)
                .also(one.span, "the other row")
                .help(help),
        )
    }
}

/// Whether two expressions are written alike.
fn same(program: &Program, a: ExprId, b: ExprId) -> bool {
    let mut open = vec![(a, b)];
    while let Some((a, b)) = open.pop() {
        if a == b {
            continue;
        }
        let parts = |id: ExprId| {
            let mut parts = Vec::new();
            let mut kind = program.expr(id).kind.clone();
            operands(&program.expr(id).kind, |operand| parts.push(operand));
            crate::hir::operands_mut(&mut kind, |operand| *operand = ExprId(0));
            (kind, parts)
        };
        let ((one, left), (other, right)) = (parts(a), parts(b));
        if one != other || left.len() != right.len() {
            return false;
        }
        open.extend(left.into_iter().zip(right));
    }
    true
}
