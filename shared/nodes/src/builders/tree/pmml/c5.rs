//! The form of C5.0. Records with missing values follow all branches with a part of their weight.

use satsuma_columns::Field;
use satsuma_stream::Element;

use super::super::number::{decimal, shortest};
use super::super::{Test, TestValues, TrainedTree, TreeNode};
use super::{data_type, kind, members, schema, score, simple, text};

/// How records with missing values are scored.
const MISSING: &str = "weightedConfidence";

/// The fields that the tree tests, and the target.
pub(super) fn dictionary(tree: &TrainedTree) -> Element {
    let used = tree.used_inputs();
    let inputs = used.iter().filter_map(|input| tree.inputs.get(*input)).map(|input| &input.field);
    Element::new("DataDictionary")
        .with_attr("numberOfFields", (used.len() + 1).to_string())
        .with_children(inputs.chain([&tree.target]).map(data_field))
}

fn data_field(field: &Field) -> Element {
    let storage = if field.storage.is_numeric() { "numeric" } else { field.storage.name() };
    let yes = field.values.true_value().map(|yes| extension("flagTypeTrueValue", &text(yes)));
    let values = members(field).into_iter();
    let values =
        values.map(|value| Element::new("Value").with_attr("property", "valid").with_attr("value", value));
    Element::new("DataField")
        .with_attr("dataType", data_type(field))
        .with_attr("name", field.name.as_str())
        .with_attr("optype", kind(field))
        .with_child(extension("storageType", storage))
        .with_children(yes)
        .with_children(values)
}

pub(super) fn model(tree: &TrainedTree, name: &str) -> Element {
    Element::new("TreeModel")
        .with_attr("algorithmName", tree.algorithm.pmml_name())
        .with_attr("functionName", "classification")
        .with_attr("missingValueStrategy", MISSING)
        .with_attr("modelName", name)
        .with_child(extension("missingValueStrategy", MISSING))
        .with_child(schema(tree))
        .with_children(tree.nodes.first().map(|root| node(tree, root, true)))
}

fn node(tree: &TrainedTree, node: &TreeNode, is_root: bool) -> Element {
    let default = node.default_child.and_then(|at| node.children.get(at)).and_then(|at| tree.nodes.get(*at));
    let element = match default {
        Some(child) => Element::new("Node").with_attr("defaultChild", child.id.to_string()),
        None => Element::new("Node"),
    };
    let position = node.default_child.map(|at| extension("defaultChild", &at.to_string()));
    let predicate = match node.tests.first() {
        Some(test) if !is_root => predicate(tree, test),
        _ => Element::new("True"),
    };
    element
        .with_attr("id", node.id.to_string())
        .with_attr("recordCount", shortest(node.records))
        .with_attr("score", score(tree, node))
        .with_children(position)
        .with_child(predicate)
        .with_children(distribution(tree, node))
        .with_children(tree.children(node).map(|child| self::node(tree, child, false)))
}

/// The records of each category: their share, and the confidence with Laplace's correction; 0 for none.
fn distribution(tree: &TrainedTree, node: &TreeNode) -> Vec<Element> {
    let categories = tree.categories.as_deref().unwrap_or_default();
    let total = categories.len() as f64 + node.records;
    let entries = categories.iter().zip(&node.counts).map(|(category, count)| {
        let (confidence, share) = match *count > 0.0 {
            true => ((count + 1.0) / total, count / node.records),
            false => (0.0, 0.0),
        };
        Element::new("ScoreDistribution")
            .with_attr("confidence", decimal(confidence))
            .with_attr("probability", decimal(share))
            .with_attr("recordCount", shortest(*count))
            .with_attr("value", text(category))
    });
    entries.collect()
}

fn predicate(tree: &TrainedTree, test: &Test) -> Element {
    let field = tree.input_name(test.input);
    match &test.values {
        TestValues::Equal(value) => simple(field, "equal", &text(value)),
        TestValues::In(values) => {
            let quoted = values.iter().map(|value| {
                let escaped = text(value).replace('\\', "\\\\").replace('"', "\\\"");
                format!("\"{escaped}\"")
            });
            let array = Element::new("Array").with_attr("n", values.len().to_string());
            let array = array.with_attr("type", "string");
            Element::new("SimpleSetPredicate")
                .with_attr("booleanOperator", "isIn")
                .with_attr("field", field)
                .with_child(array.with_text(&quoted.collect::<Vec<_>>().join(" ")))
        }
        TestValues::Interval { above, to } => match (above, to) {
            (Some(limit), None) => simple(field, "greaterThan", &shortest(*limit)),
            (None, Some(limit)) => simple(field, "lessOrEqual", &shortest(*limit)),
            (None, None) => Element::new("True"),
            (Some(above), Some(to)) => Element::new("CompoundPredicate")
                .with_attr("booleanOperator", "and")
                .with_child(simple(field, "greaterThan", &shortest(*above)))
                .with_child(simple(field, "lessOrEqual", &shortest(*to))),
        },
    }
}

fn extension(name: &str, value: &str) -> Element {
    Element::new("Extension").with_attr("extender", "spss").with_attr("name", name).with_attr("value", value)
}
