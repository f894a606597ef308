//! Jobs that train: quality, conditions for new models, failures of single builders, and overrides that no file keeps.
//!
//! The builder here has the simplest algorithm of all: its tree has one node, which predicts the most frequent category
//! of the training records. Its nugget is scored like any other tree.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // in tests a panic is the answer

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use futures::StreamExt;
use satsuma_columns::{Role, Scalar};
use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{
    Action, BuiltModel, Compile, Compiled, Engine, EngineError, Environment, Event, Inputs, JobOutcome,
    JobRequest, Measure, NodeError, NodeRun, NodeType, ParameterOverride, Part, Product, Promotion, Registry,
    Reported, Table, Terminal, Training,
};
use satsuma_stream::nodes::{ModelHeader, OutputField, OutputRole};
use satsuma_stream::{
    Element, Field, FieldType, Measure as Level, ModelContent, NewModel, NewNugget, Storage, StreamFile,
    Value,
};

static MAJORITY: NodeType =
    NodeType { class: "BuildC5RuleNode", extension: None, inputs: Inputs::One, settings: &[], compile };

/// All types of nodes, and the builder of this file before those of its class.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let known = &satsuma_nodes::REGISTRY;
    let types = std::iter::once(&MAJORITY).chain(known.types.iter().copied()).collect::<Vec<_>>();
    Engine::new(Box::leak(Box::new(Registry { types: Box::leak(types.into_boxed_slice()), ..*known })))
});

struct Majority(String);

fn compile(compile: &mut Compile<'_>) -> Result<Compiled, Reported> {
    if compile.node().property("refused").is_some() {
        return Err(compile.refuse_value("refused", true, "not supported"));
    }
    Ok(Compiled::terminal(Majority(compile.node().uid.clone())))
}

#[async_trait]
impl Terminal for Majority {
    fn file_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn uses_values(&self) -> bool {
        true
    }

    async fn run(&self, input: Table, run: &NodeRun) -> Result<Vec<Product>, NodeError> {
        let model = input.model().clone();
        let target = model.with_role(Role::Target).next().unwrap().name.clone();
        let partition = model.with_role(Role::Partition).next();
        let training =
            partition.map(|field| (model.position(&field.name).unwrap(), field.values.members()[0].clone()));
        let at = model.position(&target).unwrap();
        let mut counts = BTreeMap::<String, u64>::new();
        let mut batches = input.records(run).await?;
        while let Some(batch) = batches.next().await {
            let batch = batch?;
            for row in 0..batch.num_rows() {
                let trains =
                    training.as_ref().is_none_or(|(at, value)| Scalar::at(batch.column(*at), row) == *value);
                if let (true, Scalar::String(category)) = (trains, Scalar::at(batch.column(at), row)) {
                    *counts.entry(category.to_string()).or_default() += 1;
                }
            }
        }
        let records = counts.values().sum::<u64>();
        let Some((most, _)) = counts.iter().max_by_key(|(_, count)| **count) else {
            return Err(NodeError::Model("there are no records to train with".to_owned()));
        };
        run.note_training_records(records);
        Ok(vec![Product::Model(Box::new(nugget(&self.0, &target, most, &counts)))])
    }
}

