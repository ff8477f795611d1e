//! Contact policies as hosts see them: until when an action is bound or withheld, until when a choice stands, and what became
//! of actions as events.

use super::rules;
use chrono::{DateTime, TimeDelta, Utc};
use pervade::{
    Arbitration, Context, Decision, ErrorKind, History, Observed, OutcomeEvent, OutcomeKind,
    Profile, Ruleset, Stage, Withheld,
};
use serde_json::Value as Json;

/// Actions of two groups, and room for policies and a choice.
fn of(clauses: &str, choice: &str) -> Ruleset {
    rules(&format!(
        "ruleset demo
         timezone \"Europe/London\"
         context {{ consents: {{ push: bool = true }} }}
         touchpoint {{ channel: enum {{ web, email, push }} }}
         event complaint {{ about: string }}
         event night_shift {{ }}
         behaviour on_shift = night_shift in last 12 hours
         issue sales
         issue service
         group sales.tickets
         group sales.snacks
         group service.notices
         action family in sales.tickets {{ value 4 }}
         action single in sales.tickets {{ value 3 }}
         action popcorn in sales.snacks {{ value 2 }}
         action receipt in service.notices {{ value 1 transactional }}
         policy gentle {{\n{clauses}\n}}
         next_best_action home {{ {choice} }}"
    ))
}

const ALL: &str = "choose from all rank by value";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn event(word: &str, action: &str, instant: &str) -> String {
    let group = match action {
        "popcorn" => "sales.snacks",
        "receipt" => "service.notices",
        _ => "sales.tickets",
    };
    format!(
        r#"{{ "id": "{word}/{action}/{instant}", "type": "{word}", "at": "{instant}", "action": "{action}",
             "group": "{group}", "channel": "push" }}"#
    )
}

fn history(rules: &Ruleset, events: &[String]) -> History {
    let mut history = rules.history();
    for event in events {
        history.add_json(event).expect("an event");
    }
    history
}

