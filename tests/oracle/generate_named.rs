//! Generated definitions that others use: functions with parameters, features, scores, reference data.

use super::generate::{Env, Field, Function, RecordType, T, World};
use super::generate_def::{Made, PARTS, because, declare, head, path_of, pervasive};
use super::generate_expr::{IF, NEG, State, Writer};
use super::generate_forms::local_paths;
use super::generate_moments::sample;
use super::generate_types::{comment, docs, fresh, moment_type, type_text};
use super::tape::Tape;
use std::fmt::Write as _;

/// A type of a parameter, or of what a function gives.
fn simple(tape: &Tape) -> T {
    match tape.below(8) {
        0 | 1 => T::Int,
        2 => T::Dec,
        3 => T::Text,
        4 => T::Enum(0),
        5 => T::Elapsed,
        _ => moment_type(tape),
    }
}

/// `let f(p: int, q: date) = …`, `segment f(p: int) = …`
pub fn function(world: &mut World, tape: &Tape) -> Made {
    let name = fresh(world, tape);
    let params: Vec<(String, T)> = (0..1 + tape.below(3))
        .map(|_| {
            let ty = simple(tape);
            let ty = if tape.chance(15) && ty != T::Elapsed {
                ty.opt()
            } else {
                ty
            };
            (fresh(world, tape), ty)
        })
        .collect();
    let result = if tape.chance(35) {
        T::Bool
    } else {
        simple(tape)
    };
    let writer = Writer::new(world, tape);
    writer.refuel(PARTS);
    let mut env = Env::default();
    for (param, ty) in &params {
        env.locals.extend(local_paths(world, param, ty, &[]));
    }
    let written: Vec<String> = params
        .iter()
        .map(|(p, ty)| format!("{p}: {}", type_text(world, ty)))
        .collect();
    let written = written.join(", ");
    let text = if result == T::Bool && tape.chance(70) {
        format!(
            "{}segment {name}({written}) = {}\n",
            docs(tape),
            writer.condition(&env).ex.at(IF)
        )
    } else if tape.chance(50) || matches!(result, T::Zone | T::Enum(_) | T::Weekday) {
        let body = writer.expected(&env, &result).at(IF);
        format!(
            "let {name}({written}): {} = {body}\n",
            type_text(world, &result)
        )
    } else {
        format!(
            "let {name}({written}) = {}\n",
            writer.told(&env, &result).at(IF)
        )
    };
    let function = Function {
        name,
        params: params.into_iter().map(|(_, ty)| ty).collect(),
        result,
        reads: writer.reads.take(),
    };
    note(world, writer_constants(&writer));
    world.functions.push(function);
    Made {
        text,
        ..Made::default()
    }
}

fn writer_constants(writer: &Writer) -> Vec<(String, super::given::Given)> {
    writer.constants.take()
}

/// Remembers constants of what has no path of its own.
pub fn note(world: &mut World, constants: Vec<(String, super::given::Given)>) {
    for (of, value) in constants {
        world.constants.entry(of).or_default().push(value.clone());
        world
            .constants
            .entry(String::new())
            .or_default()
            .push(value);
    }
}

/// `feature name when …`
pub fn feature(world: &mut World, tape: &Tape) -> Made {
    let name = fresh(world, tape);
    let writer = Writer::new(world, tape);
    writer.refuel(PARTS);
    let condition = writer.condition(&Env::default());
    let reads = writer.reads.take();
    let noted = writer.constants.take();
    let text = format!("feature {name} when {}\n", condition.ex.at(IF));
    let text = pervasive(format!("{}{text}", docs(tape)), "feature", tape, &reads);
    let path = super::generate::Path {
        proves: condition.holds,
        asks: condition.asked,
        ..path_of(&name, reads)
    };
    declare(world, path, &T::Bool, noted);
    Made {
        text,
        decisions: vec![name],
        ..Made::default()
    }
}

