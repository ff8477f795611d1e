//! Whether some rule, or some row, fits every customer.

use super::domain::Classes;
use super::formula::{FormulaId, Source, Translation, VarId};
use super::grid::{BoxRow, Grid};
use super::search::{Assignment, Found, satisfy};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{Def, ExprId, HitPolicy, Program, Rule, Table, Ty};
use crate::limits::Limits;
use crate::source::Span;
use crate::value::Value;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// Rules without `otherwise`.
pub(super) fn rules(
    program: &Program,
    def: &Def,
    rules: &[Rule],
    limits: &Limits,
    found: &mut Vec<Diagnostic>,
) {
    let conditions: Option<Vec<ExprId>> = rules.iter().map(|r| r.when).collect();
    let Some(conditions) = conditions else {
        return;
    };
    let mut translation = Translation::new(program, true, limits.analysis_steps);
    let mut fall_through = Vec::new();
    for condition in conditions {
        let holds = translation.condition(condition);
        fall_through.push(translation.not(holds));
    }
    let mut budget = limits.analysis_steps;
    let gap = uncovered(&mut translation, &fall_through, &mut budget);
    found.extend(report(def.span, &def.name, "rule", false, gap));
}

/// A single-hit table without `otherwise` whose result is not optional.
pub(super) fn table(
    program: &Program,
    def: &Def,
    table: &Table,
    limits: &Limits,
    found: &mut Vec<Diagnostic>,
) {
    let open = table.policy == HitPolicy::Collect || table.otherwise.is_some();
    if open || def.ty.is_optional() {
        return;
    }
    let mut budget = limits.analysis_steps;
    let gap = match by_columns(program, table, limits, &mut budget) {
        Some(Found::No) => return,
        Some(Found::Yes(example)) => Found::Yes(example),
        Some(Found::TooRich) => Found::TooRich,
        None => by_meaning(program, table, limits, &mut budget),
    };
    found.extend(report(def.span, &def.name, "row", true, gap));
}

/// An example of what no rule covers.
pub(super) enum Example {
    /// A customer whom nothing else keeps from existing: inputs and their values.
    Customer(Vec<String>),
    /// Values of expressions that may not occur together.
    Perhaps(Vec<String>),
}

/// The columns taken as independent of one another. `None` if that settles nothing.
fn by_columns(
    program: &Program,
    table: &Table,
    limits: &Limits,
    budget: &mut usize,
) -> Option<Found<Example>> {
    let columns = Columns::new(program, table, limits)?;
    match columns.grid().gap(budget) {
        Found::No => Some(Found::No),
        Found::Yes(place) if columns.are_inputs() => {
            Some(Found::Yes(Example::Customer(columns.example(&place))))
        }
        _ => None,
    }
}

/// All cells taken down to inputs.
fn by_meaning(
    program: &Program,
    table: &Table,
    limits: &Limits,
    budget: &mut usize,
) -> Found<Example> {
    let mut translation = Translation::new(program, true, limits.analysis_steps);
    let mut fall_through = Vec::new();
    for row in &table.rows {
        let fits = translation.row(&row.cells);
        fall_through.push(translation.not(fits));
    }
    uncovered(&mut translation, &fall_through, budget)
}

fn uncovered(
    translation: &mut Translation<'_>,
    formulas: &[FormulaId],
    budget: &mut usize,
) -> Found<Example> {
    translation.finish();
    match satisfy(translation, formulas, budget) {
        Found::Yes(assignment) => Found::Yes(example(translation, &assignment)),
        Found::No => Found::No,
        Found::TooRich => Found::TooRich,
    }
}

/// An assignment in the author's words.
pub(super) fn example(translation: &Translation<'_>, assignment: &Assignment) -> Example {
    let mut derived = false;
    let mut lines = Vec::new();
    for (var, classes) in assignment {
        derived |= matches!(translation.var(*var).source, Source::Derived(_));
        if let Some(class) = classes.first() {
            lines.push(fact(translation, *var, class.start));
        }
    }
    if derived {
        Example::Perhaps(lines)
    } else {
        Example::Customer(lines)
    }
}

/// "`customer.age` is 17"
fn fact(translation: &Translation<'_>, var: VarId, class: u32) -> String {
    let variable = translation.var(var);
    let program = translation.program;
    let value = variable.domain.example(class);
    let (subject, ty) = match variable.source {
        Source::Input(id) => (
            format!("`{}`", program.input(id).path),
            program.input(id).ty.clone(),
        ),
        Source::Derived(id) => (described(program, id), program.expr(id).ty.clone()),
    };
    match (&value, ty.present()) {
        (Value::Missing, Ty::Record(_) | Ty::List(_)) if class == 0 => {
            format!("{subject} is present")
        }
        _ => format!("{subject} is {}", text(program, &ty, &value)),
    }
}

fn described(program: &Program, id: ExprId) -> String {
    match &program.expr(id).kind {
        crate::hir::ExprKind::Def(def) => format!("`{}`", program.def(*def).name),
        _ => "an expression".to_owned(),
    }
}

