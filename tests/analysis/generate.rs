//! Definitions and subjects as text. Conditions are over single inputs, straight or through definitions, but for
//! those that are `rich`; of these the compiler may say that nothing can be shown.

use super::choices::Choices;
use super::world::{Kind, World, members};
use std::collections::BTreeSet;

/// What a condition can ask about.
#[derive(Clone)]
struct Term {
    text: String,
    kind: Kind,
    optional: bool,
    /// The inputs it reads, through all definitions.
    reads: BTreeSet<String>,
}

/// What kind of promise is tried.
pub enum Form {
    /// A decision without `otherwise`.
    Decision,
    /// A table without `otherwise`: its columns and whether it is `unique`.
    Table { columns: String, unique: bool },
    /// A decision that promises not to depend on these: the touchpoint, a field.
    Promise {
        pervasive: bool,
        independent: Option<String>,
    },
}

/// A ruleset with the definition that is tried.
pub struct Subject {
    pub world: World,
    definitions: String,
    pub form: Form,
    /// A condition or the cells of a row, each.
    pub rows: Vec<String>,
    /// Something compares inputs or computes.
    pub rich: bool,
    /// What the subject reads, through all definitions; `r?` where it only asks whether the record `r` is there.
    pub reads: BTreeSet<String>,
}

impl Subject {
    /// The ruleset with its promise.
    pub fn strict(&self) -> String {
        let (head, foot) = match &self.form {
            Form::Decision => ("decision d -> int {".to_owned(), ""),
            Form::Table { columns, unique } => {
                let policy = if *unique { "unique" } else { "first" };
                (
                    format!("table d({policy}) -> int {{ {columns} => result"),
                    "",
                )
            }
            Form::Promise {
                pervasive,
                independent,
            } => {
                let word = if *pervasive { "pervasive " } else { "" };
                let of = independent
                    .as_ref()
                    .map_or(String::new(), |p| format!(" independent of {p}"));
                (
                    format!("{word}decision d -> int{of} {{"),
                    "otherwise => 100",
                )
            }
        };
        self.text(&head, foot)
    }

    /// The ruleset without its promise; it compiles, and tells which rules fit.
    pub fn loose(&self) -> String {
        match &self.form {
            Form::Decision => self.text("decision d -> int? {", "otherwise => missing"),
            Form::Table { columns, .. } => self.text(
                &format!("table d(collect) -> list<int> {{ {columns} => result"),
                "",
            ),
            Form::Promise { .. } => self.text("decision d -> int {", "otherwise => 100"),
        }
    }

    fn text(&self, head: &str, foot: &str) -> String {
        let mut text = format!(
            "ruleset generated\n{}{}",
            self.world.declaration(),
            self.definitions
        );
        text.push_str(head);
        text.push('\n');
        for (index, row) in self.rows.iter().enumerate() {
            let opening = if matches!(self.form, Form::Table { .. }) {
                "|"
            } else {
                "when"
            };
            text.push_str(&format!("    {opening} {row} => {index}\n"));
        }
        text.push_str(foot);
        text.push_str("\n}\n");
        text
    }

    /// The row that stands in that line of its texts, counted from 1.
    pub fn row_in_line(&self, line: u32) -> Option<usize> {
        let before =
            self.world.declaration().lines().count() + self.definitions.lines().count() + 2;
        let row = (line as usize).checked_sub(before + 1)?;
        (row < self.rows.len()).then_some(row)
    }
}

struct Writer<'c, 'd> {
    choices: &'c mut Choices<'d>,
    terms: Vec<Term>,
    records: Vec<String>,
    rich: bool,
    rich_allowed: bool,
    /// What has been read since it was last emptied.
    reads: BTreeSet<String>,
}

const COMPARISONS: [&str; 6] = ["<", ">=", "<=", ">", "==", "!="];

impl<'c, 'd> Writer<'c, 'd> {
    fn new(choices: &'c mut Choices<'d>, world: &World) -> Self {
        let term = |path: super::world::Path| Term {
            reads: BTreeSet::from([path.text.clone()]),
            text: path.text,
            kind: path.kind,
            optional: path.optional,
        };
        let rich_allowed = choices.percent(35);
        Writer {
            choices,
            terms: world.paths().into_iter().map(term).collect(),
            records: world.optional_records(),
            rich: false,
            rich_allowed,
            reads: BTreeSet::new(),
        }
    }

    fn term(&mut self) -> Term {
        let index = self.choices.below(self.terms.len());
        let term = self.terms[index].clone();
        self.reads.extend(term.reads.iter().cloned());
        term
    }

    fn constant(&mut self, kind: Kind) -> String {
        let constants = kind.constants();
        constants[self.choices.below(constants.len())].clone()
    }

