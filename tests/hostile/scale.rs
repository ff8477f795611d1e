//! Rulesets that are valid, or nearly so, and large: many rules, rows, definitions, inputs, fields.

use super::{compiled, exercise, repeated, shown, survives};
use pervade::{Code, MemorySources, Ruleset};

const MANY: usize = 20_000;

const INPUTS: &str = "ruleset r enum E { m0, m1, m2 } record V { v: int } context { i: int = 0, j: int = 0, \
    b: bool = false, s: string = \"\", o: int?, e: E = m0, r: { f: int, g: int }? }\n";

/// A definition of many entries.
fn entries(name: &str, head: &str, entry: impl Fn(usize) -> String, foot: &str) -> Vec<Code> {
    compiled(
        name,
        format!(
            "{INPUTS}{head}\n{}{foot}",
            repeated(MANY, |i| entry(i) + "\n")
        ),
    )
}

#[test]
fn decisions_of_many_rules() {
    let head = "decision d -> int {";
    let gap = [Code::NotExhaustive];
    assert_eq!(
        entries(
            "points",
            head,
            |i| format!("when i == {} => {i}", i * 2),
            "}"
        ),
        gap
    );
    assert_eq!(
        entries("texts", head, |i| format!("when s == \"{i}\" => {i}"), "}"),
        gap
    );
    assert_eq!(
        entries(
            "stretches",
            head,
            |i| format!("when i in {}..{} => {i}", i * 3, i * 3 + 2),
            "}"
        ),
        gap
    );
    assert_eq!(
        entries(
            "two inputs",
            head,
            |i| format!("when i == {i} and j == {} => {i}", i % 100),
            "}"
        ),
        gap
    );
    assert_eq!(
        entries(
            "pairs",
            head,
            |i| format!("when o is {i} or r.f is {i} => {i}"),
            "}"
        ),
        gap
    );
    let all = "when i < 0 => 0 when i >= 20000 => 0 }";
    assert_eq!(
        entries("all points", head, |i| format!("when i == {i} => {i}"), all),
        []
    );
    assert_eq!(
        entries(
            "a last word",
            head,
            |i| format!("l{i}: when i == {i} => {i}"),
            "otherwise => 0 }"
        ),
        []
    );
    let rich = entries("rich", head, |i| format!("when i * j == {i} => {i}"), "}");
    assert_eq!(rich, [Code::NotShownExhaustive]);
    let classes = "otherwise last } decision d -> int { when k == last => 1 when k != last => 2 }";
    let found = entries(
        "classes",
        "classify k {",
        |i| format!("c{i} when i == {i}"),
        classes,
    );
    assert!(
        found.is_empty() || found == [Code::NotShownExhaustive],
        "{found:?}"
    );
}

#[test]
fn tables_of_many_rows() {
    let rows: [(&str, &str, fn(usize) -> String); 9] = [
        ("keys", "| i => result", |i| format!("| {i} => {i}")),
        ("texts", "| s => result", |i| format!("| \"{i}\" => {i}")),
        ("stretches", "| i => result", |i| {
            format!("| {}..{} => {i}", i * 2, i * 2 + 2)
        }),
        ("two keys", "| i | j => result", |i| {
            format!("| {} | {} => {i}", i / 100, i % 100)
        }),
        ("three columns", "| e | i | b => result", |i| {
            format!("| m{} | {} | {} => {i}", i % 3, i / 6, i % 6 >= 3)
        }),
        ("optional keys", "| o => result", |i| {
            format!("| {i} => {i}")
        }),
        (
            "fields of a record that may be missing",
            "| r.f => result",
            |i| format!("| {i} => {i}"),
        ),
        ("two such fields", "| r.f | r.g => result", |i| {
            format!("| {} | {} => {i}", i / 100, i % 100)
        }),
        ("a column twice", "| i | i => result", |i| {
            format!("| >= {i} | < {} => {i}", i + 1)
        }),
    ];
    let refused = [
        Code::NotShownDisjoint,
        Code::NotShownExhaustive,
        Code::NotExhaustive,
    ];
    for (name, columns, row) in rows {
        let found = entries(
            name,
            &format!("table d(unique) -> int? {{ {columns}"),
            row,
            "}",
        );
        let twice = name == "a column twice" && found == [Code::NotShownDisjoint];
        assert!(found.is_empty() || twice, "{name}: {found:?}");
        let found = entries(
            name,
            &format!("table d(first) -> int {{ {columns}"),
            row,
            "}",
        );
        assert!(
            found.len() == 1 && refused.contains(&found[0]),
            "{name}: {found:?}"
        );
    }
    let (_, columns, row) = rows[3];
    assert_eq!(
        entries(
            "collect",
            &format!("table d(collect) -> list<int> {{ {columns}"),
            row,
            "}"
        ),
        []
    );
}

