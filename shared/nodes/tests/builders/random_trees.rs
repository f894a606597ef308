//! Random trees.

use std::collections::{BTreeMap, BTreeSet};

use satsuma_mining::Control;
use satsuma_mining::forest::{
    ForestData, ForestInput, ForestOptions, ForestTarget, cut_points, random_trees,
};
use satsuma_stream::{Archive, Element, StreamFile};

use super::support::{Data, manifest, streams};
use super::svm::{content, extension, run, scores, tied, training};
use super::{prepared, train};

/// The forest of a nugget.
#[derive(Debug, Default)]
struct Stored {
    trees: usize,
    inputs_of_split: String,
    accuracy: f64,
    voted: f64,
    /// The value of missing ones, by input.
    missing: BTreeMap<String, String>,
    /// The numbers at which nodes are split, by input.
    cuts: BTreeMap<String, BTreeSet<String>>,
    /// Statistics of the training records.
    statistics: BTreeMap<String, Vec<f64>>,
}

fn document(file: &StreamFile, nugget: &Element, container: &str) -> Element {
    let archive = Archive::open(content(file, nugget, container), file.limits()).unwrap();
    Element::read(&archive.read(&format!("{container}.xml")).unwrap(), file.limits()).unwrap()
}

impl Stored {
    fn of(file: &StreamFile, nugget: &Element) -> Self {
        let mut stored = Self::default();
        let report = document(file, nugget, "StatXML");
        stored.report(&report);
        let document = document(file, nugget, "PMML");
        let model = document.child("MiningModel").unwrap();
        for field in model.child("MiningSchema").unwrap().elements() {
            if let Some(missing) = field.attr("missingValueReplacement")
                && field.attr("usageType") == Some("active")
            {
                stored.missing.insert(field.attr("name").unwrap().to_owned(), missing.to_owned());
            }
        }
        for of in model.child("ModelStats").into_iter().flat_map(|stats| stats.elements()) {
            let numbers = of.child("NumericInfo").map(|info| {
                ["minimum", "maximum", "mean", "standardDeviation"]
                    .map(|name| info.attr(name).unwrap().to_owned())
            });
            let counts = of.path(["DiscrStats", "Array"]).map(|array| array.text().into_owned());
            let texts = numbers.map_or_else(|| counts.unwrap_or_default(), |numbers| numbers.join(" "));
            let numbers = texts.split_whitespace().map(|text| text.parse().unwrap()).collect();
            stored.statistics.insert(of.attr("field").unwrap().to_owned(), numbers);
        }
        stored.trees = model.child("Segmentation").unwrap().children("Segment").count();
        stored.splits(&model.child("Segmentation").unwrap().clone());
        stored
    }

    /// Whether the same records trained: random numbers of some streams give others in each run.
    fn has_records_of(&self, other: &Self) -> bool {
        let same = |name: &String| self.statistics.get(name) == other.statistics.get(name);
        other.statistics.iter().filter(|(_, numbers)| numbers.len() != 4).all(|(name, _)| same(name))
    }

    fn equals(&self, old: &Self) {
        assert_eq!(self.missing, old.missing);
        for (field, old) in &old.statistics {
            for (new, old) in self.statistics[field].iter().zip(old) {
                assert!((new - old).abs() <= 1e-12 * old.abs(), "{field}: {new} {old}");
            }
        }
        // Each forest splits at some of the possible numbers.
        for (field, old) in &old.cuts {
            let new = &self.cuts[field];
            let common = new.intersection(old).count();
            assert_eq!(common, old.len().min(new.len()), "{field}: {new:?} {old:?}");
        }
    }

    fn report(&mut self, element: &Element) {
        match (element.name(), element.attr("name")) {
            ("Statistic", Some("modelAccuracy")) => {
                self.accuracy = element.attr("value").unwrap().parse().unwrap()
            }
            ("Parameter", Some("numberOfVariables")) => {
                self.inputs_of_split = element.attr("value").unwrap().to_owned();
            }
            ("Matrix", _) => {
                let cells = element.text_of("Array").unwrap();
                self.voted = cells.split_whitespace().map(|cell| cell.parse::<f64>().unwrap()).sum();
            }
            _ => {}
        }
        element.elements().for_each(|child| self.report(child));
    }

    fn splits(&mut self, element: &Element) {
        if element.name() == "SimplePredicate" {
            let field = element.attr("field").unwrap().to_owned();
            self.cuts.entry(field).or_default().insert(element.attr("value").unwrap().to_owned());
        }
        element.elements().for_each(|child| self.splits(child));
    }
}

