//! An answer of the reference as a host sees it.

use super::number;
use super::reference::{Answer, Fit, Val};
use pervade::internals::hir::{DefKind, DefId, Program, Ty};
use serde_json::{Map, Value as Json};

/// The value as JSON: decimals as strings, members by name, missing as null.
pub fn json(program: &Program, ty: &Ty, value: &Val) -> Json {
    match (ty.present(), value) {
        (_, Val::Missing) => Json::Null,
        (_, Val::Bool(b)) => Json::Bool(*b),
        (_, Val::Int(n)) => Json::from(number::int(n).expect("an int")),
        (_, Val::Decimal(d)) => Json::String(number::print(d)),
        (_, Val::Text(t)) => Json::String(t.clone()),
        (Ty::Enum(id), Val::Member(m)) => Json::String(program.enumeration(*id).members[*m].clone()),
        (Ty::List(item), Val::List(items)) => items.iter().map(|i| json(program, item, i)).collect(),
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

/// Label and reason of what fitted.
pub fn reason(program: &Program, id: DefId, answer: &Answer) -> (Option<String>, Option<String>) {
    match (&program.def(id).kind, &answer.fit) {
        (DefKind::Decision(rules) | DefKind::Classify(rules), Fit::At(place)) => {
            (rules[*place].label.clone(), rules[*place].because.clone())
        }
        (DefKind::Table(table), Fit::At(place)) => (None, table.rows[*place].because.clone()),
        (DefKind::Table(table), Fit::Otherwise) => {
            let rule = table.otherwise.as_ref().expect("an otherwise");
            (rule.label.clone(), rule.because.clone())
        }
        _ => (None, None),
    }
}

/// The paths of the inputs read, sorted.
pub fn depends_on(program: &Program, answer: &Answer) -> Vec<String> {
    let mut paths: Vec<String> = answer.read.iter().map(|id| program.input(*id).path.clone()).collect();
    paths.sort();
    paths
}
