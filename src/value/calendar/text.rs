//! Dates, times of day and instants from ISO 8601 and back.
//!
//! In: the text of a literal, a JSON string or a CSV cell. Out: the number, or a [`TimeError`] that says in
//! a rule author's words what is wrong and, where that is clear, how it is written. The `Show…` wrappers
//! write without allocating.
//!
//! Invariants: only a mistake allocates (for its repair); what is shown is read back as the same number.

use super::{DAY, civil, days, is_instant, month_length};
use std::fmt::{self, Display, Formatter};

/// What is wrong with a date, a time of day, an instant or a duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TimeError {
    /// Not written as a date; the repair if one is clear.
    Date(Option<String>),
    /// Not written as a time of day.
    Time(Option<String>),
    /// Not written as an instant.
    Datetime(Option<String>),
    /// An instant without its offset.
    NoOffset,
    /// An offset of more than a day.
    Offset,
    /// The month has no such day.
    Day { year: i64, month: u32, day: u32 },
    /// There is no such month.
    Month(u32),
    /// Beyond the years 0001 to 9999.
    Year,
    /// There is no such time of day.
    NoSuchTime,
    /// `:60`.
    LeapSecond,
    /// Not written as a duration.
    Duration(Option<String>),
    /// A duration with months or years.
    Calendar,
    /// Longer than a duration can be.
    Long,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl TimeError {
    /// The right spelling, where it is clear.
    pub(crate) fn repair(&self) -> Option<String> {
        match self {
            TimeError::Date(repair)
            | TimeError::Time(repair)
            | TimeError::Datetime(repair)
            | TimeError::Duration(repair) => repair.clone(),
            _ => None,
        }
    }
}

impl Display for TimeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            TimeError::Date(Some(repair))
            | TimeError::Time(Some(repair))
            | TimeError::Datetime(Some(repair))
            | TimeError::Duration(Some(repair)) => write!(f, "write `{repair}`"),
            TimeError::Date(None) => f.write_str("a date is written like `2026-03-01`"),
            TimeError::Time(None) => f.write_str("a time of day is written like `18:30`"),
            TimeError::Datetime(None) => {
                f.write_str("an instant is written like `2026-03-01T18:30:00Z`")
            }
            TimeError::NoOffset => f.write_str("an instant needs its offset: `Z` or `+01:00`"),
            TimeError::Offset => f.write_str("an offset lies between `-23:59` and `+23:59`"),
            TimeError::Day { year, month, day } => {
                let index = usize::try_from(*month).unwrap_or(0).wrapping_sub(1);
                let name = MONTHS.get(index).unwrap_or(&"");
                write!(f, "there is no {day} {name} {year}")
            }
            TimeError::Month(month) => write!(f, "there is no month {month}"),
            TimeError::Year => f.write_str("years run from 0001 to 9999"),
            TimeError::NoSuchTime => {
                f.write_str("there is no such time: a day runs from `00:00` to `23:59:59.999`")
            }
            TimeError::LeapSecond => {
                f.write_str("leap seconds are not counted: seconds run from 00 to 59")
            }
            TimeError::Duration(None) => {
                f.write_str("a duration is written like `P7D`, `PT30M` or `P1DT2H`")
            }
            TimeError::Calendar => f.write_str(
                "months and years have no fixed length: a duration has weeks, days, hours, minutes and seconds",
            ),
            TimeError::Long => f.write_str("this duration is too long"),
        }
    }
}

/// The rest of a text that is being read.
#[derive(Clone, Copy)]
struct Reader<'t>(&'t [u8]);

impl Reader<'_> {
    /// The value of a run of digits, which must have so many.
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let run = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        if run < least || run > most {
            return None;
        }
        let (digits, rest) = self.0.split_at_checked(run)?;
        self.0 = rest;
        let value = |sum: u32, b: &u8| sum * 10 + u32::from(b - b'0');
        Some(digits.iter().fold(0, value))
    }

    /// Whether this byte comes next; if so, it is read.
    fn takes(&mut self, byte: u8) -> bool {
        let rest = self.0.strip_prefix(&[byte]);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Milliseconds of a fraction of a second: its first three digits. `None` without any digit.
    fn fraction(&mut self) -> Option<i64> {
        let run = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at_checked(run)?;
        self.0 = rest;
        let digit = |at: usize| digits.get(at).map_or(0, |b| i64::from(b - b'0'));
        (run > 0).then(|| digit(0) * 100 + digit(1) * 10 + digit(2))
    }
}

