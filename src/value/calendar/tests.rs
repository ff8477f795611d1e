//! The calendar against a day-by-day count, against chrono, and its texts.

use super::*;
use chrono::{Datelike, Months, NaiveDate};
use proptest::prelude::*;

fn date(text: &str) -> i64 {
    parse_date(text).unwrap()
}

#[test]
fn every_day_follows_the_day_before() {
    let (mut year, mut month, mut day) = (1, 1, 1);
    for n in FIRST_DAY..=LAST_DAY {
        assert_eq!(civil(n), (year, month, day));
        assert_eq!(days(year, month, day), Some(n));
        day += 1;
        if day > month_length(year, month).unwrap() {
            (month, day) = (month + 1, 1);
        }
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
    assert_eq!((year, month, day), (10_000, 1, 1));
}

#[test]
fn dates_that_do_not_exist() {
    for (year, month, day) in [
        (0, 12, 31),
        (10_000, 1, 1),
        (2026, 0, 1),
        (2026, 13, 1),
        (2026, 2, 29),
        (1900, 2, 29),
        (2026, 4, 31),
        (2026, 4, 0),
        (i64::MIN, 1, 1),
    ] {
        assert_eq!(days(year, month, day), None);
    }
    assert!(days(2000, 2, 29).is_some());
}

#[test]
fn weekdays() {
    assert_eq!(weekday(0), 3);
    assert_eq!(weekday(date("2026-03-01")), 6);
    assert_eq!(weekday(-1), 2);
    assert_eq!(weekday(FIRST_DAY), 0);
}

#[test]
fn months_are_clamped() {
    for (from, n, to) in [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", -48, "2020-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
    ] {
        assert_eq!(add_months(date(from), n), Some(date(to)), "{from} {n}");
    }
    assert_eq!(add_years(date("2024-02-29"), 1), Some(date("2025-02-28")));
}

#[test]
fn nothing_beyond_the_range() {
    assert_eq!(add_days(LAST_DAY, 1), None);
    assert_eq!(add_days(FIRST_DAY, -1), None);
    assert_eq!(add_days(0, i64::MAX), None);
    assert_eq!(add_days(-1, i64::MIN), None);
    assert_eq!(add_months(LAST_DAY, 1), None);
    assert_eq!(add_months(FIRST_DAY, -1), None);
    assert_eq!(add_months(0, i64::MAX), None);
    assert_eq!(add_years(0, i64::MAX), None);
    assert_eq!(add_years(0, i64::MIN), None);
    assert_eq!(
        add_months(FIRST_DAY, 9998 * 12 + 11),
        Some(date("9999-12-01"))
    );
    let _ = (
        civil(i64::MAX),
        civil(i64::MIN),
        weekday(i64::MAX),
        weekday(i64::MIN),
    );
}

#[test]
fn differences() {
    for (a, b, months, years) in [
        ("2026-01-31", "2026-02-28", 1, 0),
        ("2026-01-31", "2026-02-27", 0, 0),
        ("2024-02-29", "2025-02-28", 12, 1),
        ("2024-02-29", "2025-02-27", 11, 0),
        ("2024-02-29", "2028-02-28", 47, 3),
        ("2026-02-28", "2026-01-31", -1, 0),
        ("2000-06-15", "2026-06-14", 311, 25),
        ("2026-03-01", "2026-03-01", 0, 0),
    ] {
        assert_eq!(months_between(date(a), date(b)), months, "{a} {b}");
        assert_eq!(years_between(date(a), date(b)), years, "{a} {b}");
    }
}

#[test]
fn dates_from_text() {
    for text in ["2026-03-01", "0001-01-01", "9999-12-31", "2024-02-29"] {
        assert_eq!(ShowDate(date(text)).to_string(), text);
    }
    assert_eq!(
        (date("0001-01-01"), date("9999-12-31")),
        (FIRST_DAY, LAST_DAY)
    );
    for (text, says, repair) in [
        ("2026-02-30", "there is no 30 February 2026", None),
        ("2026-2-30", "there is no 30 February 2026", None),
        ("2026-13-01", "there is no month 13", None),
        ("2026-00-01", "there is no month 0", None),
        ("0000-01-01", "years run from 0001 to 9999", None),
        ("12026-01-01", "years run from 0001 to 9999", None),
        ("2026-3-1", "write `2026-03-01`", Some("2026-03-01")),
        ("2026/03/01", "write `2026-03-01`", Some("2026-03-01")),
        ("01.03.2026", "a date is written like `2026-03-01`", None),
        ("26-03-01", "a date is written like `2026-03-01`", None),
        (
            "2026-03-01T00:00",
            "a date is written like `2026-03-01`",
            None,
        ),
        ("+026-03-01", "a date is written like `2026-03-01`", None),
        ("", "a date is written like `2026-03-01`", None),
        (
            "２０２６-03-01",
            "a date is written like `2026-03-01`",
            None,
        ),
    ] {
        let error = parse_date(text).unwrap_err();
        assert_eq!(error.to_string(), says, "{text}");
        assert_eq!(error.repair().as_deref(), repair, "{text}");
    }
}

#[test]
fn times_from_text() {
    for (text, shown) in [
        ("18:30", "18:30"),
        ("18:30:00", "18:30"),
        ("18:30:05", "18:30:05"),
        ("18:30:05.25", "18:30:05.250"),
        ("23:59:59.9999999999999999999", "23:59:59.999"),
        ("00:00:00.001", "00:00:00.001"),
    ] {
        assert_eq!(ShowTime(parse_time(text).unwrap()).to_string(), shown);
    }
    for (text, says) in [
        (
            "24:00",
            "there is no such time: a day runs from `00:00` to `23:59:59.999`",
        ),
        (
            "18:60",
            "there is no such time: a day runs from `00:00` to `23:59:59.999`",
        ),
        (
            "23:59:60",
            "leap seconds are not counted: seconds run from 00 to 59",
        ),
        ("9:30", "write `09:30`"),
        ("18", "a time of day is written like `18:30`"),
        ("18:30:", "a time of day is written like `18:30`"),
        ("18:30:05.", "a time of day is written like `18:30`"),
        ("18:30Z", "a time of day is written like `18:30`"),
        ("", "a time of day is written like `18:30`"),
    ] {
        assert_eq!(parse_time(text).unwrap_err().to_string(), says, "{text}");
    }
}

#[test]
fn instants_from_text() {
    for (text, shown) in [
        ("2026-03-01T18:30:00Z", "2026-03-01T18:30:00Z"),
        ("2026-03-01T18:30+01:00", "2026-03-01T17:30:00Z"),
        ("2026-03-01T18:30:05.250-05:30", "2026-03-02T00:00:05.250Z"),
        ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
        ("0001-01-01T01:00+01:00", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.999Z"),
    ] {
        assert_eq!(
            ShowDatetime(parse_datetime(text).unwrap()).to_string(),
            shown
        );
    }
    assert_eq!(parse_datetime("1969-12-31T23:59:59.9999Z"), Ok(-1));
    for (text, says) in [
        (
            "2026-03-01T18:30:00",
            "an instant needs its offset: `Z` or `+01:00`",
        ),
        (
            "2026-03-01T18:30:00+24:00",
            "an offset lies between `-23:59` and `+23:59`",
        ),
        ("2026-02-30T18:30:00Z", "there is no 30 February 2026"),
        ("2026-02-30T18:30:00", "there is no 30 February 2026"),
        (
            "2016-12-31T23:59:60Z",
            "leap seconds are not counted: seconds run from 00 to 59",
        ),
        ("0001-01-01T00:00:00+00:01", "years run from 0001 to 9999"),
        ("9999-12-31T23:59:59-00:01", "years run from 0001 to 9999"),
        ("2026-03-01 18:30:00Z", "write `2026-03-01T18:30:00Z`"),
        ("2026-3-1t9:30z", "write `2026-03-01T09:30Z`"),
        (
            "2026-03-01T18:30:00+0100",
            "write `2026-03-01T18:30:00+01:00`",
        ),
        (
            "2026-03-01T18:30:00 +01",
            "write `2026-03-01T18:30:00+01:00`",
        ),
        (
            "2026-03-01",
            "an instant is written like `2026-03-01T18:30:00Z`",
        ),
        (
            "2026-03-01T18:30:00Zulu",
            "an instant is written like `2026-03-01T18:30:00Z`",
        ),
        (
            "2026-03-01T18:30:00+日本",
            "an instant is written like `2026-03-01T18:30:00Z`",
        ),
        ("", "an instant is written like `2026-03-01T18:30:00Z`"),
    ] {
        assert_eq!(
            parse_datetime(text).unwrap_err().to_string(),
            says,
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn as_chrono_counts(day in FIRST_DAY..=LAST_DAY, months in 0u32..2400) {
        let theirs = NaiveDate::from_num_days_from_ce_opt(i32::try_from(day).unwrap() + 719_163).unwrap();
        prop_assert_eq!(civil(day), (i64::from(theirs.year()), theirs.month(), theirs.day()));
        prop_assert_eq!(weekday(day), theirs.weekday().num_days_from_monday());
        let later = theirs.checked_add_months(Months::new(months)).unwrap();
        let later = (later.year() <= 9999).then(|| i64::from(later.num_days_from_ce()) - 719_163);
        prop_assert_eq!(add_months(day, i64::from(months)), later);
    }

    #[test]
    fn the_most_that_does_not_pass(a in FIRST_DAY..=LAST_DAY, gap in 0i64..4000) {
        let b = (a + gap).min(LAST_DAY);
        let (months, years) = (months_between(a, b), years_between(a, b));
        prop_assert!(add_months(a, months).unwrap() <= b);
        prop_assert!(add_months(a, months + 1).is_none_or(|d| d > b));
        prop_assert!(add_years(a, years).unwrap() <= b);
        prop_assert!(add_years(a, years + 1).is_none_or(|d| d > b));
        prop_assert_eq!(months_between(b, a), -months);
        prop_assert_eq!(years_between(b, a), -years);
    }

    #[test]
    fn texts_come_back(ms in FIRST_INSTANT..=LAST_INSTANT) {
        prop_assert_eq!(parse_datetime(&ShowDatetime(ms).to_string()), Ok(ms));
        let time = ms.rem_euclid(DAY);
        prop_assert_eq!(parse_time(&ShowTime(time).to_string()), Ok(time));
    }

    #[test]
    fn no_text_panics(text in "[0-9TZtz:+. \\-/é]{0,30}") {
        let _ = parse_date(&text);
        let _ = parse_time(&text);
        if let Err(error) = parse_datetime(&text)
            && let Some(repair) = error.repair()
        {
            prop_assert!(!matches!(parse_datetime(&repair), Err(TimeError::Datetime(_))), "{repair}");
        }
    }
}
