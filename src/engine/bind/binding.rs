//! [`Binding`]: the slots of a context, what has been given for them, and what is wrong with it.

use super::problems::Problems;
use super::{
    CONTEXT_NEEDS_HISTORY, CONTEXT_NEEDS_NOW, FRAME_NEEDS_HISTORY, FRAME_NEEDS_NOW, NO_INSTANT,
    Place, REQUIRED, is_record,
};
use crate::engine::profile::Horizon;
use crate::engine::schema::Schema;
use crate::error::{Error, Problem};
use crate::eval::{Inputs, Teller};
use crate::hir::{Input, InputId, Root, Ty};
use crate::value::Value;
use crate::value::calendar::{self, ShowDatetime};
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::Arc;

/// What is known of one input.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// A leaf: it has a value. A record: it, or something in it, was given.
    given: bool,
    /// The call that named it last, so that a field written twice is found.
    call: u32,
    /// Something that does not fit was given; what it lacks is not reported as well.
    wrong: bool,
    /// The input that was named after it last time, which is the likeliest to be so again.
    next: InputId,
    /// The record it is a field of.
    parent: Option<InputId>,
    /// It is a field of context or touchpoint, and no record.
    plain: bool,
    /// Its name where a host's struct has it: found there again, it need not be compared.
    spelt: Option<&'static str>,
}

impl Mark {
    /// Nothing given; data comes in declared order, which is the order of the inputs.
    fn new((index, input): (usize, &Input)) -> Self {
        let next = InputId(u32::try_from(index + 1).unwrap_or(u32::MAX));
        Mark {
            given: false,
            call: 0,
            wrong: false,
            next,
            parent: input.parent,
            plain: input.parent.is_none() && !is_record(&input.ty),
            spelt: None,
        }
    }
}

/// What [`Binding::complete`] finds about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum State {
    #[default]
    Absent,
    Present,
    /// Nothing within is to be looked at: it all comes from a default, or what was given was no record.
    Settled,
}

/// The slots of a context, and what has been given so far.
pub(crate) struct Binding {
    inputs: Inputs,
    marks: Vec<Mark>,
    /// The input that was named first last time.
    first: InputId,
    states: Vec<State>,
    call: u32,
    /// Later data replaces earlier data (frames); otherwise that is a problem (contexts).
    overwrite: bool,
    complete: bool,
    /// Data did not fit and left the slots half filled.
    spoilt: bool,
    /// From when on the customer's events are all there.
    horizon: Option<Horizon>,
    /// Context and touchpoint themselves: what was given was no record.
    wrong: [bool; 2],
    pub(crate) lenient: bool,
    problems: Problems,
}

/// Without the values: some of them may be sensitive.
impl fmt::Debug for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = self.marks.iter().filter(|mark| mark.given).count();
        f.debug_struct("Binding")
            .field("given", &given)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

impl Binding {
    pub(crate) fn new(schema: &Schema, inputs: Inputs, overwrite: bool) -> Self {
        let declared = schema.program.inputs();
        Binding {
            inputs,
            marks: declared.iter().enumerate().map(Mark::new).collect(),
            first: InputId(0),
            states: vec![State::default(); declared.len()],
            call: 0,
            overwrite,
            complete: false,
            spoilt: false,
            horizon: None,
            wrong: [false; 2],
            lenient: false,
            problems: Problems::default(),
        }
    }

    /// No slots at all: what is bound comes back as values. With `lenient`, unknown fields are none.
    pub(crate) fn of_values(lenient: bool) -> Self {
        Binding {
            inputs: Inputs::none(),
            marks: Vec::new(),
            first: InputId(0),
            states: Vec::new(),
            call: 0,
            overwrite: false,
            complete: false,
            spoilt: false,
            horizon: None,
            wrong: [false; 2],
            lenient,
            problems: Problems::new(lenient),
        }
    }

    /// Gives the customer's events, and from when on they are all there.
    pub(crate) fn set_teller(&mut self, teller: Arc<dyn Teller>, horizon: Option<Horizon>) {
        // One customer after the other changes nothing of the slots.
        let follows = self.inputs.teller().is_some();
        self.complete &= follows && self.horizon.is_none() && horizon.is_none();
        self.inputs.set_teller(teller);
        self.horizon = horizon;
    }

    /// Forgets everything given.
    pub(crate) fn clear(&mut self) {
        self.inputs.reset();
        self.horizon = None;
        for mark in &mut self.marks {
            (mark.given, mark.wrong, mark.call) = (false, false, 0);
        }
        self.call = 0;
        self.complete = false;
        self.spoilt = false;
        self.wrong = [false; 2];
        self.problems = Problems::default();
    }

    /// The slots, once [`Binding::complete`] has filled them.
    pub(crate) fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    pub(crate) fn into_inputs(self) -> Inputs {
        self.inputs
    }

    /// Opens a set of data: within it a field may be named once.
    pub(super) fn begin(&mut self) {
        self.call = self.call.wrapping_add(1);
        if self.call == 0 {
            self.marks.iter_mut().for_each(|mark| mark.call = 0);
            self.call = 1;
        }
    }