/// The nugget of a tree with one node.
fn nugget(builder: &str, target: &str, most: &str, counts: &BTreeMap<String, u64>) -> NewNugget {
    let records = counts.values().sum::<u64>();
    let values = counts.keys().map(|value| format!("<Value value=\"{value}\"/>")).collect::<String>();
    let shares = counts
        .iter()
        .map(|(value, count)| format!("<ScoreDistribution value=\"{value}\" recordCount=\"{count}\"/>"));
    let shares = shares.collect::<String>();
    let pmml = format!(
        r#"<PMML version="4.1" xmlns="http://www.dmg.org/PMML-4_1"><Header copyright=""/><DataDictionary>
        <DataField name="x" optype="continuous" dataType="double"/>
        <DataField name="{target}" optype="categorical" dataType="string">{values}</DataField></DataDictionary>
        <TreeModel functionName="classification"><MiningSchema><MiningField name="x" usageType="active"/>
        <MiningField name="{target}" usageType="predicted"/></MiningSchema>
        <Node id="0" score="{most}" recordCount="{records}"><True/>{shares}</Node></TreeModel></PMML>"#
    );
    let output = |name: &str, storage, level, role| OutputField {
        name: format!("{name}-{target}"),
        field_type: FieldType::new(storage, level),
        role: Some(role),
        target_field: Some(target.to_owned()),
        tag: None,
    };
    let parts =
        ["binaryModel", "groupSymbolics", "estimatedAccuracy", "allowsFrequencies", "allowsSurrogates"];
    let parts = parts.into_iter().chain([
        "useCrossValidation",
        "crossValidationMean",
        "crossValidationSE",
        "builtWithC5",
        "root",
    ]);
    let mut predicted = output("$C", Storage::String, Level::Set, OutputRole::PredictedValue);
    predicted.field_type.values = counts.keys().cloned().map(Value::Text).collect();
    NewNugget {
        model: NewModel {
            builder: builder.to_owned(),
            header: ModelHeader {
                name: target.to_owned(),
                algorithm_name: "Majority".to_owned(),
                build_date: Some(0),
                record_count: None,
                inputs: vec![Field {
                    name: "x".to_owned(),
                    field_type: FieldType::new(Storage::Real, Level::Range),
                }],
                outputs: vec![predicted, output("$CC", Storage::Real, Level::Range, OutputRole::Probability)],
            },
            contents: vec![("pmml".to_owned(), ModelContent::Pmml(pmml.into_bytes()))],
            inline: parts.map(Element::new).collect(),
            build_info: Some(Element::new("modelBuildInfo").with_attr("modelBuilderId", "BuildC5RuleNode")),
            build_settings: Some(Element::new("buildSettings")),
            build_parameters: None,
            saved_at: 0,
        },
        model_type: None,
        options: Vec::new(),
        scoring_parameters: None,
        application: ("Test".to_owned(), "1".to_owned()),
    }
}

/// A stream with builders of these labels and properties, behind a Type node with a target and a partition.
fn stream(builders: &[(&str, &str)]) -> Sketch {
    let mut sketch = Sketch::default();
    let fields = [("x", "real"), ("y", "string"), ("part", "string")];
    let source = sketch.var_file("in", "in.csv", &fields, "");
    let row = |name: &str, role: &str| {
        format!("<row><name>{name}</name><direction>{role}</direction><valueMode>read</valueMode></row>")
    };
    let rows = [row("y", "out"), row("part", "partition")].concat();
    let table =
        format!("<typeTable><defaultValueMode>read</defaultValueMode><rows>{rows}</rows></typeTable>");
    let types = sketch.node("TypeNode", "types", &table, "");
    sketch.chain(&[source, types]);
    for (label, properties) in builders {
        let builder = sketch.node("BuildC5RuleNode", label, properties, "");
        sketch.link(types, builder);
    }
    sketch
}

fn job(sketch: &Sketch, folder: &Path, records: &[(&str, &str, usize)]) -> JobRequest {
    let mut job = sketch.job(folder);
    job.action = Action::Training;
    give(&mut job, folder, records);
    job
}

/// Records with a category, in a partition, so often.
fn give(job: &mut JobRequest, folder: &Path, records: &[(&str, &str, usize)]) {
    let lines = records.iter().map(|(category, part, times)| format!("1,{category},{part}\n").repeat(*times));
    let text = std::iter::once("x,y,part\n".to_owned()).chain(lines).collect::<String>();
    job.sources = vec![data(folder, "in", &text)];
}

async fn train(job: &JobRequest, training: &Training) -> Result<JobOutcome, EngineError> {
    ENGINE.train(job, training, &Environment::default()).await
}

fn opened(outcome: &JobOutcome) -> Arc<StreamFile> {
    Arc::new(StreamFile::open(std::fs::read(&outcome.files[0].path).unwrap()).unwrap())
}

