//! Distances and similarities of vectors.

use super::document::{CompareFunction, Measure, MeasureKind};
use crate::error::{Location, PmmlError};
use crate::models::invalid;

/// The comparison of vectors, coordinate by coordinate.
#[derive(Debug, Clone)]
pub(crate) struct Comparison {
    pub(crate) kind: MeasureKind,
    pub(crate) coordinates: Vec<Coordinate>,
    /// The sum of the weights of missing values.
    all: f64,
}

/// The comparison of a coordinate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coordinate {
    pub(crate) compare: CompareFunction,
    pub(crate) weight: f64,
    /// For `gaussSim`: ln 2 over the squared scale.
    pub(crate) sharpness: f64,
    /// The weight of the coordinate if it is missing.
    pub(crate) missing: f64,
}

impl Coordinate {
    pub(crate) fn new(
        measure: &Measure,
        compare: Option<CompareFunction>,
        weight: f64,
        scale: Option<f64>,
        missing: f64,
        at: &Location,
    ) -> Result<Self, PmmlError> {
        let compare = compare.unwrap_or(measure.compare);
        let sharpness = match (compare, scale) {
            (CompareFunction::GaussSim, Some(s)) if s != 0.0 => std::f64::consts::LN_2 / (s * s),
            (CompareFunction::GaussSim, _) => return Err(invalid(at, "gaussSim without similarityScale")),
            _ => 0.0,
        };
        Ok(Self { compare, weight, sharpness, missing })
    }

    /// The comparison of two values.
    fn of(&self, x: f64, y: f64) -> f64 {
        match self.compare {
            CompareFunction::AbsDiff => (x - y).abs(),
            CompareFunction::GaussSim => (-self.sharpness * (x - y) * (x - y)).exp(),
            CompareFunction::Delta => f64::from(u8::from(x != y)),
            CompareFunction::Equal => f64::from(u8::from(x == y)),
        }
    }
}

impl Comparison {
    pub(crate) fn new(kind: MeasureKind, coordinates: Vec<Coordinate>) -> Self {
        let all = coordinates.iter().map(|c| c.missing).sum();
        Self { kind, coordinates, all }
    }

    /// The distance or similarity of `x` and `y`. Coordinates with NaN in `x` are missing, and the result is
    /// scaled by the weights of the others. `None` if all are missing.
    pub(crate) fn of(&self, x: &[f64], y: &[f64]) -> Option<f64> {
        let mut known = 0.0;
        let mut sum = 0.0;
        let mut pairs = [0.0; 4];
        for (coordinate, (x, y)) in self.coordinates.iter().zip(x.iter().zip(y)) {
            if x.is_nan() {
                continue;
            }
            known += coordinate.missing;
            if matches!(self.kind, MeasureKind::Binary(_)) {
                let place = match (*x != 0.0, *y != 0.0) {
                    (true, true) => 0,
                    (true, false) => 1,
                    (false, true) => 2,
                    (false, false) => 3,
                };
                pairs[place] += 1.0;
                continue;
            }
            let c = coordinate.of(*x, *y);
            match self.kind {
                MeasureKind::Euclidean | MeasureKind::SquaredEuclidean => sum += coordinate.weight * c * c,
                MeasureKind::Chebychev => sum = f64::max(sum, coordinate.weight * c),
                MeasureKind::CityBlock => sum += coordinate.weight * c,
                MeasureKind::Minkowski(p) => sum += coordinate.weight * c.powf(p),
                MeasureKind::Binary(_) => {}
            }
        }
        if known <= 0.0 {
            return None;
        }
        // Without missing values the sum is not scaled.
        let adjust = if known == self.all { 1.0 } else { self.all / known };
        Some(match self.kind {
            MeasureKind::Euclidean => (sum * adjust).sqrt(),
            MeasureKind::SquaredEuclidean | MeasureKind::CityBlock => sum * adjust,
            MeasureKind::Chebychev => sum,
            MeasureKind::Minkowski(p) => (sum * adjust).powf(1.0 / p),
            MeasureKind::Binary(weights) => {
                let [a11, a10, a01, a00] = pairs;
                let above = weights[0] * a11 + weights[1] * a10 + weights[2] * a01 + weights[3] * a00;
                let below = weights[4] * a11 + weights[5] * a10 + weights[6] * a01 + weights[7] * a00;
                above / below
            }
        })
    }
}
