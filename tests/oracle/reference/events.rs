//! Behaviours, straight from the language reference: every stream is the list of all that is in it, every chain is found
//! by trying all ways to choose its steps. Slow, and with nothing clever in it.

use super::{Outcome, Overflow, Run, Val, number, order, same, whole};
use crate::oracle::calendar;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use pervade::internals::hir::told::{
    EventFold, Period, Pick, SeriesFold, Step, ThenWord, Told, ViewOf, Window,
};
use pervade::internals::hir::{DefKind, Expr, ExprId, ExprKind, LocalId, RecordId, Ty};
use std::cmp::Ordering;

/// An event of a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    pub id: String,
    pub ty: usize,
    pub at: i64,
    pub seq: u64,
    pub device: Option<String>,
    pub channel: Option<usize>,
    pub fields: Vec<Val>,
}

/// Where something stands in the order of all.
pub(super) type Key = (i64, bool, u64, usize, String);

/// One of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct It {
    pub(super) key: Key,
    start: Key,
    /// Its last event, and its first.
    pub(super) event: usize,
    first: usize,
    /// Of a session: when it ends, of how many, whether it is closed.
    end: i64,
    count: usize,
    closed: bool,
}

/// A way to choose the first steps of a chain: for each what was chosen, and where it stands.
#[derive(Clone, Debug)]
struct Way {
    chosen: Vec<Option<It>>,
    keys: Vec<Key>,
}

pub(super) fn int(value: impl Into<BigInt>) -> Val {
    Val::Int(value.into())
}

pub(super) fn small(value: &Val) -> i64 {
    match value {
        Val::Int(n) => n.to_i64().expect("a small number"),
        Val::Member(n) => *n as i64,
        other => panic!("{other:?} is no number"),
    }
}

