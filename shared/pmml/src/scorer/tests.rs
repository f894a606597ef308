//! Documented algorithm: small models of our own with results worked out by hand from the
//! definitions at dmg.org. IBM's numbers are in `tests/real_streams.rs`.

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
