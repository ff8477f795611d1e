//! `customer` and `test`: facts one a line or in braces, steps one a line, the lines of test tables in columns.

use super::Printer;
use super::broken::At;
use super::expr::{Level, line};
use super::out::{STEP, width};
use super::rules::dotted;
use super::trivia::{Place, Stretch};
use super::types::{WIDEST_NAME, in_braces};
use super::word::{any_name, plain_name, quoted};
use crate::syntax::ast::{
    Customer, EventPart, EventStep, Expect, Expr, FactExpr, StepKind, Test, TestStep,
};

/// The cells of a line of a test table, each with its comma but the last.
type Cells = Vec<String>;

impl Printer<'_> {
    pub(super) fn customer(&mut self, customer: &Customer, body: Stretch) {
        self.words(&["customer", &plain_name(&customer.name.text), ""]);
        if !self.is_spread(body)
            && let Some(line) = in_braces(customer.facts.iter().map(|fact| Some(fact_line(fact))))
            && width(&line) <= self.out.room(0)
        {
            return self.out.push(&line);
        }
        let places: Vec<Place> = customer
            .facts
            .iter()
            .map(|fact| Place::leaf(fact_span(fact)))
            .collect();
        let block = self.trivia.block(body, places);
        self.open(&block);
        let entries: Vec<_> = customer.facts.iter().zip(&block.entries).collect();
        for run in entries.chunk_by(|_, (_, around)| !around.is_apart()) {
            let names = run.iter().map(|(fact, _)| width(&dotted(&fact.path)));
            let widest = names.filter(|w| *w <= WIDEST_NAME).max().unwrap_or(0);
            for (fact, around) in run {
                self.before(around, &[], STEP);
                self.out.push(&dotted(&fact.path));
                self.out.push(":");
                self.out.pad_to(STEP + widest + 1);
                self.out.push(" ");
                self.expr(&fact.value, Level::ANY, At::new(STEP));
                self.behind(around);
            }
        }
        self.close(&block, 0);
    }

    pub(super) fn test(&mut self, test: &Test, body: Stretch) {
        self.words(&["test", &quoted(&test.title.value), ""]);
        let places: Vec<Place> = test
            .steps
            .iter()
            .map(|step| Place::leaf(self.trivia.trim(step.at.0)))
            .collect();
        let block = self.trivia.block(body, places);
        self.open(&block);
        let entries: Vec<_> = test.steps.iter().zip(&block.entries).collect();
        for table in entries.chunk_by(|_, (next, _)| matches!(next.kind, StepKind::Case { .. })) {
            let lines: Vec<Option<Cells>> = table.iter().map(|(step, _)| cells(step)).collect();
            let columns = columns(&lines);
            for ((step, around), cells) in table.iter().zip(&lines) {
                self.before(around, &step.docs, STEP);
                match cells {
                    Some(cells) => self.case(cells, &columns, &step.kind),
                    None => self.step(&step.kind),
                }
                self.behind(around);
            }
        }
        self.close(&block, 0);
    }

    fn step(&mut self, step: &StepKind) {
        match step {
            StepKind::Now(at) => {
                self.out.push("now ");
                self.expr(at, Level::ANY, At::new(STEP));
            }
            StepKind::Given {
                customer: Some(customer),
                facts,
            } => {
                self.words(&["given", &plain_name(&customer.text)]);
                self.but(facts);
            }
            StepKind::Given {
                customer: None,
                facts,
            } => {
                self.out.push("given");
                self.facts(facts, false);
            }
            StepKind::On { channel, facts } => {
                self.words(&["on", &any_name(&channel.text)]);
                self.but(facts);
            }
            StepKind::Event(event) => self.event(event),
            StepKind::Expect(expect) => self.expect(expect),
            StepKind::Header { .. } | StepKind::Case { .. } => {}
        }
    }

    fn but(&mut self, facts: &[FactExpr]) {
        if !facts.is_empty() {
            self.out.push(" but");
            self.facts(facts, true);
        }
    }

    /// Facts behind a word: on its line if they fit, else one a line; `below` begins a new line with the first.
    fn facts(&mut self, facts: &[FactExpr], below: bool) {
        let lines: Vec<String> = facts.iter().map(fact_line).collect();
        let all = lines.join(", ");
        if width(&all) < self.out.room(0) {
            return self.words(&["", &all]);
        }
        for (i, fact) in facts.iter().enumerate() {
            if i == 0 && !below {
                self.out.push(" ");
            } else {
                self.out.fresh(2 * STEP);
            }
            self.words(&[&format!("{}:", dotted(&fact.path)), ""]);
            let place = At {
                indent: 2 * STEP,
                tail: 1,
            };
            self.expr(&fact.value, Level::ANY, place);
            self.out.push(if i + 1 < facts.len() { "," } else { "" });
        }
    }

    fn event(&mut self, event: &EventStep) {
        self.words(&["event", &plain_name(&event.name.text)]);
        if let Some(fields) = &event.fields {
            self.out.push(" ");
            self.expr(fields, Level::ANY, At::new(STEP));
        }
        for part in &event.parts {
            let text = match part {
                EventPart::Ago(lengths) => {
                    let lengths = lengths.iter().map(|length| line(length, Level::ANY));
                    format!("{} ago", lengths.collect::<Vec<_>>().join(" "))
                }
                EventPart::At(at) => format!("at {}", line(at, Level::ANY)),
                EventPart::On(channel) => format!("on {}", any_name(&channel.text)),
                EventPart::Device(device) => format!("device {}", quoted(&device.value)),
                EventPart::Id(id) => format!("id {}", quoted(&id.value)),
                EventPart::Seq(seq) => format!("seq {}", line(seq, Level::ANY)),
            };
            self.words(&["", &text]);
        }
    }

    fn expect(&mut self, expect: &Expect) {
        self.out.push("expect ");
        match expect {
            Expect::Holds(condition) => self.expr(condition, Level::ANY, At::new(STEP)),
            Expect::Same(name) => self.words(&[&plain_name(&name.text), "same on every channel"]),
            Expect::By(name, label) => {
                self.words(&[&plain_name(&name.text), "by", &plain_name(&label.text)]);
            }
            Expect::Because(name, text) => {
                self.words(&[&plain_name(&name.text), "because", &quoted(&text.value)]);
            }
            Expect::Chooses(name, actions) | Expect::Withholds(name, actions) => {
                let word = match expect {
                    Expect::Chooses(..) => "chooses",
                    _ => "withholds",
                };
                let actions = actions.iter().map(|action| plain_name(&action.text));
                let actions = actions.collect::<Vec<_>>().join(", ");
                self.words(&[&plain_name(&name.text), word, &actions]);
            }
            Expect::Rejects(name, action, stage) => {
                let action = plain_name(&action.text);
                self.words(&[&plain_name(&name.text), "rejects", &action]);
                if let Some(stage) = stage {
                    self.words(&[" by", &any_name(&stage.text)]);
                }
            }
        }
    }

    /// A line of a test table.
    fn case(&mut self, cells: &[String], columns: &[usize], step: &StepKind) {
        self.out.push("|");
        for (i, cell) in cells.iter().enumerate() {
            let column = columns.get(i).copied().unwrap_or(0);
            let blanks = column.saturating_sub(width(cell));
            self.out.push(&format!(" {cell}{}", " ".repeat(blanks)));
        }
        self.out.push(" => ");
        if let StepKind::Header { result: value, .. } | StepKind::Case { value, .. } = step {
            self.expr(value, Level::ANY, At::new(STEP));
        }
    }
}

