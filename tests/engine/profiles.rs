//! Profiles as their hosts see them: what is refused and in which words, what comes back, and what order changes nothing.

#![allow(
    clippy::string_slice,
    reason = "texts are cut where ASCII is, and a test that goes wrong panics"
)]

use super::rules;
use chrono::{DateTime, Utc};
use pervade::{Error, ErrorKind, Observed, Profile, Ruleset};

const WEEK: &str = "ruleset demo
    event visit { page: string, n: decimal? }
    event bought { }
    behaviour regular = count visit in last 7 days >= 2
    behaviour landing = (first visit).page
    behaviour away = time since last bought";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn visit(id: &str, day: &str, page: &str) -> String {
    format!(r#"{{ "id": "{id}", "type": "visit", "at": "{day}T10:00:00Z", "page": "{page}" }}"#)
}

fn of(rules: &Ruleset, events: &[String]) -> Profile {
    let mut profile = rules.profile();
    for event in events {
        profile.observe_json(event).expect("an event");
    }
    profile
}

fn merged(one: &Profile, other: &Profile) -> Profile {
    let mut one = one.clone();
    one.merge(other).expect("the same events");
    one
}

fn problems(error: &Error) -> Vec<String> {
    error.problems().iter().map(ToString::to_string).collect()
}

/// Visits on these days of January.
fn january(days: &[u32]) -> Vec<String> {
    let each = days.iter();
    each.map(|day| {
        visit(
            &format!("v{day}"),
            &format!("2026-01-{day:02}"),
            &format!("p{day}"),
        )
    })
    .collect()
}

#[test]
fn other_rules_profiles_are_refused_and_nothing_changes() {
    let rules = rules(WEEK);
    let others = self::rules("ruleset others event visit { page: int }");
    let mut profile = of(&rules, &january(&[1, 2]));
    let before = profile.save();
    let error = profile.merge(&others.profile()).expect_err("other events");
    assert!(
        matches!(error.kind(), ErrorKind::Handle { .. }),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        "the profile was made for rules that declare other events than `demo`: load it with `load_profile` of these rules"
    );
    assert_eq!(profile.save(), before);
    let error = rules
        .context()
        .profile(&others.profile())
        .build()
        .expect_err("other events");
    assert!(
        problems(&error).iter().any(|p| p.starts_with("history: ")),
        "{error}"
    );
    let mut frame = rules.frame();
    frame.set_profile(&profile).expect("its own");
    assert!(frame.set_profile(&others.profile()).is_err());
    // Other rules with the same events take it.
    let same = self::rules(
        &WEEK
            .replace("ruleset demo", "ruleset later")
            .replace("7 days", "8 days"),
    );
    let mut profile = same.profile();
    profile
        .merge(&of(&rules, &january(&[1])))
        .expect("the same events");
    assert_eq!(profile.len(), 1);
}

#[test]
fn instants_before_the_horizon_are_refused_in_contexts_and_frames() {
    let rules = rules(WEEK);
    let mut profile = of(&rules, &january(&[1, 2, 3, 20]));
    assert_eq!(
        profile.compact(at("2026-01-21T10:00:00Z")),
        2,
        "the first visit stays"
    );
    let expected = "now: 2026-01-21T09:59:59.999Z lies before 2026-01-21T10:00:00Z, from which on the profile keeps what the \
                    rules need: decide for a later instant, or on a profile that keeps more";
    let early = at("2026-01-21T09:59:59.999Z");
    let error = rules
        .context()
        .now(early)
        .profile(&profile)
        .build()
        .expect_err("too early");
    assert_eq!(problems(&error), [expected]);
    let mut frame = rules.frame();
    frame.set_profile(&profile).expect("its own");
    frame.set_now(early).expect("an instant");
    let error = frame.context().expect_err("too early");
    assert_eq!(problems(&error), [expected]);
    // A frame that was refused decides at a later instant, and with a profile that keeps more.
    let landing = rules
        .decision::<Option<String>>("landing")
        .expect("a behaviour");
    frame
        .set_now(at("2026-01-21T10:00:00Z"))
        .expect("an instant");
    let context = frame.context().expect("late enough");
    assert_eq!(
        landing
            .decide(&context)
            .expect("an answer")
            .value()
            .as_deref(),
        Some("p1")
    );
    frame.set_now(early).expect("an instant");
    frame
        .set_profile(&of(&rules, &january(&[1, 2])))
        .expect("its own");
    assert!(frame.context().is_ok());
}

