//! The main job: a stream and its data go up, predictions come down.

use serde_json::{Value, json};

use crate::client::Client;
use crate::sample;

/// The job of the project's own sample. Its source reads `parcels.csv`, the id of the uploaded file.
#[must_use]
pub fn parcels() -> Value {
    json!({
        "action": "BATCH_SCORE",
        "model": {"id": "late-parcels.str"},
        "setting": {"outputType": "DATA_URL", "reportFormat": "TAB"},
    })
}

/// The sample's first record, scored; the weights of its network are in `infra/local/examples`.
const FIRST_PARCEL: &str = "P-1001\t42\t0.8\troad\tno\tno\t0.9838874667080258";

/// The path of a URL from the API, without the public address, which the emulator does not have.
///
/// # Panics
/// Where it is not so.
#[must_use]
pub fn path_of(url: &Value) -> String {
    let url = url.as_str().unwrap_or_else(|| panic!("not a URL: {url}"));
    assert!(!url.contains('?'), "callers add their own access key: {url}");
    let (_, path) = url.split_once("/pm/v1/").expect("a URL of this API");
    format!("/pm/v1/{path}")
}

/// Uploads the sample's stream and data; gives the stream.
///
/// # Panics
/// Where it is not so.
pub fn upload_parcels(owner: &Client) -> Vec<u8> {
    let stream = sample::own("late-parcels.str");
    let uploaded = owner.upload("/pm/v1/file/late-parcels.str", "late-parcels.str", &stream).expect(200);
    assert_eq!(path_of(&Value::String(uploaded.text())), "/pm/v1/file/late-parcels.str");
    let _ = owner.upload("/v1/file/parcels.csv", "parcels.csv", &sample::own("parcels.csv")).expect(200);
    stream
}

/// From upload to result, of an instance that has nothing yet.
///
/// # Panics
/// Where the API does not do so.
pub fn a_stream_is_uploaded_scored_and_fetched(acme: &Client) {
    let stream = upload_parcels(acme);
    assert_eq!(acme.get("/pm/v1/file/late-parcels.str").expect(200).bytes, stream);
    assert_eq!(acme.get("/pm/v1/file//late-parcels.str").expect(200).bytes, stream);
    assert_eq!(acme.get("/pm/v1/file/").expect(200).json(), json!(["late-parcels.str", "parcels.csv"]));

    let submitted = acme.send_json("POST", "/pm/v1/jobs/parcels", &parcels()).expect(200).json();
    assert_eq!(submitted["id"], "parcels");
    assert_eq!(submitted["status"], "PENDING");
    let again = acme.send_json("POST", "/v1/jobs/parcels", &parcels()).expect(200).json();
    assert_eq!(again["createdAt"], submitted["createdAt"], "the same request is the same submission");
    let other = json!({"action": "BATCH_SCORE", "model": {"id": "other.str"}});
    assert_eq!(acme.send_json("POST", "/v1/jobs/parcels", &other).refusal(409), "job_exists");

    let status = acme.await_end("parcels");
    assert_eq!(status["jobStatus"], "SUCCESS", "{status}");
    let result = acme.get(&path_of(&status["dataUrl"])).expect(200).text();
    let lines: Vec<&str> = result.split("\r\n").collect();
    assert_eq!(lines[1], FIRST_PARCEL, "{result}");
    let data = String::from_utf8(sample::own("parcels.csv")).unwrap();
    assert_eq!(lines.len(), data.lines().count() + 1, "the header, a record each, and the end of the last");

    let job = acme.get("/pm/v1/jobs/parcels").expect(200).json();
    assert_eq!(job["status"], "SUCCESS");
    assert_eq!(job["result"]["jobStatus"], "SUCCESS");
    assert_eq!(acme.get("/v1/jobs").expect(200).json(), json!([job]));
}

/// Resubmission, and submission by PUT.
///
/// # Panics
/// Where the API does not do so.
pub fn jobs_run_again_with_a_new_definition(acme: &Client) {
    let mut definition = parcels();
    definition["setting"]["exports"] = json!([]);
    let _ = acme.send_json("PUT", "/pm/v1/jobs/parcels", &definition).expect(200);
    assert_eq!(acme.await_end("parcels")["jobStatus"], "SUCCESS");
    let _ = acme.send_json("PUT", "/v1/jobs/by%20put", &parcels()).expect(201);
    assert_eq!(acme.await_end("by%20put")["jobStatus"], "SUCCESS");
    let listed = acme.get("/pm/v1/jobs").expect(200).json();
    let ids: Vec<&str> = listed.as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["parcels", "by put"]);
}

/// The number that IBM's sample notebook prints for the first record of its drug data.
///
/// # Panics
/// Where it is not so.
pub fn ibm_s_numbers_come_out(acme: &Client) {
    let folder = "pmservice/spss/drug-selection";
    let Some(stream) = sample::real(&format!("{folder}/model/Drug1n_capitalized.str")) else { return };
    let Some(data) = sample::real(&format!("{folder}/data/drug_batch_data.csv")) else { return };
    let _ = acme.upload("/pm/v1/file/drug_cap_stream", "Drug1n_capitalized.str", &stream).expect(200);
    let _ = acme.upload("/pm/v1/file/drug_batch_data.csv", "drug_batch_data.csv", &data).expect(200);
    let definition = json!({
        "action": "BATCH_SCORE",
        "model": {"id": "drug_cap_stream", "name": "Drug1n_capitalized.str"},
        "setting": {
            "inputs": [{"node": "scoreInput", "file": {"id": "drug_batch_data.csv"}, "attributes": []}],
            "exports": [{"node": "Table", "file": {"id": "drugs.csv"}, "attributes": []}],
        },
    });
    let _ = acme.send_json("POST", "/pm/v1/jobs/drugs", &definition).expect(200);
    let status = acme.await_end("drugs");
    assert_eq!(status["jobStatus"], "SUCCESS", "{status}");
    let result = acme.get(&path_of(&status["dataUrl"])).expect(200).text();
    let first = result.lines().nth(1).unwrap();
    assert!(first.contains("drugY") && first.contains("0.9999929901781156"), "{result}");
}

/// Results, files and jobs are deleted, and are gone.
///
/// # Panics
/// Where the API does not do so.
pub fn files_and_jobs_are_deleted(acme: &Client) {
    let status = acme.get("/pm/v1/jobs/parcels/status").expect(200).json();
    let result = path_of(&status["dataUrl"]);
    assert_eq!(acme.delete(&result).expect(200).text(), "1");
    assert_eq!(acme.get(&result).refusal(404), "file_not_found");
    assert_eq!(acme.delete("/pm/v1/file/parcels.csv").expect(200).text(), "1");
    assert_eq!(acme.delete("/pm/v1/file/parcels.csv").refusal(404), "file_not_found");
    assert_eq!(acme.delete("/pm/v1/jobs/parcels,by%20put,unknown").expect(200).text(), "2");
    assert_eq!(acme.get("/pm/v1/jobs/parcels").refusal(404), "job_not_found");
}

/// A job is deleted right after it was submitted, wherever its worker has got by then, and its id is free.
///
/// # Panics
/// Where it stays.
pub fn a_job_that_nobody_wants_goes(acme: &Client) {
    for _ in 0..2 {
        let _ = acme.send_json("POST", "/pm/v1/jobs/unwanted", &parcels()).expect(200);
        let gone = acme.delete("/pm/v1/jobs/unwanted").expect(200).text();
        assert!(["0", "1"].contains(&gone.as_str()), "{gone}");
        acme.await_gone("unwanted");
    }
}
