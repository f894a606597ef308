//! `NeuralNetwork`.
//!
//! <https://dmg.org/pmml/v4-4/NeuralNetwork.html>

mod layer;

use std::collections::HashMap;

use crate::common::{DerivedField, ModelHeader};
use crate::error::PmmlError;
use crate::limits::{MAX_MATRIX_CELLS, MAX_UNITS};
use crate::xml::Node;

pub use layer::{Activation, ActivationFunction, Connection, NeuralLayer, Neuron, Normalization};

/// A feed-forward network.
#[derive(Debug, Clone)]
pub struct NeuralNetwork {
    /// The properties of all models.
    pub header: ModelHeader,
    /// The defaults of layers.
    pub defaults: Activation,
    /// The inputs. Input `i` is unit `i`; neurons follow in order of layers.
    pub inputs: Vec<NeuralInput>,
    /// The layers, in order of computation.
    pub layers: Vec<NeuralLayer>,
    /// Conversion of units to predictions.
    pub outputs: Vec<NeuralOutput>,
}

/// An input of the network.
#[derive(Debug, Clone)]
pub struct NeuralInput {
    /// The unit's id.
    pub id: String,
    /// The input number.
    pub field: DerivedField,
}

/// The conversion of a unit to a prediction.
#[derive(Debug, Clone)]
pub struct NeuralOutput {
    /// The unit's index among inputs and neurons.
    pub unit: usize,
    /// The transformation of the target in training.
    pub field: DerivedField,
}

const ATTRIBUTES: [&str; 7] = [
    "activationFunction",
    "normalizationMethod",
    "threshold",
    "width",
    "altitude",
    "numberOfLayers",
    "maxLayers",
];

impl NeuralNetwork {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let header = ModelHeader::read(node, &ATTRIBUTES, &["NeuralInputs", "NeuralLayer", "NeuralOutputs"])?;
        let defaults = Activation::read(node)?;
        let mut units = Units::default();
        let list = node.required_child("NeuralInputs")?;
        list.expect(&["numberOfInputs"], &["NeuralInput"])?;
        let mut inputs = Vec::new();
        for input in list.all("NeuralInput") {
            input.expect(&["id"], &["DerivedField"])?;
            let id = units.add(&input)?;
            let field = DerivedField::read(&input.required_child("DerivedField")?)?;
            inputs.push(NeuralInput { id, field });
        }
        let mut layers = Vec::new();
        for layer in node.all("NeuralLayer") {
            layers.push(NeuralLayer::read(&layer, &mut units)?);
        }
        if inputs.is_empty() || layers.is_empty() {
            return Err(node.invalid("a network needs inputs and layers"));
        }
        let list = node.required_child("NeuralOutputs")?;
        list.expect(&["numberOfOutputs"], &["NeuralOutput"])?;
        let mut outputs = Vec::new();
        for output in list.all("NeuralOutput") {
            output.expect(&["outputNeuron"], &["DerivedField"])?;
            let unit = units.find(&output, output.required("outputNeuron")?)?;
            let field = DerivedField::read(&output.required_child("DerivedField")?)?;
            outputs.push(NeuralOutput { unit, field });
        }
        if outputs.is_empty() {
            return Err(list.invalid("no NeuralOutput element"));
        }
        Ok(Self { header, defaults, inputs, layers, outputs })
    }
}

/// The units so far, so that connections can only refer to earlier ones.
#[derive(Default)]
struct Units {
    indices: HashMap<String, usize>,
    connections: usize,
}

impl Units {
    fn add(&mut self, node: &Node<'_>) -> Result<String, PmmlError> {
        let id = node.required("id")?.to_owned();
        let index = self.indices.len();
        if index >= MAX_UNITS {
            return Err(node.limit("inputs and neurons", MAX_UNITS));
        }
        match self.indices.insert(id.clone(), index) {
            Some(_) => Err(node.invalid(format!("a second unit {id:?}"))),
            None => Ok(id),
        }
    }

    fn find(&self, node: &Node<'_>, id: &str) -> Result<usize, PmmlError> {
        let index = self.indices.get(id).copied();
        index.ok_or_else(|| node.invalid(format!("no input or earlier neuron {id:?}")))
    }

    fn connect(&mut self, node: &Node<'_>) -> Result<(), PmmlError> {
        self.connections += 1;
        if self.connections > MAX_MATRIX_CELLS {
            return Err(node.limit("connections", MAX_MATRIX_CELLS));
        }
        Ok(())
    }
}