/// A value as an author writes it.
fn text(program: &Program, ty: &Ty, value: &Value) -> String {
    match (value, ty.present()) {
        (Value::Missing, _) => "missing".to_owned(),
        (Value::Bool(b), _) => b.to_string(),
        (Value::Int(i), _) => i.to_string(),
        (Value::Decimal(d), _) => d.to_string(),
        (Value::Text(text), _) => format!("{text:?}"),
        (Value::Member(m), Ty::Enum(id)) => {
            let members = &program.enumeration(*id).members;
            members.get(*m as usize).cloned().unwrap_or_default()
        }
        _ => "anything".to_owned(),
    }
}

fn report(
    at: Span,
    name: &str,
    entry: &str,
    table: bool,
    gap: Found<Example>,
) -> Option<Diagnostic> {
    let otherwise = "add `otherwise => …` for all that is left";
    let optional = "or make the result optional: it is missing where no row fits";
    let (error, example) = match gap {
        Found::No => return None,
        Found::Yes(Example::Customer(lines)) => {
            let message = format!("no {entry} of `{name}` fits every customer");
            let label = if lines.is_empty() {
                "no customer fits".to_owned()
            } else {
                format!("nothing fits when {}", lines.join(", "))
            };
            (Diagnostic::error(Code::NotExhaustive, at, message), label)
        }
        Found::Yes(Example::Perhaps(lines)) => {
            let message =
                format!("the {entry}s of `{name}` can't be shown to cover every customer");
            let label = format!("if {}, nothing fits", lines.join(", "));
            (
                Diagnostic::error(Code::NotShownExhaustive, at, message),
                label,
            )
        }
        Found::TooRich => {
            let message =
                format!("the {entry}s of `{name}` can't be shown to cover every customer");
            let label = "the conditions are too rich to decide".to_owned();
            (
                Diagnostic::error(Code::NotShownExhaustive, at, message),
                label,
            )
        }
    };
    let error = error.label(example).help(otherwise);
    Some(if table { error.help(optional) } else { error })
}

/// The columns of a table as variables, where each cell asks about its own column alone.
pub(super) struct Columns<'p> {
    translation: Translation<'p>,
    /// The variable of each column; `None` where every cell is `-`.
    vars: Vec<Option<VarId>>,
    rows: Vec<BoxRow>,
    sizes: Vec<u32>,
}

impl<'p> Columns<'p> {
    pub(super) fn new(program: &'p Program, table: &Table, limits: &Limits) -> Option<Self> {
        let budget = limits
            .analysis_steps
            .max(table.rows.len().saturating_mul(64));
        let mut translation = Translation::new(program, false, budget);
        let mut known = HashMap::new();
        let mut formulas: Vec<Vec<Option<FormulaId>>> = Vec::with_capacity(table.rows.len());
        let mut vars: Vec<Option<VarId>> = vec![None; table.columns.len()];
        for row in &table.rows {
            let mut cells = Vec::with_capacity(row.cells.len());
            for (cell, var) in row.cells.iter().zip(&mut vars) {
                let formula =
                    cell.map(|id| *known.entry(id).or_insert_with(|| translation.condition(id)));
                *var = var.or(formula.and_then(|f| translation.asked_variable(f)));
                cells.push(formula);
            }
            formulas.push(cells);
        }
        if translation.exhausted() {
            return None;
        }
        translation.finish();
        let mut budget = budget;
        let mut classes: HashMap<FormulaId, Classes> = HashMap::new();
        let mut rows = Vec::with_capacity(formulas.len());
        for cells in formulas {
            let mut row: BoxRow = Vec::with_capacity(cells.len());
            for (cell, var) in cells.into_iter().zip(&vars) {
                row.push(match (cell, var) {
                    (None, _) => None,
                    (Some(formula), Some(var)) => {
                        let known = match classes.entry(formula) {
                            Entry::Occupied(known) => known.into_mut(),
                            Entry::Vacant(place) => {
                                place.insert(translation.classes(formula, *var, &mut budget)?)
                            }
                        };
                        Some(known.clone())
                    }
                    (Some(_), None) => return None,
                });
            }
            rows.push(row);
        }
        let size = |var: &Option<VarId>| var.map_or(1, |v| translation.var(v).domain.size());
        let sizes = vars.iter().map(size).collect();
        Some(Columns {
            translation,
            vars,
            rows,
            sizes,
        })
    }

    pub(super) fn grid(&self) -> Grid<'_> {
        Grid {
            rows: &self.rows,
            sizes: &self.sizes,
        }
    }

    /// Every column is an input of its own, so that every combination of their values has its customer.
    pub(super) fn are_inputs(&self) -> bool {
        let mut seen = HashSet::new();
        self.vars.iter().flatten().all(|var| {
            seen.insert(*var) && matches!(self.translation.var(*var).source, Source::Input(_))
        })
    }

    /// A place of the grid in the author's words.
    pub(super) fn example(&self, place: &[u32]) -> Vec<String> {
        place
            .iter()
            .zip(&self.vars)
            .filter_map(|(class, var)| var.map(|v| fact(&self.translation, v, *class)))
            .collect()
    }
}
