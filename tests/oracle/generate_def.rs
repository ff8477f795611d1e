//! Generated definitions: `let`, `segment`, `classify`, `decision`, and the heads that tables share.

use super::generate::{EnumType, Env, Facts, Field, Path, RecordType, T, World};
use super::generate_actions::Chooses;
use super::generate_cond::{Condition, presence};
use super::generate_expr::{IF, State, Writer};
use super::generate_types::{comment, definition_paths, docs, fresh, moment_type, type_text};
use super::tape::Tape;
use super::{generate_actions, generate_named, generate_table, number};
use num_bigint::BigInt;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A definition's text.
#[derive(Debug, Default)]
pub struct Made {
    pub text: String,
    /// What of it can be decided.
    pub decisions: Vec<String>,
    /// The files its rows are in.
    pub csv: Vec<(String, String)>,
    /// The texts of its actions.
    pub actions: Vec<String>,
    /// The next best actions.
    pub choices: Vec<Chooses>,
}

/// Parts an expression may have.
pub const PARTS: usize = 9;

/// Writes the next definition and declares it.
pub fn definition(world: &mut World, tape: &Tape, place: usize) -> Made {
    match tape.weighted(&[5, 3, 2, 1, 7, 2, 1, 1, 2, 2]) {
        0 => decision(world, tape),
        1 => named_value(world, tape),
        2 => segment(world, tape),
        3 => classify(world, tape),
        5 => generate_named::function(world, tape),
        6 => generate_named::feature(world, tape),
        7 => generate_named::reference(world, tape, place),
        8 => generate_named::score(world, tape),
        9 => generate_actions::actions(world, tape),
        _ => generate_table::table(world, tape, place),
    }
}

/// Takes over what a writer has noted, and makes the definition readable.
pub fn declare(world: &mut World, path: Path, ty: &T, noted: Vec<(String, super::given::Given)>) {
    for (of, value) in noted {
        world.constants.entry(of).or_default().push(value.clone());
        world
            .constants
            .entry(String::new())
            .or_default()
            .push(value);
    }
    definition_paths(world, path, ty);
}

/// The path of a definition.
pub fn path_of(name: &str, reads: BTreeSet<String>) -> Path {
    Path {
        text: name.to_owned(),
        steps: Vec::new(),
        ty: T::Bool,
        non_zero: false,
        reads,
        input: false,
        constant: false,
        range: None,
        proves: Facts::default(),
        asks: BTreeSet::new(),
    }
}

fn named_value(world: &mut World, tape: &Tape) -> Made {
    let name = fresh(world, tape);
    let annotated = tape.chance(60);
    let ty = if annotated {
        result_type(world, tape, false)
    } else {
        let plain = [
            T::Int,
            T::Dec,
            T::Bool,
            T::Text,
            T::Elapsed,
            T::Date,
            T::Instant,
            T::Dur,
            T::Money("GBP"),
            T::Time,
            T::Dist,
            T::Elapsed,
        ];
        tape.pick(&plain).clone()
    };
    let writer = Writer::new(world, tape);
    writer.refuel(PARTS);
    let mut condition = Condition::new("", IF);
    let value = match (&ty, annotated) {
        (T::Bool, _) => {
            condition = writer.condition(&Env::default());
            condition.ex.clone()
        }
        (ty, true) => writer.expected(&Env::default(), ty),
        (ty, false) => writer.told(&Env::default(), ty),
    };
    let annotation = if annotated {
        format!(": {}", type_text(world, &ty))
    } else {
        String::new()
    };
    let text = format!("{}let {name}{annotation} = {}\n", docs(tape), value.at(IF));
    let reads = writer.reads.take();
    let noted = writer.constants.take();
    let constant = reads.is_empty();
    let path = Path {
        constant,
        proves: condition.holds,
        asks: condition.asked,
        ..path_of(&name, reads)
    };
    declare(world, path, &ty, noted);
    Made {
        text,
        ..Made::default()
    }
}

