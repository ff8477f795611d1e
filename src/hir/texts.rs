//! Checking of what is about texts: questions, patterns, lengths, values inside strings.

use super::expr::a_type;
use super::lower::Lowering;
use super::{ExprId, ExprKind, Func, PatternId, PatternText, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, TextOp};
use crate::value::Value;
use crate::value::pattern::Pattern;

impl Lowering<'_> {
    /// `a contains b`, `a matches "…"`, `a == b ignoring case`
    pub(super) fn text_test(
        &mut self,
        op: TextOp,
        ignoring: bool,
        (text, what): (&ast::Expr, &ast::Expr),
        at: Span,
    ) -> ExprId {
        let left = self.infer(text);
        if op == TextOp::Contains && matches!(self.expr(left).ty.present(), Ty::List(_)) {
            return self.list_contains(left, ignoring, what, at);
        }
        if matches!(op, TextOp::Matches | TextOp::ContainsMatch) {
            let fine = self.is_of(left, &Ty::Text);
            let Some(pattern) = self.pattern(what, op == TextOp::Matches, ignoring) else {
                return self.broken(at);
            };
            if !fine {
                return self.broken(at);
            }
            return self.push(
                ExprKind::Call(Func::Matches(pattern), vec![left]),
                Ty::Bool,
                at,
            );
        }
        let right = self.infer(what);
        let fine = [left, right].map(|id| self.is_of(id, &Ty::Text));
        if fine != [true, true] {
            return self.broken(at);
        }
        self.push(
            ExprKind::Call(Func::Text(op, ignoring), vec![left, right]),
            Ty::Bool,
            at,
        )
    }

    /// `list contains item`
    fn list_contains(
        &mut self,
        list: ExprId,
        ignoring: bool,
        item: &ast::Expr,
        at: Span,
    ) -> ExprId {
        if ignoring {
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    at,
                    "`ignoring case` is for texts, and this looks into a list",
                )
                .label("a list")
                .help("ask each item: `any x in list has (x == \"…\" ignoring case)`"),
            );
            return self.broken(at);
        }
        let ty = match self.expr(list).ty.present() {
            Ty::List(item) => (**item).clone(),
            _ => Ty::Error,
        };
        let value = self.lower_towards(item, &ty);
        self.in_list_ids(value, list, at)
    }

    /// The pattern that a literal is.
    fn pattern(&mut self, written: &ast::Expr, full: bool, ignoring: bool) -> Option<PatternId> {
        let at = written.at.0;
        let ast::ExprKind::Text(text) = &written.kind else {
            if matches!(written.kind, ast::ExprKind::Interpolated(_)) {
                self.report_braces(at);
                return None;
            }
            self.report(
                Diagnostic::error(Code::BadPattern, at, "a pattern is written out as a string")
                    .label("a string in quotes goes here")
                    .help("to compare with another text use `==`, `contains`, `starts with` or `ends with`"),
            );
            return None;
        };
        if let Err(error) = Pattern::new(text, full, ignoring) {
            let label = match text.get(error.at.clone()) {
                Some(part) if !part.is_empty() => format!("because of `{part}`"),
                _ => "not a pattern".to_owned(),
            };
            let place = self.within(at, text, &error.at);
            let message = format!("this pattern can't be used: {}", error.message);
            self.report(
                Diagnostic::error(Code::BadPattern, place.unwrap_or(at), message)
                    .label(if place.is_some() {
                        "because of this".to_owned()
                    } else {
                        label
                    })
                    .help(error.help),
            );
            return None;
        }
        let pattern = PatternText {
            text: text.to_string(),
            full,
            ignoring_case: ignoring,
        };
        let known = self.patterns.iter().position(|p| *p == pattern);
        let place = known.unwrap_or_else(|| {
            self.patterns.push(pattern);
            self.patterns.len() - 1
        });
        Some(PatternId(self.count(place)))
    }

    /// Answers a pattern with single braces, which begin a value in any string.
    fn report_braces(&mut self, at: Span) {
        let text = self.sources.snippet(at);
        let doubled = text.replace('{', "{{").replace('}', "}}");
        self.report(
            Diagnostic::error(
                Code::BadPattern,
                at,
                "a brace in a pattern is written twice",
            )
            .label("no values stand in a pattern")
            .help(format!("write `{doubled}`"))
            .suggest(at, doubled),
        );
    }

    /// The place of a part of a string, where the string is written without escapes.
    fn within(&self, at: Span, text: &str, part: &std::ops::Range<usize>) -> Option<Span> {
        let written = self
            .sources
            .snippet(at)
            .strip_prefix('"')?
            .strip_suffix('"')?;
        if written != text || part.is_empty() {
            return None;
        }
        let start = at.start + 1;
        let (from, to) = (self.count(part.start), self.count(part.end));
        Some(Span::new(at.source, start + from, start + to))
    }

    /// `length of s`
    pub(super) fn length(&mut self, id: ExprId, at: Span) -> ExprId {
        if let Ty::List(_) = self.expr(id).ty {
            let text = self.sources.snippet(self.expr(id).span).to_owned();
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    at,
                    "`length of` is for texts, and this is a list",
                )
                .label("a string is needed here")
                .help(format!("write `count of {text}`"))
                .suggest(at, format!("count of {text}")),
            );
            return self.broken(at);
        }
        if !self.is_of(id, &Ty::Text) {
            return self.broken(at);
        }
        self.push(ExprKind::Call(Func::Length, vec![id]), Ty::Int, at)
    }

    /// `"a {b} c"`
    pub(super) fn interpolated(&mut self, pieces: &[ast::Piece], at: Span) -> ExprId {
        let mut parts = Vec::new();
        let mut fine = true;
        for piece in pieces {
            let id = match piece {
                ast::Piece::Text(text) => {
                    let value = Value::Text((&**text).into());
                    self.push(ExprKind::Const(value), Ty::Text, at)
                }
                ast::Piece::Value(value) => self.shown(value),
            };
            fine &= self.expr(id).ty != Ty::Error;
            parts.push(id);
        }
        if !fine {
            return self.broken(at);
        }
        self.push(ExprKind::Call(Func::Join, parts), Ty::Text, at)
    }

    /// A value as it is told in a text.
    fn shown(&mut self, value: &ast::Expr) -> ExprId {
        let id = self.infer(value);
        let (ty, at) = (self.expr(id).ty.clone(), self.expr(id).span);
        match &ty {
            Ty::Text | Ty::Error => id,
            Ty::Optional(inner) => {
                let wanted = self.type_name(inner);
                let error = self.may_be_missing(id, &wanted);
                self.report(error);
                self.broken(at)
            }
            Ty::List(_) | Ty::Record(_) | Ty::Never => {
                let found = a_type(&self.type_name(&ty));
                self.report(
                    Diagnostic::error(Code::TypeMismatch, at, format!("a text can't tell {found}"))
                        .label("a single value is needed here")
                        .help(match ty {
                            Ty::Record(_) => "tell one of its fields",
                            _ => "tell a number, a text, a date or another single value",
                        }),
                );
                self.broken(at)
            }
            ty => self.push(
                ExprKind::Call(Func::Show(ty.clone()), vec![id]),
                Ty::Text,
                at,
            ),
        }
    }
}
