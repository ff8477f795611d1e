//! What is said of JSON lines that are no rows, of values in them that do not fit their fields, and how values are written.

use super::Ty;
use super::expr::a_type;
use super::lower::Lowering;
use super::reference_json::Piece;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::value::json::{Reader, Token, place_of_mistake};
use crate::value::{calendar, decimal, duration};

/// So many characters of a value are shown.
const MOST_SHOWN: usize = 40;

impl Lowering<'_> {
    /// The report of a line that is not JSON.
    pub(super) fn no_json(&mut self, line: Piece<'_>) {
        let (message, offset) = place_of_mistake(line.text);
        let rest = line.part(offset, line.text.len());
        let at = rest.span();
        let length = rest.text.chars().next().map_or(0, char::len_utf8);
        let at = Span::new(at.source, at.start, at.start + self.count(length));
        let next = rest.text.chars().next();
        let help = match (message.as_str(), next) {
            ("trailing characters", Some(',')) => "no commas stand between rows: remove it",
            ("key must be a string", Some('}')) | ("trailing comma", _) => {
                "no comma stands behind the last field: remove it"
            }
            ("key must be a string", _) => "the name of a field stands in double quotes",
            (message, _) if message.starts_with("EOF") => {
                "a row ends in the line that it begins in: write all of it in one line"
            }
            _ => "each line is one row, and one JSON object",
        };
        self.report(
            Diagnostic::error(Code::BadCsv, at, format!("this is not JSON: {message}"))
                .label("reading stops here")
                .help(help),
        );
    }

    /// The report of a value that does not fit its field.
    pub(super) fn json_misfit(&mut self, ty: &Ty, piece: Piece<'_>) {
        let wanted = a_type(&self.type_name(ty.present()));
        let shown = cut(piece.text);
        let error = Diagnostic::error(
            Code::BadCell,
            piece.span(),
            format!("`{shown}` is not {wanted}"),
        )
        .label(format!("{wanted} goes here"));
        let help = match reason(ty.present(), piece.text) {
            Some(reason) => reason,
            None => format!("write {}", self.example(ty.present(), Written::Json)),
        };
        self.report(error.help(help));
    }

    /// How a value of a type is written.
    pub(super) fn example(&self, ty: &Ty, written: Written) -> String {
        match ty {
            Ty::Enum(id) => {
                let members = self.enums.get(id.index()).map(|e| &e.members[..]);
                return match members.and_then(<[String]>::first) {
                    Some(first) => {
                        format!("a member's name as a text: `\"{first}\"`, for example")
                    }
                    None => "a member's name as a text".to_owned(),
                };
            }
            Ty::Money(code) => {
                let code = crate::value::currency::code(code.0);
                return match written {
                    Written::Json => format!(
                        "an amount as a number or a text, in {code}: `12.50`, `\"12.50\"`, or `{{ \"amount\": \"12.50\", \"currency\": \"{code}\" }}`"
                    ),
                    Written::Cell => format!("an amount in {code}: `12.50`, or `12.50 {code}`"),
                };
            }
            _ => {}
        }
        match written {
            Written::Json => in_json(ty),
            Written::Cell => in_cell(ty),
        }
        .to_owned()
    }
}

/// Where a value is written.
#[derive(Clone, Copy)]
pub(super) enum Written {
    Json,
    /// In a cell of a CSV file, as in rules.
    Cell,
}

fn in_json(ty: &Ty) -> &'static str {
    match ty {
        Ty::Int => "a whole number, without quotes",
        Ty::Distance => "a whole number of metres, without quotes",
        Ty::Decimal => "a number, or a text that is one: `0.25`, `\"0.25\"`",
        Ty::Bool => "`true` or `false`, without quotes",
        Ty::Date => "a day as a text: `\"2026-03-01\"`",
        Ty::Time => "a time of day as a text: `\"18:30\"`",
        Ty::DateTime => "an instant as a text, with its offset: `\"2026-03-01T18:30:00Z\"`",
        Ty::Duration => "a length of time as in ISO 8601: `\"P30D\"`, `\"PT90M\"`",
        Ty::Elapsed => "a length of time as in ISO 8601, `\"P30D\"`, or `\"never\"`",
        Ty::Zone => "the name of a time zone: `\"Europe/London\"`",
        Ty::Geo => {
            "latitude and longitude in degrees: `{ \"lat\": 51.5, \"lon\": -0.12 }` or `[51.5, -0.12]`"
        }
        Ty::List(_) => "a list: `[…]`",
        Ty::Record(_) => "an object: `{ … }`",
        _ => "a text in double quotes",
    }
}

fn in_cell(ty: &Ty) -> &'static str {
    match ty {
        Ty::Int => "a whole number: `12`",
        Ty::Distance => "a distance: `5 km`, `300 m`",
        Ty::Decimal => "a number: `0.25`, or `25%`",
        Ty::Bool => "`true` or `false`",
        Ty::Date => "a day: `2026-03-01`",
        Ty::Time => "a time of day: `18:30`",
        Ty::DateTime => "an instant with its offset: `2026-03-01T18:30:00Z`",
        Ty::Duration => "a length of time: `30 minutes`, `7 days`",
        Ty::Elapsed => "a length of time, `7 days`, or `never`",
        Ty::Zone => "the name of a time zone: `Europe/London`",
        Ty::Geo => "latitude and longitude in degrees, in double quotes: `\"geo(51.5, -0.12)\"`",
        Ty::List(_) => "a list: `[…]`, in double quotes where it has commas",
        Ty::Record(_) => "a record: `{ … }`, in double quotes where it has commas",
        _ => "the value as it is written in rules",
    }
}

/// A value as it is shown.
pub(super) fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(MOST_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// Why a value is none that is written like one.
fn reason(ty: &Ty, text: &str) -> Option<String> {
    let token = Reader::new(text).token().ok()?;
    let time = match (ty, &token) {
        (Ty::Int | Ty::Distance, Token::Number(text)) => {
            let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            return digits.then(|| "a whole number has 64 bits: this one has more".to_owned());
        }
        (Ty::Decimal | Ty::Money(_), Token::Number(_) | Token::Text(_)) => {
            let text = text.trim_matches('"');
            let error = decimal::parse(text).err();
            let error = error.filter(|e| *e != decimal::ParseError::NotANumber)?;
            return Some(format!("it {error}"));
        }
        (Ty::Date, Token::Text(text)) => calendar::parse_date(text),
        (Ty::Time, Token::Text(text)) => calendar::parse_time(text),
        (Ty::DateTime, Token::Text(text)) => calendar::parse_datetime(text),
        (Ty::Duration | Ty::Elapsed, Token::Text(text)) => duration::parse_iso(text),
        _ => return None,
    };
    // Where it is nothing of the kind, an example says more.
    let error = time.err()?;
    let vague = matches!(
        error,
        calendar::TimeError::Date(_)
            | calendar::TimeError::Time(_)
            | calendar::TimeError::Datetime(_)
            | calendar::TimeError::Duration(_)
    );
    (!vague).then(|| error.to_string())
}
