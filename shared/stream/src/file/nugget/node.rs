//! The node element of a new nugget without its model.

use super::NewNugget;
use super::place::Place;
use super::shape::{Body, Container, MISCLASSIFICATION_COSTS, Shape, misclassification_costs};
use crate::element::Element;
use crate::node::NodeType;

/// Attributes with names of side files are empty until the model is inserted.
const NO_FILE: &str = "";

const MODEL_PACKAGE: &str = "com.spss.clementine.component.model.";
const COMPONENT_PACKAGE: &str = "com.spss.clementine.component.";

/// A nugget without a model.
pub(super) fn bare(
    builder: &Element,
    place: &Place,
    shape: &Shape,
    nugget: &NewNugget,
) -> Result<Element, String> {
    let model = &nugget.model;
    let info = model.build_info.clone().ok_or("the new model has no modelBuildInfo")?;
    let settings = model.build_settings.clone().ok_or("the new model has no buildSettings")?;
    if info.attr("modelBuilderId") != Some(shape.model_builder) {
        return Err(format!("the modelBuildInfo of the new model is not one of {}", shape.model_builder));
    }
    let mut properties = common_properties(builder, place, nugget).with_child(settings);
    options(&mut properties, builder, shape, nugget)?;
    let element = Element::new("node")
        .with_attr("id", place.id.to_string())
        .with_attr("class", NodeType::new(shape.class).qualified_class())
        .with_attr("saveVersion", builder.attr("saveVersion").unwrap_or_default())
        .with_attr("uid", place.uid.as_str())
        .with_child(info);
    match &shape.body {
        Body::Native { class, parts } => {
            let given = |part: &&&str| {
                let inline = model.inline.iter().any(|given| given.name() == **part);
                inline || model.contents.iter().any(|(slot, _)| slot == **part)
            };
            let missing: Vec<_> = parts.iter().filter(|part| !given(part)).copied().collect();
            if !missing.is_empty() {
                return Err(format!("the new model has no {}", missing.join(", ")));
            }
            let header = Element::new("model").with_attr("class", format!("{MODEL_PACKAGE}{class}"));
            Ok(element.with_child(properties.with_child(header_of_model(header, nugget))))
        }
        Body::Component { object } => {
            if nugget.scoring_parameters.is_none() {
                return Err("the new model has no scoring parameters".to_owned());
            }
            let header = Element::new("model")
                .with_attr("class", format!("{MODEL_PACKAGE}CFModel"))
                .with_attr("isSplitModel", "false");
            let of_builder = |name: &str| builder.attr(name).unwrap_or_default();
            Ok(element
                .with_attr("extensionID", of_builder("extensionID"))
                .with_attr("extensionObjectID", *object)
                .with_attr("properties", NO_FILE)
                .with_attr("modelBuilderExtensionID", of_builder("extensionID"))
                .with_attr("modelBuilderExtensionObjectID", of_builder("extensionObjectID"))
                .with_attr("modelBuilderProperties", NO_FILE)
                .with_child(properties.with_child(header_of_model(header, nugget))))
        }
        Body::Extension(extension) => {
            let given = |name: &str| model.contents.iter().any(|(slot, _)| slot == name);
            let missing = extension.containers.iter().filter(|container| !given(container.name));
            let missing: Vec<_> = missing.map(|container| container.name).collect();
            if !missing.is_empty() {
                return Err(format!("the new model has no {}", missing.join(", ")));
            }
            let kind = nugget.model_type.as_deref().ok_or("the new model has no model type")?;
            let containers = extension.containers.iter().map(|shape| container(shape, kind, nugget));
            let list = Element::new("containers").with_attr("containerIds", extension.ids);
            let helper = format!("{COMPONENT_PACKAGE}extensions.helper.ExtensionNodeHelper");
            Ok(element
                .with_attr("extensionID", builder.attr("extensionID").unwrap_or_default())
                .with_attr("extensionElementID", extension.element)
                .with_child(properties.with_leaf("model", ""))
                .with_child(Element::new("contentContainers").with_child(list.with_children(containers)))
                .with_child(Element::new("extensionData").with_attr("class", helper)))
        }
    }
}

