//! Single values as JSON lines of reference data write them. `None` is what does not fit the type: nothing is coerced.

use super::Ty;
use crate::value::json::{Reader, Token};
use crate::value::{Value, calendar, currency, decimal, duration, geo, zone};
use rust_decimal::Decimal;

/// A value without parts, of types that need no declaration.
pub(super) fn scalar(ty: &Ty, token: &Token) -> Option<Value> {
    Some(match (ty, token) {
        (Ty::Bool, Token::Bool(truth)) => Value::Bool(*truth),
        (Ty::Int | Ty::Distance, Token::Number(text)) => Value::Int(text.parse().ok()?),
        (Ty::Decimal | Ty::Money(_), Token::Number(text)) => Value::Decimal(number_of(text)?),
        (Ty::Decimal | Ty::Money(_), Token::Text(text)) => Value::Decimal(number_of(text)?),
        (Ty::Text, Token::Text(text)) => Value::Text((&**text).into()),
        (Ty::Zone, Token::Text(text)) => Value::Member(zone::find(text)?),
        (Ty::Date, Token::Text(text)) => Value::Int(calendar::parse_date(text).ok()?),
        (Ty::Time, Token::Text(text)) => Value::Int(calendar::parse_time(text).ok()?),
        (Ty::DateTime, Token::Text(text)) => Value::Int(calendar::parse_datetime(text).ok()?),
        (Ty::Duration, Token::Text(text)) => Value::Int(duration::parse_iso(text).ok()?),
        (Ty::Elapsed, Token::Text(text)) if text == "never" => Value::Int(super::NEVER),
        (Ty::Elapsed, Token::Text(text)) => {
            let length = duration::parse_iso(text).ok()?;
            Value::Int(Some(length).filter(|length| *length != super::NEVER)?)
        }
        _ => return None,
    })
}

/// A place: `{ "lat": 51.5, "lon": -0.12 }`, `[51.5, -0.12]`.
pub(super) fn place_on_earth(text: &str) -> Option<Value> {
    let mut reader = Reader::new(text);
    let [latitude, longitude] = match reader.token().ok()? {
        Token::List => {
            let (_, latitude) = (reader.item(true).ok()?.then_some(())?, number(&mut reader)?);
            let (_, longitude) = (
                reader.item(false).ok()?.then_some(())?,
                number(&mut reader)?,
            );
            (!reader.item(false).ok()?).then_some([latitude, longitude])?
        }
        _ => two_of(&mut reader, ["lat", "lon"], number)?,
    };
    geo::from_degrees(latitude, longitude).map(Value::Int)
}

/// An amount with its currency: `{ "amount": 12.50, "currency": "GBP" }`.
pub(super) fn amount(text: &str, code: u16) -> Option<Value> {
    let mut reader = Reader::new(text);
    reader.token().ok()?;
    let read = |reader: &mut Reader<'_>| match reader.token().ok()? {
        Token::Number(text) => Some(text.to_owned()),
        Token::Text(text) => Some(text.into_owned()),
        _ => None,
    };
    let [amount, currency] = two_of(&mut reader, ["amount", "currency"], read)?;
    let amount = number_of(&amount)?;
    (currency == currency::code(code)).then_some(Value::Decimal(amount))
}

/// The two fields of an object that has no other, in whatever order.
fn two_of<T>(
    reader: &mut Reader<'_>,
    names: [&str; 2],
    read: impl Fn(&mut Reader<'_>) -> Option<T>,
) -> Option<[T; 2]> {
    let mut found = [None, None];
    let mut first = true;
    while let Some(key) = reader.key(first).ok()? {
        first = false;
        let place = names.iter().position(|name| *name == key)?;
        let slot = found.get_mut(place).filter(|slot| slot.is_none())?;
        *slot = Some(read(reader)?);
    }
    let [a, b] = found;
    Some([a?, b?])
}

fn number_of(text: &str) -> Option<Decimal> {
    decimal::parse(text).ok()
}

fn number(reader: &mut Reader<'_>) -> Option<Decimal> {
    match reader.token().ok()? {
        Token::Number(text) => number_of(text),
        Token::Text(text) => number_of(&text),
        _ => None,
    }
}
