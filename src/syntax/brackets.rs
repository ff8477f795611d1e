//! Brackets: gives each token its level, holds the nesting limit, and says which bracket lacks its partner.
//!
//! A text whose brackets match is done in one pass. Otherwise a second pass looks for the places where an author must
//! have meant the brackets to be closed (a declaration at the start of a line, a rule or row inside a parenthesis), so
//! that one forgotten bracket costs one entry and not the rest of the file.

use super::report::Report;
use super::scan::{Kind, Scan, Token};
use super::split::begins_for_sure;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, Span};

/// Sets the levels of all tokens and reports what does not match. Offsets of unmatched brackets go to `broken`.
pub(super) fn match_brackets(
    source: SourceId,
    text: &str,
    scan: &mut Scan,
    nesting: usize,
    report: &mut Report,
) {
    let mut quiet = Report::new(1);
    let mut broken = Vec::new();
    let balanced = {
        let mut pass = Pass::new(source, text, nesting, &mut quiet, &mut broken);
        pass.run(&mut scan.tokens, false)
    };
    if !balanced {
        broken.clear();
        Pass::new(source, text, nesting, report, &mut broken).run(&mut scan.tokens, true);
    }
    scan.broken.append(&mut broken);
    scan.broken.sort_unstable();
}

/// How many open brackets a closing one may pass by to find its partner.
const MOST_SKIPPED: usize = 256;

/// A bracket that waits for its partner.
struct Opened {
    sign: u8,
    span: Span,
    /// How deep it lies, `list<` counted.
    depth: usize,
}

struct Pass<'a> {
    source: SourceId,
    text: &'a str,
    nesting: usize,
    report: &'a mut Report,
    broken: &'a mut Vec<u32>,
    open: Vec<Opened>,
    /// Depth of the next bracket.
    depth: usize,
    told_depth: bool,
    clean: bool,
}

impl<'a> Pass<'a> {
    fn new(
        source: SourceId,
        text: &'a str,
        nesting: usize,
        report: &'a mut Report,
        broken: &'a mut Vec<u32>,
    ) -> Self {
        let open = Vec::new();
        Pass {
            source,
            text,
            nesting,
            report,
            broken,
            open,
            depth: 0,
            told_depth: false,
            clean: true,
        }
    }

    /// One pass over the tokens; whether nothing was wrong. Without `recover` it ends at the first mistake.
    fn run(&mut self, tokens: &mut [Token], recover: bool) -> bool {
        for i in 0..tokens.len() {
            crate::work::steps(1);
            if recover {
                self.recover(tokens, i);
            }
            let Some(token) = tokens.get(i).copied() else {
                break;
            };
            match token.kind {
                Kind::Close => self.close(token),
                _ => self.depth_of_lists(tokens, i, token),
            }
            if let Some(t) = tokens.get_mut(i) {
                t.level = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
            }
            if token.kind == Kind::Open {
                self.open(token);
            }
            if !self.clean && !recover {
                return false;
            }
        }
        if !self.open.is_empty() {
            self.unclosed(0, None);
        }
        self.clean
    }

    fn byte(&self, token: Token) -> u8 {
        self.text
            .as_bytes()
            .get(token.start as usize)
            .copied()
            .unwrap_or(0)
    }

    fn span(&self, token: Token) -> Span {
        Span::new(self.source, token.start, token.end)
    }

    fn open(&mut self, token: Token) {
        self.open.push(Opened {
            sign: self.byte(token),
            span: self.span(token),
            depth: self.depth,
        });
        self.depth += 1;
        self.check_depth(token);
    }

    /// `list<list<…` nests without brackets.
    fn depth_of_lists(&mut self, tokens: &[Token], i: usize, token: Token) {
        let before = i.checked_sub(1).and_then(|j| tokens.get(j)).copied();
        let is_list = |t: Token| self.text.get(t.start as usize..t.end as usize) == Some("list");
        let base = self.open.last().map_or(0, |o| o.depth + 1);
        match token.kind {
            Kind::Sign if self.byte(token) == b'<' && before.is_some_and(is_list) => {
                self.depth += 1;
                self.check_depth(token);
            }
            Kind::Open => {}
            Kind::Word if is_list(token) => {}
            _ => self.depth = base,
        }
    }

