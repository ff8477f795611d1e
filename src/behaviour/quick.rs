//! Plain questions, answered without evaluating anything: how many, whether any, the sum, the newest or oldest, of events of
//! some types or of what is kept of a stream, in one rolling window or none; and whether a simple chain came to its end.
//! What they need to know of the graph is found beforehand.

use super::edges::first_not;
use super::folds::{billionths, number};
use super::funnel::Funnel;
use super::kept::Kept;
use super::plan::{Plan, types_of};
use super::rows::{NONE, Rows};
use super::store::Store;
use crate::eval::{Key, Scalar};
use crate::graph::told::{Ask, Length, ShapeOf, Stream, StreamId};
use crate::graph::{EventRef, Graph, Items};
use crate::hir::NEVER;
use crate::hir::told::{EventFold, Pick};
use crate::hir::views::place;
use std::ops::Range;

/// A plain question.
#[derive(Clone, Debug)]
pub(super) enum Quick {
    /// What time it is.
    Now,
    /// About events of some types.
    Events(Window, What, Vec<Column>),
    /// How many there are of what is kept of a stream, or (false) whether any; a simple chain can also be gone through.
    Members {
        window: Window,
        count: bool,
        kept: usize,
        edge: usize,
        funnel: Option<Box<Funnel>>,
    },
    /// How many different values a field has: where they are counted, and the list that they come from if it is no list of
    /// all events.
    Different {
        window: Window,
        latest: usize,
        list: Option<usize>,
        columns: Vec<Column>,
    },
}

/// How old at least, and less than what, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    from: i64,
    to: Option<i64>,
}

/// What is asked about events of some types.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Exists,
    Count,
    /// Of decimals, or of whole numbers; of several types, where the sums over all are kept and the edge is remembered.
    Sum(bool, Option<(usize, usize)>),
    /// The oldest, or the newest, as a view sees it.
    First(u32),
    Last(u32),
}

/// The events of a type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    ty: u32,
    /// The field that is asked about; none where it is the channel.
    field: Option<usize>,
    /// Where its sums are kept.
    sums: Option<usize>,
    /// Where the edge of the window is remembered.
    edge: usize,
}

/// What questions are answered from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'k> {
    pub(super) store: &'k Store,
    pub(super) kept: Option<&'k Kept>,
    pub(super) now: i64,
}

impl Window {
    /// The oldest and the newest instant.
    #[inline]
    fn at(self, now: i64) -> (i64, i64) {
        let oldest = match self.to {
            Some(to) => now.saturating_sub(to).saturating_add(1),
            None => i64::MIN,
        };
        (oldest, now.saturating_sub(self.from))
    }
}

impl Quick {
    /// The question, if it is plain; `plan` says what is kept. Takes edges from `edges` on.
    pub(super) fn find(graph: &Graph, plan: &Plan, ask: &Ask, edges: &mut usize) -> Option<Quick> {
        let (of, field) = match ask {
            Ask::Now => return Some(Quick::Now),
            Ask::Exists(of) | Ask::Count(of) | Ask::Pick(of, Pick::First | Pick::Last) => {
                (*of, None)
            }
            Ask::Fold { of, value, .. } => (*of, Some(value.field?)),
            _ => return None,
        };
        let (base, window) = base(graph, of)?;
        let view = graph.view_of(base);
        let is_select = matches!(graph.stream(base), Some(Stream::Select(_)));
        let own = *edges;
        *edges += usize::from(field.is_some());
        let mut columns = || columns(graph, plan, (view, field), edges);
        let what = match ask {
            Ask::Exists(_) => What::Exists,
            Ask::Count(_) => What::Count,
            Ask::Pick(_, Pick::First) => What::First(view),
            Ask::Pick(..) => What::Last(view),
            Ask::Fold { fold, value, .. } => match fold {
                EventFold::Sum => {
                    let merged = plan.merged_of(view, value.field?);
                    What::Sum(value.decimal, merged.map(|place| (place, own)))
                }
                EventFold::Distinct => {
                    return Some(Quick::Different {
                        window,
                        latest: plan.latest_of(base, value.field?)?,
                        list: plan.kept(base),
                        columns: if is_select { columns()? } else { Vec::new() },
                    });
                }
                _ => return None,
            },
            _ => return None,
        };
        if is_select {
            return Some(Quick::Events(window, what, columns()?));
        }
        Quick::members(graph, plan, (base, window, what), edges)
    }

