//! A tree as the elements of a nugget's `RuleTreeModel`.

use satsuma_stream::{Element, Value};

use super::number::{decimal, fifteen, shortest};
use super::{Algorithm, Prediction, Test, TestValues, TrainedTree, TreeNode};
use crate::builders::header::of_scalar;

/// The package of the classes of models.
const MODELS: &str = "com.spss.clementine.component.model.";

/// The structures of the model, in Modeler's order.
pub(super) fn structures(tree: &TrainedTree) -> Vec<Element> {
    let is_c5 = tree.algorithm == Algorithm::C5;
    let flag = |value: bool| if value { "true" } else { "false" };
    let leaves = [
        ("binaryModel", flag(!is_c5)),
        ("groupSymbolics", flag(!is_c5)),
        ("estimatedAccuracy", "0.0"),
        ("allowsFrequencies", flag(is_c5)),
        ("allowsSurrogates", "false"),
        ("useCrossValidation", "false"),
        ("crossValidationMean", "100.0"),
        ("crossValidationSE", "100.0"),
        ("builtWithC5", flag(is_c5)),
    ];
    let mut structures: Vec<Element> =
        leaves.iter().map(|(name, text)| Element::new(*name).with_text(text)).collect();
    if is_c5 {
        structures.push(usage(tree));
    }
    let writer = Writer { tree, order: category_order(tree) };
    if let Some(root) = tree.nodes.first() {
        structures.push(writer.node(Element::new("root").with_attr("class", class("Rule")), root, None));
    }
    structures
}

/// How many training records meet a test of each field.
fn usage(tree: &TrainedTree) -> Element {
    let inputs = tree.used_inputs().into_iter().filter_map(|input| tree.inputs.get(input));
    let inputs = inputs.map(|input| {
        Element::new("input")
            .with_leaf("name", &input.field.name)
            .with_leaf("attributeUsage", &decimal(input.usage.unwrap_or_default()))
    });
    Element::new("attributeUsageAnalysis").with_children(inputs)
}

/// The order in which frequencies are listed: C5.0 lists the rarest category of the root first.
fn category_order(tree: &TrainedTree) -> Vec<usize> {
    let counts = tree.nodes.first().map(|root| root.counts.as_slice()).unwrap_or_default();
    let mut order: Vec<usize> = (0..counts.len()).collect();
    if tree.algorithm == Algorithm::C5 {
        let count = |at: &usize| counts.get(*at).copied().unwrap_or_default();
        order.sort_by(|one, two| count(one).total_cmp(&count(two)));
    }
    order
}

struct Writer<'a> {
    tree: &'a TrainedTree,
    order: Vec<usize>,
}

