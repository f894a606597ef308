//! Explains and draws all streams of the collection, and compares with the manifest, which was made
//! independently. The collection is not part of the repository (see `real_streams.rs`).

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;

use satsuma_stream::explain::{DesignationSummary, explain};
use satsuma_stream::{Element, Limits, StreamFile, svg};

#[test]
fn explanations_say_what_the_manifest_says() {
    let Some(folder) = support::collection() else { return };
    let manifest: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let (mut models, mut fields) = (0, 0);
    for entry in &manifest {
        let path = entry["stream"].as_str().unwrap();
        let file = StreamFile::open(std::fs::read(folder.join(path)).unwrap()).unwrap();
        let explanation = explain(&file);
        assert_eq!(explanation.problems, [""; 0], "{path}");
        assert_eq!(explanation.version, entry["modeler"].as_str().unwrap());
        let texts = |list: &serde_json::Value| -> Vec<String> {
            let texts = list.as_array().unwrap().iter();
            let mut texts: Vec<_> = texts.map(|text| text.as_str().unwrap().to_owned()).collect();
            texts.sort();
            texts
        };
        let mut nuggets: Vec<_> = explanation.models.iter().map(|model| model.node_type.clone()).collect();
        nuggets.sort();
        nuggets.dedup();
        assert_eq!(nuggets, texts(&entry["nuggets"]), "{path}");
        let expected: BTreeSet<_> = entry["sources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|source| source["uid"].as_str().unwrap())
            .collect();
        let sources: BTreeSet<_> = explanation.sources.iter().map(|source| source.uid.as_str()).collect();
        assert_eq!(sources, expected, "{path}");
        let terminal = entry["scoring"]["scnScoringTerminalNode"].as_str().unwrap_or_default();
        match &explanation.scoring.terminal {
            DesignationSummary::Unset => assert_eq!(terminal, "", "{path}"),
            DesignationSummary::Node { uid, .. } => assert!(terminal.starts_with(uid.as_str()), "{path}"),
            DesignationSummary::Dangling { uid } => {
                assert!(terminal.starts_with(uid.as_str()) && terminal.contains("dangling"), "{path}");
            }
        }
        for model in &explanation.models {
            assert!(model.built_at.is_some(), "{path}: {}", model.name);
            models += 1;
        }
        fields += explanation.sources.iter().map(|source| source.fields.len()).sum::<usize>();
        assert!(!serde_json::to_string(&explanation).unwrap().contains("\"actions\""));
    }
    println!("{models} models and {fields} fields of sources explained");
}

#[test]
fn every_stream_is_drawn_with_all_its_nodes_and_the_same_every_time() {
    let mut nodes = 0;
    for (path, bytes) in support::streams() {
        let file = StreamFile::open(bytes).unwrap();
        let drawing = svg(&file);
        assert_eq!(drawing, svg(&file), "{path}");
        assert!(Element::read(drawing.as_bytes(), &Limits::default()).is_ok(), "{path}");
        let drawn = drawing.matches("<g class=\"node").count();
        assert_eq!(drawn, file.stream().diagram.all_nodes().len(), "{path}");
        nodes += drawn;
    }
    println!("{nodes} nodes drawn");
}

/// Evidence: User Input nodes of streams written by Modeler 18.3 to 19.0.
#[test]
fn fields_of_user_input_nodes_are_explained_with_their_values() {
    let mut fields = 0;
    for (path, bytes) in support::streams() {
        let explanation = explain(&StreamFile::open(bytes).unwrap());
        for source in explanation.sources.iter().filter(|source| source.node_type == "UserInputNode") {
            assert!(!source.fields.is_empty(), "{path}: {}", source.name);
            for field in &source.fields {
                assert!(field.values.is_some() && !field.storage.is_empty(), "{path}: {field:?}");
                fields += 1;
            }
        }
    }
    println!("{fields} fields of User Input nodes");
}
