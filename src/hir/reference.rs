//! Reference data: constant rows of a record type, told apart by a key.

use super::lower::Lowering;
use super::names::Named;
use super::{DefId, ExprId, RecordId, Reference, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use std::collections::HashMap;

/// Where a row of reference data stands, and those of its fields that are written.
#[derive(Clone, Debug)]
pub(super) struct RowPlace {
    pub(super) whole: Span,
    /// By the place of the field.
    pub(super) fields: Vec<(usize, Span)>,
}

impl RowPlace {
    /// Where a field stands; the row where it is not written.
    pub(super) fn of(&self, field: u32) -> Span {
        let mut fields = self.fields.iter();
        let own = fields.find(|(place, _)| *place == field as usize);
        own.map_or(self.whole, |(_, at)| *at)
    }
}

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
        let reported = self.reported();
        let rows = match &written.rows {
            ast::ReferenceRows::Inline(list) => self.inline_reference(list, record),
            ast::ReferenceRows::File(file) => self.file_reference(file, record),
        };
        self.rows_lost |= self.reported() > reported;
        let rows = self.unique_keys(rows, key, &name);
        let (rows, places): (Vec<Value>, _) = rows.into_iter().unzip();
        if let Some(draft) = self.drafts.get_mut(id) {
            draft.row_places = places;
        }
        Some(Reference {
            record,
            key,
            rows: Value::List(rows.into()),
        })
    }

    fn file_reference(&mut self, file: &ast::Text, record: RecordId) -> Vec<(Value, RowPlace)> {
        let Some(source) = self.csv.get(&file.at.0).copied() else {
            self.rows_lost = true;
            return Vec::new(); // not readable: reported by the loader
        };
        if file.value.ends_with(".json") {
            self.report(
                Diagnostic::error(
                    Code::BadCsv,
                    file.at.0,
                    "rows come from CSV, or from JSON with one object a line",
                )
                .label("a file that is called `….csv` or `….jsonl` goes here")
                .help("write each object in a line of its own, without `[`, `]` and commas between them"),
            );
            return Vec::new();
        }
        match is_json_lines(&file.value) {
            true => self.json_reference(source, record),
            false => self.csv_reference(source, record),
        }
    }

    fn inline_reference(&mut self, list: &ast::Expr, record: RecordId) -> Vec<(Value, RowPlace)> {
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
                let place = RowPlace {
                    whole: item.at.0,
                    fields: self.fields_at(item, record),
                };
                rows.push((value, place));
            }
        }
        rows
    }

    /// Where the fields of a record are written.
    fn fields_at(&self, item: &ast::Expr, record: RecordId) -> Vec<(usize, Span)> {
        let ast::ExprKind::Record(fields) = &item.kind else {
            return Vec::new();
        };
        let place = |(name, value): &(ast::Name, ast::Expr)| {
            Some((self.field_place(record, &name.text)?, value.at.0))
        };
        fields.iter().filter_map(place).collect()
    }

    pub(super) fn constant_row(&mut self, id: ExprId, at: Span) -> Option<Value> {
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

    /// The rows whose keys are new; the others are reported, and nothing more is said of them.
    fn unique_keys(
        &mut self,
        rows: Vec<(Value, RowPlace)>,
        key: u32,
        name: &str,
    ) -> Vec<(Value, RowPlace)> {
        let mut seen: HashMap<Value, Span> = HashMap::new();
        let mut unique = Vec::with_capacity(rows.len());
        for (row, at) in rows {
            let Value::Record(fields) = &row else {
                continue;
            };
            let Some(value) = fields.get(key as usize) else {
                continue;
            };
            if let Some(first) = seen.get(value).copied() {
                self.report(
                    Diagnostic::error(
                        Code::DuplicateEntry,
                        at.of(key),
                        format!("two rows have the same `{name}`"),
                    )
                    .label("the second one")
                    .also(first, "the first one")
                    .help("a key belongs to one row: remove one of the two"),
                );
                continue;
            }
            seen.insert(value.clone(), at.of(key));
            unique.push((row, at));
        }
        unique
    }
}

/// Whether a file holds one JSON object a line, by its name.
pub(crate) fn is_json_lines(name: &str) -> bool {
    [".jsonl", ".ndjson"].iter().any(|end| name.ends_with(end))
}
