//! Rules as the nugget stores them: a header with their extremes, and a side file with the rules.

use satsuma_columns::DataModel;
use satsuma_engine::{NodeError, NodeRun};
use satsuma_mining::association::Rule;
use satsuma_stream::nodes::OutputRole;
use satsuma_stream::{Element, Measure, ModelContent, NewNugget, Storage, Value};

use super::Apriori;
use super::items::Items;
use crate::builders::header::{self, of_scalar, output};

/// The package of the classes of models.
const MODELS: &str = "com.spss.clementine.component.model.";

impl Apriori {
    /// The nugget of some rules, which were found in this many records.
    ///
    /// # Errors
    /// If a field or value holds a character that XML cannot carry.
    pub(super) fn nugget(
        &self,
        model: &DataModel,
        items: &Items,
        rules: &[Rule],
        records: usize,
        run: &NodeRun,
    ) -> Result<NewNugget, NodeError> {
        let name = self.name(items);
        let outputs = vec![
            output(format!("$A-{name}-1"), Storage::String, Measure::Set, OutputRole::PredictedValue),
            output(format!("$AC-{name}-1"), Storage::Real, Measure::Range, OutputRole::Probability),
            output("$A-Rule_ID-1".to_owned(), Storage::Integer, Measure::Range, OutputRole::EntityId),
        ];
        let outputs = match &self.builder.refreshed {
            Some(refreshed) if refreshed.name == name => refreshed.outputs.clone(),
            _ => outputs,
        };
        let id = self.basket.as_ref().and_then(|basket| model.field(&basket.id));
        let inputs = id.into_iter().chain(items.fields()).collect::<Vec<_>>();
        let header = header::header(name, "Apriori", &inputs, outputs, run);
        let contents = file(items, rules, self.basket.is_some())?;
        let contents = vec![("rules".to_owned(), ModelContent::Bytes(contents))];
        Ok(self.builder.nugget(header, contents, self.structures(items, rules, records), run))
    }

    /// The structures of the model beside its rules.
    fn structures(&self, items: &Items, rules: &[Rule], records: usize) -> Vec<Element> {
        let mut structures = extremes(rules, records);
        let (content, id) =
            self.basket.as_ref().map_or(("", ""), |basket| (basket.content.as_str(), basket.id.as_str()));
        structures.push(Element::new("contentFieldName").with_text(content));
        structures.push(Element::new("transactionFieldName").with_text(id));
        let values = items.fields().first().filter(|_| self.basket.is_some());
        let values = values.into_iter().flat_map(|field| field.values.members());
        let types = values.map(|value| of_scalar(&value).to_element("type"));
        structures.push(Element::new("types").with_children(types));
        structures
    }
}

/// A number of a rule.
type Measured = fn(&Rule) -> f64;

/// The lowest and the highest measures of the rules.
fn extremes(rules: &[Rule], records: usize) -> Vec<Element> {
    let leaf = |name: &str, text: String| Element::new(name).with_text(&text);
    let measures: [(&str, Measured); 5] = [
        ("Support", |rule| rounded(rule.support())),
        ("Confidence", |rule| rounded(rule.confidence())),
        ("Lift", Rule::lift),
        ("Deployability", Rule::deployability),
        ("RuleSupport", |rule| rounded(rule.rule_support())),
    ];
    let mut structures = vec![leaf("transactionCount", records.to_string())];
    for (name, measure) in measures {
        let values = rules.iter().map(measure);
        let extremes = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        structures.push(leaf(&format!("minimum{name}"), number(extremes.0)));
        structures.push(leaf(&format!("maximum{name}"), number(extremes.1)));
    }
    structures.push(leaf("ruleID", "true".to_owned()));
    structures
}

/// The side file: rules one after the other, without a root.
fn file(items: &Items, rules: &[Rule], is_transactional: bool) -> Result<Vec<u8>, NodeError> {
    let mut all = Element::new("rules");
    for (at, rule) in rules.iter().enumerate() {
        all.push_child(element(items, rule, at + 1, is_transactional));
    }
    let document = all.to_xml().map_err(|error| NodeError::Model(error.to_string()))?;
    let document = String::from_utf8_lossy(&document);
    let inside = document.split_once("<rules>").and_then(|(_, rest)| rest.rsplit_once("</rules>"));
    Ok(inside.map_or(String::new(), |(inside, _)| inside.trim().to_owned()).into_bytes())
}

fn element(items: &Items, rule: &Rule, number_of_rule: usize, is_transactional: bool) -> Element {
    let condition = |name: &str, item: usize| {
        let (field, value) = match items.get(item) {
            // An item of a transaction is the true value of a flag of its name.
            Some((_, value)) if is_transactional => (of_scalar(value).text(), Value::Text("T".to_owned())),
            Some((field, value)) => (field.name.clone(), of_scalar(value)),
            None => return Element::new(name),
        };
        Element::new(name)
            .with_attr("class", format!("{MODELS}SimpleCondition"))
            .with_attr("name", field.as_str())
            .with_leaf("field", &field)
            .with_leaf("op", "equal")
            .with_child(value.to_element("value"))
    };
    let children = rule.antecedents.iter().map(|item| condition("child", *item));
    let antecedent = Element::new("antecedent")
        .with_attr("class", format!("{MODELS}LogicalCondition"))
        .with_child(Element::new("children").with_children(children))
        .with_leaf("op", "and");
    Element::new("rule")
        .with_attr("class", format!("{MODELS}AssociationRule"))
        .with_child(antecedent)
        .with_child(condition("consequent", rule.consequent))
        .with_leaf("support", &number(rounded(rule.support())))
        .with_leaf("instances", &rule.with_antecedents.to_string())
        .with_leaf("confidence", &number(rounded(rule.confidence())))
        .with_leaf("lift", &number(rule.lift()))
        .with_leaf("deployability", &number(rule.deployability()))
        .with_leaf("ruleSupport", &number(rounded(rule.rule_support())))
        .with_leaf("ruleId", &number_of_rule.to_string())
}

/// A share in percent as Modeler hands it on: with 15 decimals. All 557 rules of public streams have such shares.
fn rounded(value: f64) -> f64 {
    format!("{value:.15}").parse().unwrap_or(value)
}

/// The shortest digits that read back as the same number.
fn number(value: f64) -> String {
    format!("{value:?}")
}
