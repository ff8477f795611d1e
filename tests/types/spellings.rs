//! Single values in every spelling: what the JSON Schema accepts, a context accepts, and the other way round.

use jsonschema::Validator;
use pervade::{Ruleset, types};
use serde_json::Value;

/// A ruleset of one field, with its schema.
pub struct Checked {
    pub rules: Ruleset,
    pub schema: Validator,
}

impl Checked {
    pub fn new(text: &str) -> Checked {
        let rules = Ruleset::from_text(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let schema = types::json_schema(&rules);
        let value: Value = serde_json::from_str(&schema).unwrap();
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        let schema = options
            .build(&value)
            .unwrap_or_else(|error| panic!("{error}\n{schema}"));
        Checked { rules, schema }
    }

    /// The same, with the schema of any event.
    pub fn of_events(text: &str) -> Checked {
        let rules = Ruleset::from_text(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let schema = types::json_schema(&rules);
        let whole: Value = serde_json::from_str(&schema).unwrap();
        let value = serde_json::json!({
            "$schema": whole["$schema"], "$ref": "#/$defs/event", "$defs": whole["$defs"]
        });
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        let schema = options
            .build(&value)
            .unwrap_or_else(|error| panic!("{error}\n{schema}"));
        Checked { rules, schema }
    }

    /// Whether the schema and the engine accept an event.
    pub fn accept_event(&self, json: &str) -> (bool, bool) {
        let value: Value = serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}: {json}"));
        let taken = self.rules.history().add_json(json);
        (self.schema.is_valid(&value), taken.is_ok())
    }

    /// Whether the schema and the engine accept a context.
    pub fn accept(&self, json: &str) -> (bool, bool) {
        let value: Value = serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}: {json}"));
        let taken = self.rules.context().json(json).and_then(|c| c.build());
        (self.schema.is_valid(&value), taken.is_ok())
    }
}

/// Types with spellings of theirs, right ones and wrong ones.
const FAMILIES: [(&str, &[&str]); 17] = [
    ("bool", &["true", "false", "\"true\"", "0", "1"]),
    (
        "int",
        &[
            "0",
            "-0",
            "5",
            "\"5\"",
            "1.5",
            "-9223372036854775808",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854777856",
            "18446744073709551616",
            "1e30",
        ],
    ),
    ("int 1..=5", &["0", "1", "5", "6", "2.5", "-1"]),
    ("int 0..5", &["0", "4", "5"]),
    ("int -5..=-2", &["-6", "-5", "-2", "-1", "5"]),
    ("decimal", DECIMALS),
    ("money<GBP>", DECIMALS),
    (
        "string",
        &["\"\"", "\"x\"", "\"\\u0000\"", "5", "{\"amount\": 1}"],
    ),
    (
        "date",
        &[
            "\"2026-03-01\"",
            "\"2024-02-29\"",
            "\"2023-02-29\"",
            "\"1900-02-29\"",
            "\"2000-02-29\"",
            "\"0000-01-01\"",
            "\"0001-01-01\"",
            "\"9999-12-31\"",
            "\"10000-01-01\"",
            "\"2026-3-1\"",
            "\"2026-04-31\"",
            "\"2026-13-01\"",
            "\"2026-00-01\"",
            "\"2026-03-01\\n\"",
            "20260301",
            "\"2026-03-01T00:00:00Z\"",
            "\" 2026-03-01\"",
            "\"\u{0662}026-03-01\"",
        ],
    ),
    (
        "time",
        &[
            "\"18:30\"",
            "\"18:30:05\"",
            "\"18:30:05.2504\"",
            "\"24:00\"",
            "\"23:59:60\"",
            "\"9:30\"",
            "\"18:60\"",
            "\"18:30Z\"",
            "\"18:30:05.\"",
            "1830",
        ],
    ),
    (
        "datetime",
        &[
            "\"2026-03-01T18:30:00Z\"",
            "\"2026-03-01T18:30Z\"",
            "\"2026-03-01T18:30:00.123456789Z\"",
            "\"2026-03-01T18:30:00+01:00\"",
            "\"2026-03-01T18:30:00-23:59\"",
            "\"2026-03-01T18:30:00+24:00\"",
            "\"2026-03-01T18:30:00\"",
            "\"2026-03-01\"",
            "\"2026-03-01t18:30:00z\"",
            "\"2026-03-01 18:30:00Z\"",
            "\"2023-02-29T00:00:00Z\"",
            "\"0001-01-01T00:00:00Z\"",
            "\"0001-01-01T00:00:00+00:01\"",
            "\"0001-01-01T00:00:00-00:01\"",
            "\"9999-12-31T23:59:59Z\"",
            "\"9999-12-31T23:59:59-01:00\"",
            "\"9999-12-31T23:59:59+01:00\"",
            "\"9999-12-31T23:59:59-00:00\"",
            "1772820000",
        ],
    ),
    ("duration", DURATIONS),
    ("elapsed", DURATIONS),
    ("distance", &["0", "-5", "5000", "1.5", "\"5 km\"", "\"5\""]),
    (
        "timezone",
        &[
            "\"Europe/London\"",
            "\"europe/london\"",
            "\"UTC\"",
            "\"Mars\"",
            "0",
        ],
    ),
    (
        "geo",
        &[
            "{\"lat\": 51.5, \"lon\": -0.12}",
            "[51.5, -0.12]",
            "[\"51.5\", \"-0.12\"]",
            "[90, 180]",
            "[90.0000001, 0]",
            "[-90, -180]",
            "[0, 180.5]",
            "[\"90.0000000000000000001\", 0]",
            "[\"-90.00\", \"0180\"]",
            "[1]",
            "[1, 2, 3]",
            "[1, null]",
            "{\"lat\": 1}",
            "[]",
            "{}",
            "{\"lat\": 1, \"lon\": null}",
            "{\"lat\": 1, \"lon\": 2, \"alt\": 3}",
            "\"51.5,-0.12\"",
        ],
    ),
    (
        "enum { a, b_c }",
        &["\"a\"", "\"b_c\"", "\"A\"", "\"c\"", "0", "{\"a\": 1}"],
    ),
];

