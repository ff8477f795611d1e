//! `table`: cells in columns, header and rows alike.

use super::Printer;
use super::expr::{Level, compare_word, line, range_word};
use super::out::{STEP, WIDTH, width};
use super::rules::{self, rule_line};
use super::trivia::{Place, Stretch};
use super::word::{plain_name, quoted};
use crate::source::Span;
use crate::syntax::ast::{
    Cell, CellKind, CellTest, Expr, ExprKind, Name, Row, Rule, Table, TableBody,
};

/// Cells wider than this are left out when a column is made.
const WIDEST_CELL: usize = 60;

/// One line of a table: the header or a row.
struct Line<'t> {
    docs: &'t [Box<str>],
    cells: Vec<String>,
    /// `=> …`
    result: String,
}

/// Where the head of a table ends. `None` where nothing stands between its braces.
pub(super) fn head_end(table: &Table) -> Option<u32> {
    match &table.body {
        TableBody::Inline { .. } => Some(rules::head_end(&table.head)),
        TableBody::Csv(file) => table.otherwise.as_ref().map(|_| file.at.0.end),
    }
}

impl Printer<'_> {
    pub(super) fn table(&mut self, table: &Table, body: Stretch) {
        let source = match &table.body {
            TableBody::Inline { .. } => String::new(),
            TableBody::Csv(file) => format!("from {}", quoted(&file.value)),
        };
        self.head("table", &table.head, Some(&table.policy), &source);
        if !source.is_empty() && table.otherwise.is_none() {
            return;
        }
        self.part_from_head();
        let places: Vec<Place> = entry_spans(table)
            .into_iter()
            .map(|span| Place::leaf(self.trivia.trim(span)))
            .collect();
        let block = self.trivia.block(body, places);
        self.open(&block);
        let lines = lines(table);
        let columns = columns(&lines);
        for (line, around) in lines.iter().zip(&block.entries) {
            self.before(around, line.docs, STEP);
            self.line(line, &columns);
            self.behind(around);
        }
        if let (Some(rule), Some(around)) = (&table.otherwise, block.entries.last()) {
            self.before(around, &rule.docs, STEP);
            self.otherwise(rule, &columns);
            self.behind(around);
        }
        self.close(&block, 0);
    }

    fn line(&mut self, line: &Line<'_>, columns: &[usize]) {
        let mut text = String::new();
        for (i, cell) in line.cells.iter().enumerate() {
            let column = columns.get(i).copied().unwrap_or(0);
            text.push_str("| ");
            text.push_str(cell);
            text.extend(std::iter::repeat_n(
                ' ',
                column.saturating_sub(width(cell)) + 1,
            ));
        }
        text.push_str(&line.result);
        self.out.push(&text);
    }

    fn otherwise(&mut self, rule: &Rule, columns: &[usize]) {
        let Some(line) = rule_line(rule, STEP, "otherwise") else {
            return self.broken_rule(rule, "otherwise");
        };
        let column = STEP + columns.iter().map(|w| w + 3).sum::<usize>();
        self.out.push(&line.head(0));
        if column + width(&line.result) <= WIDTH {
            self.out.pad_to(column.saturating_sub(1));
        }
        self.words(&["", &line.result]);
    }
}

/// The spans of the header, the rows and `otherwise`.
fn entry_spans(table: &Table) -> Vec<Span> {
    let mut spans = Vec::new();
    if let TableBody::Inline {
        columns,
        result,
        rows,
    } = &table.body
    {
        let end = result.at.0;
        spans.push(columns.first().map_or(end, |first| first.at.0.to(end)));
        spans.extend(rows.iter().map(|row| row.at.0));
    }
    spans.extend(table.otherwise.iter().map(|rule| rule.at.0));
    spans
}

fn lines(table: &Table) -> Vec<Line<'_>> {
    let TableBody::Inline {
        columns,
        result,
        rows,
    } = &table.body
    else {
        return Vec::new();
    };
    let mut lines = vec![header(columns, result)];
    lines.extend(rows.iter().map(row_line));
    lines
}

fn header<'t>(columns: &[Expr], result: &Name) -> Line<'t> {
    Line {
        docs: &[],
        cells: columns
            .iter()
            .map(|column| line(column, Level::ANY))
            .collect(),
        result: format!("=> {}", plain_name(&result.text)),
    }
}

fn row_line(row: &Row) -> Line<'_> {
    let because = row
        .because
        .as_ref()
        .map(|text| format!(" because {}", line(text, Level::ANY)));
    Line {
        docs: &row.docs,
        cells: row.cells.iter().map(cell).collect(),
        result: format!(
            "=> {}{}",
            line(&row.value, Level::ANY),
            because.unwrap_or_default()
        ),
    }
}

fn cell(cell: &Cell) -> String {
    let CellKind::Tests { negated, tests } = &cell.kind else {
        return "-".to_owned();
    };
    let tests: Vec<String> = tests.iter().map(test).collect();
    let tests = tests.join(", ");
    if *negated {
        format!("not ({tests})")
    } else {
        tests
    }
}

fn test(test: &CellTest) -> String {
    match test {
        CellTest::Is(Expr {
            kind: ExprKind::Range(low, high, end),
            ..
        }) => {
            format!(
                "{}{}{}",
                line(low, Level::CELL),
                range_word(*end),
                line(high, Level::CELL)
            )
        }
        CellTest::Is(value) => line(value, Level::CELL),
        CellTest::Compare(op, value) => {
            format!("{} {}", compare_word(*op), line(value, Level::CELL))
        }
    }
}

/// How wide each column is.
fn columns(lines: &[Line<'_>]) -> Vec<usize> {
    let most = lines.iter().map(|line| line.cells.len()).max().unwrap_or(0);
    let mut columns = vec![0; most];
    for line in lines {
        for (column, cell) in columns.iter_mut().zip(&line.cells) {
            let cell = width(cell);
            if cell <= WIDEST_CELL {
                *column = cell.max(*column);
            }
        }
    }
    columns
}
