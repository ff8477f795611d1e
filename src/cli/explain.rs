//! `pervade explain`: how one decision about one customer came about, in sentences or as JSON.

use super::Console;
use super::arguments::{Explain, StoryFormat};
use super::failure::{Failure, OK, Outcome};
use crate::{Ruleset, Trace};
use serde::de::IgnoredAny;
use std::io::Read;

pub(super) fn run(request: &Explain, console: &mut Console<'_>) -> Outcome<u8> {
    let rules = Ruleset::from_file(&request.rules)?;
    let text = read(request, console)?;
    let mut frame = rules.frame();
    if let Some(history) = super::events::history(&rules, request.events.as_ref())? {
        frame.set_history(&history)?;
    }
    if let Some(now) = request.now {
        frame.set_now(now)?;
    }
    // The record's own `now` wins.
    frame.json(&text)?;
    let context = frame.context()?;
    let names = match request.decision.as_slice() {
        [] => rules
            .decisions()
            .filter(|d| {
                matches!(
                    d.kind(),
                    "decision" | "table" | "score" | "feature" | "next_best_action"
                )
            })
            .map(|d| d.name().to_owned())
            .collect(),
        named => named.to_vec(),
    };
    let mut traces: Vec<Trace> = Vec::new();
    for name in &names {
        let decider = rules.decision::<IgnoredAny>(name)?;
        traces.push(decider.trace(&context)?);
    }
    match request.format {
        StoryFormat::Text => {
            let stories = traces.iter().map(|t| t.story().to_string());
            console.print(&stories.collect::<Vec<_>>().join("\n"))?;
        }
        StoryFormat::Json => {
            let json = serde_json::to_string_pretty(&traces)
                .map_err(|error| Failure::output(std::io::Error::other(error)))?;
            console.print(&json)?;
            console.print("\n")?;
        }
    }
    Ok(OK)
}

/// The context's text.
fn read(request: &Explain, console: &mut Console<'_>) -> Outcome<String> {
    let mut text = String::new();
    let outcome = if request.input.as_os_str() == "-" {
        console.streams.input.read_to_string(&mut text)
    } else {
        std::fs::File::open(&request.input).and_then(|mut file| file.read_to_string(&mut text))
    };
    match outcome {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::reading(&request.input, &error)),
    }
}
