//! How fast texts become rulesets. `cargo bench --bench compile`.
//!
//! First whole rulesets, with the share of parsing and how far ten or a hundred times the rules are from taking ten or
//! a hundred times as long; then divan's samples of the parser alone, by rules, rows and mistakes.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark may stop where something is wrong"
)]

mod support;

use divan::counter::ItemsCount;
use pervade::internals::syntax;
use pervade::{Limits, Ruleset, SourceId};
use std::fmt::Write as _;
use support::cinema;
use support::rng::Rng;
use support::timing::{self, Job};

fn main() {
    whole();
    divan::main();
}

/// The cinema's context and record, and a decision with this many rules like those of the cinema: about 150 bytes each,
/// three to five conditions over its 15 fields, one record of three.
fn rules(count: usize) -> String {
    let declarations = cinema::RULES.split("decision offer").next().unwrap();
    let mut text = format!("{declarations}decision offer -> Offer {{\n");
    let mut rng = Rng::new(7);
    for number in 0..count {
        let mut conditions: Vec<String> = Vec::new();
        for _ in 0..rng.int(3, 5) {
            conditions.push(condition(&mut rng));
        }
        let conditions = conditions.join(" and ");
        let offer = cinema::Name::WORDS[rng.index(cinema::Name::WORDS.len())];
        let (percent, priority) = (rng.int(0, 50), rng.int(1, 100));
        let _ = writeln!(
            text,
            "    rule_{number}: when {conditions} => {{ offer: {offer}, discount: 0.{percent:02}, priority: {priority} }}"
        );
    }
    text.push_str("    otherwise => { offer: NONE, discount: 0, priority: 12 }\n}\n");
    text
}

fn condition(rng: &mut Rng) -> String {
    let enums: [(&str, &[&str]); 4] = [
        ("tier", cinema::Tier::WORDS),
        ("genre", cinema::Genre::WORDS),
        ("channel", cinema::Channel::WORDS),
        ("screen", cinema::Screen::WORDS),
    ];
    let ints = [
        ("age", 90),
        ("hour", 24),
        ("tickets", 6),
        ("spend90", 300),
        ("visits90", 12),
        ("points", 2_000),
    ];
    let bools = ["student", "holiday", "app_user"];
    match rng.below(4) {
        0 => {
            let (field, words) = enums[rng.index(enums.len())];
            format!("{field} == {}", words[rng.index(words.len())])
        }
        1 => {
            let days = cinema::Day::WORDS;
            let first = rng.index(days.len() - 1);
            format!("day in [{}, {}]", days[first], days[first + 1])
        }
        2 => {
            let (field, most) = ints[rng.index(ints.len())];
            let operator = ["<", "<=", ">", ">="][rng.index(4)];
            format!("{field} {operator} {}", rng.int(1, most))
        }
        _ => bools[rng.index(bools.len())].to_owned(),
    }
}

/// From text to a ruleset that decides.
fn whole() {
    const SIZES: [usize; 3] = [100, 1_000, 10_000];
    let texts = SIZES.map(rules);
    let compile = |text: &str| Ruleset::from_text(text).unwrap_or_else(|e| panic!("{e}"));
    let parse = |text: &str| syntax::parse(SourceId::default(), text, &Limits::default());
    let mut medians = Vec::new();
    for (text, rules) in texts.iter().zip(SIZES) {
        let job = |call: Box<dyn FnMut()>| Job {
            name: "",
            decisions: rules,
            call,
        };
        let (whole, parsed) = (text.clone(), text.clone());
        let mut jobs = [
            job(Box::new(move || drop(divan::black_box(compile(&whole))))),
            job(Box::new(move || drop(divan::black_box(parse(&parsed))))),
        ];
        medians.push(timing::medians(&mut jobs, 40_000 / rules));
    }
    println!("compile, a rule:");
    for ((text, rules), median) in texts.iter().zip(SIZES).zip(&medians) {
        let (whole, parsed) = (median[0] / 1e3, median[1] / 1e3);
        println!(
            "  {rules:>6} rules of {:>3} bytes {whole:>9.1} µs  {:>5.2} x that of 100  (parsing {:.0} %)",
            text.len() / rules,
            median[0] / medians[0][0],
            100.0 * parsed / whole,
        );
    }
}

/// A table with this many rows of four cells.
fn table(rows: usize) -> String {
    let mut text = String::from(
        "ruleset demo\ntable price(first) -> decimal {\n    | a | b | c | d => result\n",
    );
    for i in 0..rows {
        let _ = writeln!(text, "    | gold, silver | >= {i} | - | 1..=5 => 0.15");
    }
    text.push_str("    otherwise => 0\n}\n");
    text
}

/// Text to tree; items are rules.
#[divan::bench(args = [100, 10_000])]
fn parse_rules(bencher: divan::Bencher, count: usize) {
    parse(bencher, &rules(count), count);
}

/// Text to tree; items are rows.
#[divan::bench(args = [10_000])]
fn parse_rows(bencher: divan::Bencher, rows: usize) {
    parse(bencher, &table(rows), rows);
}

fn parse(bencher: divan::Bencher, text: &str, items: usize) {
    bencher.counter(ItemsCount::new(items)).bench(|| {
        let (file, found) = syntax::parse(SourceId::default(), text, &Limits::default());
        assert!(found.is_empty());
        file
    });
}

/// A text in which every rule is wrong; items are rules.
#[divan::bench(args = [10_000])]
fn parse_mistakes(bencher: divan::Bencher, count: usize) {
    let text = rules(count).replace(" => ", " = > ");
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| syntax::parse(SourceId::default(), &text, &Limits::default()));
}
