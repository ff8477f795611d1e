//! Values of JSON lines, against those of contexts: one text means the same in both, or is refused by both.

use pervade::{MemorySources, Ruleset};
use serde_json::Value as Json;

const TYPES: [&str; 18] = [
    "int",
    "decimal",
    "money<GBP>",
    "bool",
    "string",
    "date",
    "time",
    "datetime",
    "duration",
    "timezone",
    "geo",
    "distance",
    "Tier",
    "list<int>",
    "list<Tier>",
    "list<string>",
    "Sub",
    "list<Sub>",
];

const TEXTS: [&str; 96] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "5",
    "-5",
    "5.0",
    "5.50",
    "1e2",
    "1E-2",
    "0.1",
    "-0.0",
    "007",
    "+5",
    ".5",
    "5.",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "79228162514264337593543950335",
    "1e30",
    "1e-30",
    "0.0000000000000000000000000001",
    "0.12345678901234567890123456789",
    "100000000000000000000000000000000",
    "\"\"",
    "\"5\"",
    "\"5.50\"",
    "\" 5\"",
    "\"5 \"",
    "\"+5\"",
    "\"1e2\"",
    "\"005\"",
    "\"-0\"",
    "\"5 GBP\"",
    "\"true\"",
    "\"guest\"",
    "\"Guest\"",
    "\"\\u0067uest\"",
    "\"a\\nb\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud800\"",
    "\"a\u{a0}\"",
    "\"\u{0}\"",
    "\"2026-03-01\"",
    "\"2026-02-30\"",
    "\"2026-3-1\"",
    "\"0000-01-01\"",
    "\"9999-12-31\"",
    "\"18:30\"",
    "\"24:00\"",
    "\"18:30:15.123456\"",
    "\"6:30\"",
    "\"2026-03-01T18:30:00Z\"",
    "\"2026-03-01T18:30:00+01:00\"",
    "\"2026-03-01T18:30:00\"",
    "\"2026-03-01 18:30:00Z\"",
    "\"2026-03-01T18:30:00.9999Z\"",
    "\"PT30M\"",
    "\"P7D\"",
    "\"P1M\"",
    "\"-PT5M\"",
    "\"never\"",
    "\"30 minutes\"",
    "\"Europe/London\"",
    "\"europe/london\"",
    "\"UTC\"",
    "\"Nowhere\"",
    "[51.5, -0.12]",
    "[51.5]",
    "[51.5, -0.12, 3]",
    "[91, 0]",
    "{\"lat\": 51.5, \"lon\": -0.12}",
    "{\"lon\": 1, \"lat\": 2}",
    "{\"lat\": 1}",
    "{\"lat\": 1, \"lon\": 2, \"x\": 3}",
    "{\"lat\": \"1\", \"lon\": 2}",
    "{\"lat\": 1, \"lat\": 1, \"lon\": 2}",
    "{\"amount\": 5, \"currency\": \"GBP\"}",
    "{\"currency\": \"GBP\", \"amount\": \"5.50\"}",
    "{\"amount\": 5, \"currency\": \"EUR\"}",
    "{\"amount\": 5}",
    "[]",
    "[1, 2]",
    "[1, null]",
    "[\"guest\", \"gold\"]",
    "[\"a\"]",
    "[[1]]",
    "{}",
    "{\"a\": 1}",
    "{\"a\": 1, \"b\": null}",
    "{\"a\": 1, \"c\": 2}",
    "{\"a\": \"1\"}",
    "[{\"a\": 1, \"b\": \"x\"}]",
    "[{\"b\": \"x\"}, {}]",
];

fn compiled(ty: &str, head: &str, value: &str, lines: &str) -> Result<Ruleset, String> {
    let main = format!(
        "ruleset demo\nenum Tier {{ guest, gold }}\nrecord Sub {{ a: int, b: string? }}\n\
         record Row {{ id: string, v: {ty} }}\n{head}\ndecision out -> {out} {{ otherwise => {value} }}",
        out = if ty.ends_with('?') {
            ty.to_owned()
        } else {
            format!("{ty}?")
        },
    );
    let sources = MemorySources::new()
        .with("main.pvd", main)
        .with("rows.jsonl", lines);
    Ruleset::compile(&sources, "main.pvd").map_err(|error| error.to_string())
}

/// What the row's field is, of reference data.
fn of_row(ty: &str, line: &str) -> Result<Json, String> {
    let head = "reference rows: Row key id from \"rows.jsonl\"";
    let rules = compiled(ty, head, "rows[\"a\"].v", line)?;
    let context = rules.context().build().map_err(|error| error.to_string())?;
    answer(&rules, &context)
}

/// The same of a context.
fn of_context(rules: &Ruleset, line: &str) -> Result<Json, String> {
    let builder = rules.context().json(&format!("{{ \"row\": {line} }}"));
    let context = builder
        .and_then(|builder| builder.build())
        .map_err(|error| error.to_string())?;
    answer(rules, &context)
}

fn answer(rules: &Ruleset, context: &pervade::Context) -> Result<Json, String> {
    let decider = rules
        .decision::<Json>("out")
        .map_err(|error| error.to_string())?;
    let decision = decider.decide(context).map_err(|error| error.to_string())?;
    Ok(decision.into_value())
}

#[test]
fn values_of_rows_are_those_of_contexts() {
    let mut wrong = Vec::new();
    let mut taken = 0;
    for ty in TYPES
        .into_iter()
        .flat_map(|ty| [ty.to_owned(), format!("{ty}?")])
    {
        let rules = compiled(&ty, "context { row: Row }", "row.v", "").expect("a context");
        for text in TEXTS {
            for line in [
                format!("{{\"id\": \"a\", \"v\": {text}}}"),
                format!("{{ \"v\" :{text} ,\"id\":\"a\" }}\r"),
            ] {
                let (row, context) = (of_row(&ty, &line), of_context(&rules, &line));
                taken += usize::from(row.is_ok());
                if row.as_ref().ok() != context.as_ref().ok() {
                    wrong.push(format!(
                        "{ty} {line}\n    row: {row:?}\n    context: {context:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(taken > 300, "{taken} taken");
}