    /// Two constants, the lesser first.
    fn ends(&mut self, kind: Kind) -> (String, String) {
        let constants = kind.constants();
        let low = self.choices.below(constants.len() - 1);
        let high = low + 1 + self.choices.below(constants.len() - 1 - low);
        (constants[low].clone(), constants[high].clone())
    }

    /// A constant to compare a number with: of an int also one between ints.
    fn bound(&mut self, kind: Kind) -> String {
        if matches!(kind, Kind::Small | Kind::Int) && self.choices.percent(10) {
            return "2.5".to_owned();
        }
        self.constant(kind)
    }

    fn condition(&mut self, depth: usize) -> String {
        let form = if depth == 0 {
            0
        } else {
            self.choices.below(12)
        };
        match form {
            0..=6 => {
                let term = self.term();
                self.question(&term)
            }
            7 => format!(
                "({} and {})",
                self.condition(depth - 1),
                self.condition(depth - 1)
            ),
            8 => format!(
                "({} or {})",
                self.condition(depth - 1),
                self.condition(depth - 1)
            ),
            9 => format!("not ({})", self.condition(depth - 1)),
            10 => {
                let (a, c, b) = (
                    self.condition(depth - 1),
                    self.condition(depth - 1),
                    self.condition(0),
                );
                format!("({a} if {c} otherwise {b})")
            }
            _ if self.rich_allowed => self.rich_condition(),
            _ => self.record_presence(),
        }
    }

    fn record_presence(&mut self) -> String {
        if self.records.is_empty() {
            return self.condition(0);
        }
        let record = self.records[self.choices.below(self.records.len())].clone();
        self.reads.insert(format!("{record}?"));
        format!("{record} is {}", self.choices.of(&["present", "missing"]))
    }

    /// Two inputs compared, or arithmetic.
    fn rich_condition(&mut self) -> String {
        let a = self.term();
        let index = self.choices.below(self.terms.len());
        let b = self.terms[index].clone();
        let number = |t: &Term| t.kind.is_number() && !t.optional;
        if number(&a) && number(&b) {
            self.reads.extend(b.reads.iter().cloned());
            self.rich = true;
            return format!(
                "{} {} {} * 2",
                a.text,
                self.choices.of(&COMPARISONS),
                b.text
            );
        }
        self.question(&a)
    }

    /// A condition on one term, whatever it takes to ask it.
    fn question(&mut self, term: &Term) -> String {
        if !term.optional {
            return self.plain(term);
        }
        let text = &term.text;
        match self.choices.below(9) {
            0 => format!("{text} is missing"),
            1 => format!("{text} is present"),
            2 => format!("({text} is {})", self.constant(term.kind)),
            3 => format!("({text} is not {})", self.constant(term.kind)),
            4 => self.defaulted(term),
            5 => format!("({text} is present and {})", self.plain(term)),
            6 => format!("({text} is missing or {})", self.plain(term)),
            7 => format!("not ({text} is present and {})", self.plain(term)),
            _ => {
                let other = self.choices.of(&["false", "true"]);
                format!(
                    "({} if {text} is present otherwise {other})",
                    self.plain(term)
                )
            }
        }
    }

    /// With a default in the place of missing: a constant, or another input of that kind.
    fn defaulted(&mut self, term: &Term) -> String {
        let fitting =
            |t: &&Term| t.kind == term.kind && !t.optional && !matches!(t.kind, Kind::Enum(..));
        let other = self.terms.iter().find(fitting).cloned();
        let default = match other {
            Some(other) if self.choices.percent(40) => {
                self.reads.extend(other.reads.iter().cloned());
                other.text
            }
            _ => self.constant(term.kind),
        };
        if matches!(term.kind, Kind::Enum(..)) {
            return format!("({} is {default})", term.text);
        }
        let value = Term {
            text: format!("({} else {default})", term.text),
            optional: false,
            ..term.clone()
        };
        self.plain(&value)
    }

    /// A condition on a term that is present.
    fn plain(&mut self, term: &Term) -> String {
        let (text, kind) = (&term.text, term.kind);
        if kind == Kind::Bool {
            return match self.choices.below(4) {
                0 | 1 => text.clone(),
                2 => format!("not {text}"),
                _ => format!("({text} == {})", self.constant(kind)),
            };
        }
        let not = self.choices.of(&["", "", "not "]);
        match (self.choices.below(6), kind.is_number()) {
            (0, true) => {
                let (low, high) = self.ends(kind);
                format!(
                    "({text} {not}in {low}{}{high})",
                    self.choices.of(&["..", "..="])
                )
            }
            (1, true) => {
                let bound = self.bound(kind);
                format!("({bound} {} {text})", self.choices.of(&COMPARISONS))
            }
            (2 | 3, true) => {
                let bound = self.bound(kind);
                format!("({text} {} {bound})", self.choices.of(&COMPARISONS))
            }
            (0 | 1, false) => format!("({text} != {})", self.constant(kind)),
            (2 | 3, false) => format!("({text} == {})", self.constant(kind)),
            _ => {
                let items: Vec<String> = (0..=self.choices.below(3))
                    .map(|_| self.constant(kind))
                    .collect();
                format!("({text} {not}in [{}])", items.join(", "))
            }
        }
    }

