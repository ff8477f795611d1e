//! `pervade graph`: the decision graph as text.

use super::Console;
use super::arguments;
use super::failure::{OK, Outcome};
use crate::{GraphFormat, Ruleset};
use std::path::Path;

pub(super) fn run(
    rules: &Path,
    format: arguments::GraphFormat,
    console: &mut Console<'_>,
) -> Outcome<u8> {
    let rules = Ruleset::from_file(rules)?;
    let text = rules.graph(match format {
        arguments::GraphFormat::Dot => GraphFormat::Dot,
        arguments::GraphFormat::Mermaid => GraphFormat::Mermaid,
        arguments::GraphFormat::Json => GraphFormat::Json,
    });
    console.print(&text)?;
    if !text.ends_with('\n') {
        console.print("\n")?;
    }
    Ok(OK)
}
