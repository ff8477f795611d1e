//! What matches, what is refused and where, and that hostile patterns end.

use super::*;
use proptest::prelude::*;

fn full(pattern: &str, text: &str) -> bool {
    Pattern::new(pattern, true, false).unwrap().matches(text)
}

fn part(pattern: &str, text: &str) -> bool {
    Pattern::new(pattern, false, false).unwrap().matches(text)
}

fn any_case(pattern: &str, text: &str) -> bool {
    Pattern::new(pattern, true, true).unwrap().matches(text)
}

#[test]
fn whole_texts_and_parts() {
    assert!(full("a|ab", "ab"));
    assert!(!full("a|ab", "abc"));
    assert!(!full("a", "a\n"));
    assert!(part("b", "abc"));
    assert!(!part("^b", "abc"));
    assert!(!part("^b", "a\nb"));
    assert!(full("", ""));
    assert!(part("", "x"));
    assert!(full("[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}", "SW1A 2AA"));
    assert!(full("größe", "größe"));
    assert!(full("a.c", "aéc"));
}

#[test]
fn classes_are_ascii() {
    assert!(full(r"\d\w\s", "7_\t"));
    assert!(full(r"\s{6}", "\t\n\u{b}\u{c}\r "));
    for (pattern, text) in [
        (r"\d", "٣"),
        (r"\w", "é"),
        (r"\s", "\u{a0}"),
        (r"[\d]", "٣"),
        (r"[x\w]", "é"),
    ] {
        assert!(!full(pattern, text), "{pattern}");
    }
    for (pattern, text) in [
        (r"\D", "٣"),
        (r"\W", "é"),
        (r"\S", "\u{a0}"),
        (r"[\D]", "٣"),
        (r"[^\w]", "é"),
        (r"[a\W-]", "-"),
        (r"[\w&&[^\d]]", "a"),
        (r"[[:alpha:]é]+", "aé"),
    ] {
        assert!(full(pattern, text), "{pattern}");
    }
    assert!(!full(r"[\w&&[^\d]]", "1"));
    // A word ends at a letter that is not ASCII.
    assert!(part(r"caf\b", "café"));
    assert!(!part(r"caf\B", "café"));
    assert!(part(r"caf\B", "cafe"));
    assert!(part(r"\b{start}a", "éa"));
}

#[test]
fn ignoring_case() {
    for (pattern, text) in [
        ("straße", "STRAßE"),
        ("[a-c]+", "AbC"),
        ("[A-C]+", "aBc"),
        ("[X-c]+", "yZaBC"),
        ("[a]", "A"),
        ("[a-]", "-"),
        ("[[:lower:]]", "Q"),
        (r"\x61", "A"),
        ("(ab){2}", "aBAb"),
        ("[^b&&a-c]+", "AcaC"),
    ] {
        assert!(any_case(pattern, text), "{pattern}");
    }
    for (pattern, text) in [
        ("é", "É"),
        ("[^a]", "A"),
        ("[^a-z]", "Q"),
        ("[[:^lower:]]", "Q"),
        ("[a-z&&[^b]]", "B"),
        // The Kelvin sign and the long s are no ASCII letters.
        ("k", "\u{212a}"),
        ("s", "\u{17f}"),
    ] {
        assert!(!any_case(pattern, text), "{pattern}");
    }
}

fn wrong(pattern: &str) -> PatternError {
    Pattern::new(pattern, true, false).unwrap_err()
}

