//! What to do about a value of a wrong type: help and, where there is only one way, a replacement.
//!
//! In: a diagnostic, the expression it is about, and the type that was needed. Out: the diagnostic with its help.
//! Nothing here decides whether something is wrong.

use super::expr::a_type;
use super::lower::Lowering;
use super::{Bounds, CompareOp, ExprId, Ty};
use crate::diagnostic::{Diagnostic, all_nearest};
use crate::source::Span;
use crate::syntax::ast;

impl Lowering<'_> {
    /// How a value of a wrong type becomes one of the type its place takes.
    pub(super) fn way_to(&self, error: Diagnostic, id: ExprId, wanted: &Ty) -> Diagnostic {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span);
        if let Some(written) = self.as_literal(id, wanted) {
            return error
                .help(format!("write `{written}`"))
                .suggest(span, written);
        }
        if let Some(way) = self.conversion(id, wanted) {
            return way.told(error, span);
        }
        let name = self.type_name(wanted);
        match (self.expr(id).ty.present(), wanted) {
            (Ty::Decimal, Ty::Int) => error
                .help("a decimal does not become an int by itself: declare the place `decimal`"),
            (Ty::Text, Ty::Enum(_)) if text.starts_with('"') => self.members_instead(error, wanted),
            (_, Ty::Enum(_)) => error.help(format!(
                "only a member of `{name}` or another `{name}` stands here"
            )),
            (found, Ty::Bool) => error.help(self.question(found, text)),
            (found, Ty::List(item)) if found == &**item => error
                .help(format!("a list is written in brackets: `[{text}]`"))
                .suggest(span, format!("[{text}]")),
            (Ty::List(_), Ty::List(item)) => error.help(format!(
                "declare the list `list<{}>` where it comes from",
                self.type_name(item)
            )),
            (Ty::List(item), wanted) if &**item == wanted => {
                error.help("a list of them stands here: write one without `[ ]`")
            }
            (found, _) => error.help(format!(
                "write {}, or change what is declared here to `{}`",
                a_type(&name),
                self.type_name(found)
            )),
        }
    }

    fn members_instead(&self, error: Diagnostic, wanted: &Ty) -> Diagnostic {
        let Ty::Enum(id) = wanted else { return error };
        let members = self.enums.get(id.index()).map(|e| &e.members[..]);
        let some = members.unwrap_or_default().iter().take(3);
        let some: Vec<String> = some.map(|m| format!("`{m}`")).collect();
        error.help(format!(
            "a member of `{}` is a bare word, without quotes: {}",
            self.type_name(wanted),
            some.join(", ")
        ))
    }

    /// A condition over something that is none.
    fn question(&self, found: &Ty, text: &str) -> String {
        match found {
            Ty::Int | Ty::Decimal => format!("ask something about it, for example `{text} > 0`"),
            Ty::Text if text.starts_with('"') => format!(
                "a text alone asks nothing: write both questions, for example `name contains … or name contains {text}`"
            ),
            Ty::Text => format!("ask something about it, for example `{text} == \"…\"`"),
            Ty::Enum(id) => {
                let members = self.enums.get(id.index()).map(|e| &e.members[..]);
                let member = members.and_then(<[String]>::first).map_or("…", |m| m);
                format!("ask something about it, for example `{text} == {member}`")
            }
            Ty::List(_) => format!("ask something about it, for example `… in {text}`"),
            _ => "write a condition: something that is true or false".to_owned(),
        }
    }

    /// What to do where a number is needed for arithmetic.
    pub(super) fn way_to_number(
        &self,
        error: Diagnostic,
        id: ExprId,
        in_range: bool,
    ) -> Diagnostic {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span);
        match self.expr(id).ty.present() {
            Ty::Text => match self.as_literal(id, &Ty::Decimal) {
                Some(number) => error
                    .help(format!("write the number without quotes: `{number}`"))
                    .suggest(span, number),
                None if in_range => error.help("compare texts with `>=` and `<`"),
                None => error.help("texts are put together inside one string: `\"{first} {second}\"`"),
            },
            Ty::Bool if !in_range => error
                .help(format!("make a number of it: `(1 if {text} otherwise 0)`"))
                .suggest(span, format!("(1 if {text} otherwise 0)")),
            Ty::Record(_) => error.help("write one of its fields that is a number"),
            Ty::Never => error.help("write a number, or leave this operand out"),
            Ty::Enum(_) if in_range => {
                error.help("declare it as `ordered enum`, or list the members: `x in [a, b]`")
            }
            _ if in_range => error.help("write a number, or ask with `==` or `is`"),
            Ty::Time => error.help("move an instant and take its time: `time of (now + 30 minutes)`"),
            Ty::Geo => error.help("how far two places lie apart: `distance between a and b`"),
            Ty::List(_) => error.help(format!(
                "calculate with what its items add up to: `sum of (x for x in {text})`, or `count of {text}`"
            )),
            found => error.help(format!(
                "calculate with an `int` or a `decimal` instead of {}",
                a_type(&self.type_name(found))
            )),
        }
    }

    /// What to do about two types that are never equal.
    pub(super) fn way_to_compare(
        &self,
        error: Diagnostic,
        op: CompareOp,
        (left, right): (ExprId, ExprId),
        at: Span,
    ) -> Diagnostic {
        let ty = |id| self.expr(id).ty.present().clone();
        let text = |id| self.sources.snippet(self.expr(id).span);
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        for (id, other) in [(right, left), (left, right)] {
            if let Some(written) = self.as_literal(id, &ty(other)) {
                return error
                    .help(format!("write `{written}`"))
                    .suggest(self.expr(id).span, written);
            }
            match (ty(id), ty(other)) {
                (Ty::Text, wanted @ Ty::Enum(_)) => return self.members_instead(error, &wanted),
                (Ty::List(item), found) if *item == found && equality => {
                    let word = if op == CompareOp::Eq { "in" } else { "not in" };
                    let repair = format!("{} {word} {}", text(other), text(id));
                    return error
                        .help(format!(
                            "to ask whether a list holds something, write `{repair}`"
                        ))
                        .suggest(at, repair);
                }
                (Ty::Int | Ty::Decimal, Ty::Bool) => {
                    return error.help(format!(
                        "`{0}` is true or false: write `{0}` or `not {0}`",
                        text(other)
                    ));
                }
                _ => {}
            }
        }
        let ways = [(right, left), (left, right)].map(|(id, other)| {
            let wanted = ty(other);
            // Nothing is compared as the text that tells it.
            let way = self
                .conversion(id, &wanted)
                .filter(|_| wanted != Ty::Text)?;
            Some((way, self.expr(id).span))
        });
        let mut ways: Vec<_> = ways.into_iter().flatten().collect();
        ways.sort_by_key(|(way, _)| way.replacement.is_none());
        match ways.into_iter().next() {
            Some((way, span)) => way.told(error, span),
            None => error.help("compare values of one type"),
        }
    }

    /// The nearest of the names that would have been possible; several where they are as near. Beyond the limit of diagnostics nobody reads it, so
    /// nothing is searched for.
    pub(super) fn near<'n>(
        &self,
        word: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Vec<&'n str> {
        if self.is_crowded() {
            return Vec::new();
        }
        all_nearest(word, names.into_iter().inspect(|_| self.look(1)))
    }

    /// A place without the blanks around its text.
    pub(super) fn trimmed(&self, span: Span) -> Span {
        let text = self.sources.snippet(span);
        let start = span.start + self.count(text.len() - text.trim_start().len());
        let end = span.end - self.count(text.len() - text.trim_end().len());
        Span::new(span.source, start.min(end), end)
    }
}

