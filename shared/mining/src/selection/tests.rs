//! Tests with results computed by hand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

use super::*;
use crate::column::MISSING;

fn categories(codes: &[u32], count: usize) -> Column {
    Column::Categories { codes: codes.to_vec(), count }
}

fn selected(inputs: &[Column], target: &Column, screening: Screening) -> Selection {
    let run = |threads| {
        let control = Control { threads, is_canceled: &|| false };
        select(inputs, target, &screening, Criterion::Pearson, control).unwrap()
    };
    let selection = run(1);
    assert_eq!(run(2), selection);
    assert_eq!(run(7), selection);
    selection
}

/// By hand: χ² of the table 3 1 / 1 3 is 2; F of 1 2 3 against 4 5 6 is 13.5; r² of the last input is 1.
#[test]
fn each_pair_of_measures_has_its_test() {
    let target = categories(&[0, 0, 0, 0, 1, 1, 1, 1], 2);
    let input = categories(&[0, 0, 0, 1, 1, 1, 1, 0], 2);
    let selection = selected(&[input], &target, Screening::default());
    assert_eq!((selection.ranked[0].test.statistic, selection.ranked[0].test.freedom), (2.0, (1.0, 0.0)));
    assert!((selection.ranked[0].p_value - 0.157_299_207_050_285).abs() < 1e-15);

    let numbers = Column::Numbers(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let group = categories(&[0, 0, 0, 1, 1, 1], 2);
    for (input, target) in [(&numbers, &group), (&group, &numbers)] {
        let selection = selected(std::slice::from_ref(input), target, Screening::default());
        assert_eq!(
            (selection.ranked[0].test.statistic, selection.ranked[0].test.freedom),
            (13.5, (1.0, 4.0))
        );
    }
    let selection = selected(std::slice::from_ref(&numbers), &numbers, Screening::default());
    assert_eq!((selection.ranked[0].p_value, selection.ranked[0].importance()), (0.0, 1.0));
}

/// IBM, "Feature Selection Model Settings".
#[test]
fn screened_inputs_have_the_reason() {
    let target = categories(&[0, 1, 0, 1, 0, 1, 0, 1, 0, 1], 2);
    let nan = f64::NAN;
    let inputs = [
        Column::Numbers(vec![nan, nan, nan, nan, nan, nan, nan, nan, 1.0, 2.0]),
        categories(&[0; 10], 2),
        categories(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 10),
        Column::Numbers(vec![100.0, 101.0, 100.0, 99.0, 100.0, 101.0, 100.0, 99.0, 100.0, 100.0]),
        Column::Numbers(vec![0.0; 10]),
        Column::Numbers((0..10).map(f64::from).collect()),
    ];
    let screening = Screening {
        max_missing: Some(70.0),
        max_single_category: Some(90.0),
        max_categories: Some(95.0),
        min_variation: Some(0.1),
        min_deviation: Some(0.0),
    };
    let selection = selected(&inputs, &target, screening);
    let reasons = [
        (0, Reason::TooManyMissing),
        (1, Reason::SingleCategoryTooLarge),
        (2, Reason::TooManyCategories),
        (3, Reason::VariationTooSmall),
        (4, Reason::VariationTooSmall),
    ];
    assert_eq!(selection.screened, reasons);
    assert_eq!(selection.ranked.len(), 1);
    let selection = selected(&inputs, &target, Screening::default());
    let untested = [0, 1, 4].map(|input| (input, Reason::NotTestable));
    assert_eq!(selection.screened, untested);
}

#[test]
fn records_without_one_of_the_values_do_not_count() {
    let target = categories(&[0, 0, 1, 1, MISSING, 0], 2);
    let input = Column::Numbers(vec![1.0, 2.0, 3.0, 5.0, 9.0, f64::NAN]);
    let selection = selected(&[input], &target, Screening::default());
    assert_eq!((selection.ranked[0].test.statistic, selection.ranked[0].test.freedom), (5.0, (1.0, 2.0)));
}

/// Equal importance: the kind of the first input is first, the larger statistic first within a kind.
#[test]
fn equally_important_inputs_are_ordered_by_kind_and_statistic() {
    let zeros = |one: u32, other: u32| {
        let codes = (0..400).map(|at| if at < 200 { one } else { other }).collect::<Vec<_>>();
        categories(&codes, 2)
    };
    let target = zeros(0, 1);
    let mut weaker = vec![0; 200];
    weaker.extend([1; 200]);
    weaker[0] = 1;
    let numbers = Column::Numbers((0..400).map(f64::from).collect());
    let inputs = [categories(&weaker, 2), numbers, zeros(1, 0)];
    let selection = selected(&inputs, &target, Screening::default());
    assert!(selection.ranked.iter().all(|ranked| ranked.p_value == 0.0));
    assert_eq!(selection.ranked.iter().map(|ranked| ranked.input).collect::<Vec<_>>(), [2, 0, 1]);
}

#[test]
fn fields_with_too_many_categories_are_refused() {
    let control = Control { threads: 1, is_canceled: &|| false };
    let (input, target) = (categories(&[0, 1], 1_000_000), categories(&[0, 1], 1_000_000));
    let found = select(&[input], &target, &Screening::default(), Criterion::Pearson, control);
    assert!(matches!(found, Err(MiningError::TooLarge { .. })));
}
