//! The types of a ruleset as JSON Schema, draft 2020-12.
//!
//! A field may be null exactly where it may be left out, since a context takes the one for the other. Types of single
//! values stand in `$defs` under the language's own words, results behind `result:`, as far as they are used.

use super::json::Json;
use super::model::{Field, Model, Way, prose};
use super::names::{Names, Taken};
use super::pattern;
use crate::engine::output::Typed;
use crate::eval::View;
use crate::hir::{Bounds, Currency, RecordId, Ty};
use crate::value::{currency, zone};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Names of `$defs` that types of authors don't get.
const RESERVED: [&str; 13] = [
    "int",
    "decimal",
    "date",
    "time",
    "datetime",
    "duration",
    "elapsed",
    "timezone",
    "geo",
    "latitude",
    "longitude",
    "touchpoint",
    "event",
];

pub(super) fn write(model: &Model<'_>) -> String {
    let mut taken = Taken::with(&RESERVED);
    let written = |name: &str| name.to_owned();
    let names = Names::new(model, &mut taken, |_| true, written, ":result");
    let mut writer = Writer {
        model,
        names,
        used: BTreeSet::new(),
        in_event: false,
    };
    writer.all().write()
}

/// A type of single values that stands in `$defs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Single {
    Int,
    Decimal,
    DecimalResult,
    Money(u16),
    EventDecimal,
    EventMoney(u16),
    Date,
    Time,
    DateTime,
    Duration,
    Elapsed,
    Zone,
    Geo,
    GeoResult,
    Latitude,
    Longitude,
}

struct Writer<'m, 'r> {
    model: &'m Model<'r>,
    names: Names,
    used: BTreeSet<Single>,
    /// Whether it is a field of an event that is written.
    in_event: bool,
}

fn reference(name: &str) -> Json {
    let mut path = String::from("#/$defs/");
    for letter in name.chars() {
        match letter {
            '<' => path.push_str("%3C"),
            '>' => path.push_str("%3E"),
            letter => path.push(letter),
        }
    }
    Json::object([("$ref", Json::text(path))])
}

fn typed(name: &str) -> Json {
    Json::object([("type", Json::text(name))])
}

fn text_like(pattern: String) -> Json {
    typed("string").with("pattern", Json::text(pattern))
}

/// The same, or null.
fn or_null(schema: Json) -> Json {
    let null = || Json::text("null");
    let Json::Object(mut fields) = schema else {
        return schema;
    };
    if let Some((name, ty)) = fields.first_mut()
        && name == "type"
    {
        match ty {
            Json::List(types) => types.push(null()),
            one => *one = Json::List(vec![one.clone(), null()]),
        }
        return Json::Object(fields);
    }
    let ways = vec![Json::Object(fields), typed("null")];
    Json::object([("anyOf", Json::List(ways))])
}

impl Writer<'_, '_> {
    fn all(&mut self) -> Json {
        let model = self.model;
        let mut fields: Vec<(String, Json, bool)> = Vec::new();
        for field in &model.context {
            fields.push(self.field(field, Way::In));
        }
        let needed = model
            .touchpoint
            .iter()
            .any(|field| model.is_required(field));
        let touchpoint = match needed {
            true => reference("touchpoint"),
            false => or_null(reference("touchpoint")),
        };
        fields.push(("touchpoint".to_owned(), touchpoint, needed));
        let now = self.single(Single::DateTime);
        let now = if model.now { now } else { or_null(now) };
        fields.push(("now".to_owned(), now, model.now));
        let nothing_needed = fields.iter().all(|(_, _, needed)| !needed);
        let mut whole = Json::object([
            ("$schema", Json::text(DIALECT)),
            ("title", Json::text(model.program.name())),
        ]);
        whole = described(whole, model.program.docs());
        let object = object(fields);
        let object = if nothing_needed {
            or_null(object)
        } else {
            object
        };
        if let Json::Object(parts) = object {
            for (name, part) in parts {
                whole = whole.with(&name, part);
            }
        }
        let defs = self.defs();
        whole.with("$defs", Json::Object(defs))
    }

