//! JSON text straight into slots, guided by the schema: no tree is built on the way, and what does not belong is
//! validated and skipped.

#[cfg(test)]
mod tests;

use super::convert::Scalar;
use super::quick::{Around, Field, Takes};
use super::{Binder, Binding, Place};
use crate::engine::schema::Schema;
use crate::error::{Error, Problem};
use crate::value::Value;
use crate::value::json::{NotJson, Reader, Token, what_is_wrong};

/// Reads a JSON text into `place`; gives the value where that is no input. What does not fit is noted in the binding; the
/// error is for text that is not JSON.
pub(crate) fn bind_json(
    schema: &Schema,
    binding: &mut Binding,
    place: Place<'_>,
    text: &str,
) -> Result<Option<Value>, Error> {
    let mut data = Data {
        reader: Reader::new(text),
        binder: Binder::new(schema, &mut *binding),
    };
    let value = data.value(place);
    match value.and_then(|value| data.reader.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(NotJson) => {
            binding.problem(Problem::new("", what_is_wrong(text)));
            binding.check().map(|()| None)
        }
    }
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
        let around = Around::of(place, Some(&shape));
        let mut first = true;
        loop {
            if let Some(field) = self.binder.likely(around)
                && self.reader.key_is(&field.name, first)
            {
                self.likely(field)?;
            } else if let Some(key) = self.reader.key(first)? {
                match self.binder.enter(place, &mut shape, &key) {
                    Some(field) => {
                        let value = self.value(field)?;
                        self.binder.leave(&mut shape, value);
                    }
                    None => self.reader.skip()?,
                }
            } else {
                return Ok(self.binder.close(shape));
            }
            first = false;
        }
    }

    /// Takes the value of the field that came before in its place.
    #[inline]
    fn likely(&mut self, field: &'b Field) -> Result<(), NotJson> {
        if !self.binder.enter_input(field.id) {
            return self.reader.skip();
        }
        if !self.quick(field) {
            self.value(Place::Input(field.id))?;
        }
        Ok(())
    }

    /// Takes the value of an input, if it is written as most are; else nothing has been read.
    #[inline]
    fn quick(&mut self, field: &Field) -> bool {
        let before = self.reader.at();
        let (reader, binder) = (&mut self.reader, &mut self.binder);
        let taken = match field.takes {
            Takes::Bool => reader
                .bool()
                .is_some_and(|b| binder.binding.quick_bool(field, b)),
            Takes::Int(..) => reader
                .short_int()
                .is_some_and(|n| binder.binding.quick_int(field, n)),
            Takes::Member(_) | Takes::Text => reader
                .plain_string()
                .is_some_and(|text| binder.binding.quick_text(binder.schema, field, text)),
            Takes::None => false,
        };
        if !taken {
            self.reader.back(before);
        }
        taken
    }
}
