//! Expressions over events as runs of words and operands.

use super::expr::Level;
use super::forms::{Part, any, single, word, words};
use super::word::{any_name, plain_name};
use crate::syntax::ast::{
    EventExpr, Expr, ExprKind, FoldWord, Mark, Name, Step, ThenWord, Window, ordinal,
};

/// How tightly an expression over events holds together.
pub(super) fn level(kind: &EventExpr) -> Level {
    match kind {
        EventExpr::Series { .. } | EventExpr::Halving(..) | EventExpr::AsOf(..) => Level::Late,
        EventExpr::Fold(..) => Level::Fold,
        EventExpr::Window(..) => Level::Window,
        EventExpr::Then(..) => Level::Then,
        _ => Level::Primary,
    }
}

fn at(expr: &Expr, level: Level) -> Part<'_> {
    Part::Expr(expr, level)
}

/// Its words and operands.
pub(super) fn phrase(kind: &EventExpr) -> Vec<Part<'_>> {
    match kind {
        EventExpr::Any => vec![word("any event")],
        EventExpr::Then(first, steps) => {
            let mut parts = vec![at(first, Level::Primary)];
            parts.extend(steps.iter().flat_map(step));
            parts
        }
        EventExpr::Marked(base, mark) => {
            let mut parts = vec![at(base, Level::Primary)];
            parts.extend(self::mark(mark));
            parts
        }
        EventExpr::Window(of, window) => {
            let mut parts = vec![at(of, Level::Window)];
            parts.extend(self::window(window));
            parts
        }
        EventExpr::Fold(fold, field, of) => {
            vec![fold_words(*fold, field.as_ref()), at(of, Level::Fold)]
        }
        EventExpr::TimeFrom(from, to) => {
            vec![word("time from "), anchor(from), word(" to "), anchor(to)]
        }
        EventExpr::AllOf(streams, within) => {
            let mut parts = vec![word("all of (")];
            for (i, stream) in streams.iter().enumerate() {
                parts.extend((i > 0).then(|| word(", ")));
                parts.push(any(stream));
            }
            parts.extend([word(") within "), single(within)]);
            parts
        }
        EventExpr::Sessions(of, gap) => vec![
            word("sessions of "),
            single(of),
            word(" by gap "),
            single(gap),
        ],
        EventExpr::PerKey {
            every,
            key,
            of,
            has,
        } => {
            let quantifier = if *every { "every" } else { "some" };
            let head = words(format!("{quantifier} {} of (", any_name(&key.text)));
            vec![head, any(of), word(") has ("), any(has), word(")")]
        }
        EventExpr::Series {
            of,
            per,
            count,
            counted,
        } => {
            let per = words(format!(" per {} for previous ", per.word()));
            let counted = words(format!(" {}s", counted.word()));
            vec![at(of, Level::Late), per, single(count), counted]
        }
        EventExpr::Halving(of, every) => {
            vec![at(of, Level::Late), word(" halving every "), single(every)]
        }
        EventExpr::AsOf(of, event) => vec![at(of, Level::Late), word(" as of "), anchor(event)],
    }
}

fn step(step: &Step) -> [Part<'_>; 2] {
    let then = match step.word {
        ThenWord::Then => " then ",
        ThenWord::Immediately => " then immediately ",
        ThenWord::No => " then no ",
    };
    [word(then), at(&step.event, Level::Primary)]
}

fn mark(mark: &Mark) -> Vec<Part<'_>> {
    match mark {
        Mark::Within(length) => vec![word(" within "), single(length)],
        Mark::Later(length) => vec![word(" at least "), single(length), word(" later")],
        Mark::Without(stream) => vec![word(" without "), single(stream)],
        Mark::Same(field) => vec![words(format!(" same {}", any_name(&field.text)))],
        Mark::Different(field) => vec![words(format!(" different {}", any_name(&field.text)))],
        Mark::As(name) => vec![words(format!(" as {}", plain_name(&name.text)))],
    }
}

/// `30` of `between 30 and 90 days ago`, where both are counted alike.
fn nearer_end<'e>(from: &'e Expr, to: &Expr) -> Part<'e> {
    match (&from.kind, &to.kind) {
        (ExprKind::Quantity(_, text, a), ExprKind::Quantity(_, _, b)) if a == b => {
            words(text.to_string())
        }
        _ => single(from),
    }
}

fn window(window: &Window) -> Vec<Part<'_>> {
    match window {
        Window::Last(length) => vec![word(" in last "), single(length)],
        Window::Ago(from, to) => vec![
            word(" between "),
            nearer_end(from, to),
            word(" and "),
            single(to),
            word(" ago"),
        ],
        Window::LeastAgo(length) => vec![word(" at least "), single(length), word(" ago")],
        Window::Today => vec![word(" today")],
        Window::This(period) => vec![words(format!(" this {}", period.word()))],
        Window::Previous {
            and_current,
            count,
            period,
        } => {
            let head = if *and_current {
                " in today and previous "
            } else {
                " in previous "
            };
            match count {
                Some(count) => vec![
                    word(head),
                    single(count),
                    words(format!(" {}s", period.word())),
                ],
                None => vec![words(format!("{head}{}", period.word()))],
            }
        }
        Window::Between(from, None) => vec![word(" from "), single(from)],
        Window::Between(from, Some(to)) => {
            vec![word(" from "), single(from), word(" to "), single(to)]
        }
        Window::After(event) => vec![word(" after "), anchor(event)],
        Window::Before(event) => vec![word(" before "), anchor(event)],
        Window::AllWithin(length) => vec![word(", all within "), single(length)],
    }
}

/// `last s`, or an event that has a name.
fn anchor(event: &Expr) -> Part<'_> {
    at(event, Level::Fold)
}

/// The words before the operand, with the blank behind them.
fn fold_words<'e>(fold: FoldWord, field: Option<&Name>) -> Part<'e> {
    if let Some(fold) = fold.of_field() {
        let field = field.map(|field| format!("{} ", any_name(&field.text)));
        return words(format!("{fold} {}of ", field.unwrap_or_default()));
    }
    match fold {
        FoldWord::Nth(n) => words(format!("{n}{} ", ordinal(n))),
        FoldWord::Newest(n) => words(format!("last {n} ")),
        FoldWord::No => word("no "),
        FoldWord::Ever => word("ever "),
        FoldWord::First => word("first "),
        FoldWord::Last => word("last "),
        FoldWord::Times => word("times of "),
        FoldWord::Stage => word("stage of "),
        FoldWord::Open => word("open "),
        FoldWord::Streak => word("streak "),
        FoldWord::Trend => word("trend "),
        FoldWord::TimeSince => word("time since "),
        FoldWord::CalendarDaysSince => word("calendar days since "),
        _ => word("count "),
    }
}
