//! How fast texts become rulesets. `cargo bench --bench compile`.

use divan::counter::ItemsCount;
use pervade::internals::syntax;
use pervade::{Limits, SourceId};
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// A decision with this many rules of three conditions and a record each.
fn decision(rules: usize) -> String {
    let mut text = String::from("ruleset demo\ndecision offer -> Offer {\n");
    for i in 0..rules {
        let _ = writeln!(
            text,
            "    when tier == platinum and tickets >= {i} and not holiday => {{ offer: \"A\", discount: 0.30, prio: 1 }}"
        );
    }
    text.push_str("    otherwise => { offer: \"B\", discount: 0.10, prio: 2 }\n}\n");
    text
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
fn parse_rules(bencher: divan::Bencher, rules: usize) {
    let text = decision(rules);
    bencher.counter(ItemsCount::new(rules)).bench(|| {
        let (file, found) = syntax::parse(SourceId::default(), &text, &Limits::default());
        assert!(found.is_empty());
        file
    });
}

/// Text to tree; items are rows.
#[divan::bench(args = [10_000])]
fn parse_rows(bencher: divan::Bencher, rows: usize) {
    let text = table(rows);
    bencher.counter(ItemsCount::new(rows)).bench(|| {
        let (file, found) = syntax::parse(SourceId::default(), &text, &Limits::default());
        assert!(found.is_empty());
        file
    });
}

/// A text in which every rule is wrong; items are rules.
#[divan::bench(args = [10_000])]
fn parse_mistakes(bencher: divan::Bencher, rules: usize) {
    let text = decision(rules).replace(" and not", " nad not");
    bencher
        .counter(ItemsCount::new(rules))
        .bench(|| syntax::parse(SourceId::default(), &text, &Limits::default()));
}