impl Writer<'_> {
    /// A node below its parent.
    fn child(&self, node: &TreeNode, parent: &TreeNode) -> Element {
        let element = Element::new("child").with_attr("class", class("DecisionRuleNode"));
        self.node(element, node, Some(parent))
    }

    /// A leaf has one child, which repeats it.
    fn node(&self, element: Element, node: &TreeNode, parent: Option<&TreeNode>) -> Element {
        let children = match node.children.is_empty() {
            true => vec![self.repeated(node)],
            false => self.tree.children(node).map(|child| self.child(child, node)).collect(),
        };
        let has_numbers = self.tree.algorithm == Algorithm::C5 || self.tree.categories.is_none();
        let id = if has_numbers { "-1".to_owned() } else { node.id.to_string() };
        let biggest = match self.tree.algorithm {
            Algorithm::C5 => None,
            _ => self.tree.biggest_child(node),
        };
        let effect = match (node.prediction, parent.map(|parent| parent.prediction)) {
            (Prediction::Number { mean, .. }, Some(Prediction::Number { mean: before, .. })) => {
                rounded(mean) - rounded(before)
            }
            _ => 0.0,
        };
        let element = element.with_child(Element::new("children").with_children(children));
        let element = self.numbers(element, node, effect).with_leaf("id", &id);
        let element = element.with_children(self.modal_value(node)).with_child(self.frequencies(node));
        let biggest = biggest.map_or_else(|| "-1".to_owned(), |at| at.to_string());
        let condition = parent.map(|_| self.condition(node));
        element.with_leaf("biggestChild", &biggest).with_children(condition)
    }

    /// The child of a leaf.
    fn repeated(&self, node: &TreeNode) -> Element {
        let element = Element::new("child").with_attr("class", class("DecisionRuleNode"));
        let element = self.numbers(element.with_child(Element::new("children")), node, 0.0);
        let modal = self.modal_value(node).filter(|_| self.tree.algorithm != Algorithm::C5);
        element
            .with_leaf("id", "-1")
            .with_children(modal)
            .with_child(self.frequencies(node))
            .with_leaf("biggestChild", "-1")
            .with_child(Element::new("condition").with_attr("class", class("TrueCondition")))
    }

    fn numbers(&self, element: Element, node: &TreeNode, effect: f64) -> Element {
        let mean = match node.prediction {
            Prediction::Number { mean, .. } => rounded(mean),
            Prediction::Category(_) => 0.0,
        };
        element
            .with_child(self.predicted(node).to_element("result"))
            .with_leaf("recordCount", &decimal(node.records))
            .with_leaf("accuracy", &decimal(node.accuracy))
            .with_leaf("mean", &decimal(mean))
            .with_leaf("effect", &decimal(effect))
    }

    fn predicted(&self, node: &TreeNode) -> Value {
        match node.prediction {
            Prediction::Number { mean, .. } => Value::Real(rounded(mean)),
            Prediction::Category(at) => {
                let category = self.tree.categories.as_ref().and_then(|categories| categories.get(at));
                category.map_or_else(|| Value::Text(String::new()), of_scalar)
            }
        }
    }

    fn modal_value(&self, node: &TreeNode) -> Option<Element> {
        self.tree.categories.as_ref().map(|_| self.predicted(node).to_element("modalValue"))
    }

    /// The records of each category. C5.0 lists none for a node without records.
    fn frequencies(&self, node: &TreeNode) -> Element {
        let categories = self.tree.categories.as_deref().unwrap_or_default();
        let is_listed = self.tree.algorithm != Algorithm::C5 || node.records > 0.0;
        let entries = self.order.iter().filter(|_| is_listed).filter_map(|at| {
            let (category, count) = (categories.get(*at)?, node.counts.get(*at)?);
            let letter = if count.fract() == 0.0 { "I" } else { "D" };
            let frequency = Element::new("frequency").with_attr("type", letter).with_text(&shortest(*count));
            Some(
                Element::new("entry")
                    .with_child(of_scalar(category).to_element("value"))
                    .with_child(frequency),
            )
        });
        Element::new("frequencyAnalysis").with_children(entries)
    }

    /// The condition of a node: its test, or its test and its surrogates.
    fn condition(&self, node: &TreeNode) -> Element {
        let condition = Element::new("condition");
        match node.tests.as_slice() {
            [] => condition.with_attr("class", class("TrueCondition")),
            [test] => self.test(condition, test),
            tests => {
                let tests = tests.iter().map(|test| self.test(Element::new("child"), test)).collect();
                logical(condition, tests, "surrogate")
            }
        }
    }

    fn test(&self, element: Element, test: &Test) -> Element {
        let field = self.tree.input_name(test.input);
        if !test.missing {
            return values(element, field, &test.values);
        }
        let missing = |element: Element| {
            let element = element.with_attr("class", class("MissingCondition"));
            element.with_leaf("field", field).with_leaf("op", "IS MISSING")
        };
        match &test.values {
            TestValues::In(none) if none.is_empty() => missing(element),
            of => logical(
                element,
                vec![values(Element::new("child"), field, of), missing(Element::new("child"))],
                "or",
            ),
        }
    }
}

fn values(element: Element, field: &str, values: &TestValues) -> Element {
    let simple = |element: Element, op: &str, value: Value| {
        element
            .with_attr("class", class("SimpleCondition"))
            .with_leaf("field", field)
            .with_leaf("op", op)
            .with_child(value.to_element("value"))
    };
    match values {
        TestValues::Equal(value) => simple(element, "equal", of_scalar(value)),
        TestValues::In(values) => {
            let list = Element::new("values");
            let list = list.with_children(values.iter().map(|value| of_scalar(value).to_element("value")));
            element
                .with_attr("class", class("SimpleSetCondition"))
                .with_leaf("op", "in")
                .with_child(list)
                // Twice, as in stored nuggets.
                .with_leaf("field", field)
                .with_leaf("field", field)
        }
        TestValues::Interval { above, to } => {
            let above = above.map(|limit| ("greaterThan", limit));
            let mut limits = above.into_iter().chain(to.map(|limit| ("lessOrEqual", limit)));
            match (limits.next(), limits.next()) {
                (None, _) => element.with_attr("class", class("TrueCondition")),
                (Some((op, limit)), None) => simple(element, op, threshold(limit)),
                (Some(above), Some(to)) => {
                    let one = |(op, limit): (&str, f64)| simple(Element::new("child"), op, threshold(limit));
                    logical(element, vec![one(above), one(to)], "and")
                }
            }
        }
    }
}

fn logical(element: Element, children: Vec<Element>, op: &str) -> Element {
    element
        .with_attr("class", class("LogicalCondition"))
        .with_child(Element::new("children").with_children(children))
        .with_leaf("op", op)
}

/// A limit: whole numbers are integers.
fn threshold(limit: f64) -> Value {
    /// Whole numbers up to this are exact in both types.
    const EXACT: f64 = 2_147_483_647.0;
    match limit.fract() == 0.0 && limit.abs() <= EXACT {
        true => Value::Integer(limit as i32),
        false => Value::Real(limit),
    }
}

/// A mean as stored nuggets show it: they got it from the PMML, with its fifteen digits.
fn rounded(mean: f64) -> f64 {
    fifteen(mean).parse().unwrap_or(mean)
}

fn class(name: &str) -> String {
    format!("{MODELS}{name}")
}