    /// Definitions that later conditions may ask about.
    fn definitions(&mut self) -> String {
        let mut text = String::new();
        for index in 0..self.choices.below(5) {
            self.reads.clear();
            let (line, name, kind, optional) = self.definition(index);
            text.push_str(&line);
            text.push('\n');
            let reads = std::mem::take(&mut self.reads);
            self.terms.push(Term {
                text: name,
                kind,
                optional,
                reads,
            });
        }
        text
    }

    fn definition(&mut self, index: usize) -> (String, String, Kind, bool) {
        match self.choices.below(6) {
            0 => {
                let name = format!("s{index}");
                (
                    format!("segment {name} = {}", self.condition(2)),
                    name,
                    Kind::Bool,
                    false,
                )
            }
            1 => {
                let name = format!("k{index}");
                let prefix = char::from(b'f' + u8::try_from(index).expect("few definitions"));
                let classes = members(prefix, 2 + self.choices.below(2));
                let last = classes.len() - 1;
                let mut rules = String::new();
                for class in &classes[..last] {
                    rules.push_str(&format!(" {class} when {}", self.condition(2)));
                }
                let line = format!("classify {name} {{{rules} otherwise {} }}", classes[last]);
                (line, name, Kind::Enum(prefix, classes.len()), false)
            }
            2 => {
                let name = format!("v{index}");
                let term = self.term();
                (
                    format!("let {name} = {}", term.text),
                    name,
                    term.kind,
                    term.optional,
                )
            }
            3 => {
                let name = format!("w{index}");
                let (a, b) = (self.condition(1), self.condition(1));
                (
                    format!("let {name} = 1 if {a} otherwise 3 if {b} otherwise 2"),
                    name,
                    Kind::Small,
                    false,
                )
            }
            4 => {
                let name = format!("q{index}");
                let (a, b) = (self.condition(1), self.condition(1));
                let value = self.small();
                let rules = format!("when {a} => 1 when {b} => missing otherwise => {value}");
                (
                    format!("decision {name} -> int? {{ {rules} }}"),
                    name,
                    Kind::Small,
                    true,
                )
            }
            _ => {
                let name = format!("t{index}");
                let (columns, rows) = self.table(false);
                let rows: Vec<String> = rows
                    .iter()
                    .zip(0..)
                    .map(|(row, i)| format!("| {row} => {}", i % 5))
                    .collect();
                let rows = rows.join(" ");
                (
                    format!("table {name}(first) -> int? {{ {columns} => result {rows} }}"),
                    name,
                    Kind::Small,
                    true,
                )
            }
        }
    }

    /// A value of kind [`Kind::Small`].
    fn small(&mut self) -> String {
        let fitting = |t: &&Term| t.kind == Kind::Small;
        match self.terms.iter().find(fitting).cloned() {
            Some(term) if self.choices.percent(60) => {
                self.reads.extend(term.reads.iter().cloned());
                term.text
            }
            _ => self.constant(Kind::Small),
        }
    }

    /// Columns and rows: drawn freely, or parting all combinations, with a mistake or without.
    fn table(&mut self, parted: bool) -> (String, Vec<String>) {
        let before = self.reads.clone();
        let columns: Vec<Term> = (0..=self.choices.below(3)).map(|_| self.term()).collect();
        let mut rows: Vec<Vec<String>> = if parted {
            self.parts(&columns)
        } else {
            (0..=self.choices.below(5))
                .map(|_| self.row(&columns))
                .collect()
        };
        if parted && self.choices.percent(50) {
            let row = self.choices.below(rows.len());
            match self.choices.below(4) {
                0 if rows.len() > 1 => {
                    rows.remove(row);
                }
                1 => rows.push(self.row(&columns)),
                2 => rows[row] = self.row(&columns),
                _ => {
                    let column = self.choices.below(columns.len());
                    rows[row][column] = self.cell(&columns[column]);
                }
            }
        }
        // A column is read by the cells that ask about it.
        self.reads = before;
        for (index, column) in columns.iter().enumerate() {
            if rows.iter().any(|row| row[index] != "-") {
                self.reads.extend(column.reads.iter().cloned());
            }
        }
        let header = columns.iter().map(|c| format!("| {} ", c.text)).collect();
        (header, rows.iter().map(|cells| cells.join(" | ")).collect())
    }

