//! The form of CHAID, C&R Tree and QUEST, with IBM's `X-` extensions.
//!
//! A record with a missing value is unknown to a test. Then the surrogates of the split decide, and last a constant:
//! true at the default child. Where a test of the split accepts missing values, no record is unknown, and the
//! constant is false at all children. (Modeler writes true at the default child even there. Read literally, records
//! with missing values would then go to the default child, although they trained the other one.)

use satsuma_columns::{Field, Storage};
use satsuma_stream::Element;

use super::super::number::{fifteen, shortest};
use super::super::{Prediction, Test, TestValues, TrainedTree, TreeNode};
use super::{kind, members, schema, score, simple, text};

/// All inputs and the target, whether the tree tests them or not.
pub(super) fn dictionary(tree: &TrainedTree) -> Element {
    let fields = tree.inputs.iter().map(|input| &input.field).chain([&tree.target]);
    Element::new("DataDictionary")
        .with_attr("numberOfFields", (tree.inputs.len() + 1).to_string())
        .with_children(fields.map(data_field))
}

fn data_field(field: &Field) -> Element {
    // All numbers are real.
    let data_type = if field.storage.is_numeric() { "double" } else { super::data_type(field) };
    let values = members(field).into_iter().map(|value| {
        let element = Element::new("Value");
        let element = match value.is_empty() {
            true => element,
            false => element.with_attr("displayValue", value.as_str()),
        };
        element.with_attr("property", "valid").with_attr("value", value)
    });
    Element::new("DataField")
        .with_attr("dataType", data_type)
        .with_attr("displayName", field.name.as_str())
        .with_attr("isCyclic", "0")
        .with_attr("name", field.name.as_str())
        .with_attr("optype", kind(field))
        .with_children(values)
}

pub(super) fn model(tree: &TrainedTree) -> Element {
    let function = if tree.categories.is_some() { "classification" } else { "regression" };
    let risk = tree.risk.map(|risk| {
        Element::new("Extension")
            .with_attr("extender", "spss.com")
            .with_child(Element::new("X-risk").with_attr("value", fifteen(risk.value)))
            .with_child(Element::new("X-seOfRisk").with_attr("value", fifteen(risk.error)))
    });
    Element::new("TreeModel")
        .with_attr("algorithmName", tree.algorithm.pmml_name())
        .with_attr("functionName", function)
        .with_children(risk)
        .with_child(schema(tree))
        .with_child(outputs(tree))
        .with_child(statistics(tree))
        .with_children(tree.nodes.first().map(|root| node(tree, root, None, false)))
        .with_child(Element::new("Extension").with_child(priors(tree)))
}

/// The fields that the model adds.
fn outputs(tree: &TrainedTree) -> Element {
    let (prefix, target) = (tree.algorithm.prefix(), &tree.target);
    let output = |name: String, feature: &str, data_type: &str| {
        Element::new("OutputField")
            .with_attr("dataType", data_type)
            .with_attr("feature", feature)
            .with_attr("name", name)
    };
    let data_type = if target.storage == Storage::String { "string" } else { "double" };
    let mut outputs = vec![output(format!("{prefix}-{}", target.name), "predictedValue", data_type)];
    if let Some(categories) = &tree.categories {
        outputs.push(output(format!("{prefix}P-{}", target.name), "probability", "double"));
        outputs.extend(categories.iter().map(text).map(|category| {
            let name = format!("{prefix}P-{category}");
            output(name, "probability", "double").with_attr("value", category)
        }));
    }
    outputs.push(output(format!("{prefix}I-{}", target.name), "entityId", "integer"));
    Element::new("Output").with_children(outputs)
}

/// Counts of the fields that the tree tests.
fn statistics(tree: &TrainedTree) -> Element {
    let total = tree.nodes.first().map(|root| root.records).unwrap_or_default();
    let inputs = tree.used_inputs().into_iter().filter_map(|input| tree.inputs.get(input));
    let inputs = inputs.map(|input| {
        let counts = Element::new("Counts")
            .with_attr("invalidFreq", "0")
            .with_attr("missingFreq", "0")
            .with_attr("totalFreq", shortest(total));
        let info = input.range.map(|(low, high)| {
            let info = Element::new("NumericInfo").with_attr("maximum", fifteen(high));
            info.with_attr("minimum", fifteen(low))
        });
        Element::new("UnivariateStats")
            .with_attr("field", input.field.name.as_str())
            .with_child(counts)
            .with_children(info)
    });
    Element::new("ModelStats").with_children(inputs)
}

fn priors(tree: &TrainedTree) -> Element {
    let element = Element::new("X-TreeModel");
    let Some(categories) = &tree.categories else { return element };
    let priors = categories.iter().zip(&tree.priors).map(|(category, prior)| {
        let prior = Element::new("X-Prior-Value").with_attr("value", fifteen(*prior));
        prior.with_attr("targetCategory", text(category))
    });
    element.with_child(Element::new("X-Priors").with_children(priors))
}

