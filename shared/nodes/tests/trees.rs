//! Trees of real streams: each builder trains on its real data, and the new tree is compared with the one that Modeler
//! stored, node by node.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)] // in tests a panic is the answer

mod support;

use std::path::Path;
use std::sync::Arc;

use satsuma_engine::{Action, Environment, FileFormat, JobRequest, Limits};
use satsuma_stream::{Element, NodeFamily, StreamFile};

use self::support::{Data, add_behind, manifest, streams};

/// The builder that the tests add for a member of an auto classifier.
const OWN: &str = "idTreeBuilder";

/// A tree that Modeler stored.
struct Stored {
    stream: &'static str,
    /// Its nugget, or the auto classifier's builder.
    uid: &'static str,
    /// The side file with its PMML.
    pmml: &'static str,
    /// For a member of an auto classifier: its algorithm, and the parameter file of its builder.
    member: Option<(&'static str, &'static str)>,
    /// The number of nodes.
    nodes: usize,
    /// Whether surrogates send equal records to equal sides. Categories with as many records on both sides may differ.
    surrogates: bool,
    /// Whether nodes have the same numbers, which count the nodes that were cut away.
    numbers: bool,
}

const fn nugget(stream: &'static str, uid: &'static str, pmml: &'static str, nodes: usize) -> Stored {
    Stored { stream, uid, pmml, member: None, nodes, surrogates: true, numbers: true }
}

const fn member(
    stream: &'static str,
    uid: &'static str,
    (pmml, algorithm, parameters): (&'static str, &'static str, &'static str),
    nodes: usize,
) -> Stored {
    Stored {
        stream,
        uid,
        pmml,
        member: Some((algorithm, parameters)),
        nodes,
        surrogates: true,
        numbers: true,
    }
}

const CHAID: [Stored; 4] = [
    nugget("akbarnaeem/stream.str", "id5XK1ZMTYBAWM", "data/0001.dat", 72),
    nugget("anthonykhj/titanic.str", "id32XUG8KUCV3", "data/0001.dat", 9),
    member("anthonykhj/titanic.str", "id7SMUP2ISBZT", ("data/0003.dat", "Chaid", "data/0004.dat"), 9),
    member("infohetvipatel/Stream1.str", "id42FWSS3JHRB", ("data/0013.dat", "Chaid", "data/0014.dat"), 45),
];

const CART: [Stored; 7] = [
    nugget("Mostafamahmoud12824/Stream1.str", "id82DWP3SKAC3", "data/0002.dat", 9),
    Stored {
        surrogates: false,
        ..nugget(
            "AbdelrahmanHamada404+breast-cancer-ibm-spss-modeler/project.str",
            "id5RFVUTNR2ZY",
            "data/0001.dat",
            9,
        )
    },
    member("anthonykhj/titanic.str", "id7SMUP2ISBZT", ("data/0008.dat", "Cart", "data/0009.dat"), 5),
    Stored {
        numbers: false,
        ..member("infohetvipatel/Stream1.str", "id42FWSS3JHRB", ("data/0019.dat", "Cart", "data/0020.dat"), 9)
    },
    nugget("hkwd+spsssample/20210921CADSRTS/不良判定.str", "id1U1WM1QB5ID", "data/0001.dat", 3),
    nugget(
        "hkwd+spsssample/211216二値分類評価指標/211216二値分類評価指標2.str",
        "idS3VIKVUIZV",
        "data/0001.dat",
        11,
    ),
    nugget(
        "hkwd+spsssample/211216二値分類評価指標/211216二値分類評価指標2.str",
        "id6AJW2I2Y9T8",
        "data/0007.dat",
        11,
    ),
];

/// The stream in which only the builder of the tree trains, with the fields as the tree knew them.
fn prepared(path: &Path, stored: &Stored) -> (Arc<StreamFile>, String) {
    let mut file = StreamFile::open(std::fs::read(path).unwrap()).unwrap();
    let is_builder = |node: &&satsuma_stream::Node| node.family() == NodeFamily::Builder;
    let all: Vec<String> = file
        .stream()
        .diagram
        .all_nodes()
        .into_iter()
        .filter(is_builder)
        .map(|node| node.uid.clone())
        .collect();
    let builder = match stored.member {
        Some(_) => OWN.to_owned(),
        None => {
            let ties = file.stream().ties();
            ties.iter().find(|tie| tie.nugget.uid == stored.uid).unwrap().builder_uid.clone()
        }
    };
    let model = holder(file.document(), stored.pmml).unwrap().clone();
    file.edit(|edit| {
        if let Some((algorithm, parameters)) = stored.member {
            let element = edit.node_mut(stored.uid)?;
            let beside = element.attr("id").unwrap().to_owned();
            add_builder(edit.document_mut(), &beside, algorithm, parameters);
        }
        for uid in all.iter().filter(|uid| **uid != builder) {
            edit.set_property(uid, "enabled", "false")?;
        }
        types(edit.document_mut(), &model);
        Ok(())
    })
    .unwrap();
    (Arc::new(file), builder)
}

/// Adds a builder with the same input as another node.
fn add_builder(document: &mut Element, beside: &str, algorithm: &str, parameters: &str) {
    let stream = document.child_mut("stream").unwrap();
    let diagram = stream.child_mut("diagram").unwrap();
    let properties =
        Element::new("properties").with_leaf("name", algorithm).with_leaf("autoModelName", "true");
    let node = Element::new("node")
        .with_attr("id", "990002")
        .with_attr("class", "com.spss.clementine.component.node.CFBuildModelNode")
        .with_attr("saveVersion", "18.0")
        .with_attr("uid", OWN)
        .with_attr("extensionID", "spss.tree-extension")
        .with_attr("extensionObjectID", algorithm)
        .with_attr("properties", parameters)
        .with_child(properties);
    diagram.child_mut("nodes").unwrap().push_child(node);
    let links = diagram.child_mut("links").unwrap();
    let source = links.elements().find(|link| link.attr("dstId") == Some(beside)).unwrap();
    let link = Element::new("link").with_attr("srcId", source.attr("srcId").unwrap());
    links.push_child(link.with_attr("dstId", "990002"));
}

/// The element with the model of a side file.
fn holder<'a>(element: &'a Element, pmml: &str) -> Option<&'a Element> {
    if element.attr("pmml") == Some(pmml) {
        return Some(element);
    }
    element.elements().find_map(|child| holder(child, pmml))
}