    fn check_depth(&mut self, token: Token) {
        if self.depth <= self.nesting || self.told_depth {
            return;
        }
        self.told_depth = true;
        self.clean = false;
        self.broken.push(token.start);
        self.report.push(
            Diagnostic::error(
                Code::TooDeep,
                self.span(token),
                format!(
                    "brackets lie inside one another more than {} deep",
                    self.nesting
                ),
            )
            .label("this one is too many")
            .help("give a part of it a name with `let` or `segment`, and use the name"),
        );
    }

    fn close(&mut self, token: Token) {
        let sign = match self.byte(token) {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        // Looked for among the innermost only, so that a heap of wrong brackets stays linear.
        let from = self.open.len().saturating_sub(MOST_SKIPPED);
        let partner = self
            .open
            .iter()
            .skip(from)
            .rposition(|o| o.sign == sign)
            .map(|i| i + from);
        match partner {
            Some(i) => {
                if i + 1 < self.open.len() {
                    self.unclosed(i + 1, Some(token));
                }
                if let Some(opened) = self.open.pop() {
                    self.depth = opened.depth;
                }
            }
            None => self.stray(token),
        }
        if self.open.is_empty() {
            self.told_depth = false;
        }
    }

    fn stray(&mut self, token: Token) {
        self.clean = false;
        self.broken.push(token.start);
        let sign = char::from(self.byte(token));
        let span = self.span(token);
        let error = Diagnostic::error(Code::Unbalanced, span, format!("`{sign}` closes nothing"))
            .help(format!("remove this `{sign}`, or open it before"));
        self.report.push(match self.open.last() {
            Some(o) => error
                .label("another bracket is open here")
                .also(o.span, "this one"),
            None => error.label("no bracket is open here"),
        });
    }

    /// Gives up on the brackets from `keep` on: they are closed where `at` stands, or at the end of the text.
    fn unclosed(&mut self, keep: usize, at: Option<Token>) {
        self.clean = false;
        for opened in self.open.iter().skip(keep) {
            self.broken.push(opened.span.start);
        }
        if let Some(last) = self.open.last() {
            let sign = char::from(last.sign);
            let partner = match last.sign {
                b'(' => ')',
                b'[' => ']',
                _ => '}',
            };
            let mut error = Diagnostic::error(
                Code::Unbalanced,
                last.span,
                format!("`{sign}` is never closed"),
            )
            .label(format!("its `{partner}` is missing"))
            .help(format!("write `{partner}` where it ends"));
            if let Some(token) = at {
                error = error.also(self.span(token), "it should be closed before this");
            }
            self.report.push(error);
        }
        if let Some(first) = self.open.get(keep) {
            self.depth = first.depth;
        }
        self.open.truncate(keep);
    }

    /// Closes brackets that the author must have meant to be closed before this token.
    fn recover(&mut self, tokens: &[Token], i: usize) {
        let Some(token) = tokens.get(i).copied() else {
            return;
        };
        if self.open.is_empty() || !token.first {
            return;
        }
        if begins_for_sure(self.text, tokens, i) {
            self.unclosed(0, Some(token));
            self.told_depth = false;
            return;
        }
        let word = |n: usize| {
            let t = tokens.get(i + n)?;
            self.text.get(t.start as usize..t.end as usize)
        };
        let clause = match (word(0), word(1), word(2)) {
            (_, Some(":"), Some("when" | "otherwise" | "always" | "valid")) => true,
            (Some("valid"), Some("from" | "until"), _) => true,
            (Some("when"), Some(next), _) => next != ":",
            (Some("otherwise" | "always"), Some("=>"), _) => true,
            (Some("|"), _, _) => true,
            _ => false,
        };
        if clause && self.open.len() > 1 {
            self.unclosed(1, Some(token));
        }
    }
}