    /// What stands in `$defs`; the single values last, since only then all of them are known.
    fn defs(&mut self) -> Vec<(String, Json)> {
        let model = self.model;
        let touchpoint = model
            .touchpoint
            .iter()
            .map(|field| self.field(field, Way::In));
        let touchpoint = object(touchpoint.collect());
        let mut defs = vec![("touchpoint".to_owned(), touchpoint)];
        for way in [Way::In, Way::Out] {
            for (id, record) in model.records(way) {
                let schema = described(self.record(id, way), &record.docs);
                defs.push((self.names.record(id, way).to_owned(), schema));
            }
        }
        for (id, it) in model.enums() {
            let members = it.members.iter().map(Json::text).collect();
            let schema = Json::object([("enum", Json::List(members))]);
            let schema = described(schema, &it.docs);
            defs.push((self.names.enumeration(id).to_owned(), schema));
        }
        defs.extend(self.events());
        for def in &model.decisions {
            let schema = self.ty(def.ty.present(), None, Way::Out);
            let schema = match def.ty.is_optional() {
                true => or_null(schema),
                false => schema,
            };
            defs.push((
                format!("decision:{}", def.name),
                described(schema, &def.docs),
            ));
        }
        // Amounts and places are made of others, which are written behind them.
        let mut written = BTreeSet::new();
        while let Some(single) = self.used.difference(&written).next().copied() {
            written.insert(single);
            let schema = self.single_schema(single);
            defs.push((single_name(single), schema));
        }
        defs
    }

    /// Each type of events, and any of them.
    fn events(&mut self) -> Vec<(String, Json)> {
        let model = self.model;
        let (mut defs, mut any) = (Vec::new(), Vec::new());
        for (number, event) in model.events().iter().enumerate() {
            let tag = Json::object([("const", Json::text(&event.name))]);
            let mut fields = vec![("type".to_owned(), tag, true)];
            for field in model.event_fields(number) {
                fields.push(self.event_field(&field));
            }
            let name = format!("event:{}", event.name);
            any.push(reference(&name));
            defs.push((name, described(object(fields), &event.docs)));
        }
        if !any.is_empty() {
            let any = Json::object([("oneOf", Json::List(any))]);
            defs.push(("event".to_owned(), any));
        }
        defs
    }

    /// A field of an event. Its own numbers are such that sums are exact.
    fn event_field(&mut self, field: &Field<'_>) -> (String, Json, bool) {
        match field.name {
            "id" => {
                let id = typed("string").with("minLength", Json::raw(1));
                ("id".to_owned(), id, true)
            }
            "seq" => {
                let seq = or_null(integer(0, i64::MAX));
                ("seq".to_owned(), seq, false)
            }
            _ => {
                self.in_event = true;
                let field = self.field(field, Way::In);
                self.in_event = false;
                field
            }
        }
    }

    fn record(&mut self, id: RecordId, way: Way) -> Json {
        let fields = self.model.fields(id);
        object(fields.iter().map(|field| self.field(field, way)).collect())
    }

    /// A field: its name, its schema, and whether it must be there.
    fn field(&mut self, field: &Field<'_>, way: Way) -> (String, Json, bool) {
        let (needed, nullable) = match way {
            Way::In => {
                let needed = self.model.is_required(field);
                (needed, !needed)
            }
            Way::Out => (true, field.ty.is_optional()),
        };
        let mut schema = self.ty(
            field.ty.present(),
            field.range.filter(|_| way == Way::In),
            way,
        );
        if nullable {
            schema = or_null(schema);
        }
        schema = described(schema, field.docs);
        if let (Some(default), Way::In) = (field.default, way) {
            let typed = Typed {
                program: self.model.program,
                ty: field.ty,
                view: View::of(default),
            };
            // What is too large to be written is left out.
            if let Ok(text) = serde_json::to_string(&typed) {
                schema = schema.with("default", Json::Raw(text));
            }
        }
        (field.name.to_owned(), schema, needed)
    }

