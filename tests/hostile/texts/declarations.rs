//! Very many declarations, and declarations with very many entries, all of them right.

use super::{around, numbered, rules, six};
use crate::hostile::cases::Case;
use crate::hostile::repeated;
use pervade::Code::*;

const K: usize = 1_000;

pub const CASES: &[Case] = &[
    Case::fine("rules", 1_200, 200 * K, |n| {
        numbered(
            "decision x -> int {",
            n,
            |i| format!("when k == {i} => {i}\n"),
            "otherwise => 0 }",
        )
    }),
    Case::fine("rules with everything", 800, 200 * K, |n| {
        numbered(
            "decision x -> { v: int, w: string } {",
            n,
            |i| {
                let i = six(i);
                format!(
                    "r{i}: valid from 2026-01-01 until 2027-01-01 when k > {i} and b or s == \"{i}\" => {{ v: {i}, w: \"{{i}}\" }} because \"reason {i}: {{k}}\"\n"
                )
            },
            "otherwise => { v: 0, w: \"\" } }",
        )
    }),
    Case::fine("rules without otherwise", 800, 40 * K, |n| {
        numbered(
            "decision x -> int {",
            n,
            |i| format!("when k == {i} => {i}\n"),
            "when k >= 0 => 0 }",
        )
    }),
    Case::fine("rules of distinct inputs", 800, 36 * K, |n| {
        let inputs = repeated(n / 4, |i| format!("f{i}: int = 0,\n"));
        let rules = repeated(n, |i| format!("when f{} == {i} => {i}\n", i % (n / 4)));
        crate::hostile::stages::Input::Rules(format!(
            "ruleset r context {{ {inputs} }} decision x -> int {{ {rules} otherwise => 0 }}"
        ))
    }),
    Case::fine("labels of one length", 800, 200 * K, |n| {
        numbered(
            "decision x -> int {",
            n,
            |i| format!("l{i:07}: when b => {i}\n"),
            "otherwise => 0 }",
        )
    }),
    Case::fine("points", 1_200, 200 * K, |n| {
        numbered(
            "score x -> int 0..=100 {",
            n,
            |i| format!("when k == {i} => 1 because \"{{k}}\"\n"),
            "}",
        )
    }),
    Case::fine("members with conditions", 800, 200 * K, |n| {
        numbered(
            "classify x {",
            n,
            |i| format!("c{i} when k == {i}\n"),
            "otherwise none }",
        )
    }),
    Case::fine("rows of first", 1_200, 200 * K, |n| {
        numbered(
            "table x(first) -> int { | k | e => r\n",
            n,
            |i| format!("| {i} | ex => {i}\n"),
            "otherwise => 0 }",
        )
    }),
    Case::fine("rows of unique", 1_200, 200 * K, |n| {
        numbered(
            "table x(unique) -> int { | k => r\n",
            n,
            |i| format!("| {i} => {i}\n"),
            "otherwise => 0 }",
        )
    }),
    Case::fine("rows of unique, texts", 1_200, 200 * K, |n| {
        numbered(
            "table x(unique) -> int { | s | b => r\n",
            n,
            |i| format!("| \"{i}\" | - => {i}\n"),
            "otherwise => 0 }",
        )
    }),
    Case::fine("rows of unique, ranges", 1_200, 200 * K, |n| {
        numbered(
            "table x(unique) -> int { | k => r\n",
            n,
            |i| format!("| {}..{} => {i}\n", 2 * i, 2 * i + 2),
            "otherwise => 0 }",
        )
    }),
    Case::fine("rows of unique, two columns", 800, 40 * K, |n| {
        numbered(
            "table x(unique) -> int { | k | i => r\n",
            n,
            |i| format!("| {} | {} => {i}\n", i / 64, i % 64),
            "otherwise => 0 }",
        )
    }),
    Case::fine("rows of any", 800, 40 * K, |n| {
        numbered(
            "table x(any) -> int { | k | b => r\n",
            n,
            |i| format!("| {i} | - => 1\n| {i} | true => 1\n"),
            "otherwise => 0 }",
        )
    }),
    Case::fine("rows of collect", 1_200, 200 * K, |n| {
        numbered(
            "table x(collect) -> list<int> { | k => r\n",
            n,
            |i| format!("| >= {i} => {i}\n"),
            "}",
        )
    }),
    Case::fine("rows of output order", 800, 100 * K, |n| {
        numbered(
            "ordered enum V { a, b, c }\ntable x(output_order) -> list<V> { | k => r\n",
            n,
            |i| format!("| >= {i} => {}\n", ["a", "b", "c"][i % 3]),
            "}",
        )
    }),
    Case::fine("columns", 400, 40 * K, |n| {
        let header = repeated(n, |i| format!("| k + {i} "));
        let cells = repeated(n, |i| format!("| {i} "));
        rules(&format!(
            "table x(first) -> int {{ {header} => r\n {cells} => 1\n otherwise => 0 }}"
        ))
    }),
    Case::fine("values in a cell", 1_200, 200 * K, |n| {
        numbered(
            "table x(unique) -> int { | k => r\n | ",
            n,
            |i| format!("{i}, "),
            "2000000 => 1\n otherwise => 0 }",
        )
    }),
    Case::fine("members of an enum", 1_200, 200 * K, |n| {
        numbered(
            "enum E { ",
            n,
            |i| format!("m{}, ", six(i)),
            "}\nlet x: E = m100001",
        )
    }),
    Case::fine(
        "members in an enum of the context, all asked for",
        800,
        40 * K,
        |n| {
            let members = repeated(n, |i| format!("m{i}, "));
            let rules = repeated(n, |i| format!("when q == m{i} => {i}\n"));
            crate::hostile::stages::Input::Rules(format!(
                "ruleset r context {{ q: enum {{ {members} }} = m0 }} decision x -> int {{ {rules} }}"
            ))
        },
    ),
    Case::fine("fields of a record", 1_200, 200 * K, |n| {
        numbered("record R { ", n, |i| format!("f{i}: int = {i},\n"), "}")
    }),
    Case::fine("fields of a record, all given", 800, 100 * K, |n| {
        let fields = repeated(n, |i| format!("f{i}: int,\n"));
        let given = repeated(n, |i| format!("f{i}: i + {i}, "));
        rules(&format!(
            "record R {{ {fields} }}\nlet x: R = {{ {given} }}\nlet y = x.f1"
        ))
    }),
    Case::wrong(
        TooLarge,
        "records of many defaults, many of them",
        2 * K,
        200 * K,
        |n| {
            let fields = repeated(n, |i| format!("f{i}: int = {i},\n"));
            rules(&format!(
                "record R {{ {fields} }}\nlet x: list<R> = [{}]",
                "{}, ".repeat(n)
            ))
        },
    ),
    Case::wrong(
        TooLarge,
        "a reference of many defaults",
        2 * K,
        200 * K,
        |n| {
            numbered(
                "record R { k: int,\n",
                n,
                |i| format!("f{i}: int?,\n"),
                &format!(
                    "}}\nreference x: R key k = [{}]",
                    repeated(n, |i| format!("{{ k: {i} }}, "))
                ),
            )
        },
    ),
    Case::fine("fields of a record, read", 1_200, 100 * K, |n| {
        let fields = repeated(n, |i| format!("f{}: int = {i},\n", six(i)));
        rules(&format!(
            "record R {{ {fields} }}\nlet x: R = {{}}\nlet y = 0{}",
            repeated(n, |i| format!(" + x.f{}", six(i)))
        ))
    }),
    Case::fine("parameters, all used", 800, 100 * K, |n| {
        let parameters = repeated(n, |i| format!("p{i}: int, "));
        rules(&format!(
            "let f({parameters}) = 0{}",
            repeated(n, |i| format!(" + p{i}"))
        ))
    }),
    Case::fine("inputs", 1_200, 9 * K, |n| {
        crate::hostile::stages::Input::Rules(format!(
            "ruleset r context {{ {} }}",
            repeated(n, |i| format!("f{i}: int = {i},\n"))
        ))
    }),
    Case::wrong(TooLarge, "too many inputs", 10 * K, 200 * K, |n| {
        crate::hostile::stages::Input::Rules(format!(
            "ruleset r context {{ {} }}",
            repeated(n, |i| format!("f{i}: int = {i},\n"))
        ))
    }),
    Case::wrong(TooLarge, "records that multiply", 60, 60, |n| {
        let n = n.max(40);
        let records = repeated(n, |i| format!("record R{} {{ a: R{i}, b: R{i} }}\n", i + 1));
        crate::hostile::stages::Input::Rules(format!(
            "ruleset r record R0 {{ a: int = 0 }} {records} context {{ q: R{n} }}"
        ))
    }),
    Case::fine("lets", 1_200, 200 * K, |n| {
        numbered("", n, |i| format!("let x{} = k + {}\n", six(i), six(i)), "")
    }),
    // Names of one length: a longer one may need a second allocation.
    Case::wrong(TooDeep, "a chain of lets", 2_400, 200 * K, |n| {
        numbered(
            "let x00000 = k\n",
            n,
            |i| format!("let x{:05} = x{i:05} + k\n", i + 1),
            "",
        )
    }),
    Case::wrong(TooDeep, "a chain of lets, backwards", 2_400, 200 * K, |n| {
        numbered(
            "",
            n,
            |i| format!("let x{i:05} = x{:05} + k\n", i + 1),
            &format!("let x{n:05} = k"),
        )
    }),
    Case::fine("a chain of equal lets", 1_200, 200 * K, |n| {
        numbered(
            "let x0 = k\n",
            n,
            |i| format!("let x{} = x{i}\n", i + 1),
            "",
        )
    }),
    Case::wrong(TooDeep, "a chain of segments", 2_400, 200 * K, |n| {
        numbered(
            "segment x0 = k > 0\n",
            n,
            |i| format!("segment x{} = x{i} and k != {i}\n", i + 1),
            "",
        )
    }),
    Case::wrong(TooDeep, "a chain of decisions", 2_400, 100 * K, |n| {
        numbered(
            "decision x0 -> int { otherwise => 1 }\n",
            n,
            |i| {
                format!(
                    "decision x{} -> int {{ when x{i} == k => {i} otherwise => k }}\n",
                    i + 1
                )
            },
            "",
        )
    }),
    Case::wrong(TooDeep, "a chain of formulas", 2_400, 200 * K, |n| {
        numbered(
            "let f0(a: int) = a\n",
            n,
            |i| format!("let f{}(a: int) = f{i}(a) + k\n", i + 1),
            "",
        )
    }),
    Case::fine("a ladder of lets", 200, 400, |n| {
        numbered(
            "let x0 = k\n",
            n,
            |i| format!("let x{} = x{i} + x{i}\n", i + 1),
            "",
        )
    }),
    Case::fine("a ladder of segments", 80, 240, |n| {
        numbered(
            "segment x0 = k > 0\n",
            n,
            |i| format!("segment x{} = x{i} and k != {i} or not x{i} and b\n", i + 1),
            "",
        )
    }),
    Case::fine("a ladder of segments that prove", 240, 240, |n| {
        numbered(
            "segment x0 = n is present\n",
            n,
            |i| format!("segment x{} = x{i} and x{i}\n", i + 1),
            "",
        )
    }),
    Case::fine(
        "one segment that proves much, again and again",
        1_200,
        100 * K,
        |n| {
            let proofs = repeated(n, |i| format!(" and k - {i} != 0"));
            rules(&format!(
                "segment much = b{proofs}\nsegment x = b{}",
                " and much".repeat(n)
            ))
        },
    ),
    Case::wrong(
        TooDeep,
        "segments that prove more and more",
        4_000,
        100 * K,
        |n| {
            numbered(
                "segment x0 = b\n",
                n,
                |i| format!("segment x{} = x{i} and k - {i} != 0\n", i + 1),
                "",
            )
        },
    ),
    Case::wrong(
        TooDeep,
        "a chain of folds over what is sensitive",
        2_400,
        100 * K,
        |n| {
            let lets = repeated(n, |i| {
                format!("let x{} = sum of (y for y in [x{i}])\n", i + 1)
            });
            crate::hostile::stages::Input::Rules(format!(
                "ruleset r context {{ q: int = 0 sensitive }} let x0 = q\n{lets}"
            ))
        },
    ),
    // Computed each time they are used, so that asking for the last would take for ever; nobody does.
    Case::fine("a ladder of formulas that nobody asks", 240, 240, |n| {
        numbered(
            "let f0(a: int) = a + k\n",
            n,
            |i| format!("let f{}(a: int) = f{i}(a) + f{i}(a + 1)\n", i + 1),
            "let x = 1",
        )
    }),
    Case::fine("segments", 1_200, 200 * K, |n| {
        numbered("", n, |i| format!("segment x{i} = k > {i}\n"), "")
    }),
    Case::fine("all segments in one condition", 1_200, 100 * K, |n| {
        let segments = repeated(n, |i| format!("segment x{i} = k > {i}\n"));
        let condition = repeated(n, |i| format!(" or x{i}"));
        rules(&format!("{segments} segment x = b{condition}"))
    }),
    Case::fine("small decisions", 800, 100 * K, |n| {
        numbered(
            "",
            n,
            |i| {
                format!("pervasive decision x{i} -> int {{ when k > {i} => 1 otherwise => {i} }}\n")
            },
            "",
        )
    }),
    Case::fine("small tables", 400, 40 * K, |n| {
        numbered(
            "",
            n,
            |i| {
                format!(
                    "pervasive table x{i}(unique) -> int {{ | k | b => r\n | > {i} | true => 1\n | <= {i} | - => 2\n | > {i} | false => 3 }}\n"
                )
            },
            "",
        )
    }),
    Case::fine("decisions that read one", 800, 100 * K, |n| {
        numbered(
            "decision base -> int { when b => 1 otherwise => i }\n",
            n,
            |i| {
                format!(
                    "pervasive decision x{i} -> int independent of s {{ when base > {i} => 1 otherwise => {i} }}\n"
                )
            },
            "",
        )
    }),
    Case::fine("features", 800, 100 * K, |n| {
        numbered("", n, |i| format!("feature x{i} when k > {i}\n"), "")
    }),
    Case::fine("enums", 800, 100 * K, |n| {
        numbered("", n, |i| format!("enum E{i} {{ a, b, c }}\n"), "")
    }),
    Case::fine("records", 800, 100 * K, |n| {
        numbered(
            "",
            n,
            |i| format!("record R{i} {{ a: int, b: {{ c: int }} }}\n"),
            "",
        )
    }),
    Case::fine("events", 800, 100 * K, |n| {
        numbered(
            "",
            n,
            |i| format!("event e{i} {{ a: int, b: string }}\n"),
            "",
        )
    }),
    Case::fine("rows of reference data", 1_200, 200 * K, |n| {
        numbered(
            "reference x: Item key name = [",
            n,
            |i| format!("{{ name: \"{0}\", price: {0} }},\n", six(i)),
            "]\nlet y = x[s].price else 0",
        )
    }),
    Case::fine("customers and tests", 400, 40 * K, |n| {
        let decision = "decision x -> int { a: when b => 1 otherwise => i }\n";
        numbered(
            decision,
            n,
            |i| {
                format!(
                    "customer c{i} {{ k: {i}, s: \"{i}\" }}\ntest \"t{i}\" {{ now 2026-01-01T00:00:00Z\n given c{i} but i: 2\n on web\n expect x == 2\n expect x by otherwise }}\n"
                )
            },
            "",
        )
    }),
    Case::fine("lines of a test", 400, 40 * K, |n| {
        numbered(
            "decision x -> int { a: when b => 1 otherwise => k }\ntest \"t\" { now 2026-01-01T00:00:00Z\n given b: false\n on web\n | k => x\n",
            n,
            |i| format!("| {i} => {i}\n"),
            "}",
        )
    }),
    Case::fine("comments", 3 * K, 400 * K, |n| {
        around("let x = 1 ", "// why not\n", n, "+ 1")
    }),
    Case::fine("documentation", 3 * K, 400 * K, |n| {
        around("", "/// why not\n", n, "let x = 1")
    }),
    Case::fine("comments between rules", 1_200, 200 * K, |n| {
        numbered(
            "decision x -> int {",
            n,
            |i| format!("// of {i}\n/// told\nwhen k == {i} => {i} // done\n\n"),
            "otherwise => 0 }",
        )
    }),
    Case::wrong(TooLarge, "a long name", 60 * K, 4_000 * K, |n| {
        let name = "x".repeat(n);
        rules(&format!("let {name} = k\nlet y = {name} + {name}"))
    }),
    Case::wrong(TooLarge, "a long label", 60 * K, 4_000 * K, |n| {
        rules(&format!(
            "decision x -> int {{ {}: when b => 1 otherwise => 0 }}",
            "y".repeat(n)
        ))
    }),
    Case::wrong(TooLarge, "a long label of many", 20 * K, 1_000 * K, |n| {
        let rules_of = repeated(n / 100, |i| format!("when k == {i} => {i}\n"));
        rules(&format!(
            "decision x -> int {{ {}: when b => 1\n{rules_of} otherwise => 0 }}",
            "y".repeat(n)
        ))
    }),
    Case::fine("a wide cell of many", 20 * K, 1_000 * K, |n| {
        let rows = repeated(n / 100, |i| format!("| \"{i}\" => {i}\n"));
        rules(&format!(
            "table x(first) -> int {{ | s => r\n | \"{}\" => 1\n{rows} otherwise => 0 }}",
            "y".repeat(n)
        ))
    }),
    Case::fine("a long reason", 60 * K, 4_000 * K, |n| {
        rules(&format!(
            "decision x -> int {{ when not b => 1 because \"{}\" otherwise => 0 }}",
            "y ".repeat(n / 2)
        ))
    }),
];
