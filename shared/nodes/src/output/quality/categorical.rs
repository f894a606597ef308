//! Right and wrong predictions of categories: confusion, classes, ROC, precision and recall, lift, calibration.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef};
use satsuma_columns::{Scalar, Values};
use satsuma_documents::{Block, Cell, Table};
use satsuma_engine::NodeError;
use serde_json::{Value, json};

use super::MAX_SCORED;
use super::figures::{Figures, of_estimate};
use super::{charts, intervals};
use crate::charts::evaluation::{Curve, Hit, Scored, scored};
use crate::output::analysis::models::{Model, Target};
use crate::report::{Categories, Shown, in_order, numbers};

/// Values of a target in a confusion table at most: more no person compares.
const MAX_VALUES: usize = 60;

/// Bins of calibration.
const BINS: usize = 10;

/// Predictions of one target.
pub(super) struct Categorical {
    target: Target,
    /// The hit of a target with two values.
    hit: Option<Hit>,
    categories: Categories,
    /// By model, then by partition.
    models: Vec<Vec<Partition>>,
    kept: usize,
}

/// Predictions of one model in one partition.
#[derive(Debug, Clone, Default)]
struct Partition {
    /// Records by the numbers of actual and predicted value.
    counts: HashMap<(usize, usize), u64>,
    /// Records without an actual value or a prediction.
    missing: u64,
    scores: Vec<Scored>,
    calibration: [Bin; BINS],
}

/// Records with confidences between two limits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bin {
    pub(super) records: u64,
    pub(super) right: u64,
    pub(super) confidence: f64,
}

impl Categorical {
    pub(super) fn new(target: &Target) -> Self {
        let mut categories = Categories::default();
        for member in target.field.values.members() {
            categories.place(&member);
        }
        let is_binary = match &target.field.values {
            Values::Flag(..) => true,
            Values::Members(members) => members.len() == 2,
            Values::Unread | Values::Range(..) => false,
        };
        let hit = target.hit().filter(|_| is_binary).cloned().map(Hit::Value);
        let models = vec![Vec::new(); target.models.len()];
        Self { target: target.clone(), hit, categories, models, kept: 0 }
    }

    pub(super) fn add(&mut self, columns: &[ArrayRef], places: &[usize]) -> Result<(), NodeError> {
        let Some((actual, mut rest)) = columns.split_first() else { return Ok(()) };
        let actuals = self.categories.places(actual);
        for (model, partitions) in self.target.models.iter().zip(&mut self.models) {
            let (own, others) = rest.split_at(model.columns().min(rest.len()));
            rest = others;
            let Some(column) = own.first() else { continue };
            let predicted = self.categories.places(column);
            let confidence = model.confidence.as_ref().and_then(|_| own.get(1)).map(numbers).transpose()?;
            let scores = match &self.hit {
                Some(hit) if has_score(model) => scored(actual, own, model, hit)?,
                _ => Vec::new(),
            };
            for (row, place) in places.iter().enumerate() {
                if partitions.len() <= *place {
                    partitions.resize(place + 1, Partition::default());
                }
                let Some(partition) = partitions.get_mut(*place) else { continue };
                let (Some(of_actual), Some(of_predicted)) = (actuals.get(row), predicted.get(row)) else {
                    continue;
                };
                if actual.is_null(row) || column.is_null(row) {
                    partition.missing += 1;
                    continue;
                }
                *partition.counts.entry((*of_actual, *of_predicted)).or_default() += 1;
                if let Some(score) = scores.get(row).copied().flatten() {
                    partition.scores.push(score);
                    self.kept += 1;
                }
                let confidence = confidence.as_ref().filter(|column| column.is_valid(row));
                if let Some(confidence) = confidence.map(|column| column.value(row)) {
                    partition.calibrate(confidence, of_actual == of_predicted);
                }
            }
        }
        self.categories.bounded(&self.target.field.name)?;
        match self.kept > MAX_SCORED {
            true => {
                Err(NodeError::unsupported("too many records for the quality of a model; sample them first"))
            }
            false => Ok(()),
        }
    }