/// `score name -> int 0..=100 { … }`
pub fn score(world: &mut World, tape: &Tape) -> Made {
    let name = fresh(world, tape);
    let ty = if tape.chance(60) { T::Int } else { T::Dec };
    let writer = Writer::new(world, tape);
    let mut rules = String::new();
    for place in 0..1 + tape.weighted(&[1, 3, 3, 2]) {
        writer.refuel(PARTS);
        rules.push_str(comment(tape));
        rules.push_str("    ");
        if tape.chance(40) {
            write!(rules, "label_{place}: ").expect("writes");
        }
        let valid = writer.validity();
        let mut env = Env::default();
        if valid.is_empty() && tape.chance(12) {
            rules.push_str("always");
        } else {
            let condition = writer.condition(&env);
            env = env.with(&condition.holds, &condition.asked);
            write!(rules, "{valid}when {}", condition.ex.at(IF)).expect("writes");
        }
        writer.refuel(5);
        let points = match tape.below(3) {
            0 => format!("+{}", tape.word(&["5", "20", "100"])),
            1 => tape.word(&["-30", "7", "0"]).to_owned(),
            _ => writer.expected(&env, &ty).at(IF),
        };
        writeln!(rules, " => {points}{}", because(&writer, &env)).expect("writes");
    }
    let bounds = match tape.below(4) {
        0 => " 0..=100",
        1 => " -10..=10",
        2 if ty == T::Dec => " 0.5..=99.5",
        _ => "",
    };
    let reads = writer.reads.take();
    let noted = writer.constants.take();
    // Independence stands behind the bounds.
    let head = head(world, tape, &name, "", &ty, &reads);
    let result = format!("-> {}", type_text(world, &ty));
    let head = head.replacen(&result, &format!("{result}{bounds}"), 1);
    let text = format!("{}score {head} {{\n{rules}}}\n", docs(tape));
    let text = pervasive(text, "score", tape, &reads);
    declare(world, path_of(&name, reads), &ty, noted);
    Made {
        text,
        decisions: vec![name],
        ..Made::default()
    }
}

/// `reference name: Record key k = [ … ]`, or from a file; its record with it.
pub fn reference(world: &mut World, tape: &Tape, place: usize) -> Made {
    let name = fresh(world, tape);
    let record = format!("Row{}", world.records.len());
    let key = tape
        .pick(&[T::Text, T::Int, T::Enum(0), T::Date, T::Weekday, T::Text])
        .clone();
    let plain = |name: &str, ty: T| Field {
        name: name.to_owned(),
        ty,
        range: None,
        default: None,
    };
    let extra = moment_type(tape);
    let fields = vec![
        plain("code", key.clone()),
        plain("place", T::Geo),
        plain("price", T::Money("GBP")),
        plain("extra", if tape.chance(40) { extra.opt() } else { extra }),
        Field {
            default: Some("3".to_owned()),
            ..plain("n", T::Int)
        },
    ];
    world.records.push(RecordType {
        name: Some(record.clone()),
        fields: fields.clone(),
    });
    let index = world.records.len() - 1;
    let writer = Writer::new(world, tape);
    let mut keys: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<Option<String>>> = Vec::new();
    for _ in 0..1 + tape.below(5) {
        let own = match key {
            T::Text => format!("\"{}\"", tape.word(&["gold", "a", "b", "k1", "k2"])),
            _ => writer.literal(&key).at(NEG),
        };
        let own = own.rsplit('.').next().unwrap_or(&own).to_owned();
        if keys.contains(&own.replace('_', "")) {
            continue;
        }
        keys.push(own.replace('_', ""));
        let cells = fields.iter().map(|field| match field.name.as_str() {
            "code" => Some(own.clone()),
            _ if (field.ty.is_opt() || field.default.is_some()) && tape.chance(40) => None,
            _ => Some(match sample(tape, field.ty.present()) {
                Some((text, _)) => text,
                None => writer.literal(field.ty.present()).text,
            }),
        });
        rows.push(cells.collect());
    }
    let described: Vec<String> = fields
        .iter()
        .map(|f| {
            let default = f
                .default
                .as_ref()
                .map_or(String::new(), |d| format!(" = {d}"));
            format!("{}: {}{default}", f.name, type_text(world, &f.ty))
        })
        .collect();
    let mut text = format!("record {record} {{ {} }}\n\n", described.join(", "));
    let in_csv = tape.chance(35);
    let file = format!("data{place}.csv");
    let mut csv = Vec::new();
    if in_csv {
        writeln!(text, "reference {name}: {record} key code from \"{file}\"").expect("writes");
        csv.push((file, csv_text(&fields, &rows)));
    } else {
        writeln!(text, "reference {name}: {record} key code = [").expect("writes");
        for row in &rows {
            let cells = fields.iter().zip(row);
            let given =
                cells.filter_map(|(f, cell)| Some(format!("{}: {}", f.name, cell.as_ref()?)));
            let given: Vec<String> = given.collect();
            writeln!(text, "    {{ {} }},", given.join(", ")).expect("writes");
        }
        text.push_str("]\n");
    }
    paths(world, tape, &name, (index, &key), &keys, &mut text);
    Made {
        text,
        csv,
        ..Made::default()
    }
}

