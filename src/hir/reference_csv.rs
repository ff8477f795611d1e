//! Rows of reference data from CSV files: the first line names fields of the record type, each cell is a constant of its
//! field's type. Each distinct text of a column is read once.

use super::lower::Lowering;
use super::reference::RowPlace;
use super::{RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, Span};
use crate::syntax::{self, ast};
use crate::value::Value;
use std::collections::{HashMap, HashSet};

impl Lowering<'_> {
    pub(super) fn csv_reference(
        &mut self,
        source: SourceId,
        record: RecordId,
    ) -> Vec<(Value, RowPlace)> {
        let text = self.sources.text(source);
        let (table, errors) = syntax::parse_csv_rows(source, text, self.limits);
        errors.into_iter().for_each(|e| self.report(e));
        let Some(table) = table else {
            return Vec::new();
        };
        let Some(columns) = self.csv_columns(&table, record) else {
            return Vec::new();
        };
        if !self.is_complete(record, &columns, table.result.at.0) {
            return Vec::new();
        }
        let mut known = vec![HashMap::new(); columns.len()];
        let mut rows = Vec::new();
        for row in &table.rows {
            if !self.may_fill(record, columns.len(), row.span) {
                break;
            }
            if let Some(values) = self.csv_row(row, record, &columns, &mut known) {
                let cells = row.cells.iter().zip(&columns);
                let place = RowPlace {
                    whole: row.span,
                    fields: cells.map(|(cell, (at, _))| (*at, cell.span)).collect(),
                };
                rows.push((Value::Record(values.into()), place));
            }
        }
        rows
    }

    /// The fields of a row; what is known of the texts of each column is not read again.
    fn csv_row<'t>(
        &mut self,
        row: &'t syntax::CsvRow,
        record: RecordId,
        columns: &[(usize, Ty)],
        known: &mut [HashMap<&'t str, Option<Value>>],
    ) -> Option<Vec<Value>> {
        let mut values = self.default_row(record);
        let mut fine = true;
        for ((cell, (place, ty)), known) in row.cells.iter().zip(columns).zip(known) {
            let may_lack = values.get(*place).is_some_and(Option::is_some);
            if cell.text.trim().is_empty() && may_lack {
                continue;
            }
            let value = match known.get(&*cell.text) {
                Some(value) => value.clone(),
                None => {
                    let value = self.csv_value(cell, ty, may_lack);
                    self.check_field(&value, (record, *place), cell.span);
                    known.insert(&cell.text, value.clone());
                    value
                }
            };
            fine &= value.is_some();
            if let Some(slot) = values.get_mut(*place) {
                *slot = value;
            }
        }
        values.into_iter().collect::<Option<_>>().filter(|_| fine)
    }

    /// Whether a value lies in the range of its field.
    pub(super) fn check_field(
        &mut self,
        value: &Option<Value>,
        (record, place): (RecordId, usize),
        at: Span,
    ) {
        let declared = self.records.get(record.index());
        let range = declared.and_then(|r| r.fields.get(place)?.range);
        if let Some(value) = value {
            self.check_range(value, range, at);
        }
    }

    /// Whether a header names every field that is neither optional nor has a default; otherwise a report.
    fn is_complete(&mut self, record: RecordId, columns: &[(usize, Ty)], at: Span) -> bool {
        let fields = self.records.get(record.index()).map(|r| &r.fields[..]);
        let fields = fields.unwrap_or_default().iter().enumerate();
        let needed = fields.filter(|(_, f)| f.default.is_none() && !f.ty.is_optional());
        let named: HashSet<usize> = columns.iter().map(|(place, _)| *place).collect();
        let lacking: Vec<String> = needed
            .filter(|(place, _)| !named.contains(place))
            .map(|(_, f)| f.name.clone())
            .collect();
        if lacking.is_empty() {
            return true;
        }
        let message = format!("the header lacks {}", super::slips::listed(&lacking));
        self.report(
            Diagnostic::error(Code::MissingField, at, message)
                .label("another column goes behind this")
                .help("every field has a column that is neither optional nor has a default"),
        );
        false
    }

    /// A row with what its fields are without a cell: a default, missing, or nothing yet.
    pub(super) fn default_row(&self, record: RecordId) -> Vec<Option<Value>> {
        let fields = self.records.get(record.index()).map(|r| &r.fields[..]);
        let fields = fields.unwrap_or_default().iter();
        fields
            .map(|f| match &f.default {
                Some(value) => Some(value.clone()),
                None if f.ty.is_optional() => Some(Value::Missing),
                None => None,
            })
            .collect()
    }

    /// The fields that the header names: their places and types.
    fn csv_columns(
        &mut self,
        table: &syntax::CsvTable,
        record: RecordId,
    ) -> Option<Vec<(usize, Ty)>> {
        let mut names = Vec::new();
        for column in &table.columns {
            match &column.kind {
                ast::ExprKind::Name(name) => names.push(name.clone()),
                _ => {
                    self.report(
                        Diagnostic::error(
                            Code::BadCsv,
                            column.at.0,
                            "the header has the names of the record's fields",
                        )
                        .label("a field's name goes here")
                        .help("name one field a column"),
                    );
                    return None;
                }
            }
        }
        names.push(table.result.clone());
        let mut columns: Vec<(usize, Ty)> = Vec::new();
        let mut taken = HashSet::new();
        for name in &names {
            let found = self.field_place(record, &name.text).and_then(|place| {
                let fields = &self.records.get(record.index())?.fields;
                Some((place, fields.get(place)?.ty.clone()))
            });
            let Some((place, ty)) = found else {
                self.no_such_field(&Ty::Record(record), name, name.at.0);
                return None;
            };
            if !taken.insert(place) {
                self.report(
                    Diagnostic::error(
                        Code::BadCsv,
                        name.at.0,
                        format!("the column `{}` stands in the header twice", name.text),
                    )
                    .label("written again here")
                    .help("remove one of the two columns"),
                );
                return None;
            }
            columns.push((place, ty));
        }
        Some(columns)
    }
}
