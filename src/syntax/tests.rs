//! The parser on small texts.

mod declarations;
mod forms;

use super::ast::{ExprKind, File, ItemKind, TableBody};
use crate::limits::Limits;
use crate::source::SourceMap;

fn parse(text: &str) -> (File, Vec<String>) {
    let mut sources = SourceMap::default();
    let id = sources.add("main.pvd", text.to_owned()).unwrap();
    let (file, found) = super::parse(id, text, &Limits::default());
    let found = found
        .iter()
        .map(|d| {
            format!(
                "{} `{}` {}",
                d.code.as_str(),
                sources.snippet(d.primary.span),
                d.message
            )
        })
        .collect();
    (file, found)
}

fn good(text: &str) -> File {
    let (file, found) = parse(text);
    assert_eq!(found, Vec::<String>::new(), "{text}");
    file
}

#[test]
fn reads_a_whole_ruleset() {
    let file = good(
        r#"/// Cinema
ruleset cinema
use "money.pvd"
enum Tier { guest, member, gold, }
record Showing { film: string, seats_left: int 0..=2000 }
context {
    /// who
    customer: {
        id: string
        tier: Tier // a comment
        nested: { when: bool = false, count: int }?
    }
    mood: enum { calm, angry } = calm
    showing: Showing?
    list: list<list<int?>>
}
touchpoint { channel: enum { web, email } }
let family_discount = 20%
let x: decimal? = customer.count if not a and b otherwise missing if c otherwise 5
segment loyal = customer.tier == gold or context in [a, b] and segment is not present
classify persona { loyalist when loyal explorer when x if y otherwise z otherwise newcomer }
pervasive decision assistance -> { help: enum { a, b }, reason: string } independent of customer.a, b {
    upset: when mood == angry or let_down => { help: live_agent, reason: "something" } because "it"
    when mood == confused => x if y otherwise z
    otherwise => { help: self_service, reason: "" }
}
pervasive table ticket_discount(unique) -> decimal {
    | persona            | today.weekday       | student_age => result
    | loyalist           | -                   | -           => 15%
    | explorer, newcomer | not (mon, tue, wed) | >= -5      => 0% because "x"
    rest: otherwise => 1
}
table other(first) -> int? independent of a from "x.csv"
table third(collect) -> list<int> from "x.csv" { otherwise => [1] }
"#,
    );
    assert_eq!(file.items.len(), 14);
    assert_eq!(file.comments.len(), 1);
    let ItemKind::Table(table) = &file.items[11].kind else {
        panic!("{:?}", file.items[11])
    };
    let TableBody::Inline { columns, rows, .. } = &table.body else {
        panic!()
    };
    assert_eq!((columns.len(), rows.len()), (3, 2));
    let ItemKind::Let(value) = &file.items[7].kind else {
        panic!()
    };
    assert!(matches!(&value.value.kind, ExprKind::If(arms, _) if arms.len() == 2));
}

#[test]
#[ignore = "a measurement: cargo test --release --lib throughput -- --ignored --nocapture"]
fn throughput() {
    let rules = 10_000;
    let mut text = String::from("ruleset demo\ndecision offer -> Offer {\n");
    for i in 0..rules {
        text += &format!(
            "    when tier == platinum and tickets >= {i} and not holiday => {{ offer: \"A\", discount: 0.30, prio: 1 }}\n"
        );
    }
    text += "    otherwise => { offer: \"B\", discount: 0.10, prio: 2 }\n}\n";
    for _ in 0..5 {
        let start = std::time::Instant::now();
        let file = good(&text);
        let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(rules);
        println!("{each:.2} µs a rule, {} declarations", file.items.len());
        let mut report = super::report::Report::new(10);
        let start = std::time::Instant::now();
        let scan = super::scan::scan(Default::default(), &text, &Limits::default(), &mut report);
        println!(
            "scan {:.2} µs a rule, {} tokens",
            start.elapsed().as_secs_f64() * 1e6 / f64::from(rules),
            scan.tokens.len()
        );
        let line = text.lines().nth(5).unwrap().trim();
        let start = std::time::Instant::now();
        for _ in 0..rules {
            assert!(super::pairs::read(super::pairs::Rule::decision_rule, line).is_ok());
        }
        println!(
            "pest {:.2} µs a rule",
            start.elapsed().as_secs_f64() * 1e6 / f64::from(rules)
        );
    }
}

