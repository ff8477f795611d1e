//! A cinema decides who helps a customer, how they are welcomed, what they pay and what they get: by what they did, the same
//! on six channels, with the reason and with the instant until which it stands.
//!
//! Run it with `cargo run --example cinema`; the rules are in `examples/rules/cinema.pvd`.

use chrono::{DateTime, NaiveDate, Utc};
use pervade::{Context, Decision, Error, Look, Profile, Ruleset, Watch};
use serde::{Deserialize, Serialize};

/// What the host knows of a customer, in its own types.
#[derive(Serialize, Default)]
struct Customer {
    id: &'static str,
    tier: &'static str,
    birth_date: Option<NaiveDate>,
    home: Option<Place>,
    saved_card: bool,
}

#[derive(Serialize)]
struct Place {
    lat: f64,
    lon: f64,
}

#[derive(Serialize)]
struct Showing {
    film: &'static str,
    genre: &'static str,
    starts: DateTime<Utc>,
    price: &'static str, // an amount as text: exact
    seats_left: u32,
}

#[derive(Serialize)]
struct Facts {
    customer: Customer,
    mood: &'static str,
    showing: Option<Showing>,
}

#[derive(Serialize)]
struct Touchpoint {
    channel: &'static str,
}

/// What a customer did.
#[derive(Serialize)]
struct Event {
    id: &'static str,
    at: DateTime<Utc>,
    channel: &'static str,
    #[serde(flatten)]
    what: What,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[rustfmt::skip]
enum What {
    FilmViewed { film: &'static str, genre: &'static str },
    CheckoutStarted { film: &'static str, seats: u32 },
    TicketPurchased { film: &'static str, seats: u32, paid: &'static str },
    WrongOrder { film: &'static str },
}

impl What {
    fn done(&self) -> &'static str {
        match self {
            What::FilmViewed { .. } => "looks at a film",
            What::CheckoutStarted { .. } => "goes to the checkout",
            What::TicketPurchased { .. } => "buys",
            What::WrongOrder { .. } => "gets what was not ordered",
        }
    }
}

/// What the rules answer, in the host's own types.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Help {
    LiveAgent,
    Chat,
    SelfService,
}

impl Help {
    fn by(&self) -> &'static str {
        match self {
            Help::LiveAgent => "a person",
            Help::Chat => "chat",
            Help::SelfService => "nobody",
        }
    }
}

/// Where a customer is on the way to a seat.
#[derive(Deserialize)]
struct Purchase {
    stage: String,
    since: DateTime<Utc>,
    entered_on: Option<String>,
}

#[derive(Deserialize)]
struct Assistance {
    help: Help,
}

const CHANNELS: [&str; 6] = [
    "web",
    "mobile",
    "kiosk",
    "call_centre",
    "smart_tv",
    "in_store",
];

/// What this host acts on: when one of these changes, it is told.
const WATCHED: [&str; 8] = [
    "purchase",
    "abandoned",
    "hopping",
    "let_down",
    "regular",
    "lapsed",
    "assistance",
    "welcome",
];

/// A customer: who they are to the reader, where they are now, what is known of them and what they did.
struct Visitor {
    who: &'static str,
    channel: &'static str,
    facts: Facts,
    events: Vec<Event>,
}

