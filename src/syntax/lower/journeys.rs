//! Journeys, from what pest read: how far they look back, and their entries.

use super::{Parts, check_arrow, find, named, value};
use crate::syntax::ast::{At, Docs, Expr, JourneyEntry, Name, Trigger};
use crate::syntax::pairs::{Pair, Rule};
use crate::syntax::reader::Reader;

/// The name, and the length behind `starts in last`.
pub(in crate::syntax) fn journey_head(
    reader: &mut Reader,
    parts: &Parts,
) -> Option<(Name, Option<Expr>)> {
    let name = named(reader, parts)?;
    let within = match find(parts, Rule::length) {
        Some(pair) => Some(value(reader, pair)?),
        None => None,
    };
    Some((name, within))
}

/// `starts paying on checkout`, `paying -> bought on ticket`, `bought ends after 1 hour`
pub(in crate::syntax) fn journey_entry(
    reader: &mut Reader,
    parts: &Parts,
    docs: Docs,
) -> Option<JourneyEntry> {
    let entry = parts.clone().next()?;
    let rule = entry.as_rule();
    let (mut stages, mut trigger) = (Vec::new(), None);
    for part in entry.into_inner() {
        match part.as_rule() {
            Rule::word => stages.push(reader.name(&part)),
            Rule::arrow => check_arrow(reader, &part, "->", "the stage that is entered"),
            Rule::on_events | Rule::after_time => trigger = Some(self::trigger(reader, part)),
            _ => {}
        }
    }
    let mut stages = stages.into_iter();
    let (from, to) = match rule {
        Rule::journey_start => (None, stages.next()),
        Rule::journey_end => (stages.next(), None),
        _ => (stages.next(), stages.next()),
    };
    Some(JourneyEntry {
        docs,
        from,
        to,
        trigger: trigger.flatten()?,
        at: At(reader.whole()),
    })
}

/// `on` events, or `after` a time.
fn trigger(reader: &mut Reader, pair: Pair) -> Option<Trigger> {
    let timed = pair.as_rule() == Rule::after_time;
    let is_value = |part: &Pair| matches!(part.as_rule(), Rule::told | Rule::length);
    let written = value(reader, pair.into_inner().find(is_value)?)?;
    Some(match timed {
        true => Trigger::After(written),
        false => Trigger::On(written),
    })
}