    /// The figures of a model in a partition, as parts of a document and as JSON.
    pub(super) fn figures(
        &self,
        model: usize,
        place: usize,
        name: &str,
        shown: &Shown,
    ) -> (Vec<Block>, Value) {
        let none = Partition::default();
        let partition = self.models.get(model).and_then(|partitions| partitions.get(place)).unwrap_or(&none);
        let mut order = in_order(&self.target.field, &self.categories);
        order.retain(|place| {
            let is_used =
                partition.counts.keys().any(|(actual, predicted)| actual == place || predicted == place);
            is_used && !self.categories.values().get(*place).is_none_or(Scalar::is_null)
        });
        let names =
            order.iter().map(|place| self.categories.values().get(*place).map(|value| shown.text(value)));
        let names = names.map(Option::unwrap_or_default).collect::<Vec<_>>();
        let mut figures = Figures::default();
        let total = partition.counts.values().sum::<u64>();
        let right = order.iter().map(|place| partition.count(*place, *place)).sum::<u64>();
        figures.count("Records", "records", total);
        figures.count("Records without value or prediction", "missing", partition.missing);
        figures.estimate("Accuracy", "accuracy", intervals::share(right, total));
        let classes = order.iter().map(|place| Class::new(partition, *place, &order)).collect::<Vec<_>>();
        let recalls = classes.iter().filter_map(Class::recall).collect::<Vec<_>>();
        let balanced = (!recalls.is_empty()).then(|| recalls.iter().sum::<f64>() / recalls.len() as f64);
        figures.number("Balanced accuracy (mean recall)", "balancedAccuracy", balanced);
        let mut blocks = Vec::new();
        if let (Some(Hit::Value(hit)), false) = (&self.hit, partition.scores.is_empty()) {
            let curve = Curve::new(&partition.scores);
            let hits = partition.scores.iter().filter(|score| score.hit).count() as f64;
            let others = partition.scores.len() as f64 - hits;
            let area = curve.area().and_then(|area| intervals::area(area, hits, others));
            figures.estimate("Area under the ROC curve", "auc", area);
            figures.number("Gini (2 AUC - 1)", "gini", area.map(|area| 2.0 * area.value - 1.0));
            let precision = curve.precision();
            figures.number("Average precision", "averagePrecision", curve.average_precision());
            let share = hits / (hits + others);
            figures.value("hit", Value::String(shown.text(hit)));
            figures.value("roc", json!(curve.roc()));
            figures.value("precisionRecall", json!(precision));
            let lift =
                curve.parts(BINS, true, |part, all| (part.hits / part.records) / (all.hits / all.records));
            figures.value("lift", json!(lift));
            let hit = format!("{} = {}", self.target.field.name, shown.text(hit));
            blocks.extend([
                Block::Chart(charts::roc(&hit, name, curve.roc())),
                Block::Chart(charts::precision(&hit, name, precision, share)),
                Block::Chart(charts::lift(&hit, name, lift)),
            ]);
        }
        if partition.calibration.iter().any(|bin| bin.records > 0) {
            blocks.push(Block::Chart(charts::calibration(name, &partition.calibration)));
            let bins = partition.calibration.iter().enumerate().filter(|(_, bin)| bin.records > 0);
            let bins = bins.map(|(at, bin)| {
                let mean = bin.confidence / bin.records as f64;
                let right = intervals::share(bin.right, bin.records).map(|right| of_estimate(&right));
                let (from, to) = (at as f64 / BINS as f64, (at + 1) as f64 / BINS as f64);
                json!({ "from": from, "to": to, "records": bin.records, "confidence": mean, "accuracy": right })
            });
            figures.value("calibration", Value::Array(bins.collect()));
        }
        let mut tables = Vec::new();
        if order.len() <= MAX_VALUES {
            let counts = order.iter().map(|actual| {
                order.iter().map(|predicted| partition.count(*actual, *predicted)).collect::<Vec<_>>()
            });
            let counts = counts.collect::<Vec<_>>();
            tables.push(Block::Table(confusion(&names, &counts)));
            figures.value("confusion", json!({ "values": names, "counts": counts }));
        }
        let of_classes = names.iter().zip(&classes).map(|(name, class)| class.json(name));
        figures.value("classes", Value::Array(of_classes.collect()));
        let mut table =
            Table::new("Classes", ["Value", "Precision", "Recall", "F1", "Records"]).with_row_headings(1);
        for (name, class) in names.iter().zip(&classes) {
            let numbers = [class.precision(), class.recall(), class.f1()].map(|number| Cell::real(number, 4));
            table.push(
                std::iter::once(Cell::text(name.clone())).chain(numbers).chain([Cell::count(class.actual)]),
            );
        }
        tables.push(Block::Table(table));
        let (summary, value) = figures.finished(name);
        let all = std::iter::once(Block::Table(summary)).chain(tables).chain(blocks);
        (all.collect(), value)
    }
}

fn has_score(model: &Model) -> bool {
    model.confidence.is_some() || model.score.is_some()
}

/// Records by actual (rows) and predicted value.
fn confusion(names: &[String], counts: &[Vec<u64>]) -> Table {
    let columns = std::iter::once("Actual \\ predicted".to_owned()).chain(names.iter().cloned());
    let mut table = Table::new("Confusion", columns).with_row_headings(1);
    for (name, counts) in names.iter().zip(counts) {
        table.push(
            std::iter::once(Cell::text(name.clone())).chain(counts.iter().map(|count| Cell::count(*count))),
        );
    }
    table
}

impl Partition {
    fn count(&self, actual: usize, predicted: usize) -> u64 {
        self.counts.get(&(actual, predicted)).copied().unwrap_or_default()
    }

    fn calibrate(&mut self, confidence: f64, is_right: bool) {
        let bin = ((confidence * BINS as f64) as usize).min(BINS - 1);
        if let Some(bin) = self.calibration.get_mut(bin).filter(|_| confidence.is_finite()) {
            bin.records += 1;
            bin.right += u64::from(is_right);
            bin.confidence += confidence;
        }
    }
}

/// The records of one value.
struct Class {
    right: u64,
    actual: u64,
    predicted: u64,
}

impl Class {
    fn new(partition: &Partition, place: usize, order: &[usize]) -> Self {
        Self {
            right: partition.count(place, place),
            actual: order.iter().map(|other| partition.count(place, *other)).sum(),
            predicted: order.iter().map(|other| partition.count(*other, place)).sum(),
        }
    }

    fn precision(&self) -> Option<f64> {
        (self.predicted > 0).then(|| self.right as f64 / self.predicted as f64)
    }

    fn recall(&self) -> Option<f64> {
        (self.actual > 0).then(|| self.right as f64 / self.actual as f64)
    }

    fn f1(&self) -> Option<f64> {
        let both = self.predicted + self.actual;
        (both > 0).then(|| 2.0 * self.right as f64 / both as f64)
    }

    fn json(&self, name: &str) -> Value {
        let estimate = |part, all| intervals::share(part, all).map(|share| of_estimate(&share));
        json!({
            "value": name,
            "records": self.actual,
            "precision": estimate(self.right, self.predicted),
            "recall": estimate(self.right, self.actual),
            "f1": self.f1(),
        })
    }
}
