//! [`Ruleset`]: the compiled rules, immutable and shared; where everything a host does begins.

use super::compile::Compiler;
use super::context::ContextBuilder;
use super::decide::Decider;
use super::describe::{DefinitionInfo, GraphFormat, InputInfo, is_hidden, undecidable};
use super::fingerprint::{Fingerprint, fingerprint};
use super::frame::Frame;
use super::history::History;
use super::output;
use super::profile::Profile;
use super::retention::Retention;
use super::schema::Schema;
use super::slot::{Member, Slot, SlotType};
use super::watch::Watch;
use crate::analysis::sensitive::Hidden;
use crate::behaviour::{Need, Plan, needs};
use crate::budget::{Budget, budget};
use crate::diagnostic::{Diagnostic, nearest};
use crate::error::Error;
use crate::eval::Scratch;
use crate::graph::Graph;
use crate::hir::{DefId, DefKind, InputId, Program, Root};
use crate::limits::Limits;
use crate::source::{SourceMap, Sources, Span};
use serde::de::DeserializeOwned;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// Compiled rules: immutable, [`Send`] and [`Sync`], cheap to clone.
///
/// ```
/// use pervade::Ruleset;
/// let rules = Ruleset::from_text(
///     "ruleset demo
///      context { age: int 0..=120 }
///      decision ticket -> string {
///          child: when age < 12 => \"half price\" because \"children pay half\"
///          otherwise            => \"full price\"
///      }",
/// )?;
/// let ticket = rules.decision::<String>("ticket")?;
/// let context = rules.context().json(r#"{ "age": 9 }"#)?.build()?;
/// let decision = ticket.decide(&context)?;
/// assert_eq!(decision.value(), "half price");
/// assert_eq!(decision.label(), Some("child"));
/// assert_eq!(decision.because(), Some("children pay half"));
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone)]
pub struct Ruleset(Arc<Inner>);

/// What a ruleset holds.
pub(crate) struct Inner {
    /// Tells handles of one ruleset from those of another, also of the same text.
    id: u64,
    pub(crate) schema: Schema,
    pub(crate) graph: Graph,
    pub(crate) sources: SourceMap,
    limits: Limits,
    warnings: Vec<Diagnostic>,
    fingerprint: OnceLock<Fingerprint>,
    /// What is never shown. Found when first asked for.
    hidden: OnceLock<Hidden>,
    /// What profiles keep, and which events are needed. Found when first asked for.
    plan: OnceLock<Arc<Plan>>,
    needs: OnceLock<Vec<Need>>,
    /// Working memory for decisions on contexts, kept for the next. Frames have their own.
    scratches: Mutex<Vec<Scratch>>,
}

/// How many idle working memories are kept.
const KEPT_SCRATCHES: usize = 16;

impl Ruleset {
    /// Compiles a file, and the files it uses within its directory.
    ///
    /// # Errors
    /// Every mistake in the rules ([`Error::diagnostics`]); or the file can't be read.
    ///
    /// ```no_run
    /// let rules = pervade::Ruleset::from_file("rules/cinema.pvd")?;
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn from_file(path: impl AsRef<Path>) -> Result<Ruleset, Error> {
        Compiler::new().file(path)
    }

