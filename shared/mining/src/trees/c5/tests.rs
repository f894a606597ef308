#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::*;
use crate::trees::data::{MISSING, Order};

const OPTIONS: C5Options =
    C5Options { min_records: 2.0, confidence: 0.25, global_pruning: true, thresholds: Thresholds::Values };

fn nominal(codes: &[u32], count: usize) -> Input {
    Input::Categories { codes: codes.to_vec(), count, order: Order::Nominal }
}

fn tree(inputs: &[Input], classes: &[u32], options: C5Options) -> C5Node {
    let count =
        classes.iter().filter(|class| **class != MISSING).max().map_or(0, |class| *class as usize + 1);
    let on = |threads| {
        let control = Control { threads, is_canceled: &|| false };
        c5(inputs, classes, count, options, control).unwrap()
    };
    let tree = on(1);
    assert_eq!(on(2), tree);
    assert_eq!(on(7), tree);
    tree
}

/// Quinlan 1993, page 18: the tree of fourteen days is outlook, then humidity (up to 75) and wind.
#[test]
fn the_tree_of_the_published_example_grows() {
    let outlook = nominal(&[0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2], 3);
    let temperature = [75, 80, 85, 72, 69, 72, 83, 64, 81, 71, 65, 75, 68, 70];
    let humidity = [70, 90, 85, 95, 70, 90, 78, 65, 75, 80, 70, 80, 80, 96];
    let numbers = |values: [i32; 14]| Input::Numbers(values.iter().copied().map(f64::from).collect());
    let wind = nominal(&[1, 1, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0], 2);
    let play = [0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0];
    let options = C5Options { confidence: 1.0, global_pruning: false, ..OPTIONS };
    let found = tree(&[outlook, numbers(temperature), numbers(humidity), wind], &play, options);
    let split = found.split.unwrap();
    assert_eq!((split.input, split.test), (0, C5Test::Categories(vec![vec![0], vec![1], vec![2]])));
    let sunny = split.branches[0].split.as_ref().unwrap();
    assert_eq!((sunny.input, &sunny.test), (2, &C5Test::Threshold(75.0)));
    assert!(split.branches[1].split.is_none());
    assert_eq!(split.branches[2].split.as_ref().unwrap().input, 3);
}

#[test]
fn a_threshold_is_a_value_or_the_middle_of_two() {
    let inputs = [Input::Numbers(vec![1.0, 2.0, 3.0, 8.0, 9.0, 10.0])];
    let classes = [0, 0, 0, 1, 1, 1];
    let threshold = |thresholds| match tree(&inputs, &classes, C5Options { thresholds, ..OPTIONS }).split {
        Some(C5Split { test: C5Test::Threshold(threshold), .. }) => threshold,
        _ => f64::NAN,
    };
    assert_eq!(threshold(Thresholds::Values), 3.0);
    assert_eq!(threshold(Thresholds::Middles), 5.5);
    assert_eq!(middle_of(1.0, 1.000_000_01), 1.0);
    assert_eq!(middle_of(1.123_81, 1.142_88), 1.133_344_99);
    assert_eq!((six_digits(14.641_963), six_digits(0.0), six_digits(-1e-7)), (14.642, 0.0, -1e-7));
}

fn middle_of(low: f64, high: f64) -> f64 {
    Training::new(&[], &[], 0).threshold(0, low, high, Thresholds::Middles)
}

/// A missing value goes down both branches, in the parts that known values do.
#[test]
fn missing_values_count_in_parts() {
    let inputs = [Input::Numbers(vec![1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, f64::NAN])];
    let found = tree(&inputs, &[0, 0, 0, 1, 1, 1, 1, 1, 1, 1], OPTIONS);
    let branches = &found.split.as_ref().unwrap().branches;
    assert!((branches[0].counts[1] - 1.0 / 3.0).abs() < 1e-12);
    assert!((branches[1].counts[1] - (6.0 + 2.0 / 3.0)).abs() < 1e-12);
    assert!((found.errors() - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn alike_branches_of_categories_are_joined() {
    let codes = [0, 0, 0, 1, 1, 1, 2, 2, 2];
    let classes = [0, 0, 0, 1, 1, 1, 0, 0, 0];
    let found = tree(&[nominal(&codes, 5)], &classes, OPTIONS).split.unwrap();
    assert_eq!(found.test, C5Test::Categories(vec![vec![0, 2], vec![1], vec![3, 4]]));
    assert_eq!(found.branches.iter().map(C5Node::weight).collect::<Vec<_>>(), [6.0, 3.0, 0.0]);
}

#[test]
fn ordered_categories_are_divided_at_one_place() {
    let input = Input::Categories { codes: vec![0, 1, 1, 2, 3, 3], count: 4, order: Order::Ordinal };
    let found = tree(&[input], &[0, 0, 0, 1, 1, 1], OPTIONS).split.unwrap();
    assert_eq!(found.test, C5Test::Categories(vec![vec![0, 1], vec![2, 3]]));
    let input = Input::Categories { codes: vec![0, 0, 0, 3, 3, 3], count: 5, order: Order::Ordinal };
    let found = tree(&[input], &[0, 0, 0, 1, 1, 1], OPTIONS).split.unwrap();
    assert_eq!(found.test, C5Test::Categories(vec![vec![0, 1, 2], vec![3, 4]]));
}

#[test]
fn records_without_a_class_do_not_count() {
    let found = tree(&[nominal(&[0, 0, 1, 1, 1], 2)], &[0, 0, 1, 1, MISSING], OPTIONS);
    assert_eq!(found.counts, [2.0, 2.0]);
    assert_eq!(tree(&[], &[], OPTIONS).weight(), 0.0);
}
