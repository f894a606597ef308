//! Neural nets: multilayer perceptrons.
//!
//! Sources: M. Møller, "A Scaled Conjugate Gradient Algorithm for Fast Supervised Learning", 1993; IBM, "Neural Network
//! Node". Modeler's random numbers and its choice of hidden units are not public, so that nets are as good as its nets,
//! but not equal to them.

mod gradient;
mod network;
mod perceptron;

pub use network::{Answer, Layer, Network};
pub use perceptron::{Hidden, Perceptron, PerceptronOptions, perceptron};

/// Records: rows of inputs and of wanted outputs.
#[derive(Debug, Clone, Copy)]
pub struct Samples<'a> {
    /// The inputs of all records.
    pub inputs: &'a [f64],
    /// The number of inputs.
    pub width: usize,
    /// The outputs of all records: numbers, or 1 for the category of the record and 0 for the others.
    pub outputs: &'a [f64],
    /// The number of outputs.
    pub targets: usize,
}

impl Samples<'_> {
    /// The number of records.
    pub fn records(&self) -> usize {
        self.outputs.len() / self.targets.max(1)
    }
}
