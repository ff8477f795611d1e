//! Decimals from text and floats, exactly: nothing is ever rounded on reading.

use super::{MAX, PLACES, pack, power};
use rust_decimal::Decimal;
use std::fmt::{self, Write};

/// Why a text is no decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// It is not a number as JSON writes it.
    NotANumber,
    /// More than 28 decimal places, trailing zeros not counted.
    TooManyPlaces,
    /// The digits do not fit a coefficient of 96 bits (28 digits always do).
    TooManyDigits,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ParseError::NotANumber => "is not a number",
            ParseError::TooManyPlaces => "has more than 28 decimal places",
            ParseError::TooManyDigits => "has more digits than a decimal holds (28)",
        })
    }
}

/// Reads `-12`, `1.50`, `1e3`, `2.5E-4`: digits, optionally a point and digits, optionally an exponent. Leading
/// zeros are let pass; a plus sign, blanks, and a point without digits on both sides are not.
pub(crate) fn parse(text: &str) -> Result<Decimal, ParseError> {
    let bytes = text.as_bytes();
    let (negative, bytes) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    let mut digits = Digits::default();
    let mut rest = digits.read(bytes)?;
    let mut places = 0;
    if let [b'.', fraction @ ..] = rest {
        let whole = digits.count;
        rest = digits.read(fraction)?;
        places = digits.count - whole;
    }
    let exponent = match rest {
        [] => 0,
        [b'e' | b'E', exponent @ ..] => read_exponent(exponent)?,
        _ => return Err(ParseError::NotANumber),
    };
    digits.finish(negative, exponent.saturating_sub(places))
}

/// The significant digits of a number, read from left to right.
#[derive(Default)]
struct Digits {
    /// The digits up to the last that is not 0; meaningless once `overflow` is set.
    coefficient: u128,
    /// The zeros behind that digit.
    zeros: i64,
    /// All digits read.
    count: i64,
    overflow: bool,
}

impl Digits {
    /// Reads at least one digit and gives what lies behind.
    fn read<'t>(&mut self, mut bytes: &'t [u8]) -> Result<&'t [u8], ParseError> {
        let before = self.count;
        while let [digit @ b'0'..=b'9', rest @ ..] = bytes {
            self.push(digit - b'0');
            bytes = rest;
        }
        if self.count == before {
            return Err(ParseError::NotANumber);
        }
        Ok(bytes)
    }

    fn push(&mut self, digit: u8) {
        self.count += 1;
        if digit == 0 {
            self.zeros += 1;
            return;
        }
        // A coefficient of 0 has only leading zeros behind it, which mean nothing.
        if !self.overflow && self.coefficient != 0 {
            let shift = u32::try_from(self.zeros + 1).unwrap_or(u32::MAX);
            match self.coefficient.checked_mul(power(shift)) {
                Some(shifted) => self.coefficient = shifted,
                None => self.overflow = true,
            }
        }
        self.zeros = 0;
        self.coefficient = self.coefficient.saturating_add(u128::from(digit));
        self.overflow |= self.coefficient > MAX;
    }

    /// The value of the digits times 10^`exponent`.
    fn finish(self, negative: bool, exponent: i64) -> Result<Decimal, ParseError> {
        if self.coefficient == 0 {
            return Ok(Decimal::ZERO);
        }
        let exponent = exponent.saturating_add(self.zeros);
        if exponent < -i64::from(PLACES) {
            return Err(ParseError::TooManyPlaces);
        }
        if self.overflow {
            return Err(ParseError::TooManyDigits);
        }
        let shift = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
        let (coefficient, places) = if exponent <= 0 {
            (Some(self.coefficient), shift)
        } else if shift > PLACES {
            (None, 0)
        } else {
            (self.coefficient.checked_mul(power(shift)), 0)
        };
        coefficient
            .and_then(|c| pack(negative, c, places))
            .ok_or(ParseError::TooManyDigits)
    }
}

/// The digits behind `e`, all of them. Beyond any sense the value stands still instead of overflowing.
fn read_exponent(bytes: &[u8]) -> Result<i64, ParseError> {
    let (sign, digits) = match bytes {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, bytes),
    };
    if digits.is_empty() {
        return Err(ParseError::NotANumber);
    }
    let mut value: i64 = 0;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return Err(ParseError::NotANumber);
        }
        value = value
            .saturating_mul(10)
            .saturating_add(i64::from(byte - b'0'));
    }
    // Kept clear of the ends so that adding a count of digits can't turn it around.
    Ok(sign * value.min(i64::MAX / 4))
}

/// The shortest decimal that reads back as this float, exactly. `None` for NaN, infinities and what a decimal
/// can't hold.
pub(crate) fn from_f64(value: f64) -> Option<Decimal> {
    if !value.is_finite() {
        return None;
    }
    let mut buffer = Buffer::default();
    write!(buffer, "{value:e}").ok()?;
    parse(buffer.text()?).ok()
}

/// The float nearest to a decimal, where coefficient and power of ten are floats themselves: their quotient is
/// rounded once (Clinger, "How to read floating point numbers accurately", 1990). `None` for longer ones.
pub(crate) fn short_to_f64(d: Decimal) -> Option<f64> {
    const MOST: i128 = 1 << 53;
    const POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];
    let coefficient = d.mantissa();
    let power = POWERS.get(d.scale() as usize)?;
    let short = (-MOST..=MOST).contains(&coefficient);
    short.then(|| coefficient as f64 / power)
}

/// Room for the text of a float, on the stack: sign, 17 digits, point, `e`, sign and 3 digits.
#[derive(Default)]
struct Buffer {
    bytes: [u8; 32],
    used: usize,
}

impl Buffer {
    fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes.get(..self.used)?).ok()
    }
}

impl Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.used + text.len();
        let room = self.bytes.get_mut(self.used..end).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.used = end;
        Ok(())
    }
}
