//! The log lines and metrics of a job.

use satsuma_domain::ports::{CreateJob, Written};
use satsuma_domain::testing::ManualClock;
use satsuma_domain::{Failure, FailureCategory, JobNumber, Timestamp, metrics, request};
use satsuma_telemetry::testing::capture_counting;
use serde_json::{Value, json};

use super::*;

/// Reports progress, waits and fails.
struct Talker(Arc<ManualClock>);

#[async_trait]
impl Runner for Talker {
    async fn run(&self, _: Job, _: ExecutionNumber, _: RunContext) -> Ran {
        tracing::info!("half way");
        self.0.advance(Duration::from_millis(24_387));
        let failure = Failure::new("source_missing", FailureCategory::Data, "there is no file `a.csv`");
        Ran { warnings: vec![], outcome: Outcome::Failed { failure } }
    }
}

/// The log of `work`, at the level of operators.
async fn logged(work: impl Future<Output = ()>) -> String {
    // Metrics are counted at every log level.
    let (captured, _logging) = capture_counting("info", Some("Satsuma/test".to_owned()));
    work.await;
    captured.text()
}

#[tokio::test]
async fn every_line_of_a_run_names_its_job_and_the_last_one_counts_it() {
    let clock = Arc::new(ManualClock::at(Timestamp(1_496_225_893_369)));
    let store = Memory::default();
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let submitted = submit::create(&store, &store, &*clock, key("nightly"), definition);
    request::during("JKJaXmPLvHcESHA=", submitted).await.unwrap();
    let message = store.take_message().unwrap();
    clock.advance(Duration::from_millis(310));
    let event = batch(vec![
        record("1", serde_json::to_string(&message).unwrap()),
        record("2", "a secret, sent to the wrong queue".to_owned()),
    ]);
    let log = logged(async {
        crate::handle(&store, &store, Arc::new(Talker(clock.clone())), &*clock, event, BUDGET).await;
    })
    .await;
    assert!(!log.contains("a secret"));
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap()).map(timeless).collect();
    insta::assert_json_snapshot!(lines);
}

/// The protocol never writes such a job; this one was written by hand.
#[tokio::test]
async fn a_write_that_the_protocol_rules_out_is_counted() {
    let store = Memory::default();
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let mut job = Job::new(key("odd"), JobNumber(1), definition, Timestamp(0));
    job.remove_when_ended = true;
    assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
    let message = JobMessage { key: job.key, revision: job.revision };
    let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
    let log = logged(async {
        crate::handle(&store, &store, Arc::new(Moody), &SystemClock, event, BUDGET).await;
    })
    .await;
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let counted: Vec<Value> = lines.filter(|line| line["target"] == metrics::BROKEN_INVARIANT).collect();
    let [claimed, ..] = &counted[..] else { panic!("{log}") };
    assert_eq!(claimed["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "broken_invariants");
    let told = ["broken_invariants", "invariant", "instance", "job", "from", "to"].map(|name| &claimed[name]);
    assert_eq!(
        told,
        [
            &json!(1),
            &json!("RemovedOnlyWhenCanceled"),
            &json!("acme"),
            &json!("odd"),
            &json!("PENDING"),
            &json!("RUNNING")
        ]
    );
}

fn timeless(mut line: Value) -> Value {
    line["timestamp"] = "…".into();
    if line["_aws"].is_object() {
        line["_aws"]["Timestamp"] = 0.into();
    }
    line
}
