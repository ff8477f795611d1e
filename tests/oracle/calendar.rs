//! The oracle's own calendar: days counted one after the other from a table of month lengths, nothing else.
//!
//! In: dates as days since 1970-01-01, times as milliseconds. Out: years, months and days; steps and differences by
//! their definitions; local times from chrono; texts in ISO 8601. Nothing here uses the engine's calendar.

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::{TZ_VARIANTS, Tz};
use std::sync::OnceLock;

/// Milliseconds of a day.
pub const DAY: i64 = 24 * 60 * 60 * 1000;

/// The days from 0001-01-01 to the first of January of each year, by year from 1.
fn years() -> &'static [i64] {
    static YEARS: OnceLock<Vec<i64>> = OnceLock::new();
    YEARS.get_or_init(|| {
        let mut starts = vec![i64::MIN, 0];
        let mut day = 0;
        for year in 1..=9999 {
            day += (1..=12).map(|m| length(year, m)).sum::<i64>();
            starts.push(day);
        }
        starts
    })
}

/// The days of a month.
pub fn length(year: i64, month: i64) -> i64 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    lengths[usize::try_from(month - 1).expect("a month")] + i64::from(leap && month == 2)
}

/// The day of a date; `None` beyond the years 1 to 9999.
pub fn day(year: i64, month: i64, of_month: i64) -> Option<i64> {
    if !(1..=9999).contains(&year) {
        return None;
    }
    let place = |y: i64| years()[usize::try_from(y).expect("a year")];
    let before: i64 = (1..month).map(|m| length(year, m)).sum();
    Some(place(year) + before + of_month - 1 - place(1970))
}

/// The first and the last date.
pub fn ends() -> (i64, i64) {
    (
        day(1, 1, 1).expect("a date"),
        day(9999, 12, 31).expect("a date"),
    )
}

/// Whether dates run so far.
pub fn is_date(days: i64) -> bool {
    let (first, last) = ends();
    first <= days && days <= last
}

/// Whether instants run so far.
pub fn is_instant(ms: i64) -> bool {
    let (first, last) = ends();
    first * DAY <= ms && ms < (last + 1) * DAY
}

