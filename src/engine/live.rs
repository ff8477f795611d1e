//! [`LiveRuleset`]: rules that are replaced while decisions are made with them.
//!
//! In: versions of one ruleset, each a compiled [`Ruleset`]. A new one takes the place of the one in use if it
//! keeps what is relied on: the contexts that the one in use accepts (`contexts`), the decisions that a
//! [`LiveDecider`] (`decider`) asks for, and what the host requires.
//!
//! Invariants: a version never changes, and contexts and frames belong to one, so a decision is made wholly on one.
//! Readers take no lock. A refused version changes nothing. No thread, no clock, no file: the host says when.

mod contexts;
mod decider;

pub use decider::LiveDecider;

use super::context::ContextBuilder;
use super::ruleset::Ruleset;
use crate::error::{Error, ErrorKind, Loss};
use arc_swap::ArcSwap;
use decider::Relied;
use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// Rules that are replaced while decisions are made with them. Cheap to clone: clones are one.
///
/// Make contexts from it and decide on them with a [`LiveDecider`]: each context belongs to the version that was in
/// use when it was begun, and every decision on it is made wholly on that version, whatever happens meanwhile. What
/// was begun before goes on with the rules it was begun with.
///
/// [`LiveRuleset::replace`] puts a new version in place, if it keeps what is relied on; else it says what is lost, and
/// the version in use stays. Rules that do not compile never come so far.
///
/// ```
/// use pervade::{LiveRuleset, Ruleset};
/// let text = "ruleset shop
///      context { age: int 0..=120 }
///      decision fee -> decimal { child: when age < 12 => 4.50 otherwise => 9 }";
/// let live = LiveRuleset::new(Ruleset::from_text(text)?);
/// let fee = live.decision::<f64>("fee")?;
///
/// // For each customer:
/// let context = live.context().json(r#"{ "age": 30 }"#)?.build()?;
/// assert_eq!(*fee.decide(&context)?.value(), 9.0);
///
/// // When the rules have changed:
/// live.replace(Ruleset::from_text(&text.replace("9 }", "9.50 }"))?)?;
/// let next = live.context().json(r#"{ "age": 30 }"#)?.build()?;
/// assert_eq!(*fee.decide(&next)?.value(), 9.5);
/// assert_eq!(*fee.decide(&context)?.value(), 9.0); // begun with the rules before
///
/// // What takes something away is refused:
/// let error = live.replace(Ruleset::from_text(&text.replace("fee", "price"))?).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the new version of `shop` takes away what is relied on\n  \
///      there is no decision `fee` in `shop`: this host decides it, so keep it as it was",
/// );
/// assert_eq!(*fee.decide(&next)?.value(), 9.5);
/// # Ok::<(), pervade::Error>(())
/// ```
///
/// # With frames
///
/// Frames, slots and members belong to one version too. A worker asks before each decision, or before each batch,
/// whether its frame is of the version in use, and else makes them anew. That costs about as much as reading a pointer.
/// With [`LiveRuleset::require`] a version without these slots is never put in place:
///
/// ```
/// use pervade::{Error, Frame, LiveRuleset, Ruleset, Slot};
///
/// struct Desk { frame: Frame, age: Slot<i64> }
///
/// impl Desk {
///     fn of(rules: &Ruleset) -> Result<Desk, Error> {
///         Ok(Desk { frame: rules.frame(), age: rules.slot("age")? })
///     }
/// }
///
/// let text = "ruleset shop context { age: int } segment adult = age >= 18";
/// let live = LiveRuleset::new(Ruleset::from_text(text)?);
/// live.require("the worker's slots", |rules| Desk::of(rules).map(drop))?;
/// let adult = live.decision::<bool>("adult")?;
///
/// let mut desk = Desk::of(&live.current())?;
/// for (age, expected) in [(17, false), (18, true), (20, false)] {
///     if age == 20 {
///         live.replace(Ruleset::from_text(&text.replace("18", "21"))?)?;
///     }
///     if !live.is_current(desk.frame.ruleset()) {
///         desk = Desk::of(&live.current())?;
///     }
///     desk.frame.set(&desk.age, age)?;
///     assert_eq!(adult.decide_in(&mut desk.frame)?.value()?, expected);
/// }
/// // Contexts that hold ints still fit, but a slot of `i64` does not.
/// let wider = Ruleset::from_text(&text.replace("int", "decimal"))?;
/// assert!(live.replace(wider).unwrap_err().to_string().contains("the worker's slots"));
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone)]
pub struct LiveRuleset(Arc<Shared>);

