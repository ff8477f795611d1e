//! The laws of merging: profiles of one customer from several places, or of two who turn out to be one, give the same
//! profile in whatever order and however often they are merged.

use super::lives::{self, Life};
use crate::oracle::tape::Tape;
use chrono::{DateTime, Utc};
use pervade::{Profile, Ruleset};

/// Behaviours that need some of the newest, some of the oldest, and stretches of time.
pub fn rules() -> Ruleset {
    let text = format!(
        "{}behaviour recent   = count a in last 1 day
behaviour landing  = (2nd a).k
behaviour latest   = (last a).k
behaviour lately   = distinct k of (last 2 b)
behaviour pairs    = count ((a then no b within 6 hours) in last 2 days)
behaviour first_c  = (first c).k
behaviour short    = count any event in last 2 hours
",
        super::write::head(&Tape::new(&[]))
    );
    let rules = Ruleset::from_text(&text).unwrap_or_else(|e| panic!("{e}"));
    assert!(
        !rules
            .retention()
            .events()
            .iter()
            .any(|event| event.is_forever())
    );
    rules
}

/// What a profile is, of these events in some order, some of them twice.
fn observed(rules: &Ruleset, events: &[&String], tape: &Tape) -> Profile {
    let mut profile = rules.profile();
    for place in tape.shuffled(events.len()) {
        for _ in 0..1 + usize::from(tape.chance(15)) {
            profile.observe_json(events[place]).expect("an event");
        }
    }
    profile
}

fn merged(profiles: &[&Profile]) -> Profile {
    let (first, rest) = profiles.split_first().expect("some");
    let mut all = (*first).clone();
    for other in rest {
        all.merge(other).expect("the same events");
    }
    all
}

/// Another event of the same id.
fn otherwise(event: &str, tape: &Tape) -> String {
    let mut json: serde_json::Value = serde_json::from_str(event).expect("JSON");
    match tape.below(5) {
        0 => json["k"] = "other".into(),
        3 => json["device"] = tape.word(&["box", "phone"]).into(),
        1 => json["seq"] = (7 + tape.below(2)).into(),
        2 => {
            json["at"] = tape
                .word(&["2024-02-29T12:00:00Z", "2026-03-29T01:00:00Z"])
                .into()
        }
        _ => {
            json = serde_json::json!({
                "id": json["id"], "type": tape.word(&["b", "c"]), "at": json["at"], "k": "other",
            });
        }
    }
    json.to_string()
}

/// Events of a customer in three places, some in two of them; with conflicts, some in two ways.
fn places<'e>(events: &'e [String], tape: &Tape) -> [Vec<&'e String>; 3] {
    let mut places = [Vec::new(), Vec::new(), Vec::new()];
    for event in events {
        let place = tape.below(3);
        places[place].push(event);
        if tape.chance(25) {
            places[(place + 1) % 3].push(event);
        }
    }
    places
}

fn assert_same(what: &str, profiles: &[Profile]) {
    let saved: Vec<String> = profiles.iter().map(Profile::save).collect();
    for (place, other) in saved.iter().enumerate().skip(1) {
        assert_eq!(saved[0], *other, "{what}, {place}");
    }
}

/// All orders of three, twice, and with themselves.
fn laws(what: &str, [a, b, c]: [&Profile; 3]) -> usize {
    assert_same(what, &[merged(&[a, b]), merged(&[b, a])]);
    assert_same(what, &[a.clone(), merged(&[a, a])]);
    let right = merged(&[b, c]);
    let all = [
        merged(&[a, b, c]),
        merged(&[a, &right]),
        merged(&[c, b, a]),
        merged(&[b, c, a]),
        merged(&[&right, a, &right, a, b]),
    ];
    assert_same(what, &all);
    3
}

