//! One customer asked: what the engine says, from a history or a profile, against the reference.

use crate::oracle::given::Given;
use crate::oracle::reference::actions;
use crate::oracle::reference::events::Happened;
use crate::oracle::reference::{self, Facts, Val};
use crate::oracle::{calendar, expected};
use chrono::{DateTime, Utc};
use pervade::internals::hir::{Choice, DefId, DefKind, Root, Ty};
use pervade::{Arbitration, Context, Decision, History, Profile, Ruleset, Stage};
use serde_json::Value as Json;

pub fn instant(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).expect("an instant")
}

/// What no length of time in generated rules comes near.
const BOUNDED: i64 = 5 * 366 * 86_400_000;

/// What the engine is asked with.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    History(&'a History),
    Profile(&'a Profile),
}

/// What a next best action says, and until when.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub labels: Vec<String>,
    pub value: Json,
    pub until: Option<i64>,
}

/// A customer, as everything but the engine knows them.
#[derive(Clone, Copy)]
pub struct Customer<'a> {
    pub rules: &'a Ruleset,
    pub context: &'a Given,
    /// The touchpoint without its channel.
    pub touchpoint: &'a Given,
    pub events: &'a [Happened],
}

/// The next best actions of a ruleset.
pub fn choices(rules: &Ruleset) -> Vec<String> {
    let defs = rules.program().defs().iter();
    let choices = defs.filter(|def| matches!(def.kind, DefKind::NextBestAction(_)));
    choices.map(|def| def.name.clone()).collect()
}

/// The channels of a ruleset; one `None` where it has none.
pub fn channels(rules: &Ruleset) -> Vec<Option<String>> {
    let program = rules.program();
    let channel = program
        .inputs()
        .iter()
        .find(|input| input.root == Root::Touchpoint && input.name == "channel");
    match channel.map(|input| input.ty.present()) {
        Some(Ty::Enum(id)) => {
            let members = program.enumeration(*id).members.iter();
            members.cloned().map(Some).collect()
        }
        _ => vec![None],
    }
}

/// An event as a host gives it.
pub fn json(rules: &Ruleset, event: &Happened) -> String {
    let program = rules.program();
    let ty = &program.events()[event.ty];
    let mut json = serde_json::json!({
        "id": event.id, "type": ty.name, "at": calendar::instant_text(event.at), "seq": event.seq,
    });
    if let Some(device) = &event.device {
        json["device"] = device.clone().into();
    }
    if let Some(channel) = event.channel {
        let channels = channels(rules);
        json["channel"] = channels[channel].clone().into();
    }
    for (field, value) in program.record(ty.record).fields.iter().zip(&event.fields) {
        if *value != Val::Missing {
            json[&field.name] = expected::json(program, &field.ty, value);
        }
    }
    json.to_string()
}

pub fn history(rules: &Ruleset, events: &[Happened]) -> History {
    let mut history = rules.history();
    for event in events {
        let json = json(rules, event);
        history
            .add_json(&json)
            .unwrap_or_else(|e| panic!("{json}: {e}"));
    }
    history
}

