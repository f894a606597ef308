//! Builders of regressions in real streams: each trains on its real data with its own options, and the new model is
//! compared with the one that Modeler stored.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)] // in tests a panic is the answer

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Action, Environment, FileFormat, JobRequest, Limits};
use satsuma_mining::Control;
use satsuma_mining::regression::{Method, Moments, Stepping, StepwiseOptions, stepwise};
use satsuma_stream::nodes::CfApply;
use satsuma_stream::{Element, NodeFamily, StreamFile};

use self::support::{Data, add_behind, manifest, streams};

fn near(found: f64, expected: f64, tolerance: f64) -> bool {
    found == expected || (found - expected).abs() <= tolerance * expected.abs().max(1e-12)
}

/// The builders of a class, with the nuggets that they refresh.
fn builders(file: &StreamFile, class: &str, extension: Option<&str>) -> Vec<(String, Vec<String>)> {
    let nodes = file.stream().diagram.all_nodes();
    let fits = |node: &&satsuma_stream::Node| {
        node.node_type.class() == class && node.node_type.extension() == extension
    };
    let ties = file.stream().ties();
    let nuggets = |uid: &str| {
        let tied = ties.iter().filter(|tie| tie.is_active() && tie.builder_uid == uid);
        tied.map(|tie| tie.nugget.uid.clone()).collect::<Vec<_>>()
    };
    let found = nodes.into_iter().filter(fits).map(|node| (node.uid.clone(), nuggets(&node.uid)));
    found.filter(|(_, nuggets)| !nuggets.is_empty()).collect()
}

/// The stream in which only this builder trains.
fn only(path: &Path, builder: &str) -> Arc<StreamFile> {
    let mut file = StreamFile::open(std::fs::read(path).unwrap()).unwrap();
    let nodes = file.stream().diagram.all_nodes();
    let others = nodes.into_iter().filter(|node| node.family() == NodeFamily::Builder && node.uid != builder);
    let others: Vec<String> = others.map(|node| node.uid.clone()).collect();
    file.edit(|edit| others.iter().try_for_each(|uid| edit.set_property(uid, "enabled", "false"))).unwrap();
    Arc::new(file)
}

fn request(action: Action, stream: &Arc<StreamFile>, folder: &Path, partitions: usize) -> JobRequest {
    JobRequest {
        action,
        stream: Arc::clone(stream),
        sources: Vec::new(),
        exports: Vec::new(),
        format: FileFormat::Csv,
        documents: satsuma_engine::DocumentFormat::Html,
        parameters: Vec::new(),
        system_encoding: "UTF-8".to_owned(),
        work_dir: folder.to_owned(),
        limits: Limits { partitions, ..Limits::default() },
    }
}

/// The data of a stream. One of them has texts where its models were trained with numbers: the counts of the stored
/// target's values show that Low, Medium and High were 0, 1 and 2.
fn data_of(entry: &serde_json::Value, folder: &Path, work: &Path) -> Data {
    let mut data = Data::of(entry, folder);
    for (name, path) in &mut data.0 {
        if name == "Social_Media_Security_Risk_Assessment.csv" {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(|line| match line.rsplit_once(',') {
                Some((others, "Low")) => format!("{others},0\n"),
                Some((others, "Medium")) => format!("{others},1\n"),
                Some((others, "High")) => format!("{others},2\n"),
                _ => format!("{line}\n"),
            });
            *path = work.join(name);
            std::fs::write(path, lines.collect::<String>()).unwrap();
        }
    }
    data
}

async fn train(stream: &Arc<StreamFile>, data: &Data, partitions: usize) -> Result<StreamFile, String> {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment { data: Arc::new(data.clone()), ..Environment::default() };
    let job = request(Action::Training, stream, folder.path(), partitions);
    let outcome = satsuma_nodes::engine().run(&job, &environment).await.map_err(|error| error.to_string())?;
    let [file] = outcome.files.as_slice() else { return Err(format!("{} results", outcome.files.len())) };
    Ok(StreamFile::open(std::fs::read(&file.path).unwrap()).unwrap())
}

fn element(file: &StreamFile, uid: &str) -> Element {
    file.stream().node_by_uid(uid).unwrap().element().clone()
}

/// The coefficients of an inline equation, by field.
fn equation(nugget: &Element) -> BTreeMap<String, f64> {
    let equation = nugget.path(["properties", "model", "equation"]).unwrap();
    let terms = equation.child("terms").unwrap().elements();
    let terms = terms.map(|term| {
        (term.attr("field").unwrap().to_owned(), term.attr("coefficient").unwrap().parse().unwrap())
    });
    let constant = ("(Constant)".to_owned(), equation.text_of("constant").unwrap().parse().unwrap());
    terms.chain([constant]).collect()
}

