//! Rows of offers from a generator, and each way of writing them: in the rules, as CSV, as JSON lines, by the host.

use chrono::{Days, NaiveDate};
use pervade::Decimal;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

pub const TIERS: [&str; 3] = ["guest", "member", "gold"];
pub const GROUPS: [&str; 3] = ["sales.tickets", "sales.snacks", "service.notices"];

/// The record type of the rows.
pub const RECORD: &str = "enum Tier { guest, member, gold }
record Offer {
    id: string, to: string, lever: decimal = 0, min: int? 0..=99, tiers: list<Tier> = [], price: decimal,
    cost: money<GBP>?, starts: date, ends: date, open: bool = true, note: string?, p: decimal 0..=1
}
";

/// A row.
#[derive(Clone, Debug)]
pub struct Offer {
    pub id: String,
    pub to: usize,
    pub lever: Option<Decimal>,
    pub min: Option<i64>,
    pub tiers: Vec<usize>,
    pub price: Decimal,
    pub cost: Option<Decimal>,
    /// Days behind the first.
    pub starts: u64,
    pub ends: u64,
    pub open: Option<bool>,
    pub note: Option<String>,
    pub p: Decimal,
    /// How it is written where there is a choice: a bit each.
    pub style: u32,
}

/// A text as names and notes may be, those among them that need quotes, escapes or both.
fn text() -> impl Strategy<Value = String> {
    let awkward = [
        "late show",
        "it's \"so\"",
        "comma, here",
        "{brace}",
        "ünï–😀",
        " before",
        "behind ",
        "missing",
        "true",
        "-",
        "not (a)",
        "back\\slash",
        "tab\there",
        "two\nlines",
        "#hash",
        "\"",
        "5",
        "12.50 GBP",
        "{{twice}}",
        "a|b",
        "// no comment",
        "\u{a0}",
        "\u{feff}mark",
        "e\u{301}",
        "\"quoted\"",
        "'",
        "null",
        "[a]",
        "\r",
    ];
    prop_oneof![
        4 => "[a-z][a-z0-9_]{0,5}",
        3 => proptest::sample::select(awkward.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{1,6}",
    ]
}

fn half_steps(most: i64) -> impl Strategy<Value = Decimal> {
    (0..=most).prop_map(|n| Decimal::new(n * 5, 1))
}

fn offer() -> impl Strategy<Value = Offer> {
    let levers = [0, 25, -10, 150].map(|percent| Decimal::new(percent, 2));
    let names = (text(), 0..GROUPS.len(), proptest::option::of(text()));
    let numbers = (
        proptest::option::of(proptest::sample::select(levers.to_vec())),
        proptest::option::of(0_i64..=99),
        half_steps(8),
        proptest::option::of(half_steps(40)),
        (0_i64..=4).prop_map(|n| Decimal::new(n * 25, 2)),
    );
    let rest = (
        proptest::collection::vec(0..TIERS.len(), 0..3),
        (0_u64..6, 1_u64..6),
        proptest::option::of(any::<bool>()),
        any::<u32>(),
    );
    (names, numbers, rest).prop_map(|((id, to, note), (lever, min, price, cost, p), rest)| {
        let (tiers, (starts, length), open, style) = rest;
        Offer {
            id,
            to,
            lever,
            min,
            tiers,
            price,
            cost,
            starts,
            ends: starts + length,
            open,
            note,
            p,
            style,
        }
    })
}

/// Rows with names of their own.
pub fn offers() -> impl Strategy<Value = Vec<Offer>> {
    proptest::collection::vec(offer(), 0..9).prop_map(|mut rows| {
        let mut seen = BTreeSet::new();
        rows.retain(|row| !row.id.trim().is_empty() && seen.insert(row.id.clone()));
        rows
    })
}

pub fn day(place: u64) -> String {
    let first = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
    (first + Days::new(place)).to_string()
}

/// What stands between the quotes of a text in rules.
pub fn inner(text: &str) -> String {
    let escaped = |c: char| match c {
        '\\' => "\\\\".to_owned(),
        '"' => "\\\"".to_owned(),
        '\n' => "\\n".to_owned(),
        '{' => "{{".to_owned(),
        '}' => "}}".to_owned(),
        c if c.is_control() => format!("\\u{{{:x}}}", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(escaped).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", inner(text))
}

/// A number that is a decimal wherever it stands.
fn number(n: Decimal) -> String {
    let text = n.to_string();
    match text.contains('.') {
        true => text,
        false => format!("{text}.0"),
    }
}

impl Offer {
    fn tier_names(&self) -> Vec<&'static str> {
        self.tiers.iter().map(|tier| TIERS[*tier]).collect()
    }

    pub fn is_open(&self) -> bool {
        self.open.unwrap_or(true)
    }

    pub fn has_plain_name(&self) -> bool {
        let plain = |c: char| c.is_ascii_lowercase();
        // No word of the language is as long.
        self.id.chars().all(plain) && self.id.len() > 4
    }

    /// Fields as they are written in rules; those that are missing or left to their default are not there.
    pub fn literals(&self) -> Vec<(&'static str, String)> {
        let tiers = format!("[{}]", self.tier_names().join(", "));
        let fields = [
            ("id", Some(quoted(&self.id))),
            ("to", Some(quoted(GROUPS[self.to]))),
            ("lever", self.lever.map(number)),
            ("min", self.min.map(|n| n.to_string())),
            ("tiers", (!self.tiers.is_empty()).then_some(tiers)),
            ("price", Some(number(self.price))),
            ("cost", self.cost.map(|n| format!("{} GBP", number(n)))),
            ("starts", Some(day(self.starts))),
            ("ends", Some(day(self.ends))),
            ("open", self.open.map(|open| open.to_string())),
            ("note", self.note.as_deref().map(quoted)),
            ("p", Some(number(self.p))),
        ];
        let written = fields
            .into_iter()
            .filter_map(|(name, text)| Some((name, text?)));
        written.collect()
    }

    /// One object of JSON.
    fn json(&self) -> Json {
        let mut fields = Map::new();
        let decimal = |n: Decimal, bit: u32| match self.style >> bit & 1 {
            0 => json!(n.to_string()),
            _ => json!(n.to_string().parse::<f64>().expect("a number")),
        };
        let mut put = |name: &str, value: Option<Json>, bit: u32| match value {
            Some(value) => drop(fields.insert(name.to_owned(), value)),
            None if self.style >> bit & 1 == 0 => drop(fields.insert(name.to_owned(), Json::Null)),
            None => {}
        };
        put("note", self.note.clone().map(Json::from), 0);
        put("id", Some(json!(self.id)), 0);
        put("to", Some(json!(GROUPS[self.to])), 0);
        put("lever", self.lever.map(|n| decimal(n, 1)), 1);
        put("min", self.min.map(Json::from), 2);
        put("tiers", Some(json!(self.tier_names())), 3);
        put("price", Some(decimal(self.price, 4)), 4);
        put("cost", self.cost.map(|n| self.amount(decimal(n, 5))), 6);
        put("starts", Some(json!(day(self.starts))), 7);
        put("ends", Some(json!(day(self.ends))), 7);
        put("open", self.open.map(Json::from), 8);
        put("p", Some(decimal(self.p, 9)), 9);
        Json::Object(fields)
    }

    fn amount(&self, number: Json) -> Json {
        match self.style >> 10 & 1 {
            0 => number,
            _ => json!({ "amount": number, "currency": "GBP" }),
        }
    }

    /// The cell of a field.
    fn cell(&self, literal: &str) -> String {
        let bare = literal.trim_matches('"');
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        // A text that is a word needs no quotes, unless the word has a meaning.
        let is_word =
            bare.chars().all(plain) && bare.len() > 1 && !matches!(bare, "missing" | "true");
        match literal.starts_with('"') && is_word && self.style >> 11 & 1 == 1 {
            true => bare.to_owned(),
            false => format!("\"{}\"", literal.replace('"', "\"\"")),
        }
    }
}

/// The rows in the rules.
pub fn inline(rows: &[Offer]) -> String {
    let row = |row: &Offer| {
        let fields = row
            .literals()
            .into_iter()
            .map(|(name, text)| format!("{name}: {text}"));
        format!("    {{ {} }},\n", fields.collect::<Vec<_>>().join(", "))
    };
    format!("[\n{}]", rows.iter().map(row).collect::<String>())
}

/// The rows as CSV.
pub fn csv(rows: &[Offer]) -> String {
    const FIELDS: [&str; 12] = [
        "note", "id", "to", "lever", "min", "tiers", "price", "cost", "starts", "ends", "open", "p",
    ];
    let mut text = format!("{}\n", FIELDS.join(","));
    for row in rows {
        let literals = row.literals();
        let cells = FIELDS.map(|name| {
            let own = literals.iter().find(|(field, _)| *field == name);
            own.map_or(String::new(), |(_, literal)| row.cell(literal))
        });
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// The rows as JSON lines.
pub fn json_lines(rows: &[Offer]) -> String {
    let line = |row: &Offer| match row.style >> 12 & 1 {
        0 => format!("{}\n", row.json()),
        _ => format!("\n  {}\r\n", row.json()),
    };
    rows.iter().map(line).collect()
}

/// The rows as a host has them.
pub fn hosts(rows: &[Offer]) -> Vec<Json> {
    rows.iter().map(Offer::json).collect()
}
