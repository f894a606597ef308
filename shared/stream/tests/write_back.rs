//! Reading and writing preserves unchanged parts, over all streams of the collection, which is not part of
//! the repository (see `real_streams.rs`).

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use satsuma_stream::nodes::{AutoResults, CfParameters, TypedNode};
use satsuma_stream::{
    Archive, Element, Limits, ModelContent, ModelerFile, ModelerFileKind, NewModel, RecordTable, StreamFile,
};

/// The compressed bytes of each entry, from the zip's directory.
fn compressed(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let archive = rawzip::ZipArchive::from_slice(bytes).unwrap();
    let mut entries = archive.entries();
    let mut found = BTreeMap::new();
    while let Some(record) = entries.next_entry().unwrap() {
        let name = String::from_utf8(record.file_path().as_ref().to_vec()).unwrap();
        let data = archive.get_entry(record.wayfinder()).unwrap().data().to_vec();
        let time = record.last_modified_dos();
        let stamp = [time.packed_time().to_le_bytes(), time.packed_date().to_le_bytes()].concat();
        found.insert(name, [stamp, data].concat());
    }
    found
}

#[test]
fn what_was_not_changed_is_written_byte_for_byte() {
    for (path, bytes) in support::streams() {
        let file = StreamFile::open(bytes.clone()).unwrap();
        assert_eq!(file.write().unwrap(), bytes, "{path}");
    }
}

/// Without an edit the main document is not even encoded. This test encodes it: the events are the same,
/// including line breaks, and the size is almost the same.
#[test]
fn documents_encoded_again_have_the_same_infoset() {
    let (mut before, mut after, mut same) = (0, 0, 0);
    for (path, bytes) in support::streams() {
        let file = StreamFile::open(bytes).unwrap();
        let old = file.entry(file.main_entry()).unwrap();
        let new = file.document().to_fast_infoset().unwrap();
        // Some streams are plain XML.
        if satsuma_fastinfoset::is_fast_infoset(&old) {
            assert!(support::events(&new) == support::events(&old), "{path}");
        }
        before += old.len();
        after += new.len();
        same += usize::from(old == new);
        let xml = file.document().to_xml().unwrap();
        // CDATA sections in XML cannot contain a carriage return; such a section becomes equivalent text.
        let again = Element::read(&xml, file.limits()).unwrap();
        assert!(again.to_xml().unwrap() == xml, "{path}");
    }
    println!("{before} bytes of documents encoded again in {after}; {same} documents are the same bytes");
}

#[test]
fn one_edit_changes_one_thing() {
    for (path, bytes) in support::streams() {
        let mut file = StreamFile::open(bytes.clone()).unwrap();
        let names: Vec<_> = file.archive().names().map(str::to_owned).collect();
        let Some(node) = file.stream().diagram.nodes().first().cloned() else {
            println!("{path} has no nodes");
            continue;
        };
        let (old, uid) = (file.document().clone(), node.uid.clone());
        file.edit(|edit| edit.set_property(&uid, "toolTipText", "changed <here> & now")).unwrap();
        let written = file.write().unwrap();

        let again = StreamFile::open(written.clone()).unwrap();
        assert_eq!(again.archive().names().collect::<Vec<_>>(), names, "{path}");
        let (mut before, mut after) = (compressed(&bytes), compressed(&written));
        assert_ne!(before.remove(file.main_entry()), after.remove(file.main_entry()), "{path}");
        assert_eq!(before, after, "{path}");
        let same = again.stream().node_by_uid(&uid).unwrap();
        assert_eq!(same.property("toolTipText").as_deref(), Some("changed <here> & now"));
        assert_eq!(
            (&again.stream().version, &again.stream().save_version),
            (&file.stream().version, &file.stream().save_version)
        );

        let tip = node.property("toolTipText");
        file.edit(|edit| match &tip {
            Some(tip) => edit.set_property(&uid, "toolTipText", tip),
            None => {
                let properties = edit.node_mut(&uid)?.child_mut("properties").unwrap();
                properties.retain_children(|child| child.name() != "toolTipText");
                Ok(())
            }
        })
        .unwrap();
        assert_eq!(file.document(), &old, "{path}: only that was changed");
    }
}

