//! Assertions on rules for tests written in Rust: [`Scenario`].
//!
//! Facts are put together as JSON and bound as any host's data; each assertion decides on them and panics with the
//! explanation where the rules say otherwise.

mod events;

use super::asked::{Answer, ask};
use super::facts::Facts;
use super::given::Given;
use super::run::{Wrong, because, by, differing, differs, explain, on_channel};
use crate::engine::output::Typed;
use crate::engine::{Context, History, Ruleset};
use crate::eval::View;
use crate::explain::told;
use crate::hir::{DefId, Program, Ty};
use crate::value::{Value, calendar};
use chrono::DateTime;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::HashSet;
use std::fmt;

/// A scenario: what is given to the rules, and then what they are to decide.
///
/// ```
/// # let rules = pervade::Ruleset::from_text(
/// #     "ruleset demo context { age: int } decision price -> decimal { child: when age < 12 => 4.50 otherwise => 9 }",
/// # )?;
/// pervade::testing::scenario(&rules)
///     .given(r#"{ "age": 9 }"#)
///     .decides("price", 4.5)
///     .by("child");
/// # Ok::<(), pervade::Error>(())
/// ```
pub fn scenario(rules: &Ruleset) -> Scenario {
    Scenario {
        rules: rules.clone(),
        now: None,
        facts: Facts::default(),
        touchpoint: Facts::default(),
        history: rules.history(),
        last: None,
    }
}

