//! A small matcher of patterns by sets of places: literals, `.`, classes, groups, `|`, `*`, `+`, `?`, `\d` and the like.
//!
//! It knows no more than what is generated; anything else panics.

use super::calls::lower;
use pervade::internals::hir::PatternText;
use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::Chars;

enum Part {
    /// One character of these ranges, or of none of them.
    One(Vec<(char, char)>, bool),
    /// One after the other.
    Row(Vec<Part>),
    /// One of them.
    Either(Vec<Part>),
    /// At least so often; at most once, or without end.
    Times(Box<Part>, usize, bool),
}

/// Whether a text fits a pattern.
pub(super) fn matches(pattern: &PatternText, text: &str) -> bool {
    let fold = |c: char| if pattern.ignoring_case { lower(c) } else { c };
    let mut rest = pattern.text.chars().peekable();
    let whole = either(&mut rest);
    assert!(rest.next().is_none(), "a pattern of more: {}", pattern.text);
    let text: Vec<char> = text.chars().collect();
    let ends = |from| places(&whole, &text, from, &fold);
    if pattern.full {
        return ends(0).contains(&text.len());
    }
    (0..=text.len()).any(|from| !ends(from).is_empty())
}

/// Where a part may end that begins here.
fn places(part: &Part, text: &[char], from: usize, fold: &dyn Fn(char) -> char) -> BTreeSet<usize> {
    match part {
        Part::One(ranges, negated) => {
            let Some(c) = text.get(from) else {
                return BTreeSet::new();
            };
            let within = |c: char| ranges.iter().any(|(low, high)| *low <= c && c <= *high);
            // In both cases, whichever the range is written in.
            let hit = if fold('A') == 'a' {
                ('\0'..='\u{7f}').any(|x| fold(x) == fold(*c) && within(x)) || within(*c)
            } else {
                within(*c)
            };
            if hit != *negated {
                BTreeSet::from([from + 1])
            } else {
                BTreeSet::new()
            }
        }
        Part::Row(parts) => {
            let mut at = BTreeSet::from([from]);
            for part in parts {
                at = at
                    .into_iter()
                    .flat_map(|from| places(part, text, from, fold))
                    .collect();
            }
            at
        }
        Part::Either(parts) => parts
            .iter()
            .flat_map(|part| places(part, text, from, fold))
            .collect(),
        Part::Times(part, least, many) => {
            let step = |at: &BTreeSet<usize>| -> BTreeSet<usize> {
                at.iter()
                    .flat_map(|from| places(part, text, *from, fold))
                    .collect()
            };
            let mut at = BTreeSet::from([from]);
            if *least == 1 {
                at = step(&at);
            }
            let mut all = at.clone();
            loop {
                let more = step(&all);
                let grown = !more.is_subset(&all);
                all.extend(more);
                if !grown || !many {
                    return all;
                }
            }
        }
    }
}

fn either(rest: &mut Peekable<Chars>) -> Part {
    let mut parts = vec![row(rest)];
    while rest.next_if_eq(&'|').is_some() {
        parts.push(row(rest));
    }
    Part::Either(parts)
}

fn row(rest: &mut Peekable<Chars>) -> Part {
    let mut parts = Vec::new();
    while let Some(c) = rest.next_if(|c| !matches!(c, '|' | ')')) {
        let one = single(c, rest);
        parts.push(match rest.next_if(|c| matches!(c, '*' | '+' | '?')) {
            Some('*') => Part::Times(Box::new(one), 0, true),
            Some('+') => Part::Times(Box::new(one), 1, true),
            Some(_) => Part::Times(Box::new(one), 0, false),
            None => one,
        });
    }
    Part::Row(parts)
}

fn single(c: char, rest: &mut Peekable<Chars>) -> Part {
    match c {
        '(' => {
            let inner = either(rest);
            assert_eq!(rest.next(), Some(')'));
            inner
        }
        '.' => Part::One(vec![('\n', '\n')], true),
        '[' => {
            let negated = rest.next_if_eq(&'^').is_some();
            let mut ranges = Vec::new();
            while let Some(low) = rest.next_if(|c| *c != ']') {
                match rest.next_if_eq(&'-') {
                    Some(_) => ranges.push((low, rest.next().expect("an end"))),
                    None => ranges.push((low, low)),
                }
            }
            rest.next();
            Part::One(ranges, negated)
        }
        '\\' => match rest.next() {
            Some('d') => Part::One(vec![('0', '9')], false),
            Some('w') => Part::One(vec![('0', '9'), ('a', 'z'), ('A', 'Z'), ('_', '_')], false),
            Some('s') => {
                let blanks = ['\t', '\n', '\u{b}', '\u{c}', '\r', ' '];
                Part::One(blanks.map(|c| (c, c)).to_vec(), false)
            }
            Some(other) => Part::One(vec![(other, other)], false),
            None => panic!("nothing behind a backslash"),
        },
        '*' | '+' | '?' | '^' | '$' | '{' => panic!("`{c}` is not generated here"),
        other => Part::One(vec![(other, other)], false),
    }
}

#[test]
fn sets_of_places() {
    let fits = |pattern: &str, full: bool, ignoring_case: bool, text: &str| {
        let pattern = PatternText {
            text: pattern.to_owned(),
            full,
            ignoring_case,
        };
        matches(&pattern, text)
    };
    assert!(fits("a(b|c)*d?", true, false, "abcbc"));
    assert!(!fits("a(b|c)*d?", true, false, "abcbce"));
    assert!(fits("[^a-c]+", false, false, "abcx"));
    assert!(fits("GOLD", true, true, "Gold"));
    assert!(!fits("[^a]", true, true, "A"));
    assert!(fits("", false, false, "x"));
}
