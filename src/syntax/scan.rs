//! The lexical pre-scan: text in; tokens, comments and the mistakes of single characters out.
//!
//! One linear pass that knows strings, comments, numbers and words, and nothing else. Its tokens are cheap (16 bytes,
//! no text) and only serve to cut the file into entries and to describe mistakes; what an entry says is read from the
//! text by pest. `brackets` then gives each token its level.
//!
//! Invariants: tokens are in order and do not overlap; no token spans lines; [`Scan::broken`] holds, in order, the
//! offsets at which a mistake was reported that would also keep pest from reading on. An entry with one is left out.

use super::ast::Comment;
use super::report::Report;
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::Limits;
use crate::source::{SourceId, Span};
use crate::work::steps;

/// What a token is, as far as cutting needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, reserved or not.
    Word,
    /// A word in backquotes.
    Quoted,
    /// A number, date or time, well-formed or not.
    Number,
    /// A string.
    Text,
    /// A `///` line.
    Doc,
    /// `(`, `[` or `{`
    Open,
    /// `)`, `]` or `}`
    Close,
    /// `|`
    Bar,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `.`
    Dot,
    /// `=>` or `->`
    Arrow,
    /// `=` or `:=`
    Assign,
    /// `?`
    Question,
    /// Any other sign.
    Sign,
}

/// A token of the pre-scan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Offset of its first byte.
    pub start: u32,
    /// Offset behind its last byte.
    pub end: u32,
    /// How many brackets are open around it; a bracket has the level outside it.
    pub level: u16,
    /// What it is.
    pub kind: Kind,
    /// Nothing but blanks stands before it on its line.
    pub first: bool,
}

/// What the scan found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// All tokens, in order.
    pub tokens: Vec<Token>,
    /// All `//` comments, in order.
    pub comments: Vec<Comment>,
    /// Offsets of reported mistakes, in order.
    pub broken: Vec<u32>,
}

/// Scans a text whose length fits 32 bits.
pub(super) fn scan(source: SourceId, text: &str, limits: &Limits, report: &mut Report) -> Scan {
    let mut scanner = Scanner {
        source,
        text,
        bytes: text.as_bytes(),
        at: 0,
        first: true,
        name_bytes: limits.name_bytes,
        out: Scan::default(),
        report,
    };
    if text.starts_with('\u{feff}') {
        scanner.at = 3;
    }
    while scanner.at < scanner.bytes.len() {
        let before = scanner.at;
        scanner.step();
        steps(scanner.at - before);
    }
    scanner.out
}

struct Scanner<'a> {
    source: SourceId,
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    first: bool,
    name_bytes: usize,
    out: Scan,
    report: &'a mut Report,
}

