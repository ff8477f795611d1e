//! Local times without an offset, `2026-03-01T18:30`: which instant is meant, if the ruleset's zone says so.
//!
//! In: the literal, and the `timezone` that the ruleset declares. Out: always a report; where the zone is a constant it
//! names the instant, both instants of a time that comes twice, or the next one behind a time that clocks skip.

use super::ExprId;
use super::lower::Lowering;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::calendar::{DAY, ShowDatetime};
use crate::value::zone::{self, Local};

impl Lowering<'_> {
    /// The report of a local time where an instant belongs.
    pub(super) fn local_time(&mut self, text: &str, days: i64, ms: i64, at: Span) -> ExprId {
        let error = Diagnostic::error(
            Code::BadMoment,
            at,
            format!("`{text}` has no offset, so it may be many instants"),
        )
        .label("`Z` or an offset such as `+01:00` goes behind this");
        let error = match self.constant_zone() {
            Some(zone) => in_zone(error, zone, (text, days, ms), at),
            None => error.help(format!(
                "write `{text}Z` for UTC, or the offset of the place that is meant: `{text}+01:00`"
            )),
        };
        self.report(error);
        self.broken(at)
    }

    /// The ruleset's zone, where it is written out.
    fn constant_zone(&self) -> Option<u32> {
        let draft = self.drafts.get(self.zone_definition?.index())?;
        let ast::ItemKind::Timezone(written) = &draft.item.kind else {
            return None;
        };
        match &written.kind {
            ast::ExprKind::Text(name) => zone::find(name),
            _ => None,
        }
    }
}

fn in_zone(
    error: Diagnostic,
    zone: u32,
    (text, days, ms): (&str, i64, i64),
    at: Span,
) -> Diagnostic {
    let name = zone::name(zone);
    let written = |instant: i64| with_offset(text, days * DAY + ms, instant);
    match zone::instant(zone, days, ms) {
        Local::One(instant) => {
            let right = written(instant);
            error
                .help(format!("in `{name}` it is `{right}`"))
                .suggest(at, right)
        }
        Local::Two(first, second) => error.help(format!(
            "in `{name}` it comes twice, because clocks go back: first `{}`, then `{}`",
            written(first),
            written(second)
        )),
        Local::Skipped { next } => error.help(format!(
            "in `{name}` clocks skip this time; the next instant is `{}`",
            ShowDatetime(next)
        )),
    }
}

/// A local time with the offset by which it is an instant.
fn with_offset(text: &str, local: i64, instant: i64) -> String {
    let ahead = local - instant;
    let minutes = ahead.abs() / 60_000;
    if ahead % 60_000 != 0 {
        return ShowDatetime(instant).to_string();
    }
    match ahead {
        0 => format!("{text}Z"),
        _ => {
            let sign = if ahead < 0 { '-' } else { '+' };
            format!("{text}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    }
}
