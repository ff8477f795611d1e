//! Events of tests: what a customer did, seen from the instant of the test.

use super::super::lower::Lowering;
use super::super::names::Named;
use super::super::slips::meant;
use super::super::{ExprId, Ty};
use super::{Reading, TestEvent};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, EventPart};
use crate::value::{Value, calendar};
use rust_decimal::Decimal;
use std::sync::Arc;

impl Lowering<'_> {
    /// An event of a test: the number of its kind in the test, and the instant from which it is seen.
    pub(super) fn test_event(
        &mut self,
        reading: &Reading<'_>,
        written: &ast::EventStep,
        (now, number): (Option<i64>, usize),
        at: Span,
    ) -> Option<TestEvent> {
        let ty = self.event_named(&written.name)?;
        let fields = self.event_fields(ty, written)?;
        let mut event = TestEvent {
            ty,
            id: format!("event {number:04}").into(),
            at: 0,
            seq: 0,
            channel: None,
            device: None,
            fields,
        };
        let mut seen = [false; 5];
        for part in &written.parts {
            let (place, span) = self.event_part(reading, part, (now, at), &mut event)?;
            if let Some(seen) = seen.get_mut(place)
                && std::mem::replace(seen, true)
            {
                self.said_twice(span);
                return None;
            }
        }
        if !seen.first().is_some_and(|when| *when) {
            let Some(now) = now else {
                self.no_instant(at);
                return None;
            };
            event.at = now;
        }
        self.check_id(reading, written, number, &event)?;
        Some(event)
    }

    /// What stands behind an event: which part of it that says, and where.
    fn event_part(
        &mut self,
        reading: &Reading<'_>,
        part: &EventPart,
        (now, at): (Option<i64>, Span),
        event: &mut TestEvent,
    ) -> Option<(usize, Span)> {
        Some(match part {
            EventPart::Ago(lengths) => {
                event.at = self.ago(lengths, now, at)?;
                (0, lengths.first().map_or(at, |l| l.at.0))
            }
            EventPart::At(instant) => {
                event.at = self.instant(instant)?;
                (0, instant.at.0)
            }
            EventPart::On(channel) => {
                let fact = self.channel(reading, channel)?;
                event.channel = match fact.value {
                    Value::Member(member) => Some(member),
                    _ => None,
                };
                (1, channel.at.0)
            }
            EventPart::Device(device) => {
                event.device = Some(Arc::from(&*device.value));
                (2, device.at.0)
            }
            EventPart::Id(id) => {
                event.id = Arc::from(&*id.value);
                (3, id.at.0)
            }
            EventPart::Seq(seq) => {
                event.seq = self.counter(seq)?;
                (4, seq.at.0)
            }
        })
    }

    /// An id that is written belongs to no other event of the test.
    fn check_id(
        &mut self,
        reading: &Reading<'_>,
        written: &ast::EventStep,
        number: usize,
        event: &TestEvent,
    ) -> Option<()> {
        let mut ids = written.parts.iter().filter_map(|part| match part {
            EventPart::Id(id) => Some(id.at.0),
            _ => None,
        });
        let Some(at) = ids.next() else {
            return Some(());
        };
        let first = reading.tests.events.len().saturating_sub(number - 1);
        let before = reading.tests.events.get(first..).unwrap_or(&[]);
        let is_other = |other: &TestEvent| other.id == event.id && other != event;
        if !before.iter().any(is_other) {
            return Some(());
        }
        self.report(
            Diagnostic::error(
                Code::DuplicateEntry,
                at,
                "another event of this test has this id",
            )
            .label("an id belongs to one event")
            .help("give it another id, or none"),
        );
        None
    }

    fn said_twice(&mut self, at: Span) {
        self.report(
            Diagnostic::error(
                Code::DuplicateEntry,
                at,
                "this is said of the event already",
            )
            .label("said again here")
            .help("leave one of the two out"),
        );
    }

    fn no_instant(&mut self, at: Span) {
        self.report(
            Diagnostic::error(
                Code::FactNotConstant,
                at,
                "when this event was is not known",
            )
            .label("the test has no instant yet")
            .help("begin the test with `now 2026-03-06T18:00:00Z`, or say when the event was: `at 2026-03-06T16:00:00Z`"),
        );
    }

    fn event_named(&mut self, name: &ast::Name) -> Option<u32> {
        if let Some(Named::Event(ty)) = self.names.get(&name.text) {
            return Some(ty);
        }
        let names: Vec<String> = self.events.iter().map(|e| e.name.clone()).collect();
        let error = Diagnostic::error(
            Code::UnknownName,
            name.at.0,
            format!("there is no event type `{}`", name.text),
        )
        .label("an event type goes here");
        self.report(
            match self
                .near(&name.text, names.iter().map(String::as_str))
                .as_slice()
            {
                [] => error.help(format!("declare it: `event {} {{ }}`", name.text)),
                near => meant(error, name.at.0, near),
            },
        );
        None
    }

    /// The declared fields of an event.
    fn event_fields(&mut self, ty: u32, written: &ast::EventStep) -> Option<Vec<Value>> {
        let record = self.events.get(ty as usize)?.record;
        let nothing = ast::Expr {
            kind: ast::ExprKind::Record(Vec::new()),
            at: written.name.at,
        };
        let id = self.check(
            written.fields.as_ref().unwrap_or(&nothing),
            &Ty::Record(record),
        );
        if self.expr(id).ty == Ty::Error {
            return None;
        }
        match self.constant(id) {
            Some(Value::Record(fields)) => {
                let ranges = self.records.get(record.index()).map(|r| r.fields.clone());
                for (value, field) in fields.iter().zip(ranges.unwrap_or_default()) {
                    self.check_range(value, field.range, self.expr(id).span);
                    self.check_summable(value, id);
                }
                Some(fields.to_vec())
            }
            _ => {
                let at = self.expr(id).span;
                self.report(
                    Diagnostic::error(
                        Code::FactNotConstant,
                        at,
                        "the fields of an event are written out",
                    )
                    .label("this depends on what else is given")
                    .help("write values, for example `event visit { page: \"home\" }`"),
                );
                None
            }
        }
    }

    /// Numbers of events have no more decimal places than sums.
    fn check_summable(&mut self, value: &Value, id: ExprId) {
        if let Value::Decimal(number) = value
            && number.scale() > 9
        {
            let at = self.expr(id).span;
            self.report(
                Diagnostic::error(
                    Code::OutOfRange,
                    at,
                    format!("{number} has more than 9 decimal places, which events do not keep"),
                )
                .label("not in an event")
                .help("round it"),
            );
        }
    }

    /// `2 hours ago`: so long before the instant of the test.
    fn ago(&mut self, lengths: &[ast::Expr], now: Option<i64>, at: Span) -> Option<i64> {
        let mut total = 0_i64;
        for length in lengths {
            if self.is_ago_of_calendar(length) {
                return None;
            }
            let id = self.check(length, &Ty::Duration);
            if self.expr(id).ty == Ty::Error {
                return None;
            }
            let length = self.number(id).and_then(|n| i64::try_from(n).ok());
            total = total.checked_add(length?)?;
        }
        let Some(now) = now else {
            self.no_instant(at);
            return None;
        };
        let when = now
            .checked_sub(total)
            .filter(|ms| calendar::is_instant(*ms));
        if when.is_none() {
            self.report(
                Diagnostic::error(Code::OutOfRange, at, "the calendar begins with the year 1")
                    .label("before it")
                    .help("write a shorter time"),
            );
        }
        when
    }

    fn counter(&mut self, written: &ast::Expr) -> Option<u64> {
        let id = self.check(written, &Ty::Int);
        if self.expr(id).ty == Ty::Error {
            return None;
        }
        let number = self.number(id).filter(|n| *n >= Decimal::ZERO);
        let counter = number.and_then(|n| u64::try_from(n).ok());
        if counter.is_none() {
            self.report(
                Diagnostic::error(Code::OutOfRange, written.at.0, "this counter is negative")
                    .label("0 or more goes here")
                    .help("producers count their events from 0 on"),
            );
        }
        counter
    }
}
