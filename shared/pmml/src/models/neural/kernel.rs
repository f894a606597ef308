//! Feeds tiles of rows through a network.

use super::activation::{activate, normalize};
use super::document::{ActivationFunction, Normalization};
use super::output::{Meaning, denormalize};
use crate::models::TILE;
use crate::program::{Frame, Kernel, Results, Slot, State};

/// A feed-forward network.
#[derive(Debug)]
pub(super) struct Network {
    /// The inputs of the network.
    pub(super) features: Vec<Slot>,
    pub(super) units: usize,
    pub(super) layers: Vec<Layer>,
    /// The units whose outputs are read.
    pub(super) outputs: Vec<usize>,
    pub(super) meaning: Meaning,
    /// Whether the outputs are normalized to a sum of one, which makes them probabilities.
    pub(super) normalized: bool,
}

#[derive(Debug)]
pub(super) struct Layer {
    pub(super) function: ActivationFunction,
    pub(super) normalization: Normalization,
    pub(super) threshold: f64,
    pub(super) neurons: Vec<Cell>,
}

#[derive(Debug)]
pub(super) struct Cell {
    pub(super) bias: f64,
    /// For the radial basis: fan-in times the logarithm of the altitude, and twice the squared
    /// width.
    pub(super) radial: (f64, f64),
    pub(super) connections: Vec<(usize, f64)>,
}

impl Kernel for Network {
    fn reads(&self) -> Vec<Slot> {
        self.features.clone()
    }

    fn run(&self, frame: &Frame, out: &mut Results) {
        for slot in &self.features {
            out.kill(frame, *slot, |state| state != State::Valid);
        }
        let rows = frame.rows();
        // Unit by unit, so that a connection is one operation on a column of rows.
        let mut matrix = std::mem::take(&mut out.scratch.matrix);
        matrix.resize(self.units * TILE, 0.0);
        for from in (0..rows).step_by(TILE) {
            let tile = TILE.min(rows - from);
            for (unit, slot) in matrix.chunks_exact_mut(TILE).zip(&self.features) {
                unit[..tile].copy_from_slice(&frame.column(*slot).numbers[from..from + tile]);
            }
            self.feed_forward(&mut matrix);
            self.read(&matrix, from, tile, out);
        }
        out.scratch.matrix = matrix;
    }
}

impl Network {
    fn feed_forward(&self, units: &mut [f64]) {
        let mut first = self.features.len();
        for layer in &self.layers {
            let (before, rest) = units.split_at_mut(first * TILE);
            let (outputs, _) = rest.split_at_mut(layer.neurons.len() * TILE);
            for (neuron, z) in layer.neurons.iter().zip(outputs.chunks_exact_mut(TILE)) {
                neuron.sum(layer.function, before, z);
                activate(layer.function, layer.threshold, z);
            }
            normalize(layer.normalization, outputs, TILE);
            first += layer.neurons.len();
        }
    }

    fn read(&self, units: &[f64], from: usize, tile: usize, out: &mut Results) {
        let output = |place: usize| &units[self.outputs[place] * TILE..][..tile];
        if let Meaning::Number { points, clamp } = &self.meaning {
            for (number, y) in out.numbers[from..].iter_mut().zip(output(0)) {
                *number = denormalize(points, *clamp, *y);
            }
            return;
        }
        for row in 0..tile {
            let mut best = 0;
            for place in 1..self.outputs.len() {
                if output(place)[row] > output(best)[row] {
                    best = place;
                }
            }
            out.winners[from + row] = best as u32;
        }
        let columns = if self.normalized { &mut out.probabilities } else { &mut out.decisions };
        for (place, column) in columns.iter_mut().enumerate() {
            column[from..from + tile].copy_from_slice(output(place));
        }
    }
}

impl Cell {
    /// The weighted sums Z of a tile of rows; for the radial basis already the output.
    fn sum(&self, function: ActivationFunction, units: &[f64], z: &mut [f64]) {
        z.fill(self.bias);
        let radial = function == ActivationFunction::RadialBasis;
        for (from, weight) in &self.connections {
            let inputs = &units[from * TILE..][..TILE];
            if radial {
                for (z, x) in z.iter_mut().zip(inputs) {
                    *z += (x - weight) * (x - weight);
                }
            } else {
                for (z, x) in z.iter_mut().zip(inputs) {
                    *z += weight * x;
                }
            }
        }
        if radial {
            let (height, reach) = self.radial;
            for z in z {
                *z = (height - *z / reach).exp();
            }
        }
    }
}