/// The day, or which part of it there is not.
fn checked_date(year: i64, month: u32, day: u32) -> Result<i64, TimeError> {
    if !(1..=9999).contains(&year) {
        return Err(TimeError::Year);
    }
    if month_length(year, month).is_none() {
        return Err(TimeError::Month(month));
    }
    days(year, month, day).ok_or(TimeError::Day { year, month, day })
}

/// `2026-03-01`; `None` if it is not written so.
fn date(reader: &mut Reader<'_>) -> Option<(i64, u32, u32)> {
    let year = reader.digits(4, 4)?;
    let month = reader.takes(b'-').then(|| reader.digits(2, 2))??;
    let day = reader.takes(b'-').then(|| reader.digits(2, 2))??;
    Some((i64::from(year), month, day))
}

/// Hours, minutes, seconds and milliseconds.
type Clock = (u32, u32, u32, i64);

/// `18:30`, `18:30:05`, `18:30:05.250`; `None` if it is not written so.
fn time(reader: &mut Reader<'_>) -> Option<Clock> {
    let hour = reader.digits(2, 2)?;
    let minute = reader.takes(b':').then(|| reader.digits(2, 2))??;
    if !reader.takes(b':') {
        return Some((hour, minute, 0, 0));
    }
    let second = reader.digits(2, 2)?;
    let ms = if reader.takes(b'.') {
        reader.fraction()?
    } else {
        0
    };
    Some((hour, minute, second, ms))
}

fn checked_time((hour, minute, second, ms): Clock) -> Result<i64, TimeError> {
    if hour > 23 || minute > 59 || second > 60 {
        return Err(TimeError::NoSuchTime);
    }
    if second == 60 {
        return Err(TimeError::LeapSecond);
    }
    Ok(i64::from((hour * 60 + minute) * 60 + second) * 1000 + ms)
}

/// Reads a date: `2026-03-01`.
pub(crate) fn parse_date(text: &str) -> Result<i64, TimeError> {
    let mut reader = Reader(text.as_bytes());
    match date(&mut reader) {
        Some((year, month, day)) if reader.0.is_empty() => checked_date(year, month, day),
        _ => match loose_date(text) {
            Some(repaired) => Err(TimeError::Date(Some(repaired?))),
            None => Err(TimeError::Date(None)),
        },
    }
}

/// Reads a time of day: `18:30`, `18:30:05`, `18:30:05.250`. What is finer than a millisecond is dropped.
pub(crate) fn parse_time(text: &str) -> Result<i64, TimeError> {
    let mut reader = Reader(text.as_bytes());
    match time(&mut reader) {
        Some(clock) if reader.0.is_empty() => checked_time(clock),
        _ => Err(TimeError::Time(loose_time(text))),
    }
}

/// Reads an instant: `2026-03-01T18:30:00Z`, with the offset `Z` or `+01:00`. What is finer than a
/// millisecond is dropped, always towards the past: the date is counted first and the fraction added.
pub(crate) fn parse_datetime(text: &str) -> Result<i64, TimeError> {
    let mut reader = Reader(text.as_bytes());
    let Some(((year, month, day), clock)) = date_and_time(&mut reader) else {
        return Err(TimeError::Datetime(loose_datetime(text)));
    };
    if reader.0.is_empty() {
        checked_date(year, month, day)?;
        checked_time(clock)?;
        return Err(TimeError::NoOffset);
    }
    let Some((ahead, hours, minutes)) = offset(&mut reader).filter(|_| reader.0.is_empty()) else {
        return Err(TimeError::Datetime(loose_datetime(text)));
    };
    let local = checked_date(year, month, day)? * DAY + checked_time(clock)?;
    if hours > 23 || minutes > 59 {
        return Err(TimeError::Offset);
    }
    let offset = i64::from(hours * 60 + minutes) * 60_000;
    let instant = if ahead {
        local - offset
    } else {
        local + offset
    };
    is_instant(instant)
        .then_some(instant)
        .ok_or(TimeError::Year)
}