/// A node; `last` is the constant behind its tests.
fn node(tree: &TrainedTree, node: &TreeNode, tests: Option<&[Test]>, last: bool) -> Element {
    let default = node.default_child.and_then(|at| node.children.get(at)).and_then(|at| tree.nodes.get(*at));
    let element = match default {
        Some(child) => Element::new("Node").with_attr("defaultChild", child.id.to_string()),
        None => Element::new("Node"),
    };
    let accepts_missing = tree.children(node).flat_map(|child| &child.tests).any(|test| test.missing);
    let children = tree.children(node).enumerate().map(|(at, child)| {
        let is_default = node.default_child == Some(at) && !accepts_missing;
        self::node(tree, child, Some(&child.tests), is_default)
    });
    let predicate = match tests {
        None => Element::new("True"),
        Some(tests) => {
            let predicates = tests.iter().map(|test| predicate(tree, test));
            compound("surrogate").with_children(predicates).with_child(constant(last))
        }
    };
    element
        .with_attr("id", node.id.to_string())
        .with_attr("recordCount", shortest(node.records))
        .with_attr("score", score(tree, node))
        .with_children(extension(node))
        .with_child(predicate)
        .with_children(distribution(tree, node))
        .with_children(children)
}

/// The numbers of the node and its split.
fn extension(node: &TreeNode) -> Option<Element> {
    let numbers = match node.prediction {
        Prediction::Number { mean, deviation } => {
            let numbers = Element::new("X-RegInfo").with_attr("mean", fifteen(mean));
            Some(numbers.with_attr("stdDev", fifteen(deviation)))
        }
        Prediction::Category(_) => None,
    };
    let statistics = (!node.statistics.is_empty()).then(|| {
        let element = Element::new("X-NodeStats");
        node.statistics
            .iter()
            .fold(element, |element, (name, value)| element.with_attr(*name, fifteen(*value)))
    });
    (numbers.is_some() || statistics.is_some()).then(|| {
        let inner = Element::new("X-Node").with_children(numbers).with_children(statistics);
        Element::new("Extension").with_child(inner)
    })
}

/// The records of each category, or of each tenth of the range of a continuous target.
fn distribution(tree: &TrainedTree, node: &TreeNode) -> Vec<Element> {
    let entry = |count: f64, value: String| {
        Element::new("ScoreDistribution").with_attr("recordCount", shortest(count)).with_attr("value", value)
    };
    let Some(categories) = &tree.categories else {
        return node.counts.iter().zip(0..).map(|(count, tenth)| entry(*count, format!("{tenth}"))).collect();
    };
    let share = |count: f64| if node.records > 0.0 { count / node.records } else { 0.0 };
    let entries = categories.iter().zip(&node.counts).map(|(category, count)| {
        let share = fifteen(share(*count));
        let extension = Element::new("Extension")
            .with_attr("extender", "spss.com")
            .with_attr("name", "probability")
            .with_attr("value", share.as_str());
        entry(*count, text(category))
            .with_attr("confidence", share.as_str())
            .with_attr("probability", share)
            .with_child(extension)
    });
    entries.collect()
}

fn predicate(tree: &TrainedTree, test: &Test) -> Element {
    let field = tree.input_name(test.input);
    let missing = test.missing.then(|| {
        Element::new("SimplePredicate").with_attr("field", field).with_attr("operator", "isMissing")
    });
    let mut passing: Vec<Element> = match &test.values {
        TestValues::Equal(value) => vec![simple(field, "equal", &text(value))],
        TestValues::In(values) => values.iter().map(|value| simple(field, "equal", &text(value))).collect(),
        TestValues::Interval { above, to } => {
            let above = above.map(|limit| simple(field, "greaterThan", &shortest(limit)));
            let to = to.map(|limit| simple(field, "lessOrEqual", &shortest(limit)));
            if missing.is_none() || (above.is_some() && to.is_some()) {
                let limits = [above, to].map(|limit| limit.unwrap_or_else(|| constant(true)));
                let both = compound("and").with_children(limits);
                match missing {
                    None => return both,
                    Some(_) => vec![both],
                }
            } else {
                above.into_iter().chain(to).collect()
            }
        }
    };
    passing.splice(0..0, missing);
    if passing.len() < 2 {
        passing.push(constant(false));
    }
    compound("or").with_children(passing)
}

fn compound(operator: &str) -> Element {
    Element::new("CompoundPredicate").with_attr("booleanOperator", operator)
}

fn constant(value: bool) -> Element {
    Element::new(if value { "True" } else { "False" })
}
