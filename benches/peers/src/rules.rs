//! Rules as data, from which each engine's own text is written: the twelve of the cinema, and any number like them.

use crate::support::cinema::{self, Channel, Country, Day, Genre, Screen, Tier};
use crate::support::rng::Rng;

/// One question about one field.
#[derive(Clone, Debug)]
pub enum Test {
    Is(&'static str, &'static str),
    OneOf(&'static str, Vec<&'static str>),
    AtLeast(&'static str, i64),
    Below(&'static str, i64),
    /// Both ends included.
    Within(&'static str, i64, i64),
    Holds(&'static str),
    Fails(&'static str),
}

/// A rule: all of its tests hold, so this offer, an index into `cinema::OFFERS`.
#[derive(Clone, Debug)]
pub struct Rule {
    pub tests: Vec<Test>,
    pub offer: usize,
}

/// What a field can hold.
pub enum Kind {
    Member(&'static [&'static str]),
    Int(i64, i64),
    Bool,
}

/// The fields that rules read.
pub const FIELDS: [(&str, Kind); 15] = [
    ("day", Kind::Member(Day::WORDS)),
    ("genre", Kind::Member(Genre::WORDS)),
    ("tier", Kind::Member(Tier::WORDS)),
    ("channel", Kind::Member(Channel::WORDS)),
    ("country", Kind::Member(Country::WORDS)),
    ("screen", Kind::Member(Screen::WORDS)),
    ("age", Kind::Int(8, 85)),
    ("hour", Kind::Int(9, 23)),
    ("tickets", Kind::Int(1, 6)),
    ("spend90", Kind::Int(0, 300)),
    ("visits90", Kind::Int(0, 12)),
    ("points", Kind::Int(0, 2000)),
    ("student", Kind::Bool),
    ("holiday", Kind::Bool),
    ("app_user", Kind::Bool),
];

/// The rules of `cinema.pvd`; the last is what else.
pub fn cinema() -> Vec<Rule> {
    use Test::*;
    let tests = [
        vec![
            Is("tier", "platinum"),
            AtLeast("tickets", 4),
            Fails("holiday"),
        ],
        vec![
            Holds("student"),
            OneOf("day", vec!["mon", "tue", "wed"]),
            Below("hour", 18),
        ],
        vec![AtLeast("age", 65), Below("hour", 17)],
        vec![
            Is("genre", "kids"),
            AtLeast("tickets", 3),
            Within("hour", 10, 14),
        ],
        vec![
            Is("tier", "gold"),
            AtLeast("spend90", 150),
            AtLeast("visits90", 6),
        ],
        vec![
            Is("screen", "imax"),
            Is("channel", "app"),
            Holds("app_user"),
            OneOf("day", vec!["fri", "sat"]),
        ],
        vec![Holds("holiday"), Is("country", "ES"), AtLeast("tickets", 2)],
        vec![Below("visits90", 1), AtLeast("points", 500)],
        vec![
            Below("age", 18),
            OneOf("genre", vec!["action", "horror", "scifi"]),
        ],
        vec![Is("channel", "kiosk"), AtLeast("hour", 21)],
        vec![Is("tier", "silver"), AtLeast("points", 1000)],
        vec![],
    ];
    let numbered = tests.into_iter().enumerate();
    numbered
        .map(|(offer, tests)| Rule { tests, offer })
        .collect()
}

/// `count` seeded rules of three to five tests, and what else.
pub fn random(count: usize) -> Vec<Rule> {
    let mut rng = Rng::new(7);
    let last = cinema::OFFERS.len() - 1;
    let mut rules: Vec<Rule> = (0..count)
        .map(|_| Rule {
            tests: tests(&mut rng),
            offer: rng.index(last),
        })
        .collect();
    rules.push(Rule {
        tests: Vec::new(),
        offer: last,
    });
    rules
}

fn tests(rng: &mut Rng) -> Vec<Test> {
    let count = 3 + rng.index(3);
    let mut fields: Vec<usize> = Vec::new();
    while fields.len() < count {
        let field = rng.index(FIELDS.len());
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields.into_iter().map(|field| test(field, rng)).collect()
}

fn test(field: usize, rng: &mut Rng) -> Test {
    let (name, kind) = &FIELDS[field];
    match *kind {
        Kind::Member(words) if rng.index(3) == 0 => {
            let first = rng.index(words.len() - 1);
            Test::OneOf(name, vec![words[first], words[first + 1]])
        }
        Kind::Member(words) => Test::Is(name, words[rng.index(words.len())]),
        Kind::Int(low, high) => {
            let middle = rng.int(low + 1, high - 1);
            match rng.index(3) {
                0 => Test::AtLeast(name, middle),
                1 => Test::Below(name, middle),
                _ => Test::Within(name, middle, high - 1),
            }
        }
        Kind::Bool if rng.bool() => Test::Holds(name),
        Kind::Bool => Test::Fails(name),
    }
}

/// The offer of the first rule that holds: slow and plain, to check compiled rules against.
pub fn decided(rules: &[Rule], fields: &serde_json::Value) -> usize {
    let holds = |rule: &&Rule| rule.tests.iter().all(|test| test.holds(fields));
    rules.iter().find(holds).unwrap().offer
}

impl Test {
    fn holds(&self, fields: &serde_json::Value) -> bool {
        let int = |field: &str| fields[field].as_i64().unwrap();
        match self {
            Test::Is(field, member) => fields[field] == *member,
            Test::OneOf(field, members) => members.iter().any(|member| fields[field] == *member),
            Test::AtLeast(field, least) => int(field) >= *least,
            Test::Below(field, bound) => int(field) < *bound,
            Test::Within(field, low, high) => (*low..=*high).contains(&int(field)),
            Test::Holds(field) => fields[field] == true,
            Test::Fails(field) => fields[field] == false,
        }
    }
}
