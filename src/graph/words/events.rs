//! Streams and questions about events in the words of a rule author.

use super::Words;
use crate::graph::NodeId;
use crate::graph::told::{Ask, Journey, Length, Steps, Stream, StreamId, Trigger, Value};
use crate::hir::told::{EventFold, Pick, SeriesFold, ThenWord};
use crate::syntax::ast::{Period, ordinal};
use crate::value::duration;

impl Words<'_> {
    /// A question about events.
    pub(super) fn ask(&self, place: u32, depth: u32) -> String {
        let Some(ask) = self.graph.ask(place) else {
            return String::new();
        };
        let of = |id: &StreamId| self.stream(*id, depth);
        match ask {
            Ask::Now => "now".to_owned(),
            Ask::Exists(id) => of(id),
            Ask::Count(id) => format!("count {}", of(id)),
            Ask::Times(id) => format!("times of ({})", of(id)),
            Ask::Stage(id) => format!("stage of ({})", of(id)),
            Ask::Open(id) => format!("open ({})", of(id)),
            Ask::Pick(id, pick) => self.picked(*id, *pick, depth),
            Ask::Fold {
                fold,
                of: id,
                value,
                ..
            } => {
                let word = match fold {
                    EventFold::Sum => "sum",
                    EventFold::Avg => "avg",
                    EventFold::Min => "min",
                    EventFold::Max => "max",
                    EventFold::Median => "median",
                    EventFold::Distinct => "distinct",
                    EventFold::List => "list",
                    EventFold::MostFrequent => "most frequent",
                };
                format!("{word} {} of {}", self.value(value, depth), of(id))
            }
            Ask::Score {
                of: id,
                value,
                halving,
            } => format!(
                "score {} of {} halving every {}",
                self.value(value, depth),
                of(id),
                self.length(*halving, depth)
            ),
            Ask::PerKey {
                every,
                of: id,
                key,
                has,
                ..
            } => {
                let word = if *every { "every" } else { "some" };
                let has = self.node(*has, None, depth);
                format!(
                    "{word} {} of ({}) has ({has})",
                    self.value(key, depth),
                    of(id)
                )
            }
            Ask::Series {
                fold,
                of: id,
                value,
                period,
                count,
                ..
            } => {
                let field = value.as_ref().map(|v| self.value(v, depth));
                let field = field.unwrap_or_default();
                let fold = match fold {
                    SeriesFold::Count => "count".to_owned(),
                    SeriesFold::Sum => format!("sum {field} of"),
                    SeriesFold::Distinct => format!("distinct {field} of"),
                };
                let period = period.word();
                format!(
                    "{fold} {} per {period} for previous {count} {period}s",
                    of(id)
                )
            }
            Ask::Streak(list) => format!("streak ({})", self.node(*list, None, depth)),
            Ask::Trend(list) => format!("trend ({})", self.node(*list, None, depth)),
            Ask::AsOf(value, at) => format!(
                "({}) as of {}",
                self.node(*value, None, depth),
                self.node(*at, None, depth)
            ),
            Ask::Journey(journey) => self.journey(journey, depth),
        }
    }

    /// What a journey goes by.
    fn journey(&self, journey: &Journey, depth: u32) -> String {
        let words = journey.entries.iter().map(|entry| match entry.trigger {
            Trigger::On(place) => {
                let of = journey.streams.get(place);
                let of = of.map(|of| self.stream(*of, depth));
                format!("on {}", of.unwrap_or_default())
            }
            Trigger::After(length) => format!("after {}", self.length(length, depth)),
        });
        format!("the stage reached {}", words.collect::<Vec<_>>().join(", "))
    }

    fn value(&self, value: &Value, depth: u32) -> String {
        self.node(value.body, None, depth)
    }

    fn length(&self, length: Length, depth: u32) -> String {
        match length {
            Length::Known(ms) => duration::ShowDuration(ms).to_string(),
            Length::Asked(node) => self.node(node, None, depth),
        }
    }

    fn picked(&self, id: StreamId, pick: Pick, depth: u32) -> String {
        let of = self.stream(id, depth);
        match pick {
            Pick::First => format!("first {of}"),
            Pick::Last => format!("last {of}"),
            Pick::Nth(n) => format!("{n}{} {of}", ordinal(n)),
        }
    }

    /// A stream.
    pub(super) fn stream(&self, id: StreamId, depth: u32) -> String {
        let Some(depth) = depth.checked_sub(1) else {
            return "…".to_owned();
        };
        let Some(stream) = self.graph.stream(id) else {
            return String::new();
        };
        let of = |id: &StreamId| self.stream(*id, depth);
        let length = |length: &Length| self.length(*length, depth);
        let node = |id: &NodeId| self.node(*id, None, depth);
        match stream {
            Stream::Select(view) => {
                let view = self.program.views().get(*view as usize);
                view.map_or(String::new(), |v| {
                    self.program.record(v.record).name.clone()
                })
            }
            Stream::Filter {
                of: id, condition, ..
            } => {
                format!("{} where ({})", of(id), node(condition))
            }
            Stream::Either(_, all) => format!("({})", self.all(all, " or ", depth)),
            Stream::Ago(id, None, Some(to)) => format!("{} in last {}", of(id), length(to)),
            Stream::Ago(id, Some(from), Some(to)) => {
                format!("{} between {} and {} ago", of(id), length(from), length(to))
            }
            Stream::Ago(id, Some(from), None) => {
                format!("{} at least {} ago", of(id), length(from))
            }
            Stream::Ago(id, None, None) => of(id),
            Stream::Calendar {
                of: id,
                period,
                previous,
                current,
                ..
            } => {
                let window = match (previous, current, period) {
                    (0, _, Period::Day) => "today".to_owned(),
                    (0, _, period) => format!("this {}", period.word()),
                    (n, true, period) => format!("in today and previous {n} {}s", period.word()),
                    (1, false, period) => format!("in previous {}", period.word()),
                    (n, false, period) => format!("in previous {n} {}s", period.word()),
                };
                format!("{} {window}", of(id))
            }
            Stream::Between {
                of: id, from, to, ..
            } => {
                let to = to.as_ref().map(|to| format!(" to {}", node(to)));
                format!("{} from {}{}", of(id), node(from), to.unwrap_or_default())
            }
            Stream::After(id, anchor, pick) => {
                format!("{} after {}", of(id), self.picked(*anchor, *pick, depth))
            }
            Stream::Before(id, anchor, pick) => {
                format!("{} before {}", of(id), self.picked(*anchor, *pick, depth))
            }
            Stream::Newest(id, n) => format!("last {n} {}", of(id)),
            Stream::Only(id, pick) => format!("({})", self.picked(*id, *pick, depth)),
            Stream::Chain(steps) => format!("({})", self.steps(steps, depth)),
            Stream::Together(_, all, within) => {
                format!(
                    "all of ({}) within {}",
                    self.all(all, ", ", depth),
                    length(within)
                )
            }
            Stream::Sessions(_, id, gap) => {
                format!("sessions of {} by gap {}", of(id), length(gap))
            }
            Stream::Group(..) => "it".to_owned(),
            Stream::Apply {
                of: id, arguments, ..
            } => {
                format!("{} with ({})", of(id), self.listed(*arguments, depth))
            }
        }
    }

    fn all(&self, streams: &[StreamId], between: &str, depth: u32) -> String {
        let all = streams.iter().map(|id| self.stream(*id, depth));
        all.collect::<Vec<_>>().join(between)
    }

    fn steps(&self, chain: &Steps, depth: u32) -> String {
        let mut text = String::new();
        for (at, step) in chain.steps.iter().enumerate() {
            text += match (at, step.word) {
                (0, _) => "",
                (_, ThenWord::Then) => " then ",
                (_, ThenWord::Immediately) => " then immediately ",
                (_, ThenWord::No) => " then no ",
            };
            text += &self.stream(step.of, depth);
            if let Some(condition) = step.condition {
                text += &format!(" where ({})", self.node(condition, None, depth));
            }
            for (same, _, here) in &step.keys {
                let word = if *same { "same" } else { "different" };
                text += &format!(" {word} {}", self.node(*here, None, depth));
            }
            if let Some(within) = step.within {
                text += &format!(" within {}", self.length(within, depth));
            }
            if let Some(later) = step.later {
                text += &format!(" at least {} later", self.length(later, depth));
            }
            for guard in &step.without {
                text += &format!(" without {}", self.stream(*guard, depth));
            }
        }
        if let Some(within) = chain.within {
            text += &format!(", all within {}", self.length(within, depth));
        }
        text
    }
}
