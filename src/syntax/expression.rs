//! Expressions: from the flat run of operands and operators that pest read to the tree.
//!
//! Precedence climbing (Pratt, 1973) by [`Level`]. It is written out instead of using pest's `PrattParser` because
//! chains of one operator become flat lists, comparisons must not chain, and conditionals must not recurse to the right.
//! The stack depth depends on brackets and prefix words alone, and both are held to the nesting limit here: each
//! bracket, prefix word and `.field` around a part counts one.

use super::ast::{
    ArithOp, At, CompareOp, EventExpr, Expr, ExprKind, IsWhat, RangeEnd, Step, TextOp, ThenWord,
};
use super::literal;
use super::pairs::{Pair, Rule};
use super::reader::Reader;
use super::{forms, slips, streams, words};
use crate::source::Span;
use pest::iterators::Pairs;

/// How tightly operators bind, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    If,
    Or,
    And,
    Not,
    Compare,
    Range,
    Else,
    Sum,
    Product,
    Unary,
    /// What stands behind a fold of events: `per week for …`, `as of first s`.
    Late,
    /// `in last 7 days`
    Window,
    Then,
}

impl Level {
    fn tighter(self) -> Level {
        match self {
            Level::If => Level::Or,
            Level::Or => Level::And,
            Level::And => Level::Not,
            Level::Not => Level::Compare,
            Level::Compare => Level::Range,
            Level::Range => Level::Else,
            Level::Else => Level::Sum,
            Level::Sum => Level::Product,
            Level::Product | Level::Unary => Level::Unary,
            Level::Late => Level::Window,
            Level::Window | Level::Then => Level::Then,
        }
    }
}

/// What an operator says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    If,
    Otherwise,
    Then,
    Or,
    And,
    Compare(CompareOp),
    In(bool),
    Is(bool),
    Range(RangeEnd),
    Else,
    Arith(ArithOp),
    Text(TextOp),
    /// `then`, `then no`, `then immediately`, of events.
    Next(ThenWord),
    /// What stands behind events and is no operator.
    Behind,
}

#[derive(Clone, Copy)]
struct Infix {
    meaning: Meaning,
    level: Level,
    span: Span,
}

fn infix(text: &str, span: Span) -> Infix {
    let (meaning, level) = match text {
        "and" | "&&" | "AND" => (Meaning::And, Level::And),
        "or" | "||" | "OR" => (Meaning::Or, Level::Or),
        "==" | "=" | "===" => (Meaning::Compare(CompareOp::Eq), Level::Compare),
        "!=" | "<>" | "!==" => (Meaning::Compare(CompareOp::Ne), Level::Compare),
        "<" => (Meaning::Compare(CompareOp::Lt), Level::Compare),
        "<=" | "=<" => (Meaning::Compare(CompareOp::Le), Level::Compare),
        ">" => (Meaning::Compare(CompareOp::Gt), Level::Compare),
        ">=" => (Meaning::Compare(CompareOp::Ge), Level::Compare),
        "in" => (Meaning::In(false), Level::Compare),
        "is" => (Meaning::Is(false), Level::Compare),
        "+" => (Meaning::Arith(ArithOp::Add), Level::Sum),
        "-" => (Meaning::Arith(ArithOp::Sub), Level::Sum),
        "*" => (Meaning::Arith(ArithOp::Mul), Level::Product),
        "/" => (Meaning::Arith(ArithOp::Div), Level::Product),
        "div" => (Meaning::Arith(ArithOp::IntDiv), Level::Product),
        "mod" => (Meaning::Arith(ArithOp::Mod), Level::Product),
        "matches" => (Meaning::Text(TextOp::Matches), Level::Compare),
        "contains" => (Meaning::Text(TextOp::Contains), Level::Compare),
        "else" => (Meaning::Else, Level::Else),
        ".." => (Meaning::Range(RangeEnd::Exclusive), Level::Range),
        "..=" => (Meaning::Range(RangeEnd::Inclusive), Level::Range),
        "if" => (Meaning::If, Level::If),
        "otherwise" => (Meaning::Otherwise, Level::If),
        "then" => (Meaning::Then, Level::If),
        text if text.starts_with("contains") => {
            (Meaning::Text(TextOp::ContainsMatch), Level::Compare)
        }
        text if text.starts_with("starts") => (Meaning::Text(TextOp::StartsWith), Level::Compare),
        text if text.starts_with("ends") => (Meaning::Text(TextOp::EndsWith), Level::Compare),
        text if text.starts_with("is") => (Meaning::Is(true), Level::Compare),
        // `not in`, with whatever stands between.
        _ => (Meaning::In(true), Level::Compare),
    };
    Infix {
        meaning,
        level,
        span,
    }
}

