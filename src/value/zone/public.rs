//! Time zones for hosts and tools, with chrono's types. The rules' own conversions are the module above.

use super::super::calendar::{DAY, ShowDate, ShowDatetime, ShowTime};
use super::{Resolved, find, naive, name, offset, resolve, tz};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use std::fmt::{self, Display, Formatter};

/// A time zone of the IANA database that is compiled in: the one rules convert by.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use pervade::Zone;
///
/// let london = Zone::find("Europe/London").ok_or("no such zone")?;
/// let summer: DateTime<Utc> = DateTime::from_timestamp(1_780_315_200, 0).ok_or("too far")?;
/// assert_eq!(summer.to_string(), "2026-06-01 12:00:00 UTC");
/// assert_eq!(london.local(summer).to_string(), "2026-06-01 13:00:00");
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone(u32);

impl Zone {
    /// The zone of an IANA name, spelled exactly so: `Europe/London`.
    #[must_use]
    pub fn find(name: &str) -> Option<Zone> {
        find(name).map(Zone)
    }

    /// The IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        name(self.0)
    }

    /// What clocks show at this instant.
    #[must_use]
    pub fn local(self, instant: DateTime<Utc>) -> NaiveDateTime {
        let ahead = TimeDelta::seconds(offset(tz(self.0), instant.timestamp()));
        let utc = instant.naive_utc();
        // Only at the ends of what chrono counts, quarter of a million years away, is there no such time.
        utc.checked_add_signed(ahead).unwrap_or(utc)
    }

    /// When clocks show this.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use pervade::{LocalTime, Zone};
    ///
    /// let rome = Zone::find("Europe/Rome").ok_or("no such zone")?;
    /// let repeated = "2026-10-25T02:30:00".parse().map_err(|_| "no time")?;
    /// assert!(matches!(rome.instant(repeated), LocalTime::Two { .. }));
    /// assert_eq!(
    ///     rome.instant(repeated).to_string(),
    ///     "2026-10-25T02:30 comes twice: at 2026-10-25T00:30:00Z and at 2026-10-25T01:30:00Z",
    /// );
    /// let skipped = "2026-03-29T02:30:00".parse().map_err(|_| "no time")?;
    /// assert_eq!(
    ///     rome.instant(skipped).to_string(),
    ///     "2026-03-29T02:30 is skipped: clocks go forward; the next instant is 2026-03-29T01:00:00Z",
    /// );
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn instant(self, local: NaiveDateTime) -> LocalTime {
        let at = |offset: i64| {
            let utc = local.checked_sub_signed(TimeDelta::seconds(offset));
            utc.unwrap_or(local).and_utc()
        };
        match resolve(tz(self.0), local.and_utc().timestamp()) {
            Resolved::One(offset) => LocalTime::One(at(offset)),
            Resolved::Two(first, second) => LocalTime::Two {
                local,
                first: at(first),
                second: at(second),
            },
            Resolved::Skipped(next) => LocalTime::Skipped {
                local,
                next: naive(next).unwrap_or(local).and_utc(),
            },
        }
    }
}

impl Display for Zone {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// When clocks show a local time: once, twice, or not at all. As a text it is a sentence about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LocalTime {
    /// At one instant.
    One(DateTime<Utc>),
    /// At two instants, because clocks go back.
    Two {
        /// What clocks show.
        local: NaiveDateTime,
        /// The earlier instant.
        first: DateTime<Utc>,
        /// The later instant.
        second: DateTime<Utc>,
    },
    /// At none, because clocks go forward.
    Skipped {
        /// What clocks never show.
        local: NaiveDateTime,
        /// The first instant behind the gap.
        next: DateTime<Utc>,
    },
}

impl Display for LocalTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let utc = |at: &DateTime<Utc>| ShowDatetime(at.timestamp_millis());
        match self {
            LocalTime::One(at) => utc(at).fmt(f),
            LocalTime::Two {
                local,
                first,
                second,
            } => {
                write_local(*local, f)?;
                write!(f, " comes twice: at {} and at {}", utc(first), utc(second))
            }
            LocalTime::Skipped { local, next } => {
                write_local(*local, f)?;
                let next = utc(next);
                write!(
                    f,
                    " is skipped: clocks go forward; the next instant is {next}"
                )
            }
        }
    }
}

fn write_local(local: NaiveDateTime, f: &mut Formatter<'_>) -> fmt::Result {
    let ms = local.and_utc().timestamp_millis();
    let (days, time) = (ms.div_euclid(DAY), ms.rem_euclid(DAY));
    write!(f, "{}T{}", ShowDate(days), ShowTime(time))
}