/// The PMML of the only nugget.
fn model(stream: &StreamFile) -> String {
    let ties = stream.stream().ties();
    let [tie] = ties.as_slice() else { panic!("{} nuggets", ties.len()) };
    let model = tie.nugget.element().path(["properties", "model"]).unwrap();
    String::from_utf8(stream.entry(model.attr("pmml").unwrap()).unwrap()).unwrap()
}

const NOT_WORSE: Training = Training {
    name: None,
    continues_on_failure: false,
    promotion: Some(Promotion { measure: Some(Measure::Accuracy), on: Part::Testing }),
};

/// Computed by hand: 6 of 8 training records have the most frequent category.
#[tokio::test]
async fn the_quality_of_a_model_is_its_accuracy_on_the_training_records() {
    let folder = tempfile::tempdir().unwrap();
    let records = [("a", "1_Training", 6), ("b", "1_Training", 2), ("b", "2_Testing", 90)];
    let job = job(&stream(&[("Drug", "")]), folder.path(), &records);
    let events = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&events);
    let listener = move |event: Event<'_>| {
        log.lock().unwrap().extend(match event {
            Event::Builders { nodes } => Some(format!("{} builders", nodes.len())),
            Event::Building { node } => Some(format!("{} begins", node.label)),
            Event::Built { model } => Some(format!("{} built {}", model.builder.label, model.name)),
            _ => None,
        });
    };
    let environment = Environment { listener: Some(Arc::new(listener)), ..Environment::default() };
    let outcome = ENGINE.train(&job, &Training::default(), &environment).await.unwrap();
    let [BuiltModel { records, targets, inputs, quality, is_delivered, .. }] = outcome.models.as_slice()
    else {
        panic!("{:?}", outcome.models);
    };
    assert_eq!(
        (*records, targets.as_slice(), inputs.as_slice()),
        (Some(8), &["y".to_owned()][..], &["x".to_owned()][..])
    );
    let quality = quality.clone().unwrap();
    assert_eq!((quality.measure.as_str(), quality.value, *is_delivered), ("accuracy", 0.75, true));
    assert_eq!(*events.lock().unwrap(), ["1 builders", "Drug begins", "Drug built y"]);
    assert_eq!(outcome.warnings, Vec::<String>::new());
}

/// Accuracies on the testing records, computed by hand: the old model has 3 of 4, a new one 1 of 4 or 3 of 4.
#[tokio::test]
async fn a_new_model_that_is_worse_leaves_the_old_one_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let sketch = stream(&[("Drug", "")]);
    let testing = [("a", "2_Testing", 3), ("b", "2_Testing", 1)];
    let mut job = job(&sketch, folder.path(), &[&[("a", "1_Training", 5)], &testing[..]].concat());
    let first = train(&job, &NOT_WORSE).await.unwrap();
    assert!(first.models[0].is_delivered, "without an old model, the new one is added");
    job.stream = opened(&first);
    let old = model(&job.stream);

    give(&mut job, folder.path(), &[&[("b", "1_Training", 5)], &testing[..]].concat());
    let worse = train(&job, &NOT_WORSE).await.unwrap();
    assert_eq!((model(&opened(&worse)), worse.models[0].is_delivered), (old.clone(), false));
    assert_eq!(worse.models[0].quality.clone().unwrap().value, 0.25);
    insta::assert_snapshot!(worse.warnings.join("\n"), @r#"C5.0 "Drug": the old model stays: the new one is worse, with accuracy 0.25 after 0.75 on 4 records (testing)"#);
    assert_eq!(std::fs::read(&worse.files[0].path).unwrap(), job.stream.write().unwrap(), "no byte changes");

    give(&mut job, folder.path(), &[&[("a", "1_Training", 7)], &testing[..]].concat());
    let equal = train(&job, &NOT_WORSE).await.unwrap();
    let new = model(&opened(&equal));
    assert!(equal.models[0].is_delivered && new != old && new.contains("recordCount=\"7\""), "{new}");
    assert_eq!(equal.warnings, Vec::<String>::new());

    give(&mut job, folder.path(), &[&[("b", "1_Training", 5)], &testing[..]].concat());
    let unconditional = train(&job, &Training::default()).await.unwrap();
    assert!(model(&opened(&unconditional)).contains("score=\"b\""));
}

