//! Opens every stream of the collection from which the format was derived, and compares with its manifest.
//! The collection is not part of the repository: its folder is `SATSUMA_STREAMS`, or `../shared/streams`
//! beside it. Without it, these tests print that they are skipped.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use satsuma_stream::nodes::{SvmOptions, TypedNode};
use satsuma_stream::{Archive, Limits, Node, ScfContainer, StreamFile, unwrap_content};
use serde_json::Value;
use support::collection;

/// The streams of the collection, opened once, with their entries in the manifest.
static STREAMS: LazyLock<Vec<(Value, StreamFile)>> = LazyLock::new(open_all);

fn streams() -> &'static [(Value, StreamFile)] {
    &STREAMS
}

fn open_all() -> Vec<(Value, StreamFile)> {
    let Some(folder) = collection() else {
        return Vec::new();
    };
    let manifest = std::fs::read(folder.join("manifest.json")).unwrap();
    let manifest: Vec<Value> = serde_json::from_slice(&manifest).unwrap();
    let open = |entry: Value| {
        let path = entry["stream"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(path)).unwrap();
        let file = StreamFile::open(bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
        (entry, file)
    };
    manifest.into_iter().map(open).collect()
}

fn named(path: &str) -> Option<&'static StreamFile> {
    let found = streams().iter().find(|(entry, _)| entry["stream"].as_str().unwrap().ends_with(path));
    found.map(|(_, file)| file)
}

#[test]
fn every_stream_opens_and_has_the_nodes_that_the_manifest_counts() {
    println!("stream | version | encoding | nodes | types");
    for (entry, file) in streams() {
        let stream = file.stream();
        let mut types: BTreeMap<String, u64> = BTreeMap::new();
        let nodes = stream.diagram.all_nodes();
        for node in &nodes {
            *types.entry(node.node_type.to_string()).or_default() += 1;
        }
        let path = entry["stream"].as_str().unwrap();
        let counted: BTreeMap<String, u64> = serde_json::from_value(entry["nodes"].clone()).unwrap();
        assert_eq!(types, counted, "{path}");
        let types: Vec<_> = types.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let (version, encoding) = (&stream.version, entry["encoding"].as_str().unwrap());
        println!("{path} | {version} | {encoding} | {} | {}", nodes.len(), types.join(", "));
    }
}

#[test]
fn every_node_of_a_known_type_is_read_and_leaves_nothing_unknown() {
    for (entry, file) in streams() {
        for node in file.stream().diagram.all_nodes() {
            let typed = node.typed().unwrap_or_else(|error| panic!("{}: {error}", entry["stream"]));
            let unknown = match &typed {
                TypedNode::DelimitedFileImport(node) => &node.unknown,
                TypedNode::Type(node) => &node.unknown,
                TypedNode::Filter(node) => &node.unknown,
                TypedNode::ExtensionApply(node) => &node.unknown,
                TypedNode::CfApply(node) => &node.unknown,
                TypedNode::Table(node) => &node.unknown,
                TypedNode::TextFileExport(node) => &node.unknown,
                _ => continue,
            };
            let names: Vec<_> = unknown.iter().map(|property| &property.name).collect();
            assert!(names.is_empty(), "{}: {} {names:?}", entry["stream"], node.describe());
        }
    }
}

#[test]
fn links_can_be_followed_everywhere_and_the_scoring_branches_end_where_the_manifest_says() {
    for (entry, file) in streams() {
        let stream = file.stream();
        assert_eq!(stream.diagram.in_order().unwrap().len(), stream.diagram.nodes().len());
        let expected = &entry["scoring"]["scnScoringTerminalNode"];
        let expected = expected.as_str().unwrap_or_default();
        match stream.scoring_branch() {
            Ok(branch) => assert!(expected.starts_with(&branch.terminal.uid), "{}", entry["stream"]),
            Err(_) => assert!(
                expected.is_empty() || expected.contains("dangling"),
                "{}: {expected}",
                entry["stream"]
            ),
        }
    }
}

