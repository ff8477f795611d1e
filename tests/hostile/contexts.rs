//! Contexts from people and networks: deep, long, doubled, of wrong types.

use super::{repeated, survives};
use pervade::{Anything, Error, Ruleset};

const RULES: &str = "ruleset r
    record Item { name: string, price: decimal, tags: list<string> = [] }
    context {
        i: int 0..=100 = 0, d: decimal = 0, s: string = \"\", b: bool = false, e: enum { x, y } = x,
        l: list<int> = [], t: list<string> = [], items: list<Item> = [], o: { a: int, r: { z: string }? }?
    }
    touchpoint { channel: enum { web, kiosk } = web }
    decision long -> string { when s == \"\" => \"short\" otherwise => s }
    decision given -> list<Item> { otherwise => items }
    segment held = i in l or s in t";

fn rules() -> Ruleset {
    Ruleset::from_text(RULES).expect("rules")
}

/// Reads a text as context, facts and touchpoint; whether the first of them took it.
fn read(name: &str, text: String) -> bool {
    survives(name, move || {
        let rules = rules();
        let whole = rules.context().json(&text).and_then(|c| c.build());
        let facts = rules.context().facts_json(&text).and_then(|c| c.build());
        let touchpoint = rules
            .context()
            .touchpoint_json(&text)
            .and_then(|c| c.build());
        let lenient = rules
            .context()
            .lenient()
            .json(&text)
            .and_then(|c| c.build());
        for error in [&whole, &facts, &touchpoint, &lenient]
            .into_iter()
            .filter_map(|r| r.as_ref().err())
        {
            let said = error.to_string();
            assert!(
                !said.is_empty() && said.len() < 100_000,
                "an error of {} bytes",
                said.len()
            );
        }
        for context in [whole.as_ref(), lenient.as_ref()].into_iter().flatten() {
            let decision = rules
                .decision::<String>("long")
                .expect("a decision")
                .decide(context);
            assert!(decision.is_ok());
            let given = rules
                .decision::<serde_json::Value>("given")
                .expect("a decision")
                .decide(context);
            let _ = given.expect("a value").trace().to_string();
            assert!(
                rules
                    .decision::<bool>("held")
                    .expect("a decision")
                    .decide(context)
                    .is_ok()
            );
        }
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) {
            let _ = rules
                .context()
                .facts(&value)
                .and_then(|c| c.build())
                .is_ok();
        }
        let mut frame = rules.frame();
        for field in ["l", "items", "o", "s", "d"] {
            let slot = rules.slot::<Anything>(field).expect("a slot");
            let _ = frame.set_cell(&slot, &text).is_ok();
        }
        whole.is_ok()
    })
}

#[test]
fn deep_contexts() {
    for (name, open, middle, close) in [
        ("objects", "{\"o\":", "1", "}"),
        ("unknown objects", "{\"q\":", "1", "}"),
        ("lists", "[", "", "]"),
        ("mixed", "{\"l\":[", "", "]}"),
        ("items", "{\"items\":[", "", "]}"),
    ] {
        for count in [127, 10_000, 1_000_000] {
            let text = format!("{}{middle}{}", open.repeat(count), close.repeat(count));
            assert!(!read(&format!("{count} {name}"), text), "{name}");
            assert!(
                !read(&format!("{count} open {name}"), open.repeat(count)),
                "{name}"
            );
            let within = format!(
                "{{\"q\":{}{middle}{}}}",
                open.repeat(count),
                close.repeat(count)
            );
            assert!(!read(&format!("{count} {name} within"), within), "{name}");
        }
    }
}

#[test]
fn long_contexts() {
    let long = "x".repeat(10_000_000);
    let numbers = repeated(100_000, |i| format!("{i},")) + "0";
    let texts = repeated(100_000, |i| format!("\"{i}\",")) + "\"\"";
    let items = repeated(100_000, |i| {
        format!("{{\"name\":\"{i}\",\"price\":\"{i}.5\"}},")
    }) + "{\"name\":\"\",\"price\":0}";
    let bad = repeated(100_000, |_| "\"a\",".to_owned()) + "true";
    let escapes = "\\u00e9\\n".repeat(500_000);
    for (name, text, fine) in [
        ("a long text", format!("{{\"s\":\"{long}\"}}"), true),
        ("escapes", format!("{{\"s\":\"{escapes}\"}}"), true),
        ("a long unknown name", format!("{{\"{long}\":1}}"), false),
        (
            "a long unknown member",
            format!("{{\"e\":\"{long}\"}}"),
            false,
        ),
        (
            "a long text for an int",
            format!("{{\"i\":\"{long}\"}}"),
            false,
        ),
        (
            "a long text for a decimal",
            format!("{{\"d\":\"{long}\"}}"),
            false,
        ),
        (
            "many digits in a text",
            format!("{{\"d\":\"{}\"}}", "9".repeat(1_000_000)),
            false,
        ),
        ("numbers", format!("{{\"l\":[{numbers}]}}"), true),
        ("texts", format!("{{\"t\":[{texts}]}}"), true),
        ("items", format!("{{\"items\":[{items}]}}"), true),
        ("wrong items", format!("{{\"l\":[{bad}]}}"), false),
        ("wrong records", format!("{{\"items\":[{bad}]}}"), false),
        (
            "unknown fields",
            format!(
                "{{{}\"i\":1}}",
                repeated(100_000, |i| format!("\"u{i}\":{i},"))
            ),
            false,
        ),
        (
            "one field again and again",
            format!(
                "{{{}\"i\":1}}",
                repeated(100_000, |i| format!("\"i\":{},", i % 100))
            ),
            false,
        ),
        (
            "blanks",
            format!("{}{{}}{}", " ".repeat(1_000_000), "\n".repeat(1_000_000)),
            true,
        ),
    ] {
        assert_eq!(read(name, text), fine, "{name}");
    }
}

