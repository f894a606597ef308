//! Removes nuggets from real streams and adds them again. The result equals the original, except for
//! unknowable properties. The streams are not part of the repository (see `real_streams.rs`).

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use satsuma_stream::nodes::TypedNode;
use satsuma_stream::{
    Delivery, Edit, Element, ErrorKind, ModelContent, NewModel, NewNugget, Node, Result, StreamFile,
    unwrap_content,
};

/// Elements that describe a model's origin rather than its structure.
const HEADER: [&str; 13] = [
    "algorithmName",
    "applicationName",
    "applicationVersion",
    "buildDate",
    "copyright",
    "displayLabel",
    "elapsedBuildTime",
    "inputs",
    "name",
    "outputs",
    "recordCount",
    "streamName",
    "userName",
];

/// The model of a nugget, in the form that training code supplies.
fn model_of(file: &StreamFile, node: &Node) -> NewNugget {
    let element = node.element();
    let mut contents = Vec::new();
    let mut inline = Vec::new();
    let mut model_type = None;
    match node.typed().unwrap() {
        TypedNode::CfApply(nugget) => {
            for container in nugget.containers {
                let bytes = file.entry(&container.entry).unwrap();
                contents.push((container.name, ModelContent::Bytes(bytes)));
            }
        }
        TypedNode::ExtensionApply(nugget) => {
            for container in nugget.containers {
                model_type = model_type.or(container.model_type.clone());
                let bytes = file.entry(&container.contents[0].entry).unwrap();
                let bytes = unwrap_content(&bytes).unwrap().to_vec();
                contents.push((container.name, ModelContent::Bytes(bytes)));
            }
        }
        _ => {
            let model = element.path(["properties", "model"]).unwrap();
            if let Some(pmml) = model.attr("pmml") {
                contents.push(("pmml".to_owned(), ModelContent::Bytes(file.entry(pmml).unwrap())));
            }
            // Models that are attributes: the labels and limits of Feature Selection.
            for (name, text) in model.attributes().filter(|(name, _)| !["class", "pmml"].contains(name)) {
                contents.push((name.to_owned(), ModelContent::Attribute(text.to_owned())));
            }
            for child in model.elements().filter(|child| !HEADER.contains(&child.name())) {
                match child.attr("containerData") {
                    Some(name) => {
                        let bytes = ModelContent::Bytes(file.entry(name).unwrap());
                        contents.push((child.name().to_owned(), bytes));
                    }
                    None => inline.push(Element::clone(child)),
                }
            }
        }
    }
    let property = |name| element.path(["properties", name]).cloned();
    let entry = |name| element.attr(name).map(|name| file.entry(name).unwrap());
    NewNugget {
        model: NewModel {
            builder: node.property("builderNodeId").unwrap(),
            header: node.model_header().unwrap().unwrap(),
            contents,
            inline,
            build_info: element.child("modelBuildInfo").map(|info| Element::clone(info)),
            build_settings: property("buildSettings"),
            build_parameters: None,
            saved_at: 1_582_934_400_000,
        },
        model_type,
        options: Vec::new(),
        scoring_parameters: entry("properties"),
        application: ("Satsuma".to_owned(), "1".to_owned()),
    }
}

/// The diagram that contains a node, by its uid.
fn diagram_of<'a>(element: &'a mut Element, uid: &str) -> Option<&'a mut Element> {
    let holds = |diagram: &Element| {
        let nodes = diagram.child("nodes");
        nodes.is_some_and(|nodes| nodes.elements().any(|node| node.attr("uid") == Some(uid)))
    };
    if holds(element) {
        return Some(element);
    }
    element.elements_mut().find_map(|child| diagram_of(child, uid))
}

/// Removes nuggets with their links and side files.
fn remove(edit: &mut Edit, nuggets: &[Node]) -> Result<()> {
    for nugget in nuggets {
        let diagram = diagram_of(edit.document_mut(), &nugget.uid).unwrap();
        let id = nugget.id.to_string();
        diagram.child_mut("links").unwrap().retain_children(|link| {
            link.attr("srcId") != Some(id.as_str()) && link.attr("dstId") != Some(id.as_str())
        });
        let nodes = diagram.child_mut("nodes").unwrap();
        nodes.retain_children(|node| node.attr("uid") != Some(nugget.uid.as_str()));
        for name in side_files(nugget.element()) {
            edit.remove_side_file(&name);
        }
    }
    Ok(())
}

fn side_files(element: &Element) -> Vec<String> {
    let own = element.attributes().map(|(_, value)| value.to_owned());
    let own = own.filter(|value| value.starts_with("data/"));
    let inner = element.elements().flat_map(|child| side_files(child));
    own.chain(inner).collect()
}

/// The differences between two node elements, by element or attribute.
fn differences(path: &str, old: &Element, new: &Element, found: &mut BTreeSet<String>) {
    for (name, value) in old.attributes() {
        match new.attr(name) {
            None => found.insert(format!("{path}@{name} missing")),
            Some(other) if other != value && !value.starts_with("data/") => {
                found.insert(format!("{path}@{name} other"))
            }
            Some(_) => false,
        };
    }
    let names = |element: &Element| -> BTreeSet<String> {
        element.elements().map(|child| child.name().to_owned()).collect()
    };
    for name in names(old).symmetric_difference(&names(new)) {
        let what = if new.child(name).is_some() { "added" } else { "missing" };
        found.insert(format!("{path}/{name} {what}"));
    }
    if old.elements().count() == 0 && new.elements().count() == 0 && old.text() != new.text() {
        found.insert(format!("{path} other"));
    }
    for name in names(old).intersection(&names(new)) {
        for (old, new) in old.children(name).zip(new.children(name)) {
            differences(&format!("{path}/{name}"), old, new, found);
        }
    }
}

