//! A week of a customer's life on six channels of a cinema, told as a timeline: what she does, what the home screen of the
//! channel shows then, what is held back until when, and what becomes of it.
//!
//! `cargo run --example home`. The rules, with tests of retention and of service recovery, are in
//! `examples/rules/home.pvd`.

use chrono::{DateTime, Datelike, Timelike, Utc};
use pervade::{History, OutcomeKind, Ruleset};
use serde::Deserialize;
use std::error::Error;

const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/rules/home.pvd");

/// What a channel shows of an action.
#[derive(Deserialize)]
struct Card {
    headline: String,
    detail: Option<String>,
}

/// Something that happens.
enum Scene {
    /// She does something.
    Does(&'static str, &'static str),
    /// She opens the app, walks up to the kiosk, switches on the television: the home screen is shown.
    Looks(&'static str, &'static str),
    /// She answers what she was shown last.
    Answers(&'static str, OutcomeKind),
}

/// The instants and channels of a week.
fn week() -> Vec<(&'static str, &'static str, Scene)> {
    use Scene::{Answers, Does, Looks};
    vec![
        (
            "2026-03-01T14:00:00Z",
            "kiosk",
            Does(
                "ticket_purchased",
                r#""film": "Up", "seats": 4, "paid": 38"#,
            ),
        ),
        (
            "2026-03-02T06:30:00Z",
            "push",
            Looks("her phone stays silent", "calm"),
        ),
        (
            "2026-03-02T08:15:00Z",
            "mobile",
            Looks("on the bus", "calm"),
        ),
        (
            "2026-03-02T20:30:00Z",
            "smart_tv",
            Looks("on the sofa", "calm"),
        ),
        (
            "2026-03-03T12:00:00Z",
            "web",
            Does("film_viewed", r#""film": "Dune""#),
        ),
        (
            "2026-03-03T12:05:00Z",
            "web",
            Does("film_viewed", r#""film": "Dune""#),
        ),
        (
            "2026-03-05T17:40:00Z",
            "kiosk",
            Looks("in the foyer", "calm"),
        ),
        (
            "2026-03-05T17:41:00Z",
            "kiosk",
            Answers("family_ticket", OutcomeKind::Accepted),
        ),
        (
            "2026-03-05T17:42:00Z",
            "kiosk",
            Does(
                "ticket_purchased",
                r#""film": "Dune", "seats": 4, "paid": 30"#,
            ),
        ),
        (
            "2026-03-05T19:05:00Z",
            "kiosk",
            Does("wrong_order", r#""film": "Dune""#),
        ),
        (
            "2026-03-05T19:10:00Z",
            "call_centre",
            Looks("on the phone", "angry"),
        ),
        (
            "2026-03-06T09:00:00Z",
            "web",
            Looks("the morning after", "calm"),
        ),
        (
            "2026-03-13T10:00:00Z",
            "mobile",
            Looks("a week later", "calm"),
        ),
    ]
}

fn main() -> Result<(), Box<dyn Error>> {
    let rules = Ruleset::from_file(RULES)?;
    let home = rules.decision::<serde_json::Value>("home")?;
    let mut history = rules.history();
    let mut shown = None;
    for (place, (at, channel, scene)) in week().into_iter().enumerate() {
        let now: DateTime<Utc> = at.parse().map_err(|e| format!("{at}: {e}"))?;
        let when = clock(now);
        match scene {
            Scene::Does(event, fields) => {
                println!("{when}  {channel}: {event} {{ {fields} }}");
                history.add_json(&format!(
                    r#"{{ "id": "e{place}", "type": "{event}", "at": "{at}", "channel": "{channel}", {fields} }}"#
                ))?;
            }
            Scene::Looks(how, mood) => {
                println!("{when}  {channel}, {how}");
                let decision = home.decide(&context(&rules, &history, now, (channel, mood))?)?;
                show(&decision, &mut history)?;
                shown = Some(decision);
            }
            Scene::Answers(action, answer) => {
                let decision = shown.as_ref().ok_or("nothing was shown")?;
                let outcome = decision.outcome(action, answer)?.at(now).on(channel);
                println!("{when}  {channel}: {} {action}", outcome.event_type);
                history.add(&outcome)?;
            }
        }
    }
    Ok(())
}

fn context(
    rules: &Ruleset,
    history: &History,
    now: DateTime<Utc>,
    (channel, mood): (&str, &str),
) -> Result<pervade::Context, pervade::Error> {
    let facts = format!(
        r#"{{ "customer": {{ "id": "ann", "tier": "gold", "consents": ["push"] }}, "mood": "{mood}" }}"#
    );
    let context = rules.context().now(now).json(&facts)?;
    let context = context.touchpoint_json(&format!(r#"{{ "channel": "{channel}" }}"#))?;
    context.history(history).build()
}

/// Shows what was chosen, and records what was delivered.
fn show(
    decision: &pervade::Decision<serde_json::Value>,
    history: &mut History,
) -> Result<(), Box<dyn Error>> {
    let arbitration = decision.arbitration()?;
    for chosen in arbitration.chosen() {
        if let Some(withheld) = chosen.withheld() {
            println!("{:>22}{} is held back by {withheld}", "", chosen.action());
            continue;
        }
        let card: Card = chosen.treatment()?.ok_or("every action has a treatment")?;
        println!("{:>22}{}: {}", "", chosen.action(), card.headline);
        if let Some(detail) = card.detail {
            println!("{:>22}    {detail}", "");
        }
        history.add(&decision.outcome(chosen.action(), OutcomeKind::Offered)?)?;
    }
    for rejected in arbitration
        .rejected()
        .iter()
        .filter(|r| r.policy().is_some())
    {
        println!("{:>22}not now: {rejected}", "");
    }
    if let Some(until) = decision.valid_until() {
        println!("{:>22}the same until {}", "", clock(until));
    }
    Ok(())
}

/// The day and the time to the minute, in UTC: in March that is the time of London.
fn clock(instant: DateTime<Utc>) -> String {
    let date = instant.date_naive();
    let (hour, minute) = (instant.hour(), instant.minute());
    format!("{} {date} {hour:02}:{minute:02}", instant.weekday())
}
