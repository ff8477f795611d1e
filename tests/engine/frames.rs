//! Frames: what is set stays, what is required is asked for, and nothing half given decides.

use super::rules;
use pervade::{Anything, Decimal, Member};

const RULES: &str = "ruleset demo
context {
    age: int 0..=120
    size: int = 7
    spend: decimal 0..=100 = 1.5
    home: { street: string, zip: string? }?
    sizes: list<int> = []
}
touchpoint { channel: enum { web, kiosk } }
decision told -> { age: int, size: int, street: string?, zip: string?, many: bool, spend: decimal, web: bool } {
    otherwise => {
        age: age, size: size, street: home.street, zip: home.zip, many: 3 in sizes, spend: spend,
        web: touchpoint.channel == web
    }
}";

#[test]
fn what_is_set_stays_and_what_is_taken_back_is_gone() {
    let rules = rules(RULES);
    let told = rules.decision::<serde_json::Value>("told").unwrap();
    let age = rules.slot::<i64>("age").unwrap();
    let size = rules.slot::<i64>("size").unwrap();
    let street = rules.slot::<str>("home.street").unwrap();
    let zip = rules.slot::<str>("home.zip").unwrap();
    let home = rules.slot::<Anything>("home").unwrap();
    let sizes = rules.slot::<Anything>("sizes").unwrap();
    let spend = rules.slot::<Decimal>("spend").unwrap();
    let channel = rules.slot::<Member>("touchpoint.channel").unwrap();
    let web = rules.member("touchpoint.channel", "web").unwrap();

    let mut frame = rules.frame();
    let line = |frame: &mut pervade::Frame| match told.decide_in(frame) {
        Ok(outcome) => {
            let value = outcome.value().unwrap();
            let fields = ["age", "size", "street", "zip", "many", "spend", "web"];
            fields.map(|field| value[field].to_string()).join(" ")
        }
        Err(error) => error
            .problems()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; "),
    };
    assert_eq!(
        line(&mut frame),
        "age: required, but not given; touchpoint.channel: required, but not given"
    );
    frame.set(&age, 30).unwrap();
    frame.set(&channel, web).unwrap();
    assert_eq!(line(&mut frame), r#"30 7 null null false "1.5" true"#);
    frame.set(&street, "Elm").unwrap();
    frame.set(&spend, Decimal::new(2500, 3)).unwrap();
    frame.set_data(&sizes, &[1, 2, 3]).unwrap();
    assert_eq!(line(&mut frame), r#"30 7 "Elm" null true "2.5" true"#);
    frame.set(&zip, "N1").unwrap();
    frame.set(&size, 9).unwrap();
    assert_eq!(line(&mut frame), r#"30 9 "Elm" "N1" true "2.5" true"#);
    frame.set_missing(&street).unwrap();
    assert_eq!(line(&mut frame), "home.street: required, but not given");
    frame.set_missing(&home).unwrap();
    frame.set_missing(&size).unwrap();
    assert_eq!(line(&mut frame), r#"30 7 null null true "2.5" true"#);
    frame.set(&street, "Oak").unwrap();
    assert_eq!(line(&mut frame), r#"30 7 "Oak" null true "2.5" true"#);
    frame
        .set_data(&home, &serde_json::json!({ "street": "Ash", "zip": "N2" }))
        .unwrap();
    assert_eq!(line(&mut frame), r#"30 7 "Ash" "N2" true "2.5" true"#);
    frame.set_data(&home, &serde_json::json!(null)).unwrap();
    assert_eq!(line(&mut frame), r#"30 7 null null true "2.5" true"#);
}

#[test]
fn a_value_that_does_not_fit_changes_nothing() {
    let rules = rules("ruleset demo context { age: int 0..=120 } let same = age");
    let (same, age) = (
        rules.decision::<i64>("same").unwrap(),
        rules.slot::<i64>("age").unwrap(),
    );
    let mut frame = rules.frame();
    frame.set(&age, 30).unwrap();
    let error = frame.set(&age, 121).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the context does not fit: age: 121 is outside 0..=120"
    );
    assert_eq!(same.decide_in(&mut frame).unwrap().value().unwrap(), 30);
}

#[test]
fn a_spoilt_frame_decides_nothing_until_it_is_cleared() {
    let rules = rules("ruleset demo context { age: int 0..=120 name: string? } let same = age");
    let same = rules.decision::<i64>("same").unwrap();
    let mut frame = rules.frame();
    frame.json(r#"{ "age": 30 }"#).unwrap();
    frame.json(r#"{ "name": 5 }"#).unwrap_err();
    let error = same.decide_in(&mut frame).unwrap_err();
    assert!(error.to_string().contains("clear the frame"), "{error}");
    frame.clear();
    frame.json(r#"{ "age": 31 }"#).unwrap();
    assert_eq!(same.decide_in(&mut frame).unwrap().value().unwrap(), 31);
}

#[test]
fn slots_have_the_fields_type() {
    let rules = rules(RULES);
    let refused = |error: pervade::Error| error.to_string();
    assert_eq!(
        refused(rules.slot::<str>("age").unwrap_err()),
        "`age` is `int`: ask for a slot of `i64`"
    );
    assert_eq!(
        refused(rules.slot::<i64>("spend").unwrap_err()),
        "`spend` is `decimal`: ask for a slot of `Decimal`"
    );
    assert_eq!(
        refused(rules.slot::<i64>("sizes").unwrap_err()),
        "`sizes` is `list<int>`: ask for a slot of `Anything`"
    );
    assert_eq!(
        refused(rules.slot::<i64>("hom.zip").unwrap_err()),
        "there is no field `hom.zip`; did you mean `home.zip`?"
    );
    assert_eq!(
        refused(rules.member("Tear", "x").unwrap_err()),
        "there is no enum `Tear`"
    );
}
