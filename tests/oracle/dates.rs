//! Until when answers about dates of now stand: as trying instants one by one says, wherever clocks change. Rulesets are
//! generated that compare today with dates of the past and the future, and count days, months and years to them.

use super::calendar::{self, DAY};
use super::tape::{Tape, words};
use pervade::Ruleset;

/// Rulesets of the usual run; `PERVADE_DATES` asks for others.
const RULESETS: u64 = 25;

/// Zones, each with instants about which its clocks change, or its dates.
const CHANGES: [(&str, &[&str]); 9] = [
    // Midnight is skipped, and midnight comes after 23:00 has come twice.
    (
        "America/Sao_Paulo",
        &["2018-11-04T03:00:00Z", "2018-02-18T02:00:00Z"],
    ),
    (
        "Africa/Cairo",
        &["2026-04-23T22:00:00Z", "2026-10-29T21:00:00Z"],
    ),
    // At one minute past midnight the day before comes again.
    (
        "America/St_Johns",
        &["2010-11-07T02:31:00Z", "2010-03-14T03:31:00Z"],
    ),
    // Midnight comes twice, or not at all.
    (
        "America/Havana",
        &["2026-11-01T05:00:00Z", "2026-03-08T05:00:00Z"],
    ),
    // A day is left out.
    ("Pacific/Apia", &["2011-12-30T10:00:00Z"]),
    // A day comes twice.
    ("America/Juneau", &["1867-10-19T00:31:13Z"]),
    (
        "Europe/London",
        &["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"],
    ),
    ("Australia/Lord_Howe", &["2026-04-04T15:00:00Z"]),
    (
        "UTC",
        &[
            "2026-03-29T00:00:00Z",
            "2024-02-29T12:00:00Z",
            "9999-12-28T23:30:00Z",
            "0001-01-03T01:00:00Z",
        ],
    ),
];

const MINUTE: i64 = 60_000;

/// How far from a change of clocks an answer is looked at.
const APART: [i64; 12] = [
    0,
    1,
    -1,
    -30_000,
    MINUTE,
    20 * MINUTE,
    -20 * MINUTE,
    70 * MINUTE,
    -90 * MINUTE,
    26 * 60 * MINUTE,
    -26 * 60 * MINUTE,
    -40 * DAY,
];

fn instant(text: &str) -> i64 {
    super::generate_moments::read(text)
}

/// What is compared, and when.
struct Asked {
    text: String,
    names: Vec<String>,
    zone: &'static str,
    change: i64,
    today: i64,
}

/// A date near today, or years away from it.
fn date(tape: &Tape, today: i64) -> String {
    let apart = match tape.below(5) {
        0 => 0,
        1 => 1,
        2 => i64::try_from(tape.below(7)).expect("small") - 3,
        3 => i64::try_from(tape.below(800)).expect("small") - 400,
        _ => (i64::try_from(tape.below(50)).expect("small") - 25) * 700,
    };
    let (first, last) = calendar::ends();
    calendar::date_text((today + apart).clamp(first, last))
}

fn number(tape: &Tape) -> String {
    tape.word(&["0", "1", "2", "-1", "3", "20", "-2", "400"])
        .to_owned()
}

fn comparison(tape: &Tape) -> &'static str {
    ["<", "<=", ">", ">=", "==", "!="][tape.below(6)]
}

/// One question about the date it is.
fn question(tape: &Tape, today: i64) -> String {
    let date = || date(tape, today);
    let now = tape.word(&[
        "today",
        "today",
        "today",
        "soon",
        "(today + 2 days)",
        "(date of (now + 2 hours))",
        "(date of (now - 30 minutes))",
    ]);
    let op = comparison(tape);
    match tape.below(9) {
        0..=2 => format!("{now} {op} {}", date()),
        3 => format!("{} {op} {now}", date()),
        4 => {
            let mut ends = [date(), date()];
            ends.sort();
            let dots = tape.word(&["..", "..="]);
            match ends[0] == ends[1] {
                true => format!("{now} == {}", ends[0]),
                false => format!("{now} in {}{dots}{}", ends[0], ends[1]),
            }
        }
        5 => format!("{now}.year {op} {}", calendar::parts(today).0),
        6 => {
            let unit = tape.word(&["days", "weeks", "months", "years"]);
            let (a, b) = match tape.chance(50) {
                true => (now.to_owned(), date()),
                false => (date(), now.to_owned()),
            };
            let more = tape.word(&["", "", " + 1", " - 2"]);
            let counted = format!("{unit} between {a} and {b}");
            match more {
                "" => format!("{counted} {op} {}", number(tape)),
                more => format!("({counted}){more} {op} {}", number(tape)),
            }
        }
        7 => {
            let unit = tape.word(&["days", "hours", "weeks"]);
            let (a, b) = match tape.chance(50) {
                true => ("now".to_owned(), format!("{}T04:00:00Z", date())),
                false => (format!("{}T04:00:00Z", date()), "now".to_owned()),
            };
            format!("whole {unit} of ({a} - {b}) {op} {}", number(tape))
        }
        _ => format!("days between {} and today {op} days_on", date()),
    }
}

