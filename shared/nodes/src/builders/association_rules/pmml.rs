//! Rules as PMML (AssociationModel), in the form that Modeler writes, and their report.

use std::collections::{BTreeMap, BTreeSet};

use satsuma_columns::{Scalar, Storage};
use satsuma_mining::association::BestRule;
use satsuma_stream::Element;

use super::Found;
use super::items::{Items, Kinds, Used};
use super::options::RuleSettings;
use crate::builders::header::{APPLICATION, of_scalar};

/// The document. It has the fields and items that occur in rules.
pub(super) fn document(items: &Items, found: &Found, rules: &RuleSettings) -> Element {
    let mut used: BTreeSet<usize> = BTreeSet::new();
    for rule in &found.rules {
        used.extend(rule.antecedents.iter().chain([&rule.consequent]));
    }
    let fields: BTreeSet<usize> = used.iter().filter_map(|item| number_of_field(items, *item)).collect();
    let fields: Vec<&Used> = fields.iter().filter_map(|number| items.fields.get(*number)).collect();
    let application =
        Element::new("Application").with_attr("name", APPLICATION.0).with_attr("version", APPLICATION.1);
    let header =
        Element::new("Header").with_attr("copyright", "").with_attr("description", "Association Model");
    let dictionary = Element::new("DataDictionary").with_attr("numberOfFields", fields.len().to_string());
    let document = Element::new("PMML")
        .with_attr("version", "4.3")
        .with_attr("xmlns", "http://www.dmg.org/PMML-4_3")
        .with_child(header.with_child(application))
        .with_child(dictionary.with_children(fields.iter().map(|used| data_field(used))));
    let binned: Vec<Element> = fields.iter().filter_map(|used| bins(used)).collect();
    let document = match binned.is_empty() {
        true => document,
        false => document.with_child(Element::new("TransformationDictionary").with_children(binned)),
    };
    document.with_child(model(items, &fields, &used, found, rules))
}

fn number_of_field(items: &Items, item: usize) -> Option<usize> {
    let (used, _) = items.find(item)?;
    items.fields.iter().position(|other| other.field.name == used.field.name)
}

fn data_field(used: &Used) -> Element {
    let field = &used.field;
    let (data_type, is_number) = match field.storage {
        Storage::Integer => ("integer", matches!(used.kinds, Kinds::Bins(_))),
        Storage::Real => ("double", matches!(used.kinds, Kinds::Bins(_))),
        _ => ("string", false),
    };
    let element = Element::new("DataField")
        .with_attr("name", field.name.as_str())
        .with_attr("displayName", field.name.as_str())
        .with_attr("optype", if is_number { "continuous" } else { "categorical" })
        .with_attr("dataType", data_type);
    let value = |value: &Scalar| {
        Element::new("Value")
            .with_attr("value", of_scalar(value).text())
            .with_attr("displayValue", "")
            .with_attr("property", "valid")
    };
    match &used.kinds {
        Kinds::Bins(_) => element,
        Kinds::Values(values, _) => element.with_children(values.iter().map(value)),
        Kinds::True(_) => {
            let yes = field.values.true_value().map(|yes| of_scalar(yes).text()).unwrap_or_default();
            let extension = Element::new("Extension")
                .with_attr("extender", "spss.com")
                .with_attr("name", "flagTypeTrueValue")
                .with_attr("value", yes);
            // The true value comes first.
            element.with_child(extension).with_children(field.values.members().iter().rev().map(value))
        }
    }
}

/// The name of a field of bins.
fn binned(used: &Used) -> String {
    format!("{}_Binned", used.field.name)
}

fn bins(used: &Used) -> Option<Element> {
    let Kinds::Bins(cuts) = &used.kinds else { return None };
    let limit = |number: Option<&f64>, name: &str, interval: Element| match number {
        Some(number) => interval.with_attr(name, format!("{number:?}")),
        None => interval,
    };
    let bin = |number: usize| {
        let closure = if number == cuts.len() { "openOpen" } else { "openClosed" };
        let below = number.checked_sub(1).and_then(|below| cuts.get(below));
        let interval = Element::new("Interval").with_attr("closure", closure);
        let interval = limit(cuts.get(number), "rightMargin", limit(below, "leftMargin", interval));
        Element::new("DiscretizeBin").with_attr("binValue", number.to_string()).with_child(interval)
    };
    let discretize = Element::new("Discretize").with_attr("field", used.field.name.as_str());
    Some(
        Element::new("DerivedField")
            .with_attr("name", binned(used))
            .with_attr("displayName", used.field.name.as_str())
            .with_attr("optype", "ordinal")
            .with_attr("dataType", "integer")
            .with_child(discretize.with_children((0..=cuts.len()).map(bin))),
    )
}

fn item_name(items: &Items, item: usize) -> String {
    match items.find(item) {
        Some((used, place)) => match &used.kinds {
            Kinds::True(_) => used.field.name.clone(),
            Kinds::Bins(_) => format!("{}={place}", binned(used)),
            Kinds::Values(values, _) => {
                let value = values.get(place).map(|value| of_scalar(value).text()).unwrap_or_default();
                format!("{}={value}", used.field.name)
            }
        },
        None => String::new(),
    }
}

/// The sets of a document, by size and then by items, with the number of records that have them.
fn sets(found: &Found) -> BTreeMap<(usize, Vec<usize>), usize> {
    let mut sets = BTreeMap::new();
    for rule in &found.rules {
        sets.insert((rule.antecedents.len(), rule.antecedents.clone()), rule.with_antecedents);
        sets.insert((1, vec![rule.consequent]), rule.with_consequent);
    }
    sets
}

