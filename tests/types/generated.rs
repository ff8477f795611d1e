//! Generated rulesets and contexts: the JSON Schema accepts exactly what the engine accepts.
//!
//! In: a random number. Out: declarations, and JSON for them, most of it right; then fields go missing, values change
//! their type or their spelling, and strangers come in. The generator knows nothing of which of that is right.

use super::spellings::Checked;
use proptest::prelude::Rng as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng};
use std::fmt::Write as _;

/// A source of choices.
struct Dice(TestRng);

impl Dice {
    fn new(seed: u64) -> Dice {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Dice(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(n).unwrap()).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high - low).unwrap();
        low + i64::try_from(self.below(span.max(1))).unwrap()
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

#[derive(Clone, Debug)]
enum Type {
    /// By its word, and spellings most of which are right.
    Single(&'static str, &'static [&'static str]),
    /// `int` or `decimal` in hundredths, and whether its upper end is open.
    Ranged(&'static str, i64, i64, bool),
    Enum(Vec<&'static str>),
    Record(Vec<Field>),
    /// Declared on its own.
    Named(usize, Vec<Field>),
    List(Box<Type>),
}

#[derive(Clone, Debug)]
struct Field {
    name: String,
    ty: Type,
    optional: bool,
    default: Option<String>,
}

const SINGLES: [(&str, &[&str]); 14] = [
    ("bool", &["true", "false"]),
    ("int", &["0", "7", "-3", "9223372036854775807"]),
    (
        "decimal",
        &["0", "12.75", "-0.5", "\"3.25\"", "\"-100\"", "\"0.10\""],
    ),
    (
        "money<GBP>",
        &[
            "12.5",
            "\"9.99\"",
            "{\"amount\": \"1.20\", \"currency\": \"GBP\"}",
        ],
    ),
    (
        "money<JPY>",
        &["1200", "\"15\"", "{\"currency\": \"JPY\", \"amount\": 3}"],
    ),
    ("string", &["\"\"", "\"Dune\"", "\"two\\nlines\""]),
    (
        "date",
        &["\"2026-03-01\"", "\"2024-02-29\"", "\"1987-12-31\""],
    ),
    ("time", &["\"18:30\"", "\"00:00:00.001\"", "\"23:59:59\""]),
    (
        "datetime",
        &[
            "\"2026-03-01T18:30:00Z\"",
            "\"2024-02-29T00:00:00.5+01:00\"",
            "\"1987-12-31T23:59-08:30\"",
        ],
    ),
    ("duration", &["\"PT30M\"", "\"P7D\"", "\"-P1DT2.5H\""]),
    ("elapsed", &["\"never\"", "\"P90D\""]),
    ("distance", &["0", "5000"]),
    ("timezone", &["\"Europe/London\"", "\"Asia/Tokyo\""]),
    (
        "geo",
        &["[51.5, -0.12]", "{\"lat\": 51.5, \"lon\": \"-0.12\"}"],
    ),
];

const NAMES: [&str; 12] = [
    "visits",
    "spend",
    "seatsLeft",
    "type",
    "home",
    "mood",
    "born",
    "items",
    "far",
    "zone",
    "a1",
    "of",
];
const MEMBERS: [&str; 6] = ["guest", "gold", "live_agent", "liveAgent", "web", "none"];
/// What may stand where it does not belong.
const STRANGE: [&str; 16] = [
    "null",
    "true",
    "0",
    "-1",
    "2.5",
    "\"\"",
    "\"gold\"",
    "\"12\"",
    "\"2026-02-29\"",
    "\"25:00\"",
    "[]",
    "{}",
    "[1, 2]",
    "{\"amount\": 1, \"currency\": \"EUR\"}",
    "{\"lat\": 91, \"lon\": 0}",
    "18446744073709551615",
];

fn single(dice: &mut Dice) -> Type {
    let (word, spellings) = SINGLES[dice.below(SINGLES.len())];
    Type::Single(word, spellings)
}

fn members(dice: &mut Dice) -> Type {
    let first = dice.below(MEMBERS.len() - 1);
    Type::Enum(MEMBERS[first..first + 1 + dice.below(MEMBERS.len() - first)].to_vec())
}

fn a_type(dice: &mut Dice, depth: usize, named: &[Vec<Field>]) -> Type {
    match dice.below(if depth == 0 { 7 } else { 12 }) {
        0..=3 => single(dice),
        4 | 5 => {
            let low = dice.between(-2_000, 2_000);
            let high = low + dice.between(1, 3_001);
            match dice.chance(50) {
                true => Type::Ranged(
                    "int",
                    low / 100 * 100,
                    high / 100 * 100 + 100,
                    dice.chance(30),
                ),
                false => Type::Ranged("decimal", low, high, dice.chance(30)),
            }
        }
        6 => members(dice),
        7 | 8 => Type::Record(fields(dice, depth - 1, named)),
        9 if !named.is_empty() => {
            let which = dice.below(named.len());
            Type::Named(which, named[which].clone())
        }
        10 if !named.is_empty() => {
            let which = dice.below(named.len());
            Type::List(Box::new(Type::Named(which, named[which].clone())))
        }
        _ => Type::List(Box::new(match dice.chance(70) {
            true => single(dice),
            false => Type::Record(fields(dice, depth - 1, named)),
        })),
    }
}

fn fields(dice: &mut Dice, depth: usize, named: &[Vec<Field>]) -> Vec<Field> {
    let mut made: Vec<Field> = Vec::new();
    for _ in 0..1 + dice.below(4) {
        let name = dice.pick(&NAMES).to_owned();
        if made.iter().any(|field| field.name == name) {
            continue;
        }
        let ty = a_type(dice, depth, named);
        let optional = dice.chance(35);
        let default = match &ty {
            Type::Enum(members) => Some(members[0].to_owned()),
            Type::Ranged(_, low, ..) => Some(hundredths(*low)),
            Type::Single("bool", _) => Some("true".to_owned()),
            Type::Single("string", _) => Some("\"x\"".to_owned()),
            Type::Single("money<GBP>", _) => Some("1.50 GBP".to_owned()),
            Type::Single("date", _) => Some("2026-03-01".to_owned()),
            Type::Single("duration", _) => Some("2 hours".to_owned()),
            Type::List(_) => Some("[]".to_owned()),
            _ => None,
        };
        let default = default.filter(|_| !optional && dice.chance(30));
        made.push(Field {
            name,
            ty,
            optional,
            default,
        });
    }
    made
}

fn hundredths(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    let (whole, rest) = (n.abs() / 100, n.abs() % 100);
    match rest {
        0 => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{rest:02}"),
    }
}

fn type_text(ty: &Type) -> String {
    match ty {
        Type::Single(word, _) => (*word).to_owned(),
        Type::Ranged(word, low, high, open) => {
            let dots = if *open { ".." } else { "..=" };
            format!("{word} {}{dots}{}", hundredths(*low), hundredths(*high))
        }
        Type::Enum(members) => format!("enum {{ {} }}", members.join(", ")),
        Type::Record(fields) => fields_text(fields),
        Type::Named(which, _) => format!("R{which}"),
        Type::List(item) => format!("list<{}>", type_text(item)),
    }
}

fn fields_text(fields: &[Field]) -> String {
    let mut text = String::from("{");
    for field in fields {
        let mark = if field.optional { "?" } else { "" };
        write!(text, " `{}`: {}{mark}", field.name, type_text(&field.ty)).unwrap();
        if let Some(default) = &field.default {
            write!(text, " = {default}").unwrap();
        }
        text.push(',');
    }
    text + " }"
}

/// JSON for a type. `wild`: of a hundred values, so many are wrong in one way or another.
fn value(dice: &mut Dice, ty: &Type, wild: usize) -> String {
    if dice.chance(wild) {
        return match dice.below(3) {
            0 => dice.pick(&STRANGE).to_owned(),
            1 => {
                let (_, spellings) = SINGLES[dice.below(SINGLES.len())];
                dice.pick(spellings).to_owned()
            }
            _ => {
                let right = value(dice, ty, 0);
                slip(dice, &right)
            }
        };
    }
    match ty {
        Type::Single(_, spellings) => dice.pick(spellings).to_owned(),
        Type::Ranged(word, low, high, _) => ranged(dice, word, *low, *high, wild),
        Type::Enum(members) => format!("\"{}\"", dice.pick(members)),
        Type::Record(fields) | Type::Named(_, fields) => object(dice, fields, wild),
        Type::List(item) => {
            let items: Vec<String> = (0..dice.below(3))
                .map(|_| value(dice, item, wild))
                .collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// A number in the range; next to its ends where it may be wrong.
fn ranged(dice: &mut Dice, word: &str, low: i64, high: i64, wild: usize) -> String {
    let n = match wild > 0 && dice.chance(30) {
        true => [low, high][dice.below(2)] + [-100, -1, 0, 1, 100][dice.below(5)],
        false => dice.between(low, high),
    };
    if word == "int" {
        return (n / 100).to_string();
    }
    let text = hundredths(n);
    match dice.below(4) {
        0 => format!("\"{text}\""),
        1 if text.contains('.') => format!("\"{text}000\""),
        2 if !text.starts_with('-') => format!("\"00{text}\""),
        _ => text,
    }
}

/// A text with one slip of the pen; numbers keep to what every float can tell apart.
fn slip(dice: &mut Dice, json: &str) -> String {
    let Some(inner) = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return format!("\"{}\"", json.replace(['"', '\\'], ""));
    };
    let mut letters: Vec<char> = inner.chars().filter(|c| *c != '\\').collect();
    let letter = "0123456789-+:.TZPDHMSW ae_".chars().collect::<Vec<_>>();
    let letter = letter[dice.below(letter.len())];
    let at = dice.below(letters.len() + 1);
    match dice.below(3) {
        0 => letters.insert(at, letter),
        _ if at == letters.len() => {}
        1 => letters[at] = letter,
        _ => {
            letters.remove(at);
        }
    }
    format!("\"{}\"", letters.into_iter().collect::<String>())
}

fn object(dice: &mut Dice, fields: &[Field], wild: usize) -> String {
    let mut parts = Vec::new();
    for field in fields {
        let can_lack = field.optional || field.default.is_some();
        match dice.below(10) {
            0 | 1 if can_lack || dice.chance(wild) => continue,
            2 if can_lack || dice.chance(wild) => parts.push(format!("\"{}\": null", field.name)),
            _ => parts.push(format!(
                "\"{}\": {}",
                field.name,
                value(dice, &field.ty, wild)
            )),
        }
    }
    if dice.chance(wild / 2) {
        parts.push(format!(
            "\"{}\": {}",
            dice.pick(&["size", "Type", ""]),
            dice.pick(&STRANGE)
        ));
    }
    if dice.chance(50) {
        parts.reverse();
    }
    format!("{{{}}}", parts.join(", "))
}

/// Whether a text holds a decimal with an exponent, which the schema is known to refuse.
fn has_exponent(json: &str) -> bool {
    let texts = json.split('"').skip(1).step_by(2);
    let is_number = |text: &str| text.parse::<f64>().is_ok() && text.contains('e');
    texts.into_iter().any(is_number)
}

#[test]
fn schema_and_context_agree_on_generated_contexts() {
    // Schemas take long to compile, contexts don't. `PROPTEST_CASES` asks for more of both.
    let cases = Config::default().cases / 6;
    let (mut accepted, mut refused) = (0_usize, 0_usize);
    for seed in 0..u64::from(cases) {
        let mut dice = Dice::new(seed);
        let dice = &mut dice;
        let mut named: Vec<Vec<Field>> = Vec::new();
        let mut text = "ruleset generated\n".to_owned();
        for number in 0..dice.below(3) {
            let fields = fields(dice, 2, &named);
            writeln!(text, "record R{number} {}", fields_text(&fields)).unwrap();
            named.push(fields);
        }
        let context = fields(dice, 3, &named);
        writeln!(text, "context {}", fields_text(&context)).unwrap();
        let checked = Checked::new(&text);
        for _ in 0..200 {
            let wild = [0, 4, 12, 30][dice.below(4)];
            let json = object(dice, &context, wild);
            if has_exponent(&json) {
                continue;
            }
            let (schema, engine) = checked.accept(&json);
            let why = || {
                let taken = checked.rules.context().json(&json).and_then(|c| c.build());
                let value = serde_json::from_str(&json).unwrap();
                let errors = checked.schema.iter_errors(&value).map(|e| e.to_string());
                let errors: Vec<String> = errors.collect();
                format!("seed {seed}\n{text}{json}\nengine: {taken:?}\nschema: {errors:#?}")
            };
            assert_eq!(schema, engine, "{}", why());
            *(if engine { &mut accepted } else { &mut refused }) += 1;
        }
    }
    println!("{cases} rulesets: {accepted} contexts accepted, {refused} refused");
    let least = usize::try_from(cases).unwrap() * 40;
    assert!(accepted > least && refused > least, "{accepted} {refused}");
}

/// What every event has; most of it right.
fn own_fields(types: usize) -> Vec<Field> {
    const TYPES: [&str; 4] = ["e0", "e1", "e2", "e3"];
    let field = |name: &str, ty, optional| Field {
        name: name.to_owned(),
        ty,
        optional,
        default: None,
    };
    let at = SINGLES.iter().find(|(word, _)| *word == "datetime");
    let text = |spellings| Type::Single("string", spellings);
    vec![
        field("id", text(&["\"a\"", "\"b\"", "\"c d\"", "\"\""]), false),
        field("type", Type::Enum(TYPES[..types].to_vec()), false),
        field("at", Type::Single("datetime", at.unwrap().1), false),
        field("seq", Type::Single("int", &["0", "7", "-3"]), true),
        field("device", text(&["\"\"", "\"phone\""]), true),
        field("channel", Type::Enum(vec!["web", "kiosk"]), true),
    ]
}

#[test]
fn schema_and_history_agree_on_generated_events() {
    let cases = Config::default().cases / 6;
    let (mut accepted, mut refused) = (0_usize, 0_usize);
    for seed in 0..u64::from(cases) {
        let mut dice = Dice::new(seed);
        let dice = &mut dice;
        let mut text =
            "ruleset generated\ntouchpoint { channel: enum { web, kiosk } }\n".to_owned();
        let mut events = Vec::new();
        for number in 0..1 + dice.below(3) {
            let mut own = fields(dice, 2, &[]);
            own.retain(|field| field.name != "type");
            writeln!(text, "event e{number} {}", fields_text(&own)).unwrap();
            events.push(own);
        }
        let checked = Checked::of_events(&text);
        for _ in 0..200 {
            let wild = [0, 4, 12, 30][dice.below(4)];
            let mut fields = own_fields(events.len());
            let which = dice.below(events.len());
            fields[1].ty = match dice.chance(90) {
                true => Type::Single("string", [&["\"e0\""], &["\"e1\""], &["\"e2\""]][which]),
                false => fields[1].ty.clone(),
            };
            fields.extend(events[which].iter().cloned());
            let json = object(dice, &fields, wild);
            if has_exponent(&json) {
                continue;
            }
            let (schema, engine) = checked.accept_event(&json);
            assert_eq!(
                schema,
                engine,
                "seed {seed}\n{text}{json} (schema, engine)\n{:?}",
                checked.rules.history().add_json(&json)
            );
            *(if engine { &mut accepted } else { &mut refused }) += 1;
        }
    }
    println!("{cases} rulesets: {accepted} events accepted, {refused} refused");
    let least = usize::try_from(cases).unwrap() * 20;
    assert!(accepted > least && refused > least, "{accepted} {refused}");
}
