//! Rows of reference data from files of JSON lines: one object a line, whose keys are fields of the record type. Values are
//! as those of contexts: what fits a field is the same, and nothing is coerced. Each distinct text of a field is read once.

use super::json_scalars::{amount, place_on_earth, scalar};
use super::lower::Lowering;
use super::reference::RowPlace;
use super::slips::listed;
use super::types::duplicate_entry;
use super::{RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, Span};
use crate::syntax::ast::{At, Name};
use crate::value::Value;
use crate::value::json::{NotJson, Reader, Token};
use std::borrow::Cow;
use std::collections::HashMap;

/// The values of each field so far, by their text.
type Known<'t> = HashMap<(RecordId, usize, &'t str), Option<Value>>;

/// A stretch of a JSON text, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Piece<'t> {
    pub(super) text: &'t str,
    source: SourceId,
    start: usize,
}

impl<'t> Piece<'t> {
    pub(super) fn part(&self, from: usize, to: usize) -> Piece<'t> {
        let text = self.text.get(from..to).unwrap_or_default();
        // Other blanks than these are none to JSON.
        let blank = [' ', '\t', '\r', '\n'];
        let blanks = text.len() - text.trim_start_matches(blank).len();
        Piece {
            text: text.trim_matches(blank),
            source: self.source,
            start: self.start + from + blanks,
        }
    }

    /// What stands between the quotes of a text.
    fn unquoted(self) -> Piece<'t> {
        let inner = self.text.strip_prefix('"');
        match inner.and_then(|inner| inner.strip_suffix('"')) {
            Some(text) => Piece {
                text,
                start: self.start + 1,
                ..self
            },
            None => self,
        }
    }

    pub(super) fn span(&self) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(
            self.source,
            offset(self.start),
            offset(self.start + self.text.len()),
        )
    }
}

/// A field as it is written.
struct Field<'t> {
    name: Cow<'t, str>,
    /// Its name, without its quotes.
    key: Piece<'t>,
    value: Piece<'t>,
}

