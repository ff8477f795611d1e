//! The catalogue of messages read as one text: what all of them keep to.
//!
//! `PERVADE_SHOW=1 cargo test --test all catalogue -- --nocapture` prints every message of the case files.

use super::{cases, said};
use pervade::{Code, Diagnostic};
use std::collections::BTreeMap;

/// Words of people who write compilers; nobody who writes rules needs them.
const NOT_SAID: [&str; 14] = [
    "token",
    "parse",
    "parser",
    "syntax",
    "identifier",
    "literal",
    "operand",
    "expression",
    "statement",
    "variable",
    "boolean",
    "null",
    "invalid",
    "illegal",
];

/// The text without what stands in backquotes and in quotes: that is the author's, or an example.
fn own(text: &str) -> String {
    let mut own = String::new();
    for (place, part) in text.split('`').enumerate() {
        own.push_str(if place % 2 == 0 { part } else { "…" });
    }
    own
}

/// What of a sentence is not as in all the others.
fn slips(text: &str) -> Vec<String> {
    let mut slips = Vec::new();
    let own = own(text);
    if !text.matches('`').count().is_multiple_of(2) {
        slips.push("a backquote without its partner".to_owned());
    }
    if own.starts_with(char::is_uppercase) {
        slips.push("begins with a capital".to_owned());
    }
    if own.ends_with(['.', '!', ',', ';', ':', ' ']) || text.contains('\n') {
        slips.push("does not end as a sentence does here".to_owned());
    }
    if own.contains("  ") || own.contains(". ") || own.starts_with(' ') {
        slips.push("more than one sentence, or blanks too many".to_owned());
    }
    let words = own.split(|c: char| !c.is_alphabetic());
    let words = words.filter(|word| NOT_SAID.contains(word));
    slips.extend(words.map(|word| format!("says `{word}`")));
    slips
}

/// A wording that is nowhere else is a slip; where it is right, it is listed here.
fn check(d: &Diagnostic) -> Vec<String> {
    let labels = d.secondary.iter().chain([&d.primary]);
    let labels = labels.map(|label| label.text.as_str());
    let help = d.help.iter().map(String::as_str);
    let sentences = labels.chain(help).chain([d.message.as_str()]);
    let mut wrong: Vec<String> = sentences
        .flat_map(|text| slips(text).into_iter().map(move |s| format!("{s}: {text}")))
        .collect();
    if d.message.ends_with('?') {
        wrong.push(format!("asks: {}", d.message));
    }
    if d.primary.text.is_empty() {
        wrong.push(format!("nothing is said at the place: {}", d.message));
    }
    // Where something is merely missing, the label says what goes there.
    let is_told = !d.help.is_empty() || !d.suggestions.is_empty();
    if !is_told && !matches!(d.code, Code::Unexpected) {
        wrong.push(format!("what to do is not said: {}", d.message));
    }
    wrong
}

#[test]
fn messages_are_of_one_cast() {
    let mut lines: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in cases("diagnostics") {
        for d in said(&case.sources, &case.limits).0 {
            let about = |slip| format!("{} {slip}", d.code.as_str());
            wrong.extend(check(&d).into_iter().map(about));
            let help: String = d.help.iter().map(|h| format!("    = {h}\n")).collect();
            let text = format!("    ^ {}\n{help}", d.primary.text);
            let key = (d.code.as_str().to_owned(), d.message.clone());
            lines.entry(key).or_insert(text);
        }
    }
    if std::env::var_os("PERVADE_SHOW").is_some() {
        for ((code, message), rest) in &lines {
            println!("{code} {message}\n{rest}");
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(lines.len() > 700, "{} messages", lines.len());
}

/// Titles are noun phrases: they stand behind "E0101:" and in lists.
#[test]
fn titles_are_of_one_cast() {
    for code in Code::ALL {
        let title = code.title();
        assert!(slips(title).is_empty(), "{title}: {:?}", slips(title));
        assert!(title.chars().count() <= 80, "{title}");
    }
}
