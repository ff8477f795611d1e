//! The catalogue of messages read as one text: what all of them keep to.
//!
//! `PERVADE_SHOW=1 cargo test --test all catalogue -- --nocapture` prints every message of the case files.

use super::{cases, said};
use std::collections::BTreeMap;

#[test]
fn messages_are_of_one_cast() {
    let mut lines: BTreeMap<(String, String), String> = BTreeMap::new();
    for case in cases("diagnostics") {
        for d in said(&case.sources, &case.limits).0 {
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
}
