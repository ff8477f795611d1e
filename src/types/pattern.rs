//! Which texts are dates, times, instants, durations and decimals, as patterns that every validator of JSON Schema reads: no
//! look-around, ASCII only, each takes a time in proportion to the text.
//!
//! In: bounds. Out: patterns that accept what the reading of texts accepts (`value::calendar`, `value::duration`,
//! `value::decimal`); where they accept less, [`json_schema`](super::json_schema) says so.

use crate::hir::Bounds;
use rust_decimal::Decimal;

/// Years from 0001 to 9999, and those of them that have a 29 February.
const YEAR: &str = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})";
const LEAP_YEAR: &str =
    "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)";
const DAY_OF_YEAR: &str = "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))";
const HOURS: &str = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
const SECONDS: &str = "(?::[0-5][0-9](?:\\.[0-9]+)?)?";

fn day() -> String {
    format!("(?:{YEAR}-{DAY_OF_YEAR}|{LEAP_YEAR}-02-29)")
}

/// `2026-03-01`
pub(super) fn date() -> String {
    format!("^{}$", day())
}

/// `18:30`, `18:30:05.250`
pub(super) fn time() -> String {
    format!("^{HOURS}{SECONDS}$")
}

/// `2026-03-01T18:30:00Z`, `2026-03-01T18:30+01:00`
pub(super) fn datetime() -> String {
    format!("^{}T{HOURS}{SECONDS}(?:Z|[+-]{HOURS})$", day())
}

/// Instants that are not accepted: with an offset that may lead out of the calendar.
pub(super) fn edge_of_calendar() -> String {
    let offset = "(?:0[1-9]|[12]|00:0[1-9]|00:[1-5])";
    format!("^(?:0001-01-01T[^+]*\\+{offset}|9999-12-31T[^-]*-{offset})")
}

/// `PT30M`, `-P1DT2.5H`: so many digits of each unit that the sum fits.
pub(super) fn duration() -> String {
    format!("^{}$", length())
}

/// A duration, or `never`.
pub(super) fn elapsed() -> String {
    format!("^(?:never|{})$", length())
}

fn length() -> String {
    let whole = |digits: u32, unit: &str| format!("(?:0*[0-9]{{1,{digits}}}{unit})?");
    let last = |digits: u32, unit: &str| format!("0*[0-9]{{1,{digits}}}(?:\\.[0-9]+)?{unit}");
    let (w, d) = (whole(9, "W"), whole(10, "D"));
    let (h, m) = (whole(11, "H"), whole(13, "M"));
    let ways = [
        last(9, "W"),
        format!("{w}{}", last(10, "D")),
        format!("{w}{d}T{}", last(11, "H")),
        format!("{w}{d}T{h}{}", last(13, "M")),
        format!("{w}{d}T{h}{m}{}", last(15, "S")),
    ];
    format!("-?P(?:{})", ways.join("|"))
}

/// The largest coefficient of a decimal.
const MOST: &str = "79228162514264337593543950335";

/// Digits, perhaps with a point between them.
pub(super) fn decimal() -> String {
    "^-?[0-9]+(?:\\.[0-9]+)?$".to_owned()
}

/// Of those, whole numbers that fit.
pub(super) fn whole_decimal() -> String {
    format!("^-?{}$", at_most(MOST, "", true, "(?:\\.0+)?"))
}

/// Of those, what events keep: 19 digits before the point, 9 behind it.
pub(super) fn summed() -> String {
    "^-?0*[0-9]{1,19}(?:\\.[0-9]{1,9}0*)?$".to_owned()
}

/// Of those, what has at most 28 places.
pub(super) fn places() -> String {
    "\\.[0-9]{1,28}0*$".to_owned()
}

/// Texts whose digits, without the zeros around them and wherever the point is, are at most [`MOST`].
pub(super) fn coefficient() -> String {
    let mut ways = vec!["[1-9](?:\\.?[0-9]){0,27}".to_owned()];
    let mut before = String::new();
    for (digit, left) in MOST.bytes().zip((0..MOST.len()).rev()) {
        // The first digit of 29 is no zero: it would be one of those in front.
        let low = if before.is_empty() { b'1' } else { b'0' };
        if let Some(smaller) = class(low, digit.saturating_sub(1)) {
            ways.push(format!("{before}{smaller}(?:\\.?[0-9]){{{left}}}"));
        }
        before.push(char::from(digit));
        if left > 0 {
            before.push_str("\\.?");
        }
    }
    ways.push(before);
    format!("^-?[0.]*(?:(?:{})0*)?$", ways.join("|"))
}