    fn members(
        graph: &Graph,
        plan: &Plan,
        (base, window, what): (StreamId, Window, What),
        edges: &mut usize,
    ) -> Option<Quick> {
        let kept = plan.kept(base)?;
        let keep = plan.keeps.get(kept)?;
        if keep.due || keep.gap.is_some() || !matches!(what, What::Exists | What::Count) {
            return None;
        }
        let funnel = match graph.stream(base) {
            Some(Stream::Chain(chain)) => Funnel::find(graph, chain).map(Box::new),
            _ => None,
        };
        *edges += 1;
        Some(Quick::Members {
            window,
            count: matches!(what, What::Count),
            kept,
            edge: *edges - 1,
            funnel,
        })
    }

    /// How long ago the event was that is the answer.
    pub(super) fn since(&self, known: Known<'_>) -> Option<Scalar> {
        let Quick::Events(window, what @ (What::First(_) | What::Last(_)), columns) = self else {
            return None;
        };
        let first = matches!(what, What::First(_));
        let ago = match known.end(columns, window.at(known.now), first) {
            Some(key) => known.now.checked_sub(key.at)?,
            None => NEVER,
        };
        Some(Scalar::Int(ago))
    }

    /// The answer, if it is found at once.
    pub(super) fn answer(&self, known: Known<'_>) -> Option<Scalar> {
        match self {
            Quick::Now => Some(Scalar::Int(known.now)),
            Quick::Events(window, what, columns) => {
                let window = window.at(known.now);
                match what {
                    What::Exists => Some(Scalar::Bool(known.count(columns, window) > 0)),
                    What::Count => Some(int(known.count(columns, window))),
                    What::Sum(decimal, merged) => {
                        let kept = known
                            .kept
                            .zip(*merged)
                            .and_then(|(kept, (place, edge))| kept.merged_sum(place, window, edge));
                        let total = match kept {
                            Some(total) => total,
                            None => known.sum(columns, window, *decimal)?,
                        };
                        amount_of(total, *decimal)
                    }
                    What::First(view) => Some(event(*view, known.end(columns, window, true))),
                    What::Last(view) => Some(event(*view, known.end(columns, window, false))),
                }
            }
            Quick::Members {
                window,
                count,
                kept,
                edge,
                funnel,
            } => {
                let window = window.at(known.now);
                let many = match known.members(*kept, *edge, window) {
                    Some(members) => members,
                    None => known.ends(funnel.as_deref()?, window, *count),
                };
                Some(match count {
                    true => int(many),
                    false => Scalar::Bool(many > 0),
                })
            }
            Quick::Different {
                window,
                latest,
                list,
                columns,
            } => {
                let window = window.at(known.now);
                let kept = known.counted(*latest, *list, window);
                kept.or_else(|| known.different(columns, window)).map(int)
            }
        }
    }
}

fn event(view: u32, key: Option<Key>) -> Scalar {
    key.map_or(Scalar::Missing, |key| {
        Scalar::Record(Items::Event(EventRef::new(view, key.ty, key.row)))
    })
}

/// A sum as a value; `None` where it overflows.
fn amount_of(total: i128, decimal: bool) -> Option<Scalar> {
    match decimal {
        true => number(total).map(Scalar::Decimal),
        false => i64::try_from(total).ok().map(Scalar::Int),
    }
}

