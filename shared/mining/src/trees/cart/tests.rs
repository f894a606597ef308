//! Trees of a few records, computed by hand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::super::data::{MISSING, Order};
use super::super::grown::Passes;
use super::*;

fn options() -> Options {
    Options {
        depth: 5,
        min_parent: Size::Records(2.0),
        min_child: Size::Records(1.0),
        min_improvement: 1e-4,
        surrogates: 5,
        prune: true,
        set_aside: 0.0,
        seed: 0,
    }
}

fn grown(inputs: &[Input], target: &Target, options: &Options) -> Tree {
    let trees = [1, 2, 7]
        .map(|threads| grow(inputs, target, options, Control { threads, is_canceled: &|| false }).unwrap().0);
    assert_eq!(trees[0], trees[1]);
    assert_eq!(trees[0], trees[2]);
    trees[0].clone()
}

fn classes(codes: &[u32], count: usize) -> Target {
    Target::Categories { codes: codes.to_vec(), count, order: Order::Nominal }
}

#[test]
fn numbers_split_in_the_middle_and_missing_ones_follow_a_surrogate() {
    let split = Input::Numbers(vec![1.0, 2.0, 3.0, 10.0, 11.0, f64::NAN, f64::NAN]);
    let same = Input::Categories { codes: vec![0, 0, 0, 1, 0, 1, MISSING], count: 2, order: Order::Nominal };
    let tree = grown(&[split, same], &classes(&[0, 0, 0, 1, 1, 1, 0], 2), &Options { depth: 1, ..options() });
    assert_eq!(tree.nodes.len(), 3);
    let [first, second] = tree.nodes[1].branches.as_slice() else { panic!("{:?}", tree.nodes[1]) };
    assert_eq!((first.input, &first.passes), (0, &Passes::Interval { above: None, to: Some(6.5) }));
    assert_eq!((second.input, &second.passes), (1, &Passes::Categories(vec![0])));
    // The sixth record follows its surrogate, the last one the larger side.
    assert_eq!(
        (tree.nodes[1].counts.as_slice(), tree.nodes[2].counts.as_slice()),
        ([4.0, 0.0].as_slice(), [0.0, 3.0].as_slice())
    );
    assert_eq!((tree.risk.value, tree.nodes[0].default_child), (0.0, 0));
}

#[test]
fn categories_split_in_the_best_two_sets() {
    let input = Input::Categories { codes: vec![0, 1, 2, 3, 0, 1, 2, 3], count: 4, order: Order::Nominal };
    let tree = grown(std::slice::from_ref(&input), &classes(&[0, 1, 0, 1, 0, 1, 0, 1], 2), &options());
    assert_eq!(tree.nodes[1].branches[0].passes, Passes::Categories(vec![0, 2]));
    assert_eq!(tree.nodes[0].statistics, [("improvement", 0.5)]);
    let three = grown(&[input], &classes(&[0, 1, 2, 1, 0, 1, 2, 1], 3), &options());
    assert_eq!(three.nodes[1].branches[0].passes, Passes::Categories(vec![0, 2]));
    assert_eq!(three.nodes.len(), 5);
}

#[test]
fn a_split_that_saves_no_error_of_the_judges_is_cut_back() {
    // The second split lets impurity fall, but both its leaves predict the same.
    let one = Input::Numbers((0..200).map(|at| f64::from(at / 100)).collect());
    let two = Input::Numbers((0..200).map(|at| f64::from(at % 2)).collect());
    let target: Vec<u32> = (0..200).map(|at| u32::from(at >= 100 && (at % 2 == 1 || at < 180))).collect();
    let inputs = [one, two];
    let half = Options { set_aside: 0.5, seed: 681_644_031, ..options() };
    let kept = grown(&inputs, &classes(&target, 2), &Options { prune: false, ..half });
    let cut = grown(&inputs, &classes(&target, 2), &half);
    assert_eq!((kept.nodes.len(), cut.nodes.len()), (5, 3));
    assert_eq!(cut.nodes.iter().map(|node| node.id).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(cut.risk.value > 0.0 && cut.risk.value < 0.1);
}

#[test]
fn numbers_are_predicted_by_their_means() {
    let input = Input::Numbers(vec![1.0, 1.0, 2.0, 2.0]);
    let tree = grown(&[input], &Target::Numbers(vec![3.0, 5.0, 10.0, 12.0]), &options());
    assert_eq!((tree.nodes[1].mean, tree.nodes[2].mean), (4.0, 11.0));
    // Squares fall from 53 to 4, of four records.
    assert!((tree.nodes[0].statistics[0].1 - 12.25).abs() < 1e-12);
    assert_eq!(tree.risk, crate::trees::Risk { value: 1.0, error: 0.0 });
}