    /// A type, optional ones as their present form.
    fn ty(&mut self, ty: &Ty, range: Option<&Bounds>, way: Way) -> Json {
        match (ty, way) {
            (Ty::Bool, _) => typed("boolean"),
            (Ty::Text, _) => typed("string"),
            (Ty::Int, _) => match range {
                Some(bounds) => integer(bounds.low, bounds.high),
                None => self.single(Single::Int),
            },
            (Ty::Decimal, Way::In) => {
                let decimal = self.single(match self.in_event {
                    true => Single::EventDecimal,
                    false => Single::Decimal,
                });
                range.map_or(decimal.clone(), |bounds| bounded(decimal, bounds))
            }
            (Ty::Decimal | Ty::Money(_), Way::Out) => self.single(Single::DecimalResult),
            (Ty::Money(Currency(code)), Way::In) => self.single(match self.in_event {
                true => Single::EventMoney(*code),
                false => Single::Money(*code),
            }),
            (Ty::Distance, _) => self.single(Single::Int),
            (Ty::Date, _) => self.single(Single::Date),
            (Ty::Time, _) => self.single(Single::Time),
            (Ty::DateTime, _) => self.single(Single::DateTime),
            (Ty::Duration, _) => self.single(Single::Duration),
            (Ty::Elapsed, _) => self.single(Single::Elapsed),
            (Ty::Zone, _) => self.single(Single::Zone),
            (Ty::Geo, Way::In) => self.single(Single::Geo),
            (Ty::Geo, Way::Out) => self.single(Single::GeoResult),
            (Ty::Enum(id), _) => reference(self.names.enumeration(*id)),
            (Ty::Record(id), way) => reference(self.names.record(*id, way)),
            (Ty::List(item), way) => {
                // What lies in lists is not summed.
                let in_event = std::mem::replace(&mut self.in_event, false);
                let items = self.ty(item.present(), None, way);
                self.in_event = in_event;
                typed("array").with("items", items)
            }
            (Ty::Optional(inner), way) => self.ty(inner, range, way),
            (Ty::Stream(_) | Ty::Never | Ty::Error, _) => typed("null"),
        }
    }

    fn single(&mut self, single: Single) -> Json {
        self.used.insert(single);
        reference(&single_name(single))
    }

    fn single_schema(&mut self, single: Single) -> Json {
        match single {
            Single::Int => integer(i64::MIN, i64::MAX),
            Single::Decimal => decimal(),
            Single::DecimalResult => text_like(pattern::decimal()),
            Single::Money(code) => self.money(Single::Decimal, code),
            Single::EventDecimal => {
                let most = Decimal::from_i128_with_scale(10_i128.pow(19), 0);
                self.single(Single::Decimal)
                    .with("exclusiveMinimum", Json::raw(-most))
                    .with("exclusiveMaximum", Json::raw(most))
                    .with("pattern", Json::text(pattern::summed()))
            }
            Single::EventMoney(code) => self.money(Single::EventDecimal, code),
            Single::Date => text_like(pattern::date()).with("format", Json::text("date")),
            Single::Time => text_like(pattern::time()),
            Single::DateTime => {
                let edge = Json::object([("pattern", Json::text(pattern::edge_of_calendar()))]);
                text_like(pattern::datetime()).with("not", edge)
            }
            Single::Duration => text_like(pattern::duration()),
            Single::Elapsed => text_like(pattern::elapsed()),
            Single::Zone => {
                let zones = (0..zone::count()).map(|zone| Json::text(zone::name(zone)));
                Json::object([("enum", Json::List(zones.collect()))])
            }
            Single::Geo => self.place(),
            Single::GeoResult => {
                let degrees = self.single(Single::DecimalResult);
                let parts = ["lat", "lon"].map(|name| (name.to_owned(), degrees.clone(), true));
                object(parts.into())
            }
            Single::Latitude => self.degrees(90),
            Single::Longitude => self.degrees(180),
        }
    }

    fn money(&mut self, amount: Single, code: u16) -> Json {
        let amount = self.single(amount);
        let currency = Json::object([("const", Json::text(currency::code(code)))]);
        let parts = vec![
            ("amount".to_owned(), amount.clone(), true),
            ("currency".to_owned(), currency, true),
        ];
        Json::object([("anyOf", Json::List(vec![amount, object(parts)]))])
    }

