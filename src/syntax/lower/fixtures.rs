//! Customers and tests, from what pest read: facts, and the steps of a test.

use super::{Parts, check_arrow, find, named, path, plain, value};
use crate::source::Span;
use crate::syntax::ast::{EventPart, EventStep, Expect, Expr, FactExpr, Name, StepKind, Text};
use crate::syntax::expression::{all, is_expr};
use crate::syntax::pairs::{Pair, Rule};
use crate::syntax::reader::Reader;
use crate::syntax::slips;
use crate::syntax::streams::number;

/// The title of a test.
pub(in crate::syntax) fn title(reader: &mut Reader, parts: &Parts) -> Option<Text> {
    reader.string(&find(parts, Rule::string)?)
}

/// A fact of a customer.
pub(in crate::syntax) fn fact(reader: &mut Reader, parts: &Parts) -> Option<FactExpr> {
    one_fact(reader, find(parts, Rule::fact)?)
}

fn one_fact(reader: &mut Reader, pair: Pair) -> Option<FactExpr> {
    let parts = pair.into_inner();
    let path = path(reader, find(&parts, Rule::path)?);
    let value = value(reader, find(&parts, Rule::expr)?)?;
    Some(FactExpr { path, value })
}

/// The facts of a step, where it has some.
fn facts(reader: &mut Reader, parts: &Parts) -> Option<Vec<FactExpr>> {
    match find(parts, Rule::facts) {
        Some(pair) => all(pair
            .into_inner()
            .filter(|p| p.as_rule() == Rule::fact)
            .map(|p| one_fact(reader, p))),
        None => Some(Vec::new()),
    }
}

pub(in crate::syntax) fn now(reader: &mut Reader, parts: &Parts) -> Option<StepKind> {
    value(reader, find(parts, Rule::expr)?).map(StepKind::Now)
}

pub(in crate::syntax) fn given(reader: &mut Reader, parts: &Parts) -> Option<StepKind> {
    let customer = named(reader, parts);
    let facts = facts(reader, parts)?;
    Some(StepKind::Given { customer, facts })
}

pub(in crate::syntax) fn on(reader: &mut Reader, parts: &Parts) -> Option<StepKind> {
    let channel = reader.any_word(&find(parts, Rule::word)?);
    let facts = facts(reader, parts)?;
    Some(StepKind::On { channel, facts })
}

/// An event of a test.
pub(in crate::syntax) fn test_event(reader: &mut Reader, parts: &Parts) -> Option<StepKind> {
    let name = named(reader, parts)?;
    let fields = match find(parts, Rule::event_fields) {
        Some(pair) => Some(plain(reader, pair)?),
        None => None,
    };
    let mut made = Vec::new();
    let mut end = name.at.0.end;
    for part in parts.clone() {
        let span = reader.span(&part);
        let apart = reader
            .snippet(Span {
                start: end,
                end: span.start,
                ..span
            })
            .contains('\n');
        if let Some(part) = event_part(reader, &part)? {
            if apart && matches!(part, EventPart::On(_)) {
                slips::channel_on_its_own_line(reader, span);
                return None;
            }
            made.push(part);
        }
        end = span.end.max(end);
    }
    Some(StepKind::Event(EventStep {
        name,
        fields,
        parts: made,
    }))
}

/// A part of it; `Some(None)` where it is none.
fn event_part(reader: &mut Reader, pair: &Pair) -> Option<Option<EventPart>> {
    let inner = pair.clone().into_inner();
    Some(Some(match pair.as_rule() {
        Rule::event_ago => {
            let lengths = inner.filter(|p| p.as_rule() == Rule::event_length);
            EventPart::Ago(all(lengths.map(|p| plain(reader, p)))?)
        }
        Rule::event_at => EventPart::At(number(reader, &find(&inner, Rule::number)?)?),
        Rule::event_on => EventPart::On(reader.any_word(&find(&inner, Rule::word)?)),
        Rule::event_device => EventPart::Device(reader.string(&find(&inner, Rule::string)?)?),
        Rule::event_id => EventPart::Id(reader.string(&find(&inner, Rule::string)?)?),
        Rule::event_seq => EventPart::Seq(number(reader, &find(&inner, Rule::number)?)?),
        _ => return Some(None),
    }))
}

pub(in crate::syntax) fn expect(reader: &mut Reader, parts: &Parts) -> Option<StepKind> {
    let part = parts.clone().find(|p| p.as_rule() != Rule::k_expect)?;
    let expect = match part.as_rule() {
        Rule::expect_same => Expect::Same(first_name(reader, part)?),
        Rule::expect_by => {
            let mut words = part.into_inner().filter(|p| p.as_rule() == Rule::word);
            let name = reader.name(&words.next()?);
            let label = words.next()?;
            // `otherwise` is the label of the rule that takes the rest.
            Expect::By(
                name,
                match label.as_str() {
                    "otherwise" => reader.any_word(&label),
                    _ => reader.name(&label),
                },
            )
        }
        Rule::expect_because => {
            let parts = part.into_inner();
            let name = named(reader, &parts)?;
            Expect::Because(name, reader.string(&find(&parts, Rule::string)?)?)
        }
        rule @ (Rule::expect_chooses | Rule::expect_withholds) => {
            let mut words = part.into_inner().filter(|p| p.as_rule() == Rule::word);
            let name = reader.name(&words.next()?);
            let actions = words.map(|word| reader.name(&word)).collect();
            match rule {
                Rule::expect_chooses => Expect::Chooses(name, actions),
                _ => Expect::Withholds(name, actions),
            }
        }
        Rule::expect_rejects => {
            let mut words = part.into_inner().filter(|p| p.as_rule() == Rule::word);
            let name = reader.name(&words.next()?);
            let action = reader.name(&words.next()?);
            let stage = words.next().map(|stage| reader.any_word(&stage));
            Expect::Rejects(name, action, stage)
        }
        _ => Expect::Holds(value(reader, part)?),
    };
    Some(StepKind::Expect(expect))
}

fn first_name(reader: &mut Reader, pair: Pair) -> Option<Name> {
    named(reader, &pair.into_inner())
}

/// The first line of a test table.
pub(in crate::syntax) fn test_header(reader: &mut Reader, parts: &Parts) -> Option<StepKind> {
    let columns = parts
        .clone()
        .filter(|p| p.as_rule() == Rule::path)
        .map(|p| path(reader, p))
        .collect();
    let result = behind_arrow(reader, parts)?;
    Some(StepKind::Header { columns, result })
}

/// A further line of a test table.
pub(in crate::syntax) fn case(reader: &mut Reader, parts: &Parts) -> Option<StepKind> {
    let cells = all(parts
        .clone()
        .filter(|p| p.as_rule() == Rule::given_cell)
        .map(|p| given_cell(reader, &p.into_inner())));
    let value = behind_arrow(reader, parts)?;
    Some(StepKind::Case {
        cells: cells?,
        value,
    })
}

fn given_cell(reader: &mut Reader, parts: &Parts) -> Option<Option<Expr>> {
    match find(parts, Rule::cell_expr) {
        Some(pair) => plain(reader, pair).map(Some),
        None => Some(None),
    }
}

fn behind_arrow(reader: &mut Reader, parts: &Parts) -> Option<Expr> {
    if let Some(arrow) = find(parts, Rule::arrow) {
        check_arrow(reader, &arrow, "=>", "what is expected");
    }
    value(reader, parts.clone().find(is_expr)?)
}