impl<'a> Lowering<'a> {
    pub(super) fn json_reference(
        &mut self,
        source: SourceId,
        record: RecordId,
    ) -> Vec<(Value, RowPlace)> {
        let text: &'a str = self.sources.text(source);
        let mut known = Known::new();
        let mut rows = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let all = Piece {
                text: line,
                source,
                start,
            };
            start += line.len();
            let line = all.part(0, line.len());
            if line.text.is_empty() {
                continue;
            }
            if self.is_crowded() {
                break;
            }
            let Some(fields) = self.json_object(line) else {
                continue;
            };
            if !self.may_fill(record, fields.len(), line.span()) {
                break;
            }
            if let Some(value) = self.json_record(&fields, record, line, &mut known) {
                let named = fields.iter().filter_map(|field| {
                    let place = self.field_place(record, &field.name)?;
                    Some((place, field.value.span()))
                });
                let place = RowPlace {
                    whole: line.span(),
                    fields: named.collect(),
                };
                rows.push((value, place));
            }
        }
        rows
    }

    /// The fields of a text that is one JSON object.
    fn json_object(&mut self, whole: Piece<'a>) -> Option<Vec<Field<'a>>> {
        let mut reader = Reader::new(whole.text);
        match read_object(&mut reader, whole) {
            Ok(Some(fields)) => Some(fields),
            Ok(None) => {
                self.report(
                    Diagnostic::error(Code::BadCsv, whole.span(), "this is no JSON object")
                        .label("an object goes here")
                        .help("each line is one row: `{ \"id\": \"a\", … }`"),
                );
                None
            }
            Err(NotJson) => {
                self.no_json(whole);
                None
            }
        }
    }

    fn json_record(
        &mut self,
        fields: &[Field<'a>],
        record: RecordId,
        whole: Piece<'a>,
        known: &mut Known<'a>,
    ) -> Option<Value> {
        let mut values = self.default_row(record);
        let mut written: HashMap<usize, Span> = HashMap::new();
        let (mut fine, mut known_names) = (true, true);
        for field in fields {
            let at = field.key.span();
            let name = Name {
                text: (&*field.name).into(),
                at: At(at),
            };
            let Some(place) = self.field_place(record, &field.name) else {
                self.no_such_field(&Ty::Record(record), &name, at);
                known_names = false;
                continue;
            };
            if let Some(first) = written.insert(place, at) {
                self.report(duplicate_entry("field", &name, first));
                fine = false;
                continue;
            }
            let key = (record, place, field.value.text);
            let value = match known.get(&key) {
                Some(value) => value.clone(),
                None => {
                    let value = self.json_field((record, place), field.value, known);
                    known.insert(key, value.clone());
                    value
                }
            };
            fine &= value.is_some();
            if let Some(slot) = values.get_mut(place) {
                *slot = value;
            }
        }
        let lacking = values.iter().zip(0..).filter(|(value, _)| value.is_none());
        let lacking = lacking.filter(|(_, place)| !written.contains_key(place));
        let lacking: Vec<usize> = lacking.map(|(_, place)| place).collect();
        // It may be the one whose name is not known.
        if !lacking.is_empty() && known_names {
            self.lacks(record, &lacking, whole.span());
        }
        let values: Option<Vec<Value>> = values.into_iter().collect();
        values
            .filter(|_| fine && known_names)
            .map(|values| Value::Record(values.into()))
    }

    fn lacks(&mut self, record: RecordId, fields: &[usize], at: Span) {
        let declared = self.records.get(record.index()).map(|r| &r.fields[..]);
        let names = fields
            .iter()
            .filter_map(|place| declared.unwrap_or_default().get(*place));
        let names: Vec<&str> = names.map(|field| &*field.name).collect();
        self.report(
            Diagnostic::error(
                Code::MissingField,
                at,
                format!("this lacks {}", listed(&names)),
            )
            .label("another field goes in here")
            .help("every field is written that is neither optional nor has a default"),
        );
    }

    /// The value of a field; an error has been reported where there is none.
    fn json_field(
        &mut self,
        (record, place): (RecordId, usize),
        piece: Piece<'a>,
        known: &mut Known<'a>,
    ) -> Option<Value> {
        let field = self.records.get(record.index())?.fields.get(place)?;
        let (ty, default) = (field.ty.clone(), field.default.clone());
        if piece.text == "null" {
            let missing = ty.is_optional().then_some(Value::Missing);
            if let Some(value) = default.or(missing) {
                return Some(value);
            }
        }
        let value = self.json_value(&ty, piece, known);
        self.check_field(&value, (record, place), piece.span());
        value
    }

    fn json_value(&mut self, ty: &Ty, piece: Piece<'a>, known: &mut Known<'a>) -> Option<Value> {
        let mut reader = Reader::new(piece.text);
        let token = reader.token().ok()?;
        let found = match (ty.present(), token) {
            (_, Token::Null) if ty.is_optional() => Some(Value::Missing),
            (Ty::List(item), Token::List) => {
                let mut items = Vec::new();
                let mut first = true;
                while reader.item(first).ok()? {
                    first = false;
                    let from = reader.at();
                    reader.skip().ok()?;
                    let part = piece.part(from, reader.at());
                    items.push(self.json_value(item, part, known)?);
                }
                return Some(Value::List(items.into()));
            }
            (Ty::Geo, Token::List | Token::Record) => place_on_earth(piece.text),
            (Ty::Money(code), Token::Record) => amount(piece.text, code.0),
            (Ty::Record(record), Token::Record) => {
                let fields = self.json_object(piece)?;
                return self.json_record(&fields, *record, piece, known);
            }
            (Ty::Enum(id), Token::Text(word)) => {
                let member = self.member_of(ty, &word);
                if member.is_none() {
                    let name = Name {
                        text: word.into(),
                        at: At(piece.unquoted().span()),
                    };
                    let error = self.unknown_member_of_data(&name, *id);
                    self.report(error);
                    return None;
                }
                member.map(|(_, place)| Value::Member(place))
            }
            (ty, token) => scalar(ty, &token),
        };
        if found.is_none() {
            self.json_misfit(ty, piece);
        }
        found
    }
}

/// The fields of an object; `None` where the text is another value.
fn read_object<'t>(
    reader: &mut Reader<'t>,
    whole: Piece<'t>,
) -> Result<Option<Vec<Field<'t>>>, NotJson> {
    let token = reader.token()?;
    if !matches!(token, Token::Record) {
        reader.skip_rest(&token)?;
        return reader.end().map(|()| None);
    }
    let mut fields = Vec::new();
    let mut before = reader.at();
    while let Some(name) = reader.key(fields.is_empty())? {
        let key = whole.part(before, reader.at());
        let text = key.text.trim_start_matches(',').trim_start();
        let key = Piece {
            text: text.trim_end_matches(':').trim_end(),
            start: key.start + (key.text.len() - text.len()),
            ..key
        };
        let from = reader.at();
        reader.skip()?;
        before = reader.at();
        let value = whole.part(from, before);
        let key = key.unquoted();
        fields.push(Field { name, key, value });
    }
    reader.end()?;
    Ok(Some(fields))
}
