//! Support vector machines.

use std::sync::Arc;

use satsuma_engine::testing::{Sketch, data};
use satsuma_engine::{Action, Environment, JobRequest};
use satsuma_mining::Control;
use satsuma_mining::support_vectors::{Kernel, SvmOptions, Vectors, classify, regress, sigmoid};
use satsuma_stream::{Element, StreamFile};

use super::support::{Data, add_behind, manifest, streams};
use super::{Tied, model_of, prepared, train};

/// The class of a builder of an extension with the attributes that Modeler writes.
pub(crate) fn extension(provider: &str, element: &str) -> String {
    format!(r#"ExtensionBuildModelNode" extensionID="{provider}" extensionElementID="{element}"#)
}

/// The nuggets of an extension whose builders are in the stream. A builder that was pasted has another uid, which only
/// the second property names.
pub(crate) fn tied(file: &StreamFile, extension: &str) -> Vec<Tied> {
    let ties = file.stream().ties();
    let wanted = ties.iter().filter(|tie| tie.nugget.node_type.extension() == Some(extension));
    let builder = |tie: &satsuma_stream::Tie<'_>| {
        let second = tie.nugget.property("repalcebuilderNodeId").unwrap_or_default();
        tie.builder.or_else(|| file.stream().node_by_uid(&second)).map(|builder| builder.uid.clone())
    };
    wanted.filter_map(|tie| Some(Tied { nugget: tie.nugget.uid.clone(), builder: builder(tie)? })).collect()
}

/// A container's content without the length in front of it.
pub(crate) fn content(file: &StreamFile, nugget: &Element, container: &str) -> Vec<u8> {
    let containers = nugget.path(["contentContainers", "containers"]).unwrap();
    let found = containers.elements().find(|child| child.attr("name") == Some(container)).unwrap();
    let entry = found.child("content").unwrap().attr("content").unwrap();
    file.entry(entry).unwrap()[4..].to_vec()
}

/// The numbers and the vectors of a machine.
#[derive(Debug)]
struct Stored {
    vectors: Vec<String>,
    coefficients: Vec<f64>,
    bias: f64,
    error: f64,
}

impl Stored {
    fn of(file: &StreamFile, nugget: &Element) -> Self {
        let document = Element::read(&content(file, nugget, "model"), file.limits()).unwrap();
        let model = document.child("SupportVectorMachineModel").unwrap();
        let machine = model.child("SupportVectorMachine").unwrap();
        let coefficients = machine.child("Coefficients").unwrap();
        let vectors = model.child("VectorDictionary").unwrap().children("VectorInstance");
        let vector = |vector: &Arc<Element>| {
            let array = vector.child("REAL-SparseArray").unwrap();
            format!("{}: {}", array.text_of("Indices").unwrap(), array.text_of("REAL-Entries").unwrap())
        };
        Self {
            vectors: vectors.map(vector).collect(),
            coefficients: coefficients
                .children("Coefficient")
                .map(|coefficient| coefficient.attr("value").unwrap().parse().unwrap())
                .collect(),
            bias: coefficients.attr("absoluteValue").unwrap().parse().unwrap(),
            error: machine
                .path(["Extension", "StandardDeviation"])
                .map(|error| error.text().parse().unwrap())
                .unwrap_or_default(),
        }
    }
}