#[rustfmt::skip]
fn visitors() -> [Visitor; 5] {
    let home = Some(Place { lat: 51.4720, lon: -0.1200 });
    let dev = Customer { saved_card: true, home, ..customer("c3", "gold", "1990-03-03") };
    [
        Visitor {
            who: "Ann, first time here",
            channel: "web",
            facts: calm(customer("c1", "guest", ""), None),
            events: Vec::new(),
        },
        Visitor {
            who: "Ben, a student who hops between channels",
            channel: "smart_tv",
            facts: calm(customer("c2", "member", "2005-07-01"), dune(2)),
            events: vec![
                viewed("b1", "2026-03-02T21:00:00Z", "mobile"),
                viewed("b2", "2026-03-03T09:30:00Z", "smart_tv"),
            ],
        },
        Visitor {
            who: "Dev, a regular, on his birthday",
            channel: "mobile",
            facts: calm(dev, None),
            events: vec![
                bought("d1", "2025-12-12T19:00:00Z", "web", 1, "11.00"),
                bought("d2", "2026-01-16T19:00:00Z", "kiosk", 2, "22.00"),
                bought("d3", "2026-02-06T19:00:00Z", "mobile", 1, "9.50"),
                bought("d4", "2026-02-27T19:00:00Z", "in_store", 4, "36.00"),
            ],
        },
        Visitor {
            who: "Finn, let down, calls",
            channel: "call_centre",
            facts: calm(customer("c5", "member", "1992-08-08"), None),
            events: vec![event("f1", "2026-02-28T20:15:00Z", "kiosk", What::WrongOrder { film: "Dune" })],
        },
        Visitor {
            who: "Gus, not seen for months, brings everyone",
            channel: "web",
            facts: calm(customer("c6", "member", "1971-11-30"), dune(9)),
            events: vec![bought("g1", "2025-10-01T19:00:00Z", "kiosk", 4, "36.00")],
        },
    ]
}

/// Eve's evening: begun on the phone, left, and gone on with at the kiosk.
#[rustfmt::skip]
fn eves_evening() -> [Event; 4] {
    let checkout = || What::CheckoutStarted { film: "Dune", seats: 2 };
    [
        viewed("e1", "2026-03-03T19:02:00Z", "mobile"),
        event("e2", "2026-03-03T19:10:00Z", "mobile", checkout()),
        event("e3", "2026-03-03T20:15:00Z", "kiosk", checkout()),
        bought("e4", "2026-03-03T20:18:00Z", "kiosk", 2, "22.24"),
    ]
}

fn event(id: &'static str, instant: &str, channel: &'static str, what: What) -> Event {
    Event {
        id,
        at: at(instant),
        channel,
        what,
    }
}

fn viewed(id: &'static str, instant: &str, channel: &'static str) -> Event {
    let (film, genre) = ("Dune", "drama");
    event(id, instant, channel, What::FilmViewed { film, genre })
}

fn bought(
    id: &'static str,
    instant: &str,
    channel: &'static str,
    seats: u32,
    paid: &'static str,
) -> Event {
    let film = "Dune";
    event(
        id,
        instant,
        channel,
        What::TicketPurchased { film, seats, paid },
    )
}

fn customer(id: &'static str, tier: &'static str, born: &str) -> Customer {
    Customer {
        id,
        tier,
        birth_date: NaiveDate::parse_from_str(born, "%Y-%m-%d").ok(),
        ..Customer::default()
    }
}

fn calm(customer: Customer, showing: Option<Showing>) -> Facts {
    Facts {
        customer,
        mood: "calm",
        showing,
    }
}

fn eve() -> Facts {
    calm(customer("c4", "member", "1985-01-20"), None)
}

fn dune(seats_left: u32) -> Option<Showing> {
    Some(Showing {
        film: "Dune",
        genre: "drama",
        starts: at("2026-03-03T20:30:00Z"),
        price: "12.35",
        seats_left,
    })
}

/// An instant of this example.
fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_default()
}

/// An instant for a reader.
fn shown(instant: DateTime<Utc>) -> String {
    instant.to_string().chars().take(16).collect()
}

/// The cinema's backend: the rules, and what it looks at.
struct Cinema {
    rules: Ruleset,
    watch: Watch,
}

fn main() -> Result<(), Error> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/rules/cinema.pvd");
    let rules = Ruleset::from_file(path)?;
    let watch = rules.watch_only(WATCHED)?;
    let cinema = Cinema { rules, watch };
    cinema.noon()?;
    cinema.evening()?;
    cinema.presentation()?;
    cinema.story()
}

