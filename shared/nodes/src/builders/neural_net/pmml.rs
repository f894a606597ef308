//! A net as PMML (NeuralNetwork), in the form that Modeler writes.

use satsuma_columns::{Field, Scalar, Storage};
use satsuma_mining::neural::{Answer, Layer, Network};
use satsuma_stream::Element;

use super::prepared::{Coding, Prepared};
use crate::builders::columns::Column;
use crate::builders::header::{APPLICATION, number, of_scalar};

/// The document.
pub(super) fn document(columns: &[Column], prepared: &Prepared, network: &Network) -> Element {
    let application =
        Element::new("Application").with_attr("name", APPLICATION.0).with_attr("version", APPLICATION.1);
    let target = columns.last();
    let inputs = || prepared.inputs.iter().filter_map(|(at, coding)| Some((columns.get(*at)?, coding)));
    let all = || inputs().chain(target.map(|column| (column, &prepared.target)));
    let dictionary = Element::new("DataDictionary")
        .with_attr("numberOfFields", all().count().to_string())
        .with_children(all().map(|(column, coding)| data_field(&column.field, coding)));
    let derived = all().flat_map(|(column, coding)| derived(&column.field.name, coding));
    Element::new("PMML")
        .with_attr("version", "4.3")
        .with_attr("xmlns", "http://www.dmg.org/PMML-4_3")
        .with_child(Element::new("Header").with_attr("copyright", "").with_child(application))
        .with_child(dictionary)
        .with_child(Element::new("TransformationDictionary").with_children(derived))
        .with_child(net(columns, prepared, network))
}

fn data_field(field: &Field, coding: &Coding) -> Element {
    let data_type = match (field.storage, coding) {
        (_, Coding::Number { .. }) => "double",
        (Storage::Integer, _) => "integer",
        (Storage::Real, _) => "double",
        (Storage::Date, _) => "date",
        (Storage::Time, _) => "time",
        (Storage::Timestamp, _) => "dateTime",
        _ => "string",
    };
    let element = Element::new("DataField")
        .with_attr("dataType", data_type)
        .with_attr("displayName", field.name.as_str())
        .with_attr("name", field.name.as_str());
    match coding {
        Coding::Number { .. } => element.with_attr("optype", "continuous"),
        Coding::Categories(categories) => {
            let value = |category: &Scalar| Element::new("Value").with_attr("value", text(category));
            element.with_attr("optype", "categorical").with_children(categories.iter().map(value))
        }
    }
}

/// The names of the units of a field.
fn units(field: &str, coding: &Coding) -> Vec<String> {
    match coding {
        Coding::Number { .. } => vec![format!("{field}Norm")],
        Coding::Categories(categories) => {
            (0..categories.len()).map(|number| format!("{field}Value{number}")).collect()
        }
    }
}

fn derived(field: &str, coding: &Coding) -> Vec<Element> {
    let element = |name: &str, kind: &str| {
        Element::new("DerivedField")
            .with_attr("dataType", "double")
            .with_attr("name", name)
            .with_attr("optype", kind)
    };
    let names = units(field, coding);
    match coding {
        Coding::Number { mean, deviation, limits } => {
            let norm = |value: f64| {
                Element::new("LinearNorm")
                    .with_attr("norm", number((value - mean) / deviation))
                    .with_attr("orig", number(value))
            };
            let norms = Element::new("NormContinuous")
                .with_attr("field", field)
                .with_child(norm(limits.0))
                .with_child(norm(limits.1));
            names.iter().map(|name| element(name, "continuous").with_child(norms.clone())).collect()
        }
        Coding::Categories(categories) => {
            let derived = names.iter().zip(categories).map(|(name, category)| {
                let norm =
                    Element::new("NormDiscrete").with_attr("field", field).with_attr("value", text(category));
                element(name, "categorical").with_child(norm)
            });
            derived.collect()
        }
    }
}

fn net(columns: &[Column], prepared: &Prepared, network: &Network) -> Element {
    let target = columns.last().map(|column| column.field.name.as_str()).unwrap_or_default();
    let used = prepared.inputs.iter().filter_map(|(at, _)| columns.get(*at));
    let schema = used.map(|column| Element::new("MiningField").with_attr("name", column.field.name.as_str()));
    let predicted = Element::new("MiningField").with_attr("name", target).with_attr("usageType", "predicted");
    let function = if prepared.is_categorical { "classification" } else { "regression" };
    let of_unit = |name: &str| {
        let reference = Element::new("FieldRef").with_attr("field", name);
        Element::new("DerivedField")
            .with_attr("dataType", "double")
            .with_attr("optype", "continuous")
            .with_child(reference)
    };
    let names = prepared.inputs.iter().filter_map(|(at, coding)| Some((columns.get(*at)?, coding)));
    let names: Vec<String> = names.flat_map(|(column, coding)| units(&column.field.name, coding)).collect();
    let inputs = names.iter().enumerate().map(|(id, name)| {
        Element::new("NeuralInput").with_attr("id", id.to_string()).with_child(of_unit(name))
    });
    let inputs = Element::new("NeuralInputs")
        .with_attr("numberOfInputs", names.len().to_string())
        .with_children(inputs);
    let mut element = Element::new("NeuralNetwork")
        .with_attr("activationFunction", "tanh")
        .with_attr("algorithmName", "MLP")
        .with_attr("functionName", function)
        .with_child(Element::new("MiningSchema").with_children(schema).with_child(predicted))
        .with_child(inputs);
    let mut first = 0;
    for (at, layer) in network.layers.iter().enumerate() {
        let mut neurons = neurons(layer, first);
        if at + 1 == network.layers.len() {
            neurons.set_attr("activationFunction", "identity");
            if network.answer == Answer::Categories {
                neurons.set_attr("normalizationMethod", "softmax");
            }
        }
        element = element.with_child(neurons);
        first += layer.inputs;
    }
    let outputs = units(target, &prepared.target).into_iter().enumerate().map(|(at, name)| {
        Element::new("NeuralOutput")
            .with_attr("outputNeuron", (first + at).to_string())
            .with_child(of_unit(&name))
    });
    element.with_child(Element::new("NeuralOutputs").with_children(outputs))
}

/// A layer whose inputs have the numbers from `first` on.
fn neurons(layer: &Layer, first: usize) -> Element {
    let neurons = layer.rows().enumerate().map(|(at, (weights, bias))| {
        let connections = weights.iter().enumerate().map(|(from, weight)| {
            Element::new("Con")
                .with_attr("from", (first + from).to_string())
                .with_attr("weight", number(*weight))
        });
        Element::new("Neuron")
            .with_attr("bias", number(bias))
            .with_attr("id", (first + layer.inputs + at).to_string())
            .with_children(connections)
    });
    Element::new("NeuralLayer").with_attr("numberOfNeurons", layer.neurons.to_string()).with_children(neurons)
}

fn text(category: &Scalar) -> String {
    of_scalar(category).text()
}
