//! Against big rationals, with the edges of the format over-represented.

use super::*;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use proptest::prelude::*;

fn d(text: &str) -> Decimal {
    parse(text).unwrap()
}

fn ten(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

fn exact(value: Decimal) -> BigRational {
    BigRational::new(value.mantissa().into(), ten(value.scale()))
}

fn limit() -> BigInt {
    BigInt::one() << 96
}

/// The coefficient at so many places, half-even.
fn rounded(value: &BigRational, places: u32) -> BigInt {
    let scaled = value * BigRational::from_integer(ten(places));
    let floor = scaled.floor().to_integer();
    let rest = scaled - BigRational::from_integer(floor.clone());
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let odd = (&floor % BigInt::from(2)) != BigInt::zero();
    let up = rest > half || (rest == half && odd);
    floor + BigInt::from(u8::from(up))
}

/// The stated rule, literally.
fn expected(value: &BigRational) -> Option<BigRational> {
    (0..=28).rev().find_map(|places| {
        let coefficient = rounded(value, places);
        (coefficient.abs() < limit()).then(|| BigRational::new(coefficient, ten(places)))
    })
}

/// The same, but only without rounding.
fn expected_exactly(value: &BigRational) -> Option<BigRational> {
    expected(value).filter(|e| e == value)
}

fn assert_normal(value: Decimal) {
    let mantissa = value.mantissa();
    assert!(value.scale() == 0 || mantissa % 10 != 0, "{value:?}");
    assert!(mantissa != 0 || !value.is_sign_negative(), "{value:?}");
}

fn check(result: Option<Decimal>, expected: Option<BigRational>, what: &str) {
    if let Some(result) = result {
        assert_normal(result);
    }
    assert_eq!(result.map(exact), expected, "{what}");
}

fn check_all(a: Decimal, b: Decimal) {
    let (x, y) = (exact(a), exact(b));
    check(
        add(a, b),
        expected_exactly(&(&x + &y)),
        &format!("{a} + {b}"),
    );
    check(
        sub(a, b),
        expected_exactly(&(&x - &y)),
        &format!("{a} - {b}"),
    );
    check(mul(a, b), expected(&(&x * &y)), &format!("{a} * {b}"));
    let quotient = (!y.is_zero()).then(|| &x / &y);
    check(
        div(a, b),
        quotient.and_then(|q| expected(&q)),
        &format!("{a} / {b}"),
    );
    assert_eq!(compare(a, b), x.cmp(&y), "{a} ? {b}");
    check(Some(neg(a)), Some(-&x), &format!("-{a}"));
    assert_eq!(parse(&a.to_string()), Ok(a));
}

fn coefficients() -> impl Strategy<Value = u128> {
    let edge = prop_oneof![
        Just(MAX),
        Just(1_u128 << 64),
        Just(1_u128 << 63),
        Just(1_u128 << 95),
        Just(1_u128 << 32),
        (0_u32..=28).prop_map(power),
        (0_u32..=28).prop_map(|n| power(n) * 5),
        (0_u32..=28).prop_map(|n| MAX / power(n)),
        (0_u32..=96).prop_map(|n| (1_u128 << n) - 1),
    ];
    prop_oneof![
        3 => 0_u128..2_000,
        3 => (edge, -3_i128..=3).prop_map(|(e, n)| e.saturating_add_signed(n).min(MAX)),
        2 => 0..=MAX,
        2 => (0..=MAX, 0_u32..96).prop_map(|(c, n)| c >> n),
    ]
}

fn decimals() -> impl Strategy<Value = Decimal> {
    let places = prop_oneof![3 => 0_u32..=4, 2 => 0_u32..=28, 1 => Just(28_u32)];
    (coefficients(), places, any::<bool>()).prop_map(|(c, p, n)| normalise(build(n, c, p)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn arithmetic_is_the_stated_rule(a in decimals(), b in decimals()) {
        check_all(a, b);
    }

    /// Quotients that end exactly or on a tie just behind the last place.
    #[test]
    fn ties(a in coefficients(), half in prop_oneof![Just(2_u128), Just(4), Just(5), Just(8), Just(20)], places in 0_u32..=28) {
        check_all(normalise(build(false, a, places)), build(false, half, 0));
        check_all(normalise(build(true, a, places)), normalise(build(false, half * 25, 28)));
    }

    #[test]
    fn texts_are_read_exactly(mantissa in coefficients(), zeros in 0_u32..4, places in 0_u32..40, exponent in -40_i32..40) {
        let width = places as usize;
        let mut digits = format!("{mantissa}{}", "0".repeat(zeros as usize));
        if digits.len() <= width {
            digits = format!("{}{digits}", "0".repeat(width + 1 - digits.len()));
        }
        let (whole, fraction) = digits.split_at(digits.len() - width);
        let point = if places == 0 { "" } else { "." };
        let text = format!("-{whole}{point}{fraction}e{exponent}");
        let shift = BigRational::from_integer(BigInt::from(10)).pow(exponent);
        let value = BigRational::new(-BigInt::from(mantissa) * ten(zeros), ten(places)) * shift;
        check(parse(&text).ok(), expected_exactly(&value), &text);
    }

    #[test]
    fn short_decimals_become_the_nearest_float(n in -(1_i64 << 54)..=1 << 54, places in 0..=28_u32) {
        let decimal = Decimal::new(n, places);
        if let Some(float) = short_to_f64(decimal) {
            prop_assert_eq!(Ok(float), decimal.to_string().parse::<f64>().map(|f| f + 0.0));
        }
    }

    #[test]
    fn floats_become_their_shortest_text(value in prop_oneof![any::<f64>(), -1e6..1e6_f64]) {
        match from_f64(value) {
            Some(decimal) => prop_assert_eq!(exact(decimal).to_f64().map(|f| f + 0.0), Some(value + 0.0)),
            None => prop_assert!(!value.is_finite() || value.abs() > 1e28 || value.abs() < 1e-12),
        }
    }

    #[test]
    fn any_text_is_answered(text in "[-+0-9.eE ]{0,40}") {
        if let Ok(value) = parse(&text) {
            assert_normal(value);
        }
    }
}

#[test]
fn edges_against_each_other() {
    let mut all = vec![Decimal::ZERO];
    let near = |c: u128| [c.saturating_sub(1), c, (c + 1).min(MAX)];
    let seeds = [
        1,
        2,
        5,
        10,
        15,
        25,
        1 << 32,
        1 << 63,
        1 << 64,
        MAX / 2,
        MAX / 10,
        MAX - 1,
    ];
    for coefficient in seeds.into_iter().flat_map(near) {
        for places in [0, 1, 9, 27, 28] {
            for negative in [false, true] {
                all.push(normalise(build(negative, coefficient, places)));
            }
        }
    }
    all.sort_by(|a, b| compare(*a, *b));
    all.dedup();
    for a in all.iter().step_by(11) {
        for b in &all {
            check_all(*a, *b);
        }
    }
}

#[test]
fn rounding_up_to_the_limit_gives_up_a_place() {
    let max = build(false, MAX, 0);
    let thirds = div(max, d("3")).unwrap();
    assert_eq!(mul(thirds, d("3")), Some(max));
    // 57235 * 13842607235828485645766393 is 5 * (2^97 - 1): without its last digit a tie just above the limit.
    let (a, b) = (d("5.7235"), d("138426.07235828485645766393"));
    check_all(a, b);
    assert_eq!(
        mul(a, b).unwrap().to_string(),
        "792281.6251426433759354395034"
    );
    assert_eq!(mul(d("57235"), d("1384260723582848564576639.3")), None);
    check_all(max, d("1.0000000000000000000000000001"));
    assert_eq!(add(max, d("1")), None);
    assert_eq!(add(max, d("0.1")), None);
    assert_eq!(sub(neg(max), d("1")), None);
    assert_eq!(div(d("1"), d("0")), None);
    assert_eq!(div(max, d("0.1")), None);
    let carried = settle(false, MAX, Tail::Half, 3).unwrap();
    assert_eq!(carried.to_string(), "79228162514264337593543950.34");
    assert_eq!(settle(false, MAX, Tail::Above, 0), None);
    assert_eq!(settle(true, MAX, Tail::Below, 0), Some(neg(max)));
}

#[test]
fn what_is_no_number_is_said() {
    use ParseError::{NotANumber, TooManyDigits, TooManyPlaces};
    for text in [
        "", "-", "+1", ".5", "5.", "1e", "1e+", "1 ", " 1", "0x1", "1_000", "--1", "1.2.3", "e5",
        "1e5.0", "NaN", "١",
    ] {
        assert_eq!(parse(text), Err(NotANumber), "{text}");
    }
    for text in [
        "1e-29",
        "0.00000000000000000000000000001",
        "1e-99999999999999999999",
        "1.00000000000000000000000000000000000001",
    ] {
        assert_eq!(parse(text), Err(TooManyPlaces), "{text}");
    }
    for text in [
        "79228162514264337593543950336",
        "1e29",
        "1e99999999999999999999",
        "7922816251426433759354395033.55",
    ] {
        assert_eq!(parse(text), Err(TooManyDigits), "{text}");
    }
    for (text, value) in [
        ("1e3", "1000"),
        ("1.50", "1.5"),
        ("-0", "0"),
        ("-0.0e9", "0"),
        ("0e999999999999999999999", "0"),
        ("0010", "10"),
        ("2.5E-4", "0.00025"),
    ] {
        assert_eq!(d(text).to_string(), value);
    }
    let long = format!("1.5{}", "0".repeat(100_000));
    assert_eq!(d(&long).to_string(), "1.5");
    assert_eq!(from_f64(0.1), Some(d("0.1")));
    assert_eq!(from_f64(-1e22), Some(d("-10000000000000000000000")));
    assert_eq!(
        (from_f64(f64::NAN), from_f64(f64::INFINITY), from_f64(1e300)),
        (None, None, None)
    );
    assert_eq!(from_i64(i64::MIN).to_string(), i64::MIN.to_string());
}