fn csv_text(fields: &[Field], rows: &[Vec<Option<String>>]) -> String {
    let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
    let mut text = names.join(",");
    text.push('\n');
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(fields)
            .map(|(cell, field)| match cell {
                None if field.ty.is_opt() => "missing".to_owned(),
                None => String::new(),
                Some(text) if text.contains(['"', ',', '\n']) => {
                    format!("\"{}\"", text.replace('"', "\"\""))
                }
                Some(text) => text.clone(),
            })
            .collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// The list of the rows, the nearest of them, and rows looked up by constants and by inputs.
fn paths(
    world: &mut World,
    tape: &Tape,
    name: &str,
    (record, key): (usize, &T),
    keys: &[String],
    text: &mut String,
) {
    let list = T::List(Box::new(T::Rec(record)));
    let path = super::generate::Path {
        constant: true,
        ..path_of(name, [].into())
    };
    declare(world, path, &list, Vec::new());
    let row = T::Rec(record).opt();
    // (The names of members stand for what is expected.)
    if let Some(first) = keys.first() {
        declare(
            world,
            path_of(&format!("{name}[{first}]"), [].into()),
            &row,
            Vec::new(),
        );
    }
    let mut places = world
        .paths
        .iter()
        .filter(|p| p.ty == T::Geo && p.input && p.steps.is_empty());
    if let Some(to) = places.next_back().cloned() {
        let near = fresh(world, tape);
        writeln!(text, "let {near} = nearest place of {name} to {}", to.text).expect("writes");
        declare(world, path_of(&near, to.reads), &row, Vec::new());
    }
    let writer = Writer::new(world, tape);
    let env = Env::default();
    let inputs = writer.paths(&env, State::Plain, |p| p.ty == *key && p.input);
    let Some(input) = inputs.first().map(|_| (*tape.pick(&inputs)).clone()) else {
        return;
    };
    for own in keys {
        let given = match key {
            T::Int => super::given::Given::Decimal(super::number::parse(own), false),
            T::Text => super::given::Given::Text(own.trim_matches('"').to_owned()),
            T::Enum(_) | T::Weekday => super::given::Given::Member(own.clone()),
            T::Date => {
                super::given::Given::Date(super::generate_moments::read(own) / super::calendar::DAY)
            }
            _ => continue,
        };
        world
            .constants
            .entry(input.text.clone())
            .or_default()
            .push(given);
    }
    let text = format!("{name}[{}]", input.text);
    declare(world, path_of(&text, input.reads), &row, Vec::new());
}