/// Year, month and day of a date.
pub fn parts(days: i64) -> (i64, i64, i64) {
    assert!(is_date(days), "{days} is no date");
    let mut rest = days - ends().0;
    let mut year = years().partition_point(|start| *start <= rest) - 1;
    rest -= years()[year];
    let mut month = 1;
    loop {
        let length = length(i64::try_from(year).expect("small"), month);
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    year = year.max(1);
    (i64::try_from(year).expect("small"), month, rest + 1)
}

/// The day of the week, 0 for Monday, counted from a day that is known: 2000-01-01 was a Saturday.
pub fn weekday(days: i64) -> usize {
    let from = day(2000, 1, 1).expect("a date");
    usize::try_from((days - from + 5).rem_euclid(7)).expect("small")
}

/// So many months later: the same day of that month, or its last.
pub fn add_months(days: i64, n: i64) -> Option<i64> {
    let (year, month, of_month) = parts(days);
    let months = i128::from(year) * 12 + i128::from(month - 1) + i128::from(n);
    let year = i64::try_from(months.div_euclid(12)).ok()?;
    let month = i64::try_from(months.rem_euclid(12)).ok()? + 1;
    day(year, month, of_month.min(length(year, month)))
}

/// The largest `n` of so many months each that `a` plus `n` does not pass `b`; the negative of the way back.
pub fn months_between(a: i64, b: i64, each: i64) -> i64 {
    if b < a {
        return -months_between(b, a, each);
    }
    let mut n = (b - a) / (28 * each) + 1;
    while add_months(a, n * each).is_none_or(|later| later > b) {
        n -= 1;
    }
    n
}

/// The zone of that place among all.
pub fn zone(place: usize) -> Tz {
    TZ_VARIANTS[place]
}

/// The place of a zone.
pub fn zone_named(name: &str) -> usize {
    let found = TZ_VARIANTS.iter().position(|z| z.name() == name);
    found.expect("a zone")
}

/// The local date and time of day; what would lie beyond the calendar is its end.
pub fn local(place: usize, instant: i64) -> (i64, i64) {
    let utc = DateTime::from_timestamp_millis(instant).expect("an instant");
    let there = utc.with_timezone(&zone(place));
    let (date, time) = (there.date_naive(), there.time());
    let (first, last) = ends();
    match day(date.year().into(), date.month().into(), date.day().into()) {
        Some(days) => {
            let seconds = i64::from(time.num_seconds_from_midnight());
            (days, seconds * 1000 + instant.rem_euclid(1000))
        }
        None if date.year() < 1 => (first, 0),
        None => (last, DAY - 1),
    }
}

/// The first instant at which it is that day there, or a later one. (Clocks have changed at quarter hours since 1990.)
pub fn start_of_day(place: usize, day: i64) -> i64 {
    let mut at = day * DAY - 16 * 3_600_000;
    while local(place, at).0 < day {
        at += 900_000;
    }
    at
}

/// A date as it is written.
pub fn date_text(days: i64) -> String {
    let (year, month, day) = parts(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A time of day as it is written: seconds only where there are some.
pub fn time_text(ms: i64) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    let text = format!("{hours:02}:{minutes:02}");
    match (seconds, ms % 1000) {
        (0, 0) => text,
        (s, 0) => format!("{text}:{s:02}"),
        (s, ms) => format!("{text}:{s:02}.{ms:03}"),
    }
}

/// An instant as it is written, in UTC.
pub fn instant_text(ms: i64) -> String {
    let time = time_text(ms.rem_euclid(DAY));
    let seconds = if time.len() == 5 { ":00" } else { "" };
    format!("{}T{time}{seconds}Z", date_text(ms.div_euclid(DAY)))
}

/// Days, hours, minutes, seconds and milliseconds of a duration, and whether it is negative.
fn clock(ms: i64) -> ([i128; 5], bool) {
    let all = i128::from(ms).abs();
    let units = [86_400_000, 3_600_000, 60_000, 1_000, 1];
    let mut rest = all;
    let counts = units.map(|unit| {
        let count = rest / unit;
        rest -= count * unit;
        count
    });
    (counts, ms < 0)
}

/// A duration in words.
pub fn duration_words(ms: i64) -> String {
    let (counts, negative) = clock(ms);
    let names = ["day", "hour", "minute", "second", "millisecond"];
    let said = counts.iter().zip(names).filter(|(count, _)| **count != 0);
    let words: Vec<String> = said
        .map(|(count, name)| format!("{count} {name}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    match words.is_empty() {
        true => "0 seconds".to_owned(),
        false => format!("{}{}", if negative { "-" } else { "" }, words.join(" ")),
    }
}

/// A duration in ISO 8601.
pub fn duration_iso(ms: i64) -> String {
    let ([days, hours, minutes, seconds, ms], negative) = clock(ms);
    let mut date = String::new();
    let mut time = String::new();
    if days != 0 {
        date = format!("{days}D");
    }
    for (count, letter) in [(hours, 'H'), (minutes, 'M')] {
        if count != 0 {
            time.push_str(&format!("{count}{letter}"));
        }
    }
    if ms != 0 {
        let places = format!("{ms:03}");
        time.push_str(&format!("{seconds}.{}S", places.trim_end_matches('0')));
    } else if seconds != 0 {
        time.push_str(&format!("{seconds}S"));
    }
    let sign = if negative { "-" } else { "" };
    match (date.is_empty(), time.is_empty()) {
        (true, true) => "PT0S".to_owned(),
        (_, true) => format!("{sign}P{date}"),
        _ => format!("{sign}P{date}T{time}"),
    }
}

#[test]
fn counts_as_the_world_does() {
    assert_eq!(day(1970, 1, 1), Some(0));
    assert_eq!(day(2026, 3, 1), Some(20_513));
    assert_eq!(parts(0), (1970, 1, 1));
    assert_eq!(weekday(0), 3);
    for days in (ends().0..=ends().1).step_by(97) {
        let (y, m, d) = parts(days);
        assert_eq!(day(y, m, d), Some(days));
    }
    let date = |y, m, d| day(y, m, d).expect("a date");
    assert_eq!(add_months(date(2024, 1, 31), 1), Some(date(2024, 2, 29)));
    assert_eq!(add_months(date(2024, 2, 29), 12), Some(date(2025, 2, 28)));
    assert_eq!(add_months(date(9999, 12, 1), 1), None);
    assert_eq!(months_between(date(2000, 2, 29), date(2001, 2, 28), 12), 1);
    assert_eq!(months_between(date(2000, 3, 31), date(2000, 4, 30), 1), 1);
    assert_eq!(months_between(date(2000, 4, 30), date(2000, 3, 31), 1), -1);
    assert_eq!(instant_text(-1), "1969-12-31T23:59:59.999Z");
    assert_eq!(
        duration_words(-90_061_001),
        "-1 day 1 hour 1 minute 1 second 1 millisecond"
    );
    assert_eq!(duration_iso(9_000_500), "PT2H30M0.5S");
    let london = zone_named("Europe/London");
    assert_eq!(
        local(london, date(2026, 7, 1) * DAY),
        (date(2026, 7, 1), 3_600_000)
    );
}