impl Cinema {
    /// The rules know no clock: the host says for which instant they decide.
    fn context(
        &self,
        facts: &Facts,
        profile: &Profile,
        channel: &'static str,
        now: DateTime<Utc>,
    ) -> Result<Context, Error> {
        let builder = self.rules.context().now(now).profile(profile);
        let touchpoint = Touchpoint { channel };
        builder.facts(facts)?.touchpoint(&touchpoint)?.build()
    }

    fn profile(&self, events: &[Event]) -> Result<Profile, Error> {
        let mut profile = self.rules.profile();
        for event in events {
            profile.observe(event)?;
        }
        Ok(profile)
    }

    /// Each customer at noon of a Tuesday.
    fn noon(&self) -> Result<(), Error> {
        let now = at("2026-03-03T12:00:00Z");
        for visitor in visitors() {
            let profile = self.profile(&visitor.events)?;
            let on = |channel| self.context(&visitor.facts, &profile, channel, now);
            println!("{}", visitor.who);
            self.print(&on(visitor.channel)?)?;
            self.assert_pervasive(on)?;
        }
        println!("The same answers on {}.", CHANNELS.join(", "));
        Ok(())
    }

    /// What holds for a customer, what is decided, why, and until when.
    fn print(&self, context: &Context) -> Result<(), Error> {
        let look = self.watch.look(context)?;
        print_behaviours(&look)?;
        let assistance: Decision<Assistance> =
            self.rules.decision("assistance")?.decide(context)?;
        println!("  helped by {}", assistance.value().help.by());
        print_reason(&assistance);
        print_witnesses(&assistance);
        let welcome: Decision<String> = self.rules.decision("welcome")?.decide(context)?;
        println!("  reads \"{}\"", welcome.value());
        print_reason(&welcome);
        let price: Decision<Option<String>> = self.rules.decision("price")?.decide(context)?;
        if let Some(pounds) = price.value() {
            println!("  pays {pounds} GBP");
            print_reason(&price);
        }
        let benefits: Decision<Vec<String>> = self.rules.decision("benefits")?.decide(context)?;
        if !benefits.value().is_empty() {
            println!("  gets {}", benefits.value().join(", "));
        }
        let cinema: Decision<Option<String>> = self.rules.decision("cinema")?.decide(context)?;
        if let Some(name) = cinema.value() {
            println!("  goes to {name}");
            print_reason(&cinema);
        }
        print_wake_up(&look);
        Ok(())
    }

