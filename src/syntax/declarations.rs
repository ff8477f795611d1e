//! The parser's upper half: walks the declarations that `split` found, has each head and entry parsed, and puts the
//! tree together. An entry that can't be read is reported and left out; the others stay.

use super::ast::{
    At, Classify, Decision, Docs, Field, File, Item, ItemKind, Name, RecordDecl,
    Rule as DecisionRule, Table, TableBody, TypeExpr, TypeKind,
};
use super::entries::{self, Body};
use super::explain;
use super::pairs::{self, Failure, Rule};
use super::reader::Reader;
use super::report::Report;
use super::scan::{Kind, Scan};
use super::split::{self, Piece, View};
use super::{literal, lower, words};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::Limits;
use crate::source::{SourceId, Span};
use pest::iterators::Pairs;
use std::ops::Range;

/// Parses what was scanned.
pub(super) fn file(
    source: SourceId,
    text: &str,
    scan: Scan,
    limits: &Limits,
    report: &mut Report,
) -> File {
    let view = View {
        text,
        tokens: &scan.tokens,
    };
    let mut parser = Parser {
        source,
        view,
        broken: &scan.broken,
        limits,
        report,
        lost: Vec::new(),
    };
    let items = split::declarations(view)
        .into_iter()
        .filter_map(|piece| parser.item(piece))
        .collect();
    let lost = parser.lost;
    File {
        items,
        comments: scan.comments,
        lost,
    }
}

struct Parser<'a, 'r> {
    source: SourceId,
    view: View<'a>,
    broken: &'a [u32],
    limits: &'a Limits,
    report: &'r mut Report,
    lost: Vec<Name>,
}

/// What pest read, and the reader to lower it with.
struct Read<'a, 'p> {
    parts: Pairs<'a, Rule>,
    reader: Reader<'p>,
}

