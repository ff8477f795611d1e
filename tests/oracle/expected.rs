//! An answer of the reference as a host sees it.

use super::number;
use super::reference::{Answer, Fit, Val};
use pervade::internals::hir::{DefId, DefKind, Program, Ty};
use serde_json::{Map, Value as Json};

/// The value as JSON: decimals as strings, members by name, missing as null.
pub fn json(program: &Program, ty: &Ty, value: &Val) -> Json {
    match (ty.present(), value) {
        (_, Val::Missing) => Json::Null,
        (_, Val::Bool(b)) => Json::Bool(*b),
        (_, Val::Int(n)) => Json::from(number::int(n).expect("an int")),
        (_, Val::Decimal(d)) => Json::String(number::print(d)),
        (_, Val::Text(t)) => Json::String(t.clone()),
        (Ty::Enum(id), Val::Member(m)) => {
            Json::String(program.enumeration(*id).members[*m].clone())
        }
        (Ty::List(item), Val::List(items)) => {
            items.iter().map(|i| json(program, item, i)).collect()
        }
        (Ty::Record(id), Val::Record(values)) => {
            let fields = &program.record(*id).fields;
            let entry = |(field, value)| {
                let field: &pervade::internals::hir::RecordField = field;
                (field.name.clone(), json(program, &field.ty, value))
            };
            Json::Object(fields.iter().zip(values).map(entry).collect::<Map<_, _>>())
        }
        (ty, value) => panic!("{value:?} is no {ty:?}"),
    }
}

/// What the rule or row that fitted is called: its label, else its number from 1, else `otherwise`.
pub fn labels(program: &Program, id: DefId, fit: &Fit) -> Vec<String> {
    let row = |place: &usize| format!("row {}", place + 1);
    match (&program.def(id).kind, fit) {
        (DefKind::Decision(rules) | DefKind::Classify(rules), Fit::At(place)) => {
            let rule = &rules[*place];
            vec![match (&rule.label, rule.when) {
                (Some(label), _) => label.clone(),
                (None, Some(_)) => format!("rule {}", place + 1),
                (None, None) => "otherwise".to_owned(),
            }]
        }
        (DefKind::Table(_), Fit::At(place)) => vec![row(place)],
        (DefKind::Table(_), Fit::Rows(places)) => places.iter().map(row).collect(),
        (DefKind::Table(table), Fit::Otherwise) => {
            let rule = table.otherwise.as_ref().expect("an otherwise");
            vec![rule.label.clone().unwrap_or_else(|| "otherwise".to_owned())]
        }
        _ => vec![],
    }
}

/// Why, in the author's words.
pub fn because(program: &Program, id: DefId, fit: &Fit) -> Option<String> {
    match (&program.def(id).kind, fit) {
        (DefKind::Decision(rules) | DefKind::Classify(rules), Fit::At(place)) => {
            rules[*place].because.clone()
        }
        (DefKind::Table(table), Fit::At(place)) => table.rows[*place].because.clone(),
        (DefKind::Table(table), Fit::Otherwise) => table.otherwise.as_ref()?.because.clone(),
        _ => None,
    }
}

/// The paths of the inputs read, in declared order.
pub fn depends_on(program: &Program, answer: &Answer) -> Vec<String> {
    answer
        .read
        .iter()
        .map(|id| program.input(*id).path.clone())
        .collect()
}
