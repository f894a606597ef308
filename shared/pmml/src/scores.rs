//! The results of scoring a batch.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, StringArray, UInt32Array};
use arrow_buffer::NullBuffer;

use crate::program::{Entity, NONE, Results, nulls};

/// Predictions for a batch, row by row. If the model has no prediction for a row, all columns are null.
#[derive(Debug, Clone)]
pub struct Scores {
    pub(crate) predicted: ArrayRef,
    pub(crate) probabilities: Vec<Float64Array>,
    pub(crate) confidences: Vec<Float64Array>,
    pub(crate) adjusted: Vec<Float64Array>,
    pub(crate) decisions: Vec<Float64Array>,
    pub(crate) probability: Option<Float64Array>,
    pub(crate) confidence: Option<Float64Array>,
    pub(crate) adjusted_confidence: Option<Float64Array>,
    pub(crate) entity: Option<UInt32Array>,
    pub(crate) entities: Arc<[Entity]>,
    pub(crate) affinities: Vec<Float64Array>,
    pub(crate) neighbours: Vec<Neighbour>,
    pub(crate) standard_error: Option<Float64Array>,
    pub(crate) outputs: Vec<ArrayRef>,
}

/// The first, second … neighbour or reason of each row.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// Its index in [`Scorer::entities`](crate::Scorer::entities), from 0; null if absent.
    pub entity: UInt32Array,
    /// Its distance or similarity; for the reasons of a scorecard, the points lost.
    pub number: Float64Array,
}

impl Scores {
    /// The predicted category or number, in the target's data type: `Utf8`, `Int64`, `Float64`, `Boolean`,
    /// `Date32` …; for clusters their ids as `Utf8`. Null if the model has no prediction.
    pub fn predicted(&self) -> &ArrayRef {
        &self.predicted
    }

    /// For each of [`Scorer::categories`](crate::Scorer::categories) its probability, 0 to 1: in trees the
    /// fraction of training records (raw). Empty for regression and for models without probabilities.
    pub fn probabilities(&self) -> &[Float64Array] {
        &self.probabilities
    }

    /// The probability of the predicted category, if the model defines probabilities.
    pub fn probability(&self) -> Option<&Float64Array> {
        self.probability.as_ref()
    }

    /// For each category its confidence from the document (trees). IBM writes raw or Laplace-adjusted ones,
    /// depending on version and algorithm.
    pub fn confidences(&self) -> &[Float64Array] {
        &self.confidences
    }

    /// The confidence of the prediction: for trees and rules the document's confidence of the predicted
    /// category, otherwise its probability.
    pub fn confidence(&self) -> Option<&Float64Array> {
        self.confidence.as_ref()
    }

    /// For each category of a tree its Laplace-adjusted confidence (nⱼ + 1) / (n + k), with nⱼ of n training
    /// records in the node and k categories. For rule sets only that of the prediction is not 0.
    pub fn adjusted_confidences(&self) -> &[Float64Array] {
        &self.adjusted
    }

    /// The Laplace-adjusted confidence of the predicted category of trees; for rules (right + 1) / (fired +
    /// 2).
    pub fn adjusted_confidence(&self) -> Option<&Float64Array> {
        self.adjusted_confidence.as_ref()
    }

    /// The numbers behind a classification: the decision function of each support vector machine in document
    /// order, or the output of each neuron in the order of categories.
    pub fn decisions(&self) -> &[Float64Array] {
        &self.decisions
    }

    /// Index of the row's node, rule, cluster or segment in [`Scorer::entities`](crate::Scorer::entities),
    /// from 0.
    pub fn entity_index(&self) -> Option<&UInt32Array> {
        self.entity.as_ref()
    }

    /// The id of the row's node, rule, cluster or segment.
    pub fn entity(&self) -> Option<StringArray> {
        let index = self.entity.as_ref()?;
        let id = |place: Option<u32>| Some(self.entities.get(place? as usize)?.id.as_str());
        Some(index.iter().map(id).collect())
    }

    /// For each cluster the row's distance from it, or similarity to it.
    pub fn affinities(&self) -> &[Float64Array] {
        &self.affinities
    }

    /// The neighbours of a row, nearest first; the reasons of a scorecard, most points first.
    pub fn neighbours(&self) -> &[Neighbour] {
        &self.neighbours
    }

