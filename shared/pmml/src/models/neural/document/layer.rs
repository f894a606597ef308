//! `NeuralLayer`, `Neuron`, `Con`.

use super::Units;
use crate::error::{Location, PmmlError};
use crate::xml::Node;

/// The activation of a layer, or by default of a network.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Activation {
    /// The function.
    pub function: Option<ActivationFunction>,
    /// Normalization of the outputs of a layer.
    pub normalization: Option<Normalization>,
    /// For `threshold`: larger inputs result in 1.
    pub threshold: Option<f64>,
    /// For `radialBasis`: width of a neuron.
    pub width: Option<f64>,
    /// For `radialBasis`: altitude of a neuron.
    pub altitude: Option<f64>,
}

/// A function of the weighted sum Z of a neuron's inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivationFunction {
    /// 1 if Z is above the threshold, otherwise 0.
    Threshold,
    /// 1 / (1 + exp(−Z))
    Logistic,
    /// (1 − exp(−2Z)) / (1 + exp(−2Z))
    Tanh,
    /// Z
    Identity,
    /// exp(Z)
    Exponential,
    /// 1 / Z
    Reciprocal,
    /// Z²
    Square,
    /// exp(−Z²)
    Gauss,
    /// sin(Z)
    Sine,
    /// cos(Z)
    Cosine,
    /// Z / (1 + |Z|)
    Elliott,
    /// 2 arctan(Z) / π
    Arctan,
    /// max(0, Z)
    Rectifier,
    /// exp(f·log(altitude) − Z), where f is the number of connections and Z the squared distance between
    /// inputs and weights divided by twice the squared width.
    RadialBasis,
}

/// Normalization of the outputs of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Normalization {
    /// None.
    None,
    /// yᵢ / Σ yⱼ
    Simplemax,
    /// exp(yᵢ) / Σ exp(yⱼ)
    Softmax,
}

/// Neurons that are computed together.
#[derive(Debug, Clone)]
pub struct NeuralLayer {
    /// Its activation, if it differs from the network's default.
    pub activation: Activation,
    /// The neurons, in order.
    pub neurons: Vec<Neuron>,
    /// Where the layer is defined.
    pub location: Location,
}

/// A neuron.
#[derive(Debug, Clone, PartialEq)]
pub struct Neuron {
    /// Its id.
    pub id: String,
    /// The bias, which is added to the weighted sum.
    pub bias: f64,
    /// Its own width, for `radialBasis`.
    pub width: Option<f64>,
    /// Its own altitude, for `radialBasis`.
    pub altitude: Option<f64>,
    /// Its inputs.
    pub connections: Vec<Connection>,
}

/// An input of a neuron.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Connection {
    /// The index of an input or earlier neuron.
    pub from: usize,
    /// The weight.
    pub weight: f64,
}

const FUNCTIONS: [(&str, ActivationFunction); 14] = [
    ("threshold", ActivationFunction::Threshold),
    ("logistic", ActivationFunction::Logistic),
    ("tanh", ActivationFunction::Tanh),
    ("identity", ActivationFunction::Identity),
    ("exponential", ActivationFunction::Exponential),
    ("reciprocal", ActivationFunction::Reciprocal),
    ("square", ActivationFunction::Square),
    ("Gauss", ActivationFunction::Gauss),
    ("sine", ActivationFunction::Sine),
    ("cosine", ActivationFunction::Cosine),
    ("Elliott", ActivationFunction::Elliott),
    ("arctan", ActivationFunction::Arctan),
    ("rectifier", ActivationFunction::Rectifier),
    ("radialBasis", ActivationFunction::RadialBasis),
];

impl Activation {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, PmmlError> {
        let methods = [
            ("none", Normalization::None),
            ("simplemax", Normalization::Simplemax),
            ("softmax", Normalization::Softmax),
        ];
        Ok(Self {
            function: node.one_of("activationFunction", &FUNCTIONS)?,
            normalization: node.one_of("normalizationMethod", &methods)?,
            threshold: node.number("threshold")?,
            width: node.number("width")?,
            altitude: node.number("altitude")?,
        })
    }
}

impl NeuralLayer {
    pub(super) fn read(node: &Node<'_>, units: &mut Units) -> Result<Self, PmmlError> {
        let attributes = [
            "numberOfNeurons",
            "activationFunction",
            "normalizationMethod",
            "threshold",
            "width",
            "altitude",
        ];
        node.expect(&attributes, &["Neuron"])?;
        let mut neurons = Vec::new();
        for neuron in node.all("Neuron") {
            neurons.push(Neuron::read(&neuron, units)?);
        }
        // Not earlier, because a neuron has no input from its own layer.
        for neuron in node.all("Neuron") {
            units.add(&neuron)?;
        }
        match node.count("numberOfNeurons")? {
            Some(stated) if stated != neurons.len() => {
                Err(node.invalid(format!("{} neurons instead of {stated}", neurons.len())))
            }
            _ => Ok(Self { activation: Activation::read(node)?, neurons, location: node.location() }),
        }
    }
}

impl Neuron {
    fn read(node: &Node<'_>, units: &mut Units) -> Result<Self, PmmlError> {
        node.expect(&["id", "bias", "width", "altitude"], &["Con"])?;
        let mut connections = Vec::new();
        for connection in node.all("Con") {
            connection.expect(&["from", "weight"], &[])?;
            units.connect(&connection)?;
            connections.push(Connection {
                from: units.find(&connection, connection.required("from")?)?,
                weight: connection.required_number("weight")?,
            });
        }
        Ok(Self {
            id: node.required("id")?.to_owned(),
            bias: node.number("bias")?.unwrap_or(0.0),
            width: node.number("width")?,
            altitude: node.number("altitude")?,
            connections,
        })
    }
}
