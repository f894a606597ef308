//! A forest as PMML (MiningModel of TreeModels), in the form that Modeler writes.

use satsuma_columns::{Field, Measure, Scalar, Storage};
use satsuma_mining::forest::{Branch, ForestTarget, Tree};
use satsuma_stream::Element;

use super::Trained;
use super::inputs::{Goal, Used, UsedValues};
use crate::builders::header::{APPLICATION, of_scalar};
use crate::builders::number::plain;

/// The document.
pub(super) fn document(target: &Field, goal: &Goal, fields: &[Used], trained: &Trained) -> Element {
    let application =
        Element::new("Application").with_attr("name", APPLICATION.0).with_attr("version", APPLICATION.1);
    let inputs = fields.iter().map(|used| match &used.values {
        UsedValues::Bins { .. } => data_field(&used.field, &[]),
        UsedValues::Categories { values, .. } => data_field(&used.field, values),
    });
    let header = Element::new("Header").with_attr("copyright", "").with_attr("description", "randomTrees");
    let dictionary =
        Element::new("DataDictionary").with_attr("numberOfFields", (fields.len() + 1).to_string());
    let dictionary = dictionary.with_children(inputs).with_child(data_field(target, goal.values()));
    Element::new("PMML")
        .with_attr("version", "4.3")
        .with_attr("xmlns", "http://www.dmg.org/PMML-4_3")
        .with_child(header.with_child(application))
        .with_child(dictionary)
        .with_child(forest(target, goal, fields, trained))
}

impl Goal {
    pub(super) fn values(&self) -> &[Scalar] {
        match self {
            Self::Number => &[],
            Self::Categories(values) => values,
        }
    }

    fn function(&self) -> &'static str {
        match self {
            Self::Number => "regression",
            Self::Categories(_) => "classification",
        }
    }
}

fn data_field(field: &Field, values: &[Scalar]) -> Element {
    let data_type = match field.storage {
        Storage::Integer => "integer",
        Storage::Real => "double",
        _ => "string",
    };
    let kind = match field.measure {
        _ if values.is_empty() => "continuous",
        Measure::OrderedSet => "ordinal",
        _ => "categorical",
    };
    let value = |value| Element::new("Value").with_attr("value", text(value)).with_attr("property", "valid");
    Element::new("DataField")
        .with_attr("name", field.name.as_str())
        .with_attr("displayName", field.name.as_str())
        .with_attr("optype", kind)
        .with_attr("dataType", data_type)
        .with_children(values.iter().map(value))
}

fn schema(target: &Field, fields: &[Used]) -> Element {
    let field = |name: &str, usage: &str| {
        Element::new("MiningField").with_attr("name", name).with_attr("usageType", usage)
    };
    let input = |used: &Used| {
        let missing = match &used.values {
            UsedValues::Bins { missing, .. } => of_field(&used.field, *missing),
            UsedValues::Categories { missing, .. } => text(missing),
        };
        field(&used.field.name, "active")
            .with_attr("missingValueReplacement", missing)
            .with_attr("invalidValueTreatment", "asMissing")
    };
    Element::new("MiningSchema")
        .with_children(fields.iter().map(input))
        .with_child(field(&target.name, "predicted").with_attr("invalidValueTreatment", "asMissing"))
}

fn forest(target: &Field, goal: &Goal, fields: &[Used], trained: &Trained) -> Element {
    let method = match goal {
        Goal::Number => "average",
        Goal::Categories(_) => "majorityVote",
    };
    let segment = |(number, tree): (usize, &Tree)| {
        let model = Element::new("TreeModel")
            .with_attr("functionName", goal.function())
            .with_attr("splitCharacteristic", "binarySplit")
            .with_child(schema(target, fields))
            .with_children(node(tree, 0, Element::new("True"), goal, fields));
        Element::new("Segment")
            .with_attr("id", number.to_string())
            .with_child(Element::new("True"))
            .with_child(model)
    };
    let segments = (1..).zip(&trained.forest.trees).map(segment);
    Element::new("MiningModel")
        .with_attr("functionName", goal.function())
        .with_child(schema(target, fields))
        .with_child(Element::new("ModelStats").with_children(statistics(target, fields, trained)))
        .with_child(
            Element::new("Segmentation").with_attr("multipleModelMethod", method).with_children(segments),
        )
}

