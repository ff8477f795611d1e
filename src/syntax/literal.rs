//! Numbers and strings: from their spelling to their value.
//!
//! Both are exact or an error: nothing is rounded on reading, no escape is guessed.

use super::ast::ExprKind;
use super::words;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::value::calendar;
use rust_decimal::Decimal;

/// The greatest coefficient of a decimal: 96 bits.
const MOST_COEFFICIENT: u128 = (1 << 96) - 1;
/// The most decimal places.
const MOST_PLACES: u32 = 28;

/// Reads a number as written, or says what is wrong with it. With `negative` a minus stands directly before it, which
/// matters for the least int alone; the value is that of the number without the minus otherwise.
pub(super) fn number(text: &str, negative: bool, span: Span) -> Result<ExprKind, Diagnostic> {
    if let Some(moment) = moment(text, span) {
        return moment;
    }
    check_shape(text, span)?;
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let Some(percent) = digits.strip_suffix('%') else {
        return if digits.contains('.') {
            Ok(ExprKind::Decimal(
                decimal(&digits, 0, text, span)?,
                text.into(),
            ))
        } else {
            int(&digits, negative, text, span)
        };
    };
    Ok(ExprKind::Decimal(
        decimal(percent, 2, text, span)?,
        text.into(),
    ))
}

fn int(digits: &str, negative: bool, text: &str, span: Span) -> Result<ExprKind, Diagnostic> {
    if negative && digits == "9223372036854775808" {
        return Ok(ExprKind::Int(i64::MIN, format!("-{text}").into()));
    }
    match digits.parse::<i64>() {
        Ok(value) => Ok(ExprKind::Int(value, text.into())),
        Err(_) => Err(Diagnostic::error(Code::BadNumber, span, format!("`{text}` is too great for an int"))
            .label("an int goes up to 9_223_372_036_854_775_807")
            .help(format!("write `{text}.0` for a decimal, which goes up to 79_228_162_514_264_337_593_543_950_335"))),
    }
}

fn decimal(digits: &str, shift: u32, text: &str, span: Span) -> Result<Decimal, Diagnostic> {
    exact(digits, shift).ok_or_else(|| {
        Diagnostic::error(
            Code::BadNumber,
            span,
            format!("`{text}` can't be held exactly"),
        )
        .label("a decimal has at most 28 places and 28 to 29 digits in all")
        .help("write fewer digits; nothing is rounded on reading")
    })
}

/// The value of digits with at most one dot, divided by ten to the `shift`.
fn exact(digits: &str, shift: u32) -> Option<Decimal> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut coefficient: u128 = 0;
    for digit in whole.chars().chain(fraction.chars()) {
        let value = u128::from(digit.to_digit(10)?);
        coefficient = coefficient.checked_mul(10)?.checked_add(value)?;
        if coefficient > MOST_COEFFICIENT.saturating_mul(100) {
            return None;
        }
    }
    let mut places = u32::try_from(fraction.len()).ok()?.checked_add(shift)?;
    while places > 0 && coefficient.is_multiple_of(10) {
        coefficient /= 10;
        places -= 1;
    }
    if coefficient > MOST_COEFFICIENT || places > MOST_PLACES {
        return None;
    }
    Decimal::try_from_i128_with_scale(i128::try_from(coefficient).ok()?, places).ok()
}

/// Reads a date, a time of day or an instant; `None` for anything else.
fn moment(text: &str, span: Span) -> Option<Result<ExprKind, Diagnostic>> {
    let written = || text.into();
    let read = if text.contains('T') && text.contains('-') {
        if let Some(local) = local_time(text) {
            return Some(Ok(local));
        }
        calendar::parse_datetime(text).map(|ms| ExprKind::DateTime(ms, written()))
    } else if text.contains('-') {
        calendar::parse_date(text).map(|days| ExprKind::Date(days, written()))
    } else if text.contains(':') {
        calendar::parse_time(text).map(|ms| ExprKind::Time(ms, written()))
    } else {
        return None;
    };
    Some(read.map_err(|error| bad_moment(text, &error, span)))
}

/// Reads an instant without its offset. Which instants it may be is said where the ruleset's zone is known.
fn local_time(text: &str) -> Option<ExprKind> {
    let (date, time) = text.split_once('T')?;
    let (date, time) = (
        calendar::parse_date(date).ok()?,
        calendar::parse_time(time).ok()?,
    );
    Some(ExprKind::LocalTime(date, time, text.into()))
}

fn bad_moment(text: &str, error: &calendar::TimeError, span: Span) -> Diagnostic {
    let kind = if text.contains('T') {
        "an instant"
    } else if text.contains('-') {
        "a date"
    } else {
        "a time of day"
    };
    let diagnostic = Diagnostic::error(Code::BadMoment, span, format!("`{text}` is not {kind}"));
    match error.repair() {
        Some(right) => diagnostic
            .label("not this way")
            .help(format!("write `{right}`"))
            .suggest(span, right),
        None => diagnostic
            .label(error.to_string())
            .help(help_of(error, text)),
    }
}