/// The properties of all nuggets.
fn common_properties(builder: &Element, place: &Place, nugget: &NewNugget) -> Element {
    let text = |name| builder.path(["properties", name]).map(|leaf| leaf.text()).unwrap_or_default();
    let saved = nugget.model.saved_at.to_string();
    let leaves = [
        ("name", nugget.model.header.name.as_str()),
        ("autoLabel", "true"),
        ("label", ""),
        ("builderNodeId", &nugget.model.builder),
        ("repalcebuilderNodeId", &nugget.model.builder),
        ("builderStreamId", ""),
        ("refreshLinkState", super::ACTIVE),
        ("enabled", "true"),
        ("cacheEnabled", "false"),
        ("doReadValues", "false"),
        ("importedModel", "false"),
        ("scriptExecutionModeChange", "false"),
        ("useCrossValidation", "false"),
        ("crossValidationMean", "0.0"),
        ("crossValidationSE", "0.0"),
        ("fieldMappingEssentialFields", ""),
        ("annotation", ""),
        ("keywords", ""),
        ("toolTipText", ""),
        ("createdBy", &text("createdBy")),
        ("creationDate", &saved),
        ("lastSavedAs", ""),
        ("lastSavedBy", ""),
        ("lastSavedDate", &saved),
        ("repositoryLastModified", &saved),
        ("repositoryPath", ""),
        ("repositoryVersionMarker", ""),
    ];
    let leaves = leaves.map(|(name, text)| Element::new(name).with_text(text));
    let properties = Element::new("properties").with_children(leaves);
    match place.position {
        None => properties,
        Some((x, y)) => {
            let point =
                Element::new("position").with_leaf("x", &x.to_string()).with_leaf("y", &y.to_string());
            properties.with_child(point)
        }
    }
}

/// The nugget's own properties.
fn options(
    properties: &mut Element,
    builder: &Element,
    shape: &Shape,
    nugget: &NewNugget,
) -> Result<(), String> {
    for option in shape.options.iter().flat_map(|options| options.iter()) {
        let given = nugget.options.iter().find(|given| given.name() == option.name);
        let of_builder = builder.path(["properties", option.from]);
        let value = match (given, of_builder, option.or) {
            (Some(given), _, _) => given.clone(),
            (None, Some(found), _) => found.renamed(option.name),
            (None, None, Some(_)) if option.name == MISCLASSIFICATION_COSTS => misclassification_costs(),
            (None, None, Some(text)) => Element::new(option.name).with_text(text),
            (None, None, None) => return Err(format!("the builder has no {}", option.from)),
        };
        properties.push_child(value);
    }
    nugget.options.iter().for_each(|given| properties.put_child(given.clone()));
    Ok(())
}

/// All elements of a model's header, in Modeler's order.
fn header_of_model(element: Element, nugget: &NewNugget) -> Element {
    let leaves = ["algorithmName", "recordCount"];
    let leaves = leaves.map(Element::new);
    let mut element = header_of_report(element, nugget)
        .with_children(leaves)
        .with_leaf("elapsedBuildTime", "0")
        .with_leaf("displayLabel", "false")
        .with_children(["inputs", "outputs", "formats"].map(Element::new));
    nugget.model.header.to_elements().into_iter().for_each(|given| element.put_child(given));
    element
}

/// The first elements of the headers of models and reports.
fn header_of_report(element: Element, nugget: &NewNugget) -> Element {
    let (name, version) = &nugget.application;
    let built = nugget.model.header.build_date.unwrap_or(nugget.model.saved_at);
    element
        .with_leaf("name", &nugget.model.header.name)
        .with_leaf("applicationName", name)
        .with_leaf("applicationVersion", version)
        .with_leaf("copyright", "")
        .with_leaf("streamName", "")
        .with_leaf("userName", "")
        .with_leaf("buildDate", &built.to_string())
}

fn container(shape: &Container, kind: &str, nugget: &NewNugget) -> Element {
    let element = Element::new("container")
        .with_attr("name", shape.name)
        .with_attr("class", format!("{COMPONENT_PACKAGE}{}", shape.class));
    let element = match shape.model {
        None => header_of_report(element, nugget),
        Some(attributes) => {
            let element = element.with_attr("modelType", kind);
            let more = attributes.iter();
            let element = more.fold(element, |element, (name, value)| element.with_attr(*name, *value));
            header_of_model(element, nugget)
        }
    };
    let content = Element::new("content")
        .with_attr("class", format!("{COMPONENT_PACKAGE}ContentContainerHelper"))
        .with_attr("typeID", shape.type_id)
        .with_attr("content", NO_FILE)
        .with_leaf("format", shape.format);
    element.with_child(content)
}
