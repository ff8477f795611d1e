//! Slips that the grammar reads and this language does not have: each with its answer and, where one is certain, the
//! replacement that repairs it. All of this is off the path of correct text.

use super::ast::{CompareOp, Name};
use super::pairs::{Pair, Rule};
use super::reader::Reader;
use super::words;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Answers wrong spellings of operators; says nothing about right ones.
pub(super) fn operator(reader: &mut Reader, text: &str, span: Span) {
    let (code, message, right) = match text {
        "=" => (
            Code::AssignForEquals,
            "`=` gives a name to a value; it does not compare".to_owned(),
            "==",
        ),
        "&&" => (
            Code::SymbolForWord,
            "`&&` is written `and`".to_owned(),
            "and",
        ),
        "||" => (Code::SymbolForWord, "`||` is written `or`".to_owned(), "or"),
        "AND" => (
            Code::Unexpected,
            "`AND` is written in small letters".to_owned(),
            "and",
        ),
        "OR" => (
            Code::Unexpected,
            "`OR` is written in small letters".to_owned(),
            "or",
        ),
        "<>" | "!==" => (Code::Unexpected, format!("`{text}` is written `!=`"), "!="),
        "===" => (Code::Unexpected, "`===` is written `==`".to_owned(), "=="),
        "=<" => (Code::Unexpected, "`=<` is written `<=`".to_owned(), "<="),
        _ => return,
    };
    let label = if text == "=" {
        "a comparison goes here"
    } else {
        "not this way"
    };
    let replacement = spaced(reader, span, right);
    reader.report.push(
        Diagnostic::error(code, span, message)
            .label(label)
            .help(format!("write `{right}`"))
            .suggest(span, replacement),
    );
}

/// A word in place of a sign needs blanks around it.
fn spaced(reader: &Reader, span: Span, word: &str) -> String {
    if !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return word.to_owned();
    }
    let before = Span {
        start: span.start.saturating_sub(1),
        end: span.start,
        ..span
    };
    let after = Span {
        start: span.end,
        end: span.end.saturating_add(1),
        ..span
    };
    let blank = |span: Span| reader.snippet(span).starts_with(char::is_whitespace);
    let (left, right) = (
        if blank(before) { "" } else { " " },
        if blank(after) { "" } else { " " },
    );
    format!("{left}{word}{right}")
}

/// Answers `!` before a condition.
pub(super) fn prefix(reader: &mut Reader, text: &str, span: Span) {
    if text == "!" {
        let replacement = spaced(reader, span, "not").trim_start().to_owned();
        reader.report.push(
            Diagnostic::error(Code::SymbolForWord, span, "`!` is written `not`")
                .label("not this way")
                .help("write `not`")
                .suggest(span, replacement),
        );
    }
}

/// Answers `a == not b`.
pub(super) fn tight_not(reader: &mut Reader, span: Span) {
    reader.report.push(
        Diagnostic::error(
            Code::Unexpected,
            span,
            "`not` stands before a whole condition, not inside one",
        )
        .label("a value goes here")
        .help("put brackets around the condition it negates: `a == (not b)`"),
    );
}

/// Answers `not a` in a cell.
pub(super) fn not_in_cell(reader: &mut Reader, expr: &Pair) {
    let span = reader.span(expr);
    let word = Span {
        end: span.start.saturating_add(3),
        ..span
    };
    let negated = reader.snippet(span).trim_start_matches("not").trim_start();
    let right = format!("not ({negated})");
    reader.report.push(
        Diagnostic::error(Code::Unexpected, word, "`not` in a cell takes brackets")
            .label("`(` goes behind this")
            .help(format!(
                "write `{right}`; several values stand in the same brackets, separated by `,`"
            ))
            .suggest(span, right),
    );
}

/// Answers an expression with more prefix words or fields around one part than the limit allows.
pub(super) fn too_deep(reader: &mut Reader, span: Option<Span>) {
    let error = Diagnostic::error(
        Code::TooDeep,
        span.unwrap_or(reader.whole()),
        format!(
            "parts lie inside one another more than {} deep",
            reader.nesting
        ),
    )
    .label("this one is too many")
    .help("give a part of it a name with `let` or `segment`, and use the name");
    reader.report.push(error);
}

