//! Well-known changes of clocks, the ends of the range, and every zone there and back.

use super::super::calendar::{ShowDate, ShowDatetime, ShowTime, parse_date, parse_datetime};
use super::*;

/// The local time of an instant.
fn shown(zone: &str, utc: &str) -> String {
    let (days, ms) = local(find(zone).unwrap(), parse_datetime(utc).unwrap());
    format!("{}T{}", ShowDate(days), ShowTime(ms))
}

/// The instants of a local time.
fn instants(zone: &str, local: &str) -> String {
    let at = parse_datetime(&format!("{local}Z")).unwrap();
    let found = instant(find(zone).unwrap(), at.div_euclid(DAY), at.rem_euclid(DAY));
    match found {
        Local::One(at) => ShowDatetime(at).to_string(),
        Local::Two(a, b) => format!("{} and {}", ShowDatetime(a), ShowDatetime(b)),
        Local::Skipped { next } => format!("then {}", ShowDatetime(next)),
    }
}

fn midnight(zone: &str, date: &str) -> String {
    let at = start_of_day(find(zone).unwrap(), parse_date(date).unwrap());
    at.map_or("none".to_owned(), |at| ShowDatetime(at).to_string())
}

#[test]
fn names() {
    for zone in 0..count() {
        assert_eq!(find(name(zone)), Some(zone));
    }
    for no_zone in [
        "",
        "Europe",
        "europe/london",
        "Europe/Londn",
        "Europe/London ",
    ] {
        assert_eq!(find(no_zone), None);
    }
    assert_eq!(name(u32::MAX), "UTC");
    assert!(!version().is_empty());
}

#[test]
fn from_instants() {
    for (zone, utc, local) in [
        (
            "Europe/London",
            "2026-03-29T00:59:59.999Z",
            "2026-03-29T00:59:59.999",
        ),
        ("Europe/London", "2026-03-29T01:00:00Z", "2026-03-29T02:00"),
        (
            "America/New_York",
            "2026-11-01T05:59:59Z",
            "2026-11-01T01:59:59",
        ),
        (
            "America/New_York",
            "2026-11-01T06:00:00Z",
            "2026-11-01T01:00",
        ),
        ("Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01T05:45"),
        (
            "Australia/Lord_Howe",
            "2026-04-04T14:59:59Z",
            "2026-04-05T01:59:59",
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-04T15:00:00Z",
            "2026-04-05T01:30",
        ),
        // Local mean time, before clocks were set by zones.
        ("Europe/Rome", "1800-01-01T00:00:00Z", "1800-01-01T00:49:56"),
        (
            "America/New_York",
            "1800-01-01T00:00:00Z",
            "1799-12-31T19:03:58",
        ),
        ("UTC", "2026-01-01T00:00:00.001Z", "2026-01-01T00:00:00.001"),
        // At the ends of the range the local time is clamped.
        (
            "America/New_York",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00",
        ),
        (
            "Asia/Tokyo",
            "9999-12-31T23:00:00Z",
            "9999-12-31T23:59:59.999",
        ),
    ] {
        assert_eq!(shown(zone, utc), local, "{zone} {utc}");
    }
}

#[test]
fn from_local_times() {
    for (zone, local, utc) in [
        ("Europe/London", "2026-06-01T13:00", "2026-06-01T12:00:00Z"),
        // Spring: an hour is skipped.
        (
            "Europe/London",
            "2026-03-29T00:59:59.999",
            "2026-03-29T00:59:59.999Z",
        ),
        (
            "Europe/London",
            "2026-03-29T01:00",
            "then 2026-03-29T01:00:00Z",
        ),
        (
            "Europe/London",
            "2026-03-29T01:59:59.999",
            "then 2026-03-29T01:00:00Z",
        ),
        ("Europe/London", "2026-03-29T02:00", "2026-03-29T01:00:00Z"),
        (
            "America/New_York",
            "2026-03-08T02:30",
            "then 2026-03-08T07:00:00Z",
        ),
        // Autumn: an hour comes twice.
        (
            "Europe/London",
            "2026-10-25T00:59:59",
            "2026-10-24T23:59:59Z",
        ),
        (
            "Europe/London",
            "2026-10-25T01:00",
            "2026-10-25T00:00:00Z and 2026-10-25T01:00:00Z",
        ),
        (
            "Europe/London",
            "2026-10-25T01:59:59.999",
            "2026-10-25T00:59:59.999Z and 2026-10-25T01:59:59.999Z",
        ),
        ("Europe/London", "2026-10-25T02:00", "2026-10-25T02:00:00Z"),
        // Half an hour only.
        (
            "Australia/Lord_Howe",
            "2026-04-05T01:45",
            "2026-04-04T14:45:00Z and 2026-04-04T15:15:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-04T02:15",
            "then 2026-10-03T15:30:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-04T02:30",
            "2026-10-03T15:30:00Z",
        ),
        // Clocks go back over midnight.
        (
            "America/Havana",
            "2026-11-01T00:30",
            "2026-11-01T04:30:00Z and 2026-11-01T05:30:00Z",
        ),
        // A whole day skipped.
        (
            "Pacific/Apia",
            "2011-12-29T23:59:59",
            "2011-12-30T09:59:59Z",
        ),
        (
            "Pacific/Apia",
            "2011-12-30T12:00",
            "then 2011-12-30T10:00:00Z",
        ),
        ("Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00Z"),
        ("Asia/Kathmandu", "2026-01-01T05:45", "2026-01-01T00:00:00Z"),
        ("Europe/Rome", "1800-01-01T00:49:56", "1800-01-01T00:00:00Z"),
        ("Asia/Tokyo", "0001-01-01T00:00", "0001-01-01T00:00:00Z"),
        (
            "America/New_York",
            "9999-12-31T23:00",
            "9999-12-31T23:59:59.999Z",
        ),
    ] {
        assert_eq!(instants(zone, local), utc, "{zone} {local}");
    }
}

