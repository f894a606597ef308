//! The options of a tree's builder, as its nuggets keep them: under other names than in the parameter file.

use satsuma_engine::Compile;
use satsuma_stream::Element;

use super::settings::Parameters;
use crate::builders::builder::refreshed;
use crate::builders::options::{Description, Options, ShownOption, described, shown_setting};
use crate::builders::roles::FieldSettings;

/// How the options of a builder appear in nuggets.
pub(crate) struct Translation {
    /// The name of the builder in nuggets.
    pub(crate) builder: &'static str,
    /// Descriptions of its options.
    pub(crate) descriptions: &'static [Description],
    /// The options that are shown.
    pub(crate) shown: &'static [ShownOption],
    /// Options with a parameter of their own: the name in nuggets, that of the parameter, and its default.
    pub(crate) parameters: &'static [(&'static str, &'static str, &'static str)],
    /// Options that are the same in all nuggets.
    pub(crate) fixed: &'static [(&'static str, &'static str)],
}

/// Options of all trees.
const COMMON: [(&str, &str, &str); 13] = [
    ("calculateRawPropensities", "calculate_raw_propensities", "false"),
    ("calculateVariableImportances", "calculate_variable_importance", "true"),
    ("levelsBelowRoot", "tree.MaxTreeDepth", "5"),
    ("minInChildAbs", "tree.MinChildRecordsABS", "50"),
    ("minInChildPerc", "tree.MinChildRecordsPct", "1.0"),
    ("minInParentAbs", "tree.MinParentRecordsABS", "100"),
    ("minInParentPerc", "tree.MinParentRecordsPct", "2.0"),
    ("treeDirectives", "tree_directives", ""),
    ("useMisclassificationCosts", "tree.UseCosts", "false"),
    ("useRandomSeed", "tree.UseRandomSeed", "true"),
    ("useTreeDirectives", "use_tree_directives", "false"),
    ("modelName", "modelName", ""),
    ("usePartitionedData", "UsePartitionedData", "true"),
];

/// Options of all trees that are the same in all nuggets.
const FIXED: [(&str, &str); 5] = [
    ("adjustedPropensityPartition", "test"),
    ("buildModelOutputType", "model"),
    ("calculateAdjustedPropensities", "false"),
    ("expertMode", "true"),
    ("useSplitModelData", "true"),
];

impl Translation {
    /// The options of the builder that is compiled.
    pub(crate) fn options(
        &self,
        compile: &Compile<'_>,
        parameters: &Parameters,
        fields: &FieldSettings,
    ) -> Options {
        let nugget = refreshed(compile);
        let descriptions = described(nugget, self.descriptions);
        let mut own: Vec<Element> = Vec::new();
        let mut leaf = |name: &str, text: &str| {
            own.push(Element::new(name).with_text(&conformed(&descriptions, name, text)))
        };
        for (name, parameter, default) in COMMON.iter().chain(self.parameters) {
            leaf(name, &enum_text(&parameters.text(parameter, default)));
        }
        for (name, text) in FIXED.iter().chain(self.fixed) {
            leaf(name, text);
        }
        let percentages = parameters.text("tree.UsePercentageForNodeSizeRequirement", "percentage");
        leaf("usePercentage", if percentages == "percentage" { "true" } else { "false" });
        leaf("autoModelFieldSelection", if fields.by_role { "true" } else { "false" });
        leaf("modelTargetFieldSelection", fields.targets.first().map_or("", String::as_str));
        let inputs = fields.inputs.iter().map(|field| Element::new("field").with_text(field));
        own.push(Element::new("modelInputFieldSelection").with_children(inputs));
        own.push(Element::new("modelSplitFieldSelection"));
        let costs = Element::new("misclassificationCosts").with_leaf("defaultCost", "1.0");
        own.push(costs.with_child(Element::new("entries")));
        let shown = self.shown.iter().map(|(name, letter)| {
            let own =
                own.iter().find(|option| option.name() == *name).map(|option| option.text().into_owned());
            let properties = compile.node().element().child("properties");
            let value = own.or_else(|| Some(properties?.text_of(name)?.into_owned()));
            shown_setting(name, letter, &value.unwrap_or_default())
        });
        let settings = Element::new("buildSettings").with_children(shown);
        let properties = compile.node().element().child("properties");
        let kept = properties.into_iter().flat_map(|properties| properties.elements());
        let kept = kept.filter(|kept| !own.iter().any(|option| option.name() == kept.name()));
        let kept = kept.map(|kept| Element::clone(kept)).collect::<Vec<_>>();
        Options {
            info: Element::new("modelBuildInfo")
                .with_attr("modelBuilderId", self.builder)
                .with_child(descriptions)
                .with_child(Element::new("propertyValues").with_children(kept).with_children(own)),
            settings,
        }
    }
}

/// A number as the description of its option has it: older versions describe some percentages as integers.
fn conformed(descriptions: &Element, name: &str, text: &str) -> String {
    let described = descriptions.elements().find(|described| described.attr("name") == Some(name));
    let is_integer = described.and_then(|described| described.attr("class"));
    let is_integer = is_integer.is_some_and(|class| class.ends_with("IntegerProperty"));
    match text.strip_suffix(".0").filter(|_| is_integer) {
        Some(whole) => whole.to_owned(),
        None => text.to_owned(),
    }
}

/// The name of a choice: nuggets begin it with a small letter.
fn enum_text(text: &str) -> String {
    match text {
        "Data" | "Equal" | "Custom" | "Gini" | "Twoing" | "Ordered" | "Chaid" | "ExhaustiveChaid" => {
            let mut letters = text.chars();
            letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
        }
        other => other.to_owned(),
    }
}
