//! Models inside real streams give IBM's numbers.
//!
//! The streams are not in the repository; tests that need them are skipped, with a line saying
//! so, where they are not at hand.

#![allow(clippy::unwrap_used)] // helpers of tests may stop at the first surprise

mod support;

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch};
use satsuma_pmml::document::Element;
use satsuma_pmml::{Document, Scores, Transformer};
use support::{Documents, Table, collection, oracle};

const CHURN: &str = "IBM/cloud/models/spss/customer_satisfaction/model/customer-satisfaction-prediction.str";
const CHURN_DATA: &str = "IBM/cloud/data/customer_churn/scoreInput.csv";
const DRUG: &str = "pmservice/spss/drug-selection/model/Drug1n.str";
const DRUG_CAPITALIZED: &str = "pmservice/spss/drug-selection/model/Drug1n_capitalized.str";
const DRUG_BATCH: &str = "pmservice/spss/drug-selection/data/drug_batch_data.csv";
const DRUG_TRAINING: &str = "pmservice/spark/drug-selection/data/drug_train_data.csv";
const DRUG_SAMPLE: &str = "pmservice/Sample1/model/Drug1n.str";

/// Auto Data Prep, then the support vector machine, over the ten customers.
fn score_churn() -> Option<(Table, Scores)> {
    let (stream, data) = (collection(CHURN)?, Table::read(&collection(CHURN_DATA)?));
    let documents = Documents::of(&stream);
    let preparation = Document::parse(&documents.preparations[0]).unwrap();
    let scorer = Document::parse(&documents.models[0]).unwrap().compile().unwrap();
    let names: Vec<_> = scorer.inputs().iter().map(|i| i.name.as_str()).collect();
    let transformer = Transformer::select(&preparation, &names).unwrap();
    let prepared = transformer.transform(&data.batch(transformer.inputs())).unwrap();
    let batch = RecordBatch::try_from_iter(names.into_iter().zip(prepared)).unwrap();
    assert_eq!(scorer.categories(), ["Yes", "No"]);
    Some((data, scorer.score(&batch).unwrap()))
}

/// Scores a table with the only network of a stream.
fn score_network(stream: &str, data: &str) -> Option<(Table, Document, Scores)> {
    let (stream, data) = (collection(stream)?, Table::read(&collection(data)?));
    let document = Document::parse(&Documents::of(&stream).models[0]).unwrap();
    let scorer = document.compile().unwrap();
    let scores = scorer.score(&data.batch(scorer.inputs())).unwrap();
    assert_eq!(scorer.categories(), ["drugA", "drugB", "drugC", "drugX", "drugY"]);
    Some((data, document, scores))
}

fn text(column: &ArrayRef, row: usize) -> &str {
    column.as_string::<i32>().value(row)
}

fn assert_close(found: &Float64Array, expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len());
    for (row, (found, expected)) in found.values().iter().zip(expected).enumerate() {
        let error = ((found - expected) / expected).abs();
        assert!(error < 1e-12, "{what}, row {row}: {found} instead of {expected} (off by {error:e})");
    }
}

/// Proof: IBM's published numbers (sample notebook of Watson Machine Learning, customer
/// 3638-WEABW). `Probability of Churn` is the stream's name for `$SRP-Churn`, the probability of
/// the flag's true value, which is "Yes".
#[test]
fn a_customer_churns_with_the_probability_that_ibm_printed() {
    let Some((data, scores)) = score_churn() else { return };
    let row = data.column("customerID").iter().position(|id| *id == "3638-WEABW").unwrap();
    assert_eq!(text(scores.predicted(), row), "No");
    assert_eq!(scores.probabilities()[0].value(row).to_string(), "0.0526309571556145");
    assert_eq!(scores.confidence().unwrap().value(row), 1.0 - 0.0526309571556145);
}

/// Proof: independent implementation, see `tests/oracle/pmml_oracle.py`. The decision adds 2,484
/// terms of up to ±10 to a number that may be near 0; there 1e-12 is absolute.
#[test]
fn ten_customers_churn_as_an_independent_computation_says() {
    let Some((_, scores)) = score_churn() else { return };
    let expected = oracle("churn.csv");
    let probability = expected.numbers("probability");
    assert_close(&scores.probabilities()[0], &probability, "probability of Yes");
    let rest: Vec<f64> = probability.iter().map(|p| 1.0 - p).collect();
    assert_close(&scores.probabilities()[1], &rest, "probability of No");
    for (found, expected) in scores.decisions()[0].values().iter().zip(expected.numbers("decision")) {
        assert!((found - expected).abs() < 1e-12, "{found} instead of {expected}");
    }
}

