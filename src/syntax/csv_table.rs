//! Tables in CSV files: the file as a header and raw cells, and each cell as an expression.
//!
//! The csv crate reads the values. It does not say where a cell stands, so [`Fields`] walks over the same text beside
//! it; what crate and walk disagree on (quotes that do not close, text behind a closing quote) is reported.

mod header;

use super::ast::{At, Cell, CellKind, CellTest, Expr, ExprKind, Name};
use super::pairs::{self, Failure, Pair, Rule};
use super::reader::Reader;
use super::report::Report;
use super::split::View;
use super::{CsvRow, CsvTable, RawCell, brackets, explain, lower, scan, too_large};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::Limits;
use crate::source::{SourceId, Span};

/// What a file is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A table: the header has an expression for each column, and a word for the result.
    Table,
    /// Reference data: the header has the names of fields.
    Rows,
}

/// See [`super::parse_csv`] and [`super::parse_csv_rows`].
pub(super) fn table(
    source: SourceId,
    text: &str,
    wanted: Wanted,
    limits: &Limits,
) -> (Option<CsvTable>, Vec<Diagnostic>) {
    let unusable = too_large(source, text, limits);
    if let Some(error) = unusable.or_else(|| header::separated_otherwise(source, text)) {
        return (None, vec![error]);
    }
    let mut report = Report::new(limits.diagnostics);
    let mut records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut fields = Fields {
        source,
        text,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
    };
    let mut header: Option<(Vec<Expr>, Name, usize)> = None;
    let mut rows = Vec::new();
    let mut good = true;
    for record in records.records() {
        let values = match record {
            Ok(values) => values,
            Err(error) => {
                report.push(unreadable(fields.here(), &error));
                break;
            }
        };
        let Some(cells) = fields.record(&values, &mut report) else {
            good = false;
            break;
        };
        match &header {
            None => header = Some(header::read_header(&cells, wanted, limits, &mut report)),
            Some((_, _, width)) if *width != cells.len() => {
                good = false;
                report.push(miscounted(&cells, *width, wanted));
            }
            Some(_) => rows.push(row(cells)),
        }
    }
    let Some((columns, result, _)) = header else {
        let error = header::lacking(Span::new(source, 0, 0), wanted);
        report.push(error);
        return (None, report.into_sorted());
    };
    let found = report.into_sorted();
    let table = (good && found.is_empty()).then_some(CsvTable {
        columns,
        result,
        rows,
    });
    (table, found)
}

fn row(cells: Vec<RawCell>) -> CsvRow {
    let span = match (cells.first(), cells.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Span::default(),
    };
    CsvRow { cells, span }
}

fn unreadable(span: Span, error: &csv::Error) -> Diagnostic {
    Diagnostic::error(
        Code::BadCsv,
        span,
        format!("this file can't be read as CSV: {error}"),
    )
    .label("reading stops here")
}

fn miscounted(cells: &[RawCell], width: usize, wanted: Wanted) -> Diagnostic {
    let count = cells.len();
    let span = match cells.get(width).or(cells.last()) {
        Some(cell) if count > width => cell.span.to(cells.last().map_or(cell.span, |c| c.span)),
        Some(_) => row(cells.to_vec()).span,
        None => Span::default(),
    };
    Diagnostic::error(
        Code::CellCount,
        span,
        format!(
            "this row has {count} {}, the header {width}",
            if count == 1 { "cell" } else { "cells" }
        ),
    )
    .label(if count > width {
        "too many"
    } else {
        "cells are missing"
    })
    .help(match wanted {
        Wanted::Table => "a cell that takes any value is written `-`; a cell with commas stands in double quotes",
        Wanted::Rows => "an empty cell takes the field's default or is missing; a cell with commas stands in double quotes",
    })
}

/// Finds the cells of one record after another.
struct Fields<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
}

impl Fields<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(self.source, offset(start), offset(end))
    }

    fn here(&self) -> Span {
        self.span(self.at, self.at)
    }

    /// The cells of the next record, whose values the csv crate has read.
    fn record(&mut self, values: &csv::StringRecord, report: &mut Report) -> Option<Vec<RawCell>> {
        while matches!(self.peek(), Some(b'\n' | b'\r')) {
            self.at += 1;
        }
        let mut cells = Vec::with_capacity(values.len());
        for value in values {
            let quoted = self.peek() == Some(b'"');
            let start = self.at;
            if quoted && !self.quoted(report) {
                return None;
            }
            if !quoted {
                while !matches!(self.peek(), None | Some(b',' | b'\n' | b'\r')) {
                    self.at += 1;
                }
            }
            let inner = if quoted {
                start + 1..self.at.saturating_sub(1)
            } else {
                start..self.at
            };
            let raw = self.text.get(inner.clone()).unwrap_or("");
            let begin = inner.start + (raw.len() - raw.trim_start().len());
            let text: Box<str> = value.trim().into();
            let exact = !raw.contains("\"\"") || !quoted;
            let span = self.span(begin, begin + raw.trim().len());
            cells.push(RawCell { text, span, exact });
            if self.peek() == Some(b',') {
                self.at += 1;
            }
        }
        Some(cells)
    }

    /// Walks over a cell in quotes. Whether it ended where the cell ends.
    fn quoted(&mut self, report: &mut Report) -> bool {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'"') => self.at += 1,
                        None | Some(b',' | b'\n' | b'\r') => return true,
                        Some(_) => break,
                    }
                }
                Some(_) => self.at += 1,
                None => break,
            }
        }
        let (span, message, label) = match self.peek() {
            None => (
                self.span(start, start + 1),
                "this cell has no closing quote",
                "it begins here",
            ),
            Some(_) => (
                self.span(self.at - 1, self.at),
                "text stands behind a closing quote",
                "the cell ends here",
            ),
        };
        report.push(
            Diagnostic::error(Code::BadCsv, span, message)
                .label(label)
                .help("a quote inside a quoted cell is written twice: `\"\"`"),
        );
        false
    }
}

