//! Generated types: enums, records, the context and the touchpoint, and the paths that lead to their fields.

use super::generate::{EnumType, Facts, Field, Path, Range, RecordType, T, World};
use super::generate_moments::{CURRENCIES, ZONES, sample};
use super::number;
use super::tape::Tape;
use num_traits::{Signed, Zero};
use std::collections::BTreeSet;
use std::fmt::Write as _;

const WORDS: [&str; 16] = [
    "visits", "age", "spend", "mood", "film", "seats", "price", "name", "loyal", "points",
    "basket", "home", "plan", "region", "basis", "share",
];
/// Words that mean something elsewhere in the language; as fields they are names like all others.
const FIELD_WORDS: [&str; 8] = [
    "type", "count", "segment", "channel", "when", "of", "table", "from",
];
const MEMBERS: [&str; 14] = [
    "guest", "member", "gold", "calm", "angry", "web", "mobile", "kiosk", "drama", "action",
    "none", "low", "high", "other",
];

/// A new top-level name.
pub fn fresh(world: &mut World, tape: &Tape) -> String {
    world.names += 1;
    format!("{}_{}", tape.pick(&WORDS), world.names)
}

/// Declares enums, records, context and touchpoint, and gives their text.
pub fn declare(world: &mut World, tape: &Tape) -> String {
    let mut text = String::new();
    for _ in 0..1 + tape.below(3) {
        let name = format!("Kind{}", world.enums.len());
        let members = members(tape);
        let ordered = tape.chance(40);
        let word = if ordered { "ordered enum" } else { "enum" };
        writeln!(text, "{word} {name} {{ {} }}", members.join(", ")).expect("writes");
        world.enums.push(EnumType {
            name: Some(name),
            qualifies: true,
            ordered,
            members,
        });
    }
    for _ in 0..tape.below(3) {
        let name = format!("Thing{}", world.records.len());
        let fields = fields(world, tape, 2, false);
        writeln!(
            text,
            "{}record {name} {}",
            docs(tape),
            fields_text(world, &fields, tape)
        )
        .expect("writes");
        world.records.push(RecordType {
            name: Some(name),
            fields,
        });
    }
    let names = 3 + tape.below(7);
    for _ in 0..names {
        let name = fresh(world, tape);
        let field = field(world, tape, name, 2, true);
        world.context.push(field);
    }
    if tape.chance(85) {
        let members = members(tape);
        world.enums.push(EnumType {
            name: None,
            qualifies: false,
            ordered: false,
            members,
        });
        let channel = T::Enum(world.enums.len() - 1);
        world.touchpoint.push(Field {
            name: "channel".to_owned(),
            ty: channel,
            range: None,
            default: None,
        });
        for _ in 0..tape.below(3) {
            let name = fresh(world, tape);
            let field = field(world, tape, name, 1, true);
            world.touchpoint.push(field);
        }
    }
    let context = world.context.clone();
    writeln!(
        text,
        "\n{}context {}",
        docs(tape),
        fields_text(world, &context, tape)
    )
    .expect("writes");
    let touchpoint = world.touchpoint.clone();
    if !touchpoint.is_empty() {
        writeln!(text, "touchpoint {}", fields_text(world, &touchpoint, tape)).expect("writes");
    }
    input_paths(world, &context, "", &[]);
    input_paths(world, &touchpoint, "touchpoint.", &[]);
    timezone(world, tape, &mut text);
    world.simple_types = simple_types(world);
    text
}

/// `timezone …`, nearly always.
fn timezone(world: &mut World, tape: &Tape, text: &mut String) {
    let zones: Vec<&Path> = world
        .paths
        .iter()
        .filter(|p| p.ty == T::Zone && p.input)
        .collect();
    let fixed = tape.word(&ZONES);
    let kind = tape.weighted(&[6, 5, 1]);
    if kind == 2 {
        return;
    }
    let from = (kind == 1 && !zones.is_empty()).then(|| *tape.pick(&zones));
    let (expr, reads) = match from {
        None => (format!("\"{fixed}\""), BTreeSet::new()),
        Some(path) if path.steps.is_empty() => (path.text.clone(), path.reads.clone()),
        Some(path) => (
            format!("{} else \"{fixed}\"", path.text),
            path.reads.clone(),
        ),
    };
    writeln!(text, "timezone {expr}").expect("writes");
    if tape.chance(20) {
        writeln!(text, "week starts sunday").expect("writes");
    }
    world.zone = Some(reads);
}

/// What is told in texts: the types that occur, and the common ones.
fn simple_types(world: &World) -> Vec<T> {
    let mut types = vec![
        T::Int,
        T::Dec,
        T::Text,
        T::Date,
        T::Dur,
        T::Bool,
        T::Instant,
        T::Elapsed,
    ];
    for path in &world.paths {
        let simple = !matches!(path.ty, T::Rec(_) | T::List(_) | T::Opt(_));
        // A bare member says no type, nor does a zone's name.
        let told = !matches!(path.ty, T::Enum(_) | T::Zone | T::Geo) || path.steps.is_empty();
        if simple && told && !types.contains(&path.ty) {
            types.push(path.ty.clone());
        }
    }
    types
}