/// The comparison a sign stands for, wrong spellings included.
pub(super) fn compare_op(text: &str) -> CompareOp {
    match infix(text, Span::default()).meaning {
        Meaning::Compare(op) => op,
        _ => CompareOp::Eq,
    }
}

/// Where a range may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ranges {
    /// Right of `in`, in cells.
    Allowed,
    /// Everywhere else.
    Refused,
}

/// The expression of an `expr` or `cell_expr`.
pub(super) fn expression(
    reader: &mut Reader,
    pair: Pair,
    depth: usize,
    ranges: Ranges,
) -> Option<Expr> {
    let mut climb = Climb {
        reader,
        rest: pair.clone().into_inner(),
        ahead: None,
        depth,
        whole: pair,
    };
    climb.advance();
    let expr = climb.climb(Level::If)?;
    if let Some(span) = climb.ahead_span() {
        slips::leftover(climb.reader, span);
        return None;
    }
    if ranges == Ranges::Refused && matches!(expr.kind, ExprKind::Range(..)) {
        slips::range_alone(climb.reader, expr.at.0);
        return None;
    }
    Some(expr)
}

struct Climb<'c, 'r, 'i> {
    reader: &'c mut Reader<'r>,
    rest: Pairs<'i, Rule>,
    ahead: Option<Pair<'i>>,
    depth: usize,
    /// The whole expression, for mistakes that are answered by rewriting it.
    whole: Pair<'i>,
}

