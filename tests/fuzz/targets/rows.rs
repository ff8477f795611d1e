//! JSON lines as rows of reference data and of a catalogue.
//!
//! All of them together compile or are answered. Each alone is a row exactly where it is a record of a context.

use super::{answers, said, sources};
use pervade::Ruleset;
use serde::de::IgnoredAny;
use std::cell::OnceCell;

/// More lines than this are read alike.
const LINES: usize = 10;

const TYPES: &str = "ruleset r
    enum Tier { guest, member, gold }
    record Sub { a: int 0..=9, b: string? }
    record Row {
        id: string, to: string = \"sales.tickets\", tier: Tier = guest, price: money<GBP>?, rank: int 0..=9 = 0,
        share: decimal? 0..1, day: date?, clock: time?, instant: datetime?, lasts: duration?, place: geo?, far: distance?,
        ok: bool = true, zone: timezone?, tags: list<string> = [], tiers: list<Tier>?, sub: Sub?, subs: list<Sub> = []
    }\n";

const REFERENCE: &str = "reference rows: Row key id from \"t.jsonl\"\n";

const CATALOGUE: &str = "context { n: int = 0, t: Tier = guest }
    issue sales
    group sales.tickets
    group sales.snacks
    actions row from rows in row.to {
        eligible when n >= row.rank and (row.tiers is missing or t in (row.tiers else []))
        suitable when row.ok or any s in row.subs has (s.a > n)
        value row.share else 0
        gives { label: \"{row.id} {row.rank}\", day: row.day, sub: row.sub }
        treatment otherwise { zone: row.zone, tags: row.tags }
    }
    next_best_action home { choose from sales.* rank by value limit 3 }\n";

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match compiled(CATALOGUE, text) {
        Ok(rules) => answers::ask(&rules),
        Err(error) => said::check_error(&error),
    }
    let blank = [' ', '\t', '\r'];
    let lines = text.split('\n').map(|line| line.trim_matches(blank));
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('\u{feff}'));
    lines.take(LINES).for_each(alone);
}

fn compiled(behind: &str, rows: &str) -> Result<Ruleset, pervade::Error> {
    let main = format!("{TYPES}{REFERENCE}{behind}");
    let sources = sources::memory(&main, &[("t.jsonl", rows.to_owned())]);
    Ruleset::compile(&sources, "main.pvd")
}

thread_local! {
    static RULES: OnceCell<Ruleset> = const { OnceCell::new() };
}

/// One line, as a row and as a record of a context.
fn alone(line: &str) {
    let row = compiled("", line);
    let is_json = serde_json::from_str::<IgnoredAny>(line).is_ok();
    let as_context = is_json
        && RULES.with(|rules| {
            let rules = rules.get_or_init(|| {
                let text = format!("{TYPES}context {{ row: Row }}");
                Ruleset::from_text(&text).expect("rules")
            });
            let whole = format!("{{\"row\": {line}}}");
            rules
                .context()
                .json(&whole)
                .and_then(|context| context.build())
                .is_ok()
        });
    match row {
        Ok(_) => assert!(as_context, "a row that is no record of a context: {line}"),
        Err(error) => assert!(
            !as_context,
            "a record of a context that is no row: {line}\n{error}"
        ),
    }
}