#[tokio::test]
async fn models_that_cannot_be_compared_leave_the_old_one_in_place() {
    let folder = tempfile::tempdir().unwrap();
    let sketch = stream(&[("Drug", "")]);
    let records = [("a", "1_Training", 5), ("b", "2_Testing", 1)];
    let mut job = job(&sketch, folder.path(), &records);
    job.stream = opened(&train(&job, &Training::default()).await.unwrap());
    let old = model(&job.stream);
    give(&mut job, folder.path(), &[("b", "1_Training", 5), ("b", "2_Testing", 1)]);
    for promotion in [
        Promotion { measure: Some(Measure::Correlation), on: Part::Testing },
        Promotion { measure: None, on: Part::Validation },
    ] {
        let training = Training { promotion: Some(promotion), ..Training::default() };
        let outcome = train(&job, &training).await.unwrap();
        assert_eq!(model(&opened(&outcome)), old);
        let warnings = outcome.warnings.join("\n");
        assert!(warnings.contains("the old model stays: the new one cannot be compared: "), "{warnings}");
    }
}

#[tokio::test]
async fn a_failed_builder_ends_the_job_unless_others_are_to_continue() {
    let folder = tempfile::tempdir().unwrap();
    let sketch = stream(&[("Bad", "<refused>true</refused>"), ("Good", "")]);
    let job = job(&sketch, folder.path(), &[("a", "1_Training", 5), ("b", "2_Testing", 1)]);
    let error = train(&job, &Training::default()).await.unwrap_err();
    assert_eq!(error.node().map(|node| node.label.as_str()), Some("Bad"), "{error}");

    let tolerant = Training { continues_on_failure: true, ..Training::default() };
    let outcome = train(&job, &tolerant).await.unwrap();
    assert_eq!(outcome.models.iter().map(|model| model.builder.label.as_str()).collect::<Vec<_>>(), ["Good"]);
    insta::assert_snapshot!(outcome.warnings.join("\n"), @r#"C5.0 "Bad": it built no model: property refused: not supported"#);
    assert_eq!(opened(&outcome).stream().ties().len(), 1);
}

/// The branch of one builder has no records; the other's has.
#[tokio::test]
async fn a_builder_that_fails_while_it_runs_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = stream(&[("Good", "")]);
    let nothing = "<selectCondition>x &gt; 5</selectCondition><selectMode>include</selectMode>";
    let select = sketch.node("SelectNode", "nothing", nothing, "");
    let bad = sketch.node("BuildC5RuleNode", "Bad", "", "");
    // The Type node is the second one.
    sketch.link(1, select).link(select, bad);
    let job = job(&sketch, folder.path(), &[("a", "1_Training", 5), ("b", "2_Testing", 1)]);
    let error = train(&job, &Training::default()).await.unwrap_err();
    assert_eq!(error.node().map(|node| node.label.as_str()), Some("Bad"), "{error}");
    let tolerant = Training { continues_on_failure: true, ..Training::default() };
    let outcome = train(&job, &tolerant).await.unwrap();
    assert_eq!(outcome.models.len(), 1);
    let warnings = outcome.warnings.join("\n");
    assert!(
        warnings.contains("\"Bad\"") && warnings.contains("there are no records to train with"),
        "{warnings}"
    );
}

#[tokio::test]
async fn a_job_without_any_model_fails_with_the_first_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut sketch = stream(&[]);
    let nothing = "<selectCondition>x &gt; 5</selectCondition><selectMode>include</selectMode>";
    let select = sketch.node("SelectNode", "nothing", nothing, "");
    // The Type node is the second one.
    sketch.link(1, select);
    for label in ["First", "Second"] {
        let builder = sketch.node("BuildC5RuleNode", label, "", "");
        sketch.link(select, builder);
    }
    let job = job(&sketch, folder.path(), &[("a", "1_Training", 5), ("b", "2_Testing", 1)]);
    let tolerant = Training { continues_on_failure: true, ..Training::default() };
    let error = train(&job, &tolerant).await.unwrap_err();
    assert!(error.to_string().contains("First"), "{error}");
}

