//! [`LiveDecider`]: the typed handle of one decision, on whatever version a context or frame belongs to.
//!
//! It holds no ruleset: contexts and frames bring theirs. It remembers which definition the decision is in the last few
//! versions; in any other, name and type are checked anew.

use crate::engine::context::Context;
use crate::engine::decide::{Decider, decide, decide_in};
use crate::engine::decision::{Decision, Outcome};
use crate::engine::frame::Frame;
use crate::engine::ruleset::Ruleset;
use crate::error::{Error, Loss};
use crate::hir::{DefId, Program, Ty};
use arc_swap::ArcSwap;
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Weak};

/// Decides one thing and gives a `T`, on the version of the rules that a context or frame belongs to. From
/// [`LiveRuleset::decision`](crate::LiveRuleset::decision); cheap to clone, shared between threads.
///
/// ```
/// use pervade::{LiveRuleset, Ruleset};
/// let live = LiveRuleset::new(Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?);
/// let adult = live.decision::<bool>("adult")?;
/// let context = live.context().json(r#"{ "age": 18 }"#)?.build()?;
/// let decision = adult.decide(&context)?;
/// assert!(decision.value());
/// assert_eq!(decision.fingerprint(), live.current().fingerprint());
/// # Ok::<(), pervade::Error>(())
/// ```
pub struct LiveDecider<T>(Arc<Known<T>>);

/// The numbers of versions, each with the definition that the decision is there; the newest first.
type Versions = Vec<(u64, DefId)>;

/// In how many versions the definition is known without looking: the one in use, and those that what was begun before
/// still belongs to.
const KNOWN_VERSIONS: usize = 4;

struct Known<T> {
    name: String,
    versions: ArcSwap<Versions>,
    result: PhantomData<fn() -> T>,
}

/// A decider, whatever its type.
pub(super) trait Relied: Send + Sync {
    fn name(&self) -> &str;

    /// The definition that the decision is in a version that offers it.
    fn find(&self, rules: &Ruleset) -> Result<DefId, Error>;

    /// Remembers what was found.
    fn know(&self, rules: &Ruleset, def: DefId);
}

impl<T: DeserializeOwned> Relied for Known<T> {
    fn name(&self) -> &str {
        &self.name
    }

    fn find(&self, rules: &Ruleset) -> Result<DefId, Error> {
        Ok(rules.decision::<T>(&self.name)?.def())
    }

    fn know(&self, rules: &Ruleset, def: DefId) {
        let version = rules.inner().id();
        self.versions.rcu(|known| {
            let others = known.iter().filter(|(other, _)| *other != version);
            let others = others.copied().take(KNOWN_VERSIONS - 1);
            Versions::from_iter([(version, def)].into_iter().chain(others))
        });
    }
}

impl<T: DeserializeOwned> LiveDecider<T> {
    pub(super) fn new(rules: &Ruleset, name: &str) -> Result<Self, Error> {
        let def = rules.decision::<T>(name)?.def();
        Ok(LiveDecider(Arc::new(Known {
            name: name.to_owned(),
            versions: ArcSwap::from_pointee(vec![(rules.inner().id(), def)]),
            result: PhantomData,
        })))
    }

    /// The definition in one version.
    #[inline]
    fn def(&self, rules: &Ruleset) -> Result<DefId, Error> {
        let version = rules.inner().id();
        let known = self.0.versions.load();
        if let Some((_, def)) = known.iter().find(|(known, _)| *known == version) {
            return Ok(*def);
        }
        drop(known);
        let def = self.0.find(rules)?;
        self.0.know(rules, def);
        Ok(def)
    }

    /// Decides, on the version that the context belongs to.
    ///
    /// # Errors
    /// Arithmetic overflowed. (Or the context was made from rules that were never in use here, and do not offer the
    /// decision.)
    pub fn decide(&self, context: &Context) -> Result<Decision<T>, Error> {
        decide(self.def(context.ruleset())?, context)
    }