#[test]
fn tables_whose_rows_overlap() {
    let head = "table d(unique) -> int? {";
    for (name, columns, row) in [
        ("the same row", "| i => result", "| 1 => 1"),
        ("any row", "| i | j => result", "| - | - => 1"),
        (
            "rows that never fit",
            "| i > 5 | i > 6 | b => result",
            "| false | true | - => 1",
        ),
    ] {
        let found = entries(name, &format!("{head} {columns}"), |_| row.to_owned(), "}");
        assert!(found.len() <= 5, "{name}: {found:?}");
    }
    let stairs = entries(
        "stairs",
        &format!("{head} | i => result"),
        |i| format!("| >= {i} => {i}"),
        "}",
    );
    assert_eq!(stairs, [Code::Overlap; 5]);
    let crossed = |i: usize| match i % 2 {
        0 => format!("| {i} | - => {i}"),
        _ => format!("| - | {i} => {i}"),
    };
    let cross = entries(
        "a cross",
        &format!("{head} | i | j => result"),
        crossed,
        "}",
    );
    assert_eq!(cross, [Code::Overlap; 5]);
    // Everything before the last column is alike, and the rows exclude each other only through definitions.
    let text = format!(
        "{INPUTS}classify k {{ {} otherwise c }} {head} | k == c | i => result\n{}}}",
        repeated(200, |i| format!("k{i} when i == {i} ")),
        repeated(2_000, |i| format!(
            "| true | {}..{} => {i}\n",
            i * 10,
            i * 10 + 11
        ))
    );
    let found = compiled("rows under a classification", text);
    assert!(
        found
            .iter()
            .all(|c| matches!(c, Code::Overlap | Code::NotShownDisjoint)),
        "{found:?}"
    );
}

#[test]
fn tables_of_many_columns() {
    let inputs = repeated(300, |i| format!("b{i}: bool = false, "));
    let columns = repeated(300, |i| format!("| b{i} "));
    let row = |i: usize| {
        repeated(300, |c| format!("| {} ", if c == i { "true" } else { "-" }))
            + &format!("=> {i}\n")
    };
    for policy in ["unique", "first"] {
        let text = format!(
            "ruleset r context {{ {inputs} }} table d({policy}) -> int {{ {columns} => result\n{}}}",
            repeated(300, row)
        );
        assert!(!compiled("a diagonal", text).is_empty());
    }
}

#[test]
fn tables_from_csv() {
    let keys = repeated(MANY, |i| format!("{i},{i}\n"));
    let cases = [
        ("keys", "i,result\n".to_owned() + &keys, true),
        ("texts", "s,result\n".to_owned() + &keys, true),
        (
            "a million cells",
            "i,j,j,j,j,j,j,j,j,result\n".to_owned()
                + &repeated(100_000, |i| format!("{i},-,-,-,-,-,-,-,-,{}\n", i % 7)),
            true,
        ),
        (
            "many columns",
            repeated(1000, |_| "i,".to_owned())
                + "result\n"
                + &repeated(1000, |_| "-,".repeat(1000) + "1\n"),
            false,
        ),
        ("a wide header", "i,".repeat(300_000) + "result\n1\n", false),
        (
            "distinct mistakes",
            "i,result\n".to_owned() + &repeated(MANY, |i| format!("x{i},y{i}\n")),
            false,
        ),
        (
            "quotes",
            "i,result\n\"".to_owned() + &"\"\"".repeat(500_000),
            false,
        ),
        (
            "an open quote",
            "i,result\n".to_owned() + &keys + "\"1" + &"\n".repeat(500_000),
            false,
        ),
        ("commas", ",".repeat(1_000_000), false),
        ("line ends", "\n".repeat(1_000_000), false),
        (
            "returns",
            "i,result\r\n".to_owned() + &keys.replace('\n', "\r\n"),
            true,
        ),
        ("a mark", "\u{feff}i,result\n".to_owned() + &keys, true),
        ("nothing", String::new(), false),
        ("a header alone", "i,result".to_owned(), false),
        (
            "a deep cell",
            format!("i,result\n{}1,1\n", "(".repeat(1_000_000)),
            false,
        ),
        (
            "a deep header",
            format!("{}i,result\n1,1\n", "not ".repeat(300_000)),
            false,
        ),
        (
            "a long cell",
            format!("i,result\n\"{}\",1\n", "1, ".repeat(100_000) + "2"),
            true,
        ),
        ("a NUL", "i,result\n\0,1\n".to_owned(), false),
        (
            "ragged rows",
            "i,result\n".to_owned() + &repeated(MANY, |i| "1,".repeat(i % 5) + "\n"),
            false,
        ),
    ];
    for (name, csv, fine) in cases {
        let codes = survives(&format!("csv: {name}"), move || {
            let main = format!("{INPUTS}table d(unique) -> int? from \"t.csv\"");
            let sources = MemorySources::new()
                .with("main.pvd", main)
                .with("t.csv", csv);
            match Ruleset::compile(&sources, "main.pvd") {
                Ok(_) => Vec::new(),
                Err(error) => shown(&error, ""),
            }
        });
        assert_eq!(
            codes.is_empty(),
            fine,
            "{name}: {:?}",
            &codes[..codes.len().min(5)]
        );
    }
}

