//! Cuts the body of a declaration into its entries: rules, rows, fields, members with conditions, transitions.
//!
//! Bodies have no separators either; an entry begins with `valid`, `when`, `otherwise`, `always`, `|` or a word before
//! `:`. `fixtures` cuts customers and tests. In a wrong text, a word at the start of a line begins one too if the text before it can end there. Each entry is parsed alone.

mod fixtures;

pub(super) use fixtures::{facts, steps};

use super::scan::Kind;
use super::split::{Piece, View, continues, cut};
use std::ops::Range;

/// A body: the tokens between its braces, and their level.
#[derive(Clone)]
pub(super) struct Body {
    pub tokens: Range<usize>,
    pub level: u16,
}

/// Rules of a decision or score: `[label:] [valid …] when … => …`, `[label:] otherwise => …`, `always => …`.
pub(super) fn rules(view: View, body: &Body) -> Vec<Piece> {
    let mut ifs = 0_usize;
    // The first token of a body begins an entry unasked.
    let mut tokens = body.tokens.clone();
    let first = tokens.find(|i| view.kind(*i) != Some(Kind::Doc));
    let mut validity = first.is_some_and(|i| opens_validity(view, i));
    cut(view, body.tokens.clone(), body.level, |i, start| {
        let begins = !goes_on_with_validity(view, i, start, &mut validity)
            && begins_rule(view, i, start, ifs);
        count_ifs(view, i, begins, &mut ifs);
        begins
    })
}

/// The header, rows and `otherwise` of a table.
pub(super) fn rows(view: View, body: &Body) -> Vec<Piece> {
    let mut ifs = 0_usize;
    let mut validity = false;
    let (mut columns, mut cells, mut arrow) = (0_usize, 1_usize, false);
    cut(view, body.tokens.clone(), body.level, |i, start| {
        let opens = match view.kind(i) {
            Some(Kind::Bar) => true,
            Some(Kind::Sign) => view.first(i) && view.word(i) == "||",
            _ => false,
        };
        let in_row = matches!(view.word(start), "|" | "||");
        let overdue = view.first(i) && columns > 0 && cells >= columns;
        let begins = if opens {
            !in_row || arrow || overdue
        } else {
            !goes_on_with_validity(view, i, start, &mut validity)
                && begins_rule(view, i, start, ifs)
                && (view.kind(i) != Some(Kind::Word) || arrow || view.first(i))
        };
        if begins {
            columns = if columns == 0 { cells } else { columns };
            (cells, arrow) = (usize::from(opens), false);
        } else {
            cells += usize::from(opens);
            arrow |= view.kind(i) == Some(Kind::Arrow);
        }
        count_ifs(view, i, begins, &mut ifs);
        begins
    })
}

/// Rules of a classification: `member when …`, `otherwise member`.
pub(super) fn classes(view: View, body: &Body) -> Vec<Piece> {
    let mut ifs = 0_usize;
    cut(view, body.tokens.clone(), body.level, |i, start| {
        let is_member =
            view.is_name(i) && view.word(i + 1) == "when" && view.word(i) != "otherwise";
        let is_otherwise = view.word(i) == "otherwise" && ifs == 0;
        let begins = !follows_dot(view, i)
            && (is_member
                || (is_otherwise && view.ended_before(i))
                || (i > start + 1 && begins_line(view, i)));
        count_ifs(view, i, begins, &mut ifs);
        begins
    })
}

/// Entries of a journey: `starts stage on …`, `stage -> stage on …`, `stage ends after …`.
pub(super) fn transitions(view: View, body: &Body) -> Vec<Piece> {
    cut(view, body.tokens.clone(), body.level, |i, start| {
        let after_comma = i > 0 && view.kind(i - 1) == Some(Kind::Comma);
        let ended = after_comma || view.ended_before(i);
        if !view.is_name(i) || follows_dot(view, i) || !ended {
            return false;
        }
        let moves = view.kind(i + 1) == Some(Kind::Arrow);
        let triggered = matches!(view.word(i + 2), "on" | "after" | "when");
        let ends = view.word(i + 1) == "ends" && triggered;
        let starts = view.word(i) == "starts" && view.is_name(i + 1);
        // Stages, `on` or `after`, and what stands behind that, whatever they are called; unless something is missing.
        let is_move = view.kind(start + 1) == Some(Kind::Arrow);
        if i <= start + 3 + usize::from(is_move) {
            return view.first(i) && (moves || ends || starts && triggered);
        }
        let ends = ends || view.word(i + 1) == "ends" && view.first(i);
        starts || moves || ends || is_transition_gone_wrong(view, i)
    })
}

