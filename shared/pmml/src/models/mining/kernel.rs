//! Combines the results of segments, row by row.

use super::document::{MissingPredictionTreatment as Missing, MultipleModelMethod as Method};
use crate::models::largest;
use crate::program::{Frame, Kernel, Results, Slot, Test};

/// A model of models.
#[derive(Debug)]
pub(super) struct Segments {
    pub(super) segments: Vec<Segment>,
    pub(super) method: Method,
    pub(super) classes: bool,
    pub(super) missing: Missing,
    pub(super) threshold: f64,
}

#[derive(Debug)]
pub(super) struct Segment {
    pub(super) test: Test,
    /// The number of the model's results.
    pub(super) number: usize,
    pub(super) weight: f64,
    /// The index of each of its categories among all.
    pub(super) places: Vec<u32>,
}

impl Kernel for Segments {
    fn reads(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.segments.iter().for_each(|segment| segment.test.reads(&mut slots));
        slots
    }

    fn models(&self) -> Vec<usize> {
        self.segments.iter().map(|segment| segment.number).collect()
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        let mut numbers = std::mem::take(&mut out.scratch.sums);
        for row in 0..frame.rows() {
            let used = match self.method {
                Method::SelectFirst => self.one(self.selected(frame, row).next(), frame, row, out),
                Method::ModelChain => self.one(self.selected(frame, row).last(), frame, row, out),
                _ => self.join(frame, row, &mut numbers, out),
            };
            out.alive[row] &= used;
        }
        out.scratch.sums = numbers;
    }
}

impl Segments {
    fn selected<'a>(
        &'a self,
        frame: &'a Frame,
        row: usize,
    ) -> impl Iterator<Item = (usize, &'a Segment)> + 'a {
        self.segments.iter().enumerate().filter(move |(_, s)| s.test.holds(frame, row) == Some(true))
    }

    /// The result of one segment.
    fn one(&self, chosen: Option<(usize, &Segment)>, frame: &Frame, row: usize, out: &mut Results) -> bool {
        let Some((place, segment)) = chosen else { return false };
        let results = frame.results(segment.number);
        out.entities[row] = place as u32;
        if !results.alive[row] {
            return false;
        }
        if !self.classes {
            out.numbers[row] = results.numbers[row];
            return true;
        }
        out.winners[row] = segment.places.get(results.winners[row] as usize).copied().unwrap_or(0);
        out.confidence[row] = results.confidence[row];
        for (from, to) in [
            (&results.probabilities, &mut out.probabilities),
            (&results.confidences, &mut out.confidences),
            (&results.adjusted, &mut out.adjusted),
        ] {
            for (column, place) in from.iter().zip(&segment.places) {
                if let Some(target) = to.get_mut(*place as usize) {
                    target[row] = column[row];
                }
            }
        }
        true
    }

    /// The combined result of all segments whose condition is true.
    fn join(&self, frame: &Frame, row: usize, numbers: &mut Vec<f64>, out: &mut Results) -> bool {
        numbers.clear();
        let (mut present, mut absent, mut total, mut lost) = (0.0, 0.0, 0.0, 0.0);
        let mut sum = 0.0;
        for (_, segment) in self.selected(frame, row) {
            let results = frame.results(segment.number);
            if !results.alive[row] {
                absent += 1.0;
                lost += segment.weight;
                continue;
            }
            present += 1.0;
            total += segment.weight;
            if !self.classes {
                numbers.push(results.numbers[row]);
                sum += segment.weight * results.numbers[row];
            } else if matches!(self.method, Method::MajorityVote | Method::WeightedMajorityVote) {
                let winner = segment.places.get(results.winners[row] as usize).copied().unwrap_or(0);
                out.probabilities[winner as usize][row] += segment.weight;
            } else {
                for (column, place) in results.probabilities.iter().zip(&segment.places) {
                    out.probabilities[*place as usize][row] += segment.weight * column[row];
                }
            }
        }
        let votes = matches!(self.method, Method::MajorityVote | Method::WeightedMajorityVote);
        match self.missing {
            _ if present == 0.0 => return false,
            Missing::ReturnMissing if absent > 0.0 => return false,
            Missing::SkipSegment if absent > 0.0 && absent / (absent + present) >= self.threshold => {
                return false;
            }
            Missing::Continue if absent > 0.0 && !votes => return false,
            _ => {}
        }
        if self.classes {
            let counted = if votes && self.missing == Missing::Continue { total + lost } else { total };
            let winner = largest(&out.probabilities, row);
            if counted <= 0.0
                || (self.missing == Missing::Continue && lost > out.probabilities[winner as usize][row])
            {
                return false;
            }
            out.probabilities.iter_mut().for_each(|column| column[row] /= counted);
            out.winners[row] = winner;
            out.confidence[row] = out.probabilities[winner as usize][row];
            return true;
        }
        out.numbers[row] = match self.method {
            Method::Sum | Method::WeightedSum => sum,
            Method::Max => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Method::Median => {
                numbers.sort_unstable_by(f64::total_cmp);
                let (low, high) = (numbers[(numbers.len() - 1) / 2], numbers[numbers.len() / 2]);
                if low == high { low } else { (low + high) / 2.0 }
            }
            _ => sum / total,
        };
        true
    }
}