/// Proof: forests that Modeler stored. Exact are the number of trees and of inputs of a split, the inputs that are used,
/// the values of missing ones, the statistics of the training records, and the numbers at which nodes may be split. The
/// random numbers are not Modeler's, so that accuracy is compared by quality only: that of records outside of the samples
/// is no worse by more than two standard errors.
#[tokio::test]
async fn random_trees_are_as_good_as_those_of_real_streams() {
    let Some(folder) = streams() else { return };
    let (mut compared, mut exact) = (0, 0);
    for entry in &manifest(&folder) {
        let name = entry["stream"].as_str().unwrap();
        let path = folder.join(name);
        let Ok(file) = StreamFile::open(std::fs::read(&path).unwrap()) else { continue };
        for tied in tied(&file, "applyRandomTrees") {
            let old = file.stream().node_by_uid(&tied.nugget).unwrap().element().clone();
            let trained = train(&prepared(&path, &tied), &Data::of(entry, &folder), &tied.nugget).await;
            let (new_file, new) = match trained {
                Ok(trained) => trained,
                Err(reason) => {
                    println!("{name} {}: {reason}", tied.nugget);
                    continue;
                }
            };
            let (new, old) = (Stored::of(&new_file, &new), Stored::of(&file, &old));
            println!(
                "{name} {}: accuracy {} of {}, {} of {}",
                tied.nugget, new.accuracy, new.voted, old.accuracy, old.voted
            );
            if std::env::var_os("SATSUMA_VERBOSE").is_some() {
                println!("{new:?}\n{old:?}");
            }
            assert_eq!((new.trees, &new.inputs_of_split), (old.trees, &old.inputs_of_split));
            if new.has_records_of(&old) {
                new.equals(&old);
                exact += 1;
            }
            let error = (old.accuracy * (1.0 - old.accuracy) / old.voted).sqrt();
            assert!(new.accuracy >= old.accuracy - 2.0 * error, "{} {}", new.accuracy, old.accuracy);
            compared += 1;
        }
    }
    assert!(compared >= 9 && exact >= 1, "{compared} models, {exact} of them with the same records");
}

/// Records with a number, a text with a missing value, and a target that depends on both.
fn records() -> (String, Vec<[f64; 2]>) {
    let (mut text, mut rows) = ("x,text kind,value\n".to_owned(), Vec::new());
    for at in 0..200_u32 {
        let (x, kind) = (f64::from(at * 37 % 200), at as usize % 3);
        let value = x / 100.0 + if kind == 1 { 1.0 } else { 0.0 };
        text += &format!("{x},{},{value}\n", ["a", "b", "<\"c\">"][kind].replace('"', "\"\""));
        rows.push([x, kind as f64]);
    }
    (text, rows)
}

const OPTIONS: &str = "<_numOfModels>4</_numOfModels><_minChildnodeSize>3</_minChildnodeSize>";

/// The forest of these records, made by the algorithm alone.
fn expected(rows: &[[f64; 2]], target: ForestTarget) -> Vec<f64> {
    let mut sorted: Vec<f64> = rows.iter().map(|row| row[0]).collect();
    sorted.sort_by(f64::total_cmp);
    let cuts = cut_points(&sorted, 10);
    // Members are in the order of the type: <"c">, a, b.
    let inputs = vec![
        ForestInput {
            is_ordered: true,
            count: 10,
            values: rows.iter().map(|row| cuts.iter().filter(|cut| **cut < row[0]).count() as u16).collect(),
        },
        ForestInput {
            is_ordered: false,
            count: 3,
            values: rows.iter().map(|row| (row[1] as u16 + 1) % 3).collect(),
        },
    ];
    let data = ForestData { inputs, target };
    let options = ForestOptions {
        trees: 4,
        sample: 1.0,
        inputs: 2,
        depth: 10,
        nodes: 10_000,
        smallest: 3,
        seed: 123_456,
    };
    let control = Control { threads: 1, is_canceled: &|| false };
    random_trees(&data, &options, control).unwrap().predict(&data)
}

/// The trained stream scores its own records: the nugget predicts what the builder's trees do.
#[tokio::test]
async fn trained_random_trees_score_their_own_records() {
    let folder = tempfile::tempdir().unwrap();
    let (text, rows) = records();
    let builder = (extension("spss.randomTrees", "RT"), OPTIONS);
    let job = training(folder.path(), builder, &text, "value");
    let found = scores(&job, run(&job).await, 1).await;
    assert_eq!(found[0], ["$R-value"]);
    let values = text.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse().unwrap());
    let expected = expected(&rows, ForestTarget::Numbers(values.collect()));
    for (found, expected) in found[1..].iter().zip(expected) {
        let found: f64 = found[0].parse().unwrap();
        assert!((found - expected).abs() <= 1e-12 * expected.abs(), "{found} {expected}");
    }
}

/// The same for categories; a second training and other numbers of threads write the same trees.
#[tokio::test]
async fn random_trees_of_categories_are_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let (text, rows) = records();
    let category = |value: &str| ["low", "mid", "high"][(value.parse::<f64>().unwrap() as usize).min(2)];
    let lines = text.lines().skip(1).map(|line| {
        let (inputs, value) = line.rsplit_once(',').unwrap();
        format!("{inputs},{}\n", category(value))
    });
    let text = format!("x,text kind,text value\n{}", lines.collect::<String>());
    let builder = (extension("spss.randomTrees", "RT"), OPTIONS);
    let mut job = training(folder.path(), builder, &text, "text value");
    let mut models = Vec::new();
    for threads in [1, 1, 2, 7] {
        job.limits.partitions = threads;
        let trained = run(&job).await;
        let nugget = trained.stream().ties().first().unwrap().nugget.element().clone();
        models.push(document(&trained, &nugget, "PMML").to_xml().unwrap());
    }
    models.dedup();
    assert_eq!(models.len(), 1);
    let found = scores(&job, run(&job).await, 2).await;
    assert_eq!(found[0], ["$R-text value", "$RC-text value"]);
    let names = ["high", "low", "mid"];
    let place = |line: &str| names.iter().position(|name| line.ends_with(name)).unwrap() as u16;
    let values = text.lines().skip(1).map(place).collect();
    let expected = expected(&rows, ForestTarget::Categories { count: 3, values });
    for (found, expected) in found[1..].iter().zip(expected) {
        assert_eq!(found[0], names[expected as usize]);
        assert!([0.25, 0.5, 0.75, 1.0].contains(&found[1].parse::<f64>().unwrap()));
    }
}