/// A scenario under way; from [`scenario`]. What is given holds for the assertions behind it; what is given later wins.
#[derive(Clone)]
pub struct Scenario {
    rules: Ruleset,
    now: Option<i64>,
    facts: Facts,
    touchpoint: Facts,
    /// What the customer did.
    history: History,
    /// What was decided last.
    last: Option<DefId>,
}

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scenario")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl Scenario {
    /// The instant of the decision, in ISO 8601 with its offset.
    ///
    /// # Panics
    /// It is no instant.
    ///
    /// ```
    /// # let rules = pervade::Ruleset::from_text(
    /// #     "ruleset demo let open = now >= 2026-03-06T10:00:00Z",
    /// # )?;
    /// pervade::testing::scenario(&rules)
    ///     .now("2026-03-06T18:00:00Z")
    ///     .decides("open", true);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[track_caller]
    pub fn now(mut self, instant: &str) -> Self {
        match calendar::parse_datetime(instant) {
            Ok(ms) => self.now = Some(ms),
            Err(_) => stop(&format!(
                "`{instant}` is no instant: write it with its offset, `2026-03-06T18:00:00Z`"
            )),
        }
        self
    }

    /// Fields of the context, from a JSON object; those it does not name stay as they are.
    ///
    /// # Panics
    /// It is no JSON object.
    ///
    /// ```
    /// # let rules = pervade::Ruleset::from_text("ruleset demo context { a: int, b: int } let sum = a + b")?;
    /// pervade::testing::scenario(&rules)
    ///     .given(r#"{ "a": 1, "b": 2 }"#)
    ///     .given(r#"{ "b": 4 }"#)
    ///     .decides("sum", 5);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[track_caller]
    pub fn given(mut self, facts: &str) -> Self {
        match Facts::read(facts) {
            Ok(facts @ Facts::Object(_)) => self.facts.put(facts),
            Ok(Facts::Text(_)) => {
                stop("the facts are no JSON object: write `{ \"field\": value }`")
            }
            Err(error) => stop(&format!("the facts are no JSON: {error}")),
        }
        self
    }

    /// One field, by its dotted path; of the touchpoint as `touchpoint.source`.
    ///
    /// # Panics
    /// The value refuses to be serialised.
    ///
    /// ```
    /// # let rules = pervade::Ruleset::from_text(
    /// #     "ruleset demo context { customer: { age: int, name: string? } } segment adult = customer.age >= 18",
    /// # )?;
    /// let ann = pervade::testing::scenario(&rules).given(r#"{ "customer": { "age": 30 } }"#);
    /// ann.clone().decides("adult", true);
    /// ann.but("customer.age", 17).decides("adult", false);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[track_caller]
    pub fn but(mut self, path: &str, value: impl Serialize) -> Self {
        let text = serde_json::to_string(&value);
        match text.and_then(|text| Facts::read(&text)) {
            Err(error) => stop(&format!("the value of `{path}` can't be written: {error}")),
            Ok(value) => match path.strip_prefix("touchpoint.") {
                Some(path) => self.touchpoint.put(Facts::at(path, value)),
                None => self.facts.put(Facts::at(path, value)),
            },
        }
        self
    }

    /// The channel.
    ///
    /// ```
    /// # let rules = pervade::Ruleset::from_text(
    /// #     "ruleset demo touchpoint { channel: enum { web, kiosk } } segment spoken = touchpoint.channel == kiosk",
    /// # )?;
    /// pervade::testing::scenario(&rules).on("kiosk").decides("spoken", true);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[track_caller]
    pub fn on(self, channel: &str) -> Self {
        self.but("touchpoint.channel", channel)
    }

    /// The context as it is given so far.
    ///
    /// # Panics
    /// It does not fit the ruleset's declarations.
    ///
    /// ```
    /// # let rules = pervade::Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?;
    /// let context = pervade::testing::scenario(&rules).but("age", 18).context();
    /// assert!(rules.decision::<bool>("adult")?.decide(&context)?.into_value());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    #[track_caller]
    pub fn context(&self) -> Context {
        let (mut facts, mut touchpoint) = (String::new(), String::new());
        self.facts.write(&mut facts);
        self.touchpoint.write(&mut touchpoint);
        let built = self.rules.context().history(&self.history);
        let built = built.facts_json(&facts);
        let built = built.and_then(|builder| builder.touchpoint_json(&touchpoint));
        let now = self.now.and_then(DateTime::from_timestamp_millis);
        let built = built.map(|builder| match now {
            Some(now) => builder.now(now),
            None => builder,
        });
        match built.and_then(|builder| builder.build()) {
            Ok(context) => context,
            Err(error) => stop(&error.to_string()),
        }
    }

    /// What a decision, table, score or other definition gives: anything that serialises to the same data. A decimal
    /// or amount may be expected as a number or as its text.
    ///
    /// # Panics
    /// It gives something else; the message explains it.
    ///
    /// ```
    /// # let rules = pervade::Ruleset::from_text(
    /// #     "ruleset demo context { vip: bool } decision offer -> { rate: decimal, gift: string? } {
    /// #         when vip => { rate: 15%, gift: \"popcorn\" } otherwise => { rate: 0 }
    /// #      }",
    /// # )?;
    /// #[derive(serde::Serialize)]
    /// struct Offer { rate: f64, gift: Option<&'static str> }
    ///
    /// pervade::testing::scenario(&rules)
    ///     .but("vip", true)
    ///     .decides("offer", Offer { rate: 0.15, gift: Some("popcorn") });
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[track_caller]
    pub fn decides(mut self, name: &str, expected: impl Serialize) -> Self {
        let def = self.definition(name);
        self.last = Some(def);
        let expected = match serde_json::to_value(&expected) {
            Ok(expected) => expected,
            Err(error) => stop(&format!(
                "what is expected of `{name}` can't be written: {error}"
            )),
        };
        let given = self.given_now();
        let answer = self.answer(&given, def);
        let program = self.program();
        let ty = &program.def(def).ty;
        if !gives(program, ty, &answer.value, &expected) {
            let mut wrong = Wrong {
                found: vec![format!(
                    "`{name}` is {}",
                    told(self.rules.inner(), def, &answer.value)
                )],
                ..Wrong::default()
            };
            explain(self.rules.inner(), &given, def, &mut wrong);
            stop(&format!("expected `{name}` to be {expected}\n{wrong}"));
        }
        self
    }

    /// The label of the rule that gave what was decided last.
    ///
    /// # Panics
    /// Another rule gave it; or nothing was decided before.
    ///
    /// ```
    /// # let rules = pervade::Ruleset::from_text(
    /// #     "ruleset demo context { vip: bool } decision rate -> int { loyal: when vip => 15 otherwise => 0 }",
    /// # )?;
    /// pervade::testing::scenario(&rules).but("vip", true).decides("rate", 15).by("loyal");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[track_caller]
    pub fn by(self, label: &str) -> Self {
        let (def, given) = (self.decided(), self.given_now());
        let answer = self.answer(&given, def);
        if let Some(wrong) = by(self.rules.inner(), &given, def, &answer, label) {
            let name = self.rules.inner().def_name(def);
            stop(&format!("expected `{name}` by `{label}`\n{wrong}"));
        }
        self
    }

    /// The reason for what was decided last, as it is told.
    ///
    /// # Panics
    /// The reason is another, or there is none; or nothing was decided before.
    ///
    /// ```
    /// # let rules = pervade::Ruleset::from_text(
    /// #     "ruleset demo context { vip: bool } decision rate -> int {
    /// #         when vip => 15 because \"loyal customers pay less\" otherwise => 0 }",
    /// # )?;
    /// pervade::testing::scenario(&rules)
    ///     .but("vip", true)
    ///     .decides("rate", 15)
    ///     .because("loyal customers pay less");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[track_caller]
    pub fn because(self, reason: &str) -> Self {
        let (def, given) = (self.decided(), self.given_now());
        let answer = self.answer(&given, def);
        if let Some(wrong) = because(self.rules.inner(), &given, def, &answer, reason) {
            let name = self.rules.inner().def_name(def);
            stop(&format!("expected `{name}` because \"{reason}\"\n{wrong}"));
        }
        self
    }

    /// That a definition gives the same value, for the same reason, on every channel.
    ///
    /// # Panics
    /// Two channels differ: the message names both, with their values; or the ruleset has no channels.
    ///
    /// ```
    /// # let rules = pervade::Ruleset::from_text(
    /// #     "ruleset demo context { vip: bool } touchpoint { channel: enum { web, kiosk } }
    /// #      decision rate -> int { when vip => 15 otherwise => 0 }",
    /// # )?;
    /// pervade::testing::scenario(&rules).but("vip", true).on("web").same_on_every_channel("rate");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[track_caller]
    pub fn same_on_every_channel(self, name: &str) -> Self {
        let def = self.definition(name);
        let program = self.program();
        let channel = self.rules.schema().path("touchpoint.channel");
        let members = channel.map(|id| (id, program.input(id).ty.present()));
        let Some((channel, Ty::Enum(members))) = members else {
            stop("the ruleset has no channels")
        };
        let given = match self.touchpoint {
            // Any channel will do: each is set below.
            Facts::Object(ref fields) if !fields.contains_key("channel") => {
                let members = &program.enumeration(*members).members;
                let first = members.first().map_or("", String::as_str);
                self.clone().on(first).given_now()
            }
            _ => self.given_now(),
        };
        let mut first: Option<(&str, Answer, Given)> = None;
        for (member, number) in program.enumeration(*members).members.iter().zip(0..) {
            let mut here = on_channel(&given, channel, number);
            let answer = self.answer(&here, def);
            match &mut first {
                None => first = Some((member, answer, here)),
                Some((other, known, there)) if differs(known, &answer) => {
                    let pair = [(*other, &*known, there), (member, &answer, &mut here)];
                    let wrong = differing(self.rules.inner(), def, pair);
                    stop(&format!(
                        "expected `{name}` to be the same on every channel\n{wrong}"
                    ));
                }
                Some(_) => {}
            }
        }
        self
    }

    fn program(&self) -> &Program {
        &self.rules.schema().program
    }

    #[track_caller]
    fn definition(&self, name: &str) -> DefId {
        let program = self.program();
        if let Some(def) = program.find(name) {
            return def;
        }
        let names = program.declared().iter().map(|d| d.name.as_str());
        let near = crate::diagnostic::nearest(name, names);
        let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        stop(&format!(
            "there is no decision `{name}` in `{}`{near}",
            program.name()
        ))
    }

    #[track_caller]
    fn decided(&self) -> DefId {
        match self.last {
            Some(def) => def,
            None => stop("nothing was decided yet: write `.decides(…)` before this"),
        }
    }

    #[track_caller]
    fn given_now(&self) -> Given {
        let (None, Some(now)) = (self.now, self.program().now()) else {
            return Given {
                inputs: self.context().inputs().clone(),
                lacking: HashSet::new(),
            };
        };
        // Time that is not given is lacking only where it is asked for.
        let timed = Scenario {
            now: Some(0),
            ..self.clone()
        };
        let mut inputs = timed.context().inputs().clone();
        inputs.set_missing(now);
        Given {
            inputs,
            lacking: HashSet::from([now]),
        }
    }

    #[track_caller]
    fn answer(&self, given: &Given, def: DefId) -> Answer {
        let inner = self.rules.inner();
        let asked = ask(inner, &given.inputs, def);
        match super::run::usable(inner, given, asked) {
            Ok(answer) => answer,
            Err(why) => stop(&format!("`{}` is not decided: {why}", inner.def_name(def))),
        }
    }
}