    fn row(&mut self, columns: &[Term]) -> Vec<String> {
        columns.iter().map(|c| self.cell(c)).collect()
    }

    fn cell(&mut self, column: &Term) -> String {
        let kind = column.kind;
        match self.choices.below(8) {
            0 | 1 => "-".to_owned(),
            2 if column.optional => "missing".to_owned(),
            3 => format!("not ({})", self.list(kind)),
            4 if kind.is_number() => {
                let (low, high) = self.ends(kind);
                format!("{low}{}{high}", self.choices.of(&["..", "..="]))
            }
            5 if kind.is_number() => {
                let bound = self.bound(kind);
                format!("{} {bound}", self.choices.of(&COMPARISONS[..4]))
            }
            6 if column.optional => format!("missing, {}", self.constant(kind)),
            _ => self.list(kind),
        }
    }

    fn list(&mut self, kind: Kind) -> String {
        let items: Vec<String> = (0..=self.choices.below(3))
            .map(|_| self.constant(kind))
            .collect();
        items.join(", ")
    }

    /// Rows that fit every combination of the columns exactly once.
    fn parts(&mut self, columns: &[Term]) -> Vec<Vec<String>> {
        let mut rows = vec![vec!["-".to_owned(); columns.len()]];
        for _ in 0..self.choices.below(4) {
            let (row, column) = (
                self.choices.below(rows.len()),
                self.choices.below(columns.len()),
            );
            if rows[row][column] != "-" || rows.len() > 7 {
                continue;
            }
            let old = rows.remove(row);
            for cell in self.split(&columns[column]) {
                let mut new = old.clone();
                new[column] = cell;
                rows.push(new);
            }
        }
        rows
    }

    /// Cells of which every value fits exactly one.
    fn split(&mut self, column: &Term) -> Vec<String> {
        let kind = column.kind;
        let one = self.constant(kind);
        let mut cells = match self.choices.below(4) {
            0 if kind.is_number() => vec![format!("< {one}"), format!(">= {one}")],
            1 if kind.is_number() => {
                let (low, high) = self.ends(kind);
                vec![
                    format!("< {low}"),
                    format!("{low}..={high}"),
                    format!("> {high}"),
                ]
            }
            2 if matches!(kind, Kind::Bool | Kind::Enum(..)) => kind.constants(),
            _ => vec![one.clone(), format!("not ({one})")],
        };
        if column.optional {
            cells.push("missing".to_owned());
        }
        cells
    }

    fn subject(self, world: World, definitions: String, form: Form, rows: Vec<String>) -> Subject {
        Subject {
            world,
            definitions,
            form,
            rows,
            rich: self.rich,
            reads: self.reads,
        }
    }
}

/// A decision without `otherwise`.
pub fn decision(choices: &mut Choices) -> Subject {
    let world = World::draw(choices, false);
    let mut writer = Writer::new(choices, &world);
    let definitions = writer.definitions();
    let mut rows: Vec<String> = Vec::new();
    for _ in 0..=writer.choices.below(4) {
        let row = match writer.choices.below(4) {
            3 if !rows.is_empty() => {
                let index = writer.choices.below(rows.len());
                format!("not ({})", rows[index])
            }
            _ => writer.condition(2),
        };
        rows.push(row);
    }
    writer.subject(world, definitions, Form::Decision, rows)
}

/// A table without `otherwise`.
pub fn table(choices: &mut Choices) -> Subject {
    let world = World::draw(choices, false);
    let mut writer = Writer::new(choices, &world);
    let definitions = writer.definitions();
    let parted = writer.choices.percent(70);
    let unique = !writer.choices.percent(30);
    let (columns, rows) = writer.table(parted);
    writer.subject(world, definitions, Form::Table { columns, unique }, rows)
}

/// A decision that promises not to depend on something.
pub fn promise(choices: &mut Choices) -> Subject {
    let world = World::draw(choices, true);
    let mut writer = Writer::new(choices, &world);
    let definitions = writer.definitions();
    let mut paths: Vec<String> = world.paths().into_iter().map(|p| p.text).collect();
    paths.extend(
        paths
            .clone()
            .iter()
            .filter_map(|p| Some(p.split_once('.')?.0.to_owned())),
    );
    paths.retain(|p| !p.starts_with("touchpoint"));
    let independent = Some(paths[writer.choices.below(paths.len())].clone());
    let pervasive = writer.choices.percent(60);
    writer.reads.clear();
    let rows = (0..=writer.choices.below(3))
        .map(|_| writer.condition(1))
        .collect();
    let form = Form::Promise {
        pervasive,
        independent,
    };
    writer.subject(world, definitions, form, rows)
}
