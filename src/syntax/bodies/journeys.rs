//! Journeys: the head, and the entries one by one.

use crate::syntax::ast::{Journey, JourneyEntry};
use crate::syntax::declarations::Parser;
use crate::syntax::pairs::Rule;
use crate::syntax::split::Piece;
use crate::syntax::{entries, lower};

impl Parser<'_, '_> {
    pub(in crate::syntax) fn journey(&mut self, piece: Piece) -> Option<Journey> {
        let (open, body) = self.body_or_report(piece, false)?;
        let head = self
            .read(Rule::journey_head, piece.start..open)
            .and_then(|mut r| lower::journey_head(&mut r.reader, &r.parts));
        let pieces = entries::transitions(self.view, &body);
        let read: Vec<Option<JourneyEntry>> =
            pieces.into_iter().map(|e| self.journey_entry(e)).collect();
        let (name, within) = head?;
        // Without one of its entries, what the others say of its stages would be wrong.
        let entries = read.into_iter().collect::<Option<Vec<_>>>()?;
        Some(Journey {
            name,
            within,
            entries,
        })
    }

    fn journey_entry(&mut self, entry: Piece) -> Option<JourneyEntry> {
        let docs = self.docs(entry);
        let mut read = self.read(Rule::journey_entry, entry.start..entry.end)?;
        lower::journey_entry(&mut read.reader, &read.parts, docs)
    }
}
