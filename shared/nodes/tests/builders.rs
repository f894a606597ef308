//! Builders of real streams: each trains on its real data with the options that its nugget remembers, and the new
//! model is compared with the one that Modeler stored.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)] // in tests a panic is the answer

#[path = "builders/association_rules.rs"]
mod association_rules;
#[path = "builders/c5.rs"]
mod c5;
#[path = "builders/feature_selection.rs"]
mod feature_selection;
#[path = "builders/random_trees.rs"]
mod random_trees;
mod support;
#[path = "builders/svm.rs"]
mod svm;

use std::path::Path;
use std::sync::Arc;

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Action, Environment, FileFormat, JobRequest, Limits};
use satsuma_stream::{Element, StreamFile};

use self::support::{Data, add_behind, manifest, streams};

/// A nugget and its builder.
struct Tied {
    nugget: String,
    builder: String,
}

/// The nuggets of a class whose builders are in the stream.
fn tied(file: &StreamFile, class: &str) -> Vec<Tied> {
    let ties = file.stream().ties();
    let wanted = ties.iter().filter(|tie| tie.nugget.node_type.class() == class && tie.builder.is_some());
    wanted.map(|tie| Tied { nugget: tie.nugget.uid.clone(), builder: tie.builder_uid.clone() }).collect()
}

/// The stream in which only this builder trains, with the options and fields of the nugget, which it refreshes.
fn prepared(path: &Path, tied: &Tied) -> Arc<StreamFile> {
    let mut file = StreamFile::open(std::fs::read(path).unwrap()).unwrap();
    let others: Vec<String> = file
        .stream()
        .diagram
        .all_nodes()
        .into_iter()
        .filter(|node| node.family() == satsuma_stream::NodeFamily::Builder && node.uid != tied.builder)
        .map(|node| node.uid.clone())
        .collect();
    let nugget = file.stream().node_by_uid(&tied.nugget).unwrap().element().clone();
    let class = file.stream().node_by_uid(&tied.nugget).unwrap().node_type.class().to_owned();
    let values = nugget.path(["modelBuildInfo", "propertyValues"]).unwrap().clone();
    let model = model_of(&nugget).clone();
    file.edit(|edit| {
        for uid in &others {
            edit.set_property(uid, "enabled", "false")?;
        }
        edit.set_property(&tied.nugget, "refreshLinkState", "TurnOnReplaceLink")?;
        edit.set_property(&tied.nugget, "builderNodeId", &tied.builder)?;
        let builder = edit.node_mut(&tied.builder)?;
        let properties = builder.child_mut("properties").unwrap();
        for value in values.elements() {
            properties.put_child(Element::clone(value));
        }
        let directed = |wanted: &[&str], name: &str| {
            let inputs = model.child("inputs").unwrap();
            let fields = inputs
                .elements()
                .filter(|input| wanted.contains(&input.text_of("direction").unwrap_or_default().as_ref()));
            let fields = fields.map(|input| Element::new("field").with_text(&input.text_of("name").unwrap()));
            Element::new(name).with_children(fields)
        };
        types(edit.document_mut(), &model);
        // By their roles, builders use the partition field of a Type node; with fields of their own, they name it.
        let partition = partition(edit.document_mut());
        let builder = edit.node_mut(&tied.builder)?;
        let properties = builder.child_mut("properties").unwrap();
        let mut targets = directed(&["out", "both"], "modelTargetFieldSelection");
        if targets.elements().next().is_none() {
            // Models of extensions, and some others, name their target only in the fields that they add.
            if let Some(target) = predicted(&model) {
                targets.push_child(Element::new("field").with_text(&target));
            }
        }
        // Models that do not list their target do not list all of their inputs, either.
        // Their roles, or the types that they read, were changed later.
        let is_changed = ["infohetvipatel/Stream1.str", "香水分析数据挖掘流2019.str"]
            .iter()
            .any(|end| path.ends_with(end));
        let lists_all =
            is_changed || !["ApplyC5RuleNode", "ApplyFeatureSelectionNode"].contains(&class.as_str());
        // Extensions without a field of their own use the role.
        let is_by_role = class != "ExtensionApplyModelNode"
            && properties.text_of("autoModelFieldSelection").as_deref() == Some("true");
        if lists_all {
            if let Some(partition) = partition.filter(|_| is_by_role && used_partition(&nugget)) {
                properties.set_leaf("partitionField", &partition);
            }
            properties.set_leaf("autoModelFieldSelection", "false");
            properties.put_child(directed(&["in", "both", ""], "modelInputFieldSelection"));
            properties.put_child(targets);
        }
        Ok(())
    })
    .unwrap();
    Arc::new(file)
}

