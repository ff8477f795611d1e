//! The oracle's own numbers: whole numbers and fractions of any size, cut to the language's rules at the end.
//!
//! In: exact operands. Out: the exact result, rounded once as the language says, or the overflow. Nothing here
//! uses the engine's arithmetic; a decimal is a fraction, and its 96 bits and 28 places are asked about only
//! when a result is made.

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// The most decimal places of a decimal.
const PLACES: u32 = 28;

/// Ten to the `n`.
fn ten(n: u32) -> BigInt {
    BigInt::from(10).pow(n)
}

/// Whether a coefficient has room in 96 bits.
fn fits(coefficient: &BigInt) -> bool {
    coefficient.abs() < BigInt::one() << 96
}

/// An int result, or `None` where 64 bits do not hold it.
pub fn int(exact: &BigInt) -> Option<i64> {
    i64::try_from(exact).ok()
}

/// A sum or difference: exact, or `None` where no decimal is equal to it.
pub fn exact(value: BigRational) -> Option<BigRational> {
    (0..=PLACES).find_map(|places| {
        let scaled = &value * BigRational::from(ten(places));
        (scaled.is_integer() && fits(scaled.numer())).then(|| value.clone())
    })
}

/// A product or quotient: rounded half-even, once, to the most places for which the coefficient has room.
pub fn rounded(value: &BigRational) -> Option<BigRational> {
    (0..=PLACES).rev().find_map(|places| {
        let scaled = value * BigRational::from(ten(places));
        let coefficient = half_even(&scaled);
        fits(&coefficient).then(|| BigRational::new(coefficient, ten(places)))
    })
}

/// The nearest whole number; of two equally near, the even one.
fn half_even(value: &BigRational) -> BigInt {
    let low = value.floor().to_integer();
    let rest = value - BigRational::from(low.clone());
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let odd = !(&low % BigInt::from(2)).is_zero();
    if rest > half || (rest == half && odd) {
        low + 1
    } else {
        low
    }
}

/// Rounded half-even to so many places.
pub fn to_places(value: &BigRational, places: u32) -> BigRational {
    let scaled = value * BigRational::from(ten(places));
    BigRational::new(half_even(&scaled), ten(places))
}

/// A decimal from its text (`-12.50`), exactly.
pub fn parse(text: &str) -> BigRational {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{whole}{part}").parse().expect("digits");
    BigRational::new(digits, ten(u32::try_from(part.len()).expect("few places")))
}

/// The plain text of a decimal that has at most 28 places, without trailing zeros.
pub fn print(value: &BigRational) -> String {
    let places = (0..=PLACES)
        .find(|places| (value * BigRational::from(ten(*places))).is_integer())
        .expect("a decimal has at most 28 places");
    let coefficient = (value * BigRational::from(ten(places))).to_integer();
    let digits = coefficient.magnitude().to_string();
    let places = places as usize;
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, part) = padded.split_at(padded.len() - places);
    let sign = if coefficient.sign() == Sign::Minus {
        "-"
    } else {
        ""
    };
    if part.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    }
}

#[test]
fn rounds_by_the_stated_rule() {
    let product = |a, b| rounded(&(parse(a) * parse(b))).map(|v| print(&v));
    assert_eq!(product("0.5", "0.5").as_deref(), Some("0.25"));
    let tiny = "0.0000000000000000000000000001";
    assert_eq!(product(tiny, "0.5").as_deref(), Some("0"));
    assert_eq!(
        product(tiny, "1.5").as_deref(),
        Some("0.0000000000000000000000000002")
    );
    let most = "79228162514264337593543950335";
    assert_eq!(product(most, "1.1"), None);
    assert_eq!(
        product(most, "0.1").as_deref(),
        Some("7922816251426433759354395033.5")
    );
    assert_eq!(exact(parse(most) + parse("0.1")), None);
    assert_eq!(
        exact(parse(most) - parse("1"))
            .map(|v| print(&v))
            .as_deref(),
        Some("79228162514264337593543950334")
    );
}
