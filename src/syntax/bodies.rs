//! Declarations with bodies: their braces, and the rules, rows and fields between them, read one by one.

use super::ast::{
    At, Classify, Decision, Expr, Field, ItemKind, RecordDecl, Rule as DecisionRule, Table,
    TableBody, TypeExpr, TypeKind,
};
use super::declarations::Parser;
use super::entries::{self, Body};
use super::pairs::Rule;
use super::scan::Kind;
use super::split::Piece;
use super::{explain, lower};
use crate::source::Span;
use std::ops::Range;

impl Parser<'_, '_> {
    /// The braces of a declaration: the first at its level, or with `last` the last. Behind them nothing may follow.
    fn body(&mut self, piece: Piece, last: bool) -> Option<(usize, Body)> {
        let is_body = |i: &usize| {
            self.view.level(*i) == Some(0)
                && self.view.word(*i) == "{"
                && !(last && matches!(self.view.word(i.saturating_sub(1)), "->" | "=>" | "enum"))
        };
        let mut range = piece.start..piece.end;
        let open = if last {
            range.rfind(is_body)
        } else {
            range.find(is_body)
        }?;
        let close = (open + 1..piece.end)
            .find(|i| self.view.level(*i) == Some(0) && self.view.kind(*i) == Some(Kind::Close))
            .unwrap_or(piece.end);
        if close + 1 < piece.end {
            let rest = close + 1..piece.end;
            self.refuse_docs(rest.clone());
            if let Some(i) = rest.clone().find(|i| self.view.kind(*i) != Some(Kind::Doc))
                && !self.is_broken(self.span(rest))
            {
                self.report
                    .push(explain::behind_body(self.view, i, self.span(i..i + 1)));
            }
        }
        Some((
            open,
            Body {
                tokens: open + 1..close,
                level: 1,
            },
        ))
    }

    fn body_or_report(&mut self, piece: Piece, last: bool) -> Option<(usize, Body)> {
        let body = self.body(piece, last);
        let span = self.span(piece.start..piece.end);
        if body.is_none() && !self.is_broken(span) {
            self.report.push(explain::no_body(self.view, piece, span));
        }
        body
    }

    pub(super) fn record(&mut self, piece: Piece) -> Option<ItemKind> {
        let (open, body) = self.body_or_report(piece, false)?;
        let name = self
            .read(Rule::record_head, piece.start..open)
            .and_then(|mut r| lower::named(&mut r.reader, &r.parts));
        let fields = self.fields(&body);
        Some(ItemKind::Record(RecordDecl {
            name: name?,
            fields,
        }))
    }

    pub(super) fn fields_of(&mut self, piece: Piece, rule: Rule) -> Option<Vec<Field>> {
        let (open, body) = self.body_or_report(piece, false)?;
        self.read(rule, piece.start..open)?;
        Some(self.fields(&body))
    }

    fn fields(&mut self, body: &Body) -> Vec<Field> {
        // Deeper ones were reported with their brackets.
        if usize::from(body.level) > self.limits.nesting {
            return Vec::new();
        }
        entries::fields(self.view, body)
            .into_iter()
            .filter_map(|piece| self.field(piece, body.level))
            .collect()
    }

    /// A field; one with a record type in place is cut further, so that the fields of that record are read alone.
    fn field(&mut self, piece: Piece, level: u16) -> Option<Field> {
        let docs = self.docs(piece);
        let (open, tokens) = (piece.start + 2, piece.start..piece.end);
        if self.view.word(open) != "{"
            || self.view.kind(open - 1) != Some(Kind::Colon)
            || open >= piece.end
        {
            let mut read = self.read(Rule::field_entry, tokens)?;
            let parts = read.parts.next()?.into_inner();
            return lower::field(&mut read.reader, parts, docs);
        }
        let close = (open + 1..piece.end)
            .find(|i| self.view.level(*i) == Some(level) && self.view.kind(*i) == Some(Kind::Close))
            .unwrap_or(piece.end);
        let inner = self.fields(&Body {
            tokens: open + 1..close,
            level: level + 1,
        });
        let name = self
            .read(Rule::field_start, piece.start..open)
            .and_then(|r| Some(r.reader.any_word(&r.parts.clone().next()?)))?;
        let (optional, default) = self.field_tail(close + 1..piece.end)?;
        let end = if self.view.kind(piece.end - 1) == Some(Kind::Comma) {
            piece.end - 1
        } else {
            piece.end
        };
        let type_end = (close + 1 + usize::from(optional)).min(piece.end);
        let ty = TypeExpr {
            kind: TypeKind::Record(inner),
            optional,
            at: At(self.span(open..type_end)),
        };
        Some(Field {
            docs,
            name,
            ty,
            default,
            at: At(self.span(piece.start..end)),
        })
    }

    fn field_tail(&mut self, tokens: Range<usize>) -> Option<(bool, Option<Expr>)> {
        if tokens.is_empty() {
            return Some((false, None));
        }
        let mut read = self.read(Rule::field_tail, tokens)?;
        let optional = read.parts.clone().any(|p| p.as_rule() == Rule::question);
        let default = lower::default(&mut read.reader, &read.parts)?;
        Some((optional, default))
    }

    pub(super) fn classify(&mut self, piece: Piece) -> Option<Classify> {
        let (open, body) = self.body_or_report(piece, false)?;
        let name = self
            .read(Rule::classify_head, piece.start..open)
            .and_then(|mut r| lower::named(&mut r.reader, &r.parts));
        let mut rules = Vec::new();
        let entries = entries::classes(self.view, &body);
        let count = entries.len();
        for entry in entries {
            let docs = self.docs(entry);
            if let Some(mut read) = self.read(Rule::classify_rule, entry.start..entry.end) {
                rules.extend(lower::classify_rule(&mut read.reader, &read.parts, docs));
            }
        }
        (count == 0 || !rules.is_empty()).then_some(Classify { name: name?, rules })
    }

    pub(super) fn decision(&mut self, piece: Piece) -> Option<Decision> {
        let (open, body) = self.body_or_report(piece, true)?;
        let head = self
            .read(Rule::decision_head, piece.start..open)
            .and_then(|mut r| lower::head(&mut r.reader, &r.parts));
        let mut rules = Vec::new();
        let entries = entries::rules(self.view, &body);
        let count = entries.len();
        for entry in entries {
            rules.extend(self.rule(entry));
        }
        // One whose every rule was reported is left out, lest it be said to have none.
        (count == 0 || !rules.is_empty()).then_some(Decision { head: head?, rules })
    }

    fn rule(&mut self, entry: Piece) -> Option<DecisionRule> {
        let docs = self.docs(entry);
        let mut read = self.read(Rule::decision_rule, entry.start..entry.end)?;
        lower::rule(&mut read.reader, read.parts, docs)
    }

    pub(super) fn table(&mut self, piece: Piece) -> Option<Table> {
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
                let policy = lower::policy(&r.reader, &r.parts);
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
