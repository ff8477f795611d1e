//! CSV as records, and as the text of a table or of reference data.
//!
//! A record is a context or is answered; by columns, in a frame and cell by cell it decides what the same data in JSON
//! does. Where the first line names `"t.csv"`, it is a declaration, and what follows is that file.

use super::answers::{self, Answer};
use super::world::{self, World};
use super::{said, sources};
use chrono::{DateTime, Utc};
use csv::{ByteRecord, ReaderBuilder};
use pervade::{Anything, Columns, Error, Frame, Ruleset};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// More rows than this are read alike.
const ROWS: usize = 20;
/// The instant for rows that give none.
const NOW: &str = "2026-03-03T18:00:00Z";

pub fn run(bytes: &[u8]) {
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if first.windows(7).any(|w| w == b"\"t.csv\"") => {
            source(text.split_once('\n').unwrap_or((text, "")));
        }
        _ => world::with(|world| records(world, bytes)),
    }
}

/// What tables and references are made for.
const DECLARATIONS: &str = "ruleset r
    enum Tier { guest, member, gold }
    ordered enum Level { low, high }
    record Row { id: string, tier: Tier = guest, price: money<GBP>?, rank: int 0..=9 = 0, share: decimal?,
                 day: date?, clock: time?, instant: datetime?, place: geo?, far: distance?, ok: bool = true, zone: timezone? }
    context { n: int, d: decimal?, s: string, t: Tier?, b: bool, p: money<GBP>, day: date?, clock: time }\n";

fn source((declaration, file): (&str, &str)) {
    let main = format!("{DECLARATIONS}{declaration}\n");
    let sources = sources::memory(&main, &[("t.csv", file.to_owned())]);
    match Ruleset::compile(&sources, "main.pvd") {
        Ok(rules) => answers::ask(&rules),
        Err(error) => said::check_error(&error),
    }
}

fn records(world: &World, bytes: &[u8]) {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut rows = reader.byte_records().map_while(Result::ok);
    let Some(header) = rows.next() else {
        return;
    };
    let now: DateTime<Utc> = NOW.parse().expect("an instant");
    let columns = world.rules.columns().now(now);
    let columns = match columns.clone().header(&header) {
        Ok(columns) => columns,
        Err(error) => {
            said::check_error(&error);
            match columns.ignore_undeclared().header(&header) {
                Ok(columns) => columns,
                Err(error) => return said::check_error(&error),
            }
        }
    };
    let paths: Vec<String> = header.iter().map(name).collect();
    for row in rows.take(ROWS) {
        record(world, &columns, &paths, &row);
    }
}

/// A header cell as a path.
fn name(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    text.trim_start_matches('\u{feff}').trim().to_owned()
}

fn record(world: &World, columns: &Columns, paths: &[String], row: &ByteRecord) {
    let mut frame = world.frame.borrow_mut();
    let filled = columns.fill(&mut frame, row);
    let cells: Option<Vec<(&str, &str)>> = paths
        .iter()
        .zip(row)
        .map(
            |(path, cell)| match path == "now" || world.type_of(path).is_some() {
                true => Some((path.as_str(), std::str::from_utf8(cell).ok()?)),
                false => Some((path.as_str(), "")), // an ignored column may hold anything
            },
        )
        .collect();
    let json = cells
        .as_ref()
        .filter(|_| paths.len() == row.len())
        .map(|cells| json(world, cells));
    let from_json = json.map(|text| {
        let context = world.rules.context().json(&text).and_then(|c| c.build());
        (text, context)
    });
    match columns.context(row) {
        Err(error) => {
            said::check_error(&error);
            assert!(filled.is_err(), "a frame takes what is refused: {error}");
            if let Some((text, Ok(_))) = from_json {
                panic!("JSON takes what CSV refuses: {text}\n{error}");
            }
        }
        Ok(context) => {
            let answers = world.deciders.on(&context);
            let (text, context) = from_json.expect("texts in as many columns");
            match context {
                Ok(context) => {
                    world
                        .deciders
                        .same("of JSON", &answers, &world.deciders.on(&context))
                }
                Err(error) => panic!("CSV takes what JSON refuses: {text}\n{error}"),
            }
            if let Err(error) = filled {
                panic!("a frame refuses what is taken: {error}");
            }
            let within = world.deciders.within(&mut frame);
            world.deciders.same("in a frame", &answers, &within);
            by_cells(world, &mut frame, &cells.unwrap_or_default(), &answers);
        }
    }
}