#[test]
fn rules_that_need_more_than_was_kept_are_refused_at_every_instant() {
    let rules = rules(WEEK);
    let mut profile = of(&rules, &january(&[1, 2, 3, 20]));
    profile.compact(at("2026-01-21T10:00:00Z"));
    for (more, needs) in [
        ("count visit", None),
        ("(last visit).page", None),
        ("(2nd visit).page", None),
        ("count visit in last 8 days", Some("2026-01-22T10:00:00Z")),
    ] {
        let text = format!("{WEEK}\nbehaviour more = {more}");
        let rules = self::rules(&text);
        let profile = rules.load_profile(&profile.save()).expect("its text");
        for now in [
            "2026-01-21T10:00:00Z",
            "2026-01-22T09:59:59.999Z",
            "2026-01-22T10:00:00Z",
            "2036-01-01T00:00:00Z",
        ] {
            let built = rules.context().now(at(now)).profile(&profile).build();
            match needs {
                Some(needs) if at(now) >= at(needs) => drop(built.expect("enough is kept")),
                Some(needs) => {
                    let said = problems(&built.expect_err("too early"));
                    assert!(
                        said.iter().any(|p| p.contains(needs)),
                        "{more} at {now}: {said:?}"
                    );
                }
                None => assert_eq!(
                    problems(&built.expect_err("not enough is kept")),
                    [
                        "profile: the rules need more of `visit` than the profile keeps: it was compacted for rules that \
                      needed less"
                    ],
                    "{more} at {now}"
                ),
            }
        }
    }
}