/// Proof: models that Modeler stored. The coefficients agree to 1e-10; those of the fourth power of a number between 0
/// and 1, which magnify the rounding of their data, too.
#[tokio::test]
async fn regression_rebuilds_the_equations_of_real_streams() {
    let Some(folder) = streams() else { return };
    let mut compared = 0;
    for entry in &manifest(&folder) {
        let name = entry["stream"].as_str().unwrap();
        let path = folder.join(name);
        let Ok(file) = StreamFile::open(std::fs::read(&path).unwrap()) else { continue };
        for (builder, nuggets) in builders(&file, "BuildRegressionNode", None) {
            let work = tempfile::tempdir().unwrap();
            let data = data_of(entry, &folder, work.path());
            let trained = match train(&only(&path, &builder), &data, 2).await {
                Ok(trained) => trained,
                Err(reason) => {
                    println!("{name} {builder}: {reason}");
                    continue;
                }
            };
            for nugget in &nuggets {
                let new = element(&trained, nugget);
                let (old, found) = (equation(&element(&file, nugget)), equation(&new));
                println!("{name} {nugget}: {found:?}, stored {old:?}");
                assert_eq!(found.keys().collect::<Vec<_>>(), old.keys().collect::<Vec<_>>(), "{name}");
                for (field, coefficient) in &found {
                    assert!(near(*coefficient, old[field], 1e-10), "{field}: {coefficient} {}", old[field]);
                }
                assert_eq!(new.path(["properties", "xmlText"]).map(|old| old.text()).unwrap_or_default(), "");
                compared += 1;
            }
        }
    }
    assert!(compared >= 4, "{compared} models");
}

/// Proof: the output tables of SPSS Statistics that Modeler stored beside a model: sums of squares, R, R², the standard
/// error of the estimate, and the standard error of each coefficient.
#[test]
fn regression_statistics_are_those_of_the_stored_tables() {
    let Some(folder) = streams() else { return };
    let path = folder.join("hkwd+spsssample/240418CADSContinuosModelRefresh/sensorhist.csv");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let rows =
        text.lines().skip(1).flat_map(|line| line.split(',').skip(1).map(|cell| cell.trim().parse::<f64>()));
    let rows: Vec<f64> = rows.map(Result::unwrap).collect();
    let control = Control { threads: 2, is_canceled: &|| false };
    let moments = Moments::of(&rows, 11, true, control).unwrap();
    let options = StepwiseOptions {
        method: Method::Enter,
        stepping: Stepping::Probability(0.05, 0.1),
        tolerance: 1e-4,
        has_constant: true,
    };
    let fit = stepwise(&moments, options);
    let pairs = [
        (fit.residual, 17.053_933_245_001_22),
        (fit.r_squared(), 0.582_807_609_853_983_9),
        (fit.r_squared().sqrt(), 0.763_418_371_441_232_7),
        (fit.adjusted_r_squared(), 0.541_088_370_839_382_3),
        (fit.standard_error(), 0.412_964_081_307_336_25),
        (fit.constant.unwrap().error, 0.627_383_052_997_379_8),
    ];
    let errors = [
        8.907_284_816_760_955e-5,
        0.002_498_986_816_794_238_5,
        0.002_855_509_628_333_026_2,
        0.000_454_378_463_890_789_7,
        5.749_053_503_299_048_5e-6,
        0.000_275_970_082_848_202_8,
        1.986_486_792_025_201_7e-6,
        0.000_111_648_986_548_825_42,
        0.000_295_017_940_625_524_53,
        0.272_529_003_308_256_63,
    ];
    let found = fit.coefficients.iter().map(|coefficient| coefficient.error).zip(errors);
    for (found, stored) in pairs.into_iter().chain(found) {
        assert!(near(found, stored, 1e-12), "{found} {stored}");
    }
}

/// The tables of a nugget of the component framework.
fn stat_xml(file: &StreamFile, nugget: &str) -> Element {
    let nugget = CfApply::from_node(file.stream().node_by_uid(nugget).unwrap()).unwrap();
    let container = nugget.container("StatXML", file).unwrap();
    Element::read(&container.entries[0].payload, file.limits()).unwrap()
}

