//! Arithmetic at its edges, as data: `tests/cases/arithmetic/*.txt`. Each line is answered by the engine and by the
//! reference, whose numbers are fractions of any size; both must give what the case says.
//!
//! ```text
//! === title
//! a: decimal, b: decimal
//! a + b
//! {"a": "0.1", "b": "0.2"} => 0.3
//! {"a": "79228162514264337593543950335", "b": "1"} => overflow
//! ```

use super::expected;
use super::given::Given;
use super::reference::{self, Facts, Overflow};
use super::{calendar, number};
use pervade::internals::hir::Ty;
use pervade::{ErrorKind, Ruleset};
use serde_json::Value as Json;
use std::path::Path;

struct Case {
    title: String,
    fields: String,
    expression: String,
    lines: Vec<(String, String)>,
}

fn cases(text: &str) -> Vec<Case> {
    let blocks = text.split("=== ").skip(1);
    blocks
        .map(|block| {
            let mut lines = block
                .lines()
                .filter(|l| !l.trim().is_empty() && !l.starts_with('#'));
            let mut next = || lines.next().expect("title, fields, expression").to_owned();
            let (title, fields, expression) = (next(), next(), next());
            let lines = lines
                .map(|line| {
                    let (data, answer) = line.rsplit_once(" => ").expect("data => answer");
                    (data.to_owned(), answer.to_owned())
                })
                .collect();
            Case {
                title,
                fields,
                expression,
                lines,
            }
        })
        .collect()
}

/// A field's value as the oracle's tree.
fn given(ty: &Ty, value: &Json) -> Given {
    let text = || value.as_str().expect("a text").to_owned();
    let days = |text: &str| {
        let mut parts = text.split('-').map(|p| p.parse::<i64>().expect("digits"));
        let mut next = || parts.next().expect("a part");
        calendar::day(next(), next(), next()).expect("a date")
    };
    match (ty.present(), value) {
        (_, Json::Null) => Given::Null,
        (Ty::Int, _) => Given::Int(value.as_i64().expect("an int")),
        (Ty::Decimal, _) => Given::Decimal(number::parse(&text()), true),
        (Ty::Money(_), _) => Given::Money(number::parse(&text())),
        (Ty::Date, _) => Given::Date(days(&text())),
        (Ty::DateTime, _) => {
            let text = text();
            let (date, rest) = text.split_once('T').expect("an instant");
            let clock = rest.trim_end_matches('Z');
            let (clock, ms) = clock.split_once('.').unwrap_or((clock, "0"));
            let parts: Vec<i64> = clock
                .split(':')
                .map(|p| p.parse().expect("digits"))
                .collect();
            let ms: i64 = ms.parse().expect("milliseconds");
            let seconds = (parts[0] * 60 + parts[1]) * 60 + parts[2];
            Given::Instant(days(date) * 86_400_000 + seconds * 1_000 + ms)
        }
        (Ty::Duration, _) => Given::Duration(milliseconds(&text())),
        (Ty::List(item), Json::Array(items)) => {
            Given::List(items.iter().map(|i| given(item, i)).collect())
        }
        other => panic!("no such field in these cases: {other:?}"),
    }
}

/// `PT5S`, `P3D`: one unit is enough here.
fn milliseconds(text: &str) -> i64 {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (digits, unit) = text.split_at(text.len() - 1);
    let digits: i64 = digits
        .trim_start_matches(['P', 'T'])
        .parse()
        .expect("digits");
    sign * digits
        * match unit {
            "D" => 86_400_000,
            "H" => 3_600_000,
            "M" => 60_000,
            _ => 1_000,
        }
}

fn check(case: &Case) -> Vec<String> {
    let text = format!(
        "ruleset edges\ntimezone \"Europe/London\"\ncontext {{ {} }}\nlet x = {}",
        case.fields, case.expression
    );
    let rules = Ruleset::from_text(&text).unwrap_or_else(|e| panic!("{}: {e}", case.title));
    let program = rules.program();
    let id = program.find("x").expect("x");
    let decider = rules.decision::<Json>("x").expect("x is decided");
    let mut wrong = Vec::new();
    for (data, answer) in &case.lines {
        let json: Json = serde_json::from_str(data).expect("JSON");
        let fields = program.inputs().iter().filter_map(|input| {
            let value = json.get(&input.name)?;
            Some((input.name.clone(), given(&input.ty, value)))
        });
        let context = Given::Record(fields.collect());
        let facts = Facts {
            events: &[],
            context: &context,
            touchpoint: &Given::Record(vec![]),
            now: 0,
        };
        let told = |value: &Json| match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let reference = match reference::decide(program, facts, id) {
            Ok(answer) => told(&expected::json(program, &program.def(id).ty, &answer.value)),
            Err(failure) => match failure.kind {
                Overflow::Int | Overflow::Decimal => "overflow".to_owned(),
                Overflow::Calendar => "calendar overflow".to_owned(),
            },
        };
        let built = rules.context().json(data).and_then(|b| b.build());
        let engine = match decider.decide(&built.unwrap_or_else(|e| panic!("{}: {e}", case.title)))
        {
            Ok(decision) => told(decision.value()),
            Err(error) => match error.kind() {
                ErrorKind::Evaluation { what, .. } if what.contains("years") => {
                    "calendar overflow".to_owned()
                }
                ErrorKind::Evaluation { .. } => "overflow".to_owned(),
                other => panic!("{other:?}"),
            },
        };
        if [&reference, &engine] != [answer, answer] {
            wrong.push(format!(
                "{}: {} on {data}\n  the case says {answer}\n  the reference {reference}\n  the engine    {engine}",
                case.title, case.expression
            ));
        }
    }
    wrong
}

#[test]
fn edges() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/arithmetic");
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in std::fs::read_dir(folder).expect("the cases") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
        for case in cases(&text) {
            count += case.lines.len();
            wrong.extend(check(&case));
        }
    }
    assert!(count > 100, "only {count} lines");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
