//! Host data into slots: what JSON, serde values, slots and CSV have in common.
//!
//! In: fields and scalars, in whatever order the host gives them. Out: a [`Binding`], that is the slots
//! of every input, with every problem and its path. `json` and `serde` walk their data and call the
//! [`Binder`], which knows the schema; [`Binding::complete`] fills in what was not given.
//!
//! One rule for what is not given: absent and null are the same; then the field's default counts, else
//! it is missing if it is optional, else that is a problem. A record that is not optional has no presence
//! of its own: what it needs is asked of its fields. Invariants: a value in a slot has the slot's type
//! and lies in its range; depth is bounded by [`MOST_DEPTH`], problems by [`MOST_PROBLEMS`].

pub(crate) mod convert;
mod json;
mod serde;

pub(crate) use json::bind_json;
pub(crate) use serde::bind_serde;

use crate::engine::schema::Schema;
use crate::error::{Error, ErrorKind, Problem};
use crate::eval::Inputs;
use crate::hir::{Bounds, InputId, RecordField, RecordId, Root, Ty};
use crate::value::Value;
use convert::{Scalar, convert, shortened};

/// How many problems an error keeps; it counts the others.
const MOST_PROBLEMS: usize = 1_000;
/// How deep records and lists in data may lie inside one another.
const MOST_DEPTH: usize = 64;
/// How many fields of records may be filled in that the data did not name.
const MOST_FILLED: usize = 100_000;

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<(Problem, bool)>,
    left_out: usize,
}

impl Problems {
    fn push(&mut self, problem: Problem, unknown_field: bool) {
        if self.list.len() < MOST_PROBLEMS {
            self.list.push((problem, unknown_field));
        } else {
            self.left_out += 1;
        }
    }

    /// The error that names them all. With `lenient`, unknown fields are none.
    fn error(&mut self, lenient: bool) -> Option<Error> {
        let all = std::mem::take(&mut self.list).into_iter();
        let kept = all.filter(|(_, unknown)| !(lenient && *unknown));
        let problems: Vec<Problem> = kept.map(|(problem, _)| problem).collect();
        let left_out = std::mem::take(&mut self.left_out);
        (!problems.is_empty()).then(|| ErrorKind::Context { problems, left_out }.into())
    }
}

/// What is known of one input.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    /// A leaf: it has a value. A record: it, or something in it, was given.
    given: bool,
    /// The call that named it last, so that a field written twice is found.
    call: u32,
    /// Something that does not fit was given; what it lacks is not reported as well.
    wrong: bool,
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
#[derive(Debug)]
pub(crate) struct Binding {
    inputs: Inputs,
    marks: Vec<Mark>,
    states: Vec<State>,
    call: u32,
    /// Later data replaces earlier data (frames); otherwise that is a problem (contexts).
    overwrite: bool,
    complete: bool,
    /// Data did not fit and left the slots half filled.
    spoilt: bool,
    /// Context and touchpoint themselves: what was given was no record.
    wrong: [bool; 2],
    pub(crate) lenient: bool,
    problems: Problems,
}

impl Binding {
    pub(crate) fn new(schema: &Schema, inputs: Inputs, overwrite: bool) -> Self {
        let count = schema.program.inputs().len();
        Binding {
            inputs,
            marks: vec![Mark::default(); count],
            states: vec![State::default(); count],
            call: 0,
            overwrite,
            complete: false,
            spoilt: false,
            wrong: [false; 2],
            lenient: false,
            problems: Problems::default(),
        }
    }

    /// Forgets everything given.
    pub(crate) fn clear(&mut self) {
        self.inputs.reset();
        self.marks.fill(Mark::default());
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
    fn begin(&mut self) {
        self.call = self.call.wrapping_add(1);
        if self.call == 0 {
            self.marks.iter_mut().for_each(|mark| mark.call = 0);
            self.call = 1;
        }
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

    pub(crate) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem, false);
    }

    /// Puts a value of the right type into a leaf.
    pub(crate) fn give(&mut self, schema: &Schema, id: InputId, value: Value) {
        self.inputs.set_value(id, &value);
        self.mark(schema, id);
    }

    /// The slots, to set the leaf `id` directly; the caller gives a value of its type and range.
    pub(crate) fn slot(&mut self, schema: &Schema, id: InputId) -> &mut Inputs {
        self.mark(schema, id);
        &mut self.inputs
    }