#[test]
fn numbers_beyond_reason() {
    let digits = "9".repeat(1_000_000);
    for number in [
        "1e999999999",
        "1e-999999999",
        "-1e99999999999999999999",
        "1e9223372036854775807",
        "0e999999999999",
        "1E400",
        "1e+400",
        &digits,
        &format!("-{digits}"),
        &format!("0.{digits}"),
        &format!("{digits}e-999999"),
        &format!("1e{digits}"),
        "99999999999999999999",
        "9223372036854775808",
        "-9223372036854775809",
        "0.00000000000000000000000000001",
        "1e-29",
        "79228162514264337593543950336",
        "1.0000000000000000000000000001e-1",
        "-0",
        "-0.0",
        "00",
        "01",
        ".5",
        "5.",
        "+1",
        "0x10",
        "NaN",
        "Infinity",
        "1_000",
        "\u{661}",
        "1 2",
    ] {
        for field in ["i", "d", "s", "b", "l", "o", "q"] {
            read("a number", format!("{{\"{field}\":{number}}}"));
            read(
                "a number in a text",
                format!("{{\"{field}\":\"{number}\"}}"),
            );
            read("a number in a list", format!("{{\"{field}\":[{number}]}}"));
        }
    }
}

#[test]
fn everything_in_the_place_of_everything() {
    let values = [
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "\"\"",
        "\"x\"",
        "\"5\"",
        "[]",
        "[1]",
        "[null]",
        "[[1]]",
        "[\"\"]",
        "{}",
        "{\"a\":1}",
        "{\"a\":null,\"r\":{}}",
        "{\"name\":1}",
        "[{\"name\":\"n\",\"price\":1}]",
        "[{\"name\":\"n\"}]",
        "[{}]",
    ];
    for field in [
        "i",
        "d",
        "s",
        "b",
        "e",
        "l",
        "t",
        "items",
        "o",
        "touchpoint",
        "channel",
        "",
        "o.a",
        "touchpoint.channel",
        "$serde_json::private::RawValue",
        "$serde_json::private::Number",
    ] {
        for value in values {
            read("a field", format!("{{\"{field}\":{value}}}"));
        }
    }
    for value in values {
        read("a value alone", value.to_owned());
    }
    for text in [
        "",
        " ",
        "{",
        "}",
        "{\"i\"",
        "{\"i\":",
        "{\"i\":1",
        "{\"i\":1,}",
        "{i:1}",
        "{'i':1}",
        "{\"i\":1}{\"i\":2}",
        "{\"i\":1} x",
        "\u{feff}{}",
        "\0",
        "{\"s\":\"\0\"}",
        "{\"s\":\"\\u0000\"}",
        "{\"s\":\"\\ud800\"}",
        "{\"s\":\"\\udc00\\ud800\"}",
        "{\"\\u0069\":1}",
        "{\"i\":1,\"\\u0069\":2}",
        "// x",
        "undefined",
    ] {
        read("a text", text.to_owned());
    }
}

#[test]
fn columns_and_cells() {
    let sheet = |header: Vec<String>, row: Vec<String>| -> Result<(), Error> {
        let rules = rules();
        let columns = rules.columns().ignore_undeclared().header(&header)?;
        columns.context(&row).map(|_| ())
    };
    for (name, header, row) in [
        (
            "many columns",
            (0..300_000).map(|i| format!("c{i}")).collect(),
            vec!["1".to_owned(); 300_000],
        ),
        (
            "one column again and again",
            vec!["i".to_owned(); 100_000],
            vec!["1".to_owned(); 100_000],
        ),
        (
            "a long path",
            vec!["o.".repeat(100_000)],
            vec!["1".to_owned()],
        ),
        (
            "a long name",
            vec!["o".repeat(1_000_000)],
            vec!["1".to_owned()],
        ),
        ("a short row", vec!["i".to_owned(), "d".to_owned()], vec![]),
        (
            "a long row",
            vec!["i".to_owned()],
            vec!["1".to_owned(); 100_000],
        ),
        (
            "a long cell",
            vec!["s".to_owned()],
            vec!["x".repeat(10_000_000)],
        ),
        (
            "a deep cell",
            vec!["l".to_owned()],
            vec!["[".repeat(1_000_000)],
        ),
        (
            "a deep item",
            vec!["items".to_owned()],
            vec!["[{\"tags\":".repeat(200_000)],
        ),
        (
            "a wild number",
            vec!["d".to_owned()],
            vec!["9".repeat(1_000_000)],
        ),
        ("no columns", vec![], vec![]),
    ] {
        survives(name, move || {
            if let Err(error) = sheet(header, row) {
                let said = error.to_string();
                assert!(
                    !said.is_empty() && said.len() < 100_000,
                    "an error of {} bytes",
                    said.len()
                );
            }
        });
    }
}

#[test]
fn lenient_hosts_still_hear_of_what_is_wrong() {
    let unknown = repeated(5_000, |i| format!("\"u{i}\":{i},"));
    let wrong = format!("{{{unknown}\"i\":\"five\"}}");
    survives("a mistake behind unknown fields", move || {
        let error = rules()
            .context()
            .lenient()
            .json(&wrong)
            .and_then(|c| c.build());
        let error = error.expect_err("`i` is no int");
        assert_eq!(error.problems().len(), 1, "{error}");
        assert_eq!(error.problems()[0].path, "i");
        let error = rules()
            .context()
            .json(&wrong)
            .and_then(|c| c.build())
            .expect_err("unknown fields");
        assert_eq!(error.problems().len(), 1000);
        assert!(error.to_string().ends_with("and 4001 more"), "{error}");
    });
}
