//! Figures of made records; a target of the same interface stands for that of a nugget.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use satsuma_columns::{Field, Measure, Scalar, Storage, Values};
use satsuma_documents::Block;

use super::categorical::Categorical;
use super::continuous::Continuous;
use crate::output::analysis::models::{Model, Target};

fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn reals(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn target(field: Field, confidence: bool) -> Target {
    let confidence = confidence.then(|| "$RC-t".to_owned());
    Target { field, models: vec![Model { predicted: "$R-t".to_owned(), confidence, score: None }] }
}

/// By hand: 3 of 4 records are right; y has precision 2/3 and recall 1.
#[test]
fn right_and_wrong_predictions_are_counted_by_value() {
    let values = Values::Flag(Scalar::text("n"), Scalar::text("y"));
    let field = Field::new("t", Storage::String).measured(Measure::Flag).valued(values);
    let mut counts = Categorical::new(&target(field, true));
    let columns = [
        texts(&[Some("y"), Some("y"), Some("n"), Some("n"), None]),
        texts(&[Some("y"), Some("y"), Some("y"), Some("n"), Some("n")]),
        reals(&[Some(0.9), Some(0.8), Some(0.6), Some(0.7), Some(0.5)]),
    ];
    counts.add(&columns, &[0; 5]).unwrap();
    let shown = crate::report::Shown::default();
    let (blocks, value) = counts.figures(0, 0, "", &shown);
    assert_eq!((value["records"].as_u64(), value["missing"].as_u64()), (Some(4), Some(1)));
    assert_eq!(value["accuracy"]["value"].as_f64(), Some(0.75));
    let confusion = &value["confusion"];
    assert_eq!(confusion["values"], serde_json::json!(["n", "y"]));
    assert_eq!(confusion["counts"], serde_json::json!([[1, 1], [0, 2]]));
    assert_eq!(value["classes"][1]["precision"]["value"].as_f64(), Some(2.0 / 3.0));
    assert_eq!(value["classes"][1]["recall"]["value"].as_f64(), Some(1.0));
    // All hits are ranked above all others.
    assert_eq!(value["auc"]["value"].as_f64(), Some(1.0));
    assert_eq!(value["averagePrecision"].as_f64(), Some(1.0));
    assert_eq!(value["calibration"][0]["records"].as_u64(), Some(1), "{}", value["calibration"]);
    let charts = blocks.iter().filter(|block| matches!(block, Block::Chart(_))).count();
    assert_eq!(charts, 4);
}

/// By hand: errors 1, -1 and 3; their squares sum to 11, and the deviations of the target to 8.
#[test]
fn errors_of_numbers_have_means_and_a_share_explained() {
    let mut counts = Continuous::new(&target(Field::new("t", Storage::Real), false));
    let columns = [
        reals(&[Some(2.0), Some(4.0), Some(6.0), Some(1.0)]),
        reals(&[Some(1.0), Some(5.0), Some(3.0), None]),
    ];
    counts.add(&columns, &[0; 4]).unwrap();
    let (blocks, value) = counts.figures(0, 0, "");
    assert_eq!((value["records"].as_u64(), value["missing"].as_u64()), (Some(3), Some(1)));
    assert_eq!(value["meanError"]["value"].as_f64(), Some(1.0));
    assert!((value["meanAbsoluteError"]["value"].as_f64().unwrap() - 5.0 / 3.0).abs() < 1e-12);
    assert!((value["rSquared"].as_f64().unwrap() - (1.0 - 11.0 / 8.0)).abs() < 1e-12);
    assert_eq!(blocks.len(), 2);
}

#[test]
fn partitions_have_figures_of_their_own() {
    let field = Field::new("t", Storage::String).valued(Values::Members(vec![Scalar::text("a")]));
    let mut counts = Categorical::new(&target(field, false));
    let columns = [texts(&[Some("a"), Some("b"), Some("a")]), texts(&[Some("a"), Some("a"), Some("c")])];
    counts.add(&columns, &[1, 0, 1]).unwrap();
    let shown = crate::report::Shown::default();
    let accuracy = |place: usize| counts.figures(0, place, "", &shown).1["accuracy"]["value"].as_f64();
    assert_eq!((accuracy(0), accuracy(1), accuracy(2)), (Some(0.0), Some(0.5), None));
}
