//! Real streams with their real data, compared with numbers that IBM published.

#![allow(clippy::unwrap_used)] // in tests a panic is the answer

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use satsuma_engine::{
    Action, DocumentFormat, Effort, Environment, FileFormat, JobOutcome, JobRequest, Limits, SourceOverride,
};
use satsuma_stream::StreamFile;

use self::support::streams;

fn file(relative: &str) -> Option<PathBuf> {
    let path = streams()?.join(relative);
    if !path.exists() {
        eprintln!("skipped: {} is missing", path.display());
        return None;
    }
    Some(path)
}

fn job(stream: &Path, node: &str, data: &Path, format: FileFormat, work_dir: &Path) -> JobRequest {
    JobRequest {
        action: Action::BatchScore,
        stream: Arc::new(StreamFile::open(std::fs::read(stream).unwrap()).unwrap()),
        sources: vec![SourceOverride {
            node: node.to_owned(),
            path: data.to_owned(),
            file_name: "data.csv".to_owned(),
            format: None,
            encoding: None,
        }],
        exports: Vec::new(),
        format,
        documents: DocumentFormat::Html,
        parameters: Vec::new(),
        system_encoding: "UTF-8".to_owned(),
        work_dir: work_dir.to_owned(),
        limits: Limits::default(),
    }
}

async fn score(stream: &Path, node: &str, data: &Path, format: FileFormat) -> (JobOutcome, Vec<Vec<String>>) {
    let work_dir = tempfile::tempdir().unwrap();
    let request = job(stream, node, data, format, work_dir.path());
    let outcome = satsuma_nodes::engine()
        .run(&request, &Environment::default())
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    let text = std::fs::read_to_string(&outcome.files[0].path).unwrap();
    let separator = if format == FileFormat::Tab { '\t' } else { ',' };
    let rows = text.lines().map(|line| line.split(separator).map(str::to_owned).collect()).collect();
    (outcome, rows)
}

/// A column of a table from the project's own double-precision computation of the same model.
fn oracle(name: &str) -> Vec<Vec<f64>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/oracle").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(|number| number.parse().unwrap()).collect()).collect()
}

fn close(found: &str, wanted: f64) -> bool {
    (found.parse::<f64>().unwrap() - wanted).abs() < 1e-12
}

/// IBM's sample notebook for watsonx.ai Runtime prints this answer for customer 3638-WEABW.
#[tokio::test]
async fn the_churn_sample_gives_the_number_that_ibm_published() {
    let (Some(stream), Some(data)) = (
        file("IBM/cloud/models/spss/customer_satisfaction/model/customer-satisfaction-prediction.str"),
        file("IBM/cloud/data/customer_churn/scoreInput.csv"),
    ) else {
        return;
    };
    let (outcome, rows) = score(&stream, "Input data", &data, FileFormat::Csv).await;
    assert_eq!(rows[0], ["customerID", "Churn", "Predicted Churn", "Probability of Churn"]);
    assert_eq!(rows[2], ["3638-WEABW", "No", "No", "0.0526309571556145"]);
    assert_eq!((outcome.rows_read, outcome.rows_written, outcome.warnings.len()), (10, 10, 0));
    assert_eq!(outcome.files[0].name, "Output data.csv");
    let independent = oracle("churn.csv");
    assert_eq!(independent.len(), 10);
    for (row, independent) in rows[1..].iter().zip(independent) {
        assert!(close(&row[3], independent[1]), "{row:?} {independent:?}");
        assert_eq!(row[2], if independent[1] > 0.5 { "Yes" } else { "No" });
    }
}

