//! The options that a model was built with, as its nugget keeps them.

use satsuma_engine::Compile;
use satsuma_stream::Element;

/// A description of an option: its name, the class of the description, and the default.
pub(crate) type Description = (&'static str, &'static str, Option<&'static str>);

/// An option of a builder: its name, and the letter of its type where nuggets show it.
pub(crate) type ShownOption = (&'static str, &'static str);

/// The options of a builder, for its nuggets.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// `modelBuildInfo`: descriptions of all options, and their values.
    pub(crate) info: Element,
    /// `buildSettings`: those that are shown.
    pub(crate) settings: Element,
}

/// The package of the classes that describe properties.
const DESCRIPTIONS: &str = "com.spss.clementine.component.pdesc.";

/// Properties that all builders have, with the class that describes each and its default.
const COMMON: &[Description] = &[
    ("annotation", "StringProperty", Some("")),
    ("autoLabel", "BooleanProperty", Some("true")),
    ("autoModelFieldSelection", "BooleanProperty", Some("true")),
    ("autoModelName", "BooleanProperty", Some("true")),
    ("cacheEnabled", "BooleanProperty", Some("false")),
    ("doReadValues", "BooleanProperty", Some("false")),
    ("enabled", "BooleanProperty", Some("true")),
    ("eventFields", "FieldNameListProperty", Some("")),
    ("expertMode", "BooleanProperty", Some("false")),
    ("frequencyField", "FieldNameProperty", None),
    ("label", "StringProperty", Some("")),
    ("modelInputFieldSelection", "FieldNameListProperty", Some("")),
    ("modelName", "StringProperty", Some("")),
    ("modelTargetFieldSelection", "FieldNameListProperty", Some("")),
    ("name", "StringProperty", Some("")),
    ("partitionField", "FieldNameProperty", None),
    ("scriptExecutionModeChange", "BooleanProperty", Some("false")),
    ("toolTipText", "StringProperty", Some("")),
    ("useEvents", "BooleanProperty", Some("false")),
    ("useFrequency", "BooleanProperty", Some("false")),
    ("usePartitionedData", "BooleanProperty", Some("true")),
    ("useWeight", "BooleanProperty", Some("false")),
    ("weightField", "FieldNameProperty", None),
];

impl Options {
    /// The options of the node that is compiled. Descriptions are those of the nugget that it refreshes; for a new
    /// nugget, those that all builders share and `own`.
    pub(crate) fn of(
        compile: &Compile<'_>,
        refreshed: Option<&Element>,
        own: &[Description],
        shown: &[ShownOption],
    ) -> Self {
        let properties = compile.node().element().child("properties");
        let values = properties.into_iter().flat_map(|properties| properties.elements());
        let values = values.map(|value| Element::clone(value)).collect::<Vec<_>>();
        let extension = compile.node().node_type.extension();
        let setting = |(name, letter): &ShownOption| {
            let value = properties.and_then(|properties| properties.text_of(name)).unwrap_or_default();
            let shown = shown_setting(name, letter, &value);
            match (extension, name.starts_with('_')) {
                (Some(extension), true) => shown.with_attr("elementId", extension),
                _ => shown,
            }
        };
        Self {
            info: Element::new("modelBuildInfo")
                .with_attr("modelBuilderId", builder_id(compile.node()))
                .with_child(described(refreshed, own))
                .with_child(Element::new("propertyValues").with_children(values)),
            settings: Element::new("buildSettings").with_children(shown.iter().map(setting)),
        }
    }
}

/// The descriptions of all options: those of the nugget that is refreshed, or those of all builders and `own`.
pub(crate) fn described(refreshed: Option<&Element>, own: &[Description]) -> Element {
    let known = refreshed.and_then(|nugget| nugget.path(["modelBuildInfo", "propertyDescriptors"]));
    known.cloned().unwrap_or_else(|| descriptions(own))
}

/// An option as nuggets show it.
pub(crate) fn shown_setting(name: &str, letter: &str, value: &str) -> Element {
    Element::new("propertySetting")
        .with_leaf("name", name)
        .with_leaf("displayHint", "0")
        .with_child(Element::new("value").with_attr("type", letter).with_text(value))
}

/// The name of a builder in its nuggets: those of extensions and of the component framework have two parts.
fn builder_id(node: &satsuma_stream::Node) -> String {
    let element = node.element();
    let extension = element.attr("extensionID").unwrap_or_default();
    match (node.node_type.class(), node.node_type.extension(), element.attr("extensionObjectID")) {
        ("ExtensionBuildModelNode", Some(name), _) => format!("{extension}!{name}"),
        (_, _, Some(object)) => format!("{object}!{extension}"),
        (class, _, None) => class.to_owned(),
    }
}

fn descriptions(own: &[Description]) -> Element {
    let description = |(name, class, default): &Description| {
        let element = Element::new("property")
            .with_attr("name", *name)
            .with_attr("class", format!("{DESCRIPTIONS}{class}"));
        match default {
            Some(default) => element.with_leaf("default", default),
            None => element,
        }
    };
    Element::new("propertyDescriptors").with_children(COMMON.iter().chain(own).map(description))
}
