//! Callers, and what each may see.

use satsuma_tests::client::Client;
use satsuma_tests::stack::Stack;

pub(crate) fn callers_are_known_by_their_key(acme: &Client) {
    // API Gateway's own answer: the authorizer is not even asked.
    let _ = acme.get_without_key("/pm/v1/jobs").expect(401);
    for path in ["/pm/v1/jobs", "/v1/jobs", "/pm/v1/file", "/pm/v1/jobs/x/status"] {
        assert_eq!(acme.with_key("guessed").get(path).refusal(401), "unauthorized", "{path}");
    }
    for path in ["/pm/v1/jobs", "/v1/jobs", "/pm/v1/file", "/pm/v1/file/", "/v1/file", "/v1/file/"] {
        assert_eq!(acme.get(path).expect(200).json(), serde_json::json!([]), "{path}");
    }
}

pub(crate) fn nobody_sees_what_another_owns(acme: &Client, other: &Client) {
    let _ = acme.get("/pm/v1/jobs/parcels").expect(200);
    assert_eq!(other.get("/pm/v1/jobs/parcels").refusal(404), "job_not_found");
    assert_eq!(other.get("/pm/v1/jobs/parcels/status").refusal(404), "job_not_found");
    assert_eq!(other.get("/pm/v1/file/parcels.csv").refusal(404), "file_not_found");
    assert_eq!(other.delete("/pm/v1/jobs/parcels").expect(200).text(), "0");
    assert_eq!(other.get("/pm/v1/jobs").expect(200).json(), serde_json::json!([]));
    let result = acme.get("/pm/v1/jobs/parcels/status").expect(200).json();
    let result = satsuma_tests::scenario::scoring::path_of(&result["dataUrl"]);
    assert_eq!(other.get(&result).refusal(404), "file_not_found");
}

pub(crate) fn no_log_holds_a_key(stack: &Stack, acme: &Client) {
    let logs = stack.logs();
    assert!(logs.contains("answered"), "the functions log what they do");
    assert!(!logs.contains(acme.access_key()) && !logs.contains("accesskey"));
}