/// All numbers of the coefficients, tests and steps, by name.
fn numbers(stat_xml: &Element) -> BTreeMap<String, f64> {
    let model = stat_xml.child("PMMLModel").unwrap();
    let mut numbers = BTreeMap::new();
    let mut add = |name: String, text: Option<&str>| {
        if let Some(number) = text.and_then(|text| text.parse().ok()) {
            numbers.insert(name, number);
        }
    };
    let training = model.child("TrainingSummary").unwrap();
    for step in training.child("IterationHistory").into_iter().flat_map(|history| history.elements()) {
        let effects = step.child("Array").unwrap().text().into_owned();
        add(format!("step {effects}"), step.child("Statistic").unwrap().attr("value"));
    }
    for stats in training.child("ParameterEstimates").unwrap().elements() {
        let name = stats.attr("paramLabel").unwrap();
        for attribute in
            ["estimate", "stdError", "sig", "tTest", "df", "confIntervalLower", "confIntervalUpper"]
        {
            add(format!("{name} {attribute}"), stats.attr(attribute));
        }
    }
    let diagnostics = model.child("ModelDiagnostics").unwrap();
    for statistic in diagnostics.children("Statistic") {
        add(statistic.attr("name").unwrap().to_owned(), statistic.attr("value"));
    }
    for test in diagnostics.children("ModelTestStats") {
        let name = test.attr("testID").unwrap();
        let f = test.child("FTest").unwrap();
        add(format!("test {name}"), f.attr("fStatistic"));
        add(format!("test {name} significance"), f.attr("sig"));
    }
    numbers
}

/// Proof: models that Modeler stored, all with prepared inputs and selected forward by the information criterion. Equal
/// are the steps and their criteria; coefficients, standard errors, significances and confidence intervals; the test
/// of each effect; AICC and adjusted R². All to 1e-9 of 15 stored digits.
#[tokio::test]
async fn linear_rebuilds_the_models_of_real_streams() {
    let Some(folder) = streams() else { return };
    let mut compared = 0;
    for entry in &manifest(&folder) {
        let name = entry["stream"].as_str().unwrap();
        let path = folder.join(name);
        let Ok(file) = StreamFile::open(std::fs::read(&path).unwrap()) else { continue };
        for (builder, nuggets) in builders(&file, "CFBuildModelNode", Some("LinearRegression")) {
            let work = tempfile::tempdir().unwrap();
            let data = data_of(entry, &folder, work.path());
            let trained = match train(&only(&path, &builder), &data, 2).await {
                Ok(trained) => trained,
                Err(reason) => {
                    println!("{name} {builder}: {reason}");
                    continue;
                }
            };
            for nugget in &nuggets {
                let (old, new) = (numbers(&stat_xml(&file, nugget)), numbers(&stat_xml(&trained, nugget)));
                println!("{name} {nugget}: {} numbers, {} stored", new.len(), old.len());
                assert_eq!(new.keys().collect::<Vec<_>>(), old.keys().collect::<Vec<_>>(), "{name} {nugget}");
                for (what, stored) in &old {
                    // Modeler computes them as 1 − the distribution function: a tiny one has few digits.
                    let is_probability = what.ends_with("sig") || what.ends_with("significance");
                    let same = near(new[what], *stored, 1e-9)
                        || is_probability && (new[what] - stored).abs() < 1e-14;
                    assert!(same, "{name} {what}: {} {stored}", new[what]);
                }
                compared += 1;
            }
        }
    }
    assert!(compared >= 15, "{compared} models");
}

/// A training job of a stream with a Type node, a builder and its data.
fn sketched(folder: &Path, builder: impl FnOnce(&mut Sketch) -> usize) -> JobRequest {
    let mut sketch = Sketch::default();
    let fields = [("x", "real"), ("z", "real"), ("kind", "string"), ("y", "real")];
    let source = sketch.var_file("in", "in.csv", &fields, "");
    let rows = "<rows><row><name>y</name><direction>out</direction></row></rows>";
    let types = format!("<typeTable><defaultValueMode>read</defaultValueMode>{rows}</typeTable>");
    let types = sketch.node("TypeNode", "types", &types, "");
    let builder = builder(&mut sketch);
    sketch.chain(&[source, types, builder]);
    let mut job = sketch.job(folder);
    job.action = Action::Training;
    let mut text = "x,z,kind,y\n".to_owned();
    for record in 0..90_u32 {
        let (x, z) = (f64::from(record * 37 % 101) / 7.0, f64::from(record * record % 53));
        let kind = ["a & b", "<c>", "d"][(record % 3) as usize];
        let y =
            2.0 * x - 0.3 * z + [4.0, 0.0, -3.0][(record % 3) as usize] + f64::from(record * 13 % 17) / 10.0;
        text.push_str(&format!("{x},{z},{kind},{y}\n"));
    }
    job.sources = vec![data(folder, "in", &text)];
    job
}

