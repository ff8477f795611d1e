//! Variables of formulas and the classes of their values.
//!
//! A variable is an input, or an expression that is taken as if it were one. Its values are cut at every constant
//! that some condition compares it with; within a class no condition tells two values apart. Classes of numbers are
//! in ascending order, so a comparison is a few ranges of classes.

use crate::hir::{Bounds, CompareOp, Ty};
use crate::value::{Value, calendar, decimal};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// What a condition asks of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ask {
    /// It is not missing.
    Present,
    /// It is this value (a bool, member, text or number).
    Is(Value),
    /// A number compared with a constant.
    Compare(CompareOp, Decimal),
}

/// The classes of two values compared.
pub(super) const LESS: u32 = 0;
pub(super) const EQUAL: u32 = 1;
pub(super) const GREATER: u32 = 2;

/// A set of classes: ascending, disjoint, not adjacent.
pub(super) type Classes = Vec<Range<u32>>;

/// The values of one variable.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    kind: Kind,
    optional: bool,
}

#[derive(Clone, Debug)]
enum Kind {
    Bool,
    Member(u32),
    /// Cuts, and what is left of each: the classes are built by [`Domain::finish`].
    Number {
        whole: bool,
        bounds: Option<Bounds>,
        cuts: BTreeSet<Decimal>,
        points: Vec<Decimal>,
    },
    /// The constants asked about, in order once finished; the class behind them is every other text.
    Text {
        constants: Vec<Arc<str>>,
    },
    /// Nothing can be asked but whether it is present.
    Other,
}

/// Between which numbers the dates and times of a type lie.
fn calendar_bounds(ty: &Ty) -> Option<Bounds> {
    let (low, high) = match ty {
        Ty::Date => (calendar::FIRST_DAY, calendar::LAST_DAY),
        Ty::DateTime => (calendar::FIRST_INSTANT, calendar::LAST_INSTANT),
        Ty::Time => (0, calendar::DAY - 1),
        _ => return None,
    };
    Some(Bounds {
        low: low.into(),
        high: high.into(),
        open: false,
    })
}

impl Domain {
    pub(super) fn new(ty: &Ty, optional: bool, members: u32, bounds: Option<Bounds>) -> Self {
        let kind = match ty.present() {
            Ty::Bool => Kind::Bool,
            Ty::Enum(_) => Kind::Member(members),
            // Places are only equal or not.
            Ty::Geo => Kind::Other,
            number if number.is_int_like() || number.is_decimal() => Kind::Number {
                whole: !number.is_decimal(),
                bounds: bounds.or(calendar_bounds(number)),
                cuts: BTreeSet::new(),
                points: Vec::new(),
            },
            Ty::Text => Kind::Text {
                constants: Vec::new(),
            },
            _ => Kind::Other,
        };
        Domain { kind, optional }
    }

    /// How two values stand to one another: [`LESS`], [`EQUAL`] or [`GREATER`].
    pub(super) fn order() -> Self {
        Domain {
            kind: Kind::Member(3),
            optional: false,
        }
    }

    /// Whether the question is one that classes can answer; if so its constant becomes a cut.
    pub(super) fn learn(&mut self, ask: &Ask) -> bool {
        match (&mut self.kind, ask) {
            (_, Ask::Present) | (Kind::Bool, Ask::Is(Value::Bool(_))) => true,
            (Kind::Member(_), Ask::Is(Value::Member(_))) => true,
            (Kind::Text { constants }, Ask::Is(Value::Text(text))) => {
                constants.push(text.clone());
                true
            }
            (Kind::Number { cuts, .. }, Ask::Compare(_, number)) => {
                cuts.insert(number.normalize());
                true
            }
            _ => false,
        }
    }

    /// Builds the classes, once all questions are known.
    pub(super) fn finish(&mut self) {
        if let Kind::Text { constants } = &mut self.kind {
            constants.sort();
            constants.dedup();
        }
        let Kind::Number {
            whole,
            bounds,
            cuts,
            points,
        } = &mut self.kind
        else {
            return;
        };
        let (low, high, open) = limits(*whole, *bounds);
        // Cuts between integers still tell apart what lies on both sides of them.
        let sides = |c: &Decimal| match *whole && !c.is_integer() {
            true => [c.floor(), c.ceil()],
            false => [*c, *c],
        };
        let within = |c: &Decimal| *c >= low && (*c < high || (*c == high && !open));
        let mut ends: Vec<Decimal> = cuts.iter().flat_map(sides).filter(within).collect();
        ends.sort();
        ends.dedup();
        let mut made = Vec::with_capacity(ends.len() * 2 + 1);
        let mut from = low;
        for end in ends {
            // The least value stands for its stretch where nothing else does.
            let least = (made.is_empty() && low < end).then_some(low);
            made.extend(between(from, end, *whole).or(least));
            made.push(end);
            from = end;
        }
        let least = (made.is_empty()).then_some(low);
        let most = (from < high && !open).then_some(high);
        made.extend(between(from, high, *whole).or(least).or(most));
        *points = made;
    }