    /// Notes that an input was given, and with it the records around it.
    fn mark(&mut self, schema: &Schema, id: InputId) {
        let mut next = Some(id);
        while let Some(id) = next {
            match self.marks.get_mut(id.index()) {
                Some(mark) if !mark.given => mark.given = true,
                _ => return,
            }
            self.complete = false;
            next = schema.input(id).parent;
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

    fn given(&self, id: InputId) -> bool {
        self.marks.get(id.index()).is_some_and(|mark| mark.given)
    }

    /// Fills what was not given with defaults and missing. Cheap when nothing changed since the last time.
    pub(crate) fn complete(&mut self, schema: &Schema) -> Result<(), Error> {
        if self.spoilt {
            let text = "data given before did not fit; clear the frame and give it again";
            self.problem(Problem::new("", text));
            return self.check();
        }
        if self.complete {
            return Ok(());
        }
        for index in 0..self.states.len() {
            if let Ok(number) = u32::try_from(index) {
                self.complete_input(schema, InputId(number));
            }
        }
        let outcome = self.problems.error(self.lenient);
        self.complete = outcome.is_none();
        outcome.map_or(Ok(()), Err)
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
            self.problem(Problem::new(input.path.clone(), REQUIRED));
        }
    }

    fn is_wrong(&self, root: Root) -> bool {
        let [context, touchpoint] = self.wrong;
        if root == Root::Context {
            context
        } else {
            touchpoint
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

/// What is said of a field that nobody gave.
const REQUIRED: &str = "required, but not given";

fn is_record(ty: &Ty) -> bool {
    matches!(ty.present(), Ty::Record(_))
}

/// Where in the schema a piece of data belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'b> {
    /// The object with the fields of the context, and the touchpoint's under `touchpoint`.
    Whole,
    /// The object with the fields of the context or of the touchpoint.
    Top(Root),
    /// A field of the context or touchpoint.
    Input(InputId),
    /// Something within a list.
    Item {
        ty: &'b Ty,
        range: Option<&'b Bounds>,
    },
}

/// A record whose fields are being read.
#[derive(Debug)]
pub(crate) enum Shape<'b> {
    /// Its fields are inputs.
    Inputs,
    /// It becomes a value within a list.
    Fields {
        fields: &'b [RecordField],
        id: RecordId,
        /// `None` while not named; `Some(None)` when named and wrong.
        values: Vec<Option<Option<Value>>>,
        current: usize,
    },
}

/// A step from an input that is a list to something within it.
#[derive(Clone, Copy, Debug)]
enum Step<'b> {
    Index(usize),
    Field(&'b str),
}

/// Takes data in, field by field, and keeps where it is.
#[derive(Debug)]
pub(crate) struct Binder<'b> {
    schema: &'b Schema,
    binding: &'b mut Binding,
    /// The list that `steps` start from.
    list: Option<InputId>,
    steps: Vec<Step<'b>>,
    filled: usize,
}

impl<'b> Binder<'b> {
    pub(crate) fn new(schema: &'b Schema, binding: &'b mut Binding) -> Self {
        binding.begin();
        Binder {
            schema,
            binding,
            list: None,
            steps: Vec::new(),
            filled: 0,
        }
    }

    /// The declared type of a place; `None` for context and touchpoint themselves.
    fn ty(&self, place: Place<'b>) -> Option<(&'b Ty, Option<&'b Bounds>)> {
        match place {
            Place::Whole | Place::Top(_) => None,
            Place::Input(id) => {
                let input = self.schema.input(id);
                Some((&input.ty, input.range.as_ref()))
            }
            Place::Item { ty, range } => Some((ty, range)),
        }
    }

    fn path(&self, place: Place<'b>) -> String {
        let mut path = match place {
            Place::Whole | Place::Top(Root::Context) => return String::new(),
            Place::Top(Root::Touchpoint) => return "touchpoint".to_owned(),
            Place::Input(id) => return self.schema.input(id).path.clone(),
            Place::Item { .. } => self
                .list
                .map_or("", |id| &self.schema.input(id).path)
                .to_owned(),
        };
        for step in &self.steps {
            match step {
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                Step::Field(name) => {
                    path.push('.');
                    path.push_str(name);
                }
            }
        }
        path
    }

    fn problem(&mut self, place: Place<'b>, message: impl Into<String>) {
        let problem = Problem::new(self.path(place), message);
        self.binding.problem(problem);
    }

    /// Notes that something was given for a place.
    fn mark(&mut self, place: Place<'b>) {
        if let Place::Input(id) = place {
            self.binding.mark(self.schema, id);
        }
    }

    /// Notes that what was given for a place does not fit, so that it is not called missing as well.
    fn mark_wrong(&mut self, place: Place<'b>) {
        let [context, touchpoint] = &mut self.binding.wrong;
        match place {
            Place::Whole => (*context, *touchpoint) = (true, true),
            Place::Top(Root::Context) => *context = true,
            Place::Top(Root::Touchpoint) => *touchpoint = true,
            Place::Input(id) => {
                if let Some(mark) = self.binding.marks.get_mut(id.index()) {
                    mark.wrong = true;
                }
                self.binding.mark(self.schema, id);
            }
            Place::Item { .. } => {}
        }
    }