/// Proof: models that Modeler stored. Support vectors are equal to the letter. Two of three models agree in all
/// coefficients and in the constant to 1e-14, and in the error to all six digits. The third has eleven numbers between
/// the limits, which the order of rounding decides: it agrees within the tolerance of the training.
#[tokio::test]
async fn svm_rebuilds_the_machines_of_real_streams() {
    let Some(folder) = streams() else { return };
    let (mut exact, mut close) = (0, 0);
    for entry in &manifest(&folder) {
        let name = entry["stream"].as_str().unwrap();
        let path = folder.join(name);
        let Ok(file) = StreamFile::open(std::fs::read(&path).unwrap()) else { continue };
        for tied in tied(&file, "applySVM") {
            let old = file.stream().node_by_uid(&tied.nugget).unwrap().element().clone();
            let trained = train(&prepared(&path, &tied), &Data::of(entry, &folder), &tied.nugget).await;
            let (new_file, new) = match trained {
                Ok(trained) => trained,
                Err(reason) => {
                    println!("{name} {}: {reason}", tied.nugget);
                    continue;
                }
            };
            let (new, old) = (Stored::of(&new_file, &new), Stored::of(&file, &old));
            println!("{name} {}: {} {}, {} {}", tied.nugget, new.bias, old.bias, new.error, old.error);
            assert_eq!(new.vectors, old.vectors, "{name}");
            let differences =
                new.coefficients.iter().zip(&old.coefficients).map(|(new, old)| (new - old).abs());
            let difference = differences.fold(0.0, f64::max);
            if (new.bias - old.bias).abs() <= 1e-14 * old.bias.abs() {
                assert!(difference <= 1e-10, "{difference}");
                assert_eq!(new.error, old.error);
                exact += 1;
            } else {
                assert!((new.bias - old.bias).abs() <= 1e-3, "{} {}", new.bias, old.bias);
                assert!((new.error - old.error).abs() <= 1e-4, "{} {}", new.error, old.error);
                assert!(difference <= 1.0, "{difference}");
                close += 1;
            }
        }
    }
    assert!(exact >= 2 && close <= 1, "{exact} {close}");
}

/// A stream with an SVM node that trains with some records.
pub(crate) fn training(
    folder: &std::path::Path,
    builder: (String, &str),
    text: &str,
    target: &str,
) -> JobRequest {
    let mut sketch = Sketch::default();
    let names = text.lines().next().unwrap().split(',').collect::<Vec<_>>();
    let kind = |name: &str| if name.starts_with("text") { "string" } else { "real" };
    let fields = names.iter().map(|name| (*name, kind(name))).collect::<Vec<_>>();
    let source = sketch.var_file("in", "in.csv", &fields, "");
    let row = format!(
        "<typeTable><defaultValueMode>read</defaultValueMode><rows><row><name>{target}</name>\
         <direction>out</direction></row></rows></typeTable>"
    );
    let types = sketch.node("TypeNode", "types", &row, "");
    let builder = sketch.node(&builder.0, "builder", builder.1, "");
    sketch.chain(&[source, types, builder]);
    let mut job = sketch.job(folder);
    job.action = Action::Training;
    job.sources = vec![data(folder, "in", text)];
    job
}

/// Trains, and returns the stream.
pub(crate) async fn run(job: &JobRequest) -> StreamFile {
    let outcome = satsuma_nodes::engine().run(job, &Environment::default()).await.unwrap();
    StreamFile::open(std::fs::read(&outcome.files[0].path).unwrap()).unwrap()
}

/// The scores of the training records by the trained stream's only nugget: the last columns of each record.
pub(crate) async fn scores(job: &JobRequest, mut trained: StreamFile, columns: usize) -> Vec<Vec<String>> {
    let nugget = trained.stream().ties().first().unwrap().nugget.id.0.to_string();
    add_behind(&mut trained, &nugget, "TableNode", |_| {});
    let mut job = job.clone();
    (job.action, job.stream) = (Action::BatchScore, Arc::new(trained));
    let outcome = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap();
    let text = std::fs::read_to_string(&outcome.files[0].path).unwrap();
    let last = |line: &str| {
        let fields = line.split(',').map(|field| field.trim_matches('"').to_owned()).collect::<Vec<_>>();
        fields[fields.len() - columns..].to_vec()
    };
    text.lines().map(last).collect()
}

const OPTIONS: &str = "<_all_probabilities>false</_all_probabilities><_adjusted_propensity>false\
    </_adjusted_propensity><_raw_propensity>true</_raw_propensity><_variable_importance>false\
    </_variable_importance><_mode>Expert</_mode><_kernel>RBF</_kernel><_rbf_gamma>0.7</_rbf_gamma>\
    <_regularization>3</_regularization><_precision>0.05</_precision><_stopping_criteria>1.0E-5\
    </_stopping_criteria>";

