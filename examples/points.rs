//! Points that add up, levels over them, and a feature that is switched on by them. Run it with
//! `cargo run --example points`.

use pervade::{Error, Ruleset};

const RULES: &str = r#"
ruleset points
context { visits: int 0..=366, complaints: int 0..=99 = 0, card: bool = false }

score loyalty -> int 0..=100 {
    regular:  when visits >= 6    => 10 * min(visits, 8)   because "{visits} visits"
    saved:    when card           => +20                   because "a card on file"
    let_down: when complaints > 0 => -15 * complaints      because "{complaints} complaints"
}
classify level { star when loyalty >= 80 friend when loyalty >= 40 otherwise guest }
feature one_tap_checkout when card and level != guest
"#;

fn main() -> Result<(), Error> {
    let rules = Ruleset::from_text(RULES)?;
    let loyalty = rules.decision::<i64>("loyalty")?;
    let level = rules.decision::<String>("level")?;
    let one_tap = rules.decision::<bool>("one_tap_checkout")?;
    for customer in [
        r#"{ "visits": 2 }"#,
        r#"{ "visits": 7, "card": true }"#,
        r#"{ "visits": 12, "card": true }"#,
        r#"{ "visits": 12, "card": true, "complaints": 4 }"#,
    ] {
        let context = rules.context().json(customer)?.build()?;
        let points = loyalty.decide(&context)?;
        println!(
            "{:>3} points, {:<7} one tap: {:<6} {}",
            points.value(),
            level.decide(&context)?.value(),
            one_tap.decide(&context)?.value(),
            points.reasons().join(", ")
        );
    }
    Ok(())
}