/// Gives the fields of all Type nodes the types that they had when the model was trained: some streams were changed
/// later.
fn types(element: &mut Element, model: &Element) {
    let row_of = |element: &Element| {
        let name = element.text_of("name")?.into_owned();
        let input = model
            .child("inputs")?
            .elements()
            .find(|input| input.text_of("name").as_deref() == Some(&name))?;
        (element.name() == "row" && element.child("valueMode").is_some())
            .then(|| input.child("type").cloned())?
    };
    if let Some(trained) = row_of(element)
        && trained.child("values").is_some_and(|values| values.elements().next().is_some())
    {
        element.set_leaf("measure", &trained.text_of("measure").unwrap());
        element.set_leaf("valueMode", "computed");
        element.put_child(Element::clone(&trained));
    }
    element.elements_mut().for_each(|child| types(child, model));
}

async fn train(stream: &Arc<StreamFile>, data: &Data) -> Result<StreamFile, String> {
    let mut result = run(stream, data, Action::Training, "UTF-8").await;
    for encoding in ["Shift_JIS", "GBK"] {
        if result.as_ref().is_err_and(|error| error.contains("not UTF-8")) {
            result = run(stream, data, Action::Training, encoding).await;
        }
    }
    Ok(StreamFile::open(result?).unwrap())
}

/// Runs an action with one result.
async fn run(
    stream: &Arc<StreamFile>,
    data: &Data,
    action: Action,
    encoding: &str,
) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().unwrap();
    let request = JobRequest {
        action,
        stream: Arc::clone(stream),
        sources: Vec::new(),
        exports: Vec::new(),
        format: FileFormat::Csv,
        documents: satsuma_engine::DocumentFormat::Html,
        parameters: Vec::new(),
        system_encoding: encoding.to_owned(),
        work_dir: folder.path().to_owned(),
        limits: Limits::default(),
    };
    let environment = Environment { data: Arc::new(data.clone()), ..Environment::default() };
    let outcome = satsuma_nodes::engine().run(&request, &environment).await;
    let outcome = outcome.map_err(|error| error.to_string())?;
    let [file] = outcome.files.as_slice() else { return Err(format!("{} results", outcome.files.len())) };
    Ok(std::fs::read(&file.path).unwrap())
}

