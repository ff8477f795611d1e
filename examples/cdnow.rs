//! Repeat purchases, recency, age and mean repeat value of customers, as behaviours over their single purchases.
//!
//! `cargo run --release --example cdnow -- DIRECTORY` takes the CDNOW sample (2,357 customers of a shop for music, with
//! `CDNOW_sample.txt`, one purchase a line) and compares every value with the published ones in `expected_rfm.csv`;
//! without a directory a few of its customers in `examples/data/cdnow` are read. The rules are in
//! `examples/rules/cdnow.pvd`. (P. S. Fader, B. G. S. Hardie and K. L. Lee, "RFM and CLV: Using Iso-Value Curves for
//! Customer Base Analysis", 2005.)

use pervade::{Decimal, History, Ruleset};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/rules/cdnow.pvd");
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/cdnow");

/// A line of the sample as an event.
#[derive(Serialize)]
struct Purchase<'a> {
    id: String,
    r#type: &'static str,
    at: String,
    cds: u32,
    value: &'a str,
}

/// What the rules say of a customer.
#[derive(Deserialize, Debug, PartialEq)]
struct Rfm {
    frequency: i64,
    recency: Decimal,
    age: Decimal,
    mean_repeat_value: Decimal,
}

/// Every customer's purchases, by the customer's number in the sample.
fn histories(
    rules: &Ruleset,
    directory: &Path,
) -> Result<BTreeMap<String, History>, Box<dyn Error>> {
    let text = std::fs::read_to_string(directory.join("CDNOW_sample.txt"))?;
    let mut histories: BTreeMap<String, History> = BTreeMap::new();
    for (line, number) in text.lines().zip(1..) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, customer, date, cds, value] = words.as_slice() else {
            return Err(format!("line {number} is no purchase: {line}").into());
        };
        let (Some(year), Some(month), Some(day)) = (date.get(..4), date.get(4..6), date.get(6..))
        else {
            return Err(format!("line {number} has no date: {line}").into());
        };
        let history = histories
            .entry((*customer).to_owned())
            .or_insert_with(|| rules.history());
        history.add(&Purchase {
            id: format!("line {number}"),
            r#type: "purchase",
            at: format!("{year}-{month}-{day}T00:00:00Z"),
            cds: cds.parse()?,
            value,
        })?;
    }
    Ok(histories)
}

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args()
        .nth(1)
        .map_or(PathBuf::from(SAMPLE), PathBuf::from);
    let rules = Ruleset::from_file(RULES)?;
    let rfm = rules.decision::<Rfm>("rfm")?;
    let histories = histories(&rules, &directory)?;
    let now = "1997-09-30T23:59:59Z".parse().map_err(|_| "no instant")?;
    let (mut customers, mut equal) = (0, 0);
    let mut published = csv::Reader::from_path(directory.join("expected_rfm.csv"))?;
    for row in published.records() {
        let row = row?;
        let cell = |at: usize| row.get(at).unwrap_or_default();
        let expected = Rfm {
            frequency: cell(2).parse()?,
            recency: cell(3).parse::<Decimal>()?.normalize(),
            age: cell(4).parse::<Decimal>()?.normalize(),
            mean_repeat_value: cell(5).parse::<Decimal>()?.normalize(),
        };
        let history = histories
            .get(cell(0))
            .cloned()
            .unwrap_or_else(|| rules.history());
        let context = rules.context().now(now).history(&history).build()?;
        let found = rfm.decide(&context)?.into_value();
        customers += 1;
        match found == expected {
            true => equal += 1,
            false => println!("customer {}: {found:?}, published {expected:?}", cell(0)),
        }
    }
    let purchases: usize = histories.values().map(History::len).sum();
    println!("{purchases} purchases of {} customers", histories.len());
    println!("{equal} of {customers} customers as published");
    if equal == customers {
        Ok(())
    } else {
        Err("not as published".into())
    }
}
