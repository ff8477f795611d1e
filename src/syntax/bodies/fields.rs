//! Fields, read one by one; those of a record type in place too.

use crate::syntax::ast::{At, Expr, Field, TypeExpr, TypeKind};
use crate::syntax::declarations::Parser;
use crate::syntax::entries::{self, Body};
use crate::syntax::lower::{self, Marks};
use crate::syntax::pairs::Rule;
use crate::syntax::scan::Kind;
use crate::syntax::split::Piece;
use std::ops::Range;

impl Parser<'_, '_> {
    pub(super) fn fields(&mut self, body: &Body) -> Vec<Field> {
        // Deeper ones were reported with their brackets.
        if usize::from(body.level) > self.limits.nesting {
            return Vec::new();
        }
        entries::fields(self.view, body)
            .into_iter()
            .filter_map(|piece| {
                let field = self.field(piece, body.level);
                if field.is_none() {
                    self.lose_word(piece.start);
                }
                field
            })
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
        // The field is known whatever is wrong behind it; what stands there may have been meant as another one.
        let tail = self.field_tail(close + 1..piece.end);
        let tail = tail.unwrap_or_else(|| {
            self.lose_word(close + 1);
            Tail {
                optional: self.view.kind(close + 1) == Some(Kind::Question),
                ..Tail::default()
            }
        });
        let end = if self.view.kind(piece.end - 1) == Some(Kind::Comma) {
            piece.end - 1
        } else {
            piece.end
        };
        let type_end = (close + 1 + usize::from(tail.optional)).min(piece.end);
        let ty = TypeExpr {
            kind: TypeKind::Record(inner),
            optional: tail.optional,
            at: At(self.span(open..type_end)),
        };
        Some(Field {
            docs,
            name,
            ty,
            default: tail.default,
            sensitive: tail.marks.sensitive,
            fixed: tail.marks.fixed,
            at: At(self.span(piece.start..end)),
        })
    }

    fn field_tail(&mut self, tokens: Range<usize>) -> Option<Tail> {
        if tokens.is_empty() {
            return Some(Tail::default());
        }
        let mut read = self.read(Rule::field_tail, tokens)?;
        let optional = read.parts.clone().any(|p| p.as_rule() == Rule::question);
        let default = lower::default(&mut read.reader, &read.parts)?;
        let marks = lower::marks(&mut read.reader, &read.parts);
        Some(Tail {
            optional,
            default,
            marks,
        })
    }
}

/// What stands behind a record type in place.
#[derive(Default)]
struct Tail {
    optional: bool,
    default: Option<Expr>,
    marks: Marks,
}
