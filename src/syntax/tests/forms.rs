//! Expressions of the whole language as the formatter writes them.

use super::good;
use crate::syntax::print;

#[test]
fn forms_stay_as_they_are() {
    for text in [
        "shops[id].name",
        "shops where (open and near)",
        "count of shops where (open)",
        "(count of shops) where (a)",
        "(date of now).year",
        "(date of now) + 3 days",
        "date of now + 3 days",
        "a + years between b and c + d",
        "(years between b and c) + d",
        "a + (years between b and c) + d",
        "-years between a and b",
        "years between a and b in 16..=25",
        "a else years between b and c",
        "years between years between a and b and c and d",
        "distance between a and b <= 5 km",
        "whole days of d",
        "time since last_visit is never",
        "a is (never)",
        "x is not never",
        "never else 3 days",
        "1 day + 1.0 week + 2 weeks + 300 m",
        "12.50 GBP / 5 GBP",
        "-5 km < x",
        "round x to 5",
        "round a + b * 2 half up to 0.05 GBP",
        "round (-a) half even to 1 m",
        "round (a + b) down to step",
        "round years between a and b up to 5",
        "`round`(x)",
        "min(a, b) + max(1, -2)",
        "geo(51.5, -0.12)",
        "any x in xs has (x > 1 and y)",
        "every x in a.b has (x) and not any y in ys has (y)",
        "sum of (x.price * 2 for x in xs where (x.a))",
        "min of (a if b otherwise c for x in [1, 2])",
        "nearest place of shops where (open) to customer.home",
        "(nearest place of shops to customer.home).name",
        "a div b mod c * d",
        "(a div b) mod c",
        "a contains b",
        "a starts with \"b\" ignoring case and c ends with d",
        "a == b ignoring case",
        "a != b ignoring case",
        "a matches \"x.*\" or a contains match \"y\"",
        "\"a {b} c\"",
        "\"{a.b + 1}\"",
        "\"{{}} {x}{y} \\\"\"",
        "2026-03-01 < d and 18:30 > t and 2026-03-01T18:30:00Z == at",
        "count of whole where (x)",
        "length of (a if b otherwise c)",
        "date of time since x",
        "any record in records has (x)",
        "any user in table has (x)",
        "round table up to 5",
        "round event half even to event",
        "nearest test of score to record",
    ] {
        let text = format!("let x = {text}\n");
        let file = good(&text);
        assert_eq!(print(&file, &text), text);
    }
}

#[test]
fn long_forms_are_broken_in_their_operands() {
    let long = "(a_long_name and ".repeat(3) + "z" + &")".repeat(3);
    for text in [
        format!("shops where ({long} or {long} and {long})"),
        format!("count of shops where ({long} or {long})"),
        format!("any x in xs has ({long} or {long})"),
        format!("sum of ({long} + {long} for x in {long})"),
        format!("f({long}, {long}, {long})"),
        format!("years between {long} + {long} and {long} - {long}"),
        format!("round {long} * {long} half up to ({long} + {long})"),
        format!("nearest place of ({long} + {long}) to ({long} + {long})"),
        format!("{long} starts with {long} + {long} ignoring case"),
        format!("shops[{long} + {long}].name.other[{long}]"),
    ] {
        let text = format!("let x = {text}\nlet y = 1\n");
        let file = good(&text);
        let written = print(&file, &text);
        let again = good(&written);
        assert_eq!(again.items, file.items, "{written}");
        assert_eq!(print(&again, &written), written);
        assert!(written.lines().all(|line| line.len() <= 104), "{written}");
        let rule = format!(
            "decision d -> int {{ {} => 1 otherwise => 2 }}",
            text.replace("let x =", "when").replace("let y = 1", "")
        );
        let file = good(&rule);
        let written = print(&file, &rule);
        assert_eq!(good(&written).items, file.items, "{written}");
    }
}
