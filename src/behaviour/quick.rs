//! Plain questions, answered without evaluating anything: how many, whether any, the sum, the newest or oldest, of events of
//! some types or of what is kept of a stream, in one rolling window or none; and whether a simple chain came to its end.
//! What they need to know of the graph is found beforehand.

mod known;

pub(super) use self::known::Known;

use super::folds::number;
use super::funnel::Funnel;
use super::plan::{Plan, types_of};
use crate::eval::{Key, Scalar};
use crate::graph::told::{Ask, Length, ShapeOf, Stream, StreamId};
use crate::graph::{EventRef, Graph, Items};
use crate::hir::NEVER;
use crate::hir::told::{EventFold, Pick};
use crate::hir::views::place;

/// A plain question.
#[derive(Clone, Debug)]
pub(super) enum Quick {
    /// What time it is.
    Now,
    /// How many there are of one type.
    Count(Window, Column),
    /// About events of some types.
    Events(Window, What, Vec<Column>),
    /// About what is kept of a stream.
    Members(Members),
    /// How many different values a field has: where they are counted, and the list that they come from if it is no list of
    /// all events.
    Different {
        window: Window,
        latest: usize,
        list: Option<usize>,
        columns: Vec<Column>,
    },
}

/// How many there are of what is kept of a stream, or (false) whether any; a simple chain can also be gone through.
#[derive(Clone, Debug)]
pub(super) struct Members {
    window: Window,
    count: bool,
    kept: usize,
    edge: usize,
    funnel: Option<Box<Funnel>>,
}

/// How old at least and at most, in milliseconds; the greatest number where there is no end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    from: i64,
    to: i64,
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

impl Window {
    /// The oldest and the newest instant.
    #[inline]
    fn at(self, now: i64) -> (i64, i64) {
        let oldest = match self.to {
            i64::MAX => i64::MIN,
            to => now.saturating_sub(to),
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
                        // Where the field is not of the events themselves only what is kept says it.
                        columns: match is_select {
                            true => columns().unwrap_or_default(),
                            false => Vec::new(),
                        },
                    });
                }
                _ => return None,
            },
            _ => return None,
        };
        if is_select {
            let columns = columns()?;
            return Some(match (what, columns.as_slice()) {
                (What::Count, [only]) => Quick::Count(window, *only),
                _ => Quick::Events(window, what, columns),
            });
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
        Some(Quick::Members(Members {
            window,
            count: matches!(what, What::Count),
            kept,
            edge: *edges - 1,
            funnel,
        }))
    }

    /// How long ago the event was that is the answer; handed to `to`.
    pub(super) fn since<T>(&self, known: Known<'_>, to: impl FnOnce(Scalar) -> T) -> Option<T> {
        let Quick::Events(window, what @ (What::First(_) | What::Last(_)), columns) = self else {
            return None;
        };
        let first = matches!(what, What::First(_));
        let window = window.at(known.now);
        let at = match columns.as_slice() {
            [only] => known
                .end_of(only, window, first)
                .map(|(rows, row)| rows.at(row)),
            several => known.end(several, window, first).map(|key| key.at),
        };
        let ago = match at {
            Some(at) => known.now.checked_sub(at)?,
            None => NEVER,
        };
        Some(to(Scalar::Int(ago)))
    }

    /// The answer, if it is found at once; handed to `to` from the place where it is found, since what is written in parts
    /// and copied as a whole makes processors wait.
    #[inline]
    pub(super) fn answer<T>(&self, known: Known<'_>, to: impl FnOnce(Scalar) -> T) -> Option<T> {
        Some(match self {
            Quick::Now => to(Scalar::Int(known.now)),
            Quick::Count(window, column) => to(int(known
                .stretch(column, window.at(known.now))
                .map_or(0, |(_, stretch)| stretch.len()))),
            Quick::Events(window, what, columns) => {
                let window = window.at(known.now);
                match what {
                    What::Exists => to(Scalar::Bool(known.count(columns, window) > 0)),
                    What::Count => to(int(known.count(columns, window))),
                    What::Sum(true, merged) => {
                        let total = known.total(columns, window, *merged, true)?;
                        to(Scalar::Decimal(number(total)?))
                    }
                    What::Sum(false, merged) => {
                        let total = known.total(columns, window, *merged, false)?;
                        to(Scalar::Int(i64::try_from(total).ok()?))
                    }
                    What::First(view) => to(event(*view, known.end(columns, window, true))),
                    What::Last(view) => to(event(*view, known.end(columns, window, false))),
                }
            }
            Quick::Members(members) => {
                let many = known.members(members)?;
                match members.count {
                    true => to(int(many)),
                    false => to(Scalar::Bool(many > 0)),
                }
            }
            Quick::Different {
                window,
                latest,
                list,
                columns,
            } => {
                let window = window.at(known.now);
                let kept = known.counted(*latest, *list, window);
                to(int(kept.or_else(|| known.different(columns, window))?))
            }
        })
    }
}

fn event(view: u32, key: Option<Key>) -> Scalar {
    key.map_or(Scalar::Missing, |key| {
        Scalar::Record(Items::Event(EventRef::new(view, key.ty, key.row)))
    })
}

fn int(count: usize) -> Scalar {
    Scalar::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The stream under rolling windows of known lengths.
fn base(graph: &Graph, of: StreamId) -> Option<(StreamId, Window)> {
    let mut window = Window {
        from: 0,
        to: i64::MAX,
    };
    let mut id = of;
    let known = |length: &Option<Length>| match length {
        Some(Length::Known(ms)) => Some(Some(*ms)),
        Some(Length::Asked(_)) => None,
        None => Some(None),
    };
    while let Some(Stream::Ago(of, since, until)) = graph.stream(id) {
        window.from = window.from.max(known(since)?.unwrap_or(0));
        if let Some(less_than) = known(until)? {
            window.to = window.to.min(less_than.saturating_sub(1));
        }
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
