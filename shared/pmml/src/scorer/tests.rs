//! Documented algorithm: small models of our own, evaluated by hand from the definitions at dmg.org. IBM's
//! numbers are in `tests/real_streams.rs`.

mod association;
mod bayes;
mod clustering;
mod mining;
mod neighbours;
mod neural;
mod outputs;
mod regression;
mod rules;
mod schema;
mod scorecard;
mod svm;
mod trees;

use super::*;
use crate::Criterion;
use crate::fixture::{batch, cells, doubles, pmml, texts};
use crate::models::Options;

fn scorer(document: &str) -> Result<Scorer, PmmlError> {
    Document::parse(document.as_bytes())?.compile()
}

fn refused_model(document: &str) -> String {
    scorer(document).unwrap_err().to_string()
}

/// A data dictionary of numbers x and y, text s, and a target `class` of text.
const DATA: &str = r#"<DataDictionary>
    <DataField name="x" optype="continuous" dataType="double"/>
    <DataField name="y" optype="continuous" dataType="double"/>
    <DataField name="s" optype="categorical" dataType="string"><Value value="a"/><Value value="b"/></DataField>
    <DataField name="class" optype="categorical" dataType="string"><Value value="yes"/><Value value="no"/></DataField>
    <DataField name="amount" optype="continuous" dataType="double"/>
  </DataDictionary>"#;

const SCHEMA: &str = r#"<MiningSchema>
    <MiningField name="x"/><MiningField name="y"/><MiningField name="class" usageType="target"/></MiningSchema>"#;

const AMOUNT_SCHEMA: &str = r#"<MiningSchema>
    <MiningField name="x"/><MiningField name="y"/><MiningField name="amount" usageType="predicted"/></MiningSchema>"#;

/// Rows of x and y.
fn points(points: &[(f64, f64)]) -> RecordBatch {
    let x: Vec<_> = points.iter().map(|p| Some(p.0)).collect();
    let y: Vec<_> = points.iter().map(|p| Some(p.1)).collect();
    batch([("x", doubles(&x)), ("y", doubles(&y))])
}

fn values(column: &Float64Array) -> Vec<Option<f64>> {
    column.iter().collect()
}

#[test]
fn documents_that_cannot_be_scored_are_refused_by_name() {
    insta::assert_snapshot!(refused_model(&pmml(DATA)), @"PMML: the document has no model");
    let text = format!(r#"{DATA}<TextModel functionName="classification">{SCHEMA}</TextModel>"#);
    insta::assert_snapshot!(refused_model(&pmml(&text)), @"PMML: model TextModel is not supported");
    insta::assert_snapshot!(refused_model(&pmml(&format!("{DATA}<Baseline/>"))), @"PMML (line 1, column 1): element Baseline is not supported");
}

/// A document for each model, for damage tests.
fn samples() -> Vec<String> {
    [
        trees::samples(),
        vec![rules::sample(), scorecard::sample(), association::model()],
        regression::samples(),
        clustering::samples(),
        neighbours::samples(),
        bayes::samples(),
        mining::samples(),
        outputs::samples(),
    ]
    .concat()
}

/// Columns for all inputs of the samples: ordinary, missing and unusual cells.
fn odd_batch() -> RecordBatch {
    let numbers = || doubles(&[Some(1.0), None, Some(-1e300), Some(f64::INFINITY)]);
    let words = || texts(&[Some("a"), None, Some(""), Some("b")]);
    batch([
        ("x", numbers()),
        ("y", numbers()),
        ("n", numbers()),
        ("s", words()),
        ("drink", words()),
        ("cake", words()),
        ("amount", numbers()),
        ("class", words()),
    ])
}

#[test]
fn samples_of_all_models_are_sound() {
    for sample in samples() {
        let scorer = scorer(&sample).unwrap();
        let scores = scorer.score(&odd_batch()).unwrap();
        assert_eq!(scores.len(), 4);
        assert_eq!(*scores.predicted().data_type(), scorer.predicted_type());
        assert_eq!(scores.outputs().len(), scorer.outputs().len());
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2000))]
    #[test]
    fn no_damage_to_any_model_makes_it_panic(
        sample in 0_usize..1000,
        from in 0_usize..6000,
        length in 0_usize..30,
        with in proptest::sample::select(vec!["", "0", "-1", "1e308", "99999999999999999999", "x", "\"", "<a/>", "&lt;", "yes", "no"]),
    ) {
        let samples = samples();
        let mut bytes = samples[sample % samples.len()].clone().into_bytes();
        let from = from % bytes.len();
        let to = (from + length).min(bytes.len());
        bytes.splice(from..to, with.bytes());
        if let Ok(document) = Document::parse(&bytes)
            && let Ok(scorer) = document.compile()
        {
            let _ = scorer.score(&odd_batch());
        }
    }
}
