//! Literals of amounts, dates, times, durations, distances, places and zones, each with what a context gives for it.
//! The edges are over-represented: leap days, ends of months, ends of the calendar, days on which clocks change.

use super::generate::T;
use super::given::Given;
use super::reference::PLACES;
use super::tape::Tape;
use super::{calendar, number};
use num_bigint::BigInt;
use num_rational::BigRational;

pub const CURRENCIES: [&str; 4] = ["GBP", "EUR", "JPY", "KWD"];

const AMOUNTS: [&str; 14] = [
    "12.50", "0", "5", "0.05", "99.99", "0.005", "0.015", "7.125", "2.675", "1000000", "-3",
    "-0.025", "0.5", "1.0005",
];

const DATES: [(i64, i64, i64); 18] = [
    (2026, 3, 1),
    (2024, 2, 29),
    (2026, 1, 31),
    (2026, 2, 28),
    (2000, 2, 29),
    (1900, 2, 28),
    (2026, 3, 29),
    (2026, 10, 25),
    (2025, 12, 31),
    (2026, 1, 1),
    (2007, 11, 30),
    (1970, 1, 1),
    (1969, 12, 31),
    (2026, 4, 30),
    (2027, 3, 31),
    (2100, 3, 1),
    (1, 1, 1),
    (9999, 12, 31),
];

const TIMES: [i64; 8] = [
    66_600_000, 0, 43_200_000, 28_800_000, 75_600_000, 86_399_999, 3_600_000, 9_005_250,
];

const DURATIONS: [(&str, i64); 13] = [
    ("30 minutes", 1_800_000),
    ("0 seconds", 0),
    ("7 days", 604_800_000),
    ("1 day", 86_400_000),
    ("1.5 hours", 5_400_000),
    ("1 week", 604_800_000),
    ("90 seconds", 90_000),
    ("250 milliseconds", 250),
    ("2 hours", 7_200_000),
    ("364 days", 31_449_600_000),
    ("-2 hours", -7_200_000),
    ("0.001 seconds", 1),
    ("3_650 days", 315_360_000_000),
];

const DISTANCES: [(&str, i64); 7] = [
    ("5 km", 5_000),
    ("300 m", 300),
    ("0 m", 0),
    ("0.5 km", 500),
    ("1 metre", 1),
    ("344 km", 344_000),
    ("20_000 km", 20_000_000),
];

pub const ZONES: [&str; 12] = [
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/St_Johns",
    "UTC",
    "Asia/Tokyo",
    "Africa/Casablanca",
    "Pacific/Kiritimati",
    "Europe/Berlin",
    "America/Sao_Paulo",
];

pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Instants of note: midnights, changes of clocks, month ends, and the ends of the calendar last.
pub fn instant(tape: &Tape) -> i64 {
    let day = |y, m, d| calendar::day(y, m, d).expect("a date") * calendar::DAY;
    let hour = 3_600_000;
    let known = [
        day(2026, 3, 6) + 18 * hour,
        day(2026, 3, 29) + hour,
        day(2026, 3, 29) + hour - 1,
        day(2026, 10, 25) + hour,
        day(2026, 10, 25) + hour - 1,
        day(2026, 3, 8) + 7 * hour,
        day(2026, 11, 1) + 6 * hour - 1,
        day(2024, 2, 29),
        day(2024, 2, 29) + 86_399_999,
        day(2026, 1, 1),
        day(2025, 12, 31) + 86_399_999,
        day(2026, 3, 31) + 18 * hour + 30 * 60_000,
        day(2011, 12, 30) + 10 * hour,
        day(2026, 4, 4) + 15 * hour,
        day(1970, 1, 1),
        day(1916, 5, 21) + 2 * hour,
        day(1, 1, 1),
        day(9999, 12, 31) + 86_399_999,
    ];
    match tape.below(10) {
        0..=6 => *tape.pick(&known[..16]),
        7 => *tape.pick(&known),
        _ => {
            // Any minute of some decades.
            let minutes = tape.below(40_000_000);
            day(1980, 1, 1) + i64::try_from(minutes).expect("small") * 60_000
        }
    }
}

/// A literal of a type that is neither a plain number, text nor enum, and what a context gives for it.
pub fn sample(tape: &Tape, ty: &T) -> Option<(String, Given)> {
    Some(match ty {
        T::Money(code) => {
            let amount = tape.word(&AMOUNTS);
            (
                format!("{amount} {code}"),
                Given::Money(number::parse(amount)),
            )
        }
        T::Date => {
            // The ends of the calendar now and then.
            let dates = if tape.chance(10) {
                &DATES[..]
            } else {
                &DATES[..16]
            };
            let (y, m, d) = *tape.pick(dates);
            let day = calendar::day(y, m, d).expect("a date");
            (calendar::date_text(day), Given::Date(day))
        }
        T::Time => {
            let time = *tape.pick(&TIMES);
            (calendar::time_text(time), Given::Time(time))
        }
        T::Instant => {
            let at = instant(tape);
            (calendar::instant_text(at), Given::Instant(at))
        }
        T::Dur => {
            let (text, ms) = *tape.pick(&DURATIONS);
            (text.to_owned(), Given::Duration(ms))
        }
        T::Dist => {
            let (text, m) = *tape.pick(&DISTANCES);
            (text.to_owned(), Given::Metres(m))
        }
        T::Geo => {
            let (lat, lon) = *tape.pick(&PLACES);
            let degrees = |n: i64| {
                let exact = BigRational::new(BigInt::from(n), BigInt::from(10_000_000));
                number::print(&exact)
            };
            (
                format!("geo({}, {})", degrees(lat), degrees(lon)),
                Given::Place(lat, lon),
            )
        }
        T::Zone => {
            let name = tape.word(&ZONES);
            (format!("\"{name}\""), Given::Zone(name.to_owned()))
        }
        T::Weekday => {
            let day = tape.word(&DAYS);
            (day.to_owned(), Given::Member(day.to_owned()))
        }
        _ => return None,
    })
}

/// The instant of a date (its midnight in UTC) or of an instant as it is written here.
pub fn read(text: &str) -> i64 {
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().expect("digits");
    let day = calendar::day(number(0, 4), number(5, 7), number(8, 10)).expect("a date");
    if text.len() == 10 {
        return day * calendar::DAY;
    }
    let seconds = (number(11, 13) * 60 + number(14, 16)) * 60 + number(17, 19);
    let rest = if text.len() == 24 { number(20, 23) } else { 0 };
    day * calendar::DAY + seconds * 1000 + rest
}

/// A value near another: a day, a millisecond or a little apart.
pub fn near(tape: &Tape, value: Given) -> Given {
    let step = [0, 0, 1, -1][tape.below(4)];
    match value {
        Given::Date(n) if calendar::is_date(n + step) => Given::Date(n + step),
        Given::Instant(n) if calendar::is_instant(n + step) => Given::Instant(n + step),
        Given::Time(n) if (0..calendar::DAY).contains(&(n + step)) => Given::Time(n + step),
        Given::Duration(n) => Given::Duration(n + step),
        Given::Metres(n) => Given::Metres((n + step).max(0)),
        Given::Money(n) => {
            Given::Money(n + BigRational::new(BigInt::from(step), BigInt::from(200)))
        }
        other => other,
    }
}
