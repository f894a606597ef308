//! The trace of a job.

use aws_sdk_dynamodb::config::{Credentials, Region, retry::RetryConfig};
use satsuma_aws::Jobs;
use satsuma_telemetry::testing::{SAMPLED, capture_traced, family, invocation};
use serde_json::Value;
use tracing::Instrument;

use super::*;

/// The message of a job, as SQS hands it over: with the trace of the request that submitted the job.
async fn sent(store: &Memory, definition: &str) -> SqsEvent {
    let message = submitted(store, "job", definition).await;
    let mut record = record("1", serde_json::to_string(&message).unwrap());
    let header = "Root=1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa;Parent=53995c3f42cd8ad8;Sampled=1";
    record.attributes.insert("AWSTraceHeader".to_owned(), header.to_owned());
    batch(vec![record])
}

async fn run(store: &Arc<Memory>, definition: &str) -> Vec<Value> {
    let (_, daemon, _listening) = capture_traced("");
    let scratch = tempfile::tempdir().unwrap();
    let runner = EngineRunner::new(Arc::clone(store), scratch.path().to_owned(), Limits::default());
    let event = sent(store, definition).await;
    let handled = crate::handle(&**store, &**store, Arc::new(runner), &SystemClock, event, BUDGET);
    handled.instrument(invocation(SAMPLED)).await;
    daemon.documents()
}

#[tokio::test]
async fn a_trace_has_the_steps_of_a_run() {
    let store = Arc::new(Memory::default());
    put_bytes(&store, "churn", stream()).await;
    put(&store, "customers.csv", b"id,age\n1,30\n2,41\n").await;
    let documents = run(&store, SCORE).await;
    insta::assert_snapshot!(family(&documents).join("\n"), @"
    claim in job
    fetch in job
    plan in run
    open in run
    terminal in run
    run in job
    publish in job
    log in job
    finish in job
    announce in job
    job in the function
    ");
    let job = documents.iter().find(|document| document["name"] == "job").unwrap();
    insta::assert_json_snapshot!(job["annotations"], @r#"
    {
      "attempt": 1,
      "category": "none",
      "execution": 1,
      "instance": "acme",
      "job": "job",
      "revision": 1,
      "sender_trace_id": "1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa",
      "state": "SUCCESS"
    }
    "#);
    for document in &documents {
        assert_eq!(document["trace_id"], "1-5759e988-bd862e3fe1be46a994272793");
        assert!(document["error"].is_null() && document["fault"].is_null());
    }
    // Neither contents nor names of files.
    let text = serde_json::to_string(&documents).unwrap();
    for untold in ["customers.csv", "scores.tab", "age", "C:"] {
        assert!(!text.contains(untold), "{untold}");
    }
}

#[tokio::test]
async fn a_failed_run_is_marked_with_its_code_not_its_message() {
    let store = Arc::new(Memory::default());
    put_bytes(&store, "churn", stream()).await;
    let documents = run(&store, SCORE).await;
    let job = documents.iter().find(|document| document["name"] == "job").unwrap();
    assert_eq!((&job["error"], &job["fault"]), (&true.into(), &Value::Null));
    assert_eq!(job["annotations"]["code"], "source_missing");
    assert!(!serde_json::to_string(&documents).unwrap().contains("customers.csv"));
}

/// The names are the SDK's own. There is no server here; the call is traced regardless.
#[tokio::test]
async fn an_sdk_call_is_traced_by_service_and_operation() {
    let (_, daemon, _listening) = capture_traced("");
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version_latest()
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("AKIACANARY", "canary-4f1d", None, None, "test"))
        .endpoint_url("http://127.0.0.1:9/canary-4f1d")
        .retry_config(RetryConfig::disabled())
        .build();
    let jobs = Jobs::new(aws_sdk_dynamodb::Client::from_conf(config), "canary-4f1d");
    jobs.get_job(&key("job")).instrument(invocation(SAMPLED)).await.unwrap_err();
    let [call] = &daemon.documents()[..] else { panic!("one call, one document") };
    assert_eq!((&call["name"], &call["namespace"]), (&"DynamoDB".into(), &"aws".into()));
    assert_eq!(call["aws"], serde_json::json!({"operation": "GetItem"}));
    assert!(!call.to_string().to_lowercase().contains("canary"));
}