const DECIMALS: &[&str] = &[
    "0",
    "-0",
    "1.5",
    "1e3",
    "1.5E-3",
    "1e40",
    "-1e40",
    "\"1.5\"",
    "\"-1.50\"",
    "\"007\"",
    "\"+1\"",
    "\"1.\"",
    "\".5\"",
    "\"\"",
    "\"-\"",
    "\" 1\"",
    "\"1,5\"",
    "\"1_000\"",
    "\"12 GBP\"",
    "\"NaN\"",
    "\"79228162514264337593543950335\"",
    "\"79228162514264337593543950336\"",
    "\"0.0000000000000000000000000001\"",
    "\"0.00000000000000000000000000001\"",
    "{\"amount\": 12.5, \"currency\": \"GBP\"}",
    "{\"currency\": \"GBP\", \"amount\": \"12.5\"}",
    "{\"amount\": 12.5, \"currency\": \"EUR\"}",
    "{\"amount\": 12.5, \"currency\": \"gbp\"}",
    "{\"amount\": 12.5}",
    "{\"currency\": \"GBP\"}",
    "{\"amount\": null, \"currency\": \"GBP\"}",
    "{\"amount\": 1, \"currency\": null}",
    "{\"amount\": 1, \"currency\": \"GBP\", \"tax\": 0}",
    "[12.5, \"GBP\"]",
];

const DURATIONS: &[&str] = &[
    "\"PT30M\"",
    "\"P7D\"",
    "\"P1W2DT3H4M5.678S\"",
    "\"-PT0.5S\"",
    "\"P1.5W\"",
    "\"P1.5DT1H\"",
    "\"PT1.5H\"",
    "\"P\"",
    "\"PT\"",
    "\"P1DT\"",
    "\"P1M\"",
    "\"P1Y\"",
    "\"p7d\"",
    "\"+P1D\"",
    "\"P1D \"",
    "\"PT1M1H\"",
    "\"P1H\"",
    "\"PT1D\"",
    "\"P999999999W\"",
    "\"P106751991168D\"",
    "\"30 minutes\"",
    "\"never\"",
    "\"Never\"",
    "1800",
];

/// What goes wrong whatever is expected; null is missing.
const ANYTHING: [&str; 7] = ["null", "[]", "{}", "[null]", "{\"x\": 1}", "\"?\"", "\"0\""];