/// IBM's sample notebook prints this answer for the first record.
#[tokio::test]
async fn the_drug_sample_gives_the_number_that_ibm_published() {
    let (Some(stream), Some(data)) = (
        file("pmservice/spss/drug-selection/model/Drug1n_capitalized.str"),
        file("pmservice/spss/drug-selection/data/drug_batch_data.csv"),
    ) else {
        return;
    };
    let (outcome, rows) = score(&stream, "scoreInput", &data, FileFormat::Tab).await;
    assert_eq!(rows[0], ["AGE", "SEX", "BP", "CHOLESTEROL", "NA", "K", "$N-DRUG", "$NC-DRUG"]);
    assert_eq!(rows[1], ["23.0", "F", "HIGH", "HIGH", "0.792535", "0.031258", "drugY", "0.9999929901781156"]);
    assert_eq!(outcome.files[0].name, "Table.tab");
    let independent = oracle("drug_capitalized.csv");
    assert_eq!(independent.len(), 22);
    for (row, independent) in rows[1..].iter().zip(independent) {
        let likeliest = independent.into_iter().fold(0.0, f64::max);
        assert!(close(&row[7], likeliest), "{row:?} {likeliest}");
    }
}

/// The result for a record depends only on the record: not on its batch, not on its neighbours.
#[tokio::test]
async fn answers_keep_their_order_and_do_not_depend_on_the_batch() {
    let (Some(stream), Some(data)) = (
        file("pmservice/spss/drug-selection/model/Drug1n_capitalized.str"),
        file("pmservice/spss/drug-selection/data/drug_batch_data.csv"),
    ) else {
        return;
    };
    let (_, once) = score(&stream, "scoreInput", &data, FileFormat::Csv).await;
    let text = std::fs::read_to_string(data).unwrap();
    let (header, records) = text.split_once('\n').unwrap();
    let folder = tempfile::tempdir().unwrap();
    let many = folder.path().join("many.csv");
    std::fs::write(&many, format!("{header}\n{}", format!("{}\n", records.trim_end()).repeat(1_000)))
        .unwrap();
    let (outcome, rows) = score(&stream, "scoreInput", &many, FileFormat::Csv).await;
    assert_eq!(outcome.rows_written, 22_000);
    let differing = rows[1..].iter().zip(once[1..].iter().cycle()).filter(|(many, once)| many != once);
    assert_eq!(differing.count(), 0);
}

/// Errors for a missing column, and for values that are unknown to the model.
#[tokio::test]
async fn data_that_do_not_fit_the_model_are_named_or_give_null() {
    let Some(stream) = file("pmservice/spss/drug-selection/model/Drug1n_capitalized.str") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.csv");
    std::fs::write(&data, "AGE,SEX,BP,CHOLESTEROL,na,K\n23,F,HIGH,HIGH,0.79,0.03\n").unwrap();
    let job = job(&stream, "scoreInput", &data, FileFormat::Csv, folder.path());
    let error = satsuma_nodes::engine().run(&job, &Environment::default()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Neural Net \"DRUG\": field \"NA\" is missing; \
         there are \"AGE\", \"SEX\", \"BP\", \"CHOLESTEROL\", \"na\", \"K\""
    );
    std::fs::write(&data, "AGE,SEX,BP,CHOLESTEROL,NA,K\nold,F,HIGH,HIGH,0.79,0.03\n23,F,?,HIGH,0.79,0.03\n")
        .unwrap();
    let (outcome, rows) = score(&stream, "scoreInput", &data, FileFormat::Csv).await;
    assert_eq!(rows[1][6..], ["$null$", "$null$"]);
    assert_eq!(rows[2][6..], ["$null$", "$null$"]);
    assert_eq!(
        outcome.warnings,
        [
            "Neural Net \"DRUG\": field \"BP\" has a value that the model does not know; the prediction is null (\"?\")",
            "Var. File \"scoreInput\": values of field \"AGE\" that are not numbers became null (\"old\" in line 2)",
        ]
    );
}

