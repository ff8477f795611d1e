//! `pervade graph`: the decision graph as text.

use super::arguments::GraphFormat;
use super::failure::{OK, Outcome};
use super::Console;
use crate::Ruleset;
use std::path::Path;

pub(super) fn run(rules: &Path, format: GraphFormat, console: &mut Console<'_>) -> Outcome<u8> {
    let rules = Ruleset::from_file(rules)?;
    let text = match format {
        GraphFormat::Dot => rules.graph().dot(),
        GraphFormat::Mermaid => rules.graph().mermaid(),
        GraphFormat::Json => rules.graph().json(),
    };
    console.print(&text)?;
    if !text.ends_with('\n') {
        console.print("\n")?;
    }
    Ok(OK)
}
