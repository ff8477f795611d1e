//! [`Context`]: what a decision is made on, validated, immutable, shareable; and its builder.

use super::bind::{Binding, OTHER_EVENTS, Place, bind_json, bind_serde};
use super::history::{History, nobody};
use super::profile::Profile;
use super::ruleset::Ruleset;
use crate::error::{Error, Problem};
use crate::eval::Inputs;
use crate::hir::Root;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// Fills a [`Context`].
///
/// Data may come in several calls; a field given by two of them is a problem. What does not fit is
/// reported by [`ContextBuilder::build`], all of it at once; the calls before it fail only for what can't be
/// read at all (text that is not JSON).
///
/// ```
/// use pervade::Ruleset;
/// let rules = Ruleset::from_text(
///     "ruleset demo context { age: int 0..=120 tier: enum { guest, gold } name: string? }",
/// )?;
/// let error = rules
///     .context()
///     .facts_json(r#"{ "age": 130, "tier": "glod", "size": 3 }"#)?
///     .build()
///     .unwrap_err();
/// let problems: Vec<String> = error.problems().iter().map(|p| p.to_string()).collect();
/// assert_eq!(problems, [
///     "age: 130 is outside 0..=120",
///     "tier: there is no member `glod`; did you mean `gold`?",
///     "size: there is no such field",
/// ]);
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct ContextBuilder {
    rules: Ruleset,
    binding: Binding,
}

impl ContextBuilder {
    pub(super) fn new(rules: Ruleset) -> Self {
        let inner = rules.inner();
        let inputs = Inputs::for_graph(&inner.graph);
        let binding = Binding::new(&inner.schema, inputs, false);
        ContextBuilder { rules, binding }
    }

