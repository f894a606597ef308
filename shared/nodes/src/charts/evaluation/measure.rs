//! Hits among records sorted by score.

use datafusion::arrow::array::{Array, ArrayRef};
use satsuma_columns::Scalar;
use satsuma_engine::NodeError;

use super::{Hit, Kind};
use crate::output::analysis::models::Model;
use crate::report::numbers;

/// A record's score, and whether it is a hit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored {
    pub(super) score: f64,
    pub(super) hit: bool,
}

/// The scores of a batch for one model; `columns` are the fields of the model. Records without a score have none.
pub(super) fn scored(
    actual: &ArrayRef,
    columns: &[ArrayRef],
    model: &Model,
    hit: &Hit,
) -> Result<Vec<Option<Scored>>, NodeError> {
    let mut rest = columns.iter();
    let predicted = rest.next();
    let confidence = model.confidence.as_ref().and_then(|_| rest.next()).map(numbers).transpose()?;
    let score = model.score.as_ref().and_then(|_| rest.next()).map(numbers).transpose()?;
    match hit {
        Hit::Above(limit) => {
            let (actual, predicted) = (numbers(actual)?, predicted.map(numbers).transpose()?);
            let records = (0..actual.len()).map(|row| {
                let score = predicted.as_ref().filter(|column| column.is_valid(row))?.value(row);
                Some(Scored { score, hit: actual.is_valid(row) && actual.value(row) > *limit })
            });
            Ok(records.collect())
        }
        Hit::Value(value) => {
            let is = |column: &ArrayRef, row: usize| {
                let found = Scalar::at(column, row);
                !found.is_null() && found.order(value).is_eq()
            };
            let records = (0..actual.len()).map(|row| {
                let of_score =
                    score.as_ref().filter(|column| column.is_valid(row)).map(|column| column.value(row));
                // A confidence speaks for the predicted value: above the middle where that is a hit, else below.
                let of_confidence = || {
                    let half = confidence.as_ref().filter(|column| column.is_valid(row))?.value(row) / 2.0;
                    Some(if is(predicted?, row) { 0.5 + half } else { 0.5 - half })
                };
                Some(Scored { score: of_score.or_else(of_confidence)?, hit: is(actual, row) })
            });
            Ok(records.collect())
        }
    }
}

/// Cost of a record, revenue of a hit and weight of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Costs {
    pub(super) cost: f64,
    pub(super) revenue: f64,
    pub(super) weight: f64,
}

/// Records and hits of a part.
pub(super) type Part = (f64, f64);

impl Costs {
    /// The value of a chart for a part of all records.
    pub(super) fn measure(&self, kind: &Kind, (records, hits): Part, all: Part) -> f64 {
        let profit = self.weight * (self.revenue * hits - self.cost * records);
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        match kind {
            Kind::Gains => 100.0 * share(hits, all.1),
            Kind::Lift => share(share(hits, records), share(all.1, all.0)),
            Kind::Response => 100.0 * share(hits, records),
            Kind::Profit => profit,
            Kind::Roi => 100.0 * share(profit, self.weight * self.cost * records),
            _ => share(hits, all.1),
        }
    }
}

/// Records in the order of their scores, as blocks of equal scores: records and hits.
#[derive(Debug, Clone)]
pub(super) struct Curve(Vec<Part>);

/// Points of an ROC curve that are drawn at most.
const MAX_POINTS: usize = 1_000;

impl Curve {
    pub(super) fn new(records: &[Scored]) -> Self {
        let mut sorted = records.to_vec();
        sorted.sort_by(|one, two| two.score.total_cmp(&one.score));
        let blocks = sorted.chunk_by(|one, two| one.score == two.score);
        let count = |block: &[Scored]| block.iter().filter(|record| record.hit).count() as f64;
        Self(blocks.map(|block| (block.len() as f64, count(block))).collect())
    }

    fn all(&self) -> Part {
        self.0.iter().fold((0.0, 0.0), |sum, block| (sum.0 + block.0, sum.1 + block.1))
    }

    /// The same records in the order of a perfect model.
    pub(super) fn best(&self) -> Self {
        let (records, hits) = self.all();
        Self(vec![(hits, hits), (records - hits, 0.0)])
    }

    /// The same records without an order.
    pub(super) fn even(&self) -> Self {
        Self(vec![self.all()])
    }

    /// Hits among the first records; those of a block that is cut are spread evenly.
    fn hits(&self, records: f64) -> f64 {
        let (mut left, mut hits) = (records, 0.0);
        for (count, of_block) in &self.0 {
            if left >= *count {
                left -= count;
                hits += of_block;
            } else {
                return hits + of_block * left / count.max(1.0);
            }
        }
        hits
    }

    /// What is measured of parts of equal size: (percentile, value). Part *i* ends with record ⌊i·N/parts⌋.
    pub(super) fn parts(
        &self,
        parts: usize,
        cumulative: bool,
        measure: impl Fn(Part, Part) -> f64,
    ) -> Vec<(f64, f64)> {
        let all = self.all();
        if all.0 <= 0.0 {
            return Vec::new();
        }
        let mut before: Part = (0.0, 0.0);
        let mut points = Vec::with_capacity(parts);
        for part in 1..=parts {
            let records = (part as f64 * all.0 / parts as f64).floor();
            let sums = (records, self.hits(records));
            let own = if cumulative { sums } else { (sums.0 - before.0, sums.1 - before.1) };
            // With fewer records than parts, some parts are empty.
            if own.0 > 0.0 {
                points.push((100.0 * part as f64 / parts as f64, measure(own, all)));
            }
            before = sums;
        }
        points
    }

    /// The ROC curve: (1 − specificity, sensitivity).
    pub(super) fn roc(&self) -> Vec<(f64, f64)> {
        let (records, hits) = self.all();
        let others = records - hits;
        if hits <= 0.0 || others <= 0.0 {
            return Vec::new();
        }
        let mut sums = (0.0, 0.0);
        let mut points = vec![(0.0, 0.0)];
        for (count, of_block) in &self.0 {
            sums = (sums.0 + count - of_block, sums.1 + of_block);
            points.push((sums.0 / others, sums.1 / hits));
        }
        let every = points.len().div_ceil(MAX_POINTS);
        let last = points.len() - 1;
        let kept = points.into_iter().enumerate().filter(|(at, _)| at % every == 0 || *at == last);
        kept.map(|(_, point)| point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve() -> Curve {
        let record = |score, hit| Scored { score, hit };
        Curve::new(&[record(0.2, false), record(0.9, true), record(0.5, true), record(0.5, false)])
    }

    /// The formulas of stored gains tables: ⌊i·N/parts⌋ records, hits of a cut block spread evenly.
    #[test]
    fn equal_scores_are_spread_over_the_parts_that_cut_them() {
        let costs = Costs { cost: 5.0, revenue: 10.0, weight: 1.0 };
        let gains = |part, all| costs.measure(&Kind::Gains, part, all);
        assert_eq!(
            curve().parts(4, true, gains),
            [(25.0, 50.0), (50.0, 75.0), (75.0, 100.0), (100.0, 100.0)]
        );
        let profit = |part, all| costs.measure(&Kind::Profit, part, all);
        assert_eq!(curve().parts(4, false, profit), [(25.0, 5.0), (50.0, 0.0), (75.0, 0.0), (100.0, -5.0)]);
    }

    #[test]
    fn ties_of_an_roc_curve_are_diagonal() {
        assert_eq!(curve().roc(), [(0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0)]);
    }
}