fn context(rules: &Ruleset, history: &History, now: DateTime<Utc>, channel: &str) -> Context {
    let touchpoint = format!(r#"{{ "channel": "{channel}" }}"#);
    let builder = rules.context().now(now).history(history);
    let builder = builder.touchpoint_json(&touchpoint).expect("JSON");
    builder.build().expect("a context")
}

fn decide(rules: &Ruleset, context: &Context) -> Decision<Json> {
    let home = rules.decision("home").expect("a next best action");
    home.decide(context).expect("a decision")
}

/// One that is asked again and again.
struct Asked {
    rules: Ruleset,
    history: History,
    channel: &'static str,
}

impl Asked {
    fn new(clauses: &str, choice: &str, events: &[String]) -> Asked {
        let rules = of(clauses, choice);
        Asked {
            history: history(&rules, events),
            rules,
            channel: "web",
        }
    }

    fn on(self, channel: &'static str) -> Asked {
        Asked { channel, ..self }
    }

    fn decide(&self, now: DateTime<Utc>) -> Decision<Json> {
        let context = context(&self.rules, &self.history, now, self.channel);
        decide(&self.rules, &context)
    }

    fn arbitration(&self, now: DateTime<Utc>) -> Arbitration {
        self.decide(now).arbitration().expect("an arbitration")
    }

    /// What binds an action, or keeps it from being delivered.
    fn withheld(&self, action: &str, now: DateTime<Utc>) -> Option<Withheld> {
        let arbitration = self.arbitration(now);
        let mut chosen = arbitration.chosen().iter();
        if let Some(chosen) = chosen.find(|c| c.action() == action) {
            return chosen.withheld().cloned();
        }
        let mut rejected = arbitration.rejected().iter();
        let rejected = rejected.find(|r| r.action() == action).expect("an action");
        assert_eq!(rejected.stage(), Stage::Policy, "{rejected}");
        rejected.policy().cloned()
    }

    /// An action is bound by these clauses until then: a millisecond before it still is, at that instant it is not.
    fn ends(&self, action: &str, now: &str, by: &[&str], until: &str) {
        let (now, until) = (at(now), at(until));
        let withheld = self.withheld(action, now).expect("it is bound");
        assert_eq!(withheld.by, by);
        assert_eq!(
            withheld.until,
            Some(until),
            "{action} is bound by {withheld}"
        );
        let before = until - TimeDelta::milliseconds(1);
        if before > now {
            let last = self.withheld(action, before).expect("it is still bound");
            assert_eq!(last.until, Some(until), "{action} is bound by {last}");
        }
        let chosen = self.arbitration(until);
        let chosen = chosen.chosen().iter().find(|c| c.action() == action);
        let chosen = chosen.unwrap_or_else(|| panic!("{action} is not chosen at the end"));
        assert_eq!(chosen.withheld(), None);
    }

    /// The choice stands until then: a millisecond before it is the same, at that instant another one.
    fn stands(&self, now: &str, chosen: &[&str], until: &str, then: &[&str]) {
        let (now, until) = (at(now), at(until));
        let decision = self.decide(now);
        assert_eq!(decision.labels(), chosen);
        assert_eq!(decision.valid_until(), Some(until));
        let before = self.decide(until - TimeDelta::milliseconds(1));
        assert_eq!(before.value(), decision.value());
        assert_eq!(before.valid_until(), Some(until));
        let other = self.decide(until);
        assert_ne!(other.value(), decision.value());
        assert_eq!(other.labels(), then);
    }
}

#[test]
fn a_rolling_cap_binds_until_an_offer_grows_old() {
    let cap = "at most 2 of sales.tickets per 7 days";
    let events = [
        event("offered", "family", "2026-03-01T12:00:00Z"),
        event("offered", "single", "2026-03-02T12:00:00.001Z"),
        event("offered", "single", "2026-03-03T12:00:00Z"),
    ];
    let asked = Asked::new(cap, ALL, &events);
    // Three are one more than the cap: two have to grow old.
    asked.ends(
        "family",
        "2026-03-06T18:00:00Z",
        &[cap],
        "2026-03-09T12:00:00.001Z",
    );
    asked.stands(
        "2026-03-06T18:00:00Z",
        &["popcorn", "receipt"],
        "2026-03-09T12:00:00.001Z",
        &["family", "popcorn", "receipt"],
    );
    // Then `single` waits for one more, as long as `family` is chosen before it.
    asked.ends(
        "single",
        "2026-03-09T12:00:00.001Z",
        &[cap],
        "2026-03-10T12:00:00Z",
    );
    asked.stands(
        "2026-03-09T12:00:00.001Z",
        &["family", "popcorn", "receipt"],
        "2026-03-10T12:00:00Z",
        &["family", "single", "popcorn", "receipt"],
    );
    let last = asked.decide(at("2026-03-10T12:00:00Z"));
    assert_eq!(last.valid_until(), None);
}

#[test]
fn what_a_choice_itself_fills_time_alone_never_ends() {
    let cap = "at most 1 of sales.* per 7 days";
    let asked = Asked::new(cap, ALL, &[]);
    let now = at("2026-03-06T18:00:00Z");
    for action in ["single", "popcorn"] {
        let bound = asked.withheld(action, now).expect("bound by `family`");
        assert_eq!(
            (bound.by.as_slice(), bound.until),
            ([cap.to_owned()].as_slice(), None)
        );
        assert_eq!(bound.to_string(), format!("`{cap}`"));
    }
    assert_eq!(asked.decide(now).valid_until(), None);
    // With an offer of the past it is the past that binds all of them.
    let asked = Asked::new(
        cap,
        ALL,
        &[event("offered", "popcorn", "2026-03-06T12:00:00Z")],
    );
    let bound = asked.withheld("popcorn", now).expect("bound by the past");
    assert_eq!(bound.until, Some(at("2026-03-13T12:00:00Z")));
    assert_eq!(
        bound.to_string(),
        format!("`{cap}` until 2026-03-13T12:00:00Z")
    );
    asked.ends(
        "family",
        "2026-03-06T18:00:00Z",
        &[cap],
        "2026-03-13T12:00:00Z",
    );
}

#[test]
fn a_cap_of_the_calendar_binds_until_the_period_ends() {
    for (clause, now, offered, until) in [
        (
            "at most 1 of family per calendar hour",
            "2026-03-06T18:30:00Z",
            "2026-03-06T18:00:00Z",
            "2026-03-06T19:00:00Z",
        ),
        (
            "at most 1 of family per calendar day",
            "2026-03-06T18:30:00Z",
            "2026-03-06T00:00:00Z",
            "2026-03-07T00:00:00Z",
        ),
        // Of 23 hours, and of 25.
        (
            "at most 1 of family per calendar day",
            "2026-03-29T01:00:00Z",
            "2026-03-29T00:30:00Z",
            "2026-03-29T23:00:00Z",
        ),
        (
            "at most 1 of family per calendar day",
            "2026-10-25T01:30:00Z",
            "2026-10-24T23:00:00Z",
            "2026-10-26T00:00:00Z",
        ),
        // The hour that comes twice is two hours.
        (
            "at most 1 of family per calendar hour",
            "2026-10-25T00:45:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:00:00Z",
        ),
        (
            "at most 1 of family per calendar week",
            "2026-03-28T12:00:00Z",
            "2026-03-23T00:00:00Z",
            "2026-03-29T23:00:00Z",
        ),
        (
            "at most 1 of family per calendar month",
            "2026-03-06T18:30:00Z",
            "2026-03-01T00:00:00Z",
            "2026-03-31T23:00:00Z",
        ),
        (
            "at most 1 of family per calendar year",
            "2026-03-06T18:30:00Z",
            "2026-01-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
        ),
    ] {
        let asked = Asked::new(clause, ALL, &[event("offered", "family", offered)]);
        asked.ends("family", now, &[clause], until);
        let without = ["single", "popcorn", "receipt"];
        let with = ["family", "single", "popcorn", "receipt"];
        asked.stands(now, &without, until, &with);
    }
}

#[test]
fn pauses_that_overlap_bind_until_the_last_of_them_ends() {
    let clauses = "pause the same action for 90 days after declined
        pause sales.* for 60 days after 3 ignored in last 14 days
        pause sales.tickets for 2 days after complaint where (about != \"weather\")";
    let [declined, ignored, complained] = [
        "pause the same action for 90 days after declined",
        "pause sales.* for 60 days after 3 ignored in last 14 days",
        "pause sales.tickets for 2 days after complaint where (about != \"weather\")",
    ];
    let complaint = |instant: &str, about: &str| {
        format!(
            r#"{{ "id": "{instant}", "type": "complaint", "at": "{instant}", "about": "{about}" }}"#
        )
    };
    let events = [
        event("declined", "family", "2026-01-01T12:00:00Z"),
        event("ignored", "popcorn", "2026-02-01T12:00:00Z"),
        event("ignored", "popcorn", "2026-02-02T12:00:00Z"),
        event("ignored", "single", "2026-02-15T11:59:59.999Z"),
        complaint("2026-03-05T12:00:00Z", "seats"),
        complaint("2026-04-15T06:00:00Z", "seats"),
        complaint("2026-04-16T13:00:00Z", "weather"),
    ];
    let asked = Asked::new(clauses, ALL, &events);
    // Until 2026-04-01T12:00 it was declined, until 2026-04-16T11:59:59.999 they are left alone. The second complaint is
    // known already and lies ahead: it begins within, and ends behind.
    asked.ends(
        "family",
        "2026-03-06T18:00:00Z",
        &[declined, ignored, complained],
        "2026-04-17T06:00:00Z",
    );
    asked.ends(
        "popcorn",
        "2026-03-06T18:00:00Z",
        &[ignored],
        "2026-04-16T11:59:59.999Z",
    );
    asked.ends(
        "single",
        "2026-04-16T11:59:59.999Z",
        &[complained],
        "2026-04-17T06:00:00Z",
    );
    asked.stands(
        "2026-03-06T18:00:00Z",
        &["receipt"],
        "2026-04-16T11:59:59.999Z",
        &["popcorn", "receipt"],
    );
}

#[test]
fn what_binds_again_later_ends_in_between() {
    let cap = "at most 1 of family per 2 days";
    let events = [
        event("offered", "family", "2026-03-05T12:00:00Z"),
        // Known already, and ahead.
        event("offered", "family", "2026-03-08T12:00:00Z"),
    ];
    let asked = Asked::new(cap, "choose from family rank by value", &events);
    asked.ends(
        "family",
        "2026-03-06T18:00:00Z",
        &[cap],
        "2026-03-07T12:00:00Z",
    );
    asked.stands(
        "2026-03-07T12:00:00Z",
        &["family"],
        "2026-03-08T12:00:00Z",
        &[],
    );
    asked.ends(
        "family",
        "2026-03-08T12:00:00Z",
        &[cap],
        "2026-03-10T12:00:00Z",
    );
}

#[test]
fn quiet_hours_end_at_their_end_on_the_clock() {
    let quiet = "withhold on push when time in 21:00..08:00";
    let asked = Asked::new(quiet, ALL, &[]).on("push");
    for (now, until) in [
        ("2026-03-06T21:00:00Z", "2026-03-07T08:00:00Z"),
        ("2026-03-06T23:59:59.999Z", "2026-03-07T08:00:00Z"),
        ("2026-03-07T00:00:00Z", "2026-03-07T08:00:00Z"),
        ("2026-03-07T07:59:59.999Z", "2026-03-07T08:00:00Z"),
        // The night is an hour shorter, and an hour longer.
        ("2026-03-28T22:00:00Z", "2026-03-29T07:00:00Z"),
        ("2026-03-29T00:59:59.999Z", "2026-03-29T07:00:00Z"),
        ("2026-03-29T01:00:00Z", "2026-03-29T07:00:00Z"),
        ("2026-10-24T22:00:00Z", "2026-10-25T08:00:00Z"),
        ("2026-10-25T01:30:00Z", "2026-10-25T08:00:00Z"),
        ("2026-07-06T20:00:00Z", "2026-07-07T07:00:00Z"),
    ] {
        asked.ends("family", now, &[quiet], until);
    }
    for now in [
        "2026-03-06T20:59:59.999Z",
        "2026-03-07T08:00:00Z",
        "2026-03-29T07:00:00Z",
        "2026-10-25T08:00:00Z",
    ] {
        assert_eq!(asked.withheld("family", at(now)), None);
    }
    // What is chosen stays the same whatever the time; the answer of the channel stands until its quiet hours end, or begin.
    let night = asked.decide(at("2026-03-06T23:00:00Z"));
    assert_eq!(night.labels(), ["family", "single", "popcorn", "receipt"]);
    assert_eq!(night.valid_until(), Some(at("2026-03-07T08:00:00Z")));
    let day = asked.decide(at("2026-03-07T08:00:00Z"));
    assert_eq!(day.labels(), night.labels());
    assert_eq!(day.valid_until(), Some(at("2026-03-07T21:00:00Z")));
    // Elsewhere there are no quiet hours, and what is transactional is not withheld.
    assert_eq!(asked.withheld("receipt", at("2026-03-06T23:00:00Z")), None);
    let web = asked.on("web");
    assert_eq!(web.withheld("family", at("2026-03-06T23:00:00Z")), None);
    assert_eq!(web.decide(at("2026-03-06T23:00:00Z")).valid_until(), None);
}

#[test]
fn an_hour_that_is_left_out_and_one_that_comes_twice() {
    let clause = "withhold on push when time in 01:15..01:45";
    let asked = Asked::new(clause, ALL, &[]).on("push");
    // At 2026-03-29 there is no such time.
    for now in [
        "2026-03-29T00:59:59.999Z",
        "2026-03-29T01:00:00Z",
        "2026-03-29T01:15:00Z",
    ] {
        assert_eq!(asked.withheld("family", at(now)), None);
    }
    asked.ends(
        "family",
        "2026-10-25T00:15:00Z",
        &[clause],
        "2026-10-25T00:45:00Z",
    );
    asked.ends(
        "family",
        "2026-10-25T01:15:00Z",
        &[clause],
        "2026-10-25T01:45:00Z",
    );
}

#[test]
fn conditions_that_time_does_not_end() {
    let consent = "withhold on push, email unless consents.push";
    let quiet = "withhold on push when time in 21:00..08:00";
    let asked = Asked::new(&format!("{consent}\n{quiet}"), ALL, &[]).on("push");
    let now = at("2026-03-06T23:00:00Z");
    let without = |channel: &str| {
        let builder = asked.rules.context().now(now).history(&asked.history);
        let builder = builder.facts_json(r#"{ "consents": { "push": false } }"#);
        let touchpoint = format!(r#"{{ "channel": "{channel}" }}"#);
        let builder = builder.expect("JSON").touchpoint_json(&touchpoint);
        let context = builder.expect("JSON").build().expect("a context");
        let arbitration = decide(&asked.rules, &context).arbitration();
        arbitration.expect("an arbitration").chosen()[0]
            .withheld()
            .cloned()
    };
    let withheld = without("push").expect("withheld");
    assert_eq!(
        (withheld.by.as_slice(), withheld.until),
        ([consent.to_owned(), quiet.to_owned()].as_slice(), None)
    );
    assert_eq!(withheld.to_string(), format!("`{consent}` and `{quiet}`"));
    let withheld = without("email").expect("withheld");
    assert_eq!(
        (withheld.by.as_slice(), withheld.until),
        ([consent.to_owned()].as_slice(), None)
    );
    assert_eq!(without("web"), None);
    // With consent the night alone is left.
    asked.ends(
        "family",
        "2026-03-06T23:00:00Z",
        &[quiet],
        "2026-03-07T08:00:00Z",
    );
}

#[test]
fn deliveries_that_several_clauses_withhold() {
    let clauses = [
        "at most 1 per calendar day on push",
        "withhold on push when on_shift",
        "at most 2 of each group per 7 days on email, push",
    ];
    let shift = r#"{ "id": "s", "type": "night_shift", "at": "2026-03-06T20:00:00Z" }"#;
    let mut events = vec![
        shift.to_owned(),
        event("offered", "popcorn", "2026-03-06T10:00:00Z"),
        event("offered", "popcorn", "2026-03-03T12:00:00Z"),
    ];
    let asked = Asked::new(&clauses.join("\n"), ALL, &events).on("push");
    let now = "2026-03-06T22:00:00Z";
    asked.ends("family", now, &clauses[..2], "2026-03-07T08:00:00Z");
    // All three, of which the last ends when the older offer is 7 days old.
    let alone = Asked::new(
        &clauses.join("\n"),
        "choose from popcorn rank by value",
        &events,
    );
    let alone = alone.on("push");
    alone.ends("popcorn", now, &clauses, "2026-03-10T12:00:00Z");
    // Of what is delivered together, the first counts for the others: they wait for it, whatever the time.
    let morning = at("2026-03-07T08:00:00Z");
    let single = asked.withheld("single", morning).expect("withheld");
    assert_eq!(
        (single.by, single.until),
        (vec![clauses[0].to_owned()], None)
    );
    assert_eq!(
        asked.decide(morning).labels(),
        ["family", "single", "popcorn", "receipt"]
    );
    // What is withheld itself does not count: `popcorn` waits for the cap of the day beside the first alone.
    let popcorn = asked.withheld("popcorn", morning).expect("withheld");
    assert_eq!(popcorn.by, [clauses[0], clauses[2]]);
    // What was offered on other channels does not count for these.
    events.pop();
    events.push(event("offered", "popcorn", "2026-03-03T12:00:00Z").replace("push", "web"));
    let asked = Asked::new(&clauses.join("\n"), ALL, &events).on("push");
    asked.ends("family", now, &clauses[..2], "2026-03-07T08:00:00Z");
    let popcorn = asked.withheld("popcorn", at(now)).expect("withheld");
    assert_eq!(popcorn.by, clauses[..2]);
}

/// One question of several clauses: each of them says until when.
#[test]
fn clauses_that_ask_the_same_end_together() {
    let clauses = [
        "withhold on push when on_shift",
        "withhold on email, push when on_shift",
        "pause sales.* for 2 days after complaint",
        "pause sales.snacks for 2 days after complaint",
    ];
    let events = [
        r#"{ "id": "s", "type": "night_shift", "at": "2026-03-06T20:00:00Z" }"#.to_owned(),
        r#"{ "id": "c", "type": "complaint", "at": "2026-03-05T06:00:00Z", "about": "x" }"#
            .to_owned(),
    ];
    let asked = Asked::new(&clauses.join("\n"), ALL, &events);
    asked.ends(
        "popcorn",
        "2026-03-06T22:00:00Z",
        &clauses[2..],
        "2026-03-07T06:00:00Z",
    );
    asked.on("push").ends(
        "family",
        "2026-03-07T06:00:00Z",
        &clauses[..2],
        "2026-03-07T08:00:00Z",
    );
}

#[test]
fn clauses_are_told_on_one_line() {
    let clause = "at most 1 of sales.tickets,
                 sales.snacks
             per   7 days";
    let asked = Asked::new(
        clause,
        ALL,
        &[event("offered", "family", "2026-03-06T12:00:00Z")],
    );
    let now = at("2026-03-06T18:00:00Z");
    let bound = asked.withheld("popcorn", now).expect("bound");
    assert_eq!(
        bound.by,
        ["at most 1 of sales.tickets, sales.snacks per 7 days"]
    );
    let json = serde_json::to_value(&bound).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!({
            "by": ["at most 1 of sales.tickets, sales.snacks per 7 days"],
            "until": "2026-03-13T12:00:00Z",
        })
    );
    let arbitration = asked.arbitration(now);
    let told = arbitration
        .rejected()
        .iter()
        .map(ToString::to_string)
        .next();
    assert_eq!(
        told.as_deref(),
        Some(
            "`family` qualifies, but is bound by `at most 1 of sales.tickets, sales.snacks per 7 days` until \
             2026-03-13T12:00:00Z"
        )
    );
}

#[test]
fn choices_stand_until_a_policy_turns() {
    let clauses = "at most 1 of each action per 2 days
        at most 3 of sales.* per calendar week
        pause the same group for 6 hours after declined";
    let events = [
        event("offered", "family", "2026-03-05T12:00:00Z"),
        event("offered", "single", "2026-03-06T12:00:00Z"),
        event("declined", "popcorn", "2026-03-06T17:00:00Z"),
    ];
    let one = "choose from sales.* rank by value limit 1";
    let asked = Asked::new(clauses, one, &events);
    // `popcorn` first, then `family`, although `single` ends meanwhile: it comes behind it.
    asked.stands(
        "2026-03-06T18:00:00Z",
        &[],
        "2026-03-06T23:00:00Z",
        &["popcorn"],
    );
    asked.stands(
        "2026-03-06T23:00:00Z",
        &["popcorn"],
        "2026-03-07T12:00:00Z",
        &["family"],
    );
    assert_eq!(asked.decide(at("2026-03-07T12:00:00Z")).valid_until(), None);
    // Asked for two, `single` comes in where its own cap has ended and a week of room for three begins.
    let asked = Asked::new(
        clauses,
        "choose from sales.* rank by value limit 2",
        &events,
    );
    asked.stands(
        "2026-03-07T12:00:00Z",
        &["family"],
        "2026-03-09T00:00:00Z",
        &["family", "single"],
    );
}

/// A choice made on a context.
struct Made {
    rules: Ruleset,
    now: DateTime<Utc>,
}

impl Made {
    fn decision(&self, channel: &str) -> Decision<Json> {
        let history = self.rules.history();
        decide(
            &self.rules,
            &context(&self.rules, &history, self.now, channel),
        )
    }
}

fn made(choice: &str) -> Made {
    Made {
        rules: of("at most 1 of each action per 7 days", choice),
        now: at("2026-03-06T18:00:00Z"),
    }
}

fn handle_error(error: &pervade::Error) -> String {
    assert!(
        matches!(error.kind(), ErrorKind::Handle { .. }),
        "{error:?}"
    );
    error.to_string()
}

#[test]
fn ids_of_outcomes_follow_from_the_decision_alone() {
    let made = made("choose from all rank by value limit 2");
    let (web, push) = (made.decision("web"), made.decision("push"));
    for kind in [
        OutcomeKind::Offered,
        OutcomeKind::Accepted,
        OutcomeKind::Declined,
        OutcomeKind::Ignored,
    ] {
        let outcome = |decision: &Decision<Json>, action: &str| -> OutcomeEvent {
            decision.outcome(action, kind).expect("it is chosen")
        };
        let one = outcome(&web, "family");
        assert_eq!(one, outcome(&web, "family"));
        assert_eq!(one, outcome(&made.decision("web"), "family"));
        assert_eq!(one.event_type, kind.word());
        assert_eq!((one.at, one.channel.as_deref()), (made.now, Some("web")));
        assert_eq!(
            (one.action.as_str(), one.group.as_str()),
            ("family", "sales.tickets")
        );
        assert!(!one.transactional);
        assert_ne!(one.id, outcome(&web, "single").id);
        // An offer is one of a channel; what becomes of it is not, wherever it is told.
        let other = outcome(&push, "family");
        let is_offer = kind == OutcomeKind::Offered;
        assert_eq!(one.id == other.id, !is_offer);
        assert_eq!(one.offer.is_none(), is_offer);
        if !is_offer {
            let offered = web.outcome("family", OutcomeKind::Offered);
            assert_eq!(one.offer, Some(offered.expect("it is chosen").id));
        }
        // Told at another instant, or on another channel, it is the same.
        let later = one.clone().at(made.now + TimeDelta::hours(1)).on("email");
        assert_eq!(later.id, one.id);
        assert_eq!(later.channel.as_deref(), Some("email"));
        // A decision of another instant is another.
        let history = made.rules.history();
        let after = made.now + TimeDelta::milliseconds(1);
        let after = decide(&made.rules, &context(&made.rules, &history, after, "web"));
        assert_ne!(outcome(&after, "family").id, one.id);
    }
    let of_other_kinds = [OutcomeKind::Accepted, OutcomeKind::Declined]
        .map(|kind| web.outcome("family", kind).expect("it is chosen").id);
    assert_ne!(of_other_kinds[0], of_other_kinds[1]);
}

#[test]
fn outcomes_as_json() {
    let made = made(ALL);
    let decision = made.decision("push");
    let offered = decision.outcome("receipt", OutcomeKind::Offered);
    let json = serde_json::to_value(offered.expect("it is chosen")).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!({
            "id": "home/receipt/2026-03-06T18:00:00Z/offered/push", "type": "offered", "at": "2026-03-06T18:00:00Z",
            "channel": "push", "action": "receipt", "group": "service.notices", "transactional": true,
        })
    );
    let declined = decision.outcome("family", OutcomeKind::Declined);
    let declined = declined
        .expect("it is chosen")
        .at(at("2026-03-06T19:00:00.250Z"));
    let json = serde_json::to_value(declined).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!({
            "id": "home/family/2026-03-06T18:00:00Z/declined", "type": "declined", "at": "2026-03-06T19:00:00.250Z",
            "channel": "push", "action": "family", "group": "sales.tickets", "transactional": false,
            "offer": "home/family/2026-03-06T18:00:00Z/offered/push",
        })
    );
}

#[test]
fn what_is_withheld_is_not_offered() {
    let rules = of(
        "withhold on push when time in 17:00..20:00",
        "choose from sales.* rank by value",
    );
    let now = at("2026-03-06T18:00:00Z");
    let on = |channel| decide(&rules, &context(&rules, &rules.history(), now, channel));
    let decision = on("push");
    let error = decision.outcome("family", OutcomeKind::Offered);
    let text = handle_error(&error.expect_err("it is withheld"));
    assert!(
        text.contains("`family` is not offered here: it is withheld by `withhold on push when time in 17:00..20:00` until 2026-03-06T20:00:00Z"),
        "{text}"
    );
    // The customer may have answered elsewhere.
    assert!(decision.outcome("family", OutcomeKind::Declined).is_ok());
    let offered = on("web").outcome("family", OutcomeKind::Offered);
    assert!(offered.is_ok());
}

#[test]
fn outcomes_of_two_customers_are_told_apart() {
    let made = made(ALL);
    let decision = made.decision("web");
    let kinds = [OutcomeKind::Offered, OutcomeKind::Accepted];
    let mut history = made.rules.history();
    for customer in ["c-17", "c-18"] {
        for kind in kinds {
            let outcome = decision.outcome("family", kind).expect("it is chosen");
            let outcome = outcome.of(customer);
            assert!(
                outcome.id.starts_with(&format!("{customer}/home/family/")),
                "{}",
                outcome.id
            );
            history.add(&outcome).expect("it fits");
        }
    }
    assert_eq!(history.len(), 4);
}

#[test]
fn outcomes_there_are_none_of() {
    let made = made("choose from all rank by value limit 1");
    let decision = made.decision("web");
    let said = |decision: &Decision<Json>, action: &str| {
        let error = decision.outcome(action, OutcomeKind::Offered);
        handle_error(&error.expect_err("no outcome"))
    };
    let text = said(&decision, "single");
    assert!(
        text.contains("it did not choose `single`: it chose family"),
        "{text}"
    );
    let text = said(&decision, "nachos");
    assert!(
        text.contains("it did not choose `nachos`: it chose family"),
        "{text}"
    );
    let none = of(
        "pause all for 1 day after complaint",
        "choose from sales.* rank by value",
    );
    let complaint =
        r#"{ "id": "c", "type": "complaint", "at": "2026-03-06T12:00:00Z", "about": "x" }"#;
    let history = history(&none, &[complaint.to_owned()]);
    let nothing = decide(&none, &context(&none, &history, made.now, "web"));
    let text = said(&nothing, "family");
    assert!(
        text.contains("it did not choose `family`: it chose nothing"),
        "{text}"
    );
    // Another kind of definition chooses no actions.
    let other = rules("ruleset demo context { n: int } decision d -> int { otherwise => n }");
    let context = other.context().json(r#"{ "n": 1 }"#).expect("JSON").build();
    let decider = other.decision::<Json>("d").expect("a decision");
    let other = decider
        .decide(&context.expect("a context"))
        .expect("a decision");
    let text = said(&other, "family");
    assert!(text.contains("only next best actions do"), "{text}");
    // Where nothing asks for the time, a decision has no instant.
    let timeless = rules(
        "ruleset demo
         issue i
         group i.g
         action a in i.g { value 1 }
         next_best_action home { choose from all rank by value }",
    );
    let decision = decide(&timeless, &timeless.context().build().expect("a context"));
    let text = said(&decision, "a");
    assert!(text.contains("outcomes have no instant"), "{text}");
}

/// The same outcome given twice, of the same content or otherwise.
#[test]
fn outcomes_are_recorded_once() {
    let made = made("choose from all rank by value limit 1");
    let decision = made.decision("web");
    let offered = decision
        .outcome("family", OutcomeKind::Offered)
        .expect("it is chosen");
    let again = made.decision("web").outcome("family", OutcomeKind::Offered);
    let again = again.expect("it is chosen");
    let declined = decision
        .outcome("family", OutcomeKind::Declined)
        .expect("it is chosen");
    let mut history = made.rules.history();
    let mut profile = made.rules.profile();
    assert_eq!(history.add(&offered).expect("an event"), Observed::New);
    assert_eq!(history.add(&again).expect("an event"), Observed::Known);
    assert_eq!(profile.observe(&offered).expect("an event"), Observed::New);
    assert_eq!(profile.observe(&again).expect("an event"), Observed::Known);
    // As JSON it is the same event.
    let json = serde_json::to_string(&offered).expect("JSON");
    assert_eq!(history.add_json(&json).expect("an event"), Observed::Known);
    assert_eq!(
        profile.observe_json(&json).expect("an event"),
        Observed::Known
    );
    // Reported from two channels at two instants it is one event: the later report stays, in whichever order.
    let (early, late) = (
        declined.clone().at(at("2026-03-06T18:05:00Z")).on("email"),
        declined.at(at("2026-03-06T18:06:00Z")).on("push"),
    );
    for [first, second] in [[&early, &late], [&late, &early]] {
        let (mut history, mut profile) = (history.clone(), profile.clone());
        history.add(first).expect("an event");
        let conflict = history.add(second).expect("an event");
        assert!(
            matches!(conflict, Observed::Conflict { .. }),
            "{conflict:?}"
        );
        profile.observe(first).expect("an event");
        profile.observe(second).expect("an event");
        assert_eq!((history.len(), profile.len()), (2, 2));
        assert_eq!(history.newest(), Some(late.at));
        assert_eq!(profile.newest(), Some(late.at));
    }
}

/// Decided, recorded, and decided again: from a history and from a profile, saved, loaded and merged.
#[test]
fn what_is_recorded_counts() {
    let clauses = "at most 2 of sales.* per 7 days
        at most 1 of each action per 1 day
        pause the same action for 30 days after accepted";
    let rules = of(clauses, "choose from sales.* rank by value limit 1");
    let (mut history, mut profile) = (rules.history(), rules.profile());
    let mut now = at("2026-03-06T18:00:00Z");
    let mut chosen = Vec::new();
    for _ in 0..12 {
        let decision = decide(&rules, &context(&rules, &history, now, "web"));
        let kept = of_profile(&rules, &profile, now);
        assert_eq!(decision.value(), kept.value());
        assert_eq!(decision.valid_until(), kept.valid_until());
        let loaded = rules.load_profile(&profile.save()).expect("its text");
        assert_eq!(loaded, profile);
        assert_eq!(of_profile(&rules, &loaded, now).value(), decision.value());
        chosen.push(decision.labels().first().cloned());
        if let Some(action) = decision.labels().first() {
            let offered = decision.outcome(action, OutcomeKind::Offered);
            let offered = offered.expect("it is chosen");
            history.add(&offered).expect("an event");
            profile.observe(&offered).expect("an event");
            if action == "family" {
                let accepted = decision.outcome(action, OutcomeKind::Accepted);
                let accepted = accepted
                    .expect("it is chosen")
                    .at(now + TimeDelta::minutes(3));
                history.add(&accepted).expect("an event");
                profile.observe(&accepted).expect("an event");
            }
        }
        now += TimeDelta::hours(18);
    }
    let some = |action: &str| Some(action.to_owned());
    assert_eq!(
        chosen,
        [
            // Within the first week `family` is accepted, and the two of the week are offered.
            some("family"),
            some("single"),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            // 7.5 days: the first is old.
            some("single"),
            // 8.25 days: the second too, and `single` was offered 18 hours ago.
            some("popcorn"),
        ]
    );
    // What no policy needs any more is let go, and the next choice is the same.
    let before = of_profile(&rules, &profile, now).into_value();
    assert!(profile.compact(now) > 0);
    assert_eq!(of_profile(&rules, &profile, now).into_value(), before);
    // Of two devices, what both recorded counts once they are merged.
    let (mut phone, mut till) = (rules.profile(), rules.profile());
    for device in [&mut phone, &mut till] {
        let decision = of_profile(&rules, device, now);
        let offered = decision.outcome("family", OutcomeKind::Offered);
        // Each decides at an instant of its own.
        device
            .observe(&offered.expect("it is chosen"))
            .expect("an event");
        now += TimeDelta::minutes(1);
    }
    assert_eq!(of_profile(&rules, &phone, now).labels(), ["single"]);
    phone.merge(&till).expect("the same rules");
    assert!(of_profile(&rules, &phone, now).labels().is_empty());
}

fn of_profile(rules: &Ruleset, profile: &Profile, now: DateTime<Utc>) -> Decision<Json> {
    let builder = rules.context().now(now).profile(profile);
    let builder = builder.touchpoint_json(r#"{ "channel": "web" }"#);
    let context = builder.expect("JSON").build().expect("a context");
    decide(rules, &context)
}

/// How long outcomes are needed follows from the clauses.
#[test]
fn policies_say_how_long_outcomes_are_needed() {
    let needs = |clauses: &str| -> Vec<String> {
        let retention = of(clauses, ALL).retention();
        let outcomes = retention.events().iter().skip(2);
        outcomes.map(ToString::to_string).collect()
    };
    let day = |rules: &str, word: &str| -> i64 {
        let retention = of(rules, ALL).retention();
        let mut events = retention.events().iter();
        let event = events.find(|e| e.event() == word).expect("a type");
        assert!(!event.is_forever(), "{event}");
        assert_eq!((event.newest(), event.oldest()), (0, 0), "{event}");
        i64::try_from(event.span().as_secs() / 86_400).expect("days")
    };
    assert_eq!(needs("withhold on push when on_shift").len(), 4);
    let clauses = "at most 2 of sales.* per 7 days
        at most 3 accepted of each group per 30 days
        pause the same action for 90 days after declined
        pause sales.* for 60 days after 3 ignored in last 14 days";
    assert_eq!(day(clauses, "offered"), 7);
    assert_eq!(day(clauses, "accepted"), 30);
    assert_eq!(day(clauses, "declined"), 90);
    // The first of three lies up to 14 days before the last of them.
    assert_eq!(day(clauses, "ignored"), 74);
    assert_eq!(day("at most 1 per 7 days", "declined"), 0);
}

/// Whatever a clause says, it is part of what the rules mean.
#[test]
fn every_part_of_a_clause_matters_to_the_fingerprint() {
    let clauses = [
        (
            "at most 2 of sales.* per 7 days",
            "at most 3 of sales.* per 7 days",
        ),
        (
            "at most 2 of sales.* per 7 days",
            "at most 2 of sales.tickets per 7 days",
        ),
        (
            "at most 2 of sales.* per 7 days",
            "at most 2 of sales.* per 8 days",
        ),
        (
            "at most 2 of sales.* per 7 days",
            "at most 2 of sales.* per calendar week",
        ),
        (
            "at most 2 of sales.* per 7 days",
            "at most 2 accepted of sales.* per 7 days",
        ),
        (
            "at most 2 of sales.* per 7 days",
            "at most 2 of each action in sales.* per 7 days",
        ),
        (
            "at most 2 of sales.* per 7 days",
            "at most 2 of sales.* per 7 days on push",
        ),
        (
            "at most 2 per 7 days on push",
            "at most 2 per 7 days on email",
        ),
        (
            "at most 2 of each action per 7 days",
            "at most 2 of each group per 7 days",
        ),
        (
            "pause sales.* for 7 days after complaint",
            "pause sales.* for 7 days after complaint where (about == \"x\")",
        ),
        (
            "pause sales.* for 7 days after complaint",
            "pause sales.tickets for 7 days after complaint",
        ),
        (
            "pause the same action for 7 days after declined",
            "pause the same group for 7 days after declined",
        ),
        (
            "pause the same action for 7 days after 2 declined in last 3 days",
            "pause the same action for 7 days after 3 declined in last 3 days",
        ),
        (
            "pause the same action for 7 days after 2 declined in last 3 days",
            "pause the same action for 7 days after 2 declined in last 4 days",
        ),
        (
            "withhold on push when consents.push",
            "withhold on push unless consents.push",
        ),
        (
            "withhold on push when consents.push",
            "withhold on email when consents.push",
        ),
        (
            "withhold on push when time in 21:00..08:00",
            "withhold on push when time in 21:00..=08:00",
        ),
    ];
    for (one, other) in clauses {
        let [a, b] = [one, other].map(|clause| of(clause, ALL).fingerprint());
        assert_ne!(a, b, "{one} and {other}");
        let spaced = one.replace(' ', "   ");
        assert_eq!(a, of(&spaced, ALL).fingerprint(), "{spaced}");
    }
}

/// Hours of the night are those of the customer's own zone, where the rules say so.
#[test]
fn quiet_hours_of_a_customers_zone() {
    let rules = rules(
        "ruleset demo
         timezone customer.timezone else \"UTC\"
         context { customer: { timezone: timezone? } }
         touchpoint { channel: enum { web, push } }
         issue sales
         group sales.tickets
         action family in sales.tickets { value 4 }
         policy quiet {
             withhold on push when time in 21:00..08:00
             at most 1 per calendar day on push
         }
         next_best_action home { choose from all rank by value }",
    );
    let offered = event("offered", "family", "2026-03-06T16:00:00Z");
    let history = history(&rules, &[offered]);
    let until = |zone: &str, now: DateTime<Utc>| -> Option<DateTime<Utc>> {
        let builder = rules.context().now(now).history(&history);
        let facts = format!(r#"{{ "customer": {{ "timezone": "{zone}" }} }}"#);
        let builder = builder.facts_json(&facts).expect("JSON");
        let builder = builder.touchpoint_json(r#"{ "channel": "push" }"#);
        let context = builder.expect("JSON").build().expect("a context");
        let arbitration = decide(&rules, &context).arbitration();
        let arbitration = arbitration.expect("an arbitration");
        arbitration.chosen()[0].withheld().and_then(|w| w.until)
    };
    for (zone, now, end) in [
        // The day ends within the night, and the night goes on.
        ("UTC", "2026-03-06T18:00:00Z", "2026-03-07T08:00:00Z"),
        ("UTC", "2026-03-06T21:00:00Z", "2026-03-07T08:00:00Z"),
        (
            "Asia/Kathmandu",
            "2026-03-06T16:30:00Z",
            "2026-03-07T02:15:00Z",
        ),
        // There it was offered at 01:00 of the 7th: that day's cap lasts into another night.
        ("Asia/Tokyo", "2026-03-06T16:30:00Z", "2026-03-07T23:00:00Z"),
        (
            "America/New_York",
            "2026-03-06T18:00:00Z",
            "2026-03-07T13:00:00Z",
        ),
    ] {
        let end = at(end);
        assert_eq!(until(zone, at(now)), Some(end), "{zone}");
        let before = end - TimeDelta::milliseconds(1);
        assert_eq!(until(zone, before), Some(end), "{zone}");
        assert_eq!(until(zone, end), None, "{zone}");
    }
}

/// Policies are told of, and not decided.
#[test]
fn policies_are_no_decisions() {
    let rules = of("at most 1 per 7 days", ALL);
    let kinds: Vec<(&str, &str)> = rules.decisions().map(|d| (d.name(), d.kind())).collect();
    assert!(kinds.iter().any(|(name, _)| *name == "home"), "{kinds:?}");
    assert!(
        !kinds.iter().any(|(name, _)| *name == "gentle"),
        "{kinds:?}"
    );
    let error = rules.decision::<Json>("gentle").expect_err("a policy");
    assert!(error.to_string().contains("policy"), "{error}");
}
