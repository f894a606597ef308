//! Models inside real streams reproduce IBM's numbers.
//!
//! The streams are not in the repository. Tests that need them print that they are skipped if the streams are
//! missing.

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

/// Evidence: IBM's published numbers (sample notebook of Watson Machine Learning, customer 3638-WEABW).
/// `Probability of Churn` is the stream's name for `$SRP-Churn`, the probability of the flag's true value,
/// which is "Yes".
#[test]
fn a_customer_churns_with_the_probability_that_ibm_printed() {
    let Some((data, scores)) = score_churn() else { return };
    let row = data.column("customerID").iter().position(|id| *id == "3638-WEABW").unwrap();
    assert_eq!(text(scores.predicted(), row), "No");
    assert_eq!(scores.probabilities()[0].value(row).to_string(), "0.0526309571556145");
    assert_eq!(scores.confidence().unwrap().value(row), 1.0 - 0.0526309571556145);
}

/// Evidence: independent implementation, see `tests/oracle/pmml_oracle.py`. The decision sums 2,484 terms of
/// up to ±10 to a number that may be near 0, so that 1e-12 is absolute there.
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

/// Evidence: IBM's published numbers (sample notebook of the drug selection stream).
#[test]
fn a_patient_gets_the_drug_and_probability_that_ibm_printed() {
    let Some((data, _, scores)) = score_network(DRUG_CAPITALIZED, DRUG_BATCH) else { return };
    assert_eq!(data.rows[0], ["23.0", "F", "HIGH", "HIGH", "0.792535", "0.031258"]);
    assert_eq!(text(scores.predicted(), 0), "drugY");
    assert_eq!(scores.confidence().unwrap().value(0).to_string(), "0.9999929901781156");
}

/// Evidence: independent implementation, see `tests/oracle/pmml_oracle.py`.
#[test]
fn a_batch_of_patients_is_scored_as_an_independent_computation_says() {
    let Some((_, _, scores)) = score_network(DRUG_CAPITALIZED, DRUG_BATCH) else { return };
    let expected = oracle("drug_capitalized.csv");
    for (drug, found) in expected.header.iter().zip(scores.probabilities()) {
        assert_close(found, &expected.numbers(drug), drug);
    }
}

/// Evidence: numbers in real streams. Modeler stored the confusion matrix of the training data in the
/// document, and a lift table for each drug: the drug's probability at every tenth patient, in descending
/// order of that probability. They are 3 × 105 probabilities that IBM's engine computed.
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

/// Evidence: numbers in real streams. Auto Data Prep stores the range of every field that it read or created,
/// over its data. All its steps (trimming of outliers, replacement of missing values, z-scores) are monotonic
/// in their single input, so that the ends of the old range must map to those of the new one.
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

/// Evidence: numbers in real streams (the mean that Auto Data Prep stores as replacement).
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

/// A stream, the side file of a tree, the training data, the target, and the computed column that
/// the data lack.
type Training<'a> = (&'a str, &'a str, &'a str, &'a str);

const DRUGS: &str = "NinelieAimer/drug/DRUG.txt";
const JOBS: &str = "infohetvipatel/Stream1.str";
const JOBS_DATA: &str = "infohetvipatel/aug_train.csv";
const TITANIC: &str = "NinelieAimer/Titanic/titanic_train.str";
const TITANIC_DATA: &str = "NinelieAimer/Titanic/titanic_train .csv";

/// The result of a stored model for its training data, through Auto Data Prep if the stream has one.
fn score_training((stream, entry, data, target): Training<'_>) -> Option<(Document, Vec<f64>, Scores)> {
    let (path, table) = (collection(stream)?, Table::read(&collection(data)?));
    let table = match data {
        DRUGS => table.with("Na/K", ["Na", "K"], |na, k| na / k),
        TITANIC_DATA => table.with("partner", ["SibSp", "Parch"], |s, p| s + p),
        _ => table,
    };
    let document = Document::parse(&Documents::side_file(&path, entry)).unwrap();
    let scorer = document.compile().unwrap();
    let preparation = Documents::of(&path).preparations.pop();
    let scores = match preparation {
        None => scorer.score(&table.batch(scorer.inputs())).unwrap(),
        Some(preparation) => {
            let preparation = Document::parse(&preparation).unwrap();
            let names: Vec<_> = scorer.inputs().iter().map(|i| i.name.as_str()).collect();
            let transformer = Transformer::select(&preparation, &names).unwrap();
            let prepared = transformer.transform(&table.batch(transformer.inputs())).unwrap();
            scorer.score_columns(table.rows.len(), &prepared).unwrap()
        }
    };
    let place = |actual: &str| {
        let same = |c: &String| c == actual || c.parse::<f64>().is_ok_and(|c| actual.parse() == Ok(c));
        scorer.categories().iter().position(same).map_or(f64::NAN, |place| place as f64)
    };
    let actual = if target.is_empty() { Vec::new() } else { table.column(target) };
    Some((document, actual.into_iter().map(place).collect(), scores))
}

