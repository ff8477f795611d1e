//! Customers with many events and twenty behaviours, with the same answers by hand: from the raw events in one pass, and
//! from a running state of columns with sums.

use super::rng::Rng;

pub const RULES: &str = include_str!("customers.pvd");
pub const DAY: i64 = 86_400_000;
pub const HOUR: i64 = 3_600_000;
/// 2027-01-15T08:00:00Z
pub const NOW: i64 = 1_800_000_000_000;
pub const TYPES: usize = 12;

/// An event: instant in milliseconds, type, channel, amount in quarters.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    pub at: i64,
    pub ty: u8,
    pub channel: u8,
    pub amount: i64,
}

/// What twenty behaviours answer. Of elapsed times: -1 for never.
pub type Answers = [i64; 20];

/// Events of 180 days in order, many of them close together; no two at one instant.
pub fn events(count: usize, rng: &mut Rng) -> Vec<Event> {
    let seconds = NOW / 1000;
    let days = 180 * DAY / 1000;
    let mut at = seconds - rng.int(0, days);
    let mut all: Vec<Event> = (0..count)
        .map(|_| {
            at = match rng.below(100) < 60 {
                true => (at + rng.int(20, 1500)).min(seconds - 1),
                false => seconds - 1 - rng.int(0, days - 2),
            };
            Event {
                at: at * 1000,
                ty: u8::try_from(rng.below(12)).unwrap(),
                channel: u8::try_from(rng.below(5)).unwrap(),
                amount: rng.int(1, 20_000),
            }
        })
        .collect();
    all.sort_by_key(|event| event.at);
    for i in 1..all.len() {
        all[i].at = all[i].at.max(all[i - 1].at + 1);
    }
    all
}

/// An event as a line of JSON.
pub fn json(event: &Event, id: usize) -> String {
    let at = chrono::DateTime::from_timestamp_millis(event.at).unwrap();
    let amount = format!("{}.{:02}", event.amount / 4, event.amount % 4 * 25);
    format!(
        r#"{{"id":"e{id}","type":"t{}","at":"{at:?}","channel":"c{}","amount":"{amount}"}}"#,
        event.ty, event.channel
    )
}

const COUNTS: [(usize, usize); 9] = [
    (0, 0),
    (0, 1),
    (0, 2),
    (1, 0),
    (1, 1),
    (1, 2),
    (2, 0),
    (2, 1),
    (2, 2),
];
const SPANS: [i64; 3] = [7 * DAY, 30 * DAY, 90 * DAY];
const SUMS: [usize; 3] = [3, 4, 5];
const LAST: [usize; 3] = [0, 6, 7];
const FUNNELS: [[u8; 4]; 2] = [[1, 2, 3, 4], [5, 6, 7, 8]];

/// What one pass, or a state, knows.
#[derive(Default)]
struct Known {
    counts: [[i64; 3]; TYPES],
    sums: [i64; TYPES],
    total: i64,
    channels: [u32; TYPES],
    last: [Option<i64>; TYPES],
    hit: [bool; 2],
}

impl Known {
    fn answers(&self) -> Answers {
        let mut out = [0; 20];
        for (slot, (ty, span)) in out.iter_mut().zip(COUNTS) {
            *slot = self.counts[ty][span];
        }
        for (slot, ty) in out[9..].iter_mut().zip(SUMS) {
            *slot = self.sums[ty];
        }
        out[12] = self.total;
        let any = self.channels.iter().fold(0, |all, mask| all | mask);
        out[13] = i64::from(any.count_ones());
        out[14] = i64::from(self.channels[9].count_ones());
        for (slot, ty) in out[15..].iter_mut().zip(LAST) {
            *slot = self.last[ty].map_or(-1, |at| (NOW - at) / 1000);
        }
        out[18] = self.hit[0].into();
        out[19] = self.hit[1].into();
        out
    }
}

/// A funnel under way: when its first step came, and the newest such that its second followed.
#[derive(Clone, Copy)]
struct Funnel {
    first: i64,
    second: i64,
}

