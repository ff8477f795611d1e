//! Durations: exact lengths of time in milliseconds, from ISO 8601 and back, and in the language's words.
//!
//! In: texts such as `P7D` or `-PT0.5S`, or milliseconds. Out: milliseconds or a [`TimeError`]; the
//! `Show…` wrappers write without allocating. A day has 24 hours, a week 7 days; months and years have no
//! fixed length and are refused.

use super::calendar::TimeError;
use std::fmt::{self, Display, Formatter};

/// The designators in the order in which they may come, with their milliseconds; `true` behind the `T`.
const UNITS: [(u8, bool, i64); 5] = [
    (b'W', false, 7 * 86_400_000),
    (b'D', false, 86_400_000),
    (b'H', true, 3_600_000),
    (b'M', true, 60_000),
    (b'S', true, 1_000),
];

/// Reads a duration. The last number may have a fraction; what is finer than a millisecond is dropped,
/// towards the shorter for positive and the longer for negative durations (always downwards).
pub(crate) fn parse_iso(text: &str) -> Result<i64, TimeError> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let Some(rest) = rest.strip_prefix('P') else {
        return Err(TimeError::Duration(in_capitals(text)));
    };
    match components(rest.as_bytes()) {
        // The exact value is within thousandths of what i128 holds, so only the ends are to be looked at.
        Ok((whole, has_rest)) => {
            let value = if negative {
                -whole - i128::from(has_rest)
            } else {
                whole
            };
            i64::try_from(value).map_err(|_| TimeError::Long)
        }
        Err(TimeError::Duration(_)) => Err(TimeError::Duration(in_capitals(text))),
        Err(error) => Err(error),
    }
}

/// The repair of `p7d`.
fn in_capitals(text: &str) -> Option<String> {
    let capitals = text.to_ascii_uppercase();
    (capitals != text && parse_iso(&capitals).is_ok()).then_some(capitals)
}

/// What stands behind the `P`: whole milliseconds, and whether a part of one is left over.
fn components(text: &[u8]) -> Result<(i128, bool), TimeError> {
    let wrong = || TimeError::Duration(None);
    let (mut rest, mut in_time, mut next_unit) = (text, false, 0);
    let (mut total, mut has_rest, mut last) = (0_i128, false, false);
    while let Some((first, behind)) = rest.split_first() {
        if *first == b'T' {
            // One `T`, and something behind it.
            if in_time || last || behind.is_empty() {
                return Err(wrong());
            }
            (in_time, rest) = (true, behind);
            continue;
        }
        let number = Number::read(&mut rest)
            .filter(|_| !last)
            .ok_or_else(wrong)?;
        let (designator, behind) = rest.split_first().ok_or_else(wrong)?;
        rest = behind;
        if *designator == b'Y' || (*designator == b'M' && !in_time) {
            return Err(TimeError::Calendar);
        }
        let found = UNITS.iter().enumerate().skip(next_unit);
        let mut found = found.filter(|(_, unit)| (unit.0, unit.1) == (*designator, in_time));
        let (at, (_, _, unit)) = found.next().ok_or_else(wrong)?;
        next_unit = at + 1;
        let (whole, left_over) = number.times(*unit).ok_or(TimeError::Long)?;
        total = total.checked_add(whole).ok_or(TimeError::Long)?;
        has_rest = left_over;
        last = number.has_point;
    }
    // Nothing behind `P`.
    if next_unit == 0 {
        Err(wrong())
    } else {
        Ok((total, has_rest))
    }
}

/// A number with an optional fraction.
struct Number<'t> {
    whole: &'t [u8],
    fraction: &'t [u8],
    has_point: bool,
}

impl<'t> Number<'t> {
    fn read(rest: &mut &'t [u8]) -> Option<Number<'t>> {
        let whole = digits(rest)?;
        let has_point = rest.first() == Some(&b'.');
        let fraction = if has_point {
            *rest = rest.get(1..)?;
            digits(rest)?
        } else {
            &[]
        };
        Some(Number {
            whole,
            fraction,
            has_point,
        })
    }

    /// So many times the unit: the whole milliseconds, and whether a part of one is left over.
    fn times(&self, unit: i64) -> Option<(i128, bool)> {
        let unit = i128::from(unit);
        let mut total = 0_i128;
        for digit in self.whole {
            let next = total
                .checked_mul(10)?
                .checked_add(i128::from(digit - b'0'))?;
            // Far beyond what a duration holds already.
            total = (next <= i128::from(i64::MAX)).then_some(next)?;
        }
        let mut milliseconds = total * unit;
        // Digit by digit, from the first: each is worth a tenth of the one before, `left` carries what is
        // not a whole millisecond. After 13 digits a unit (below 10^9 ms) has nothing whole left to give.
        let (mut scaled, mut scale) = (0_i128, 1_i128);
        for digit in self.fraction.iter().take(18) {
            scaled = scaled * 10 + i128::from(digit - b'0');
            scale *= 10;
        }
        let tail = self.fraction.iter().skip(18).any(|digit| *digit != b'0');
        milliseconds += scaled * unit / scale;
        Some((milliseconds, scaled * unit % scale != 0 || tail))
    }
}

/// Takes a run of digits, at least one.
fn digits<'t>(rest: &mut &'t [u8]) -> Option<&'t [u8]> {
    let run = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, behind) = rest.split_at_checked(run).filter(|_| run > 0)?;
    *rest = behind;
    Some(digits)
}