    /// The standard error of the prediction, if the model gives one.
    pub fn standard_error(&self) -> Option<&Float64Array> {
        self.standard_error.as_ref()
    }

    /// The columns of the document's `Output`, in the order of
    /// [`Scorer::outputs`](crate::Scorer::outputs).
    pub fn outputs(&self) -> &[ArrayRef] {
        &self.outputs
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.predicted.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Collects the results of chunks.
#[derive(Debug, Default)]
pub(crate) struct Tally(Results);

impl Tally {
    /// Adds the rows of a chunk.
    pub(crate) fn add(&mut self, chunk: &Results) {
        let all = &mut self.0;
        all.alive.extend(&chunk.alive);
        all.winners.extend(&chunk.winners);
        all.numbers.extend(&chunk.numbers);
        all.confidence.extend(&chunk.confidence);
        all.entities.extend(&chunk.entities);
        all.errors.extend(&chunk.errors);
        add(&mut all.probabilities, &chunk.probabilities);
        add(&mut all.confidences, &chunk.confidences);
        add(&mut all.adjusted, &chunk.adjusted);
        add(&mut all.decisions, &chunk.decisions);
        add(&mut all.affinities, &chunk.affinities);
        add(&mut all.ranked, &chunk.ranked);
        add(&mut all.ranked_numbers, &chunk.ranked_numbers);
    }

    /// The complete results, without the columns of outputs. `predicted` converts winners, numbers and nulls
    /// to the predicted column. `classes`: whether winners are categories; `has_confidence`: whether
    /// predictions have a confidence of their own.
    pub(crate) fn finish(
        self,
        entities: Arc<[Entity]>,
        classes: bool,
        has_confidence: bool,
        predicted: impl FnOnce(&[u32], Vec<f64>, Option<NullBuffer>) -> ArrayRef,
    ) -> Scores {
        let all = self.0;
        let alive = nulls(all.alive);
        let column = |numbers: Vec<f64>| Float64Array::new(numbers.into(), alive.clone());
        let of_winner = |columns: &[Vec<f64>]| {
            let pick = |(row, winner): (usize, &u32)| {
                let column = columns.get(*winner as usize);
                column.and_then(|column| column.get(row)).copied().unwrap_or(0.0)
            };
            let present = classes && !columns.is_empty();
            present.then(|| column(all.winners.iter().enumerate().map(pick).collect()))
        };
        let probability = of_winner(&all.probabilities);
        let stated = of_winner(&all.confidences);
        let adjusted_confidence = of_winner(&all.adjusted);
        let confidence = match (&stated, &probability) {
            (Some(_), _) => stated.clone(),
            // Rules have a confidence of their own, whatever their statistics of categories.
            (None, _) if has_confidence => Some(column(all.confidence)),
            (None, Some(probability)) => Some(probability.clone()),
            (None, None) => None,
        };
        let index = |places: Vec<u32>| {
            let valid: Vec<bool> = places
                .iter()
                .enumerate()
                .map(|(row, place)| *place != NONE && alive.as_ref().is_none_or(|alive| alive.is_valid(row)))
                .collect();
            UInt32Array::new(places.into(), nulls(valid))
        };
        let neighbours = all.ranked.into_iter().zip(all.ranked_numbers).map(|(places, numbers)| {
            let entity = index(places);
            let number = Float64Array::new(numbers.into(), entity.nulls().cloned());
            Neighbour { entity, number }
        });
        let neighbours = neighbours.collect();
        let columns = |all: Vec<Vec<f64>>| all.into_iter().map(column).collect();
        Scores {
            predicted: predicted(&all.winners, all.numbers, alive.clone()),
            entity: (!all.entities.is_empty()).then(|| index(all.entities)),
            standard_error: (!all.errors.is_empty()).then(|| column(all.errors)),
            probabilities: columns(all.probabilities),
            confidences: columns(all.confidences),
            adjusted: columns(all.adjusted),
            decisions: columns(all.decisions),
            affinities: columns(all.affinities),
            probability,
            confidence,
            adjusted_confidence,
            entities,
            neighbours,
            outputs: Vec::new(),
        }
    }
}

fn add<T: Copy>(columns: &mut Vec<Vec<T>>, more: &[Vec<T>]) {
    columns.resize_with(more.len(), Vec::new);
    for (column, more) in columns.iter_mut().zip(more) {
        column.extend(more);
    }
}