    /// Compiles the text of that name and the texts it uses.
    ///
    /// # Errors
    /// Every mistake in the rules; or there is no such text.
    ///
    /// ```
    /// use pervade::{MemorySources, Ruleset};
    /// let sources = MemorySources::new().with("main.pvd", "ruleset demo let fee = 1.50");
    /// assert_eq!(Ruleset::compile(&sources, "main.pvd")?.name(), "demo");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn compile(sources: &dyn Sources, main: &str) -> Result<Ruleset, Error> {
        Compiler::new().compile(sources, main)
    }

    /// Compiles one text that uses no other.
    ///
    /// # Errors
    /// Every mistake in the rules.
    ///
    /// ```
    /// assert!(pervade::Ruleset::from_text("ruleset demo let fee = 1.50").is_ok());
    /// ```
    pub fn from_text(text: &str) -> Result<Ruleset, Error> {
        Compiler::new().text(text)
    }

    /// Whether decisions need to know what the customer did: whether any behaviour is declared and asked.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// assert!(!rules.needs_history());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn needs_history(&self) -> bool {
        self.schema().asks_of_events()
    }

    /// A customer's events, as yet none.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// assert!(rules.history().is_empty());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn history(&self) -> History {
        History::new(self.clone())
    }

    /// A customer's profile, as yet without events.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// assert!(rules.profile().is_empty());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn profile(&self) -> Profile {
        Profile::new(self.clone())
    }

    /// A profile from what [`Profile::save`] gave, by these rules or by others. Events that these rules do not understand are
    /// kept aside ([`Profile::aside`]); those that were kept aside are tried again.
    ///
    /// # Errors
    /// The text is no saved profile, or one of another version ([`ErrorKind::Saved`](crate::ErrorKind::Saved)).
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// let error = rules.load_profile(r#"{ "pervade_profile": 2 }"#).unwrap_err();
    /// assert_eq!(error.to_string(), "the saved profile can't be read: it is of version 2, and this pervade reads version 1");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn load_profile(&self, saved: &str) -> Result<Profile, Error> {
        Profile::load(self.clone(), saved)
    }

    /// Which events of a customer the rules need, and for how long.
    #[must_use]
    pub fn retention(&self) -> Retention {
        Retention::new(self)
    }

    pub(crate) fn new(
        program: Program,
        graph: Graph,
        sources: SourceMap,
        limits: Limits,
        warnings: Vec<Diagnostic>,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Ruleset(Arc::new(Inner {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            schema: Schema::new(Arc::new(program), graph.layout()),
            graph,
            sources,
            limits,
            warnings,
            fingerprint: OnceLock::new(),
            hidden: OnceLock::new(),
            plan: OnceLock::new(),
            needs: OnceLock::new(),
            scratches: Mutex::new(Vec::new()),
        }))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(crate) fn schema(&self) -> &Schema {
        &self.0.schema
    }

    /// The typed program. No stability promise.
    #[cfg(feature = "internals")]
    #[doc(hidden)]
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.0.schema.program
    }

    /// The decision graph. No stability promise.
    #[cfg(feature = "internals")]
    #[doc(hidden)]
    #[must_use]
    pub fn decision_graph(&self) -> &Graph {
        &self.0.graph
    }

    /// The name after the word `ruleset`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.schema().program.name()
    }

    /// What the compiler has to say although the rules compile.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.0.warnings
    }

    /// The texts of the rules, to draw diagnostics with.
    #[must_use]
    pub fn sources(&self) -> &SourceMap {
        &self.0.sources
    }

    /// What the ruleset means, as 32 bytes. Computed when first asked for.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let inner = &*self.0;
        *inner.fingerprint.get_or_init(|| {
            let program = &*inner.schema.program;
            if program.tests().cases.is_empty() {
                return fingerprint(program, &inner.limits);
            }
            fingerprint(&program.clone().without_tests(), &inner.limits)
        })
    }

    /// Everything that can be decided: decisions, tables, scores, classifications, segments, features and named
    /// values. What has parameters, and reference data, can't.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo let fee = 1.50")?;
    /// let names: Vec<&str> = rules.decisions().map(|d| d.name()).collect();
    /// assert_eq!(names, ["fee"]);
    /// assert_eq!(rules.decisions().next().map(|d| d.type_name()).as_deref(), Some("decimal"));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn decisions(&self) -> impl Iterator<Item = DefinitionInfo<'_>> {
        let program = &*self.schema().program;
        let defs = program.declared().iter();
        defs.filter(|def| undecidable(def).is_none() && !is_hidden(def))
            .map(move |def| DefinitionInfo { program, def })
    }

    /// Everything that a context gives: the fields of context and touchpoint, records before their fields. (And,
    /// where [`Ruleset::asks_for_time`], the instant.)
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo context { customer: { age: int } }")?;
    /// let paths: Vec<&str> = rules.inputs().map(|input| input.path()).collect();
    /// assert_eq!(paths, ["customer", "customer.age"]);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn inputs(&self) -> impl Iterator<Item = InputInfo<'_>> {
        let program = &*self.schema().program;
        let inputs = program.inputs().iter();
        inputs
            .filter(|input| input.root != Root::Now)
            .map(move |input| InputInfo { program, input })
    }

    /// Whether anything in the rules depends on the time, so that each context must say which instant it is
    /// ([`ContextBuilder::now`]).
    ///
    /// ```
    /// use pervade::Ruleset;
    /// assert!(!Ruleset::from_text("ruleset demo let fee = 1.50")?.asks_for_time());
    /// assert!(Ruleset::from_text("ruleset demo let instant = now")?.asks_for_time());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn asks_for_time(&self) -> bool {
        self.schema().now().is_some()
    }

    /// A handle that decides `name` and gives a `T`. Name and type are checked here, once.
    ///
    /// # Errors
    /// Nothing has that name; or `T` does not take some value of its type.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo context { age: int } let next = age + 1")?;
    /// assert!(rules.decision::<i64>("next").is_ok());
    /// let error = rules.decision::<String>("next").unwrap_err();
    /// assert!(error.to_string().starts_with("`next` does not fit: it gives `int`"));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn decision<T: DeserializeOwned>(&self, name: &str) -> Result<Decider<T>, Error> {
        let def = self.named(name)?;
        let program = &*self.schema().program;
        output::check::<T>(program, &program.def(def).ty)
            .map_err(|why| Error::handle(name, format!("`{name}` does not fit: {why}")))?;
        Ok(Decider::new(self.clone(), def))
    }

    /// The next best action that chooses from a row of a catalogue.
    fn chooses_from(&self, action: &str) -> Option<&str> {
        let mut choices = self.schema().program.declared().iter();
        let found = choices.find(|def| match &def.kind {
            DefKind::NextBestAction(choice) => {
                choice.candidates.iter().any(|c| c.action.name == action)
            }
            _ => false,
        });
        found.map(|def| def.name.as_str())
    }

    /// What can be decided and handed out under that name.
    pub(super) fn named(&self, name: &str) -> Result<DefId, Error> {
        let program = &*self.schema().program;
        let known = |id: &DefId| !is_hidden(program.def(*id));
        let Some(def) = program.find(name).filter(known) else {
            let near = nearest(name, self.decisions().map(|d| d.name()));
            let near = match (self.chooses_from(name), near) {
                (Some(choice), _) => {
                    format!(", but an action: decide `{choice}`, which chooses from it")
                }
                (None, Some(near)) => format!("; did you mean `{near}`?"),
                (None, None) => String::new(),
            };
            let message = format!("there is no decision `{name}` in `{}`{near}", self.name());
            return Err(Error::handle(name, message));
        };
        if self.inner().hidden().is_sensitive(def) {
            let message = format!(
                "`{name}` is made of data that is declared `sensitive`, which is never handed out: ask for a decision or segment that is decided by it"
            );
            return Err(Error::handle(name, message));
        }
        if let Some(why) = undecidable(program.def(def)) {
            return Err(Error::handle(name, format!("`{name}` {why}")));
        }
        Ok(def)
    }

    /// Looks at all behaviours, journeys, segments, classifications, decisions, tables, scores and features together: what
    /// they give, when the next of them may change, and which have changed. (Those with parameters, and those made of
    /// `sensitive` data, are left out; so are elapsed times such as `time since last visit`, which run with the clock:
    /// [`Ruleset::watch_only`] takes them, and named values.)
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text(
    ///     "ruleset demo segment spring = now >= 2026-03-20T00:00:00Z segment summer = now >= 2026-06-21T00:00:00Z",
    /// )?;
    /// let now = "2026-03-06T18:00:00Z".parse().unwrap();
    /// let look = rules.watch().look(&rules.context().now(now).build()?)?;
    /// assert_eq!(look.valid_until(), Some("2026-03-20T00:00:00Z".parse().unwrap()));
    /// assert_eq!(look.next(), ["spring"]);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch::all(self)
    }

    /// Looks at the definitions of these names together, as [`Ruleset::watch`] does at all.
    ///
    /// # Errors
    /// A name that no definition has, or one that can't be decided or handed out.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo segment spring = now >= 2026-03-20T00:00:00Z")?;
    /// assert!(rules.watch_only(["spring"]).is_ok());
    /// let error = rules.watch_only(["sprig"]).unwrap_err();
    /// assert_eq!(error.to_string(), "there is no decision `sprig` in `demo`; did you mean `spring`?");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn watch_only(
        &self,
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Watch, Error> {
        Watch::only(self, names)
    }

    /// A context to be filled.
    pub fn context(&self) -> ContextBuilder {
        ContextBuilder::new(self.clone())
    }

    /// A frame: reusable slots and working memory for decisions without allocation.
    #[must_use]
    pub fn frame(&self) -> Frame {
        Frame::new(self.clone())
    }

    /// A handle to a field of the context or the touchpoint, to set it in a [`Frame`].
    ///
    /// # Errors
    /// There is no such field; or `T` is not its type.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo context { customer: { age: int } }")?;
    /// assert!(rules.slot::<i64>("customer.age").is_ok());
    /// let error = rules.slot::<i64>("customer.agee").unwrap_err();
    /// assert_eq!(error.to_string(), "there is no field `customer.agee`; did you mean `customer.age`?");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn slot<T: SlotType + ?Sized>(&self, path: &str) -> Result<Slot<T>, Error> {
        let schema = &self.0.schema;
        if path == "now" {
            let text = "`now` is no field: set the instant with `Frame::set_now`";
            return Err(Error::slot(path, text));
        }
        let Some(input) = schema.path(path) else {
            let near = schema.nearest_path(path);
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            return Err(Error::slot(
                path,
                format!("there is no field `{path}`{near}"),
            ));
        };
        Slot::new(self, input)
    }

    /// A member of an enum, to set it in a [`Frame`]. An inline enum has its path as its name.
    ///
    /// # Errors
    /// There is no such enum or no such member.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo enum Tier { guest, gold }")?;
    /// assert!(rules.member("Tier", "gold").is_ok());
    /// assert!(rules.member("Tier", "silver").is_err());
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn member(&self, enumeration: &str, member: &str) -> Result<Member, Error> {
        Member::new(self, enumeration, member)
    }

    /// What the decisions cost at worst: steps, possible overflows, what they read, what depends on the touchpoint; and
    /// how large the ruleset is. Computed anew each time.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?;
    /// assert_eq!(rules.budget().decisions[0].steps.fixed, 1);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn budget(&self) -> Budget {
        let program = &*self.schema().program;
        // Declared definitions come first.
        let defs = program.declared().iter().zip((0..).map(DefId));
        let decided = defs.filter(|(def, _)| undecidable(def).is_none() && !is_hidden(def));
        budget(self.inner(), decided.map(|(_, id)| id))
    }

    /// The decision graph as text, to be drawn or read.
    ///
    /// ```
    /// use pervade::{GraphFormat, Ruleset};
    /// let rules = Ruleset::from_text("ruleset demo context { age: int } segment adult = age >= 18")?;
    /// assert!(rules.graph(GraphFormat::Dot).starts_with("digraph"));
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn graph(&self, format: GraphFormat) -> String {
        format.draw(self.inner(), None)
    }
}

