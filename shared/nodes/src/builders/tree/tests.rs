//! A tree of C5.0 in the form of stored nuggets: the numbers are those of a public stream, shortened.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use satsuma_columns::{Measure, Storage, Values};
use satsuma_pmml::{Document, Options, Scorer};

use super::*;

fn field(name: &str, values: &[&str]) -> Field {
    let members = values.iter().map(|value| Scalar::text(*value)).collect();
    Field::new(name, Storage::String).measured(Measure::Set).valued(Values::Members(members))
}

fn tree(algorithm: Algorithm, values: impl Fn(&str) -> TestValues) -> TrainedTree {
    let leaf = |id: usize, value: &str, counts: [f64; 2]| TreeNode {
        id,
        tests: vec![Test { input: 0, values: values(value), missing: false }],
        records: counts.iter().sum(),
        counts: counts.to_vec(),
        prediction: Prediction::Category(usize::from(counts[1] > counts[0])),
        accuracy: counts[0].max(counts[1]) / counts.iter().sum::<f64>(),
        ..TreeNode::default()
    };
    let root = TreeNode {
        children: vec![1, 2],
        default_child: Some(0),
        records: 10.5,
        counts: vec![6.0, 4.5],
        accuracy: 0.8,
        ..TreeNode::default()
    };
    TrainedTree {
        algorithm,
        inputs: vec![Input {
            field: field("BP", &["HIGH", "LOW"]),
            importance: Some(1.0),
            range: None,
            usage: Some(100.0),
        }],
        target: field("Drug", &["a", "b"]),
        categories: Some(vec![Scalar::text("a"), Scalar::text("b")]),
        risk: None,
        priors: vec![0.6, 0.4],
        nodes: vec![root, leaf(1, "HIGH", [6.0, 0.5]), leaf(2, "LOW", [0.0, 4.0])],
    }
}

fn inline(tree: &TrainedTree) -> String {
    let structures = inline::structures(tree);
    structures.iter().map(|element| String::from_utf8(element.to_xml().unwrap()).unwrap()).collect()
}

#[test]
fn a_c5_tree_has_the_form_of_its_nuggets() {
    let tree = tree(Algorithm::C5, |value| TestValues::Equal(Scalar::text(value)));
    let inline = inline(&tree);
    for part in [
        "<builtWithC5>true</builtWithC5>",
        "<attributeUsage>100.0</attributeUsage>",
        "<recordCount>6.5</recordCount>",
        "<frequency type=\"D\">0.5</frequency>",
        "<op>equal</op>",
        "<id>-1</id>",
    ] {
        assert!(inline.contains(part), "{part} is not in {inline}");
    }
    // The rarer category of the root is first.
    assert!(inline.find("type=\"A\">b<").unwrap() < inline.find("type=\"A\">a</value>").unwrap());
    let pmml = String::from_utf8(pmml::document(&tree, "Drug").to_xml().unwrap()).unwrap();
    for part in ["missingValueStrategy=\"weightedConfidence\"", "recordCount=\"10.5\"", "operator=\"equal\""]
    {
        assert!(pmml.contains(part), "{part} is not in {pmml}");
    }
    let document = Document::parse(pmml.as_bytes()).unwrap();
    Scorer::compile(&document, &Options::default()).unwrap();
}

#[test]
fn missing_values_that_trained_a_branch_pass_its_test() {
    let mut tree = tree(Algorithm::Chaid, |value| TestValues::In(vec![Scalar::text(value)]));
    tree.nodes[2].tests[0].missing = true;
    let inline = inline(&tree);
    assert!(inline.contains("IS MISSING") && inline.contains("SimpleSetCondition"), "{inline}");
    let pmml = String::from_utf8(pmml::document(&tree, "Drug").to_xml().unwrap()).unwrap();
    assert!(pmml.contains("operator=\"isMissing\""));
    // No constant places a record: the tests know each.
    assert!(!pmml.contains("</CompoundPredicate><True/></CompoundPredicate>"), "{pmml}");
    let document = Document::parse(pmml.as_bytes()).unwrap();
    Scorer::compile(&document, &Options::default()).unwrap();
}