/// What to write instead of a date, time or instant that can't be.
fn help_of(error: &calendar::TimeError, text: &str) -> String {
    use calendar::TimeError as E;
    match error {
        E::Day { year, month, .. } => match calendar::month_length(*year, *month) {
            Some(last) => format!("the last day of that month is `{year:04}-{month:02}-{last:02}`"),
            None => "write a day of that month".to_owned(),
        },
        E::Month(_) => "the month stands in the middle: `2026-03-01` is the first of March".to_owned(),
        E::Year => "write a year of four digits".to_owned(),
        E::NoSuchTime if !text.contains("24:") => {
            "hours run from 00 to 23, minutes and seconds from 00 to 59".to_owned()
        }
        E::NoSuchTime => "midnight is `00:00`, of the day that begins; a range up to midnight ends with `..=23:59:59`".to_owned(),
        E::LeapSecond => "write second 59, or the next minute".to_owned(),
        E::Offset => "write how far the clocks there are ahead of UTC: `+01:00`".to_owned(),
        _ => "a date is written `2026-03-01`, a time of day `18:30`, an instant `2026-03-01T18:30:00Z`".to_owned(),
    }
}

/// Answers everything that begins with a digit and is no number of this version.
fn check_shape(text: &str, span: Span) -> Result<(), Diagnostic> {
    let body = text.strip_suffix('%').unwrap_or(text);
    let letters = body.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_' || c == '.');
    if matches!(letters, "st" | "nd" | "rd" | "th") {
        return Err(super::slips::outside_behaviour(text, span));
    }
    let error = |label: &str| {
        Diagnostic::error(Code::BadNumber, span, format!("`{text}` is not a number")).label(label)
    };
    if words::is_unit(letters) {
        let apart = text.replacen(letters, &format!(" {letters}"), 1);
        return Err(error("a blank goes between a number and its unit")
            .help(format!("write `{apart}`"))
            .suggest(span, apart));
    }
    if let Some(unit) = super::explain::unit_of(letters) {
        let one = text.strip_suffix(letters) == Some("1");
        let unit = if one {
            unit.trim_end_matches('s')
        } else {
            unit
        };
        let apart = text.replacen(letters, &format!(" {unit}"), 1);
        return Err(
            error("a blank goes before the unit, which is written in full")
                .help(format!("write `{apart}`"))
                .suggest(span, apart),
        );
    }
    if matches!(letters, "am" | "pm" | "AM" | "PM") {
        return Err(
            error("a time of day is written with 24 hours").help("write `18:30`, for example")
        );
    }
    if !letters.is_empty() {
        return Err(
            if letters.starts_with(['e', 'E']) && body.ends_with(|c: char| c.is_ascii_digit()) {
                error("numbers are written out, without an exponent")
                    .help("write `1000.0` for `1e3`, `0.001` for `1e-3`")
            } else {
                error("letters do not belong in a number")
                    .help("put a blank between a number and a word; no name begins with a digit")
            },
        );
    }
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    if fraction.contains('.') {
        return Err(error("a number has one decimal point")
            .help("write one number, for example `1.23`; a date is written `2026-03-01`"));
    }
    let groups: Vec<&str> = whole.split('_').collect();
    let well_grouped = groups.iter().skip(1).all(|g| g.len() == 3)
        && groups.first().is_some_and(|g| !g.is_empty());
    if !well_grouped || fraction.contains('_') {
        let plain = text.replace('_', "");
        return Err(
            error("`_` stands between groups of three digits, before the decimal point")
                .help(format!("write `{plain}`"))
                .suggest(span, plain),
        );
    }
    Ok(())
}

/// The answer to a part of the language that comes later. `feature` is a noun phrase.
pub(super) fn not_yet(feature: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::NotYet,
        span,
        format!("this version of the language does not have {feature} yet"),
    )
    .label("not yet")
}

/// Where in the string something is wrong, and the diagnostic once its place is known.
type Tell<'a> = dyn FnMut(usize, usize, &dyn Fn(Span) -> Diagnostic) + 'a;

/// Undoes the escapes of a string with its quotes, which holds no values. `tell` hears of each mistake, with offsets
/// within `text`.
pub(super) fn string(text: &str, tell: &mut Tell) -> Option<Box<str>> {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
    if text.starts_with('\'') {
        return Some(inner.into());
    }
    unescape(inner, &mut |from, to, error| tell(from + 1, to + 1, error))
}

