//! Instants to local times and back, against a table of transitions such as `zdump` prints.
//!
//! `cargo run --example zones -- FILE.tsv` reads the columns `zone utc local isdst gmtoff_s abbr` (tabs between
//! them); without a file, a dozen well-known rows are taken. Each row is converted both ways. A local time that
//! comes twice names both instants, one of which must be the row's. Exits with 1 if anything differs.

use chrono::{DateTime, NaiveDateTime, Utc};
use pervade::{LocalTime, Zone};
use std::error::Error;
use std::process::ExitCode;

const KNOWN: &str = "zone\tutc\tlocal
Europe/London\t2026-03-29T00:59:59Z\t2026-03-29T00:59:59
Europe/London\t2026-03-29T01:00:00Z\t2026-03-29T02:00:00
Europe/London\t2026-10-25T00:59:59Z\t2026-10-25T01:59:59
Europe/London\t2026-10-25T01:00:00Z\t2026-10-25T01:00:00
America/New_York\t2026-03-08T07:00:00Z\t2026-03-08T03:00:00
America/New_York\t2026-11-01T06:00:00Z\t2026-11-01T01:00:00
America/New_York\t1800-01-01T00:00:00Z\t1799-12-31T19:03:58
Asia/Kathmandu\t2026-01-01T00:00:00Z\t2026-01-01T05:45:00
Australia/Lord_Howe\t2026-04-04T15:00:00Z\t2026-04-05T01:30:00
Australia/Lord_Howe\t2026-10-03T15:30:00Z\t2026-10-04T02:30:00
Pacific/Apia\t2011-12-30T09:59:59Z\t2011-12-29T23:59:59
Pacific/Apia\t2011-12-30T10:00:00Z\t2011-12-31T00:00:00
";

/// What was met.
#[derive(Default)]
struct Count {
    rows: usize,
    differences: usize,
    repeated: usize,
    skipped: usize,
}

impl Count {
    /// Converts one row both ways.
    fn row(&mut self, row: &str) -> Result<(), Box<dyn Error>> {
        let mut cells = row.split('\t');
        let mut cell = || {
            cells
                .next()
                .ok_or_else(|| format!("a cell is missing in `{row}`"))
        };
        let name = cell()?;
        let utc: DateTime<Utc> = cell()?.parse().map_err(described)?;
        let local: NaiveDateTime = cell()?.parse().map_err(described)?;
        let zone = Zone::find(name).ok_or_else(|| format!("there is no zone `{name}`"))?;
        self.rows += 1;
        let there = zone.local(utc) == local;
        let back = zone.instant(local);
        let fits = match back {
            LocalTime::One(at) => at == utc,
            LocalTime::Two { first, second, .. } => {
                self.repeated += 1;
                first == utc || second == utc
            }
            LocalTime::Skipped { .. } => {
                self.skipped += 1;
                false
            }
        };
        if !there || !fits {
            self.differences += 1;
            println!("{row}: local {}, instant {back}", zone.local(utc));
        }
        Ok(())
    }
}

/// Without its standard library chrono's errors are no errors.
fn described(error: chrono::ParseError) -> String {
    error.to_string()
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let text = match std::env::args_os().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => KNOWN.to_owned(),
    };
    let mut count = Count::default();
    for row in text.lines().skip(1).filter(|row| !row.is_empty()) {
        count.row(row)?;
    }
    println!("{} rows, {} differences", count.rows, count.differences);
    println!(
        "{} local times that come twice, {} that are skipped",
        count.repeated, count.skipped
    );
    let equal = count.rows > 0 && count.differences == 0;
    Ok(if equal {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