/// The residual sum of squares of a scored file, whose last column is the prediction of the column in front of it.
fn residual(scores: &str) -> f64 {
    let rows = scores.lines().skip(1).map(|line| {
        let mut cells = line.rsplit(',').map(|cell| cell.parse::<f64>().unwrap());
        cells.next().unwrap() - cells.next().unwrap()
    });
    rows.map(|rest| rest * rest).sum()
}

/// Trains, scores the training records, and compares the residuals with those of the builder.
async fn scores_itself(job: &mut JobRequest, prediction: &str, stored: impl Fn(&StreamFile, &str) -> f64) {
    let outcome = satsuma_nodes::engine().run(job, &Environment::default()).await.unwrap();
    let mut trained = StreamFile::open(std::fs::read(&outcome.files[0].path).unwrap()).unwrap();
    let ties = trained.stream().ties();
    let (id, uid) = ties.first().map(|tie| (tie.nugget.id.0.to_string(), tie.nugget.uid.clone())).unwrap();
    let expected = stored(&trained, &uid);
    add_behind(&mut trained, &id, "TableNode", |_| {});
    (job.action, job.stream) = (Action::BatchScore, Arc::new(trained));
    let outcome = satsuma_nodes::engine().run(job, &Environment::default()).await.unwrap();
    let scores = std::fs::read_to_string(&outcome.files[0].path).unwrap();
    assert!(scores.lines().next().unwrap().ends_with(prediction), "{scores}");
    let found = residual(&scores);
    assert!(near(found, expected, 1e-10), "{found} {expected}");
}

/// Own computation: the least squares solution has this residual, which Gauss's normal equations give as well.
#[tokio::test]
async fn a_trained_regression_scores_as_it_was_fitted() {
    for method in ["enter", "stepwise", "forwards", "backwards"] {
        let folder = tempfile::tempdir().unwrap();
        let properties = format!("<method>{method}</method>");
        let mut job = sketched(folder.path(), |sketch| {
            sketch.node("BuildRegressionNode", "Regression", &properties, "")
        });
        let rows: Vec<f64> = std::fs::read_to_string(folder.path().join("in.csv"))
            .unwrap_or_default()
            .lines()
            .skip(1)
            .flat_map(|line| line.split(',').filter_map(|cell| cell.parse().ok()).collect::<Vec<f64>>())
            .collect();
        let control = Control { threads: 1, is_canceled: &|| false };
        let moments = Moments::of(&rows, 3, true, control).unwrap();
        let options = StepwiseOptions {
            method: Method::Enter,
            stepping: Stepping::Probability(0.05, 0.1),
            tolerance: 1e-4,
            has_constant: true,
        };
        let expected = stepwise(&moments, options).residual;
        scores_itself(&mut job, "$E-y", |_, _| expected).await;
    }
}

/// The job of a Linear builder with these options of its parameter file.
fn linear(folder: &Path, options: &[(&str, &str)]) -> JobRequest {
    component(folder, ("spss.alm-extension", "LinearRegression"), options)
}

/// The job of a builder of the component framework with these options of its parameter file.
fn component(folder: &Path, extension: (&str, &str), options: &[(&str, &str)]) -> JobRequest {
    let mut job = sketched(folder, |sketch| sketch.node("CFBuildModelNode", "Linear", "", ""));
    let options =
        options.iter().map(|(name, value)| format!("<Parameter name=\"{name}\" value=\"{value}\"/>"));
    let parameters = format!("<Parameters>{}</Parameters>", options.collect::<String>());
    let mut file = StreamFile::clone(&job.stream);
    file.edit(|edit| {
        let entry = edit.add_side_file(parameters.into_bytes())?;
        let builder = edit.node_mut("id2")?;
        builder.set_attr("extensionID", extension.0);
        builder.set_attr("extensionObjectID", extension.1);
        builder.set_attr("properties", &entry);
        Ok(())
    })
    .unwrap();
    job.stream = Arc::new(file);
    job
}

/// The residual sum of squares in the PMML of a nugget.
fn sum_squared_error(file: &StreamFile, nugget: &str) -> f64 {
    let nugget = CfApply::from_node(file.stream().node_by_uid(nugget).unwrap()).unwrap();
    let pmml = String::from_utf8(nugget.pmml(file).unwrap()).unwrap();
    let rest = pmml.split_once("sumSquaredError=\"").unwrap().1;
    rest.split_once('"').unwrap().0.parse().unwrap()
}