fn asked(tape: &Tape) -> Asked {
    let (zone, changes) = *tape.pick(&CHANGES);
    let change = instant(tape.word(changes));
    let (today, _) = calendar::local(calendar::zone_named(zone), change);
    let mut text = format!(
        "ruleset dates\ntimezone \"{zone}\"\nlet soon = today {} days\nlet days_on = {}\n",
        tape.word(&["+ 1", "+ 3", "- 4"]),
        number(tape)
    );
    let mut names = Vec::new();
    for n in 0..5 {
        let mut condition = question(tape, today);
        match tape.below(5) {
            0 => condition = format!("{condition} and {}", question(tape, today)),
            1 => condition = format!("{condition} or {}", question(tape, today)),
            2 => condition = format!("not ({condition})"),
            _ => {}
        }
        text.push_str(&format!("segment s{n} = {condition}\n"));
        names.push(format!("s{n}"));
    }
    let (from, until) = (date(tape, today), date(tape, today));
    if from < until {
        text.push_str(&format!(
            "decision d -> int {{ a: valid from {from} until {until} when true => 1 otherwise => 2 }}\n"
        ));
    } else {
        text.push_str(&format!(
            "decision d -> int {{ a: valid from {from} when true => 1 b: valid from {until} when true => 2 otherwise => 3 }}\n"
        ));
    }
    names.push("d".to_owned());
    Asked {
        text,
        names,
        zone,
        change,
        today,
    }
}

/// What a definition gives at an instant, and until when; `None` where it overflows.
fn answer(rules: &Ruleset, name: &str, now: i64) -> Option<(String, Option<i64>)> {
    let now = chrono::DateTime::from_timestamp_millis(now).expect("an instant");
    let context = rules.context().now(now).build().expect("a context");
    let decider = rules.decision::<serde_json::Value>(name).expect("is there");
    let decision = decider.decide(&context).ok()?;
    let until = decision.valid_until().map(|at| at.timestamp_millis());
    Some((decision.into_value().to_string(), until))
}

fn value(rules: &Ruleset, name: &str, now: i64) -> Option<String> {
    let now = chrono::DateTime::from_timestamp_millis(now).expect("an instant");
    let context = rules.context().now(now).build().expect("a context");
    let decider = rules.decision::<serde_json::Value>(name).expect("is there");
    let decision = decider.decide(&context).ok()?;
    Some(decision.into_value().to_string())
}

/// Instants behind one, close together at first.
fn later(now: i64, change: i64) -> impl Iterator<Item = i64> {
    let near = (0..2 * 24 * 60).map(move |n| (now.div_euclid(MINUTE) + n) * MINUTE);
    let further = (0..60 * 48).map(move |n| (now.div_euclid(30 * MINUTE) + n) * 30 * MINUTE);
    let far = (0..25 * 365).map(move |n| now + 2 * n * DAY + 5 * 60 * MINUTE);
    let about = [-1, 0, 1].map(|by| change + by);
    let all = near.chain(about).chain(further).chain(far);
    all.filter(move |at| *at > now && calendar::is_instant(*at))
}

fn check(asked: &Asked, rules: &Ruleset, now: i64) -> Result<usize, String> {
    let mut ends = 0;
    for name in &asked.names {
        let Some((first, until)) = answer(rules, name, now) else {
            continue;
        };
        let told = |what: &str, at: i64| {
            let until = until.map_or("ever".to_owned(), calendar::instant_text);
            format!(
                "{what}: `{name}` is {first} at {}, said to stand until {until}; looked at {}\n{}",
                calendar::instant_text(now),
                calendar::instant_text(at),
                asked.text
            )
        };
        let within = |at: &i64| until.is_none_or(|until| *at < until);
        let last = until.map(|until| until - 1).filter(|at| *at > now);
        for at in later(now, asked.change).filter(within).chain(last) {
            if value(rules, name, at).as_ref() != Some(&first) {
                return Err(told("too late", at));
            }
        }
        if let Some(until) = until {
            ends += 1;
            if value(rules, name, until).as_ref() == Some(&first) {
                return Err(told("too early", until));
            }
        }
    }
    Ok(ends)
}

