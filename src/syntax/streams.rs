//! Expressions over events: from what pest read to the tree. `expression` groups the run; here are its parts.

use super::ast::{EventExpr, Expr, ExprKind, FoldWord, Mark, Name, Period, ThenWord, Unit, Window};
use super::expression::{Ranges, all, at, expression};
use super::forms;
use super::literal;
use super::pairs::{Pair, Rule};
use super::reader::Reader;
use super::slips;
use crate::source::Span;

/// How a step follows, from `then`, `then no`, `then immediately`.
pub(super) fn then_word(text: &str) -> ThenWord {
    match text.split_whitespace().last() {
        Some("no") => ThenWord::No,
        Some("immediately") => ThenWord::Immediately,
        _ => ThenWord::Then,
    }
}

/// An expression of events at a place.
pub(super) fn events(span: Span, kind: EventExpr) -> Expr {
    at(span, ExprKind::Events(Box::new(kind)))
}

/// What stands before a stream: the word, and the field of `sum paid of`.
pub(super) fn fold(reader: &mut Reader, pair: &Pair) -> Option<(FoldWord, Option<Name>)> {
    let head = pair.clone().into_inner().next()?;
    match head.as_rule() {
        Rule::of_field => {
            let mut parts = head.into_inner();
            let word = field_fold(parts.next()?.as_str());
            let field = parts.find(|p| p.as_rule() == Rule::word);
            Some((word, field.map(|field| reader.any_word(&field))))
        }
        Rule::ordinal => ordinal(reader, &head).map(|word| (word, None)),
        _ => Some((plain_fold(head.as_str()), None)),
    }
}

fn field_fold(text: &str) -> FoldWord {
    match text {
        "sum" => FoldWord::Sum,
        "avg" => FoldWord::Avg,
        "min" => FoldWord::Min,
        "max" => FoldWord::Max,
        "median" => FoldWord::Median,
        "distinct" => FoldWord::Distinct,
        "list" => FoldWord::List,
        "score" => FoldWord::Score,
        _ => FoldWord::MostFrequent,
    }
}

fn plain_fold(text: &str) -> FoldWord {
    match text.split_whitespace().next().unwrap_or("") {
        "count" => FoldWord::Count,
        "no" => FoldWord::No,
        "ever" => FoldWord::Ever,
        "first" => FoldWord::First,
        "last" => FoldWord::Last,
        "open" => FoldWord::Open,
        "streak" => FoldWord::Streak,
        "trend" => FoldWord::Trend,
        "times" => FoldWord::Times,
        "stage" => FoldWord::Stage,
        "calendar" => FoldWord::CalendarDaysSince,
        _ => FoldWord::TimeSince,
    }
}

/// `last 5`, `3rd`
fn ordinal(reader: &mut Reader, pair: &Pair) -> Option<FoldWord> {
    let text = pair.as_str();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let newest = text.starts_with("last");
    match digits.parse() {
        Ok(n @ 1..=1_000_000) if newest => Some(FoldWord::Newest(n)),
        Ok(n @ 1..=1_000_000) => Some(FoldWord::Nth(n)),
        _ => {
            let span = reader.span(pair);
            slips::bad_ordinal(reader, span);
            None
        }
    }
}

/// An operand that only behaviours have.
pub(super) fn operand(reader: &mut Reader, pair: Pair, depth: usize) -> Option<Expr> {
    let span = reader.span(&pair);
    let rule = pair.as_rule();
    if depth >= reader.nesting {
        slips::too_deep(reader, Some(span));
        return None;
    }
    let mut parts = Parts {
        rest: pair.into_inner().collect(),
        depth: depth + 1,
    };
    parts.rest.reverse();
    Some(match rule {
        Rule::any_event => events(span, EventExpr::Any),
        Rule::told_paren => {
            let inner = Box::new(parts.told(reader)?);
            at(span, ExprKind::Paren(inner))
        }
        Rule::told_call => {
            let name = parts.name(reader)?;
            let arguments = parts.every_told(reader)?;
            at(span, ExprKind::Call(name, arguments))
        }
        Rule::all_of => {
            let streams = parts.every_told(reader);
            let within = parts.length(reader);
            events(span, EventExpr::AllOf(streams?, within?))
        }
        Rule::sessions => {
            let of = parts.told(reader);
            let gap = parts.length(reader);
            events(span, EventExpr::Sessions(of?, gap?))
        }
        Rule::per_key => parts.per_key(reader, span)?,
        Rule::elapsed_from => {
            let from = parts.anchor(reader);
            let to = parts.anchor(reader);
            events(span, EventExpr::TimeFrom(from?, to?))
        }
        Rule::count_of => at(span, ExprKind::CountOf(Box::new(parts.told(reader)?))),
        _ => {
            let word = parts.rest.pop()?;
            let word = forms::of_word(word.as_str())?;
            at(span, ExprKind::Of(word, Box::new(parts.told(reader)?)))
        }
    })
}

