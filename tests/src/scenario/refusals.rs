//! Errors of requests and jobs.

use serde_json::json;

use super::scoring::parcels;
use crate::client::Client;

/// Bad requests get an error that names the problem.
///
/// # Panics
/// Where it is not so.
pub fn bad_requests_say_what_is_wrong(acme: &Client) {
    assert_eq!(acme.get("/pm/v1/jobs/unknown").refusal(404), "job_not_found");
    assert_eq!(acme.get("/pm/v1/jobs/unknown/status").refusal(404), "job_not_found");
    assert_eq!(acme.get("/pm/v1/file/unknown").refusal(404), "file_not_found");

    let mut definition = parcels();
    definition["setting"]["outputTipe"] = json!("DATA_URL");
    let refused = acme.send_json("POST", "/pm/v1/jobs/wrong", &definition).expect(400).json();
    assert_eq!(refused["code"], "invalid_definition");
    assert!(refused["message"].as_str().unwrap().contains("outputTipe"), "{refused}");

    let refused = acme.upload("/pm/v1/file/broken.str", "broken.str", b"PK\x03\x04 and no more").expect(400);
    assert!(refused.json()["message"].is_string(), "{}", refused.text());
    assert_eq!(acme.get("/pm/v1/file/broken.str").refusal(404), "file_not_found");
}

/// A job that cannot run fails with a reason.
///
/// # Panics
/// Where it is not so.
pub fn a_job_that_cannot_run_fails_saying_why(acme: &Client) {
    let mut definition = parcels();
    definition["model"]["id"] = json!("never-uploaded.str");
    let _ = acme.send_json("POST", "/pm/v1/jobs/no-stream", &definition).expect(200);
    let status = acme.await_end("no-stream");
    assert_eq!(status["jobStatus"], "FAILED");
    assert!(status["failureMsg"].as_str().unwrap().contains("never-uploaded.str"), "{status}");
    assert!(status["error"]["code"].is_string() && status["error"]["category"].is_string(), "{status}");
}