    /// What is `pervasive` is the same on all channels: looks from any two of them do not differ.
    fn assert_pervasive(
        &self,
        on: impl Fn(&'static str) -> Result<Context, Error>,
    ) -> Result<(), Error> {
        let pervasive = self.rules.decisions().filter(|d| d.is_pervasive());
        let watch = self.rules.watch_only(pervasive.map(|d| d.name()))?;
        let web = watch.look(&on("web")?)?;
        for channel in CHANNELS {
            assert!(watch.look(&on(channel)?)?.changed_since(&web)?.is_empty());
        }
        Ok(())
    }

    /// Eve's evening as a host lives it: it looks when an event comes in and when the last look comes to its end, and at no
    /// other time.
    fn evening(&self) -> Result<(), Error> {
        let facts = eve();
        let look = |profile: &Profile, now| -> Result<Look, Error> {
            self.watch.look(&self.context(&facts, profile, "web", now)?)
        };
        println!("\nEve's evening");
        let mut profile = self.rules.profile();
        let mut last = look(&profile, at("2026-03-03T19:00:00Z"))?;
        for event in eves_evening() {
            while let Some(wake_up) = last.valid_until().filter(|wake_up| *wake_up <= event.at) {
                let new = look(&profile, wake_up)?;
                tell(wake_up, "time passes", &new, &last)?;
                last = new;
            }
            profile.observe(&event)?;
            let new = look(&profile, event.at)?;
            tell(event.at, event.what.done(), &new, &last)?;
            last = new;
        }
        print_wake_up(&last);
        // Nobody need have looked at 19:40: whoever asks about five past eight, and when, hears the same.
        let later = look(&profile, at("2026-03-03T20:05:00Z"))?;
        println!("  asked afterwards how it was at five past eight");
        print_stage(&later)
    }

    /// One decision is about the channel, and says so: it is not `pervasive`.
    fn presentation(&self) -> Result<(), Error> {
        println!();
        let presentation = self.rules.decision::<String>("presentation")?;
        let (facts, profile) = (eve(), self.rules.profile());
        for channel in CHANNELS {
            let context = self.context(&facts, &profile, channel, at("2026-03-03T20:00:00Z"))?;
            let how = presentation.decide(&context)?.into_value();
            println!("{channel:<12} presents it by {how}");
        }
        Ok(())
    }

    /// Why somebody helps Eve when she walks into the foyer at eight: asked later, told as it was.
    fn story(&self) -> Result<(), Error> {
        let profile = self.profile(&eves_evening())?;
        let context = self.context(&eve(), &profile, "kiosk", at("2026-03-03T20:00:00Z"))?;
        let story = self
            .rules
            .decision::<Assistance>("assistance")?
            .trace(&context)?;
        println!("\nThe story of Eve at eight:\n\n{}", story.story());
        Ok(())
    }
}

/// The behaviours that hold.
fn print_behaviours(look: &Look) -> Result<(), Error> {
    let mut holds = Vec::new();
    for name in ["hopping", "let_down", "regular", "lapsed", "abandoned"] {
        if look.standing(name)?.value()? {
            holds.push(name);
        }
    }
    if !holds.is_empty() {
        println!("  is {}", holds.join(", "));
    }
    Ok(())
}

/// The reason of a decision, and until when it stands.
fn print_reason<T>(decision: &Decision<T>) {
    if let Some(because) = decision.because() {
        println!("    because {because}");
    }
    if let Some(until) = decision.valid_until() {
        println!("    until {}", shown(until));
    }
}

/// When to look again, and what for.
/// The events that prove it, newest first.
fn print_witnesses<T>(decision: &Decision<T>) {
    let witnesses = decision.witnesses();
    for witness in witnesses
        .iter()
        .filter(|witness| !witness.events.is_empty())
    {
        let events = witness.events.iter().map(|event| {
            let channel = event.channel.as_deref().unwrap_or("no channel");
            format!("{} at {} on {channel}", event.event_type, shown(event.at))
        });
        let events: Vec<String> = events.collect();
        println!("    {}: {}", witness.definition, events.join(", "));
    }
}

fn print_wake_up(look: &Look) {
    match look.valid_until() {
        Some(wake_up) => println!(
            "  wake-up at {} for {}",
            shown(wake_up),
            look.next().join(", ")
        ),
        None => println!("  no wake-up"),
    }
}

/// What has changed, and what it is now.
fn tell(now: DateTime<Utc>, what: &str, look: &Look, before: &Look) -> Result<(), Error> {
    println!("  {} {what}", shown(now));
    for name in look.changed_since(before)? {
        if name == "purchase" {
            print_stage(look)?;
        } else {
            let value: serde_json::Value = look.standing(name)?.value()?;
            println!("      {name} is {value}");
        }
    }
    Ok(())
}

/// Where the customer is, since when, and from which channel they came there.
fn print_stage(look: &Look) -> Result<(), Error> {
    match look.standing("purchase")?.value::<Option<Purchase>>()? {
        Some(purchase) => println!(
            "      purchase is {} since {} on {}",
            purchase.stage,
            shown(purchase.since),
            purchase.entered_on.as_deref().unwrap_or("no channel")
        ),
        None => println!("      purchase is over"),
    }
    Ok(())
}