/// The index of each row's predicted category: the one whose confidence is the row's.
fn winners(scores: &Scores) -> Vec<f64> {
    let best = |row: usize| {
        let number = |place: usize| scores.adjusted_confidences()[place].value(row);
        (0..scores.adjusted_confidences().len())
            .fold(0, |best, i| if number(i) > number(best) { i } else { best })
    };
    (0..scores.len()).map(|row| best(row) as f64).collect()
}

/// Evidence: numbers in real streams. Every leaf has, category by category, the number of training records
/// that IBM stored: C5.0 trees of 11, 6 and 377 leaves, CHAID trees of 48 and 27, a Tree-AS of 37.
#[test]
fn leaves_hold_the_training_records_that_they_state() {
    let li = "NinelieAimer/drug/drug_李茂源.str";
    for training in [
        ("NinelieAimer/drug/drug.str", "data/0001.dat", DRUGS, "Drug"),
        ("NinelieAimer/drug/drug.str", "data/0002.dat", DRUGS, "Drug"),
        (li, "data/0001.dat", DRUGS, "Drug"),
        (li, "data/0002.dat", DRUGS, "Drug"),
        ("akbarnaeem/stream.str", "data/0001.dat", "akbarnaeem/churn_prediction.csv", "churn"),
        (JOBS, "data/0001.dat", JOBS_DATA, "target"),
        (JOBS, "data/0013.dat", JOBS_DATA, "target"),
        (JOBS, "data/0017.dat", JOBS_DATA, "target"),
    ] {
        let Some((document, actual, scores)) = score_training(training) else { return };
        let satsuma_pmml::document::Model::Tree(tree) = &document.models[0] else {
            panic!("{training:?} is a tree")
        };
        let scorer = document.compile().unwrap();
        let mut found: std::collections::HashMap<String, Vec<f64>> = std::collections::HashMap::new();
        for (entity, actual) in scores.entity().unwrap().iter().zip(actual) {
            let counts = found.entry(entity.unwrap().to_owned());
            counts.or_insert_with(|| vec![0.0; scorer.categories().len()])[actual as usize] += 1.0;
        }
        let mut leaves = 0;
        let mut open = vec![&tree.root];
        while let Some(node) = open.pop() {
            open.extend(&node.children);
            if !node.children.is_empty() {
                continue;
            }
            leaves += 1;
            let id = node.id.as_ref().unwrap();
            let counts = found.remove(id).unwrap_or_else(|| vec![0.0; scorer.categories().len()]);
            for known in &node.distribution {
                let place = scorer.categories().iter().position(|c| *c == known.value).unwrap();
                assert_eq!(counts[place], known.record_count, "{training:?}, leaf {id}, {}", known.value);
            }
        }
        assert!(found.is_empty(), "{training:?}: records outside leaves");
        println!("{training:?}: {leaves} leaves agree");
    }
}

/// Evidence: numbers in real streams (statistics of Auto Classifier's members, to the printed digits):
/// accuracy, and the area under the ROC curve of Laplace-adjusted confidences.
#[test]
fn members_of_an_auto_classifier_reach_the_stated_accuracy_and_auc() {
    for (entry, accuracy, auc) in [
        ("data/0001.dat", 0.8319762, Some(0.8025971)),
        ("data/0013.dat", 0.7853638, Some(0.7939071)),
        ("data/0017.dat", 0.7800919, None),
        ("data/0019.dat", 0.7895396, Some(0.7776572)),
    ] {
        let training = (JOBS, entry, JOBS_DATA, "target");
        let Some((document, actual, scores)) = score_training(training) else { return };
        let scorer = document.compile().unwrap();
        let truth = scorer.categories().iter().position(|c| c.starts_with('1')).unwrap() as f64;
        let winners = winners(&scores);
        let right = winners.iter().zip(&actual).filter(|(w, a)| w == a).count();
        let found = right as f64 / actual.len() as f64;
        assert!((found - accuracy).abs() < 5e-8, "{entry}: accuracy {found}");
        let Some(auc) = auc else { continue };
        let confidence = scores.adjusted_confidence().unwrap();
        let mut ranked: Vec<(f64, bool)> = Vec::new();
        for (row, (winner, actual)) in winners.iter().zip(&actual).enumerate() {
            let half = confidence.value(row) / 2.0;
            ranked.push((if *winner == truth { 0.5 + half } else { 0.5 - half }, *actual == truth));
        }
        let found = area(&mut ranked);
        assert!((found - auc).abs() < 5e-8, "{entry}: area {found}");
    }
}

/// The area under the ROC curve, ties as diagonal steps.
fn area(ranked: &mut [(f64, bool)]) -> f64 {
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut hits, mut misses, mut area) = (0.0, 0.0, 0.0);
    for block in ranked.chunk_by(|a, b| a.0 == b.0) {
        let more = block.iter().filter(|(_, hit)| *hit).count() as f64;
        let others = block.len() as f64 - more;
        area += others * (hits + more / 2.0);
        (hits, misses) = (hits + more, misses + others);
    }
    area / hits / misses
}

