//! A JSON text (RFC 8259), token by token: what is needed is borrowed from the text, the rest is validated and
//! skipped.
//!
//! It reads numbers as their text, so that a decimal keeps every digit and nothing depends on which features of
//! serde_json the host has switched on. It only tells whether a text is JSON; what is wrong is serde_json's to say
//! ([`what_is_wrong`]). Invariant: it accepts exactly the texts that serde_json accepts (a property test), numbers of
//! any size and values of any depth among them; strings that are no Unicode are none.

use serde::de::IgnoredAny;
use std::borrow::Cow;

/// The text is no JSON.
#[derive(Debug)]
pub(crate) struct NotJson;

/// Why a text is not JSON, and where.
pub(crate) fn what_is_wrong(text: &str) -> String {
    let skipped = serde_json::from_str::<IgnoredAny>(text).err();
    // Skipping does not look at what escapes stand for.
    let error = skipped.or_else(|| serde_json::from_str::<serde_json::Value>(text).err());
    match error {
        Some(error) => format!("this is not JSON: {error}"),
        None => "this is not JSON".to_owned(),
    }
}

/// The same, and the offset of the mistake.
pub(crate) fn place_of_mistake(text: &str) -> (String, usize) {
    let skipped = serde_json::from_str::<IgnoredAny>(text).err();
    let error = skipped.or_else(|| serde_json::from_str::<serde_json::Value>(text).err());
    let Some(error) = error else {
        return ("it can't be read".to_owned(), 0);
    };
    let told = error.to_string();
    let message = told.split(" at line ").next().unwrap_or(&told);
    let mut at = error.column().saturating_sub(1).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    (message.to_owned(), at)
}