    /// How many classes there are; "missing" is the last where the variable is optional.
    pub(super) fn size(&self) -> u32 {
        let present = match &self.kind {
            Kind::Bool => 2,
            Kind::Member(count) => *count,
            Kind::Number { points, .. } => count(points.len()),
            Kind::Text { constants } => count(constants.len()).saturating_add(1),
            Kind::Other => 1,
        };
        present + u32::from(self.optional)
    }

    /// The classes for which the answer is yes. Missing fails every question.
    pub(super) fn classes(&self, ask: &Ask) -> Classes {
        let present = self.size() - u32::from(self.optional);
        match (&self.kind, ask) {
            (_, Ask::Present) => span(0, present),
            (Kind::Bool, Ask::Is(Value::Bool(b))) => span(u32::from(*b), u32::from(*b) + 1),
            (Kind::Member(_), Ask::Is(Value::Member(m))) => span(*m, *m + 1),
            (Kind::Text { constants }, Ask::Is(Value::Text(text))) => {
                let place = constants.partition_point(|c| c < text);
                span(count(place), count(place) + 1)
            }
            (Kind::Number { points, .. }, Ask::Compare(op, number)) => {
                let below = count(points.partition_point(|p| p < number));
                let upto = count(points.partition_point(|p| p <= number));
                match op {
                    CompareOp::Eq => span(below, upto),
                    CompareOp::Ne => union(&span(0, below), &span(upto, present)),
                    CompareOp::Lt => span(0, below),
                    CompareOp::Le => span(0, upto),
                    CompareOp::Gt => span(upto, present),
                    CompareOp::Ge => span(below, present),
                }
            }
            _ => Vec::new(),
        }
    }

    /// A value of a class.
    pub(super) fn example(&self, class: u32) -> Value {
        let present = self.size() - u32::from(self.optional);
        if class >= present {
            return Value::Missing;
        }
        let index = class as usize;
        match &self.kind {
            Kind::Bool => Value::Bool(class == 1),
            Kind::Member(_) => Value::Member(class),
            Kind::Number { points, whole, .. } => match points.get(index) {
                Some(p) if *whole => Value::Int(i64::try_from(*p).unwrap_or(0)),
                Some(p) => Value::Decimal(p.normalize()),
                None => Value::Missing,
            },
            Kind::Text { constants } => match constants.get(index) {
                Some(text) => Value::Text(text.clone()),
                None => Value::Text("any other text".into()),
            },
            Kind::Other => Value::Missing,
        }
    }
}

/// The ends of what a number may be.
fn limits(whole: bool, bounds: Option<Bounds>) -> (Decimal, Decimal, bool) {
    match bounds {
        Some(b) => (b.low, b.high, b.open),
        None if whole => (Decimal::from(i64::MIN), Decimal::from(i64::MAX), false),
        None => (Decimal::MIN, Decimal::MAX, false),
    }
}

/// Joins all, neighbours first, so that many small sets cost about n log n. `None` of none.
pub(super) fn balanced(
    mut sets: Vec<Classes>,
    join: fn(&Classes, &Classes) -> Classes,
) -> Option<Classes> {
    while sets.len() > 1 {
        sets = sets
            .chunks(2)
            .filter_map(|pair| match pair {
                [a, b] => Some(join(a, b)),
                [one] => Some(one.clone()),
                _ => None,
            })
            .collect();
    }
    sets.pop()
}

/// A number strictly between two, near zero or near one of them so that examples read well.
fn between(low: Decimal, high: Decimal, whole: bool) -> Option<Decimal> {
    let inside = |n: &Decimal| *n > low && *n < high;
    let step = |a: Decimal, b: Decimal| decimal::add(a, b);
    let one = Decimal::ONE;
    let candidates = [
        Some(Decimal::ZERO),
        step(low, one).filter(|_| low > Decimal::ZERO || high > one),
        step(high, -one),
        step(low, one),
    ];
    if let Some(found) = candidates.into_iter().flatten().find(inside) {
        return Some(found);
    }
    if whole {
        return None;
    }
    let half = decimal::add(low, high).and_then(|sum| decimal::div(sum, Decimal::TWO));
    if let Some(found) = half.filter(inside) {
        return Some(found);
    }
    // The next number above `low`, whatever its places: all that lie between are found so, down to the last.
    (0..=28_u32).rev().find_map(|places| {
        let up = RoundingStrategy::ToPositiveInfinity;
        let next = step(low, Decimal::new(1, places));
        [next, Some(low.round_dp_with_strategy(places, up))]
            .into_iter()
            .flatten()
            .find(inside)
    })
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX - 1)
}