/// Merging with conflicts, and two customers who are one.
fn whole(rules: &Ruleset, lives: [&Life; 2], tape: &Tape) -> usize {
    // Ids of both are drawn from the same ones.
    let mut events: Vec<String> = lives
        .iter()
        .flat_map(|l| &l.events)
        .map(lives::json)
        .collect();
    for place in 0..events.len() {
        if tape.chance(25) {
            events.push(otherwise(&events[place], tape));
        }
    }
    let [a, b, c] = places(&events, tape).map(|events| observed(rules, &events, tape));
    let checks = laws("merged", [&a, &b, &c]);
    let all: Vec<&String> = events.iter().collect();
    let merged = merged(&[&a, &b, &c]);
    let loaded = rules.load_profile(&merged.save()).expect("its text");
    let mut in_bulk = rules.profile();
    let lines: Vec<&str> = tape
        .shuffled(all.len())
        .iter()
        .map(|at| all[*at].as_str())
        .collect();
    in_bulk
        .observe_json_lines(&lines.join("\n"))
        .expect("events");
    assert_same(
        "observed and merged",
        &[merged.clone(), observed(rules, &all, tape), in_bulk, loaded],
    );
    greatest(&events, &merged);
    let mut history = rules.history();
    for event in &events {
        history.add_json(event).expect("an event");
    }
    for now in lives[0].nows.iter().take(3) {
        let here = super::agree::context(rules, &history, *now).expect("a context");
        let kept = super::incremental::context_of(rules, &merged, *now).expect("a context");
        for of in rules.decisions() {
            let decision = rules
                .decision::<serde_json::Value>(of.name())
                .expect("a behaviour");
            let answer = |context| decision.decide(context).expect("an answer").into_value();
            assert_eq!(
                answer(&kept),
                answer(&here),
                "{} of what is merged\n{}",
                of.name(),
                merged.save()
            );
        }
    }
    checks + 3
}

/// Of two with one id the later one stays, of two at one instant the one with the greater counter.
fn greatest(events: &[String], merged: &Profile) {
    let read = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let at: DateTime<Utc> = json["at"]
            .as_str()
            .expect("an instant")
            .parse()
            .expect("an instant");
        (
            json["id"].as_str().expect("an id").to_owned(),
            (at, json["seq"].as_u64().unwrap_or(0)),
        )
    };
    let mut most = std::collections::BTreeMap::new();
    for (id, key) in events.iter().map(|line| read(line)) {
        let known = most.entry(id).or_insert(key);
        *known = key.max(*known);
    }
    let saved: std::collections::BTreeMap<_, _> = merged.save().lines().skip(1).map(read).collect();
    assert_eq!(saved, most, "the greatest of each id");
}

fn instant(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).expect("an instant")
}

fn compacted(profile: &Profile, now: i64) -> Profile {
    let mut profile = profile.clone();
    profile.compact(instant(now));
    profile
}

/// What is let go before and behind merging is the same; and late events are as if they had been merged.
fn with_less(rules: &Ruleset, life: &Life, tape: &Tape) -> usize {
    let events: Vec<String> = life.events.iter().map(lives::json).collect();
    let parts = places(&events, tape);
    let [a, b, c] = parts.clone().map(|events| observed(rules, &events, tape));
    let (early, late) = (*tape.pick(&life.nows), *tape.pick(&life.nows));
    let (short, shorter) = (compacted(&a, early), compacted(&b, late));
    let checks = laws("compacted", [&short, &shorter, &c]);
    let one_by_one = {
        let mut profile = short.clone();
        for place in tape.shuffled(parts[1].len()) {
            profile.observe_json(parts[1][place]).expect("an event");
        }
        profile
    };
    let in_bulk = {
        let mut profile = short.clone();
        let lines: Vec<&str> = parts[1].iter().map(|event| event.as_str()).collect();
        profile
            .observe_json_lines(&lines.join("\n"))
            .expect("events");
        profile
    };
    let all = merged(&[&short, &b]);
    let loaded = rules.load_profile(&all.save()).expect("its text");
    let behind = compacted(&merged(&[&a, &b]), early);
    assert_same(
        "late and merged",
        &[all, one_by_one, in_bulk, loaded, behind],
    );
    let both = merged(&[&short, &shorter, &c]);
    let behind = compacted(&merged(&[&a, &b, &c]), early.max(late));
    assert_same(
        "compacted before and behind",
        &[both.clone(), behind, compacted(&both, early)],
    );
    checks + 2
}

/// The laws of merging on one customer and another one.
pub fn hold(rules: &Ruleset, life: &Life, tape: &Tape) -> usize {
    let other = lives::life(tape);
    whole(rules, [life, &other], tape) + with_less(rules, life, tape)
}
