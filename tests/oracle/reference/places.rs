//! Places on the earth and how far they are apart.
//!
//! Distances are haversines in binary floating point, rounded to a metre. That is right only where the exact distance
//! is not half-way between two metres; all places that are generated are of [`PLACES`], and a test shows that no two of
//! them are such a distance apart.

use super::super::number;
use num_bigint::BigInt;
use num_rational::BigRational;

/// The places of all generated rulesets and contexts: latitude and longitude in 1e-7 degrees.
pub const PLACES: [(i64, i64); 12] = [
    (515_000_000, -1_200_000),
    (515_074_000, -1_278_000),
    (514_545_000, 9_700_000),
    (488_566_000, 23_522_000),
    (-338_688_000, 1_512_093_000),
    (356_895_000, 1_396_917_000),
    (0, 0),
    (0, 1_799_999_999),
    (900_000_000, 0),
    (-900_000_000, 450_000_000),
    (-1, -1),
    (407_128_000, -740_060_000),
];

/// A place in one number.
pub fn packed(lat: i64, lon: i64) -> BigInt {
    let low = if lon < 0 { lon + (1 << 32) } else { lon };
    BigInt::from(lat) * (BigInt::from(1) << 32) + low
}

/// Latitude and longitude in degrees, as texts.
pub fn degrees(place: &BigInt) -> (String, String) {
    let (lat, lon) = unpacked(place);
    let degrees = |n: i64| {
        let exact = BigRational::new(BigInt::from(n), BigInt::from(10_000_000));
        number::print(&exact)
    };
    (degrees(lat), degrees(lon))
}

/// The place in a number.
fn unpacked(place: &BigInt) -> (i64, i64) {
    let all = i64::try_from(place).expect("64 bits");
    let place = PLACES
        .iter()
        .find(|(lat, lon)| packed(*lat, *lon) == BigInt::from(all));
    *place.expect("one of the places")
}

/// Metres between two places, not rounded.
fn metres((a, b): (i64, i64), (c, d): (i64, i64)) -> f64 {
    let radians = |n: i64| {
        let exact = f64::from(i32::try_from(n).expect("32 bits"));
        (exact / 1e7).to_radians()
    };
    let (lat, lat2) = (radians(a), radians(c));
    let (high, wide) = (radians(c - a), (radians(d) - radians(b)));
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let h = half(high) + lat.cos() * lat2.cos() * half(wide);
    2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
}

/// Metres between two places.
pub(super) fn distance(a: &BigInt, b: &BigInt) -> BigInt {
    BigInt::from(metres(unpacked(a), unpacked(b)).round() as i64)
}

#[test]
fn no_two_places_are_half_way_between_two_metres() {
    for a in PLACES {
        for b in PLACES {
            let exact = metres(a, b);
            let off = (exact - exact.floor() - 0.5).abs();
            assert!(off > 0.06, "{a:?} and {b:?}: {exact}");
        }
    }
}