    /// Lets unknown fields pass, wherever they are given.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo context { age: int }")?;
    /// let context = rules.context().lenient().json(r#"{ "age": 30, "shoe_size": 44 }"#)?;
    /// assert!(context.build().is_ok());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn lenient(mut self) -> Self {
        self.binding.lenient = true;
        self
    }

    /// The instant for which decisions are made. What is finer than a millisecond is dropped. Rules that do
    /// not ask for the time take it all the same.
    ///
    /// An instant beyond the years 1 to 9999 is a problem that [`ContextBuilder::build`] reports.
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo segment late = now >= 2026-03-06T18:00:00Z",
    /// )?;
    /// let late = rules.decision::<bool>("late")?;
    /// let now: DateTime<Utc> = "2026-03-06T18:30:00Z".parse().map_err(|_| "no instant").unwrap();
    /// assert!(late.decide(&rules.context().now(now).build()?)?.into_value());
    /// assert_eq!(rules.context().build().unwrap_err().problems()[0].path, "now");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn now(mut self, now: DateTime<Utc>) -> Self {
        let schema = self.rules.schema();
        if let Err(message) = self.binding.set_now(schema, now) {
            self.binding.problem(Problem::new("now", message));
            if let Some(id) = schema.now() {
                self.binding.mark_wrong(Place::Input(id));
            }
        }
        self
    }

    /// Fields of the context, from any serialisable value.
    ///
    /// # Errors
    /// The value refuses to be serialised.
    ///
    /// ```
    /// #[derive(serde::Serialize)]
    /// struct Facts { age: u8, tier: Option<&'static str> }
    ///
    /// let rules = pervade::Ruleset::from_text("ruleset demo context { age: int, tier: string? }")?;
    /// let context = rules.context().facts(&Facts { age: 30, tier: None })?.build()?;
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn facts<T: Serialize + ?Sized>(self, facts: &T) -> Result<Self, Error> {
        self.serde(Place::Top(Root::Context), facts)
    }

    /// Fields of the context, from a JSON object.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn facts_json(self, text: &str) -> Result<Self, Error> {
        self.read(Place::Top(Root::Context), text)
    }

    /// Fields of the touchpoint, from any serialisable value.
    ///
    /// # Errors
    /// The value refuses to be serialised.
    pub fn touchpoint<T: Serialize + ?Sized>(self, touchpoint: &T) -> Result<Self, Error> {
        self.serde(Place::Top(Root::Touchpoint), touchpoint)
    }

    /// Fields of the touchpoint, from a JSON object.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn touchpoint_json(self, text: &str) -> Result<Self, Error> {
        self.read(Place::Top(Root::Touchpoint), text)
    }

    /// Context and touchpoint in one JSON object: the fields of the context, `touchpoint`, and `now` where the
    /// time belongs to the data.
    ///
    /// # Errors
    /// The text is not JSON.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo context { age: int } touchpoint { channel: enum { web, kiosk } }",
    /// )?;
    /// let context = rules.context().json(r#"{ "age": 30, "touchpoint": { "channel": "web" } }"#)?.build()?;
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn json(self, text: &str) -> Result<Self, Error> {
        self.read(Place::Whole, text)
    }

    /// What the customer did. A clone of the history is kept, which shares its events.
    ///
    /// A history made for rules that declare other events is a problem that [`ContextBuilder::build`] reports.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo event visit { page: string } behaviour is_back = visit in last 7 days",
    /// )?;
    /// let now = "2026-03-06T18:00:00Z".parse().unwrap();
    /// let error = rules.context().now(now).build().unwrap_err();
    /// assert_eq!(error.problems()[0].path, "history");
    /// let context = rules.context().now(now).history(&rules.history()).build()?;
    /// assert!(!rules.decision::<bool>("is_back")?.decide(&context)?.into_value());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn history(mut self, history: &History) -> Self {
        if history.fits(&self.rules) {
            self.binding.set_teller(history.teller(&self.rules), None);
        } else {
            self.binding
                .set_teller(nobody(&self.rules.inner().graph), None);
            self.binding.problem(Problem::new("history", OTHER_EVENTS));
        }
        self
    }

    /// What the customer did, as a profile keeps it. A clone of the profile is kept, which shares everything.
    ///
    /// A profile made for rules that declare other events is a problem that [`ContextBuilder::build`] reports, and so is an
    /// instant for which it does not keep what the rules need.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo event visit { page: string } behaviour is_back = visit in last 7 days",
    /// )?;
    /// let now = "2026-03-06T18:00:00Z".parse().unwrap();
    /// let context = rules.context().now(now).profile(&rules.profile()).build()?;
    /// assert!(!rules.decision::<bool>("is_back")?.decide(&context)?.into_value());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn profile(mut self, profile: &Profile) -> Self {
        if profile.history().fits(&self.rules) {
            let teller = profile.history().teller(&self.rules);
            let horizon = profile.horizon(&self.rules);
            self.binding.set_teller(teller, horizon);
        } else {
            self = self.history(profile.history());
        }
        self
    }

    fn serde<T: Serialize + ?Sized>(mut self, place: Place<'_>, data: &T) -> Result<Self, Error> {
        bind_serde(self.rules.schema(), &mut self.binding, place, data)?;
        Ok(self)
    }

    fn read(mut self, place: Place<'_>, text: &str) -> Result<Self, Error> {
        bind_json(self.rules.schema(), &mut self.binding, place, text)?;
        Ok(self)
    }

    /// The slots, for readers of other formats.
    pub(super) fn binding(&mut self) -> &mut Binding {
        &mut self.binding
    }

    /// The context, if everything fits.
    ///
    /// # Errors
    /// Every problem with its path ([`Error::problems`]).
    pub fn build(mut self) -> Result<Context, Error> {
        self.binding.complete(self.rules.schema())?;
        Ok(Context(Arc::new(Whole {
            inputs: self.binding.into_inputs(),
            rules: self.rules,
        })))
    }
}

/// What a decision is made on: validated, immutable, cheap to clone and to share between threads.
///
/// ```
/// let rules = pervade::Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?;
/// let adult = rules.decision::<bool>("adult")?;
/// let context = rules.context().json(r#"{ "age": 30 }"#)?.build()?;
/// let again = context.clone();
/// assert!(std::thread::spawn(move || adult.decide(&again)).join().unwrap()?.into_value());
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone)]
pub struct Context(Arc<Whole>);

struct Whole {
    rules: Ruleset,
    inputs: Inputs,
}

impl Context {
    pub(crate) fn of(rules: Ruleset, inputs: Inputs) -> Self {
        Context(Arc::new(Whole { rules, inputs }))
    }

    /// The ruleset it belongs to.
    #[must_use]
    pub fn ruleset(&self) -> &Ruleset {
        &self.0.rules
    }

    /// The inputs of decisions. No stability promise.
    #[cfg(feature = "internals")]
    #[doc(hidden)]
    #[must_use]
    pub fn slots(&self) -> &Inputs {
        &self.0.inputs
    }

    pub(crate) fn inputs(&self) -> &Inputs {
        &self.0.inputs
    }

    pub(crate) fn rules(&self) -> &Ruleset {
        &self.0.rules
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("rules", &self.0.rules)
            .finish_non_exhaustive()
    }
}