impl<'i> Climb<'_, '_, 'i> {
    fn advance(&mut self) -> Option<Pair<'i>> {
        std::mem::replace(&mut self.ahead, self.rest.next())
    }

    fn ahead_span(&self) -> Option<Span> {
        self.ahead.as_ref().map(|pair| self.reader.span(pair))
    }

    fn ahead_infix(&self) -> Option<Infix> {
        let pair = self.ahead.as_ref()?;
        match pair.as_rule() {
            Rule::infix | Rule::cell_infix | Rule::arith_infix => {
                Some(infix(pair.as_str(), self.reader.span(pair)))
            }
            Rule::told_infix => Some(self.of_events(pair)),
            Rule::window => Some(self.behind(pair, Level::Window)),
            Rule::series | Rule::halving | Rule::as_of => Some(self.behind(pair, Level::Late)),
            _ => None,
        }
    }

    /// An operator of a behaviour: there `then` joins the steps of a chain.
    fn of_events(&self, pair: &Pair<'i>) -> Infix {
        let (text, span) = (pair.as_str(), self.reader.span(pair));
        if !text.starts_with("then") {
            return infix(text, span);
        }
        Infix {
            meaning: Meaning::Next(streams::then_word(text)),
            level: Level::Then,
            span,
        }
    }

    fn behind(&self, pair: &Pair<'i>, level: Level) -> Infix {
        Infix {
            meaning: Meaning::Behind,
            level,
            span: self.reader.span(pair),
        }
    }

    /// Takes the operator ahead if it has this level.
    fn take(&mut self, level: Level) -> Option<Infix> {
        let op = self.ahead_infix().filter(|op| op.level == level)?;
        let pair = self.advance()?;
        slips::operator(self.reader, pair.as_str(), op.span);
        Some(op)
    }

    /// Reads everything that binds at least as tightly as `least`.
    fn climb(&mut self, least: Level) -> Option<Expr> {
        let mut left = self.prefixed(least)?;
        while let Some(op) = self.ahead_infix() {
            if op.level < least {
                break;
            }
            left = match op.level {
                Level::If => self.conditional(left)?,
                Level::Compare => self.comparison(left)?,
                Level::Range => self.range(left)?,
                Level::Sum | Level::Product => self.arithmetic(left, op.level)?,
                Level::Else => self.alternatives(left)?,
                Level::Then | Level::Window | Level::Late => self.more_of_events(left, op.level)?,
                Level::Or => ExprKindList::Or.join(self.list(left, Level::Or)?),
                _ => ExprKindList::And.join(self.list(left, Level::And)?),
            };
        }
        Some(left)
    }

    /// Prefix words and signs, then what they stand before.
    fn prefixed(&mut self, least: Level) -> Option<Expr> {
        let mut signs: Vec<Span> = Vec::new();
        let mut nots: Vec<Span> = Vec::new();
        while let Some(pair) = self.ahead.as_ref().filter(|p| p.as_rule() == Rule::prefix) {
            let (text, span) = (pair.as_str(), self.reader.span(pair));
            if text == "if" {
                slips::if_then(self.reader, &self.whole);
                return None;
            }
            let is_not = text != "-";
            if is_not && (least > Level::Not || !signs.is_empty()) {
                slips::tight_not(self.reader, span);
                return None;
            }
            slips::prefix(self.reader, text, span);
            if is_not { &mut nots } else { &mut signs }.push(span);
            self.advance();
        }
        let outer = self.depth;
        self.depth += signs.len() + nots.len();
        if self.depth > self.reader.nesting {
            slips::too_deep(self.reader, nots.first().or(signs.first()).copied());
            return None;
        }
        let mut expr = self.operand(signs.last().copied())?;
        if matches!(expr.kind, ExprKind::Int(i64::MIN, _)) {
            signs.pop();
        }
        for sign in signs.iter().rev() {
            expr = at(sign.to(expr.at.0), ExprKind::Neg(Box::new(expr)));
        }
        if !nots.is_empty() {
            // The operators that bind tighter than `not` belong to what it negates.
            expr = self.continued(expr, Level::Compare)?;
        }
        for not in nots.iter().rev() {
            expr = at(not.to(expr.at.0), ExprKind::Not(Box::new(expr)));
        }
        self.depth = outer;
        Some(expr)
    }

    /// Goes on with an expression whose first operand has been read.
    fn continued(&mut self, mut left: Expr, least: Level) -> Option<Expr> {
        while let Some(op) = self.ahead_infix() {
            if op.level < least {
                break;
            }
            left = match op.level {
                Level::Compare => self.comparison(left)?,
                Level::Range => self.range(left)?,
                Level::Else => self.alternatives(left)?,
                Level::Then | Level::Window | Level::Late => self.more_of_events(left, op.level)?,
                _ => self.arithmetic(left, op.level)?,
            };
        }
        Some(left)
    }

    /// The steps of a chain, or what stands behind events.
    fn more_of_events(&mut self, first: Expr, level: Level) -> Option<Expr> {
        if level != Level::Then {
            let pair = self.advance()?;
            if self.depth + behind(&first) >= self.reader.nesting {
                let span = self.reader.span(&pair);
                slips::too_deep(self.reader, Some(span));
                return None;
            }
            return match level {
                Level::Window => streams::window(self.reader, first, pair, self.depth),
                _ => streams::late(self.reader, first, pair, self.depth),
            };
        }
        if matches!(&first.kind, ExprKind::Events(event) if matches!(**event, EventExpr::Window(..)))
        {
            slips::window_before_then(self.reader, first.at.0);
            return None;
        }
        let mut span = first.at.0;
        let mut steps = Vec::new();
        while let Some(op) = self.take(Level::Then) {
            let event = self.operand(None)?;
            span = span.to(event.at.0);
            if let Meaning::Next(word) = op.meaning {
                steps.push(Step { word, event });
            }
        }
        Some(streams::events(span, EventExpr::Then(first, steps)))
    }

    /// `count s`, `last s`: with all that binds tighter, `count a then b in last 7 days` too.
    fn fold(&mut self) -> Option<Expr> {
        let pair = self.advance()?;
        let start = self.reader.span(&pair);
        let (word, field) = streams::fold(self.reader, &pair)?;
        if self.depth >= self.reader.nesting {
            slips::too_deep(self.reader, Some(start));
            return None;
        }
        self.depth += 1;
        let of = self.climb(Level::Window)?;
        self.depth -= 1;
        let span = start.to(of.at.0);
        Some(streams::events(span, EventExpr::Fold(word, field, of)))
    }

    /// `a if c otherwise b if d otherwise e`: flat.
    fn conditional(&mut self, first: Expr) -> Option<Expr> {
        let start = first.at.0;
        let mut arms = Vec::new();
        let mut value = first;
        while let Some(op) = self.take(Level::If) {
            if op.meaning != Meaning::If {
                slips::stray_otherwise(self.reader, op.span);
                return None;
            }
            let condition = self.climb(Level::Or)?;
            match self.take(Level::If) {
                Some(then) if then.meaning == Meaning::Otherwise => {}
                _ => {
                    slips::if_without_otherwise(self.reader, op.span, condition.at.0);
                    return None;
                }
            }
            arms.push((value, condition));
            value = self.climb(Level::Or)?;
        }
        let span = start.to(value.at.0);
        Some(at(span, ExprKind::If(arms, Box::new(value))))
    }

    /// The operands of a chain of one level.
    fn list(&mut self, first: Expr, level: Level) -> Option<Vec<Expr>> {
        let mut items = vec![first];
        while self.take(level).is_some() {
            items.push(self.climb(level.tighter())?);
        }
        Some(items)
    }

    fn alternatives(&mut self, first: Expr) -> Option<Expr> {
        let items = self.list(first, Level::Else)?;
        for pair in items.windows(2) {
            if let [left, right] = pair
                && let ExprKind::Chain(first, _) = &right.kind
            {
                slips::ambiguous_else(self.reader, left.at.0, first.at.0, right.at.0);
            }
        }
        Some(ExprKindList::Else.join(items))
    }

    fn arithmetic(&mut self, first: Expr, level: Level) -> Option<Expr> {
        let mut rest = Vec::new();
        let mut span = first.at.0;
        while let Some(op) = self.take(level) {
            let right = self.climb(level.tighter())?;
            span = span.to(right.at.0);
            if let Meaning::Arith(op) = op.meaning {
                rest.push((op, right));
            }
        }
        Some(at(span, ExprKind::Chain(Box::new(first), rest)))
    }

    fn range(&mut self, low: Expr) -> Option<Expr> {
        let end = match self.take(Level::Range)?.meaning {
            Meaning::Range(end) => end,
            _ => RangeEnd::Exclusive,
        };
        let high = self.climb(Level::Else)?;
        if let Some(second) = self.take(Level::Range) {
            slips::leftover(self.reader, second.span);
            return None;
        }
        let span = low.at.0.to(high.at.0);
        Some(at(
            span,
            ExprKind::Range(Box::new(low), Box::new(high), end),
        ))
    }

    fn comparison(&mut self, left: Expr) -> Option<Expr> {
        let op = self.take(Level::Compare)?;
        let left_span = left.at.0;
        if let Some(expr) = self.presence(&op) {
            let (negated, end) = expr;
            let is = ExprKind::Is {
                negated,
                item: Box::new(left),
                what: IsWhat::Present,
            };
            return self.not_chained(at(left_span.to(end), is), None);
        }
        if let Some((negated, end)) = self.null(&op) {
            let item = Box::new(left);
            let is = ExprKind::Is {
                negated,
                item,
                what: IsWhat::Missing,
            };
            return self.not_chained(at(left_span.to(end), is), None);
        }
        let right = self.climb(Level::Range)?;
        let right_span = right.at.0;
        let is_range = |e: &Expr| matches!(e.kind, ExprKind::Range(..));
        if is_range(&left) {
            slips::range_first(self.reader, left.at.0);
            return None;
        }
        if is_range(&right) && !matches!(op.meaning, Meaning::In(_)) {
            slips::range_compared(self.reader, op.span);
            return None;
        }
        let (left, right) = (Box::new(left), Box::new(right));
        let kind = match op.meaning {
            Meaning::In(negated) => ExprKind::In {
                negated,
                item: left,
                set: right,
            },
            Meaning::Is(negated) if right.kind == ExprKind::Missing => ExprKind::Is {
                negated,
                item: left,
                what: IsWhat::Missing,
            },
            Meaning::Is(negated) if right.kind == ExprKind::Never => ExprKind::Is {
                negated,
                item: left,
                what: IsWhat::Never,
            },
            Meaning::Is(negated) => ExprKind::Is {
                negated,
                item: left,
                what: IsWhat::Value(right),
            },
            Meaning::Compare(op) => ExprKind::Compare(op, left, right),
            Meaning::Text(op) => ExprKind::TextTest {
                op,
                ignoring_case: false,
                text: left,
                what: right,
            },
            _ => return None,
        };
        let (kind, span) = self.ignoring(kind, left_span.to(right_span))?;
        self.not_chained(at(span, kind), Some(right_span))
    }

    /// `ignoring case` behind a question about texts.
    fn ignoring(&mut self, kind: ExprKind, span: Span) -> Option<(ExprKind, Span)> {
        let Some(pair) = self
            .ahead
            .as_ref()
            .filter(|p| p.as_rule() == Rule::ignoring)
        else {
            return Some((kind, span));
        };
        let end = self.reader.span(pair);
        let (op, text, what) = match kind {
            ExprKind::TextTest { op, text, what, .. } => (op, text, what),
            ExprKind::Compare(CompareOp::Eq, text, what) => (TextOp::Equal, text, what),
            ExprKind::Compare(CompareOp::Ne, text, what) => (TextOp::NotEqual, text, what),
            _ => {
                slips::ignoring_case(self.reader, end);
                return None;
            }
        };
        self.advance();
        let kind = ExprKind::TextTest {
            op,
            ignoring_case: true,
            text,
            what,
        };
        Some((kind, span.to(end)))
    }

    /// Takes a word that is the whole right side of the operator just read.
    fn take_word(&mut self, accept: impl Fn(&str) -> bool) -> Option<Span> {
        let pair = self
            .ahead
            .as_ref()
            .filter(|p| p.as_rule() == Rule::word && accept(p.as_str()))?;
        let span = self.reader.span(pair);
        self.advance();
        Some(span)
    }

    /// `is present`: the word is one only here, so it is looked at before it becomes a name.
    fn presence(&mut self, op: &Infix) -> Option<(bool, Span)> {
        let Meaning::Is(negated) = op.meaning else {
            return None;
        };
        Some((negated, self.take_word(|word| word == "present")?))
    }

    /// `== null`: answered with the operator, because both are wrong.
    fn null(&mut self, op: &Infix) -> Option<(bool, Span)> {
        let Meaning::Compare(compare) = op.meaning else {
            return None;
        };
        let span = self.take_word(words::is_null)?;
        slips::compared_with_null(self.reader, compare, op.span.to(span));
        Some((compare == CompareOp::Ne, span))
    }

    /// Refuses a second comparison behind the first; `middle` is what stands between them.
    fn not_chained(&mut self, expr: Expr, middle: Option<Span>) -> Option<Expr> {
        let Some(second) = self.ahead_infix().filter(|op| op.level == Level::Compare) else {
            return Some(expr);
        };
        slips::chained(self.reader, expr.at.0, middle, second.span);
        while self.take(Level::Compare).is_some() {
            self.climb(Level::Range)?;
        }
        Some(expr)
    }

    /// An operand with what stands behind it.
    fn operand(&mut self, sign: Option<Span>) -> Option<Expr> {
        let is_fold = |pair: &Pair| pair.as_rule() == Rule::fold;
        if self.ahead.as_ref().is_some_and(is_fold) {
            return self.fold();
        }
        let pair = self.advance()?;
        let mut behind = Vec::new();
        while let Some(postfix) = self.ahead.clone().filter(forms::is_postfix) {
            behind.push(postfix);
            self.advance();
        }
        let depth = self.depth + behind.len();
        if depth > self.reader.nesting {
            let last = behind.last().map(|pair| self.reader.span(pair));
            slips::too_deep(self.reader, last);
            return None;
        }
        let mut expr = self.primary(pair, depth, sign, behind.is_empty())?;
        for postfix in behind {
            expr = forms::postfix(self.reader, expr, postfix, depth)?;
        }
        Some(expr)
    }

    fn primary(
        &mut self,
        pair: Pair<'i>,
        depth: usize,
        sign: Option<Span>,
        alone: bool,
    ) -> Option<Expr> {
        let span = self.reader.span(&pair);
        let kind = match pair.as_rule() {
            Rule::word => word(self.reader, &pair, span)?,
            Rule::number => {
                let negative = alone && sign.is_some();
                match literal::number(pair.as_str(), negative, span) {
                    Ok(kind @ ExprKind::Int(i64::MIN, _)) => {
                        return Some(at(sign.map_or(span, |s| s.to(span)), kind));
                    }
                    Ok(kind) => kind,
                    Err(error) => {
                        self.reader.report.push(error);
                        return None;
                    }
                }
            }
            Rule::string => return forms::text(self.reader, &pair, depth),
            Rule::paren => ExprKind::Paren(Box::new(inside(self.reader, pair, depth)?)),
            Rule::list | Rule::told_list => ExprKind::List(all(pair
                .into_inner()
                .filter(is_expr)
                .map(|item| expression(self.reader, item, depth + 1, Ranges::Refused)))?),
            Rule::record => ExprKind::Record(all(pair
                .into_inner()
                .filter(|p| p.as_rule() == Rule::member)
                .map(|member| {
                    let mut parts = member.into_inner();
                    let name = self.reader.any_word(&parts.next()?);
                    let value = expression(
                        self.reader,
                        parts.find(is_expr)?,
                        depth + 1,
                        Ranges::Refused,
                    )?;
                    Some((name, value))
                }))?),
            Rule::quantity
            | Rule::call
            | Rule::between
            | Rule::told_between
            | Rule::rounded
            | Rule::told_rounded
            | Rule::quantified
            | Rule::of_form
            | Rule::aggregate
            | Rule::nearest
            | Rule::since => return forms::form(self.reader, pair, depth),
            _ => return streams::operand(self.reader, pair, depth),
        };
        Some(at(span, kind))
    }
}

