//! Models inside a program: their inputs and results.

use std::fmt::Debug;

use super::{Frame, Slot, State};

/// A compiled model: computes the rows of a chunk from its columns.
pub(crate) trait Kernel: Debug + Send + Sync {
    /// The columns that it reads.
    fn reads(&self) -> Vec<Slot>;

    /// The models whose results it reads, by number.
    fn models(&self) -> Vec<usize> {
        Vec::new()
    }

    /// Scores the rows of a frame. `out` is prepared for them: all rows have a prediction, all numbers are 0.
    fn run(&self, frame: &Frame, out: &mut Results);
}

/// The shape of a model's results.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    /// The possible categories; empty for numbers.
    pub(crate) categories: Vec<String>,
    /// Whether each category gets a probability.
    pub(crate) probabilities: bool,
    /// Whether each category has a confidence from the document.
    pub(crate) confidences: bool,
    /// Whether each category gets a Laplace-adjusted confidence.
    pub(crate) adjusted: bool,
    /// Whether a prediction has a confidence that does not belong to its category: rules.
    pub(crate) confidence: bool,
    /// Number of values behind a classification.
    pub(crate) decisions: usize,
    /// The nodes, rules, clusters, instances or segments by id; empty if there are none.
    pub(crate) entities: Vec<Entity>,
    /// Whether each row gets one of the entities.
    pub(crate) has_entity: bool,
    /// Whether each entity gets a distance or similarity.
    pub(crate) affinities: bool,
    /// Whether a greater affinity means more similar.
    pub(crate) similarity: bool,
    /// Number of listed entities (neighbours, rules) or reasons per row.
    pub(crate) ranked: usize,
    /// Whether each row gets a standard error.
    pub(crate) standard_error: bool,
}

impl Shape {
    /// Numbers per row.
    pub(crate) fn numbers(&self) -> usize {
        let lists = [self.probabilities, self.confidences, self.adjusted];
        let lists = lists.into_iter().filter(|has| *has).count();
        let affinities = if self.affinities { self.entities.len() } else { 0 };
        [
            lists.saturating_mul(self.categories.len()),
            self.decisions,
            affinities,
            self.ranked.saturating_mul(2),
            4,
        ]
        .into_iter()
        .fold(0, usize::saturating_add)
    }
}

/// A node, rule, cluster, neighbour or reason.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entity {
    /// Its id or, without one, its number from 1.
    pub id: String,
    /// Its name, if it has one.
    pub name: Option<String>,
}

/// No entity.
pub(crate) const NONE: u32 = u32::MAX;

/// The results of a model for the rows of a chunk. Buffers are reused for all chunks.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// Whether there is a prediction.
    pub(crate) alive: Vec<bool>,
    /// For categories and clusters: the index of the predicted one.
    pub(crate) winners: Vec<u32>,
    /// For numbers: the predicted one.
    pub(crate) numbers: Vec<f64>,
    /// For each category, its probability.
    pub(crate) probabilities: Vec<Vec<f64>>,
    /// For each category, its confidence from the document.
    pub(crate) confidences: Vec<Vec<f64>>,
    /// For each category, its Laplace-adjusted confidence.
    pub(crate) adjusted: Vec<Vec<f64>>,
    /// For classification without category confidences: that of the winner.
    pub(crate) confidence: Vec<f64>,
    /// The values behind a classification.
    pub(crate) decisions: Vec<Vec<f64>>,
    /// The index of the row's entity, or [`NONE`].
    pub(crate) entities: Vec<u32>,
    /// For each entity, its distance or similarity.
    pub(crate) affinities: Vec<Vec<f64>>,
    /// The first, second … entity of a list, or [`NONE`].
    pub(crate) ranked: Vec<Vec<u32>>,
    /// The number (distance, points) of each in the list.
    pub(crate) ranked_numbers: Vec<Vec<f64>>,
    /// The standard error of the prediction.
    pub(crate) errors: Vec<f64>,
    /// Memory for a kernel's own work.
    pub(crate) scratch: Scratch,
}

/// Buffers of a kernel that are reused for all chunks.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) matrix: Vec<f64>,
    pub(crate) sums: Vec<f64>,
    pub(crate) counts: Vec<u32>,
    pub(crate) places: Vec<u32>,
}