impl Run<'_> {
    pub(super) fn moment(&self) -> i64 {
        self.moment.unwrap_or(self.facts.now)
    }

    /// What a behaviour without parameters says: of events, whether there is one.
    pub(super) fn behaviour(&mut self, body: ExprId) -> Outcome<Val> {
        if matches!(self.program.expr(body).ty, Ty::Stream(_)) {
            self.read_time(body);
            return Ok(Val::Bool(!self.stream(body)?.is_empty()));
        }
        self.eval(body)
    }

    /// What is said of events.
    pub(super) fn told(&mut self, id: ExprId, told: &Told) -> Outcome<Val> {
        self.read_time(id);
        let expr = self.program.expr(id);
        Ok(match told {
            Told::Now => int(self.moment()),
            Told::Exists(s) => Val::Bool(!self.stream(*s)?.is_empty()),
            Told::Count(s) => int(self.stream(*s)?.len()),
            Told::Times(s) => {
                let all = self.stream(*s)?;
                int(most_apart(&all))
            }
            Told::Stage(s) => int(self
                .ways(*s)?
                .iter()
                .map(|w| w.keys.len())
                .max()
                .unwrap_or(0)),
            Told::Open(s) => Val::Bool(self.is_open(*s)?),
            Told::Pick(s, pick) => {
                let view = self.view_of(*s);
                match picked(self.stream(*s)?, *pick) {
                    Some(it) => self.record(view, &it),
                    None => Val::Missing,
                }
            }
            Told::Fold {
                fold,
                stream,
                item,
                body,
            } => {
                let values = self.values(*stream, *item, *body)?;
                self.folded(*fold, values, expr, *body)?
            }
            Told::Score {
                stream,
                item,
                body,
                halving,
            } => {
                let halving = small(&self.eval(*halving)?);
                let mut total = BigInt::zero();
                for (key, value) in self.values(*stream, *item, *body)? {
                    total += faded(&billionths(&value), self.moment() - key.0, halving);
                }
                decimal(BigRational::new(total, BigInt::from(1_000_000_000)), expr)?
            }
            Told::PerKey {
                every,
                stream,
                item,
                key,
                group,
                has,
            } => {
                let view = self.view_of(*stream);
                let mut groups: Vec<(Val, Vec<It>)> = Vec::new();
                for it in self.stream(*stream)? {
                    let record = self.record(view, &it);
                    self.locals.insert(*item, record);
                    let value = self.eval(*key)?;
                    if value == Val::Missing {
                        continue;
                    }
                    match groups.iter_mut().find(|(known, _)| same(known, &value)) {
                        Some((_, all)) => all.push(it),
                        None => groups.push((value, vec![it])),
                    }
                }
                let mut held = Vec::new();
                for (_, all) in groups {
                    self.groups.insert(*group, all);
                    held.push(self.truth(*has)?);
                }
                Val::Bool(match every {
                    true => held.iter().all(|h| *h),
                    false => held.iter().any(|h| *h),
                })
            }
            Told::Series {
                fold,
                stream,
                body,
                period,
                count,
                zone,
            } => {
                let zone = small(&self.eval(*zone)?) as usize;
                let all = self.stream(*stream)?;
                let view = self.view_of(*stream);
                let mut list = Vec::new();
                for back in (1..=i64::from(*count)).rev() {
                    let from = self.start(zone, *period, back);
                    let to = self.start(zone, *period, back - 1);
                    let inside: Vec<It> = all
                        .iter()
                        .filter(|it| it.key.0 >= from && it.key.0 < to)
                        .cloned()
                        .collect();
                    list.push(match body {
                        None => int(inside.len()),
                        Some((item, body)) => {
                            let values = self.values_of(inside, view, *item, *body)?;
                            let fold = match fold {
                                SeriesFold::Distinct => EventFold::Distinct,
                                _ => EventFold::Sum,
                            };
                            self.folded(fold, values, expr, *body)?
                        }
                    });
                }
                Val::List(list)
            }
            Told::Streak(list) => {
                let Val::List(list) = self.eval(*list)? else {
                    panic!("a streak of no list");
                };
                let row = list.iter().rev().take_while(|n| **n != int(0));
                int(row.count())
            }
            Told::Trend(list) => {
                let Val::List(list) = self.eval(*list)? else {
                    panic!("a trend of no list");
                };
                trend(&list)
            }
            Told::AsOf(value, at) => match self.eval(*at)? {
                Val::Missing => Val::Missing,
                at => {
                    let before = self.moment.replace(small(&at));
                    let known = std::mem::take(&mut self.known);
                    let value = self.eval(*value);
                    self.known = known;
                    self.moment = before;
                    value?
                }
            },
            Told::Journey(journey) => self.journey(journey)?,
            _ => panic!("a stream is no value"),
        })
    }

    /// Questions about events depend on the instant, and where days matter on the zone.
    fn read_time(&mut self, id: ExprId) {
        let now = self.program.now().expect("behaviours ask for the time");
        self.read.insert(now);
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let expr = self.program.expr(id);
            // What a question is given is read, whatever comes of it.
            if let ExprKind::Apply(_, arguments) = &expr.kind {
                for argument in arguments {
                    self.read_argument(*argument);
                }
            }
            if let ExprKind::Def(def) | ExprKind::Apply(def, _) = &expr.kind {
                open.extend(pervade::internals::hir::roots(&self.program.def(*def).kind));
            }
            if expr.ty == Ty::Zone {
                let _ = self.eval(id);
                continue;
            }
            pervade::internals::hir::operands(&expr.kind, |child| open.push(child));
        }
    }

    /// Reads what an argument is made of, unless it is one of what has no value yet.
    fn read_argument(&mut self, argument: ExprId) {
        let mut open = vec![argument];
        while let Some(id) = open.pop() {
            let kind = &self.program.expr(id).kind;
            if matches!(kind, ExprKind::Local(local) if !self.locals.contains_key(local)) {
                return;
            }
            pervade::internals::hir::operands(kind, |child| open.push(child));
        }
        let _ = self.eval(argument);
    }

    fn view_of(&self, stream: ExprId) -> RecordId {
        match self.program.expr(stream).ty {
            Ty::Stream(view) => view,
            ref other => panic!("{other:?} is no stream"),
        }
    }

    /// What conditions see of one of a stream.
    fn record(&self, view: RecordId, it: &It) -> Val {
        let of = &self.program.view(view).expect("a view").of;
        match of {
            ViewOf::Events(_) => {
                let event = &self.facts.events[it.event];
                let mut fields = vec![
                    Val::Text(event.id.clone()),
                    int(it.key.0),
                    event.device.clone().map_or(Val::Missing, Val::Text),
                ];
                if self.program.has_channels() {
                    fields.push(event.channel.map_or(Val::Missing, Val::Member));
                }
                let declared = &self
                    .program
                    .record(self.program.events()[event.ty].record)
                    .fields;
                let shared = self.program.record(view).fields.iter().skip(fields.len());
                for field in shared {
                    let place = declared.iter().position(|f| f.name == field.name);
                    fields.push(event.fields[place.expect("a shared field")].clone());
                }
                Val::Record(fields)
            }
            ViewOf::Match(last) => {
                let Val::Record(mut fields) = self.record(*last, it) else {
                    panic!("a match is a record");
                };
                fields[1] = int(it.key.0);
                if fields.len() < self.program.record(view).fields.len() {
                    fields.push(int(it.start.0));
                }
                Val::Record(fields)
            }
            ViewOf::Session(event) => {
                let one = |event: usize| {
                    let happened = &self.facts.events[event];
                    It {
                        key: raw(happened),
                        event,
                        ..it.clone()
                    }
                };
                let start = it.key.0;
                Val::Record(vec![
                    int(start),
                    int(start),
                    int(it.end),
                    int(it.end - start),
                    int(it.count),
                    Val::Bool(it.closed),
                    self.record(*event, &one(it.first)),
                    self.record(*event, &one(it.event)),
                ])
            }
        }
    }

    /// All of a stream that is seen, in order.
    pub(super) fn stream(&mut self, id: ExprId) -> Outcome<Vec<It>> {
        let program = self.program;
        let told = match &program.expr(id).kind {
            ExprKind::Def(def) => {
                let DefKind::Behaviour(function) = &program.def(*def).kind else {
                    panic!("a stream is a behaviour");
                };
                return self.stream(function.body);
            }
            ExprKind::Apply(def, arguments) => {
                let DefKind::Behaviour(function) = &program.def(*def).kind else {
                    panic!("a stream is a behaviour");
                };
                let values: Outcome<Vec<Val>> = arguments.iter().map(|a| self.eval(*a)).collect();
                for (param, value) in function.params.iter().zip(values?) {
                    self.locals.insert(param.local, value);
                }
                return self.stream(function.body);
            }
            ExprKind::Told(told) => told,
            other => panic!("{other:?} is no stream"),
        };
        let now = self.moment();
        let mut all: Vec<It> = match &**told {
            Told::Select(view) => {
                let ViewOf::Events(types) = &program.view(*view).expect("a view").of else {
                    panic!("events are selected");
                };
                let events = self.facts.events.iter().enumerate();
                let oldest = self.oldest;
                let seen = events.filter(|(_, e)| e.at <= now && types.contains(&(e.ty as u32)));
                let seen = seen.filter(|(_, e)| oldest.is_none_or(|oldest| e.at > oldest));
                seen.map(|(place, e)| It {
                    key: raw(e),
                    start: raw(e),
                    event: place,
                    first: place,
                    end: e.at,
                    count: 1,
                    closed: false,
                })
                .collect()
            }
            Told::Filter {
                stream,
                item,
                condition,
            } => {
                let view = self.view_of(*stream);
                let mut kept = Vec::new();
                for it in self.stream(*stream)? {
                    let record = self.record(view, &it);
                    self.locals.insert(*item, record);
                    if self.truth(*condition)? {
                        kept.push(it);
                    }
                }
                kept
            }
            Told::Either(parts) => {
                let mut all: Vec<It> = Vec::new();
                for part in parts {
                    for it in self.stream(*part)? {
                        if !all.contains(&it) {
                            all.push(it);
                        }
                    }
                }
                all
            }
            Told::Window(stream, window) => {
                let inside = self.window(window)?;
                let all = self.stream(*stream)?;
                all.into_iter().filter(|it| inside.holds(&it.key)).collect()
            }
            Told::Newest(stream, n) => {
                let all = self.stream(*stream)?;
                let from = all.len().saturating_sub(*n as usize);
                all[from..].to_vec()
            }
            Told::Only(stream, pick) => picked(self.stream(*stream)?, *pick).into_iter().collect(),
            Told::Chain { steps, .. } => {
                let mut found: Vec<It> = Vec::new();
                for way in self.ways(id)? {
                    if way.keys.len() < steps.len() {
                        continue;
                    }
                    let last = way.chosen.iter().rev().flatten().next().expect("an event");
                    let key = way.keys.last().expect("a last step").clone();
                    let it = It {
                        start: way.keys[0].clone(),
                        end: key.0,
                        count: 1,
                        closed: false,
                        event: last.event,
                        first: last.event,
                        key,
                    };
                    // Of the ways that end in one event the one that began last.
                    match found
                        .iter_mut()
                        .find(|f| f.key == it.key && f.event == it.event)
                    {
                        Some(known) if known.start < it.start => *known = it,
                        Some(_) => {}
                        None => found.push(it),
                    }
                }
                found
            }
            Told::Together(parts, within) => {
                let within = small(&self.eval(*within)?);
                let mut lists = Vec::new();
                for part in parts {
                    lists.push(self.stream(*part)?);
                }
                together(&lists, within)
            }
            Told::Sessions(stream, gap) => {
                let gap = small(&self.eval(*gap)?);
                let mut sessions: Vec<It> = Vec::new();
                for it in self.stream(*stream)? {
                    match sessions.last_mut() {
                        Some(s) if it.key.0 - s.end < gap => {
                            s.end = it.key.0;
                            s.event = it.event;
                            s.count += 1;
                        }
                        _ => sessions.push(It {
                            end: it.key.0,
                            start: it.key.clone(),
                            first: it.event,
                            count: 1,
                            ..it
                        }),
                    }
                }
                for s in &mut sessions {
                    s.closed = now - s.end >= gap;
                }
                sessions
            }
            Told::Group(local) => self.groups[local].clone(),
            other => panic!("{other:?} is no stream"),
        };
        all.sort_by(|a, b| (&a.key, &a.start).cmp(&(&b.key, &b.start)));
        Ok(all)
    }

    fn window(&mut self, window: &Window) -> Outcome<Inside> {
        let now = self.moment();
        Ok(match window {
            Window::Ago(from, to) => {
                let from = match from {
                    Some(from) => small(&self.eval(*from)?),
                    None => 0,
                };
                let to = match to {
                    Some(to) => Some(small(&self.eval(*to)?)),
                    None => None,
                };
                Inside::Ago(now, from, to)
            }
            Window::Calendar {
                period,
                previous,
                current,
                zone,
            } => {
                let zone = small(&self.eval(*zone)?) as usize;
                let from = self.start(zone, *period, i64::from(*previous));
                let to = match current {
                    true => None,
                    false => Some(self.start(zone, *period, 0)),
                };
                Inside::Instants(from, to)
            }
            Window::Between { from, to, zone } => {
                let zone = match zone {
                    Some(zone) => Some(small(&self.eval(*zone)?) as usize),
                    None => None,
                };
                let instant = |value: Val| match zone {
                    Some(zone) => calendar::start_of_day(zone, small(&value)),
                    None => small(&value),
                };
                let from = instant(self.eval(*from)?);
                let to = match to {
                    Some(to) => Some(instant(self.eval(*to)?)),
                    None => None,
                };
                Inside::Instants(from, to)
            }
            Window::After(stream, pick) => {
                Inside::After(picked(self.stream(*stream)?, *pick).map(|it| it.key))
            }
            Window::Before(stream, pick) => {
                Inside::Before(picked(self.stream(*stream)?, *pick).map(|it| it.key))
            }
        })
    }

    /// When a period begins: so many before the current one.
    fn start(&self, zone: usize, period: Period, back: i64) -> i64 {
        start(self.program.week_start(), zone, self.moment(), period, back)
    }

    fn values(&mut self, stream: ExprId, item: LocalId, body: ExprId) -> Outcome<Vec<(Key, Val)>> {
        let view = self.view_of(stream);
        let all = self.stream(stream)?;
        self.values_of(all, view, item, body)
    }

    fn values_of(
        &mut self,
        all: Vec<It>,
        view: RecordId,
        item: LocalId,
        body: ExprId,
    ) -> Outcome<Vec<(Key, Val)>> {
        let mut values = Vec::new();
        for it in all {
            let record = self.record(view, &it);
            self.locals.insert(item, record);
            let value = self.eval(body)?;
            if value != Val::Missing {
                values.push((it.key, value));
            }
        }
        Ok(values)
    }

    fn folded(
        &self,
        fold: EventFold,
        values: Vec<(Key, Val)>,
        at: &Expr,
        body: ExprId,
    ) -> Outcome<Val> {
        let is_decimal = self.program.expr(body).ty.present().is_decimal();
        let exact = |value: &Val| match value {
            Val::Int(n) => BigRational::from(n.clone()),
            Val::Decimal(d) => d.clone(),
            other => panic!("{other:?} is no number"),
        };
        let count = BigRational::from(BigInt::from(values.len()));
        Ok(match fold {
            EventFold::Sum => {
                let total: BigRational = values.iter().map(|(_, v)| exact(v)).sum();
                match is_decimal {
                    true => decimal(total, at)?,
                    false => whole(total.to_integer(), at)?,
                }
            }
            EventFold::Avg | EventFold::Median if values.is_empty() => Val::Missing,
            EventFold::Avg => {
                let total: BigRational = values.iter().map(|(_, v)| exact(v)).sum();
                divided(total / count, at)?
            }
            EventFold::Median => {
                let mut numbers: Vec<BigRational> = values.iter().map(|(_, v)| exact(v)).collect();
                numbers.sort();
                let middle = numbers.len() / 2;
                if numbers.len() % 2 == 1 {
                    Val::Decimal(numbers[middle].clone())
                } else {
                    let two = BigRational::from(BigInt::from(2));
                    divided((&numbers[middle - 1] + &numbers[middle]) / two, at)?
                }
            }
            EventFold::Min | EventFold::Max => {
                let wanted = if fold == EventFold::Min {
                    Ordering::Less
                } else {
                    Ordering::Greater
                };
                let mut best = Val::Missing;
                for (_, value) in values {
                    if best == Val::Missing || order(&value, &best) == wanted {
                        best = value;
                    }
                }
                best
            }
            EventFold::Distinct => int(distinct(values).len()),
            EventFold::List => Val::List(distinct(values)),
            EventFold::MostFrequent => {
                let mut best: Option<(usize, Key, Val)> = None;
                for (_, value) in &values {
                    let all = values.iter().filter(|(_, v)| same(v, value));
                    let count = all.clone().count();
                    let newest = all.map(|(key, _)| key.clone()).max().expect("one");
                    let better = match &best {
                        Some((n, key, _)) => (count, &newest) > (*n, key),
                        None => true,
                    };
                    if better {
                        best = Some((count, newest, value.clone()));
                    }
                }
                best.map_or(Val::Missing, |(_, _, value)| value)
            }
        })
    }

    /// The steps of the chain that a stream is, and the length of the whole.
    fn chain(&mut self, stream: ExprId) -> Outcome<(Vec<Step>, Option<i64>)> {
        let program = self.program;
        let mut id = stream;
        loop {
            match &program.expr(id).kind {
                ExprKind::Def(def) => match &program.def(*def).kind {
                    DefKind::Behaviour(function) => id = function.body,
                    other => panic!("{other:?} is no chain"),
                },
                ExprKind::Apply(def, arguments) => match &program.def(*def).kind {
                    DefKind::Behaviour(function) => {
                        let values: Outcome<Vec<Val>> =
                            arguments.iter().map(|a| self.eval(*a)).collect();
                        for (param, value) in function.params.iter().zip(values?) {
                            self.locals.insert(param.local, value);
                        }
                        id = function.body;
                    }
                    other => panic!("{other:?} is no chain"),
                },
                ExprKind::Told(told) => match &**told {
                    Told::Chain { steps, within } => {
                        let within = match within {
                            Some(within) => Some(small(&self.eval(*within)?)),
                            None => None,
                        };
                        return Ok((steps.clone(), within));
                    }
                    other => panic!("{other:?} is no chain"),
                },
                other => panic!("{other:?} is no chain"),
            }
        }
    }

    /// All ways to choose the first steps of a chain, of any number from one on.
    fn ways(&mut self, stream: ExprId) -> Outcome<Vec<Way>> {
        let (steps, within) = self.chain(stream)?;
        let mut streams = Vec::new();
        for step in &steps {
            streams.push(self.stream(step.stream)?);
        }
        let mut all = Vec::new();
        let mut longest: Vec<Way> = streams[0]
            .iter()
            .map(|it| Way {
                chosen: vec![Some(it.clone())],
                keys: vec![it.key.clone()],
            })
            .collect();
        for (at, step) in steps.iter().enumerate().skip(1) {
            let mut next = Vec::new();
            for way in &longest {
                next.extend(self.further(way, (&steps, &streams), (at, step))?);
            }
            all.append(&mut longest);
            longest = next;
        }
        all.append(&mut longest);
        let whole = |way: &Way| way.keys[way.keys.len() - 1].0 - way.keys[0].0;
        all.retain(|way| within.is_none_or(|within| whole(way) < within));
        Ok(all)
    }

    /// The ways that are one step longer.
    fn further(
        &mut self,
        way: &Way,
        (steps, streams): (&[Step], &[Vec<It>]),
        (at, step): (usize, &Step),
    ) -> Outcome<Vec<Way>> {
        let mut found = Vec::new();
        let last = way.keys.last().expect("a step").clone();
        let within = match step.within {
            Some(within) => Some(small(&self.eval(within)?)),
            None => None,
        };
        if step.word == ThenWord::No {
            let within = within.expect("a deadline");
            for it in &streams[at] {
                let in_time = it.key > last && it.key.0 - last.0 < within;
                if in_time && self.corresponds(way, steps, (at, step), it)? {
                    return Ok(found);
                }
            }
            if last.0 + within <= self.moment() {
                let mut longer = way.clone();
                longer.chosen.push(None);
                longer
                    .keys
                    .push((last.0 + within, false, last.2, last.3, last.4));
                found.push(longer);
            }
            return Ok(found);
        }
        for it in &streams[at] {
            if self.may_follow(way, (steps, streams), (at, step), it)? {
                let mut longer = way.clone();
                longer.chosen.push(Some(it.clone()));
                longer.keys.push(it.key.clone());
                found.push(longer);
            }
        }
        Ok(found)
    }

    fn may_follow(
        &mut self,
        way: &Way,
        (steps, streams): (&[Step], &[Vec<It>]),
        (at, step): (usize, &Step),
        it: &It,
    ) -> Outcome<bool> {
        let last = way.keys.last().expect("a step").clone();
        let age = it.key.0 - last.0;
        if it.key <= last {
            return Ok(false);
        }
        if let Some(within) = step.within
            && age >= small(&self.eval(within)?)
        {
            return Ok(false);
        }
        if let Some(later) = step.later
            && age < small(&self.eval(later)?)
        {
            return Ok(false);
        }
        let between = |other: &It| other.key > last && other.key < it.key;
        for guard in &step.without {
            if self.stream(*guard)?.iter().any(between) {
                return Ok(false);
            }
        }
        let next_to = step.word == ThenWord::Immediately;
        if next_to && streams.iter().flatten().any(between) {
            return Ok(false);
        }
        self.corresponds(way, steps, (at, step), it)
    }

    /// Whether an event has what a step asks of it and of earlier steps.
    fn corresponds(
        &mut self,
        way: &Way,
        steps: &[Step],
        (_, step): (usize, &Step),
        it: &It,
    ) -> Outcome<bool> {
        for (other, chosen) in steps.iter().zip(&way.chosen) {
            if let Some(chosen) = chosen {
                let record = self.record(self.view_of(other.stream), chosen);
                self.locals.insert(other.item, record);
            }
        }
        let record = self.record(self.view_of(step.stream), it);
        self.locals.insert(step.item, record);
        for key in &step.keys {
            let (before, here) = (self.eval(key.before)?, self.eval(key.here)?);
            if before == Val::Missing || here == Val::Missing || same(&before, &here) != key.same {
                return Ok(false);
            }
        }
        match step.condition {
            Some(condition) => self.truth(condition),
            None => Ok(true),
        }
    }

    /// Whether some way has not been gone on with, and still may be.
    fn is_open(&mut self, stream: ExprId) -> Outcome<bool> {
        let (steps, within) = self.chain(stream)?;
        let mut streams = Vec::new();
        for step in &steps {
            streams.push(self.stream(step.stream)?);
        }
        let now = self.moment();
        for way in self.ways(stream)? {
            let at = way.keys.len();
            let Some(step) = steps.get(at) else {
                continue;
            };
            let last = way.keys.last().expect("a step").clone();
            if within.is_some_and(|within| now - way.keys[0].0 >= within) {
                continue;
            }
            let limit = match step.within {
                Some(limit) => Some(small(&self.eval(limit)?)),
                None => None,
            };
            if limit.is_some_and(|limit| now - last.0 >= limit) {
                continue;
            }
            let since = |other: &It| other.key > last;
            let mut killed = false;
            for guard in &step.without {
                killed |= self.stream(*guard)?.iter().any(since);
            }
            if step.word == ThenWord::Immediately {
                killed |= streams.iter().flatten().any(since);
            }
            if killed {
                continue;
            }
            let mut followed = false;
            for it in &streams[at] {
                followed |= match step.word {
                    ThenWord::No => since(it) && self.corresponds(&way, &steps, (at, step), it)?,
                    _ => self.may_follow(&way, (&steps, &streams), (at, step), it)?,
                };
            }
            if !followed {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Which of a stream lie in a window.
enum Inside {
    Ago(i64, i64, Option<i64>),
    Instants(i64, Option<i64>),
    After(Option<Key>),
    Before(Option<Key>),
}

impl Inside {
    fn holds(&self, key: &Key) -> bool {
        match self {
            Inside::Ago(now, from, to) => {
                let age = now - key.0;
                age >= *from && to.is_none_or(|to| age < to)
            }
            Inside::Instants(from, to) => key.0 >= *from && to.is_none_or(|to| key.0 < to),
            Inside::After(anchor) => anchor.as_ref().is_some_and(|anchor| key > anchor),
            Inside::Before(anchor) => anchor.as_ref().is_some_and(|anchor| key < anchor),
        }
    }
}

fn raw(event: &Happened) -> Key {
    (event.at, true, event.seq, event.ty, event.id.clone())
}

fn picked(all: Vec<It>, pick: Pick) -> Option<It> {
    match pick {
        Pick::First => all.into_iter().next(),
        Pick::Last => all.into_iter().next_back(),
        Pick::Nth(n) => all.into_iter().nth(n as usize - 1),
    }
}

/// The most that do not overlap, by trying all.
fn most_apart(all: &[It]) -> usize {
    fn from(all: &[It], end: Option<&Key>) -> usize {
        let Some((first, rest)) = all.split_first() else {
            return 0;
        };
        let without = from(rest, end);
        if end.is_some_and(|end| first.start <= *end) {
            return without;
        }
        without.max(1 + from(rest, Some(&first.key)))
    }
    // More than a few would take for ever to try; what ends first is then as good.
    if all.len() <= 12 {
        return from(all, None);
    }
    let (mut count, mut end) = (0, None);
    for it in all {
        if end.is_none_or(|end: &Key| it.start > *end) {
            count += 1;
            end = Some(&it.key);
        }
    }
    count
}

/// Every choice of different events, one a part; for each that comes last the choice that began last.
fn together(lists: &[Vec<It>], within: i64) -> Vec<It> {
    let mut choices: Vec<Vec<&It>> = vec![Vec::new()];
    for list in lists {
        let mut longer = Vec::new();
        for choice in &choices {
            for it in list.iter().filter(|it| !choice.contains(it)) {
                let mut next = choice.clone();
                next.push(it);
                longer.push(next);
            }
        }
        choices = longer;
    }
    let mut found: Vec<It> = Vec::new();
    for choice in choices {
        let order = |it: &&&It| (it.key.clone(), it.start.clone());
        let (Some(last), Some(first)) = (
            choice.iter().max_by_key(order),
            choice.iter().min_by_key(order),
        ) else {
            continue;
        };
        if last.key.0 - first.key.0 >= within {
            continue;
        }
        let it = It {
            start: first.key.clone(),
            ..(**last).clone()
        };
        match found
            .iter_mut()
            .find(|f| f.key == it.key && f.event == it.event)
        {
            Some(known) if known.start < it.start => *known = it,
            Some(_) => {}
            None => found.push(it),
        }
    }
    found
}

fn distinct(values: Vec<(Key, Val)>) -> Vec<Val> {
    let mut all: Vec<Val> = Vec::new();
    for (_, value) in values {
        if !all.iter().any(|known| same(known, &value)) {
            all.push(value);
        }
    }
    all.sort_by(|a, b| match (a, b) {
        (Val::Bool(a), Val::Bool(b)) => a.cmp(b),
        _ => order(a, b),
    });
    all
}

fn billionths(value: &Val) -> BigInt {
    let exact = match value {
        Val::Int(n) => BigRational::from(n.clone()),
        Val::Decimal(d) => d.clone(),
        other => panic!("{other:?} is no number"),
    };
    (exact * BigRational::from(BigInt::from(1_000_000_000))).to_integer()
}

/// What is left: steps of a 256th of the halving time, shares of 2^-30, towards zero.
fn faded(value: &BigInt, age: i64, halving: i64) -> BigInt {
    let steps = i128::from(age) * 256 / i128::from(halving);
    if steps >= 64 * 256 {
        return BigInt::zero();
    }
    let exact = 2_f64.powf(-((steps % 256) as f64) / 256.0) * f64::from(1_u32 << 30);
    let share = BigInt::from(exact.round() as i64);
    value * share / (BigInt::from(1) << (30 + (steps / 256) as usize))
}

fn trend(list: &[Val]) -> Val {
    let values: Vec<BigRational> = list
        .iter()
        .map(|v| BigRational::from(BigInt::from(small(v))))
        .collect();
    let n = BigRational::from(BigInt::from(values.len()));
    let total: BigRational = values.iter().cloned().sum();
    if values.len() < 3 || total.is_zero() {
        return Val::Missing;
    }
    let mean = &total / &n;
    let places = (0..values.len()).map(|i| BigRational::from(BigInt::from(i)));
    let places: Vec<BigRational> = places.collect();
    let middle = places.iter().cloned().sum::<BigRational>() / &n;
    let above: BigRational = places
        .iter()
        .zip(&values)
        .map(|(i, y)| (i - &middle) * (y - &mean))
        .sum();
    let below: BigRational = places.iter().map(|i| (i - &middle) * (i - &middle)).sum();
    number::rounded(&(above / below / mean)).map_or(Val::Missing, Val::Decimal)
}

fn decimal(exact: BigRational, at: &Expr) -> Outcome<Val> {
    number::exact(exact)
        .map(Val::Decimal)
        .ok_or(super::Failure {
            kind: Overflow::Decimal,
            span: at.span,
        })
}

fn divided(exact: BigRational, at: &Expr) -> Outcome<Val> {
    number::rounded(&exact)
        .map(Val::Decimal)
        .ok_or(super::Failure {
            kind: Overflow::Decimal,
            span: at.span,
        })
}

/// When a period of the calendar begins: so many before the one that an instant lies in. `week`: the weekday on which weeks
/// begin.
pub fn start(week: u32, zone: usize, now: i64, period: Period, back: i64) -> i64 {
    if period == Period::Hour {
        let (_, time) = calendar::local(zone, now);
        return now - time % 3_600_000 - back * 3_600_000;
    }
    // The day that the instant lies in: the last one that has begun.
    let (near, _) = calendar::local(zone, now);
    let days = (near - 3..=near + 3).rev();
    let today = days
        .into_iter()
        .find(|day| calendar::start_of_day(zone, *day) <= now)
        .expect("a day that has begun");
    let first = match period {
        Period::Hour | Period::Day => today - back,
        Period::Week => {
            let mut day = today;
            while calendar::weekday(day) as u32 != week {
                day -= 1;
            }
            day - 7 * back
        }
        Period::Month | Period::Year => {
            let (year, month, _) = calendar::parts(today);
            let months = match period {
                Period::Month => year * 12 + month - 1 - back,
                _ => (year - back) * 12,
            };
            calendar::day(months.div_euclid(12), months.rem_euclid(12) + 1, 1).expect("a day")
        }
    };
    calendar::start_of_day(zone, first)
}