/// Proof: IBM's published numbers (sample notebook of the drug selection stream).
#[test]
fn a_patient_gets_the_drug_and_probability_that_ibm_printed() {
    let Some((data, _, scores)) = score_network(DRUG_CAPITALIZED, DRUG_BATCH) else { return };
    assert_eq!(data.rows[0], ["23.0", "F", "HIGH", "HIGH", "0.792535", "0.031258"]);
    assert_eq!(text(scores.predicted(), 0), "drugY");
    assert_eq!(scores.confidence().unwrap().value(0).to_string(), "0.9999929901781156");
}

/// Proof: independent implementation, see `tests/oracle/pmml_oracle.py`.
#[test]
fn a_batch_of_patients_is_scored_as_an_independent_computation_says() {
    let Some((_, _, scores)) = score_network(DRUG_CAPITALIZED, DRUG_BATCH) else { return };
    let expected = oracle("drug_capitalized.csv");
    for (drug, found) in expected.header.iter().zip(scores.probabilities()) {
        assert_close(found, &expected.numbers(drug), drug);
    }
}

/// Proof: numbers in real streams. Modeler left the confusion matrix of the training data in the
/// document, and for each drug a lift table: at every tenth patient, in descending order of the
/// drug's probability, that probability. They are 3 × 105 probabilities that IBM's engine
/// computed.
#[test]
fn training_data_reproduce_the_confusion_matrix_and_lift_tables_in_the_document() {
    for stream in [DRUG, DRUG_CAPITALIZED, DRUG_SAMPLE] {
        let Some((data, document, scores)) = score_network(stream, DRUG_TRAINING) else { return };
        let satsuma_pmml::document::Model::NeuralNetwork(network) = &document.models[0] else {
            panic!("{stream} has a network");
        };
        let quality = network.header.explanation.as_ref().unwrap();
        assert_eq!(confusion(&data.column("DRUG"), &scores), matrix(quality), "{stream}");
        let lifts = find(quality, "LiftData");
        assert_eq!(lifts.len(), 5);
        for (lift, probability) in lifts.into_iter().zip(scores.probabilities()) {
            let places = array(find(lift, "XCoordinates")[0]);
            let mut sorted = probability.values().to_vec();
            sorted.sort_by(|a, b| b.total_cmp(a));
            let found = places.iter().map(|place| sorted[*place as usize - 1]).collect::<Float64Array>();
            assert_close(&found, &array(find(lift, "BoundaryValues")[0]), stream);
        }
    }
}

fn confusion(actual: &[&str], scores: &Scores) -> Vec<Vec<f64>> {
    let drugs = ["drugA", "drugB", "drugC", "drugX", "drugY"];
    let place = |drug: &str| drugs.iter().position(|d| *d == drug).unwrap();
    let mut counts = vec![vec![0.0; 5]; 5];
    for (row, actual) in actual.iter().enumerate() {
        counts[place(actual)][place(text(scores.predicted(), row))] += 1.0;
    }
    counts
}

fn matrix(quality: &Element) -> Vec<Vec<f64>> {
    let confusion = find(quality, "ConfusionMatrix")[0];
    find(find(confusion, "Matrix")[0], "Array").into_iter().map(numbers).collect()
}

fn array(parent: &Element) -> Vec<f64> {
    numbers(find(parent, "Array")[0])
}

fn numbers(element: &Element) -> Vec<f64> {
    element.text.split_whitespace().map(|n| n.parse().unwrap()).collect()
}

fn find<'a>(element: &'a Element, name: &str) -> Vec<&'a Element> {
    let mut found = Vec::new();
    for child in &element.children {
        if child.name == name {
            found.push(child);
        }
        found.extend(find(child, name));
    }
    found
}

