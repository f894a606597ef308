//! Statistics of nodes and rules for each category, as flat arrays.

use super::document::ScoreDistribution;
use crate::models::Categories;

/// Numbers per category in a row.
pub(crate) const ARRAYS: usize = 4;

/// For each node or rule and each category: records, probability, confidences.
#[derive(Debug, Default)]
pub(crate) struct Distributions {
    /// The number of categories.
    pub(crate) width: usize,
    pub(crate) counts: Vec<f64>,
    pub(crate) probabilities: Vec<f64>,
    pub(crate) confidences: Vec<f64>,
    pub(crate) adjusted: Vec<f64>,
}

impl Distributions {
    pub(crate) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds a row. A row without a distribution has probability 1 for `score`.
    pub(crate) fn add(
        &mut self,
        distribution: &[ScoreDistribution],
        score: Option<u32>,
        records: Option<f64>,
        categories: &Categories,
    ) {
        let start = self.counts.len();
        let end = start + self.width;
        self.counts.resize(end, 0.0);
        self.probabilities.resize(end, 0.0);
        self.confidences.resize(end, 0.0);
        self.adjusted.resize(end, 0.0);
        let total: f64 = distribution.iter().map(|d| d.record_count).sum();
        for known in distribution {
            let Some(place) = categories.find(&known.value) else { continue };
            let place = start + place as usize;
            let share = if total > 0.0 { known.record_count / total } else { 0.0 };
            self.counts[place] = known.record_count;
            self.probabilities[place] = known.probability.unwrap_or(share);
            self.confidences[place] = known.confidence.or(known.probability).unwrap_or(share);
        }
        if let (true, Some(score)) = (distribution.is_empty(), score) {
            let place = start + score as usize;
            self.counts[place] = records.unwrap_or(1.0);
            self.probabilities[place] = 1.0;
            self.confidences[place] = 1.0;
        }
        let known = self.counts[start..end].iter().sum::<f64>();
        for place in start..end {
            self.adjusted[place] = (self.counts[place] + 1.0) / (known + self.width as f64);
        }
    }

    /// The row of a node or rule in one of the arrays.
    pub(crate) fn row<'a>(&self, array: &'a [f64], place: usize) -> &'a [f64] {
        array.get(place * self.width..(place + 1) * self.width).unwrap_or(&[])
    }
}
