//! Compiles a neural network to layers of cells.

use super::document::{
    Activation, ActivationFunction, NeuralLayer, NeuralNetwork, NeuralOutput, Neuron, Normalization,
};
use super::kernel::{Cell, Layer, Network};
use super::output::{is_about, meaning};
use crate::common::{TransformationDictionary, UsageType};
use crate::error::PmmlError;
use crate::models::{Parts, invalid, unsupported};
use crate::program::{Fields, Shape};

/// Compiles a network. `global`: the transformations that outputs may refer to.
pub(crate) fn compile(
    network: &NeuralNetwork,
    target: &str,
    global: &TransformationDictionary,
    fields: &mut Fields<'_>,
) -> Result<Parts, PmmlError> {
    let several = network.header.mining_schema.with_usage(UsageType::Target).nth(1).is_some();
    let about: Vec<&NeuralOutput> =
        network.outputs.iter().filter(|o| !several || is_about(global, &network.header, o, target)).collect();
    let (meaning, categories) = meaning(global, network, &about, target)?;
    let last = network.layers.len().saturating_sub(1);
    let mut layers = Vec::new();
    for (place, one) in network.layers.iter().enumerate() {
        layers.push(layer(one, &network.defaults, place == last)?);
    }
    let units = network.inputs.len() + layers.iter().map(|l| l.neurons.len()).sum::<usize>();
    let outputs: Vec<usize> = about.iter().map(|o| o.unit).collect();
    let normalized = layers.last().is_some_and(|layer| {
        let all = (units - layer.neurons.len()..units).all(|unit| outputs.contains(&unit));
        layer.normalization != Normalization::None && all && outputs.len() == layer.neurons.len()
    });
    let mut features = Vec::new();
    for input in &network.inputs {
        features.push(fields.number_derived(&input.field)?);
    }
    let shape = Shape {
        probabilities: normalized && !categories.is_empty(),
        decisions: if normalized { 0 } else { categories.len() },
        categories,
        ..Shape::default()
    };
    let kernel = Network { features, units, layers, outputs, meaning, normalized };
    Ok(Parts { kernel: Box::new(kernel), shape })
}

fn layer(layer: &NeuralLayer, defaults: &Activation, last: bool) -> Result<Layer, PmmlError> {
    let own = &layer.activation;
    let at = &layer.location;
    let function = own.function.or(defaults.function);
    let function = function.ok_or_else(|| invalid(at, "no activationFunction"))?;
    let normalization = match (own.normalization, defaults.normalization) {
        (Some(own), _) => own,
        (None, None | Some(Normalization::None)) => Normalization::None,
        (None, Some(default)) if last => default,
        // The specification does not define whether the network's method applies to every layer.
        (None, Some(_)) => {
            return Err(unsupported(at, "a network's normalizationMethod on a hidden layer"));
        }
    };
    let width = own.width.or(defaults.width);
    let altitude = own.altitude.or(defaults.altitude).unwrap_or(1.0);
    let mut neurons = Vec::new();
    for neuron in &layer.neurons {
        let radial = match function {
            ActivationFunction::RadialBasis => radial(layer, neuron, width, altitude)?,
            _ => (0.0, 1.0),
        };
        let connections = neuron.connections.iter().map(|c| (c.from, c.weight)).collect();
        neurons.push(Cell { bias: neuron.bias, radial, connections });
    }
    let threshold = own.threshold.or(defaults.threshold).unwrap_or(0.0);
    Ok(Layer { function, normalization, threshold, neurons })
}

fn radial(
    layer: &NeuralLayer,
    neuron: &Neuron,
    width: Option<f64>,
    altitude: f64,
) -> Result<(f64, f64), PmmlError> {
    let at = &layer.location;
    let id = &neuron.id;
    let width = neuron.width.or(width).filter(|w| *w != 0.0);
    let width = width.ok_or_else(|| invalid(at, format!("neuron {id:?} has no width")))?;
    let altitude = neuron.altitude.unwrap_or(altitude);
    if altitude <= 0.0 {
        return Err(invalid(at, format!("neuron {id:?} has no positive altitude")));
    }
    if neuron.bias != 0.0 {
        return Err(unsupported(at, "a bias of a radialBasis neuron"));
    }
    Ok((neuron.connections.len() as f64 * altitude.ln(), 2.0 * width * width))
}
