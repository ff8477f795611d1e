//! JSON to be read by people: what fits stays on one line, fields keep their order, numbers their digits.

/// A line is at most this long, where that can be helped.
const WIDTH: usize = 120;

/// A piece of JSON.
#[derive(Clone, Debug)]
pub(super) enum Json {
    /// A number, `true`, or anything else that is JSON already.
    Raw(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn text(text: impl Into<String>) -> Json {
        Json::Text(text.into())
    }

    pub(super) fn raw(text: impl ToString) -> Json {
        Json::Raw(text.to_string())
    }

    /// With fields in this order.
    pub(super) fn object<const N: usize>(fields: [(&str, Json); N]) -> Json {
        Json::Object(fields.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// Adds a field to an object.
    pub(super) fn with(mut self, name: &str, value: Json) -> Json {
        if let Json::Object(fields) = &mut self {
            fields.push((name.to_owned(), value));
        }
        self
    }

    /// The text, over as many lines as it takes.
    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        self.part(0, 0, &mut out);
        out.push('\n');
        out
    }

    /// Writes at a column behind an indentation.
    fn part(&self, indent: usize, column: usize, out: &mut String) {
        let mut line = String::new();
        if self.inline(WIDTH.saturating_sub(column), &mut line) {
            return out.push_str(&line);
        }
        match self {
            Json::Raw(text) => out.push_str(text),
            Json::Text(text) => quoted(text, out),
            Json::List(items) if items.iter().all(Json::is_scalar) => {
                wrapped(items, indent + 2, out);
                end(']', indent, out);
            }
            Json::List(items) => {
                out.push('[');
                for (number, item) in items.iter().enumerate() {
                    next(number, indent + 2, out);
                    item.part(indent + 2, indent + 2, out);
                }
                end(']', indent, out);
            }
            Json::Object(fields) => {
                out.push('{');
                for (number, (name, value)) in fields.iter().enumerate() {
                    next(number, indent + 2, out);
                    quoted(name, out);
                    out.push_str(": ");
                    value.part(indent + 2, indent + name.len() + 6, out);
                }
                end('}', indent, out);
            }
        }
    }

    fn is_scalar(&self) -> bool {
        matches!(self, Json::Raw(_) | Json::Text(_))
    }

    /// Writes on one line; `false` as soon as there is no room.
    fn inline(&self, room: usize, out: &mut String) -> bool {
        match self {
            Json::Raw(text) => out.push_str(text),
            Json::Text(text) => quoted(text, out),
            Json::List(items) => {
                out.push('[');
                for (number, item) in items.iter().enumerate() {
                    out.push_str(if number == 0 { "" } else { ", " });
                    if !item.inline(room, out) {
                        return false;
                    }
                }
                out.push(']');
            }
            Json::Object(fields) if fields.is_empty() => out.push_str("{}"),
            Json::Object(fields) => {
                out.push_str("{ ");
                for (number, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if number == 0 { "" } else { ", " });
                    quoted(name, out);
                    out.push_str(": ");
                    if !value.inline(room, out) {
                        return false;
                    }
                }
                out.push_str(" }");
            }
        }
        out.len() <= room
    }
}

/// Scalars, as many on a line as fit.
fn wrapped(items: &[Json], indent: usize, out: &mut String) {
    out.push('[');
    let mut column = WIDTH;
    for (number, item) in items.iter().enumerate() {
        let mut text = String::new();
        item.inline(usize::MAX, &mut text);
        if column + text.len() + 2 > WIDTH {
            next(number, indent, out);
            column = indent;
        } else {
            out.push_str(", ");
            column += 2;
        }
        column += text.len();
        out.push_str(&text);
    }
}

/// Begins the line of an entry.
fn next(number: usize, indent: usize, out: &mut String) {
    out.push_str(if number == 0 { "\n" } else { ",\n" });
    out.extend(std::iter::repeat_n(' ', indent));
}

fn end(bracket: char, indent: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push(bracket);
}

fn quoted(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}
