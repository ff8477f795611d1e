//! The events that prove an answer, as a trace tells them.

use crate::engine::Inner;
use crate::engine::witness::{MOST, WitnessEvent, named};
use crate::eval::{Inputs, Witnesses};
use crate::value::duration::ShowDuration;
use serde::Serialize;
use std::fmt::{self, Display, Formatter};

/// So many are named aloud.
const ALOUD: usize = 4;

/// The events that prove an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Proof {
    events: Vec<WitnessEvent>,
    /// So many older ones prove it too.
    #[serde(skip_serializing_if = "is_zero")]
    more: usize,
    /// They are in their order, else the newest first.
    #[serde(skip)]
    path: bool,
    /// The instant of the decision.
    #[serde(skip)]
    now: i64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Proof {
    /// Of answers to one question or to several.
    pub(super) fn of(inner: &Inner, inputs: &Inputs, several: Vec<Witnesses>) -> Proof {
        let mut all = Witnesses::all(several);
        all.shorten(MOST);
        Proof {
            events: named(inner, inputs, &all),
            more: all.more,
            path: all.path,
            now: inputs.now(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

/// ` — visit 2 days ago on web, visit 3 days ago and 5 more`; nothing of no events.
impl Display for Proof {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.events.is_empty() {
            return Ok(());
        }
        let unsaid = self.events.len().saturating_sub(ALOUD);
        let (skipped, more) = match self.path {
            true => (unsaid, 0),
            false => (0, unsaid + self.more),
        };
        let mut before = " — ";
        if self.path && unsaid + self.more > 0 {
            write!(f, "{before}{} earlier", unsaid + self.more)?;
            before = ", ";
        }
        for event in self.events.iter().skip(skipped).take(ALOUD) {
            write!(f, "{before}{}", event.event_type)?;
            let age = self.now.saturating_sub(event.at.timestamp_millis());
            match rounded(age) {
                0 => f.write_str(" just now")?,
                age => write!(f, " {} ago", ShowDuration(age))?,
            }
            if let Some(channel) = &event.channel {
                write!(f, " on {channel}")?;
            }
            before = ", ";
        }
        match more {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// An age as one says it: whole days, of the first days with the hours, whole minutes, else seconds.
fn rounded(age: i64) -> i64 {
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let unit = match age {
        _ if age >= 3 * DAY => DAY,
        _ if age >= DAY => HOUR,
        _ if age >= MINUTE => MINUTE,
        _ => 1000,
    };
    age - age.rem_euclid(unit)
}
