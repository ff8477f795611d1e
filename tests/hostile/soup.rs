//! Random texts: letters, words of the language, and valid rulesets with pieces taken out, doubled or swapped.
//! None may panic, whatever is then said of them; what compiles is used, what does not is shown and repaired.
//!
//! `PERVADE_SOUP=100000 cargo test --test all soup` tries so many of each; `PERVADE_SEED=7` other ones.

use super::{exercise, survives};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const WORDS: &[&str] = &[
    "ruleset",
    "use",
    "enum",
    "record",
    "context",
    "touchpoint",
    "let",
    "segment",
    "classify",
    "decision",
    "table",
    "pervasive",
    "independent",
    "of",
    "when",
    "otherwise",
    "because",
    "if",
    "else",
    "and",
    "or",
    "not",
    "in",
    "is",
    "present",
    "missing",
    "true",
    "false",
    "unique",
    "first",
    "collect",
    "from",
    "int",
    "decimal",
    "string",
    "bool",
    "list",
    "list<int>",
    "channel",
    "a",
    "b",
    "x",
    "Tier",
    "gold",
    "0",
    "1",
    "2.5",
    "15%",
    "1_000",
    "99999999999999999999",
    "\"text\"",
    "\"",
    "\"t.csv\"",
    "'",
    "`",
    "`when`",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "<=",
    ">=",
    "==",
    "!=",
    "=",
    "=>",
    "|",
    "||",
    "&&",
    "!",
    "+",
    "-",
    "*",
    "/",
    "%",
    ".",
    "..",
    "..=",
    ",",
    ":",
    ";",
    "?",
    "->",
    "//",
    "///",
    "/*",
    "\n",
    "\r\n",
    "\\",
    "é",
    "\u{202e}",
    "\0",
    "@",
    "null",
    "then",
    "where",
    "behaviour",
    "action",
    "policy",
    "journey",
    "now",
    "today",
    "date",
    "money<GBP>",
];

fn try_all(name: &str, strategy: impl Strategy<Value = String> + Send + 'static) {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u32>().ok();
    let cases = number("PERVADE_SOUP").unwrap_or(1500);
    let seed = number("PERVADE_SEED").unwrap_or(0);
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let work = move || {
        let mut bytes = [11; 32];
        bytes[..4].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut fine = 0;
        let fines = std::cell::Cell::new(0);
        let result = TestRunner::new_with_rng(config, rng).run(&strategy, |text| {
            fines.set(fines.get() + u32::from(exercise(&text).is_empty()));
            Ok(())
        });
        fine += fines.get();
        if let Err(error) = result {
            panic!("{error}");
        }
        fine
    };
    let fine = match cases {
        0..=5000 => survives(name, work),
        _ => std::thread::Builder::new()
            .stack_size(super::STACK)
            .spawn(work)
            .expect("a thread")
            .join()
            .expect("no panic"),
    };
    println!("{name}: {fine} of {cases} compile");
}

#[test]
fn soup_of_letters() {
    try_all(
        "letters",
        vec(any::<char>(), 0..200).prop_map(String::from_iter),
    );
    let near = vec(select(WORDS.concat().chars().collect::<Vec<_>>()), 0..200);
    try_all(
        "letters of the language",
        near.prop_map(|l| format!("ruleset r {}", String::from_iter(l))),
    );
}

#[test]
fn soup_of_words() {
    try_all(
        "words",
        vec(select(WORDS), 0..80).prop_map(|words| words.join(" ")),
    );
    try_all(
        "an expression",
        vec(select(WORDS), 0..20).prop_map(|words| {
            format!(
                "ruleset r context {{ a: int = 1 b: bool? x: string = \"\" }} let y = {}",
                words.join(" ")
            )
        }),
    );
    try_all("a table", vec(select(WORDS), 0..30).prop_map(|words| {
        format!("ruleset r context {{ a: int = 1 b: bool? }} table t(first) -> int? {{ | a | b => result | {} }}", words.join(" "))
    }));
}

/// A text in words, numbers, strings, blanks and single signs.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let class = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 1,
        c if c.is_whitespace() => 2,
        _ => 0,
    };
    let mut last = 0;
    for c in text.chars() {
        match pieces.last_mut() {
            Some(piece) if class(c) == last && last != 0 => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        last = class(c);
    }
    pieces
}

fn mutated(text: &'static str) -> impl Strategy<Value = String> {
    let changes = vec(
        (0..5u8, any::<Index>(), any::<Index>(), select(WORDS)),
        1..4,
    );
    changes.prop_map(move |changes| {
        let mut all = pieces(text);
        for (kind, one, other, word) in changes {
            let (one, other) = (one.index(all.len()), other.index(all.len()));
            match kind {
                0 => drop(all.remove(one)),
                1 => all.insert(one, all[one].clone()),
                2 => all.swap(one, other),
                3 => all[one] = word.to_owned(),
                _ => all.truncate(one.max(1)),
            }
        }
        all.concat()
    })
}

const SMALL: &str = "ruleset r
    enum Tier { guest, gold } // comment
    record Item { name: string, price: decimal 0..=100 = 1.50 }
    context { tier: Tier = guest, age: int? 0..=120, item: Item?, tags: list<string> = [], wrong: int = 0 }
    touchpoint { channel: enum { web, kiosk } = web }
    let fee: decimal = 15% if tier == gold otherwise 0.5
    segment adult = age is present and age >= 18
    segment cheap = item is present and item.price / 2 < 5 and not (\"x\" in tags)
    classify who { child when age is present and age < 12 grown when adult otherwise unknown }
    pervasive decision help -> { who: string, rate: decimal? } independent of wrong {
        upset: when who == child => { who: \"a\", rate: fee * 2 } because \"why {{x}}\"
        otherwise => { who: \"b\" }
    }
    table band(unique) -> string { | age | tier => result | 0..18 | - => \"a\" | >= 18 | not (gold) => \"b\" otherwise => \"c\" }
    table many(collect) -> list<int> { | age | who => n | missing | child, grown => 1 | < 5 | - => age else 0 }";

#[test]
fn soup_of_rulesets() {
    assert_eq!(exercise(SMALL), [], "the text to begin with");
    try_all("a small ruleset", mutated(SMALL));
    try_all(
        "the cinema",
        mutated(include_str!("../../examples/rules/cinema.pvd")),
    );
    try_all(
        "the spend bands",
        mutated(include_str!("../../examples/rules/hillstrom.pvd")),
    );
}