fn int(count: usize) -> Scalar {
    Scalar::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The stream under rolling windows of known lengths.
fn base(graph: &Graph, of: StreamId) -> Option<(StreamId, Window)> {
    let mut window = Window { from: 0, to: None };
    let mut id = of;
    let known = |length: &Option<Length>| match length {
        Some(Length::Known(ms)) => Some(Some(*ms)),
        Some(Length::Asked(_)) => None,
        None => Some(None),
    };
    while let Some(Stream::Ago(of, since, until)) = graph.stream(id) {
        window.from = window.from.max(known(since)?.unwrap_or(0));
        window.to = match (known(until)?, window.to) {
            (Some(ms), Some(to)) => Some(ms.min(to)),
            (ms, to) => ms.or(to),
        };
        id = *of;
    }
    Some((id, window))
}

/// The columns of a view's events, with the field that is asked about.
fn columns(
    graph: &Graph,
    plan: &Plan,
    (view, asked): (u32, Option<u32>),
    edges: &mut usize,
) -> Option<Vec<Column>> {
    let events = graph.events();
    let shape = events.views.get(view as usize)?;
    if !matches!(shape.of, ShapeOf::Events(_)) {
        return None;
    }
    let mut columns = Vec::new();
    for (at, (ty, _)) in types_of(events, view).iter().enumerate() {
        let field = match asked {
            None => None,
            Some(place::CHANNEL) if shape.channel => None,
            Some(asked) => Some(events.field_at(view, at, asked)?),
        };
        columns.push(Column {
            ty: *ty,
            field,
            sums: field.and_then(|field| plan.column(*ty, field)),
            edge: *edges,
        });
        *edges += 1;
    }
    Some(columns)
}

impl<'k> Known<'k> {
    /// The events of a type between two instants, both included.
    #[inline]
    fn stretch(self, column: &Column, window: (i64, i64)) -> Option<(&'k Rows, Range<usize>)> {
        let rows = self.store.rows(column.ty)?;
        let until = rows.upto(window.1);
        let from = match window.0 {
            i64::MIN => 0,
            oldest => {
                let edge = self.kept.and_then(|kept| kept.edges().get(column.edge));
                rows.first_at(oldest, edge)
            }
        };
        (from < until).then_some((rows, from..until))
    }

    fn count(self, columns: &[Column], window: (i64, i64)) -> usize {
        let stretches = columns.iter().filter_map(|c| self.stretch(c, window));
        stretches.map(|(_, stretch)| stretch.len()).sum()
    }

    /// The sum; `None` where one by one has to be looked at.
    fn sum(self, columns: &[Column], window: (i64, i64), decimal: bool) -> Option<i128> {
        let mut total = 0_i128;
        for column in columns {
            let Some((rows, stretch)) = self.stretch(column, window) else {
                continue;
            };
            total += match self.kept.zip(column.sums) {
                Some((kept, sums)) => kept.sum(sums, stretch)?,
                None if decimal => {
                    let numbers = rows.decimals(column.field?)?.get(stretch)?;
                    numbers.iter().map(|n| billionths(*n)).sum()
                }
                None => {
                    let numbers = rows.ints(column.field?)?.get(stretch)?;
                    numbers.iter().map(|n| i128::from(*n)).sum()
                }
            };
        }
        Some(total)
    }

    /// The first or the last.
    fn end(self, columns: &[Column], window: (i64, i64), first: bool) -> Option<Key> {
        let mut best: Option<Key> = None;
        for column in columns {
            let Some((rows, stretch)) = self.stretch(column, window) else {
                continue;
            };
            let row = match first {
                true => stretch.start,
                false => stretch.end - 1,
            };
            let key = rows.key(column.ty, row);
            if best.is_none_or(|best| (key < best) == first) {
                best = Some(key);
            }
        }
        best
    }

    /// How many there are of what is kept of a stream.
    fn members(self, place: usize, edge: usize, (oldest, newest): (i64, i64)) -> Option<usize> {
        let kept = self.kept.filter(|kept| !kept.is_broken(place))?;
        let len = kept.len(place);
        let at = |member: usize| kept.at(place, member, self.store);
        let until = match len.checked_sub(1) {
            Some(last) if at(last) > newest => first_not(len, None, |member| at(member) <= newest),
            _ => len,
        };
        let from = match oldest {
            i64::MIN => 0,
            _ => first_not(len, kept.edges().get(edge), |member| at(member) < oldest),
        };
        Some(until.saturating_sub(from))
    }

    /// How often a chain came to its end, or whether it did.
    fn ends(self, funnel: &Funnel, (oldest, newest): (i64, i64), count: bool) -> usize {
        let mut ends = 0;
        funnel.each(self.store, newest, |at| {
            ends += usize::from(at >= oldest);
            !count && ends > 0
        });
        ends
    }

    /// How many values were seen, as it is kept: of those that are newer than all windows look.
    fn counted(self, latest: usize, list: Option<usize>, window: (i64, i64)) -> Option<usize> {
        let kept = self.kept?;
        if self.store.newest().is_some_and(|at| at > window.1)
            || list.is_some_and(|list| kept.is_broken(list))
        {
            return None;
        }
        kept.seen_since(latest, window.0)
    }

    /// The same from the events, where the values are told apart by few codes.
    fn different(self, columns: &[Column], window: (i64, i64)) -> Option<usize> {
        let mut seen = 0_u128;
        if columns.is_empty() {
            return None;
        }
        for column in columns {
            let Some((rows, stretch)) = self.stretch(column, window) else {
                continue;
            };
            let codes = match column.field {
                Some(field) => rows.codes(field)?.get(stretch)?,
                None if rows.channels().is_empty() => continue,
                None => rows.channels().get(stretch)?,
            };
            for code in codes.iter().filter(|code| **code != NONE) {
                seen |= 1_u128.checked_shl(*code)?;
            }
        }
        Some(seen.count_ones() as usize)
    }
}
