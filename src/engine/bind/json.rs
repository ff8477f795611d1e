//! JSON text straight into slots, guided by the schema: no tree is built on the way, and what does not belong is
//! validated and skipped.

mod reader;

#[cfg(test)]
mod tests;

use super::convert::Scalar;
use super::quick::Takes;
use super::{Binder, Binding, Place, Shape};
use crate::engine::schema::Schema;
use crate::error::{Error, Problem};
use crate::hir::InputId;
use crate::value::Value;
use reader::{NotJson, Reader, Token};

/// Reads a JSON text into `place`. What does not fit is noted in the binding; the error is for text
/// that is not JSON.
pub(crate) fn bind_json(
    schema: &Schema,
    binding: &mut Binding,
    place: Place<'_>,
    text: &str,
) -> Result<(), Error> {
    let mut data = Data {
        reader: Reader::new(text),
        binder: Binder::new(schema, &mut *binding),
    };
    let read = data.value(place).and_then(|_| data.reader.end());
    if let Err(NotJson) = read {
        binding.problem(Problem::new("", reader::what_is_wrong(text)));
        return binding.check();
    }
    Ok(())
}

/// A text, and where what it says goes.
struct Data<'t, 'b> {
    reader: Reader<'t>,
    binder: Binder<'b>,
}

impl<'b> Data<'_, 'b> {
    /// Reads what belongs to a place. Recursion is as deep as the schema, and in lists bounded by the binder.
    fn value(&mut self, place: Place<'b>) -> Result<Option<Value>, NotJson> {
        let token = self.reader.token()?;
        let scalar = match &token {
            Token::Record => return self.record(place),
            Token::List => return self.list(place),
            Token::Null => Scalar::Missing,
            Token::Bool(value) => Scalar::Bool(*value),
            Token::Number(text) => Scalar::Number(text),
            Token::Text(text) => Scalar::Text(text),
        };
        Ok(self.binder.scalar(place, scalar))
    }

    fn list(&mut self, place: Place<'b>) -> Result<Option<Value>, NotJson> {
        let Some(mut items) = self.binder.open_list(place) else {
            return self.reader.skip_rest(&Token::List).map(|()| None);
        };
        let mut first = true;
        while self.reader.item(first)? {
            first = false;
            let item = self.binder.enter_item(&mut items);
            let value = self.value(item)?;
            self.binder.leave_item(&mut items, value);
        }
        Ok(self.binder.close_list(place, items))
    }

    fn record(&mut self, place: Place<'b>) -> Result<Option<Value>, NotJson> {
        let Some(mut shape) = self.binder.open(place) else {
            return self.reader.skip_rest(&Token::Record).map(|()| None);
        };
        let mut first = true;
        while let Some(field) = self.field(place, &mut shape, first)? {
            first = false;
            match field {
                Some(Place::Input(id)) if self.quick(id) => {}
                Some(field) => {
                    let value = self.value(field)?;
                    self.binder.leave(&mut shape, value);
                }
                None => self.reader.skip()?,
            }
        }
        Ok(self.binder.close(shape))
    }

    /// The place of the next field, if the record goes on; none for what belongs nowhere.
    #[inline]
    fn field(
        &mut self,
        place: Place<'b>,
        shape: &mut Shape<'b>,
        first: bool,
    ) -> Result<Option<Option<Place<'b>>>, NotJson> {
        if let Some((id, name)) = self.binder.likely(place, shape)
            && self.reader.key_is(name, first)
        {
            let fresh = self.binder.enter_input(id);
            return Ok(Some(fresh.then_some(Place::Input(id))));
        }
        let key = self.reader.key(first)?;
        Ok(key.map(|key| self.binder.enter(place, shape, &key)))
    }

    /// Takes the value of an input, if it is written as most are; else nothing has been read.
    #[inline]
    fn quick(&mut self, id: InputId) -> bool {
        let before = self.reader.at();
        let scalar = match self.binder.takes(id) {
            Takes::Bool => self.reader.bool().map(Scalar::Bool),
            Takes::Int(..) => self.reader.short_int().map(|n| Scalar::Int(n.into())),
            Takes::Member(_) | Takes::Text => self.reader.plain_string().map(Scalar::Text),
            Takes::None => None,
        };
        let taken = scalar.is_some_and(|scalar| self.binder.quick(id, scalar));
        if !taken {
            self.reader.back(before);
        }
        taken
    }
}