#[test]
fn refused_with_a_place() {
    for (pattern, at, says) in [
        (
            r"a\p{L}",
            1..6,
            r"patterns have no `\p`: their classes are ASCII only",
        ),
        (
            r"é[\PL]",
            3..6,
            r"patterns have no `\p`: their classes are ASCII only",
        ),
        ("a(?i)b", 1..5, "patterns have no flags"),
        ("a(?i:b)", 3..4, "patterns have no flags"),
        ("(?q)", 2..3, "patterns have no flags"),
        ("a(b", 1..2, "this `(` has no `)`"),
        ("ab)", 2..3, "this `)` has no `(`"),
        ("é[a", 2..3, "this `[` has no `]`"),
        ("[z-a]", 1..4, "this range runs backwards"),
        ("*a", 0..1, "there is nothing before this to repeat"),
        ("a{3,2}", 1..6, "this repetition runs backwards"),
        (
            "a{x}",
            2..3,
            "a repetition is written like `{2}`, `{2,}` or `{2,5}`",
        ),
        (r"a\q", 1..3, r"`\q` means nothing in a pattern"),
        (
            r"(a)\1",
            3..5,
            "a pattern can't refer back to what a group matched",
        ),
        ("(?=a)", 0..3, "a pattern can't look ahead or behind"),
        ("a\\", 1..2, "the pattern ends in the middle"),
        (r"\x{110000}", 3..9, "there is no character of this number"),
    ] {
        let error = wrong(pattern);
        assert_eq!((error.at, error.message.as_str()), (at, says), "{pattern}");
        assert!(!error.help.is_empty());
    }
}

#[test]
fn limits() {
    assert_eq!(
        wrong("(((a{1000}){1000}){1000}){1000}").message,
        "it is too large"
    );
    assert_eq!(wrong("a{1000000000}").message, "it is too large");
    let nested = |depth| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(
        wrong(&nested(65)).message,
        "this pattern is nested more than 64 deep"
    );
    assert_eq!(
        wrong(&nested(100_000)).message,
        "this pattern is nested more than 64 deep"
    );
    let deep = std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(move || {
            assert!(full(&nested(63), "a"));
            let classes = format!("{}a{}", "[".repeat(62), "]".repeat(62));
            assert!(any_case(&classes, "A"));
            let long = "a|".repeat(20_000);
            assert!(Pattern::new(&long, true, true).is_err());
        });
    deep.unwrap().join().unwrap();
}

#[test]
fn linear_time() {
    let text = "a".repeat(100_000);
    assert!(!full("(a*)*b", &text));
    assert!(!full("(a|a)*b", &text));
}

proptest! {
    /// Against the regex crate's own flags: ASCII classes, and case by texts in one case.
    #[test]
    fn as_the_flags_would(
        pattern in r"([ab1_ ]|\\[dwsDWSbB]|\[\^?[a-cA1]{1,3}(\\[dwsDWS])?[X-Z]?\]|[.|]|\(b\)|[AB][*+?]){1,6}",
        text in "[abABX1_ \té٣]{0,8}",
    ) {
        let theirs = |flags: &str| {
            // Without Unicode their negated classes match bytes; so their classes are spelled as well.
            let ascii = pattern
                .replace(r"\d", "[0-9]").replace(r"\D", "[^0-9]")
                .replace(r"\w", "[a-zA-Z0-9_]").replace(r"\W", "[^a-zA-Z0-9_]")
                .replace(r"\s", "[ \t\n\r\u{b}\u{c}]").replace(r"\S", "[^ \t\n\r\u{b}\u{c}]")
                .replace(r"\b", r"(?-u:\b)").replace(r"\B", r"(?-u:\B)");
            Regex::new(&format!("{flags}{ascii}")).unwrap().is_match(&text)
        };
        let ours = |case| Pattern::new(&pattern, false, case).unwrap().matches(&text);
        prop_assert_eq!(ours(false), theirs(""));
        // None of these letters has a relative beyond ASCII.
        prop_assert_eq!(ours(true), theirs("(?i)"));
    }

    #[test]
    fn no_pattern_panics(pattern in r"[ab()\[\]{}*+?|^$.\\dwpxP:<>=!,0-9é&~-]{0,30}") {
        for case in [false, true] {
            if let Err(error) = Pattern::new(&pattern, true, case) {
                prop_assert!(error.at.start <= error.at.end && error.at.end <= pattern.len());
                // Nothing that we accept is refused by the second reader.
                prop_assert_ne!(error.message, "it is not well formed");
            }
        }
    }
}
