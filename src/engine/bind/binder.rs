//! [`Binder`]: takes data in, field by field, knowing the schema and where in the data it is.

use super::binding::Binding;
use super::convert::{HIDDEN, Scalar, convert, hidden, is_unknown_name, shortened};
use super::parts::{Part, Parts, place};
use super::quick::Around;
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
        sensitive: bool,
        /// `None` while not named; `Some(None)` when named and wrong.
        values: Vec<Option<Option<Value>>>,
        current: usize,
    },
    /// It becomes an amount or a place.
    Parts(Parts),
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
    pub(super) schema: &'b Schema,
    pub(super) binding: &'b mut Binding,
    /// The list that `steps` start from.
    list: Option<InputId>,
    steps: Vec<Step<'b>>,
    /// Where the amount or place belongs whose parts are read, and whether they come as a list.
    whole: Option<(Place<'b>, bool)>,
    filled: usize,
    /// The input named before.
    pub(super) before: Option<InputId>,
}

impl<'b> Binder<'b> {
    pub(crate) fn new(schema: &'b Schema, binding: &'b mut Binding) -> Self {
        binding.begin();
        Binder {
            schema,
            binding,
            list: None,
            steps: Vec::new(),
            whole: None,
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
            Place::Item { ty, range, .. } => Some((ty, range)),
            Place::Instant => Some((&INSTANT, None)),
            Place::Part(part) => Some(part.ty()),
        }
    }

    /// Whether what is given for a place must not be shown.
    fn sensitive(&self, place: Place<'b>) -> bool {
        match place {
            Place::Whole | Place::Top(_) | Place::Instant => false,
            Place::Input(id) => self.schema.input(id).sensitive,
            Place::Item { sensitive, .. } => sensitive,
            // Of parts there are no parts: the whole is none.
            Place::Part(_) => match self.whole {
                Some((Place::Input(id), _)) => self.schema.input(id).sensitive,
                Some((Place::Item { sensitive, .. }, _)) => sensitive,
                _ => false,
            },
        }
    }

    fn path(&self, place: Place<'b>) -> String {
        let Place::Part(part) = place else {
            return self.path_of_whole(place);
        };
        match self.whole {
            Some((whole, true)) => format!("{}[{}]", self.path_of_whole(whole), part.index()),
            Some((whole, false)) => format!("{}.{}", self.path_of_whole(whole), part.name()),
            None => String::new(),
        }
    }

    /// The path of what is no part.
    fn path_of_whole(&self, place: Place<'b>) -> String {
        let mut path = match place {
            Place::Whole | Place::Top(Root::Context) => return String::new(),
            Place::Top(Root::Touchpoint) => return "touchpoint".to_owned(),
            Place::Top(Root::Now) | Place::Instant => return "now".to_owned(),
            Place::Part(_) => return String::new(),
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
            self.binding.mark(id);
        }
    }

    /// Notes that what was given for a place does not fit, so that it is not called missing as well.
    fn mark_wrong(&mut self, place: Place<'b>) {
        let place = match (place, self.whole) {
            (Place::Part(_), Some((whole, _))) => whole,
            _ => place,
        };
        self.binding.mark_wrong(place);
    }

    /// Whether a place takes a record, a list, or something without parts.
    pub(crate) fn kind(&self, place: Place<'b>) -> Kind {
        match self.ty(place).map(|(ty, _)| ty.present()) {
            None | Some(Ty::Record(_)) => Kind::Record,
            Some(Ty::List(_)) => Kind::List,
            Some(Ty::Money(_) | Ty::Geo) => Kind::Parted,
            _ => Kind::Scalar,
        }
    }

    /// Takes a scalar. `Some` only within a list, where the value is handed to what lies around it.
    #[inline(always)]
    pub(crate) fn scalar(&mut self, place: Place<'b>, scalar: Scalar<'_>) -> Option<Value> {
        match place {
            Place::Input(id) => match self.schema.field(id) {
                Some(field) if self.quick(field, scalar) => None,
                _ => self.careful(place, scalar),
            },
            _ => self.careful(place, scalar),
        }
    }