/// The model of the nugget that a builder made or refreshed.
fn new_model(file: &StreamFile, builder: &str) -> Element {
    let ties = file.stream().ties();
    let tie = ties.iter().find(|tie| tie.builder_uid == builder).unwrap();
    tie.nugget.element().path(["properties", "model"]).unwrap().clone()
}

fn pmml(file: &StreamFile, entry: &str) -> Element {
    let model = Element::read(&file.entry(entry).unwrap(), file.limits()).unwrap();
    Element::clone(model.child("TreeModel").unwrap())
}

/// A part of a tree: text, and numbers.
type Part = (String, Vec<f64>);

/// All nodes of a PMML tree: each with its condition, its counts and its statistics.
fn nodes(tree: &Element) -> Vec<Part> {
    let mut parts = Vec::new();
    for node in tree.children("Node") {
        let mut part = (String::new(), Vec::new());
        for name in ["id", "recordCount", "defaultChild"] {
            part.0 += &format!("{name}={} ", node.attr(name).unwrap_or_default());
        }
        let score = node.attr("score").unwrap_or_default();
        let is_mean = node.path(["Extension", "X-Node", "X-RegInfo"]).is_some();
        if is_mean {
            part.1.push(score.parse().unwrap())
        } else {
            part.0 += score
        }
        for child in node.elements() {
            match child.name() {
                "ScoreDistribution" => {
                    let of = |name| child.attr(name).unwrap_or_default();
                    part.0 += &format!(" {}:{}", of("value"), of("recordCount"));
                }
                "Extension" => {
                    child.path(["X-Node"]).unwrap().elements().for_each(|child| attributes(child, &mut part))
                }
                "Node" => {}
                _ => predicate(child, &mut part),
            }
        }
        parts.push(part);
        parts.extend(nodes(node));
    }
    parts
}

fn attributes(element: &Element, part: &mut Part) {
    let mut attributes: Vec<(&str, &str)> = element.attributes().collect();
    attributes.sort_unstable();
    for (name, value) in attributes {
        part.0 += &format!(" {name}");
        part.1.push(value.parse().unwrap());
    }
}

/// The constant at the end of a condition is left out: it is different where missing values pass a test.
fn predicate(element: &Element, part: &mut Part) {
    let of = |name| element.attr(name).unwrap_or_default();
    part.0 += &format!(" [{} {} {}", element.name(), of("booleanOperator"), of("operator"));
    match of("operator") {
        "lessOrEqual" | "greaterThan" => {
            // Modeler prints fifteen digits of limits, which have up to seventeen.
            part.0 += &format!("{} {:.13e}", of("field"), of("value").parse::<f64>().unwrap());
        }
        _ => part.0 += &format!("{} {}", of("field"), of("value")),
    }
    let children: Vec<_> = element.elements().collect();
    match of("booleanOperator") {
        "surrogate" => sorted(&children[..children.len() - 1], part, predicate),
        _ => children.iter().for_each(|child| predicate(child, part)),
    }
    part.0 += "]";
}

/// The test of a split, then its surrogates in the order of their texts: how Modeler orders those that agree equally often
/// is not known.
fn sorted(tests: &[&Arc<Element>], part: &mut Part, write: fn(&Element, &mut Part)) {
    let text = |test: &&Arc<Element>| {
        let mut own = (String::new(), Vec::new());
        write(test, &mut own);
        own.0
    };
    let mut texts: Vec<String> = tests.iter().map(text).collect();
    texts[1..].sort();
    part.0 += &texts.concat();
}

/// The rows of the inline tree.
fn inline(element: &Element) -> Vec<Part> {
    let mut part = (String::new(), Vec::new());
    for child in element.elements() {
        match child.name() {
            "children" => {}
            "condition" => written(child, &mut part),
            "accuracy" | "mean" | "effect" => part.1.push(child.text().parse().unwrap()),
            // Modeler has two letters for the same integers.
            "result" | "modalValue" if child.attr("type") == Some("D") => {
                part.1.push(child.text().parse().unwrap())
            }
            "frequencyAnalysis" => {
                // Modeler's order is that of a hash table.
                let text = |entry: &Arc<Element>| {
                    format!(" {}:{}", entry.text_of("value").unwrap(), entry.text_of("frequency").unwrap())
                };
                let mut entries: Vec<String> = child.elements().map(text).collect();
                entries.sort();
                part.0 += &entries.concat();
            }
            name => part.0 += &format!(" {name}={}", child.text()),
        }
    }
    let mut parts = vec![part];
    let children = element.child("children").into_iter().flat_map(|children| children.elements());
    parts.extend(children.flat_map(|child| inline(child)));
    parts
}

