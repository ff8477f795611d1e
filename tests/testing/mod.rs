//! Tests for users: suites beside the rules and in Rust, what a failure tells, coverage, generated contexts.

mod cinema;
mod coverage;
mod generated;
mod reports;
mod scenarios;

use pervade::testing::{Report, run};
use pervade::{Compiler, Ruleset};

/// A small ruleset with an idea of everything that tests ask about.
const RULES: &str = r#"ruleset help
timezone "Europe/London"
enum Mood { calm, confused, angry }
context {
    customer: { id: string, visits: int 0..=366 = 0, home: { city: string }?, pin: string? sensitive }
    mood: Mood = calm
}
touchpoint { channel: enum { web, kiosk } source: string = "direct" }

segment regular = customer.visits >= 4 and mood != angry

decision assistance -> enum { person, chat, none } {
    upset: when mood == angry                          => person because "something went wrong"
    lost:  when mood == confused and customer.visits > 2 => chat because "it looks unfinished"
    otherwise => none
}
decision greeting -> string {
    when touchpoint.channel == kiosk => "welcome"
    otherwise => "hello"
}
table discount(first) -> decimal {
    | regular | customer.home.city => result
    | true    | "Rome"             => 15%
    | true    | -                  => 10%
    otherwise => 0
}
customer ann { customer: { id: "c1" }, customer.visits: 4 }
"#;

/// The rules with tests behind them.
fn with(tests: &str) -> Ruleset {
    let text = format!("{RULES}{tests}");
    let compiled = Compiler::new().tests(true).text(&text);
    compiled.unwrap_or_else(|error| panic!("{error}"))
}

fn report(tests: &str) -> Report {
    run(&with(tests))
}