/// Answers `null` anywhere but behind a comparison.
pub(super) fn null(reader: &mut Reader, text: &str, span: Span) {
    reader.report.push(
        Diagnostic::error(
            Code::NullForMissing,
            span,
            format!("`{text}` is written `missing`"),
        )
        .label("not this way")
        .help("write `missing`; a field of that name stands in backquotes")
        .suggest(span, "missing"),
    );
}

/// Answers `== null` and `!= null`; `span` covers both words.
pub(super) fn compared_with_null(reader: &mut Reader, op: CompareOp, span: Span) {
    let right = if op == CompareOp::Ne {
        "is present"
    } else {
        "is missing"
    };
    let written = reader.snippet(span);
    reader.report.push(
        Diagnostic::error(
            Code::NullForMissing,
            span,
            format!("`{written}` is written `{right}`"),
        )
        .label("not this way")
        .help(format!("write `{right}`"))
        .suggest(span, right),
    );
}

/// The report of a question about events where none can be asked.
pub(super) fn outside_behaviour(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::OutsideBehaviour,
        span,
        format!("`{word}` asks about events, which only a behaviour does"),
    )
    .label("this is no behaviour")
    .help("ask in a behaviour, `behaviour regular = count visit in last 90 days >= 4`, and write its name here")
}

/// Answers a reserved word where a value belongs.
pub(super) fn reserved_operand(reader: &mut Reader, text: &str, span: Span) {
    let of_events = words::opens_events(text) || words::follows_events(text);
    let error = if of_events && text != "no" {
        outside_behaviour(text, span)
    } else {
        Diagnostic::error(
            Code::Unexpected,
            span,
            format!("`{text}` stands where a value belongs"),
        )
        .label("a value goes here, for example a field's name")
        .help(format!(
            "a field or member of that name is written in backquotes: `` `{text}` ``"
        ))
    };
    // `yes` and `no` are members that people like to declare.
    reader.report.push(match text {
        "no" => error.suggest(span, "`no`"),
        _ => error,
    });
}

/// Answers what stands behind a complete expression.
pub(super) fn leftover(reader: &mut Reader, span: Span) {
    let text = reader.snippet(span);
    reader.report.push(
        Diagnostic::error(
            Code::Unexpected,
            span,
            format!("`{text}` does not fit here"),
        )
        .label("the expression is complete before this"),
    );
}

/// Answers `a in last 1 day then b`.
pub(super) fn window_before_then(reader: &mut Reader, span: Span) {
    let text = reader.snippet(span).trim_end().to_owned();
    let end = span.start + u32::try_from(text.len()).unwrap_or(0);
    let span = Span { end, ..span };
    reader.report.push(
        Diagnostic::error(
            Code::Unexpected,
            span,
            "a window before `then` goes in brackets",
        )
        .label("this window is of a step, not of the chain")
        .help(format!(
            "write `({text}) then …`; a window of the whole stands at the end"
        ))
        .suggest(span, format!("({text})")),
    );
}

/// Answers an `on` that begins a line behind an event.
pub(super) fn channel_on_its_own_line(reader: &mut Reader, span: Span) {
    reader.report.push(
        Diagnostic::error(
            Code::AmbiguousName,
            span,
            "this may be the channel of the event or that of the test",
        )
        .label("it stands on a line of its own")
        .help("for the event, put it on the event's line; for the test, put it before the events"),
    );
}

/// Answers `0th`, `last 0`.
pub(super) fn bad_ordinal(reader: &mut Reader, span: Span) {
    let text = reader.snippet(span);
    reader.report.push(
        Diagnostic::error(Code::BadNumber, span, format!("there is no `{text}` event"))
            .label("counted from 1 to 1,000,000")
            .help("write `1st`, `2nd`, `3rd` and so on, or `last 5`"),
    );
}

/// Answers `between 30 and d ago`.
pub(super) fn length_without_unit(reader: &mut Reader, span: Span) {
    let text = reader.snippet(span);
    reader.report.push(
        Diagnostic::error(
            Code::Unexpected,
            span,
            format!("`{text}` is no length of time"),
        )
        .label("it lacks a unit")
        .help(format!("write `{text} days`, for example")),
    );
}

