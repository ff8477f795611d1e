//! The nearest open shop, from reference data: places, distances, time zones. Run it with
//! `cargo run --example nearest`.

use chrono::{DateTime, Utc};
use pervade::{Error, Ruleset};

const RULES: &str = r#"
ruleset nearest
timezone "Europe/London"

record Shop { id: string, place: geo, opens: time, closes: time }
reference shops: Shop key id = [
    { id: "soho",    place: geo(51.5136, -0.1365), opens: 10:00, closes: 23:00 },
    { id: "camden",  place: geo(51.5390, -0.1426), opens: 12:00, closes: 20:00 },
    { id: "brixton", place: geo(51.4613, -0.1156), opens: 08:00, closes: 22:00 },
]
context { here: geo }

let open_shops = shops where (time of now in opens..closes)
let shop = nearest place of open_shops to here

decision where_to -> string {
    near: when shop is present and distance between shop.place and here < 3 km => shop.id
        because "{distance between shop.place and here} away, open until {shop.closes}"
    far: when shop is present => shop.id because "the nearest that is open, but far"
    otherwise => "online" because "all shops are closed"
}
"#;

fn main() -> Result<(), Error> {
    let rules = Ruleset::from_text(RULES)?;
    let where_to = rules.decision::<String>("where_to")?;
    for instant in [
        "2026-07-01T08:30:00Z",
        "2026-07-01T12:00:00Z",
        "2026-07-01T23:30:00Z",
    ] {
        let now: DateTime<Utc> = instant.parse().unwrap_or_default();
        let context = rules
            .context()
            .now(now)
            .json(r#"{ "here": { "lat": 51.5308, "lon": -0.1238 } }"#)?
            .build()?;
        let decision = where_to.decide(&context)?;
        println!(
            "{instant}  {:<8} {}",
            decision.value(),
            decision.because().unwrap_or_default()
        );
    }
    Ok(())
}
