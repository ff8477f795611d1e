//! "Did you mean": the nearest of the names that would have been possible.

/// The candidate nearest to `word`, if one is near enough; of several as near, the first by its letters.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    all_nearest(word, candidates).first().copied()
}

/// How many names as near as one another are told.
const MOST_AS_NEAR: usize = 3;

/// The candidates nearest to `word`, if they are near enough: at most a third of the letters differ, two at the most
/// (edit distance with transpositions, case ignored; Damerau, 1964, in its restricted form). In the order of their
/// letters, three at the most.
pub(crate) fn all_nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let written = word;
    let word = word.to_ascii_lowercase();
    let word_length = word.chars().count();
    let most = |other: &str| (word_length.max(other.chars().count()) / 3).min(2);
    let (length, letters) = sketch(&word);
    let may_be_near = |candidate: &&str| {
        let (its_length, its_letters) = sketch(candidate);
        let differing = (letters ^ its_letters).count_ones() as usize;
        its_length.abs_diff(length) <= 2 && differing <= 4
    };
    let near = candidates.into_iter().filter(may_be_near);
    let near = near.map(|c| (distance(&word, &c.to_ascii_lowercase()), c));
    let (mut least, mut found) = (usize::MAX, Vec::new());
    for (distance, candidate) in near.filter(|(d, c)| *d <= most(c)) {
        if distance < least {
            least = distance;
            found.clear();
        }
        if distance == least && !found.contains(&candidate) {
            found.push(candidate);
            found.sort_unstable();
            found.truncate(MOST_AS_NEAR);
        }
    }
    // What is written so already is not the mistake.
    if found.contains(&written) {
        found.clear();
    }
    found
}

/// Length, and which letters occur (one bit for several letters): an edit changes the length by one and two bits at
/// the most, so that most candidates are ruled out without a look at the order of their letters.
fn sketch(word: &str) -> (usize, u64) {
    crate::work::steps(word.len());
    word.chars().fold((0, 0), |(length, letters), letter| {
        let bit = u32::from(letter.to_ascii_lowercase()) % 64;
        (length + 1, letters | 1 << bit)
    })
}

/// Restricted Damerau–Levenshtein distance over characters, three rows at a time. What both begin and end with costs
/// nothing.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(same..).unwrap_or(&[]), b.get(same..).unwrap_or(&[]));
    let pairs = a.iter().rev().zip(b.iter().rev());
    let same = pairs.take_while(|(x, y)| x == y).count();
    let a = a.get(..a.len() - same).unwrap_or(&[]);
    let b = b.get(..b.len() - same).unwrap_or(&[]);
    crate::work::steps(a.len() * b.len());
    let mut older: Vec<usize> = vec![0; b.len() + 1];
    let mut old: Vec<usize> = (0..=b.len()).collect();
    let mut row: Vec<usize> = Vec::with_capacity(b.len() + 1);
    for (i, x) in a.iter().enumerate() {
        row.clear();
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let at = |r: &[usize], k: usize| r.get(k).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&old, j) + usize::from(x != y))
                .min(at(&old, j + 1) + 1)
                .min(at(&row, j) + 1);
            let before = |k: usize| k.checked_sub(1);
            let swapped = before(i).is_some_and(|k| a.get(k) == Some(y))
                && before(j).is_some_and(|k| b.get(k) == Some(x));
            if let Some(k) = before(j).filter(|_| swapped) {
                best = best.min(at(&older, k) + 1);
            }
            row.push(best);
        }
        std::mem::swap(&mut older, &mut old);
        std::mem::swap(&mut old, &mut row);
    }
    old.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn finds_the_near_and_refuses_the_far() {
        assert_eq!(nearest("custmer", ["customer", "mood"]), Some("customer"));
        assert_eq!(nearest("Gold", ["gold", "guest"]), Some("gold"));
        assert_eq!(nearest("age", ["tier", "mood"]), None);
        assert_eq!(nearest("vp", ["vip"]), Some("vip"));
        assert_eq!(nearest("x", ["y", "xy"]), None);
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("context", "cotnext"), 1);
        assert_eq!(distance("segment", "sgement"), 1);
        assert_eq!(distance("abcd", "acbde"), 2);
    }
}