/// The cells, one by one, through slots.
fn by_cells(world: &World, frame: &mut Frame, cells: &[(&str, &str)], answers: &[Answer]) {
    frame.clear();
    let set = |frame: &mut Frame| -> Result<(), Error> {
        frame.set_now(NOW.parse().expect("an instant"))?;
        for (path, cell) in cells {
            match (*path, world.type_of(path)) {
                ("now", _) if !cell.is_empty() => {
                    frame.json(&format!("{{\"now\": {}}}", quoted(cell)))?
                }
                (_, Some(_)) => frame.set_cell(&world.rules.slot::<Anything>(path)?, cell)?,
                _ => {}
            }
        }
        Ok(())
    };
    if let Err(error) = set(frame) {
        panic!("a slot refuses what is taken: {error}");
    }
    world
        .deciders
        .same("by cells", answers, &world.deciders.within(frame));
}

/// The same record as JSON: what a cell says, by the declared type; nothing of empty cells.
fn json(world: &World, cells: &[(&str, &str)]) -> String {
    let mut whole = Node::default();
    whole.put("now", quoted(NOW));
    for (path, cell) in cells.iter().filter(|(_, cell)| !cell.is_empty()) {
        match (*path, world.type_of(path)) {
            ("now", _) => whole.put("now", quoted(cell)),
            (_, Some(ty)) => whole.put(path, cell_json(ty, cell)),
            _ => {}
        }
    }
    whole.json()
}

/// A record under construction, or the text of a value.
#[derive(Default)]
struct Node {
    text: Option<String>,
    fields: BTreeMap<String, Node>,
}

impl Node {
    fn put(&mut self, path: &str, text: String) {
        let node = path.split('.').fold(self, |node, name| {
            node.fields.entry(name.to_owned()).or_default()
        });
        node.text = Some(text);
    }

    fn json(&self) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let fields: Vec<String> = self
            .fields
            .iter()
            .map(|(name, node)| format!("{}: {}", quoted(name), node.json()))
            .collect();
        format!("{{{}}}", fields.join(", "))
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text")
}

fn number(text: &str) -> String {
    let is_number = serde_json::from_str::<&RawValue>(text).is_ok_and(|raw| {
        raw.get() == text
            && raw
                .get()
                .starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    });
    match is_number {
        true => text.to_owned(),
        false => quoted(text),
    }
}

fn cell_json(ty: &str, cell: &str) -> String {
    match ty {
        "bool" => match cell {
            "0" | "false" => "false".to_owned(),
            "1" | "true" => "true".to_owned(),
            _ => quoted(cell),
        },
        "int" | "decimal" | "distance" => number(cell),
        _ if ty.starts_with("money") => match cell.split_once(' ') {
            Some((amount, code)) => format!(
                "{{\"amount\": {}, \"currency\": {}}}",
                number(amount),
                quoted(code)
            ),
            None => number(cell),
        },
        "geo" => {
            let pair = match cell.split_once(',') {
                Some((lat, lon)) => Some((lat, lon.strip_prefix(' ').unwrap_or(lon))),
                None => cell.split_once(' '),
            };
            pair.map_or_else(
                || quoted(cell),
                |(lat, lon)| format!("[{}, {}]", number(lat), number(lon)),
            )
        }
        _ if ty.starts_with("list<") && serde_json::from_str::<&RawValue>(cell).is_ok() => {
            cell.to_owned()
        }
        _ => quoted(cell),
    }
}
