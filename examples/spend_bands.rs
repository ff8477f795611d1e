//! The spend band of each customer of a CSV file, by a table from CSV, against a loop with hand-written ifs.
//!
//! `cargo run --release --example spend_bands -- FILE.csv` takes the file of Hillstrom's e-mail challenge (columns
//! `history` and `history_segment` among others); without a file a sample in `examples/data` is read. The rules are in
//! `examples/rules/hillstrom.pvd`. Both ways read the same bytes with the csv crate, in the same run, in turns.

use pervade::{Columns, Frame, Outcome, Ruleset};
use std::error::Error;
use std::time::{Duration, Instant};

const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/rules/hillstrom.pvd");
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/customers.csv");

/// Rows read and how many of them have the band that the file says.
#[derive(Debug, PartialEq, Clone, Copy, Default)]
struct Count {
    rows: usize,
    equal: usize,
}

/// The band by the rules.
fn by_rules(data: &[u8], rules: &Ruleset) -> Result<Count, Box<dyn Error>> {
    let band = rules.decision::<String>("spend_band")?;
    let mut reader = csv::Reader::from_reader(data);
    let header = reader.byte_headers()?.clone();
    let segment = position(&header, "history_segment")?;
    let columns: Columns = rules
        .columns()
        .map("touchpoint.channel", "channel")
        .ignore_undeclared()
        .header(&header)?;
    let mut frame: Frame = rules.frame();
    let mut record = csv::ByteRecord::new();
    let mut count = Count::default();
    while reader.read_byte_record(&mut record)? {
        columns.fill(&mut frame, &record)?;
        let outcome: Outcome<'_, String> = band.decide_in(&mut frame)?;
        count.rows += 1;
        count.equal += usize::from(record.get(segment) == Some(outcome.value()?.as_bytes()));
    }
    Ok(count)
}

/// The band by hand.
fn by_hand(data: &[u8]) -> Result<Count, Box<dyn Error>> {
    let mut reader = csv::Reader::from_reader(data);
    let header = reader.byte_headers()?.clone();
    let (segment, history) = (
        position(&header, "history_segment")?,
        position(&header, "history")?,
    );
    let mut record = csv::ByteRecord::new();
    let mut count = Count::default();
    while reader.read_byte_record(&mut record)? {
        let spent: f64 = std::str::from_utf8(record.get(history).unwrap_or_default())?.parse()?;
        let band = if spent < 100.0 {
            "1) $0 - $100"
        } else if spent < 200.0 {
            "2) $100 - $200"
        } else if spent < 350.0 {
            "3) $200 - $350"
        } else if spent < 500.0 {
            "4) $350 - $500"
        } else if spent < 750.0 {
            "5) $500 - $750"
        } else if spent < 1000.0 {
            "6) $750 - $1,000"
        } else {
            "7) $1,000 +"
        };
        count.rows += 1;
        count.equal += usize::from(record.get(segment) == Some(band.as_bytes()));
    }
    Ok(count)
}

fn position(header: &csv::ByteRecord, name: &str) -> Result<usize, String> {
    let found = header.iter().position(|cell| cell == name.as_bytes());
    found.ok_or_else(|| format!("the file has no column `{name}`"))
}

fn timed<T>(
    run: impl FnOnce() -> Result<T, Box<dyn Error>>,
) -> Result<(T, Duration), Box<dyn Error>> {
    let start = Instant::now();
    let result = run()?;
    Ok((result, start.elapsed()))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.swap_remove(times.len() / 2)
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1);
    let data = std::fs::read(file.as_deref().unwrap_or(SAMPLE))?;
    let rules = Ruleset::from_file(RULES)?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut counts = (Count::default(), Count::default());
    for _ in 0..11 {
        let (count, time) = timed(|| by_rules(&data, &rules))?;
        counts.0 = count;
        ours.push(time);
        let (count, time) = timed(|| by_hand(&data))?;
        counts.1 = count;
        theirs.push(time);
    }
    println!(
        "by rules: {} of {} rows have the file's band",
        counts.0.equal, counts.0.rows
    );
    println!(
        "by hand:  {} of {} rows have the file's band",
        counts.1.equal, counts.1.rows
    );
    if file.is_some() {
        let rate = |time: Duration| counts.0.rows as f64 / time.as_secs_f64() / 1e6;
        let (ours, theirs) = (median(ours), median(theirs));
        println!("by rules: {:.2} million rows a second", rate(ours));
        println!("by hand:  {:.2} million rows a second", rate(theirs));
        println!("ratio:    {:.2}", ours.as_secs_f64() / theirs.as_secs_f64());
    }
    assert_eq!(counts.0, counts.1);
    assert_eq!(counts.0.equal, counts.0.rows);
    Ok(())
}
