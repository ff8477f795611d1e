//! Functions, folds and what they are about, in the words of a rule author.

use super::Words;
use crate::graph::{List, Node, NodeId};
use crate::hir::{DefKind, FoldOp, Func, Rounding, TextOp, Unit};

impl Words<'_> {
    pub(super) fn listed(&self, list: List, depth: u32) -> String {
        let items = self.graph.list(list).iter();
        let items = items.map(|item| self.node(*item, None, depth));
        items.collect::<Vec<_>>().join(", ")
    }

    pub(super) fn local(&self, local: u32) -> String {
        let names = self.program.local_names();
        names
            .get(local as usize)
            .map_or("it", |name| name)
            .to_owned()
    }

    pub(super) fn call(&self, place: u32, list: List, depth: u32) -> String {
        let Some(function) = self.graph.function(place) else {
            return String::new();
        };
        let operand = |at: usize| match self.graph.list(list).get(at) {
            Some(id) => self.bracketed(*id, None, depth),
            None => String::new(),
        };
        match &function.func {
            Func::TryIntDiv => format!("{} div {}", operand(0), operand(1)),
            Func::TryMod => format!("{} mod {}", operand(0), operand(1)),
            Func::Abs => format!("abs({})", self.listed(list, depth)),
            Func::Min => format!("min({})", self.listed(list, depth)),
            Func::Max => format!("max({})", self.listed(list, depth)),
            Func::Lower => format!("lower({})", self.listed(list, depth)),
            Func::Round(rounding) => {
                let word = match rounding {
                    Rounding::HalfEven => "",
                    Rounding::HalfUp => " half up",
                    Rounding::Up => " up",
                    Rounding::Down => " down",
                };
                format!("round {}{word} to {}", operand(0), operand(1))
            }
            // Rounding where a value leaves is not written.
            Func::RoundMoney(_) | Func::RoundAll(_) | Func::Show(_) => operand(0),
            Func::Since => format!("time since {}", operand(1)),
            Func::DateOf if self.is_now(list) => "today".to_owned(),
            Func::DateOf => format!("date of {}", operand(0)),
            Func::TimeOf => format!("time of {}", operand(0)),
            Func::AddTime => format!("{} + {}", operand(0), operand(1)),
            Func::SubTime | Func::TimeBetween => format!("{} - {}", operand(0), operand(1)),
            Func::AddDays => format!("{} + {} days", operand(0), operand(1)),
            Func::AddMonths => format!("{} + {} months", operand(0), operand(1)),
            Func::YearsBetween => format!("years between {} and {}", operand(0), operand(1)),
            Func::MonthsBetween => format!("months between {} and {}", operand(0), operand(1)),
            Func::WeeksBetween => format!("weeks between {} and {}", operand(0), operand(1)),
            Func::DaysBetween => format!("days between {} and {}", operand(0), operand(1)),
            Func::Distance => format!("distance between {} and {}", operand(0), operand(1)),
            Func::Whole(unit) => format!("whole {} of {}", plural(*unit), operand(0)),
            Func::Year => format!("{}.year", operand(0)),
            Func::Month => format!("{}.month", operand(0)),
            Func::Day => format!("{}.day", operand(0)),
            Func::Weekday => format!("{}.weekday", operand(0)),
            Func::Hour => format!("{}.hour", operand(0)),
            Func::Minute => format!("{}.minute", operand(0)),
            Func::Second => format!("{}.second", operand(0)),
            Func::Length => format!("length of {}", operand(0)),
            Func::Slot(_) => format!("slot of {}", operand(0)),
            Func::Count => format!("count of {}", operand(0)),
            Func::Text(op, ignoring) => {
                let case = if *ignoring { " ignoring case" } else { "" };
                format!("{} {} {}{case}", operand(0), text_word(*op), operand(1))
            }
            Func::Matches(id) => {
                let pattern = self.program.patterns().get(id.index());
                let word = if pattern.is_some_and(|p| p.full) {
                    "matches"
                } else {
                    "contains match"
                };
                let text = pattern.map_or("", |p| &p.text);
                format!("{} {word} {text:?}", operand(0))
            }
            Func::Join => format!("a text of {}", self.listed(list, depth)),
        }
    }

    fn is_now(&self, list: List) -> bool {
        let first = self.graph.list(list).first();
        let node = first.map(|id| *self.graph.node(*id));
        matches!(node, Some(Node::Input { input, .. }) if self.program.now() == Some(input))
    }

    /// The name of the reference data that a constant is.
    fn reference(&self, id: NodeId) -> Option<&str> {
        let is_constant = matches!(self.graph.node(id), Node::Const(_));
        let defs = self.program.defs().iter().zip(self.graph.defs());
        let mut references =
            defs.filter(|(def, node)| matches!(def.kind, DefKind::Reference(_)) && node.root == id);
        let (def, _) = references.next().filter(|_| is_constant)?;
        Some(&def.name)
    }

    pub(super) fn fold(&self, place: u32, depth: u32) -> String {
        let Some(fold) = self.graph.fold(place) else {
            return String::new();
        };
        let list = match self.reference(fold.list) {
            Some(name) => name.to_owned(),
            None => self.bracketed(fold.list, None, depth),
        };
        let body = self.node(fold.body, None, depth);
        let item = self.local(fold.local);
        match fold.op {
            FoldOp::Any => format!("any {item} in {list} has ({body})"),
            FoldOp::Every => format!("every {item} in {list} has ({body})"),
            FoldOp::Filter => format!("{list} where ({body})"),
            FoldOp::Sum => format!("sum of ({body} for {item} in {list})"),
            FoldOp::Min => format!("min of ({body} for {item} in {list})"),
            FoldOp::Max => format!("max of ({body} for {item} in {list})"),
            FoldOp::Nearest => format!("the one of {list} with the least {body}"),
        }
    }
}

fn text_word(op: TextOp) -> &'static str {
    match op {
        TextOp::Equal => "==",
        TextOp::NotEqual => "!=",
        TextOp::Contains => "contains",
        TextOp::StartsWith => "starts with",
        TextOp::EndsWith => "ends with",
        TextOp::Matches => "matches",
        TextOp::ContainsMatch => "contains match",
    }
}

fn plural(unit: Unit) -> &'static str {
    match unit {
        Unit::Millisecond => "milliseconds",
        Unit::Second => "seconds",
        Unit::Minute => "minutes",
        Unit::Hour => "hours",
        Unit::Day => "days",
        Unit::Week => "weeks",
        Unit::Month => "months",
        Unit::Year => "years",
        Unit::Metre => "metres",
        Unit::Kilometre => "km",
    }
}
