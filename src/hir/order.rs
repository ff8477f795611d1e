//! Orders over "needs" graphs, iteratively, so that long chains of definitions cost no stack.

use crate::work::steps;
use std::collections::{HashMap, HashSet, VecDeque};

/// All nodes so that each comes behind those it needs; within a circle the order is arbitrary but stable.
pub(super) fn dependencies_first(needs: &[Vec<usize>]) -> Vec<usize> {
    walk(needs).0
}

/// Circles that share no node: each a list of nodes that need the next, the last the first. There is none exactly if
/// nothing needs itself; of circles that cross, one is there.
pub(super) fn circles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    walk(needs).1
}

/// A shortest circle through a node; the node alone where there is none.
pub(super) fn circle_through(needs: &[Vec<usize>], node: usize) -> Vec<usize> {
    let mut came_from: HashMap<usize, usize> = HashMap::new();
    let mut queue = VecDeque::from([node]);
    while let Some(at) = queue.pop_front() {
        for next in needs.get(at).into_iter().flatten() {
            steps(1);
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
    Open,
    Done,
}

/// Depth-first, children before parents; the circles met on the way. Looking at one costs its length; all of them cost
/// no more than a multiple of the nodes, so of very many crossing circles some are not looked at.
fn walk(needs: &[Vec<usize>]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut marks = vec![Mark::New; needs.len()];
    let mut order = Vec::with_capacity(needs.len());
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut taken: HashSet<usize> = HashSet::new();
    let mut effort = needs.len().saturating_mul(16);
    for root in 0..needs.len() {
        let mut path: Vec<(usize, usize)> = vec![(root, 0)];
        if marks.get(root) != Some(&Mark::New) {
            continue;
        }
        set(&mut marks, root, Mark::Open);
        while let Some((node, next)) = path.last_mut() {
            steps(1);
            let target = needs.get(*node).and_then(|n| n.get(*next)).copied();
            *next += 1;
            match target {
                None => {
                    set(&mut marks, *node, Mark::Done);
                    order.push(*node);
                    path.pop();
                }
                Some(target) => match marks.get(target) {
                    Some(Mark::New) => {
                        set(&mut marks, target, Mark::Open);
                        path.push((target, 0));
                    }
                    Some(Mark::Open) if effort > 0 && !taken.contains(&target) => {
                        let from = path.iter().rposition(|(n, _)| *n == target).unwrap_or(0);
                        steps(path.len() - from);
                        effort = effort.saturating_sub(path.len() - from);
                        let circle: Vec<usize> = path.iter().skip(from).map(|(n, _)| *n).collect();
                        if circle.iter().all(|n| !taken.contains(n)) {
                            taken.extend(&circle);
                            found.push(circle);
                        }
                    }
                    _ => {}
                },
            }
        }
    }
    (order, found)
}

fn set(marks: &mut [Mark], node: usize, mark: Mark) {
    if let Some(slot) = marks.get_mut(node) {
        *slot = mark;
    }
}

#[cfg(test)]
mod tests {
    use super::{circle_through, circles, dependencies_first};

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
        assert_eq!(
            circle_through(&[vec![1], vec![2], vec![0]], 1),
            vec![1, 2, 0]
        );
        assert_eq!(circle_through(&[vec![0]], 0), vec![0]);
        let long: Vec<Vec<usize>> = (1..=300_000).map(|i| vec![i]).collect();
        assert_eq!(dependencies_first(&long).len(), 300_000);
    }
}