#[test]
fn deep_nesting_fits_a_small_stack() {
    let check = |text: String| {
        let run = move || parse(&text).1;
        std::thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(run)
            .unwrap()
            .join()
            .unwrap()
    };
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{ a: ", " }"),
        ("not (", ")"),
        ("-(", ")"),
        ("1 + 2 * (", ")"),
    ] {
        for n in [10, 32] {
            let text = format!("let x = {}1{}", open.repeat(n), close.repeat(n));
            assert_eq!(check(text), Vec::<String>::new(), "{open}");
        }
        for n in [64, 65, 10_000] {
            let text = format!("let x = {}1{}", open.repeat(n), close.repeat(n));
            let found = check(text);
            assert!(
                found.iter().all(|f| f.starts_with("E0902")) && found.len() < 2,
                "{open} {n} {found:?}"
            );
        }
    }
    for text in [
        format!("let x = {}1", "not ".repeat(100_000)),
        format!("let x = {}1", "-".repeat(100_000).replace("--", "- -")),
        format!("let x = a{}", ".b".repeat(100_000)),
        format!(
            "context {{ a: {}int{} }}",
            "list<".repeat(100_000),
            ">".repeat(100_000)
        ),
    ] {
        let found = check(text);
        assert!(
            found.len() == 1 && found[0].starts_with("E0902"),
            "{found:?}"
        );
    }
    assert_eq!(
        check(format!("let x = a{}", " + a".repeat(100_000))),
        Vec::<String>::new()
    );
    assert_eq!(
        check(format!("let x = a{}", " if a otherwise b".repeat(50_000))),
        Vec::<String>::new()
    );
    assert_eq!(
        check(format!(
            "context {{ a: {}int{} }}",
            "list<".repeat(60),
            ">".repeat(60)
        )),
        Vec::<String>::new()
    );
    assert!(!check(format!("let x = {}", "(]".repeat(50_000))).is_empty());
}

/// What a rule of the grammar can begin with: literals, and `word` for any word.
fn beginnings(
    rules: &[pest_meta::ast::Rule],
    expr: &pest_meta::ast::Expr,
    out: &mut Vec<String>,
) -> bool {
    use pest_meta::ast::Expr;
    match expr {
        Expr::Str(text) => {
            out.push(text.clone());
            text.is_empty()
        }
        Expr::Ident(name) if matches!(name.as_str(), "SOI" | "EOI") => true,
        Expr::Ident(name) if matches!(name.as_str(), "word" | "string" | "number") => {
            out.push(format!("<{name}>"));
            false
        }
        Expr::Ident(name) => match rules.iter().find(|r| r.name == *name) {
            Some(rule) => beginnings(rules, &rule.expr, out),
            None => {
                out.push(format!("<{name}>"));
                false
            }
        },
        Expr::Seq(a, b) => beginnings(rules, a, out) && beginnings(rules, b, out),
        Expr::Choice(a, b) => beginnings(rules, a, out) | beginnings(rules, b, out),
        Expr::Opt(a) | Expr::Rep(a) => {
            beginnings(rules, a, out);
            true
        }
        Expr::RepOnce(a) | Expr::RepExact(a, _) | Expr::RepMin(a, _) | Expr::RepMinMax(a, _, _) => {
            beginnings(rules, a, out)
        }
        Expr::PosPred(_) | Expr::NegPred(_) => true,
        other => panic!("{other:?} is new to this test"),
    }
}

#[test]
fn nothing_begins_with_a_word_that_goes_on_with_an_expression() {
    let grammar = [
        include_str!("../../grammar/lexical.pest"),
        include_str!("../../grammar/expression.pest"),
        include_str!("../../grammar/declaration.pest"),
    ]
    .concat();
    let pairs = pest_meta::parser::parse(pest_meta::parser::Rule::grammar_rules, &grammar).unwrap();
    let rules = pest_meta::parser::consume_rules(pairs).unwrap();
    let of = |name: &str| {
        let mut out = Vec::new();
        beginnings(
            &rules,
            &rules.iter().find(|r| r.name == name).unwrap().expr,
            &mut out,
        );
        out
    };
    let joints = [
        of("infix"),
        of("prefix"),
        vec!["(".into(), "[".into(), "{".into(), "+".into(), "..".into()],
    ]
    .concat();
    // Members of cells end with `|` and `=>`; the heads of bodies are found by their braces.
    let entries = rules.iter().map(|r| r.name.as_str()).filter(|name| {
        let starts = of(name);
        let is_part = name.starts_with("csv_") || *name == "field_tail";
        let text = grammar.split(&format!("\n{name} ")).nth(1).unwrap_or("");
        let is_entry = text.trim_start().starts_with("= { SOI")
            || matches!(*name, "because" | "independent" | "from");
        is_entry && !is_part && !starts.is_empty()
    });
    let mut count = 0;
    for name in entries {
        for start in of(name) {
            count += 1;
            // `otherwise` belongs to an `if` that waits for it; `entries` counts them. Before `starts` stand events, which
            // are no texts that could start with something.
            let is_told_apart =
                start == "otherwise" || *name == *"journey_entry" && start == "starts";
            assert!(
                is_told_apart || !joints.contains(&start),
                "`{name}` begins with `{start}`"
            );
            assert!(
                !super::words::follows_events(&start),
                "`{name}` begins with `{start}`"
            );
        }
    }
    assert!(count > 20, "the rules were not found");
}
