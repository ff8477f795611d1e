//! [`Profile`]: a customer's events with what the rules ask of them kept up to date, for as long as they need it.

use super::history::{Aside, History, Incoming, Observed, each_line};
use super::ruleset::Ruleset;
use crate::behaviour::{Added, Desk, Event, Need, Store};
use crate::error::{Error, ErrorKind, Problem};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// A customer's events, and besides them what the rules ask of them, kept up to date event by event, so that decisions need
/// not go through all that happened. From [`Ruleset::profile`].
///
/// # What is guaranteed
///
/// - **Answers.** A decision on a profile is the one that a [`History`] of the same events gives, with the same
///   `valid_until`, at every instant that the profile answers for.
/// - **Order.** Events may come in in any order; one that is late is inserted where it belongs, at a cost that grows with
///   how far back that is, and everything is as if it had come in time.
/// - **Identity.** An event whose id is known is the same event. Of two with one id and different content the one with the
///   greater encoding stays, whichever came first.
/// - **Lateness and retention.** Nothing is ever dropped but by [`Profile::compact`], which lets go of what no decision from
///   an instant on needs ([`Ruleset::retention`]). A decision for an earlier instant is then refused, never wrong.
/// - **Merging.** [`Profile::merge`] gives the profile of both sets of events: in any order, any number of times, with the
///   same result.
/// - **Versions.** [`Profile::save`] and [`Ruleset::load_profile`] carry a version; events that a new version of the rules no
///   longer understands are kept aside, and come back when it does.
///
/// # What it costs
///
/// Whether there is any, how many, sums, how many different values of a field, first and last events, elapsed times, chains,
/// sessions and journeys cost the same after ten events or a hundred thousand. What looks at each event of a window (`avg`,
/// `min`, `max`, `median`, `list`, `most frequent`, scores, series, questions by key) costs as much as the window holds. What
/// can't be known before it is asked is found among the events: streams with parameters or of another zone, and what is
/// asked `as of` an earlier event. An event in its time costs the same however many there are; a late one as much as it lies
/// back.
///
/// A clone shares everything until one of the two changes; so does a context made with it. (Observing an event while a
/// context or frame holds on to the profile copies the profile first.)
///
/// ```
/// use pervade::{Observed, Ruleset};
/// let rules = Ruleset::from_text(
///     "ruleset demo
///      event visit { page: string }
///      behaviour regular = count visit in last 7 days >= 2",
/// )?;
/// let mut profile = rules.profile();
/// profile.observe_json(r#"{ "id": "a1", "type": "visit", "at": "2026-03-01T10:00:00Z", "page": "home" }"#)?;
/// profile.observe_json(r#"{ "id": "a2", "type": "visit", "at": "2026-03-04T10:00:00Z", "page": "cart" }"#)?;
///
/// let regular = rules.decision::<bool>("regular")?;
/// let now = "2026-03-05T10:00:00Z".parse().unwrap();
/// assert!(*regular.decide(&rules.context().now(now).profile(&profile).build()?)?.value());
///
/// let saved = profile.save();
/// assert_eq!(rules.load_profile(&saved)?, profile);
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone)]
pub struct Profile {
    history: History,
    /// Of each event type; empty where nothing was let go.
    dropped: Vec<Dropped>,
    /// Of event types that the rules do not declare: another version of them may.
    unknown: BTreeMap<String, Dropped>,
}

/// Which events of a type may have been let go: those up to an instant, but for so many of the oldest, and so many of the
/// newest of those up to `now`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Dropped {
    upto: i64,
    now: i64,
    newest: u32,
    oldest: u32,
}

/// Nothing.
const KEEPS_ALL: Dropped = Dropped {
    upto: i64::MIN,
    now: i64::MIN,
    newest: u32::MAX,
    oldest: u32::MAX,
};

impl Dropped {
    /// What is gone where either is.
    fn with(self, other: Dropped) -> Dropped {
        Dropped {
            upto: self.upto.max(other.upto),
            now: self.now.max(other.now),
            newest: self.newest.min(other.newest),
            oldest: self.oldest.min(other.oldest),
        }
    }
}

/// The version of saved profiles.
const VERSION: u64 = 1;

/// From when on a profile answers, or what it will never answer.
pub(crate) type Horizon = Result<i64, String>;