pub(super) fn span(start: u32, end: u32) -> Classes {
    if start < end {
        vec![Range { start, end }]
    } else {
        Vec::new()
    }
}

pub(super) fn complement(set: &Classes, size: u32) -> Classes {
    let mut out = Vec::new();
    crate::work::steps(set.len());
    let mut from = 0;
    for range in set {
        out.extend(span(from, range.start));
        from = range.end;
    }
    out.extend(span(from, size));
    out
}

pub(super) fn union(a: &Classes, b: &Classes) -> Classes {
    crate::work::steps(a.len() + b.len());
    let mut all: Classes = a.iter().chain(b).cloned().collect();
    all.sort_by_key(|r| r.start);
    let mut out: Classes = Vec::new();
    for range in all {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

pub(super) fn intersection(a: &Classes, b: &Classes) -> Classes {
    crate::work::steps(a.len() + b.len());
    let (mut out, mut i, mut j) = (Vec::new(), 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        out.extend(span(x.start.max(y.start), x.end.min(y.end)));
        if x.end <= y.end {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(whole: bool, cuts: &[i64]) -> Domain {
        let ty = if whole { Ty::Int } else { Ty::Decimal };
        let mut domain = Domain::new(&ty, false, 0, None);
        for cut in cuts {
            domain.learn(&Ask::Compare(CompareOp::Lt, Decimal::from(*cut)));
        }
        domain.finish();
        domain
    }

    #[test]
    fn integers_have_nothing_between_neighbours() {
        // Below, 4, 5, above.
        assert_eq!(number(true, &[4, 5]).size(), 4);
        assert_eq!(number(false, &[4, 5]).size(), 5);
        assert_eq!(number(true, &[]).size(), 1);
        assert_eq!(number(true, &[i64::MIN, i64::MAX]).size(), 3);
        assert_eq!(number(true, &[i64::MIN + 1]).size(), 3);
    }

    #[test]
    fn examples_are_near() {
        let domain = number(true, &[18]);
        let examples: Vec<Value> = (0..3).map(|c| domain.example(c)).collect();
        assert_eq!(examples, [0, 18, 19].map(Value::Int));
        let bounds = Bounds {
            low: Decimal::ZERO,
            high: Decimal::TWO,
            open: false,
        };
        let mut domain = Domain::new(&Ty::Int, false, 0, Some(bounds));
        domain.learn(&Ask::Compare(CompareOp::Ge, Decimal::ONE));
        domain.learn(&Ask::Compare(CompareOp::Ge, Decimal::TWO));
        domain.finish();
        let examples: Vec<Value> = (0..3).map(|c| domain.example(c)).collect();
        assert_eq!(examples, [0, 1, 2].map(Value::Int));
    }

    #[test]
    fn what_lies_between_two_numbers_is_found_whatever_their_size() {
        let between = |a: &str, b: &str| {
            let number = |text: &str| Decimal::from_str_exact(text).unwrap();
            super::between(number(a), number(b), false)
        };
        assert!(
            between(
                "7.9228162514264337593543950330",
                "7.9228162514264337593543950335"
            )
            .is_some()
        );
        assert!(
            between(
                "7.9228162514264337593543950334",
                "7.9228162514264337593543950335"
            )
            .is_none()
        );
        assert!(
            between(
                "7.9228162514264337593543950335",
                "7.922816251426433759354395035"
            )
            .is_some()
        );
        assert!(
            between(
                "7.9228162514264337593543950335",
                "7.922816251426433759354395034"
            )
            .is_none()
        );
        assert!(
            between(
                "4567890123456789012345678901.1",
                "4567890123456789012345678901.3"
            )
            .is_some()
        );
        assert!(
            between(
                "79228162514264337593543950334",
                "79228162514264337593543950335"
            )
            .is_none()
        );
    }

    #[test]
    fn questions_and_their_complements_tile() {
        let domain = number(false, &[1, 2]);
        let yes = domain.classes(&Ask::Compare(CompareOp::Lt, Decimal::ONE));
        let no = domain.classes(&Ask::Compare(CompareOp::Ge, Decimal::ONE));
        assert_eq!(complement(&yes, domain.size()), no);
        assert!(intersection(&yes, &no).is_empty());
        assert_eq!(union(&yes, &no), span(0, domain.size()));
    }

    #[test]
    fn a_cut_between_integers_separates_them() {
        let mut domain = Domain::new(&Ty::Int, false, 0, None);
        let ask = Ask::Compare(CompareOp::Lt, Decimal::new(25, 1));
        domain.learn(&ask);
        domain.finish();
        let two = Ask::Compare(CompareOp::Le, Decimal::TWO);
        assert_eq!(domain.classes(&ask), domain.classes(&two));
    }
}