#[test]
fn schema_and_context_agree_on_every_spelling() {
    let (mut accepted, mut refused) = (0, 0);
    for (ty, spellings) in FAMILIES {
        for (declared, around) in [
            (format!("x: {ty}"), ("", "")),
            (format!("x: {ty}?"), ("", "")),
            (
                format!("x: list<{}>", ty.split(' ').next().unwrap()),
                ("[", "]"),
            ),
            (format!("x: {{ y: {ty} }}"), ("{\"y\": ", "}")),
        ] {
            if ty.starts_with("enum") && declared.contains("list") {
                continue;
            }
            let checked = Checked::new(&format!("ruleset one context {{ {declared} }}"));
            for spelling in spellings.iter().chain(&ANYTHING) {
                let json = format!("{{\"x\": {}{spelling}{}}}", around.0, around.1);
                let (schema, engine) = checked.accept(&json);
                assert_eq!(schema, engine, "{declared}: {json} (schema, engine)");
                *(if engine { &mut accepted } else { &mut refused }) += 1;
            }
        }
    }
    println!("{accepted} accepted, {refused} refused");
    assert!(accepted > 300 && refused > 500, "{accepted} {refused}");
}

#[test]
fn schema_and_history_agree_on_every_spelling() {
    const MORE: [&str; 8] = [
        "9999999999999999999",
        "\"9999999999999999999.999999999\"",
        "\"-9999999999999999999.9\"",
        "\"10000000000000000000\"",
        "10000000000000000000",
        "\"1.5000000000\"",
        "\"1.1234567891\"",
        "{\"amount\": \"1.1234567891\", \"currency\": \"GBP\"}",
    ];
    let (mut accepted, mut refused) = (0, 0);
    for (ty, spellings) in FAMILIES {
        for (declared, around) in [
            (format!("x: {ty}"), ("", "")),
            (format!("x: {ty}?"), ("", "")),
            (
                format!("x: list<{}>", ty.split(' ').next().unwrap()),
                ("[", "]"),
            ),
        ] {
            if ty.starts_with("enum") && declared.contains("list") {
                continue;
            }
            let checked = Checked::of_events(&format!("ruleset one event e {{ {declared} }}"));
            for spelling in spellings.iter().chain(&ANYTHING).chain(&MORE) {
                let json = format!(
                    "{{\"id\": \"a\", \"type\": \"e\", \"at\": \"2026-03-01T18:30:00Z\", \"x\": {}{spelling}{}}}",
                    around.0, around.1
                );
                let (schema, engine) = checked.accept_event(&json);
                assert_eq!(schema, engine, "{declared}: {json} (schema, engine)");
                *(if engine { &mut accepted } else { &mut refused }) += 1;
            }
        }
    }
    assert!(accepted > 200 && refused > 400, "{accepted} {refused}");
    let checked = Checked::of_events("ruleset one event e {} event f { x: int }");
    for (json, expected) in [
        (
            r#"{ "id": "a", "type": "e", "at": "2026-03-01T18:30:00Z" }"#,
            true,
        ),
        (
            r#"{ "id": "", "type": "e", "at": "2026-03-01T18:30:00Z" }"#,
            false,
        ),
        (
            r#"{ "id": "a", "type": "g", "at": "2026-03-01T18:30:00Z" }"#,
            false,
        ),
        (
            r#"{ "id": "a", "type": "f", "at": "2026-03-01T18:30:00Z" }"#,
            false,
        ),
        (r#"{ "id": "a", "type": "e" }"#, false),
        (r#"{ "id": "a", "type": "e", "at": null }"#, false),
        (
            r#"{ "id": "a", "type": "e", "at": "2026-03-01T18:30:00Z", "seq": -1 }"#,
            false,
        ),
        (
            r#"{ "id": "a", "type": "e", "at": "2026-03-01T18:30:00Z", "seq": null, "device": null }"#,
            true,
        ),
        (
            r#"{ "id": "a", "type": "e", "at": "2026-03-01T18:30:00Z", "seq": 3, "device": "d" }"#,
            true,
        ),
        (
            r#"{ "id": "a", "type": "e", "at": "2026-03-01T18:30:00Z", "channel": "web" }"#,
            false,
        ),
        ("{}", false),
        ("null", false),
        ("[]", false),
    ] {
        assert_eq!(checked.accept_event(json), (expected, expected), "{json}");
    }
}

/// What is given around the fields: touchpoint, time, records that may be left out.
#[test]
fn schema_and_context_agree_on_what_may_be_left_out() {
    let mut counts = [0, 0];
    for (text, contexts) in [
        (
            "ruleset a",
            &[
                "{}",
                "null",
                "[]",
                "1",
                "{\"x\": 1}",
                "{\"touchpoint\": {}}",
                "{\"touchpoint\": null}",
                "{\"touchpoint\": {\"x\": 1}}",
                "{\"touchpoint\": []}",
                "{\"now\": null}",
                "{\"now\": \"2026-03-01T18:30:00Z\"}",
                "{\"now\": \"2026-03-01\"}",
                "{\"now\": 5}",
            ][..],
        ),
        (
            "ruleset a segment late = now > 2026-03-01T18:30:00Z",
            &[
                "{}",
                "null",
                "{\"now\": null}",
                "{\"now\": \"2026-03-01T18:30:00Z\"}",
            ],
        ),
        (
            "ruleset a touchpoint { channel: enum { web, kiosk } }",
            &[
                "{}",
                "null",
                "{\"touchpoint\": {}}",
                "{\"touchpoint\": null}",
                "{\"channel\": \"web\"}",
                "{\"touchpoint\": {\"channel\": \"web\"}}",
                "{\"touchpoint\": {\"channel\": null}}",
            ],
        ),
        (
            "ruleset a touchpoint { channel: enum { web, kiosk } = web }",
            &[
                "{}",
                "null",
                "{\"touchpoint\": {}}",
                "{\"touchpoint\": null}",
                "{\"touchpoint\": {\"channel\": \"app\"}}",
                "{\"touchpoint\": {\"channel\": null}}",
            ],
        ),
        (
            "ruleset a record R { a: int, b: int = 2, c: { d: int = 1 } } context { x: { y: { z: int = 1 }, w: int? }, r: R?, q: list<R> = [] }",
            &[
                "{}",
                "null",
                "{\"x\": {}}",
                "{\"x\": null}",
                "{\"x\": {\"y\": null}}",
                "{\"x\": {\"y\": {\"z\": null}}}",
                "{\"r\": {}}",
                "{\"r\": null}",
                "{\"r\": {\"a\": 1}}",
                "{\"r\": {\"a\": null}}",
                "{\"r\": {\"a\": 1, \"c\": null}}",
                "{\"r\": {\"a\": 1, \"c\": 1}}",
                "{\"q\": null}",
                "{\"q\": []}",
                "{\"q\": [{}]}",
                "{\"q\": [null]}",
                "{\"q\": [{\"a\": 1}]}",
                "{\"q\": [{\"a\": 1, \"b\": null, \"c\": {}}]}",
                "{\"q\": [{\"a\": 1, \"c\": {\"d\": \"1\"}}]}",
                "{\"q\": [{\"a\": 1, \"e\": 1}]}",
                "{\"x\": []}",
                "{\"x\": \"\"}",
            ],
        ),
    ] {
        let checked = Checked::new(text);
        for json in contexts {
            let (schema, engine) = checked.accept(json);
            assert_eq!(schema, engine, "{text}: {json} (schema, engine)");
            counts[usize::from(engine)] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
}

/// What no schema can say: the exceptions that the documentation names, each still as it says.
#[test]
fn the_exceptions_are_those_that_are_told() {
    for (ty, spelling, expected) in [
        // A schema sees what a number is worth, not how it is written.
        ("int", "1.0", (true, false)),
        ("int", "1e2", (true, false)),
        (
            "decimal",
            "0.00000000000000000000000000000000000001",
            (true, false),
        ),
        ("decimal", "\"1e3\"", (false, true)),
        ("duration", "\"P1000000000W\"", (false, true)),
        ("datetime", "\"0001-01-01T12:00:00+01:00\"", (false, true)),
        ("datetime", "\"9999-12-31T12:00:00-01:00\"", (false, true)),
    ] {
        let checked = Checked::new(&format!("ruleset one context {{ x: {ty} }}"));
        assert_eq!(
            checked.accept(&format!("{{\"x\": {spelling}}}")),
            expected,
            "{ty} {spelling}"
        );
    }
    let checked = Checked::new("ruleset one context { x: int }");
    assert_eq!(checked.accept("{\"x\": 1, \"x\": 1}"), (true, false));
}