impl Profile {
    pub(super) fn new(rules: Ruleset) -> Profile {
        let mut history = History::new(rules);
        let plan = history.rules().inner().plan().clone();
        history.customer_mut().keep(&plan);
        Profile {
            history,
            dropped: Vec::new(),
            unknown: BTreeMap::new(),
        }
    }

    /// Keeps aside what does not fit instead of refusing it, as [`History::lenient`] does.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.history = self.history.lenient();
        self
    }

    /// Takes in an event, any serialisable value.
    ///
    /// # Errors
    /// Every problem with the event, with its path; then nothing has changed. Or the value refuses to be serialised.
    ///
    /// ```
    /// #[derive(serde::Serialize)]
    /// struct Visit<'a> { id: &'a str, r#type: &'a str, at: &'a str, page: &'a str }
    ///
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// let mut profile = rules.profile();
    /// profile.observe(&Visit { id: "a1", r#type: "visit", at: "2026-03-01T10:00:00Z", page: "home" })?;
    /// assert_eq!(profile.len(), 1);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn observe<T: Serialize + ?Sized>(&mut self, event: &T) -> Result<Observed, Error> {
        let incoming = self.history.read_serde(event)?;
        self.observed(incoming)
    }

    /// Takes in an event, a JSON object.
    ///
    /// # Errors
    /// Every problem with the event, with its path; then nothing has changed.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// let error = rules.profile().observe_json(r#"{ "id": "a1", "type": "visit" }"#).unwrap_err();
    /// let problems: Vec<String> = error.problems().iter().map(|p| p.to_string()).collect();
    /// assert_eq!(problems, ["at: required, but not given", "page: required, but not given"]);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn observe_json(&mut self, event: &str) -> Result<Observed, Error> {
        let incoming = self.history.read_json(event)?;
        self.observed(incoming)
    }

    /// Takes in events, one JSON object a line, at once; empty lines are passed over. Gives how many are new.
    ///
    /// # Errors
    /// Every problem of the first event that does not fit, its paths beginning with the line; those before it are in.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// let mut profile = rules.profile();
    /// let new = profile.observe_json_lines(r#"
    ///     { "id": "a1", "type": "visit", "at": "2026-03-01T10:00:00Z", "page": "home" }
    ///     { "id": "a2", "type": "visit", "at": "2026-03-04T10:00:00Z", "page": "cart" }
    /// "#)?;
    /// assert_eq!(new, 2);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn observe_json_lines(&mut self, lines: &str) -> Result<usize, Error> {
        let (read, outcome) = self.history.read_lines(lines);
        let new = self.take_all(read);
        outcome.map(|()| new)
    }

    /// Takes in the events of another profile, of the same customer from another place, or of one who turns out to be the
    /// same. What either has let go is gone; what either kept aside is kept aside.
    ///
    /// The order in which profiles are merged does not matter, nor how often.
    ///
    /// # Errors
    /// The other one was made for rules that declare other events ([`ErrorKind::Handle`]); then nothing has changed.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// let (mut phone, mut kiosk) = (rules.profile(), rules.profile());
    /// phone.observe_json(r#"{ "id": "p1", "type": "visit", "at": "2026-03-01T10:00:00Z", "page": "home" }"#)?;
    /// kiosk.observe_json(r#"{ "id": "k1", "type": "visit", "at": "2026-03-01T09:00:00Z", "page": "cart" }"#)?;
    /// let mut one = phone.clone();
    /// one.merge(&kiosk)?;
    /// kiosk.merge(&phone)?;
    /// assert_eq!(one, kiosk);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn merge(&mut self, other: &Profile) -> Result<(), Error> {
        if !other.history.fits(self.history.rules()) {
            let name = self.history.rules().name().to_owned();
            let message = format!(
                "the profile was made for rules that declare other events than `{name}`: load it with `load_profile` of \
                 these rules"
            );
            return Err(Error::handle(&name, message));
        }
        if !other.dropped.is_empty() {
            for (mine, other) in self.dropped_mut().iter_mut().zip(&other.dropped) {
                *mine = mine.with(*other);
            }
        }
        for (event, other) in &other.unknown {
            let mine = self.unknown.entry(event.clone()).or_insert(KEEPS_ALL);
            *mine = mine.with(*other);
        }
        let events = other.history.customer().store().events().collect();
        self.history.customer_mut().add_all(events);
        self.history.merge_aside(other.history.aside());
        self.let_go();
        self.settle();
        Ok(())
    }

    /// Lets go of the events that no decision at this instant or a later one needs, as the rules are; gives how many. Call it
    /// now and then with the present instant: it costs about as much as all events that are there.
    ///
    /// ```
    /// use pervade::Ruleset;
    /// let rules = Ruleset::from_text(
    ///     "ruleset demo
    ///      event visit { page: string }
    ///      behaviour regular = count visit in last 7 days >= 2",
    /// )?;
    /// let mut profile = rules.profile();
    /// profile.observe_json(r#"{ "id": "a1", "type": "visit", "at": "2026-03-01T10:00:00Z", "page": "home" }"#)?;
    /// profile.observe_json(r#"{ "id": "a2", "type": "visit", "at": "2026-03-04T10:00:00Z", "page": "cart" }"#)?;
    /// assert_eq!(profile.compact("2026-03-09T10:00:00Z".parse().unwrap()), 1);
    ///
    /// let earlier = "2026-03-06T10:00:00Z".parse().unwrap();
    /// let error = rules.context().now(earlier).profile(&profile).build().unwrap_err();
    /// assert_eq!(error.problems()[0].to_string(), "now: 2026-03-06T10:00:00Z lies before 2026-03-09T10:00:00Z, \
    /// from which on the profile keeps what the rules need: decide for a later instant, or on a profile that keeps more");
    /// # Ok::<(), pervade::Error>(())
    /// ```
    pub fn compact(&mut self, now: DateTime<Utc>) -> usize {
        let before = self.len();
        let now = now.timestamp_millis();
        let rules = self.history.rules().clone();
        for (dropped, need) in self.dropped_mut().iter_mut().zip(rules.inner().needs()) {
            let upto = now.saturating_sub(need.span);
            if need.all.is_none() && upto > dropped.upto {
                *dropped = Dropped {
                    upto,
                    now: now.max(dropped.now),
                    newest: need.newest.min(dropped.newest),
                    oldest: need.oldest.min(dropped.oldest),
                };
            }
        }
        if self.let_go() {
            self.settle();
        }
        before.saturating_sub(self.len())
    }

    /// How many events there are, those kept aside not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.history.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.history.is_empty()
    }

    /// When the newest event was.
    #[must_use]
    pub fn newest(&self) -> Option<DateTime<Utc>> {
        self.history.newest()
    }

    /// What a lenient profile did not understand, in no particular order.
    #[must_use]
    pub fn aside(&self) -> &[Aside] {
        self.history.aside()
    }

    /// The memory that it takes, in bytes: without what is shared with other customers.
    ///
    /// ```
    /// let rules = pervade::Ruleset::from_text("ruleset demo event visit { page: string }")?;
    /// let mut profile = rules.profile();
    /// profile.observe_json(r#"{ "id": "a1", "type": "visit", "at": "2026-03-01T10:00:00Z", "page": "home" }"#)?;
    /// let size = profile.size();
    /// assert!(size.events > 0 && size.ids > 0 && size.total() >= size.events + size.ids);
    /// # Ok::<(), pervade::Error>(())
    /// ```
    #[must_use]
    pub fn size(&self) -> ProfileSize {
        let customer = self.history.customer();
        let (events, payload, ids) = customer.store().bytes();
        ProfileSize {
            events,
            payload,
            ids,
            state: customer.kept().map_or(0, crate::behaviour::Kept::bytes),
        }
    }

    /// Everything in it as text, to be stored: a line that says what it is and of which version, then an event a line as
    /// [`Profile::observe_json_lines`] takes them, in their order. Equal profiles give equal texts.
    ///
    /// Only what was observed is saved; what is kept up to date besides is made anew when it is loaded.
    #[must_use]
    pub fn save(&self) -> String {
        let rules = self.history.rules();
        let program = &rules.inner().schema.program;
        let all = program.events().iter().zip(&self.dropped);
        let head = SavedHead {
            pervade_profile: VERSION,
            dropped: all
                .filter(|(_, dropped)| **dropped != KEEPS_ALL)
                .map(|(event, dropped)| (event.name.clone(), *dropped))
                .chain(self.unknown.clone())
                .collect(),
        };
        let mut text = line_of(&head);
        let store = self.history.customer().store();
        for (ty, row) in store.in_order() {
            if let Some(event) = store.event(ty, row) {
                text += &self.history.json(&event);
                text.push('\n');
            }
        }
        let aside = self.aside().iter();
        let mut aside: Vec<(&str, bool)> = aside.map(|a| (a.json.as_str(), a.fields)).collect();
        aside.sort_unstable();
        aside.dedup();
        for (aside, fields) in aside {
            let aside = aside.to_owned();
            text += &line_of(&SavedAside { aside, fields });
        }
        text
    }

    pub(super) fn load(rules: Ruleset, saved: &str) -> Result<Profile, Error> {
        let mut profile = Profile::new(rules).lenient();
        profile.load_head(saved.lines().next().unwrap_or_default())?;
        let (mut crowded, mut is_head) = (false, true);
        let outcome = each_line(saved, |line| {
            if std::mem::take(&mut is_head) {
                return Ok(());
            }
            let aside = serde_json::from_str::<SavedAside>(line).ok();
            let incoming = profile
                .history
                .read_json(aside.as_ref().map_or(line, |a| &a.aside))?;
            if aside.is_none() && !incoming.fits() {
                // An event of another version is an object all the same.
                serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line)
                    .map_err(|_| not_an_event())?;
            }
            if let (Some(aside), Some(event)) = (&aside, incoming.event()) {
                // An event that was in and is no more lost its place to another one, or was let go.
                let is_gone = aside.fields && !profile.history.customer().store().knows(&event.id);
                if is_gone || profile.is_too_old(event) {
                    profile.history.keep_aside(incoming);
                    return Ok(());
                }
            }
            profile.take(incoming, &mut crowded);
            Ok(())
        });
        profile.settle_within(crowded);
        outcome.map_err(|error| match error.problems().first() {
            Some(problem) => unreadable(&problem.to_string()),
            None => unreadable(&error.to_string()),
        })?;
        profile.history.strict();
        Ok(profile)
    }

    fn load_head(&mut self, head: &str) -> Result<(), Error> {
        let head: SavedHead = serde_json::from_str(head)
            .map_err(|_| unreadable("its first line does not say what it is"))?;
        if head.pervade_profile != VERSION {
            return Err(unreadable(&format!(
                "it is of version {}, and this pervade reads version {VERSION}",
                head.pervade_profile
            )));
        }
        let rules = self.history.rules().clone();
        let events = rules.inner().schema.program.events();
        let mut unknown = head.dropped;
        if !unknown.is_empty() {
            for (event, dropped) in events.iter().zip(self.dropped_mut()) {
                if let Some(saved) = unknown.remove(&event.name) {
                    *dropped = saved;
                }
            }
        }
        self.unknown = unknown;
        Ok(())
    }

    /// From when on it answers what rules ask.
    pub(crate) fn horizon(&self, rules: &Ruleset) -> Option<Horizon> {
        if self.dropped.is_empty() {
            return None;
        }
        let mut horizon: Option<i64> = None;
        let inner = rules.inner();
        let events = inner.schema.program.events();
        for ((need, dropped), event) in inner.needs().iter().zip(&self.dropped).zip(events) {
            if *dropped == KEEPS_ALL || *need == Need::default() {
                continue;
            }
            if need.all.is_some() || need.newest > dropped.newest || need.oldest > dropped.oldest {
                return Some(Err(format!(
                    "the rules need more of `{}` than the profile keeps: it was compacted for rules that needed less",
                    event.name
                )));
            }
            let from = dropped.upto.saturating_add(need.span).max(dropped.now);
            horizon = Some(horizon.map_or(from, |known| known.max(from)));
        }
        horizon.map(Ok)
    }

    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    fn observed(&mut self, incoming: Incoming) -> Result<Observed, Error> {
        let mut crowded = false;
        let observed = self.take(incoming, &mut crowded);
        self.settle_within(crowded);
        Ok(observed)
    }

    /// Adds what was read, unless nothing needs it any more; says whether another one goes for it.
    fn take(&mut self, incoming: Incoming, crowded: &mut bool) -> Observed {
        match incoming.event() {
            Some(event) if self.is_too_old(event) => Observed::TooOld,
            Some(event) => {
                let ty = event.ty;
                let observed = self.history.take_in(incoming);
                *crowded |= self.is_crowded(ty);
                observed
            }
            None => self.history.take_in(incoming),
        }
    }

    fn take_all(&mut self, incoming: Vec<Incoming>) -> usize {
        let mut crowded = false;
        let new = match self.dropped.is_empty() {
            true => self.history.take_in_all(incoming),
            false => {
                let observed = incoming.into_iter().map(|i| self.take(i, &mut crowded));
                observed.filter(|o| *o == Observed::New).count()
            }
        };
        self.settle_within(crowded);
        new
    }

    fn settle_within(&mut self, crowded: bool) {
        if crowded {
            self.let_go();
        }
        self.settle();
    }

    fn dropped_mut(&mut self) -> &mut Vec<Dropped> {
        let types = self.history.rules().inner().graph.events().types.len();
        self.dropped.resize(types, KEEPS_ALL);
        &mut self.dropped
    }

    fn dropped_of(&self, ty: u32) -> Dropped {
        let dropped = self.dropped.get(ty as usize).copied();
        dropped.unwrap_or(KEEPS_ALL)
    }

    /// Whether one of a type goes.
    fn is_crowded(&self, ty: u32) -> bool {
        let dropped = self.dropped_of(ty);
        let store = self.history.customer().store();
        let newer = store.seen_at(ty, dropped.now);
        let goes = newer.saturating_sub(dropped.newest as usize);
        (dropped.oldest as usize) < goes.min(store.seen_at(ty, dropped.upto))
    }

    fn is_too_old(&self, event: &Event) -> bool {
        let dropped = self.dropped_of(event.ty);
        if event.at > dropped.upto {
            return false;
        }
        let store = self.history.customer().store();
        let Some(place) = store.place_of(event) else {
            return false;
        };
        let is_oldest = place < dropped.oldest as usize;
        let newer = store.seen_at(event.ty, dropped.now).saturating_sub(place);
        let is_newest = newer < dropped.newest as usize;
        !is_oldest && !is_newest
    }

    /// Lets go of what has been dropped; gives whether there was anything.
    fn let_go(&mut self) -> bool {
        let store = self.history.customer().store();
        let goes = |ty: u32, row: usize| {
            let dropped = self.dropped_of(ty);
            let rows = store.rows(ty)?;
            let newer = store.seen_at(ty, dropped.now).saturating_sub(row + 1);
            let goes = rows.at(row) <= dropped.upto
                && newer >= dropped.newest as usize
                && row >= dropped.oldest as usize;
            Some(goes)
        };
        let all = store.in_order();
        let stays: Vec<(u32, usize)> = all
            .iter()
            .copied()
            .filter(|(ty, row)| goes(*ty, *row) != Some(true))
            .collect();
        if stays.len() == all.len() {
            return false;
        }
        let mut left = Store::new(self.history.rules().inner().graph.events());
        for event in stays.iter().filter_map(|(ty, row)| store.event(*ty, *row)) {
            let (Added::New { .. } | Added::Known | Added::Conflict { .. }) = left.add(&event);
        }
        self.history.customer_mut().replace(left);
        true
    }

    fn settle(&mut self) {
        let rules = self.history.rules().clone();
        let inner = rules.inner();
        inner.with_scratch(|scratch| {
            let graph = &inner.graph;
            self.history.customer_mut().settle(Desk { graph, scratch });
        });
    }
}

