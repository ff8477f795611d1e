//! Against big rationals, with the edges of the format over-represented.

use super::*;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use proptest::prelude::*;

const MODES: [Rounding; 4] = [
    Rounding::HalfEven,
    Rounding::HalfUp,
    Rounding::Up,
    Rounding::Down,
];

fn d(text: &str) -> Decimal {
    decimal::parse(text).unwrap()
}

fn exact(value: Decimal) -> BigRational {
    BigRational::new(value.mantissa().into(), BigInt::from(10).pow(value.scale()))
}

/// The multiple by the words of the modes.
fn expected(x: Decimal, step: Decimal, mode: Rounding) -> BigRational {
    let (x, step) = (exact(x), exact(step));
    let quotient = &x / &step;
    let (floor, ceiling) = (quotient.floor(), quotient.ceil());
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let from_half = (&quotient - &floor).cmp(&half);
    let even = (floor.to_integer() % BigInt::from(2)).is_zero();
    let takes_floor = match mode {
        Rounding::Up => false,
        Rounding::Down => true,
        Rounding::HalfUp => from_half.is_lt(),
        Rounding::HalfEven => from_half.is_lt() || (from_half.is_eq() && even),
    };
    (if takes_floor { floor } else { ceiling }) * step
}

/// Whether a decimal can hold it.
fn fits(value: &BigRational) -> bool {
    (0..=28).any(|places| {
        let scaled = value * BigRational::from_integer(BigInt::from(10).pow(places));
        scaled.is_integer() && scaled.to_integer().abs() < (BigInt::one() << 96)
    })
}

fn check(x: Decimal, step: Decimal) {
    for mode in MODES {
        let wanted = expected(x, step, mode);
        let found = to_step(x, step, mode);
        let what = format!("{x} to {step} {mode:?}");
        if let Some(found) = found {
            assert_eq!(
                found.serialize(),
                decimal::normalise(found).serialize(),
                "{what}"
            );
        }
        assert_eq!(found.map(exact), fits(&wanted).then_some(wanted), "{what}");
    }
}

#[test]
fn by_the_words() {
    for (x, step, [half_even, half_up, up, down]) in [
        ("12.34", "0.05", ["12.35", "12.35", "12.35", "12.3"]),
        ("12.30", "0.05", ["12.3", "12.3", "12.3", "12.3"]),
        ("2.5", "1", ["2", "3", "3", "2"]),
        ("3.5", "1", ["4", "4", "4", "3"]),
        ("-2.5", "1", ["-2", "-2", "-2", "-3"]),
        ("-1.5", "1", ["-2", "-1", "-1", "-2"]),
        ("-0.4", "1", ["0", "0", "0", "-1"]),
        ("7", "2.5", ["7.5", "7.5", "7.5", "5"]),
        ("10", "0.3", ["9.9", "9.9", "10.2", "9.9"]),
        ("1249", "100", ["1200", "1200", "1300", "1200"]),
        ("0", "0.01", ["0", "0", "0", "0"]),
    ] {
        for (mode, wanted) in MODES.into_iter().zip([half_even, half_up, up, down]) {
            assert_eq!(
                to_step(d(x), d(step), mode),
                Some(d(wanted)),
                "{x} {step} {mode:?}"
            );
        }
    }
}

const EDGES: [&str; 15] = [
    "0",
    "0.0000000000000000000000000001",
    "0.0000000000000000000000000003",
    "7.9228162514264337593543950335",
    "7.9228162514264337593543950334",
    "0.5",
    "0.05",
    "1",
    "2",
    "3",
    "18446744073709551616",
    "79228162514264337593543950335",
    "79228162514264337593543950334",
    "39614081257132168796771975168",
    "7922816251426433759354395033.5",
];

#[test]
fn edges_against_each_other() {
    for x in EDGES {
        for step in EDGES.into_iter().filter(|step| *step != "0") {
            check(d(x), d(step));
            check(decimal::neg(d(x)), d(step));
        }
    }
}

#[test]
fn no_step() {
    for mode in MODES {
        assert_eq!(to_step(d("1"), d("0"), mode), None);
        assert_eq!(to_step(d("1"), d("-1"), mode), None);
    }
}

#[test]
fn whole_division() {
    for (a, b, quotient, rest) in [
        (7, 2, 3, 1),
        (-7, 2, -4, 1),
        (7, -2, -4, -1),
        (-7, -2, 3, -1),
        (6, -2, -3, 0),
        (i64::MIN, 1, i64::MIN, 0),
        (i64::MIN, i64::MAX, -2, i64::MAX - 1),
        (i64::MAX, i64::MIN, -1, -1),
    ] {
        assert_eq!(floor_div(a, b), Some(quotient));
        assert_eq!(floor_mod(a, b), Some(rest));
    }
    for (a, b) in [(1, 0), (0, 0)] {
        assert_eq!((floor_div(a, b), floor_mod(a, b)), (None, None));
    }
    assert_eq!(
        (floor_div(i64::MIN, -1), floor_mod(i64::MIN, -1)),
        (None, Some(0))
    );
}

fn decimals() -> impl Strategy<Value = Decimal> {
    let coefficient = prop_oneof![
        0i128..2000,
        any::<u32>().prop_map(i128::from),
        any::<u64>().prop_map(i128::from),
        (0i128..1 << 96),
        (0i128..50).prop_map(|below| (1 << 96) - 1 - below),
    ];
    (coefficient, 0u32..=28, any::<bool>()).prop_map(|(coefficient, places, negative)| {
        let signed = if negative { -coefficient } else { coefficient };
        decimal::normalise(Decimal::from_i128_with_scale(signed, places))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn the_stated_multiple(x in decimals(), step in decimals(), halves in 0i64..200) {
        let step = step.abs();
        if !step.is_zero() {
            check(x, step);
        }
        // Ties: so many halves of a step.
        let half = d("0.5");
        if let Some(tie) = decimal::mul(decimal::from_i64(halves), half).and_then(|n| decimal::mul(n, step))
            && !step.is_zero()
        {
            check(tie, step);
            check(decimal::neg(tie), step);
        }
    }

    #[test]
    fn places_are_steps(x in decimals(), places in 0u32..=28) {
        let step = Decimal::new(1, places);
        prop_assert_eq!(exact(to_places(x, places)), expected(x, step, Rounding::HalfEven));
    }

    #[test]
    fn division_adds_up(a: i64, b: i64) {
        if let (Some(quotient), Some(rest)) = (floor_div(a, b), floor_mod(a, b)) {
            prop_assert_eq!(i128::from(quotient) * i128::from(b) + i128::from(rest), i128::from(a));
            prop_assert!(rest == 0 || (rest < 0) == (b < 0));
        }
    }
}
