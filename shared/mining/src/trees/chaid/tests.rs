//! Trees of a few records, computed by hand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::*;

const OPTIONS: Options = Options {
    exhaustive: false,
    depth: 5,
    min_parent: Size::Records(2.0),
    min_child: Size::Records(1.0),
    split_alpha: 0.05,
    merge_alpha: 0.05,
    bonferroni: true,
    chi_square: ChiSquare::Pearson,
    epsilon: 0.001,
    iterations: 100,
    bins: 10,
};

fn grown(inputs: &[Input], target: &Target, options: &Options) -> Tree {
    let trees = [1, 2, 7]
        .map(|threads| grow(inputs, target, options, Control { threads, is_canceled: &|| false }).unwrap().0);
    assert_eq!(trees[0], trees[1]);
    assert_eq!(trees[0], trees[2]);
    trees[0].clone()
}

fn repeated(blocks: &[(u32, u32, usize)]) -> (Vec<u32>, Target) {
    let each = |pick: fn(&(u32, u32, usize)) -> u32| {
        blocks.iter().flat_map(|block| std::iter::repeat_n(pick(block), block.2)).collect::<Vec<_>>()
    };
    let target = Target::Categories { codes: each(|block| block.1), count: 2, order: Order::Nominal };
    (each(|block| block.0), target)
}

#[test]
fn categories_that_do_not_differ_are_merged() {
    let (codes, target) =
        repeated(&[(0, 0, 40), (0, 1, 10), (1, 0, 10), (1, 1, 40), (2, 0, 41), (2, 1, 9), (MISSING, 1, 20)]);
    let input = Input::Categories { codes, count: 3, order: Order::Nominal };
    let tree = grown(&[input], &target, &OPTIONS);
    let root = &tree.nodes[0];
    assert_eq!((root.children.as_slice(), root.default_child), ([1, 2, 3].as_slice(), 0));
    let branches: Vec<&Branch> = tree.nodes[1..].iter().map(|node| &node.branches[0]).collect();
    assert_eq!(branches[0].passes, Passes::Categories(vec![0, 2]));
    assert_eq!((&branches[1].passes, branches[1].missing), (&Passes::Categories(vec![1]), false));
    assert_eq!((&branches[2].passes, branches[2].missing), (&Passes::Categories(Vec::new()), true));
    assert_eq!(tree.nodes[1].counts, [81.0, 19.0]);
    assert_eq!((tree.nodes[1].category, tree.nodes[2].category), (0, 1));
}

#[test]
fn missing_numbers_join_the_bin_that_they_resemble() {
    let (codes, target) = repeated(&[(0, 0, 30), (1, 0, 30), (2, 1, 30), (3, 1, 30), (4, 1, 15)]);
    let number = |code: &u32| if *code == 4 { f64::NAN } else { f64::from(*code) };
    let input = Input::Numbers(codes.iter().map(number).collect());
    let tree = grown(&[input], &target, &OPTIONS);
    let branches: Vec<&Branch> = tree.nodes[1..].iter().map(|node| &node.branches[0]).collect();
    assert_eq!(branches[0].passes, Passes::Interval { above: None, to: Some(1.0) });
    assert_eq!(
        (&branches[1].passes, branches[1].missing),
        (&Passes::Interval { above: Some(1.0), to: None }, true)
    );
    assert_eq!(tree.nodes[2].counts, [0.0, 75.0]);
}

#[test]
fn small_groups_join_a_neighbour() {
    let (codes, target) = repeated(&[(0, 0, 50), (1, 1, 3), (2, 1, 50)]);
    let input = Input::Categories { codes, count: 3, order: Order::Ordinal };
    let options = Options { min_child: Size::Records(5.0), merge_alpha: 0.9999, ..OPTIONS };
    let tree = grown(std::slice::from_ref(&input), &target, &options);
    let passes: Vec<&Passes> = tree.nodes[1..].iter().map(|node| &node.branches[0].passes).collect();
    assert_eq!(passes, [&Passes::Categories(vec![0]), &Passes::Categories(vec![1, 2])]);
    // A tree without levels is its root.
    assert_eq!(grown(&[input], &target, &Options { depth: 0, ..options }).nodes.len(), 1);
}

#[test]
fn the_exhaustive_search_keeps_the_best_step() {
    let (codes, target) = repeated(&[(0, 0, 40), (0, 1, 8), (1, 0, 10), (1, 1, 30), (2, 0, 39), (2, 1, 9)]);
    let input = Input::Categories { codes, count: 3, order: Order::Nominal };
    let options = Options { exhaustive: true, ..OPTIONS };
    let tree = grown(&[input], &target, &options);
    let passes: Vec<&Passes> = tree.nodes[1..].iter().map(|node| &node.branches[0].passes).collect();
    assert_eq!(passes, [&Passes::Categories(vec![0, 2]), &Passes::Categories(vec![1])]);
    // The factor of three nominal categories is 3 · 8 / 6.
    let p = tree.nodes[0].statistics[0].1;
    let chi_square = tree.nodes[0].statistics[1].1;
    assert!((p / (4.0 * super::super::tails::chi_square(chi_square, 1.0).exp()) - 1.0).abs() < 1e-12);
}

#[test]
fn numbers_are_split_by_the_variance_of_their_means() {
    let numbers: Vec<f64> = (0..60).map(|at| if at < 30 { 5.0 } else { 9.0 } + f64::from(at % 3)).collect();
    let codes: Vec<u32> = (0..60).map(|at| u32::from(at >= 30)).collect();
    let input = Input::Categories { codes, count: 2, order: Order::Nominal };
    let tree = grown(&[input], &Target::Numbers(numbers), &OPTIONS);
    assert_eq!(tree.nodes.len(), 3);
    assert_eq!((tree.nodes[1].mean, tree.nodes[2].mean), (6.0, 10.0));
    let names: Vec<&str> = tree.nodes[0].statistics.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["adjPValue", "df1", "df2", "fStats"]);
}

#[test]
fn an_ordinal_target_splits_where_its_scores_differ() {
    let codes: Vec<u32> = (0..90).map(|at| u32::from(at >= 45)).collect();
    let ranks: Vec<u32> = (0..90).map(|at| if at < 45 { at % 2 } else { 1 + at % 2 }).collect();
    let input = Input::Categories { codes, count: 2, order: Order::Nominal };
    let target = Target::Categories { codes: ranks, count: 3, order: Order::Ordinal };
    let tree = grown(&[input], &target, &OPTIONS);
    assert_eq!(tree.nodes.len(), 3);
    assert!(tree.nodes[0].statistics[0].1 < 1e-6);
}

#[test]
fn a_canceled_job_stops() {
    let target = Target::Numbers(vec![1.0]);
    let control = Control { threads: 1, is_canceled: &|| true };
    assert_eq!(grow(&[], &target, &OPTIONS, control), Err(MiningError::Canceled));
}
