//! Texts of rules that are hostile, by size.

pub mod behaviours;
pub mod brackets;
pub mod bytes;
pub mod catalogues;
pub mod declarations;
pub mod expressions;
pub mod files;
pub mod mistakes;

use super::stages::Input;

/// What most of the texts begin with: inputs of every sort, none of which need be given.
pub const HEAD: &str = "ruleset r
timezone \"Europe/London\"
record Item { name: string = \"\", price: decimal = 0, on: bool = false }
context {
    b: bool = false, i: int = 0, k: int 0..=1000000 = 0, d: decimal = 0, s: string = \"\", n: int?, e: enum { ex, wy } = ex,
    l: list<int> = [], t: list<string> = [], items: list<Item> = [], day: date = 2026-01-01, one: Item
}
touchpoint { channel: enum { web, kiosk } = web }
";

/// The head and a text.
pub fn rules(text: &str) -> Input {
    Input::Rules(format!("{HEAD}{text}\n"))
}

/// A text in front, one repeated, and one behind.
pub fn around(before: &str, piece: &str, count: usize, after: &str) -> Input {
    let mut text = String::with_capacity(HEAD.len() + piece.len() * count + 100);
    text.push_str(HEAD);
    text.push_str(before);
    for _ in 0..count {
        text.push_str(piece);
    }
    text.push_str(after);
    text.push('\n');
    Input::Rules(text)
}

/// A number of six digits. Buffers grow in leaps, so that one more digit here and there may cost more than it is long.
pub fn six(i: usize) -> usize {
    100_000 + i
}

/// A text in front, numbered ones, and one behind.
pub fn numbered(before: &str, count: usize, piece: impl Fn(usize) -> String, after: &str) -> Input {
    rules(&format!("{before}{}{after}", super::repeated(count, piece)))
}
