//! Text in, [`ast::File`] and diagnostics out. Knows no types and reads no files.
//!
//! How a text is read, and the file for each step:
//!
//! 1. `scan` makes cheap tokens of the whole text, and collects comments; `brackets` gives each token its level.
//! 2. `split` cuts the tokens into declarations, `entries` cuts the bodies of declarations into rules, rows and fields.
//! 3. `declarations` and `bodies` walk these pieces and have each one parsed alone by pest (`pairs`, grammar in `grammar/`).
//! 4. `lower`, `expression` and `literal` make the tree of what pest read.
//! 5. `slips` answers wrong spellings that the grammar reads, `explain` answers what it does not; `words` knows the
//!    words that mean something, `report` keeps what was found.
//!
//! So every mistake is found, memory is bounded by the largest entry, and no text overflows the stack. pest's types
//! stay within this folder's private files. Start reading at [`parse`].

pub mod ast;
mod bodies;
mod brackets;
mod csv_table;
mod declarations;
mod entries;
mod explain;
mod expression;
mod forms;
mod literal;
mod lower;
mod pairs;
mod printer;
mod reader;
mod report;
mod scan;
mod slips;
mod split;
mod streams;
#[cfg(test)]
mod tests;
pub(crate) mod walk;
pub(crate) mod words;

pub use printer::print;

use crate::diagnostic::{Code, Diagnostic, Suggestion};
use crate::limits::Limits;
use crate::source::{SourceId, Span};

/// Parses one source text. Every declaration that can be read is in the file, every mistake among the diagnostics.
pub fn parse(source: SourceId, text: &str, limits: &Limits) -> (ast::File, Vec<Diagnostic>) {
    let mut report = report::Report::new(limits.diagnostics);
    if let Some(error) = too_large(source, text, limits) {
        return (ast::File::default(), vec![error]);
    }
    let mut scan = scan::scan(source, text, limits, &mut report);
    brackets::match_brackets(source, text, &mut scan, limits.nesting, &mut report);
    let file = declarations::file(source, text, scan, limits, &mut report);
    let mut diagnostics = report.into_sorted();
    for diagnostic in &mut diagnostics {
        for suggestion in &mut diagnostic.suggestions {
            keep_apart(text, suggestion);
        }
    }
    (file, diagnostics)
}

/// A word stays a word where something else stood between it and the next: `on;kiosk` becomes no `onkiosk`.
fn keep_apart(text: &str, suggestion: &mut Suggestion) {
    let (start, end) = (suggestion.span.start as usize, suggestion.span.end as usize);
    if start == end {
        return;
    }
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let before = is_word(text.get(..start).and_then(|t| t.chars().next_back()));
    let behind = is_word(text.get(end..).and_then(|t| t.chars().next()));
    let replacement = &mut suggestion.replacement;
    if replacement.is_empty() {
        if before && behind {
            replacement.push(' ');
        }
        return;
    }
    if before && (is_word(replacement.chars().next()) || replacement.starts_with('=')) {
        replacement.insert(0, ' ');
    }
    if behind && is_word(replacement.chars().next_back()) {
        replacement.push(' ');
    }
}

/// A text beyond the limit, or beyond 32-bit offsets, is not looked at.
fn too_large(source: SourceId, text: &str, limits: &Limits) -> Option<Diagnostic> {
    let most = limits.source_bytes.min(u32::MAX as usize - 1);
    (text.len() > most).then(|| {
        Diagnostic::error(
            Code::TooLarge,
            Span::new(source, 0, 0),
            format!("this file has more than {most} bytes"),
        )
        .label("the whole file is too large")
        .help("divide it, and join the parts with `use`; or raise the limit `source_bytes`")
    })
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
    csv_table::table(source, text, csv_table::Wanted::Table, limits)
}

/// The same for rows of reference data, which may have one column.
pub fn parse_csv_rows(
    source: SourceId,
    text: &str,
    limits: &Limits,
) -> (Option<CsvTable>, Vec<Diagnostic>) {
    csv_table::table(source, text, csv_table::Wanted::Rows, limits)
}

/// Parses a cell of a CSV column. With `bare` (a column of texts) everything but `-`, `missing`, `not (…)` and
/// quoted text is one literal.
pub fn parse_csv_cell(
    cell: &RawCell,
    bare: bool,
    limits: &Limits,
) -> Result<ast::Cell, Vec<Diagnostic>> {
    csv_table::cell(cell, bare, limits)
}

/// Parses the result cell of a CSV row. With `bare` (a result of type string) everything but quoted text and
/// `missing` is one literal.
pub fn parse_csv_result(
    cell: &RawCell,
    bare: bool,
    limits: &Limits,
) -> Result<ast::Expr, Vec<Diagnostic>> {
    csv_table::result(cell, bare, limits)
}
