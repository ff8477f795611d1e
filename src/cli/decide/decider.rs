//! Decides records: one frame, filled again and again, and the answer's text in one buffer.

use super::super::arguments::Decide;
use super::super::failure::{Failure, Outcome};
use super::answer::Fault;
use crate::{Anything, Columns, Decider, Decision, Frame, History, Ruleset, Slot, Trace};
use serde::Serialize;
use serde::de::IgnoredAny;

/// The decisions asked for, and what is used again for each record.
pub(super) struct Deciding<'a> {
    rules: &'a Ruleset,
    request: &'a Decide,
    /// With their names as JSON. The values are only written, hence of no type.
    deciders: Vec<(String, Decider<IgnoredAny>)>,
    /// What `--set` gives to records of JSON.
    set: Vec<(Slot<Anything>, &'a str)>,
    frame: Frame,
    history: Option<History>,
    text: Vec<u8>,
}

/// A decision with its story.
#[derive(Serialize)]
struct Traced<'t> {
    #[serde(flatten)]
    decision: &'t Decision<IgnoredAny>,
    trace: Trace,
}

impl<'a> Deciding<'a> {
    /// Finds what is to be decided: what was asked for, or every decision, table, score and feature.
    pub(super) fn new(rules: &'a Ruleset, request: &'a Decide) -> Outcome<Self> {
        let all = rules.decisions();
        let all = all.filter(|d| {
            matches!(
                d.kind(),
                "decision" | "table" | "score" | "feature" | "next_best_action"
            )
        });
        let names: Vec<&str> = match request.decision.as_slice() {
            [] => all.map(|decision| decision.name()).collect(),
            asked => asked.iter().map(String::as_str).collect(),
        };
        let mut deciders = Vec::with_capacity(names.len());
        for name in names {
            let quoted =
                serde_json::to_string(name).map_err(|error| Failure::output(error.into()))?;
            deciders.push((quoted, rules.decision(name)?));
        }
        let history = super::super::events::history(rules, request.events.as_ref())?;
        let mut frame = rules.frame();
        frame.lenient(request.lenient);
        Ok(Deciding {
            rules,
            request,
            deciders,
            set: Vec::new(),
            frame,
            history,
            text: Vec::new(),
        })
    }

    /// Prepares for records of JSON.
    pub(super) fn prepare_json(&mut self) -> Outcome<()> {
        if let Some(now) = self.request.now {
            self.frame.set_now(now)?;
        }
        for (path, cell) in &self.request.set {
            let slot = self.rules.slot(path)?;
            // A value that does not fit is told once and not for each record.
            self.frame.set_cell(&slot, cell)?;
            self.set.push((slot, cell));
        }
        Ok(())
    }

    /// Prepares for rows behind this header.
    pub(super) fn columns(&self, header: &csv::ByteRecord) -> Outcome<Columns> {
        let mut columns = self.rules.columns();
        for (path, column) in &self.request.map {
            columns = columns.map(path, column);
        }
        for (path, cell) in &self.request.set {
            columns = columns.constant(path, cell);
        }
        if let Some(now) = self.request.now {
            columns = columns.now(now);
        }
        if self.request.ignore_columns {
            columns = columns.ignore_undeclared();
        }
        columns.header(header).map_err(|error| {
            let mut text = "the columns do not fit the ruleset".to_owned();
            for problem in error.problems() {
                text.push_str(&format!("\n  {problem}"));
            }
            Failure::Input(text)
        })
    }

    /// Decides on a JSON object; gives the decisions as a JSON object.
    pub(super) fn json(&mut self, text: &str) -> Result<&[u8], Fault> {
        self.frame.clear();
        if let Some(now) = self.request.now {
            self.frame.set_now(now)?;
        }
        self.frame.json(text)?;
        for (slot, cell) in &self.set {
            self.frame.set_cell(slot, cell)?;
        }
        self.decide()
    }

    /// Decides on a row.
    pub(super) fn row(&mut self, columns: &Columns, row: &csv::ByteRecord) -> Result<&[u8], Fault> {
        columns.fill(&mut self.frame, row)?;
        self.decide()
    }

    fn decide(&mut self) -> Result<&[u8], Fault> {
        self.text.clear();
        if let Some(history) = &self.history {
            self.frame.set_history(history)?;
        }
        let context = self.request.trace.then(|| self.frame.context());
        let context = context.transpose()?;
        for (name, decider) in &self.deciders {
            self.text
                .push(if self.text.is_empty() { b'{' } else { b',' });
            self.text.extend_from_slice(name.as_bytes());
            self.text.push(b':');
            let written = if let Some(context) = &context {
                let decision = &decider.decide(context)?;
                let trace = decision.trace();
                serde_json::to_writer(&mut self.text, &Traced { decision, trace })
            } else {
                let outcome = decider.decide_in(&mut self.frame)?;
                serde_json::to_writer(&mut self.text, &outcome)
            };
            written.map_err(|error| Fault::new(error.to_string()))?;
        }
        if self.text.is_empty() {
            self.text.push(b'{');
        }
        self.text.push(b'}');
        Ok(&self.text)
    }
}