/// `path: value`
fn fact_line(fact: &FactExpr) -> String {
    format!("{}: {}", dotted(&fact.path), line(&fact.value, Level::ANY))
}

fn fact_span(fact: &FactExpr) -> crate::source::Span {
    let end = fact.value.at.0;
    fact.path.first().map_or(end, |first| first.at.0.to(end))
}

/// The cells of a header or case.
fn cells(step: &TestStep) -> Option<Cells> {
    let mut cells: Cells = match &step.kind {
        StepKind::Header { columns, .. } => columns.iter().map(|path| dotted(path)).collect(),
        StepKind::Case { cells, .. } => cells.iter().map(given).collect(),
        _ => return None,
    };
    let last = cells.len().saturating_sub(1);
    for cell in cells.iter_mut().take(last) {
        cell.push(',');
    }
    Some(cells)
}

fn given(cell: &Option<Expr>) -> String {
    match cell {
        Some(value) => line(value, Level::CELL),
        None => "-".to_owned(),
    }
}

/// How wide each column of a table is.
fn columns(lines: &[Option<Cells>]) -> Vec<usize> {
    let mut columns: Vec<usize> = Vec::new();
    for (i, cell) in lines
        .iter()
        .flatten()
        .flat_map(|cells| cells.iter().enumerate())
    {
        if columns.len() <= i {
            columns.resize(i + 1, 0);
        }
        if let Some(column) = columns.get_mut(i).filter(|_| width(cell) <= WIDEST_NAME) {
            *column = width(cell).max(*column);
        }
    }
    columns
}