#[test]
fn a_side_file_replaced_or_added_leaves_the_others_alone() {
    for (path, bytes) in support::streams() {
        let mut file = StreamFile::open(bytes.clone()).unwrap();
        let mut names: Vec<_> = file.archive().names().map(str::to_owned).collect();
        let side_file = names.iter().find(|name| name.starts_with("data/")).cloned();
        let added = file
            .edit(|edit| {
                if let Some(name) = &side_file {
                    edit.put_side_file(name, b"new".to_vec())?;
                }
                edit.add_side_file(vec![7; 5000])
            })
            .unwrap();
        names.push(added.clone());
        let written = file.write().unwrap();
        let again = StreamFile::open(written.clone()).unwrap();
        assert_eq!(again.archive().names().collect::<Vec<_>>(), names, "{path}");
        assert_eq!(again.entry(&added).unwrap(), [7; 5000]);
        let (before, mut after) = (compressed(&bytes), compressed(&written));
        after.remove(&added);
        for (name, data) in before {
            let changed = after.get(&name) != Some(&data);
            assert_eq!(changed, Some(&name) == side_file.as_ref(), "{path}: {name}");
        }
    }
}

#[test]
fn a_document_rebuilt_from_the_typed_graph_is_equal() {
    let mut written = BTreeMap::new();
    for (path, bytes) in support::streams() {
        let file = StreamFile::open(bytes).unwrap();
        let stream = file.stream();
        assert_eq!(&stream.to_document().unwrap(), file.document(), "{path}");
        for node in stream.diagram.all_nodes() {
            let typed = node.typed().unwrap();
            assert_eq!(&typed.write_into(node).unwrap(), node.element(), "{path}: {}", node.describe());
            // Written into an empty node, all typed properties are present.
            if typed != TypedNode::Other {
                let bare = support::bare(node);
                let again = support::node(typed.write_into(&bare).unwrap());
                assert_eq!(again.typed().unwrap(), typed, "{path}: {}", node.describe());
                *written.entry(node.node_type.to_string()).or_insert(0) += 1;
            }
        }
    }
    println!("typed nodes written into bare ones: {written:?}");
}

#[test]
fn saved_outputs_open_with_their_records() {
    let (mut tables, mut rows) = (0, 0);
    let outputs = support::files("cou");
    for (path, bytes) in &outputs {
        let file = ModelerFile::open(bytes.clone()).unwrap_or_else(|error| panic!("{path}: {error}"));
        let ModelerFileKind::Output(output) = file.kind() else {
            panic!("{path} is no output");
        };
        assert_eq!(&file.write().unwrap(), bytes);
        for name in &output.tables {
            let table = file.table(name).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(table.write().unwrap(), file.entry(name).unwrap(), "{path}: {name}");
            tables += 1;
            rows += table.rows();
        }
    }
    println!("{} outputs with {tables} tables of {rows} rows", outputs.len());
}

/// The counts of each partition give the accuracy that IBM's engine computed.
#[test]
fn results_of_auto_nuggets_add_up() {
    let (mut nuggets, mut statistics, mut charts) = (0, 0, 0);
    for (path, bytes) in support::streams() {
        let file = StreamFile::open(bytes).unwrap();
        for node in file.stream().diagram.all_nodes() {
            let Some(auto) = AutoResults::from_node(node).unwrap() else { continue };
            nuggets += 1;
            assert!(auto.results.iter().any(|result| result.used && result.output.is_some()), "{path}");
            for name in &auto.charts {
                let chart = file.entry(name).unwrap();
                assert!(RecordTable::read(&chart, file.limits()).unwrap().rows() > 0, "{path}: {name}");
                charts += 1;
            }
            for result in &auto.results {
                for stats in result.training.iter().chain(&result.test) {
                    // A target that is not a flag has no positives and negatives to count.
                    let (Some(positives), Some(negatives)) = (stats.positives, stats.negatives) else {
                        continue;
                    };
                    let right = (stats.true_positives.unwrap() + stats.true_negatives.unwrap()) as f64;
                    let all = (positives + negatives) as f64;
                    let accuracy = right / all;
                    assert!(
                        (accuracy - stats.accuracy.unwrap()).abs() < 1e-6,
                        "{path}: {}",
                        result.model_name
                    );
                    assert_eq!(stats.tiles.len(), 100);
                    statistics += 1;
                }
            }
        }
    }
    println!("{nuggets} auto nuggets, {statistics} statistics, {charts} charts");
}