#[test]
fn starts_of_days() {
    for (zone, date, utc) in [
        ("Europe/London", "2026-06-01", "2026-05-31T23:00:00Z"),
        // Midnight is skipped: the day starts at 01:00.
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"),
        // Midnight comes twice.
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),
        // The day before ends at 23:00 the second time.
        ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
        ("Asia/Tokyo", "0001-01-01", "none"),
        ("America/New_York", "9999-12-31", "9999-12-31T05:00:00Z"),
    ] {
        assert_eq!(midnight(zone, date), utc, "{zone} {date}");
    }
    assert_eq!(start_of_day(0, LAST_DAY + 1), None);
    assert_eq!(start_of_day(0, i64::MIN), None);
}

#[test]
fn changes_of_clocks() {
    let at = |text: &str| parse_datetime(text).unwrap();
    for (zone, from, change) in [
        (
            "Europe/London",
            "2026-03-29T00:59:59.999Z",
            "2026-03-29T01:00:00Z",
        ),
        (
            "Europe/London",
            "2026-03-28T01:00:00.000Z",
            "2026-03-29T01:00:00Z",
        ),
        // At one minute past midnight.
        (
            "America/St_Johns",
            "2010-11-07T02:30:30Z",
            "2010-11-07T02:31:00Z",
        ),
        (
            "America/Juneau",
            "1867-10-18T12:00:00Z",
            "1867-10-19T00:31:13Z",
        ),
    ] {
        let zone = find(zone).unwrap();
        let from = at(from);
        assert_eq!(next_change(zone, from, from + DAY), Some(at(change)));
        assert_eq!(next_change(zone, at(change), at(change) + DAY), None);
    }
}

/// Clocks that change twice within a day would be seen to change once, or not at all.
#[test]
#[ignore = "takes a minute: looks at each hour of each zone; for a new database"]
fn clocks_change_once_a_day() {
    let step = 3600;
    for place in 0..count() {
        let tz = tz(place);
        let mut last: Option<i64> = None;
        let (mut at, end) = (-4_000_000_000, 4_200_000_000);
        let mut before = offset(tz, at);
        while at < end {
            let after = offset(tz, at + step);
            if after != before {
                let apart = last.map_or(i64::MAX, |last| at - last);
                assert!(apart > 26 * step, "{} at {at}", name(place));
                last = Some(at);
            }
            (at, before) = (at + step, after);
        }
    }
}

#[test]
fn every_zone_there_and_back() {
    for zone in 0..count() {
        // Steps of some 61 days and odd milliseconds, from 1850 to 2100.
        let mut at = parse_datetime("1850-01-01T00:00:00Z").unwrap();
        while at < 4_102_444_800_000 {
            let (days, ms) = local(zone, at);
            match instant(zone, days, ms) {
                Local::One(only) => assert_eq!(only, at),
                Local::Two(first, second) => {
                    assert!(first < second);
                    assert!(first == at || second == at, "{} {at}", name(zone));
                }
                Local::Skipped { .. } => panic!("{} {at}", name(zone)),
            }
            at += 5_300_000_123;
        }
    }
}

#[test]
fn any_number_is_answered() {
    for zone in [0, 7, count(), u32::MAX] {
        for number in [i64::MIN, -1, 0, DAY, i64::MAX] {
            let _ = (local(zone, number), instant(zone, number, number));
            let _ = start_of_day(zone, number);
        }
    }
}

#[test]
fn chronos_ends_do_not_panic() {
    for name in ["Asia/Tokyo", "America/New_York"] {
        let zone = Zone::find(name).unwrap();
        for end in [
            chrono::DateTime::<chrono::Utc>::MIN_UTC,
            chrono::DateTime::<chrono::Utc>::MAX_UTC,
        ] {
            let _ = zone.local(end);
            let _ = zone.instant(end.naive_utc()).to_string();
        }
        for end in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
            let _ = zone.instant(end).to_string();
        }
    }
}