/// Undoes the escapes of a stretch of a string.
pub(super) fn unescape(inner: &str, tell: &mut Tell) -> Option<Box<str>> {
    if !inner.contains(['\\', '{', '}']) {
        return Some(inner.into());
    }
    let mut value = String::with_capacity(inner.len());
    let mut good = true;
    let mut at = 0;
    while let Some(rest) = inner.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let (length, meant) = match first {
            '\\' => escape(rest),
            '{' | '}' => brace(rest, first),
            other => (other.len_utf8(), Ok(other)),
        };
        match meant {
            Ok(character) => value.push(character),
            Err(mistake) => {
                good = false;
                tell(at, at + length, &|span| mistake.diagnostic(span));
            }
        }
        at += length;
    }
    good.then(|| value.into())
}

/// Cuts a string with its quotes into stretches of text and, without their braces, values. A brace that nothing
/// closes stays in the text.
pub(super) fn pieces(text: &str) -> Vec<(std::ops::Range<usize>, bool)> {
    let end = text.len().saturating_sub(1);
    if text.starts_with('\'') {
        return vec![(1..end, false)];
    }
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().filter(|_| at < end);
    let mut found = Vec::new();
    let (mut at, mut start) = (1, 1);
    while let Some(here) = byte(at) {
        let close = || text.get(at..end).and_then(|rest| rest.find('}'));
        match (here, byte(at + 1)) {
            // `\u{…}` holds braces of its own.
            (b'\\', Some(b'u')) if byte(at + 2) == Some(b'{') => {
                at += close().map_or(2, |length| length + 1);
            }
            (b'\\', _) | (b'{', Some(b'{')) | (b'}', Some(b'}')) => at += 2,
            (b'{', _) => match close() {
                Some(length) => {
                    found.push((start..at, false));
                    found.push((at + 1..at + length, true));
                    at += length + 1;
                    start = at;
                }
                None => at += 1,
            },
            _ => at += 1,
        }
    }
    found.push((start..end, false));
    found.retain(|(range, is_value)| *is_value || !range.is_empty());
    found
}

/// What may be wrong inside a string.
enum Mistake {
    Escape(Box<str>),
    CodePoint(Box<str>),
    Brace,
    Interpolation,
}

impl Mistake {
    fn diagnostic(&self, span: Span) -> Diagnostic {
        match self {
            Mistake::Escape(text) => Diagnostic::error(
                Code::BadEscape,
                span,
                format!("`{text}` means nothing in a string"),
            )
            .label("no such escape")
            .help("the escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{…}`")
            .suggest(span, format!("\\{text}")),
            Mistake::CodePoint(text) => {
                Diagnostic::error(Code::BadEscape, span, format!("`{text}` is no character"))
                    .label("a character's number in hexadecimal goes between the braces")
                    .help("write `\\u{20ac}` for the euro sign, for example")
            }
            Mistake::Brace => Diagnostic::error(
                Code::BadEscape,
                span,
                "a single `}` in a string closes nothing",
            )
            .label("write it twice to get one")
            .help("write `}}`")
            .suggest(span, "}}"),
            Mistake::Interpolation => Diagnostic::error(
                Code::BadEscape,
                span,
                "a single `{` in a string begins a value, and none can stand here",
            )
            .label("no value here")
            .help("write `{{` for a brace that is part of the text; a value ends with `}`"),
        }
    }
}

/// Reads an escape: how long it is, and the character.
fn escape(rest: &str) -> (usize, Result<char, Mistake>) {
    let Some(kind) = rest.chars().nth(1) else {
        return (1, Err(Mistake::Escape(rest.into())));
    };
    let simple = match kind {
        '"' | '\\' => Some(kind),
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        _ => None,
    };
    if let Some(character) = simple {
        return (2, Ok(character));
    }
    let unicode = rest.strip_prefix("\\u{").and_then(|r| r.split_once('}'));
    if let Some((digits, _)) = unicode {
        let length = digits.len() + 4;
        let is_hex =
            (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let character = u32::from_str_radix(digits, 16)
            .ok()
            .filter(|_| is_hex)
            .and_then(char::from_u32);
        let text = rest.get(..length).unwrap_or(rest);
        return (
            length,
            character.ok_or_else(|| Mistake::CodePoint(text.into())),
        );
    }
    let length = 1 + kind.len_utf8();
    (
        length,
        Err(Mistake::Escape(rest.get(..length).unwrap_or(rest).into())),
    )
}

/// Reads a brace: doubled it stands for itself.
fn brace(rest: &str, first: char) -> (usize, Result<char, Mistake>) {
    if rest.chars().nth(1) == Some(first) {
        return (2, Ok(first));
    }
    if first == '}' {
        return (1, Err(Mistake::Brace));
    }
    let length = rest.find('}').map_or(1, |n| n + 1);
    (length, Err(Mistake::Interpolation))
}
