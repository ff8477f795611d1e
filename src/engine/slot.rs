//! [`Slot`]: a handle to one field, typed and tied to its ruleset; [`Member`]: a member of an enum.

use super::bind::Binding;
use super::bind::convert::{decimal_in, int_in, member};
use super::bind::quick::Takes;
use super::ruleset::Ruleset;
use super::schema::Schema;
use crate::error::Error;
use crate::eval::Inputs;
use crate::hir::{EnumId, Input, InputId, NEVER, Ty};
use crate::value::zone::{self, Zone};
use crate::value::{calendar, decimal};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use rust_decimal::Decimal;
use std::fmt;
use std::marker::PhantomData;

/// A handle to one field of the context or the touchpoint. From [`Ruleset::slot`].
///
/// `T` is the type the field is set by; [`Anything`](crate::Anything) is for fields of any type.
///
/// | field | `T` |
/// |---|---|
/// | `bool` | `bool` |
/// | `int`; `distance` in metres | `i64` |
/// | `decimal`, `money` | [`Decimal`] |
/// | `string` | `str` |
/// | `enum` | [`Member`] |
/// | `date` | [`chrono::NaiveDate`] |
/// | `time` | [`chrono::NaiveTime`] |
/// | `datetime` | [`chrono::DateTime<Utc>`](chrono::DateTime) |
/// | `duration`, `elapsed` | [`chrono::TimeDelta`] |
/// | `timezone` | [`Zone`](crate::Zone) |
///
/// What is finer than a millisecond is dropped.
///
/// ```
/// use chrono::{NaiveDate, NaiveTime, TimeDelta};
/// use pervade::{Decimal, Ruleset, Zone};
/// let rules = Ruleset::from_text(
///     "ruleset demo
///      context { born: date, opens: time, visit: duration, fee: money<GBP>, home: timezone }
///      segment early = born < 2000-01-01 and opens < 09:00 and visit > 30 minutes and fee > 5 GBP",
/// )?;
/// let early = rules.decision::<bool>("early")?;
/// let mut frame = rules.frame();
/// frame.set(&rules.slot::<NaiveDate>("born")?, NaiveDate::from_ymd_opt(1999, 12, 31).unwrap())?;
/// frame.set(&rules.slot::<NaiveTime>("opens")?, NaiveTime::from_hms_opt(8, 30, 0).unwrap())?;
/// frame.set(&rules.slot::<TimeDelta>("visit")?, TimeDelta::minutes(31))?;
/// frame.set(&rules.slot::<Decimal>("fee")?, Decimal::new(501, 2))?;
/// frame.set(&rules.slot::<Zone>("home")?, Zone::find("Europe/London").unwrap())?;
/// assert!(early.decide_in(&mut frame)?.value()?);
/// let error = rules.slot::<NaiveTime>("born").unwrap_err();
/// assert_eq!(error.to_string(), "`born` is `date`: ask for a slot of `NaiveDate`");
/// # Ok::<(), pervade::Error>(())
/// ```
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
        Ty::Int | Ty::Distance => "`i64`",
        Ty::Decimal | Ty::Money(_) => "`Decimal`",
        Ty::Text => "`str`",
        Ty::Date => "`NaiveDate`",
        Ty::Time => "`NaiveTime`",
        Ty::DateTime => "`DateTime<Utc>`",
        Ty::Duration | Ty::Elapsed => "`TimeDelta`",
        Ty::Zone => "`Zone`",
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
    impl Sealed for chrono::NaiveDate {}
    impl Sealed for chrono::NaiveTime {}
    impl Sealed for chrono::DateTime<chrono::Utc> {}
    impl Sealed for chrono::TimeDelta {}
    impl Sealed for crate::value::zone::Zone {}
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
        self.binding.slot(self.input)
    }
}

impl SlotType for bool {
    type Given<'a> = bool;
    fn fits(ty: &Ty) -> bool {
        *ty == Ty::Bool
    }
    #[inline]
    fn store(mut to: Target<'_>, given: bool) -> Result<(), String> {
        let input = to.input;
        to.slot().set_bool(input, given);
        Ok(())
    }
}

