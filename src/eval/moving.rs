//! Values to which time matters: numbers that run with the clock, and whole numbers that go on step by step, as dates do.
//!
//! A comparison with what stands still turns where what moves has come so far: what lies behind it never turns it again.
//! All instants here are early rather than late.

use super::Scalar;
use crate::graph::ops;
use crate::hir::CompareOp;
use crate::value::zone;

/// A value, how it goes on, and until when it does so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moving {
    pub(super) value: Scalar,
    /// By how much it grows with each millisecond.
    pub(super) slope: i64,
    /// How it goes on, where it stays the same for a while.
    pub(super) steps: Option<Steps>,
    pub(super) until: i64,
}

/// How a whole number goes on that only grows, or only shrinks, by one at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    /// Whether it grows (1) or shrinks (-1).
    pub(super) sign: i64,
    /// The earliest instant of the next step.
    pub(super) next: i64,
    /// Whether it never goes back to what it was before. A date does where clocks are put back across midnight.
    pub(super) settled: bool,
    pub(super) pace: Pace,
}

/// How long steps take.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace {
    /// So many milliseconds each, at least.
    Even(i64),
    /// So many days each, at least.
    Days {
        each: i64,
        /// The date it is.
        day: i64,
        zone: u32,
        /// By how much the instant of that date is ahead of now.
        ahead: i64,
    },
}

impl Moving {
    /// What time does not change.
    pub(super) fn still(value: Scalar) -> Moving {
        Moving::known(value, i64::MAX)
    }

    /// What is the same until an instant.
    pub(super) fn known(value: Scalar, until: i64) -> Moving {
        Moving {
            value,
            slope: 0,
            steps: None,
            until,
        }
    }

    pub(super) fn int(self) -> Option<i64> {
        match self.value {
            Scalar::Int(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn moves(self) -> bool {
        self.slope != 0 || self.steps.is_some()
    }

    /// The same where nobody follows its steps: it is known until the next one.
    pub(super) fn plain(self) -> Moving {
        let next = self.steps.map_or(i64::MAX, |steps| steps.next);
        Moving {
            steps: None,
            until: self.until.min(next),
            ..self
        }
    }

    /// The opposite of it, which is this value.
    pub(super) fn negated(self, value: Scalar) -> Moving {
        Moving {
            value,
            slope: -self.slope,
            steps: self.steps.map(Steps::turned),
            until: self.until,
        }
    }

    /// It and another number, times 1 or -1, added up to this value.
    pub(super) fn joined(self, other: Moving, sign: i64, value: Scalar) -> Moving {
        let (own, other) = side_by_side(self, other);
        let others = match sign {
            -1 => other.steps.map(Steps::turned),
            _ => other.steps,
        };
        Moving {
            value,
            slope: own.slope + sign * other.slope,
            steps: own.steps.or(others),
            until: own.until.min(other.until),
        }
    }

    /// The same where what lies beyond some numbers overflows.
    pub(super) fn within(self, (least, most): (i64, i64), now: i64) -> Moving {
        let Some(value) = self.int() else { return self };
        let sign = self.steps.map_or(self.slope, |steps| steps.sign);
        let room = match sign {
            0 => return self,
            1.. => most.saturating_sub(value),
            _ => value.saturating_sub(least),
        };
        let count = room.saturating_add(1);
        let over = match self.steps {
            Some(steps) => steps.reach(count),
            None => now.saturating_add(count),
        };
        Moving {
            until: self.until.min(over),
            ..self
        }
    }
}

impl Steps {
    fn turned(self) -> Steps {
        Steps {
            sign: -self.sign,
            ..self
        }
    }

    /// Of what counts years, months or days by a date that goes on so: a step of it takes so many days at least.
    pub(super) fn counting(self, days: i64, sign: i64) -> Option<Steps> {
        let Pace::Days {
            each: 1,
            day,
            zone,
            ahead,
        } = self.pace
        else {
            return None;
        };
        let pace = Pace::Days {
            each: days,
            day,
            zone,
            ahead,
        };
        Some(Steps {
            sign: sign * self.sign,
            pace,
            ..self
        })
    }

    /// The earliest instant at which so many steps are taken.
    fn reach(self, count: i64) -> i64 {
        let further = count.saturating_sub(1);
        match self.pace {
            Pace::Even(each) => self.next.saturating_add(further.saturating_mul(each)),
            Pace::Days {
                each,
                day,
                zone,
                ahead,
            } => {
                let days = further.saturating_mul(each).saturating_add(1);
                let start = zone::start_of_day(zone, day.saturating_add(days));
                let start = start.map_or(i64::MAX, |start| start.saturating_sub(ahead));
                start.max(self.next)
            }
        }
    }

    /// When a comparison with what stands still turns, of which the difference is known.
    fn turn(self, op: CompareOp, difference: Option<i64>) -> i64 {
        let Some(difference) = difference else {
            return self.next;
        };
        let ahead = match self.sign {
            -1 => next_turn(ops::mirrored(op), difference.saturating_neg()),
            _ => next_turn(op, difference),
        };
        let reached = match ahead {
            i64::MAX => i64::MAX,
            count => self.reach(count),
        };
        match self.settled {
            true => reached,
            false => reached.min(self.next),
        }
    }
}

/// Two numbers beside each other: the steps of one are followed where the other stands still.
pub(super) fn side_by_side(a: Moving, b: Moving) -> (Moving, Moving) {
    match a.moves() && b.moves() {
        true => (a.plain(), b.plain()),
        false => (a, b),
    }
}

/// When a comparison of two whole numbers, which are side by side, turns; never, by what stands behind their `until`.
pub(super) fn turn(op: CompareOp, (a, x): (Moving, i64), (b, y): (Moving, i64), now: i64) -> i64 {
    match (a.steps, b.steps) {
        (Some(steps), _) => return steps.turn(op, x.checked_sub(y)),
        (_, Some(steps)) => return steps.turn(ops::mirrored(op), y.checked_sub(x)),
        _ => {}
    }
    match (x.checked_sub(y), a.slope - b.slope) {
        (_, 0) => i64::MAX,
        (Some(difference), 1) => now.saturating_add(next_turn(op, difference)),
        (Some(difference), -1) => {
            let mirrored = ops::mirrored(op);
            now.saturating_add(next_turn(mirrored, difference.saturating_neg()))
        }
        _ => now.saturating_add(1),
    }
}

/// After how many steps a comparison with zero turns, of a difference that grows by one in each.
fn next_turn(op: CompareOp, difference: i64) -> i64 {
    let turns: &[i64] = match op {
        CompareOp::Lt | CompareOp::Ge => &[0],
        CompareOp::Le | CompareOp::Gt => &[1],
        CompareOp::Eq | CompareOp::Ne => &[0, 1],
    };
    let ahead = turns.iter().filter(|turn| **turn > difference);
    let next = ahead.map(|turn| turn.saturating_sub(difference)).min();
    next.unwrap_or(i64::MAX)
}
