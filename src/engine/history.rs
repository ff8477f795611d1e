//! [`History`]: what a customer did, checked against the events that a ruleset declares.

use super::bind::{Binding, Place, bind_json, bind_serde};
use super::output::{Sparse, Typed};
use super::ruleset::Ruleset;
use crate::behaviour::{Added, Customer, Event, PLACES};
use crate::error::{Error, ErrorKind, Problem};
use crate::eval::{Inputs, Teller, View};
use crate::hir::Ty;
use crate::value::Value;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// A customer's events. From [`Ruleset::history`].
///
/// An event is an object with its `id`, its `type`, when it was (`at`), if it likes a `channel`, a `device` and a producer's
/// counter `seq`, and the fields that the ruleset declares for its type. Order of arrival does not matter: events are kept in
/// the order `(at, seq, type as declared, id)`, and an event whose id is known is the same event. What lies behind the
/// instant of a decision is there, but not seen.
///
/// A clone shares its events until one of the two changes.
///
/// ```
/// use pervade::{Observed, Ruleset};
/// let rules = Ruleset::from_text(
///     "ruleset demo
///      event visit { page: string }
///      behaviour regular = count visit in last 7 days >= 2",
/// )?;
/// let mut history = rules.history();
/// history.add_json(r#"{ "id": "a1", "type": "visit", "at": "2026-03-01T10:00:00Z", "page": "home" }"#)?;
/// history.add_json(r#"{ "id": "a2", "type": "visit", "at": "2026-03-04T10:00:00Z", "page": "cart" }"#)?;
/// let again = history.add_json(r#"{ "id": "a1", "type": "visit", "at": "2026-03-01T10:00:00Z", "page": "home" }"#)?;
/// assert_eq!((history.len(), again), (2, Observed::Known));
///
/// let regular = rules.decision::<bool>("regular")?;
/// for (now, expected) in [("2026-03-08T09:59:59Z", true), ("2026-03-08T10:00:00Z", false)] {
///     let context = rules.context().now(now.parse().unwrap()).history(&history).build()?;
///     assert_eq!(*regular.decide(&context)?.value(), expected);
/// }
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone)]
pub struct History {
    rules: Ruleset,
    customer: Arc<Customer>,
    lenient: bool,
    aside: Vec<Aside>,
}

/// What became of an event that was added.
///
/// See [`History::add_json`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observed {
    /// It is in.
    New,
    /// It was in already, with the same content.
    Known,
    /// Another event of this id was in; of the two the one with the greater encoding stays, whichever came first.
    Conflict {
        /// Whether it is this one that stays.
        replaced: bool,
    },
    /// It does not fit its declaration and was kept aside ([`History::aside`]).
    Aside,
    /// Nothing needs it any more: the profile has let go of events as old ([`Profile::compact`](crate::Profile::compact)).
    TooOld,
}

/// What a lenient history does not understand: kept, and never asked about.
///
/// ```
/// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
/// let mut history = rules.history().lenient();
/// history.add_json(r#"{ "id": "a1", "type": "vsit", "at": "2026-03-01T10:00:00Z" }"#)?;
/// assert_eq!(history.aside()[0].problems[0].to_string(), "type: there is no event type `vsit`; did you mean `visit`?");
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Aside {
    /// The event, as JSON.
    pub json: String,
    /// What does not fit. Where only unknown fields are named, the event itself is in.
    pub problems: Vec<Problem>,
    /// Whether it is only such fields.
    pub(super) fields: bool,
}

/// Where the fields of an entry stand.
const ID: usize = 0;
const TYPE: usize = 1;
const AT: usize = 2;
const SEQ: usize = 3;
const DEVICE: usize = 4;

/// An event that is read.
enum Read {
    Fits(Event, Vec<Problem>),
    Unfit(Vec<Problem>, usize),
}

/// What comes in: an event, what does not fit, or an event of which a part does not.
pub(super) struct Incoming {
    event: Option<Event>,
    aside: Option<Aside>,
}

impl Incoming {
    pub(super) fn event(&self) -> Option<&Event> {
        self.event.as_ref()
    }

