//! Texts that are JSON, or nearly so: what is accepted, and what is bound.

use crate::Ruleset;
use crate::eval::Inputs;
use crate::hir::InputId;
use crate::value::json::{NotJson, Reader};
use proptest::prelude::*;
use serde::de::IgnoredAny;

fn is_json(text: &str) -> bool {
    let mut reader = Reader::new(text);
    let read = reader.skip().and_then(|()| reader.end());
    !matches!(read, Err(NotJson))
}

/// Pieces that make texts which are JSON, or nearly so.
fn piece() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"a\":",
        "\\",
        "\\u",
        "\\n",
        "\\ud83d",
        "\\ude00",
        "true",
        "false",
        "null",
        "nul",
        "0",
        "01",
        "-",
        "-0",
        "1",
        "1.",
        ".5",
        "1.5",
        "1e5",
        "1E-5",
        "1e",
        "1e999",
        "é",
        "😀",
        " ",
        "\n",
        "\t",
        "\r",
        "\u{b}",
        "\u{1}",
        "\u{7f}",
        "\u{feff}",
        "[]",
        "{}",
        "[1,2]",
        "{\"b\":[]}",
        "/",
        "//",
        "'a'",
        "\0",
    ];
    prop_oneof![
        9 => prop::sample::select(WORDS).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

/// A JSON text of some depth, with and without spaces.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|n| serde_json::to_string(&n).unwrap_or_default()),
        any::<String>().prop_map(|s| serde_json::to_string(&s).unwrap_or_default()),
        Just("null".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|i| format!("[{}]", i.join(" , "))),
            prop::collection::vec(inner, 0..4).prop_map(|i| {
                let fields: Vec<String> = i.iter().map(|v| format!("\"k\\u0041\" :{v}")).collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

fn agrees(text: &str) {
    let expected = match serde_json::from_str::<serde_json::Value>(text) {
        Err(e) if e.to_string().starts_with("number out of range") => {
            serde_json::from_str::<IgnoredAny>(text).is_ok()
        }
        read => read.is_ok(),
    };
    assert_eq!(is_json(text), expected, "{text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn accepts_what_serde_json_accepts(pieces in prop::collection::vec(piece(), 0..8)) {
        agrees(&pieces.concat());
    }

    #[test]
    fn accepts_json_and_notices_a_change(text in json(), at in any::<prop::sample::Index>(), with in piece()) {
        prop_assert!(is_json(&text), "{text:?}");
        let chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let text = |chars: &[char]| chars.iter().collect::<String>();
        for rest in [at, at + 1] {
            agrees(&format!("{}{with}{}", text(&chars[..at]), text(&chars[rest..])));
        }
    }
}

#[test]
fn depth_costs_no_stack() {
    let deep = 1_000_000;
    assert!(is_json(&format!(
        "{}{}",
        "[".repeat(deep),
        "]".repeat(deep)
    )));
    assert!(!is_json(&"[".repeat(deep)));
    assert!(!is_json(&"{\"a\":".repeat(deep)));
}

const RULES: &str = "ruleset t context {
    b: bool i: int -5..=1_000 e: enum { red, green, blue } s: string n: int d: decimal
}";
const FIELDS: [&str; 6] = ["b", "i", "e", "s", "n", "d"];

/// Values as they are written; right for some fields, near misses for others.
fn value() -> impl Strategy<Value = String> {
    const ALL: &[&str] = &[
        "true",
        "false",
        "tru",
        "null",
        "0",
        "7",
        "-5",
        "-6",
        "1000",
        "1001",
        "01",
        "-",
        "-01",
        "1.5",
        "1.",
        "1e2",
        "999999999999999999",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "\"red\"",
        "\"r\\u0065d\"",
        "\"blau\"",
        "\"\"",
        "\"é 😀\"",
        "\"a\\\"b\"",
        "\"a\nb\"",
        "\"open",
        "[]",
        "[1,2]",
        "{}",
        "{\"b\":true}",
        "7 7",
        "\"red\"x",
        "truex",
    ];
    prop::sample::select(ALL).prop_map(str::to_owned)
}

/// A JSON object of most fields, in some order, each once; or nearly one.
fn text() -> impl Strategy<Value = String> {
    let right = ["true", "12", "\"green\"", "\"some text\"", "-3", "4.50"];
    let blank = prop::sample::select(&["", " ", "\n\t ", "  "][..]);
    let field = (prop::bool::weighted(0.8), value(), blank.clone(), blank);
    let fields = prop::collection::vec(field, FIELDS.len());
    let order = Just((0..FIELDS.len()).collect::<Vec<_>>()).prop_shuffle();
    let order = prop_oneof![Just((0..FIELDS.len()).collect()), order];
    (
        fields,
        order,
        prop::sample::select(&[",", " , ", ",,", ""][..]),
        0_u8..20,
    )
        .prop_map(move |(fields, order, comma, odd)| {
            let comma = if odd == 0 { comma } else { "," };
            let fields = order.iter().map(|at| {
                let (plain, value, before, after) = &fields[*at];
                let value = if *plain { right[*at] } else { value };
                format!("{before}\"{}\"{after}:{before}{value}{after}", FIELDS[*at])
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(comma))
        })
}

fn bound(inputs: &Inputs) -> Vec<String> {
    (0..)
        .take(FIELDS.len())
        .map(|at| format!("{:?}", inputs.get(InputId(at))))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The quick way and the detour through serde_json's values bind the same, or both refuse.
    #[test]
    fn text_and_its_values_are_alike(texts in prop::collection::vec(text(), 1..4)) {
        let rules = Ruleset::from_text(RULES).unwrap();
        let (mut direct, mut detour) = (rules.frame(), rules.frame());
        for text in texts {
            direct.clear();
            detour.clear();
            let read = direct.json(&text).is_ok();
            let values = serde_json::from_str::<serde_json::Value>(&text);
            let expected = values.is_ok_and(|values| detour.facts(&values).is_ok());
            prop_assert_eq!(read, expected, "{}", text);
            if read {
                prop_assert_eq!(bound(direct.binding.inputs()), bound(detour.binding.inputs()), "{}", text);
            }
        }
    }
}