impl fmt::Debug for Ruleset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ruleset")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

impl Inner {
    /// Whether handles of `other` belong to this ruleset.
    pub(crate) fn is(&self, other: u64) -> bool {
        self.id == other
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    pub(crate) fn def_name(&self, def: DefId) -> &str {
        &self.schema.program.def(def).name
    }
    /// The definition in whose text a place lies: the last whose name stands before it.
    pub(crate) fn def_around(&self, span: Span) -> Option<DefId> {
        let program = &self.schema.program;
        let before = program
            .defs()
            .iter()
            .zip(0..)
            .filter(|(def, _)| def.span.source == span.source && def.span.start <= span.start);
        before
            .max_by_key(|(def, _)| def.span.start)
            .map(|(_, id)| DefId(id))
    }

    /// What is never shown.
    pub(crate) fn hidden(&self) -> &Hidden {
        self.hidden.get_or_init(|| Hidden::of(&self.schema.program))
    }

    /// What profiles keep besides events.
    pub(crate) fn plan(&self) -> &Arc<Plan> {
        self.plan.get_or_init(|| Arc::new(Plan::new(&self.graph)))
    }

    /// What is needed of the events of each type.
    pub(crate) fn needs(&self) -> &[Need] {
        self.needs.get_or_init(|| needs(&self.graph))
    }

    pub(crate) fn path(&self, input: InputId) -> &str {
        &self.schema.input(input).path
    }

    /// Lends working memory; a new one where all are in use.
    pub(crate) fn with_scratch<R>(&self, work: impl FnOnce(&mut Scratch) -> R) -> R {
        // A poisoned lock only says that a thread panicked with the list in its hand: the list is whole.
        let kept = match self.scratches.lock() {
            Ok(mut list) => list.pop(),
            Err(poisoned) => poisoned.into_inner().pop(),
        };
        let mut scratch = kept.unwrap_or_else(|| Scratch::new(&self.graph));
        let result = work(&mut scratch);
        if let Ok(mut list) = self.scratches.lock()
            && list.len() < KEPT_SCRATCHES
        {
            list.push(scratch);
        }
        result
    }
}