/// The confusion matrix that IBM's engine stored in these models has no error in 200 training records.
#[tokio::test]
async fn drug_models_know_their_training_data_as_ibm_counted() {
    let cases = [
        ("pmservice/Sample1/model/Drug1n.str", "NinelieAimer/drug/DRUG.txt", None),
        (
            "pmservice/spss/drug-selection/model/Drug1n.str",
            "pmservice/spark/drug-selection/data/drug_train_data.csv",
            Some(';'),
        ),
    ];
    for (stream, data, delimiter) in cases {
        let (Some(stream), Some(data)) = (file(stream), file(data)) else {
            return;
        };
        // The training data of the second one have other delimiters than the file of its source.
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("data.csv");
        let text = std::fs::read_to_string(data).unwrap();
        std::fs::write(&copy, delimiter.map_or(text.clone(), |from| text.replace(from, ","))).unwrap();
        let (outcome, rows) = score(&stream, "scoreInput", &copy, FileFormat::Csv).await;
        assert_eq!(outcome.rows_written, 200);
        // The last field of the data is the drug; the source may drop it.
        let data = std::fs::read_to_string(&copy).unwrap();
        let actual = data.lines().skip(1).map(|line| line.rsplit(',').next().unwrap());
        let predicted = rows[0].iter().position(|field| field.eq_ignore_ascii_case("$N-Drug")).unwrap();
        let right = rows[1..].iter().zip(actual).filter(|(row, actual)| row[predicted] == *actual).count();
        assert_eq!(right, 200, "{}", stream.display());
    }
}

/// Every part of a real stream is either supported or refused with reasons.
#[test]
fn every_real_stream_is_understood_or_refused_with_reasons() {
    let Some(folder) = streams() else {
        return;
    };
    let mut found = Vec::new();
    find_streams(&folder, &mut found);
    assert!(!found.is_empty());
    let mut understood = 0;
    for path in found {
        let job = JobRequest {
            action: Action::BatchScore,
            stream: Arc::new(StreamFile::open(std::fs::read(&path).unwrap()).unwrap()),
            sources: Vec::new(),
            exports: Vec::new(),
            format: FileFormat::Csv,
            documents: DocumentFormat::Html,
            parameters: Vec::new(),
            system_encoding: "UTF-8".to_owned(),
            work_dir: std::env::temp_dir(),
            limits: Limits::default(),
        };
        let name = path.strip_prefix(&folder).unwrap().display();
        match satsuma_nodes::engine().check(&job) {
            Ok(()) => {
                understood += 1;
                println!("{name}: understood");
            }
            Err(error) => {
                assert!(error.to_string().len() > 20, "{name}: {error}");
                println!("{name}: {error}");
            }
        }
    }
    println!("{understood} understood");
    assert!(understood >= 4);
}

fn find_streams(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => find_streams(&path, found),
            false if path.extension().is_some_and(|extension| extension == "str") => found.push(path),
            false => {}
        }
    }
}

/// Dry runs agree with runs on every stream: no refused stream is reported as runnable.
#[test]
fn verdicts_and_checks_agree_on_all_streams() {
    let Some(folder) = streams() else { return };
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
    let paths = manifest.lines().filter_map(|line| line.trim().strip_prefix(r#""stream": "#));
    let (mut streams, mut running) = (0, 0);
    for path in paths {
        let path = path.trim_end_matches(',').trim_matches('"');
        let stream = Arc::new(StreamFile::open(std::fs::read(folder.join(path)).unwrap()).unwrap());
        for check in satsuma_nodes::engine().check_actions(&stream, Effort::default()) {
            let action = Action::ALL.into_iter().find(|action| action.to_string() == check.action).unwrap();
            let request = JobRequest {
                action,
                stream: Arc::clone(&stream),
                sources: Vec::new(),
                exports: Vec::new(),
                format: FileFormat::Csv,
                documents: DocumentFormat::Html,
                parameters: Vec::new(),
                system_encoding: "UTF-8".to_owned(),
                work_dir: std::env::temp_dir(),
                limits: Limits::default(),
            };
            assert_eq!(check.can_run, satsuma_nodes::engine().check(&request).is_ok(), "{path} {check:?}");
            running += usize::from(check.can_run);
        }
        streams += 1;
    }
    println!("{streams} streams, of whose actions {running} run");
    assert!(streams >= 48 && running >= 2, "{streams} {running}");
}