/// A doc comment, sometimes.
pub fn docs(tape: &Tape) -> &'static str {
    if tape.chance(10) {
        "/// What a person should know.\n"
    } else {
        ""
    }
}

/// A comment on its own line or none.
pub fn comment(tape: &Tape) -> &'static str {
    match tape.below(14) {
        12 => "// a remark: { not a rule }\n",
        13 => "    // why\n\n",
        _ => "",
    }
}

fn members(tape: &Tape) -> Vec<String> {
    let order = tape.shuffled(MEMBERS.len());
    order[..2 + tape.below(5)]
        .iter()
        .map(|i| MEMBERS[*i].to_owned())
        .collect()
}

/// Fields of a record.
pub fn fields(world: &mut World, tape: &Tape, depth: usize, inline: bool) -> Vec<Field> {
    let mut made: Vec<Field> = Vec::new();
    for _ in 0..1 + tape.below(4) {
        let mut name = (*tape.pick(&WORDS)).to_owned();
        if tape.chance(15) {
            (*tape.pick(&FIELD_WORDS)).clone_into(&mut name);
        }
        if made.iter().all(|f| f.name != name) {
            let field = field(world, tape, name, depth - 1, inline);
            made.push(field);
        }
    }
    made
}

fn field(world: &mut World, tape: &Tape, name: String, depth: usize, inline: bool) -> Field {
    let base = field_type(world, tape, depth, inline);
    let mut range = None;
    if matches!(base, T::Int | T::Dec) && tape.chance(35) {
        range = Some(range_of(&base, tape));
    }
    let ty = if tape.chance(38) { base.opt() } else { base };
    let default = (!ty.is_opt() && tape.chance(30))
        .then(|| default(world, tape, &ty, range.as_ref()))
        .flatten();
    Field {
        name,
        ty,
        range,
        default,
    }
}

fn field_type(world: &mut World, tape: &Tape, depth: usize, inline: bool) -> T {
    if tape.chance(38) {
        return moment_type(tape);
    }
    match tape.weighted(&[5, 4, 3, 4, 3, usize::from(depth > 0) * 4, 3]) {
        0 => T::Int,
        1 => T::Dec,
        2 => T::Bool,
        3 => T::Enum(tape.below(world.enums.iter().filter(|e| e.qualifies).count())),
        4 => T::Text,
        5 => record_type(world, tape, depth, inline),
        _ => T::List(Box::new(match tape.below(9) {
            6 => T::Money("GBP"),
            7 => T::Date,
            8 => moment_type(tape),
            0 => T::Int,
            1 => T::Dec,
            2 => T::Enum(0),
            3 if !world.records.is_empty() && world.records[0].name.is_some() => T::Rec(0),
            4 => T::Bool,
            _ => T::Text,
        })),
    }
}

/// A type of amounts, moments, durations, distances, places, zones.
pub fn moment_type(tape: &Tape) -> T {
    match tape.weighted(&[4, 4, 2, 5, 3, 2, 2, 2, 2]) {
        0 => {
            let code: &&'static str = tape.pick(&CURRENCIES);
            T::Money(code)
        }
        1 => T::Date,
        2 => T::Time,
        3 => T::Instant,
        4 => T::Dur,
        5 => T::Dist,
        6 => T::Zone,
        7 => T::Geo,
        _ => T::Weekday,
    }
}

fn record_type(world: &mut World, tape: &Tape, depth: usize, inline: bool) -> T {
    let named: Vec<usize> = (0..world.records.len())
        .filter(|r| world.records[*r].name.is_some())
        .collect();
    if !named.is_empty() && tape.chance(60) {
        return T::Rec(*tape.pick(&named));
    }
    if !inline {
        return T::Int;
    }
    let fields = fields(world, tape, depth, inline);
    world.records.push(RecordType { name: None, fields });
    T::Rec(world.records.len() - 1)
}

fn range_of(ty: &T, tape: &Tape) -> Range {
    let (low, high, open) = match (ty, tape.below(5)) {
        (T::Int, 0) => ("0", "120", false),
        (T::Int, 1) => ("1", "10", false),
        (T::Int, 2) => ("-50", "50", false),
        (T::Int, 3) => ("0", "9000000000000000000", false),
        (T::Int, _) => ("0", "20", true),
        (_, 0) => ("0", "1", false),
        (_, 1) => ("0.5", "99.5", false),
        (_, 2) => ("-1.25", "1000", true),
        (_, 3) => ("1", "100", false),
        _ => ("0", "1", true),
    };
    Range {
        low: number::parse(low),
        high: number::parse(high),
        open,
        text: format!("{low}{}{high}", if open { ".." } else { "..=" }),
    }
}