impl<'a> Parser<'a, '_> {
    fn span(&self, tokens: Range<usize>) -> Span {
        let start = self.view.tokens.get(tokens.start).map_or(0, |t| t.start);
        let end = tokens
            .end
            .checked_sub(1)
            .and_then(|i| self.view.tokens.get(i))
            .map_or(start, |t| t.end);
        Span::new(self.source, start, end.max(start))
    }

    fn docs(&self, piece: Piece) -> Docs {
        (piece.docs..piece.start)
            .map(|i| {
                let line = self.view.word(i).trim_start_matches('/');
                line.strip_prefix(' ').unwrap_or(line).into()
            })
            .collect()
    }

    /// Whether the scan reported something within these tokens.
    fn is_broken(&self, span: Span) -> bool {
        let from = self.broken.partition_point(|at| *at < span.start);
        self.broken.get(from).is_some_and(|at| *at < span.end)
    }

    /// Has pest read some tokens by a rule. What is wrong is reported.
    fn read(&mut self, rule: Rule, tokens: Range<usize>) -> Option<Read<'a, '_>> {
        let span = self.span(tokens.clone());
        self.refuse_docs(tokens.clone());
        if self.is_broken(span) {
            return None;
        }
        let text = self.view.text.get(span.start as usize..span.end as usize)?;
        match pairs::read(rule, text) {
            Ok(parts) => {
                let nesting = self.limits.nesting;
                let reader = Reader {
                    source: self.source,
                    text,
                    base: span.start,
                    place: None,
                    nesting,
                    report: self.report,
                };
                Some(Read { parts, reader })
            }
            Err(Failure::At(at)) => {
                let at = span
                    .start
                    .saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
                self.report
                    .push(explain::explain(self.source, self.view, rule, tokens, at));
                None
            }
            Err(Failure::TooLarge) => {
                self.report.push(
                    Diagnostic::error(
                        Code::TooLarge,
                        span,
                        "this is too large to be read in one piece",
                    )
                    .help("divide it into several declarations"),
                );
                None
            }
        }
    }

    /// Doc comments belong before entries; inside one they would be lost.
    fn refuse_docs(&mut self, tokens: Range<usize>) {
        for i in tokens.filter(|i| self.view.kind(*i) == Some(Kind::Doc)) {
            let span = self.span(i..i + 1);
            let slashes = Span {
                end: span.start.saturating_add(3),
                ..span
            };
            self.report.push(
                Diagnostic::error(
                    Code::Unexpected,
                    span,
                    "a `///` comment stands before nothing it could describe",
                )
                .label("a declaration, field, rule or row belongs behind it")
                .help("make it a plain `//` comment")
                .suggest(slashes, "//"),
            );
        }
    }

    fn item(&mut self, piece: Piece) -> Option<Item> {
        let head = piece.start..piece.end;
        let word = match (self.view.kind(piece.start)?, self.view.word(piece.start)) {
            (Kind::Word, "pervasive") => self.view.word(piece.start + 1),
            (Kind::Word, word) => word,
            _ => "",
        };
        let kind = match word {
            "ruleset" => self
                .read(Rule::ruleset, head)
                .and_then(|mut r| Some(ItemKind::Ruleset(lower::named(&mut r.reader, &r.parts)?))),
            "use" => self
                .read(Rule::use_file, head)
                .and_then(|mut r| Some(ItemKind::Use(lower::use_file(&mut r.reader, &r.parts)?))),
            "enum" => self
                .read(Rule::enum_decl, head)
                .and_then(|mut r| Some(ItemKind::Enum(lower::enum_decl(&mut r.reader, &r.parts)?))),
            "let" => self
                .read(Rule::let_value, head)
                .and_then(|mut r| Some(ItemKind::Let(lower::let_value(&mut r.reader, &r.parts)?))),
            "segment" => self.read(Rule::segment, head).and_then(|mut r| {
                Some(ItemKind::Segment(lower::segment(&mut r.reader, &r.parts)?))
            }),
            "record" => self.record(piece),
            "context" => self
                .fields_of(piece, Rule::context_head)
                .map(ItemKind::Context),
            "touchpoint" => self
                .fields_of(piece, Rule::touchpoint_head)
                .map(ItemKind::Touchpoint),
            "classify" => self.classify(piece).map(ItemKind::Classify),
            "decision" => self.decision(piece).map(ItemKind::Decision),
            "table" => self.table(piece).map(ItemKind::Table),
            _ => {
                self.unknown(piece, word);
                None
            }
        };
        let Some(kind) = kind else {
            self.lose(piece);
            return None;
        };
        let docs = self.docs(piece);
        Some(Item {
            docs,
            kind,
            at: At(self.span(piece.start..piece.end)),
        })
    }

    /// Remembers the name of a declaration that was reported, so that its uses are not.
    fn lose(&mut self, piece: Piece) {
        let mut at = piece.start + 1;
        while at < piece.end.min(piece.start + 3)
            && self.view.kind(at) == Some(Kind::Word)
            && self.view.kind(at + 1) == Some(Kind::Word)
        {
            at += 1;
        }
        if at < piece.end && self.view.is_name(at) {
            let text = self.view.word(at).trim_matches('`').into();
            self.lost.push(Name {
                text,
                at: At(self.span(at..at + 1)),
            });
        }
    }

    fn unknown(&mut self, piece: Piece, word: &str) {
        let span = self.span(piece.start..piece.start + 1);
        self.refuse_docs(piece.start..piece.end);
        if self.is_broken(span) || self.view.kind(piece.start) == Some(Kind::Doc) {
            return;
        }
        self.report.push(match words::later_declaration(word) {
            Some(feature) => literal::not_yet(feature, span),
            None => explain::unknown_declaration(self.view, piece.start, span),
        });
    }

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

    fn record(&mut self, piece: Piece) -> Option<ItemKind> {
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

    fn fields_of(&mut self, piece: Piece, rule: Rule) -> Option<Vec<Field>> {
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

    fn field_tail(&mut self, tokens: Range<usize>) -> Option<(bool, Option<super::ast::Expr>)> {
        if tokens.is_empty() {
            return Some((false, None));
        }
        let mut read = self.read(Rule::field_tail, tokens)?;
        let optional = read.parts.clone().any(|p| p.as_rule() == Rule::question);
        let default = lower::default(&mut read.reader, &read.parts)?;
        Some((optional, default))
    }

    fn classify(&mut self, piece: Piece) -> Option<Classify> {
        let (open, body) = self.body_or_report(piece, false)?;
        let name = self
            .read(Rule::classify_head, piece.start..open)
            .and_then(|mut r| lower::named(&mut r.reader, &r.parts));
        let mut rules = Vec::new();
        let mut last = Last::default();
        for entry in entries::classes(self.view, &body) {
            let docs = self.docs(entry);
            self.check_last(&mut last, entry);
            if let Some(mut read) = self.read(Rule::classify_rule, entry.start..entry.end) {
                rules.extend(lower::classify_rule(&mut read.reader, &read.parts, docs));
            }
        }
        Some(Classify { name: name?, rules })
    }

    fn decision(&mut self, piece: Piece) -> Option<Decision> {
        let (open, body) = self.body_or_report(piece, true)?;
        let head = self
            .read(Rule::decision_head, piece.start..open)
            .and_then(|mut r| lower::head(&mut r.reader, &r.parts));
        let mut rules = Vec::new();
        let mut last = Last::default();
        for entry in entries::rules(self.view, &body) {
            self.check_last(&mut last, entry);
            rules.extend(self.rule(entry));
        }
        Some(Decision { head: head?, rules })
    }

    fn rule(&mut self, entry: Piece) -> Option<DecisionRule> {
        let docs = self.docs(entry);
        let mut read = self.read(Rule::decision_rule, entry.start..entry.end)?;
        lower::rule(&mut read.reader, read.parts, docs)
    }

    fn table(&mut self, piece: Piece) -> Option<Table> {
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
        for entry in entries::rows(self.view, body) {
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
        let inline = header.map(|(columns, result)| TableBody::Inline {
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