#[test]
fn answers_about_dates_stand_as_long_as_trying_says() {
    let number = |name: &str| std::env::var(name).ok()?.parse().ok();
    let rulesets = number("PERVADE_DATES").unwrap_or(RULESETS);
    let seed = number("PERVADE_SEED").unwrap_or(1);
    let (mut ends, mut all) = (0, 0);
    for ruleset in 0..rulesets {
        let words = words(seed * 1_000_003 + ruleset, 300);
        let tape = Tape::new(&words);
        let asked = asked(&tape);
        let rules = Ruleset::from_text(&asked.text);
        let rules = rules.unwrap_or_else(|e| panic!("{e}\n{}", asked.text));
        for _ in 0..3 {
            let now = asked.change + tape.pick(&APART);
            if calendar::is_instant(now) {
                all += asked.names.len();
                ends += check(&asked, &rules, now).unwrap_or_else(|why| panic!("{why}"));
            }
        }
        assert!(calendar::is_date(asked.today), "in {}", asked.zone);
    }
    println!("{all} answers, of which {ends} end");
    assert!(ends > 0 && ends < all, "{ends} of {all} end");
}

fn until(text: &str, now: &str) -> Option<String> {
    until_in("Europe/London", text, now)
}

fn until_in(zone: &str, text: &str, now: &str) -> Option<String> {
    let rules = Ruleset::from_text(&format!("ruleset dates timezone \"{zone}\"\n{text}"));
    let rules = rules.unwrap_or_else(|e| panic!("{e}"));
    let (_, until) = answer(&rules, "s", instant(now)).expect("an answer");
    until.map(calendar::instant_text)
}

/// What lies behind today turns nothing any more, and what lies far ahead is found without a look at each day.
#[test]
fn what_is_over_stands_for_ever() {
    let now = "2026-03-29T12:00:00Z";
    let until = |text: &str| until(text, now);
    assert_eq!(until("segment s = today < 2025-03-29"), None);
    assert_eq!(until("segment s = today in 2024-01-01..2025-03-29"), None);
    assert_eq!(
        until("segment s = years between 1946-03-01 and today >= 18"),
        None
    );
    assert_eq!(until("segment s = today.year >= 2026"), None);
    assert_eq!(
        until(
            "decision s -> int { a: valid from 2025-01-01 until 2025-03-29 when true => 1 otherwise => 2 }"
        ),
        None
    );
    assert_eq!(
        until("segment s = today >= 2926-01-15").as_deref(),
        Some("2926-01-15T00:00:00Z")
    );
    assert_eq!(
        until("segment s = years between 2026-03-01 and today >= 65").as_deref(),
        Some("2091-03-01T00:00:00Z")
    );
    assert_eq!(
        until("segment s = whole hours of (now - 2025-01-01T00:00:00Z) >= 24"),
        None
    );
}

/// Clocks that are put back behind midnight bring the day before once more.
#[test]
fn a_date_may_come_again() {
    let text = "segment s = today >= 2010-11-07";
    for (now, until) in [
        ("2010-11-07T02:00:00Z", "2010-11-07T02:30:00Z"),
        ("2010-11-07T02:30:30Z", "2010-11-07T02:31:00Z"),
        ("2010-11-07T02:40:00Z", "2010-11-07T03:30:00Z"),
    ] {
        let found = until_in("America/St_Johns", text, now);
        assert_eq!(found.as_deref(), Some(until), "{now}");
    }
    assert_eq!(
        until_in("America/St_Johns", text, "2010-11-07T03:30:00Z"),
        None
    );
}

/// A look at each midnight of many years would take seconds here.
#[test]
fn rows_that_are_over_are_looked_at_once() {
    let rows: Vec<String> = (0..1_000)
        .map(|n| {
            format!(
                "{{ id: \"o{n}\", ends: {} }}",
                calendar::date_text(20_000 + n % 90)
            )
        })
        .collect();
    let text = format!(
        "record Offer {{ id: string, ends: date }}
         reference offers: Offer key id = [ {} ]
         issue sales
         group sales.tickets
         actions offer from offers in sales.tickets {{ valid until offer.ends value 1 }}
         next_best_action s {{ choose from all rank by value }}",
        rows.join(", ")
    );
    let start = std::time::Instant::now();
    assert_eq!(until(&text, "2026-03-29T12:00:00Z"), None);
    println!("{:?} with compiling", start.elapsed());
}