fn segment(world: &mut World, tape: &Tape) -> Made {
    let name = fresh(world, tape);
    let writer = Writer::new(world, tape);
    writer.refuel(PARTS);
    let condition = writer.condition(&Env::default());
    let text = format!("{}segment {name} = {}\n", docs(tape), condition.ex.at(IF));
    let path = Path {
        proves: condition.holds,
        asks: condition.asked,
        ..path_of(&name, writer.reads.take())
    };
    let noted = writer.constants.take();
    declare(world, path, &T::Bool, noted);
    Made {
        text,
        ..Made::default()
    }
}

fn classify(world: &mut World, tape: &Tape) -> Made {
    let name = fresh(world, tape);
    let members: Vec<String> = (0..2 + tape.below(3))
        .map(|i| format!("class_{i}"))
        .collect();
    let writer = Writer::new(world, tape);
    let conditions = conditions(&writer, members.len() - 1, |_| {});
    let mut text = format!("{}classify {name} {{\n", docs(tape));
    for (member, condition) in members.iter().zip(&conditions) {
        writeln!(
            text,
            "{}    {member} when {}",
            comment(tape),
            condition.ex.at(IF)
        )
        .expect("writes");
    }
    writeln!(text, "    otherwise {}\n}}", members[members.len() - 1]).expect("writes");
    let reads = writer.reads.take();
    let noted = writer.constants.take();
    world.enums.push(EnumType {
        name: Some(name.clone()),
        qualifies: false,
        ordered: false,
        members,
    });
    let ty = T::Enum(world.enums.len() - 1);
    declare(world, path_of(&name, reads), &ty, noted);
    Made {
        text,
        ..Made::default()
    }
}

/// Conditions in order, each knowing that those before it failed.
fn conditions(writer: &Writer, n: usize, mut each: impl FnMut(&Env)) -> Vec<Condition> {
    let mut env = Env::default();
    let mut made = Vec::new();
    for _ in 0..n {
        writer.refuel(PARTS);
        let condition = writer.condition(&env);
        each(&env.with(&condition.holds, &condition.asked));
        env = env.with(&condition.fails, &condition.asked);
        made.push(condition);
    }
    each(&env);
    made
}

/// A type for a result.
pub fn result_type(world: &mut World, tape: &Tape, inline: bool) -> T {
    if tape.chance(30) {
        let base = moment_type(tape);
        return if tape.chance(25) { base.opt() } else { base };
    }
    let base = match tape.weighted(&[3, 3, 3, 2, 3, 2, 2]) {
        0 => T::Bool,
        1 => T::Int,
        2 => T::Dec,
        3 => T::Text,
        4 if inline && tape.chance(30) => {
            let members = ["chat", "live", "self_service"].map(str::to_owned).to_vec();
            world.enums.push(EnumType {
                name: None,
                qualifies: false,
                ordered: false,
                members,
            });
            T::Enum(world.enums.len() - 1)
        }
        4 => T::Enum(tape.below(world.enums.iter().filter(|e| e.qualifies).count())),
        5 => record_result(world, tape, inline),
        _ => T::List(Box::new(
            tape.pick(&[
                T::Int,
                T::Dec,
                T::Text,
                T::Enum(0),
                T::Money("JPY"),
                T::Date,
            ])
            .clone(),
        )),
    };
    if tape.chance(25) { base.opt() } else { base }
}

fn record_result(world: &mut World, tape: &Tape, inline: bool) -> T {
    if inline && tape.chance(60) {
        let mut fields = Vec::new();
        for name in ["help", "amount", "note"] {
            let ty = tape
                .pick(&[
                    T::Text,
                    T::Int,
                    T::Dec,
                    T::Enum(0),
                    T::Bool,
                    T::Money("GBP"),
                    T::Money("KWD"),
                    T::Date,
                    T::Dur,
                ])
                .clone();
            let ty = if tape.chance(25) { ty.opt() } else { ty };
            fields.push(Field {
                name: name.to_owned(),
                ty,
                range: None,
                default: None,
            });
        }
        world.records.push(RecordType { name: None, fields });
        return T::Rec(world.records.len() - 1);
    }
    match world.records.iter().position(|r| r.name.is_some()) {
        Some(r) => T::Rec(r),
        None => T::Int,
    }
}