    /// Whether a place takes a record, a list, or something without parts.
    pub(crate) fn kind(&self, place: Place<'b>) -> Kind {
        match self.ty(place).map(|(ty, _)| ty.present()) {
            None | Some(Ty::Record(_)) => Kind::Record,
            Some(Ty::List(_)) => Kind::List,
            _ => Kind::Scalar,
        }
    }

    /// Takes a scalar. `Some` only within a list, where the value is handed to what lies around it.
    pub(crate) fn scalar(&mut self, place: Place<'b>, scalar: Scalar<'_>) -> Option<Value> {
        let Some((ty, range)) = self.ty(place) else {
            if !matches!(scalar, Scalar::Missing) {
                let found = convert(self.schema, &NOTHING_FITS, None, scalar);
                let found = found.err().unwrap_or_default();
                self.mark_wrong(place);
                self.problem(place, found.replace("nothing, found", "a record, found"));
            }
            return None;
        };
        if matches!(scalar, Scalar::Missing) {
            if let Place::Input(id) = place {
                if self.binding.overwrite {
                    self.binding.take_back(self.schema, id);
                }
                return None;
            }
            return Some(Value::Missing);
        }
        if let (Ty::Text, Scalar::Text(text), Place::Input(id)) = (ty.present(), scalar, place) {
            // Straight into the slot's buffer, without a text in between.
            self.binding.slot(self.schema, id).set_text(id, text);
            return None;
        }
        match (convert(self.schema, ty, range, scalar), place) {
            (Ok(value), Place::Input(id)) => {
                self.binding.give(self.schema, id, value);
                None
            }
            (Ok(value), _) => Some(value),
            (Err(message), _) => {
                self.mark_wrong(place);
                self.problem(place, message);
                None
            }
        }
    }

    /// Opens a record. `None` (and a problem) where none belongs.
    pub(crate) fn open(&mut self, place: Place<'b>) -> Option<Shape<'b>> {
        if self.kind(place) != Kind::Record {
            self.scalar(place, Scalar::Other("a record"));
            return None;
        }
        if let Place::Item { ty, .. } = place
            && let Ty::Record(id) = ty.present()
        {
            if self.too_deep(place) {
                return None;
            }
            let fields = self.schema.program.record(*id).fields.as_slice();
            let values = vec![None; fields.len()];
            return Some(Shape::Fields {
                fields,
                id: *id,
                values,
                current: 0,
            });
        }
        self.mark(place);
        Some(Shape::Inputs)
    }

    fn too_deep(&mut self, place: Place<'b>) -> bool {
        let deep = self.steps.len() >= MOST_DEPTH;
        if deep {
            self.problem(
                place,
                format!("data lies more than {MOST_DEPTH} levels deep"),
            );
        }
        deep
    }

    /// The place of a record's field. `None` (and a problem) where it is unknown or named again; then
    /// its value is to be skipped. After its value comes [`Binder::leave`].
    pub(crate) fn enter(
        &mut self,
        place: Place<'b>,
        shape: &mut Shape<'b>,
        key: &str,
    ) -> Option<Place<'b>> {
        let schema = self.schema;
        let names = match (&*shape, place) {
            (Shape::Fields { id, .. }, _) => schema.fields(*id),
            (_, Place::Whole) => {
                if key == "touchpoint" {
                    return Some(Place::Top(Root::Touchpoint));
                }
                schema.top(Root::Context)
            }
            (_, Place::Top(root)) => schema.top(root),
            (_, Place::Input(id)) => schema.children(id),
            (_, Place::Item { .. }) => return None,
        };
        let Some(index) = names.get(key) else {
            let near = names.nearest(key);
            self.unknown(place, key, near);
            return None;
        };
        match shape {
            Shape::Inputs => self.enter_input(InputId(index)),
            Shape::Fields {
                fields,
                values,
                current,
                ..
            } => {
                *current = index as usize;
                let field = fields.get(*current)?;
                self.steps.push(Step::Field(&field.name));
                let place = Place::Item {
                    ty: &field.ty,
                    range: field.range.as_ref(),
                };
                if values.get(*current).is_some_and(Option::is_some) {
                    self.problem(place, "given twice");
                    self.steps.pop();
                    return None;
                }
                Some(place)
            }
        }
    }

    fn enter_input(&mut self, id: InputId) -> Option<Place<'b>> {
        let place = Place::Input(id);
        let call = self.binding.call;
        let mark = self.binding.marks.get_mut(id.index())?;
        let again = mark.call == call;
        mark.call = call;
        let leaf = !is_record(&self.schema.input(id).ty);
        if again || (leaf && mark.given && !self.binding.overwrite) {
            self.problem(place, "given twice");
            return None;
        }
        Some(place)
    }

