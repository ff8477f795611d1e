//! The calendar: dates, times of day and instants as integers.
//!
//! A date is the number of days since 1970-01-01, a time of day the milliseconds since midnight, an instant
//! the milliseconds since 1970-01-01T00:00:00Z. In: such numbers. Out: such numbers, or `None` beyond the
//! years 0001 to 9999. The calendar is the Gregorian one throughout, also before 1582. `text` reads and
//! writes them.
//!
//! Invariants: nothing here allocates; a date handed in may be any number, the answer is then `None` or
//! (for [`civil`], [`weekday`] and the differences) what the calendar would say beyond those years.

mod text;

#[cfg(test)]
mod tests;

pub(crate) use text::{
    ShowDate, ShowDatetime, ShowTime, TimeError, parse_date, parse_datetime, parse_time,
};

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;
/// 0001-01-01.
pub(crate) const FIRST_DAY: i64 = -719_162;
/// 9999-12-31.
pub(crate) const LAST_DAY: i64 = 2_932_896;
/// 0001-01-01T00:00:00Z.
pub(crate) const FIRST_INSTANT: i64 = FIRST_DAY * DAY;
/// 9999-12-31T23:59:59.999Z.
pub(crate) const LAST_INSTANT: i64 = LAST_DAY * DAY + DAY - 1;

/// Days of 400 years, after which the calendar repeats.
const CYCLE: i64 = 146_097;
/// Days from 0000-03-01, where the count below starts, to 1970-01-01.
const EPOCH: i64 = 719_468;

/// The day of a date of the years 1 to 9999. `None` if there is no such date.
pub(crate) fn days(year: i64, month: u32, day: u32) -> Option<i64> {
    let year_fits = (1..=9999).contains(&year);
    if !year_fits || day == 0 || day > month_length(year, month)? {
        return None;
    }
    Some(count(year, month, day))
}

/// The days of a month. `None` if there is no such month.
pub(crate) fn month_length(year: i64, month: u32) -> Option<u32> {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(28 + u32::from(is_leap(year))),
        _ => None,
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The day of a date that exists.
///
/// Years are counted from March, so that the leap day is the last of its year and the lengths of the months
/// are a straight line: 153 days for five months.
fn count(year: i64, month: u32, day: u32) -> i64 {
    let year = year - i64::from(month <= 2);
    let month_from_march = (i64::from(month) + 9) % 12;
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    cycle * CYCLE + year * 365 + year / 4 - year / 100 + day_of_year - EPOCH
}

/// Year, month and day of a date.
pub(crate) fn civil(days: i64) -> (i64, u32, u32) {
    let since_march = days.saturating_add(EPOCH);
    let (cycle, day) = (since_march.div_euclid(CYCLE), since_march.rem_euclid(CYCLE));
    // The leap days before this day, taken out: of every 4 years (less one day in the last), every 100, all 400.
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (year * 365 + year / 4 - year / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = cycle * 400 + year + i64::from(month <= 2);
    (year, small(month), small(day_of_month))
}

/// A month or a day of a month.
fn small(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(1)
}

/// The day of the week: 0 is Monday.
pub(crate) fn weekday(days: i64) -> u32 {
    // 1970-01-01 was a Thursday.
    small((days.rem_euclid(7) + 3) % 7)
}

/// Whether dates run so far.
pub(crate) fn is_date(days: i64) -> bool {
    (FIRST_DAY..=LAST_DAY).contains(&days)
}

/// Whether instants run so far.
pub(crate) fn is_instant(ms: i64) -> bool {
    (FIRST_INSTANT..=LAST_INSTANT).contains(&ms)
}

/// So many days later (or earlier).
pub(crate) fn add_days(date: i64, n: i64) -> Option<i64> {
    date.checked_add(n).filter(|sum| is_date(*sum))
}

/// So many months later (or earlier): the same day of the month, or its last where that month is shorter.
pub(crate) fn add_months(date: i64, n: i64) -> Option<i64> {
    let (year, month, day) = civil(date);
    let months = month_number(year, month).checked_add(n)?;
    let (year, month) = (months.div_euclid(12), small(months.rem_euclid(12) + 1));
    days(year, month, day.min(month_length(year, month)?))
}

#[cfg(test)] // differences of years are checked by it
/// So many years later (or earlier); 29 February becomes the 28th where there is none.
pub(crate) fn add_years(date: i64, n: i64) -> Option<i64> {
    add_months(date, n.checked_mul(12)?)
}

/// Months since the year 0.
fn month_number(year: i64, month: u32) -> i64 {
    year * 12 + i64::from(month) - 1
}

/// The whole months from `a` to `b`: the most that can be added to `a` without passing `b`, negative if
/// `b` is the earlier.
pub(crate) fn months_between(a: i64, b: i64) -> i64 {
    if b < a {
        return -months_between(b, a);
    }
    let ((from_year, from_month, from_day), (year, month, day)) = (civil(a), civil(b));
    let months = month_number(year, month) - month_number(from_year, from_month);
    let due = from_day.min(month_length(year, month).unwrap_or(31));
    months - i64::from(due > day)
}

/// The whole years from `a` to `b`: the most that can be added to `a` without passing `b`, negative if `b`
/// is the earlier.
pub(crate) fn years_between(a: i64, b: i64) -> i64 {
    if b < a {
        return -years_between(b, a);
    }
    // Twelve months are a year: both clamp to the same day.
    months_between(a, b) / 12
}