#[test]
fn every_container_decodes_and_no_side_file_is_damaged() {
    let (mut scf, mut contents, mut zips) = (0, 0, 0);
    for (entry, file) in streams() {
        for name in file.archive().names() {
            let content = file.entry(name).unwrap();
            if ScfContainer::is_scf(&content) {
                let container = ScfContainer::read(&content, file.limits());
                let container = container.unwrap_or_else(|error| panic!("{}: {error}", entry["stream"]));
                assert!(!container.entries.is_empty());
                // The written container is equal, although its bytes differ.
                let written = container.write().unwrap();
                assert_eq!(ScfContainer::read(&written, file.limits()).unwrap(), container);
                scf += 1;
            }
        }
        for node in file.stream().diagram.all_nodes() {
            for (type_id, side_file) in contents_of(node) {
                let wrapped = file.entry(&side_file).unwrap();
                let content = unwrap_content(&wrapped)
                    .unwrap_or_else(|error| panic!("{} {side_file}: {error}", entry["stream"]));
                contents += 1;
                if type_id == "as_container" && !content.is_empty() {
                    let archive = Archive::open(content.to_vec(), &Limits::default()).unwrap();
                    assert!(archive.contains(".meta"), "{:?}", archive.names().collect::<Vec<_>>());
                    for name in archive.names() {
                        archive.read(name).unwrap();
                    }
                    zips += 1;
                }
            }
        }
    }
    println!("{scf} SCF containers, {contents} extension contents, {zips} of them zips");
}

/// All `content` elements with a `typeID`, of builders as well as nuggets.
fn contents_of(node: &Node) -> Vec<(String, String)> {
    let lists = node.element().children("contentContainers");
    lists
        .flat_map(|lists| lists.children("containers"))
        .flat_map(|list| list.children("container"))
        .flat_map(|container| container.children("content"))
        .map(|content| {
            let attr = |name| content.attr(name).unwrap_or_default().to_owned();
            (attr("typeID"), attr("content"))
        })
        .collect()
}

#[test]
fn documents_survive_being_written_again() {
    for (entry, file) in streams() {
        let written = file.document().to_fast_infoset().unwrap();
        let again = satsuma_stream::Element::read(&written, file.limits()).unwrap();
        assert_eq!(&again, file.document(), "{}", entry["stream"]);
    }
}

#[test]
fn the_churn_stream_has_the_model_and_outputs_that_ibm_published() {
    let Some(file) = named("customer-satisfaction-prediction.str") else {
        return;
    };
    let branch = file.stream().scoring_branch().unwrap();
    let path: Vec<_> = branch.nodes.iter().map(|node| node.display_name()).collect();
    insta::assert_snapshot!(
        path.join(" > "),
        @"Input data > Type > Auto Data Prep > RBF kernel > Filter > Output data"
    );
    let nugget = file.stream().diagram.find("rbf KERNEL").unwrap();
    let TypedNode::ExtensionApply(nugget) = nugget.typed().unwrap() else {
        panic!("not a nugget of an extension");
    };
    let model = nugget.container("model").unwrap();
    let outputs: Vec<_> = model.header.outputs.iter().map(|output| &output.name).collect();
    // All possible fields of the nugget; the options select the first three.
    let possible = ["$S-Churn", "$SP-Churn", "$SRP-Churn", "$SAP-Churn", "$SP-No", "$SP-Yes"];
    assert_eq!(outputs, possible);
    let options = SvmOptions::from_nugget(&nugget).unwrap();
    assert!(options.raw_propensity && !options.all_probabilities);
    assert!(options.unknown.is_empty());
    let pmml = String::from_utf8(model.content(file).unwrap()).unwrap();
    assert!(pmml.starts_with("<?xml") && pmml.contains("<SupportVectorMachineModel"));
}

#[test]
fn the_drug_stream_has_the_network_and_parameters_that_ibm_published() {
    let Some(file) = named("Drug1n_capitalized.str") else {
        return;
    };
    let nodes = file.stream().diagram.nodes();
    let nugget = nodes.iter().find_map(|node| match node.typed().unwrap() {
        TypedNode::CfApply(nugget) => Some(nugget),
        _ => None,
    });
    let nugget = nugget.unwrap();
    let outputs: Vec<_> = nugget.header.outputs.iter().map(|output| &output.name).collect();
    assert_eq!(outputs, ["$N-DRUG", "$NC-DRUG"]);
    let parameters = nugget.parameters(file).unwrap();
    assert_eq!(parameters.get("scoring.isConfidence").unwrap(), Some(true));
    assert_eq!(parameters.get("scoring.isProbability").unwrap(), Some(false));
    let pmml = String::from_utf8(nugget.pmml(file).unwrap()).unwrap();
    assert!(pmml.starts_with("<?xml") && pmml.contains("<NeuralNetwork"));
}

#[test]
fn every_type_in_real_streams_is_in_the_catalog() {
    for (path, bytes) in support::streams() {
        let file = StreamFile::open(bytes).unwrap();
        for node in file.stream().diagram.all_nodes() {
            assert!(satsuma_stream::catalog::entry(&node.node_type).is_some(), "{path}: {}", node.describe());
        }
    }
}
