//! One ruleset with every type, its handles made once, and what it was given handed out again as JSON.

use super::answers::{Answer, Deciders};
use pervade::{Frame, Ruleset};
use serde_json::{Map, Value as Json};
use std::cell::RefCell;

/// The ruleset, everything it decides, and a frame that has seen all inputs before this one.
pub struct World {
    pub rules: Ruleset,
    pub deciders: Deciders,
    pub frame: RefCell<Frame>,
    /// The fields that can be given, by path, with their types (without range and `?`); records too.
    pub fields: Vec<(String, String)>,
}

impl World {
    fn new() -> Self {
        let rules = match Ruleset::from_text(include_str!("../rules.pvd")) {
            Ok(rules) => rules,
            Err(error) => panic!("{error}"),
        };
        World {
            deciders: Deciders::of(&rules),
            frame: RefCell::new(rules.frame()),
            fields: rules
                .inputs()
                .map(|input| (input.path().to_owned(), plain(&input.type_name())))
                .collect(),
            rules,
        }
    }

    /// The type of a field.
    pub fn type_of(&self, path: &str) -> Option<&str> {
        let (_, name) = self.fields.iter().find(|(p, _)| p == path)?;
        Some(name)
    }

    /// What was given, as its definitions hand it out: the fields of the context by name (all that is not sensitive),
    /// those of the touchpoint, and the instant.
    pub fn given(&self, answers: &[Answer]) -> Given {
        let mut given = Given::default();
        for ((name, _), answer) in self.deciders.0.iter().zip(answers) {
            let Answer::Value(value, ..) = answer else {
                continue;
            };
            match (name.as_str(), name.strip_prefix("out_")) {
                ("channel" | "at", _) => drop(given.touchpoint.insert(name.clone(), value.clone())),
                (_, Some("now")) => given.now = value.clone(),
                (_, Some(field)) => drop(given.context.insert(field.to_owned(), value.clone())),
                _ => {}
            }
        }
        given
    }
}

/// What a context holds.
#[derive(Clone, Debug, Default)]
pub struct Given {
    pub context: Map<String, Json>,
    pub touchpoint: Map<String, Json>,
    pub now: Json,
}

impl Given {
    /// All of it as one JSON object.
    pub fn json(&self) -> String {
        let mut whole = self.context.clone();
        whole.insert(
            "touchpoint".to_owned(),
            Json::Object(self.touchpoint.clone()),
        );
        whole.insert("now".to_owned(), self.now.clone());
        Json::Object(whole).to_string()
    }

    /// What stands at a path.
    pub fn at(&self, path: &str) -> &Json {
        let (map, path) = match path.strip_prefix("touchpoint.") {
            Some(path) => (&self.touchpoint, path),
            None => (&self.context, path),
        };
        let mut parts = path.split('.');
        let first = parts.next().and_then(|name| map.get(name));
        let last = parts.try_fold(first.unwrap_or(&Json::Null), |at, name| at.get(name));
        last.unwrap_or(&Json::Null)
    }
}

/// A type's name without its range and `?`.
fn plain(ty: &str) -> String {
    let first = match ty.starts_with("list<") {
        true => ty,
        false => ty.split(' ').next().unwrap_or(ty),
    };
    first.trim_end_matches('?').to_owned()
}

thread_local! {
    static WORLD: World = World::new();
}

/// Works with the one of this thread.
pub fn with<R>(work: impl FnOnce(&World) -> R) -> R {
    WORLD.with(work)
}