struct Shared {
    current: ArcSwap<Ruleset>,
    /// Held while versions are compared, so that no handle is given out meanwhile and replacements queue up.
    relied: Mutex<Reliance>,
}

/// What new versions must keep, beside the contexts.
#[derive(Default)]
struct Reliance {
    /// The deciders that are still in somebody's hands.
    deciders: Vec<Weak<dyn Relied>>,
    requirements: Vec<Requirement>,
}

struct Requirement {
    name: String,
    check: Box<Check>,
}

type Check = dyn Fn(&Ruleset) -> Result<(), Error> + Send + Sync;

/// How many losses are listed; the others are counted.
const MOST_LOSSES: usize = 100;

impl LiveRuleset {
    /// Begins with this version.
    #[must_use]
    pub fn new(rules: Ruleset) -> LiveRuleset {
        LiveRuleset(Arc::new(Shared {
            current: ArcSwap::from_pointee(rules),
            relied: Mutex::default(),
        }))
    }

    /// The version in use. It stays as it is, however often it is replaced: contexts, frames, slots and decisions made
    /// from it belong together.
    #[must_use]
    pub fn current(&self) -> Ruleset {
        Ruleset::clone(&self.0.current.load())
    }

    /// Whether this is the version in use.
    ///
    /// ```
    /// use pervade::{LiveRuleset, Ruleset};
    /// let live = LiveRuleset::new(Ruleset::from_text("ruleset demo let fee = 1.50")?);
    /// let frame = live.current().frame();
    /// assert!(live.is_current(frame.ruleset()));
    /// live.replace(Ruleset::from_text("ruleset demo let fee = 1.75")?)?;
    /// assert!(!live.is_current(frame.ruleset()));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn is_current(&self, version: &Ruleset) -> bool {
        self.0.current.load().inner().is(version.inner().id())
    }

    /// A context to be filled, of the version in use now.
    pub fn context(&self) -> ContextBuilder {
        self.current().context()
    }

    /// A handle that decides `name` and gives a `T`, on whatever version a context or frame belongs to. As long as it,
    /// or a clone of it, is there, no version is put in place that does not offer this decision.
    ///
    /// # Errors
    /// The version in use has nothing of that name; or `T` does not take some value of its type.
    ///
    /// ```
    /// use pervade::{LiveRuleset, Ruleset};
    /// #[derive(serde::Deserialize)]
    /// #[serde(rename_all = "snake_case")]
    /// enum Help { Agent, Chat }
    ///
    /// let rules = |members, otherwise| Ruleset::from_text(&format!(
    ///     "ruleset demo decision help -> enum {{ {members} }} {{ otherwise => {otherwise} }}",
    /// ));
    /// let live = LiveRuleset::new(rules("agent, chat", "agent")?);
    /// let help = live.decision::<Help>("help")?;
    /// // `Help` has no place for a third member.
    /// let error = live.replace(rules("agent, chat, forum", "chat")?).unwrap_err();
    /// assert_eq!(error.losses()[0].subject, "help");
    /// live.replace(rules("agent, chat", "chat")?)?;
    /// // Nobody asks for it any more.
    /// drop(help);
    /// live.replace(rules("agent, chat, forum", "forum")?)?;
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn decision<T: DeserializeOwned + 'static>(
        &self,
        name: &str,
    ) -> Result<LiveDecider<T>, Error> {
        let mut relied = self.relied();
        let decider = LiveDecider::new(&self.current(), name)?;
        relied.deciders.retain(|known| known.strong_count() > 0);
        relied.deciders.push(decider.relied());
        Ok(decider)
    }

    /// Requires something of each version that is put in place from now on: that it has the slots a worker sets, or
    /// that its own tests pass. `name` stands in the error of a version that fails.
    ///
    /// The check runs within [`LiveRuleset::replace`]; it may ask for the version in use, and for nothing else of
    /// the live ruleset: that would wait for itself.
    ///
    /// # Errors
    /// The version in use does not meet it.
    pub fn require(
        &self,
        name: impl Into<String>,
        check: impl Fn(&Ruleset) -> Result<(), Error> + Send + Sync + 'static,
    ) -> Result<(), Error> {
        let mut relied = self.relied();
        check(&self.current())?;
        relied.requirements.push(Requirement {
            name: name.into(),
            check: Box::new(check),
        });
        Ok(())
    }

    /// Puts a new version in the place of the one in use, and gives back the one that was.
    ///
    /// The new version must take every context that the one in use takes: fields may be added if they need not be given,
    /// need no longer be given, take more numbers or members than before, or decimals instead of ints; none may go, and
    /// the time is not asked for if it was not. It must offer the decisions of all [`LiveDecider`]s, for their
    /// types and in the same units and currencies, and meet what is required.
    ///
    /// # Errors
    /// [`ErrorKind::Version`]: everything that is lost ([`Error::losses`]). The version in use stays.
    ///
    /// ```
    /// use pervade::{LiveRuleset, Ruleset};
    /// let live = LiveRuleset::new(Ruleset::from_text(
    ///     "ruleset demo context { age: int, tier: enum { guest, silver, gold } }",
    /// )?);
    /// let error = live.replace(Ruleset::from_text(
    ///     "ruleset demo context { tier: enum { guest, gold }, size: int }",
    /// )?).unwrap_err();
    /// assert_eq!(error.to_string(), "\
    /// the new version of `demo` takes away what is relied on
    ///   there is no `age` any more: keep the field, even where no rule reads it
    ///   rules.pvd:1:24: `tier` has no member `silver` any more: keep the members that hosts may give
    ///   rules.pvd:1:52: `size` must be given, and there was no such field: give it a default, or make it optional");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn replace(&self, new: Ruleset) -> Result<Ruleset, Error> {
        self.put(new, true)
    }

    /// The same for a host that gives other contexts from now on: the decisions must still be offered, and what is
    /// required must be met.
    ///
    /// # Errors
    /// Decisions that are lost, or requirements that are not met. The version in use stays.
    ///
    /// ```
    /// use pervade::{LiveRuleset, Ruleset};
    /// let live = LiveRuleset::new(Ruleset::from_text("ruleset demo context { size: int }")?);
    /// let new = Ruleset::from_text("ruleset demo context { length: int }")?;
    /// assert!(live.replace(new.clone()).is_err());
    /// live.replace_with_other_contexts(new)?;
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn replace_with_other_contexts(&self, new: Ruleset) -> Result<Ruleset, Error> {
        self.put(new, false)
    }

    fn put(&self, new: Ruleset, same_contexts: bool) -> Result<Ruleset, Error> {
        let relied = self.relied();
        let current = self.current();
        let mut losses = Vec::new();
        if same_contexts {
            losses = contexts::losses(current.schema(), new.schema());
        }
        let mut commits = Vec::new();
        for decider in relied.deciders.iter().filter_map(Weak::upgrade) {
            match decider::offered(&*decider, &current, &new) {
                Ok(def) => commits.push((decider, def)),
                Err(loss) => losses.push(loss),
            }
        }
        for required in &relied.requirements {
            if let Err(error) = (required.check)(&new) {
                losses.push(Loss {
                    subject: required.name.clone(),
                    message: format!("{}: {error}", required.name),
                    help: String::new(),
                    span: None,
                });
            }
        }
        if !losses.is_empty() {
            return Err(refused(&new, losses));
        }
        for (decider, def) in commits {
            decider.know(&new, def);
        }
        let before = self.0.current.swap(Arc::new(new));
        Ok(Ruleset::clone(&before))
    }

    /// What is relied on. A thread that panicked in a check has left it whole.
    fn relied(&self) -> MutexGuard<'_, Reliance> {
        let relied = self.0.relied.lock();
        relied.unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for LiveRuleset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveRuleset")
            .field("current", &self.current())
            .finish_non_exhaustive()
    }
}

fn refused(new: &Ruleset, mut losses: Vec<Loss>) -> Error {
    let left_out = losses.len().saturating_sub(MOST_LOSSES);
    losses.truncate(MOST_LOSSES);
    ErrorKind::Version {
        ruleset: new.name().to_owned(),
        losses,
        left_out,
        sources: Arc::new(new.sources().clone()),
    }
    .into()
}
