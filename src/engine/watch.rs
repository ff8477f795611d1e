//! [`Watch`]: several definitions looked at together: what they give, until when, and what has changed.

use super::context::Context;
use super::decide::overflow;
use super::describe::{is_hidden, undecidable};
use super::lease::{Given, Stand, stand};
use super::output::{is_shallow, read};
use super::ruleset::Ruleset;
use crate::diagnostic::nearest;
use crate::error::Error;
use crate::eval::View;
use crate::hir::{Def, DefId, DefKind, Ty};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::Arc;

/// Looks at several definitions together, so that a host acts when something changes instead of asking again and again:
/// when nothing happens, at the instant that [`Look::valid_until`] gives; when something happens, for what
/// [`Look::changed_since`] names. From [`Ruleset::watch`] and [`Ruleset::watch_only`]; cheap to clone, shared between threads.
///
/// A host keeps for each customer the last look and one wake-up:
///
/// ```
/// use chrono::{DateTime, Utc};
/// use pervade::{Look, Profile, Ruleset};
///
/// let rules = Ruleset::from_text(
///     "ruleset shop
///      event checkout { basket: money<GBP> }
///      event bought   { paid: money<GBP> }
///      behaviour abandoned = (checkout then no bought within 30 minutes) in last 1 day
///      decision banner -> string {
///          when abandoned => \"your basket is still here\"
///          otherwise      => \"hello\"
///      }",
/// )?;
/// let watch = rules.watch();
/// let look = |profile: &Profile, now: DateTime<Utc>| -> Result<Look, pervade::Error> {
///     watch.look(&rules.context().now(now).profile(profile).build()?)
/// };
///
/// let mut profile = rules.profile();
/// let mut now: DateTime<Utc> = "2026-03-06T18:00:00Z".parse().unwrap();
/// let before = look(&profile, now)?;
/// profile.observe_json(r#"{ "id": "c1", "type": "checkout", "at": "2026-03-06T18:00:00Z", "basket": "30" }"#)?;
/// let mut last = look(&profile, now)?;
/// assert!(last.changed_since(&before)?.is_empty());
///
/// let mut told = Vec::new();
/// while let Some(wake_up) = last.valid_until() { // here a host sleeps, or puts it in its queue
///     now = wake_up;
///     let new = look(&profile, now)?;
///     for name in new.changed_since(&last)? {
///         told.push(format!("{now:?} {name}"));
///     }
///     last = new;
/// }
/// assert_eq!(told, [
///     "2026-03-06T18:30:00Z abandoned", "2026-03-06T18:30:00Z banner",
///     "2026-03-07T18:30:00Z abandoned", "2026-03-07T18:30:00Z banner",
/// ]);
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone)]
pub struct Watch {
    rules: Ruleset,
    defs: Arc<[DefId]>,
}

/// What the definitions of a [`Watch`] gave at one instant, and until when that stands. Stands on its own: it holds on to
/// no context and no profile.
///
/// One that overflows is [`Standing::overflows`], and hides no other.
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      context { visits: int }
///      segment regular = visits > 4
///      score points { when visits * 4_000_000_000 > 0 => +20 }",
/// )?;
/// let context = rules.context().json(r#"{ "visits": 4000000000 }"#)?.build()?;
/// let look = rules.watch().look(&context)?;
/// assert!(look.standing("regular")?.value::<bool>()?);
/// assert!(look.standing("points")?.overflows());
/// assert_eq!(look.valid_until(), None); // time changes none of them
/// # Ok::<(), pervade::Error>(())
/// ```
pub struct Look {
    watch: Watch,
    stands: Vec<Stand>,
}

/// What one definition gave, and until when that stands. From [`Look::standing`] and [`Look::standings`].
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      event visit { page: string }
///      behaviour visits = count visit in last 7 days",
/// )?;
/// let mut profile = rules.profile();
/// profile.observe_json(r#"{ "id": "a", "type": "visit", "at": "2026-03-01T10:00:00Z", "page": "home" }"#)?;
/// let now = "2026-03-04T00:00:00Z".parse().unwrap();
/// let look = rules.watch().look(&rules.context().now(now).profile(&profile).build()?)?;
/// let visits = look.standing("visits")?;
/// assert_eq!(visits.value::<i64>()?, 1);
/// assert_eq!(visits.valid_until(), Some("2026-03-08T10:00:00Z".parse().unwrap()));
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Standing<'l> {
    look: &'l Look,
    def: DefId,
    stand: &'l Stand,
}