impl Results {
    /// Allocates memory for `rows` rows.
    fn prepare(&mut self, shape: &Shape, rows: usize) {
        let categories = shape.categories.len();
        let entities = shape.entities.len();
        fill(&mut self.alive, rows, true);
        fill(&mut self.winners, rows, 0);
        fill(&mut self.numbers, rows, 0.0);
        fill(&mut self.confidence, rows, 0.0);
        columns(&mut self.probabilities, if shape.probabilities { categories } else { 0 }, rows);
        columns(&mut self.confidences, if shape.confidences { categories } else { 0 }, rows);
        columns(&mut self.adjusted, if shape.adjusted { categories } else { 0 }, rows);
        columns(&mut self.decisions, shape.decisions, rows);
        columns(&mut self.affinities, if shape.affinities { entities } else { 0 }, rows);
        columns(&mut self.ranked_numbers, shape.ranked, rows);
        self.ranked.resize_with(shape.ranked, Vec::new);
        self.ranked.iter_mut().for_each(|column| fill(column, rows, NONE));
        fill(&mut self.entities, if shape.has_entity { rows } else { 0 }, NONE);
        fill(&mut self.errors, if shape.standard_error { rows } else { 0 }, 0.0);
    }

    /// Rows whose numbers overflow have no prediction.
    fn bury(&mut self) {
        let lists = [&self.probabilities, &self.confidences, &self.adjusted, &self.decisions];
        let columns = lists.into_iter().flatten().chain([&self.numbers]);
        for column in columns {
            for (alive, number) in self.alive.iter_mut().zip(column) {
                *alive &= number.is_finite();
            }
        }
    }

    /// Rows whose cell in a column has one of these states have no prediction.
    pub(crate) fn kill(&mut self, frame: &Frame, slot: Slot, deadly: impl Fn(State) -> bool) {
        for (alive, state) in self.alive.iter_mut().zip(&frame.column(slot).states) {
            *alive &= !deadly(*state);
        }
    }
}

fn fill<T: Copy>(column: &mut Vec<T>, rows: usize, value: T) {
    column.clear();
    column.resize(rows, value);
}

fn columns(columns: &mut Vec<Vec<f64>>, count: usize, rows: usize) {
    columns.resize_with(count, Vec::new);
    columns.iter_mut().for_each(|column| fill(column, rows, 0.0));
}

/// A model as a step of a program.
#[derive(Debug)]
pub(crate) struct ModelStep {
    /// The number of its results among those of the frame.
    pub(crate) number: usize,
    pub(crate) kernel: Box<dyn Kernel>,
    pub(crate) shape: Shape,
    /// Columns whose invalid cells make the record invalid.
    pub(crate) guards: Vec<Slot>,
    /// Postprocessing of the predictions.
    pub(crate) rescale: Rescale,
}

/// Postprocessing of a model's predictions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rescale {
    /// The least and the greatest number.
    pub(crate) bounds: Option<(f64, f64)>,
    /// Factor and constant.
    pub(crate) line: Option<(f64, f64)>,
    /// Rounding of a number.
    pub(crate) round: Option<fn(f64) -> f64>,
    /// The number if the model has none.
    pub(crate) default: Option<f64>,
    /// The probability of each category if the model has none.
    pub(crate) priors: Option<Vec<f64>>,
}

impl ModelStep {
    pub(crate) fn run(&self, frame: &Frame, out: &mut Results) {
        out.prepare(&self.shape, frame.rows());
        for guard in &self.guards {
            out.kill(frame, *guard, |state| state == State::Invalid);
        }
        self.kernel.run(frame, out);
        out.bury();
        self.rescale.run(out);
    }
}

impl Rescale {
    fn run(&self, out: &mut Results) {
        if let Some((low, high)) = self.bounds {
            out.numbers.iter_mut().for_each(|n| *n = n.max(low).min(high));
        }
        if let Some((factor, constant)) = self.line {
            out.numbers.iter_mut().for_each(|n| *n = *n * factor + constant);
        }
        if let Some(round) = self.round {
            out.numbers.iter_mut().for_each(|n| *n = round(*n));
        }
        if let Some(default) = self.default {
            for (number, alive) in out.numbers.iter_mut().zip(&mut out.alive) {
                if !*alive {
                    *number = default;
                    *alive = true;
                }
            }
        }
        if let Some(priors) = &self.priors {
            let best = (0..priors.len()).fold(0, |best, i| if priors[i] > priors[best] { i } else { best });
            for row in 0..out.alive.len() {
                if out.alive[row] {
                    continue;
                }
                out.alive[row] = true;
                out.winners[row] = best as u32;
                out.confidence[row] = priors[best];
                for columns in [&mut out.probabilities, &mut out.confidences, &mut out.adjusted] {
                    for (column, prior) in columns.iter_mut().zip(priors) {
                        column[row] = *prior;
                    }
                }
            }
        }
    }
}
