//! Several behaviours watched together: nothing changes before the look says, then what it names does, and what has changed
//! is what differs when each is decided by itself.

use super::agree::{self, context, declaration, history, text};
use super::lives::{self, Life};
use crate::oracle::calendar;
use crate::oracle::tape::{Case, Tape, words};
use pervade::{Context, Look, Ruleset, Watch};
use serde_json::Value as Json;
use std::cell::Cell;
use std::fmt;

/// What a run has met.
#[derive(Clone, Copy, Default)]
pub struct Met {
    looks: usize,
    wake_ups: usize,
    changes: usize,
    events: usize,
    overflows: usize,
}

impl fmt::Display for Met {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} looks, {} wake-ups with {} changes, {} events, {} overflows",
            self.looks, self.wake_ups, self.changes, self.events, self.overflows
        )
    }
}

/// Each behaviour decided by itself: the decision as it is written out, or that it overflows.
fn decided(rules: &Ruleset, names: &[&str], context: &Context) -> Vec<Option<Json>> {
    let one = |name: &&str| {
        let decision = rules.decision::<Json>(name).expect("declared");
        let decision = decision.decide(context).ok()?;
        Some(serde_json::to_value(&decision).expect("JSON"))
    };
    names.iter().map(one).collect()
}

/// The names of what differs.
fn differing<'n>(names: &[&'n str], a: &[Option<Json>], b: &[Option<Json>]) -> Vec<&'n str> {
    let both = names.iter().zip(a.iter().zip(b));
    both.filter(|(_, (a, b))| a != b).map(|(n, _)| *n).collect()
}

/// A ruleset with its watch, and a customer.
struct Watched<'w> {
    text: &'w str,
    rules: &'w Ruleset,
    watch: Watch,
    names: Vec<&'w str>,
    life: &'w Life,
}

/// A look, and what it ought to say.
struct Seen {
    at: i64,
    look: Look,
    decided: Vec<Option<Json>>,
}

impl Watched<'_> {
    fn told(&self, what: &str, at: i64, names: &[&str]) -> String {
        let all: Vec<String> = names.iter().map(|n| declaration(self.text, n)).collect();
        let at = calendar::instant_text(at);
        format!(
            "{what} at {at}: {names:?}\n{}\n{}",
            all.join("\n"),
            agree::told(self.life)
        )
    }

    fn look(&self, context: &Context, at: i64) -> Result<Seen, String> {
        let look = self.watch.look(context).map_err(|e| e.to_string())?;
        let decided = decided(self.rules, &self.names, context);
        for (standing, decided) in look.standings().zip(&decided) {
            let value = standing.value::<Json>().ok();
            let own = decided.as_ref().map(|d| &d["value"]);
            if value.as_ref() != own || standing.overflows() != own.is_none() {
                return Err(self.told(&format!("{value:?}, not {own:?}"), at, &[standing.name()]));
            }
        }
        Ok(Seen { at, look, decided })
    }

    /// Holds what a look says has changed against what has.
    fn compare(&self, new: &Seen, old: &Seen) -> Result<usize, String> {
        let changed = new
            .look
            .changed_since(&old.look)
            .map_err(|e| e.to_string())?;
        let differing = differing(&self.names, &new.decided, &old.decided);
        if changed != differing {
            return Err(self.told(&format!("changed: {changed:?}, but"), new.at, &differing));
        }
        Ok(changed.len())
    }

    /// From one wake-up to the next, in a life in which nothing happens any more.
    fn follow(
        &self,
        at: impl Fn(i64) -> Result<Context, String>,
        from: i64,
        tape: &Tape,
    ) -> Result<Met, String> {
        let mut met = Met::default();
        let mut last = self.look(&at(from)?, from)?;
        for _ in 0..4 {
            met.looks += 1;
            met.overflows += last.decided.iter().filter(|d| d.is_none()).count();
            let until = last.look.valid_until().map(|at| at.timestamp_millis());
            let end = until.unwrap_or(last.at + 4_000_000_000);
            let mut between = vec![last.at + 1, end - 1];
            between.extend(
                self.life
                    .events
                    .iter()
                    .map(|event| event.at + *tape.pick(&lives::BEHIND)),
            );
            between.retain(|instant| *instant > last.at && *instant < end);
            for instant in between.into_iter().take(6) {
                let now = decided(self.rules, &self.names, &at(instant)?);
                let early = differing(&self.names, &last.decided, &now);
                if !early.is_empty() {
                    return Err(self.told("too late", instant, &early));
                }
            }
            let Some(until) = until else { break };
            let new = self.look(&at(until)?, until)?;
            let changes = self.compare(&new, &last)?;
            let changed = new
                .look
                .changed_since(&last.look)
                .map_err(|e| e.to_string())?;
            let next = last.look.next();
            if changed.iter().any(|name| !next.contains(name)) {
                return Err(self.told(&format!("not in next, {next:?}"), until, &changed));
            }
            // What fades changes in steps too small to see; what overflows does not know until when.
            let exact = !self.text.contains("score ") && last.decided.iter().all(Option::is_some);
            if changes == 0 && exact {
                return Err(self.told("too early", until, &next));
            }
            met.wake_ups += 1;
            met.changes += changes;
            last = new;
        }
        Ok(met)
    }

    /// Event by event, at one instant: what each of them changes.
    fn observe(&self, now: i64, tape: &Tape) -> Result<usize, String> {
        let mut profile = self.rules.profile();
        let look = |profile: &pervade::Profile| {
            let instant = chrono::DateTime::from_timestamp_millis(now).expect("an instant");
            let builder = self.rules.context().now(instant).profile(profile);
            let builder = builder
                .touchpoint_json(r#"{ "channel": "web" }"#)
                .expect("JSON");
            self.look(&builder.build().map_err(|e| e.to_string())?, now)
        };
        let mut last = look(&profile)?;
        let places = tape.shuffled(self.life.events.len());
        for place in places.iter().copied() {
            let json = lives::json(&self.life.events[place]);
            profile.observe_json(&json).map_err(|e| e.to_string())?;
            let new = look(&profile)?;
            self.compare(&new, &last)?;
            last = new;
        }
        Ok(places.len())
    }
}

fn check(case: &Case, all: &Cell<Met>) -> Result<(), String> {
    let (mut text, _) = text(case);
    // Something that overflows now and then, which hides nothing else.
    text += "behaviour much = count a in last 1 day * 4_000_000_000_000_000_000 > 0\n";
    let rules = Ruleset::from_text(&text).map_err(|e| format!("{e}"))?;
    let watch = rules.watch();
    for (number, choices) in (0..).zip(case.contexts.iter().take(3)) {
        let tape = Tape::new(choices);
        let life = lives::life(&tape);
        let history = history(&rules, &life, &tape)?;
        let watched = Watched {
            text: &text,
            rules: &rules,
            names: watch.names().collect(),
            watch: watch.clone(),
            life: &life,
        };
        let mut met = all.get();
        let more = words(number, 400);
        let tape = Tape::new(&more);
        for now in life.nows.iter().take(2) {
            let seen = watched.follow(|at| context(&rules, &history, at), *now, &tape)?;
            met.looks += seen.looks;
            met.wake_ups += seen.wake_ups;
            met.changes += seen.changes;
            met.overflows += seen.overflows;
            met.events += watched.observe(*now, &tape)?;
        }
        all.set(met);
    }
    Ok(())
}

/// Runs so many rulesets.
pub fn run(seed: u32, rulesets: u32) -> Met {
    agree::all((seed, rulesets), Cell::new(Met::default()), check).get()
}