#[test]
fn what_is_too_old_is_said_and_changes_nothing() {
    let rules = rules(WEEK);
    let mut profile = of(&rules, &january(&[1, 2, 20]));
    profile.compact(at("2026-01-21T10:00:00Z"));
    let before = profile.save();
    let old = visit("old", "2026-01-05", "p");
    assert_eq!(
        profile.observe_json(&old).expect("an event"),
        Observed::TooOld
    );
    // What was let go is too old, what stayed is known.
    let [first, second, third] = [1, 2, 20].map(|day| january(&[day]).remove(0));
    assert_eq!(
        profile.observe_json(&first).expect("an event"),
        Observed::Known
    );
    assert_eq!(
        profile.observe_json(&second).expect("an event"),
        Observed::TooOld
    );
    assert_eq!(
        profile.observe_json(&third).expect("an event"),
        Observed::Known
    );
    assert_eq!(
        profile
            .observe_json_lines(&format!("{old}\n{second}\n"))
            .expect("events"),
        0
    );
    assert_eq!(profile.save(), before);
    // Exactly as old as the window is long is too old, a millisecond less is not.
    let edge =
        |at: &str| format!(r#"{{ "id": "{at}", "type": "visit", "at": "{at}", "page": "p" }}"#);
    assert_eq!(
        profile
            .observe_json(&edge("2026-01-14T10:00:00Z"))
            .expect("an event"),
        Observed::TooOld
    );
    assert_eq!(
        profile
            .observe_json(&edge("2026-01-14T10:00:00.001Z"))
            .expect("an event"),
        Observed::New
    );
}

/// One that is older than the first of all takes its place: what was first goes.
#[test]
fn a_late_first_event_leaves_a_compacted_profile_as_merging_does() {
    let rules = rules(WEEK);
    let mut profile = of(&rules, &january(&[2, 3, 20]));
    profile.compact(at("2026-01-21T10:00:00Z"));
    let first = january(&[1]);
    let by_merge = merged(&profile, &of(&rules, &first));
    let mut one_by_one = profile.clone();
    assert_eq!(
        one_by_one.observe_json(&first[0]).expect("an event"),
        Observed::New
    );
    assert_eq!(one_by_one.save(), by_merge.save(), "observed and merged");
    let mut in_bulk = profile.clone();
    in_bulk.observe_json_lines(&first[0]).expect("an event");
    assert_eq!(
        in_bulk.save(),
        by_merge.save(),
        "observed in bulk and merged"
    );
    assert_eq!(
        merged(&one_by_one, &one_by_one).save(),
        one_by_one.save(),
        "merged with itself"
    );
}

/// One between what was let go and the instant of letting go makes an older one of the newest go.
#[test]
fn a_late_newer_event_leaves_a_compacted_profile_as_merging_does() {
    let rules = rules(&format!(
        "{WEEK}\nbehaviour bought_lately = count bought in last 7 days"
    ));
    let bought =
        |id: &str, at: &str| format!(r#"{{ "id": "{id}", "type": "bought", "at": "{at}" }}"#);
    let mut profile = of(&rules, &[bought("1", "2026-01-01T10:00:00Z")]);
    profile.compact(at("2026-01-21T10:00:00Z"));
    let newer = bought("2", "2026-01-20T10:00:00Z");
    let by_merge = merged(&profile, &of(&rules, std::slice::from_ref(&newer)));
    assert_eq!(by_merge.len(), 1);
    profile.observe_json(&newer).expect("an event");
    assert_eq!(profile.save(), by_merge.save());
}

#[test]
fn the_same_number_written_otherwise_is_the_same_event() {
    let rules = rules(WEEK);
    let number = |n: &str| {
        format!(
            r#"{{ "id": "a", "type": "visit", "at": "2026-01-01T10:00:00Z", "page": "p", "n": {n} }}"#
        )
    };
    for others in [
        ["1.5", "1.50"],
        ["0", "-0"],
        ["0", "0.000"],
        ["\"2\"", "2.0"],
        ["10", "1e1"],
    ] {
        let [one, other] = others.map(|n| of(&rules, &[number(n)]));
        assert_eq!(
            merged(&one, &other).save(),
            merged(&other, &one).save(),
            "{others:?}"
        );
        let mut again = one.clone();
        assert_eq!(
            again.observe_json(&number(others[1])).expect("an event"),
            Observed::Known,
            "{others:?}"
        );
    }
}

#[test]
fn of_two_with_one_id_the_same_one_stays_whichever_came_first() {
    let rules = rules(WEEK);
    let events = [
        visit("a", "2026-01-01", "home"),
        visit("a", "2026-01-01", "cart"),
        visit("a", "2026-01-02", "home"),
        visit("a", "1960-01-02", "home"),
        r#"{ "id": "a", "type": "bought", "at": "2026-01-01T10:00:00Z" }"#.to_owned(),
        r#"{ "id": "a", "type": "visit", "at": "2026-01-01T10:00:00Z", "seq": 3, "page": "home" }"#.to_owned(),
        r#"{ "id": "a", "type": "visit", "at": "2026-01-01T10:00:00Z", "device": "tv", "page": "home" }"#.to_owned(),
    ];
    for one in &events {
        for other in &events {
            let (a, b) = (
                of(&rules, std::slice::from_ref(one)),
                of(&rules, std::slice::from_ref(other)),
            );
            assert_eq!(
                merged(&a, &b).save(),
                merged(&b, &a).save(),
                "{one}\n{other}"
            );
            let mut both = a.clone();
            let seen = both.observe_json(other).expect("an event");
            assert_eq!(both.len(), 1);
            assert_eq!(both.save(), merged(&b, &a).save(), "{one}\n{other}");
            let expected = match (one == other, both == b) {
                (true, _) => Observed::Known,
                (false, replaced) => Observed::Conflict { replaced },
            };
            assert_eq!(seen, expected, "{one}\n{other}");
        }
    }
}

#[test]
fn broken_saved_texts_are_answered() {
    let rules = rules(WEEK);
    let said = |text: &str| match rules.load_profile(text) {
        Ok(profile) => format!("{} in, {} aside", profile.len(), profile.aside().len()),
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Saved { .. }), "{error:?}");
            error.to_string()
        }
    };
    let head = r#"{"pervade_profile":1}"#;
    for (text, expected) in [
        (
            "",
            "the saved profile can't be read: its first line does not say what it is",
        ),
        (
            "\n",
            "the saved profile can't be read: its first line does not say what it is",
        ),
        (
            "[]",
            "the saved profile can't be read: its first line does not say what it is",
        ),
        (
            r#"{"pervade_profile":2}"#,
            "the saved profile can't be read: it is of version 2, and this pervade reads version 1",
        ),
        (
            r#"{"pervade_profile":1,"more":2}"#,
            "the saved profile can't be read: its first line does not say what it is",
        ),
        (
            r#"{"pervade_profile":-1}"#,
            "the saved profile can't be read: its first line does not say what it is",
        ),
        (head, "0 in, 0 aside"),
    ] {
        assert_eq!(said(text), expected, "{text:?}");
    }
    // What was cut off is told with its line, not kept aside as an event of another version.
    let whole = format!(
        "{head}\n{}\n{}\n",
        visit("a", "2026-01-01", "home"),
        visit("b", "2026-01-02", "home")
    );
    let second = head.len() + 2 + visit("a", "2026-01-01", "home").len();
    for end in second + 1..whole.len() - 2 {
        let said = said(&whole[..end]);
        assert_eq!(
            said,
            "the saved profile can't be read: line 3: this is no event",
            "{}",
            &whole[second..end]
        );
    }
    for line in ["null", "[]", "7", "\"text\"", "{}}", "{ \"a\": }"] {
        let said = said(&format!("{head}\n{line}\n"));
        assert_eq!(
            said, "the saved profile can't be read: line 2: this is no event",
            "{line}"
        );
    }
    // Events of another version are objects; of two with one id one stays.
    let twice = format!(
        "{head}\n{}\n{}",
        visit("a", "2026-01-01", "home"),
        visit("a", "2026-01-02", "home")
    );
    assert_eq!(said(&twice), "1 in, 0 aside");
    assert_eq!(
        said(&format!("{head}\n{{ \"a\": 1 }}\n{{}}\n")),
        "0 in, 2 aside"
    );
    assert_eq!(
        said(&format!("{head}\n{{\"aside\":\"]\"}}\n")),
        "0 in, 1 aside"
    );
    // Instants and counts beyond all bounds are taken as they are.
    let far = i64::MAX;
    for (upto, now) in [(far, far), (far, -far), (-far, far)] {
        let text = format!(
            r#"{{"pervade_profile":1,"dropped":{{"visit":{{"upto":{upto},"now":{now},"newest":4294967295,"oldest":4294967295}}}}}}"#
        );
        let profile = rules.load_profile(&text).expect("a head");
        assert_eq!(profile.save().trim(), text);
        let built = rules
            .context()
            .now(at("2026-01-01T00:00:00Z"))
            .profile(&profile)
            .build();
        assert!(
            problems(&built.expect_err("too early"))[0]
                .starts_with("now: 2026-01-01T00:00:00Z lies before ")
        );
    }
}

