//! Places on the earth, and how far they are apart.
//!
//! A place is latitude and longitude in 1e-7 degrees, packed into one integer. Distances are great circles on
//! a sphere of the earth's mean radius, rounded to a metre, in integers only, so that every machine gives the
//! same answer: the haversine formula with numbers of 62 bits behind the point, which are right to less
//! than a tenth of a millimetre (near antipodes, a few centimetres).
//!
//! Invariants: distances are symmetric, zero for equal places, and never shrink as the haversine grows
//! (see [`metres`]); nothing panics, whatever integer stands for a place.

#[cfg(test)]
mod tests;

use super::decimal;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// Twice the mean radius of the earth (6,371,008.8 m), in decimetres.
const DIAMETER: i128 = 127_420_176;
/// 1e-7 degrees of a full half circle.
const HALF_CIRCLE: i64 = 1_800_000_000;
/// The places behind the binary point.
const BITS: u32 = 62;
const ONE: i128 = 1 << BITS;
/// A quarter of a circle, and an eighth, as arcs of the unit circle.
const QUARTER: i128 = 7_244_019_458_077_122_842;
const EIGHTH: i128 = QUARTER / 2;
/// Half of 1e-7 degrees as an arc, with 94 places behind the point.
const HALF_STEP: i128 = 17_284_903_702_238_269_808;
/// Where rounding is decided by [`metres`] itself: so near to the middle between two metres, in `BITS` places.
const NEAR: i128 = ONE >> 16;

/// A place as one integer.
pub(crate) fn pack(latitude: i32, longitude: i32) -> i64 {
    (i64::from(latitude) << 32) | (i64::from(longitude) & 0xFFFF_FFFF)
}

/// Latitude and longitude in 1e-7 degrees.
pub(crate) fn unpack(place: i64) -> (i64, i64) {
    // The lower half with its sign: up, and down again.
    (place >> 32, (place << 32) >> 32)
}

/// The place of degrees, rounded half-even to 1e-7. `None` beyond -90..=90 and -180..=180.
pub(crate) fn from_degrees(latitude: Decimal, longitude: Decimal) -> Option<i64> {
    let (latitude, longitude) = (steps(latitude, 90)?, steps(longitude, 180)?);
    Some(pack(latitude, longitude))
}

/// Degrees as steps of 1e-7.
fn steps(degrees: Decimal, most: i64) -> Option<i32> {
    let limit = decimal::from_i64(most);
    if decimal::compare(degrees.abs(), limit) == Ordering::Greater {
        return None;
    }
    // At most 180 and 28 places: below 2^96, and 2^120 once there are 7 places more.
    let scaled = degrees.mantissa().checked_mul(10_000_000)?;
    let unit = 10_i128.checked_pow(degrees.scale())?;
    let (below, rest) = (scaled.div_euclid(unit), scaled.rem_euclid(unit));
    let up = match (rest * 2).cmp(&unit) {
        Ordering::Less => false,
        Ordering::Equal => below & 1 == 1,
        Ordering::Greater => true,
    };
    i32::try_from(below + i128::from(up)).ok()
}

/// Latitude and longitude in degrees.
pub(crate) fn degrees(place: i64) -> (Decimal, Decimal) {
    let (latitude, longitude) = unpack(place);
    let of = |steps: i64| decimal::normalise(Decimal::new(steps, 7));
    (of(latitude), of(longitude))
}

/// How many metres lie between two places.
pub(crate) fn distance(a: i64, b: i64) -> i64 {
    let ((a_latitude, a_longitude), (b_latitude, b_longitude)) = (unpack(a), unpack(b));
    let across = (a_longitude - b_longitude).abs() % (2 * HALF_CIRCLE);
    let across = across.min(2 * HALF_CIRCLE - across);
    let up = sine(half_arc(a_latitude - b_latitude));
    let along = sine(half_arc(across));
    let shrink = times(
        cosine(2 * half_arc(a_latitude)),
        cosine(2 * half_arc(b_latitude)),
    );
    // The haversine, with twice the places: a root takes half of them off again.
    let haversine = up * up + shrink * times(along, along);
    let haversine = haversine.clamp(0, ONE * ONE);
    metres(haversine.isqrt(), (ONE * ONE - haversine).isqrt())
}

