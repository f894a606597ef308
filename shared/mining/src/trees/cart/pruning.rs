//! Cuts a tree back by the records that were set aside.
//!
//! From the bottom upwards, a node becomes a leaf if its own prediction makes no more errors for these records than its
//! subtree does. Source: J. Quinlan, "Simplifying Decision Trees", 1987 (reduced error pruning). All stored trees are
//! what this gives; cost complexity, which IBM's documentation names, gives others.

use super::super::data::{Input, Target};
use super::super::grown::{Risk, Tree};
use super::super::summary::Summary;
use super::grow::{Full, goes_left};

/// The tree, cut back if there are `judges`, with its risk for them; without judges, for the records that grew it.
pub(super) fn pruned(
    full: &[Full],
    inputs: &[Input],
    target: &Target,
    prune: bool,
    judges: &[u32],
    grown: &[u32],
) -> Tree {
    let judging = if judges.is_empty() { grown } else { judges };
    let summary = Summary::of(target, judging);
    let reached = reached(full, inputs, judging);
    let error = |at: usize| match (full.get(at), reached.get(at)) {
        (Some(full), Some(records)) => {
            summary.risk(std::iter::once((&full.node, records.as_slice()))).value * records.len() as f64
        }
        _ => 0.0,
    };
    let mut is_leaf: Vec<bool> = full.iter().map(|full| full.node.is_leaf()).collect();
    let mut errors: Vec<f64> = (0..full.len()).map(error).collect();
    // Children are behind their parents.
    for (at, inner) in full.iter().enumerate().rev().filter(|(_, full)| !full.node.is_leaf()) {
        let below: f64 = inner.node.children.iter().filter_map(|child| errors.get(*child)).sum();
        match (errors.get_mut(at), is_leaf.get_mut(at)) {
            (Some(own), Some(is_leaf)) if prune && !judges.is_empty() && is_no_worse(*own, below) => {
                *is_leaf = true
            }
            (Some(own), _) => *own = below,
            _ => {}
        }
    }
    let kept = kept(full, &is_leaf);
    let leaves = full.iter().zip(&reached).enumerate();
    let leaves = leaves.filter(|(at, _)| kept.get(*at) == Some(&true) && is_leaf.get(*at) == Some(&true));
    let risk = summary.risk(leaves.map(|(_, (full, records))| (&full.node, records.as_slice())));
    tree(full, &is_leaf, &kept, risk)
}

/// Whether an error is not above another one, which may differ by rounding.
fn is_no_worse(own: f64, below: f64) -> bool {
    /// The share by which equal sums of squares differ at most.
    const NOISE: f64 = 1e-12;
    own <= below * (1.0 + NOISE)
}

/// The records that reach each node.
fn reached(full: &[Full], inputs: &[Input], records: &[u32]) -> Vec<Vec<u32>> {
    let mut reached: Vec<Vec<u32>> = vec![Vec::new(); full.len()];
    for record in records {
        let mut next = Some(0);
        while let Some(at) = next.take() {
            let (Some(inner), Some(place)) = (full.get(at), reached.get_mut(at)) else { break };
            place.push(*record);
            let left = goes_left(&inner.rules, inputs, *record).unwrap_or(inner.node.default_child == 0);
            next = inner.node.children.get(usize::from(!left)).copied();
        }
    }
    reached
}

/// The nodes that are not below a leaf.
fn kept(full: &[Full], is_leaf: &[bool]) -> Vec<bool> {
    let mut kept = vec![false; full.len()];
    if let Some(root) = kept.first_mut() {
        *root = true;
    }
    for (at, inner) in full.iter().enumerate() {
        if kept.get(at) == Some(&true) && is_leaf.get(at) == Some(&false) {
            for child in &inner.node.children {
                if let Some(place) = kept.get_mut(*child) {
                    *place = true;
                }
            }
        }
    }
    kept
}

/// The tree of the nodes that are kept. They keep their numbers.
fn tree(full: &[Full], is_leaf: &[bool], kept: &[bool], risk: Risk) -> Tree {
    let mut place = vec![0; full.len()];
    let mut count = 0;
    for (place, is_kept) in place.iter_mut().zip(kept) {
        *place = count;
        count += usize::from(*is_kept);
    }
    let nodes = full.iter().enumerate().filter(|(at, _)| kept.get(*at) == Some(&true)).map(|(at, full)| {
        let mut node = full.node.clone();
        if is_leaf.get(at) == Some(&true) {
            node.children.clear();
            node.statistics.clear();
            node.default_child = 0;
        }
        for child in &mut node.children {
            *child = place.get(*child).copied().unwrap_or_default();
        }
        node
    });
    Tree { nodes: nodes.collect(), risk }
}