/// Whether a value is what was expected, in the data that hosts receive.
fn gives(program: &Program, ty: &Ty, value: &Value, expected: &Json) -> bool {
    match (ty.present(), value, expected) {
        (_, Value::Missing, expected) => expected.is_null(),
        (_, Value::Decimal(known), Json::Number(number)) => {
            number_text(&number.to_string()) == Some(*known)
        }
        (_, Value::Decimal(known), Json::String(text)) => number_text(text) == Some(*known),
        (Ty::Record(id), Value::Record(fields), Json::Object(given)) => {
            let record = program.record(*id);
            let known: HashSet<&str> = record.fields.iter().map(|f| f.name.as_str()).collect();
            let fits = record
                .fields
                .iter()
                .zip(fields.iter())
                .all(|(field, value)| {
                    let expected = given.get(&field.name).unwrap_or(&Json::Null);
                    gives(program, &field.ty, value, expected)
                });
            fits && given.keys().all(|name| known.contains(name.as_str()))
        }
        (Ty::List(item), Value::List(items), Json::Array(given)) => {
            let mut pairs = items.iter().zip(given);
            items.len() == given.len() && pairs.all(|(value, e)| gives(program, item, value, e))
        }
        (ty, value, expected) => {
            let view = View::of(value);
            let typed = Typed { program, ty, view };
            serde_json::to_value(typed).is_ok_and(|data| data == *expected)
        }
    }
}

fn number_text(text: &str) -> Option<Decimal> {
    let read = text
        .parse::<Decimal>()
        .or_else(|_| Decimal::from_scientific(text));
    read.ok().map(|number| number.normalize())
}

#[expect(clippy::panic, reason = "an assertion panics")]
#[track_caller]
fn stop(text: &str) -> ! {
    panic!("{text}")
}
