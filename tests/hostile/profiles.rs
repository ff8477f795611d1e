//! Profiles of very many events, or of strange ones: what a late event costs grows with how far back it lands, what one in
//! time costs does not grow, and all at once costs what they are. Counted, not timed.

use super::measure::{Work, measured};
use super::{repeated, survives};
use pervade::{Observed, Profile, Ruleset};
use std::time::Duration;

const RULES: &str = "ruleset demo
event a { k: string, n: decimal? }
event b { k: string }
behaviour many    = count a in last 1 day >= 3
behaviour spent   = sum n of (a in last 7 days)
behaviour some    = sum n of ((a where (k == \"u\")) in last 7 days)
behaviour keys    = distinct k of (any event in last 7 days)
behaviour pairs   = count ((a then b within 1 hour) in last 7 days)
behaviour lapsed  = count ((a then no b within 1 hour) in last 7 days)
behaviour waits   = open (a then b within 1 hour)
behaviour visits  = (last (sessions of any event by gap 1 hour)).count
behaviour near    = count ((all of (a, b) within 1 hour) in last 7 days)
";

fn rules(text: &str) -> Ruleset {
    Ruleset::from_text(text).unwrap_or_else(|error| panic!("{error}"))
}

/// One event a minute, of two types in turn.
fn event(number: usize) -> String {
    let at = instant(number);
    match number % 2 {
        0 => format!(
            r#"{{ "id": "e{number}", "type": "a", "at": "{at}", "k": "u{}", "n": {} }}"#,
            number % 7,
            number % 5
        ),
        _ => format!(
            r#"{{ "id": "e{number}", "type": "b", "at": "{at}", "k": "u{}" }}"#,
            number % 7
        ),
    }
}

/// So many minutes behind the beginning.
fn instant(minutes: usize) -> String {
    let ms = 1_767_225_600_000 + i64::try_from(minutes).expect("small") * 60_000;
    let at = chrono::DateTime::from_timestamp_millis(ms).expect("an instant");
    format!("{at:?}")
}

fn lines(range: std::ops::Range<usize>) -> String {
    let start = range.start;
    repeated(range.len(), |at| event(start + at) + "\n")
}

fn of(rules: &Ruleset, count: usize) -> Profile {
    let mut profile = rules.profile();
    assert_eq!(
        profile
            .observe_json_lines(&lines(0..count))
            .expect("events"),
        count
    );
    profile
}

fn decided(rules: &Ruleset, profile: &Profile, minutes: usize) -> String {
    let now = instant(minutes).parse().expect("an instant");
    let context = rules
        .context()
        .now(now)
        .profile(profile)
        .build()
        .expect("a context");
    let mut all = String::new();
    for of in rules.decisions() {
        let decision = rules
            .decision::<serde_json::Value>(of.name())
            .expect("a behaviour");
        let answer = decision.decide(&context).expect("an answer");
        all += &format!("{} = {}\n", of.name(), answer.value());
    }
    all
}

fn observed(profile: &mut Profile, event: &str) -> Work {
    let (seen, work) = measured(|| profile.observe_json(event));
    assert_eq!(seen.expect("an event"), Observed::New);
    work
}

#[test]
fn an_event_in_time_costs_the_same_behind_many() {
    let rules = rules(RULES);
    let cost = |before: usize| {
        let mut profile = of(&rules, before);
        let mut whole = 0;
        for number in before..before + 200 {
            whole += observed(&mut profile, &event(number)).steps;
        }
        whole
    };
    let (few, many) = (cost(1_000), cost(50_000));
    println!("200 events in time: {few} steps behind 1,000, {many} behind 50,000");
    assert!(few > 200, "nothing is counted: {few}");
    assert!(
        many * 10 <= few * 11,
        "{few} steps behind 1,000, {many} behind 50,000"
    );
}

#[test]
fn a_late_event_costs_as_much_as_it_lies_back() {
    let rules = rules(RULES);
    let mut profile = of(&rules, 20_000);
    for back in [1, 10, 100, 1_000, 10_000] {
        let late = event(20_000 - back).replace("\"e", "\"late");
        let steps = observed(&mut profile, &late).steps;
        println!("{back} back: {steps} steps");
        // Marks lie half as far apart as they lie back; what is kept of each event is a few steps.
        let most = 4 * u64::try_from(back).expect("small") + 400;
        assert!(
            steps <= most,
            "{back} back: {steps} steps, more than {most}"
        );
    }
}

#[test]
fn late_events_in_bulk_cost_what_they_are() {
    let rules = rules(RULES);
    let cost = |count: usize| {
        let mut profile = of(&rules, count);
        let reversed: Vec<String> = (0..count)
            .rev()
            .map(|at| event(at).replace("\"e", "\"late"))
            .collect();
        let (new, work) = measured(|| profile.observe_json_lines(&reversed.join("\n")));
        assert_eq!(new.expect("events"), count);
        (profile, work)
    };
    let ((_, small), (profile, large)) = (cost(1_250), cost(5_000));
    println!(
        "late in bulk: {} steps of 1,250, {} of 5,000",
        small.steps, large.steps
    );
    assert!(large.steps < small.steps * 5, "{small:?}\n{large:?}");
    assert!(large.bytes < small.bytes * 5, "{small:?}\n{large:?}");
    // One by one it is the same in the end; each costs as much as it lies back, so that all of them are quadratic.
    let mut one_by_one = of(&rules, 1_000);
    for at in (0..1_000).rev() {
        observed(&mut one_by_one, &event(at).replace("\"e", "\"late"));
    }
    let in_bulk = cost(1_000).0;
    assert_eq!(one_by_one.save(), in_bulk.save());
    assert_eq!(
        decided(&rules, &one_by_one, 1_010),
        decided(&rules, &in_bulk, 1_010)
    );
    assert_eq!(profile.len(), 10_000);
}

#[test]
fn late_events_in_reversed_order_cost_as_much_as_they_lie_back() {
    let rules = rules(RULES);
    let mut profile = rules.profile();
    let count = 1_500;
    let mut steps = 0;
    for at in (0..count).rev() {
        steps += observed(&mut profile, &event(at)).steps;
    }
    let far = u64::try_from(count * count / 2).expect("small");
    println!("{count} events in reversed order: {steps} steps, {far} events passed");
    assert!(
        steps <= far * 2 + 200 * u64::try_from(count).expect("small"),
        "{steps} steps for {far}"
    );
    let in_time = of(&rules, count);
    assert_eq!(profile.save(), in_time.save());
    assert_eq!(
        decided(&rules, &profile, count),
        decided(&rules, &in_time, count)
    );
}

#[test]
fn many_events_at_one_instant() {
    let rules = rules(RULES);
    let at = |count: usize| {
        let text = repeated(count, |n| {
            format!(
                "{{ \"id\": \"{}\", \"type\": \"{}\", \"at\": \"2026-01-01T00:00:00Z\", \"k\": \"u\" }}\n",
                n * 7919 % count,
                ["a", "b"][n % 2]
            )
        });
        let mut profile = rules.profile();
        let (new, work) = measured(|| profile.observe_json_lines(&text));
        assert_eq!(new.expect("events"), count);
        (profile, work)
    };
    let ((_, small), (profile, large)) = (at(5_003), at(20_011));
    println!(
        "at one instant: {} steps of 5,003, {} of 20,011",
        small.steps, large.steps
    );
    assert!(large.steps < small.steps * 6, "{small:?}\n{large:?}");
    let (mut history, saved) = (rules.history(), profile.save());
    for line in saved.lines().skip(1) {
        history.add_json(line).expect("an event");
    }
    let now = "2026-01-01T02:00:00Z".parse().expect("an instant");
    let here = rules
        .context()
        .now(now)
        .history(&history)
        .build()
        .expect("a context");
    let kept = rules
        .context()
        .now(now)
        .profile(&profile)
        .build()
        .expect("a context");
    for of in rules.decisions() {
        let decision = rules
            .decision::<serde_json::Value>(of.name())
            .expect("a behaviour");
        let [here, kept] =
            [&here, &kept].map(|context| decision.decide(context).expect("an answer").into_value());
        assert_eq!(here, kept, "{}", of.name());
    }
}

#[test]
fn any_event_of_a_hundred_types() {
    let types = repeated(100, |n| format!("event e{n} {{ k: string }}\n"));
    let rules = rules(&format!(
        "ruleset demo\n{types}behaviour lately = count any event in last 1 day
behaviour keys = distinct k of (any event in last 1 day)
behaviour visits = count (sessions of any event by gap 1 hour)
behaviour quiet = count ((any event then no any event within 1 hour) in last 7 days)
"
    ));
    let text = |range: std::ops::Range<usize>| {
        let start = range.start;
        repeated(range.len(), |n| {
            let n = start + n;
            format!(
                "{{ \"id\": \"{n}\", \"type\": \"e{}\", \"at\": \"{}\", \"k\": \"u{}\" }}\n",
                n * 37 % 100,
                instant(n),
                n % 3
            )
        })
    };
    let mut profile = rules.profile();
    profile
        .observe_json_lines(&text(0..10_000))
        .expect("events");
    let next = text(10_000..10_200);
    let (new, work) = measured(|| {
        next.lines()
            .map(|line| profile.observe_json(line))
            .filter(Result::is_ok)
            .count()
    });
    println!(
        "any of a hundred types: 200 events take {} steps",
        work.steps
    );
    assert_eq!(new, 200);
    assert!(work.steps < 200 * 60, "{work:?}");
    let said = decided(&rules, &profile, 10_199);
    assert_eq!(said, "lately = 1440\nkeys = 3\nvisits = 1\nquiet = 0\n");
}

/// Of a chain with `same` and no bound nothing that began is ever over, so that each event is compared with all before:
/// quadratic, as it is without a profile.
#[test]
fn a_chain_of_the_same_without_a_bound() {
    let rules = rules(
        "ruleset demo event a { k: string } event b { k: string }
        behaviour pairs = count (a then b same k)",
    );
    let time = |count: usize| {
        let text = repeated(count, |n| {
            // None of the second type has a key that one of the first has.
            let (ty, key) = [("a", "u"), ("b", "v")][n % 2];
            format!(
                "{{ \"id\": \"{n}\", \"type\": \"{ty}\", \"at\": \"{}\", \"k\": \"{key}{n}\" }}\n",
                instant(n)
            )
        });
        let mut profile = rules.profile();
        let (new, work) = measured(|| profile.observe_json_lines(&text));
        assert_eq!(new.expect("events"), count);
        assert_eq!(decided(&rules, &profile, count), "pairs = 0\n");
        work.time
    };
    let (small, large) = (time(2_500), time(10_000));
    println!("a chain of the same without a bound: {small:?} of 2,500, {large:?} of 10,000");
    // Generous: 25 million comparisons.
    assert!(large < Duration::from_secs(60), "{large:?}");
}

#[test]
fn long_ids() {
    let rules = rules(RULES);
    let id = |letter: &str, last: &str| letter.repeat(1 << 20) + last;
    let event = |id: &str| {
        format!(r#"{{ "id": "{id}", "type": "b", "at": "2026-01-01T00:00:00Z", "k": "u" }}"#)
    };
    let mut profile = rules.profile();
    for (letter, last) in [("x", "b"), ("x", "a"), ("x", "c"), ("\u{1F600}", "")] {
        let event = event(&id(letter, last));
        assert_eq!(
            profile.observe_json(&event).expect("an event"),
            Observed::New
        );
        assert_eq!(
            profile.observe_json(&event).expect("an event"),
            Observed::Known
        );
    }
    assert!(profile.size().ids > 7 << 20);
    let loaded = rules.load_profile(&profile.save()).expect("its text");
    assert_eq!(loaded, profile);
    assert_eq!(loaded.len(), 4);
    // What is wrong with such an event is told shortly.
    let error = profile
        .observe_json(&event(&id("x", "")).replace("\"b\"", "1"))
        .expect_err("no type");
    let told: usize = error.problems().iter().map(|p| p.to_string().len()).sum();
    assert!(told < 1_000, "{told} bytes");
    let error = profile
        .observe_json(&event("z").replace("\"b\"", &format!("\"{}\"", id("x", ""))))
        .expect_err("no type");
    let told: usize = error.problems().iter().map(|p| p.to_string().len()).sum();
    assert!(told < 1_000, "{told} bytes");
}

/// One that replaces another makes everything anew; in bulk once for all.
#[test]
fn many_conflicts() {
    let rules = rules(RULES);
    let other = |range: std::ops::Range<usize>, seq: usize| {
        let start = range.start;
        repeated(range.len(), |n| {
            event(start + n).replace("\"k\"", &format!("\"seq\": {seq}, \"k\"")) + "\n"
        })
    };
    let cost = |count: usize| {
        let mut profile = of(&rules, count);
        let (new, work) = measured(|| profile.observe_json_lines(&other(0..count, 1)));
        assert_eq!(new.expect("events"), 0);
        let (again, known) = measured(|| profile.observe_json_lines(&lines(0..count)));
        assert_eq!(again.expect("events"), 0);
        (profile, work, known)
    };
    let ((_, small, _), (profile, large, known)) = (cost(2_500), cost(10_000));
    println!(
        "conflicts: {} steps of 2,500, {} of 10,000; {} of those that lose",
        small.steps, large.steps, known.steps
    );
    assert!(large.steps < small.steps * 5, "{small:?}\n{large:?}");
    // What loses is read, and changes nothing.
    assert!(known.steps < 10_000 * 40, "{known:?}");
    // One by one it is the same in the end.
    let mut one_by_one = of(&rules, 300);
    for line in other(0..300, 1).lines() {
        one_by_one.observe_json(line).expect("an event");
    }
    let mut in_bulk = of(&rules, 300);
    in_bulk
        .observe_json_lines(&other(0..300, 1))
        .expect("events");
    assert_eq!(one_by_one.save(), in_bulk.save());
    assert_eq!(profile.len(), 10_000);
    assert_eq!(
        rules.load_profile(&profile.save()).expect("its text"),
        profile
    );
    // One by one each costs as much as all that is there.
    let mut few = of(&rules, 300);
    for line in other(0..300, 1).lines() {
        let seen = few.observe_json(line).expect("an event");
        assert_eq!(seen, Observed::Conflict { replaced: true });
    }
    let mut in_bulk = of(&rules, 300);
    in_bulk
        .observe_json_lines(&other(0..300, 1))
        .expect("events");
    assert_eq!(few, in_bulk);
    assert_eq!(decided(&rules, &few, 310), decided(&rules, &in_bulk, 310));
}

#[test]
fn compacting_costs_what_is_there() {
    let rules = rules(&RULES.replace(
        "(last (sessions of any event by gap 1 hour)).count",
        "count any event in last 1 hour",
    ));
    let cost = |count: usize| {
        let mut profile = of(&rules, count);
        let before = decided(&rules, &profile, count);
        let now = instant(count).parse().expect("an instant");
        let (gone, work) = measured(|| profile.compact(now));
        assert!(gone > count / 2, "{gone} of {count}");
        assert_eq!(decided(&rules, &profile, count), before);
        let (none, again) = measured(|| profile.compact(now));
        assert_eq!(none, 0);
        assert_eq!(again.steps, 0, "there is nothing to do");
        (profile.len(), work)
    };
    let ((few, small), (many, large)) = (cost(25_000), cost(100_000));
    println!(
        "compact: {} steps of 25,000, {} of 100,000; {many} stay",
        small.steps, large.steps
    );
    assert!(large.bytes < small.bytes * 5, "{small:?}\n{large:?}");
    // What stays is the same, and all that is kept is of what stays.
    assert!(few.abs_diff(many) < 10, "{few} and {many} stay");
    assert!(large.steps < small.steps * 5, "{small:?}\n{large:?}");
}

#[test]
fn a_profile_of_everything_fits_a_small_stack() {
    survives("profiles", || {
        let rules = rules(RULES);
        let profile = of(&rules, 2_000);
        assert_eq!(
            rules.load_profile(&profile.save()).expect("its text"),
            profile
        );
        // JSON as deep as it may be is refused, not followed.
        let deep = format!(
            "{{ \"type\": \"a\", \"k\": {}1{} }}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        let mut other = rules.profile();
        assert!(other.observe_json(&deep).is_err());
        let mut lenient = rules.profile().lenient();
        drop(lenient.observe_json(&deep));
        drop(rules.load_profile(&format!("{{\"pervade_profile\":1}}\n{deep}\n")));
        drop(rules.load_profile(&deep));
    });
}
