//! Hits among records sorted by score.

use datafusion::arrow::array::{Array, ArrayRef};
use satsuma_engine::NodeError;

use super::{Hit, Kind};
use crate::output::analysis::models::Model;
use crate::report::numbers;

/// A record's score, and whether it is a hit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scored {
    pub(crate) score: f64,
    pub(crate) hit: bool,
}

/// The scores of a batch for one model; `columns` are the fields of the model. Records without a score have none.
pub(crate) fn scored(
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
        Hit::Value(_) => {
            let is = |column: &ArrayRef, row: usize| hit.is(column, row);
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

/// Records and hits of a part, and what they are worth.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Part {
    pub(crate) records: f64,
    pub(crate) hits: f64,
    /// Revenue less cost, weighted.
    profit: f64,
    /// Cost, weighted.
    cost: f64,
}

impl Part {
    fn add(&mut self, other: Self, times: f64) {
        self.records += other.records * times;
        self.hits += other.hits * times;
        self.profit += other.profit * times;
        self.cost += other.cost * times;
    }
}

impl Costs {
    /// A record as a part.
    fn part(&self, is_hit: bool) -> Part {
        let hits = f64::from(u8::from(is_hit));
        let cost = self.weight * self.cost;
        Part { records: 1.0, hits, profit: self.weight * self.revenue * hits - cost, cost }
    }
}

/// The value of a chart for a part of all records.
pub(super) fn measure(kind: &Kind, part: Part, all: Part) -> f64 {
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    match kind {
        Kind::Gains => 100.0 * share(part.hits, all.hits),
        Kind::Lift => share(share(part.hits, part.records), share(all.hits, all.records)),
        Kind::Response => 100.0 * share(part.hits, part.records),
        Kind::Profit => part.profit,
        Kind::Roi => 100.0 * share(part.profit, part.cost),
        _ => share(part.hits, all.hits),
    }
}

/// What records are worth.
#[derive(Debug, Clone, Copy)]
pub(super) enum Worth<'a> {
    /// The same for all.
    Fixed(Costs),
    /// That of each.
    Each(&'a [Costs]),
}

/// Records in the order of their scores, as blocks of equal scores.
#[derive(Debug, Clone)]
pub(crate) struct Curve {
    blocks: Vec<Part>,
    /// All hits, and all others.
    sides: (Part, Part),
}

/// Points of an ROC curve that are drawn at most.
const MAX_POINTS: usize = 1_000;

impl Curve {
    /// The curve of records that are worth nothing.
    pub(crate) fn new(records: &[Scored]) -> Self {
        Self::valued(records, Worth::Fixed(Costs { cost: 0.0, revenue: 0.0, weight: 0.0 }))
    }

    pub(super) fn valued(records: &[Scored], worth: Worth<'_>) -> Self {
        let mut sides = (Part::default(), Part::default());
        let part = |(at, record): (usize, &Scored)| {
            let costs = match worth {
                Worth::Fixed(costs) => costs,
                Worth::Each(each) => {
                    each.get(at).copied().unwrap_or(Costs { cost: 0.0, revenue: 0.0, weight: 0.0 })
                }
            };
            let part = costs.part(record.hit);
            if record.hit {
                sides.0.add(part, 1.0)
            } else {
                sides.1.add(part, 1.0)
            }
            (record.score, part)
        };
        let mut sorted = records.iter().enumerate().map(part).collect::<Vec<_>>();
        sorted.sort_by(|one, two| two.0.total_cmp(&one.0));
        let sum = |block: &[(f64, Part)]| {
            block.iter().fold(Part::default(), |mut sum, (_, part)| {
                sum.add(*part, 1.0);
                sum
            })
        };
        Self { blocks: sorted.chunk_by(|one, two| one.0 == two.0).map(sum).collect(), sides }
    }

    fn all(&self) -> Part {
        let mut all = self.sides.0;
        all.add(self.sides.1, 1.0);
        all
    }

    /// The same records in the order of a perfect model.
    pub(super) fn best(&self) -> Self {
        Self { blocks: vec![self.sides.0, self.sides.1], sides: self.sides }
    }

    /// The same records without an order.
    pub(super) fn even(&self) -> Self {
        Self { blocks: vec![self.all()], sides: self.sides }
    }

    /// The first records; those of a block that is cut are spread evenly.
    fn first(&self, records: f64) -> Part {
        let mut left = records;
        let mut sum = Part::default();
        for block in &self.blocks {
            if left >= block.records {
                left -= block.records;
                sum.add(*block, 1.0);
            } else {
                sum.add(*block, left / block.records.max(1.0));
                break;
            }
        }
        sum
    }

    /// What is measured of parts of equal size: (percentile, value). Part *i* ends with record ⌊i·N/parts⌋.
    pub(crate) fn parts(
        &self,
        parts: usize,
        cumulative: bool,
        measure: impl Fn(Part, Part) -> f64,
    ) -> Vec<(f64, f64)> {
        let all = self.all();
        if all.records <= 0.0 {
            return Vec::new();
        }
        let mut before = Part::default();
        let mut points = Vec::with_capacity(parts);
        for part in 1..=parts {
            let records = (part as f64 * all.records / parts as f64).floor();
            let sums = self.first(records);
            let mut own = sums;
            if !cumulative {
                own.add(before, -1.0);
            }
            // With fewer records than parts, some parts are empty.
            if own.records > 0.0 {
                points.push((100.0 * part as f64 / parts as f64, measure(own, all)));
            }
            before = sums;
        }
        points
    }

    /// The area under the ROC curve; equal scores are diagonal steps. `None` without hits or without others.
    pub(crate) fn area(&self) -> Option<f64> {
        let (hits, others) = (self.sides.0.records, self.sides.1.records);
        let mut found = 0.0;
        let mut area = 0.0;
        for block in &self.blocks {
            area += (block.records - block.hits) * (found + block.hits / 2.0);
            found += block.hits;
        }
        (hits > 0.0 && others > 0.0).then(|| area / (hits * others))
    }

    /// Precision by recall: (recall, precision), from the highest score down.
    pub(crate) fn precision(&self) -> Vec<(f64, f64)> {
        let hits = self.sides.0.records;
        if hits <= 0.0 {
            return Vec::new();
        }
        let mut sums = (0.0, 0.0);
        let points = self.blocks.iter().map(|block| {
            sums = (sums.0 + block.records, sums.1 + block.hits);
            (sums.1 / hits, sums.1 / sums.0)
        });
        thinned(points.collect())
    }

    /// The mean of precision, weighted by the steps of recall. `None` without hits.
    pub(crate) fn average_precision(&self) -> Option<f64> {
        let hits = self.sides.0.records;
        let mut sums = (0.0, 0.0);
        let terms = self.blocks.iter().map(|block| {
            sums = (sums.0 + block.records, sums.1 + block.hits);
            block.hits / hits * (sums.1 / sums.0)
        });
        let sum = terms.sum::<f64>();
        (hits > 0.0).then_some(sum)
    }

    /// The ROC curve: (1 − specificity, sensitivity).
    pub(crate) fn roc(&self) -> Vec<(f64, f64)> {
        let (hits, others) = (self.sides.0.records, self.sides.1.records);
        if hits <= 0.0 || others <= 0.0 {
            return Vec::new();
        }
        let mut sums = (0.0, 0.0);
        let mut points = vec![(0.0, 0.0)];
        for block in &self.blocks {
            sums = (sums.0 + block.records - block.hits, sums.1 + block.hits);
            points.push((sums.0 / others, sums.1 / hits));
        }
        thinned(points)
    }
}

/// At most so many points as are drawn, the last one among them.
fn thinned(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let every = points.len().div_ceil(MAX_POINTS).max(1);
    let last = points.len().saturating_sub(1);
    let kept = points.into_iter().enumerate().filter(|(at, _)| at % every == 0 || *at == last);
    kept.map(|(_, point)| point).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // in tests a panic is the answer

    use super::*;

    const FIXED: Costs = Costs { cost: 5.0, revenue: 10.0, weight: 1.0 };

    fn records() -> [Scored; 4] {
        let record = |score, hit| Scored { score, hit };
        [record(0.2, false), record(0.9, true), record(0.5, true), record(0.5, false)]
    }

    fn curve() -> Curve {
        Curve::valued(&records(), Worth::Fixed(FIXED))
    }

    /// The formulas of stored gains tables: ⌊i·N/parts⌋ records, hits of a cut block spread evenly.
    #[test]
    fn equal_scores_are_spread_over_the_parts_that_cut_them() {
        let of = |kind: Kind| move |part, all| measure(&kind, part, all);
        assert_eq!(
            curve().parts(4, true, of(Kind::Gains)),
            [(25.0, 50.0), (50.0, 75.0), (75.0, 100.0), (100.0, 100.0)]
        );
        assert_eq!(
            curve().parts(4, false, of(Kind::Profit)),
            [(25.0, 5.0), (50.0, 0.0), (75.0, 0.0), (100.0, -5.0)]
        );
        assert_eq!(curve().parts(2, true, of(Kind::Roi)), [(50.0, 50.0), (100.0, 0.0)]);
    }

    /// By hand: the second record alone brings 2 * (20 - 1).
    #[test]
    fn records_may_have_costs_of_their_own() {
        let costs = |cost, revenue, weight| Costs { cost, revenue, weight };
        let each = [costs(1.0, 0.0, 1.0), costs(1.0, 20.0, 2.0), costs(3.0, 9.0, 1.0), costs(5.0, 0.0, 1.0)];
        let curve = Curve::valued(&records(), Worth::Each(&each));
        let profit = |part, all| measure(&Kind::Profit, part, all);
        assert_eq!(curve.parts(4, true, profit), [(25.0, 38.0), (50.0, 38.5), (75.0, 39.0), (100.0, 38.0)]);
        assert_eq!(curve.best().parts(2, true, profit), [(50.0, 44.0), (100.0, 38.0)]);
    }

    #[test]
    fn ties_of_an_roc_curve_are_diagonal() {
        assert_eq!(curve().roc(), [(0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0)]);
    }

    /// Evidence: `roc_auc_score` and `average_precision_score` of scikit-learn.
    #[test]
    fn areas_are_those_of_scikit_learn() {
        let scores = [0.9, 0.8, 0.8, 0.7, 0.6, 0.5, 0.5, 0.3, 0.2, 0.1];
        let hits = [true, true, false, true, false, true, false, false, true, false];
        let records = scores.into_iter().zip(hits).map(|(score, hit)| Scored { score, hit });
        let curve = Curve::new(&records.collect::<Vec<_>>());
        assert!((curve.area().unwrap() - 0.6799999999999999).abs() < 1e-12, "{:?}", curve.area());
        assert!(
            (curve.average_precision().unwrap() - 0.7087301587301588).abs() < 1e-12,
            "{:?}",
            curve.average_precision()
        );
        assert_eq!(Curve::new(&[]).area(), None);
    }
}