/// The beginning of a value, or all of it where it has no parts.
#[derive(Debug)]
pub(crate) enum Token<'t> {
    Null,
    Bool(bool),
    /// As it is written.
    Number(&'t str),
    Text(Cow<'t, str>),
    /// `[`; then comes [`Reader::item`].
    List,
    /// `{`; then comes [`Reader::key`].
    Record,
}

/// Where in a text we are.
#[derive(Debug)]
pub(crate) struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Reader { text, at: 0 }
    }

    #[inline(always)]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte behind white space.
    #[inline(always)]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Nothing but white space is left.
    pub(crate) fn end(&mut self) -> Result<(), NotJson> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(NotJson),
        }
    }

    /// The next value, or its beginning.
    #[inline]
    pub(crate) fn token(&mut self) -> Result<Token<'t>, NotJson> {
        match self.peek().ok_or(NotJson)? {
            b'"' => self.string().map(Token::Text),
            b'-' | b'0'..=b'9' => self.number().map(Token::Number),
            b'{' => self.step(Token::Record),
            b'[' => self.step(Token::List),
            b't' => self.word("true", Token::Bool(true)),
            b'f' => self.word("false", Token::Bool(false)),
            b'n' => self.word("null", Token::Null),
            _ => Err(NotJson),
        }
    }

    #[inline(always)]
    fn step<R>(&mut self, then: R) -> Result<R, NotJson> {
        self.at += 1;
        Ok(then)
    }

    fn word(&mut self, word: &str, token: Token<'t>) -> Result<Token<'t>, NotJson> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(NotJson);
        }
        self.at += word.len();
        Ok(token)
    }

    /// The text since `from`, which lies on the boundary of a character, as does the place where we are.
    fn since(&self, from: usize) -> Result<&'t str, NotJson> {
        self.text.get(from..self.at).ok_or(NotJson)
    }

    /// A string whose opening quote is next.
    #[inline]
    fn string(&mut self) -> Result<Cow<'t, str>, NotJson> {
        self.at += 1;
        let from = self.at;
        self.plain();
        if self.byte() == Some(b'"') {
            let text = self.since(from)?;
            self.at += 1;
            return Ok(Cow::Borrowed(text));
        }
        self.escaped(from - 1).map(Cow::Owned)
    }

    /// Goes on to what may end a stretch of plain characters.
    #[inline(always)]
    fn plain(&mut self) {
        let special = |b: &u8| matches!(b, b'"' | b'\\' | 0..=0x1f);
        let rest = self.rest();
        self.at += rest.iter().position(special).unwrap_or(rest.len());
    }

    /// A string with escapes, whose opening quote is at `from`.
    #[cold]
    fn escaped(&mut self, from: usize) -> Result<String, NotJson> {
        self.close_string()?;
        serde_json::from_str(self.since(from)?).map_err(|_| NotJson)
    }

    /// Goes behind the quote that closes a string; its escapes are left to be checked.
    fn close_string(&mut self) -> Result<(), NotJson> {
        loop {
            self.plain();
            match self.byte() {
                Some(b'"') => return self.step(()),
                // Whatever is escaped does not close the string. Of a longer character the first byte is enough.
                Some(b'\\') => self.at += 2,
                _ => return Err(NotJson),
            }
        }
    }

    #[inline]
    fn number(&mut self) -> Result<&'t str, NotJson> {
        let from = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        self.since(from)
    }

    /// One digit or more.
    #[inline(always)]
    fn digits(&mut self) -> Result<(), NotJson> {
        let from = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at == from {
            Err(NotJson)
        } else {
            Ok(())
        }
    }

    /// Whether the list goes on: the next is an item.
    pub(crate) fn item(&mut self, first: bool) -> Result<bool, NotJson> {
        match (self.peek(), first) {
            (Some(b']'), _) => self.step(false),
            (Some(b','), false) => self.step(true),
            (Some(_), true) => Ok(true),
            _ => Err(NotJson),
        }
    }

    /// The next field's name, if the record goes on: then the next is its value.
    #[inline]
    pub(crate) fn key(&mut self, first: bool) -> Result<Option<Cow<'t, str>>, NotJson> {
        match (self.peek(), first) {
            (Some(b'}'), _) => return self.step(None),
            (Some(b','), false) => self.at += 1,
            (Some(_), true) => {}
            _ => return Err(NotJson),
        }
        if self.peek() != Some(b'"') {
            return Err(NotJson);
        }
        let key = self.string()?;
        match self.peek() {
            Some(b':') => self.step(Some(key)),
            _ => Err(NotJson),
        }
    }

    /// Where we are.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes back to where we were.
    #[inline]
    pub(crate) fn back(&mut self, at: usize) {
        self.at = at;
    }

    /// Goes behind the name of the next field if it is just this one, which needs no escapes; else stays.
    #[inline]
    pub(crate) fn key_is(&mut self, name: &str, first: bool) -> bool {
        let before = self.at;
        let is = self.behind_key(name, first).is_some();
        if !is {
            self.at = before;
        }
        is
    }

    #[inline(always)]
    fn behind_key(&mut self, name: &str, first: bool) -> Option<()> {
        if !first {
            self.behind(b',')?;
        }
        self.behind(b'"')?;
        if !self.rest().starts_with(name.as_bytes()) {
            return None;
        }
        self.at += name.len();
        if self.byte()? != b'"' {
            return None;
        }
        self.at += 1;
        self.behind(b':')
    }

    /// Goes behind a byte, and the white space before it.
    #[inline(always)]
    fn behind(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// A bool, if there is one; else we may be anywhere behind, as in the following.
    #[inline]
    pub(crate) fn bool(&mut self) -> Option<bool> {
        match self.token() {
            Ok(Token::Bool(value)) => Some(value),
            _ => None,
        }
    }

    /// A string without escapes.
    #[inline]
    pub(crate) fn plain_string(&mut self) -> Option<&'t str> {
        self.behind(b'"')?;
        let from = self.at;
        self.plain();
        let text = self.since(from).ok()?;
        (self.byte()? == b'"').then(|| self.at += 1)?;
        Some(text)
    }

    /// An int of no more than 18 digits.
    #[inline]
    pub(crate) fn short_int(&mut self) -> Option<i64> {
        let minus = self.peek()? == b'-';
        self.at += usize::from(minus);
        let from = self.at;
        let mut n = 0_i64;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            n = n.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = self.at - from;
        let begins = self.text.as_bytes().get(from).copied();
        let plain = !matches!(self.byte(), Some(b'.' | b'e' | b'E'));
        let fits = digits == 1 || (2..=18).contains(&digits) && begins != Some(b'0');
        (plain && fits).then(|| if minus { -n } else { n })
    }

    /// Skips a value, however deep it is, without recursion.
    pub(crate) fn skip(&mut self) -> Result<(), NotJson> {
        let token = self.token()?;
        self.skip_rest(&token)
    }

    /// Skips what is left of a value that began with a token.
    pub(crate) fn skip_rest(&mut self, token: &Token<'_>) -> Result<(), NotJson> {
        // Of each list and record around us whether it is a record.
        let mut around = match token {
            Token::List => vec![false],
            Token::Record => vec![true],
            _ => return Ok(()),
        };
        let mut first = true;
        while let Some(record) = around.last() {
            let more = match record {
                true => self.key(first)?.is_some(),
                false => self.item(first)?,
            };
            first = false;
            if !more {
                around.pop();
                continue;
            }
            match self.token()? {
                Token::List => around.push(false),
                Token::Record => around.push(true),
                _ => continue,
            }
            first = true;
        }
        Ok(())
    }
}
