//! Checking of tables: cells become conditions over their column, rows from CSV are parsed by their column's type.

use super::facts::Fact;
use super::lower::Lowering;
use super::{CompareOp, ExprId, ExprKind, HitPolicy, Row, Table, Ty};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::{self, ast};
use crate::value::Value;
use std::collections::HashMap;

const POLICIES: [(&str, HitPolicy); 7] = [
    ("unique", HitPolicy::Unique),
    ("first", HitPolicy::First),
    ("any", HitPolicy::Any),
    ("priority", HitPolicy::Priority),
    ("collect", HitPolicy::Collect),
    ("rule_order", HitPolicy::Collect),
    ("output_order", HitPolicy::OutputOrder),
];

const AGGREGATES: [(&str, HitPolicy); 4] = [
    ("sum", HitPolicy::Sum),
    ("min", HitPolicy::Min),
    ("max", HitPolicy::Max),
    ("count", HitPolicy::Count),
];

impl Lowering<'_> {
    pub(super) fn table(&mut self, written: &ast::Table, ty: &Ty) -> Table {
        let policy = self.policy(&written.policy);
        let value_ty = self.row_type(written, policy, ty);
        let ranks = self.ranks(written, policy, &value_ty);
        let (columns, rows) = match &written.body {
            ast::TableBody::Inline { columns, rows, .. } => {
                self.inline_rows(columns, rows, &value_ty)
            }
            ast::TableBody::Csv(file) => self.csv_rows(file, &value_ty),
        };
        if matches!(&written.body, ast::TableBody::Inline { rows, .. } if rows.is_empty()) {
            let name = &written.head.name;
            self.report(
                Diagnostic::error(
                    Code::NoRules,
                    name.at.0,
                    format!("`{}` has no rows", name.text),
                )
                .label("nothing is decided here")
                .help("give it a row, at least `| - => …`"),
            );
        }
        let otherwise = written.otherwise.as_ref().map(|rule| self.rule(rule, ty));
        Table {
            policy,
            columns,
            rows,
            ranks,
            otherwise,
        }
    }

    fn policy(&mut self, written: &ast::Policy) -> HitPolicy {
        let word = &written.word;
        let known = POLICIES.iter().find(|(name, _)| *name == &*word.text);
        let Some((_, policy)) = known else {
            let error = Diagnostic::error(
                Code::UnknownPolicy,
                word.at.0,
                format!("there is no hit policy `{}`", word.text),
            )
            .label("a hit policy goes here");
            self.report(match nearest(&word.text, POLICIES.map(|(name, _)| name)) {
                Some(near) => super::slips::meant(error, word.at.0, &[near]),
                None => error.help(format!(
                    "the policies are {}",
                    super::slips::listed(&POLICIES.map(|(name, _)| name))
                )),
            });
            return HitPolicy::First;
        };
        let Some(aggregate) = &written.aggregate else {
            return *policy;
        };
        let known = AGGREGATES
            .iter()
            .find(|(name, _)| *name == &*aggregate.text);
        match known.filter(|_| &*word.text == "collect") {
            Some((_, policy)) => *policy,
            None => {
                self.report(
                    Diagnostic::error(
                        Code::UnknownPolicy,
                        aggregate.at.0,
                        format!("there is no hit policy `{} {}`", word.text, aggregate.text),
                    )
                    .label("not known here")
                    .help(match &*aggregate.text {
                        "avg" | "average" | "mean" => "`collect sum` and `collect count` are two tables; divide one by the other",
                        _ => "`collect` may be followed by `sum`, `min`, `max` or `count`",
                    }),
                );
                // What it was to give nobody can tell.
                HitPolicy::First
            }
        }
    }

    /// How important each member of the result's enum is, where the policy asks for it.
    fn ranks(&mut self, written: &ast::Table, policy: HitPolicy, ty: &Ty) -> Vec<u32> {
        let by = written.policy.by.as_ref();
        if !matches!(policy, HitPolicy::Priority | HitPolicy::OutputOrder) {
            if let Some(by) = by {
                self.report(
                    Diagnostic::error(
                        Code::UnknownPolicy,
                        by.at.0,
                        format!("`{}` knows no order of results", written.policy.word.text),
                    )
                    .label("not here")
                    .help("`by` stands behind `priority` and `output_order`"),
                );
            }
            return Vec::new();
        }
        let members = match ty {
            Ty::Enum(id) => self
                .enums
                .get(id.index())
                .map(|e| (e.members.len(), e.ordered)),
            _ => None,
        };
        let at = written.policy.word.at.0;
        match (members, by) {
            (_, _) if *ty == Ty::Error => Vec::new(),
            (Some((count, _)), Some(by)) => self.listed_ranks(by, ty, count),
            // The greatest member of an ordered enum is the most important.
            (Some((count, true)), None) => (0..self.count(count)).rev().collect(),
            _ => {
                self.report(
                    Diagnostic::error(
                        Code::UnknownPolicy,
                        at,
                        "the results have no order by which one comes before another",
                    )
                    .label("needs to know what is more important")
                    .help("let the result be an `ordered enum`, or list the members, the most important first: `priority by [gold, member]`"),
                );
                Vec::new()
            }
        }
    }

    fn listed_ranks(&mut self, by: &ast::Expr, ty: &Ty, count: usize) -> Vec<u32> {
        let list = self.check(by, &Ty::List(Box::new(ty.clone())));
        if self.expr(list).ty == Ty::Error {
            return Vec::new();
        }
        let items = match self.constant(list) {
            Some(Value::List(items)) => items,
            _ => return Vec::new(),
        };
        let mut ranks: Vec<Option<u32>> = vec![None; count];
        for (item, rank) in items.iter().zip(0..) {
            if let Value::Member(member) = item
                && let Some(slot) = ranks.get_mut(*member as usize)
            {
                *slot = slot.or(Some(rank));
            }
        }
        let complete: Option<Vec<u32>> = ranks.into_iter().collect();
        match complete.filter(|_| items.len() == count) {
            Some(ranks) => ranks,
            None => {
                self.report(
                    Diagnostic::error(
                        Code::UnknownPolicy,
                        by.at.0,
                        format!(
                            "this list does not have each member of `{}` once",
                            self.type_name(ty)
                        ),
                    )
                    .label("every member goes here once, the most important first")
                    .help(format!("its members are {}", self.members_of(ty))),
                );
                Vec::new()
            }
        }
    }

    fn members_of(&self, ty: &Ty) -> String {
        let Ty::Enum(id) = ty else {
            return String::new();
        };
        let members = self.enums.get(id.index()).map(|e| &e.members[..]);
        super::slips::listed(members.unwrap_or_default())
    }

    /// The type of a row's result: that of the table, or in `collect` that of its items.
    fn row_type(&mut self, written: &ast::Table, policy: HitPolicy, ty: &Ty) -> Ty {
        match policy {
            HitPolicy::Collect | HitPolicy::OutputOrder => {}
            HitPolicy::Sum | HitPolicy::Min | HitPolicy::Max | HitPolicy::Count => {
                return self.aggregated(written, policy, ty);
            }
            _ => return ty.clone(),
        }
        match ty {
            Ty::List(item) => (**item).clone(),
            Ty::Error => Ty::Error,
            other => {
                let at = self.trimmed(written.head.result.at.0);
                let text = self.sources.snippet(at);
                let item = text.strip_suffix('?').unwrap_or(text);
                let repair = format!("list<{item}>");
                self.report(
                    Diagnostic::error(
                        Code::CollectResult,
                        at,
                        format!(
                            "a `{}` table gives a list: the results of all rows that fit",
                            written.policy.word.text
                        ),
                    )
                    .label("the type of a list goes here")
                    .help(format!("write `{repair}`"))
                    .suggest(at, repair),
                );
                other.present().clone()
            }
        }
    }

    /// The type of a row's result where all of them become one number.
    fn aggregated(&mut self, written: &ast::Table, policy: HitPolicy, ty: &Ty) -> Ty {
        let at = self.trimmed(written.head.result.at.0);
        let (fits, needed) = match policy {
            HitPolicy::Count => (*ty == Ty::Int, "`int`"),
            HitPolicy::Sum => (
                ty.is_whole() || ty.is_decimal(),
                "a number, an amount or a duration",
            ),
            _ => (
                ty.is_optional() && self.is_ordered(ty.present()),
                "an optional type with an order, for example `int?`",
            ),
        };
        if *ty == Ty::Error {
            return Ty::Error;
        }
        if !fits {
            let found = super::expr::a_type(&self.type_name(ty));
            let word = written.policy.aggregate.as_ref().map_or("", |w| &*w.text);
            let error = Diagnostic::error(
                Code::CollectResult,
                at,
                format!("a `collect {word}` table does not give {found}"),
            )
            .label(format!("{needed} goes here"));
            self.report(match policy {
                HitPolicy::Count => error.help("it gives how many rows fit").suggest(at, "int"),
                HitPolicy::Sum => {
                    error.help("it gives the sum of the results of all rows that fit")
                }
                _ if self.is_ordered(ty) => error
                    .help("where no row fits there is none, so the result is optional")
                    .suggest(at, format!("{}?", self.type_name(ty))),
                _ => error.help("it gives the least or greatest result of the rows that fit"),
            });
            return Ty::Error;
        }
        match policy {
            HitPolicy::Count => Ty::Never,
            _ => ty.present().clone(),
        }
    }

    fn inline_rows(
        &mut self,
        columns: &[ast::Expr],
        rows: &[ast::Row],
        value_ty: &Ty,
    ) -> (Vec<ExprId>, Vec<Row>) {
        let columns: Vec<ExprId> = columns.iter().map(|c| self.column(c)).collect();
        let mut made = Vec::new();
        for row in rows {
            if row.cells.len() != columns.len() {
                let error = cell_count(row.cells.len(), columns.len(), row.at.0);
                self.report(error);
                continue;
            }
            let cells: Vec<Option<ExprId>> = row
                .cells
                .iter()
                .zip(&columns)
                .map(|(cell, column)| self.cell(cell, *column))
                .collect();
            let mark = self.know(&cells);
            let value = self.row_value(&row.value, value_ty);
            let because = self.reason(row.because.as_ref());
            self.facts.reset(mark);
            made.push(Row {
                cells,
                value,
                because,
                span: row.at.0,
            });
        }
        (columns, made)
    }

    /// What a row gives; in a `collect count` table anything that has a type.
    fn row_value(&mut self, written: &ast::Expr, ty: &Ty) -> ExprId {
        if *ty == Ty::Never {
            return self.infer(written);
        }
        let value = self.check(written, ty);
        self.leaving(value)
    }

    /// A column's expression: whatever flow proved about it, cells may ask whether it is missing.
    pub(super) fn column(&mut self, written: &ast::Expr) -> ExprId {
        let id = self.infer(written);
        let id = self.stripped(id);
        if matches!(self.expr(id).ty, Ty::Never) {
            self.report(
                Diagnostic::error(
                    Code::NeedsType,
                    written.at.0,
                    "there is nothing to ask of this column",
                )
                .label("always missing")
                .help("write what the column's cells ask about, for example a field"),
            );
            return self.broken(written.at.0);
        }
        id
    }

    /// The facts that a row's cells prove for its result.
    fn know(&mut self, cells: &[Option<ExprId>]) -> usize {
        let mark = self.facts.mark();
        for cell in cells.iter().flatten() {
            let facts = self.proves(*cell, true);
            self.facts.add(facts);
        }
        mark
    }

    /// A cell as a condition over its column; `None` is `-`.
    fn cell(&mut self, cell: &ast::Cell, column: ExprId) -> Option<ExprId> {
        let ast::CellKind::Tests { negated, tests } = &cell.kind else {
            return None;
        };
        let at = cell.at.0;
        if self.expr(column).ty == Ty::Error {
            return Some(self.broken(at));
        }
        let ids: Vec<ExprId> = tests
            .iter()
            .map(|t| self.cell_test(t, column, at))
            .collect();
        let mut id = match ids.as_slice() {
            [one] => *one,
            _ => self.push(ExprKind::Or(ids), Ty::Bool, at),
        };
        if *negated {
            id = self.push(ExprKind::Not(id), Ty::Bool, at);
            if self.expr(column).ty.is_optional() {
                let present = self.push(ExprKind::IsPresent(column), Ty::Bool, at);
                id = self.push(ExprKind::And(vec![present, id]), Ty::Bool, at);
            }
        }
        Some(id)
    }

    pub(super) fn cell_test(&mut self, test: &ast::CellTest, column: ExprId, cell: Span) -> ExprId {
        let optional = self.expr(column).ty.is_optional();
        match test {
            ast::CellTest::Is(value) => match &value.kind {
                ast::ExprKind::Missing if optional => {
                    let present = self.push(ExprKind::IsPresent(column), Ty::Bool, value.at.0);
                    self.push(ExprKind::Not(present), Ty::Bool, value.at.0)
                }
                ast::ExprKind::Missing => {
                    let text = self.sources.snippet(self.expr(column).span).to_owned();
                    self.report(
                        Diagnostic::error(
                            Code::NeverMissing,
                            value.at.0,
                            format!("`{text}` is never missing, so this cell never fits"),
                        )
                        .label("never fits")
                        .also(self.expr(column).span, "never missing")
                        .help("write a value, or `-` where the column does not matter"),
                    );
                    self.broken(value.at.0)
                }
                ast::ExprKind::Range(low, high, end) => {
                    self.on_present(column, value.at.0, |this, column| {
                        this.in_range(column, low, high, *end, value.at.0)
                    })
                }
                _ => self.cell_value(value, column),
            },
            ast::CellTest::Compare(op, value) => {
                let at = self.trimmed(cell);
                self.on_present(column, at, |this, column| {
                    let ty = this.expr(column).ty.clone();
                    let right = this.check(value, &wider(&ty, value));
                    this.compared_ids(*op, column, right, at)
                })
            }
        }
    }

    /// `value` in a cell: equality that a missing column fails.
    fn cell_value(&mut self, value: &ast::Expr, column: ExprId) -> ExprId {
        let ty = self.expr(column).ty.clone();
        let right = self.check(value, &wider(ty.present(), value));
        if self.expr(right).ty == Ty::Error {
            return right;
        }
        if ty.is_optional() {
            self.is_ids(column, right, value.at.0, false)
        } else {
            self.compared_ids(CompareOp::Eq, column, right, value.at.0)
        }
    }

    /// A test of a column that it must be present for.
    fn on_present(
        &mut self,
        column: ExprId,
        at: Span,
        test: impl FnOnce(&mut Self, ExprId) -> ExprId,
    ) -> ExprId {
        if !self.expr(column).ty.is_optional() {
            return test(self, column);
        }
        let mark = self.facts.mark();
        let present = self.push(ExprKind::IsPresent(column), Ty::Bool, at);
        let key = self.key(column);
        self.facts.add([Fact::Present(key)]);
        let inside = self.narrow(column);
        let id = test(self, inside);
        self.facts.reset(mark);
        self.push(ExprKind::And(vec![present, id]), Ty::Bool, at)
    }

    /// Rows from a CSV text: each distinct cell of a column is parsed and checked once.
    fn csv_rows(&mut self, file: &ast::Text, value_ty: &Ty) -> (Vec<ExprId>, Vec<Row>) {
        let Some(source) = self.csv.get(&file.at.0).copied() else {
            return (Vec::new(), Vec::new()); // not readable: reported by the loader
        };
        if super::is_json_lines(&file.value) || file.value.ends_with(".json") {
            self.report(
                Diagnostic::error(Code::BadCsv, file.at.0, "a table comes from a CSV file")
                    .label("a file that is called `….csv` goes here")
                    .help("rows of reference data come from JSON lines: `reference shops: Shop key id from \"shops.jsonl\"`"),
            );
            return (Vec::new(), Vec::new());
        }
        let text = self.sources.text(source);
        let (table, errors) = syntax::parse_csv(source, text, self.limits);
        errors.into_iter().for_each(|e| self.report(e));
        let Some(table) = table else {
            return (Vec::new(), Vec::new());
        };
        if table.rows.is_empty() {
            let at = table.result.at.0;
            self.report(
                Diagnostic::error(Code::NoRules, at, "the file has no rows")
                    .label("only the header is there")
                    .help("write a row below the header"),
            );
        }
        let reported = self.reported();
        let columns: Vec<ExprId> = table.columns.iter().map(|c| self.column(c)).collect();
        self.keep_cells_whole(reported);
        let mut known: Vec<HashMap<&str, Option<ExprId>>> = vec![HashMap::new(); columns.len()];
        let mut results: HashMap<&str, ExprId> = HashMap::new();
        let mut rows = Vec::new();
        for row in &table.rows {
            let Some((result, cells)) = row.cells.split_last() else {
                continue;
            };
            let made: Vec<Option<ExprId>> = cells
                .iter()
                .zip(&columns)
                .zip(&mut known)
                .map(|((cell, column), known)| match known.get(&*cell.text) {
                    Some(id) => *id,
                    None => {
                        let id = self.csv_cell(cell, *column);
                        known.insert(&cell.text, id);
                        id
                    }
                })
                .collect();
            let value = match results.get(&*result.text) {
                Some(id) => *id,
                None => {
                    let mark = self.know(&made);
                    let id = self.csv_result(result, value_ty);
                    self.facts.reset(mark);
                    // A result that reads the customer is checked under its own row's facts each time.
                    if self.constant(id).is_some() {
                        results.insert(&result.text, id);
                    }
                    id
                }
            };
            rows.push(Row {
                cells: made,
                value,
                because: None,
                span: row.span,
            });
        }
        (columns, rows)
    }

    fn csv_cell(&mut self, cell: &syntax::RawCell, column: ExprId) -> Option<ExprId> {
        let bare = *self.expr(column).ty.present() == Ty::Text;
        let reported = self.reported();
        let made = match syntax::parse_csv_cell(cell, bare, self.limits) {
            Ok(parsed) => self.cell(&parsed, column),
            Err(errors) => {
                errors.into_iter().for_each(|e| self.report(e));
                Some(self.broken(cell.span))
            }
        };
        self.keep_cells_whole(reported);
        made
    }

    fn csv_result(&mut self, cell: &syntax::RawCell, ty: &Ty) -> ExprId {
        let bare = *ty.present() == Ty::Text;
        let reported = self.reported();
        let made = match syntax::parse_csv_result(cell, bare, self.limits) {
            Ok(parsed) => self.row_value(&parsed, ty),
            Err(errors) => {
                errors.into_iter().for_each(|e| self.report(e));
                self.broken(cell.span)
            }
        };
        self.keep_cells_whole(reported);
        made
    }

    /// Takes repairs out of what was reported since that would end a cell of a file, or begin another.
    fn keep_cells_whole(&mut self, reported: usize) {
        for error in self.take_reports(reported) {
            self.report(super::reference_cells::safe(error));
        }
    }
}

/// Ints are compared with decimals as decimals; everything else with its own type.
fn wider(ty: &Ty, value: &ast::Expr) -> Ty {
    match (ty, &value.kind) {
        (Ty::Int, ast::ExprKind::Decimal(..)) => Ty::Decimal,
        _ => ty.clone(),
    }
}

pub(super) fn cell_count(found: usize, wanted: usize, at: Span) -> Diagnostic {
    let cells = |n: usize| {
        if n == 1 {
            "1 cell".to_owned()
        } else {
            format!("{n} cells")
        }
    };
    let columns = if wanted == 1 { "column" } else { "columns" };
    let message = format!(
        "this row has {}, the table {wanted} {columns}",
        cells(found)
    );
    Diagnostic::error(Code::CellCount, at, message)
        .label(format!("{} before `=>` needed", cells(wanted)))
        .help(if found < wanted {
            "write `-` in a cell where the column does not matter"
        } else {
            "remove a cell, or add a column; values of one cell are separated by commas"
        })
}