/// Parses the text of a cell by a rule and lowers what pest read.
fn read<T>(
    cell: &RawCell,
    by: Rule,
    limits: &Limits,
    lower: impl FnOnce(&mut Reader, Pair) -> Option<T>,
) -> Result<T, Vec<Diagnostic>> {
    let source = cell.span.source;
    let mut early = Report::new(limits.diagnostics);
    let mut scanned = scan::scan(source, &cell.text, limits, &mut early);
    brackets::match_brackets(source, &cell.text, &mut scanned, limits.nesting, &mut early);
    let mut late = Report::new(limits.diagnostics);
    let mut product = None;
    if scanned.broken.is_empty() {
        match pairs::read(by, &cell.text) {
            Ok(mut parts) => {
                let place = (!cell.exact).then_some(cell.span);
                let (base, nesting, report) = (cell.span.start, limits.nesting, &mut late);
                let mut reader = Reader {
                    source,
                    text: &cell.text,
                    base,
                    nesting,
                    place,
                    report,
                };
                product = parts.next().and_then(|pair| lower(&mut reader, pair));
            }
            Err(Failure::At(at)) => {
                let view = View {
                    text: &cell.text,
                    tokens: &scanned.tokens,
                };
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                early.push(explain::explain(
                    source,
                    view,
                    by,
                    0..scanned.tokens.len(),
                    at,
                ));
            }
            Err(Failure::TooLarge) => {
                early.push(Diagnostic::error(
                    Code::TooLarge,
                    Span::default(),
                    "this cell is too large",
                ));
            }
        }
    }
    let mut found: Vec<Diagnostic> = early.into_sorted();
    found.iter_mut().for_each(|d| place(d, cell));
    found.extend(late.into_sorted());
    // A comma or a quote would end the cell, or begin another; and what is left out of data is lost.
    let is_safe = |text: &str| cell.exact && !text.is_empty() && !text.contains([',', '"', '\n']);
    for error in &mut found {
        if !error.suggestions.iter().all(|s| is_safe(&s.replacement)) {
            error.suggestions.clear();
        }
    }
    product.filter(|_| found.is_empty()).ok_or(found)
}

/// Moves the spans of a diagnostic from within the cell's text to the file.
fn place(diagnostic: &mut Diagnostic, cell: &RawCell) {
    let moved = |span: Span| {
        if !cell.exact {
            return cell.span;
        }
        let shift = |at: u32| at.saturating_add(cell.span.start).min(cell.span.end);
        Span::new(cell.span.source, shift(span.start), shift(span.end))
    };
    diagnostic.primary.span = moved(diagnostic.primary.span);
    diagnostic
        .secondary
        .iter_mut()
        .for_each(|l| l.span = moved(l.span));
    diagnostic
        .suggestions
        .iter_mut()
        .for_each(|s| s.span = moved(s.span));
}

/// See [`super::parse_csv_cell`].
pub(super) fn cell(cell: &RawCell, bare: bool, limits: &Limits) -> Result<Cell, Vec<Diagnostic>> {
    let at = At(cell.span);
    let text = &*cell.text;
    if text.is_empty() {
        return Err(vec![
            empty(cell).help("write `-` for any value, `missing` for none"),
        ]);
    }
    if !bare || text == "-" || text.starts_with('"') {
        let mut read = read(cell, Rule::csv_cell, limits, lower::cell)?;
        read.at = at;
        return Ok(read);
    }
    let inner = text
        .strip_prefix("not")
        .map(str::trim_start)
        .and_then(|t| t.strip_prefix('(')?.strip_suffix(')'));
    let (negated, tests) = match inner {
        Some(inner) => (true, listed(cell, inner, limits)?),
        None => (false, vec![CellTest::Is(literal(cell, text))]),
    };
    Ok(Cell {
        kind: CellKind::Tests { negated, tests },
        at,
    })
}

/// The texts between the brackets of `not (…)`, bare or in quotes.
fn listed(cell: &RawCell, inner: &str, limits: &Limits) -> Result<Vec<CellTest>, Vec<Diagnostic>> {
    let mut quoted = false;
    inner
        .split(|c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        })
        .map(|part| {
            let part = part.trim();
            if part.is_empty() {
                return Err(vec![empty(cell).help("a text goes between the commas")]);
            }
            if !part.starts_with('"') {
                return Ok(CellTest::Is(literal(cell, part)));
            }
            let raw = RawCell {
                text: part.into(),
                span: cell.span,
                exact: false,
            };
            result(&raw, true, limits).map(CellTest::Is)
        })
        .collect()
}

fn empty(cell: &RawCell) -> Diagnostic {
    Diagnostic::error(Code::BadCell, cell.span, "this cell is empty").label("a value goes here")
}

/// A bare text as what it stands for.
fn literal(cell: &RawCell, text: &str) -> Expr {
    let kind = match text {
        "missing" => ExprKind::Missing,
        _ => ExprKind::Text(text.into()),
    };
    Expr {
        kind,
        at: At(cell.span),
    }
}

/// See [`super::parse_csv_result`].
pub(super) fn result(cell: &RawCell, bare: bool, limits: &Limits) -> Result<Expr, Vec<Diagnostic>> {
    if cell.text.is_empty() {
        return Err(vec![
            empty(cell).help("write what the row gives, `missing` for nothing"),
        ]);
    }
    if bare && !cell.text.starts_with('"') {
        return Ok(literal(cell, &cell.text));
    }
    header::column(cell, limits)
}
