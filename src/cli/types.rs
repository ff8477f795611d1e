//! `pervade types`: the types of rulesets as Rust, TypeScript or JSON Schema.

use super::Console;
use super::arguments::Types;
use super::failure::{OK, Outcome};
use crate::{Ruleset, types};

pub(super) fn run(request: &Types, console: &mut Console<'_>) -> Outcome<u8> {
    for file in &request.files {
        let rules = Ruleset::from_file(file)?;
        let one = request.files.len() == 1;
        let text = if request.json_schema {
            types::json_schema(&rules)
        } else if request.ts {
            let text = types::typescript(&rules);
            if one {
                text
            } else {
                within("export namespace", rules.name(), &text)
            }
        } else {
            let text = types::rust(&rules);
            if one {
                text
            } else {
                within("pub mod", rules.name(), &text)
            }
        };
        console.print(&text)?;
    }
    Ok(OK)
}

/// The text of one ruleset among several: each has a part of its own.
fn within(word: &str, name: &str, text: &str) -> String {
    let mut out = format!("/** The types of the ruleset `{name}`. */\n{word} {name} {{\n");
    for line in text.lines() {
        if !line.is_empty() {
            out.push_str("    ");
            out.push_str(line);
        }
        out.push('\n');
    }
    out.push_str("}\n");
    out
}