fn decision(world: &mut World, tape: &Tape) -> Made {
    let name = fresh(world, tape);
    let ty = result_type(world, tape, true);
    let writer = Writer::new(world, tape);
    let axes = axes(&writer);
    let complete = (!axes.is_empty() && tape.chance(35)).then(|| {
        let rules = partition(&writer, tape.pick(&axes)).into_iter();
        rules
            .map(|(when, env)| (when.map(|w| (String::new(), w)), env))
            .collect::<Vec<_>>()
    });
    let mut text = String::new();
    let rules = match complete {
        Some(rules) => rules,
        None => {
            let n = 1 + tape.weighted(&[2, 4, 4, 2, 1]);
            let mut env = Env::default();
            let mut rules = Vec::new();
            for _ in 0..n {
                writer.refuel(PARTS);
                let valid = writer.validity();
                let condition = writer.condition(&env);
                let inside = env.with(&condition.holds, &condition.asked);
                // Where a rule is not valid, nothing is known of its condition.
                let fails = if valid.is_empty() {
                    condition.fails
                } else {
                    Facts::default()
                };
                env = env.with(&fails, &condition.asked);
                rules.push((Some((valid, condition.ex.at(IF))), inside));
            }
            rules.push((None, env));
            rules
        }
    };
    for (place, (condition, env)) in rules.iter().enumerate() {
        writer.refuel(PARTS);
        let value = writer.expected(env, &ty);
        text.push_str(comment(tape));
        text.push_str("    ");
        if tape.chance(45) {
            write!(text, "label_{place}: ").expect("writes");
        }
        match condition {
            Some((valid, condition)) => {
                write!(text, "{valid}when {condition}").expect("writes");
            }
            None => text.push_str("otherwise"),
        }
        write!(text, " => {}", value.at(IF)).expect("writes");
        writer.refuel(4);
        text.push_str(&because(&writer, env));
        text.push('\n');
    }
    let reads = writer.reads.take();
    let noted = writer.constants.take();
    let text = format!(
        "{}decision {} {{\n{text}}}\n",
        docs(tape),
        head(world, tape, &name, "", &ty, &reads)
    );
    let text = pervasive(text, "decision", tape, &reads);
    declare(world, path_of(&name, reads), &ty, noted);
    Made {
        text,
        decisions: vec![name],
        ..Made::default()
    }
}

/// A reason, sometimes.
pub fn because(writer: &Writer, env: &Env) -> String {
    match writer.tape.below(10) {
        5 => " because \"it is so\"".to_owned(),
        6 => " because \"{{for}} \\\"you\\\"\"".to_owned(),
        7 => "\n        because \"on its own line\"".to_owned(),
        8 | 9 => format!(" because {}", writer.interpolated(env)),
        _ => String::new(),
    }
}

/// `name(policy) -> type independent of …`
pub fn head(
    world: &World,
    tape: &Tape,
    name: &str,
    policy: &str,
    ty: &T,
    reads: &BTreeSet<String>,
) -> String {
    let independent = independence(world, tape, reads);
    format!("{name}{policy} -> {}{independent}", type_text(world, ty))
}

/// ` independent of …`, sometimes.
pub fn independence(world: &World, tape: &Tape, reads: &BTreeSet<String>) -> String {
    if tape.chance(15) {
        let apart = |path: &str| {
            reads.iter().all(|r| {
                *r != path
                    && !r.starts_with(&format!("{path}."))
                    && !path.starts_with(&format!("{r}."))
            })
        };
        let free: Vec<&Path> = world
            .paths
            .iter()
            .filter(|p| p.input && apart(&p.text))
            .collect();
        if !free.is_empty() {
            return format!(" independent of {}", tape.pick(&free).text);
        }
    }
    String::new()
}

