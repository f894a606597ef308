//! Errors of numeric predictions.

use datafusion::arrow::array::{Array, ArrayRef};
use satsuma_documents::Block;
use satsuma_engine::NodeError;
use serde_json::Value;

use super::figures::Figures;
use super::{charts, intervals};
use crate::output::analysis::models::Target;
use crate::report::{Comoments, Moments, numbers};

/// Points of a picture at most.
const MAX_POINTS: usize = 2_000;

/// Predictions of one target.
pub(super) struct Continuous {
    target: Target,
    /// By model, then by partition.
    models: Vec<Vec<Partition>>,
}

/// Predictions of one model in one partition.
#[derive(Debug, Clone, Default)]
struct Partition {
    errors: Moments,
    absolute: Moments,
    squares: Moments,
    both: Comoments,
    missing: u64,
    points: Vec<(f64, f64)>,
    every: u64,
}

impl Continuous {
    pub(super) fn new(target: &Target) -> Self {
        Self { target: target.clone(), models: vec![Vec::new(); target.models.len()] }
    }

    pub(super) fn add(&mut self, columns: &[ArrayRef], places: &[usize]) -> Result<(), NodeError> {
        let Some((actual, mut rest)) = columns.split_first() else { return Ok(()) };
        let actual = numbers(actual)?;
        for (model, partitions) in self.target.models.iter().zip(&mut self.models) {
            let (own, others) = rest.split_at(model.columns().min(rest.len()));
            rest = others;
            let Some(predicted) = own.first().map(numbers).transpose()? else { continue };
            for (row, place) in places.iter().enumerate() {
                if partitions.len() <= *place {
                    partitions.resize(place + 1, Partition { every: 1, ..Partition::default() });
                }
                let Some(partition) = partitions.get_mut(*place) else { continue };
                match actual.is_valid(row) && predicted.is_valid(row) {
                    true => partition.add(actual.value(row), predicted.value(row)),
                    false => partition.missing += 1,
                }
            }
        }
        Ok(())
    }

    /// The figures of a model in a partition, as parts of a document and as JSON.
    pub(super) fn figures(&self, model: usize, place: usize, name: &str) -> (Vec<Block>, Value) {
        let none = Partition::default();
        let partition = self.models.get(model).and_then(|partitions| partitions.get(place)).unwrap_or(&none);
        let mut figures = Figures::default();
        let count = partition.errors.count;
        figures.count("Records", "records", count);
        figures.count("Records without value or prediction", "missing", partition.missing);
        let mean = |moments: &Moments| {
            moments.average().map(|value| intervals::mean(value, moments.standard_error()))
        };
        figures.estimate("Mean error (actual - predicted)", "meanError", mean(&partition.errors));
        figures.estimate("Mean absolute error", "meanAbsoluteError", mean(&partition.absolute));
        let square = partition.squares.average();
        figures.number("Root mean squared error", "rootMeanSquaredError", square.map(f64::sqrt));
        let variance = partition.both.x.variance().map(|variance| variance * (count as f64 - 1.0));
        let explained = variance.filter(|variance| *variance > 0.0).zip(partition.squares.total());
        let explained = explained.map(|(variance, squares)| 1.0 - squares / variance);
        figures.number("R squared (1 - SSE / SST)", "rSquared", explained);
        let correlation = partition.both.correlation();
        let correlation = correlation.map(|value| intervals::correlation(value, count));
        figures.estimate("Correlation of actual and predicted", "correlation", correlation);
        let chart = (!partition.points.is_empty()).then(|| {
            charts::predicted(&self.target.field.name, name, &partition.points, partition.every, count)
        });
        let (table, value) = figures.finished(name);
        (std::iter::once(Block::Table(table)).chain(chart.map(Block::Chart)).collect(), value)
    }
}

impl Partition {
    fn add(&mut self, actual: f64, predicted: f64) {
        let error = actual - predicted;
        if self.errors.count.is_multiple_of(self.every.max(1)) {
            self.points.push((actual, predicted));
            if self.points.len() > MAX_POINTS {
                let mut at = 0;
                self.points.retain(|_| {
                    at += 1;
                    at % 2 == 1
                });
                self.every *= 2;
            }
        }
        self.errors.add(error);
        self.absolute.add(error.abs());
        self.squares.add(error * error);
        self.both.add(actual, predicted);
    }
}