impl Watch {
    /// All that can be decided without arguments, but for named values (`let`), elapsed times, which run with the clock,
    /// and what is never handed out.
    pub(super) fn all(rules: &Ruleset) -> Watch {
        let (inner, program) = (rules.inner(), &*rules.schema().program);
        let watched = |(def, id): &(&Def, DefId)| {
            undecidable(def).is_none()
                && is_shallow(program, &def.ty)
                && !is_hidden(def)
                && !matches!(def.kind, DefKind::Let(_))
                && *def.ty.present() != Ty::Elapsed
                && !inner.hidden().is_sensitive(*id)
        };
        let defs = program.declared().iter().zip((0..).map(DefId));
        Watch {
            rules: rules.clone(),
            defs: defs.filter(watched).map(|(_, id)| id).collect(),
        }
    }

    /// Those of these names.
    pub(super) fn only(
        rules: &Ruleset,
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Watch, Error> {
        let mut defs = Vec::new();
        for name in names {
            let name = name.as_ref();
            let def = rules.named(name)?;
            let program = &*rules.schema().program;
            if !is_shallow(program, &program.def(def).ty) {
                let message =
                    format!("`{name}` gives lists and records too many levels deep to be watched");
                return Err(Error::handle(name, message));
            }
            defs.push(def);
        }
        defs.sort_unstable();
        defs.dedup();
        Ok(Watch {
            rules: rules.clone(),
            defs: defs.into(),
        })
    }

    /// The names of what is looked at, in the order of their declarations.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo
    ///      event visit { page: string }
    ///      let few = 3
    ///      behaviour visits = count visit in last 7 days
    ///      behaviour away = time since last visit
    ///      segment regular = visits > few",
    /// )?;
    /// assert_eq!(rules.watch().names().collect::<Vec<_>>(), ["visits", "regular"]);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let inner = self.rules.inner();
        self.defs.iter().map(|def| inner.def_name(*def))
    }

    /// Decides all of it on a context, and finds until when each stands if nothing new happens.
    ///
    /// It costs, for each definition, a decision and those that [`Decision::valid_until`](crate::Decision::valid_until)
    /// makes.
    ///
    /// # Errors
    /// The context belongs to another ruleset.
    pub fn look(&self, context: &Context) -> Result<Look, Error> {
        let inner = self.rules.inner();
        if !inner.is(context.rules().inner().id()) {
            let name = self.rules.name();
            let message = format!(
                "the context belongs to another ruleset than the watch of `{name}`: make it from the same one"
            );
            return Err(Error::handle(name, message));
        }
        let mut inputs = context.inputs().clone();
        let stands = inner.with_scratch(|scratch| {
            let defs = self.defs.iter();
            defs.map(|def| stand(inner, *def, &mut inputs, scratch))
                .collect()
        });
        Ok(Look {
            watch: self.clone(),
            stands,
        })
    }
}

impl Look {
    /// The first instant at which any of it may be otherwise if the customer does nothing: when to look again. Never too
    /// late. `None` where time alone changes nothing any more.
    #[must_use]
    pub fn valid_until(&self) -> Option<DateTime<Utc>> {
        self.standings().filter_map(|s| s.valid_until()).min()
    }

    /// The names of what may be otherwise at [`Look::valid_until`].
    #[must_use]
    pub fn next(&self) -> Vec<&str> {
        let until = self.valid_until();
        let ending = self.standings().filter(|s| s.valid_until() == until);
        ending
            .filter(|_| until.is_some())
            .map(|s| s.name())
            .collect()
    }

