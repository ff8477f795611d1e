//! [`Slot`]: a handle to one field, typed and tied to its ruleset; [`Member`]: a member of an enum.

use super::bind::Binding;
use super::bind::convert::{decimal_in, int_in, member};
use super::ruleset::Ruleset;
use super::schema::Schema;
use crate::error::Error;
use crate::eval::Inputs;
use crate::hir::{EnumId, Input, InputId, Ty};
use crate::value::decimal;
use rust_decimal::Decimal;
use std::fmt;
use std::marker::PhantomData;

/// A handle to one field of the context or the touchpoint. From [`Ruleset::slot`].
///
/// `T` is the type the field is set by: `bool`, `i64`, [`Decimal`], `str`, [`Member`]; or
/// [`Anything`](crate::Anything) for fields of any type.
pub struct Slot<T: ?Sized> {
    pub(super) rules: u64,
    pub(super) input: InputId,
    ty: PhantomData<fn(&T)>,
}

impl<T: ?Sized> Clone for Slot<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Slot<T> {}

impl<T: ?Sized> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slot({})", self.input.index())
    }
}

impl<T: SlotType + ?Sized> Slot<T> {
    pub(super) fn new(rules: &Ruleset, input: InputId) -> Result<Self, Error> {
        let schema = &rules.inner().schema;
        let declared = schema.input(input);
        if !T::fits(declared.ty.present()) {
            let ty = schema.program.type_name(&declared.ty);
            let message = format!(
                "`{}` is `{ty}`: ask for a slot of {}",
                declared.path,
                wanted(&declared.ty)
            );
            return Err(Error::slot(&declared.path, message));
        }
        Ok(Slot {
            rules: rules.inner().id(),
            input,
            ty: PhantomData,
        })
    }
}

/// The Rust type that sets a field of that type.
fn wanted(ty: &Ty) -> &'static str {
    match ty.present() {
        Ty::Bool => "`bool`",
        Ty::Int => "`i64`",
        Ty::Decimal => "`Decimal`",
        Ty::Text => "`str`",
        Ty::Enum(_) => "`Member`",
        _ => "`Anything`",
    }
}

/// The types that [`Slot`]s can have. Sealed: this crate implements it for all there are.
pub trait SlotType: sealed::Sealed {
    /// What [`Frame::set`](crate::Frame::set) takes.
    type Given<'a>;

    #[doc(hidden)]
    fn fits(ty: &Ty) -> bool;

    #[doc(hidden)]
    fn store(to: Target<'_>, given: Self::Given<'_>) -> Result<(), String>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for bool {}
    impl Sealed for i64 {}
    impl Sealed for rust_decimal::Decimal {}
    impl Sealed for str {}
    impl Sealed for super::Member {}
    impl Sealed for super::Anything {}
}

/// Where a slot's value goes.
#[doc(hidden)]
pub struct Target<'a> {
    pub(super) rules: u64,
    pub(super) schema: &'a Schema,
    pub(super) binding: &'a mut Binding,
    pub(super) input: InputId,
}

impl Target<'_> {
    fn declared(&self) -> &Input {
        self.schema.input(self.input)
    }

    fn slot(&mut self) -> &mut Inputs {
        self.binding.slot(self.schema, self.input)
    }
}

impl SlotType for bool {
    type Given<'a> = bool;
    fn fits(ty: &Ty) -> bool {
        *ty == Ty::Bool
    }
    fn store(mut to: Target<'_>, given: bool) -> Result<(), String> {
        let input = to.input;
        to.slot().set_bool(input, given);
        Ok(())
    }
}

impl SlotType for i64 {
    type Given<'a> = i64;
    fn fits(ty: &Ty) -> bool {
        *ty == Ty::Int
    }
    fn store(mut to: Target<'_>, given: i64) -> Result<(), String> {
        let given = int_in(given, to.declared().range.as_ref())?;
        let input = to.input;
        to.slot().set_int(input, given);
        Ok(())
    }
}

impl SlotType for Decimal {
    type Given<'a> = Decimal;
    fn fits(ty: &Ty) -> bool {
        *ty == Ty::Decimal
    }
    fn store(mut to: Target<'_>, given: Decimal) -> Result<(), String> {
        let given = decimal_in(decimal::normalise(given), to.declared().range.as_ref())?;
        let input = to.input;
        to.slot().set_decimal(input, given);
        Ok(())
    }
}

impl SlotType for str {
    type Given<'a> = &'a str;
    fn fits(ty: &Ty) -> bool {
        *ty == Ty::Text
    }
    fn store(mut to: Target<'_>, given: &str) -> Result<(), String> {
        let input = to.input;
        to.slot().set_text(input, given);
        Ok(())
    }
}

impl SlotType for Member {
    type Given<'a> = Member;
    fn fits(ty: &Ty) -> bool {
        matches!(ty, Ty::Enum(_))
    }
    fn store(mut to: Target<'_>, given: Member) -> Result<(), String> {
        if given.rules != to.rules {
            return Err("this member belongs to another ruleset".to_owned());
        }
        if *to.declared().ty.present() != Ty::Enum(given.of) {
            let name = &to.schema.program.enumeration(given.of).name;
            return Err(format!(
                "this is a member of `{name}`, another enum than the field's"
            ));
        }
        let input = to.input;
        to.slot().set_member(input, given.index);
        Ok(())
    }
}

/// Marks a slot of any type, lists and records too, which is set by serialisable values
/// ([`Frame::set_data`](crate::Frame::set_data)).
///
/// ```
/// use pervade::{Anything, Ruleset};
/// let rules = Ruleset::from_text("ruleset demo context { sizes: list<int> } segment big = 44 in sizes")?;
/// let (big, sizes) = (rules.decision::<bool>("big")?, rules.slot::<Anything>("sizes")?);
/// let mut frame = rules.frame();
/// frame.set_data(&sizes, &[38, 44])?;
/// assert!(big.decide_in(&mut frame)?.value()?);
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Anything {}

impl SlotType for Anything {
    /// Nothing: it is set by [`Frame::set_data`](crate::Frame::set_data).
    type Given<'a> = std::convert::Infallible;
    fn fits(_: &Ty) -> bool {
        true
    }
    fn store(_: Target<'_>, given: std::convert::Infallible) -> Result<(), String> {
        match given {}
    }
}

/// A member of an enum. From [`Ruleset::member`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    rules: u64,
    of: EnumId,
    index: u32,
}

impl Member {
    pub(super) fn new(rules: &Ruleset, enumeration: &str, name: &str) -> Result<Self, Error> {
        let inner = rules.inner();
        let Some(of) = inner.schema.enumeration(enumeration) else {
            let enums = inner.schema.program.enums().iter().map(|e| e.name.as_str());
            let near = crate::diagnostic::nearest(enumeration, enums);
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            return Err(Error::slot(
                enumeration,
                format!("there is no enum `{enumeration}`{near}"),
            ));
        };
        let index = member(&inner.schema, of, name)
            .map_err(|why| Error::slot(enumeration, format!("`{enumeration}`: {why}")))?;
        Ok(Member {
            rules: inner.id(),
            of,
            index,
        })
    }
}
