//! The content of a stream and the dry run of a job, from the deployed service.

use satsuma_tests::client::Client;
use satsuma_tests::sample;
use satsuma_tests::scenario::scoring::parcels;
use serde_json::json;

pub(crate) fn a_stream_is_explained_and_drawn(acme: &Client) {
    let explained = acme.get("/pm/v1/file/late-parcels.str/stream").expect(200).json();
    assert_eq!(explained["sources"][0]["place"], "parcels.csv");
    let scoring =
        explained["actions"].as_array().unwrap().iter().find(|action| action["action"] == "BATCH_SCORE");
    assert_eq!(scoring.unwrap()["canRun"], true, "{explained}");

    // An id that would be taken for two parts of the path, and one of several bytes a letter.
    let stream = sample::own("late-parcels.str");
    let _ = acme.upload("/pm/v1/file/folder/%E9%A6%99%20%E6%B0%B4.str", "x.str", &stream).expect(200);
    let again = acme.get("/v1/file/folder%252F%E9%A6%99%20%E6%B0%B4.str/stream").expect(200).json();
    assert_eq!(again, explained);
    assert_eq!(acme.delete("/pm/v1/file/folder/%E9%A6%99%20%E6%B0%B4.str").expect(200).text(), "1");

    assert_eq!(acme.get("/pm/v1/file/parcels.csv/stream").refusal(400), "unreadable_stream");
    assert_eq!(acme.get("/pm/v1/file/unknown/stream").refusal(404), "file_not_found");
}

pub(crate) fn a_job_is_validated_before_it_is_submitted(acme: &Client) {
    let validation = acme.send_json("POST", "/pm/v1/jobs/not-yet/validate", &parcels()).expect(200).json();
    assert_eq!(validation["canRun"], true, "{validation}");
    assert_eq!(validation["sources"][0]["found"], true, "{validation}");
    let mut definition = parcels();
    definition["model"]["id"] = json!("never-uploaded.str");
    let validation = acme.send_json("POST", "/v1/jobs/not-yet/validate", &definition).expect(200).json();
    assert_eq!(validation["obstacles"][0]["code"], "stream_missing", "{validation}");
    assert_eq!(acme.get("/pm/v1/jobs/not-yet").refusal(404), "job_not_found");
}