    fn degrees(&mut self, most: u32) -> Json {
        let bounds = Bounds {
            low: Decimal::from_parts(most, 0, 0, true, 0),
            high: Decimal::from(most),
            open: false,
        };
        bounded(self.single(Single::Decimal), &bounds)
    }

    fn place(&mut self) -> Json {
        let (lat, lon) = (
            self.single(Single::Latitude),
            self.single(Single::Longitude),
        );
        let parts = vec![
            ("lat".to_owned(), lat.clone(), true),
            ("lon".to_owned(), lon.clone(), true),
        ];
        let pair = typed("array")
            .with("prefixItems", Json::List(vec![lat, lon]))
            .with("minItems", Json::raw(2))
            .with("maxItems", Json::raw(2));
        Json::object([("anyOf", Json::List(vec![object(parts), pair]))])
    }
}

fn single_name(single: Single) -> String {
    let word = match single {
        Single::Int => "int",
        Single::Decimal => "decimal",
        Single::DecimalResult => "decimal:result",
        Single::Money(code) => return format!("money<{}>", currency::code(code)),
        Single::EventDecimal => "decimal:event",
        Single::EventMoney(code) => return format!("money<{}>:event", currency::code(code)),
        Single::Date => "date",
        Single::Time => "time",
        Single::DateTime => "datetime",
        Single::Duration => "duration",
        Single::Elapsed => "elapsed",
        Single::Zone => "timezone",
        Single::Geo => "geo",
        Single::GeoResult => "geo:result",
        Single::Latitude => "latitude",
        Single::Longitude => "longitude",
    };
    word.to_owned()
}

/// An object with these fields and no others.
fn object(fields: Vec<(String, Json, bool)>) -> Json {
    let needed = fields.iter().filter(|(_, _, needed)| *needed);
    let needed: Vec<Json> = needed.map(|(name, _, _)| Json::text(name)).collect();
    let fields = fields.into_iter().map(|(name, schema, _)| (name, schema));
    let mut object = typed("object").with("properties", Json::Object(fields.collect()));
    if !needed.is_empty() {
        object = object.with("required", Json::List(needed));
    }
    object.with("additionalProperties", Json::raw(false))
}

fn described(schema: Json, docs: &[String]) -> Json {
    let lines: Vec<String> = prose(docs).collect();
    match lines.is_empty() {
        true => schema,
        false => schema.with("description", Json::Text(lines.join("\n"))),
    }
}

fn integer(low: impl ToString, high: impl ToString) -> Json {
    typed("integer")
        .with("minimum", Json::raw(low))
        .with("maximum", Json::raw(high))
}

/// A number, or a text of digits that fit.
fn decimal() -> Json {
    let pattern = |pattern: String| Json::object([("pattern", Json::text(pattern))]);
    let places = pattern(pattern::places());
    let both = places.with("allOf", Json::List(vec![pattern(pattern::coefficient())]));
    let ways = vec![pattern(pattern::whole_decimal()), both];
    let types = vec![Json::text("number"), Json::text("string")];
    Json::object([
        ("type", Json::List(types)),
        ("minimum", Json::raw(Decimal::MIN)),
        ("maximum", Json::raw(Decimal::MAX)),
        ("pattern", Json::text(pattern::decimal())),
        ("anyOf", Json::List(ways)),
    ])
}

/// A decimal within bounds.
fn bounded(decimal: Json, bounds: &Bounds) -> Json {
    let most = if bounds.open {
        "exclusiveMaximum"
    } else {
        "maximum"
    };
    let mut schema = decimal
        .with("minimum", Json::raw(bounds.low))
        .with(most, Json::raw(bounds.high));
    let mut patterns = pattern::within(bounds).into_iter();
    if let Some(first) = patterns.next() {
        schema = schema.with("pattern", Json::Text(first));
    }
    let others = patterns.map(|p| Json::object([("pattern", Json::Text(p))]));
    let others: Vec<Json> = others.collect();
    match others.is_empty() {
        true => schema,
        false => schema.with("allOf", Json::List(others)),
    }
}