    /// The names of what differs from an earlier look (or a later one): the value, the rule that gave it or its reason, or
    /// whether it overflows.
    ///
    /// # Errors
    /// The other look is one at other definitions, or of another ruleset.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo event visit { page: string } behaviour is_back = visit in last 7 days",
    /// )?;
    /// let (watch, now) = (rules.watch(), "2026-03-04T00:00:00Z".parse().unwrap());
    /// let mut profile = rules.profile();
    /// let before = watch.look(&rules.context().now(now).profile(&profile).build()?)?;
    /// profile.observe_json(r#"{ "id": "a", "type": "visit", "at": "2026-03-04T00:00:00Z", "page": "home" }"#)?;
    /// let look = watch.look(&rules.context().now(now).profile(&profile).build()?)?;
    /// assert_eq!(look.changed_since(&before)?, ["is_back"]);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn changed_since(&self, other: &Look) -> Result<Vec<&str>, Error> {
        let rules = &self.watch.rules;
        let same_rules = rules.inner().is(other.watch.rules.inner().id());
        if !same_rules || self.watch.defs != other.watch.defs {
            let what = if same_rules { "watch" } else { "ruleset" };
            let message = format!(
                "the other look is of another {what}: compare looks of one, and look again where it has been replaced"
            );
            return Err(Error::handle(rules.name(), message));
        }
        let both = self.standings().zip(&other.stands);
        let changed = both.filter(|(standing, other)| !standing.stand.given.is(&other.given));
        Ok(changed.map(|(standing, _)| standing.name()).collect())
    }

    /// What the definition of that name gave.
    ///
    /// # Errors
    /// The watch does not look at anything of that name.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?;
    /// let look = rules.watch().look(&rules.context().json(r#"{ "age": 30 }"#)?.build()?)?;
    /// let error = look.standing("adults").unwrap_err();
    /// assert_eq!(error.to_string(), "the watch does not look at `adults`; did you mean `adult`?");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn standing(&self, name: &str) -> Result<Standing<'_>, Error> {
        self.standings().find(|s| s.name() == name).ok_or_else(|| {
            let near = nearest(name, self.watch.names());
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            Error::handle(name, format!("the watch does not look at `{name}`{near}"))
        })
    }

    /// What each of them gave, in the order of their declarations.
    pub fn standings(&self) -> impl Iterator<Item = Standing<'_>> {
        let all = self.watch.defs.iter().zip(&self.stands);
        all.map(|(def, stand)| Standing {
            look: self,
            def: *def,
            stand,
        })
    }
}

impl<'l> Standing<'l> {
    /// The name of the definition.
    #[must_use]
    pub fn name(&self) -> &'l str {
        self.look.watch.rules.inner().def_name(self.def)
    }

    /// What it gave; as a `serde_json::Value`, whatever its type is.
    ///
    /// # Errors
    /// It overflowed ([`ErrorKind::Evaluation`](crate::ErrorKind::Evaluation)); or `T` does not take its value.
    pub fn value<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let (inner, name) = (self.look.watch.rules.inner(), self.name());
        let answer = match &self.stand.given {
            Given::Answer(answer) => answer,
            Given::Overflow(fault) => return Err(overflow(inner, self.def, *fault)),
            Given::TooLarge => {
                let message = format!("what `{name}` gives is too large to be kept in a look");
                return Err(Error::handle(name, message));
            }
        };
        let program = &inner.schema.program;
        let ty = &program.def(self.def).ty;
        read(program, ty, View::of(&answer.value)).map_err(|misfit| {
            let wanted = std::any::type_name::<T>();
            let message = format!("`{name}` gave a value that `{wanted}` does not take: {misfit}");
            Error::handle(name, message)
        })
    }

    /// Whether arithmetic overflowed instead of giving a value. Then it may be looked at again early: what overflows does
    /// not always know until when.
    #[must_use]
    pub fn overflows(&self) -> bool {
        matches!(self.stand.given, Given::Overflow(_))
    }

    /// The first instant at which it may be otherwise if the customer does nothing, as
    /// [`Decision::valid_until`](crate::Decision::valid_until).
    #[must_use]
    pub fn valid_until(&self) -> Option<DateTime<Utc>> {
        self.stand.until.and_then(DateTime::from_timestamp_millis)
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl fmt::Debug for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Look")
            .field("valid_until", &self.valid_until())
            .field("next", &self.next())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Standing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standing")
            .field("name", &self.name())
            .field("overflows", &self.overflows())
            .field("valid_until", &self.valid_until())
            .finish_non_exhaustive()
    }
}