impl Customer<'_> {
    /// The touchpoint on a channel.
    pub fn on(&self, channel: Option<&str>) -> Given {
        let Given::Record(mut fields) = self.touchpoint.clone() else {
            panic!("a touchpoint is a record");
        };
        if let Some(channel) = channel {
            fields.push(("channel".to_owned(), Given::Member(channel.to_owned())));
        }
        Given::Record(fields)
    }

    pub fn context(
        &self,
        source: Source<'_>,
        (now, channel): (i64, Option<&str>),
    ) -> Result<Context, String> {
        let builder = self.rules.context().now(instant(now));
        let builder = match source {
            Source::History(history) => builder.history(history),
            Source::Profile(profile) => builder.profile(profile),
        };
        let builder = builder.facts(self.context).map_err(|e| e.to_string())?;
        let builder = match channel {
            Some(_) => builder
                .touchpoint(&self.on(channel))
                .map_err(|e| e.to_string())?,
            None => builder,
        };
        builder.build().map_err(|e| e.to_string())
    }

    pub fn decide(
        &self,
        name: &str,
        source: Source<'_>,
        at: (i64, Option<&str>),
    ) -> Result<Decision<Json>, String> {
        let context = self.context(source, at)?;
        let decider = self.rules.decision(name).map_err(|e| e.to_string())?;
        decider.decide(&context).map_err(|e| e.to_string())
    }

    /// What the engine says, and until when.
    pub fn said(
        &self,
        name: &str,
        source: Source<'_>,
        at: (i64, Option<&str>),
    ) -> Result<Said, String> {
        let decision = self.decide(name, source, at)?;
        Ok(Said {
            labels: decision.labels().to_vec(),
            until: decision.valid_until().map(|at| at.timestamp_millis()),
            value: decision.into_value(),
        })
    }

    /// The engine chooses what the reference chooses, having read the same.
    pub fn agrees(
        &self,
        name: &str,
        source: Source<'_>,
        (now, channel): (i64, Option<&str>),
    ) -> Result<Decision<Json>, String> {
        let decision = self.decide(name, source, (now, channel))?;
        let program = self.rules.program();
        let id = program.find(name).expect("a next best action");
        let touchpoint = self.on(channel);
        let facts = self.facts(&touchpoint, now);
        let answer = reference::decide(program, facts, id).map_err(|e| format!("{e:?}"))?;
        let expected = (
            expected::labels(program, id, &answer.fit),
            expected::json(program, &program.def(id).ty, &answer.value),
            expected::depends_on(program, &answer),
        );
        let got = (
            decision.labels().to_vec(),
            decision.value().clone(),
            decision
                .depends_on()
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<String>>(),
        );
        match got == expected {
            true => Ok(decision),
            false => Err(format!(
                "expected {expected:?}\n     got {got:?}\n{}",
                self.told(name, (now, channel))
            )),
        }
    }

    /// The arbitration says of each action what the reference says of it, and until when policies bind it. Gives how many
    /// were bound, and how many withheld.
    pub fn arbitrates(
        &self,
        name: &str,
        decision: &Decision<Json>,
        (now, channel): (i64, Option<&str>),
        later: &[i64],
    ) -> Result<(usize, usize), String> {
        let program = self.rules.program();
        let id = program.find(name).expect("a next best action");
        let choice = choice(self.rules, id);
        let touchpoint = self.on(channel);
        let facts = self.facts(&touchpoint, now);
        let member = channel.map(|channel| self.member(channel));
        let expected =
            actions::arbitrate(program, facts, id, member).map_err(|e| format!("{e:?}"))?;
        let arbitration = decision.arbitration().map_err(|e| e.to_string())?;
        let wrong = |what: &str| {
            Err(format!(
                "{what}\nexpected {expected:?}\n     got {}\n{}",
                serde_json::to_string(&arbitration).expect("JSON"),
                self.told(name, (now, channel))
            ))
        };
        let chosen = expected.iter().filter(|one| one.chosen);
        let names: Vec<&str> = chosen.map(|one| one.action.as_str()).collect();
        let found: Vec<&str> = arbitration.chosen().iter().map(|c| c.action()).collect();
        if names != found || decision.labels() != names {
            return wrong("others are chosen");
        }
        let (mut bound, mut withheld) = (0, 0);
        for one in &expected {
            let said = said_of(&arbitration, &one.action);
            let by = one.by.iter().map(|clause| self.clause(choice, *clause));
            let wanted = ((!one.chosen).then_some(one.stage), by.collect());
            if said.as_ref().map(|(stage, by, _)| (*stage, by.clone())) != Some(wanted) {
                return wrong(&format!("of `{}` it says {said:?}", one.action));
            }
        }
        for one in expected.iter().filter(|one| !one.by.is_empty()) {
            let (action, place) = (&one.action, one.place);
            let (_, _, until) = said_of(&arbitration, action).expect("said above");
            let on = member.filter(|_| one.chosen);
            match on {
                None => bound += 1,
                Some(_) => withheld += 1,
            }
            let binds = |at: i64| {
                let facts = self.facts(&touchpoint, at);
                let by = actions::binding(program, facts, id, (&one.before, place), on);
                !by.expect("no overflow").is_empty()
            };
            let end = until.unwrap_or(i64::MAX);
            if end <= now {
                return wrong(&format!(
                    "`{action}` is bound until an instant that is past"
                ));
            }
            let mut inside: Vec<i64> = later.iter().copied().filter(|at| *at > now).collect();
            inside.push(end.saturating_sub(1));
            inside.retain(|at| *at < end && calendar::is_instant(*at));
            if let Some(at) = inside.into_iter().find(|at| !binds(*at)) {
                return wrong(&format!(
                    "`{action}` is not bound at {}, before the end",
                    calendar::instant_text(at)
                ));
            }
            // Clauses that take turns for ever: how often it is asked again is bounded.
            let years = end - now > BOUNDED;
            if !years && until.is_some_and(&binds) {
                return wrong(&format!("`{action}` is still bound at the end"));
            }
        }
        Ok((bound, withheld))
    }

    /// Until when an answer stands is never too late, and at that instant it is another one.
    pub fn ends(
        &self,
        name: &str,
        source: Source<'_>,
        (now, channel): (i64, Option<&str>),
        later: &[i64],
    ) -> Result<Said, String> {
        let said = self.said(name, source, (now, channel))?;
        let end = said.until.unwrap_or(i64::MAX);
        let mut inside: Vec<i64> = later.iter().copied().filter(|at| *at > now).collect();
        if end < i64::MAX {
            inside.push(end - 1);
        }
        inside.retain(|at| *at < end && *at > now && calendar::is_instant(*at));
        let other = |at: i64| self.decide(name, source, (at, channel));
        let own = deliveries(&other(now)?)?;
        let same = |decision: &Decision<Json>| -> Result<bool, String> {
            let alike = decision.labels() == said.labels && *decision.value() == said.value;
            Ok(alike && deliveries(decision)? == own)
        };
        for at in inside {
            let other = other(at)?;
            if !same(&other)? {
                return Err(format!(
                    "{said:?} is said to stand, but at {} it is {:?}\n{}",
                    calendar::instant_text(at),
                    other.labels(),
                    self.told(name, (now, channel))
                ));
            }
        }
        if said.until.is_some() && (end <= now || same(&other(end)?)?) {
            return Err(format!(
                "{said:?} ends too early\n{}",
                self.told(name, (now, channel))
            ));
        }
        Ok(said)
    }

    pub fn facts<'f>(&'f self, touchpoint: &'f Given, now: i64) -> Facts<'f> {
        Facts {
            context: self.context,
            touchpoint,
            now,
            events: self.events,
        }
    }

    fn member(&self, channel: &str) -> u32 {
        let channels = channels(self.rules);
        let place = channels.iter().position(|c| c.as_deref() == Some(channel));
        u32::try_from(place.expect("a channel")).expect("few")
    }

    /// The text of a clause that binds.
    fn clause(&self, choice: &Choice, place: usize) -> String {
        let span = choice.policies[place].clause.span;
        let text = self.rules.sources().snippet(span);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What was asked, and of whom.
    pub fn told(&self, name: &str, (now, channel): (i64, Option<&str>)) -> String {
        let events: Vec<String> = self.events.iter().map(|e| json(self.rules, e)).collect();
        format!(
            "{name} at {} on {} for {}\n{}",
            calendar::instant_text(now),
            channel.unwrap_or("no channel"),
            self.context.json(),
            events.join("\n")
        )
    }
}