/// What constrains a step.
pub(super) fn mark(reader: &mut Reader, base: Expr, pair: Pair, depth: usize) -> Option<Expr> {
    let span = base.at.0.to(reader.span(&pair));
    let inner = pair.into_inner().next()?;
    let rule = inner.as_rule();
    let mut parts = Parts::of(inner, depth);
    let mark = match rule {
        Rule::within => Mark::Within(parts.length(reader)?),
        Rule::later => Mark::Later(parts.length(reader)?),
        Rule::without => Mark::Without(parts.told(reader)?),
        Rule::same => Mark::Same(parts.any_word(reader)?),
        Rule::different => Mark::Different(parts.any_word(reader)?),
        _ => Mark::As(parts.name(reader)?),
    };
    Some(events(span, EventExpr::Marked(base, mark)))
}

/// Which events of a stream count.
pub(super) fn window(reader: &mut Reader, base: Expr, pair: Pair, depth: usize) -> Option<Expr> {
    let span = base.at.0.to(reader.span(&pair));
    let inner = pair.into_inner().next()?;
    let rule = inner.as_rule();
    let mut parts = Parts::of(inner, depth);
    let window = match rule {
        Rule::in_last => Window::Last(parts.length(reader)?),
        Rule::in_previous => parts.previous(reader)?,
        Rule::between_ago => parts.ago(reader)?,
        Rule::least_ago => Window::LeastAgo(parts.length(reader)?),
        Rule::this_period => Window::This(parts.period()?),
        Rule::today => Window::Today,
        Rule::from_to => {
            let from = parts.point(reader)?;
            let to = match parts.rest.is_empty() {
                true => None,
                false => Some(parts.point(reader)?),
            };
            Window::Between(from, to)
        }
        Rule::after => Window::After(parts.anchor(reader)?),
        Rule::before => Window::Before(parts.anchor(reader)?),
        _ => Window::AllWithin(parts.length(reader)?),
    };
    Some(events(span, EventExpr::Window(base, window)))
}

/// What stands behind a fold.
pub(super) fn late(reader: &mut Reader, of: Expr, pair: Pair, depth: usize) -> Option<Expr> {
    let span = of.at.0.to(reader.span(&pair));
    let rule = pair.as_rule();
    let mut parts = Parts::of(pair, depth);
    let kind = match rule {
        Rule::series => EventExpr::Series {
            of,
            per: parts.period()?,
            count: parts.number(reader)?,
            counted: parts.period()?,
        },
        Rule::halving => EventExpr::Halving(of, parts.length(reader)?),
        _ => EventExpr::AsOf(of, parts.anchor(reader)?),
    };
    Some(events(span, kind))
}

/// A number, a date or an instant that is written out.
pub(super) fn number(reader: &mut Reader, pair: &Pair) -> Option<Expr> {
    let span = reader.span(pair);
    match literal::number(pair.as_str(), false, span) {
        Ok(kind) => Some(at(span, kind)),
        Err(error) => {
            reader.report.push(error);
            None
        }
    }
}

/// The parts of a form, last first.
struct Parts<'i> {
    rest: Vec<Pair<'i>>,
    depth: usize,
}

impl<'i> Parts<'i> {
    fn of(pair: Pair<'i>, depth: usize) -> Self {
        let mut rest: Vec<Pair> = pair.into_inner().collect();
        rest.reverse();
        Parts {
            rest,
            depth: depth + 1,
        }
    }

