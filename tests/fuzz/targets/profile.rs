//! A saved profile, or what was made of one, is loaded or is answered. What is loaded saves to a text that loads as the
//! same; merged with itself, or carried through rules that know fewer events, it is the same; and it decides as a history
//! of its events does.

use super::answers::Deciders;
use super::said;
use chrono::{DateTime, Utc};
use pervade::{Context, Error, ErrorKind, Profile, Ruleset};

/// The rules that events are read against, those that know fewer of them, and what they decide.
pub struct Lives {
    pub rules: Ruleset,
    fewer: Ruleset,
    deciders: Deciders,
}

impl Lives {
    fn new() -> Self {
        let rules = |text| Ruleset::from_text(text).unwrap_or_else(|error| panic!("{error}"));
        let all = rules(include_str!("../events.pvd"));
        Lives {
            deciders: Deciders::of(&all),
            fewer: rules(include_str!("../fewer.pvd")),
            rules: all,
        }
    }
}

thread_local! {
    static LIVES: Lives = Lives::new();
}

/// Works with the one of this thread.
pub fn with<R>(work: impl FnOnce(&Lives) -> R) -> R {
    LIVES.with(work)
}

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    with(|lives| check(lives, text));
}

fn check(lives: &Lives, text: &str) {
    let profile = match lives.rules.load_profile(text) {
        Ok(profile) => profile,
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Saved { .. }), "{error:?}");
            let told = error.to_string();
            assert!(
                told.len() < 2_000 && !told.contains(char::is_control),
                "{told:?}"
            );
            return;
        }
    };
    let saved = profile.save();
    same("loaded again", &saved, &load(&lives.rules, &saved));
    let mut twice = profile.clone();
    twice.merge(&profile).expect("the same rules");
    same("merged with itself", &saved, &twice);
    let mut from_nothing = lives.rules.profile();
    from_nothing.merge(&profile).expect("the same rules");
    same("merged into nothing", &saved, &from_nothing);
    // An event aside may have an id that another one has: where that one's type is not known it is in, and makes others go.
    if !saved.contains("\n{\"aside\":") || !saved.contains("\"dropped\":") {
        let between = load(&lives.fewer, &saved);
        same(
            "through rules that know fewer",
            &saved,
            &load(&lives.rules, &between.save()),
        );
    }
    decide(lives, &profile, &saved);
}

pub fn load(rules: &Ruleset, saved: &str) -> Profile {
    match rules.load_profile(saved) {
        Ok(profile) => profile,
        Err(error) => panic!("saved and not loaded: {error}\n{saved}"),
    }
}

pub fn same(how: &str, saved: &str, profile: &Profile) {
    let other = profile.save();
    assert!(saved == other, "{how}\n{saved}\n{other}");
}

/// As a history of the same events, as far as all of them are there; and the same when the rest is let go.
fn decide(lives: &Lives, profile: &Profile, saved: &str) {
    let mut history = lives.rules.history().lenient();
    for line in saved
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with("{\"aside\":"))
    {
        history.add_json(line).expect("an event");
    }
    let newest = profile.newest().unwrap_or_default();
    let far = [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC];
    let behind = [0, 1, 1_800_000, 86_400_000].map(chrono::TimeDelta::milliseconds);
    let behind = behind
        .iter()
        .filter_map(|by| newest.checked_add_signed(*by));
    for now in behind.chain(far) {
        let context = |given: &Profile| -> Result<Context, Error> {
            lives.rules.context().now(now).profile(given).build()
        };
        let whole = match context(profile) {
            Ok(context) => lives.deciders.on(&context),
            Err(error) => {
                said::check_error(&error);
                continue;
            }
        };
        let here = lives.rules.context().now(now).history(&history).build();
        lives.deciders.same(
            "on a history",
            &whole,
            &lives.deciders.on(&here.expect("an instant")),
        );
        let mut less = profile.clone();
        let before = less.len();
        assert_eq!(before - less.compact(now), less.len());
        let less_saved = less.save();
        same(
            "compacted and loaded",
            &less_saved,
            &load(&lives.rules, &less_saved),
        );
        assert_eq!(less.compact(now), 0, "compacted again at {now}");
        if let Ok(context) = context(&less) {
            lives
                .deciders
                .same("compacted", &whole, &lives.deciders.on(&context));
        }
        less.merge(profile).expect("the same rules");
        same("compacted and merged", &less_saved, &less);
    }
}