fn written(element: &Element, part: &mut Part) {
    part.0 += &format!(" [{}", element.name());
    element.attributes().for_each(|(name, value)| part.0 += &format!(" {name}={value}"));
    match element.text().parse::<f64>() {
        Ok(number) if element.name() == "value" && element.attr("type") != Some("A") => {
            part.0 += &format!(" {number:.13e}");
        }
        _ if element.elements().next().is_none() => part.0 += &element.text(),
        _ => {}
    }
    let children: Vec<_> = element.elements().collect();
    match (element.text_of("op").as_deref(), element.child("children")) {
        (Some("surrogate"), Some(tests)) => sorted(&tests.elements().collect::<Vec<_>>(), part, written),
        _ => children.iter().for_each(|child| written(child, part)),
    }
    part.0 += "]";
}

/// Without the categories in the texts: a surrogate's test of a category begins with one of these.
fn without_categories(parts: Vec<Part>) -> Vec<Part> {
    let cut = |part: Part| {
        let kept = part.0.split(" [").filter(|text| {
            let is_category = text.contains("SimplePredicate  equal") || text.starts_with("value type=A");
            !is_category && !text.starts_with("False")
        });
        (kept.collect::<Vec<_>>().join(" [").replace(']', ""), part.1)
    };
    parts.into_iter().map(cut).collect()
}

/// Without the numbers of nodes in the texts.
fn without_numbers(parts: Vec<Part>) -> Vec<Part> {
    let is_kept = |word: &&str| !word.starts_with("id=") && !word.starts_with("defaultChild=");
    let cut = |part: Part| (part.0.split(' ').filter(is_kept).collect::<Vec<_>>().join(" "), part.1);
    parts.into_iter().map(cut).collect()
}

/// The parts are equal, their numbers to this share.
fn compare(new: &[Part], old: &[Part], share: f64, what: &str) {
    for (new, old) in new.iter().zip(old) {
        assert_eq!(new.0, old.0, "{what}");
        assert_eq!(new.1.len(), old.1.len(), "{what}");
        for (one, two) in new.1.iter().zip(&old.1) {
            let scale = two.abs().max(f64::MIN_POSITIVE);
            assert!(
                (one - two).abs() <= share * scale,
                "{what}: {one} is not {two}\n{} {:?} {:?}",
                old.0,
                new.1,
                old.1
            );
        }
    }
    assert_eq!(new.len(), old.len(), "{what}");
}

/// The risk of a tree, and its standard error.
fn risk(tree: &Element) -> Part {
    let extension = tree.child("Extension").unwrap();
    let numbers = extension.elements().map(|number| number.attr("value").unwrap().parse().unwrap());
    (String::new(), numbers.collect())
}

/// Trains the builders of some stored trees and compares all nodes, in PMML and inline. Numbers are printed with
/// fifteen digits; p-values are exact to `share`.
async fn rebuild(trees: &[Stored], share: f64) {
    let Some(folder) = streams() else { return };
    for stored in trees {
        let entries = manifest(&folder);
        let entry = entries.iter().find(|entry| entry["stream"] == stored.stream).unwrap();
        let path = folder.join(stored.stream);
        let what = format!("{} {}", stored.stream, stored.pmml);
        let (stream, builder) = prepared(&path, stored);
        let data = Data::of(entry, &folder);
        let new_file = match train(&stream, &data).await {
            Ok(file) => file,
            Err(reason) => panic!("{what}: {reason}"),
        };
        let new = new_model(&new_file, &builder);
        let old = holder(stream.document(), stored.pmml).unwrap();
        let new_tree = pmml(&new_file, new.attr("pmml").unwrap());
        let old_tree = pmml(&stream, stored.pmml);
        println!("{what}: {} nodes, {} stored", nodes(&new_tree).len(), nodes(&old_tree).len());
        let shown = |parts: Vec<Part>| {
            let parts = if stored.surrogates { parts } else { without_categories(parts) };
            if stored.numbers { parts } else { without_numbers(parts) }
        };
        compare(&shown(nodes(&new_tree)), &shown(nodes(&old_tree)), share, &what);
        compare(&[risk(&new_tree)], &[risk(&old_tree)], 1e-13, &what);
        assert_eq!(nodes(&new_tree).len(), stored.nodes, "{what}");
        let root = |model: &Element| shown(inline(model.child("root").unwrap()));
        compare(&root(&new), &root(old), 1e-12, &what);
        let leaves =
            ["binaryModel", "groupSymbolics", "allowsFrequencies", "allowsSurrogates", "builtWithC5"];
        for leaf in leaves {
            assert_eq!(new.text_of(leaf), old.text_of(leaf), "{what} {leaf}");
        }
    }
}