/// Half the arc of so many 1e-7 degrees; arcs of no place on the earth are a quarter circle.
fn half_arc(steps: i64) -> i128 {
    ((i128::from(steps.unsigned_abs()) * HALF_STEP) >> 32).min(QUARTER)
}

/// The product of two numbers with `BITS` places.
fn times(a: i128, b: i128) -> i128 {
    (a * b) >> BITS
}

/// One over the factorial of `n`.
const fn over_factorial(n: i128) -> i128 {
    let (mut product, mut factor) = (1, 2);
    while factor <= n {
        product *= factor;
        factor += 1;
    }
    ONE / product
}

/// The terms of the series, the last first. The next ones are below 2^-62 on an eighth of a circle.
const SINE: [i128; 9] = [
    over_factorial(17),
    -over_factorial(15),
    over_factorial(13),
    -over_factorial(11),
    over_factorial(9),
    -over_factorial(7),
    over_factorial(5),
    -over_factorial(3),
    ONE,
];
const COSINE: [i128; 10] = [
    -over_factorial(18),
    over_factorial(16),
    -over_factorial(14),
    over_factorial(12),
    -over_factorial(10),
    over_factorial(8),
    -over_factorial(6),
    over_factorial(4),
    -over_factorial(2),
    ONE,
];

/// The sum of a series in the square of its argument.
fn series(terms: &[i128], square: i128) -> i128 {
    terms.iter().fold(0, |sum, term| times(sum, square) + term)
}

/// The sine of an arc up to a quarter circle.
fn sine(arc: i128) -> i128 {
    if arc > EIGHTH {
        return cosine(QUARTER - arc);
    }
    times(series(&SINE, times(arc, arc)), arc)
}

/// The cosine of an arc up to a quarter circle.
fn cosine(arc: i128) -> i128 {
    let arc = arc.clamp(0, QUARTER);
    if arc > EIGHTH {
        return sine(QUARTER - arc);
    }
    series(&COSINE, times(arc, arc))
}

/// The arc with this sine and cosine, up to a quarter circle.
///
/// A rough guess, then the little arc between: the sine of a difference is `s·cos g − c·sin g`, and the arc
/// of a small sine is a short series.
fn arc(s: i128, c: i128) -> i128 {
    let (small, large) = (s.min(c), s.max(c));
    // Their quotient with 31 places, then an approximation of the arctangent to 0.004.
    let slope = ((small >> 1) << 31) / (large >> 1).max(1);
    let unit = 1_i128 << 31;
    let guess = (slope * ((EIGHTH >> 31) + ((586_263_000 * (unit - slope)) >> 31))).min(EIGHTH);
    let guess = if s > c { QUARTER - guess } else { guess };
    let x = times(s, cosine(guess)) - times(c, sine(guess));
    let square = times(x, x);
    let bend = series(&[5 * ONE / 112, 3 * ONE / 40, ONE / 6, ONE], square);
    (guess + times(bend, x)).clamp(0, QUARTER)
}

/// The metres of the whole arc, given sine and cosine of its half, rounded half up.
///
/// Close to the middle between two metres (where the last bits of the arc could waver) the sine or cosine is
/// compared with that of the middle, one fixed number for each middle: as the one grows and the other
/// shrinks with the haversine, the answer never falls.
fn metres(s: i128, c: i128) -> i64 {
    let decimetres = arc(s, c) * DIAMETER;
    let scaled = decimetres + 5 * ONE;
    let (whole, rest) = (scaled / (10 * ONE), scaled % (10 * ONE));
    let above = if rest < NEAR {
        whole
    } else if rest > 10 * ONE - NEAR {
        whole + 1
    } else {
        return i64::try_from(whole).unwrap_or(i64::MAX);
    };
    // The middle below `above`.
    let middle = (above * 10 - 5).max(0) * ONE / DIAMETER;
    let reached = if middle > EIGHTH {
        c <= cosine(middle)
    } else {
        s >= sine(middle)
    };
    i64::try_from(above - i128::from(!reached)).unwrap_or(i64::MAX)
}
