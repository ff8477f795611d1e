//! The parser on small texts.

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