/// Answers a range that no `in` asks for.
pub(super) fn range_alone(reader: &mut Reader, span: Span) {
    reader.report.push(
        Diagnostic::error(
            Code::Unexpected,
            span,
            "a range stands only right of `in`, in cells and in types",
        )
        .label("this is a range and no value")
        .help("ask for it with `in`, for example `age in 18..65`"),
    );
}

/// Answers `a == 1..5`.
pub(super) fn range_compared(reader: &mut Reader, op: Span) {
    let written = reader.snippet(op);
    let replacement = match written {
        "!=" => "not in",
        text if text.starts_with("is") && text.len() > 2 => "not in",
        _ => "in",
    };
    let error = Diagnostic::error(
        Code::Unexpected,
        op,
        format!("`{written}` does not compare with a range"),
    )
    .label("`in` goes here")
    .help("write `age in 18..65`, for example")
    .suggest(op, replacement);
    reader.report.push(error);
}

/// Answers `18..65 == age`.
pub(super) fn range_first(reader: &mut Reader, range: Span) {
    reader.report.push(
        Diagnostic::error(
            Code::Unexpected,
            range,
            "a comparison does not begin with a range",
        )
        .label("a value goes here")
        .help("write `age in 18..65`, for example"),
    );
}

/// Answers `a < b < c`; `first` covers `a < b`, `middle` is `b`.
pub(super) fn chained(reader: &mut Reader, first: Span, middle: Option<Span>, second: Span) {
    let sign = reader.snippet(second);
    let mut error = Diagnostic::error(
        Code::ChainedComparison,
        second,
        "a comparison does not go on with another one",
    )
    .label("the comparison before it is complete")
    .also(first, "this is true or false");
    error = match middle {
        Some(middle) => {
            let middle = reader.snippet(middle);
            let start = Span {
                end: second.start,
                ..second
            };
            error
                .help(format!(
                    "write both comparisons: `{} and {middle} {sign} …`",
                    reader.snippet(first)
                ))
                .suggest(start, format!("and {middle} "))
        }
        None => error.help("join two questions with `and`"),
    };
    reader.report.push(error);
}

/// Answers `a else b + c`.
pub(super) fn ambiguous_else(reader: &mut Reader, left: Span, first: Span, right: Span) {
    let sum = reader.snippet(right);
    let base = reader.snippet(left);
    let rest = Span {
        start: first.end,
        ..right
    };
    let (first, rest) = (reader.snippet(first), reader.snippet(rest).trim_start());
    // Nobody knows which of the two is meant: nothing is replaced.
    let error = Diagnostic::error(
        Code::AmbiguousElse,
        right,
        "arithmetic right of `else` needs brackets",
    )
    .label("as written, all of this is what `else` gives")
    .help(format!("write `{base} else ({sum})` if that is meant"))
    .help(format!("or `({base} else {first}) {rest}`"));
    reader.report.push(error);
}

/// Answers `otherwise` or `then` without an `if` before it.
pub(super) fn stray_otherwise(reader: &mut Reader, span: Span) {
    let word = reader.snippet(span);
    let error = if word == "then" {
        outside_behaviour("then", span).help("a choice is written `a if condition otherwise b`")
    } else {
        Diagnostic::error(
            Code::Unexpected,
            span,
            format!("`{word}` has no `if` before it"),
        )
        .label("the value is complete before this")
        .help("a choice is written `a if condition otherwise b`")
    };
    reader.report.push(error);
}

/// Answers `a if c` without the rest.
pub(super) fn if_without_otherwise(reader: &mut Reader, word: Span, condition: Span) {
    let end = Span {
        start: condition.end,
        ..condition
    };
    reader.report.push(
        Diagnostic::error(Code::Unexpected, word, "this `if` has no `otherwise`")
            .label("the choice begins here")
            .also(end, "`otherwise` and a second value belong here")
            .help("write `a if condition otherwise b`"),
    );
}

