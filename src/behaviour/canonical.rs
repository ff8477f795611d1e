//! One encoding of an event, to tell which of two with the same id stays: the greater.

use super::store::Event;
use crate::value::Value;

/// The bytes of an event; equal exactly if the events are.
pub(super) fn encode(event: &Event) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(&event.at.to_be_bytes());
    out.extend_from_slice(&event.seq.to_be_bytes());
    out.extend_from_slice(&event.ty.to_be_bytes());
    text(&mut out, &event.id);
    value(
        &mut out,
        &event.channel.map_or(Value::Missing, Value::Member),
    );
    value(
        &mut out,
        &event.device.clone().map_or(Value::Missing, Value::Text),
    );
    event.fields.iter().for_each(|field| value(&mut out, field));
    out
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u64).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// (As deep as the type; types have bounded depth.)
fn value(out: &mut Vec<u8>, of: &Value) {
    match of {
        Value::Missing => out.push(0),
        Value::Bool(b) => out.extend([1, u8::from(*b)]),
        Value::Int(i) => {
            out.push(2);
            out.extend_from_slice(&i.to_be_bytes());
        }
        Value::Decimal(d) => {
            out.push(3);
            out.extend_from_slice(&d.mantissa().to_be_bytes());
            out.extend_from_slice(&d.scale().to_be_bytes());
        }
        Value::Text(t) => {
            out.push(4);
            text(out, t);
        }
        Value::Member(m) => {
            out.push(5);
            out.extend_from_slice(&m.to_be_bytes());
        }
        Value::List(items) | Value::Record(items) => {
            out.push(6);
            out.extend_from_slice(&(items.len() as u64).to_be_bytes());
            items.iter().for_each(|item| value(out, item));
        }
    }
}