    /// The next part of one of some rules; what stands before it is passed over.
    fn take(&mut self, rules: &[Rule]) -> Option<Pair<'i>> {
        while let Some(part) = self.rest.pop() {
            if rules.contains(&part.as_rule()) {
                return Some(part);
            }
        }
        None
    }

    fn name(&mut self, reader: &mut Reader) -> Option<Name> {
        let word = self.take(&[Rule::word])?;
        Some(reader.name(&word))
    }

    fn any_word(&mut self, reader: &mut Reader) -> Option<Name> {
        let word = self.take(&[Rule::word])?;
        Some(reader.any_word(&word))
    }

    /// The next expression over events.
    fn told(&mut self, reader: &mut Reader) -> Option<Expr> {
        let part = self.take(&[Rule::told, Rule::told_single, Rule::told_paren])?;
        match part.as_rule() {
            Rule::told_paren => operand(reader, part, self.depth),
            _ => expression(reader, part, self.depth, Ranges::Refused),
        }
    }

    /// All that follow one another.
    fn every_told(&mut self, reader: &mut Reader) -> Option<Vec<Expr>> {
        let mut found = Vec::new();
        while let Some(part) = self.rest.pop() {
            match part.as_rule() {
                Rule::told => found.push(part),
                Rule::close_round => break,
                _ => {}
            }
        }
        let told = found.into_iter();
        all(told.map(|part| expression(reader, part, self.depth, Ranges::Refused)))
    }

    /// How long: an amount with its unit, or a name.
    fn length(&mut self, reader: &mut Reader) -> Option<Expr> {
        let part = self.take(&[Rule::length])?;
        expression(reader, part, self.depth, Ranges::Refused)
    }

    fn number(&mut self, reader: &mut Reader) -> Option<Expr> {
        let part = self.take(&[Rule::number])?;
        number(reader, &part)
    }

    fn period(&mut self) -> Option<Period> {
        let word = self.take(&[Rule::period])?;
        Some(match forms::unit(word.as_str())? {
            Unit::Hour => Period::Hour,
            Unit::Week => Period::Week,
            Unit::Month => Period::Month,
            Unit::Year => Period::Year,
            _ => Period::Day,
        })
    }

    /// A day or an instant, or a name.
    fn point(&mut self, reader: &mut Reader) -> Option<Expr> {
        match self.rest.last()?.as_rule() {
            Rule::number => self.number(reader),
            Rule::word => {
                let name = self.name(reader)?;
                Some(at(name.at.0, ExprKind::Name(name)))
            }
            _ => {
                self.rest.pop();
                self.point(reader)
            }
        }
    }

    /// An event that something else refers to.
    fn anchor(&mut self, reader: &mut Reader) -> Option<Expr> {
        let part = self.take(&[Rule::anchor])?;
        let span = reader.span(&part);
        let mut inner = Parts::of(part, self.depth);
        let word = match inner.rest.last() {
            Some(word) if word.as_rule() == Rule::ordinal_word => match word.as_str() {
                "first" => Some(FoldWord::First),
                "last" => Some(FoldWord::Last),
                _ => Some(ordinal(reader, word)?),
            },
            _ => None,
        };
        let of = inner.told(reader)?;
        Some(match word {
            Some(word) => events(span, EventExpr::Fold(word, None, of)),
            None => of,
        })
    }

    /// `in previous 3 weeks`
    fn previous(&mut self, reader: &mut Reader) -> Option<Window> {
        let has = |rule: Rule| self.rest.iter().any(|part| part.as_rule() == rule);
        let (and_current, counted) = (has(Rule::k_today), has(Rule::number));
        let count = match counted {
            true => Some(self.number(reader)?),
            false => None,
        };
        Some(Window::Previous {
            and_current,
            count,
            period: self.period()?,
        })
    }

    /// `between 30 and 90 days ago`: where the first has no unit, it has that of the second.
    fn ago(&mut self, reader: &mut Reader) -> Option<Window> {
        let first = self.take(&[Rule::quantity, Rule::number, Rule::word])?;
        let span = reader.span(&first);
        let to = self.length(reader)?;
        let from = match first.as_rule() {
            Rule::quantity => forms::form(reader, first, self.depth)?,
            Rule::word => {
                let name = reader.name(&first);
                at(span, ExprKind::Name(name))
            }
            _ => return forms::with_unit_of(reader, &first, &to).map(|from| Window::Ago(from, to)),
        };
        Some(Window::Ago(from, to))
    }

    /// `some film of (s) has (…)`
    fn per_key(&mut self, reader: &mut Reader, span: Span) -> Option<Expr> {
        let every = self
            .take(&[Rule::some_or_every])?
            .as_str()
            .starts_with("every");
        let key = self.any_word(reader)?;
        let of = self.told(reader).map(without_brackets);
        let has = self.told(reader).map(without_brackets);
        let kind = EventExpr::PerKey {
            every,
            key,
            of: of?,
            has: has?,
        };
        Some(events(span, kind))
    }
}

/// What stands in brackets that belong to a form.
fn without_brackets(expr: Expr) -> Expr {
    match expr.kind {
        ExprKind::Paren(inner) => *inner,
        _ => expr,
    }
}