/// Whether only the training partition trained the model of a nugget.
fn used_partition(nugget: &Element) -> bool {
    let shown = nugget.path(["properties", "buildSettings"]).unwrap().elements();
    let mut shown = shown.filter(|shown| shown.text_of("name").as_deref() == Some("usePartitionedData"));
    shown.any(|shown| shown.text_of("value").as_deref() == Some("true"))
}

/// The field that a Type node makes the partition.
fn partition(element: &Element) -> Option<String> {
    if element.name() == "row" && element.text_of("direction").as_deref() == Some("partition") {
        return element.text_of("name").map(|name| name.into_owned());
    }
    element.elements().find_map(|child| partition(child))
}

/// The description of a nugget's model: a property, or the container of an extension.
fn model_of(nugget: &Element) -> &Element {
    let containers = nugget.path(["contentContainers", "containers"]);
    let mut containers = containers.into_iter().flat_map(|containers| containers.children("container"));
    let of_extension = containers.find(|container| container.child("outputs").is_some());
    of_extension.map_or_else(|| nugget.path(["properties", "model"]).unwrap(), |container| &**container)
}

/// The target that a model predicts.
fn predicted(model: &Element) -> Option<String> {
    let outputs = model.child("outputs")?;
    let mut infos = outputs.elements().filter_map(|output| output.child("modelFieldInfo"));
    infos.find_map(|info| info.attr("targetField").map(str::to_owned))
}