/// Properties that cannot be derived from a builder: those of the user, the session or the clock, those known
/// only in training, or those of some Modeler versions only.
const NOT_KNOWN: &str = "\
    @id @uid analysisReport applicationName applicationVersion autoLabel baseName buildDate builderStreamId \
    calculateConfidences calculateRawPropensities container@algorithmLabelKey copyright createdBy creationDate \
    direction elapsedBuildTime elementCount enableSqlGenerationForRules enableSqlGenerationFromModel \
    encodingValueForSets field format group importanceHighLabel importanceLowLabel importanceLowThreshold \
    importanceMediumLabel importanceMediumThreshold label lastSavedDate modelBuilderContainer name prefix \
    rankedValues repalcebuilderNodeId repositoryLastModified screenedValues scriptExecutionModeChange \
    spssSpvFileData storageSize streamName ta_model_content userName value x xmlText y";

#[test]
fn removed_nuggets_are_added_again_with_the_same_structure() {
    let mut added: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    let mut other: BTreeSet<String> = BTreeSet::new();
    for (path, bytes) in support::streams() {
        let file = StreamFile::open(bytes).unwrap();
        for tie in file.stream().ties().iter().filter(|tie| tie.is_active() && tie.builder.is_some()) {
            let nuggets: Vec<Node> = file
                .stream()
                .ties()
                .iter()
                .filter(|other| other.builder_uid == tie.builder_uid)
                .map(|other| other.nugget.clone())
                .collect();
            let mut without = file.clone();
            without.edit(|edit| remove(edit, &nuggets)).unwrap();
            let nugget = model_of(&file, tie.nugget);
            let adds = file.stream().properties.adds_nuggets;
            let outcome = without.clone().edit(|edit| edit.deliver(&nugget));
            if !adds {
                assert_eq!(outcome.unwrap(), Delivery::Nowhere, "{path}");
                // The rest of the test is valid for these streams, too.
                without.edit(|edit| edit.set_stream_property("createApplyNodeForNewModels", "true")).unwrap();
            }
            let before = without.clone();
            let outcome = without.edit(|edit| edit.deliver(&nugget));
            let uid = match outcome {
                Ok(Delivery::Added(uid)) => uid,
                Ok(other) => panic!("{path}: {other:?}"),
                Err(error) => {
                    assert!(matches!(error.kind(), ErrorKind::NotAdded { .. }), "{path}: {error}");
                    assert_eq!(without.document(), before.document());
                    let reason = error.to_string().split_once(": ").unwrap().1.to_owned();
                    *refused.entry(reason).or_default() += 1;
                    continue;
                }
            };
            let again = StreamFile::open(without.write().unwrap()).unwrap();
            let new = again.stream().node_by_uid(&uid).unwrap();
            *added.entry(new.node_type.to_string()).or_default() += 1;
            let mut found = BTreeSet::new();
            differences("", tie.nugget.element(), new.element(), &mut found);
            other.extend(found.iter().map(|difference| last_name(difference)));
            check_rest(&path, &before, &again, new);
        }
    }
    if added.is_empty() {
        return;
    }
    println!("added: {added:?}");
    println!("refused: {refused:?}");
    let other: Vec<_> = other.into_iter().collect();
    assert_eq!(other.join(" "), NOT_KNOWN);
}

/// The element or attribute of a difference.
fn last_name(difference: &str) -> String {
    let path = difference.split(' ').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// The nugget is linked and typed like others, and everything else is unchanged.
fn check_rest(path: &str, before: &StreamFile, after: &StreamFile, new: &Node) {
    let ties = after.stream().ties();
    let tie = ties.iter().find(|tie| tie.nugget.uid == new.uid).unwrap();
    assert!(tie.is_active() && tie.builder.is_some());
    new.typed().unwrap();

    let mut document = after.document().clone();
    let builder = tie.builder.unwrap();
    let inputs = |diagram: &Element, id: &str| -> Vec<String> {
        let links = diagram.child("links").unwrap();
        let into = links.elements().filter(|link| link.attr("dstId") == Some(id));
        into.map(|link| link.attr("srcId").unwrap().to_owned()).collect()
    };
    let diagram = diagram_of(&mut document, &new.uid).unwrap();
    let id = new.id.to_string();
    assert_eq!(inputs(diagram, &id), inputs(diagram, &builder.id.to_string()), "{path}");
    diagram.child_mut("links").unwrap().retain_children(|link| link.attr("dstId") != Some(id.as_str()));
    diagram.child_mut("nodes").unwrap().retain_children(|node| node.attr("uid") != Some(new.uid.as_str()));
    let mut old = before.document().clone();
    for document in [&mut old, &mut document] {
        let stream = document.child_mut("stream").unwrap();
        stream.child_mut("properties").unwrap().retain_children(|child| child.name() != "lastSavedDate");
        document.set_attr("date", "");
    }
    assert_eq!(document, old, "{path}");
    for name in before.entry_names().filter(|name| *name != before.main_entry()) {
        assert_eq!(after.entry(name).unwrap(), before.entry(name).unwrap(), "{path}: {name}");
    }
}
