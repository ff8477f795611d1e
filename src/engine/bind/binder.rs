//! [`Binder`]: takes data in, field by field, knowing the schema and where in the data it is.

use super::binding::Binding;
use super::convert::{Scalar, convert, int_in, shortened};
use super::{Kind, MOST_DEPTH, MOST_FILLED, Place, REQUIRED};
use crate::engine::schema::Schema;
use crate::error::Problem;
use crate::hir::{Bounds, InputId, RecordField, RecordId, Root, Ty};
use crate::value::Value;

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
    /// The input named before.
    before: Option<InputId>,
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
            before: None,
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
            Place::Top(Root::Now) => return "now".to_owned(),
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
        self.binding.mark_wrong(self.schema, place);
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
                self.mark_wrong(place);
                self.problem(
                    place,
                    format!("expected a record, found {}", scalar.found()),
                );
            }
            return None;
        };
        if matches!(scalar, Scalar::Missing) {
            if let Place::Input(id) = place {
                if self.binding.overwrites() {
                    self.binding.take_back(self.schema, id);
                }
                return None;
            }
            return Some(Value::Missing);
        }
        if let Place::Input(id) = place
            && self.quick(id, ty.present(), range, scalar).is_some()
        {
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

    /// Puts the commonest scalars straight into their slots; `None` leaves it to the careful way.
    #[inline]
    fn quick(
        &mut self,
        id: InputId,
        ty: &Ty,
        range: Option<&Bounds>,
        scalar: Scalar<'_>,
    ) -> Option<()> {
        match (ty, scalar) {
            (Ty::Bool, Scalar::Bool(b)) => self.binding.slot(self.schema, id).set_bool(id, b),
            (Ty::Int, Scalar::Number(text)) => {
                let n = int_in(text.parse().ok()?, range).ok()?;
                self.binding.slot(self.schema, id).set_int(id, n);
            }
            (Ty::Int, Scalar::Int(n)) => {
                let n = int_in(i64::try_from(n).ok()?, range).ok()?;
                self.binding.slot(self.schema, id).set_int(id, n);
            }
            (Ty::Enum(of), Scalar::Text(text)) => {
                let member = self.schema.members(*of).get(text)?;
                self.binding.slot(self.schema, id).set_member(id, member);
            }
            // Into the slot's buffer, without a text in between.
            (Ty::Text, Scalar::Text(text)) => self.binding.slot(self.schema, id).set_text(id, text),
            _ => return None,
        }
        Some(())
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
        if let Some(place) = self.expected_next(place, shape, key) {
            return place;
        }
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
            // Of what is only counted nobody reads what was meant.
            let counted = self.binding.unknown_are_counted();
            let near = if counted { None } else { names.nearest(key) };
            self.unknown(place, key, near);
            return None;
        };
        match shape {
            Shape::Inputs => {
                let id = InputId(index);
                self.binding.learn(self.before, id);
                self.enter_input(id)
            }
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

    /// The field, if it is the one that followed the field before last time: then nothing is searched.
    #[inline]
    fn expected_next(
        &mut self,
        place: Place<'b>,
        shape: &Shape<'b>,
        key: &str,
    ) -> Option<Option<Place<'b>>> {
        let Shape::Inputs = shape else {
            return None;
        };
        let id = self.binding.after(self.before)?;
        let input = self.schema.program.inputs().get(id.index())?;
        let here = match place {
            Place::Input(parent) => input.parent == Some(parent),
            Place::Top(root) => input.parent.is_none() && input.root == root,
            Place::Whole => input.parent.is_none() && input.root == Root::Context,
            Place::Item { .. } => false,
        };
        (here && input.name == key).then(|| self.enter_input(id))
    }

    fn enter_input(&mut self, id: InputId) -> Option<Place<'b>> {
        self.before = Some(id);
        let place = Place::Input(id);
        if !self.binding.name(self.schema, id) {
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
        self.binding.unknown(Problem::new(path, message));
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

/// A list whose items are being read.
#[derive(Debug)]
pub(crate) struct Items<'b> {
    item: Place<'b>,
    values: Vec<Value>,
    count: usize,
    fits: bool,
}
