//! An answer of the reference as a host sees it.

use super::calendar;
use super::number;
use super::reference::{self, places};
use super::reference::{Answer, Fit, Val};
use num_bigint::BigInt;
use pervade::internals::hir::{DefId, DefKind, HitPolicy, Program, RecordField, Rule, Ty};
use serde_json::{Map, Value as Json};

/// The value as JSON: decimals, amounts, moments and durations as strings, members by name, missing as null.
pub fn json(program: &Program, ty: &Ty, value: &Val) -> Json {
    match (ty.present(), value) {
        (_, Val::Missing) => Json::Null,
        (_, Val::Bool(b)) => Json::Bool(*b),
        (Ty::Date, Val::Int(n)) => Json::String(calendar::date_text(small(n))),
        (Ty::Time, Val::Int(n)) => Json::String(calendar::time_text(small(n))),
        (Ty::DateTime, Val::Int(n)) => Json::String(calendar::instant_text(small(n))),
        (Ty::Duration, Val::Int(n)) => Json::String(calendar::duration_iso(small(n))),
        (Ty::Geo, Val::Int(n)) => {
            let (lat, lon) = places::degrees(n);
            serde_json::json!({ "lat": lat, "lon": lon })
        }
        (Ty::Zone, Val::Member(m)) => Json::String(calendar::zone(*m).name().to_owned()),
        (_, Val::Int(n)) => Json::from(small(n)),
        (Ty::Money(_), Val::Decimal(d)) => Json::String(reference::amount(program, ty, d).0),
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
                let field: &RecordField = field;
                (field.name.clone(), json(program, &field.ty, value))
            };
            Json::Object(fields.iter().zip(values).map(entry).collect::<Map<_, _>>())
        }
        (ty, value) => panic!("{value:?} is no {ty:?}"),
    }
}

fn small(n: &BigInt) -> i64 {
    number::int(n).expect("an int")
}

/// What the rule or row that fitted is called: its label, else its number from 1, else `otherwise`.
pub fn labels(program: &Program, id: DefId, fit: &Fit) -> Vec<String> {
    let row = |place: &usize| format!("row {}", place + 1);
    match (&program.def(id).kind, fit) {
        (DefKind::Decision(rules) | DefKind::Classify(rules), Fit::At(place)) => {
            vec![rule(rules, *place)]
        }
        (DefKind::Score(score), Fit::Rows(places)) => places
            .iter()
            .map(|place| rule(&score.rules, *place))
            .collect(),
        (DefKind::NextBestAction(choice), Fit::Rows(places)) => places
            .iter()
            .map(|place| choice.candidates[*place].action.name.clone())
            .collect(),
        (DefKind::Table(_), Fit::At(place)) => vec![row(place)],
        (DefKind::Table(_), Fit::Rows(places)) => places.iter().map(row).collect(),
        (DefKind::Table(table), Fit::Otherwise) => {
            let rule = table.otherwise.as_ref().expect("an otherwise");
            vec![rule.label.clone().unwrap_or_else(|| "otherwise".to_owned())]
        }
        _ => vec![],
    }
}

fn rule(rules: &[Rule], place: usize) -> String {
    match (&rules[place].label, rules[place].when) {
        (Some(label), _) => label.clone(),
        (None, Some(_)) => format!("rule {}", place + 1),
        (None, None) => "otherwise".to_owned(),
    }
}

/// Whether one rule or row gives the value.
pub fn is_single(program: &Program, id: DefId) -> bool {
    match &program.def(id).kind {
        DefKind::Table(table) => matches!(
            table.policy,
            HitPolicy::Unique | HitPolicy::First | HitPolicy::Any | HitPolicy::Priority
        ),
        DefKind::Score(_) | DefKind::NextBestAction(_) => false,
        _ => true,
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