/// A property that a job sets may be a secret, and the stream is stored for everybody.
#[tokio::test]
async fn no_override_of_the_job_is_in_the_new_stream() {
    let folder = tempfile::tempdir().unwrap();
    let mut job =
        job(&stream(&[("Drug", "")]), folder.path(), &[("a", "1_Training", 5), ("b", "2_Testing", 1)]);
    let name = "in.inputFileName".to_owned();
    job.parameters = vec![ParameterOverride { name, value: "secret-path.csv".to_owned() }];
    let outcome =
        train(&job, &Training { name: Some("new".to_owned()), ..Training::default() }).await.unwrap();
    assert_eq!(outcome.files[0].name, "new.str");
    let trained = opened(&outcome);
    let source = trained.stream().diagram.find("in").unwrap();
    assert_eq!(source.property("inputFileName").as_deref(), Some("in.csv"));
}

#[tokio::test]
async fn nuggets_that_cannot_be_refreshed_are_warnings() {
    let folder = tempfile::tempdir().unwrap();
    let records = [("a", "1_Training", 5), ("b", "1_Training", 1), ("b", "2_Testing", 1)];
    let mut job = job(&stream(&[("Drug", "")]), folder.path(), &records);
    let first = opened(&train(&job, &Training::default()).await.unwrap());
    let nugget = first.stream().ties()[0].nugget.uid.clone();
    let edited = |name: &str, value: &str| {
        let mut file = StreamFile::clone(&first);
        file.edit(|edit| edit.set_property(&nugget, name, value)).unwrap();
        Arc::new(file)
    };
    for (property, value, reason) in [
        ("refreshLinkState", "TurnOffReplaceLink", "keeps its model: its link to this node is not active"),
        (
            "builderNodeId",
            "idGone",
            "it keeps its model: the builder that it is linked to is not in the stream",
        ),
    ] {
        job.stream = edited(property, value);
        let outcome = train(&job, &Training::default()).await.unwrap();
        let warnings = outcome.warnings.join("\n");
        assert!(warnings.contains(reason), "{warnings}");
        assert_eq!(opened(&outcome).stream().ties().len(), 2, "the builder got a nugget of its own");
        let kept = opened(&outcome).stream().node_by_uid(&nugget).unwrap().element().clone();
        assert_eq!(&kept, job.stream.stream().node_by_uid(&nugget).unwrap().element());
    }
}

/// Rule of refreshed nuggets: names of output fields stay, values may change, and reports are about the old model.
#[tokio::test]
async fn new_categories_are_a_warning_and_old_reports_go() {
    let folder = tempfile::tempdir().unwrap();
    let records = [("a", "1_Training", 5), ("b", "1_Training", 1), ("b", "2_Testing", 1)];
    let mut job = job(&stream(&[("Drug", "")]), folder.path(), &records);
    let mut first = StreamFile::clone(&opened(&train(&job, &Training::default()).await.unwrap()));
    let nugget = first.stream().ties()[0].nugget.uid.clone();
    let report = Element::new("analysisReportList")
        .with_child(Element::new("analysisReport").with_leaf("accuracy", "90"));
    first
        .edit(|edit| {
            edit.node_mut(&nugget)?.child_mut("properties").unwrap().put_child(report);
            Ok(())
        })
        .unwrap();
    job.stream = Arc::new(first);
    let same = train(&job, &Training::default()).await.unwrap();
    assert_eq!(same.warnings, Vec::<String>::new());
    let reports = opened(&same).stream().node_by_uid(&nugget).unwrap().element().clone();
    let reports = reports.path(["properties", "analysisReportList"]).unwrap().elements().count();
    assert_eq!(reports, 0);
    give(&mut job, folder.path(), &[("c", "1_Training", 5), ("b", "1_Training", 1), ("b", "2_Testing", 1)]);
    let other = train(&job, &Training::default()).await.unwrap();
    let warnings = other.warnings.join("\n");
    assert!(
        warnings.contains("has new values of \"$C-y\"; Type nodes behind it may list the old ones only"),
        "{warnings}"
    );
}