#[test]
fn definitions_that_build_on_one_another() {
    let chain = |first: &str, next: &dyn Fn(usize) -> String| {
        INPUTS.to_owned() + first + "\n" + &repeated(MANY, |i| next(i) + "\n")
    };
    let deep = [
        (
            "sums",
            chain("let a0 = i", &|i| format!("let a{} = a{i} + 1", i + 1)),
        ),
        (
            "segments",
            chain("segment a0 = b", &|i| {
                format!("segment a{} = a{i} and i != {i}", i + 1)
            }),
        ),
        (
            "double segments",
            chain("segment a0 = o is present", &|i| {
                format!("segment a{0} = a{i} and (j == {i} or a{i})", i + 1)
            }),
        ),
        (
            "classes",
            chain("classify a0 { x when b otherwise y0 }", &|i| {
                format!(
                    "classify a{0} {{ x{0} when a{i} == y{i} otherwise y{0} }}",
                    i + 1
                )
            }),
        ),
        (
            "decisions",
            chain("let a0 = i", &|i| {
                format!(
                    "decision a{0} -> int {{ when a{i} > {i} => 1 otherwise => a{i} }}",
                    i + 1
                )
            }),
        ),
        (
            "records",
            chain("let a0: V = { v: i }", &|i| {
                format!("let a{}: V = {{ v: a{i}.v + 1 }}", i + 1)
            }),
        ),
    ];
    for (name, text) in deep {
        let codes = compiled(&format!("a chain of {name}"), text);
        assert_eq!(codes, [Code::TooDeep], "{name}");
    }
    let flat = [
        (
            "names",
            chain("let a0 = i", &|i| format!("let a{} = a{i}", i + 1)),
            "a20000 > 3",
        ),
        (
            "constants",
            chain("let a0 = 5", &|i| format!("let a{} = a{i}", i + 1)),
            "i > a20000",
        ),
        (
            "texts",
            chain("let a0 = \"x\"", &|i| format!("let a{} = a{i}", i + 1)),
            "s == a20000",
        ),
        (
            "members",
            chain("let a0: E = m1", &|i| format!("let a{}: E = a{i}", i + 1)),
            "e == a20000",
        ),
        (
            "conditions",
            chain("segment a0 = b", &|i| format!("segment a{} = a{i}", i + 1)),
            "a20000",
        ),
        (
            "guards",
            chain("segment a0 = o is present", &|i| {
                format!("segment a{0} = a{i} and a{i}", i + 1)
            }),
            "a20000",
        ),
        (
            "opposites",
            chain("segment a0 = b", &|i| {
                format!("segment a{} = not a{i}", i + 1)
            }),
            "a20000",
        ),
        (
            "optional names",
            chain("let a0 = o", &|i| format!("let a{} = a{i}", i + 1)),
            "a20000 is 3",
        ),
        (
            "lists",
            chain("let a0 = [1, 2]", &|i| format!("let a{} = a{i}", i + 1)),
            "i in a20000",
        ),
    ];
    for (name, text, condition) in flat {
        let text = format!(
            "{text} decision d -> int {{ when {condition} => 1 when not ({condition}) => 2 }} \
             table t(unique) -> int {{ | {condition} => result | true => 1 | false => 2 }} \
             decision p -> int independent of j {{ when {condition} => 1 otherwise => 2 }}"
        );
        let codes = compiled(&format!("a flat chain of {name}"), text);
        let refused = [Code::TooDeep, Code::NotShownExhaustive, Code::UnknownType];
        assert!(
            codes.iter().all(|c| refused.contains(c)),
            "{name}: {codes:?}"
        );
    }
}

