//! A multilayer perceptron with one hidden layer: `NormDiscrete` inputs, tanh, softmax.

use std::fmt::Write;
use std::ops::Range;

use fastrand::Rng;

use super::{Inputs, SEED, TARGET, document, mining_schema, scaled};

const CATEGORIES: [&str; 5] = ["planA", "planB", "planC", "planX", "planY"];

/// A document with this many hidden neurons.
pub(crate) fn make(inputs: &Inputs<'_>, hidden: usize) -> String {
    let mut rng = Rng::with_seed(SEED);
    let mut fields = Vec::new();
    let mut dictionary = String::new();
    for amount in inputs.amounts() {
        let name = format!("{amount}Norm");
        // Modeler standardizes: a uniform amount reaches √3 deviations to either side.
        dictionary += &scaled(&name, &amount, -3.0_f64.sqrt(), 3.0_f64.sqrt());
        fields.push(name);
    }
    for (kind, letters) in inputs.kinds() {
        for (index, letter) in letters.into_iter().enumerate() {
            let name = format!("{kind}Value{index}");
            dictionary += &indicator(&name, &kind, &letter.to_string());
            fields.push(name);
        }
    }
    let targets: Vec<_> = (0..CATEGORIES.len()).map(|index| format!("{TARGET}Value{index}")).collect();
    for (name, category) in targets.iter().zip(CATEGORIES) {
        dictionary += &indicator(name, TARGET, category);
    }
    let entering = 0..fields.len();
    let middle = entering.end..entering.end + hidden;
    let leaving = middle.end..middle.end + CATEGORIES.len();
    let schema = mining_schema(inputs);
    let neural_inputs = references("NeuralInput", "id", entering.clone(), &fields);
    let hidden_layer = neurons(middle.clone(), entering, &mut rng);
    let output_layer = neurons(leaving.clone(), middle, &mut rng);
    let neural_outputs = references("NeuralOutput", "outputNeuron", leaving, &targets);
    let model = format!(
        r#"<NeuralNetwork functionName="classification" algorithmName="MLP" activationFunction="tanh">
{schema}<NeuralInputs>
{neural_inputs}</NeuralInputs>
<NeuralLayer>
{hidden_layer}</NeuralLayer>
<NeuralLayer activationFunction="identity" normalizationMethod="softmax">
{output_layer}</NeuralLayer>
<NeuralOutputs>
{neural_outputs}</NeuralOutputs>
</NeuralNetwork>
"#
    );
    document(inputs, &CATEGORIES, &dictionary, &model)
}

fn indicator(name: &str, field: &str, value: &str) -> String {
    format!(
        "<DerivedField name=\"{name}\" optype=\"categorical\" dataType=\"double\">\
         <NormDiscrete field=\"{field}\" value=\"{value}\"/></DerivedField>\n"
    )
}

/// `NeuralInput` or `NeuralOutput` elements: units tied to fields.
fn references(element: &str, attribute: &str, units: Range<usize>, fields: &[String]) -> String {
    let mut written = String::new();
    for (unit, field) in units.zip(fields) {
        let _ = writeln!(
            written,
            "<{element} {attribute}=\"{unit}\"><DerivedField optype=\"continuous\" dataType=\"double\">\
             <FieldRef field=\"{field}\"/></DerivedField></{element}>"
        );
    }
    written
}

/// Neurons, each connected to all units of the layer before.
fn neurons(ids: Range<usize>, from: Range<usize>, rng: &mut Rng) -> String {
    let mut written = String::new();
    for id in ids {
        let _ = writeln!(written, "<Neuron id=\"{id}\" bias=\"{}\">", weight(rng));
        for unit in from.clone() {
            let _ = writeln!(written, "<Con from=\"{unit}\" weight=\"{}\"/>", weight(rng));
        }
        written.push_str("</Neuron>\n");
    }
    written
}

fn weight(rng: &mut Rng) -> f64 {
    rng.f64() * 2.0 - 1.0
}