/// Own computation: the residual that the builder states. With prepared inputs, with categories as they are, and
/// with each method.
#[tokio::test]
async fn a_trained_linear_model_scores_as_it_was_fitted() {
    let (preparation, method) = ("linreg.AutoDataPreparation", "linreg.VarSelectionMethod");
    let criterion = "linreg.CriteriaForForwardStepwise";
    let options: [&[(&str, &str)]; 5] = [
        &[],
        &[(preparation, "false"), (method, "none")],
        &[(preparation, "false"), (method, "bestSubsets")],
        &[(preparation, "true"), (criterion, "FStatistics")],
        &[(preparation, "false"), (criterion, "AdjustedRSquare")],
    ];
    for options in options {
        let folder = tempfile::tempdir().unwrap();
        let mut job = linear(folder.path(), options);
        scores_itself(&mut job, "$L-y", sum_squared_error).await;
    }
}

#[tokio::test]
async fn ensembles_and_unknown_criteria_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("objective_goal", "boosting"),
        ("linreg.CriteriaForForwardStepwise", "ASE"),
        ("linreg.Intercept", "false"),
        ("linreg.RegressionWeightField", "z"),
    ] {
        let job = linear(folder.path(), &[(name, value)]);
        let refused = satsuma_nodes::engine().run(&job, &Environment::default()).await;
        let refused = refused.err().unwrap().to_string();
        assert!(refused.contains(name) && refused.contains(value), "{refused}");
    }
}

#[tokio::test]
async fn other_nets_than_perceptrons_are_refused_by_name() {
    for (name, value) in [
        ("neuralnet.NeuralNetworkAlgorithm", "radialBasisFunction"),
        ("neuralnet.MissingValueHandling", "imputation"),
        ("objective_goal", "bagging"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let job = component(folder.path(), ("spss.neuralnet-extension", "neuralnet"), &[(name, value)]);
        let refused = satsuma_nodes::engine().run(&job, &Environment::default()).await;
        let refused = refused.err().unwrap().to_string();
        assert!(refused.contains(name) && refused.contains(value), "{refused}");
    }
}

/// Quality only: a net of a number explains nine tenths of it. A second training, on other threads, gives the same net.
#[tokio::test]
async fn a_trained_net_predicts_a_number() {
    let mut nets = Vec::new();
    for partitions in [1, 7] {
        let folder = tempfile::tempdir().unwrap();
        let options = [("neuralnet.HiddenLayers", "customUnits"), ("neuralnet.HiddenLayer1Units", "3")];
        let mut job = component(folder.path(), ("spss.neuralnet-extension", "neuralnet"), &options);
        job.limits = Limits { partitions, ..Limits::default() };
        let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
        let mut trained = StreamFile::open(std::fs::read(&outcome.files[0].path).unwrap()).unwrap();
        let ties = trained.stream().ties();
        let tie = ties.first().unwrap();
        let (id, uid) = (tie.nugget.id.0.to_string(), tie.nugget.uid.clone());
        let nugget = CfApply::from_node(trained.stream().node_by_uid(&uid).unwrap()).unwrap();
        nets.push(nugget.pmml(&trained).unwrap());
        add_behind(&mut trained, &id, "TableNode", |_| {});
        (job.action, job.stream) = (Action::BatchScore, Arc::new(trained));
        let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
        let scores = std::fs::read_to_string(&outcome.files[0].path).unwrap();
        let targets: Vec<f64> =
            scores.lines().skip(1).map(|line| line.rsplit(',').nth(1).unwrap().parse().unwrap()).collect();
        let mean = targets.iter().sum::<f64>() / targets.len() as f64;
        let total: f64 = targets.iter().map(|target| (target - mean) * (target - mean)).sum();
        let explained = 1.0 - residual(&scores) / total;
        assert!(explained > 0.9, "{explained}");
    }
    assert_eq!(nets[0], nets[1]);
}

/// A second training gives the same files, and so does one on another number of threads.
#[tokio::test]
async fn a_second_training_gives_the_same_model() {
    let mut files = Vec::new();
    for partitions in [1, 2, 7, 1] {
        let folder = tempfile::tempdir().unwrap();
        let mut job = linear(folder.path(), &[]);
        job.limits = Limits { partitions, ..Limits::default() };
        let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
        let trained = StreamFile::open(std::fs::read(&outcome.files[0].path).unwrap()).unwrap();
        let uid = trained.stream().ties().first().unwrap().nugget.uid.clone();
        let nugget = CfApply::from_node(trained.stream().node_by_uid(&uid).unwrap()).unwrap();
        let tables = nugget.container("StatXML", &trained).unwrap().entries[0].payload.clone();
        files.push((nugget.pmml(&trained).unwrap(), tables));
    }
    assert!(files.windows(2).all(|pair| pair[0] == pair[1]));
}
