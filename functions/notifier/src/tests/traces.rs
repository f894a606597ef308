//! Traces of notices.

use satsuma_telemetry::testing::{SAMPLED, capture_traced, family, invocation};
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_notice_is_traced_with_its_job_and_its_senders_trace() {
    let (_, daemon, _listening) = capture_traced("");
    let mut record = record("1", &notice_of("churn").replace("SUCCESS", "FAILED"));
    let header = "Root=1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa;Parent=53995c3f42cd8ad8;Sampled=1";
    record.attributes.insert("AWSTraceHeader".to_owned(), header.to_owned());
    let mut batch = SqsEvent::default();
    batch.records = vec![record];
    notifier().handle(batch).instrument(invocation(SAMPLED)).await;
    let documents = daemon.documents();
    assert_eq!(family(&documents), ["webhook in notice", "notice in the function"]);
    let told = &documents[1]["annotations"];
    assert_eq!((&told["instance"], &told["job"]), (&json!("acme"), &json!("churn")));
    assert_eq!(told["sender_trace_id"], "1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa");
    assert!(documents[1]["error"].is_null(), "that a job failed is no failure of its notice");
}