    /// Whether unknown fields are not looked at.
    pub(super) fn forgives_unknown(&self) -> bool {
        self.problems.forgives_unknown()
    }

    /// Whether further unknown fields are only counted.
    pub(super) fn unknown_are_counted(&self) -> bool {
        self.problems.unknown_are_counted()
    }

    /// Whether further problems of other kinds are only counted.
    pub(super) fn others_are_counted(&self) -> bool {
        self.problems.others_are_counted()
    }

    /// The error over all problems so far, if there are any; the slots are then not to be used.
    pub(crate) fn check(&mut self) -> Result<(), Error> {
        match self.problems.error(self.lenient) {
            Some(error) => {
                self.spoilt = true;
                Err(error)
            }
            None => Ok(()),
        }
    }

    /// The slots are not to be used until they are cleared.
    pub(crate) fn spoil(&mut self) {
        self.spoilt = true;
    }

    pub(crate) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem, false);
    }

    /// A field that nothing declares.
    pub(super) fn unknown(&mut self, problem: Problem) {
        self.problems.push(problem, true);
    }

    /// Whether later data replaces earlier data.
    pub(super) fn overwrites(&self) -> bool {
        self.overwrite
    }

    /// Notes that what was given for a place does not fit.
    pub(crate) fn mark_wrong(&mut self, place: Place<'_>) {
        let [context, touchpoint] = &mut self.wrong;
        match place {
            Place::Whole => (*context, *touchpoint) = (true, true),
            Place::Top(Root::Context) => *context = true,
            Place::Top(Root::Touchpoint) => *touchpoint = true,
            Place::Top(Root::Now) => {}
            Place::Input(id) => {
                if let Some(mark) = self.marks.get_mut(id.index()) {
                    mark.wrong = true;
                }
                self.mark(id);
            }
            Place::Item { .. } | Place::Instant | Place::Part(_) => {}
        }
    }

    /// The input that was named after another, or first, last time.
    #[inline]
    pub(super) fn after(&self, before: Option<InputId>) -> Option<InputId> {
        match before {
            Some(before) => self.marks.get(before.index()).map(|mark| mark.next),
            None => Some(self.first),
        }
    }

    /// Whether a host's struct names an input, whose name is `known`, by a text of its own.
    #[inline]
    pub(super) fn is_spelt(&mut self, id: InputId, known: &str, name: &'static str) -> bool {
        let Some(mark) = self.marks.get_mut(id.index()) else {
            return false;
        };
        let again = mark.spelt.is_some_and(|spelt| std::ptr::eq(spelt, name));
        if !again && *known == *name {
            mark.spelt = Some(name);
            return true;
        }
        again
    }

    /// Notes which input is named after another, or first.
    pub(super) fn learn(&mut self, before: Option<InputId>, id: InputId) {
        match before.and_then(|before| self.marks.get_mut(before.index())) {
            Some(before) => before.next = id,
            None => self.first = id,
        }
    }

    /// Notes that a set of data names an input; `false` if it, or data before, already did.
    #[inline]
    pub(super) fn name(&mut self, schema: &Schema, id: InputId) -> bool {
        let Some(mark) = self.marks.get_mut(id.index()) else {
            return false;
        };
        if mark.call == self.call {
            return false;
        }
        mark.call = self.call;
        !mark.given || self.overwrite || is_record(&schema.input(id).ty)
    }

    /// Puts a value of the right type into a leaf.
    pub(crate) fn give(&mut self, id: InputId, value: Value) {
        self.inputs.set_value(id, &value);
        self.mark(id);
    }

    /// The slots, to set the leaf `id` directly; the caller gives a value of its type and range.
    #[inline]
    pub(crate) fn slot(&mut self, id: InputId) -> &mut Inputs {
        self.mark(id);
        &mut self.inputs
    }

    /// Notes that an input was given, and with it the records around it.
    #[inline]
    pub(super) fn mark(&mut self, id: InputId) {
        if self.marks.get(id.index()).is_some_and(|mark| mark.given) {
            return;
        }
        let mut next = Some(id);
        while let Some(id) = next {
            let Some(mark) = self.marks.get_mut(id.index()).filter(|m| !m.given) else {
                return;
            };
            mark.given = true;
            self.complete = false;
            next = mark.parent;
        }
    }

    /// Takes back what was given for an input and everything in it.
    pub(crate) fn take_back(&mut self, schema: &Schema, id: InputId) {
        if let Some(mark) = self.marks.get_mut(id.index())
            && mark.given
        {
            (mark.given, mark.wrong) = (false, false);
            self.complete = false;
        }
        for child in &schema.input(id).children {
            self.take_back(schema, *child);
        }
    }

    /// Gives the instant for which decisions are made; finer than a millisecond is floored. Rules that do not
    /// ask for the time forget it.
    ///
    /// # Errors
    /// What is wrong with it; nothing has changed then.
    pub(crate) fn set_now(
        &mut self,
        schema: &Schema,
        now: DateTime<Utc>,
    ) -> Result<(), &'static str> {
        let ms = now.timestamp_millis();
        if !calendar::is_instant(ms) {
            return Err(NO_INSTANT);
        }
        let Some(id) = schema.now() else {
            return Ok(());
        };
        self.begin();
        if !self.name(schema, id) {
            return Err("given twice");
        }
        self.slot(id).set_int(id, ms);
        Ok(())
    }

    /// Whether the time has been given, or need not be.
    pub(crate) fn has_now(&self, schema: &Schema) -> bool {
        schema.now().is_none_or(|id| self.given(id))
    }

    fn given(&self, id: InputId) -> bool {
        self.marks.get(id.index()).is_some_and(|mark| mark.given)
    }

    /// Fills what was not given with defaults and missing. Cheap when nothing changed since the last time.
    pub(crate) fn complete(&mut self, schema: &Schema) -> Result<(), Error> {
        // Problems that nobody has asked for yet are with data that is in the slots now.
        let unfit = !self.problems.is_empty();
        if self.spoilt {
            let text = "data given before did not fit; clear the frame and give it again";
            self.problem(Problem::new("", text));
            return self.check();
        }
        if self.complete {
            return Ok(());
        }
        for index in 0..self.marks.len() {
            let settled = |mark: &Mark| mark.given && mark.plain;
            if self.marks.get(index).is_some_and(settled) {
                continue;
            }
            if let Ok(number) = u32::try_from(index) {
                self.complete_input(schema, InputId(number));
            }
        }
        if schema.asks_of_events() && self.inputs.teller().is_none() {
            let text = if self.overwrite {
                FRAME_NEEDS_HISTORY
            } else {
                CONTEXT_NEEDS_HISTORY
            };
            self.problem(Problem::new("history", text));
        }
        if let Some(problem) = self.before_horizon() {
            self.problem(problem);
        }
        let outcome = self.problems.error(self.lenient);
        self.complete = outcome.is_none();
        self.spoilt |= unfit && !self.complete;
        outcome.map_or(Ok(()), Err)
    }

    /// Not all events are there that the rules need at this instant.
    fn before_horizon(&self) -> Option<Problem> {
        let now = self.inputs.now();
        match self.horizon.as_ref()? {
            Err(message) => Some(Problem::new("profile", message.clone())),
            Ok(horizon) if now < *horizon => Some(Problem::new(
                "now",
                format!(
                    "{} lies before {}, from which on the profile keeps what the rules need: decide for a later instant, or \
                     on a profile that keeps more",
                    ShowDatetime(now),
                    ShowDatetime(*horizon)
                ),
            )),
            Ok(_) => None,
        }
    }

    fn complete_input(&mut self, schema: &Schema, id: InputId) {
        let input = schema.input(id);
        let around = match input.parent {
            None if self.is_wrong(input.root) => State::Settled,
            None => State::Present,
            Some(parent) => self.states.get(parent.index()).copied().unwrap_or_default(),
        };
        let wrong = self.marks.get(id.index()).is_some_and(|mark| mark.wrong);
        if around == State::Settled || wrong {
            return self.set_state(id, State::Settled);
        }
        let given = self.given(id);
        if around == State::Absent {
            self.leave_out(schema, id);
        } else if let (Some(default), false) = (&input.default, given) {
            self.apply(schema, id, default);
        } else if matches!(input.ty, Ty::Record(_)) || (given && is_record(&input.ty)) {
            self.set_state(id, State::Present);
            self.inputs.set_present(id, true);
        } else if !given && input.ty.is_optional() {
            self.leave_out(schema, id);
        } else if !given {
            let text = match input.root {
                Root::Now if self.overwrite => FRAME_NEEDS_NOW,
                Root::Now => CONTEXT_NEEDS_NOW,
                Root::Context | Root::Touchpoint => REQUIRED,
            };
            self.problem(Problem::new(input.path.clone(), text));
        }
    }

    fn is_wrong(&self, root: Root) -> bool {
        let [context, touchpoint] = self.wrong;
        match root {
            Root::Context => context,
            Root::Touchpoint => touchpoint,
            Root::Now => false,
        }
    }

    fn set_state(&mut self, id: InputId, state: State) {
        if let Some(known) = self.states.get_mut(id.index()) {
            *known = state;
        }
    }

    /// One input is missing. What lies within follows in its turn.
    fn leave_out(&mut self, schema: &Schema, id: InputId) {
        if is_record(&schema.input(id).ty) {
            self.set_state(id, State::Absent);
        }
        self.inputs.set_missing(id);
    }

    /// Puts a default into an input and everything in it.
    fn apply(&mut self, schema: &Schema, id: InputId, value: &Value) {
        let input = schema.input(id);
        if !is_record(&input.ty) {
            self.inputs.set_value(id, value);
            return;
        }
        let Value::Record(fields) = value else {
            return self.leave_out(schema, id);
        };
        self.set_state(id, State::Settled);
        self.inputs.set_present(id, true);
        for (child, field) in input.children.iter().zip(fields.iter()) {
            self.apply(schema, *child, field);
        }
    }
}
