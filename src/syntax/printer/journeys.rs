//! `journey`: entries on one line with their triggers in a column where they fit.

use super::Printer;
use super::broken::At;
use super::expr::{Level, line, line_within};
use super::out::{STEP, width};
use super::trivia::{Place, Stretch};
use super::word::plain_name;
use crate::syntax::ast::{Journey, JourneyEntry, Name, Trigger};

/// Entries whose stages are wider than this are left out when the column of triggers is made.
const WIDEST_STAGES: usize = 60;

impl Printer<'_> {
    pub(super) fn journey(&mut self, journey: &Journey, body: Stretch) {
        self.words(&["journey", &plain_name(&journey.name.text), ""]);
        if let Some(within) = &journey.within {
            self.words(&["starts in last", &line(within, Level::ANY), ""]);
        }
        let entries = journey.entries.iter();
        let places: Vec<Place> = entries
            .map(|entry| Place::leaf(self.trivia.trim(entry.at.0)))
            .collect();
        let block = self.trivia.block(body, places);
        self.open(&block);
        let entries: Vec<_> = journey.entries.iter().zip(&block.entries).collect();
        for run in entries.chunk_by(|_, (_, around)| !around.is_apart()) {
            let widths = run.iter().map(|(entry, _)| width(&stages(entry)));
            let column = STEP + widths.filter(|w| *w <= WIDEST_STAGES).max().unwrap_or(0);
            for (entry, around) in run {
                self.before(around, &entry.docs, STEP);
                self.journey_entry(entry, column);
                self.behind(around);
            }
        }
        self.close(&block, 0);
    }

    fn journey_entry(&mut self, entry: &JourneyEntry, column: usize) {
        let (word, value) = match &entry.trigger {
            Trigger::On(events) => ("on", events),
            Trigger::After(time) => ("after", time),
        };
        let stages = stages(entry);
        self.out.push(&stages);
        let room = self.out.room(word.len() + 2);
        let padded = column.saturating_sub(STEP + width(&stages));
        if line_within(value, Level::ANY, room.saturating_sub(padded)).is_some() {
            self.out.pad_to(column);
        }
        self.words(&["", word, ""]);
        self.expr(value, Level::ANY, At::new(STEP));
    }
}

/// `starts paying`, `paying -> bought`, `bought ends`
fn stages(entry: &JourneyEntry) -> String {
    match (&entry.from, &entry.to) {
        (Some(from), Some(to)) => format!("{} -> {}", stage(from), stage(to)),
        (Some(from), None) => format!("{} ends", stage(from)),
        (None, Some(to)) => format!("starts {}", stage(to)),
        (None, None) => String::new(),
    }
}

/// A stage; one that is called `starts` would be read as the word.
fn stage(name: &Name) -> String {
    match &*name.text {
        "starts" => "`starts`".to_owned(),
        text => plain_name(text),
    }
}
