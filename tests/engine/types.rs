//! Dates, times, durations, amounts, zones and places: in by every way there is, out by every way, and the same.

use super::rules;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use pervade::{Anything, Context, Decimal, Ruleset, Zone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A type, texts of a value as JSON and as a cell, how it leaves, and how a trace tells it.
const TYPES: [(&str, &str, &str, &str, &str); 27] = [
    (
        "date",
        r#""2026-03-01""#,
        "2026-03-01",
        r#""2026-03-01""#,
        "2026-03-01",
    ),
    (
        "date",
        r#""0001-01-01""#,
        "0001-01-01",
        r#""0001-01-01""#,
        "0001-01-01",
    ),
    (
        "date",
        r#""9999-12-31""#,
        "9999-12-31",
        r#""9999-12-31""#,
        "9999-12-31",
    ),
    ("time", r#""18:30""#, "18:30", r#""18:30""#, "18:30"),
    (
        "time",
        r#""23:59:59.9999""#,
        "23:59:59.9999",
        r#""23:59:59.999""#,
        "23:59:59.999",
    ),
    (
        "datetime",
        r#""2026-03-01T18:30:00Z""#,
        "2026-03-01T18:30:00Z",
        r#""2026-03-01T18:30:00Z""#,
        "2026-03-01T18:30:00Z",
    ),
    (
        "datetime",
        r#""2026-03-01T18:30:00.0019+01:00""#,
        "2026-03-01T18:30:00.0019+01:00",
        r#""2026-03-01T17:30:00.001Z""#,
        "2026-03-01T17:30:00.001Z",
    ),
    (
        "duration",
        r#""PT30M""#,
        "PT30M",
        r#""PT30M""#,
        "30 minutes",
    ),
    (
        "duration",
        r#""-P1DT2H0.5S""#,
        "-P1DT2H0.5S",
        r#""-P1DT2H0.5S""#,
        "-1 day 2 hours 500 milliseconds",
    ),
    ("elapsed", r#""P7D""#, "P7D", r#""P7D""#, "7 days"),
    ("elapsed", r#""never""#, "never", r#""never""#, "never"),
    (
        "timezone",
        r#""Europe/London""#,
        "Europe/London",
        r#""Europe/London""#,
        "\"Europe/London\"",
    ),
    ("timezone", r#""UTC""#, "UTC", r#""UTC""#, "\"UTC\""),
    ("distance", "5000", "5000", "5000", "5 km"),
    ("distance", "300", "300", "300", "300 m"),
    ("distance", "0", "0", "0", "0 m"),
    ("money<GBP>", "12.5", "12.50", r#""12.50""#, "12.50 GBP"),
    (
        "money<GBP>",
        r#""12.5""#,
        "12.50 GBP",
        r#""12.50""#,
        "12.50 GBP",
    ),
    (
        "money<GBP>",
        r#"{"amount": "-0.10", "currency": "GBP"}"#,
        "-0.10 GBP",
        r#""-0.10""#,
        "-0.10 GBP",
    ),
    ("money<GBP>", "0", "0", r#""0.00""#, "0.00 GBP"),
    ("money<JPY>", "1200", "1200 JPY", r#""1200""#, "1200 JPY"),
    (
        "geo",
        r#"{"lat": "51.5", "lon": "-0.12"}"#,
        "51.5 -0.12",
        r#"{"lat":"51.5","lon":"-0.12"}"#,
        "geo(51.5, -0.12)",
    ),
    (
        "geo",
        "[51.5, -0.12]",
        "51.5,-0.12",
        r#"{"lat":"51.5","lon":"-0.12"}"#,
        "geo(51.5, -0.12)",
    ),
    (
        "geo",
        "[-90, 180]",
        "-90, 180",
        r#"{"lat":"-90","lon":"180"}"#,
        "geo(-90, 180)",
    ),
    (
        "geo",
        "[0, 0.0000001]",
        "0 0.0000001",
        r#"{"lat":"0","lon":"0.0000001"}"#,
        "geo(0, 0.0000001)",
    ),
    ("Weekday", r#""sun""#, "sun", r#""sun""#, "sun"),
    (
        "list<money<GBP>>",
        r#"[1, "2.50"]"#,
        r#"[1, "2.50"]"#,
        r#"["1.00","2.50"]"#,
        "[1.00 GBP, 2.50 GBP]",
    ),
];

/// Rules that give back what they were given.
fn echo(ty: &str) -> Ruleset {
    rules(&format!("ruleset demo context {{ x: {ty} }} let same = x"))
}

fn out(rules: &Ruleset, context: &Context) -> String {
    let same = rules.decision::<Value>("same").unwrap();
    let decision = same.decide(context).unwrap();
    let written = serde_json::to_value(&decision).unwrap()["value"].clone();
    assert_eq!(*decision.value(), written, "read and written differ");
    written.to_string()
}

#[test]
fn what_goes_in_comes_out() {
    for (ty, json, cell, expected, told) in TYPES {
        let rules = echo(ty);
        let name = format!("{ty}: {json}");
        let expected: Value = serde_json::from_str(expected).unwrap();
        let expected = expected.to_string();
        let text = format!("{{\"x\": {json}}}");
        let context = rules.context().json(&text).unwrap().build().unwrap();
        assert_eq!(out(&rules, &context), expected, "{name}");
        let same = rules.decision::<Value>("same").unwrap();
        let trace = same.trace(&context).unwrap().to_string();
        assert!(trace.contains(&format!("x is {told}\n")), "{name}: {trace}");
        // What came out goes in again, as JSON and through serde.
        let again = format!("{{\"x\": {expected}}}");
        let context = rules.context().json(&again).unwrap().build().unwrap();
        assert_eq!(out(&rules, &context), expected, "{name}, again");
        let data: Value = serde_json::from_str(&again).unwrap();
        let context = rules.context().facts(&data).unwrap().build().unwrap();
        assert_eq!(out(&rules, &context), expected, "{name}, through serde");
        let columns = rules.columns().header(["x"]).unwrap();
        let context = columns.context([cell]).unwrap();
        assert_eq!(out(&rules, &context), expected, "{name}, as a cell");
        let (mut frame, slot) = (rules.frame(), rules.slot::<Anything>("x").unwrap());
        frame.set_cell(&slot, cell).unwrap();
        assert_eq!(
            out(&rules, &frame.context().unwrap()),
            expected,
            "{name}, in a frame"
        );
        frame.set_data(&slot, &data["x"]).unwrap();
        assert_eq!(
            out(&rules, &frame.context().unwrap()),
            expected,
            "{name}, in a frame"
        );
    }
}

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
struct Host {
    born: NaiveDate,
    opens: NaiveTime,
    at: DateTime<Utc>,
    days: Vec<NaiveDate>,
    left: Option<NaiveDate>,
}

#[test]
fn chronos_types_go_through_serde_both_ways() {
    let rules = rules(
        "ruleset demo
         record Host { born: date, opens: time, at: datetime, days: list<date>, left: date? }
         context { born: date, opens: time, at: datetime, days: list<date>, left: date? }
         let same: Host = { born: born, opens: opens, at: at, days: days, left: left }",
    );
    let born = NaiveDate::from_ymd_opt(1990, 2, 28).unwrap();
    let host = Host {
        born,
        opens: NaiveTime::from_hms_opt(18, 30, 0).unwrap(),
        at: DateTime::from_timestamp(1_772_800_000, 250_000_000).unwrap(),
        days: vec![
            born,
            NaiveDate::MIN.max(NaiveDate::from_ymd_opt(1, 1, 1).unwrap()),
        ],
        left: None,
    };
    let context = rules.context().facts(&host).unwrap().build().unwrap();
    let same = rules.decision::<Host>("same").unwrap();
    assert_eq!(same.decide(&context).unwrap().into_value(), host);
}

#[test]
fn hosts_read_amounts_and_places_as_they_like() {
    #[derive(Deserialize, PartialEq, Debug)]
    struct Place {
        lat: f64,
        lon: String,
    }
    let rules = rules(
        "ruleset demo context { fee: money<GBP>, home: geo, stay: duration }
         let cost = fee  let place = home  let length = stay",
    );
    let context = rules.context();
    let context = context.json(r#"{"fee": 12.5, "home": [51.5, -0.12], "stay": "PT1H"}"#);
    let context = context.unwrap().build().unwrap();
    macro_rules! read {
        ($name:literal as $ty:ty) => {
            rules
                .decision::<$ty>($name)
                .unwrap()
                .decide(&context)
                .unwrap()
                .into_value()
        };
    }
    assert_eq!(read!("cost" as f64), 12.5);
    assert_eq!(read!("cost" as String), "12.50");
    assert_eq!(read!("place" as (f64, f64)), (51.5, -0.12));
    assert_eq!(read!("place" as [String; 2]), ["51.5", "-0.12"]);
    let place = Place {
        lat: 51.5,
        lon: "-0.12".to_owned(),
    };
    assert_eq!(read!("place" as Place), place);
    assert_eq!(read!("length" as String), "PT1H");
    let refused = rules.decision::<i64>("length").unwrap_err().to_string();
    assert!(
        refused.contains("it gives `duration`, which `i64` does not take"),
        "{refused}"
    );
    assert!(rules.decision::<NaiveDate>("length").is_err());
    assert!(rules.decision::<f64>("place").is_err());
}

#[test]
fn slots_have_the_types_of_chrono() {
    let rules = rules(
        "ruleset demo
         context { born: date?, opens: time?, at: datetime?, stay: duration?, since: elapsed?, fee: money<GBP>?, zone: timezone?, way: distance? }
         record Told { born: date?, opens: time?, at: datetime?, stay: duration?, since: elapsed?, fee: money<GBP>?, zone: timezone?, way: distance? }
         let same: Told = { born: born, opens: opens, at: at, stay: stay, since: since, fee: fee, zone: zone, way: way }",
    );
    let mut frame = rules.frame();
    macro_rules! set {
        ($path:literal, $ty:ty, $value:expr) => {
            frame.set(&rules.slot::<$ty>($path).unwrap(), $value)
        };
    }
    set!(
        "born",
        NaiveDate,
        NaiveDate::from_ymd_opt(1990, 2, 28).unwrap()
    )
    .unwrap();
    set!(
        "opens",
        NaiveTime,
        NaiveTime::from_hms_nano_opt(18, 30, 5, 250_999_999).unwrap()
    )
    .unwrap();
    set!(
        "at",
        DateTime<Utc>,
        DateTime::from_timestamp(-1, 999_999_999).unwrap()
    )
    .unwrap();
    set!("stay", TimeDelta, TimeDelta::nanoseconds(-1)).unwrap();
    set!("since", TimeDelta, TimeDelta::minutes(90)).unwrap();
    set!("fee", Decimal, Decimal::new(12_500, 3)).unwrap();
    set!("zone", Zone, Zone::find("Europe/London").unwrap()).unwrap();
    set!("way", i64, 300).unwrap();
    let expected = json!({
        "born": "1990-02-28", "opens": "18:30:05.250", "at": "1969-12-31T23:59:59.999Z", "stay": "-PT0.001S",
        "since": "PT1H30M", "fee": "12.50", "zone": "Europe/London", "way": 300
    });
    let same = rules.decision::<Value>("same").unwrap();
    assert_eq!(
        same.decide_in(&mut frame).unwrap().value().unwrap(),
        expected
    );
    let beyond = [
        set!(
            "born",
            NaiveDate,
            NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap()
        ),
        set!(
            "born",
            NaiveDate,
            NaiveDate::from_ymd_opt(0, 12, 31).unwrap()
        ),
        set!(
            "at",
            DateTime<Utc>,
            DateTime::from_timestamp(253_402_300_800, 0).unwrap()
        ),
    ];
    for result in beyond {
        let said = result.unwrap_err().to_string();
        assert!(said.ends_with("lies outside the years 1 to 9999"), "{said}");
    }
    assert_eq!(
        same.decide_in(&mut frame).unwrap().value().unwrap(),
        expected
    );
    let told = |error: pervade::Error| error.to_string();
    assert_eq!(
        told(rules.slot::<str>("zone").unwrap_err()),
        "`zone` is `timezone?`: ask for a slot of `Zone`"
    );
    assert_eq!(
        told(rules.slot::<i64>("stay").unwrap_err()),
        "`stay` is `duration?`: ask for a slot of `TimeDelta`"
    );
}

#[test]
fn the_time_is_given_by_the_host() {
    let asks = rules("ruleset demo context { n: int = 0 } let at = now");
    let idle = rules("ruleset demo context { n: int = 0 } let at = n");
    assert!(asks.asks_for_time() && !idle.asks_for_time());
    assert_eq!(asks.inputs().count(), 1);
    let instant = |seconds, nanos| DateTime::from_timestamp(seconds, nanos).unwrap();
    let at = asks.decision::<String>("at").unwrap();
    let told = |context: Result<Context, pervade::Error>| match context {
        Ok(context) => at.decide(&context).unwrap().into_value(),
        Err(error) => error.to_string(),
    };
    let floored = asks.context().now(instant(-1, 999_999_999)).build();
    assert_eq!(told(floored), "1969-12-31T23:59:59.999Z");
    let early = instant(-62_135_596_801, 0);
    let beyond = "the context does not fit: now: the instant lies outside the years 1 to 9999";
    for rules in [&asks, &idle] {
        assert_eq!(
            rules.context().now(early).build().unwrap_err().to_string(),
            beyond
        );
        assert_eq!(
            rules.frame().set_now(early).unwrap_err().to_string(),
            beyond
        );
        assert!(rules.context().now(instant(0, 0)).build().is_ok());
        assert!(rules.frame().set_now(instant(0, 0)).is_ok());
        assert!(
            rules
                .columns()
                .header(["n", "now"])
                .unwrap()
                .context(["1", "2026-03-01T18:30:00Z"])
                .is_ok()
        );
        assert!(
            rules
                .columns()
                .header(["n", "now"])
                .unwrap()
                .context(["1", "today"])
                .is_err()
        );
        assert!(rules.slot::<DateTime<Utc>>("now").is_err());
    }
    let twice = asks
        .context()
        .now(instant(0, 0))
        .json(r#"{"now": "2026-03-01T18:30:00Z"}"#);
    assert_eq!(
        told(twice.unwrap().build()),
        "the context does not fit: now: given twice"
    );
    assert_eq!(
        told(asks.context().build()),
        "the context does not fit: now: the rules ask for the time: give the instant with `.now(…)`, or as `now` in the data"
    );
    assert_eq!(
        told(asks.frame().context()),
        "the context does not fit: now: the rules ask for the time, and the instant `now` is not given"
    );
    let facts = asks
        .context()
        .facts_json(r#"{"now": "2026-03-01T18:30:00Z"}"#)
        .unwrap()
        .now(instant(0, 0));
    assert_eq!(
        told(facts.build()),
        "the context does not fit: now: the time is given apart from the facts"
    );
    let header = asks.columns().header(["n"]).unwrap_err();
    assert!(header.to_string().contains("in a column `now`"), "{header}");
    let columns = asks.columns().now(instant(0, 0)).header(["n"]).unwrap();
    assert_eq!(told(columns.context(["1"])), "1970-01-01T00:00:00Z");
    let context = asks.context().now(instant(0, 0)).build().unwrap();
    assert_eq!(at.decide(&context).unwrap().depends_on(), ["now"]);
}

#[test]
fn sensitive_values_are_not_shown() {
    let rules = rules(
        "ruleset demo
         context { born: date sensitive, n: int 0..=9 sensitive, tier: enum { guest, gold } sensitive, fee: money<GBP>? sensitive }
         decision adult -> bool { otherwise => born < 2000-01-01 }",
    );
    assert!(rules.inputs().all(|input| input.is_sensitive()));
    let mut frame = rules.frame();
    let n = rules.slot::<i64>("n").unwrap();
    let born = rules.slot::<NaiveDate>("born").unwrap();
    let hidden = |error: pervade::Error| {
        let said = error.to_string();
        assert!(
            said.contains("‹hidden›") && !said.contains("7777"),
            "{said}"
        );
    };
    hidden(frame.set(&n, 7777).unwrap_err());
    hidden(
        frame
            .set(&born, NaiveDate::from_ymd_opt(77_777, 1, 1).unwrap())
            .unwrap_err(),
    );
    for (path, cell) in [
        ("n", "7777"),
        ("born", "7777-77-77"),
        ("tier", "7777"),
        ("fee", "7777x"),
        ("fee", "7777 EUR"),
    ] {
        let slot = rules.slot::<Anything>(path).unwrap();
        hidden(rules.frame().set_cell(&slot, cell).unwrap_err());
        hidden(
            rules
                .columns()
                .constant(path, cell)
                .header(["born", "n", "tier"])
                .unwrap_err(),
        );
        hidden(rules.frame().set_data(&slot, cell).unwrap_err());
    }
    let builder = rules
        .context()
        .json(r#"{"born": "1977-07-07", "n": 7, "tier": "gold", "fee": 7777}"#)
        .unwrap();
    assert!(!format!("{builder:?}").contains("7777"));
    let context = builder.build().unwrap();
    assert!(!format!("{context:?}").contains("7777"));
    let columns = rules.columns().constant("fee", "7777");
    assert!(!format!("{columns:?}").contains("7777"));
    let columns = columns.header(["born", "n", "tier"]).unwrap();
    assert!(!format!("{columns:?}").contains("7777"));
    let adult = rules.decision::<bool>("adult").unwrap();
    assert!(!format!("{:?}", adult.decide(&context).unwrap()).contains("1977"));
    frame
        .json(r#"{"born": "1977-07-07", "n": 7, "tier": "gold", "fee": 7777}"#)
        .unwrap();
    assert!(!format!("{frame:?}").contains("7777"));
    assert!(!format!("{:?}", adult.decide_in(&mut frame).unwrap()).contains("1977"));
}

#[test]
fn what_can_be_decided() {
    let rules = rules(
        "ruleset demo
         timezone \"Europe/London\"
         record Shop { id: string, at: geo }
         context { n: int, p: decimal }
         reference shops: Shop key id = [{ id: \"a\", at: geo(1, 2) }]
         let net(x: decimal) = x * 80%
         feature big when n > 5
         score points { when n > 1 => +1 }
         let day = today",
    );
    let names: Vec<String> = rules
        .decisions()
        .map(|d| format!("{} {}", d.kind(), d.name()))
        .collect();
    assert_eq!(names, ["feature big", "score points", "let day"]);
    let told = |name: &str| rules.decision::<Value>(name).unwrap_err().to_string();
    assert_eq!(
        told("net"),
        "`net` has parameters: rules use it with arguments, so decide a definition that does"
    );
    assert_eq!(
        told("shops"),
        "`shops` is reference data: rules look into it, so decide a definition that does"
    );
    assert_eq!(
        told("timezone"),
        "there is no decision `timezone` in `demo`"
    );
}

#[test]
fn labels_and_reasons_of_all_that_count() {
    let rules = rules(
        "ruleset demo
         ordered enum Rank { low, high }
         context { n: int }
         score points {
             one: when n >= 1 => +10 because \"one\"
             when n >= 2 => -3
             three: when n >= 3 => +5 because \"{n} it is\"
         }
         table total(collect sum) -> int {
             | n    => result
             | >= 1 => 1 because \"a\"
             | >= 2 => 2 because \"b {n}\"
             otherwise => 0 because \"none\"
         }
         table best(priority) -> Rank {
             | n    => result
             | >= 1 => low because \"first\"
             | >= 2 => high because \"second\"
             otherwise => low
         }
         let other = n + points",
    );
    let told = |name: &str, n: i64| {
        let json = format!("{{\"n\": {n}}}");
        let context = rules.context().json(&json).unwrap().build().unwrap();
        let decider = rules.decision::<Value>(name).unwrap();
        let decision = decider.decide(&context).unwrap();
        let mut frame = rules.frame();
        frame.json(&json).unwrap();
        let outcome = decider.decide_in(&mut frame).unwrap();
        assert!(outcome.reasons().eq(decision.reasons()));
        let value = decision.value();
        let (label, because) = (
            decision.label().unwrap_or("-"),
            decision.because().unwrap_or("-"),
        );
        let all = [decision.labels().join(","), decision.reasons().join(",")];
        format!("{value} {label} {because} [{}] [{}]", all[0], all[1])
    };
    assert_eq!(told("points", 0), "0 - - [] []");
    assert_eq!(told("points", 2), "7 - - [one,rule 2] [one]");
    assert_eq!(told("points", 3), "12 - - [one,rule 2,three] [one,3 it is]");
    assert_eq!(told("total", 2), "3 - - [row 1,row 2] [a,b 2]");
    assert_eq!(told("total", 0), "0 - none [otherwise] [none]");
    assert_eq!(told("other", 3), "15 - - [] []");
    let best = told("best", 2);
    assert!(best.contains("second") && !best.contains("first"), "{best}");
}