/// Evidence: numbers in real streams. K-Means stores the size of each cluster of its training data.
#[test]
fn clusters_have_the_sizes_that_k_means_states() {
    let training = (TITANIC, "data/0003.dat", TITANIC_DATA, "");
    let Some((document, _, scores)) = score_training(training) else { return };
    let satsuma_pmml::document::Model::Clustering(model) = &document.models[0] else {
        panic!("the stream has clusters")
    };
    let mut sizes = vec![0.0; model.clusters.len()];
    for cluster in scores.entity_index().unwrap() {
        sizes[cluster.unwrap() as usize] += 1.0;
    }
    let stated: Vec<f64> = model.clusters.iter().map(|c| c.size.unwrap()).collect();
    assert_eq!(sizes, stated);
    assert_eq!(sizes, [510.0, 102.0, 152.0, 92.0, 35.0]);
}

/// Evidence: numbers in real streams, and the theory of the estimates: at the maximum of the likelihood the
/// probabilities of a category sum to its number of training records, in total and weighted by every
/// covariate.
#[test]
fn logistic_probabilities_add_up_to_the_training_records() {
    let stream = "pmservice/spss/credit-risk/model/german_credit_risk_tutorial.str";
    let data = "pmservice/spark/credit-risk/data/credit_risk_training.csv";
    let training = (stream, "data/0001.dat", data, "Risk");
    let Some((document, actual, scores)) = score_training(training) else { return };
    let scorer = document.compile().unwrap();
    let table = Table::read(&collection(data).unwrap());
    let risk = scorer.categories().iter().position(|c| c == "Risk").unwrap();
    let near = |weights: &dyn Fn(usize) -> f64, what: &str| {
        let expected: f64 = (0..actual.len()).filter(|row| actual[*row] == risk as f64).map(weights).sum();
        let found: f64 =
            scores.probabilities()[risk].values().iter().enumerate().map(|(row, p)| p * weights(row)).sum();
        let error = (found - expected).abs() / expected.max(1.0);
        assert!(error < 1e-8, "{what}: {found} instead of {expected}");
    };
    near(&|_| 1.0, "records");
    for field in ["LoanDuration", "LoanAmount", "Age", "InstallmentPercent"] {
        let numbers = table.numbers(field);
        near(&|row| numbers[row], field);
    }
    for (field, value) in [("Sex", "male"), ("LoanPurpose", "education"), ("Housing", "own")] {
        let cells = table.column(field);
        near(&|row| f64::from(u8::from(cells[row] == value)), value);
    }
}

/// Evidence: no part of a real document is ignored. Every PMML document of every stream is either compiled or
/// refused with a reason. Equal results of a stream are one line with a count.
#[test]
fn every_document_in_the_collection_is_compiled_or_refused_by_name() {
    let Some(folder) = collection("") else { return };
    let mut survey = String::new();
    for stream in streams(&folder) {
        let name = stream.strip_prefix(&folder).unwrap().display().to_string();
        let mut outcomes: Vec<(String, usize)> = Vec::new();
        for (_, bytes) in Documents::all(&stream) {
            let outcome = outcome(&bytes);
            match outcomes.iter_mut().find(|(other, _)| *other == outcome) {
                Some((_, count)) => *count += 1,
                None => outcomes.push((outcome, 1)),
            }
        }
        for (outcome, count) in outcomes {
            survey += &format!("{name}\n    {count} × {outcome}\n");
        }
    }
    insta::assert_snapshot!(survey);
}

fn outcome(bytes: &[u8]) -> String {
    let document = match Document::parse(bytes) {
        Ok(document) => document,
        Err(refusal) => return format!("refused: {refusal}"),
    };
    if document.models.is_empty() {
        return match document.transformer() {
            Ok(t) => format!("preparation: {} fields of {}", t.outputs().len(), t.inputs().len()),
            Err(refusal) => format!("refused: {refusal}"),
        };
    }
    if let [satsuma_pmml::document::Model::TimeSeries(_)] = document.models.as_slice() {
        return match satsuma_pmml::Forecaster::compile(&document) {
            Ok(series) => {
                let forecast = series.forecast(3).unwrap_or_default();
                format!("time series, next {:?}", forecast.iter().map(|f| f.value).collect::<Vec<_>>())
            }
            Err(refusal) => format!("refused: {refusal}"),
        };
    }
    // Of a model with several targets, the first one.
    let targets = document.models[0].header().map(|h| &h.mining_schema);
    let usage = satsuma_pmml::document::UsageType::Target;
    let targets: Vec<_> = targets.iter().flat_map(|s| s.with_usage(usage)).map(|f| f.name.clone()).collect();
    let options = satsuma_pmml::Options {
        target: targets.first().filter(|_| targets.len() > 1).cloned(),
        ..satsuma_pmml::Options::default()
    };
    match satsuma_pmml::Scorer::compile(&document, &options) {
        Ok(s) => format!(
            "{:?} of {} inputs, {} categories, {} outputs",
            s.algorithm(),
            s.inputs().len(),
            s.categories().len(),
            s.outputs().len()
        ),
        Err(refusal) => format!("refused: {refusal}"),
    }
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