#[test]
fn chains_below_the_limit() {
    for count in [60, 300, 480] {
        let guards = repeated(count, |i| {
            format!(
                "segment a{} = (a{i} and i != {i}) or (not a{i} and j != {i})\n",
                i + 1
            )
        });
        let nested = repeated(count, |i| {
            format!(
                "let w{0} = w{i} if (i > {i} and (w{i} > 3 or j == w{i})) otherwise i if b otherwise (o else w{i})\n",
                i + 1
            )
        });
        let classes = repeated(count, |i| {
            format!(
                "classify k{0} {{ x{0} when k{i} == y{i} and i == {i} z{0} when k{i} != y{i} otherwise y{0} }}\n",
                i + 1
            )
        });
        let text = format!(
            "{INPUTS}segment a0 = o is present\n{guards} let w0 = j\n{nested} classify k0 {{ x0 when b otherwise y0 }}\n{classes}\
             decision d -> int {{ when a{count} => 1 when not a{count} => 2 }}\n\
             decision f -> int {{ when w{count} > 3 => 1 when w{count} <= 3 => 2 }}\n\
             decision g -> int {{ when k{count} == y{count} => 1 when k{count} != y{count} => 2 }}\n\
             table t(unique) -> int {{ | w{count} | k{count} => result | > 3 | - => 1 | <= 3 | y{count} => 2 | <= 3 | not (y{count}) => 3 }}"
        );
        let codes = compiled(&format!("chains of {count}"), text);
        let refused = [
            Code::TooDeep,
            Code::NotShownExhaustive,
            Code::NotShownDisjoint,
        ];
        assert!(codes.iter().all(|c| refused.contains(c)), "{codes:?}");
    }
    // As deep as brackets and definitions go together.
    let deep = |inner: &str| {
        format!(
            "{}{inner}{}",
            "not (i == 7 or (".repeat(30),
            "))".repeat(30)
        )
    };
    let text = format!(
        "{INPUTS}segment a0 = {}\n{}decision d -> int {{ when a16 => 1 when not a16 => 2 }}",
        deep("b"),
        repeated(16, |i| format!(
            "segment a{} = {}\n",
            i + 1,
            deep(&format!("a{i}"))
        ))
    );
    let codes = compiled("brackets in definitions", text);
    assert!(
        codes
            .iter()
            .all(|c| matches!(c, Code::TooDeep | Code::NotShownExhaustive)),
        "{codes:?}"
    );
}

#[test]
fn many_definitions_side_by_side() {
    let text = format!(
        "{INPUTS}touchpoint {{ channel: enum {{ t0 }} = t0 }}\n{}",
        repeated(MANY, |i| format!("segment s{i} = i > {i}\n"))
    );
    assert_eq!(compiled("segments", text), []);
    let shared = repeated(300, |i| format!("segment a{} = a{i} and i != {i}\n", i + 1));
    let promises = repeated(MANY, |i| {
        format!(
            "pervasive decision p{i} -> int independent of j {{ when a300 => {i} otherwise => 0 }}\n"
        )
    });
    let head = format!("{INPUTS}touchpoint {{ channel: enum {{ t0 }} = t0 }}\nsegment a0 = b\n");
    assert_eq!(
        compiled("promises", format!("{head}{shared}{promises}")),
        []
    );
    let twice = repeated(MANY, |_| "segment s = b\n".to_owned());
    assert!(!compiled("one name", format!("{INPUTS}{twice}")).is_empty());
    let circle = repeated(MANY, |i| {
        format!("segment a{i} = a{} and b\n", (i + 1) % MANY)
    });
    let codes = compiled("a circle", format!("{INPUTS}{circle}"));
    assert!(codes.contains(&Code::Cycle), "{codes:?}");
    let circles = repeated(MANY / 2, |i| {
        format!("segment a{i} = c{i} segment c{i} = a{i}\n")
    });
    assert!(!compiled("circles", format!("{INPUTS}{circles}")).is_empty());
    let all = repeated(300, |i| {
        format!(
            "segment a{i} = {} b\n",
            repeated(300, |j| format!("a{j} and "))
        )
    });
    assert!(!compiled("everything needs everything", format!("{INPUTS}{all}")).is_empty());
    let near = repeated(2_000, |i| format!("let name{i} = nane{i}\n"));
    assert!(!compiled("near names", format!("{INPUTS}{near}")).is_empty());
}

