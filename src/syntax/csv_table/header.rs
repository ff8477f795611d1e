//! Headers of CSV files: by what cells are separated, and the names of fields.

use super::{Wanted, read};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::Limits;
use crate::source::{SourceId, Span};
use crate::syntax::RawCell;
use crate::syntax::ast::{At, Expr, ExprKind, Name};
use crate::syntax::expression::{Ranges, expression};
use crate::syntax::pairs::Rule;
use crate::syntax::report::Report;

/// The report of a file whose cells are separated by something else than commas, by its header.
pub(super) fn separated_otherwise(source: SourceId, text: &str) -> Option<Diagnostic> {
    let start = text.len() - text.trim_start_matches(['\u{feff}', '\r', '\n']).len();
    let header = text.get(start..)?.lines().next()?.trim_end();
    let count = |sign| outside_quotes(header, sign).count();
    // Tabs may stand beside commas, to line up what follows.
    let (sign, called) = match (count(','), count(';'), count('\t')) {
        (commas, some, _) if some > commas => (';', "`;`"),
        (0, 0, 1..) => ('\t', "tabs"),
        _ => return None,
    };
    let at = start + outside_quotes(header, sign).next()?;
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let error = Diagnostic::error(
        Code::BadCsv,
        Span::new(source, offset(at), offset(at + sign.len_utf8())),
        format!("the cells of this file are separated by {called}"),
    );
    Some(error.label("a comma goes here").help(
        "save the file with commas between its cells; a cell with commas in it stands in double quotes",
    ))
}

/// The report of a file that is empty.
pub(super) fn lacking(at: Span, wanted: Wanted) -> Diagnostic {
    let error = Diagnostic::error(Code::BadCsv, at, "this file has no header");
    match wanted {
        Wanted::Table => error
            .label("the first line names the columns and, last, the result")
            .help("write a first line such as `tier,visits,result`"),
        Wanted::Rows => error
            .label("the header goes here")
            .help("the first line names the fields of the record, separated by commas"),
    }
}

/// Where a sign stands outside of quotes.
fn outside_quotes(line: &str, sign: char) -> impl Iterator<Item = usize> {
    let mut quoted = false;
    line.char_indices().filter_map(move |(at, c)| {
        quoted ^= c == '"';
        (c == sign && !quoted).then_some(at)
    })
}

/// The columns of a header, its last cell, and how many cells it has.
pub(super) fn read_header(
    cells: &[RawCell],
    wanted: Wanted,
    limits: &Limits,
    report: &mut Report,
) -> (Vec<Expr>, Name, usize) {
    let mut columns = Vec::new();
    let mut result = Name {
        text: "".into(),
        at: At::default(),
    };
    let Some((last, rest)) = cells.split_last() else {
        return (columns, result, 0);
    };
    if rest.is_empty() && wanted == Wanted::Table {
        report.push(
            Diagnostic::error(Code::BadCsv, last.span, "this file has one column")
                .label("a table has at least one column and, last, the result")
                .help("cells are separated by commas"),
        );
    }
    let mut refused = |errors: Vec<Diagnostic>| {
        for mut error in errors {
            // All rows hang on the header: what is meant there only its author knows.
            error.suggestions.clear();
            report.push(error);
        }
    };
    for cell in rest {
        match wanted {
            Wanted::Table => column(cell, limits),
            Wanted::Rows => field(cell).map(as_column),
        }
        .map_or_else(&mut refused, |column| columns.push(column));
    }
    match wanted {
        Wanted::Table => word(last, limits),
        Wanted::Rows => field(last),
    }
    .map_or_else(&mut refused, |name| result = name);
    (columns, result, cells.len())
}

/// An expression that a cell holds.
pub(super) fn column(cell: &RawCell, limits: &Limits) -> Result<Expr, Vec<Diagnostic>> {
    read(cell, Rule::csv_expr, limits, |reader, pair| {
        expression(reader, pair, 0, Ranges::Refused)
    })
}

fn word(cell: &RawCell, limits: &Limits) -> Result<Name, Vec<Diagnostic>> {
    read(cell, Rule::csv_word, limits, |reader, pair| {
        Some(reader.any_word(&pair))
    })
}

/// The name of a field; it may stand in backquotes, as in rules.
fn field(cell: &RawCell) -> Result<Name, Vec<Diagnostic>> {
    let quoted = cell.text.strip_prefix('`');
    let text = quoted.and_then(|text| text.strip_suffix('`'));
    let text = text.unwrap_or(&cell.text);
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let is_name = text.bytes().all(is_letter) && !text.starts_with(|c: char| c.is_ascii_digit());
    if is_name && !text.is_empty() {
        let at = At(cell.span);
        return Ok(Name {
            text: text.into(),
            at,
        });
    }
    let message = match text.is_empty() {
        true => "this column has no name".to_owned(),
        false => format!("`{text}` is not the name of a field"),
    };
    let error = Diagnostic::error(Code::BadCsv, cell.span, message)
        .label("a field's name goes here")
        .help("the first line names fields of the record as it declares them, separated by commas");
    Err(vec![error])
}

/// The name of a column as the expression that it is in tables.
fn as_column(name: Name) -> Expr {
    let at = name.at;
    Expr {
        kind: ExprKind::Name(name),
        at,
    }
}
