//! Texts of one sort of bytes: all one comment, one string, blanks, noise.

use super::{HEAD, around, rules};
use crate::hostile::cases::Case;
use crate::hostile::stages::Input;
use pervade::Code::*;

const K: usize = 1_000;
const M: usize = 1_000 * K;

/// Noise that is the same each time (xorshift; Marsaglia, 2003).
fn noise(count: usize, alphabet: &[char]) -> String {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut letters = String::with_capacity(count);
    for _ in 0..count {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let pick = usize::try_from(state >> 33).expect("31 bits");
        letters.push(alphabet[pick % alphabet.len()]);
    }
    letters
}

/// All of ASCII, control characters included; without the star, as `/*` would swallow half of the text in pieces of
/// random length, and growth would be chance.
fn ascii(count: usize) -> String {
    let all = (0..128_u8).map(char::from).filter(|letter| *letter != '*');
    noise(count, &all.collect::<Vec<char>>())
}

/// Characters of every length in UTF-8, some without width, some that change direction.
fn unicode(count: usize) -> String {
    noise(
        count,
        &[
            'a', ' ', 'é', '字', '😀', '\u{202e}', '\u{301}', '\u{200b}', '\u{feff}', '"', '{',
            '\n',
        ],
    )
}

/// Noise of words and signs of the language.
fn words(count: usize) -> String {
    const WORDS: [&str; 32] = [
        "let",
        "decision",
        "when",
        "=>",
        "otherwise",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "|",
        "table",
        "x",
        "=",
        "\"a\"",
        "12",
        "and",
        "or",
        "not",
        "in",
        "if",
        "is",
        "->",
        ",",
        ":",
        "\n",
        "enum",
        "context",
        "because",
        "test",
        "..",
    ];
    let picks: Vec<char> = (0..32_u8).map(|i| char::from(b'0' + i)).collect();
    let mut text = String::new();
    for pick in noise(count, &picks).chars() {
        text.push_str(WORDS[pick as usize - '0' as usize]);
        text.push(' ');
    }
    text
}

pub const CASES: &[Case] = &[
    Case::fine("one comment", 60 * K, 100 * M, |n| {
        around("// ", "a", n, "")
    }),
    Case::fine("one piece of documentation", 60 * K, 100 * M, |n| {
        around("/// ", "a", n, "\nlet x = 1")
    }),
    Case::fine("blanks", 60 * K, 100 * M, |n| around("", " ", n, "")),
    Case::fine("line breaks", 60 * K, 100 * M, |n| around("", "\n", n, "")),
    Case::fine("returns", 60 * K, 100 * M, |n| {
        around("", "\r\n", n / 2, "")
    }),
    Case::fine("one string", 60 * K, 100 * M, |n| {
        around("let x = \"", "a", n, "\"")
    }),
    Case::fine("one string of escapes", 60 * K, 40 * M, |n| {
        around("let x = \"", "\\u{e9}\\n", n / 8, "\"")
    }),
    Case::wrong(
        UnclosedString,
        "one string without an end",
        60 * K,
        100 * M,
        |n| around("let x = \"", "a", n, ""),
    ),
    Case::fine("one line", 60 * K, 40 * M, |n| {
        around("let x = k", " + 1", n / 4, "")
    }),
    Case::wrong(
        UnknownName,
        "one line, wrong at its end",
        24 * K,
        40 * M,
        |n| around("let x = k", " + 1", n / 4, " + kk"),
    ),
    Case::wrong(
        UnknownName,
        "one line, wrong everywhere",
        60 * K,
        40 * M,
        |n| around("let x = k", " + kk", n / 5, ""),
    ),
    Case::wrong(TooLarge, "one word", 60 * K, 100 * M, |n| {
        around("", "a", n, "")
    }),
    Case::wrong(TooLarge, "one unknown name", 60 * K, 100 * M, |n| {
        around("let x = ", "a", n, "")
    }),
    Case::wrong(BadCharacter, "noise of ASCII", 60 * K, 100 * M, |n| {
        rules(&ascii(n))
    }),
    Case::wrong(BadCharacter, "noise of Unicode", 40 * K, 40 * M, |n| {
        rules(&unicode(n))
    }),
    Case::wrong(Unbalanced, "noise of words", 20 * K, 20 * M, |n| {
        rules(&words(n))
    }),
    Case::wrong(BadCharacter, "noise alone", 60 * K, 40 * M, |n| {
        Input::Rules(ascii(n))
    }),
    Case::wrong(
        BadCharacter,
        "curly quotes that open",
        60 * K,
        40 * M,
        |n| around("let x = ", "\u{201c}", n / 3, ""),
    ),
    Case::wrong(
        SingleQuotes,
        "single quotes that open",
        60 * K,
        40 * M,
        |n| around("let x = ", "' a\n", n / 4, ""),
    ),
    Case::wrong(BadCharacter, "zeros", 60 * K, 100 * M, |n| {
        around("", "\0", n, "")
    }),
    Case::wrong(BadCharacter, "marks without width", 60 * K, 100 * M, |n| {
        around("", "\u{200b}", n / 3, "")
    }),
    Case::wrong(UnclosedString, "quotes", 60 * K + 1, 100 * M + 1, |n| {
        around("let x = ", "\"", n | 1, "")
    }),
    Case::wrong(Unexpected, "commas", 60 * K, 40 * M, |n| {
        around("let x = ", ",", n, "")
    }),
    Case::wrong(Unexpected, "numbers", 60 * K, 40 * M, |n| {
        around("let x = ", "1 ", n / 2, "")
    }),
    Case::wrong(Unexpected, "words", 60 * K, 40 * M, |n| {
        around("let x = ", "a ", n / 2, "")
    }),
    Case::wrong(Unexpected, "bars", 60 * K, 40 * M, |n| {
        around("table x(first) -> int { ", "| ", n / 2, "}")
    }),
    Case::wrong(Unexpected, "arrows", 60 * K, 40 * M, |n| {
        around("decision x -> int { ", "=> ", n / 3, "}")
    }),
    Case::wrong(Unexpected, "whens", 60 * K, 40 * M, |n| {
        around("decision x -> int { ", "when ", n / 5, "}")
    }),
    Case::wrong(Unexpected, "lets", 60 * K, 40 * M, |n| {
        around("", "let ", n / 4, "")
    }),
    Case::wrong(Unexpected, "slashes", 60 * K, 40 * M, |n| {
        around("let x = 1 ", "/ ", n / 2, "")
    }),
    Case::wrong(
        Unexpected,
        "documentation of nothing",
        60 * K,
        40 * M,
        |n| around("let x = 1 ", "/// a\n", n / 6, ""),
    ),
    Case::refused(
        "larger than",
        "more than the limit",
        140 * M,
        140 * M,
        |n| Input::Rules(format!("{HEAD}{}", " ".repeat(n.max(135 * M)))),
    ),
];
