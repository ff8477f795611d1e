//! Prices that change at midnight, and amounts that are rounded once. Run it with `cargo run --example prices`.

use chrono::{DateTime, Utc};
use pervade::{Error, Ruleset};

const RULES: &str = r#"
ruleset prices
timezone "Europe/London"
context { seats: int 1..=10 }

let list_price = 12.35 GBP

pervasive decision to_pay -> money<GBP> {
    spring: valid from 2026-04-01 until 2026-05-01 when seats >= 2 => list_price * seats * 2 / 3
        because "in April two seats of three are paid: {list_price} each"
    otherwise => list_price * seats because "{seats} times {list_price}"
}
"#;

fn main() -> Result<(), Error> {
    let rules = Ruleset::from_text(RULES)?;
    let to_pay = rules.decision::<String>("to_pay")?;
    // Clocks in London are an hour ahead of UTC from 29 March on, so that April begins at 23:00Z.
    for instant in [
        "2026-03-31T22:59:59Z",
        "2026-03-31T23:00:00Z",
        "2026-04-30T22:59:59Z",
        "2026-04-30T23:00:00Z",
    ] {
        let now: DateTime<Utc> = instant.parse().unwrap_or_default();
        let context = rules
            .context()
            .now(now)
            .json(r#"{ "seats": 2 }"#)?
            .build()?;
        let decision = to_pay.decide(&context)?;
        println!(
            "{instant}  {:>6} GBP  {}",
            decision.value(),
            decision.because().unwrap_or_default()
        );
    }
    Ok(())
}