/// "did you mean `a` or `b`?"; a single candidate is a replacement.
pub(super) fn meant(error: Diagnostic, at: Span, candidates: &[&str]) -> Diagnostic {
    let error = error.help(format!("did you mean {}?", one_of(candidates)));
    match candidates {
        [one] => error.suggest(at, *one),
        _ => error,
    }
}

/// "`a`, `b` or `c`"
pub(super) fn one_of<T: AsRef<str>>(words: &[T]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("`{}`", w.as_ref())).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            let rest: Vec<&str> = rest.iter().take(5).map(|w| &**w).collect();
            format!("{} or {last}", rest.join(", "))
        }
        _ => quoted.concat(),
    }
}

/// So many of several words are listed.
pub(super) const MOST_SHOWN: usize = 12;

/// "`a`, `b`, `c`", not too many.
pub(super) fn listed<T: AsRef<str>>(words: &[T]) -> String {
    let shown = words.iter().take(MOST_SHOWN);
    let shown: Vec<String> = shown.map(|w| format!("`{}`", w.as_ref())).collect();
    let more = if words.len() > MOST_SHOWN {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", shown.join(", "))
}

/// The last character of a type's text.
pub(super) fn question_mark(at: Span) -> Span {
    Span::new(at.source, at.end.saturating_sub(1).max(at.start), at.end)
}

/// `0..=5`
pub(super) fn range_text(bounds: Bounds) -> String {
    let dots = if bounds.open { ".." } else { "..=" };
    format!(
        "{}{dots}{}",
        bounds.low.normalize(),
        bounds.high.normalize()
    )
}

/// A range with the blanks between it and its type.
pub(super) fn behind(name: &ast::Name, range: &ast::Expr) -> Span {
    Span::new(range.at.0.source, name.at.0.end, range.at.0.end)
}
