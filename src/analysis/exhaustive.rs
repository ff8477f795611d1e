//! Whether some rule, or some row, fits every customer.

use super::Ground;
use super::domain::{Classes, EQUAL, LESS};
use super::formula::{FormulaId, Source, Translation, VarId};
use super::grid::{BoxRow, Grid};
use super::search::{Assignment, Found, satisfy};
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::{Scalar, show::Show};
use crate::hir::{Def, DefKind, ExprId, ExprKind, Func, Program, Root, Rule, Table, Ty};
use crate::source::Span;
use crate::value::Value;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// Rules without `otherwise`.
pub(super) fn rules(ground: Ground<'_>, def: &Def, rules: &[Rule], found: &mut Vec<Diagnostic>) {
    let conditions: Option<Vec<ExprId>> = rules.iter().map(|r| r.when).collect();
    let Some(conditions) = conditions else {
        return;
    };
    let steps = ground.limits.analysis_steps;
    let mut translation = Translation::new(ground, true, steps);
    let mut fall_through = Vec::new();
    for condition in conditions {
        let holds = translation.condition(condition);
        fall_through.push(translation.not(holds));
    }
    let mut budget = steps;
    let gap = uncovered(&mut translation, &fall_through, &mut budget);
    let entry = match def.kind {
        DefKind::Classify(_) => "member",
        _ => "rule",
    };
    found.extend(report(def.span, &def.name, entry, false, gap));
}

/// A single-hit table without `otherwise` whose result is not optional.
pub(super) fn table(ground: Ground<'_>, def: &Def, table: &Table, found: &mut Vec<Diagnostic>) {
    let open = !table.policy.is_single() || table.otherwise.is_some();
    if open || def.ty.is_optional() {
        return;
    }
    let mut budget = ground.limits.analysis_steps;
    let gap = match by_columns(ground, table, &mut budget) {
        Some(Found::No) => return,
        Some(Found::Yes(example)) => Found::Yes(example),
        Some(Found::TooRich) => Found::TooRich,
        None => by_meaning(ground, table, &mut budget),
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
fn by_columns(ground: Ground<'_>, table: &Table, budget: &mut usize) -> Option<Found<Example>> {
    let columns = Columns::new(ground, table)?;
    match columns.grid().gap(budget) {
        Found::No => Some(Found::No),
        Found::Yes(place) if columns.are_inputs() => {
            Some(Found::Yes(Example::Customer(columns.example(&place))))
        }
        _ => None,
    }
}

/// All cells taken down to inputs.
fn by_meaning(ground: Ground<'_>, table: &Table, budget: &mut usize) -> Found<Example> {
    let mut translation = Translation::new(ground, true, ground.limits.analysis_steps);
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
        derived |= !matches!(translation.var(*var).source, Source::Input(_));
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
        Source::Derived(id) => (written(translation, id), program.expr(id).ty.clone()),
        Source::Order(a, b) => return standing(translation, a, b, class),
    };
    match (&value, ty.present()) {
        (Value::Missing, Ty::Record(_) | Ty::List(_)) if class == 0 => {
            format!("{subject} is present")
        }
        _ => format!("{subject} is {}", text(program, &ty, &value)),
    }
}

/// "`a` is less than `b`"
fn standing(translation: &Translation<'_>, a: ExprId, b: ExprId, class: u32) -> String {
    let words = match (class, translation.program.expr(a).ty.present()) {
        (EQUAL, _) => "equals",
        (LESS, Ty::Date | Ty::Time | Ty::DateTime) => "is before",
        (_, Ty::Date | Ty::Time | Ty::DateTime) => "is after",
        (_, Ty::Bool | Ty::Record(_) | Ty::List(_) | Ty::Geo | Ty::Zone) => "differs from",
        (LESS, _) => "is less than",
        _ => "is greater than",
    };
    format!(
        "{} {words} {}",
        written(translation, a),
        written(translation, b)
    )
}

/// An expression as the author wrote it, on one line and not too long.
fn written(translation: &Translation<'_>, id: ExprId) -> String {
    // A rule's validity asks for the moment without saying so.
    if let Some(moment) = moment(translation.program, id) {
        return format!("`{moment}`");
    }
    let text = translation
        .sources
        .snippet(translation.program.expr(id).span);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let mut short: String = line.chars().take(60).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    format!("`{short}`")
}

/// `now` and `today`.
fn moment(program: &Program, id: ExprId) -> Option<&'static str> {
    let is_now = |id: ExprId| match program.expr(id).kind {
        ExprKind::Input(input) => program.input(input).root == Root::Now,
        _ => false,
    };
    match &program.expr(id).kind {
        _ if is_now(id) => Some("now"),
        ExprKind::Call(Func::DateOf, operands) => {
            operands.first().filter(|id| is_now(**id)).map(|_| "today")
        }
        _ => None,
    }
}

/// A value as an author writes it.
fn text(program: &Program, ty: &Ty, value: &Value) -> String {
    match (value, ty.present()) {
        (Value::Missing, _) => "missing".to_owned(),
        (Value::Bool(b), _) => b.to_string(),
        (Value::Int(i), _) => told(ty, Scalar::Int(*i)),
        (Value::Decimal(d), _) => told(ty, Scalar::Decimal(*d)),
        (Value::Text(text), _) => format!("{text:?}"),
        (Value::Member(m), Ty::Enum(id)) => {
            let members = &program.enumeration(*id).members;
            members.get(*m as usize).cloned().unwrap_or_default()
        }
        _ => "anything".to_owned(),
    }
}

/// A number, date or amount as it is told.
fn told(ty: &Ty, scalar: Scalar) -> String {
    let mut out = String::new();
    Show::of(ty).write(scalar, &mut out);
    out
}

fn report(
    at: Span,
    name: &str,
    entry: &str,
    table: bool,
    gap: Found<Example>,
) -> Option<Diagnostic> {
    let unproven = format!("the {entry}s of `{name}` can't be shown to fit every customer");
    let (code, message, label) = match gap {
        Found::No => return None,
        Found::Yes(Example::Customer(lines)) => (
            Code::NotExhaustive,
            format!("there are customers whom no {entry} of `{name}` fits"),
            match lines.as_slice() {
                [] => format!("no {entry} ever fits"),
                lines => format!("nothing fits when {}", lines.join(", ")),
            },
        ),
        Found::Yes(Example::Perhaps(lines)) => (
            Code::NotShownExhaustive,
            unproven,
            format!("nothing fits if {}", lines.join(", ")),
        ),
        Found::TooRich => (
            Code::NotShownExhaustive,
            unproven,
            "there are too many combinations to try".to_owned(),
        ),
    };
    let otherwise = match entry {
        "member" => "add `otherwise` and a member for all that is left",
        _ => "add `otherwise => …` for all that is left",
    };
    let error = Diagnostic::error(code, at, message)
        .label(label)
        .help(otherwise);
    let optional = "or make the result optional: it is missing where no row fits";
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
    pub(super) fn new(ground: Ground<'p>, table: &Table) -> Option<Self> {
        let budget = ground
            .limits
            .analysis_steps
            .max(table.rows.len().saturating_mul(64));
        let mut translation = Translation::new(ground, false, budget);
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