    /// Whether all of it is an event.
    pub(super) fn fits(&self) -> bool {
        self.event.is_some() && self.aside.is_none()
    }
}

impl History {
    pub(super) fn new(rules: Ruleset) -> Self {
        let customer = Arc::new(Customer::new(
            rules.inner().graph.events(),
            Some(rules.inner().plan()),
        ));
        History {
            rules,
            customer,
            lenient: false,
            aside: Vec::new(),
        }
    }

    /// Keeps aside what does not fit instead of refusing it: events of unknown types, those that do not fit their
    /// declaration, and of others the fields that are not declared.
    pub fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Adds an event, any serialisable value.
    ///
    /// # Errors
    /// Every problem with the event, with its path; then nothing has changed. Or the value refuses to be serialised.
    ///
    /// ```
    /// #[derive(serde::Serialize)]
    /// struct Visit<'a> { id: &'a str, r#type: &'a str, at: &'a str, page: &'a str }
    ///
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// let mut history = rules.history();
    /// history.add(&Visit { id: "a1", r#type: "visit", at: "2026-03-01T10:00:00Z", page: "home" })?;
    /// assert_eq!(history.len(), 1);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn add<T: Serialize + ?Sized>(&mut self, event: &T) -> Result<Observed, Error> {
        let incoming = self.read_serde(event)?;
        Ok(self.take_in(incoming))
    }

    /// Adds an event, a JSON object.
    ///
    /// # Errors
    /// Every problem with the event, with its path; then nothing has changed.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// let mut history = rules.history();
    /// let error = history
    ///     .add_json(r#"{ "id": "a1", "type": "visit", "at": "yesterday", "pge": "home" }"#)
    ///     .unwrap_err();
    /// let problems: Vec<String> = error.problems().iter().map(|p| p.to_string()).collect();
    /// assert_eq!(problems, [
    ///     "at: expected an instant such as 2026-03-01T18:30:00Z, found the text \"yesterday\"",
    ///     "pge: there is no such field; did you mean `page`?",
    ///     "page: required, but not given",
    /// ]);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn add_json(&mut self, event: &str) -> Result<Observed, Error> {
        let incoming = self.read_json(event)?;
        Ok(self.take_in(incoming))
    }

    /// Adds events, one JSON object a line; empty lines are passed over. Gives how many are new.
    ///
    /// # Errors
    /// Every problem of the first event that does not fit, its paths beginning with the line; those before it are in.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// let mut history = rules.history();
    /// let lines = r#"
    ///     { "id": "a1", "type": "visit", "at": "2026-03-01T10:00:00Z", "page": "home" }
    ///     { "id": "a2", "type": "visit", "at": "2026-03-04T10:00:00Z", "page": "cart" }
    /// "#;
    /// assert_eq!(history.add_json_lines(lines)?, 2);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn add_json_lines(&mut self, lines: &str) -> Result<usize, Error> {
        let (read, outcome) = self.read_lines(lines);
        let new = self.take_in_all(read);
        outcome.map(|()| new)
    }

    /// How many events there are, those kept aside not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.customer.store().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// When the newest event was.
    #[must_use]
    pub fn newest(&self) -> Option<DateTime<Utc>> {
        let newest = self.customer.store().newest();
        newest.and_then(DateTime::from_timestamp_millis)
    }

    /// What a lenient history did not understand, in the order in which it came.
    #[must_use]
    pub fn aside(&self) -> &[Aside] {
        &self.aside
    }

    /// Whether its events are those that a ruleset declares.
    pub(crate) fn fits(&self, rules: &Ruleset) -> bool {
        self.rules.inner().is(rules.inner().id())
            || self.rules.schema().has_events_of(rules.schema())
    }

    pub(crate) fn teller(&self, rules: &Ruleset) -> Arc<dyn Teller> {
        if self.rules.inner().is(rules.inner().id()) {
            return self.customer.clone();
        }
        {
            let inner = rules.inner();
            Arc::new(self.customer.seen_by(inner.graph.events(), inner.plan()))
        }
    }

    pub(super) fn rules(&self) -> &Ruleset {
        &self.rules
    }

    pub(super) fn customer(&self) -> &Customer {
        &self.customer
    }

    pub(super) fn customer_mut(&mut self) -> &mut Customer {
        Arc::make_mut(&mut self.customer)
    }

    /// From here on refuses what does not fit.
    pub(super) fn strict(&mut self) {
        self.lenient = false;
    }

    /// Keeps aside what of this does not fit, and no event.
    pub(super) fn keep_aside(&mut self, incoming: Incoming) {
        self.aside.extend(incoming.aside);
    }

    /// Keeps aside what another one keeps aside.
    pub(super) fn merge_aside(&mut self, aside: &[Aside]) {
        let known: HashSet<String> = self.aside.iter().map(|a| a.json.clone()).collect();
        let new = aside.iter().filter(|a| !known.contains(&a.json));
        self.aside.extend(new.cloned());
    }

    pub(super) fn read_serde<T: Serialize + ?Sized>(&self, event: &T) -> Result<Incoming, Error> {
        let schema = self.rules.schema();
        let read = self.read(|binding, place| bind_serde(schema, binding, place, event))?;
        self.incoming(read, || {
            serde_json::to_string(event).unwrap_or_else(|why| why.to_string())
        })
    }

    pub(super) fn read_json(&self, event: &str) -> Result<Incoming, Error> {
        let schema = self.rules.schema();
        let read = self.read(|binding, place| bind_json(schema, binding, place, event))?;
        self.incoming(read, || event.trim().to_owned())
    }

    /// Reads an event a line, until one does not fit.
    pub(super) fn read_lines(&self, lines: &str) -> (Vec<Incoming>, Result<(), Error>) {
        let mut read = Vec::new();
        let outcome = each_line(lines, |line| {
            read.push(self.read_json(line)?);
            Ok(())
        });
        (read, outcome)
    }

    fn incoming(&self, read: Read, json: impl FnOnce() -> String) -> Result<Incoming, Error> {
        let (event, problems) = match read {
            Read::Fits(event, problems) => (Some(event), problems),
            Read::Unfit(problems, _) if self.lenient => (None, problems),
            Read::Unfit(problems, left_out) => {
                return Err(ErrorKind::Event { problems, left_out }.into());
            }
        };
        let aside = (!problems.is_empty()).then(|| Aside {
            json: json(),
            problems,
            fields: event.is_some(),
        });
        Ok(Incoming { event, aside })
    }

    pub(super) fn take_in(&mut self, incoming: Incoming) -> Observed {
        self.aside.extend(incoming.aside);
        let Some(event) = incoming.event else {
            return Observed::Aside;
        };
        match self.customer_mut().add(&event) {
            Added::New { .. } => Observed::New,
            Added::Known => Observed::Known,
            Added::Conflict { replaced } => Observed::Conflict { replaced },
        }
    }

    /// Takes in events at once; gives how many are new.
    pub(super) fn take_in_all(&mut self, incoming: Vec<Incoming>) -> usize {
        let mut events = Vec::with_capacity(incoming.len());
        for Incoming { event, aside } in incoming {
            self.aside.extend(aside);
            events.extend(event);
        }
        self.customer_mut().add_all(events)
    }

    /// Reads an event: its type first, then all of it.
    fn read(
        &self,
        bind: impl Fn(&mut Binding, Place<'_>) -> Result<Option<Value>, Error>,
    ) -> Result<Read, Error> {
        let program = &self.rules.schema().program;
        let tag = Ty::Record(program.event_tag());
        let (value, problems, _) = self.bound(true, &tag, &bind)?;
        let name = match value {
            Some(Value::Record(fields)) => match fields.first() {
                Some(Value::Text(name)) => name.clone(),
                _ => return Ok(untyped(problems)),
            },
            _ => return Ok(untyped(problems)),
        };
        let ty = program.events().iter().position(|e| *e.name == *name);
        let ty = ty.and_then(|ty| u32::try_from(ty).ok());
        let Some((ty, entry)) = ty.and_then(|ty| Some((ty, program.entry(ty)?))) else {
            return Ok(Read::Unfit(vec![self.unknown_type(&name)], 0));
        };
        let entry = Ty::Record(entry);
        let (value, mut problems, mut left_out) = self.bound(false, &entry, &bind)?;
        if self.lenient && !problems.is_empty() {
            // What is left without the fields that are not declared.
            let (value, others, more) = self.bound(true, &entry, &bind)?;
            if let Some(value) = value.filter(|_| others.is_empty()) {
                return Ok(match self.event(ty, &value) {
                    Ok(event) => Read::Fits(event, problems),
                    Err(more) => Read::Unfit(more, 0),
                });
            }
            (problems, left_out) = (others, more);
        }
        Ok(match value.filter(|_| problems.is_empty()) {
            Some(value) => match self.event(ty, &value) {
                Ok(event) => Read::Fits(event, Vec::new()),
                Err(problems) => Read::Unfit(problems, 0),
            },
            None => Read::Unfit(problems, left_out),
        })
    }

    /// Data as a value of a type, and what is wrong with it.
    fn bound(
        &self,
        lenient: bool,
        ty: &Ty,
        bind: impl Fn(&mut Binding, Place<'_>) -> Result<Option<Value>, Error>,
    ) -> Result<(Option<Value>, Vec<Problem>, usize), Error> {
        let mut binding = Binding::of_values(lenient);
        let place = Place::Item {
            ty,
            range: None,
            sensitive: false,
        };
        let value = bind(&mut binding, place);
        let error = match value {
            Ok(value) => match binding.check() {
                Ok(()) => return Ok((value, Vec::new(), 0)),
                Err(error) => error,
            },
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::Context { problems, left_out } => {
                // The event itself has no name.
                let own = |problem: &Problem| {
                    let path = problem.path.strip_prefix('.').unwrap_or(&problem.path);
                    Problem::new(path, problem.message.clone())
                };
                Ok((None, problems.iter().map(own).collect(), *left_out))
            }
            _ => Err(error),
        }
    }

    fn unknown_type(&self, name: &str) -> Problem {
        let names = self.rules.schema().program.events().iter();
        let near = crate::diagnostic::nearest(name, names.map(|e| e.name.as_str()));
        let name = super::bind::convert::shortened(name);
        Problem::new(
            "type",
            match near {
                Some(near) => format!("there is no event type `{name}`; did you mean `{near}`?"),
                None => format!("there is no event type `{name}`"),
            },
        )
    }

    /// An event as JSON, in one line.
    pub(super) fn json(&self, event: &Event) -> String {
        let program = &*self.rules.schema().program;
        let mut entry = entry(event, program.has_channels());
        let declared = program.events().get(event.ty as usize);
        if let (Value::Record(fields), Some(declared)) = (&mut entry, declared)
            && let Some(fields) = Arc::get_mut(fields)
            && let Some(ty) = fields.get_mut(TYPE)
        {
            *ty = Value::Text(declared.name.as_str().into());
        }
        let ty = program.entry(event.ty).map(Ty::Record);
        let typed = ty.as_ref().map(|ty| {
            Sparse(Typed {
                program,
                ty,
                view: View::of(&entry),
            })
        });
        let text = typed.map(|typed| serde_json::to_string(&typed));
        text.and_then(Result::ok).unwrap_or_default()
    }

    /// An entry as an event.
    fn event(&self, ty: u32, entry: &Value) -> Result<Event, Vec<Problem>> {
        let Value::Record(fields) = entry else {
            return Err(Vec::new());
        };
        let program = &self.rules.schema().program;
        let channels = program.has_channels();
        let declared = DEVICE + 1 + usize::from(channels);
        let text = |at: usize| match fields.get(at) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let mut problems = Vec::new();
        let seq = match fields.get(SEQ) {
            Some(Value::Int(seq)) => u64::try_from(*seq).unwrap_or_else(|_| {
                problems.push(Problem::new("seq", "expected 0 or more"));
                0
            }),
            _ => 0,
        };
        let id = text(ID).unwrap_or_default();
        if id.is_empty() {
            problems.push(Problem::new("id", "an event has an id that is not empty"));
        }
        let payload: Vec<Value> = fields.iter().skip(declared).cloned().collect();
        let record = program
            .events()
            .get(ty as usize)
            .map(|e| program.record(e.record));
        let names = record.map(|r| r.fields.as_slice()).unwrap_or_default();
        for (field, value) in names.iter().zip(&payload) {
            if let Value::Decimal(number) = value
                && let Some(message) = not_summed(*number, field.sensitive)
            {
                problems.push(Problem::new(field.name.clone(), message));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Event {
            ty,
            id,
            at: match fields.get(AT) {
                Some(Value::Int(at)) => *at,
                _ => 0,
            },
            seq,
            channel: match fields.get(DEVICE + 1) {
                Some(Value::Member(member)) if channels => Some(*member),
                _ => None,
            },
            device: text(DEVICE),
            fields: payload,
        })
    }
}

/// What has no type is no event, whatever else is wrong with it.
fn untyped(mut problems: Vec<Problem>) -> Read {
    if problems.is_empty() {
        problems.push(Problem::new(
            "",
            "expected an event, an object with its `type`",
        ));
    }
    Read::Unfit(problems, 0)
}

/// An event as it came: an entry with all fields that are there.
fn entry(event: &Event, channels: bool) -> Value {
    let text = |text: &Arc<str>| Value::Text(text.clone());
    let seq = i64::try_from(event.seq).ok().filter(|seq| *seq != 0);
    let mut fields = vec![Value::Missing; DEVICE + 1];
    for (place, value) in [
        (ID, text(&event.id)),
        (AT, Value::Int(event.at)),
        (SEQ, seq.map_or(Value::Missing, Value::Int)),
        (DEVICE, event.device.as_ref().map_or(Value::Missing, text)),
    ] {
        if let Some(field) = fields.get_mut(place) {
            *field = value;
        }
    }
    if channels {
        fields.push(event.channel.map_or(Value::Missing, Value::Member));
    }
    fields.extend(event.fields.iter().cloned());
    Value::Record(fields.into())
}

/// Why a number does not go into an event: sums of many must be exact.
fn not_summed(number: rust_decimal::Decimal, sensitive: bool) -> Option<String> {
    let most = rust_decimal::Decimal::from_i128_with_scale(10_i128.pow(19), 0);
    let shown = match sensitive {
        true => "the number".to_owned(),
        false => number.to_string(),
    };
    if number.scale() > PLACES {
        return Some(format!(
            "{shown} has more than {PLACES} decimal places, which events do not keep: round it"
        ));
    }
    (number.abs() >= most).then(|| format!("{shown} is beyond what events keep: less than 10^19"))
}

/// Calls `take` with each line that is not empty, until one does not fit.
pub(super) fn each_line(
    lines: &str,
    mut take: impl FnMut(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    for (line, number) in lines.lines().zip(1_usize..) {
        if !line.trim().is_empty() {
            take(line).map_err(|error| in_line(&error, number))?;
        }
    }
    Ok(())
}

/// The error of an event in a line.
fn in_line(error: &Error, line: usize) -> Error {
    let ErrorKind::Event { problems, left_out } = error.kind() else {
        return ErrorKind::Event {
            problems: vec![Problem::new(format!("line {line}"), error.to_string())],
            left_out: 0,
        }
        .into();
    };
    let in_line = |problem: &Problem| {
        let path = match problem.path.as_str() {
            "" => format!("line {line}"),
            path => format!("line {line}, {path}"),
        };
        Problem::new(path, problem.message.clone())
    };
    ErrorKind::Event {
        problems: problems.iter().map(in_line).collect(),
        left_out: *left_out,
    }
    .into()
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History")
            .field("events", &self.len())
            .field("aside", &self.aside.len())
            .finish_non_exhaustive()
    }
}

/// No events at all.
pub(crate) fn nobody(graph: &crate::graph::Graph) -> Arc<dyn Teller> {
    Arc::new(Customer::new(graph.events(), None))
}

/// Inputs of a graph for a customer who did nothing.
pub(crate) fn inputs_of_nobody(graph: &crate::graph::Graph) -> Inputs {
    let mut inputs = Inputs::for_graph(graph);
    if graph.asks_of_events() {
        inputs.set_teller(nobody(graph));
    }
    inputs
}
