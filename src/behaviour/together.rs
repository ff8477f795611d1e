//! What happened at about the same time, in any order.

use super::tell::{Tell, Told};
use crate::eval::{Item, Key};
use crate::graph::told::{Length, StreamId};

/// An event and the parts it may be.
#[derive(Clone, Debug)]
pub(super) struct Point {
    item: Item,
    parts: u32,
}

impl Point {
    pub(super) fn new(item: Item, part: usize) -> Point {
        let part = u32::try_from(part).unwrap_or(32);
        Point {
            item,
            parts: 1_u32.checked_shl(part).unwrap_or(0),
        }
    }
}

impl Tell<'_, '_> {
    /// One match for each event that completes one: with the events that began last.
    ///
    /// Going back from the event, one after the other is taken that makes more of the parts happen; what is found so has
    /// the latest possible beginning, since sets of events that can be matched to different parts are a matroid
    /// (transversal matroids: J. Edmonds and D. R. Fulkerson, 1965).
    pub(super) fn together(
        &mut self,
        parts: &[StreamId],
        within: Length,
        items: &mut Vec<Item>,
    ) -> Told<()> {
        let within = self.length(within)?;
        let points = self.points(parts)?;
        extend(&mut Vec::new(), points, (parts.len(), within), items);
        Ok(())
    }

    /// The events of such matches, part by part.
    pub(super) fn of_together(
        &mut self,
        parts: &[StreamId],
        within: Length,
        matches: &[Item],
    ) -> Told<Vec<Vec<Item>>> {
        let within = self.length(within)?;
        let points = in_order(self.points(parts)?);
        let mut of_parts = vec![Vec::new(); parts.len()];
        for found in matches {
            let from = points.partition_point(|point| point.item.key < found.key);
            let until = points.partition_point(|point| point.item.key <= found.key);
            for last in from..until {
                let Some((taken, start)) = points
                    .get(..=last)
                    .and_then(|points| matched(points, parts.len(), within))
                else {
                    continue;
                };
                let item = points.get(last).map(|point| Item {
                    start,
                    ..point.item
                });
                if item == Some(*found) {
                    take_all(&points, &taken, &mut of_parts);
                }
            }
        }
        Ok(of_parts)
    }

    fn points(&mut self, parts: &[StreamId]) -> Told<Vec<Point>> {
        let mut points: Vec<Point> = Vec::new();
        for (part, id) in parts.iter().enumerate() {
            let all = self.items(*id)?;
            points.extend(all.iter().map(|item| Point::new(*item, part)));
            self.give(all);
        }
        Ok(points)
    }
}

/// The matches that more events complete, which stand behind those before.
pub(super) fn extend(
    points: &mut Vec<Point>,
    more: Vec<Point>,
    (parts, within): (usize, i64),
    items: &mut Vec<Item>,
) {
    for point in in_order(more) {
        let item = point.item;
        points.push(point);
        if let Some((_, start)) = matched(points, parts, within) {
            items.push(Item { start, ..item });
        }
    }
    let end = points.last().map_or(0, |point| point.item.key.at);
    let over = |point: &Point| end.saturating_sub(point.item.key.at) >= within;
    let past = points.iter().take_while(|point| over(point)).count();
    points.drain(..past);
}

/// Each event once, with all parts that it may be.
fn in_order(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by_key(|point| (point.item.key, point.item.start));
    points.dedup_by(|new, old| {
        let same = new.item == old.item;
        if same {
            old.parts |= new.parts;
        }
        same
    });
    points
}

/// The events that are the parts of a match.
fn take_all(points: &[Point], taken: &[Option<usize>], of_parts: &mut [Vec<Item>]) {
    for (of_part, at) in of_parts.iter_mut().zip(taken) {
        let point = at.and_then(|at| points.get(at));
        of_part.extend(point.map(|point| point.item));
    }
}

/// The match whose last event is the last of these: which of them is which part, and where it begins.
fn matched(points: &[Point], parts: usize, within: i64) -> Option<(Vec<Option<usize>>, Key)> {
    let end = points.last()?.item.key.at;
    let mut taken: Vec<Option<usize>> = vec![None; parts];
    let mut missing = parts;
    for (at, point) in points.iter().enumerate().rev() {
        if end.saturating_sub(point.item.key.at) >= within {
            return None;
        }
        let mut seen = 0;
        if takes(points, &mut taken, at, &mut seen) {
            missing -= 1;
            if missing == 0 {
                return Some((taken, point.item.key));
            }
        }
    }
    None
}

/// Gives an event a part, moving others where needed. (As deep as there are parts, of which there are few.)
fn takes(points: &[Point], taken: &mut Vec<Option<usize>>, at: usize, seen: &mut u32) -> bool {
    let parts = points.get(at).map_or(0, |point| point.parts);
    for part in 0..taken.len() {
        let bit = 1_u32
            .checked_shl(u32::try_from(part).unwrap_or(32))
            .unwrap_or(0);
        if parts & bit == 0 || *seen & bit != 0 {
            continue;
        }
        *seen |= bit;
        let owner = taken.get(part).copied().flatten();
        let free = match owner {
            None => true,
            Some(other) => takes(points, taken, other, seen),
        };
        if free {
            if let Some(slot) = taken.get_mut(part) {
                *slot = Some(at);
            }
            return true;
        }
    }
    false
}
