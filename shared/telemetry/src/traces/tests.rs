use serde_json::{Value, json};
use tracing::{Span, info_span};

use crate::testing::{SAMPLED, capture, capture_traced, family, invocation};

/// A call of the SDK, as it names it.
fn call() -> Span {
    tracing::debug_span!(target: "aws_sdk_dynamodb::operation::get_item", "DynamoDB.GetItem", "rpc.service" = "DynamoDB")
}

#[test]
fn an_invocation_is_traced_step_by_step() {
    let (_, daemon, _listening) = capture_traced("");
    {
        let _invocation = invocation(SAMPLED).entered();
        let job = info_span!("job", instance = "acme", job = %"näch/tly", attempt = tracing::field::Empty);
        let _job = job.clone().entered();
        info_span!("claim").in_scope(|| call().in_scope(|| ()));
        job.record("attempt", 2);
        tracing::info!(target: satsuma_domain::metrics::JOB_ENDED, state = "FAILED", category = "data", run_ms = 7);
    }
    let mut documents = daemon.documents();
    assert_eq!(family(&documents), ["DynamoDB in claim", "claim in job", "job in the function"]);
    for document in &mut documents {
        let (start, end) = (document["start_time"].as_f64().unwrap(), document["end_time"].as_f64().unwrap());
        assert!(1.6e9 < start && start <= end, "{start} to {end}");
        let id = document["id"].as_str().unwrap();
        assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        for drawn in ["id", "parent_id", "start_time", "end_time"] {
            document[drawn] = "…".into();
        }
    }
    insta::assert_json_snapshot!(documents);
}

#[test]
fn an_unsampled_trace_sends_nothing() {
    let (_, daemon, _listening) = capture_traced("trace");
    {
        for header in ["", &SAMPLED.replace("Sampled=1", "Sampled=0"), &SAMPLED.replace("Parent", "Elder")] {
            let _invocation = invocation(header).entered();
            info_span!("claim").in_scope(|| call().in_scope(|| tracing::error!("it failed")));
        }
        info_span!("claim").in_scope(|| ());
        let _invocation = invocation(SAMPLED).entered();
        tracing::debug_span!("a detail").in_scope(|| ());
        info_span!(target: "hyper", "a request with its URL").in_scope(|| ());
        // A running job has a version check every second.
        let _job = info_span!("job").entered();
        call().in_scope(|| ());
    }
    assert_eq!(family(&daemon.documents()), ["job in the function"]);
}

#[test]
fn only_listed_fields_are_sent() {
    const CANARY: &str = "canary-4f1d";
    let (_, daemon, _listening) = capture_traced("trace");
    {
        let _invocation = invocation(SAMPLED).entered();
        let request = info_span!("request", function = "get-job", url = CANARY, accesskey = ?CANARY, %CANARY);
        let _request = request.entered();
        tracing::error!(detail = CANARY, password = CANARY, "{CANARY}");
        tracing::info!(target: "hyper", status = CANARY);
    }
    let documents = daemon.documents();
    assert_eq!(documents[0]["annotations"], json!({"function": "get-job"}));
    assert!(!json!(documents).to_string().contains(CANARY));
}

#[test]
fn failures_are_marked_as_error_or_fault() {
    let marks = [(200_u16, json!([null, null])), (404, json!([true, null])), (503, json!([null, true]))];
    for (status, marked) in marks {
        let (_, daemon, _listening) = capture_traced("warn");
        {
            let _invocation = invocation(SAMPLED).entered();
            let _request = info_span!("request").entered();
            tracing::info!(status, "answered");
        }
        let documents = daemon.documents();
        assert_eq!(json!([documents[0]["error"], documents[0]["fault"]]), marked, "{status}");
    }
}

#[test]
fn a_long_trace_is_truncated_to_its_outermost_steps() {
    let (_, daemon, _listening) = capture_traced("");
    {
        let _invocation = invocation(SAMPLED).entered();
        for _ in 0..1_000 {
            call().in_scope(|| ());
        }
        info_span!("job", node = "x".repeat(1_000)).in_scope(|| info_span!("claim").in_scope(|| ()));
    }
    let documents = daemon.documents();
    assert_eq!(documents.len(), 101);
    assert_eq!(documents[100]["annotations"]["node"].as_str().unwrap().len(), 250);
}

#[test]
fn every_log_line_has_its_trace_at_any_level() {
    let (log, _listening) = capture("warn");
    {
        let _invocation = invocation(SAMPLED).entered();
        let _job = info_span!("job", instance = "acme").entered();
        tracing::info!("half way");
        tracing::warn!("heartbeat not written");
    }
    let mut line: Value = serde_json::from_str(&log.text()).unwrap();
    line["timestamp"] = "…".into();
    insta::assert_json_snapshot!(line, @r#"
    {
      "instance": "acme",
      "level": "WARN",
      "message": "heartbeat not written",
      "requestId": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
      "target": "satsuma_telemetry::traces::tests",
      "timestamp": "…",
      "trace_id": "1-5759e988-bd862e3fe1be46a994272793"
    }
    "#);
}
