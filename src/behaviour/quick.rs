//! Plain questions answered at once: how many, whether any, the sum, the newest or oldest, of events of some types or of what
//! is kept of a stream, in one rolling window or none. What they need to know of the graph is found beforehand.

use super::edges::first_not;
use super::plan::{Plan, types_of};
use super::rows::Rows;
use super::tell::{Tell, Told};
use crate::eval::{Item, Scalar};
use crate::graph::Graph;
use crate::graph::told::{Ask, Length, ShapeOf, Stream, StreamId};
use crate::hir::told::{EventFold, Pick};

/// A plain question.
#[derive(Clone, Debug)]
pub(super) struct Quick {
    what: What,
    view: u32,
    /// How old at least, and less than what.
    from: i64,
    to: Option<i64>,
    of: Of,
    /// Where edges are remembered.
    edge: usize,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
enum What {
    Exists,
    Count,
    /// Of decimals or of whole numbers.
    Sum(bool),
    Distinct(StreamId, u32),
    First,
    Last,
}

/// Of what is asked.
#[derive(Clone, Debug)]
enum Of {
    /// Types of events, each with the column that is summed up.
    Types(Vec<(u32, usize)>),
    /// What is kept of a stream.
    Kept(usize),
}

impl Quick {
    /// The question, if it is plain; `plan` says what is kept. Takes edges from `edges` on.
    pub(super) fn find(graph: &Graph, plan: &Plan, ask: &Ask, edges: &mut usize) -> Option<Quick> {
        let (what, of) = match ask {
            Ask::Exists(of) => (What::Exists, *of),
            Ask::Count(of) => (What::Count, *of),
            Ask::Pick(of, Pick::First) => (What::First, *of),
            Ask::Pick(of, Pick::Last) => (What::Last, *of),
            Ask::Fold { fold, of, value } => match fold {
                EventFold::Sum => (What::Sum(value.decimal), *of),
                EventFold::Distinct => (What::Distinct(base(graph, *of)?.0, value.field?), *of),
                _ => return None,
            },
            _ => return None,
        };
        let (base, from, to) = base(graph, of)?;
        let view = graph.view_of(base);
        let events = graph.events();
        let field = match ask {
            Ask::Fold { value, .. } => Some(value.field?),
            _ => None,
        };
        let is_sum = matches!(what, What::Sum(_));
        let of = if let Some(Stream::Select(_)) = graph.stream(base) {
            let mut types = Vec::new();
            for (place, (ty, _)) in types_of(events, view).iter().enumerate() {
                let column = match field.filter(|_| is_sum) {
                    Some(field) => events.field_at(view, place, field)?,
                    None => 0,
                };
                types.push((*ty, column));
            }
            Of::Types(types)
        } else {
            // Sums of what is kept are found elsewhere.
            let kept = plan.kept(base).filter(|_| !is_sum)?;
            let keep = plan.keeps.get(kept)?;
            let is_of_matches = matches!(what, What::First | What::Last) && !keep.plain;
            if keep.due || keep.gap.is_some() || is_of_matches {
                return None;
            }
            Of::Kept(kept)
        };
        let edge = *edges;
        *edges += match &of {
            Of::Types(types) => types.len(),
            Of::Kept(_) => 1,
        };
        Some(Quick {
            what,
            view,
            from,
            to,
            of,
            edge,
        })
    }
}

/// The stream under rolling windows of known lengths, with how old its members are at least, and less than what.
fn base(graph: &Graph, of: StreamId) -> Option<(StreamId, i64, Option<i64>)> {
    let (mut id, mut from, mut to) = (of, 0, None);
    while let Some(Stream::Ago(of, since, until)) = graph.stream(id) {
        match since {
            Some(Length::Known(ms)) => from = from.max(*ms),
            Some(Length::Asked(_)) => return None,
            None => {}
        }
        match until {
            Some(Length::Known(ms)) => to = Some(to.map_or(*ms, |to: i64| to.min(*ms))),
            Some(Length::Asked(_)) => return None,
            None => {}
        }
        id = *of;
    }
    let events = graph.events().views.get(graph.view_of(id) as usize);
    let is_plain = events.is_some_and(|view| matches!(view.of, ShapeOf::Events(_)));
    let is_select = matches!(graph.stream(id), Some(Stream::Select(_)));
    (is_plain || !is_select).then_some((id, from, to))
}

impl Tell<'_, '_> {
    /// The answer to a plain question, if it is found at once.
    pub(super) fn quick(&mut self, quick: &Quick) -> Told<Option<Scalar>> {
        let newest = self.now.saturating_sub(quick.from);
        let oldest = match quick.to {
            Some(to) => self.now.saturating_sub(to).saturating_add(1),
            None => i64::MIN,
        };
        if let What::Distinct(base, field) = quick.what {
            return Ok(self.quick_distinct(base, field, (oldest, newest)));
        }
        match &quick.of {
            Of::Types(types) => self.quick_types(quick, types, (oldest, newest)),
            Of::Kept(place) => Ok(self.quick_kept(quick, *place, (oldest, newest))),
        }
    }

