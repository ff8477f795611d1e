//! What behaviours add to expressions: streams of events, and what is asked of them.

use super::{Expr, Name};

/// An expression over a customer's events. Each operand binds tighter than what stands around it; a name may be that of
/// an event type, of another behaviour, or of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventExpr {
    /// `any event`
    Any,
    /// `a then b then no c`: the first step and those behind it.
    Then(Expr, Vec<Step>),
    /// `b within 1 hour`, `b same film`: a step of a chain and what constrains it.
    Marked(Expr, Mark),
    /// `s in last 7 days`
    Window(Expr, Window),
    /// `count s`, `sum paid of s`, `last s`: the word, the field where it has one, and of what.
    Fold(FoldWord, Option<Name>, Expr),
    /// `time from first a to last b`
    TimeFrom(Expr, Expr),
    /// `all of (a, b) within 2 hours`
    AllOf(Vec<Expr>, Expr),
    /// `sessions of s by gap 30 minutes`
    Sessions(Expr, Expr),
    /// `some film of (s) has (…)`, `every film of (s) has (…)`
    PerKey {
        /// `every`
        every: bool,
        /// The field by whose values the events are parted.
        key: Name,
        /// Which events.
        of: Expr,
        /// What must hold of the events of a value, which are called `it`.
        has: Expr,
    },
    /// `count s per week for previous 8 weeks`
    Series {
        /// The value of a period.
        of: Expr,
        /// What a period is.
        per: Period,
        /// How many.
        count: Expr,
        /// What they are counted in, which must be what a period is.
        counted: Period,
    },
    /// `score paid of s halving every 30 days`
    Halving(Expr, Expr),
    /// `e as of first s`
    AsOf(Expr, Expr),
}

/// A step of a chain behind the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How it follows.
    pub word: ThenWord,
    /// The events that may be the step.
    pub event: Expr,
}

/// How a step follows the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ThenWord {
    /// `then`
    Then,
    /// `then immediately`: no event of any step between.
    Immediately,
    /// `then no`: none comes within the time.
    No,
}

/// What constrains a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `within 1 hour`
    Within(Expr),
    /// `at least 10 minutes later`
    Later(Expr),
    /// `without s`
    Without(Expr),
    /// `same film`
    Same(Name),
    /// `different channel`
    Different(Name),
    /// `as v`
    As(Name),
}

/// Which events of a stream count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Window {
    /// `in last 90 days`
    Last(Expr),
    /// `between 30 and 90 days ago`
    Ago(Expr, Expr),
    /// `at least 90 days ago`
    LeastAgo(Expr),
    /// `today`
    Today,
    /// `this week`
    This(Period),
    /// `in previous 3 weeks`, `in today and previous 2 days`
    Previous {
        /// `today and`: the current one counts too.
        and_current: bool,
        /// How many; one where none is written.
        count: Option<Expr>,
        /// Of what.
        period: Period,
    },
    /// `from 2026-01-01 to 2026-02-01`, `from 2026-01-01`
    Between(Expr, Option<Expr>),
    /// `after last s`
    After(Expr),
    /// `before first s`
    Before(Expr),
    /// `, all within 1 day`: of a chain, from its first step to its last.
    AllWithin(Expr),
}

/// Periods of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the words")]
pub enum Period {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Period {
    /// All of them, the shortest first.
    pub const ALL: [Period; 5] = [
        Period::Hour,
        Period::Day,
        Period::Week,
        Period::Month,
        Period::Year,
    ];

    /// The word for one of them; several have an `s` behind it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Period::Hour => "hour",
            Period::Day => "day",
            Period::Week => "week",
            Period::Month => "month",
            Period::Year => "year",
        }
    }
}

/// The ending of `1st`, `22nd`, `113th`.
pub(crate) fn ordinal(n: u32) -> &'static str {
    match (n % 100, n % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

/// What is made of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the words")]
pub enum FoldWord {
    Count,
    No,
    Ever,
    First,
    Last,
    /// `3rd s`
    Nth(u32),
    /// `last 5 s`
    Newest(u32),
    Sum,
    Avg,
    Min,
    Max,
    Median,
    Distinct,
    List,
    MostFrequent,
    Score,
    Times,
    Stage,
    Open,
    Streak,
    Trend,
    TimeSince,
    CalendarDaysSince,
}

impl FoldWord {
    /// The word of a fold of a field: `sum` of `sum paid of s`.
    #[must_use]
    pub fn of_field(self) -> Option<&'static str> {
        Some(match self {
            FoldWord::Sum => "sum",
            FoldWord::Avg => "avg",
            FoldWord::Min => "min",
            FoldWord::Max => "max",
            FoldWord::Median => "median",
            FoldWord::Distinct => "distinct",
            FoldWord::List => "list",
            FoldWord::MostFrequent => "most frequent",
            FoldWord::Score => "score",
            _ => return None,
        })
    }
}