    /// Decides on what is set in the frame, on the version that it belongs to. Allocates nothing if it succeeds.
    ///
    /// # Errors
    /// Something required is missing in the frame; or arithmetic overflowed. (Or the frame was made from rules that
    /// were never in use here, and do not offer the decision.)
    #[inline]
    pub fn decide_in<'f>(&'f self, frame: &'f mut Frame) -> Result<Outcome<'f, T>, Error> {
        decide_in(self.def(frame.ruleset())?, frame)
    }

    /// The handle of the same decision in one version, for what a [`Decider`] can tell.
    ///
    /// # Errors
    /// The rules were never in use here, and do not offer the decision.
    ///
    /// ```
    /// use pervade::{LiveRuleset, Ruleset};
    /// let live = LiveRuleset::new(Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?);
    /// let adult = live.decision::<bool>("adult")?;
    /// let context = live.context().json(r#"{ "age": 18 }"#)?.build()?;
    /// assert!(adult.on(context.ruleset())?.trace(&context)?.to_string().contains("age >= 18"));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn on(&self, version: &Ruleset) -> Result<Decider<T>, Error> {
        Ok(Decider::new(version.clone(), self.def(version)?))
    }
}

impl<T: DeserializeOwned + 'static> LiveDecider<T> {
    /// Itself, for as long as it is in somebody's hands.
    pub(super) fn relied(&self) -> Weak<dyn Relied> {
        let relied: Arc<dyn Relied> = self.0.clone();
        Arc::downgrade(&relied)
    }
}

impl<T> LiveDecider<T> {
    /// The name of what it decides.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }
}

impl<T> Clone for LiveDecider<T> {
    fn clone(&self) -> Self {
        LiveDecider(self.0.clone())
    }
}

impl<T> fmt::Debug for LiveDecider<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LiveDecider({})", self.name())
    }
}

/// What is lost of a decision in a new version, or which definition it is there.
pub(super) fn offered(
    decider: &dyn Relied,
    current: &Ruleset,
    new: &Ruleset,
) -> Result<DefId, Loss> {
    let name = decider.name();
    let (old, program) = (&current.schema().program, &new.schema().program);
    let lost = |message: String| Loss {
        subject: name.to_owned(),
        message,
        help: "this host decides it, so keep it as it was".to_owned(),
        span: program.find(name).map(|def| program.def(def).span),
    };
    let def = decider.find(new).map_err(|error| lost(error.to_string()))?;
    let is = &program.def(def).ty;
    let was = old.find(name).map(|before| &old.def(before).ty);
    match was.and_then(|was| other_meaning(old, was, program, is)) {
        None => Ok(def),
        Some((was, is)) => Err(lost(format!("`{name}` gives `{is}` where it gave `{was}`"))),
    }
}

/// Where a host's type may take what a decision gives, and it is something else than before: pounds that are euros now.
/// Gives both types.
fn other_meaning(old: &Program, was: &Ty, new: &Program, is: &Ty) -> Option<(String, String)> {
    let mut open = vec![(was, is)];
    let mut seen = HashSet::new();
    while let Some((was, is)) = open.pop() {
        match (plain(was), plain(is)) {
            (Ty::List(was), Ty::List(is)) => open.push((was, is)),
            (Ty::Record(was), Ty::Record(is)) => {
                if !seen.insert((*was, *is)) {
                    continue;
                }
                for field in &new.record(*is).fields {
                    let mut before = old.record(*was).fields.iter();
                    let before = before.find(|b| b.name == field.name);
                    open.extend(before.map(|b| (&b.ty, &field.ty)));
                }
            }
            (before, now) if before == now => {}
            _ => return Some((old.type_name(was), new.type_name(is))),
        }
    }
    None
}

/// A type as a host sees it: whether numbers are whole, which members there are, and what may be missing is for its own
/// type to take or not.
fn plain(ty: &Ty) -> &Ty {
    match ty.present() {
        Ty::Int => &Ty::Decimal,
        Ty::Enum(_) => &Ty::Text,
        Ty::Elapsed => &Ty::Duration,
        other => other,
    }
}
