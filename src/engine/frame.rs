//! [`Frame`]: reusable slots and working memory, for decisions without allocation.

use super::bind::convert::hidden;
use super::bind::{Binding, OTHER_EVENTS, Place, bind_json, bind_serde};
use super::context::Context;
use super::history::History;
use super::profile::{Horizon, Profile};
use super::ruleset::Ruleset;
use super::slot::{Anything, Slot, SlotType, Target};
use crate::error::{Error, ErrorKind, Problem};
use crate::eval::{Inputs, Scratch};
use crate::hir::{Root, Ty};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::fmt;

/// Reusable slots and working memory: set fields, decide, set again.
///
/// What was set stays until it is set again, taken back or cleared. A decision on a frame in which
/// something required is missing is an error that names it. One frame a thread.
///
/// ```
/// use pervade::Ruleset;
/// let rules = Ruleset::from_text(
///     "ruleset demo
///      context { age: int 0..=120, tier: enum { guest, gold } = guest }
///      segment adult = age >= 18",
/// )?;
/// let adult = rules.decision::<bool>("adult")?;
/// let age = rules.slot::<i64>("age")?;
/// let tier = rules.slot::<pervade::Member>("tier")?;
/// let gold = rules.member("tier", "gold")?;
///
/// let mut frame = rules.frame();
/// assert_eq!(adult.decide_in(&mut frame).unwrap_err().problems()[0].path, "age");
/// frame.set(&tier, gold)?;
/// for (years, expected) in [(17, false), (18, true)] {
///     frame.set(&age, years)?;
///     assert_eq!(adult.decide_in(&mut frame)?.value()?, expected);
/// }
/// assert!(frame.set(&age, 121).is_err());
/// # Ok::<(), pervade::Error>(())
/// ```
pub struct Frame {
    pub(super) rules: Ruleset,
    pub(super) binding: Binding,
    pub(super) scratch: Scratch,
}

impl Frame {
    pub(super) fn new(rules: Ruleset) -> Self {
        let inner = rules.inner();
        let scratch = Scratch::new(&inner.graph);
        let binding = Binding::new(&inner.schema, Inputs::for_graph(&inner.graph), true);
        Frame {
            rules,
            binding,
            scratch,
        }
    }

    /// The ruleset it belongs to: that of the slots it takes, and of the decisions made in it.
    #[must_use]
    pub fn ruleset(&self) -> &Ruleset {
        &self.rules
    }

    /// Sets a field.
    ///
    /// # Errors
    /// The value lies outside the field's range, or the slot belongs to another ruleset. The field then
    /// keeps what it had.
    #[inline]
    pub fn set<T: SlotType + ?Sized>(
        &mut self,
        slot: &Slot<T>,
        value: T::Given<'_>,
    ) -> Result<(), Error> {
        let inner = self.rules.inner();
        if !inner.is(slot.rules) {
            return Err(foreign());
        }
        let target = Target {
            rules: slot.rules,
            schema: &inner.schema,
            binding: &mut self.binding,
            input: slot.input,
        };
        T::store(target, value).map_err(|message| {
            let input = inner.schema.input(slot.input);
            let message = match (input.sensitive, input.ty.present()) {
                // What is wrong with a member is the handle, and no value.
                (false, _) | (true, Ty::Enum(_)) => message,
                (true, ty) => hidden(&inner.schema, ty, input.range.as_ref()),
            };
            one_problem(&input.path, message)
        })
    }

    /// Sets the instant for which decisions are made. What is finer than a millisecond is dropped. Rules that
    /// do not ask for the time take it all the same.
    ///
    /// # Errors
    /// The instant lies beyond the years 1 to 9999; the frame then keeps the one it had.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo segment late = now >= 2026-03-06T18:00:00Z",
    /// )?;
    /// let late = rules.decision::<bool>("late")?;
    /// let mut frame = rules.frame();
    /// for (now, expected) in [("2026-03-06T17:59:59Z", false), ("2026-03-06T18:00:00Z", true)] {
    ///     let now: DateTime<Utc> = now.parse().map_err(|_| "no instant").unwrap();
    ///     frame.set_now(now)?;
    ///     assert_eq!(late.decide_in(&mut frame)?.value()?, expected);
    /// }
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn set_now(&mut self, now: DateTime<Utc>) -> Result<(), Error> {
        let set = self.binding.set_now(&self.rules.inner().schema, now);
        set.map_err(|message| one_problem("now", message.to_owned()))
    }

    /// Sets what the customer did. A clone of the history is kept, which shares its events, until another is set or the
    /// frame is cleared: an event added to the history meanwhile makes a copy of it.
    ///
    /// # Errors
    /// The history was made for rules that declare other events; the frame then keeps the one it had.
    pub fn set_history(&mut self, history: &History) -> Result<(), Error> {
        self.set_events(history, None)
    }

