//! Very many mistakes, each of which wants its own words.

use super::{around, numbered, rules, six};
use crate::hostile::cases::Case;
use crate::hostile::repeated;
use pervade::Code::*;

const K: usize = 1_000;

pub const CASES: &[Case] = &[
    Case::wrong(
        UnknownName,
        "an unknown name in each rule",
        2 * K,
        200 * K,
        |n| {
            numbered(
                "decision x -> int {",
                n,
                |i| format!("when kk{i} == {i} => {i}\n"),
                "otherwise => 0 }",
            )
        },
    ),
    Case::wrong(
        UnknownName,
        "unknown names near many known ones",
        2 * K,
        200 * K,
        |n| numbered("", n, |i| format!("let name_of_{i} = nane_of_{i}\n"), ""),
    ),
    Case::wrong(
        UnknownName,
        "one unknown name again and again",
        2 * K,
        200 * K,
        |n| {
            let names = repeated(n / 2, |i| format!("let name_of_{i} = {i}\n"));
            rules(&format!("{names} let x = 0{}", " + name_of".repeat(n / 2)))
        },
    ),
    Case::wrong(
        UnknownType,
        "unknown types near many known ones",
        2 * K,
        200 * K,
        |n| {
            numbered(
                "",
                n,
                |i| format!("record Type_of_{i} {{ a: Tipe_of_{i} }}\n"),
                "",
            )
        },
    ),
    Case::wrong(
        UnknownMember,
        "unknown members near many known ones",
        2 * K,
        200 * K,
        |n| {
            // Two names are compared letter by letter, each with each: all are of one length.
            let members = repeated(n, |i| format!("m{i:05}, "));
            let rules_of = repeated(n, |i| format!("when q == mm{i:05} => {i}\n"));
            rules(&format!(
                "enum E {{ {members} }} let q: E = m00001\ndecision x -> int {{ {rules_of} otherwise => 0 }}"
            ))
        },
    ),
    Case::wrong(
        UnknownField,
        "unknown fields near many known ones",
        2 * K,
        200 * K,
        |n| {
            let fields = repeated(n, |i| format!("field{i}: int = 0, "));
            let lets = repeated(n, |i| format!("let x{i} = q.feild{i}\n"));
            rules(&format!("record R {{ {fields} }} let q: R = {{}}\n{lets}"))
        },
    ),
    Case::wrong(UnknownName, "unknown functions", 2 * K, 200 * K, |n| {
        numbered("", n, |i| format!("let x{i} = rond{i}(k)\n"), "")
    }),
    Case::wrong(
        UnknownCustomer,
        "unknown customers near many known ones",
        2 * K,
        100 * K,
        |n| {
            numbered(
                "",
                n,
                |i| {
                    format!(
                        "customer cust{i:05} {{ k: 1 }}\ntest \"{i}\" {{ given cusst{i:05} expect k == 1 }}\n"
                    )
                },
                "",
            )
        },
    ),
    Case::wrong(
        UnknownLabel,
        "unknown labels near many known ones",
        2 * K,
        100 * K,
        |n| {
            let rules_of = repeated(n, |i| format!("label{i}: when k == {i} => {i}\n"));
            let tests = repeated(n, |i| format!("test \"{i}\" {{ expect x by lable{i} }}\n"));
            rules(&format!(
                "decision x -> int {{ {rules_of} otherwise => 0 }}\n{tests}"
            ))
        },
    ),
    Case::wrong(
        UnknownDeclaration,
        "unknown declarations",
        2 * K,
        200 * K,
        |n| numbered("", n, |i| format!("lett x{i} = 1\n"), ""),
    ),
    Case::wrong(
        TypeMismatch,
        "a wrong type in each rule",
        2 * K,
        200 * K,
        |n| {
            numbered(
                "decision x -> int {",
                n,
                |i| format!("when k == {i} => \"{i}\"\n"),
                "otherwise => 0 }",
            )
        },
    ),
    Case::wrong(
        TypeMismatch,
        "a wrong type in each cell",
        2 * K,
        200 * K,
        |n| {
            numbered(
                "table x(first) -> int { | k => r\n",
                n,
                |i| format!("| {0} => \"{0}\"\n", six(i)),
                "otherwise => 0 }",
            )
        },
    ),
    Case::wrong(
        TypeMismatch,
        "a wrong type in each item",
        2 * K,
        200 * K,
        |n| numbered("let x: list<int> = [", n, |i| format!("\"{i}\", "), "]"),
    ),
    Case::wrong(
        MaybeMissing,
        "an unguarded field in each rule",
        2 * K,
        200 * K,
        |n| {
            numbered(
                "decision x -> int {",
                n,
                |i| format!("when n > {i} => 1\n"),
                "otherwise => 0 }",
            )
        },
    ),
    Case::wrong(Unexpected, "a slip in each rule", 2 * K, 200 * K, |n| {
        numbered(
            "decision x -> int {",
            n,
            |i| format!("when k == {i} nad b => {i}\n"),
            "otherwise => 0 }",
        )
    }),
    Case::wrong(
        AssignForEquals,
        "an assignment in each rule",
        2 * K,
        200 * K,
        |n| {
            numbered(
                "decision x -> int {",
                n,
                |i| format!("when k = {i} => {i}\n"),
                "otherwise => 0 }",
            )
        },
    ),
    Case::wrong(
        Unexpected,
        "a rule without an arrow, again and again",
        2 * K,
        200 * K,
        |n| {
            numbered(
                "decision x -> int {",
                n,
                |i| format!("when k == {i}\n"),
                "otherwise => 0 }",
            )
        },
    ),
    Case::wrong(
        Unbalanced,
        "a brace missing again and again",
        2 * K,
        200 * K,
        |n| {
            numbered(
                "",
                n,
                |i| format!("decision x{i} -> int {{ otherwise => 0\n"),
                "",
            )
        },
    ),
    Case::wrong(
        OtherwiseNotLast,
        "otherwise again and again",
        2 * K,
        200 * K,
        |n| around("decision x -> int {", "otherwise => 0\n", n, "}"),
    ),
    Case::wrong(
        DuplicateName,
        "one name again and again",
        2 * K,
        200 * K,
        |n| around("", "let x = 1\n", n, ""),
    ),
    Case::wrong(
        DuplicateEntry,
        "one label again and again",
        2 * K,
        200 * K,
        |n| {
            around(
                "decision x -> int {",
                "l: when b => 0\n",
                n,
                "otherwise => 1 }",
            )
        },
    ),
    Case::wrong(
        DuplicateEntry,
        "one member again and again",
        2 * K,
        200 * K,
        |n| around("enum E {", "m, ", n, "}"),
    ),
    Case::wrong(
        DuplicateEntry,
        "one field declared again and again",
        2 * K,
        200 * K,
        |n| around("record R {", "f: int,\n", n, "}"),
    ),
    Case::wrong(
        DuplicateEntry,
        "one key again and again",
        2 * K,
        200 * K,
        |n| {
            around(
                "reference x: Item key name = [",
                "{ name: \"a\" },\n",
                n,
                "]",
            )
        },
    ),
    Case::fine("one test again and again", 2 * K, 100 * K, |n| {
        around("", "test \"t\" { expect k == 0 }\n", n, "")
    }),
    Case::wrong(SecondRuleset, "contexts", 2 * K, 200 * K, |n| {
        around("", "context { z: int }\n", n, "")
    }),
    Case::wrong(SecondRuleset, "rulesets", 2 * K, 200 * K, |n| {
        around("", "ruleset z\n", n, "")
    }),
    Case::wrong(CellCount, "rows of the wrong width", 2 * K, 200 * K, |n| {
        around(
            "table x(first) -> int { | k => r\n",
            "| 1 | 2 => 3\n",
            n,
            "otherwise => 0 }",
        )
    }),
    Case::wrong(CellCount, "rows far too wide", 2 * K, 200 * K, |n| {
        let cells = "| 1 ".repeat(n / 4);
        rules(&format!(
            "table x(first) -> int {{ | k => r\n {cells} => 3\n {cells} => 4\n otherwise => 0 }}"
        ))
    }),
    Case::wrong(Overlap, "rows that all overlap", 800, 40 * K, |n| {
        numbered(
            "table x(unique) -> int { | k => r\n",
            n,
            |i| format!("| >= {i} => {i}\n"),
            "otherwise => 0 }",
        )
    }),
    Case::wrong(Overlap, "equal rows", 800, 40 * K, |n| {
        around(
            "table x(unique) -> int { | k => r\n",
            "| 1 => 1\n",
            n,
            "otherwise => 0 }",
        )
    }),
    Case::wrong(
        Overlap,
        "rows that overlap in many ways",
        800,
        40 * K,
        |n| {
            let cells = |i: usize| -> String {
                (0..12)
                    .map(|c| if c == i % 12 { "| true " } else { "| - " })
                    .collect()
            };
            let inputs = (0..12)
                .map(|c| format!("b{c}: bool = false, "))
                .collect::<String>();
            let header = (0..12).map(|c| format!("| b{c} ")).collect::<String>();
            let rows = repeated(n, |i| format!("{} => {i}\n", cells(i)));
            crate::hostile::stages::Input::Rules(format!(
                "ruleset r context {{ {inputs} }} table x(unique) -> int {{ {header} => r\n{rows} otherwise => 0 }}"
            ))
        },
    ),
    Case::wrong(
        NotExhaustive,
        "no otherwise, almost everybody",
        800,
        40 * K,
        |n| {
            numbered(
                "decision x -> int {",
                n,
                |i| format!("when k == {i} => {i}\n"),
                "}",
            )
        },
    ),
    Case::wrong(
        NotExhaustive,
        "decisions without otherwise",
        800,
        40 * K,
        |n| {
            numbered(
                "",
                n,
                |i| format!("decision x{i} -> int {{ when k > {i} => {i} }}\n"),
                "",
            )
        },
    ),
    Case::wrong(
        NotPervasive,
        "decisions that are not pervasive",
        800,
        100 * K,
        |n| {
            numbered(
                "segment online = touchpoint.channel == web\n",
                n,
                |i| {
                    format!(
                        "pervasive decision x{i} -> int {{ when online => {i} otherwise => 0 }}\n"
                    )
                },
                "",
            )
        },
    ),
    Case::wrong(GivesAway, "decisions that give away", 800, 100 * K, |n| {
        let decisions = repeated(n, |i| {
            format!("decision x{i} -> int {{ when q > {i} => q otherwise => 0 }}\n")
        });
        crate::hostile::stages::Input::Rules(format!(
            "ruleset r context {{ q: int = 0 sensitive }} {decisions}"
        ))
    }),
    Case::wrong(Cycle, "one large circle", 800, 200 * K, |n| {
        numbered("", n, |i| format!("let x{i} = x{}\n", (i + 1) % n), "")
    }),
    Case::wrong(Cycle, "small circles", 800, 200 * K, |n| {
        numbered("", n, |i| format!("let x{i} = y{i}\nlet y{i} = x{i}\n"), "")
    }),
    Case::wrong(Cycle, "circles that cross", 4 * K, 200 * K, |n| {
        numbered(
            "",
            n,
            |i| format!("let x{i} = x{} + x{}\n", (i + 1) % n, (i * 7 + 3) % n),
            "",
        )
    }),
    Case::wrong(BadNumber, "a number of digits", 60 * K, 4_000 * K, |n| {
        around("let x = ", "9", n, "")
    }),
    Case::wrong(
        BadNumber,
        "numbers that can't be held",
        6 * K,
        200 * K,
        |n| around("let x = 1", " + 99999999999999999999999999999999", n, ""),
    ),
    Case::wrong(BadEscape, "wrong escapes", 3 * K, 400 * K, |n| {
        around("let x = \"", "\\q", n, "\"")
    }),
    Case::wrong(BadEscape, "closing braces in a text", 3 * K, 400 * K, |n| {
        around("let x = \"", "} ", n, "\"")
    }),
    Case::wrong(UnclosedString, "unclosed strings", 3 * K, 400 * K, |n| {
        around("", "let x = \"abc\n", n, "")
    }),
    Case::wrong(
        UnclosedString,
        "one unclosed string with values",
        3 * K,
        400 * K,
        |n| around("let x = \"", "{i} ", n, ""),
    ),
    Case::wrong(SingleQuotes, "single quotes", 3 * K, 400 * K, |n| {
        around("let x = ", "'a' + ", n, "1")
    }),
    Case::wrong(BadCharacter, "block comments", 3 * K, 400 * K, |n| {
        around("", "/* no */ let x = 1\n", n, "")
    }),
];
