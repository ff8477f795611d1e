//! JSON objects put together fact by fact, every number kept as it was written.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// An object by its fields, or any other value as its text.
#[derive(Clone, Debug)]
pub(super) enum Facts {
    Object(BTreeMap<String, Facts>),
    Text(Box<RawValue>),
}

impl Default for Facts {
    fn default() -> Self {
        Facts::Object(BTreeMap::new())
    }
}

impl Facts {
    /// Reads a JSON text.
    pub(super) fn read(text: &str) -> Result<Facts, serde_json::Error> {
        let raw: Box<RawValue> = serde_json::from_str(text)?;
        Facts::of(raw)
    }

    fn of(raw: Box<RawValue>) -> Result<Facts, serde_json::Error> {
        if !raw.get().starts_with('{') {
            return Ok(Facts::Text(raw));
        }
        let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(raw.get())?;
        let mut read = BTreeMap::new();
        for (name, raw) in fields {
            read.insert(name, Facts::of(raw)?);
        }
        Ok(Facts::Object(read))
    }

    /// Puts facts over these: fields of objects one by one, all else as a whole.
    pub(super) fn put(&mut self, over: Facts) {
        match (self, over) {
            (Facts::Object(fields), Facts::Object(over)) => {
                for (name, value) in over {
                    fields.entry(name).or_default().put(value);
                }
            }
            (place, over) => *place = over,
        }
    }

    /// A value at a dotted path.
    pub(super) fn at(path: &str, value: Facts) -> Facts {
        path.rsplit('.').fold(value, |inside, word| {
            Facts::Object(BTreeMap::from([(word.to_owned(), inside)]))
        })
    }

    /// As JSON.
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Facts::Text(raw) => out.push_str(raw.get()),
            Facts::Object(fields) => {
                out.push('{');
                for (number, (name, value)) in fields.iter().enumerate() {
                    if number > 0 {
                        out.push(',');
                    }
                    out.push_str(&serde_json::Value::from(name.as_str()).to_string());
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}