/// Decimal texts within bounds; a text must fit all patterns.
pub(super) fn within(bounds: &Bounds) -> Vec<String> {
    let (low, high) = (bounds.low, bounds.high);
    let least = |number: Decimal| with_parts(number, at_least);
    let most = |number: Decimal, closed| {
        with_parts(number, |whole, places| {
            at_most(whole, places, closed, ANY_PLACES)
        })
    };
    let zero = Decimal::ZERO;
    if low > zero {
        vec![
            format!("^{}$", least(low)),
            format!("^{}$", most(high, !bounds.open)),
        ]
    } else if high > zero {
        vec![format!(
            "^(?:{}|-{})$",
            most(high, !bounds.open),
            most(low, true)
        )]
    } else if high == zero && !bounds.open {
        vec![format!("^(?:[0.]*|-{})$", most(low, true))]
    } else if high == zero {
        vec![format!("^-{}$", most(low, true)), "[1-9]".to_owned()]
    } else {
        let mut patterns = vec![
            format!("^-{}$", most(low, true)),
            format!("^-{}$", least(high)),
        ];
        if bounds.open {
            // Not the end itself, however many zeros surround it.
            patterns.push(format!("^-{}$", with_parts(high, above)));
        }
        patterns
    }
}

/// Digits before and behind the point, without zeros that mean nothing.
fn with_parts(number: Decimal, then: impl Fn(&str, &str) -> String) -> String {
    let text = number.abs().normalize().to_string();
    let (whole, places) = text.split_once('.').unwrap_or((&text, ""));
    then(whole.trim_start_matches('0'), places)
}

const ANY_PLACES: &str = "(?:\\.[0-9]+)?";

/// A class of digits, if it has any.
fn class(low: u8, high: u8) -> Option<String> {
    let (first, last) = (char::from(low), char::from(high));
    match low.cmp(&high) {
        std::cmp::Ordering::Less => Some(format!("[{first}-{last}]")),
        std::cmp::Ordering::Equal => Some(first.to_string()),
        std::cmp::Ordering::Greater => None,
    }
}

/// So many digits.
fn digits(least: usize, most: usize) -> String {
    match (least, most) {
        (_, 0) => String::new(),
        (1, 1) => "[0-9]".to_owned(),
        _ if least == most => format!("[0-9]{{{least}}}"),
        _ => format!("[0-9]{{{least},{most}}}"),
    }
}

fn below(digit: u8) -> Option<String> {
    (digit > b'0').then(|| class(b'0', digit - 1)).flatten()
}

fn beyond(digit: u8) -> Option<String> {
    class(digit + 1, b'9')
}

/// Unsigned texts up to a number; `closed`: and the number itself. `tail`: what may stand behind fewer whole digits.
fn at_most(whole: &str, places: &str, closed: bool, tail: &str) -> String {
    let mut ways = Vec::new();
    if let Some(fewer) = whole.len().checked_sub(1) {
        ways.push(format!("{}{tail}", digits(0, fewer)));
    }
    let mut before = String::new();
    for (digit, left) in whole.bytes().zip((0..whole.len()).rev()) {
        if let Some(smaller) = below(digit) {
            ways.push(format!("{before}{smaller}{}{tail}", digits(left, left)));
        }
        before.push(char::from(digit));
    }
    // The same whole part: places digit by digit; behind fewer of them, the text may end.
    let zeros = if places.is_empty() { "0+" } else { "0*" };
    let end = closed.then(|| zeros.to_owned());
    let places = places.bytes().rev().fold(end, |rest, digit| {
        let smaller = below(digit).map(|smaller| format!("{smaller}[0-9]*"));
        let same = rest.map(|rest| format!("{}{rest}", char::from(digit)));
        let ways: Vec<String> = [smaller, same].into_iter().flatten().collect();
        Some(format!("(?:{})?", ways.join("|")))
    });
    if let Some(places) = places {
        ways.push(format!("{whole}(?:\\.{places})?"));
    }
    format!("0*(?:{})", ways.join("|"))
}