    #[inline(never)]
    fn careful(&mut self, place: Place<'b>, scalar: Scalar<'_>) -> Option<Value> {
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
        if let Place::Part(part @ (Part::Currency(_) | Part::Surplus)) = place {
            return self.word(part, scalar);
        }
        if self.binding.others_are_counted() && is_unknown_name(self.schema, ty, scalar) {
            // Of what is only counted nobody reads which name was meant.
            self.mark_wrong(place);
            self.problem(place, "there is no such name");
            return None;
        }
        match (convert(self.schema, ty, range, scalar), place) {
            (Ok(value), Place::Input(id)) => {
                self.binding.give(id, value);
                None
            }
            (Ok(value), _) => Some(value),
            (Err(message), _) => {
                self.mark_wrong(place);
                // What was meant to hold sensitive fields may hold what belongs into them.
                let message = match self.sensitive(place) || self.schema.holds_sensitive(ty) {
                    true => hidden(self.schema, ty, range),
                    false => message,
                };
                self.problem(place, message);
                None
            }
        }
    }

    /// Takes a part that is no number.
    fn word(&mut self, part: Part, scalar: Scalar<'_>) -> Option<Value> {
        let Part::Currency(of) = part else {
            // That there are too many is told with the list.
            return None;
        };
        let code = super::parts::code(of);
        match scalar {
            Scalar::Text(text) if text == code => Some(Value::Text(code.into())),
            _ => {
                let place = Place::Part(part);
                let found = match self.sensitive(place) {
                    true => HIDDEN.to_owned(),
                    false => scalar.found(),
                };
                self.mark_wrong(place);
                self.problem(
                    place,
                    format!("expected the currency {code}, found {found}"),
                );
                None
            }
        }
    }

