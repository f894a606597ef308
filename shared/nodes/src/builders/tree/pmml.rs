//! A tree as PMML (TreeModel), in the two forms that Modeler writes: one for C5.0, one for all others.

mod c5;
mod framework;

use satsuma_columns::{Field, Measure, Scalar, Storage};
use satsuma_stream::Element;

use super::{Algorithm, TrainedTree, TreeNode};
use crate::builders::header::{APPLICATION, of_scalar};

/// The document. `name` is that of the model.
pub(super) fn document(tree: &TrainedTree, name: &str) -> Element {
    let application =
        Element::new("Application").with_attr("name", APPLICATION.0).with_attr("version", APPLICATION.1);
    let (version, dictionary, model) = match tree.algorithm {
        Algorithm::C5 => ("4.2", c5::dictionary(tree), c5::model(tree, name)),
        _ => ("4.3", framework::dictionary(tree), framework::model(tree)),
    };
    Element::new("PMML")
        .with_attr("version", version)
        .with_attr("xmlns", format!("http://www.dmg.org/PMML-{}", version.replace('.', "_")))
        .with_child(Element::new("Header").with_attr("copyright", "").with_child(application))
        .with_child(dictionary)
        .with_child(model)
}

/// The fields of the model: those that it tests, and the target.
fn schema(tree: &TrainedTree) -> Element {
    let fields = tree.used_inputs().into_iter().filter_map(|input| tree.inputs.get(input)).map(|input| {
        let field = mining_field(&input.field, "active");
        match input.importance {
            Some(importance) => field.with_attr("importance", significant(importance)),
            None => field,
        }
    });
    let target = mining_field(&tree.target, "predicted");
    Element::new("MiningSchema").with_children(fields).with_child(target)
}

fn mining_field(field: &Field, usage: &str) -> Element {
    Element::new("MiningField").with_attr("name", field.name.as_str()).with_attr("usageType", usage)
}

/// Six significant digits.
fn significant(share: f64) -> String {
    /// Decimals of a share: its first digit is rarely more than two places behind the point.
    const DECIMALS: f64 = 1e8;
    let digits = if share > 0.0 { 5 - share.log10().floor() as i32 } else { 0 };
    let scale = 10_f64.powi(digits.clamp(0, 8)).min(DECIMALS);
    super::number::shortest((share * scale).round() / scale)
}

/// The kind of a field in a dictionary.
fn kind(field: &Field) -> &'static str {
    match field.measure {
        Measure::Range => "continuous",
        Measure::OrderedSet => "ordinal",
        _ => "categorical",
    }
}

/// The data type of a field.
fn data_type(field: &Field) -> &'static str {
    match field.storage {
        Storage::Integer => "integer",
        Storage::Real => "double",
        Storage::Date => "date",
        Storage::Time => "time",
        Storage::Timestamp => "dateTime",
        _ => "string",
    }
}

/// The values of a categorical field.
fn members(field: &Field) -> Vec<String> {
    match field.measure {
        Measure::Range => Vec::new(),
        _ => field.values.members().iter().map(text).collect(),
    }
}

/// What a node predicts, as an attribute.
fn score(tree: &TrainedTree, node: &TreeNode) -> String {
    match node.prediction {
        super::Prediction::Number { mean, .. } => super::number::fifteen(mean),
        super::Prediction::Category(at) => {
            let category = tree.categories.as_ref().and_then(|categories| categories.get(at));
            category.map(text).unwrap_or_default()
        }
    }
}

fn simple(field: &str, operator: &str, value: &str) -> Element {
    let predicate = Element::new("SimplePredicate").with_attr("field", field).with_attr("operator", operator);
    predicate.with_attr("value", value)
}

/// A value; real numbers that are whole have no decimal point.
fn text(value: &Scalar) -> String {
    match value {
        Scalar::Real(number) => super::number::shortest(*number),
        value => of_scalar(value).text(),
    }
}
