//! Generated tables: rows inline or in CSV, `unique` by construction, `first` and `collect` as chance has it.

use super::generate::{Env, Path, T, World};
use super::generate_cond::presence;
use super::generate_def::{Made, because, declare, head, path_of, pervasive, result_type};
use super::generate_expr::{IF, NEG, State, Writer};
use super::generate_types::{comment, docs, fresh};
use super::tape::Tape;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A column.
struct Column {
    text: String,
    ty: T,
    optional: bool,
    /// The path it is, if it is one.
    path: Option<Path>,
}

/// A cell, and whether it proves that its column is present.
#[derive(Clone)]
struct Cell {
    text: String,
    proves: bool,
}

impl Cell {
    fn any() -> Cell {
        Cell {
            text: "-".to_owned(),
            proves: false,
        }
    }

    fn proving(text: String) -> Cell {
        Cell { text, proves: true }
    }
}

/// Rows and whether they cover everything.
struct Rows {
    rows: Vec<Vec<Cell>>,
    complete: bool,
}

/// Writes a table and declares it.
pub fn table(world: &mut World, tape: &Tape, place: usize) -> Made {
    let name = fresh(world, tape);
    let policies = [
        "first",
        "unique",
        "collect",
        "any",
        "priority",
        "output_order",
        "collect sum",
        "collect min",
        "collect max",
        "collect count",
        "rule_order",
    ];
    let policy = policies[tape.weighted(&[3, 3, 3, 1, 1, 1, 2, 1, 1, 1, 1])];
    let (item, ty) = results(world, tape, policy);
    let order = order(world, tape, policy, &item);
    let writer = Writer::new(world, tape);
    let apart = matches!(policy, "unique" | "any");
    let single = matches!(policy, "first" | "unique" | "any" | "priority");
    let columns = columns(&writer, apart);
    let in_csv = tape.chance(30);
    let mut rows = if apart {
        unique(&writer, &columns)
    } else {
        free(&writer, &columns)
    };
    // Rows of `any` may overlap where they give the same.
    let simple = !matches!(item.present(), T::Rec(_) | T::List(_));
    let alike = (policy == "any" && simple && tape.chance(60)).then(|| {
        rows = free(&writer, &columns);
        writer.literal(item.present()).at(IF)
    });
    let mut asked = BTreeSet::new();
    for column in &columns {
        match &column.path {
            Some(path) => asked.extend(
                path.steps
                    .iter()
                    .cloned()
                    .chain([path.text.clone(), format!("zero {}", path.text)]),
            ),
            None => asked.extend(
                writer
                    .world
                    .paths
                    .iter()
                    .map(|p| format!("zero {}", p.text)),
            ),
        }
    }
    let env = Env {
        asked,
        ..Env::default()
    };
    let lines = rows.rows.iter().map(|cells| {
        let mut env = env.clone();
        for (column, cell) in columns.iter().zip(cells) {
            if let Some(path) = &column.path
                && cell.proves
            {
                env.facts.add(&presence(path));
            }
        }
        writer.refuel(6);
        let value = match (&alike, policy) {
            (Some(value), _) => value.clone(),
            (_, "collect count") => "missing".to_owned(),
            (_, "priority" | "output_order") => writer.leaf(&env, &item).at(IF),
            _ => writer.expected(&env, &item).at(IF),
        };
        // (Rows of `any` that overlap have one reason too.)
        let because = match &alike {
            Some(_) => String::new(),
            None => because(&writer, &env),
        };
        Line {
            cells: cells.clone(),
            value,
            because,
        }
    });
    let lines: Vec<Line> = lines.collect();
    let needs_otherwise = single && !rows.complete && !ty.is_opt();
    let otherwise = (needs_otherwise || tape.chance(30)).then(|| {
        writer.refuel(6);
        let label = if tape.chance(30) { "rest: " } else { "" };
        format!(
            "    {label}otherwise => {}{}\n",
            writer.expected(&env, &ty).at(IF),
            because(&writer, &env)
        )
    });
    let reads = writer.reads.take();
    let noted = writer.constants.take();
    let head = head(
        world,
        tape,
        &name,
        &format!("({policy}{order})"),
        &ty,
        &reads,
    );
    let file = format!("rows{place}.csv");
    let text = if in_csv {
        let rest = otherwise.map_or_else(String::new, |o| format!(" {{\n{o}}}"));
        format!("table {head} from \"{file}\"{rest}\n")
    } else {
        inline(tape, &head, &columns, &lines, otherwise)
    };
    let csv = in_csv.then(|| (file, csv_text(&columns, &lines, &item)));
    let text = pervasive(format!("{}{text}", docs(tape)), "table", tape, &reads);
    declare(world, path_of(&name, reads), &ty, noted);
    Made {
        text,
        decisions: vec![name],
        csv: csv.into_iter().collect(),
        ..Made::default()
    }
}