/// All of them, or nothing; but all are read, so that every mistake among them is found.
pub(super) fn all<T>(items: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let mut good = true;
    let mut read = Vec::new();
    for item in items {
        match item {
            Some(item) => read.push(item),
            None => good = false,
        }
    }
    good.then_some(read)
}

pub(super) fn is_expr(pair: &Pair) -> bool {
    matches!(pair.as_rule(), Rule::expr | Rule::told)
}

pub(super) fn inside(reader: &mut Reader, pair: Pair, depth: usize) -> Option<Expr> {
    let inner = pair.into_inner().find(is_expr)?;
    expression(reader, inner, depth + 1, Ranges::Refused)
}

fn word(reader: &mut Reader, pair: &Pair, span: Span) -> Option<ExprKind> {
    Some(match pair.as_str() {
        "true" => ExprKind::Bool(true),
        "false" => ExprKind::Bool(false),
        "missing" => ExprKind::Missing,
        "never" => ExprKind::Never,
        text if words::is_reserved(text) => {
            slips::reserved_operand(reader, text, span);
            return None;
        }
        text if words::is_null(text) => {
            slips::null(reader, text, span);
            ExprKind::Missing
        }
        _ => ExprKind::Name(reader.any_word(pair)),
    })
}

enum ExprKindList {
    And,
    Or,
    Else,
}

impl ExprKindList {
    fn join(self, items: Vec<Expr>) -> Expr {
        let span = match (items.first(), items.last()) {
            (Some(first), Some(last)) => first.at.0.to(last.at.0),
            _ => Span::default(),
        };
        at(
            span,
            match self {
                ExprKindList::And => ExprKind::And(items),
                ExprKindList::Or => ExprKind::Or(items),
                ExprKindList::Else => ExprKind::Else(items),
            },
        )
    }
}

pub(super) fn at(span: Span, kind: ExprKind) -> Expr {
    Expr { kind, at: At(span) }
}

/// A string in a place of its own.
pub(super) fn text(reader: &mut Reader, pair: &Pair) -> Option<Expr> {
    forms::text(reader, pair, 0)
}

/// How many forms already stand behind events: each lies around those before it.
fn behind(mut expr: &Expr) -> usize {
    let mut count = 0;
    while let ExprKind::Events(event) = &expr.kind {
        expr = match &**event {
            EventExpr::Window(of, _)
            | EventExpr::Halving(of, _)
            | EventExpr::AsOf(of, _)
            | EventExpr::Series { of, .. } => of,
            _ => break,
        };
        count += 1;
    }
    count
}
