//! Which e-mail each customer of a file is sent, with a control group: the next best of four actions.
//!
//! `cargo run --release --example email -- FILE.csv` takes the file of Hillstrom's e-mail challenge; without a file a
//! sample in `examples/data` is read. The rules are in `examples/rules/email.pvd`. Each customer is decided twice, all
//! of them by one thread and by two, and both must say the same to the byte. Every action is either chosen or falls out
//! at one stage for every customer, so its counts add up to the number of customers.

use pervade::{Ruleset, Stage};
use std::collections::BTreeMap;
use std::error::Error;

const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/rules/email.pvd");
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/customers.csv");

type Failure = Box<dyn Error + Send + Sync>;

/// What became of an action for one customer: chosen, or where it fell out.
type Counts = BTreeMap<(String, Option<Stage>), usize>;

/// What was decided of some customers: a line each, and what became of each action.
#[derive(Default)]
struct Decided {
    lines: String,
    counts: Counts,
    held_out: usize,
}

/// A customer as JSON, from a record of the file.
fn customer(header: &csv::StringRecord, record: &csv::StringRecord, id: usize) -> String {
    let field = |name: &str| {
        let place = header.iter().position(|column| column == name);
        place.and_then(|place| record.get(place)).unwrap_or("")
    };
    let yes = |name: &str| field(name) == "1";
    format!(
        r#"{{ "id": {id}, "recency": {}, "history": {}, "mens": {}, "womens": {}, "zip_code": "{}", "newbie": {}, "channel": "{}" }}"#,
        field("recency"),
        field("history"),
        yes("mens"),
        yes("womens"),
        field("zip_code"),
        yes("newbie"),
        field("channel"),
    )
}

fn decide(rules: &Ruleset, customers: &[String]) -> Result<Decided, Failure> {
    let mailing = rules.decision::<serde_json::Value>("mailing")?;
    let mut decided = Decided::default();
    for customer in customers {
        let context = rules.context().json(customer)?.build()?;
        let decision = mailing.decide(&context)?;
        decided.lines += &serde_json::to_string(&decision)?;
        decided.lines += "\n";
        decided.held_out += usize::from(!decision.reasons().is_empty());
        let arbitration = decision.arbitration()?;
        for chosen in arbitration.chosen() {
            let key = (chosen.action().to_owned(), None);
            *decided.counts.entry(key).or_default() += 1;
        }
        for rejected in arbitration.rejected() {
            let key = (rejected.action().to_owned(), Some(rejected.stage()));
            *decided.counts.entry(key).or_default() += 1;
        }
    }
    Ok(decided)
}

/// The same by two threads, each with half of the customers.
fn decide_by_two(rules: &Ruleset, customers: &[String]) -> Result<Decided, Failure> {
    let (first, second) = customers.split_at(customers.len() / 2);
    let (mut all, rest) = std::thread::scope(|scope| {
        let other = scope.spawn(|| decide(rules, second));
        let own = decide(rules, first);
        (own, other.join())
    });
    let all = all.as_mut().map_err(|error| error.to_string())?;
    let rest = rest.map_err(|_| "a thread stopped")??;
    all.lines += &rest.lines;
    all.held_out += rest.held_out;
    for (key, count) in rest.counts {
        *all.counts.entry(key).or_default() += count;
    }
    Ok(std::mem::take(all))
}

fn main() -> Result<(), Failure> {
    let file = std::env::args().nth(1).unwrap_or_else(|| SAMPLE.to_owned());
    let rules = Ruleset::from_file(RULES)?;
    let mut reader = csv::Reader::from_path(file)?;
    let header = reader.headers()?.clone();
    let mut customers = Vec::new();
    for record in reader.records() {
        customers.push(customer(&header, &record?, customers.len() + 1));
    }
    let decided = decide(&rules, &customers)?;
    let again = decide_by_two(&rules, &customers)?;
    if decided.lines != again.lines || decided.counts != again.counts {
        return Err("two threads decide otherwise than one".into());
    }
    println!(
        "{} customers, {} held out",
        customers.len(),
        decided.held_out
    );
    println!(
        "{:12} {:>7} {:>9} {:>11} {:>9} {:>9} {:>7}",
        "", "chosen", "eligible", "applicable", "suitable", "held out", "rank"
    );
    let stages = [
        None,
        Some(Stage::Eligible),
        Some(Stage::Applicable),
        Some(Stage::Suitable),
        Some(Stage::HoldOut),
        Some(Stage::Rank),
    ];
    for action in ["mens_mail", "womens_mail", "come_back", "shop_online"] {
        let count = |stage| {
            decided
                .counts
                .get(&(action.to_owned(), stage))
                .copied()
                .unwrap_or(0)
        };
        let all: Vec<usize> = stages.iter().map(|stage| count(*stage)).collect();
        if all.iter().sum::<usize>() != customers.len() {
            return Err(format!("the counts of {action} do not add up: {all:?}").into());
        }
        if let [chosen, eligible, applicable, suitable, held_out, rank] = all.as_slice() {
            println!(
                "{action:12} {chosen:7} {eligible:9} {applicable:11} {suitable:9} {held_out:9} {rank:7}"
            );
        }
    }
    println!("every row adds up; one thread and two say the same to the byte");
    Ok(())
}