/// Proof: trees that Modeler stored. Fields, groups, cuts and counts are equal; statistics agree to the digits that
/// are printed, p-values to 1e-12.
#[tokio::test]
async fn chaid_rebuilds_the_trees_of_real_streams() {
    rebuild(&CHAID, 1e-12).await;
}

/// Proof: trees that Modeler stored. Splits, cuts, counts and surrogates are equal, and the risk for the records that were
/// set aside. Improvements, which Modeler adds up, agree to 1e-8.
#[tokio::test]
async fn c_and_r_tree_rebuilds_the_trees_of_real_streams() {
    rebuild(&CART, 1e-8).await;
}

/// The trained stream scores its own records. Each leaf of CHAID gets the records that trained it, and the share of
/// right predictions is that which Modeler stored with the model. A second training gives the same model; other side
/// files stay byte for byte.
#[tokio::test]
async fn a_trained_tree_scores_its_own_records() {
    let Some(folder) = streams() else { return };
    for (stored, accuracy) in [(&CHAID[3], "0.7853638"), (&CART[3], "0.7895396")] {
        let entries = manifest(&folder);
        let entry = entries.iter().find(|entry| entry["stream"] == stored.stream).unwrap();
        let data = Data::of(entry, &folder);
        let (stream, builder) = prepared(&folder.join(stored.stream), stored);
        let trained = train(&stream, &data).await.unwrap();
        let model = new_model(&trained, &builder);
        let leaves = leaves(&pmml(&trained, model.attr("pmml").unwrap()));
        let mut scoring = trained.clone();
        let (uid, id) = {
            let ties = scoring.stream().ties();
            let tie = ties.iter().find(|tie| tie.builder_uid == builder).unwrap();
            (tie.nugget.uid.clone(), tie.nugget.id.0.to_string())
        };
        scoring.edit(|edit| edit.set_property(&uid, "displayRuleIdField", "true")).unwrap();
        add_behind(&mut scoring, &id, "TableNode", |_| {});
        let scores = run(&Arc::new(scoring), &data, Action::BatchScore, "UTF-8").await.unwrap();
        let scores = String::from_utf8(scores).unwrap();
        let mut lines = scores.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let names = lines.next().unwrap();
        let place = |name: &str| names.iter().position(|field| *field == name).unwrap();
        let (target, predicted, rule) = (place("target"), place("$R-target"), place("$RI-target"));
        let mut counts = std::collections::BTreeMap::new();
        let (mut all, mut right) = (0.0, 0.0);
        for line in lines {
            *counts.entry(line[rule].to_owned()).or_insert(0.0) += 1.0;
            all += 1.0;
            right += f64::from(line[target] == line[predicted]);
        }
        assert_eq!(format!("{:.7}", right / all), accuracy, "{}", stored.pmml);
        if stored.pmml == CHAID[3].pmml {
            assert_eq!(counts.into_iter().collect::<Vec<_>>(), leaves);
        }

        let second = train(&Arc::new(trained.clone()), &data).await.unwrap();
        for name in stream.entry_names().filter(|name| name.starts_with("data/")) {
            assert_eq!(second.entry(name).unwrap(), stream.entry(name).unwrap(), "{name}");
        }
        let both = [&trained, &second].map(|file| {
            let model = new_model(file, &builder);
            (file.entry(model.attr("pmml").unwrap()).unwrap(), inline(model.child("root").unwrap()))
        });
        assert_eq!(both[0], both[1], "{}", stored.stream);
    }
}

/// The leaves of a PMML tree, with their records, in the order of their texts.
fn leaves(tree: &Element) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    for node in tree.children("Node") {
        match node.child("Node") {
            Some(_) => found.extend(leaves(node)),
            None => {
                let records = node.attr("recordCount").unwrap().parse().unwrap();
                found.push((node.attr("id").unwrap().to_owned(), records));
            }
        }
    }
    found.sort_by(|one, two| one.0.cmp(&two.0));
    found
}
