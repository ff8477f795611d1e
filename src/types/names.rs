//! Names in the style of other languages, and which of them are taken.

use super::model::{Model, Way};
use crate::hir::{EnumId, RecordId};
use std::collections::HashMap;

/// `customer.tier`, `live_agent` and `CustomerTier` in upper camel case.
pub(super) fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        // A digit behind a digit would read as one number.
        if out.ends_with(|c: char| c.is_ascii_digit())
            && word.starts_with(|c: char| c.is_ascii_digit())
        {
            out.push('_');
        }
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.extend(letters);
    }
    match out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => out,
        false => format!("X{out}"),
    }
}

/// `seatsLeft` and `seats_left` in snake case.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = '_';
    for letter in name.chars() {
        let letter = if letter.is_ascii_alphanumeric() {
            letter
        } else {
            '_'
        };
        if letter.is_ascii_uppercase()
            && before.is_ascii_alphanumeric()
            && !before.is_ascii_uppercase()
        {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
        before = letter;
    }
    match out.trim_matches('_') {
        "" => "x".to_owned(),
        word if word.starts_with(|c: char| c.is_ascii_digit()) => format!("x{word}"),
        word => word.to_owned(),
    }
}

/// The names that are taken in one place, each with the number that comes next.
#[derive(Default)]
pub(super) struct Taken(HashMap<String, u32>);

impl Taken {
    /// With names that are never to be used.
    pub(super) fn with(names: &[&str]) -> Self {
        Taken(names.iter().map(|name| ((*name).to_owned(), 2)).collect())
    }

    /// The name, or if it is taken the first of `name2`, `name3`, … that is not.
    pub(super) fn free(&mut self, name: String) -> String {
        let Some(mut number) = self.0.get(&name).copied() else {
            self.0.insert(name.clone(), 2);
            return name;
        };
        loop {
            let next = format!("{name}{number}");
            number += 1;
            if !self.0.contains_key(&next) {
                self.0.insert(name, number);
                self.0.insert(next.clone(), 2);
                return next;
            }
        }
    }
}

/// What the types of a ruleset are called.
pub(super) struct Names {
    enums: HashMap<EnumId, String>,
    given: HashMap<RecordId, String>,
    results: HashMap<RecordId, String>,
    pub(super) events: Vec<String>,
}

impl Names {
    /// Names enums, records and events, in this order. `apart` tells which record types differ when they are given back;
    /// `written` is the style of a type's name.
    pub(super) fn new(
        model: &Model<'_>,
        taken: &mut Taken,
        apart: impl Fn(RecordId) -> bool,
        written: impl Fn(&str) -> String,
        result: &str,
    ) -> Self {
        let enums = model.enums();
        let enums = enums
            .map(|(id, it)| (id, taken.free(written(&it.name))))
            .collect();
        let given = model.records(Way::In);
        let given: HashMap<RecordId, String> = given
            .map(|(id, record)| (id, taken.free(written(&record.name))))
            .collect();
        let mut results = HashMap::new();
        for (id, record) in model.records(Way::Out) {
            let name = match given.get(&id) {
                Some(name) if !apart(id) => name.clone(),
                Some(_) => taken.free(format!("{}{result}", written(&record.name))),
                None => taken.free(written(&record.name)),
            };
            results.insert(id, name);
        }
        let events = model.events().iter();
        let events = events
            .map(|event| taken.free(written(&event.name)))
            .collect();
        Names {
            enums,
            given,
            results,
            events,
        }
    }

    pub(super) fn enumeration(&self, id: EnumId) -> &str {
        self.enums.get(&id).map_or("", String::as_str)
    }

    pub(super) fn record(&self, id: RecordId, way: Way) -> &str {
        let names = match way {
            Way::In => &self.given,
            Way::Out => &self.results,
        };
        names.get(&id).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles() {
        for (name, type_name, field) in [
            ("tier", "Tier", "tier"),
            ("customer.tier", "CustomerTier", "customer_tier"),
            ("live_agent", "LiveAgent", "live_agent"),
            ("seatsLeft", "SeatsLeft", "seats_left"),
            ("GOLD", "GOLD", "gold"),
            ("a_1_2", "A1_2", "a_1_2"),
            ("_x", "X", "x"),
            ("_", "X", "x"),
            ("_1", "X1", "x1"),
        ] {
            assert_eq!(camel(name), type_name);
            assert_eq!(snake(name), field);
        }
    }

    #[test]
    fn taken_names_are_numbered() {
        let mut taken = Taken::with(&["Self"]);
        let mut free = |name: &str| taken.free(name.to_owned());
        assert_eq!(free("Self"), "Self2");
        assert_eq!(free("A2"), "A2");
        assert_eq!(free("A"), "A");
        assert_eq!(free("A"), "A3");
        assert_eq!(free("A"), "A4");
        assert_eq!(free("A2"), "A22");
    }
}
