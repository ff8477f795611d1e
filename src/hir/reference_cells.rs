//! Cells of reference data: each a constant of its field's type, and what is said of those that are none.

use super::expr::a_type;
use super::lower::Lowering;
use super::reference_misfits::{Written, cut};
use super::{EnumId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::{self, RawCell, ast};
use crate::value::{Value, calendar, currency, decimal};
use rust_decimal::Decimal;

impl Lowering<'_> {
    /// A cell as a constant of its field's type. Where the field `may_lack` a value, an empty cell would be one too.
    pub(super) fn csv_value(&mut self, cell: &RawCell, ty: &Ty, may_lack: bool) -> Option<Value> {
        if cell.text.trim().is_empty() {
            self.report(
                Diagnostic::error(Code::BadCell, cell.span, "this cell is empty")
                    .label("a value goes here")
                    .help("only cells of fields with a default or `?` may be empty"),
            );
            return None;
        }
        let reported = self.reported();
        let value = self.csv_constant(cell, ty);
        let found = self.take_reports(reported);
        if value.is_some() && found.is_empty() {
            return value;
        }
        if found
            .iter()
            .any(|error| tells_more(error, &cell.text, ty.present()))
        {
            for error in found {
                self.report(safe(error));
            }
        } else {
            self.csv_misfit(cell, ty.present(), may_lack);
        }
        None
    }

    /// The value of a cell; without one, errors have been reported, or it is a word that means nothing here.
    fn csv_constant(&mut self, cell: &RawCell, ty: &Ty) -> Option<Value> {
        // Members may be called by words of the language, which stand in backquotes in rules.
        let member = self.member_of(ty, &cell.text);
        if let Some((_, place)) = member.filter(|_| &*cell.text != "missing") {
            return Some(Value::Member(place));
        }
        let bare = matches!(ty.present(), Ty::Text | Ty::Zone);
        let parsed = match syntax::parse_csv_result(cell, bare, self.limits) {
            Ok(parsed) => parsed,
            Err(errors) => {
                errors.into_iter().for_each(|e| self.report(e));
                return None;
            }
        };
        match (ty.present(), &parsed.kind) {
            // A word is a member or a bool: nothing else has a name in a file of constants.
            (Ty::Enum(_), ast::ExprKind::Name(name)) => {
                let member = self.member_of(ty, &name.text);
                return member.map(|(_, place)| Value::Member(place));
            }
            (_, ast::ExprKind::Name(_)) => return None,
            // The currency stands in the type, so that a column of prices is a column of numbers.
            (Ty::Money(_), ast::ExprKind::Int(..) | ast::ExprKind::Decimal(..)) => {
                let id = self.check(&parsed, &Ty::Decimal);
                return self.number(id).map(Value::Decimal);
            }
            _ => {}
        }
        let id = self.check(&parsed, ty);
        self.constant_row(id, cell.span)
    }

    /// The report of a cell that does not fit its field.
    fn csv_misfit(&mut self, cell: &RawCell, ty: &Ty, may_lack: bool) {
        let (error, known) = match ty {
            Ty::Enum(id) => {
                let error = self.no_member(cell, *id);
                let known = !error.suggestions.is_empty();
                (error, known)
            }
            _ => self.no_value(cell, ty),
        };
        self.report(match may_lack && !known {
            true => error.help("where there is none, leave the cell empty"),
            false => error,
        });
    }

    fn no_member(&self, cell: &RawCell, id: EnumId) -> Diagnostic {
        let name = ast::Name {
            text: cut(&cell.text).into(),
            at: ast::At(cell.span),
        };
        safe(self.unknown_member_of_data(&name, id))
    }

    /// The report, and whether it is known what is meant.
    fn no_value(&self, cell: &RawCell, ty: &Ty) -> (Diagnostic, bool) {
        let wanted = a_type(&self.type_name(ty));
        let message = format!("`{}` is not {wanted}", cut(&cell.text));
        let error = Diagnostic::error(Code::BadCell, cell.span, message)
            .label(format!("{wanted} goes here"));
        match meant(ty, &cell.text) {
            Meant::Certainly(text) => {
                let error = error.help(format!("write `{text}`"));
                (error.suggest(cell.span, text), true)
            }
            Meant::Perhaps(help) => (error.help(help), true),
            Meant::Unknown => {
                let example = self.example(ty, Written::Cell);
                (error.help(format!("write {example}")), false)
            }
        }
    }
}

/// Whether an error says more of a value that is nearly right than that it is none.
fn tells_more(error: &Diagnostic, text: &str, ty: &Ty) -> bool {
    match (error.code, ty) {
        // A file of constants declares nothing.
        (Code::UnknownName, _) => false,
        (_, Ty::List(_)) => text.starts_with('['),
        (_, Ty::Record(_)) => text.starts_with('{'),
        (Code::BadMoment, Ty::Date | Ty::Time | Ty::DateTime | Ty::Duration | Ty::Elapsed) => true,
        (Code::BadNumber, Ty::Int | Ty::Decimal | Ty::Money(_) | Ty::Distance) => {
            decimal::parse(text).is_err_and(|e| e != decimal::ParseError::NotANumber)
        }
        (Code::UnknownTimezone, _) => text.contains(char::is_alphabetic) && text != "N/A",
        (Code::BadDefault | Code::ConstantOverflow | Code::TooLarge | Code::TooDeep, _) => true,
        // An amount in another currency.
        (Code::TypeMismatch, Ty::Money(_)) => split_currency(text).is_some(),
        _ => false,
    }
}