/// The type of a row's result, and that of the table.
fn results(world: &mut World, tape: &Tape, policy: &str) -> (T, T) {
    let ordered = [
        T::Int,
        T::Dec,
        T::Money("GBP"),
        T::Date,
        T::Dur,
        T::Text,
        T::Instant,
        T::Dist,
        T::Time,
    ];
    match policy {
        "collect" | "rule_order" => {
            // A list holds nothing missing.
            let item = result_type(world, tape, false).present().clone();
            (item.clone(), T::List(Box::new(item)))
        }
        "collect count" => (T::Int, T::Int),
        "collect sum" => {
            let ty = tape
                .pick(&[
                    T::Int,
                    T::Dec,
                    T::Money("GBP"),
                    T::Dur,
                    T::Money("JPY"),
                    T::Dist,
                ])
                .clone();
            (ty.clone(), ty)
        }
        "collect min" | "collect max" => {
            let ty = tape.pick(&ordered).clone();
            (ty.clone(), ty.opt())
        }
        "priority" | "output_order" => {
            let named = world.enums.iter().filter(|e| e.qualifies).count();
            let ty = T::Enum(tape.below(named));
            let list = T::List(Box::new(ty.clone()));
            (ty.clone(), if policy == "priority" { ty } else { list })
        }
        _ => {
            let ty = result_type(world, tape, true);
            (ty.clone(), ty)
        }
    }
}

/// ` by [a, b]` where the enum has no order, or another is wanted.
fn order(world: &World, tape: &Tape, policy: &str, item: &T) -> String {
    let T::Enum(e) = item else {
        return String::new();
    };
    let declared = &world.enums[*e];
    if !matches!(policy, "priority" | "output_order") || (declared.ordered && tape.chance(60)) {
        return String::new();
    }
    let places = tape.shuffled(declared.members.len()).into_iter();
    let members: Vec<&str> = places.map(|i| declared.members[i].as_str()).collect();
    format!(" by [{}]", members.join(", "))
}

/// A row as it is written.
struct Line {
    cells: Vec<Cell>,
    value: String,
    because: String,
}

fn inline(
    tape: &Tape,
    head: &str,
    columns: &[Column],
    lines: &[Line],
    otherwise: Option<String>,
) -> String {
    let mut text = format!("table {head} {{\n   ");
    for column in columns {
        write!(text, " | {}", column.text).expect("writes");
    }
    text.push_str(" => result\n");
    for line in lines {
        text.push_str(comment(tape));
        text.push_str("   ");
        for cell in &line.cells {
            write!(text, " | {}", cell.text).expect("writes");
        }
        writeln!(text, " => {}{}", line.value, line.because).expect("writes");
    }
    text.push_str(&otherwise.unwrap_or_default());
    text.push_str("}\n");
    text
}