#[test]
fn what_is_no_event_is_answered() {
    let rules = rules(WEEK);
    for (text, expected) in [
        ("null", ""),
        ("[]", ""),
        ("7", ""),
        ("{", ""),
        ("", ""),
        ("{}", ""),
        (r#"{ "type": null }"#, ""),
        (
            r#"{ "type": "visit", "id": "", "at": "2026-01-01T10:00:00Z", "page": "p" }"#,
            "",
        ),
        (
            r#"{ "type": "visit", "id": "a", "at": "2026-01-01T10:00:00Z", "seq": -1, "page": "p" }"#,
            "",
        ),
        (
            r#"{ "type": "visit", "id": "a", "at": "99999-01-01T10:00:00Z", "page": "p" }"#,
            "",
        ),
        (
            r#"{ "type": "visit", "id": "a", "at": "2026-01-01T10:00:00Z", "page": "p", "n": 1e19 }"#,
            "",
        ),
    ] {
        let mut profile = rules.profile();
        let error = profile.observe_json(text).expect_err(text);
        println!("{text}: {error} {:?}", problems(&error));
        assert!(!problems(&error).is_empty(), "{text}: {error:?}");
        let in_bulk = profile
            .observe_json_lines(&format!("\n{text}"))
            .map_err(|e| problems(&e));
        println!("{text}: {in_bulk:?}");
        let _ = expected;
    }
}

#[test]
fn what_was_let_go_is_not_forgotten_by_a_version_without_the_event() {
    let rules = rules(WEEK);
    let without =
        self::rules("ruleset demo event bought { } behaviour away = time since last bought");
    let mut profile = of(&rules, &january(&[1, 2, 20]));
    profile.compact(at("2026-01-21T10:00:00Z"));
    let between = without.load_profile(&profile.save()).expect("its text");
    assert_eq!((between.len(), between.aside().len()), (0, 2));
    let again = without.load_profile(&between.save()).expect("its text");
    assert_eq!(again.save(), between.save());
    let merged = merged(&without.profile(), &again);
    let back = rules.load_profile(&merged.save()).expect("its text");
    assert_eq!(back.save(), profile.save());
    let early = rules
        .context()
        .now(at("2026-01-10T00:00:00Z"))
        .profile(&back)
        .build();
    assert!(
        early.is_err(),
        "events that were let go are not missing silently"
    );
}

#[test]
fn what_is_aside_comes_back_with_rules_that_know_it() {
    let rules = rules(WEEK);
    let more = self::rules(
        "ruleset demo event visit { page: string, n: decimal?, x: int? } event bought { } event moved { }",
    );
    let extra =
        r#"{ "id": "e", "type": "visit", "at": "2026-01-01T10:00:00Z", "page": "p", "x": 7 }"#;
    let unknown = r#"{ "id": "m", "type": "moved", "at": "2026-01-02T10:00:00Z" }"#;
    let mut strict = rules.profile();
    assert!(strict.observe_json(extra).is_err() && strict.observe_json(unknown).is_err());
    assert!(strict.is_empty());
    let mut profile = rules.profile().lenient();
    assert_eq!(profile.observe_json(extra).expect("lenient"), Observed::New);
    assert_eq!(
        profile.observe_json(unknown).expect("lenient"),
        Observed::Aside
    );
    assert_eq!(
        profile.observe_json(unknown).expect("lenient"),
        Observed::Aside
    );
    assert_eq!(profile.len(), 1);
    let saved = profile.save();
    let loaded = rules.load_profile(&saved).expect("its text");
    assert_eq!(loaded.save(), saved);
    assert_eq!(merged(&loaded, &profile).save(), saved);
    // A loaded profile is strict again.
    assert!(loaded.clone().observe_json(extra).is_err());
    let back = more.load_profile(&saved).expect("its text");
    assert_eq!((back.len(), back.aside().len()), (2, 0), "{}", back.save());
    assert!(back.save().contains(r#""x":7"#), "{}", back.save());
    // What is let go takes nothing with it that was kept aside.
    profile.compact(at("2027-01-01T00:00:00Z"));
    profile
        .observe_json(&visit("first", "2025-01-01", "p"))
        .expect("an event");
    profile.compact(at("2027-01-01T00:00:00Z"));
    let saved = profile.save();
    let loaded = rules.load_profile(&saved).expect("its text");
    assert_eq!(loaded.save(), saved);
}

#[test]
fn what_lost_its_place_stays_out_when_the_other_is_let_go() {
    let rules = rules(WEEK);
    let mut profile = rules.profile().lenient();
    let lost =
        r#"{ "id": "e", "type": "visit", "at": "2026-06-30T10:00:00Z", "page": "p", "x": 7 }"#;
    profile.observe_json(lost).expect("lenient");
    let bought =
        |id: &str, at: &str| format!(r#"{{ "id": "{id}", "type": "bought", "at": "{at}" }}"#);
    let other = profile.observe_json(&bought("e", "1965-01-01T10:00:00Z"));
    assert_eq!(
        other.expect("an event"),
        Observed::Conflict { replaced: true }
    );
    profile
        .observe_json(&bought("b", "2026-06-20T10:00:00Z"))
        .expect("an event");
    assert_eq!(profile.compact(at("2026-07-01T00:00:00Z")), 1);
    let saved = profile.save();
    let loaded = rules.load_profile(&saved).expect("its text");
    assert_eq!((loaded.len(), loaded.aside().len()), (1, 1), "{saved}");
    assert_eq!(loaded.save(), saved);
}

#[test]
fn what_is_sensitive_is_saved_whole() {
    let rules = rules(
        "ruleset demo event visit { page: string sensitive, n: decimal? sensitive, r: { x: int sensitive }? }",
    );
    let event = r#"{ "id": "e", "type": "visit", "at": "2026-01-01T10:00:00Z", "page": "p", "n": 1, "r": { "x": 2 } }"#;
    let profile = of(&rules, &[event.to_owned()]);
    let loaded = rules.load_profile(&profile.save()).expect("its text");
    assert_eq!(
        (loaded.len(), loaded.aside().len()),
        (1, 0),
        "{}",
        profile.save()
    );
    let mut loaded = loaded;
    assert_eq!(
        loaded.observe_json(event).expect("an event"),
        Observed::Known
    );
}