    /// Opens a record. `None` (and a problem) where none belongs.
    pub(crate) fn open(&mut self, place: Place<'b>) -> Option<Shape<'b>> {
        if let Some((ty, _)) = self.ty(place)
            && let Some(parts) = Parts::of(ty)
        {
            self.whole = Some((place, false));
            return Some(Shape::Parts(parts));
        }
        if self.kind(place) != Kind::Record {
            self.scalar(place, Scalar::Other("a record"));
            return None;
        }
        if let Place::Item { ty, sensitive, .. } = place
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
                sensitive,
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
    #[inline]
    pub(crate) fn enter(
        &mut self,
        place: Place<'b>,
        shape: &mut Shape<'b>,
        key: &str,
    ) -> Option<Place<'b>> {
        let around = Around::of(place, Some(shape));
        if let Some(field) = self.likely(around)
            && *field.name == *key
        {
            return self.input_place(field.id);
        }
        self.search(place, shape, key)
    }

    /// The place of a field that is not the likely one.
    fn search(&mut self, place: Place<'b>, shape: &mut Shape<'b>, key: &str) -> Option<Place<'b>> {
        if let Shape::Parts(parts) = shape {
            return self.enter_part(place, parts, key);
        }
        let schema = self.schema;
        let names = match (&*shape, place) {
            (Shape::Fields { id, .. }, _) => schema.fields(*id),
            (_, Place::Whole) => {
                if key == "touchpoint" {
                    return Some(Place::Top(Root::Touchpoint));
                }
                if key == "now" {
                    let asked = self.schema.now();
                    return asked.map_or(Some(Place::Instant), |id| self.input_place(id));
                }
                schema.top(Root::Context)
            }
            (_, Place::Top(root)) => schema.top(root),
            (_, Place::Input(id)) => schema.children(id),
            (_, Place::Item { .. } | Place::Instant | Place::Part(_)) => return None,
        };
        let Some(index) = names.get(key) else {
            if self.binding.forgives_unknown() {
                return None;
            }
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
                self.input_place(id)
            }
            Shape::Fields {
                fields,
                values,
                current,
                sensitive,
                ..
            } => {
                *current = index as usize;
                let field = fields.get(*current)?;
                self.steps.push(Step::Field(&field.name));
                let place = Place::Item {
                    ty: &field.ty,
                    range: field.range.as_ref(),
                    sensitive: *sensitive || field.sensitive,
                };
                if values.get(*current).is_some_and(Option::is_some) {
                    self.problem(place, "given twice");
                    self.steps.pop();
                    return None;
                }
                Some(place)
            }
            Shape::Parts(_) => None,
        }
    }

    fn enter_part(&mut self, place: Place<'b>, parts: &mut Parts, key: &str) -> Option<Place<'b>> {
        match parts.enter(key) {
            Some((part, false)) => Some(Place::Part(part)),
            Some((part, true)) => {
                self.problem(Place::Part(part), "given twice");
                None
            }
            None => {
                let path = self.unknown_path(place, key);
                self.binding.unknown(Problem::new(path, parts.unknown()));
                None
            }
        }
    }

    /// Notes that an input was named; `false` (and a problem) if it was before, then its value is to be skipped.
    #[inline]
    pub(super) fn enter_input(&mut self, id: InputId) -> bool {
        self.before = Some(id);
        let first = self.binding.name(self.schema, id);
        if !first {
            self.problem(Place::Input(id), "given twice");
        }
        first
    }

    fn input_place(&mut self, id: InputId) -> Option<Place<'b>> {
        self.enter_input(id).then_some(Place::Input(id))
    }

    fn unknown(&mut self, place: Place<'b>, key: &str, near: Option<&str>) {
        let path = self.unknown_path(place, key);
        let message = match (near, place) {
            (Some(near), _) => format!("there is no such field; did you mean `{near}`?"),
            (None, Place::Top(Root::Context)) if key == "touchpoint" => {
                "the touchpoint is given apart from the facts".to_owned()
            }
            (None, Place::Top(Root::Context)) if key == "now" => {
                "the time is given apart from the facts".to_owned()
            }
            _ => "there is no such field".to_owned(),
        };
        self.binding.unknown(Problem::new(path, message));
    }

    /// Where an unknown field stands. Within sensitive data its very name may say too much.
    fn unknown_path(&self, place: Place<'b>, key: &str) -> String {
        let mut path = self.path(place);
        if !path.is_empty() {
            path.push('.');
        }
        match self.sensitive(place) {
            true => path.push_str(HIDDEN),
            false => path.push_str(&shortened(key)),
        }
        path
    }

    /// Takes the value of the field that [`Binder::enter`] opened.
    #[inline]
    pub(crate) fn leave(&mut self, shape: &mut Shape<'b>, value: Option<Value>) {
        match shape {
            Shape::Inputs => {}
            Shape::Fields {
                values, current, ..
            } => {
                if let Some(slot) = values.get_mut(*current) {
                    *slot = Some(value);
                }
                self.steps.pop();
            }
            Shape::Parts(parts) => parts.leave(value),
        }
    }

    /// Closes a record: within a list, what was not given is filled in.
    pub(crate) fn close(&mut self, shape: Shape<'b>) -> Option<Value> {
        let (fields, values, sensitive) = match shape {
            Shape::Inputs => return None,
            Shape::Parts(parts) => return self.close_parts(parts),
            Shape::Fields {
                fields,
                values,
                sensitive,
                ..
            } => (fields, values, sensitive),
        };
        let mut whole = Some(Vec::with_capacity(fields.len()));
        for (field, value) in fields.iter().zip(values) {
            let value = match value {
                None | Some(Some(Value::Missing)) => self.fill(field, sensitive),
                Some(named) => named,
            };
            whole = whole.zip(value).map(|(mut all, value)| {
                all.push(value);
                all
            });
        }
        whole.map(|all| Value::Record(all.into()))
    }

    /// Joins the parts of an amount or a place.
    fn close_parts(&mut self, parts: Parts) -> Option<Value> {
        let mut lacks = false;
        for part in parts.lacking() {
            self.mark_wrong(Place::Part(part));
            self.problem(Place::Part(part), REQUIRED);
            lacks = true;
        }
        let (place, _) = self.whole.take()?;
        let value = parts.join().filter(|_| !lacks);
        self.settle(place, value)
    }

    /// What was read in parts goes to its input, or to what lies around it.
    fn settle(&mut self, place: Place<'b>, value: Option<Value>) -> Option<Value> {
        let Place::Input(id) = place else {
            return value;
        };
        match value {
            Some(value) => self.binding.give(id, value),
            None => self.mark_wrong(place),
        }
        None
    }

    /// The value of a field within a list that the data does not give.
    fn fill(&mut self, field: &'b RecordField, around: bool) -> Option<Value> {
        if let Some(default) = &field.default {
            return Some(default.clone());
        }
        if field.ty.is_optional() {
            return Some(Value::Missing);
        }
        let place = Place::Item {
            ty: &field.ty,
            range: None,
            sensitive: around || field.sensitive,
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
        let ty = self.ty(place).map(|(ty, range)| (ty.present(), range));
        if let Some((Ty::Geo, _)) = ty {
            self.whole = Some((place, true));
            return Some(Items::of(Place::Part(Part::Latitude)));
        }
        let Some((Ty::List(item), range)) = ty else {
            self.scalar(place, Scalar::Other("a list"));
            return None;
        };
        if self.too_deep(place) {
            return None;
        }
        if let Place::Input(id) = place {
            self.list = Some(id);
        }
        Some(Items::of(Place::Item {
            ty: item,
            range,
            sensitive: self.sensitive(place),
        }))
    }

    /// The place of the next item; after its value comes [`Binder::leave_item`].
    pub(crate) fn enter_item(&mut self, items: &mut Items<'b>) -> Place<'b> {
        let index = items.count;
        items.count += 1;
        if let Place::Part(_) = items.item {
            items.item = Place::Part(Part::of_list(index));
        } else {
            self.steps.push(Step::Index(index));
        }
        items.item
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
        if !matches!(items.item, Place::Part(_)) {
            self.steps.pop();
        }
    }

    /// Closes a list.
    pub(crate) fn close_list(&mut self, place: Place<'b>, items: Items<'b>) -> Option<Value> {
        if let Place::Part(_) = items.item {
            return self.close_pair(items);
        }
        let value = items.fits.then(|| Value::List(items.values.into()));
        self.settle(place, value)
    }

    /// Closes a list of latitude and longitude.
    fn close_pair(&mut self, items: Items<'b>) -> Option<Value> {
        let (whole, _) = self.whole.take()?;
        let value = match items.values.as_slice() {
            [lat, lon] if items.fits && items.count == 2 => place(lat, lon),
            _ => None,
        };
        if items.count != 2 {
            let expected = self.schema.expected(&Ty::Geo);
            let found = match items.count {
                _ if self.sensitive(whole) => HIDDEN.to_owned(),
                count => format!("a list of {count}"),
            };
            self.problem(whole, format!("expected {expected}, found {found}"));
        }
        if value.is_none() {
            self.mark_wrong(whole);
        }
        self.settle(whole, value)
    }
}

/// The type of `now`.
static INSTANT: Ty = Ty::DateTime;

/// A list whose items are being read.
#[derive(Debug)]
pub(crate) struct Items<'b> {
    item: Place<'b>,
    values: Vec<Value>,
    count: usize,
    fits: bool,
}

impl<'b> Items<'b> {
    fn of(item: Place<'b>) -> Self {
        Items {
            item,
            values: Vec::new(),
            count: 0,
            fits: true,
        }
    }
}