/// Clauses of an action: `eligible when …`, `value 8.00`, `treatment otherwise { … }`.
pub(super) fn action_clauses(view: View, body: &Body) -> Vec<Piece> {
    clauses(view, body, |i| {
        let next = view.word(i + 1);
        match view.word(i) {
            "eligible" | "applicable" | "suitable" => next == "when",
            "valid" => matches!(next, "from" | "until"),
            "propensity" | "value" => opens_operand(view, i + 1),
            "lever" => {
                matches!(next, "+" | "-")
                    || view.kind(i + 1) == Some(Kind::Number)
                    || view.is_name(i + 1) && view.word(i + 2) == "."
            }
            "gives" => next == "{",
            "treatment" => matches!(next, "for" | "otherwise"),
            "only" => next == "on",
            "transactional" => true,
            _ => false,
        }
    })
}

/// Clauses of a policy: `at most 2 …`, `pause …`, `withhold on …`.
pub(super) fn policy_clauses(view: View, body: &Body) -> Vec<Piece> {
    clauses(view, body, |i| {
        let next = view.word(i + 1);
        match view.word(i) {
            "at" => next == "most",
            "pause" => next == "the" || view.is_name(i + 1),
            "withhold" => next == "on",
            _ => false,
        }
    })
}

/// Clauses of a next best action: `choose from …`, `rank by …`, `weight +10% for …`, `limit 3`.
pub(super) fn choice_clauses(view: View, body: &Body) -> Vec<Piece> {
    clauses(view, body, |i| {
        let next = view.word(i + 1);
        match view.word(i) {
            "choose" => next == "from",
            "rank" => next == "by",
            // In a ranking `weight + …` is a sum.
            "weight" => {
                let percent = i + 1 + usize::from(matches!(next, "+" | "-"));
                view.kind(percent) == Some(Kind::Number) && view.word(percent + 1) == "for"
            }
            "limit" => next == "at" || view.kind(i + 1) == Some(Kind::Number),
            "hold" => next == "out",
            _ => false,
        }
    })
}

/// Clauses of an experiment: `by …`, `variants { … }`, `when …`, `valid from …`, `layer …`.
pub(super) fn experiment_clauses(view: View, body: &Body) -> Vec<Piece> {
    clauses(view, body, |i| {
        let next = view.word(i + 1);
        match view.word(i) {
            "by" | "when" => opens_operand(view, i + 1),
            "variants" => next == "{",
            "valid" => matches!(next, "from" | "until"),
            "layer" => view.is_name(i + 1),
            _ => false,
        }
    })
}

/// Clauses begin with their word where the text before it can end, whatever comes next to it; other words at the start
/// of a line begin one that is answered.
fn clauses(view: View, body: &Body, opens: impl Fn(usize) -> bool) -> Vec<Piece> {
    let mut ifs = 0_usize;
    cut(view, body.tokens.clone(), body.level, |i, _| {
        let named = view.kind(i) == Some(Kind::Word) && !follows_dot(view, i);
        let waits = view.word(i) == "otherwise" && ifs > 0;
        // Behind `rank by` no clause begins.
        let ranks = i > 1 && view.word(i - 2) == "rank" && view.word(i - 1) == "by";
        let begins = named && view.ended_before(i) && (opens(i) || begins_line(view, i));
        let begins = begins && !waits && !ranks;
        count_ifs(view, i, begins, &mut ifs);
        begins
    })
}

/// Whether an operand could begin with a token.
fn opens_operand(view: View, i: usize) -> bool {
    match view.kind(i) {
        Some(Kind::Word) => !continues(view.word(i)) || matches!(view.word(i), "not" | "if"),
        Some(Kind::Quoted | Kind::Number | Kind::Text) => true,
        Some(Kind::Open) => true,
        Some(Kind::Sign) => view.word(i) == "-",
        _ => false,
    }
}