#[test]
fn types_that_grow() {
    let chain = |count: usize, field: &str| {
        repeated(count, |i| {
            format!(
                "record r{} {{ {} }}\n",
                i + 1,
                field.replace('#', &format!("r{i}"))
            )
        })
    };
    let with = |context: &str, records: String| {
        format!("ruleset g record r0 {{ v: int = 0 }}\n{records} context {{ {context} }}")
    };
    for (name, text, fine) in [
        (
            "records within records",
            with("c: r1000", chain(1000, "a: #")),
            false,
        ),
        (
            "records within lists",
            with("c: r1000", chain(1000, "a: list<#>")),
            false,
        ),
        (
            "optional records",
            with("c: r1000", chain(1000, "a: #?")),
            false,
        ),
        (
            "a tree of inputs",
            with("c: r20", chain(20, "a: #, b: #")),
            false,
        ),
        (
            "a tree of inputs, deeper",
            with("c: r60", chain(60, "a: #, b: #, c: #")),
            false,
        ),
        (
            "a tree that is not used",
            with("c: int = 0", chain(40, "a: #, b: #")),
            true,
        ),
        (
            "a tree in a list",
            with("c: list<r30> = []", chain(30, "a: #, b: #")),
            true,
        ),
        (
            "a record of itself",
            with("c: r0", "record s { t: s }".to_owned()),
            false,
        ),
        (
            "a circle of records",
            with(
                "c: r0",
                "record s { t: u } record u { s: list<s> }".to_owned(),
            ),
            false,
        ),
        (
            "an inline record",
            with(
                &format!("c: {}int{}", "{ a: ".repeat(1000), " }".repeat(1000)),
                String::new(),
            ),
            false,
        ),
        (
            "lists of lists",
            with(
                &format!("c: {}int{}", "list<".repeat(1000), ">".repeat(1000)),
                String::new(),
            ),
            false,
        ),
        (
            "question marks",
            with(&format!("c: int{}", "?".repeat(100_000)), String::new()),
            false,
        ),
        (
            "many inputs",
            with(
                &repeated(10_001, |i| format!("a{i}: int = 0, ")),
                String::new(),
            ),
            false,
        ),
        (
            "just enough inputs",
            with(
                &repeated(9_000, |i| format!("a{i}: int = 0, ")),
                String::new(),
            ),
            true,
        ),
        (
            "a large enum",
            with(
                "c: Large = m1",
                format!(
                    "enum Large {{ {0} l }} segment s = c in [{0} l]",
                    repeated(100_000, |i| format!("m{i}, "))
                ),
            ),
            true,
        ),
        (
            "a large record",
            with(
                "c: int = 0",
                format!(
                    "record l {{ {} }}",
                    repeated(100_000, |i| format!("m{i}: int, "))
                ),
            ),
            true,
        ),
    ] {
        let codes = compiled(name, text);
        assert_eq!(
            codes.is_empty(),
            fine,
            "{name}: {:?}",
            &codes[..codes.len().min(5)]
        );
    }
}

#[test]
fn values_that_grow() {
    let cases = [
        (
            "records",
            ": W0 = { a: i, b: 1 }",
            "{ a: #, b: # }",
            "v#.a == v#.b",
        ),
        ("lists", " = [i, 1]", "[#, #]", "v# in [v#]"),
        (
            "constants",
            ": W0 = { a: 1, b: 1 }",
            "{ a: #, b: # }",
            "v#.a == v#.b",
        ),
        (
            "choices",
            ": W0 = { a: i, b: 1 }",
            "{ a: # if b otherwise #, b: # }",
            "v#.a == v#.b",
        ),
    ];
    for (name, first, next, last) in cases {
        for count in [12, 40] {
            let ty = |i: usize| {
                if name == "lists" {
                    String::new()
                } else {
                    format!(": W{i}")
                }
            };
            let text = format!(
                "{INPUTS}record W0 {{ a: int, b: int }}\n{}let v0{first}\n{}segment z = {}",
                repeated(count, |i| format!(
                    "record W{} {{ a: W{i}, b: W{i} }}\n",
                    i + 1
                )),
                repeated(count, |i| {
                    let value = next.replace('#', &format!("v{i}"));
                    format!("let v{}{} = {value}\n", i + 1, ty(i + 1))
                }),
                last.replace('#', &count.to_string())
            );
            let codes = survives(&format!("{count} doublings of {name}"), move || {
                exercise(&text)
            });
            let refused = |c: &Code| matches!(c, Code::TooLarge | Code::TooDeep);
            assert!(codes.iter().all(refused), "{name}: {codes:?}");
        }
    }
}
