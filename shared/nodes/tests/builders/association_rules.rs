//! Rules of the Association Rules node.

use std::sync::Arc;

use satsuma_stream::{Element, ScfContainer, StreamFile};

use super::support::{Data, manifest, streams};
use super::svm::tied;
use super::{prepared, train};

/// A document of a nugget.
fn document(file: &StreamFile, nugget: &Element, name: &str) -> Element {
    let mut containers = nugget.children("container");
    let container =
        containers.find(|container| container.text_of("containerName").as_deref() == Some(name)).unwrap();
    let content = file.entry(container.attr("containerData").unwrap()).unwrap();
    let container = ScfContainer::read(&content, file.limits()).unwrap();
    Element::read(&container.entries[0].payload, file.limits()).unwrap()
}

/// Gives fields the ranges that they had when the model was trained: the Type node was changed later.
fn ranges(element: &mut Element, fields: &Element) {
    let name = element.text_of("name").unwrap_or_default().into_owned();
    let mut all = fields.elements();
    let field = all.find(|field| field.attr("name") == Some(&name)).and_then(|field| field.child("Range"));
    if let Some(range) = field.filter(|_| element.name() == "row" && element.child("valueMode").is_some()) {
        let whole = |name: &str| range.attr(name).unwrap().parse::<f64>().unwrap().to_string();
        let value = |name| Element::new("value").with_attr("type", "J").with_text(&whole(name));
        let values = Element::new("values").with_child(value("minValue")).with_child(value("maxValue"));
        let of_row = element.child_mut("type").unwrap();
        of_row.set_leaf("measure", "range");
        of_row.put_child(values);
        element.set_leaf("measure", "range");
    }
    element.elements_mut().for_each(|child| ranges(child, fields));
}

/// An element as text and as numbers: numbers may be written differently.
fn same(new: &Element, old: &Element) {
    assert_eq!(new.name(), old.name());
    let sorted = |element: &Element| {
        let mut attributes: Vec<(String, String)> =
            element.attributes().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        attributes.sort();
        attributes
    };
    let (new_values, old_values) = (sorted(new), sorted(old));
    assert_eq!(new_values.len(), old_values.len(), "{new:?} {old:?}");
    for ((name, new_value), (old_name, old_value)) in new_values.iter().zip(&old_values) {
        assert_eq!(name, old_name);
        let numbers = (new_value.parse::<f64>(), old_value.parse::<f64>());
        match numbers {
            (Ok(new), Ok(old)) if name == "lift" => assert!((new - old).abs() <= 1e-14 * old, "{new} {old}"),
            (Ok(new), Ok(old)) => assert_eq!(new, old, "{name}"),
            _ => assert_eq!(new_value, old_value, "{name}"),
        }
    }
    let (new_children, old_children) = (new.elements().count(), old.elements().count());
    assert_eq!(new_children, old_children, "{}", new.name());
    new.elements().zip(old.elements()).for_each(|(new, old)| same(new, old));
}

/// Proof: a model that Modeler stored. All 37 items, 1,002 sets and 1,000 rules are equal, their order, supports and
/// confidences to the bit, and the lift to 1e-14; so are the limits of all bins.
#[tokio::test]
async fn association_rules_rebuild_the_rules_of_a_real_stream() {
    let Some(folder) = streams() else { return };
    let mut compared = 0;
    for entry in &manifest(&folder) {
        let name = entry["stream"].as_str().unwrap();
        let path = folder.join(name);
        let Ok(file) = StreamFile::open(std::fs::read(&path).unwrap()) else { continue };
        for tied in tied(&file, "gsarmodel") {
            let old = file.stream().node_by_uid(&tied.nugget).unwrap().element().clone();
            let mut stream = StreamFile::clone(&prepared(&path, &tied));
            let fields = document(&file, &old, "StatXML").path(["DataModel", "Fields"]).unwrap().clone();
            let edited = stream.edit(|edit| {
                ranges(edit.document_mut(), &fields);
                Ok(())
            });
            edited.unwrap();
            let trained = train(&Arc::new(stream), &Data::of(entry, &folder), &tied.nugget).await;
            let (new_file, new) = match trained {
                Ok(trained) => trained,
                Err(reason) => {
                    println!("{name} {}: {reason}", tied.nugget);
                    continue;
                }
            };
            let (new, old) = (document(&new_file, &new, "PMML"), document(&file, &old, "PMML"));
            println!(
                "{name}: {} rules",
                new.child("AssociationModel").unwrap().children("AssociationRule").count()
            );
            for part in ["TransformationDictionary", "AssociationModel"] {
                let [new, old] = [&new, &old].map(|document| document.child(part));
                assert_eq!(new.is_some(), old.is_some(), "{name} {part}");
                new.iter().zip(&old).for_each(|(new, old)| same(new, old));
            }
            compared += 1;
        }
    }
    assert!(compared >= 1, "{compared} models");
}
