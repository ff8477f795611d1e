//! A JSON text is a context or is answered. What is accepted decides the same by every way in: JSON, serde, a used
//! frame, slots; and what it holds, handed out, is accepted again as the same.

use super::answers::Answer;
use super::said;
use super::world::{self, Given, World};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use pervade::{Anything, Context, Decimal, Error, Frame, Member, Zone};
use serde_json::Value as Json;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    world::with(|world| check(world, text));
}

fn check(world: &World, text: &str) {
    let rules = &world.rules;
    for part in [
        rules.context().facts_json(text),
        rules.context().touchpoint_json(text),
    ] {
        if let Err(error) = part.and_then(|c| c.build()) {
            said::check_error(&error);
        }
    }
    let mut frame = world.frame.borrow_mut();
    frame.clear();
    let framed = frame.json(text).and_then(|()| frame.context());
    let lenient = rules.context().lenient().json(text).and_then(|c| c.build());
    let context = match rules.context().json(text).and_then(|c| c.build()) {
        Ok(context) => context,
        Err(error) => return refused(world, &error, framed, lenient),
    };
    let answers = world.deciders.on(&context);
    let same = |how: &str, got: Result<Context, Error>| match got {
        Ok(got) => world.deciders.same(how, &answers, &world.deciders.on(&got)),
        Err(error) => panic!("refused {how}: {error}"),
    };
    same("of a lenient context", lenient);
    same("of a frame's context", framed);
    let within = world.deciders.within(&mut frame);
    world.deciders.same("in a frame", &answers, &within);
    if let Ok(Json::Object(fields)) = serde_json::from_str(text)
        && !fields.values().any(has_float)
    {
        same("through serde", through_serde(world, fields));
    }
    let given = world.given(&answers);
    round_trip(world, &answers, &given);
    by_slots(world, &mut frame, &answers, &given);
    if let Some((_, decider)) = world.deciders.0.get(text.len() % world.deciders.0.len())
        && let Ok(trace) = decider.trace(&context)
    {
        assert!(!trace.to_string().is_empty());
    }
}

/// The error keeps its form; a frame and a lenient context refuse what they must.
fn refused(
    world: &World,
    error: &Error,
    framed: Result<Context, Error>,
    lenient: Result<Context, Error>,
) {
    said::check_error(error);
    for problem in error.problems() {
        if problem.path.starts_with("secret.") {
            let shown = problem.message.contains("found") && !problem.message.contains("‹hidden›");
            assert!(!shown, "shown of a sensitive field: {problem}");
        }
    }
    let only = |what: &[&str]| {
        error
            .problems()
            .iter()
            .all(|p| what.iter().any(|w| p.message.contains(w)))
    };
    match framed {
        Ok(_) => assert!(only(&["twice"]), "a frame takes what is refused: {error}"),
        Err(error) => said::check_error(&error),
    }
    match lenient {
        Ok(context) => {
            assert!(
                only(&["no such field"]),
                "leniency takes more than fields: {error}"
            );
            world.deciders.on(&context);
        }
        Err(error) => said::check_error(&error),
    }
}

/// Numbers that serde_json holds as floats may have lost digits.
fn has_float(value: &Json) -> bool {
    match value {
        Json::Number(n) => n.is_f64(),
        Json::Array(items) => items.iter().any(has_float),
        Json::Object(fields) => fields.values().any(has_float),
        _ => false,
    }
}

fn through_serde(
    world: &World,
    mut fields: serde_json::Map<String, Json>,
) -> Result<Context, Error> {
    let touchpoint = fields.remove("touchpoint");
    let now = fields.remove("now").unwrap_or(Json::Null);
    let mut builder = world.rules.context().facts(&fields)?;
    if let Some(touchpoint) = touchpoint {
        builder = builder.touchpoint(&touchpoint)?;
    }
    builder
        .json(&serde_json::json!({ "now": now }).to_string())?
        .build()
}

