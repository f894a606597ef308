use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use bytes::Bytes;
use satsuma_domain::execution::Outcome;
use satsuma_domain::file::{FileKey, FileName};
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{GetJob, JobMessage, PutFile};
use satsuma_domain::testing::Memory;
use satsuma_domain::work::{Ran, RunContext, Runner};
use satsuma_domain::{
    ExecutionNumber, FileId, InstanceId, Job, JobDefinition, JobId, JobState, SystemClock, submit,
};
use satsuma_engine::Limits;

use crate::EngineRunner;

const BUDGET: Duration = Duration::from_secs(60);

fn key(id: &str) -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new(id).unwrap() }
}

async fn submitted(store: &Memory, id: &str, definition: &str) -> JobMessage {
    let definition = JobDefinition::parse(definition.as_bytes()).unwrap();
    submit::create(store, store, &SystemClock, key(id), definition).await.unwrap();
    store.take_message().unwrap()
}

fn record(id: &str, body: String) -> SqsMessage {
    let mut record = SqsMessage::default();
    record.message_id = Some(id.to_owned());
    record.body = Some(body);
    record
}

fn batch(records: Vec<SqsMessage>) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = records;
    event
}

/// Panics for the job `bad` and succeeds for all others.
struct Moody;

#[async_trait]
impl Runner for Moody {
    async fn run(&self, job: Job, _: ExecutionNumber, _: RunContext) -> Ran {
        assert_ne!(job.key.id.as_str(), "bad", "a bug in a node");
        Ran { warnings: vec![], outcome: Outcome::Success { results: vec![] } }
    }
}

#[tokio::test]
async fn a_panic_or_a_foreign_message_in_a_batch_harms_no_other() {
    let store = Memory::default();
    let plain = r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#;
    let good = submitted(&store, "good", plain).await;
    let bad = submitted(&store, "bad", plain).await;
    let event = batch(vec![
        record("1", serde_json::to_string(&bad).unwrap()),
        record("2", "{\"not\":\"ours\"}".to_owned()),
        record("3", serde_json::to_string(&good).unwrap()),
    ]);
    let response = crate::handle(&store, Arc::new(Moody), &SystemClock, event, BUDGET).await;
    let again: Vec<&str> = response.batch_item_failures.iter().map(|f| f.item_identifier.as_str()).collect();
    assert_eq!(again, ["2"], "only the foreign message goes on to the dead letters");
    assert_eq!(store.get_job(&key("good")).await.unwrap().unwrap().state, JobState::Success);
    assert_eq!(store.get_job(&key("bad")).await.unwrap().unwrap().state, JobState::Failed);
}

/// What a caller reads of a job that the real runner could not run.
async fn failure(store: &Arc<Memory>, definition: &str) -> String {
    let message = submitted(store, "job", definition).await;
    let scratch = tempfile::tempdir().unwrap();
    let runner = EngineRunner::new(Arc::clone(store), scratch.path().to_owned(), Limits::default());
    let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
    let response = crate::handle(&**store, Arc::new(runner), &SystemClock, event, BUDGET).await;
    assert!(response.batch_item_failures.is_empty());
    let left_behind = std::fs::read_dir(scratch.path()).unwrap().count();
    assert_eq!(left_behind, 0, "nothing of an execution stays in a warm sandbox");
    let job = store.get_job(&key("job")).await.unwrap().unwrap();
    let failure = job.execution().unwrap().failure().unwrap().clone();
    format!("{} ({:?}): {}", failure.code, failure.category, failure.message)
}

async fn put(store: &Memory, id: &str, bytes: &'static [u8]) {
    let name = FileName::Upload(FileId::new(id).unwrap());
    let key = FileKey { instance: InstanceId::new("acme").unwrap(), name };
    store.put_file(&key, "application/octet-stream", Bytes::from_static(bytes)).await.unwrap();
}

#[tokio::test]
async fn a_missing_stream_fails_the_job_and_says_which() {
    let store = Arc::new(Memory::default());
    let definition = r#"{"action":"BATCH_SCORE","model":{"id":"churn"}}"#;
    insta::assert_snapshot!(failure(&store, definition).await, @"stream_missing (Data): there is no file `churn`, which model.id names; upload the stream and submit the job again");
}

#[tokio::test]
async fn a_file_that_is_no_stream_fails_the_job_with_the_readers_reason() {
    let store = Arc::new(Memory::default());
    put(&store, "churn", b"{\\rtf1}").await;
    let definition = r#"{"action":"BATCH_SCORE","model":{"id":"churn"}}"#;
    let said = failure(&store, definition).await;
    assert!(
        said.starts_with(
            "stream_unreadable (Data): the file `churn`, which model.id names, is not a readable stream"
        ),
        "{said}"
    );
}