    fn quick_types(
        &mut self,
        quick: &Quick,
        types: &[(u32, usize)],
        (oldest, newest): (i64, i64),
    ) -> Told<Option<Scalar>> {
        let mut count = 0;
        let mut total = 0_i128;
        let mut best: Option<Item> = None;
        for ((ty, field), place) in types.iter().zip(0..) {
            let Some(rows) = self.store.rows(*ty) else {
                continue;
            };
            let edge = quick.edge + place;
            let (from, until) = self.edges(rows, edge, (oldest, newest));
            if from >= until {
                continue;
            }
            match quick.what {
                What::Exists => return Ok(Some(Scalar::Bool(true))),
                What::Sum(_) => {
                    let Some(sum) = self
                        .kept
                        .and_then(|k| k.column_sum(*ty, *field, from..until))
                    else {
                        return Ok(None);
                    };
                    total += sum;
                }
                What::First | What::Last => {
                    let first = matches!(quick.what, What::First);
                    let row = if first { from } else { until - 1 };
                    let item = Item::event(rows.key(*ty, row));
                    if best.is_none_or(|best| (item.key < best.key) == first) {
                        best = Some(item);
                    }
                }
                _ => count += until - from,
            }
        }
        Ok(Some(match quick.what {
            What::Exists => Scalar::Bool(false),
            What::Sum(decimal) => self.total(total, decimal)?,
            What::First | What::Last => match best {
                Some(item) => self.seen(quick.view, item),
                None => Scalar::Missing,
            },
            _ => Scalar::Int(i64::try_from(count).unwrap_or(i64::MAX)),
        }))
    }

    /// The stretch of events between two instants, both included.
    #[inline]
    fn edges(&self, rows: &Rows, edge: usize, (oldest, newest): (i64, i64)) -> (usize, usize) {
        let at = rows.at.as_slice();
        let until = match at.last() {
            Some(last) if *last > newest => rows.first_at(newest.saturating_add(1), None),
            _ => at.len(),
        };
        if oldest == i64::MIN {
            return (0, until);
        }
        let edge = self.kept.and_then(|kept| kept.edges().get(edge));
        (rows.first_at(oldest, edge), until)
    }

    fn quick_kept(
        &self,
        quick: &Quick,
        place: usize,
        (oldest, newest): (i64, i64),
    ) -> Option<Scalar> {
        let kept = self.kept.filter(|kept| !kept.is_broken(place))?;
        let len = kept.len(place);
        let at = |member: usize| kept.member(place, member, self.store, self.now).key.at;
        let until = first_not(len, None, |member| at(member) <= newest);
        let from = match oldest {
            i64::MIN => 0,
            _ => first_not(len, kept.edges().get(quick.edge), |member| {
                at(member) < oldest
            }),
        };
        Some(match quick.what {
            What::Exists => Scalar::Bool(from < until),
            What::Count => {
                let count = until.saturating_sub(from);
                Scalar::Int(i64::try_from(count).unwrap_or(i64::MAX))
            }
            _ => return None,
        })
    }

    fn quick_distinct(
        &self,
        base: StreamId,
        field: u32,
        (oldest, newest): (i64, i64),
    ) -> Option<Scalar> {
        let kept = self.kept?;
        if self.store.newest().is_some_and(|at| at > newest) {
            return None;
        }
        let count = kept.distinct_from(base, field, oldest)?;
        Some(Scalar::Int(i64::try_from(count).unwrap_or(i64::MAX)))
    }
}