/// What a context holds is a context that holds the same. (Of sensitive fields nothing is handed out.)
fn round_trip(world: &World, answers: &[Answer], given: &Given) {
    let text = given.json();
    let again = match world.rules.context().json(&text).and_then(|c| c.build()) {
        Ok(again) => again,
        Err(error) => panic!("handed out and refused: {text}\n{error}"),
    };
    let again = world.deciders.on(&again);
    for (((name, _), before), after) in world.deciders.0.iter().zip(answers).zip(&again) {
        if name.starts_with("out_") || name == "channel" || name == "at" {
            assert_eq!(before, after, "`{name}`, read again from\n{text}");
        }
    }
}

/// The same fields, each set through its slot.
fn by_slots(world: &World, frame: &mut Frame, answers: &[Answer], given: &Given) {
    frame.clear();
    let set = |frame: &mut Frame| -> Result<(), Error> {
        if let Some(now) = given.now.as_str().and_then(|t| t.parse().ok()) {
            frame.set_now(now)?;
        }
        for (path, ty) in &world.fields {
            slot(world, frame, path, ty, given.at(path))?;
        }
        Ok(())
    };
    if let Err(error) = set(frame) {
        panic!("a slot refuses: {error}\n{}", given.json());
    }
    let within = world.deciders.within(frame);
    for (((name, _), before), after) in world.deciders.0.iter().zip(answers).zip(&within) {
        if name.starts_with("out_") || name == "channel" || name == "at" {
            assert_eq!(before, after, "`{name}` by slots, of {}", given.json());
        }
    }
}

fn slot(world: &World, frame: &mut Frame, path: &str, ty: &str, value: &Json) -> Result<(), Error> {
    let rules = &world.rules;
    let anything = || rules.slot::<Anything>(path);
    match (ty, value) {
        (_, Json::Null) => Ok(()),
        // A record with fields is given by them; an empty one as it is.
        (_, Json::Object(fields)) if fields.contains_key("lat") => {
            frame.set_data(&anything()?, value)
        }
        (_, Json::Object(fields)) => match fields.values().all(Json::is_null) {
            true => frame.set_data(&anything()?, value),
            false => Ok(()),
        },
        ("bool", Json::Bool(b)) => frame.set(&rules.slot::<bool>(path)?, *b),
        ("int" | "distance", Json::Number(n)) => {
            frame.set(&rules.slot::<i64>(path)?, n.as_i64().expect("an int"))
        }
        (_, Json::String(text)) => text_slot(world, frame, path, ty, text),
        _ => frame.set_data(&anything()?, value),
    }
}

fn text_slot(
    world: &World,
    frame: &mut Frame,
    path: &str,
    ty: &str,
    text: &str,
) -> Result<(), Error> {
    let rules = &world.rules;
    match ty {
        "string" => frame.set(&rules.slot::<str>(path)?, text),
        "decimal" | "money<GBP>" | "money<JPY>" => {
            let exact = Decimal::from_str_exact(text).expect("a decimal");
            frame.set(&rules.slot::<Decimal>(path)?, exact)
        }
        "date" => {
            let day: NaiveDate = text.parse().expect("a date");
            frame.set(&rules.slot::<NaiveDate>(path)?, day)
        }
        "time" => {
            let clock = ["%H:%M:%S%.f", "%H:%M"];
            let parsed = clock
                .iter()
                .find_map(|f| NaiveTime::parse_from_str(text, f).ok());
            frame.set(&rules.slot::<NaiveTime>(path)?, parsed.expect("a time"))
        }
        "datetime" => {
            let instant: DateTime<Utc> = text.parse().expect("an instant");
            frame.set(&rules.slot::<DateTime<Utc>>(path)?, instant)
        }
        "timezone" => {
            let zone = Zone::find(text).expect("a zone");
            frame.set(&rules.slot::<Zone>(path)?, zone)
        }
        "Tier" | "Level" => {
            let member = rules.member(ty, text)?;
            frame.set(&rules.slot::<Member>(path)?, member)
        }
        _ => frame.set_data(&rules.slot::<Anything>(path)?, text),
    }
}