/// Says `pervasive` where the definition reads nothing of the touchpoint.
pub fn pervasive(text: String, word: &str, tape: &Tape, reads: &BTreeSet<String>) -> String {
    let blind = reads.iter().all(|r| !r.starts_with("touchpoint."));
    if blind && tape.chance(50) {
        text.replacen(&format!("{word} "), &format!("pervasive {word} "), 1)
    } else {
        text
    }
}

/// Inputs by which rules can be shown to cover every customer.
fn axes(writer: &Writer) -> Vec<Path> {
    let env = Env::default();
    let simple = |p: &Path| p.input && matches!(p.ty, T::Enum(_) | T::Bool | T::Int | T::Dec);
    let plain = writer.paths(&env, State::Plain, simple);
    let optional = writer.paths(&env, State::Optional, |p| {
        p.input && p.steps.len() == 1 && p.steps[0] == p.text
    });
    plain.into_iter().chain(optional).cloned().collect()
}

/// Conditions that cover every customer, each with what it proves.
fn partition(writer: &Writer, path: &Path) -> Vec<(Option<String>, Env)> {
    let p = &writer.read(path).text;
    let mut rules = Vec::new();
    let asked: BTreeSet<String> = path
        .steps
        .iter()
        .cloned()
        .chain([format!("zero {p}"), p.clone()])
        .collect();
    let nothing = Env {
        asked: asked.clone(),
        ..Env::default()
    };
    let inside = Env {
        facts: presence(path),
        asked,
        ..Env::default()
    };
    if path.steps.is_empty() {
        rules.extend(
            parts(writer, path)
                .into_iter()
                .map(|c| (Some(c), inside.clone())),
        );
    } else {
        rules.push((Some(format!("{p} is missing")), nothing));
        if matches!(path.ty, T::Enum(_) | T::Bool | T::Int | T::Dec) && writer.tape.chance(50) {
            for condition in parts(writer, path) {
                rules.push((
                    Some(format!("{p} is present and {condition}")),
                    inside.clone(),
                ));
            }
        } else {
            rules.push((Some(format!("{p} is present")), inside));
        }
    }
    rules
}

fn parts(writer: &Writer, path: &Path) -> Vec<String> {
    let (tape, p) = (writer.tape, &path.text);
    match &path.ty {
        T::Bool => vec![p.clone(), format!("not {p}")],
        T::Enum(e) => {
            let members = &writer.world.enums[*e].members;
            let cut = 1 + tape.below(members.len() - 1);
            let one = |members: &[String]| match members {
                [one] => format!("{p} == {one}"),
                more => format!("{p} in [{}]", more.join(", ")),
            };
            let first = one(&members[..cut]);
            let rest = match tape.below(3) {
                0 => one(&members[cut..]),
                1 => format!("{p} not in [{}]", members[..cut].join(", ")),
                _ => format!("not ({first})"),
            };
            vec![first, rest]
        }
        _ => {
            let range = path.range.as_ref();
            let low = range.map_or(0.into(), |r| r.low.to_integer());
            let (a, b): (BigInt, BigInt) = (&low + 2, &low + 5);
            for cut in [&a, &b] {
                writer.note(path, &cut.to_string());
            }
            if range.is_some_and(|r| r.high < number::parse(&b.to_string()) + number::parse("1")) {
                return vec![format!("{p} < 1"), format!("{p} >= 1")];
            }
            match tape.below(3) {
                0 => vec![format!("{p} < {a}"), format!("{p} >= {a}")],
                1 => vec![
                    format!("{p} < {a}"),
                    format!("{p} in {a}..{b}"),
                    format!("{p} >= {b}"),
                ],
                _ => vec![format!("not ({p} <= {a})"), format!("{p} <= {a}")],
            }
        }
    }
}