const NOT_YET: Funnel = Funnel {
    first: i64::MIN / 2,
    second: i64::MIN / 2,
};

impl Funnel {
    #[inline]
    fn take(&mut self, steps: [u8; 4], event: &Event) -> bool {
        if event.ty == steps[0] {
            self.first = event.at;
        } else if event.ty == steps[1] {
            self.second = self.first;
        } else if event.ty == steps[3] {
            *self = NOT_YET;
        } else if event.ty == steps[2] {
            return event.at - self.second < HOUR;
        }
        false
    }
}

/// One pass over the raw events.
#[inline(never)]
pub fn one_pass(events: &[Event]) -> Answers {
    let mut known = Known::default();
    let mut funnels = [NOT_YET; 2];
    for event in events {
        let ty = usize::from(event.ty);
        let age = NOW - event.at;
        known.last[ty] = Some(event.at);
        for (count, span) in known.counts[ty].iter_mut().zip(SPANS) {
            *count += i64::from(age < span);
        }
        if age < 30 * DAY {
            known.sums[ty] += event.amount;
            known.total += event.amount;
            if age < 7 * DAY {
                known.channels[ty] |= 1 << event.channel;
            }
        }
        for ((funnel, steps), hit) in funnels.iter_mut().zip(FUNNELS).zip(&mut known.hit) {
            *hit |= funnel.take(steps, event);
        }
    }
    known.answers()
}

/// A running state: columns by type with sums, the newest event of each type and channel, funnels as they come.
pub struct State {
    at: [Vec<i64>; TYPES],
    sums: [Vec<i64>; TYPES],
    all_at: Vec<i64>,
    all_sums: Vec<i64>,
    newest: [[i64; 5]; TYPES],
    funnels: [Funnel; 2],
    hit: [bool; 2],
}

impl State {
    pub fn of(events: &[Event]) -> State {
        let mut state = State {
            at: Default::default(),
            sums: [(); TYPES].map(|()| vec![0]),
            all_at: Vec::new(),
            all_sums: vec![0],
            newest: [[i64::MIN; 5]; TYPES],
            funnels: [NOT_YET; 2],
            hit: [false; 2],
        };
        events.iter().for_each(|event| state.take(event));
        state
    }

    #[inline(never)]
    pub fn take(&mut self, event: &Event) {
        let ty = usize::from(event.ty);
        self.at[ty].push(event.at);
        let before = *self.sums[ty].last().unwrap();
        self.sums[ty].push(before + event.amount);
        self.all_at.push(event.at);
        let before = *self.all_sums.last().unwrap();
        self.all_sums.push(before + event.amount);
        self.newest[ty][usize::from(event.channel)] = event.at;
        for ((funnel, steps), hit) in self.funnels.iter_mut().zip(FUNNELS).zip(&mut self.hit) {
            *hit |= funnel.take(steps, event);
        }
    }

    #[inline(never)]
    pub fn answers(&self) -> Answers {
        let behind = |at: &[i64], span: i64| at.partition_point(|at| *at <= NOW - span);
        let mut known = Known {
            hit: self.hit,
            ..Known::default()
        };
        for (ty, span) in COUNTS {
            let at = &self.at[ty];
            known.counts[ty][span] = (at.len() - behind(at, SPANS[span])) as i64;
        }
        for ty in SUMS {
            let from = behind(&self.at[ty], 30 * DAY);
            known.sums[ty] = self.sums[ty][self.at[ty].len()] - self.sums[ty][from];
        }
        let from = behind(&self.all_at, 30 * DAY);
        known.total = self.all_sums[self.all_at.len()] - self.all_sums[from];
        for (mask, newest) in known.channels.iter_mut().zip(&self.newest) {
            for (channel, at) in newest.iter().enumerate() {
                *mask |= u32::from(*at > NOW - 7 * DAY) << channel;
            }
        }
        for ty in LAST {
            known.last[ty] = self.at[ty].last().copied();
        }
        known.answers()
    }
}
