//! The words that mean something to the parser: reserved ones, those that begin declarations, and those of parts of
//! the language that this version does not have yet.
//!
//! All tables are small; look-ups are a `match` or a short scan on the path of mistakes only.

/// Words that can't be names without backquotes.
pub(crate) const RESERVED: &[&str] = &[
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "otherwise",
    "else",
    "then",
    "where",
    "within",
    "without",
    "immediately",
    "as",
    "of",
    "no",
    "never",
    "true",
    "false",
    "missing",
    "between",
    "when",
    "because",
    "has",
];

/// Whether a word is reserved.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// Whether a word used as a name in an expression must stand in backquotes: the reserved ones, and those that people
/// write for `missing`.
pub(crate) fn needs_quotes(word: &str) -> bool {
    is_reserved(word) || is_null(word)
}

/// Words for "nothing" in other languages; answered with `missing`.
pub(super) fn is_null(word: &str) -> bool {
    matches!(word, "null" | "nil" | "NULL")
}

/// Reserved words that are values, so that an operand can end with them.
pub(super) fn is_value_word(word: &str) -> bool {
    matches!(word, "true" | "false" | "missing" | "never")
}

/// Words that join or follow operands: after an operand they go on with the expression.
pub(super) fn continues(word: &str) -> bool {
    CONTINUES.contains(&word) || follows_events(word)
}

/// The words between and behind operands of this version.
pub(super) const CONTINUES: &[&str] = &[
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "otherwise",
    "else",
    "then",
    "because",
    "contains",
    "starts",
    "ends",
    "matches",
    "ignoring",
    "div",
    "mod",
    "where",
    "between",
    "of",
    "has",
    "for",
    "to",
    "AND",
    "OR",
    "NOT",
];

/// The declarations of this version.
pub(super) const DECLARATIONS: &[&str] = &[
    "ruleset",
    "use",
    "enum",
    "record",
    "context",
    "touchpoint",
    "let",
    "segment",
    "behaviour",
    "journey",
    "classify",
    "decision",
    "table",
    "score",
    "feature",
    "reference",
    "event",
    "timezone",
    "week",
    "issue",
    "group",
    "action",
    "actions",
    "next_best_action",
    "policy",
    "experiment",
    "ordered",
    "customer",
    "test",
    "pervasive",
];

/// Declarations of later versions: the word, and what it is called in a sentence.
const LATER_DECLARATIONS: &[(&str, &str)] = &[("deny", "settings of the compiler")];

/// The name of the feature that a declaration word of a later version belongs to.
pub(super) fn later_declaration(word: &str) -> Option<&'static str> {
    find(LATER_DECLARATIONS, word)
}

/// Words that follow events in behaviours, and nothing elsewhere.
pub(super) const EVENT_OPERATORS: &[&str] = &[
    "within",
    "without",
    "as",
    "immediately",
    "between",
    "ago",
    "per",
    "after",
    "before",
    "same",
    "different",
    "halving",
];

/// Whether a word behind an operand asks about events.
pub(super) fn follows_events(word: &str) -> bool {
    EVENT_OPERATORS.contains(&word)
}

/// Words that stand before events in behaviours. All may be plain names, so they say something only where another
/// operand follows.
const EVENT_PREFIXES: &[&str] = &[
    "count", "sum", "avg", "min", "max", "median", "distinct", "list", "most", "first", "last",
    "some", "all", "time", "calendar", "sessions", "streak", "trend", "times", "stage", "open",
    "no", "ever", "score",
];

/// Whether a word before an operand asks about events.
pub(super) fn opens_events(word: &str) -> bool {
    EVENT_PREFIXES.contains(&word)
}

/// Whether a word behind a number is a unit or a currency.
pub(super) fn is_unit(word: &str) -> bool {
    super::forms::unit(word).is_some()
        || (word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase()))
}

fn find(table: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(w, _)| *w == word)
        .map(|(_, feature)| *feature)
}
