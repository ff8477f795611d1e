//! Orders over "needs" graphs, iteratively, so that long chains of definitions cost no stack.

use crate::work::steps;
use std::collections::{HashMap, VecDeque};

/// All nodes so that each comes behind those it needs; within a circle the order is arbitrary but stable.
pub(super) fn dependencies_first(needs: &[Vec<usize>]) -> Vec<usize> {
    walk(needs).0
}

/// Circles that share no node: each a list of nodes that need the next, the last the first. There is none exactly if
/// nothing needs itself; of circles that cross, one is there.
pub(super) fn circles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    walk(needs).1
}

/// How many edges may be followed for all circles through nodes, so that looking for many long ones stays linear.
pub(super) fn effort(needs: &[Vec<usize>]) -> usize {
    let edges: usize = needs.iter().map(Vec::len).sum();
    edges.saturating_add(needs.len()).saturating_mul(8)
}

/// A shortest circle through a node; the node alone where there is none, or none is found with the effort that is left.
pub(super) fn circle_through(needs: &[Vec<usize>], node: usize, effort: &mut usize) -> Vec<usize> {
    let mut came_from: HashMap<usize, usize> = HashMap::new();
    let mut queue = VecDeque::from([node]);
    while let Some(at) = queue.pop_front() {
        for next in needs.get(at).into_iter().flatten() {
            steps(1);
            let Some(left) = effort.checked_sub(1) else {
                return vec![node];
            };
            *effort = left;
            if *next == node {
                let mut circle = vec![at];
                while let Some(before) = circle.last().and_then(|n| came_from.get(n)) {
                    circle.push(*before);
                }
                circle.reverse();
                return circle;
            }
            if !came_from.contains_key(next) {
                came_from.insert(*next, at);
                queue.push_back(*next);
            }
        }
    }
    vec![node]
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    New,
    /// On the path, at this place.
    Open(usize),
    Done,
}

/// A node on the path.
struct Visit {
    node: usize,
    /// Which of its needs is next.
    next: usize,
    /// From here on to this node the path shares no node with a circle that was found.
    free: usize,
}

/// Depth-first, children before parents; the circles met on the way. Whether one crosses another is known without
/// walking along it, and each node lies in one at most, so all of it is linear.
fn walk(needs: &[Vec<usize>]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut marks = vec![Mark::New; needs.len()];
    let mut order = Vec::with_capacity(needs.len());
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut path: Vec<Visit> = Vec::new();
    for root in 0..needs.len() {
        if marks.get(root) == Some(&Mark::New) {
            open(&mut marks, &mut path, root);
        }
        while let Some(visit) = path.last_mut() {
            steps(1);
            let target = needs.get(visit.node).and_then(|n| n.get(visit.next));
            visit.next += 1;
            let Some(target) = target.copied() else {
                set(&mut marks, visit.node, Mark::Done);
                order.push(visit.node);
                path.pop();
                continue;
            };
            match marks.get(target) {
                Some(Mark::New) => open(&mut marks, &mut path, target),
                Some(Mark::Open(from)) if visit.free <= *from => {
                    found.push(close(&mut path, *from));
                }
                _ => {}
            }
        }
    }
    (order, found)
}

/// Goes on to a node.
fn open(marks: &mut [Mark], path: &mut Vec<Visit>, node: usize) {
    set(marks, node, Mark::Open(path.len()));
    let free = path.last().map_or(0, |visit| visit.free);
    path.push(Visit {
        node,
        next: 0,
        free,
    });
}

/// The circle that leads from the end of the path back to a place on it.
fn close(path: &mut [Visit], from: usize) -> Vec<usize> {
    let around = path.iter_mut().enumerate().skip(from);
    let circle = around.map(|(at, visit)| {
        steps(1);
        visit.free = at + 1;
        visit.node
    });
    circle.collect()
}

fn set(marks: &mut [Mark], node: usize, mark: Mark) {
    if let Some(slot) = marks.get_mut(node) {
        *slot = mark;
    }
}

#[cfg(test)]
mod tests {
    use super::{circle_through, circles, dependencies_first, effort};

    #[test]
    fn orders_and_finds_circles() {
        assert_eq!(
            dependencies_first(&[vec![1], vec![2], vec![]]),
            vec![2, 1, 0]
        );
        assert!(circles(&[vec![1], vec![2], vec![]]).is_empty());
        assert_eq!(circles(&[vec![1], vec![2], vec![1]]), vec![vec![1, 2]]);
        assert_eq!(circles(&[vec![0]]), vec![vec![0]]);
        assert_eq!(
            circles(&[vec![1], vec![0], vec![3], vec![2, 0]]),
            vec![vec![0, 1], vec![2, 3]]
        );
        // The second circle crosses the first, the third does not.
        assert_eq!(
            circles(&[vec![1], vec![2], vec![1, 0, 3], vec![3]]),
            vec![vec![1, 2], vec![3]]
        );
        let ring = [vec![1], vec![2], vec![0]];
        assert_eq!(circle_through(&ring, 1, &mut effort(&ring)), vec![1, 2, 0]);
        assert_eq!(circle_through(&ring, 1, &mut 2), vec![1]);
        assert_eq!(circle_through(&[vec![0]], 0, &mut 1), vec![0]);
        let long: Vec<Vec<usize>> = (1..=300_000).map(|i| vec![i]).collect();
        assert_eq!(dependencies_first(&long).len(), 300_000);
    }
}
