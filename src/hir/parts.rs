//! What stands behind a dot where there are no fields: parts of dates and times that they do not have, and what other
//! languages ask of texts, lists and amounts there.

use super::Ty;
use super::conversions::operand;
use super::expr::a_type;
use super::lower::Lowering;
use super::slips::meant;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast;

impl Lowering<'_> {
    /// The report of a field of what is no record; `at` covers the value too.
    pub(super) fn no_part(&self, ty: &Ty, field: &ast::Name, at: Span) -> Diagnostic {
        let name = a_type(&self.type_name(ty));
        let word = &*field.text;
        let message = match ty {
            Ty::Date | Ty::Time | Ty::DateTime => format!("{name} has no `.{word}`"),
            _ => format!("{name} has no fields"),
        };
        let error = Diagnostic::error(Code::UnknownField, field.at.0, message);
        let whole = self.sources.snippet(at);
        let base = whole.strip_suffix(word).map(str::trim_end);
        let base = base
            .and_then(|b| b.strip_suffix('.'))
            .unwrap_or(whole)
            .trim_end();
        let write = |error: Diagnostic, text: String| {
            error.help(format!("write `{text}`")).suggest(at, text)
        };
        match (ty, &*word.to_ascii_lowercase()) {
            (Ty::Date | Ty::Time | Ty::DateTime, _) => of_moment(error, ty, field),
            (Ty::Text, "length" | "len" | "size" | "count") => write(
                error.label("a text has no parts"),
                format!("length of {}", operand(base)),
            ),
            (Ty::Text, "lower" | "lowercase" | "tolower") => {
                write(error.label("a text has no parts"), format!("lower({base})"))
            }
            (Ty::List(_), "length" | "len" | "size" | "count") => write(
                error.label("a list has no parts"),
                format!("count of {}", operand(base)),
            ),
            (Ty::List(item), _) => {
                self.of_list(error.label("a list has no parts"), item, field, (base, at))
            }
            (Ty::Money(_), _) => {
                let code = self.currency_of(ty);
                error.label("an amount has no parts").help(format!(
                    "its currency is always {code}; as a number it is `{base} / 1 {code}`"
                ))
            }
            (Ty::Duration, _) => error.label("a duration has no parts").help(format!(
                "how often a unit fits into it: `whole days of {}`",
                operand(base)
            )),
            (Ty::Geo, _) => error
                .label("a place has no parts")
                .help("places are asked how far they lie apart: `distance between a and b < 5 km`"),
            (Ty::Enum(id), _) if self.member_of(&Ty::Enum(*id), word).is_some() => error
                .label("only records have fields")
                .help(format!("the member alone is `{word}`"))
                .suggest(at, word.to_owned()),
            _ => error
                .label("only records have fields")
                .help(format!("leave out `.{word}`")),
        }
    }

    fn of_list(
        &self,
        error: Diagnostic,
        item: &Ty,
        field: &ast::Name,
        (base, at): (&str, Span),
    ) -> Diagnostic {
        let word = &*field.text;
        let record = match item {
            Ty::Record(id) => self.records.get(id.index()),
            _ => None,
        };
        let is_field = record.is_some_and(|r| r.fields.iter().any(|f| f.name == word));
        if is_field {
            return error.help(format!(
                "its items have `{word}`: write `sum of (x.{word} for x in {base})` or `any x in {base} has (x.{word} …)`"
            ));
        }
        if matches!(word, "sum" | "min" | "max") {
            let text = format!("{word} of (x for x in {base})");
            return error.help(format!("write `{text}`")).suggest(at, text);
        }
        error.help(format!(
            "a list is asked with `any x in {base} has (…)`, `count of {base}`, or `item in {base}`"
        ))
    }
}

/// A part that dates, times of day or instants do not have.
fn of_moment(error: Diagnostic, ty: &Ty, field: &ast::Name) -> Diagnostic {
    const DATE: [&str; 4] = ["year", "month", "day", "weekday"];
    const TIME: [&str; 3] = ["hour", "minute", "second"];
    let word = &*field.text;
    let small = word.to_ascii_lowercase();
    let error = error.label("not one of its parts");
    if *ty == Ty::Date && TIME.contains(&word) {
        return error.help("a date has no time of day: ask an instant, `now.hour`, or a `time`");
    }
    if *ty == Ty::Time && DATE.contains(&word) {
        return error.help("a time of day has no date: ask an instant, or a `date`");
    }
    let parts = match ty {
        Ty::Date => &DATE[..],
        Ty::Time => &TIME[..],
        _ => &[
            "year", "month", "day", "weekday", "hour", "minute", "second",
        ],
    };
    let other = match &*small {
        "dayofweek" | "day_of_week" | "dow" if *ty != Ty::Time => Some("weekday"),
        "dayofmonth" | "day_of_month" if *ty != Ty::Time => Some("day"),
        "date" if *ty == Ty::DateTime => return error.help("its day is `date of …`"),
        "time" if *ty == Ty::DateTime => return error.help("its time of day is `time of …`"),
        _ => nearest(word, parts.iter().copied()),
    };
    match other {
        Some(near) => meant(error, field.at.0, &[near]),
        None => {
            let parts: Vec<String> = parts.iter().map(|p| format!("`.{p}`")).collect();
            error.help(format!("it has {}", parts.join(", ")))
        }
    }
}