#[test]
fn charts_of_nuggets_are_tables() {
    let mut tables = 0;
    for (path, bytes) in support::streams() {
        let archive = Archive::open(bytes, &Limits::default()).unwrap();
        for name in archive.names() {
            let content = archive.read(name).unwrap();
            if RecordTable::is_table(&content) {
                let table = RecordTable::read(&content, &Limits::default()).unwrap();
                assert_eq!(table.write().unwrap(), content, "{path}: {name}");
                tables += 1;
            }
        }
    }
    println!("{tables} tables in nuggets");
}

#[test]
fn parameter_files_are_written_as_they_were_read() {
    let (mut files, mut parameters) = (0, 0);
    for (path, bytes) in support::streams() {
        let archive = Archive::open(bytes, &Limits::default()).unwrap();
        for name in archive.names() {
            let content = archive.read(name).unwrap();
            let text = String::from_utf8_lossy(&content);
            if !text.get(..200).unwrap_or(&text).contains("<Parameters ") {
                continue;
            }
            let read = CfParameters::read(&content, &Limits::default()).unwrap();
            let written = read.write().unwrap();
            assert_eq!(CfParameters::read(&written, &Limits::default()).unwrap(), read, "{path}: {name}");
            files += 1;
            parameters += read.iter().count();
        }
    }
    println!("{files} parameter files with {parameters} parameters");
}

/// Replaces the model of every extension or component-framework nugget whose builder refreshes it. All other
/// nodes, links and files stay unchanged.
#[test]
fn models_are_replaced_in_real_nuggets() {
    let mut replaced = 0;
    for (path, bytes) in support::streams() {
        let before = StreamFile::open(bytes).unwrap();
        for tie in before.stream().ties().iter().filter(|tie| tie.is_active()) {
            let slot = match tie.nugget.typed().unwrap() {
                TypedNode::CfApply(nugget) => nugget.containers[0].name.clone(),
                TypedNode::ExtensionApply(nugget) => {
                    let model = nugget.containers.iter().find(|container| container.model_type.is_some());
                    model.unwrap().name.clone()
                }
                _ => continue,
            };
            let mut header = tie.nugget.model_header().unwrap().unwrap();
            header.build_date = Some(1_582_934_400_000);
            let model = NewModel {
                builder: tie.builder_uid.clone(),
                header,
                contents: vec![(slot, ModelContent::Pmml(b"<PMML/>".to_vec()))],
                inline: Vec::new(),
                build_info: None,
                build_settings: None,
                build_parameters: None,
                saved_at: 1_582_934_400_000,
            };
            let (mut file, uid) = (before.clone(), tie.nugget.uid.as_str());
            file.edit(|edit| edit.replace_model(uid, &model)).unwrap();
            let again = StreamFile::open(file.write().unwrap()).unwrap();
            let header = again.stream().node_by_uid(uid).unwrap().model_header().unwrap().unwrap();
            assert_eq!(header, model.header, "{path}");
            let nodes = |file: &StreamFile| -> Vec<Element> {
                let nodes = file.stream().diagram.nodes().iter();
                nodes.filter(|node| node.uid != uid).map(|node| node.element().clone()).collect()
            };
            if before.stream().diagram.find_uid(uid).is_some() {
                assert_eq!(nodes(&again), nodes(&before), "{path}");
            }
            assert_eq!(again.stream().diagram.links(), before.stream().diagram.links());
            replaced += 1;
        }
    }
    println!("{replaced} models replaced");
}

#[test]
fn palettes_and_saved_models_open_with_their_models() {
    let files = [support::files("gen"), support::files("gm")].concat();
    for (path, bytes) in &files {
        let file = ModelerFile::open(bytes.clone()).unwrap_or_else(|error| panic!("{path}: {error}"));
        let ModelerFileKind::Palette(models) = file.kind() else { panic!("{path} holds no models") };
        assert!(!models.is_empty(), "{path}");
        for model in models {
            assert!(model.node_type.class().ends_with("Output") && !model.name.is_empty(), "{path}");
        }
        assert_eq!(&file.write().unwrap(), bytes, "{path}");
    }
    println!("{} palettes and saved models", files.len());
}