fn model(
    items: &Items,
    fields: &[&Used],
    used: &BTreeSet<usize>,
    found: &Found,
    rules: &RuleSettings,
) -> Element {
    let share = |count: usize| format!("{:?}", count as f64 / found.records as f64);
    let numbers: BTreeMap<usize, usize> = used.iter().copied().zip(1..).collect();
    let number = |item: &usize| numbers.get(item).copied().unwrap_or_default().to_string();
    let sets = sets(found);
    let ids: BTreeMap<&[usize], usize> = sets.keys().map(|(_, set)| set.as_slice()).zip(1..).collect();
    let id = |set: &[usize]| ids.get(set).copied().unwrap_or_default().to_string();
    let mining = |used: &&Used| {
        Element::new("MiningField")
            .with_attr("name", used.field.name.as_str())
            .with_attr("usageType", "active")
    };
    let item = |item: &usize| {
        Element::new("Item").with_attr("id", number(item)).with_attr("value", item_name(items, *item))
    };
    let set = |(((size, set), count), number_of_set): ((&(usize, Vec<usize>), &usize), usize)| {
        let refs = set.iter().map(|item| Element::new("ItemRef").with_attr("itemRef", number(item)));
        Element::new("Itemset")
            .with_attr("id", number_of_set.to_string())
            .with_attr("numberOfItems", size.to_string())
            .with_attr("support", share(*count))
            .with_children(refs)
    };
    let rule = |(rule, number_of_rule): (&BestRule, usize)| {
        Element::new("AssociationRule")
            .with_attr("id", number_of_rule.to_string())
            .with_attr("antecedent", id(&rule.antecedents))
            .with_attr("consequent", id(&[rule.consequent]))
            .with_attr("support", share(rule.with_all))
            .with_attr("confidence", format!("{:?}", rule.confidence()))
            .with_attr("lift", format!("{:?}", rule.lift(found.records)))
    };
    Element::new("AssociationModel")
        .with_attr("algorithmName", "Apriori")
        .with_attr("functionName", "associationRules")
        .with_attr("minimumConfidence", format!("{:?}", rules.wanted.confidence))
        .with_attr("minimumSupport", format!("{:?}", rules.wanted.support))
        .with_attr("lengthLimit", (rules.wanted.antecedents + 1).to_string())
        .with_attr("maxNumberOfItemsPerTA", items.fields.len().to_string())
        .with_attr("numberOfItems", used.len().to_string())
        .with_attr("numberOfItemsets", sets.len().to_string())
        .with_attr("numberOfRules", found.rules.len().to_string())
        .with_attr("numberOfTransactions", found.records.to_string())
        .with_child(Element::new("MiningSchema").with_children(fields.iter().map(mining)))
        .with_children(used.iter().map(item))
        .with_children(sets.iter().zip(1..).map(set))
        .with_children(found.rules.iter().zip(1..).map(rule))
}

/// A number of a rule, where there are this many records.
type Measured = fn(&BestRule, f64) -> f64;

/// The report: the number of rules and the extremes of what they are judged by.
pub(super) fn report(found: &Found, rules: &RuleSettings) -> Element {
    let records = found.records as f64;
    let statistic = |name: String, value: f64| {
        Element::new("Statistic").with_attr("name", name).with_attr("value", format!("{value:?}"))
    };
    let measures: [(&str, Measured); 5] = [
        ("AntecedentSupport", |rule, records| rule.with_antecedents as f64 / records),
        ("RuleSupport", |rule, records| rule.with_all as f64 / records),
        ("Confidence", |rule, _| rule.confidence()),
        ("Lift", |rule, records| rule.lift(records as usize)),
        ("Deployability", |rule, records| {
            rule.with_antecedents as f64 / records - rule.with_all as f64 / records
        }),
    ];
    let mut diagnostics = Element::new("ModelDiagnostics").with_attr("dataUsage", "training");
    diagnostics.push_child(statistic("TotalNWRecords".to_owned(), records));
    diagnostics.push_child(
        Element::new("Statistic")
            .with_attr("name", "numberOfRules")
            .with_attr("value", found.rules.len().to_string()),
    );
    for (name, measure) in measures {
        let values = found.rules.iter().map(|rule| measure(rule, records));
        let low = values.clone().fold(f64::INFINITY, f64::min);
        let high = values.clone().fold(f64::NEG_INFINITY, f64::max);
        let mean = values.sum::<f64>() / found.rules.len() as f64;
        for (prefix, value) in [("min", low), ("max", high), ("mean", mean)] {
            diagnostics.push_child(statistic(format!("{prefix}{name}"), value));
        }
    }
    let parameter = |name: &str, value: String| {
        Element::new("Parameter").with_attr("name", name).with_attr("value", value)
    };
    let settings = Element::new("BuildSettings")
        .with_child(parameter("NBins", rules.bins.to_string()))
        .with_child(parameter("MinSupport", format!("{:?}", rules.wanted.support)))
        .with_child(parameter("MinConfidence", format!("{:?}", rules.wanted.confidence)))
        .with_child(parameter("MinAntSupport", format!("{:?}", rules.wanted.antecedent_support)))
        .with_child(parameter("MinLift", format!("{:?}", rules.wanted.lift)))
        .with_child(parameter("MaxNAnt", rules.wanted.antecedents.to_string()))
        .with_child(parameter("MaxNRules", rules.wanted.rules.to_string()))
        .with_child(parameter("RuleCriterion", "Confidence".to_owned()));
    let model =
        Element::new("PMMLModel").with_attr("modelID", "0").with_attr("modelType", "AssociationModel");
    Element::new("StatXML")
        .with_attr("version", "1.0")
        .with_attr("xmlns", "http://www.ibm.com/software/analytics/spss/xml/extension")
        .with_child(settings)
        .with_child(model.with_child(diagnostics))
}