fn records() -> (String, Vectors, Vec<f64>, Vec<bool>) {
    let (mut text, mut rows, mut targets, mut flags) =
        ("x,y,text kind,value\n".to_owned(), Vec::new(), Vec::new(), Vec::new());
    for at in 0..90_u32 {
        let (x, y, kind) =
            (f64::from(at * 37 % 90), f64::from(at * 53 % 89), ["a", "b", "<c>"][at as usize % 3]);
        let value = (x / 20.0).sin() + y / 50.0 + if kind == "b" { 0.4 } else { 0.0 };
        text += &format!("{x},{y},{kind},{value}\n");
        let is = |wanted: &str| f64::from(u8::from(kind == wanted));
        rows.extend([x / 89.0, y / 88.0, is("<c>"), is("a"), is("b")]);
        targets.push(value);
        flags.push((at * 31 % 17 > 8) != (value > 1.2));
    }
    // A record without an input trains nothing and gets no score.
    text += ",1,a,2.5\n";
    (text, Vectors::new(rows, 5), targets, flags)
}

const CONTROL: Control<'static> = Control { threads: 1, is_canceled: &|| false };

fn options() -> SvmOptions {
    SvmOptions { kernel: Kernel::Rbf { gamma: 0.7 }, cost: 3.0, tolerance: 1e-5, free_error: 0.05 }
}

/// The trained stream scores its own records: the nugget predicts what the builder's machine does. Stored vectors have
/// six digits, so that predictions agree to about five.
#[tokio::test]
async fn a_trained_svm_of_numbers_scores_its_own_records() {
    let folder = tempfile::tempdir().unwrap();
    let (text, vectors, targets, _) = records();
    let job = training(folder.path(), (extension("spss.svm_id", "buildSVM"), OPTIONS), &text, "value");
    let found = scores(&job, run(&job).await, 1).await;
    assert_eq!(found[0], ["$S-value"]);
    let machine = regress(&vectors, &targets, &options(), CONTROL).unwrap();
    let expected = machine.predict(&vectors, CONTROL).unwrap();
    for (found, expected) in found[1..].iter().zip(&expected) {
        let found: f64 = found[0].parse().unwrap();
        assert!((found - expected).abs() < 1e-4, "{found} {expected}");
    }
    assert_eq!(found.last().unwrap(), &["$null$"]);
}

/// The same for the values of a flag. The probability of the predicted value is that of the fitted sigmoid.
#[tokio::test]
async fn a_trained_svm_of_a_flag_scores_its_own_records() {
    let folder = tempfile::tempdir().unwrap();
    let (text, vectors, _, flags) = records();
    let lines = text.lines().skip(1).zip(&flags);
    let lines = lines.map(|(line, flag)| {
        let inputs = line.rsplit_once(',').unwrap().0;
        format!("{inputs},{}\n", if *flag { "yes" } else { "no" })
    });
    let text = format!("x,y,text kind,text value\n{}", lines.collect::<String>());
    let job = training(folder.path(), (extension("spss.svm_id", "buildSVM"), OPTIONS), &text, "text value");
    let found = scores(&job, run(&job).await, 3).await;
    assert_eq!(found[0], ["$S-text value", "$SP-text value", "$SRP-text value"]);
    let machine = classify(&vectors, &flags, &options(), CONTROL).unwrap();
    let decisions = machine.predict(&vectors, CONTROL).unwrap();
    let fitted = sigmoid(&decisions, &flags);
    for (found, decision) in found[1..].iter().zip(&decisions) {
        let yes = fitted.probability(*decision);
        let propensity: f64 = found[2].parse().unwrap();
        assert!((propensity - yes).abs() < 1e-4, "{propensity} {yes}");
        let (category, share) =
            if propensity >= 0.5 { ("yes", propensity) } else { ("no", 1.0 - propensity) };
        assert_eq!(found[0], category);
        assert!((found[1].parse::<f64>().unwrap() - share).abs() < 1e-9);
    }
    assert!(found.iter().any(|found| found[0] == "yes") && found.iter().any(|found| found[0] == "no"));
}

/// A second training writes the same model; so does one with another number of threads.
#[tokio::test]
async fn an_svm_is_the_same_again_and_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let (text, ..) = records();
    let mut job = training(folder.path(), (extension("spss.svm_id", "buildSVM"), OPTIONS), &text, "value");
    let mut models = Vec::new();
    for threads in [1, 1, 2, 7] {
        job.limits.partitions = threads;
        let trained = run(&job).await;
        let nugget = trained.stream().ties().first().unwrap().nugget.element().clone();
        assert_eq!(model_of(&nugget).text_of("name").unwrap(), "value");
        models.push(content(&trained, &nugget, "model"));
    }
    models.dedup();
    assert_eq!(models.len(), 1);
}
