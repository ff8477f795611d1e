//! The parser's upper half: walks the declarations that `split` found, has each head and entry parsed, and puts the
//! tree together. An entry that can't be read is reported and left out; the others stay.

use super::ast::{At, Docs, File, Item, ItemKind, Name};
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

pub(super) struct Parser<'a, 'r> {
    source: SourceId,
    pub(super) view: View<'a>,
    broken: &'a [u32],
    pub(super) limits: &'a Limits,
    pub(super) report: &'r mut Report,
    lost: Vec<Name>,
}

/// What pest read, and the reader to lower it with.
pub(super) struct Read<'a, 'p> {
    pub(super) parts: Pairs<'a, Rule>,
    pub(super) reader: Reader<'p>,
}

impl<'a> Parser<'a, '_> {
    pub(super) fn span(&self, tokens: Range<usize>) -> Span {
        let start = self.view.tokens.get(tokens.start).map_or(0, |t| t.start);
        let end = tokens
            .end
            .checked_sub(1)
            .and_then(|i| self.view.tokens.get(i))
            .map_or(start, |t| t.end);
        Span::new(self.source, start, end.max(start))
    }

    pub(super) fn docs(&self, piece: Piece) -> Docs {
        (piece.docs..piece.start)
            .map(|i| {
                let line = self.view.word(i).trim_start_matches('/');
                line.strip_prefix(' ').unwrap_or(line).into()
            })
            .collect()
    }

    /// Whether the scan reported something within these tokens.
    pub(super) fn is_broken(&self, span: Span) -> bool {
        let from = self.broken.partition_point(|at| *at < span.start);
        self.broken.get(from).is_some_and(|at| *at < span.end)
    }

    /// Has pest read some tokens by a rule. What is wrong is reported.
    pub(super) fn read(&mut self, rule: Rule, tokens: Range<usize>) -> Option<Read<'a, '_>> {
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
    pub(super) fn refuse_docs(&mut self, tokens: Range<usize>) {
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
        let word = match (self.view.kind(piece.start)?, self.view.word(piece.start)) {
            (Kind::Word, "pervasive" | "ordered") => self.view.word(piece.start + 1),
            (Kind::Word, word) => word,
            _ => "",
        };
        let kind = match word {
            "record" => self.record(piece),
            "context" => self
                .fields_of(piece, Rule::context_head)
                .map(ItemKind::Context),
            "touchpoint" => self
                .fields_of(piece, Rule::touchpoint_head)
                .map(ItemKind::Touchpoint),
            "event" => self.event(piece).map(ItemKind::Event),
            "journey" => self.journey(piece).map(ItemKind::Journey),
            "classify" => self.classify(piece).map(ItemKind::Classify),
            "decision" => self.decision(piece).map(ItemKind::Decision),
            "table" => self.table(piece).map(ItemKind::Table),
            "score" => self.score(piece).map(ItemKind::Score),
            "action" => self.action(piece, Rule::action_head).map(ItemKind::Action),
            "actions" => self.action(piece, Rule::actions_head).map(ItemKind::Action),
            "next_best_action" => self.choice(piece).map(ItemKind::NextBestAction),
            "policy" => self.policy(piece).map(ItemKind::Policy),
            "experiment" => self.experiment(piece).map(ItemKind::Experiment),
            "customer" => self.customer(piece).map(ItemKind::Customer),
            "test" => self.test(piece).map(ItemKind::Test),
            _ => self.in_one_piece(piece, word),
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

    /// A declaration without entries of its own, or an unknown one.
    fn in_one_piece(&mut self, piece: Piece, word: &str) -> Option<ItemKind> {
        let rule = match word {
            "ruleset" => Rule::ruleset,
            "use" => Rule::use_file,
            "enum" => Rule::enum_decl,
            "let" => Rule::let_value,
            "segment" => Rule::segment,
            "behaviour" => Rule::behaviour,
            "feature" => Rule::feature,
            "reference" => Rule::reference,
            "timezone" => Rule::timezone,
            "week" => Rule::week_starts,
            "issue" => Rule::issue_decl,
            "group" => Rule::group_decl,
            _ => {
                self.unknown(piece, word);
                return None;
            }
        };
        let mut read = self.read(rule, piece.start..piece.end)?;
        let (reader, parts) = (&mut read.reader, &read.parts);
        Some(match word {
            "ruleset" => ItemKind::Ruleset(lower::named(reader, parts)?),
            "use" => ItemKind::Use(lower::use_file(reader, parts)?),
            "enum" => ItemKind::Enum(lower::enum_decl(reader, parts)?),
            "let" => ItemKind::Let(lower::let_value(reader, parts)?),
            "segment" => ItemKind::Segment(lower::segment(reader, parts)?),
            "behaviour" => ItemKind::Behaviour(lower::behaviour(reader, parts)?),
            "feature" => ItemKind::Feature(lower::feature(reader, parts)?),
            "reference" => ItemKind::Reference(lower::reference(reader, parts)?),
            "timezone" => ItemKind::Timezone(lower::timezone(reader, parts)?),
            "issue" => ItemKind::Issue(lower::issue(reader, parts)?),
            "group" => ItemKind::Group(lower::group(reader, parts)?),
            _ => ItemKind::WeekStarts(lower::named(reader, parts)?),
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
        if at < piece.end {
            self.lose_word(at);
        }
    }

    /// Remembers the name of a field, member or label whose entry was reported.
    pub(super) fn lose_word(&mut self, at: usize) {
        if self.view.is_name(at) {
            let text = self.view.word(at).trim_matches('`').into();
            self.lost.push(Name {
                text,
                at: At(self.span(at..at + 1)),
            });
        }
    }

    fn unknown(&mut self, piece: Piece, word: &str) {
        let at = piece.start + usize::from(self.view.word(piece.start) == "pervasive");
        let span = self.span(at..at + 1);
        self.refuse_docs(piece.start..piece.end);
        if self.is_broken(span) || self.view.kind(piece.start) == Some(Kind::Doc) {
            return;
        }
        if matches!(word, "input" | "inputs") {
            // Its fields are those of the context: nothing that they are called is unknown.
            self.lost.push(Name {
                text: "context".into(),
                at: At(span),
            });
        }
        self.report.push(match words::later_declaration(word) {
            Some(feature) => literal::not_yet(feature, span).help("remove it until then"),
            None => explain::unknown_declaration(self.view, at, self.source),
        });
    }
}