    fn unknown(&mut self, place: Place<'b>, key: &str, near: Option<&str>) {
        let mut path = self.path(place);
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&shortened(key));
        let message = match (near, place) {
            (Some(near), _) => format!("there is no such field; did you mean `{near}`?"),
            (None, Place::Top(Root::Context)) if key == "touchpoint" => {
                "the touchpoint is given apart from the facts".to_owned()
            }
            _ => "there is no such field".to_owned(),
        };
        self.binding
            .problems
            .push(Problem::new(path, message), true);
    }

    /// Takes the value of the field that [`Binder::enter`] opened.
    pub(crate) fn leave(&mut self, shape: &mut Shape<'b>, value: Option<Value>) {
        if let Shape::Fields {
            values, current, ..
        } = shape
        {
            if let Some(slot) = values.get_mut(*current) {
                *slot = Some(value);
            }
            self.steps.pop();
        }
    }

    /// Closes a record: within a list, what was not given is filled in.
    pub(crate) fn close(&mut self, shape: Shape<'b>) -> Option<Value> {
        let Shape::Fields { fields, values, .. } = shape else {
            return None;
        };
        let mut whole = Some(Vec::with_capacity(fields.len()));
        for (field, value) in fields.iter().zip(values) {
            let value = match value {
                None | Some(Some(Value::Missing)) => self.fill(field),
                Some(named) => named,
            };
            whole = whole.zip(value).map(|(mut all, value)| {
                all.push(value);
                all
            });
        }
        whole.map(|all| Value::Record(all.into()))
    }

    /// The value of a field within a list that the data does not give.
    fn fill(&mut self, field: &'b RecordField) -> Option<Value> {
        if let Some(default) = &field.default {
            return Some(default.clone());
        }
        if field.ty.is_optional() {
            return Some(Value::Missing);
        }
        let place = Place::Item {
            ty: &field.ty,
            range: None,
        };
        self.steps.push(Step::Field(&field.name));
        self.filled += 1;
        let value = if self.filled > MOST_FILLED {
            self.problem(place, "there are too many fields to fill in");
            None
        } else if let Ty::Record(_) = field.ty {
            self.open(place).and_then(|shape| self.close(shape))
        } else {
            self.problem(place, REQUIRED);
            None
        };
        self.steps.pop();
        value
    }

    /// Opens a list and gives the place of its items. `None` (and a problem) where none belongs.
    pub(crate) fn open_list(&mut self, place: Place<'b>) -> Option<Items<'b>> {
        let Some((Ty::List(item), range)) = self.ty(place).map(|(ty, range)| (ty.present(), range))
        else {
            self.scalar(place, Scalar::Other("a list"));
            return None;
        };
        if self.too_deep(place) {
            return None;
        }
        if let Place::Input(id) = place {
            self.list = Some(id);
        }
        let item = Place::Item { ty: item, range };
        Some(Items {
            item,
            values: Vec::new(),
            count: 0,
            fits: true,
        })
    }

    /// The place of the next item; after its value comes [`Binder::leave_item`].
    pub(crate) fn enter_item(&mut self, items: &mut Items<'b>) -> Place<'b> {
        self.steps.push(Step::Index(items.count));
        items.count += 1;
        items.item
    }

    /// There was no item after all.
    pub(crate) fn no_item(&mut self) {
        self.steps.pop();
    }

    /// Takes the item that [`Binder::enter_item`] opened.
    pub(crate) fn leave_item(&mut self, items: &mut Items<'b>, value: Option<Value>) {
        let ty = self.ty(items.item).map(|(ty, _)| ty);
        match value {
            Some(Value::Missing) if !ty.is_some_and(Ty::is_optional) => {
                let expected = ty.map_or(String::new(), |ty| self.schema.expected(ty));
                self.problem(items.item, format!("expected {expected}, found nothing"));
                items.fits = false;
            }
            Some(value) if items.fits => items.values.push(value),
            Some(_) => {}
            None => items.fits = false,
        }
        self.steps.pop();
    }

    /// Closes a list.
    pub(crate) fn close_list(&mut self, place: Place<'b>, items: Items<'b>) -> Option<Value> {
        let value = items.fits.then(|| Value::List(items.values.into()));
        let Place::Input(id) = place else {
            return value;
        };
        match value {
            Some(value) => self.binding.give(self.schema, id, value),
            None => self.mark_wrong(place),
        }
        None
    }
}

/// No scalar has it.
const NOTHING_FITS: Ty = Ty::Never;

/// What a place takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Scalar,
    List,
    Record,
}

/// A list whose items are being read.
#[derive(Debug)]
pub(crate) struct Items<'b> {
    item: Place<'b>,
    values: Vec<Value>,
    count: usize,
    fits: bool,
}
