//! Contexts that are deep, wide, enormous or full of duplicates, as JSON and as records of CSV, by size.

use super::cases::Case;
use super::repeated;
use super::stages::Input;

const K: usize = 1_000;
const M: usize = 1_000 * K;

const RULES: &str = "ruleset r
    record Item { name: string = \"\", price: decimal = 0, tags: list<string> = [] }
    context {
        i: int 0..=100 = 0, d: decimal = 0, s: string = \"\", b: bool = false, e: enum { x, y } = x, m: money<EUR> = 0 EUR,
        l: list<int> = [], t: list<string> = [], items: list<Item> = [], o: { a: int = 0, r: { z: string }? }, g: geo?
    }
    touchpoint { channel: enum { web, kiosk } = web }
    decision long -> string { when s == \"\" => \"short\" otherwise => s }
    decision given -> list<Item> { otherwise => items }
    let total = sum of (x.price for x in items)
    segment held = i in l or s in t";

fn json(text: String) -> Input {
    Input::Json(RULES, text)
}

/// A text in front, one repeated, one behind.
fn around(before: &str, piece: &str, count: usize, after: &str) -> Input {
    json(format!("{before}{}{after}", piece.repeat(count)))
}

fn numbered(before: &str, count: usize, piece: impl Fn(usize) -> String, after: &str) -> Input {
    json(format!("{before}{}{after}", repeated(count, piece)))
}

fn record(header: Vec<String>, row: Vec<String>) -> Input {
    Input::Record(RULES, header, row)
}

fn cell(name: &str, text: String) -> Input {
    record(vec![name.to_owned()], vec![text])
}

pub const CASES: &[Case] = &[
    Case::refused("", "deep objects", 6 * K, M, |n| {
        around("", "{\"o\":", n, "1")
    }),
    Case::refused("JSON", "deep lists", 6 * K, M, |n| {
        around("{\"l\":", "[", n, "")
    }),
    Case::refused("", "deep objects nobody asked for", 6 * K, M, |n| {
        json(format!(
            "{{\"q\":{}1{}}}",
            "{\"a\":".repeat(n),
            "}".repeat(n)
        ))
    }),
    Case::refused("", "deep items", 6 * K, M, |n| {
        around("", "{\"items\":[", n, "")
    }),
    Case::fine("a long text", 60 * K, 40 * M, |n| {
        around("{\"s\":\"", "x", n, "\"}")
    }),
    Case::fine("a long text of escapes", 60 * K, 40 * M, |n| {
        around("{\"s\":\"", "\\u00e9\\n", n / 8, "\"}")
    }),
    Case::fine("blanks around nothing", 60 * K, 40 * M, |n| {
        around("{", " ", n, "}")
    }),
    Case::fine("numbers in a list", 3 * K, M, |n| {
        numbered("{\"l\":[", n, |i| format!("{i},"), "0]}")
    }),
    Case::fine("texts in a list", 3 * K, M, |n| {
        numbered("{\"t\":[", n, |i| format!("\"{i}\","), "\"\"]}")
    }),
    Case::fine("records in a list", 3 * K, 400 * K, |n| {
        numbered(
            "{\"items\":[",
            n,
            |i| format!("{{\"name\":\"{i}\",\"price\":\"{i}.5\",\"tags\":[\"a\"]}},"),
            "{}]}",
        )
    }),
    Case::fine("records in a list, all left empty", 20 * K, 400 * K, |n| {
        around("{\"items\":[", "{},", n.max(100 * K), "{}]}")
    }),
    Case::fine("tags of one record", 3 * K, M, |n| {
        around("{\"items\":[{\"tags\":[", "\"a\",", n, "\"\"]}]}")
    }),
    Case::refused(
        "expected an int",
        "wrong numbers in a list",
        6 * K,
        M,
        |n| around("{\"l\":[", "\"a\",", n, "true]}"),
    ),
    Case::refused("expected a", "wrong records in a list", 6 * K, M, |n| {
        around("{\"items\":[", "1,", n, "true]}")
    }),
    Case::refused("no such field", "unknown fields", 6 * K, 400 * K, |n| {
        numbered("{", n, |i| format!("\"u{i}\":{i},"), "\"i\":1}")
    }),
    Case::refused(
        "no such field",
        "unknown fields near known ones",
        6 * K,
        400 * K,
        |n| numbered("{", n, |i| format!("\"itemss{i}\":{i},"), "\"i\":1}"),
    ),
    Case::refused(
        "no such field",
        "unknown fields of items",
        6 * K,
        400 * K,
        |n| numbered("{\"items\":[", n, |i| format!("{{\"nam{i}\":1}},"), "{}]}"),
    ),
    Case::refused(
        "no such field",
        "a long unknown name",
        60 * K,
        40 * M,
        |n| around("{\"", "x", n, "\":1}"),
    ),
    Case::refused("member", "a long unknown member", 60 * K, 40 * M, |n| {
        around("{\"e\":\"", "x", n, "\"}")
    }),
    Case::refused(
        "expected",
        "a long text for a number",
        60 * K,
        40 * M,
        |n| around("{\"i\":\"", "x", n, "\"}"),
    ),
    Case::refused("twice", "one field again and again", 6 * K, M, |n| {
        around("{", "\"i\":1,", n, "\"i\":1}")
    }),
    Case::refused("twice", "one record again and again", 6 * K, M, |n| {
        around("{", "\"o\":{\"a\":1},", n, "\"i\":1}")
    }),
    Case::refused(
        "twice",
        "one field of an item again and again",
        6 * K,
        M,
        |n| around("{\"items\":[{", "\"name\":\"\",", n, "\"price\":1}]}"),
    ),
    Case::refused("i", "a number of digits", 60 * K, 4 * M, |n| {
        around("{\"i\":", "9", n, "}")
    }),
    Case::refused("d", "a decimal of digits", 60 * K, 4 * M, |n| {
        around("{\"d\":", "9", n, "}")
    }),
    Case::refused("d", "a decimal of places", 60 * K, 4 * M, |n| {
        around("{\"d\":0.", "9", n, "}")
    }),
    Case::refused("m", "an amount in many parts", 6 * K, M, |n| {
        around("{\"m\":{", "\"amount\":1,", n, "\"currency\":\"EUR\"}}")
    }),
    Case::refused("g", "a place of many numbers", 6 * K, M, |n| {
        around("{\"g\":[", "1,", n, "1]}")
    }),
    Case::refused("JSON", "an open text", 60 * K, 40 * M, |n| {
        around("{\"s\":\"", "x", n, "")
    }),
    Case::refused("JSON", "open objects", 6 * K, M, |n| around("", "{", n, "")),
    Case::refused("JSON", "noise", 6 * K, M, |n| {
        around("{\"s\":", "\u{1}", n, "")
    }),
    Case::fine("many columns", 3 * K, 400 * K, |n| {
        record(
            (0..n).map(|i| format!("c{i}")).collect(),
            vec!["1".to_owned(); n],
        )
    }),
    Case::refused("twice", "one column again and again", 3 * K, 400 * K, |n| {
        record(vec!["i".to_owned(); n], vec!["1".to_owned(); n])
    }),
    Case::fine("a long path of a column", 60 * K, 4 * M, |n| {
        record(vec!["o.".repeat(n / 2)], vec!["1".to_owned()])
    }),
    Case::refused("cell", "a long row", 3 * K, M, |n| {
        record(vec!["i".to_owned()], vec!["1".to_owned(); n])
    }),
    Case::fine("a long cell", 60 * K, 40 * M, |n| cell("s", "x".repeat(n))),
    Case::refused("l", "a deep cell", 6 * K, M, |n| cell("l", "[".repeat(n))),
    Case::refused("items", "a deep item in a cell", 6 * K, M, |n| {
        cell("items", "[{\"tags\":".repeat(n / 9))
    }),
    Case::fine("a cell of numbers", 3 * K, M, |n| {
        cell("l", format!("[{}0]", "1,".repeat(n)))
    }),
    Case::refused("d", "digits in a cell", 60 * K, 4 * M, |n| {
        cell("d", "9".repeat(n))
    }),
];
