//! Generated contexts: values of the declared types that like the constants the ruleset compares with.

use super::generate::{Brought, Field, T, World};
use super::generate_expr::{BIG_DECIMALS, TEXTS};
use super::generate_moments::{instant, near, sample};
use super::given::Given;
use super::number;
use super::tape::Tape;
use num_bigint::BigInt;
use num_rational::BigRational;

/// A context, a touchpoint and an instant.
pub fn context(world: &World, tape: &Tape) -> Brought {
    let make = Maker {
        world,
        tape,
        wild: tape.chance(12),
    };
    let now = match make.any_constant(&T::Instant) {
        Some(given) => match near(tape, given) {
            Given::Instant(at) => at,
            other => panic!("{other:?} is no instant"),
        },
        None => instant(tape),
    };
    Brought {
        context: make.record(&world.context, ""),
        touchpoint: make.record(&world.touchpoint, "touchpoint."),
        now,
    }
}

struct Maker<'a> {
    world: &'a World,
    tape: &'a Tape<'a>,
    /// Numbers at the ends of what there is.
    wild: bool,
}

impl Maker<'_> {
    fn record(&self, fields: &[Field], before: &str) -> Given {
        let mut given = Vec::new();
        for field in fields {
            if field.default.is_some() && self.tape.chance(50) {
                continue;
            }
            if field.ty.is_opt() && self.tape.chance(47) {
                if self.tape.chance(30) {
                    given.push((field.name.clone(), Given::Null));
                }
                continue;
            }
            given.push((
                field.name.clone(),
                self.value(field, &format!("{before}{}", field.name)),
            ));
        }
        Given::Record(given)
    }

    fn value(&self, field: &Field, path: &str) -> Given {
        match (field.ty.present(), &field.range) {
            (ty @ (T::Int | T::Dec), Some(range)) => {
                let one = BigRational::from(BigInt::from(1));
                let step = if *ty == T::Int {
                    one
                } else {
                    number::parse("0.01")
                };
                let high = if range.open {
                    &range.high - &step
                } else {
                    range.high.clone()
                };
                let value = match self.tape.below(8) {
                    0 => range.low.clone(),
                    1 => high.clone(),
                    2 => &range.low + &step,
                    _ => self.number(ty, path),
                };
                self.given(ty, value.clamp(range.low.clone(), high))
            }
            (ty, _) => self.plain(ty, path),
        }
    }

    fn plain(&self, ty: &T, path: &str) -> Given {
        match ty {
            T::Bool => Given::Bool(self.tape.chance(50)),
            T::Int | T::Dec => self.given(ty, self.number(ty, path)),
            T::Text => match self.constant(path) {
                Some(text @ Given::Text(_)) => text,
                _ => Given::Text((*self.tape.pick(&TEXTS)).to_owned()),
            },
            T::Enum(e) => match self.constant(path) {
                Some(member @ Given::Member(_)) => member,
                _ => Given::Member(self.tape.pick(&self.world.enums[*e].members).clone()),
            },
            ty if ty.is_moment() => match self.constant(path).or_else(|| self.any_constant(ty)) {
                Some(given) => near(self.tape, given),
                None => sample(self.tape, ty).expect("a literal").1,
            },
            T::Rec(r) => self.record(&self.world.records[*r].fields, &format!("{path}.")),
            T::List(item) => Given::List(
                (0..self.tape.below(4))
                    .map(|_| self.plain(item, ""))
                    .collect(),
            ),
            T::Opt(inner) => self.plain(inner, path),
            _ => unreachable!("no field has this type"),
        }
    }

    /// A constant of that type that something is compared with.
    fn any_constant(&self, ty: &T) -> Option<Given> {
        let constants = self.world.constants.get("")?;
        let fits = |given: &&Given| {
            matches!(
                (ty, given),
                (T::Date, Given::Date(_))
                    | (T::Time, Given::Time(_))
                    | (T::Instant, Given::Instant(_))
            )
        };
        let fitting: Vec<&Given> = constants.iter().filter(fits).collect();
        (!fitting.is_empty() && self.tape.chance(40)).then(|| (*self.tape.pick(&fitting)).clone())
    }

    /// A constant that some condition compares this with.
    fn constant(&self, path: &str) -> Option<Given> {
        let constants = self.world.constants.get(path)?;
        (!path.is_empty() && self.tape.chance(50)).then(|| self.tape.pick(constants).clone())
    }

    fn number(&self, ty: &T, path: &str) -> BigRational {
        if self.tape.chance(if self.wild { 70 } else { 2 }) {
            let wild = [
                "9223372036854775807",
                "-9223372036854775808",
                "4611686018427387904",
                "3037000500",
                "-5000000000",
            ];
            return number::parse(match ty {
                T::Dec if self.tape.chance(70) => self.tape.word(&BIG_DECIMALS),
                T::Dec if self.tape.chance(50) => "-79228162514264337593543950335",
                _ => self.tape.word(&wild),
            });
        }
        let near = |value: BigRational| {
            let step = number::parse(if *ty == T::Int {
                "1"
            } else {
                self.tape.word(&["0.01", "1"])
            });
            match self.tape.below(4) {
                0 | 1 => value,
                2 => value + step,
                _ => value - step,
            }
        };
        let value = match self.constant(path) {
            Some(Given::Decimal(value, _)) => near(value),
            _ => number::parse(match ty {
                T::Int => self
                    .tape
                    .word(&["0", "1", "2", "3", "7", "10", "-1", "19", "64", "250"]),
                _ => self.tape.word(&[
                    "0",
                    "1",
                    "0.5",
                    "2.75",
                    "-0.1",
                    "10",
                    "33.34",
                    "99.9",
                    "0.015",
                    "1234.5678",
                    // Halved, these lie between two numbers.
                    "0.0000000000000000000000000001",
                    "0.0000000000000000000000000005",
                    "1.0000000000000000000000000001",
                ]),
            }),
        };
        let most = BigRational::from(BigInt::from(i64::MAX));
        match ty {
            T::Int => value.trunc().clamp(-most.clone(), most),
            _ => number::exact(value).unwrap_or_else(|| number::parse("0")),
        }
    }

    fn given(&self, ty: &T, value: BigRational) -> Given {
        match i64::try_from(value.to_integer()) {
            Ok(n) if *ty == T::Int => Given::Int(n),
            Ok(n) if value.is_integer() && self.tape.chance(50) => Given::Int(n),
            _ => Given::Decimal(value, self.tape.chance(40)),
        }
    }
}