fn choice(rules: &Ruleset, id: DefId) -> &Choice {
    match &rules.program().def(id).kind {
        DefKind::NextBestAction(choice) => choice,
        other => panic!("{other:?} chooses no actions"),
    }
}

/// Where an action fell out, the clauses that bind it, and until when.
type Fell = (Option<Stage>, Vec<String>, Option<i64>);

fn said_of(arbitration: &Arbitration, action: &str) -> Option<Fell> {
    let of = |withheld: Option<&pervade::Withheld>| match withheld {
        Some(withheld) => (
            withheld.by.clone(),
            withheld.until.map(|at| at.timestamp_millis()),
        ),
        None => (Vec::new(), None),
    };
    let mut chosen = arbitration.chosen().iter();
    if let Some(chosen) = chosen.find(|c| c.action() == action) {
        let (by, until) = of(chosen.withheld());
        return Some((None, by, until));
    }
    let mut rejected = arbitration.rejected().iter();
    let rejected = rejected.find(|r| r.action() == action)?;
    let (by, until) = of(rejected.policy());
    Some((Some(rejected.stage()), by, until))
}

/// How what is chosen is delivered: each with its treatment, and whether it is withheld.
fn deliveries(decision: &Decision<Json>) -> Result<Vec<(Option<Json>, bool)>, String> {
    let arbitration = decision.arbitration().map_err(|e| e.to_string())?;
    let chosen = arbitration.chosen().iter();
    let each = chosen.map(|one| {
        let shown = one.treatment().map_err(|e| e.to_string())?;
        Ok((shown, one.withheld().is_some()))
    });
    each.collect()
}
