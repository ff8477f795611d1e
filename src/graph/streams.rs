//! From what behaviours say of events to nodes: streams, and questions about them.

use super::build::Builder;
use super::node::{Node, NodeId, Origin};
use super::simplify::Built;
use super::told::{Ask, Length, Step, Steps, Stream, StreamId, Value};
use crate::hir::told::{Told, Window};
use crate::hir::{DefId, DefKind, ExprId, ExprKind, LocalId, RecordId, Ty};
use crate::value;

impl Builder<'_> {
    /// The node of what is said of events.
    pub(super) fn told(&mut self, id: ExprId, told: &Told, origin: Origin) -> Built {
        if matches!(self.program.expr(id).ty, Ty::Stream(_)) {
            return self.stream(id, told, origin);
        }
        let ask = match told {
            Told::Now => Ask::Now,
            Told::Exists(stream) => {
                // A named one is asked by its name.
                if let ExprKind::Def(def) = &self.program.expr(*stream).kind {
                    return self.arena.definition(*def, origin);
                }
                Ask::Exists(self.of(*stream))
            }
            Told::Count(stream) => Ask::Count(self.of(*stream)),
            Told::Times(stream) => Ask::Times(self.of(*stream)),
            Told::Stage(stream) => Ask::Stage(self.of(*stream)),
            Told::Open(stream) => Ask::Open(self.of(*stream)),
            Told::Pick(stream, pick) => Ask::Pick(self.of(*stream), *pick),
            Told::Fold {
                fold,
                stream,
                item,
                body,
            } => Ask::Fold {
                fold: *fold,
                of: self.of(*stream),
                value: self.each_event(*item, *body)?,
            },
            Told::Score {
                stream,
                item,
                body,
                halving,
            } => Ask::Score {
                of: self.of(*stream),
                value: self.each_event(*item, *body)?,
                halving: self.length(*halving)?,
            },
            Told::PerKey {
                every,
                stream,
                item,
                key,
                group,
                has,
            } => Ask::PerKey {
                every: *every,
                of: self.of(*stream),
                key: self.each_event(*item, *key)?,
                group: group.0,
                has: self.holds(*has)?,
            },
            Told::Series {
                fold,
                stream,
                body,
                period,
                count,
                zone,
            } => Ask::Series {
                fold: *fold,
                of: self.of(*stream),
                value: match body {
                    Some((item, body)) => Some(self.each_event(*item, *body)?),
                    None => None,
                },
                period: *period,
                count: *count,
                zone: self.operand(*zone)?,
            },
            Told::Streak(list) => Ask::Streak(self.operand(*list)?),
            Told::Trend(list) => Ask::Trend(self.operand(*list)?),
            Told::AsOf(value, at) => Ask::AsOf(self.operand(*value)?, self.operand(*at)?),
            Told::Journey(journey) => Ask::Journey(self.journey(journey, origin)?),
            _ => return self.arena.constant(super::Scalar::Missing, origin),
        };
        self.arena.ask(ask, origin)
    }

    fn stream(&mut self, id: ExprId, told: &Told, origin: Origin) -> Built {
        let view = match self.program.expr(id).ty {
            Ty::Stream(record) => self.view(record),
            _ => 0,
        };
        let stream = match told {
            Told::Select(view) => Stream::Select(self.view(*view)),
            Told::Filter {
                stream,
                item,
                condition,
            } => Stream::Filter {
                of: self.of(*stream),
                local: item.0,
                condition: self.holds(*condition)?,
            },
            Told::Either(streams) => Stream::Either(view, self.all_of(streams)),
            Told::Window(stream, window) => self.window(*stream, window)?,
            Told::Newest(stream, count) => Stream::Newest(self.of(*stream), *count),
            Told::Only(stream, pick) => Stream::Only(self.of(*stream), *pick),
            Told::Chain { steps, within } => Stream::Chain(self.steps(steps, *within, view)?),
            Told::Together(streams, within) => {
                Stream::Together(view, self.all_of(streams), self.length(*within)?)
            }
            Told::Sessions(stream, gap) => {
                Stream::Sessions(view, self.of(*stream), self.length(*gap)?)
            }
            Told::Group(local) => Stream::Group(local.0, view),
            _ => return self.arena.constant(super::Scalar::Missing, origin),
        };
        self.arena.stream(stream, origin)
    }

    fn view(&self, record: RecordId) -> u32 {
        let views = self.program.views();
        let place = views.binary_search_by_key(&record, |v| v.record);
        u32::try_from(place.unwrap_or(0)).unwrap_or(0)
    }

    /// The stream that an expression is, which has been built.
    pub(super) fn of(&self, id: ExprId) -> StreamId {
        match self.node_of(id).map(|node| self.arena.node(node)) {
            Some(Node::Stream(place)) => StreamId(place),
            _ => StreamId(u32::MAX),
        }
    }

    fn all_of(&self, ids: &[ExprId]) -> Vec<StreamId> {
        ids.iter().map(|id| self.of(*id)).collect()
    }

    fn each_event(&mut self, item: LocalId, body: ExprId) -> Result<Value, super::intern::Refusal> {
        let expr = self.program.expr(body);
        let field = match &expr.kind {
            ExprKind::Field(base, place)
                if self.program.expr(*base).kind == ExprKind::Local(item) =>
            {
                Some(*place)
            }
            _ => None,
        };
        Ok(Value {
            local: item.0,
            body: self.operand(body)?,
            field,
            decimal: expr.ty.present().is_decimal(),
        })
    }

    pub(super) fn length(&mut self, id: ExprId) -> Result<Length, super::intern::Refusal> {
        let node = self.operand(id)?;
        Ok(match self.arena.as_constant(node) {
            Some(super::Scalar::Int(ms)) => Length::Known(ms),
            _ => Length::Asked(node),
        })
    }

    fn maybe_length(
        &mut self,
        id: Option<ExprId>,
    ) -> Result<Option<Length>, super::intern::Refusal> {
        id.map(|id| self.length(id)).transpose()
    }

    fn window(
        &mut self,
        stream: ExprId,
        window: &Window,
    ) -> Result<Stream, super::intern::Refusal> {
        let of = self.of(stream);
        Ok(match window {
            Window::Ago(from, to) => {
                Stream::Ago(of, self.maybe_length(*from)?, self.maybe_length(*to)?)
            }
            Window::Calendar {
                period,
                previous,
                current,
                zone,
            } => Stream::Calendar {
                of,
                period: *period,
                previous: *previous,
                current: *current,
                zone: self.operand(*zone)?,
            },
            Window::Between { from, to, zone } => Stream::Between {
                of,
                from: self.operand(*from)?,
                to: to.map(|to| self.operand(to)).transpose()?,
                zone: zone.map(|zone| self.operand(zone)).transpose()?,
            },
            Window::After(anchor, pick) => Stream::After(of, self.of(*anchor), *pick),
            Window::Before(anchor, pick) => Stream::Before(of, self.of(*anchor), *pick),
        })
    }

    fn steps(
        &mut self,
        steps: &[crate::hir::told::Step],
        within: Option<ExprId>,
        view: u32,
    ) -> Result<Steps, super::intern::Refusal> {
        let locals: Vec<LocalId> = steps.iter().map(|s| s.item).collect();
        let mut made = Vec::with_capacity(steps.len());
        for (at, step) in steps.iter().enumerate() {
            let mut keys = Vec::new();
            for key in &step.keys {
                keys.push((key.same, self.operand(key.before)?, self.operand(key.here)?));
            }
            made.push(Step {
                word: step.word,
                of: self.of(step.stream),
                local: step.item.0,
                condition: step.condition.map(|c| self.holds(c)).transpose()?,
                keys,
                within: self.maybe_length(step.within)?,
                later: self.maybe_length(step.later)?,
                without: self.all_of(&step.without),
                asks: self.asks(step, &locals, at),
            });
        }
        Ok(Steps {
            steps: made,
            within: self.maybe_length(within)?,
            view,
        })
    }

    /// Which of the steps before are asked about by a step, as bits.
    fn asks(&self, step: &crate::hir::told::Step, locals: &[LocalId], at: usize) -> u32 {
        let mut found = 0_u32;
        let mut open: Vec<ExprId> = step.condition.into_iter().collect();
        open.extend(step.keys.iter().map(|key| key.before));
        while let Some(id) = open.pop() {
            let kind = &self.program.expr(id).kind;
            if let ExprKind::Local(local) = kind
                && let Some(place) = locals.iter().position(|l| l == local)
                && place < at
            {
                found |= 1 << (place % 32);
            }
            crate::hir::operands(kind, |child| open.push(child));
        }
        found
    }

    /// A definition that is a stream, or its value.
    pub(super) fn named(&mut self, id: ExprId, def: DefId, origin: Origin) -> Built {
        if !matches!(self.program.expr(id).ty, Ty::Stream(_)) {
            return self.arena.definition(def, origin);
        }
        match self.body_of(def) {
            Some(stream) => Ok(stream),
            None => self.arena.constant(super::Scalar::Missing, origin),
        }
    }

    /// The node of a behaviour's body, which has been built.
    fn body_of(&self, def: DefId) -> Option<NodeId> {
        match &self.program.def(def).kind {
            DefKind::Behaviour(function) => self.node_of(function.body),
            _ => None,
        }
    }

    /// A parameterised behaviour that is a stream.
    pub(super) fn stream_of(&mut self, def: DefId, arguments: &[NodeId], origin: Origin) -> Built {
        let DefKind::Behaviour(function) = &self.program.def(def).kind else {
            return self.arena.constant(super::Scalar::Missing, origin);
        };
        let stream = Stream::Apply {
            of: self.of(function.body),
            locals: function.params.iter().map(|p| p.local.0).collect(),
            arguments: self.arena.list(arguments),
        };
        self.arena.stream(stream, origin)
    }

    /// What a behaviour evaluates: of events, whether there is one.
    pub(super) fn behaviour(&mut self, function: &crate::hir::Function, origin: Origin) -> Built {
        let body = self.value(function.body)?;
        match self.arena.node(body) {
            Node::Stream(place) => self.arena.ask(Ask::Exists(StreamId(place)), origin),
            _ => Ok(body),
        }
    }
}

/// The instant at which a date begins in a zone.
pub(crate) fn start_of(zone: u32, days: i64) -> i64 {
    value::zone::start_of_day(zone, days).unwrap_or(if days < 0 {
        value::calendar::FIRST_INSTANT
    } else {
        value::calendar::LAST_INSTANT
    })
}