/// Unsigned texts from a number on.
fn at_least(whole: &str, places: &str) -> String {
    let end = "[0-9]*".to_owned();
    let places = places.bytes().rev().fold(end, |rest, digit| {
        let larger = beyond(digit).map(|larger| format!("{larger}[0-9]*"));
        let same = Some(format!("{}{rest}", char::from(digit)));
        let ways: Vec<String> = [larger, same].into_iter().flatten().collect();
        format!("(?:{})", ways.join("|"))
    });
    let same = match places.as_str() {
        "[0-9]*" => ANY_PLACES.to_owned(),
        places => format!("\\.{places}"),
    };
    larger_whole(whole, format!("{whole}{same}"))
}

/// Unsigned texts beyond a number.
fn above(whole: &str, places: &str) -> String {
    let end = "0*[1-9][0-9]*".to_owned();
    let places = places.bytes().rev().fold(end, |rest, digit| {
        let larger = beyond(digit).map(|larger| format!("{larger}[0-9]*"));
        let same = Some(format!("{}{rest}", char::from(digit)));
        let ways: Vec<String> = [larger, same].into_iter().flatten().collect();
        format!("(?:{})", ways.join("|"))
    });
    larger_whole(whole, format!("{whole}\\.{places}"))
}

/// Unsigned texts with a larger whole part, or of this form.
fn larger_whole(whole: &str, same: String) -> String {
    let more = whole.len();
    let mut ways = vec![format!("[1-9][0-9]{{{more},}}{ANY_PLACES}")];
    let mut before = String::new();
    for (digit, left) in whole.bytes().zip((0..whole.len()).rev()) {
        if let Some(larger) = beyond(digit) {
            ways.push(format!(
                "{before}{larger}{}{ANY_PLACES}",
                digits(left, left)
            ));
        }
        before.push(char::from(digit));
    }
    ways.push(same);
    format!("0*(?:{})", ways.join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{calendar, decimal as number, duration};
    use proptest::prelude::*;
    use regex::Regex;
    use std::cell::RefCell;
    use std::collections::HashMap;

    /// Whether a text fits; each pattern is compiled once.
    fn fits(pattern: &str, text: &str) -> bool {
        thread_local! {
            static KNOWN: RefCell<HashMap<String, Regex>> = RefCell::default();
        }
        KNOWN.with_borrow_mut(|known| {
            let compiled = known.entry(pattern.to_owned());
            let compiled = compiled.or_insert_with(|| Regex::new(pattern).unwrap());
            compiled.is_match(text)
        })
    }

    /// Whether a text fits the patterns of decimals as the schema joins them.
    fn is_decimal(text: &str) -> bool {
        let broken = fits(&super::places(), text) && fits(&coefficient(), text);
        fits(&decimal(), text) && (fits(&whole_decimal(), text) || broken)
    }

    #[test]
    fn every_day_of_the_calendar_and_no_other() {
        let pattern = date();
        let mut days = 0;
        for year in 0..=9999 {
            // All months and days of some years, those that matter of the rest.
            let full = year % 97 == 0 || year < 5;
            for month in 0..=13 {
                for day in (0..=32).filter(|day| full || *day == 0 || *day > 27) {
                    let text = format!("{year:04}-{month:02}-{day:02}");
                    let known = calendar::parse_date(&text).is_ok();
                    assert_eq!(fits(&pattern, &text), known, "{text}");
                    days += u32::from(known);
                }
            }
        }
        assert!(days > 100_000, "{days}");
    }

    #[test]
    fn the_ends_of_decimals() {
        for text in [
            MOST,
            "79228162514264337593543950336",
            "79228162514264337593543950335.0",
            "79228162514264337593543950335.",
            "7.9228162514264337593543950335",
            "7.9228162514264337593543950336",
            "7922816251426433759354395033.50",
            "7922816251426433759354395033.60",
            "0.0000000000000000000000000001",
            "0.00000000000000000000000000010",
            "0.00000000000000000000000000001",
            "00000000000000000000000000000000000000001",
            "10000000000000000000000000000",
            "100000000000000000000000000000",
            "99999999999999999999999999990",
            "9999999999999999999999999999.0000",
            "10000000000000000000000000000.5",
            "1.00000000000000000000000000000000000000000",
            "",
            "-",
            ".",
            "-.",
            ".5",
            "5.",
            "-5",
            "+5",
            "0",
            "-0.0",
            "1 ",
            "1_000",
            "0.0",
            "00.10",
        ] {
            for text in [text.to_owned(), format!("-{text}")] {
                assert_eq!(is_decimal(&text), number::parse(&text).is_ok(), "{text}");
            }
        }
    }

    fn bounds() -> impl Strategy<Value = Bounds> {
        let end = (-3_000..3_000_i64, 0..4_u32).prop_map(|(n, places)| Decimal::new(n, places));
        let wide = (-30..30_i64, 0..3_u32).prop_map(|(n, places)| Decimal::new(n, places));
        let end = prop_oneof![end, wide];
        (end.clone(), end, any::<bool>()).prop_filter_map("no numbers between", |(a, b, open)| {
            let (low, high) = (a.min(b), a.max(b));
            (low < high || !open).then_some(Bounds { low, high, open })
        })
    }

    fn near() -> impl Strategy<Value = (Bounds, String)> {
        let step = (-3..=3_i64, 0..6_u32).prop_map(|(n, places)| Decimal::new(n, places));
        (bounds(), any::<bool>(), step, "0{0,2}", "0{0,2}").prop_map(
            |(bounds, upper, step, front, behind)| {
                let end = if upper { bounds.high } else { bounds.low };
                let text = (end + step).to_string();
                let (sign, text) = match text.strip_prefix('-') {
                    Some(rest) => ("-", rest.to_owned()),
                    None => ("", text),
                };
                let behind = if text.contains('.') {
                    behind
                } else {
                    String::new()
                };
                (bounds, format!("{sign}{front}{text}{behind}"))
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn bounds_are_kept((bounds, text) in near()) {
            let n = number::parse(&text).unwrap();
            let above = n > bounds.high || (bounds.open && n == bounds.high);
            let patterns = within(&bounds);
            let all = patterns.iter().all(|pattern| fits(pattern, &text));
            prop_assert_eq!(all, n >= bounds.low && !above, "{} {:?} {:?}", text, bounds, patterns);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn decimals_are_read(text in "-?0{0,2}[0-9]{0,30}(\\.[0-9]{0,29}0{0,3})?") {
            prop_assert_eq!(is_decimal(&text), number::parse(&text).is_ok(), "{}", text);
        }

        #[test]
        fn moments_and_lengths_are_read(
            clock in "[0-2][0-9]:[0-6][0-9](:[0-6][0-9](\\.[0-9]{0,4})?)?",
            day in "(0001-01-0[12]|9999-12-3[01]|2024-02-29|2023-02-29)",
            offset in "(Z|z|[+-][0-2][0-9]:[0-6][0-9]|)",
            length in "-?P([0-9]{1,2}W)?([0-9]{1,2}D)?(T([0-9]{1,2}H)?([0-9]{1,2}M)?([0-9]{1,2}(\\.[0-9]{0,2})?S)?)?",
        ) {
            prop_assert_eq!(fits(&time(), &clock), calendar::parse_time(&clock).is_ok(), "{}", clock);
            let instant = format!("{day}T{clock}{offset}");
            let read = fits(&datetime(), &instant);
            let at_edge = fits(&edge_of_calendar(), &instant);
            if !at_edge {
                prop_assert_eq!(read, calendar::parse_datetime(&instant).is_ok(), "{}", instant);
            }
            prop_assert_eq!(fits(&duration(), &length), duration::parse_iso(&length).is_ok(), "{}", length);
        }

        #[test]
        fn long_lengths_fit(w in 0..1_000_000_000_u64, d in 0..10_000_000_000_u64, h in 0..100_000_000_000_u64, s in 0..1_000_000_000_000_000_u64) {
            let text = format!("P{w}W{d}DT{h}H9999999999999M{s}.9S");
            prop_assert!(fits(&super::duration(), &text) && duration::parse_iso(&text).is_ok());
        }
    }
}