/// The first line of a saved profile.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedHead {
    pervade_profile: u64,
    /// By event type; in order, so that equal profiles give equal texts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    dropped: BTreeMap<String, Dropped>,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedAside {
    aside: String,
    /// Whether it is only fields of an event that was in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fields: bool,
}

/// A line of a saved profile.
fn line_of(data: &impl Serialize) -> String {
    let mut line = serde_json::to_string(data).unwrap_or_default();
    line.push('\n');
    line
}

/// A line that is none.
fn not_an_event() -> Error {
    ErrorKind::Event {
        problems: vec![Problem::new("", "this is no event")],
        left_out: 0,
    }
    .into()
}

fn unreadable(why: &str) -> Error {
    ErrorKind::Saved {
        message: why.to_owned(),
    }
    .into()
}

impl PartialEq for Profile {
    /// Whether both have the same events, let go of the same, and keep the same aside.
    fn eq(&self, other: &Profile) -> bool {
        self.save() == other.save()
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("events", &self.len())
            .field("aside", &self.aside().len())
            .finish_non_exhaustive()
    }
}

/// The memory of a profile, in bytes. See [`Profile::size`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProfileSize {
    /// Of events: instants, places, channels, devices.
    pub events: usize,
    /// Of their fields.
    pub payload: usize,
    /// Of their ids.
    pub ids: usize,
    /// Of what is kept up to date besides.
    pub state: usize,
}

impl ProfileSize {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> usize {
        self.events + self.payload + self.ids + self.state
    }
}