/// Days, hours, minutes, seconds and milliseconds of a length.
fn split(ms: u64) -> [u64; 5] {
    let seconds = ms / 1000;
    [
        seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
        ms % 1000,
    ]
}

/// A duration in the language's words: `2 hours 30 minutes`, `7 days`, `0 seconds`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShowDuration(pub(crate) i64);

impl Display for ShowDuration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0 seconds");
        }
        let mut before = if self.0 < 0 { "-" } else { "" };
        let words = ["day", "hour", "minute", "second", "millisecond"];
        for (count, word) in split(self.0.unsigned_abs()).into_iter().zip(words) {
            if count > 0 {
                let plural = if count == 1 { "" } else { "s" };
                write!(f, "{before}{count} {word}{plural}")?;
                before = " ";
            }
        }
        Ok(())
    }
}

/// A duration in ISO 8601: `PT2H30M`, `P7D`, `-PT0.5S`, `PT0S`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShowIso(pub(crate) i64);

impl Display for ShowIso {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("PT0S");
        }
        f.write_str(if self.0 < 0 { "-P" } else { "P" })?;
        let [days, hours, minutes, seconds, ms] = split(self.0.unsigned_abs());
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if hours + minutes + seconds + ms > 0 {
            f.write_str("T")?;
        }
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        match (seconds, ms) {
            (0, 0) => Ok(()),
            (_, 0) => write!(f, "{seconds}S"),
            (_, ms) if ms % 100 == 0 => write!(f, "{seconds}.{}S", ms / 100),
            (_, ms) if ms % 10 == 0 => write!(f, "{seconds}.{:02}S", ms / 10),
            (_, ms) => write!(f, "{seconds}.{ms:03}S"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn read_and_shown() {
        for (text, iso, words) in [
            ("P7D", "P7D", "7 days"),
            ("P1W", "P7D", "7 days"),
            ("P1W1D", "P8D", "8 days"),
            ("PT30M", "PT30M", "30 minutes"),
            ("PT150M", "PT2H30M", "2 hours 30 minutes"),
            ("P1DT2H", "P1DT2H", "1 day 2 hours"),
            ("PT0.5S", "PT0.5S", "500 milliseconds"),
            ("PT1.25S", "PT1.25S", "1 second 250 milliseconds"),
            ("PT0.001S", "PT0.001S", "1 millisecond"),
            ("PT1.5H", "PT1H30M", "1 hour 30 minutes"),
            ("-P1DT2H", "-P1DT2H", "-1 day 2 hours"),
            ("PT0.0009S", "PT0S", "0 seconds"),
            ("-PT0.0001S", "-PT0.001S", "-1 millisecond"),
            (
                "-PT0.00000000000000000000001S",
                "-PT0.001S",
                "-1 millisecond",
            ),
            ("P0D", "PT0S", "0 seconds"),
            ("-PT0S", "PT0S", "0 seconds"),
            (
                "P000000000000000000000000000000000000000001D",
                "P1D",
                "1 day",
            ),
        ] {
            let ms = parse_iso(text).unwrap();
            assert_eq!(ShowIso(ms).to_string(), iso, "{text}");
            assert_eq!(ShowDuration(ms).to_string(), words, "{text}");
        }
    }

    #[test]
    fn refused() {
        let spelling = "a duration is written like `P7D`, `PT30M` or `P1DT2H`";
        let calendar = "months and years have no fixed length: a duration has weeks, days, hours, minutes and seconds";
        for (text, says) in [
            ("", spelling),
            ("P", spelling),
            ("PT", spelling),
            ("P1DT", spelling),
            ("P1D2D", spelling),
            ("P2D1W", spelling),
            ("PT1M1H", spelling),
            ("P1H", spelling),
            ("PT1D", spelling),
            ("P1.5DT1H", spelling),
            ("P1.D", spelling),
            ("P.5D", spelling),
            ("P-1D", spelling),
            ("+P1D", spelling),
            ("P1D ", spelling),
            ("7D", spelling),
            ("P7é", spelling),
            ("P1M", calendar),
            ("P1Y", calendar),
            ("P1Y2M", calendar),
            ("p7d", "write `P7D`"),
            ("Pt30m", "write `PT30M`"),
            ("P106751991168D", "this duration is too long"),
            (
                "P99999999999999999999999999999999999999999999D",
                "this duration is too long",
            ),
        ] {
            assert_eq!(parse_iso(text).unwrap_err().to_string(), says, "{text}");
        }
    }

    #[test]
    fn the_ends_come_back() {
        for ms in [i64::MIN, i64::MAX, i64::MIN + 1, 0, 1, -1] {
            assert_eq!(parse_iso(&ShowIso(ms).to_string()), Ok(ms));
        }
    }

    proptest! {
        #[test]
        fn texts_come_back(ms: i64) {
            prop_assert_eq!(parse_iso(&ShowIso(ms).to_string()), Ok(ms));
        }

        #[test]
        fn no_text_panics(text in "-?P?[0-9TWDHMSY.é]{0,30}") {
            let _ = parse_iso(&text);
        }
    }
}
