//! Types for hosts: what a ruleset takes and gives as Rust structs, TypeScript interfaces or JSON Schema, so that nobody
//! writes them a second time.
//!
//! ```
//! let rules = pervade::Ruleset::from_text(
//!     "ruleset shop
//!      context { mood: enum { calm, angry } = calm, visits: int 0..=366 }
//!      decision help -> enum { person, chat } {
//!          when mood == angry => person
//!          otherwise => chat
//!      }",
//! )?;
//! // In a build script: `fs::write(out_dir.join("shop.rs"), pervade::types::rust(&rules))`.
//! assert!(pervade::types::rust(&rules).contains("pub enum Help {"));
//! assert!(pervade::types::typescript(&rules).contains("export type Help = \"person\" | \"chat\";"));
//! assert!(pervade::types::json_schema(&rules).contains("\"enum\": [\"person\", \"chat\"]"));
//! # Ok::<(), pervade::Error>(())
//! ```
//!
//! There is a type for the context, the touchpoint, each event and any of them, what each decision, table, score,
//! classification and feature gives, and every enum and record that these are made of. A record that is both given and
//! given back has a second type for the latter wherever the two differ; its name ends in `Result`.
//!
//! # Names
//!
//! Types are named in upper camel case, inline ones by their path: `customer.tier` is `CustomerTier`. Members are variants in
//! upper camel case; fields are in snake case in Rust, and as they are in TypeScript and JSON Schema; whatever is renamed
//! keeps its own name in data. Where a name is taken, the next one is `Name2`, then `Name3`: first come the names that
//! the generated text needs for itself (`Context`, `Option`, …), then enums, records and events in declared order. Words
//! that Rust reserves are raw (`r#type`).
//!
//! In: a [`Ruleset`]. Out: text, the same for the same ruleset. `model` gathers what needs a type, `names` names it; `rust`,
//! `typescript` and `json_schema` write it, the last with `pattern` (which texts are dates, decimals, …) and `json`.

mod json;
mod json_schema;
mod model;
mod names;
mod pattern;
mod rust;
mod typescript;

use crate::engine::Ruleset;
use model::Model;

/// Rust structs and enums, to be included in a module of the host.
///
/// Contexts are given by `.facts(&context)` and `.touchpoint(&touchpoint)`, events by `history.add(&event)`: `Event` is an
/// enum tagged by `type`, with a struct for each type of events; `Decisions::of(&rules)` makes the typed
/// handle of every decision. A field that may be left out, or has a default, is an [`Option`]; a struct of which nothing
/// must be given has a [`Default`]. Decimals and amounts are `rust_decimal::Decimal`; dates, times and instants are
/// `chrono::NaiveDate`, `NaiveTime` and `DateTime<Utc>`; a place is a struct `Geo`; a duration is a text in ISO 8601
/// (`PT30M`), a time zone its name, a distance its metres.
///
/// The host needs `serde` with `derive`, and `chrono` and `rust_decimal` with their feature `serde` where those types occur.
/// Every item has a doc comment, and nothing warns that a type is not used.
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset shop
///      context {
///          /// How often they came.
///          visits: int 0..=366 = 0
///          born: date?
///      }",
/// )?;
/// let text = pervade::types::rust(&rules);
/// assert!(text.contains("    /// How often they came.\n"));
/// assert!(text.contains("    pub visits: Option<i64>,\n"));
/// assert!(text.contains("    pub born: Option<chrono::NaiveDate>,\n"));
/// # Ok::<(), pervade::Error>(())
/// ```
#[must_use]
pub fn rust(rules: &Ruleset) -> String {
    rust::write(&Model::new(rules))
}

/// TypeScript interfaces and unions of literals, as a module.
///
/// `Context` and `Touchpoint` are given apart from one another or, with `now`, as one `Input`; `Event` is the union of all
/// events, told apart by their `type`; `Decisions` says what each
/// decision gives, as its JSON and `pervade decide` write it. In what is given, decimals are numbers or texts (which are
/// exact); what is given back has them as texts, and says `null` where something is missing.
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset shop context { visits: int 0..=366 = 0, spend: money<GBP> }",
/// )?;
/// let text = pervade::types::typescript(&rules);
/// assert!(text.contains("  visits?: number | null;\n"));
/// assert!(text.contains("  spend: Money<\"GBP\">;\n"));
/// # Ok::<(), pervade::Error>(())
/// ```
#[must_use]
pub fn typescript(rules: &Ruleset) -> String {
    typescript::write(&Model::new(rules))
}

/// JSON Schema (draft 2020-12) of what [`ContextBuilder::json`](crate::ContextBuilder::json) takes: the fields of the
/// context, `touchpoint` and `now`. Events, as [`History::add_json`](crate::History::add_json) takes them, and what decisions
/// give stand in `$defs`, as `event:name` (any of them as `event`) and `decision:name`.
///
/// It accepts what a context accepts, and nothing else, whether or not a validator asserts formats; but for this:
///
/// * JSON Schema knows what a number is worth and not how it is written: `1.0` and `1e2` are integers to it and no `int`
///   to a context, and a field that is given twice is not seen.
/// * The digits of a decimal are only counted where it is a text. As a number, one of more than 28 digits or places (9 in
///   an event) may pass; and validators that compare by floats see the ends of a range as exactly as floats do.
/// * Decimals in texts have no exponent: `"1e3"` is refused, although a context takes it.
/// * Refused are also durations with numbers of ten digits and more (weeks; 11 for days, 12 for hours, 14 for minutes,
///   16 for seconds), and on the first and the last day of the calendar, instants with an offset that leads out of it.
/// * Data in lists lies at most 64 levels deep in a context, and fills in at most 100,000 fields; no schema counts that.
///
/// ```
/// let rules = pervade::Ruleset::from_text("ruleset shop context { visits: int 0..=366, born: date? }")?;
/// let text = pervade::types::json_schema(&rules);
/// assert!(text.contains(r#""visits": { "type": "integer", "minimum": 0, "maximum": 366 }"#));
/// assert!(text.contains(r#""required": ["visits"]"#));
/// # Ok::<(), pervade::Error>(())
/// ```
#[must_use]
pub fn json_schema(rules: &Ruleset) -> String {
    json_schema::write(&Model::new(rules))
}