impl SlotType for i64 {
    type Given<'a> = i64;
    fn fits(ty: &Ty) -> bool {
        matches!(ty, Ty::Int | Ty::Distance)
    }
    #[inline]
    fn store(mut to: Target<'_>, given: i64) -> Result<(), String> {
        let field = to.schema.field(to.input);
        if field.is_some_and(|field| to.binding.quick_int(field, given)) {
            return Ok(());
        }
        let given = int_in(given, to.declared().range.as_ref())?;
        let input = to.input;
        to.slot().set_int(input, given);
        Ok(())
    }
}

impl SlotType for Decimal {
    type Given<'a> = Decimal;
    fn fits(ty: &Ty) -> bool {
        ty.is_decimal()
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
    #[inline]
    fn store(to: Target<'_>, given: Member) -> Result<(), String> {
        if given.rules != to.rules {
            return Err("this member belongs to another ruleset".to_owned());
        }
        match to.schema.field(to.input) {
            Some(field) if field.takes == Takes::Member(given.of) => {
                to.binding.quick_member(field, given.index);
                Ok(())
            }
            _ => {
                let name = &to.schema.program.enumeration(given.of).name;
                Err(format!(
                    "this is a member of `{name}`, another enum than the field's"
                ))
            }
        }
    }
}

impl Target<'_> {
    fn set_int(mut self, value: i64) {
        let input = self.input;
        self.slot().set_int(input, value);
    }
}

/// What is said of dates and instants that no rule could calculate with.
fn beyond(given: impl fmt::Display) -> String {
    format!("{given} lies outside the years 1 to 9999")
}

impl SlotType for NaiveDate {
    type Given<'a> = NaiveDate;
    fn fits(ty: &Ty) -> bool {
        *ty == Ty::Date
    }
    fn store(to: Target<'_>, given: NaiveDate) -> Result<(), String> {
        let days = i64::from(given.to_epoch_days());
        if !calendar::is_date(days) {
            return Err(beyond(given));
        }
        to.set_int(days);
        Ok(())
    }
}

impl SlotType for NaiveTime {
    type Given<'a> = NaiveTime;
    fn fits(ty: &Ty) -> bool {
        *ty == Ty::Time
    }
    fn store(to: Target<'_>, given: NaiveTime) -> Result<(), String> {
        if given.nanosecond() >= 1_000_000_000 {
            return Err(format!("{given}: leap seconds are not counted"));
        }
        let seconds = i64::from(given.num_seconds_from_midnight());
        to.set_int(seconds * 1_000 + i64::from(given.nanosecond() / 1_000_000));
        Ok(())
    }
}

impl SlotType for DateTime<Utc> {
    type Given<'a> = DateTime<Utc>;
    fn fits(ty: &Ty) -> bool {
        *ty == Ty::DateTime
    }
    fn store(to: Target<'_>, given: DateTime<Utc>) -> Result<(), String> {
        let ms = given.timestamp_millis();
        if !calendar::is_instant(ms) {
            return Err(beyond(given));
        }
        to.set_int(ms);
        Ok(())
    }
}

impl SlotType for TimeDelta {
    type Given<'a> = TimeDelta;
    fn fits(ty: &Ty) -> bool {
        matches!(ty, Ty::Duration | Ty::Elapsed)
    }
    fn store(to: Target<'_>, given: TimeDelta) -> Result<(), String> {
        let towards_zero = given.num_milliseconds();
        let finer = given.subsec_nanos() % 1_000_000 < 0;
        let ms = towards_zero - i64::from(finer);
        if ms == NEVER && to.declared().ty.present() == &Ty::Elapsed {
            return Err("this duration is too long".to_owned());
        }
        to.set_int(ms);
        Ok(())
    }
}

impl SlotType for Zone {
    type Given<'a> = Zone;
    fn fits(ty: &Ty) -> bool {
        *ty == Ty::Zone
    }
    fn store(mut to: Target<'_>, given: Zone) -> Result<(), String> {
        let input = to.input;
        // Each zone has its name, and each name its zone.
        let zone = zone::find(given.name()).unwrap_or_default();
        to.slot().set_member(input, zone);
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