/// Offsets fit because the length of the text was checked before the scan.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Scanner<'_> {
    /// The byte some places ahead; 0 at the end.
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, offset(start), offset(end))
    }

    fn push(&mut self, kind: Kind, length: usize) {
        self.out.tokens.push(Token {
            start: offset(self.at),
            end: offset(self.at + length),
            level: 0,
            kind,
            first: std::mem::replace(&mut self.first, false),
        });
        self.at += length;
    }

    fn step(&mut self) {
        match self.peek(0) {
            b'\n' => {
                self.first = true;
                self.at += 1;
            }
            b' ' | b'\t' | b'\r' => self.at += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let length = self.rest().iter().take_while(|b| is_letter(**b)).count();
                self.word(Kind::Word, length);
            }
            b'0'..=b'9' => {
                let length = number_length(self.rest());
                self.push(Kind::Number, length);
            }
            b'"' => self.string(),
            b'\'' => self.single_quotes(),
            b'`' => self.backquotes(),
            b'/' if self.peek(1) == b'/' => self.comment(),
            _ => self.sign(),
        }
    }

    /// A name, unless it is too long: what is made of names (paths, messages) is bounded by that.
    fn word(&mut self, kind: Kind, length: usize) {
        if length <= self.name_bytes {
            return self.push(kind, length);
        }
        let most = self.name_bytes;
        let span = self.span(self.at, self.at + length);
        self.report.push(
            Diagnostic::error(
                Code::TooLarge,
                span,
                format!("this name has more than {most} letters"),
            )
            .label("a shorter name goes here")
            .help("choose a shorter name, or raise the limit `name_bytes`"),
        );
        self.fail(kind, length);
    }

    fn sign(&mut self) {
        let (kind, length) = match (self.peek(0), self.peek(1), self.peek(2)) {
            (b'(' | b'[' | b'{', _, _) => (Kind::Open, 1),
            (b')' | b']' | b'}', _, _) => (Kind::Close, 1),
            (b',', _, _) => (Kind::Comma, 1),
            (b'|', b'|', _) => (Kind::Sign, 2),
            (b'|', _, _) => (Kind::Bar, 1),
            (b':', b'=', _) => (Kind::Assign, 2),
            (b':', _, _) => (Kind::Colon, 1),
            (b'=', b'>', _) | (b'-', b'>', _) => (Kind::Arrow, 2),
            (b'=', b'=', b'=') | (b'!', b'=', b'=') | (b'.', b'.', b'=') => (Kind::Sign, 3),
            (b'=', b'=' | b'<', _)
            | (b'!' | b'<' | b'>', b'=', _)
            | (b'<', b'>', _)
            | (b'.', b'.', _)
            | (b'&', b'&', _) => (Kind::Sign, 2),
            (b'=', _, _) => (Kind::Assign, 1),
            (b'?', _, _) => (Kind::Question, 1),
            (b'.', _, _) => (Kind::Dot, 1),
            (b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'!' | b'&' | b'%', _, _)
                if !self.rest().starts_with(b"/*") =>
            {
                (Kind::Sign, 1)
            }
            _ => return self.bad(),
        };
        self.push(kind, length);
    }

    /// The offset of the end of the line, blanks before it cut.
    fn line_end(&self) -> usize {
        let line = self.rest().iter().take_while(|b| **b != b'\n').count();
        let rest = self.rest().get(..line).unwrap_or(&[]);
        self.at + rest.trim_ascii_end().len()
    }

    fn comment(&mut self) {
        let end = self.line_end();
        let is_doc = self.peek(2) == b'/' && self.peek(3) != b'/';
        if is_doc && self.first {
            return self.push(Kind::Doc, end - self.at);
        }
        let span = self.span(self.at, end);
        if is_doc {
            let slashes = self.span(self.at, self.at + 3);
            self.report.push(
                Diagnostic::error(Code::Unexpected, slashes, "a `///` comment stands behind other text")
                    .label("this describes nothing")
                    .help("write it on a line of its own before what it describes, or make it a plain `//` comment")
                    .suggest(slashes, "//"),
            );
        }
        self.out.comments.push(Comment {
            text: self.text.get(self.at..end).unwrap_or("").into(),
            span,
            own_line: self.first,
        });
        self.at = end;
    }

    fn string(&mut self) {
        let mut length = 1;
        loop {
            match self.peek(length) {
                b'"' => return self.push(Kind::Text, length + 1),
                b'\\'
                    if self.peek(length + 1) != b'\n'
                        && self.at + length + 1 < self.bytes.len() =>
                {
                    length += 2
                }
                b'\n' => break,
                0 if self.at + length >= self.bytes.len() => break,
                _ => length += 1,
            }
        }
        let end = self.line_end().max(self.at + 1);
        self.report.push(
            Diagnostic::error(Code::UnclosedString, self.span(self.at, end), "this string has no closing quote")
                .label("a `\"` is missing on this line")
                .help("a string ends on the line on which it begins; write `\\n` for a line break inside it"),
        );
        self.fail(Kind::Text, end - self.at);
    }

    fn single_quotes(&mut self) {
        let close = self
            .rest()
            .iter()
            .skip(1)
            .position(|b| *b == b'\'' || *b == b'\n')
            .filter(|n| self.peek(n + 1) == b'\'');
        let Some(inner) = close else {
            let span = self.span(self.at, self.at + 1);
            self.report.push(
                Diagnostic::error(
                    Code::SingleQuotes,
                    span,
                    "a single quote begins nothing here",
                )
                .label("strings stand in double quotes")
                .help("write the string as `\"…\"`"),
            );
            return self.fail(Kind::Sign, 1);
        };
        let text = self
            .text
            .get(self.at + 1..self.at + 1 + inner)
            .unwrap_or("");
        let replacement = format!("\"{}\"", text.replace('"', "\\\""));
        let span = self.span(self.at, self.at + inner + 2);
        self.report.push(
            Diagnostic::error(
                Code::SingleQuotes,
                span,
                "this string stands in single quotes",
            )
            .label("double quotes are needed")
            .help(format!("write `{replacement}`"))
            .suggest(span, replacement),
        );
        self.push(Kind::Text, inner + 2);
    }

    fn backquotes(&mut self) {
        let inner = self
            .rest()
            .iter()
            .skip(1)
            .take_while(|b| is_letter(**b))
            .count();
        if inner > 0 && self.peek(inner + 1) == b'`' {
            return self.word(Kind::Quoted, inner + 2);
        }
        let span = self.span(self.at, self.at + inner + 1);
        self.report.push(
            Diagnostic::error(
                Code::BadCharacter,
                span,
                "backquotes do not close around a name",
            )
            .label("a name and a second backquote belong here")
            .help("backquotes make a name of a reserved word: `` `when` ``"),
        );
        self.fail(Kind::Word, inner + 1);
    }

    /// A token that pest would stumble over; its mistake has been reported.
    fn fail(&mut self, kind: Kind, length: usize) {
        self.out.broken.push(offset(self.at));
        self.push(kind, length);
    }

    /// A character that the language does not use.
    fn bad(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or("");
        let Some(first) = rest.chars().next() else {
            self.at += 1;
            return;
        };
        if rest.starts_with("/*") {
            return self.block_comment();
        }
        if let Some(close) = closing_quote(first)
            // No further than to the next one that opens: a heap of them stays linear.
            && let Some(behind) = rest.get(first.len_utf8()..)
            && let Some(end) = behind.find([first, close, '\n'])
            && let Some(inner) = behind.get(..end)
            && behind.get(end..).is_some_and(|r| r.starts_with(close))
        {
            let length = first.len_utf8() + end + close.len_utf8();
            let replacement = format!("\"{}\"", inner.replace('"', "\\\""));
            let span = self.span(self.at, self.at + length);
            self.report.push(
                Diagnostic::error(
                    Code::BadCharacter,
                    span,
                    "this string stands in curly quotes",
                )
                .label("straight double quotes are needed")
                .suggest(span, replacement),
            );
            return self.fail(Kind::Text, length);
        }
        let is_foreign = |c: char| c.is_alphanumeric() && !c.is_ascii();
        let length = if is_foreign(first) {
            rest.chars()
                .take_while(|c| is_foreign(*c))
                .map(char::len_utf8)
                .sum()
        } else {
            first.len_utf8()
        };
        let span = self.span(self.at, self.at + length);
        let text = rest.get(..length).unwrap_or("");
        if let Some(code) = currency(first) {
            let error = self.currency_sign(text, code, span);
            self.report.push(error);
            return self.fail(Kind::Sign, length);
        }
        self.report.push(describe(text, first, span));
        if first == ';' {
            // Left out of the tokens: behind an entry it is reported and otherwise harmless.
            self.out.broken.push(offset(self.at));
            self.at += length;
            return;
        }
        self.fail(
            if is_foreign(first) {
                Kind::Word
            } else {
                Kind::Sign
            },
            length,
        );
    }

    /// `£5`, `5€`
    fn currency_sign(&self, sign: &str, code: &str, span: Span) -> Diagnostic {
        let behind = self.text.get(self.at + sign.len()..).unwrap_or("");
        let length = behind
            .find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.')
            .unwrap_or(behind.len());
        let number = behind.get(..length).unwrap_or("").trim_end_matches('.');
        let error = Diagnostic::error(
            Code::BadCharacter,
            span,
            format!("the language does not use `{sign}`"),
        )
        .label("an amount has the code of its currency behind it");
        if number.is_empty() {
            return error.help(format!(
                "write the number and its currency's code: `5 {code}`"
            ));
        }
        let right = format!("{number} {code}");
        let all = Span {
            end: span.end + offset(number.len()),
            ..span
        };
        let error = error.help(format!("write `{right}`"));
        // Many currencies are dollars.
        if sign == "$" {
            error
        } else {
            error.suggest(all, right)
        }
    }

    fn block_comment(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or("");
        let length = rest.find("*/").map_or(rest.len(), |n| n + 2);
        let span = self.span(self.at, self.at + 2);
        self.report.push(
            Diagnostic::error(Code::BadCharacter, span, "comments do not begin with `/*`")
                .label("this is no comment")
                .help("write `//` before each line of a comment"),
        );
        self.out.broken.push(offset(self.at));
        self.first |= rest.get(..length).is_some_and(|c| c.contains('\n'));
        self.at += length;
    }
}