fn csv_text(columns: &[Column], lines: &[Line], item: &T) -> String {
    let quoted = |text: &str| {
        if text.contains(['"', ',', '\n']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let mut text = String::new();
    for column in columns {
        write!(text, "{},", quoted(&column.text)).expect("writes");
    }
    text.push_str("result\n");
    for line in lines {
        for (cell, column) in line.cells.iter().zip(columns) {
            write!(text, "{},", quoted(&bare(&cell.text, &column.ty))).expect("writes");
        }
        writeln!(text, "{}", quoted(&bare(&line.value, item.present()))).expect("writes");
    }
    text
}

/// A simple word of a string column needs no quotes in CSV.
fn bare(text: &str, ty: &T) -> String {
    match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        Some(word)
            if *ty == T::Text
                && !word.is_empty()
                && word.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            word.to_owned()
        }
        _ => text.to_owned(),
    }
}

fn columns(writer: &Writer, unique: bool) -> Vec<Column> {
    let env = Env::default();
    // Rows are told apart by what the compiler can cut into cells.
    let fits = |p: &Path| {
        !p.constant
            && match &p.ty {
                T::Rec(_) | T::List(_) | T::Elapsed => false,
                ty => !(unique && ty.is_moment()),
            }
    };
    let mut columns: Vec<Column> = Vec::new();
    for _ in 0..1 + writer.tape.below(3) {
        let state = if writer.tape.chance(40) {
            State::Optional
        } else {
            State::Plain
        };
        let paths = writer.paths(&env, state, fits);
        let column = if paths.is_empty() || writer.tape.chance(15) {
            writer.refuel(4);
            let ty = writer.tape.pick(&[T::Bool, T::Int, T::Dec]).clone();
            let ex = writer.told(&env, &ty);
            // What a `unique` table compares with must be one thing to the compiler, not a choice.
            let choice = ex.text.contains(" else ") || ex.text.contains(" if ");
            if ex.constant || (unique && choice) {
                continue;
            }
            Column {
                text: ex.at(IF),
                ty,
                optional: false,
                path: None,
            }
        } else {
            let path = *writer.tape.pick(&paths);
            Column {
                text: writer.read(path).text,
                ty: path.ty.clone(),
                optional: state == State::Optional,
                path: Some(path.clone()),
            }
        };
        if columns.iter().all(|c| c.text != column.text) {
            columns.push(column);
        }
    }
    // The compiler looks into definitions to tell rows apart; one at a time keeps its combinations few.
    let computed = |c: &Column| c.path.as_ref().is_none_or(|p| !p.input);
    if unique && let Some(place) = columns.iter().position(computed) {
        columns = vec![columns.swap_remove(place)];
    }
    if columns.is_empty() {
        columns.push(Column {
            text: "1 < 2".to_owned(),
            ty: T::Bool,
            optional: false,
            path: None,
        });
    }
    columns
}

/// Rows of which no two fit one customer: each column in turn is cut into cells.
fn unique(writer: &Writer, columns: &[Column]) -> Rows {
    let mut rows = cut(writer, columns, 0);
    let mut complete = true;
    while rows.len() > 1 && writer.tape.chance(25) {
        rows.remove(writer.tape.below(rows.len()));
        complete = false;
    }
    let order = writer.tape.shuffled(rows.len());
    Rows {
        rows: order.into_iter().map(|i| rows[i].clone()).collect(),
        complete,
    }
}

fn cut(writer: &Writer, columns: &[Column], place: usize) -> Vec<Vec<Cell>> {
    let Some(column) = columns.get(place) else {
        return vec![Vec::new()];
    };
    let whole = (place > 0 && writer.tape.chance(35)) || place > 1;
    let cells = if whole {
        vec![Cell::any()]
    } else {
        parts(writer, column)
    };
    let mut rows = Vec::new();
    for cell in cells {
        for mut rest in cut(writer, columns, place + 1) {
            rest.insert(0, cell.clone());
            rows.push(rest);
        }
    }
    rows
}

