//! Time zones: from instants to local times and back, by the IANA database that is compiled in.
//!
//! In: a zone as its index into the database, instants and local times as numbers (see `calendar`). Out:
//! the same; a local time may come once, twice, or be skipped ([`Local`]). `public` offers this to hosts
//! and tools with chrono's types.
//!
//! Invariants: nothing panics or allocates (but the first [`find`], which builds its index); numbers beyond
//! the years 0001 to 9999 are clamped to them; an index beyond the database is UTC.

mod public;

#[cfg(test)]
mod tests;

pub use public::{LocalTime, Zone};

use super::calendar::{DAY, FIRST_DAY, FIRST_INSTANT, LAST_DAY, LAST_INSTANT, is_instant};
use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{GapInfo, TZ_VARIANTS, Tz};
use std::sync::OnceLock;

/// A local time as instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Local {
    /// It comes once.
    One(i64),
    /// It comes twice, because clocks go back: the earlier and the later instant.
    Two(i64, i64),
    /// It does not come, because clocks go forward.
    Skipped {
        /// The first instant behind the gap.
        next: i64,
    },
}

/// The zone of an IANA name, exactly spelled.
pub(crate) fn find(wanted: &str) -> Option<u32> {
    static BY_NAME: OnceLock<Vec<u32>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        let mut zones: Vec<u32> = (0..count()).collect();
        zones.sort_unstable_by_key(|zone| name(*zone));
        zones
    });
    let at = by_name.binary_search_by(|zone| name(*zone).cmp(wanted));
    by_name.get(at.ok()?).copied()
}

/// The IANA name.
pub(crate) fn name(zone: u32) -> &'static str {
    tz(zone).name()
}

/// How many zones there are.
pub(crate) fn count() -> u32 {
    u32::try_from(TZ_VARIANTS.len()).unwrap_or(u32::MAX)
}

/// The version of the database.
pub(crate) fn version() -> &'static str {
    chrono_tz::IANA_TZDB_VERSION
}

/// The local date and the milliseconds since local midnight.
pub(crate) fn local(zone: u32, instant: i64) -> (i64, i64) {
    let instant = instant.clamp(FIRST_INSTANT, LAST_INSTANT);
    let local = instant + 1000 * offset(tz(zone), instant.div_euclid(1000));
    let local = local.clamp(FIRST_INSTANT, LAST_INSTANT);
    (local.div_euclid(DAY), local.rem_euclid(DAY))
}

/// The instant or instants of a local time.
pub(crate) fn instant(zone: u32, days: i64, ms_of_day: i64) -> Local {
    let clamped = |instant: i64| instant.clamp(FIRST_INSTANT, LAST_INSTANT);
    match unclamped(zone, days, ms_of_day) {
        Local::One(at) => Local::One(clamped(at)),
        Local::Two(first, second) => Local::Two(clamped(first), clamped(second)),
        Local::Skipped { next } => Local::Skipped {
            next: clamped(next),
        },
    }
}

/// The first instant whose local time is 00:00 of the date or later, also where midnight or the whole day
/// is skipped; where midnight comes twice, the first. `None` beyond the years there are.
pub(crate) fn start_of_day(zone: u32, days: i64) -> Option<i64> {
    if !(FIRST_DAY..=LAST_DAY).contains(&days) {
        return None;
    }
    let (Local::One(at) | Local::Two(at, _) | Local::Skipped { next: at }) =
        unclamped(zone, days, 0);
    is_instant(at).then_some(at)
}

/// The first instant behind one, and up to another at most a day or so later, from which clocks go otherwise than at the
/// first. (In that time clocks change once at most.)
pub(crate) fn next_change(zone: u32, from: i64, to: i64) -> Option<i64> {
    let tz = tz(zone);
    let (mut same, mut other) = (from.div_euclid(1000), to.div_euclid(1000));
    let before = offset(tz, same);
    if offset(tz, other) == before {
        return None;
    }
    while other - same > 1 {
        let between = same + (other - same) / 2;
        match offset(tz, between) == before {
            true => same = between,
            false => other = between,
        }
    }
    Some(1000 * other)
}

fn unclamped(zone: u32, days: i64, ms_of_day: i64) -> Local {
    let local = days.clamp(FIRST_DAY, LAST_DAY) * DAY + ms_of_day.clamp(0, DAY - 1);
    match resolve(tz(zone), local.div_euclid(1000)) {
        Resolved::One(offset) => Local::One(local - 1000 * offset),
        Resolved::Two(first, second) => Local::Two(local - 1000 * first, local - 1000 * second),
        Resolved::Skipped(next) => Local::Skipped { next: 1000 * next },
    }
}

fn tz(zone: u32) -> Tz {
    let at = usize::try_from(zone).unwrap_or(usize::MAX);
    TZ_VARIANTS.get(at).copied().unwrap_or(Tz::UTC)
}

/// What chrono speaks of: seconds since 1970 on some clock. `None` far beyond the years there are.
fn naive(seconds: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp(seconds, 0).map(|at| at.naive_utc())
}

/// By how many seconds local clocks are ahead of UTC at an instant (in seconds).
fn offset(tz: Tz, instant: i64) -> i64 {
    naive(instant).map_or(0, |utc| seconds(&tz.offset_from_utc_datetime(&utc)))
}

fn seconds(offset: &impl Offset) -> i64 {
    i64::from(offset.fix().local_minus_utc())
}

/// A local time, in seconds.
enum Resolved {
    /// It comes once, at this offset.
    One(i64),
    /// It comes twice: the offsets of the earlier and the later instant.
    Two(i64, i64),
    /// It is skipped: the first instant behind the gap.
    Skipped(i64),
}

fn resolve(tz: Tz, local: i64) -> Resolved {
    let Some(time) = naive(local) else {
        return Resolved::One(0);
    };
    match tz.offset_from_local_datetime(&time) {
        LocalResult::Single(only) => Resolved::One(seconds(&only)),
        LocalResult::Ambiguous(first, second) => Resolved::Two(seconds(&first), seconds(&second)),
        LocalResult::None => {
            let gap = GapInfo::new(&time, &tz).and_then(|gap| gap.begin);
            // The instant of the change, by the clocks that ran up to it. There is one before every gap.
            let next = gap.map(|(begin, before)| begin.and_utc().timestamp() - seconds(&before));
            Resolved::Skipped(next.unwrap_or(local))
        }
    }
}
