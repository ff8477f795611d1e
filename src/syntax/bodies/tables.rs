//! Tables: the head, and header, rows and `otherwise` one by one.

use crate::source::Span;
use crate::syntax::ast::{Rule as DecisionRule, Table, TableBody};
use crate::syntax::declarations::Parser;
use crate::syntax::entries::{self, Body};
use crate::syntax::pairs::Rule;
use crate::syntax::scan::Kind;
use crate::syntax::split::Piece;
use crate::syntax::{explain, lower};

impl Parser<'_, '_> {
    pub(in crate::syntax) fn table(&mut self, piece: Piece) -> Option<Table> {
        let from = (piece.start..piece.end).rfind(|i| {
            self.view.level(*i) == Some(0)
                && self.view.word(*i) == "from"
                && self.view.kind(i + 1) == Some(Kind::Text)
        });
        let (open, body) = match from {
            Some(from) if self.view.word(from + 2) != "{" || from + 2 >= piece.end => {
                (piece.end, None)
            }
            _ => {
                let (open, body) = self.body_or_report(piece, true)?;
                (open, Some(body))
            }
        };
        let head = self
            .read(Rule::table_head, piece.start..open)
            .and_then(|mut r| {
                let head = lower::head(&mut r.reader, &r.parts);
                let policy = lower::policy(&mut r.reader, &r.parts);
                let from = lower::from(&mut r.reader, &r.parts);
                Some((head?, policy?, from?))
            });
        let (inline, otherwise) = match body {
            Some(body) => self.rows(&body, from.is_some()),
            None => (None, None),
        };
        let (head, policy, from) = head?;
        let body = match from {
            Some(file) => TableBody::Csv(file),
            None => inline?,
        };
        Some(Table {
            head,
            policy,
            body,
            otherwise,
        })
    }

    /// The entries of a table's body. With `filed` rows stand in a file, and only `otherwise` here.
    fn rows(&mut self, body: &Body, filed: bool) -> (Option<TableBody>, Option<DecisionRule>) {
        let mut header = None;
        let mut seen_header = filed;
        let (mut rows, mut otherwise) = (Vec::new(), None);
        let mut last = Last::default();
        let entries = entries::rows(self.view, body);
        let count = entries.len();
        for entry in entries {
            let tokens = entry.start..entry.end;
            self.check_last(&mut last, entry);
            if !matches!(self.view.word(entry.start), "|" | "||") {
                if explain::is_rule(self.view, &tokens) {
                    let span = self.span(entry.start..entry.start + 1);
                    self.report.push(explain::rule_in_table(span));
                } else if let Some(rule) = self.rule(entry) {
                    otherwise = otherwise.or(Some(rule));
                }
            } else if filed {
                let span = self.span(entry.start..entry.start + 1);
                self.report.push(explain::row_beside_file(span));
            } else if !seen_header {
                seen_header = true;
                self.refuse_docs(entry.docs..entry.start);
                header = self
                    .read(Rule::header, tokens)
                    .and_then(|mut r| lower::header(&mut r.reader, &r.parts));
            } else {
                let docs = self.docs(entry);
                let read = self.read(Rule::row, tokens);
                rows.extend(read.and_then(|mut r| lower::row(&mut r.reader, r.parts, docs)));
            }
        }
        if !seen_header {
            let span = self.span(body.tokens.start.saturating_sub(1)..body.tokens.start);
            self.report.push(explain::no_header(span));
        }
        let all_lost = count > 1 && rows.is_empty() && otherwise.is_none();
        let inline = header
            .filter(|_| !all_lost)
            .map(|(columns, result)| TableBody::Inline {
                columns,
                result,
                rows,
            });
        (inline, otherwise)
    }

    /// Reports an entry behind `otherwise`, once a body.
    fn check_last(&mut self, last: &mut Last, entry: Piece) {
        if let Some(span) = last.otherwise
            && !last.told
        {
            last.told = true;
            let here = self.span(entry.start..entry.start + 1);
            self.report.push(explain::behind_otherwise(here, span));
        }
        let labelled = self.view.kind(entry.start + 1) == Some(Kind::Colon);
        let at = entry.start + if labelled { 2 } else { 0 };
        if self.view.word(at) == "otherwise" && last.otherwise.is_none() {
            last.otherwise = Some(self.span(at..at + 1));
        }
    }
}

/// Where a body's `otherwise` stands.
#[derive(Default)]
struct Last {
    otherwise: Option<Span>,
    told: bool,
}