/// Answers `if c then a else b`; `whole` is the expression.
pub(super) fn if_then(reader: &mut Reader, whole: &Pair) {
    let parts: Vec<Pair> = whole.clone().into_inner().collect();
    let Some(first) = parts.iter().position(is_if) else {
        return;
    };
    let span = parts.get(first).map_or(reader.whole(), |p| reader.span(p));
    let mut error = Diagnostic::error(Code::IfThen, span, "a choice does not begin with `if`")
        .label("the value comes first, then `if` and its condition")
        .help("write `a if condition otherwise b`");
    if let Some(text) = turned(reader, &parts, first) {
        let all = Span {
            end: reader.span(whole).end,
            ..span
        };
        let text = if first == 0 {
            text
        } else {
            format!("({text})")
        };
        error = error.help(format!("here: `{text}`")).suggest(all, text);
    }
    reader.report.push(error);
}

fn is_if(pair: &Pair) -> bool {
    pair.as_rule() == Rule::prefix && pair.as_str() == "if"
}

/// `if c then a else if d then b else e` as `a if c otherwise b if d otherwise e`.
fn turned(reader: &Reader, parts: &[Pair], first: usize) -> Option<String> {
    let find = |from: usize, word: &str| {
        (from..parts.len()).find(|i| {
            parts
                .get(*i)
                .is_some_and(|p| p.as_rule() == Rule::infix && p.as_str() == word)
        })
    };
    let text = |from: usize, to: usize| {
        let (start, end) = (parts.get(from)?, parts.get(to.checked_sub(1)?)?);
        (from < to).then(|| reader.snippet(reader.span(start).to(reader.span(end))))
    };
    let mut out = String::new();
    let mut at = first;
    while parts.get(at).is_some_and(is_if) {
        let then = find(at, "then")?;
        let other = find(then, "else").or_else(|| find(then, "otherwise"))?;
        out.push_str(&format!(
            "{} if {} otherwise ",
            text(then + 1, other)?,
            text(at + 1, then)?
        ));
        at = other + 1;
    }
    out.push_str(text(at, parts.len())?);
    Some(out)
}

/// Answers `ignoring case` behind what does not compare texts.
pub(super) fn ignoring_case(reader: &mut Reader, span: Span) {
    reader.report.push(
        Diagnostic::error(
            Code::Unexpected,
            span,
            "`ignoring case` stands behind a question about texts",
        )
        .label("nothing here asks about a text")
        .help("it goes behind `==`, `!=`, `contains`, `starts with`, `ends with` or `matches` and their right side")
        .suggest(span, ""),
    );
}

/// Answers `f()`.
pub(super) fn no_arguments(reader: &mut Reader, name: &Name, span: Span) {
    let error = Diagnostic::error(
        Code::Unexpected,
        span,
        format!("`{}` is given nothing between its brackets", name.text),
    )
    .label("a value goes between the brackets");
    let usage = match &*name.text {
        "min" | "max" => Some("write `min(a, b)`, or of a list `min of (x.price for x in list)`"),
        "abs" => Some("write `abs(a)`"),
        "lower" => Some("write `lower(text)`"),
        "geo" => Some("write `geo(51.5074, -0.1278)`: latitude and longitude"),
        _ => None,
    };
    reader.report.push(match usage {
        Some(usage) => error.help(usage),
        None => error
            .help(format!(
                "what has no parameters is written without brackets: `{}`",
                name.text
            ))
            .suggest(span, name.text.to_string()),
    });
}

/// Answers a unit behind what is not a plain number.
pub(super) fn unit_behind(reader: &mut Reader, span: Span, number: &str) {
    reader.report.push(
        Diagnostic::error(
            Code::BadNumber,
            span,
            format!("a unit stands behind a plain number, not behind `{number}`"),
        )
        .label("this has no unit")
        .help("write the number out, for example `15 minutes` or `12.50 GBP`"),
    );
}

/// Answers what can't be read between the braces of a string.
pub(super) fn bad_piece(reader: &mut Reader, span: Span) {
    let text = reader.snippet(span);
    let message = if text.trim().is_empty() {
        "there is no value between these braces".to_owned()
    } else {
        format!("`{text}` is no value that can stand in a string")
    };
    reader.report.push(
        Diagnostic::error(Code::Unexpected, span, message)
            .label("a value goes between the braces")
            .help("write a name, a field or arithmetic, without quotes; `{{` stands for a brace in the text"),
    );
}