fn date_and_time(reader: &mut Reader<'_>) -> Option<((i64, u32, u32), Clock)> {
    let date = date(reader)?;
    let time = reader.takes(b'T').then(|| time(reader))??;
    Some((date, time))
}

/// `Z` or `+01:00`: whether clocks are ahead of UTC, by how many hours and minutes.
fn offset(reader: &mut Reader<'_>) -> Option<(bool, u32, u32)> {
    if reader.takes(b'Z') {
        return Some((true, 0, 0));
    }
    let ahead = reader.takes(b'+');
    if !ahead && !reader.takes(b'-') {
        return None;
    }
    let hours = reader.digits(2, 2)?;
    let minutes = reader.takes(b':').then(|| reader.digits(2, 2))??;
    Some((ahead, hours, minutes))
}

/// The date that was meant by `2026-3-1`, `2026/03/01` or `2026.3.1`: its spelling, or why there is none.
/// A year of more than four digits is beyond the years there are.
fn loose_date(text: &str) -> Option<Result<String, TimeError>> {
    let mut parts = text.split(['-', '/', '.']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, most: usize| {
        let plain = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (year_value, month, day) = (digits(year, 9)?, digits(month, 2)?, digits(day, 2)?);
    if parts.next().is_some() || year.len() < 4 {
        return None;
    }
    let date = checked_date(i64::from(year_value), month, day);
    Some(date.map(|days| ShowDate(days).to_string()))
}

/// The time that was meant by `9:30`.
fn loose_time(text: &str) -> Option<String> {
    let padded = format!("0{text}");
    parse_strictly(&padded, parse_time_strictly)
}

/// Reads without looking for repairs, so that a repair is never itself repaired.
fn parse_strictly(text: &str, read: fn(&str) -> Option<i64>) -> Option<String> {
    read(text).map(|_| text.to_owned())
}

fn parse_time_strictly(text: &str) -> Option<i64> {
    let mut reader = Reader(text.as_bytes());
    let clock = time(&mut reader)?;
    reader.0.is_empty().then(|| checked_time(clock).ok())?
}

/// The instant that was meant by `2026-3-1 9:30z` or `2026-03-01T09:30+0100`.
fn loose_datetime(text: &str) -> Option<String> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let date = loose_date(date)?.ok()?;
    let zone = rest.find(['Z', 'z', '+', '-', ' '])?;
    let (time, zone) = rest.split_at_checked(zone)?;
    let time = match parse_time_strictly(time) {
        Some(_) => time.to_owned(),
        None => loose_time(time)?,
    };
    let zone = match zone.trim_start() {
        "Z" | "z" => "Z".to_owned(),
        offset => {
            let (hours, minutes) = offset.split_at_checked(3)?;
            let minutes = if minutes.is_empty() { "00" } else { minutes };
            format!("{hours}:{}", minutes.trim_start_matches(':'))
        }
    };
    let repaired = format!("{date}T{time}{zone}");
    // Strictly: the pieces may still make no instant.
    let mut reader = Reader(repaired.as_bytes());
    let read = date_and_time(&mut reader).and_then(|_| offset(&mut reader));
    (read.is_some() && reader.0.is_empty() && repaired != text).then_some(repaired)
}

/// A date as `2026-03-01`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShowDate(pub(crate) i64);

impl Display for ShowDate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A time of day as `18:30`, `18:30:05` or `18:30:05.250`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShowTime(pub(crate) i64);

impl Display for ShowTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (seconds, ms) = (self.0.div_euclid(1000), self.0.rem_euclid(1000));
        write!(f, "{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        match (seconds % 60, ms) {
            (0, 0) => Ok(()),
            (second, 0) => write!(f, ":{second:02}"),
            (second, ms) => write!(f, ":{second:02}.{ms:03}"),
        }
    }
}

/// An instant as `2026-03-01T18:30:00Z`, with milliseconds only if there are any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShowDatetime(pub(crate) i64);

impl Display for ShowDatetime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (days, ms) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        write!(f, "{}T{}", ShowDate(days), ShowTime(ms))?;
        // An instant always has its seconds.
        f.write_str(if ms % 60_000 == 0 { ":00Z" } else { "Z" })
    }
}