    /// Sets what the customer did, as a profile keeps it. A clone of the profile is kept, which shares everything, until
    /// another is set or the frame is cleared: an event observed meanwhile makes a copy of it.
    ///
    /// # Errors
    /// The profile was made for rules that declare other events; the frame then keeps the one it had.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo event visit { page: string } behaviour is_back = visit in last 7 days",
    /// )?;
    /// let mut frame = rules.frame();
    /// frame.set_now("2026-03-06T18:00:00Z".parse().unwrap())?;
    /// frame.set_profile(&rules.profile())?;
    /// assert!(!rules.decision::<bool>("is_back")?.decide_in(&mut frame)?.value()?);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn set_profile(&mut self, profile: &Profile) -> Result<(), Error> {
        self.set_events(profile.history(), profile.horizon(&self.rules))
    }

    fn set_events(&mut self, history: &History, horizon: Option<Horizon>) -> Result<(), Error> {
        if !history.fits(&self.rules) {
            return Err(one_problem("history", OTHER_EVENTS.to_owned()));
        }
        self.binding
            .set_teller(history.teller(&self.rules), horizon);
        Ok(())
    }

    /// Sets a field of any type, a list or a whole record too, from a serialisable value.
    ///
    /// # Errors
    /// The slot belongs to another ruleset; or every problem with the value, with its path: then the frame
    /// decides nothing until it is cleared.
    pub fn set_data<T: Serialize + ?Sized>(
        &mut self,
        slot: &Slot<Anything>,
        value: &T,
    ) -> Result<(), Error> {
        let inner = self.rules.inner();
        if !inner.is(slot.rules) {
            return Err(foreign());
        }
        self.binding.take_back(&inner.schema, slot.input);
        bind_serde(
            &inner.schema,
            &mut self.binding,
            Place::Input(slot.input),
            value,
        )?;
        self.binding.check()
    }

    /// Takes a field back, or a record with all its fields: then its default counts, or it is missing.
    ///
    /// # Errors
    /// The slot belongs to another ruleset. (That something required is missing is said when deciding.)
    pub fn set_missing<T: ?Sized>(&mut self, slot: &Slot<T>) -> Result<(), Error> {
        let inner = self.rules.inner();
        if !inner.is(slot.rules) {
            return Err(foreign());
        }
        self.binding.take_back(&inner.schema, slot.input);
        Ok(())
    }

    /// Takes everything back.
    pub fn clear(&mut self) {
        self.binding.clear();
    }

    /// Lets unknown fields pass in [`Frame::facts`], [`Frame::touchpoint`] and [`Frame::json`].
    pub fn lenient(&mut self, lenient: bool) {
        self.binding.lenient = lenient;
    }

    /// Sets fields of the context from any serialisable value; those it does not name keep what they had.
    ///
    /// # Errors
    /// Every problem with its path. The frame then decides nothing until it is cleared.
    pub fn facts<T: Serialize + ?Sized>(&mut self, facts: &T) -> Result<(), Error> {
        let schema = self.rules.schema();
        bind_serde(schema, &mut self.binding, Place::Top(Root::Context), facts)?;
        self.binding.check()
    }

    /// Sets fields of the touchpoint from any serialisable value; those it does not name keep what they had.
    ///
    /// # Errors
    /// Every problem with its path. The frame then decides nothing until it is cleared.
    pub fn touchpoint<T: Serialize + ?Sized>(&mut self, touchpoint: &T) -> Result<(), Error> {
        let schema = self.rules.schema();
        bind_serde(
            schema,
            &mut self.binding,
            Place::Top(Root::Touchpoint),
            touchpoint,
        )?;
        self.binding.check()
    }

    /// Sets fields from one JSON object, the touchpoint's under `touchpoint`, the time under `now`; those it
    /// does not name keep what they had.
    ///
    /// # Errors
    /// Every problem with its path. The frame then decides nothing until it is cleared.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?;
    /// let adult = rules.decision::<bool>("adult")?;
    /// let mut frame = rules.frame();
    /// for (line, expected) in [(r#"{"age": 17}"#, false), (r#"{"age": 18}"#, true)] {
    ///     frame.clear();
    ///     frame.json(line)?;
    ///     assert_eq!(adult.decide_in(&mut frame)?.value()?, expected);
    /// }
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn json(&mut self, text: &str) -> Result<(), Error> {
        bind_json(self.rules.schema(), &mut self.binding, Place::Whole, text)?;
        self.binding.check()
    }

    /// The slots, for readers of other formats that belong to `rules`.
    pub(super) fn binding_of(&mut self, rules: &Ruleset) -> Result<&mut Binding, Error> {
        if self.rules.inner().is(rules.inner().id()) {
            return Ok(&mut self.binding);
        }
        Err(foreign())
    }

    /// What is set now, as a context of its own.
    ///
    /// # Errors
    /// Something required is missing.
    pub fn context(&mut self) -> Result<Context, Error> {
        self.binding.complete(self.rules.schema())?;
        Ok(Context::of(
            self.rules.clone(),
            self.binding.inputs().clone(),
        ))
    }
}

fn one_problem(path: &str, message: String) -> Error {
    ErrorKind::Context {
        problems: vec![Problem::new(path, message)],
        left_out: 0,
    }
    .into()
}

pub(super) fn foreign() -> Error {
    Error::slot(
        "",
        "this slot belongs to another ruleset: take slots from the ruleset of the frame",
    )
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}
