//! Distances against the haversine in floats, and places from degrees.

use super::*;
use proptest::prelude::*;

fn d(text: &str) -> Decimal {
    decimal::parse(text).unwrap()
}

fn place(latitude: &str, longitude: &str) -> i64 {
    from_degrees(d(latitude), d(longitude)).unwrap()
}

/// In floats, by vectors: accurate at all angles.
fn expected(a: i64, b: i64) -> f64 {
    let vector = |place: i64| {
        let (latitude, longitude) = unpack(place);
        let (latitude, longitude) = (
            (latitude as f64 / 1e7).to_radians(),
            (longitude as f64 / 1e7).to_radians(),
        );
        let level = latitude.cos();
        [
            level * longitude.cos(),
            level * longitude.sin(),
            latitude.sin(),
        ]
    };
    let (a, b) = (vector(a), vector(b));
    let length = |sign: f64| {
        let square = |i: usize| (a[i] + sign * b[i]).powi(2);
        (square(0) + square(1) + square(2)).sqrt()
    };
    2.0 * 6_371_008.8 * length(-1.0).atan2(length(1.0))
}

fn check(a: i64, b: i64) {
    let metres = distance(a, b);
    assert_eq!(metres, distance(b, a));
    let error = (metres as f64 - expected(a, b)).abs();
    assert!(
        error < 0.6,
        "{:?} {:?}: {metres}, {error}",
        degrees(a),
        degrees(b)
    );
}

#[test]
fn packed_and_unpacked() {
    for (latitude, longitude) in [
        (0, 0),
        (-1, -1),
        (1, -1),
        (-1, 1),
        (900_000_000, 1_800_000_000),
        (-900_000_000, -1_800_000_000),
        (i32::MIN, i32::MAX),
    ] {
        let unpacked = unpack(pack(latitude, longitude));
        assert_eq!(unpacked, (i64::from(latitude), i64::from(longitude)));
    }
}

#[test]
fn from_and_to_degrees() {
    let steps = |latitude: &str| unpack(place(latitude, "0")).0;
    assert_eq!(steps("51.5"), 515_000_000);
    assert_eq!(steps("0.00000005"), 0);
    assert_eq!(steps("0.00000015"), 2);
    assert_eq!(steps("-0.00000015"), -2);
    assert_eq!(steps("-0.00000005"), 0);
    assert_eq!(steps("0.0000000500000000000000000001"), 1);
    assert_eq!(steps("89.99999999999999999999999999"), 900_000_000);
    assert_eq!(degrees(place("51.5", "-0.12")), (d("51.5"), d("-0.12")));
    assert_eq!(degrees(place("-90", "180")), (d("-90"), d("180")));
    for (latitude, longitude) in [
        ("90.00000000000000000000000001", "0"),
        ("-91", "0"),
        ("0", "180.0000001"),
        ("0", "-181"),
        ("79228162514264337593543950335", "0"),
    ] {
        assert_eq!(from_degrees(d(latitude), d(longitude)), None);
    }
}

#[test]
fn edges() {
    let latitudes = [
        "-90",
        "-89.9999999",
        "-45",
        "-0.0000001",
        "0",
        "0.0000001",
        "45",
        "51.5",
        "89.9999999",
        "90",
    ];
    let longitudes = [
        "-180",
        "-179.9999999",
        "-90",
        "-0.0000001",
        "0",
        "0.0000001",
        "90",
        "179.9999999",
        "180",
    ];
    let places: Vec<i64> = latitudes
        .iter()
        .flat_map(|latitude| longitudes.map(|longitude| place(latitude, longitude)))
        .collect();
    for a in &places {
        assert_eq!(distance(*a, *a), 0);
        for b in &places {
            check(*a, *b);
        }
    }
}

#[test]
fn known_distances() {
    let (london, paris) = (place("51.5074", "-0.1278"), place("48.8566", "2.3522"));
    assert_eq!(distance(london, paris), 343_557);
    assert_eq!(distance(place("90", "0"), place("-90", "77")), 20_015_114);
    assert_eq!(distance(place("0", "180"), place("0", "-180")), 0);
    assert_eq!(
        distance(place("0", "179.9999999"), place("0", "-179.9999999")),
        0
    );
    assert_eq!(distance(place("90", "10"), place("90", "-100")), 0);
}

#[test]
fn never_falls_along_a_circle() {
    for from in ["0", "-90", "-89.5"] {
        let start = place(from, "0");
        let mut last = 0;
        for step in 0..200_000 {
            let (latitude, _) = unpack(start);
            let there = i32::try_from(latitude + step * 7).unwrap();
            let metres = distance(start, pack(there, 0));
            assert!(metres >= last);
            last = metres;
        }
    }
}

/// Around the middles between metres, where rounding is decided by comparison.
#[test]
fn never_falls_where_it_rounds() {
    for n in [
        1, 2, 77, 5_000_000, 10_007_557, 15_000_000, 20_015_000, 20_015_114,
    ] {
        let middle = (n * 10 - 5) * ONE / DIAMETER;
        let mut last = i64::MIN;
        for bit in (-200..=200).map(|bit: i128| bit * 64) {
            let found = metres(sine(middle + bit), cosine(middle + bit));
            assert!(found >= last, "{n}");
            last = found;
        }
        assert!(i128::from(last) == n || i128::from(last) == n - 1);
    }
}

#[test]
fn any_integer_is_answered() {
    for a in [i64::MIN, i64::MAX, 0, -1, 1 << 31, 1 << 63] {
        for b in [i64::MIN, i64::MAX, 0, -1, 1 << 31] {
            let metres = distance(a, b);
            assert!((0..=20_015_114).contains(&metres));
            assert_eq!(metres, distance(b, a));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn as_in_floats(
        a in (-900_000_000i32..=900_000_000, -1_800_000_000i32..=1_800_000_000),
        b in (-900_000_000i32..=900_000_000, -1_800_000_000i32..=1_800_000_000),
        near in (-3_000_000i32..=3_000_000, -3_000_000i32..=3_000_000),
    ) {
        check(pack(a.0, a.1), pack(b.0, b.1));
        let close = pack((a.0 + near.0).clamp(-900_000_000, 900_000_000), a.1 / 2 + near.1);
        check(pack(a.0, a.1 / 2), close);
        // Nearly opposite.
        let turned = if a.1 > 0 { a.1 - 1_800_000_000 } else { a.1 + 1_800_000_000 };
        check(pack(a.0, a.1), pack((near.0 - a.0).clamp(-900_000_000, 900_000_000), turned));
    }

    #[test]
    fn any_two_integers(a: i64, b: i64) {
        let metres = distance(a, b);
        prop_assert!((0..=20_015_114).contains(&metres));
        prop_assert_eq!(metres, distance(b, a));
    }
}
