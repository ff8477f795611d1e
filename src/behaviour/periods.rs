//! Periods of the calendar as instants: where days, weeks, months and years begin in a zone.

use crate::graph::streams::start_of;
use crate::syntax::ast::Period;
use crate::value::{calendar, zone};

const HOUR: i64 = 3_600_000;

/// The calendar that windows go by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar {
    pub(crate) zone: u32,
    /// The first day of a week: 0 is Monday.
    pub(crate) week_start: u32,
}

impl Calendar {
    /// When the period begins that an instant lies in, or one so many before it (after it, where negative).
    pub(crate) fn start(self, period: Period, now: i64, back: i64) -> i64 {
        if period == Period::Hour {
            let (_, time) = zone::local(self.zone, now);
            return (now - time % HOUR).saturating_sub(back.saturating_mul(HOUR));
        }
        let first = self.first_day(period, self.day(now), back);
        start_of(self.zone, first)
    }

    /// The day that an instant lies in: from its beginning to that of the next, also where clocks go back over
    /// midnight.
    fn day(self, now: i64) -> i64 {
        let (mut day, _) = zone::local(self.zone, now);
        while now >= start_of(self.zone, day + 1) && calendar::is_date(day + 1) {
            day += 1;
        }
        while now < start_of(self.zone, day) && calendar::is_date(day - 1) {
            day -= 1;
        }
        day
    }

    /// The first day of a period around a day, or of one so many before it.
    fn first_day(self, period: Period, day: i64, back: i64) -> i64 {
        match period {
            Period::Hour | Period::Day => day.saturating_sub(back),
            Period::Week => {
                let since = i64::from((calendar::weekday(day) + 7 - self.week_start % 7) % 7);
                day.saturating_sub(since)
                    .saturating_sub(back.saturating_mul(7))
            }
            Period::Month | Period::Year => {
                let (year, month, _) = calendar::civil(day);
                let (month, step) = match period {
                    Period::Month => (month, 1),
                    _ => (1, 12),
                };
                let first = calendar::days(year, month, 1).unwrap_or(day);
                let beyond = if back > 0 {
                    calendar::FIRST_DAY
                } else {
                    calendar::LAST_DAY
                };
                calendar::add_months(first, -back.saturating_mul(step)).unwrap_or(beyond)
            }
        }
    }
}