/// Gives the fields of all Type nodes the types that they had when the model was trained: some streams were changed
/// later.
fn types(element: &mut Element, model: &Element) {
    let inputs = model.child("inputs").unwrap();
    let is_input = |name: &str| inputs.elements().any(|input| input.text_of("name").as_deref() == Some(name));
    // A Filter node dropped the field later.
    if element.name() == "row" && element.text_of("name").is_some_and(|name| is_input(&name)) {
        element.retain_children(|child| child.name() != "drop");
    }
    let row_of = |element: &Element| {
        let name = element.text_of("name")?.into_owned();
        let input = inputs.elements().find(|input| input.text_of("name").as_deref() == Some(&name))?;
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

/// Trains, and returns the stream with the new nugget. Streams contain "system" for the encoding of their
/// author's computer.
async fn train(stream: &Arc<StreamFile>, data: &Data, nugget: &str) -> Result<(StreamFile, Element), String> {
    let mut result = train_encoded(stream, data, nugget, "UTF-8").await;
    for encoding in ["Shift_JIS", "GBK"] {
        if result.as_ref().is_err_and(|error| error.contains("not UTF-8")) {
            result = train_encoded(stream, data, nugget, encoding).await;
        }
    }
    result
}

async fn train_encoded(
    stream: &Arc<StreamFile>,
    data: &Data,
    nugget: &str,
    encoding: &str,
) -> Result<(StreamFile, Element), String> {
    let folder = tempfile::tempdir().unwrap();
    let request = JobRequest {
        action: Action::Training,
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
    let file = StreamFile::open(std::fs::read(&file.path).unwrap()).unwrap();
    let element = file.stream().node_by_uid(nugget).unwrap().element().clone();
    Ok((file, element))
}

/// A rule as text: all that a nugget stores of it.
fn rules(file: &StreamFile, nugget: &Element) -> Vec<(String, Vec<f64>)> {
    let rules = nugget.path(["properties", "model", "rules"]).unwrap();
    let content = file.entry(rules.attr("containerData").unwrap()).unwrap();
    let document = [b"<rules>".as_slice(), &content, b"</rules>"].concat();
    let document = Element::read(&document, file.limits()).unwrap();
    let condition = |element: &Element| {
        format!("{}={}", element.text_of("field").unwrap(), element.text_of("value").unwrap())
    };
    let rule = |rule: &Arc<Element>| {
        let antecedents = rule.path(["antecedent", "children"]).unwrap();
        let antecedents = antecedents.elements().map(|child| condition(child)).collect::<Vec<_>>();
        let text = format!(
            "{}: {} => {}",
            rule.text_of("ruleId").unwrap(),
            antecedents.join(" & "),
            condition(rule.child("consequent").unwrap())
        );
        let numbers = ["instances", "support", "confidence", "ruleSupport", "lift", "deployability"];
        (text, numbers.iter().map(|name| rule.text_of(name).unwrap().parse().unwrap()).collect())
    };
    document.children("rule").map(rule).collect()
}

/// Proof: models that Modeler stored. Rules and their order are equal; counts, supports and confidences are equal to the
/// bit, lift and deployability to 1e-14 of the support, which they are differences and quotients of.
#[tokio::test]
async fn apriori_rebuilds_the_rules_of_real_streams() {
    let Some(folder) = streams() else { return };
    let mut compared = 0;
    for entry in &manifest(&folder) {
        let name = entry["stream"].as_str().unwrap();
        let path = folder.join(name);
        let Ok(file) = StreamFile::open(std::fs::read(&path).unwrap()) else { continue };
        for tied in tied(&file, "ApplyAprioriNode") {
            let old = file.stream().node_by_uid(&tied.nugget).unwrap().element().clone();
            let trained = train(&prepared(&path, &tied), &Data::of(entry, &folder), &tied.nugget).await;
            let (new_file, new) = match trained {
                Ok(trained) => trained,
                Err(reason) => {
                    println!("{name} {}: {reason}", tied.nugget);
                    continue;
                }
            };
            let (old, new) = (rules(&file, &old), rules(&new_file, &new));
            println!("{name} {}: {} rules, {} stored", tied.nugget, new.len(), old.len());
            let texts =
                |rules: &[(String, Vec<f64>)]| rules.iter().map(|rule| rule.0.clone()).collect::<Vec<_>>();
            assert_eq!(texts(&new), texts(&old), "{name}");
            for (new, old) in new.iter().zip(&old) {
                let new_support = new.1[1];
                assert_eq!(new.1[..4], old.1[..4], "{}", new.0);
                for (new, old) in new.1.iter().zip(&old.1) {
                    assert!((new - old).abs() <= 1e-14 * new_support.max(1.0), "{new} {old}");
                }
            }
            compared += 1;
        }
    }
    assert!(compared >= 7, "{compared} models");
}

/// The lines of a structure of the nugget's model.
fn lines(nugget: &Element, name: &str) -> Vec<String> {
    let list = nugget.path(["properties", "model", name]).unwrap();
    list.elements().map(|line| line.text().into_owned()).collect()
}

/// Proof: models that Modeler stored. Centres, changes of each iteration, sizes, and the counts of all values in all
/// clusters are equal byte for byte; means and deviations to 1e-14.
#[tokio::test]
async fn k_means_rebuilds_the_clusters_of_real_streams() {
    let Some(folder) = streams() else { return };
    let mut compared = 0;
    for entry in &manifest(&folder) {
        let name = entry["stream"].as_str().unwrap();
        let path = folder.join(name);
        let Ok(file) = StreamFile::open(std::fs::read(&path).unwrap()) else { continue };
        for tied in tied(&file, "ApplyKMeansNode") {
            let old = file.stream().node_by_uid(&tied.nugget).unwrap().element().clone();
            let trained = train(&prepared(&path, &tied), &Data::of(entry, &folder), &tied.nugget).await;
            let new = match trained {
                Ok((_, new)) => new,
                Err(reason) => {
                    println!("{name} {}: {reason}", tied.nugget);
                    continue;
                }
            };
            for structure in ["kmeansCentreFile", "kmeansResFile", "clusterFile"] {
                let (old, new) = (lines(&old, structure), lines(&new, structure));
                assert_eq!(new.len(), old.len(), "{name} {structure}");
                for (new, old) in new.iter().zip(&old) {
                    let numbers = (new.parse::<f64>(), old.parse::<f64>());
                    let is_statistic =
                        structure == "clusterFile" && old.contains("e+0") | old.contains("e-0");
                    match numbers {
                        (Ok(new), Ok(old)) if is_statistic => assert!((new - old).abs() <= 1e-14 * old.abs()),
                        _ => assert_eq!(new, old, "{name} {structure}"),
                    }
                }
            }
            compared += 1;
        }
    }
    assert!(compared >= 2, "{compared} models");
}

/// Documented behaviour (IBM, "Apriori Node": transactional data); rules computed by hand. The builder has no nugget
/// and gets one; a second training refreshes it and changes nothing else.
#[tokio::test]
async fn transactions_train_a_new_nugget_and_refresh_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("id", "integer"), ("item", "string")], "");
    let types = sketch.node(
        "TypeNode",
        "types",
        "<typeTable><defaultValueMode>read</defaultValueMode><rows/></typeTable>",
        "",
    );
    let properties = "<transactionalData>true</transactionalData><idField>id</idField>\
        <contentField>item</contentField><minRuleConfidence>60.0</minRuleConfidence>";
    let builder = sketch.node("BuildAprioriNode", "Apriori", properties, "");
    sketch.chain(&[source, types, builder]);
    let mut job = sketch.job(folder.path());
    job.action = Action::Training;
    job.sources =
        vec![data(folder.path(), "in", "id,item\n1,tea\n2,tea\n1,bun\n2,bun\n3,tea\n1,tea\n4,egg\n")];
    let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
    let trained = StreamFile::open(std::fs::read(&outcome.files[0].path).unwrap()).unwrap();
    assert_eq!(outcome.files[0].name, "sketch.str");
    let nugget = trained.stream().diagram.find("id & item").unwrap().element().clone();
    let found =
        rules(&trained, &nugget).into_iter().map(|(rule, numbers)| (rule, numbers[2])).collect::<Vec<_>>();
    let expected =
        [("1: bun=T => tea=T".to_owned(), 100.0), ("2: tea=T => bun=T".to_owned(), 66.66666666666666)];
    assert_eq!(found, expected);

    job.stream = Arc::new(trained);
    let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
    let again = StreamFile::open(std::fs::read(&outcome.files[0].path).unwrap()).unwrap();
    assert_eq!(again.stream().diagram.all_nodes().len(), job.stream.stream().diagram.all_nodes().len());
    let refreshed = again.stream().diagram.find("id & item").unwrap().element().clone();
    assert_eq!(rules(&again, &refreshed), rules(&job.stream, &nugget));
}