/// Cells that exclude one another and leave nothing out.
fn parts(writer: &Writer, column: &Column) -> Vec<Cell> {
    let tape = writer.tape;
    let mut cells: Vec<String> = match &column.ty {
        T::Bool => vec!["true".to_owned(), "false".to_owned()],
        T::Enum(e) => {
            let members = &writer.world.enums[*e].members;
            let order: Vec<String> = tape
                .shuffled(members.len())
                .into_iter()
                .map(|i| members[i].clone())
                .collect();
            let at = 1 + tape.below(order.len() - 1);
            let first = order[..at].join(", ");
            let rest = if tape.chance(40) {
                format!("not ({first})")
            } else {
                order[at..].join(", ")
            };
            vec![first, rest]
        }
        T::Text => vec![
            "\"gold\"".to_owned(),
            "\"a\", \"b\"".to_owned(),
            "not (\"gold\", \"a\", \"b\")".to_owned(),
        ],
        ty if ty.is_moment() => {
            let path = column.path.as_ref().expect("a path");
            let first = writer.boundary(path).at(NEG);
            vec![first.clone(), format!("not ({first})")]
        }
        _ => numbers(writer, column),
    };
    if let (Some(path), T::Text) = (&column.path, &column.ty) {
        writer.note(path, "\"gold\"");
    }
    let mut made: Vec<Cell> = Vec::new();
    if column.optional {
        if tape.chance(25) {
            let with = cells.remove(0);
            // (In CSV, a column of texts takes `missing, x` for one text.)
            if !with.starts_with("not") && column.ty != T::Text {
                made.push(Cell {
                    text: format!("missing, {with}"),
                    proves: false,
                });
            } else {
                cells.insert(0, with);
                made.push(Cell {
                    text: "missing".to_owned(),
                    proves: false,
                });
            }
        } else {
            made.push(Cell {
                text: "missing".to_owned(),
                proves: false,
            });
        }
    }
    made.extend(cells.into_iter().map(Cell::proving));
    made
}

fn numbers(writer: &Writer, column: &Column) -> Vec<String> {
    let (a, b) = match (&column.ty, writer.tape.below(3)) {
        (T::Int, 0) => ("3", "10"),
        (T::Int, 1) => ("-5", "60"),
        (T::Int, _) => ("0", "1_000"),
        (_, 0) => ("0.5", "12.50"),
        (_, 1) => ("15%", "100"),
        _ => ("0", "99.99"),
    };
    if let Some(path) = &column.path {
        writer.note(path, a);
        writer.note(path, b);
    }
    match writer.tape.below(4) {
        0 => vec![format!("< {a}"), format!(">= {a}")],
        1 => vec![format!("< {a}"), format!("{a}..{b}"), format!(">= {b}")],
        2 => vec![format!("<= {a}"), format!("> {a}")],
        _ => vec![format!("{a}..={b}"), format!("< {a}, > {b}")],
    }
}

/// Rows as chance has it.
fn free(writer: &Writer, columns: &[Column]) -> Rows {
    let mut rows = Vec::new();
    for _ in 0..1 + writer.tape.weighted(&[1, 3, 4, 3, 2]) {
        rows.push(columns.iter().map(|c| free_cell(writer, c)).collect());
    }
    Rows {
        rows,
        complete: false,
    }
}

fn free_cell(writer: &Writer, column: &Column) -> Cell {
    let tape = writer.tape;
    if tape.chance(25) {
        return Cell::any();
    }
    if column.optional && tape.chance(20) {
        return Cell {
            text: "missing".to_owned(),
            proves: false,
        };
    }
    let literal = || match &column.path {
        Some(path) => writer.boundary(path).at(NEG),
        None => writer.literal(&column.ty).at(NEG),
    };
    let ordered = match &column.ty {
        T::Int | T::Dec | T::Text => true,
        T::Enum(e) => writer.world.enums[*e].ordered,
        T::Geo | T::Zone => false,
        ty => ty.is_moment(),
    };
    match tape.weighted(&[
        4,
        2,
        if ordered { 4 } else { 0 },
        2,
        if ordered { 2 } else { 0 },
    ]) {
        0 => Cell::proving(literal()),
        1 => Cell::proving(format!("{}, {}", literal(), literal())),
        2 => Cell::proving(format!(
            "{} {}",
            tape.pick(&["<", "<=", ">", ">="]),
            literal()
        )),
        3 => Cell::proving(format!("not ({})", literal())),
        _ => parts(writer, column).swap_remove(0),
    }
}