/// A node of a tree with those below it. Only leaves have a score.
fn node(tree: &Tree, at: usize, condition: Element, goal: &Goal, fields: &[Used]) -> Option<Element> {
    let of = tree.nodes.get(at)?;
    let element = Element::new("Node").with_attr("id", of.number.to_string());
    let Some((input, branch, [first, second])) = &of.split else {
        let score = match goal {
            Goal::Number => plain(of.score),
            Goal::Categories(values) => text(values.get(of.score as usize)?),
        };
        return Some(element.with_attr("score", score).with_child(condition));
    };
    let children = [
        node(tree, *first, predicate(fields.get(*input)?, branch)?, goal, fields)?,
        node(tree, *second, Element::new("True"), goal, fields)?,
    ];
    Some(element.with_child(condition).with_children(children))
}

fn predicate(used: &Used, branch: &Branch) -> Option<Element> {
    let name = used.field.name.as_str();
    match (branch, &used.values) {
        (Branch::UpTo(bin), UsedValues::Bins { cuts, .. }) => Some(
            Element::new("SimplePredicate")
                .with_attr("field", name)
                .with_attr("operator", "lessOrEqual")
                .with_attr("value", of_field(&used.field, *cuts.get(usize::from(*bin))?)),
        ),
        (Branch::In(places), UsedValues::Categories { values, .. }) => {
            let chosen = places.iter().filter_map(|place| values.get(usize::from(*place)));
            let chosen: Vec<String> = chosen.map(|value| quoted(&text(value))).collect();
            let array = Element::new("Array")
                .with_attr("n", chosen.len().to_string())
                .with_attr("type", "string")
                .with_text(&chosen.join(" "));
            Some(
                Element::new("SimpleSetPredicate")
                    .with_attr("field", name)
                    .with_attr("booleanOperator", "isIn")
                    .with_child(array),
            )
        }
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The statistics of continuous inputs, and the counts of target categories.
fn statistics(target: &Field, fields: &[Used], trained: &Trained) -> Vec<Element> {
    let total = format!("{:?}", trained.data.records() as f64);
    let of = |name: &str| {
        let counts = Element::new("Counts").with_attr("totalFreq", total.as_str());
        Element::new("UnivariateStats").with_attr("field", name).with_child(counts)
    };
    let mut all = Vec::new();
    for used in fields {
        let UsedValues::Bins { statistics, .. } = &used.values else { continue };
        let info = Element::new("NumericInfo")
            .with_attr("maximum", format!("{:?}", statistics.high))
            .with_attr("mean", format!("{:?}", statistics.mean))
            .with_attr("minimum", format!("{:?}", statistics.low))
            .with_attr("standardDeviation", format!("{:?}", statistics.deviation));
        all.push(of(&used.field.name).with_child(info));
    }
    if let ForestTarget::Categories { count, values } = &trained.data.target {
        let frequency = |category| values.iter().filter(|value| usize::from(**value) == category).count();
        let frequencies = (0..*count).map(|category| format!("{:?}", frequency(category) as f64));
        let array = Element::new("Array")
            .with_attr("n", count.to_string())
            .with_attr("type", "real")
            .with_text(&frequencies.collect::<Vec<_>>().join(" "));
        all.push(of(&target.name).with_child(Element::new("DiscrStats").with_child(array)));
    }
    all
}

/// A value as text. Reals have a decimal point.
pub(super) fn text(value: &Scalar) -> String {
    of_scalar(value).text()
}

/// A number of a field as text.
fn of_field(field: &Field, number: f64) -> String {
    match field.storage {
        Storage::Integer => plain(number),
        _ => format!("{number:?}"),
    }
}