/// Proof: numbers in real streams. Auto Data Prep states the range of every field that it read or
/// made, over the data that it saw. All its steps (trimming of outliers, replacement of missing
/// values, z-scores) grow with their one input, so the ends of the old range must become those of
/// the new one.
#[test]
fn auto_data_prep_maps_ranges_to_the_ranges_that_it_states() {
    let Some(folder) = collection("") else { return };
    let mut checked = 0;
    for stream in streams(&folder) {
        for bytes in Documents::of(&stream).preparations {
            let document = Document::parse(&bytes).unwrap();
            for field in &document.transformation_dictionary.fields {
                let stated = field.extensions.iter().flat_map(|e| &e.content).find(|e| e.name == "Interval");
                let (Some(stated), Some(name)) = (stated, field.name.as_deref()) else { continue };
                let transformer = Transformer::select(&document, &[name]).unwrap();
                let [input] = transformer.inputs() else { panic!("{name} has one input") };
                let data_field = document.data_dictionary.field(&input.name).unwrap();
                let Some(range) = data_field.intervals.first() else { continue };
                let ends = Float64Array::from(vec![range.left, range.right]);
                let batch = RecordBatch::try_from_iter([(&input.name, Arc::new(ends) as ArrayRef)]).unwrap();
                let found = transformer.transform(&batch).unwrap();
                let found = found[0].as_primitive::<Float64Type>().values();
                for (found, margin) in found.iter().zip(["leftMargin", "rightMargin"]) {
                    let margin: f64 = stated.attribute(margin).unwrap().parse().unwrap();
                    let error = (found - margin).abs() / margin.abs().max(1.0);
                    assert!(error < 1e-12, "{}, {name}: {found} instead of {margin}", stream.display());
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 0, "there are ranges to check");
    println!("{checked} ends of ranges agree");
}

/// Proof: numbers in real streams (the mean that Auto Data Prep states as replacement).
#[test]
fn auto_data_prep_replaces_missing_values_as_it_states() {
    let Some(stream) = collection(CHURN) else { return };
    let preparation = Document::parse(&Documents::of(&stream).preparations[0]).unwrap();
    let names = ["TotalCharges_ReplaceMissingCont", "TotalCharges_transformed", "tenure_transformed"];
    let transformer = Transformer::select(&preparation, &names).unwrap();
    let missing = Arc::new(Float64Array::from(vec![None])) as ArrayRef;
    let columns = transformer.inputs().iter().map(|input| (&input.name, Arc::clone(&missing)));
    let found = transformer.transform(&RecordBatch::try_from_iter(columns).unwrap()).unwrap();
    assert_eq!(found[0].as_primitive::<Float64Type>().value(0), 2283.30044084187);
    assert_eq!(found[1].as_primitive::<Float64Type>().value(0), 0.0, "the z-score of the mean");
    assert!(found[2].is_null(0), "nothing replaces a missing tenure");
}

/// Proof: that nothing in real documents is passed over. Every PMML document of every stream is
/// either compiled or refused with a reason.
#[test]
fn every_document_in_the_collection_is_compiled_or_refused_by_name() {
    let Some(folder) = collection("") else { return };
    let mut survey = String::new();
    for stream in streams(&folder) {
        let name = stream.strip_prefix(&folder).unwrap().display().to_string();
        let documents = Documents::of(&stream);
        for bytes in &documents.preparations {
            let outcome = Document::parse(bytes).and_then(|d| d.transformer());
            let outcome = outcome.map(|t| format!("{} fields of {}", t.outputs().len(), t.inputs().len()));
            survey += &line(&name, "preparation", outcome);
        }
        for bytes in &documents.models {
            let scorer = Document::parse(bytes).and_then(|d| d.compile());
            let outcome = scorer.map(|s| {
                let (algorithm, inputs) = (s.algorithm(), s.inputs().len());
                format!("{algorithm:?} of {inputs} inputs, categories {:?}", s.categories())
            });
            survey += &line(&name, "model", outcome);
        }
    }
    insta::assert_snapshot!(survey);
}

fn line(stream: &str, kind: &str, outcome: Result<String, satsuma_pmml::PmmlError>) -> String {
    let outcome = outcome.unwrap_or_else(|refusal| format!("refused: {refusal}"));
    format!("{stream}\n    {kind}: {outcome}\n")
}

fn streams(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(streams(&path));
        } else if path.extension().is_some_and(|e| e == "str") {
            found.push(path);
        }
    }
    found.sort();
    found
}