/// A constant of a type within a range, as text.
pub fn default(world: &World, tape: &Tape, ty: &T, range: Option<&Range>) -> Option<String> {
    if let Some(range) = range {
        let low = number::print(&range.low);
        return Some(low);
    }
    Some(match ty {
        T::Bool => if tape.chance(50) { "true" } else { "false" }.to_owned(),
        T::Int => (*tape.pick(&["0", "7", "-3", "1_000"])).to_owned(),
        T::Dec => (*tape.pick(&["0", "1.5", "15%", "-0.25"])).to_owned(),
        T::Text => (*tape.pick(&["\"\"", "\"none\"", "\"{{x}}\""])).to_owned(),
        T::Enum(e) => tape.pick(&world.enums[*e].members).clone(),
        T::Elapsed => return None,
        ty if ty.is_moment() => sample(tape, ty)?.0,
        T::List(item) if tape.chance(50) && !matches!(**item, T::Rec(_)) => {
            format!("[{}]", default(world, tape, item, None)?)
        }
        T::List(_) => "[]".to_owned(),
        _ => return None,
    })
}

/// The fields with their brackets.
fn fields_text(world: &World, fields: &[Field], tape: &Tape) -> String {
    let mut text = String::from("{\n");
    for field in fields {
        if tape.chance(8) {
            text.push_str("    /// A field.\n");
        }
        text.push_str("    ");
        text.push_str(&field_text(world, field));
        text.push_str(if tape.chance(30) { ",\n" } else { "\n" });
        text.push_str(comment(tape));
    }
    text.push('}');
    text
}

fn field_text(world: &World, field: &Field) -> String {
    let mut text = format!("{}: {}", field.name, type_text(world, field.ty.present()));
    // The `?` may stand before the range or behind it.
    let early = field.name.len().is_multiple_of(2);
    if field.ty.is_opt() && early {
        text.push('?');
    }
    if let Some(range) = &field.range {
        write!(text, " {}", range.text).expect("writes");
    }
    if field.ty.is_opt() && !early {
        text.push('?');
    }
    if let Some(default) = &field.default {
        write!(text, " = {default}").expect("writes");
    }
    if field.name.len().is_multiple_of(5) {
        text.push_str(" fixed");
    }
    text
}

/// A type as an author writes it.
pub fn type_text(world: &World, ty: &T) -> String {
    match ty {
        T::Bool => "bool".to_owned(),
        T::Int => "int".to_owned(),
        T::Dec => "decimal".to_owned(),
        T::Text => "string".to_owned(),
        T::Money(code) => format!("money<{code}>"),
        T::Date => "date".to_owned(),
        T::Time => "time".to_owned(),
        T::Instant => "datetime".to_owned(),
        T::Dur => "duration".to_owned(),
        T::Elapsed => "elapsed".to_owned(),
        T::Dist => "distance".to_owned(),
        T::Zone => "timezone".to_owned(),
        T::Geo => "geo".to_owned(),
        T::Weekday => "Weekday".to_owned(),
        T::Enum(e) => match &world.enums[*e] {
            EnumType {
                name: Some(name), ..
            } => name.clone(),
            EnumType { members, .. } => format!("enum {{ {} }}", members.join(", ")),
        },
        T::Rec(r) => match &world.records[*r] {
            RecordType {
                name: Some(name), ..
            } => name.clone(),
            RecordType { fields, .. } => {
                let fields: Vec<String> = fields.iter().map(|f| field_text(world, f)).collect();
                format!("{{ {} }}", fields.join(", "))
            }
        },
        T::List(item) => format!("list<{}>", type_text(world, item)),
        T::Opt(inner) => format!("{}?", type_text(world, inner)),
    }
}

fn input_paths(world: &mut World, fields: &[Field], before: &str, steps: &[String]) {
    for field in fields {
        let text = format!("{before}{}", field.name);
        let mut steps = steps.to_vec();
        if field.ty.is_opt() {
            steps.push(text.clone());
        }
        let ty = field.ty.present().clone();
        world.paths.push(Path {
            text: text.clone(),
            steps: steps.clone(),
            ty: ty.clone(),
            non_zero: field.range.as_ref().is_some_and(|r| {
                r.low.is_positive() || r.high.is_negative() || (r.open && r.high.is_zero())
            }),
            reads: BTreeSet::from([text.clone()]),
            input: true,
            constant: false,
            range: field.range.clone(),
            proves: Facts::default(),
            asks: BTreeSet::new(),
        });
        if let T::Rec(r) = ty {
            let inner = world.records[r].fields.clone();
            input_paths(world, &inner, &format!("{text}."), &steps);
        }
    }
}

/// Makes a definition readable, with the fields of its value.
pub fn definition_paths(world: &mut World, path: Path, ty: &T) {
    let mut steps = path.steps.clone();
    if ty.is_opt() {
        steps.push(path.text.clone());
    }
    let here = Path {
        steps: steps.clone(),
        ty: ty.present().clone(),
        ..path.clone()
    };
    if let T::Rec(r) = here.ty {
        for field in world.records[r].fields.clone() {
            let text = format!("{}.{}", path.text, field.name);
            let inner = Path {
                text,
                steps: steps.clone(),
                proves: Facts::default(),
                asks: BTreeSet::new(),
                ..path.clone()
            };
            definition_paths(world, inner, &field.ty);
        }
    }
    world.paths.push(here);
}
