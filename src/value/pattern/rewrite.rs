//! From the author's pattern to the one that is compiled: ASCII classes spelled out, case spelled out.
//!
//! In: the text and its tree. Out: the text with some places replaced, or the first place that is not in
//! the language. The walk is the tree's own, which does not recurse.

use super::PatternError;
use regex_syntax::ast::{
    self, AssertionKind, Ast, ClassAscii, ClassAsciiKind, ClassPerl, ClassPerlKind, ClassSetItem,
    GroupKind, Literal, Span, Visitor,
};
use std::ops::Range;

/// The pattern to be compiled.
pub(super) fn rewrite(text: &str, tree: &Ast, ignoring_case: bool) -> Result<String, PatternError> {
    let walk = Rewrite {
        text,
        ignoring_case,
        out: String::with_capacity(text.len()),
        copied: 0,
    };
    ast::visit(tree, walk)
}

/// The text so far; `copied` of the author's bytes are in it.
struct Rewrite<'t> {
    text: &'t str,
    ignoring_case: bool,
    out: String,
    copied: usize,
}

/// The bytes of a part of the pattern.
pub(super) fn range(span: &Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

impl Rewrite<'_> {
    /// Puts something else in the place of a part; parts come in the order of the text.
    fn replace(&mut self, span: &Span, by: &str) {
        let Range { start, end } = range(span);
        self.out
            .push_str(self.text.get(self.copied..start).unwrap_or_default());
        self.out.push_str(by);
        self.copied = end;
    }

    fn perl(&mut self, class: &ClassPerl) {
        let items = match class.kind {
            ClassPerlKind::Digit => "0-9",
            ClassPerlKind::Space => r"\t-\r ",
            ClassPerlKind::Word => "0-9A-Z_a-z",
        };
        let not = if class.negated { "^" } else { "" };
        self.replace(&class.span, &format!("[{not}{items}]"));
    }

    /// A letter in both cases.
    fn literal(&mut self, literal: &Literal) {
        let letter = literal.c;
        if self.ignoring_case && letter.is_ascii_alphabetic() {
            let (lower, upper) = (letter.to_ascii_lowercase(), letter.to_ascii_uppercase());
            self.replace(&literal.span, &format!("[{lower}{upper}]"));
        }
    }

    /// A range with the letters in it in both cases.
    fn range(&mut self, span: &Span, first: char, last: char) {
        let lower = (first.max('a'), last.min('z'));
        let upper = (first.max('A'), last.min('Z'));
        let has_letters = lower.0 <= lower.1 || upper.0 <= upper.1;
        if !self.ignoring_case || !has_letters {
            return;
        }
        let mut items = spelled(first, last);
        if lower.0 <= lower.1 {
            let (from, to) = (lower.0.to_ascii_uppercase(), lower.1.to_ascii_uppercase());
            items += &spelled(from, to);
        }
        if upper.0 <= upper.1 {
            let (from, to) = (upper.0.to_ascii_lowercase(), upper.1.to_ascii_lowercase());
            items += &spelled(from, to);
        }
        self.replace(span, &format!("[{items}]"));
    }

    fn ascii(&mut self, class: &ClassAscii) {
        let cased = matches!(class.kind, ClassAsciiKind::Lower | ClassAsciiKind::Upper);
        if self.ignoring_case && cased {
            let by = if class.negated {
                "[:^alpha:]"
            } else {
                "[:alpha:]"
            };
            self.replace(&class.span, by);
        }
    }
}

/// A range by the numbers of its characters, so that none of them means anything else.
fn spelled(first: char, last: char) -> String {
    format!(r"\x{{{:x}}}-\x{{{:x}}}", u32::from(first), u32::from(last))
}

fn no_unicode_class(span: &Span) -> PatternError {
    PatternError {
        at: range(span),
        message: r"patterns have no `\p`: their classes are ASCII only".to_owned(),
        help: "list the characters, as in `[a-zäöü]`".to_owned(),
    }
}

/// What is said of `(?i)` and the like.
pub(super) fn no_flags(at: Range<usize>) -> PatternError {
    PatternError {
        at,
        message: "patterns have no flags".to_owned(),
        help: "leave the `(?…)` out; to ignore case, say `ignoring case` behind the pattern"
            .to_owned(),
    }
}

impl Visitor for Rewrite<'_> {
    type Output = String;
    type Err = PatternError;

    fn finish(mut self) -> Result<String, PatternError> {
        self.out
            .push_str(self.text.get(self.copied..).unwrap_or_default());
        Ok(self.out)
    }

    fn visit_pre(&mut self, part: &Ast) -> Result<(), PatternError> {
        match part {
            Ast::Flags(flags) => return Err(no_flags(range(&flags.span))),
            Ast::ClassUnicode(class) => return Err(no_unicode_class(&class.span)),
            Ast::Group(group) => {
                if let GroupKind::NonCapturing(flags) = &group.kind
                    && !flags.items.is_empty()
                {
                    return Err(no_flags(range(&flags.span)));
                }
            }
            Ast::ClassPerl(class) => self.perl(class),
            Ast::Literal(literal) => self.literal(literal),
            Ast::Assertion(assertion) => match assertion.kind {
                AssertionKind::StartLine
                | AssertionKind::EndLine
                | AssertionKind::StartText
                | AssertionKind::EndText => {}
                // All others are boundaries of words.
                _ => {
                    let written = self.text.get(range(&assertion.span)).unwrap_or_default();
                    let ascii = format!("(?-u:{written})");
                    self.replace(&assertion.span, &ascii);
                }
            },
            Ast::Empty(_)
            | Ast::Dot(_)
            | Ast::ClassBracketed(_)
            | Ast::Repetition(_)
            | Ast::Alternation(_)
            | Ast::Concat(_) => {}
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), PatternError> {
        match item {
            ClassSetItem::Unicode(class) => return Err(no_unicode_class(&class.span)),
            ClassSetItem::Perl(class) => self.perl(class),
            ClassSetItem::Literal(literal) => self.literal(literal),
            ClassSetItem::Range(run) => self.range(&run.span, run.start.c, run.end.c),
            ClassSetItem::Ascii(class) => self.ascii(class),
            ClassSetItem::Empty(_) | ClassSetItem::Bracketed(_) | ClassSetItem::Union(_) => {}
        }
        Ok(())
    }
}
