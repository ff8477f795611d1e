//! Behaviours that build on one another, as deep as is allowed: they decide, say until when, and explain, on a small
//! stack; and those that would cost too much are refused.

use super::survives;
use pervade::{Code, ErrorKind, Ruleset};

/// What each behaviour makes of the one before, `{b}`; `{n}` is how many there are before it.
const KINDS: &[(&str, &str)] = &[
    ("windows", "= {b} in last {n} days"),
    ("calendar", "= {b} in previous {n} days"),
    ("absolute", "= {b} from 2020-01-01 to 2030-01-01"),
    ("filters", "= {b} where (k >= 0)"),
    ("either", "= ({b} or e in last {n} days)"),
    ("newest", "= last 5 {b}"),
    ("only", "= (first {b}) in last 400 days"),
    ("after", "= {b} after first e"),
    ("anchors", "= e after first {b}"),
    ("anchors before", "= e before last {b}"),
    ("first steps", "= ({b} then e within 9 days)"),
    ("last steps", "= (e then {b} within 9 days)"),
    ("deadlines", "= (e then no {b} within 1 hour)"),
    ("guards", "= (e then e without {b})"),
    ("together", "= all of ({b}, e) within 9 days"),
    ("sessions", "= sessions of {b} by gap 3 hours"),
    ("parameters", "(d: duration) = {b}(d) in last d"),
    ("as of", "= {b} as of first e"),
    ("conditions", "= ever e where ({b} or k == 7)"),
    (
        "keys",
        "= some k of (e where ({b} or k >= 0)) has (count it in last {n} days >= 1)",
    ),
    ("numbers", "= count e where (k < {b}) + 1"),
];

/// A ruleset of so many behaviours, each of the one before; the last is asked by its name `last_one`.
fn ruleset(kind: &str, template: &str, count: usize) -> String {
    let first = match kind {
        "parameters" => "(d: duration) = e in last d",
        "as of" => "= count e in last 300 days",
        "numbers" => "= count e in last 300 days",
        "conditions" | "keys" => "= ever e",
        _ => "= e in last 300 days",
    };
    let mut text = "ruleset r\ntimezone \"Europe/London\"\nevent e { k: int }\n".to_owned();
    text += &format!("behaviour b0{first}\n");
    for n in 1..=count {
        let before = format!("b{}", n - 1);
        let line = template.replace("{b}", &before);
        text += &format!("behaviour b{n}{}\n", line.replace("{n}", &n.to_string()));
    }
    let last = match kind {
        "parameters" => format!("b{count}(200 days)"),
        "as of" | "numbers" => format!("b{count}"),
        "conditions" | "keys" => format!("b{count} or no e"),
        _ => format!("count b{count}"),
    };
    text + &format!("behaviour last_one = {last}\n")
}

/// Decides, leases and explains.
fn used(rules: &Ruleset) {
    let mut history = rules.history();
    for n in 0..6 {
        let event = format!(
            r#"{{ "type": "e", "id": "{n}", "at": "2026-03-0{}T10:0{n}:00Z", "k": {n} }}"#,
            1 + n / 2
        );
        history.add_json(&event).expect("an event");
    }
    let now = "2026-03-04T00:00:00Z".parse().expect("an instant");
    let context = rules.context().now(now).history(&history).build();
    let context = context.expect("a context");
    let decision = rules.decision::<serde_json::Value>("last_one");
    let decision = decision.expect("a behaviour").decide(&context);
    let decision = decision.expect("no overflow");
    assert!(decision.valid_until().is_none_or(|until| until > now));
    let trace = decision.trace();
    assert!(!trace.to_string().is_empty() && !trace.story().to_string().is_empty());
}

#[test]
fn the_deepest_streams_fit_a_small_stack() {
    for (kind, template) in KINDS {
        let text = |count| ruleset(kind, template, count);
        // The deepest that is taken.
        let (mut fine, mut refused) = (1, 200);
        while refused - fine > 1 {
            let middle = usize::midpoint(fine, refused);
            let text = text(middle);
            match survives(kind, move || Ruleset::from_text(&text).err()) {
                None => fine = middle,
                Some(error) => {
                    let ErrorKind::Rules { diagnostics, .. } = error.kind() else {
                        panic!("{kind}: {error}");
                    };
                    let code = diagnostics[0].code;
                    assert!(matches!(code, Code::TooDeep | Code::TooLarge), "{error}");
                    refused = middle;
                }
            }
        }
        let text = text(fine);
        println!("{kind}: {fine} deep");
        survives(kind, move || {
            used(&Ruleset::from_text(&text).expect("rules"));
        });
    }
}

/// Each behaviour names the one before twice, so that all of them look at the events as often as there are paths.
#[test]
fn streams_of_streams_are_bounded() {
    for (first, piece) in [
        (
            "= e in last 300 days",
            "= ({b} in last 100 days or {b} in last 200 days)",
        ),
        (
            "= count e in last 300 days",
            "= ({b} as of first e else 0) + ({b} as of last e else 0)",
        ),
        (
            "(d: duration) = e in last d",
            "(d: duration) = e where ({b}(d)) in last d",
        ),
        (
            "(d: duration) = count e in last d",
            "(d: duration) = {b}(d) + {b}(d)",
        ),
    ] {
        let text = |count: usize| {
            let mut text = format!("ruleset r\nevent e {{ k: int }}\nbehaviour b0{first}\n");
            for n in 1..=count {
                let line = piece.replace("{b}", &format!("b{}", n - 1));
                text += &format!("behaviour b{n}{line}\n");
            }
            let parameter = if first.starts_with('(') {
                "(9 days)"
            } else {
                ""
            };
            let count = match first.contains("count") {
                true => format!("b{count}{parameter}"),
                false => format!("count b{count}{parameter}"),
            };
            text + &format!("behaviour last_one = {count}\n")
        };
        let most = (1..40).take_while(|n| Ruleset::from_text(&text(*n)).is_ok());
        let most = most.last().expect("some are taken");
        assert!((2..14).contains(&most), "{piece}: {most}");
        used(&Ruleset::from_text(&text(most)).expect("rules"));
        let error = Ruleset::from_text(&text(40))
            .expect_err("too much")
            .to_string();
        assert!(
            error.contains("E0901") && error.contains("event_steps"),
            "{error}"
        );
    }
}