/// The trained stream scores its own records: the nugget's document gives each record the cluster that the builder
/// gave it. Clusters computed by hand.
#[tokio::test]
async fn a_trained_k_means_nugget_scores_its_own_records() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = Sketch::default();
    let source = sketch.var_file("in", "in.csv", &[("x", "real"), ("kind", "string")], "");
    let read = "<typeTable><defaultValueMode>read</defaultValueMode><rows/></typeTable>";
    let types = sketch.node("TypeNode", "types", read, "");
    // A new nugget copies these from its builder.
    let properties = "<numClusters>2</numClusters><clusterLabel>group</clusterLabel>\
        <clusterLabelType>STRING</clusterLabelType><encodingValueForSets>0.707107</encodingValueForSets>\
        <generateDistanceField>false</generateDistanceField><showClusterProximity>false</showClusterProximity>\
        <useBinarySetEncoding>false</useBinarySetEncoding>";
    let builder = sketch.node("BuildKMeansNode", "K-Means", properties, "");
    sketch.chain(&[source, types, builder]);
    let mut job = sketch.job(folder.path());
    job.action = Action::Training;
    job.sources = vec![data(folder.path(), "in", "x,kind\n0,a&b\n1,<c>\n0.1,a&b\n0.9,<c>\n,d\n")];
    let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
    let mut trained = StreamFile::open(std::fs::read(&outcome.files[0].path).unwrap()).unwrap();
    let nugget = trained.stream().ties().first().unwrap().nugget.id.0.to_string();
    add_behind(&mut trained, &nugget, "TableNode", |_| {});
    (job.action, job.stream) = (Action::BatchScore, Arc::new(trained));
    let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
    let scores = std::fs::read_to_string(&outcome.files[0].path).unwrap();
    let groups = scores.lines().map(|line| line.rsplit(',').next().unwrap()).collect::<Vec<_>>();
    assert_eq!(groups, ["$KM-K-Means", "group-1", "group-2", "group-1", "group-2", "group-1"], "{scores}");
}
