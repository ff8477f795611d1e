//! Reference data: constant rows of a record type, told apart by a key.

use super::lower::Lowering;
use super::names::Named;
use super::{DefId, ExprId, RecordId, Reference, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::{self, ast};
use crate::value::Value;
use std::collections::{HashMap, HashSet};

impl Lowering<'_> {
    /// The record type of a reference and the place of its key.
    pub(super) fn reference_head(&mut self, written: &ast::Reference) -> Option<(RecordId, u32)> {
        let Ty::Record(record) = self.named_type(&written.record) else {
            if !matches!(
                self.names.get(&written.record.text),
                None | Some(Named::Input(_) | Named::Def(_))
            ) {
                self.report(
                    Diagnostic::error(
                        Code::TypeMismatch,
                        written.record.at.0,
                        format!("`{}` is no record", written.record.text),
                    )
                    .label("the record type of the rows goes here")
                    .help("declare one: `record Shop { id: string, place: geo }`"),
                );
            }
            return None;
        };
        let Some(place) = self.field_place(record, &written.key.text) else {
            self.no_such_field(&Ty::Record(record), &written.key, written.key.at.0);
            return None;
        };
        Some((record, self.count(place)))
    }

    /// The record and the type of the key of a reference whose head was read.
    pub(super) fn reference_types(&self, id: DefId) -> Option<(RecordId, Ty)> {
        let (record, key) = self.drafts.get(id.index())?.reference?;
        let field = self.records.get(record.index())?.fields.get(key as usize)?;
        Some((record, field.ty.clone()))
    }

    /// The rows of a reference.
    pub(super) fn reference(&mut self, written: &ast::Reference, id: usize) -> Option<Reference> {
        let (record, key) = self.drafts.get(id)?.reference?;
        let field = self.records.get(record.index())?.fields.get(key as usize)?;
        let (key_ty, name) = (field.ty.clone(), field.name.clone());
        let keyed = key_ty.is_int_like()
            || matches!(
                key_ty,
                Ty::Text | Ty::Enum(_) | Ty::Bool | Ty::Zone | Ty::Decimal
            );
        if !keyed {
            let found = super::expr::a_type(&self.type_name(&key_ty));
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    written.key.at.0,
                    format!("`{name}` is {found}, which is no key"),
                )
                .label("a field that is never missing goes here")
                .help("a key is a text, a whole number, an enum or another single value"),
            );
            return None;
        }
        let rows = match &written.rows {
            ast::ReferenceRows::Inline(list) => self.inline_reference(list, record),
            ast::ReferenceRows::Csv(file) => self.csv_reference(file, record),
        };
        self.unique_keys(&rows, key, &name);
        let rows = rows.into_iter().map(|(value, _)| value).collect();
        Some(Reference {
            record,
            key,
            rows: Value::List(rows),
        })
    }

    fn inline_reference(&mut self, list: &ast::Expr, record: RecordId) -> Vec<(Value, Span)> {
        let ast::ExprKind::List(items) = &list.kind else {
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    list.at.0,
                    "reference data is a list of records",
                )
                .label("a list goes here")
                .help("write `[ { … }, { … } ]`, or `from \"file.csv\"`"),
            );
            return Vec::new();
        };
        let ty = Ty::Record(record);
        let mut rows = Vec::new();
        for item in items {
            let id = self.check(item, &ty);
            if let Some(value) = self.constant_row(id, item.at.0) {
                rows.push((value, item.at.0));
            }
        }
        rows
    }

    fn constant_row(&mut self, id: ExprId, at: Span) -> Option<Value> {
        if self.expr(id).ty == Ty::Error {
            return None;
        }
        let value = self.constant(id);
        if value.is_none() {
            self.report(
                Diagnostic::error(Code::BadDefault, at, "reference data is constant")
                    .label("this depends on the customer")
                    .help("write the values out"),
            );
        }
        value
    }

    fn csv_reference(&mut self, file: &ast::Text, record: RecordId) -> Vec<(Value, Span)> {
        let Some(source) = self.csv.get(&file.at.0).copied() else {
            return Vec::new(); // not readable: reported by the loader
        };
        let text = self.sources.text(source);
        let (table, errors) = syntax::parse_csv(source, text, self.limits);
        errors
            .into_iter()
            .for_each(|e| self.report(of_reference(e)));
        let Some(table) = table else {
            return Vec::new();
        };
        let Some(columns) = self.csv_columns(&table, record) else {
            return Vec::new();
        };
        if !self.is_complete(record, &columns, table.result.at.0) {
            return Vec::new();
        }
        let mut known: Vec<HashMap<&str, Option<Value>>> = vec![HashMap::new(); columns.len()];
        let mut rows = Vec::new();
        for row in &table.rows {
            if !self.may_fill(record, columns.len(), row.span) {
                break;
            }
            let mut values = self.default_row(record);
            let mut fine = true;
            for ((cell, (place, ty)), known) in row.cells.iter().zip(&columns).zip(&mut known) {
                if cell.text.trim().is_empty() && values.get(*place).is_some_and(Option::is_some) {
                    continue;
                }
                let value = match known.get(&*cell.text) {
                    Some(value) => value.clone(),
                    None => {
                        let value = self.csv_value(cell, ty);
                        known.insert(&cell.text, value.clone());
                        value
                    }
                };
                fine &= value.is_some();
                if let Some(slot) = values.get_mut(*place) {
                    *slot = value;
                }
            }
            let complete: Option<Vec<Value>> = values.into_iter().collect();
            match complete {
                Some(values) if fine => rows.push((Value::Record(values.into()), row.span)),
                _ => {}
            }
        }
        rows
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
    fn default_row(&self, record: RecordId) -> Vec<Option<Value>> {
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

    /// A cell as a constant of its field's type.
    fn csv_value(&mut self, cell: &syntax::RawCell, ty: &Ty) -> Option<Value> {
        if cell.text.trim().is_empty() {
            self.report(
                Diagnostic::error(Code::BadCell, cell.span, "this cell is empty")
                    .label("a value goes here")
                    .help("only cells of fields with a default or `?` may be empty"),
            );
            return None;
        }
        let bare = matches!(ty.present(), Ty::Text | Ty::Zone);
        let parsed = match syntax::parse_csv_result(cell, bare, self.limits) {
            Ok(parsed) => parsed,
            Err(errors) => {
                errors.into_iter().for_each(|e| self.report(e));
                return None;
            }
        };
        // A word is a member or a bool: nothing else has a name in a file of constants.
        if let (ast::ExprKind::Name(name), false) =
            (&parsed.kind, matches!(ty.present(), Ty::Enum(_)))
        {
            let wanted = super::expr::a_type(&self.type_name(ty.present()));
            self.report(
                Diagnostic::error(
                    Code::BadCell,
                    cell.span,
                    format!("`{}` is not {wanted}", name.text),
                )
                .label(format!("{wanted} goes here"))
                .help("write the value as it is written in rules"),
            );
            return None;
        }
        // The currency stands in the type, so that a column of prices is a column of numbers.
        if let (Ty::Money(_), ast::ExprKind::Int(..) | ast::ExprKind::Decimal(..)) =
            (ty.present(), &parsed.kind)
        {
            let id = self.check(&parsed, &Ty::Decimal);
            return self.number(id).map(Value::Decimal);
        }
        let id = self.check(&parsed, ty);
        self.constant_row(id, cell.span)
    }

    fn unique_keys(&mut self, rows: &[(Value, Span)], key: u32, name: &str) {
        let mut seen: HashMap<&Value, Span> = HashMap::new();
        for (row, at) in rows {
            let Value::Record(fields) = row else { continue };
            let Some(value) = fields.get(key as usize) else {
                continue;
            };
            if let Some(first) = seen.insert(value, *at) {
                self.report(
                    Diagnostic::error(
                        Code::DuplicateEntry,
                        *at,
                        format!("two rows have the same `{name}`"),
                    )
                    .label("the second one")
                    .also(first, "the first one")
                    .help("a key belongs to one row: remove one of the two"),
                );
            }
        }
    }
}

/// What is said of a CSV file, in the words of reference data.
fn of_reference(mut error: Diagnostic) -> Diagnostic {
    match error.code {
        Code::CellCount => {
            error.help = vec![
                "an empty cell takes the field's default or is missing; a cell with commas stands in double quotes".to_owned(),
            ];
        }
        // Only a file without a header has nothing to underline.
        Code::BadCsv if error.primary.span.start == error.primary.span.end => {
            error.primary.text = "the header goes here".to_owned();
            error.help = vec![
                "the first line names the fields of the record, separated by commas".to_owned(),
            ];
        }
        _ => {}
    }
    error
}
