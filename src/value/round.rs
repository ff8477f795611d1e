use rust_decimal::Decimal;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding { HalfEven, HalfUp, Up, Down }
pub(crate) fn to_step(_: Decimal, _: Decimal, _: Rounding) -> Option<Decimal> { None }
pub(crate) fn to_places(x: Decimal, _: u32) -> Decimal { x }
pub(crate) fn floor_div(a: i64, b: i64) -> Option<i64> { a.checked_div(b) }
pub(crate) fn floor_mod(a: i64, b: i64) -> Option<i64> { a.checked_rem(b) }
