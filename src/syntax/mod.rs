//! Text in, [`ast::File`] and diagnostics out. Knows no types and reads no files.

pub mod ast;

use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::source::{SourceId, Span};

/// Parses one source text. Every declaration that can be read is in the file, every mistake among the diagnostics.
pub fn parse(source: SourceId, text: &str, limits: &Limits) -> (ast::File, Vec<Diagnostic>) {
    let _ = (source, text, limits);
    (ast::File::default(), Vec::new())
}

/// A CSV file read as a table: the header's expressions and the raw cells.
#[derive(Debug, Clone)]
pub struct CsvTable {
    /// The column expressions: all header cells but the last.
    pub columns: Vec<ast::Expr>,
    /// The last header cell.
    pub result: ast::Name,
    /// The rows; each has as many cells as the header.
    pub rows: Vec<CsvRow>,
}

/// A row of a CSV table.
#[derive(Debug, Clone)]
pub struct CsvRow {
    /// The cells of the columns, then the result.
    pub cells: Vec<RawCell>,
    /// The whole row.
    pub span: Span,
}

/// A cell of a CSV file, its quotes undone.
#[derive(Debug, Clone)]
pub struct RawCell {
    /// Its text, blanks around it cut.
    pub text: Box<str>,
    /// Where it stands in the file.
    pub span: Span,
    /// Offsets within `text` are offsets within the span (no doubled quotes inside).
    pub exact: bool,
}

/// Reads a CSV text as a table: header of column expressions and the result's word, then rows of as many cells.
pub fn parse_csv(
    source: SourceId,
    text: &str,
    limits: &Limits,
) -> (Option<CsvTable>, Vec<Diagnostic>) {
    let _ = (source, text, limits);
    (None, Vec::new())
}

/// Parses a cell of a CSV column. With `bare` (a column of texts) everything but `-`, `missing`, `not (…)` and
/// quoted text is one literal.
pub fn parse_csv_cell(
    cell: &RawCell,
    bare: bool,
    limits: &Limits,
) -> Result<ast::Cell, Vec<Diagnostic>> {
    let _ = (cell, bare, limits);
    Err(Vec::new())
}

/// Parses the result cell of a CSV row. With `bare` (a result of type string) everything but quoted text and
/// `missing` is one literal.
pub fn parse_csv_result(
    cell: &RawCell,
    bare: bool,
    limits: &Limits,
) -> Result<ast::Expr, Vec<Diagnostic>> {
    let _ = (cell, bare, limits);
    Err(Vec::new())
}

/// The file in its one layout, all comments kept. `text` is what the file was parsed from.
pub fn print(file: &ast::File, text: &str) -> String {
    let _ = (file, text);
    String::new()
}