/// Whether a line looks like an entry of a journey that is spelt another way: it has an `on`, `after` or `when` of its own,
/// and does not go on with the events before it.
fn is_transition_gone_wrong(view: View, i: usize) -> bool {
    let goes_on = matches!(view.word(i), "on" | "at" | "least" | "later" | "event");
    if goes_on || !begins_line(view, i) {
        return false;
    }
    let mut line = (i..view.tokens.len()).take_while(|next| *next == i || !view.first(*next));
    line.any(|next| {
        view.level(next) == view.level(i) && matches!(view.word(next), "on" | "after" | "when")
    })
}

/// Fields of a record, the context or the touchpoint: `name: type`.
pub(super) fn fields(view: View, body: &Body) -> Vec<Piece> {
    cut(view, body.tokens.clone(), body.level, |i, _| {
        // A comma may stand before a closing bracket too.
        let after_comma =
            i > 0 && view.kind(i - 1) == Some(Kind::Comma) && view.kind(i) != Some(Kind::Close);
        let is_named = view.is_name(i) && view.kind(i + 1) == Some(Kind::Colon);
        let is_mark = matches!(view.word(i), "sensitive" | "fixed");
        (is_named && !follows_dot(view, i)) || after_comma || (begins_line(view, i) && !is_mark)
    })
}

fn follows_dot(view: View, i: usize) -> bool {
    i > 0 && view.kind(i - 1) == Some(Kind::Dot)
}

/// Conditionals that still wait for their `otherwise` in this entry.
fn count_ifs(view: View, i: usize, begins: bool, ifs: &mut usize) {
    if begins {
        *ifs = 0;
    } else if view.kind(i) == Some(Kind::Word) && !follows_dot(view, i) {
        match view.word(i) {
            "if" => *ifs += 1,
            "otherwise" => *ifs = ifs.saturating_sub(1),
            _ => {}
        }
    }
}

/// `valid` before `from` or `until`, where it can only be the clause.
fn opens_validity(view: View, i: usize) -> bool {
    view.word(i) == "valid" && matches!(view.word(i + 1), "from" | "until")
}

/// Whether a word belongs to the validity that stands before the condition of the same rule: its `from` and `until`,
/// what they stand before, and the `when` or `otherwise` behind it. `validity` says whether one has begun and its condition has not.
fn goes_on_with_validity(view: View, i: usize, start: usize, validity: &mut bool) -> bool {
    if opens_validity(view, i) && (view.ended_before(i) || is_labelled(view, i, start)) {
        *validity = true;
        return false;
    }
    match (view.kind(i), view.word(i)) {
        (Some(Kind::Word), "when" | "otherwise") => std::mem::replace(validity, false),
        (Some(Kind::Word), "from" | "until") => *validity,
        (Some(Kind::Word | Kind::Quoted), _) => {
            let before = i.checked_sub(1).map_or("", |p| view.word(p));
            *validity && matches!(before, "from" | "until")
        }
        (Some(Kind::Arrow | Kind::Bar), _) => {
            *validity = false;
            false
        }
        _ => false,
    }
}

/// Whether a label stands before a token of the entry that began at `start`.
fn is_labelled(view: View, i: usize, start: usize) -> bool {
    i == start + 2 && view.kind(i - 1) == Some(Kind::Colon)
}

fn begins_rule(view: View, i: usize, start: usize, ifs: usize) -> bool {
    if !view.is_name(i) || follows_dot(view, i) {
        return false;
    }
    let next = view.kind(i + 1);
    let labelled = is_labelled(view, i, start);
    match view.word(i) {
        "when" => !labelled,
        "valid" if opens_validity(view, i) => !labelled && view.ended_before(i),
        "always" if next == Some(Kind::Arrow) => !labelled && view.ended_before(i),
        "otherwise" if labelled => false,
        "otherwise" => next == Some(Kind::Arrow) || (ifs == 0 && view.ended_before(i)),
        "else" if next == Some(Kind::Arrow) => view.ended_before(i),
        _ if next == Some(Kind::Colon) => view.ended_before(i),
        _ => begins_line(view, i),
    }
}

/// Whether a word at the start of a line does not go on with what stands before it.
fn begins_line(view: View, i: usize) -> bool {
    view.is_name(i) && view.first(i) && view.ended_before(i) && !continues(view.word(i))
}
