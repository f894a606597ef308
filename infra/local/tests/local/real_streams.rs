//! IBM's own streams and data, over HTTP, against the numbers that IBM published.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::service::Service;

/// The collection of real streams, which is not part of the repository.
fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/streams");
    std::env::var_os("SATSUMA_STREAMS").map_or_else(beside, PathBuf::from)
}

/// A file of the collection.
fn real(path: &str) -> Option<Vec<u8>> {
    let bytes = std::fs::read(folder().join(path));
    bytes.inspect_err(|error| eprintln!("skipped: {path}: {error}")).ok()
}

/// Proof: IBM's notebook "From SPSS stream to batch scoring with Python" and its data, as published.
#[test]
fn the_customer_of_ibms_notebook_is_predicted_to_stay() {
    let model = "IBM/cloud/models/spss/customer_satisfaction/model/customer-satisfaction-prediction.str";
    let (Some(stream), Some(data)) = (real(model), real("IBM/cloud/data/customer_churn/scoreInput.csv"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path());
    assert_eq!(service.upload("churn.str", &stream).status, 200);
    assert_eq!(service.upload("scoreInput.csv", &data).status, 200);
    let definition = json!({
        "action": "BATCH_SCORE",
        "model": {"id": "churn.str"},
        "setting": {"inputs": [{"node": "Input data", "file": {"id": "scoreInput.csv"}}], "reportFormat": "TAB"}
    });
    assert_eq!(service.submit("churn", &definition).status, 200);
    let result = service.result("churn");
    let column =
        |name: &str| result.lines().next().unwrap().split('\t').position(|field| field == name).unwrap();
    let customer: Vec<&str> =
        result.lines().find(|line| line.contains("3638-WEABW")).unwrap().split('\t').collect();
    assert_eq!(customer[column("Predicted Churn")], "No");
    assert_eq!(customer[column("Probability of Churn")], "0.0526309571556145");
}

/// Proof: the first record of IBM's notebook for the drug selection sample.
#[test]
fn the_patient_of_ibms_notebook_gets_drug_y() {
    let folder = "pmservice/spss/drug-selection";
    let model = real(&format!("{folder}/model/Drug1n_capitalized.str"));
    let (Some(stream), Some(data)) = (model, real(&format!("{folder}/data/drug_batch_data.csv"))) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path());
    assert_eq!(service.upload("drug.str", &stream).status, 200);
    assert_eq!(service.upload("drug_batch_data.csv", &data).status, 200);
    let definition = json!({
        "action": "BATCH_SCORE",
        "model": {"id": "drug.str"},
        "setting": {"inputs": [{"node": "scoreInput", "file": {"id": "drug_batch_data.csv"}}], "reportFormat": "TAB"}
    });
    assert_eq!(service.submit("drug", &definition).status, 200);
    let result = service.result("drug");
    let first: Vec<&str> = result.lines().nth(1).unwrap().split('\t').collect();
    assert!(first.ends_with(&["drugY", "0.9999929901781156"]), "{first:?}");
}

/// The page equals the output of the command; if it is outdated, the head stays and the rest is replaced.
#[test]
fn the_page_of_streams_equals_the_survey() {
    let folder = folder();
    if !folder.is_dir() {
        eprintln!("skipped: no folder of real streams at {}; set SATSUMA_STREAMS", folder.display());
        return;
    }
    let output = Command::new(env!("CARGO_BIN_EXE_satsuma")).arg("survey").arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let surveyed = String::from_utf8(output.stdout).unwrap();
    let page = include_str!("../../../../docs/streams.md");
    let at = page.find("| stream ").unwrap();
    assert!(page[at..].trim_end() == surveyed.trim_end(), "docs/streams.md is old: satsuma survey FOLDER");
}