/// The currency of a sign.
fn currency(sign: char) -> Option<&'static str> {
    match sign {
        '\u{a3}' => Some("GBP"),
        '\u{20ac}' => Some("EUR"),
        '\u{a5}' => Some("JPY"),
        '$' => Some("USD"),
        _ => None,
    }
}

fn closing_quote(open: char) -> Option<char> {
    match open {
        '\u{201c}' | '\u{201e}' => Some('\u{201d}'),
        '\u{2018}' => Some('\u{2019}'),
        '\u{ab}' => Some('\u{bb}'),
        _ => None,
    }
}

/// What to say about a character, with the replacement where it stands for a known one.
fn describe(text: &str, first: char, span: Span) -> Diagnostic {
    let known = match first {
        ';' => Some(("", "rules and declarations need no `;` between them")),
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{feff}' | '\u{200b}' => Some((
            " ",
            "an invisible character stands where a plain blank belongs",
        )),
        '\u{2212}' | '\u{2013}' | '\u{2014}' => Some(("-", "write a plain minus: `-`")),
        '\u{d7}' => Some(("*", "multiplication is written `*`")),
        '\u{f7}' => Some(("/", "division is written `/`")),
        '\u{2264}' => Some(("<=", "write `<=`")),
        '\u{2265}' => Some((">=", "write `>=`")),
        '\u{2260}' => Some(("!=", "write `!=`")),
        '\u{21d2}' => Some(("=>", "write `=>`")),
        '\u{2192}' => Some(("->", "write `->`")),
        '\u{2026}' => Some(("..", "a range is written `..`")),
        '\u{201c}' | '\u{201d}' | '\u{201e}' => {
            Some(("\"", "strings stand in straight double quotes"))
        }
        '#' => Some(("//", "comments begin with `//`")),
        '^' | '~' | '@' | '$' | '\\' => None,
        _ => None,
    };
    let shown: String = if first.is_control()
        || first.is_whitespace()
        || first == '\u{200b}'
        || first == '\u{feff}'
    {
        format!("U+{:04X}", u32::from(first))
    } else {
        text.to_owned()
    };
    let error = Diagnostic::error(
        Code::BadCharacter,
        span,
        format!("the language does not use `{shown}`"),
    );
    match known {
        Some((replacement, help)) => error
            .label("not here")
            .help(help)
            .suggest(span, replacement),
        None if first.is_alphanumeric() => error.label("this is no letter of a name").help(
            "names are made of the letters a to z, digits and `_`; other letters stand in strings",
        ),
        None => error
            .label("this means nothing here")
            .help("leave it out; in a text it stands in quotes"),
    }
}

/// How long the number at the beginning is. Mirrors `number` of the grammar: dates and times are one token, and so is
/// what runs together with digits, so that it can be answered.
fn number_length(rest: &[u8]) -> usize {
    let at = |i: usize| rest.get(i).copied().unwrap_or(0);
    let digits = |from: usize, most: usize| {
        (from..from + most)
            .take_while(|i| at(*i).is_ascii_digit())
            .count()
    };
    let run = |from: usize, extra: &[u8], dotted: &[u8]| {
        let mut i = from;
        while is_letter(at(i))
            || extra.contains(&at(i))
            || (dotted.contains(&at(i)) && at(i + 1).is_ascii_digit())
        {
            i += 1;
        }
        i
    };
    if digits(0, 5) == 4 && at(4) == b'-' {
        let month = digits(5, 2);
        let day = digits(6 + month, 2);
        if month > 0 && at(5 + month) == b'-' && day > 0 {
            return run(6 + month + day, b":", b".+-");
        }
    }
    let hours = digits(0, 2);
    if at(hours) == b':' && digits(hours + 1, 2) == 2 {
        return run(hours + 3, b"", b":.");
    }
    let end = run(1, b"", b".");
    end + usize::from(at(end) == b'%')
}