/// Without a repair that would end the cell, begin another, or leave something out of it.
pub(super) fn safe(mut error: Diagnostic) -> Diagnostic {
    let is_safe = |text: &str| !text.is_empty() && !text.contains([',', '"', '\n']);
    if !error.suggestions.iter().all(|s| is_safe(&s.replacement)) {
        error.suggestions.clear();
    }
    error
}

/// What a text stands for that does not fit its field.
enum Meant {
    Certainly(String),
    /// What to do, in words.
    Perhaps(String),
    Unknown,
}

fn meant(ty: &Ty, text: &str) -> Meant {
    let certainly = |text: Option<String>| text.map_or(Meant::Unknown, Meant::Certainly);
    match ty {
        Ty::Bool => match &*text.to_ascii_lowercase() {
            "1" | "true" => Meant::Certainly("true".to_owned()),
            "0" | "false" => Meant::Certainly("false".to_owned()),
            _ => Meant::Unknown,
        },
        Ty::Int | Ty::Decimal | Ty::Money(_) => number_meant(ty, text),
        Ty::Date => {
            // As programs write a day that has a time, and with other signs.
            let day = text
                .split([' ', 'T'])
                .next()
                .unwrap_or(text)
                .replace('/', "-");
            certainly(Some(day).filter(|day| calendar::parse_date(day).is_ok()))
        }
        Ty::Text if text == "missing" => Meant::Perhaps(
            "the word `missing` means that there is no text: declare the field `string?`"
                .to_owned(),
        ),
        Ty::Text => Meant::Perhaps(
            "a text that begins with `\"` is read as in rules, with `\\\"` for each quote within"
                .to_owned(),
        ),
        _ => Meant::Unknown,
    }
}

fn number_meant(ty: &Ty, text: &str) -> Meant {
    let (sign, number) = without_sign(text);
    let (code, number) = match split_currency(number) {
        Some((number, code)) => (Some(code), number),
        None => (None, number),
    };
    if number.contains(',')
        && number
            .bytes()
            .all(|b| b.is_ascii_digit() || b",.- ".contains(&b))
    {
        let help =
            "the sign before decimal places is a point, and digits are not grouped: `1200.50`";
        return Meant::Perhaps(help.to_owned());
    }
    let Some((number, value)) = ungrouped(number) else {
        return Meant::Unknown;
    };
    match ty {
        Ty::Int if !value.is_integer() => {
            Meant::Perhaps("write a whole number, or declare the field `decimal`".to_owned())
        }
        Ty::Int => match i64::try_from(value) {
            Ok(whole) => Meant::Certainly(whole.to_string()),
            Err(_) => Meant::Perhaps("a whole number has 64 bits: this one has more".to_owned()),
        },
        Ty::Decimal => match code {
            Some(code) => Meant::Perhaps(format!(
                "write `{number}`, or declare the field `money<{code}>`"
            )),
            None => Meant::Certainly(number),
        },
        Ty::Money(own) if sign.is_none_or(|sign| sign == currency::code(own.0)) => {
            Meant::Certainly(number)
        }
        // Many currencies are dollars.
        Ty::Money(own) => {
            let own = currency::code(own.0);
            Meant::Perhaps(format!(
                "amounts are in {own} here: write `{number}` if it is one"
            ))
        }
        _ => Meant::Unknown,
    }
}

/// The currency that a sign before or behind a number stands for, and the number.
fn without_sign(text: &str) -> (Option<&'static str>, &str) {
    let signs = [
        ("\u{a3}", "GBP"),
        ("\u{20ac}", "EUR"),
        ("\u{a5}", "JPY"),
        ("$", "USD"),
    ];
    for (sign, code) in signs {
        if let Some(number) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            return (Some(code), number.trim());
        }
    }
    (None, text)
}

/// `3` and `GBP` of `3 GBP`.
fn split_currency(text: &str) -> Option<(&str, &str)> {
    let (number, code) = text.split_at_checked(text.len().checked_sub(3)?)?;
    let number = number.trim_end();
    currency::find(code).filter(|_| !number.is_empty())?;
    Some((number, code))
}

/// A number whose digits may stand in groups of three: `1 200`.
fn ungrouped(text: &str) -> Option<(String, Decimal)> {
    let mut groups = text.split([' ', '\u{a0}', '\u{202f}', '\'', '\u{2019}']);
    let mut number = groups.next()?.to_owned();
    for group in groups {
        let whole = group.split('.').next().unwrap_or(group);
        if whole.len() != 3 || number.contains('.') || number.is_empty() {
            return None;
        }
        number.push_str(group);
    }
    let value = decimal::parse(&number).ok()?;
    // Exponents are none of the language's spellings.
    let plain = number
        .bytes()
        .all(|b| b.is_ascii_digit() || b"-.".contains(&b));
    plain.then_some((number, value))
}
