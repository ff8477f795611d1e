//! [`Retention`]: which events the rules need, and for how long.

use super::ruleset::Ruleset;
use crate::behaviour::Need;
use crate::value::duration::ShowDuration;
use std::fmt;
use std::time::Duration;

/// Which events of a customer the rules need, and for how long: known from the rules alone. From [`Ruleset::retention`].
///
/// Its text names the event types with what is needed of each:
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      event visit { page: string }
///      event bought { }
///      event moved { }
///      behaviour regular = count visit in last 7 days >= 2
///      behaviour away = time since last visit
///      behaviour loyal = count bought >= 100",
/// )?;
/// assert_eq!(rules.retention().to_string(), "\
/// visit: of the last 7 days, and the newest one
/// bought: all, for ever, because of `loyal`
/// moved: none
/// ");
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Retention {
    events: Vec<EventRetention>,
}

/// What the rules need of one type of events.
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo event visit { page: string } behaviour regular = count visit in last 7 days >= 2",
/// )?;
/// let retention = rules.retention();
/// let visits = retention.events().first().ok_or("declared").unwrap();
/// assert_eq!(visits.event(), "visit");
/// assert_eq!(visits.span(), std::time::Duration::from_secs(7 * 24 * 60 * 60));
/// assert!(!visits.is_forever());
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct EventRetention {
    event: String,
    need: Need,
    because: Option<String>,
}

impl Retention {
    pub(super) fn new(rules: &Ruleset) -> Retention {
        let inner = rules.inner();
        let program = &inner.schema.program;
        let of = |(event, need): (&crate::hir::EventType, &Need)| EventRetention {
            event: event.name.clone(),
            because: need.all.map(|def| program.def(def).name.clone()),
            need: need.clone(),
        };
        Retention {
            events: program.events().iter().zip(inner.needs()).map(of).collect(),
        }
    }

    /// What is needed of each type of events, in the order of their declarations.
    #[must_use]
    pub fn events(&self) -> &[EventRetention] {
        &self.events
    }
}

impl EventRetention {
    /// The name of the type.
    #[must_use]
    pub fn event(&self) -> &str {
        &self.event
    }

    /// Whether all events of the type are needed, however old.
    #[must_use]
    pub fn is_forever(&self) -> bool {
        self.need.all.is_some()
    }

    /// The first definition that needs all of them.
    #[must_use]
    pub fn because(&self) -> Option<&str> {
        self.because.as_deref()
    }

    /// All events younger than this are needed. Windows of the calendar are told with their longest days.
    #[must_use]
    pub fn span(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.need.span).unwrap_or(0))
    }

    /// So many of the newest are needed, however old.
    #[must_use]
    pub fn newest(&self) -> u32 {
        self.need.newest
    }

    /// So many of the oldest are needed, however old.
    #[must_use]
    pub fn oldest(&self) -> u32 {
        self.need.oldest
    }
}

impl fmt::Display for EventRetention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.event)?;
        if let Some(because) = &self.because {
            return write!(f, "all, for ever, because of `{because}`");
        }
        let mut parts = Vec::new();
        if self.need.span > 0 {
            parts.push(format!("of the last {}", ShowDuration(self.need.span)));
        }
        for (count, word) in [(self.need.newest, "newest"), (self.need.oldest, "oldest")] {
            match count {
                0 => {}
                1 => parts.push(format!("the {word} one")),
                n => parts.push(format!("the {word} {n}")),
            }
        }
        match parts.is_empty() {
            true => f.write_str("none"),
            false => f.write_str(&parts.join(", and ")),
        }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.events
            .iter()
            .try_for_each(|event| writeln!(f, "{event}"))
    }
}
