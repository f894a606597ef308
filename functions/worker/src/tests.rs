use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use bytes::Bytes;
use satsuma_domain::execution::{Outcome, Progress};
use satsuma_domain::file::{FileKey, FileName, ResultId};
use satsuma_domain::job::JobKey;
use satsuma_domain::messages::{FAULT_DELAY, SHORT_DELAY};
use satsuma_domain::ports::{GetFile, GetJob, JobMessage, PutFile};
use satsuma_domain::remove::remove;
use satsuma_domain::testing::{Fault, Memory};
use satsuma_domain::usage::Quotas;
use satsuma_domain::work::{Ran, RunContext, Runner};
use satsuma_domain::{
    ExecutionNumber, FileId, InstanceId, Job, JobDefinition, JobId, JobState, SystemClock, submit,
};
use satsuma_engine::Limits;
use satsuma_stream::StreamBuilder;

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
    record.receipt_handle = Some(format!("receipt of {id}"));
    record.body = Some(body);
    record
}

fn batch(records: Vec<SqsMessage>) -> SqsEvent {
    let mut event = SqsEvent::default();
    event.records = records;
    event
}

/// Panics for the job `bad`, outside of the run for the job `worse`, and succeeds for all others.
struct Moody;

#[async_trait]
impl Runner for Moody {
    async fn run(&self, job: Job, _: ExecutionNumber, _: RunContext) -> Ran {
        assert_ne!(job.key.id.as_str(), "bad", "a bug in a node");
        Ran { warnings: vec![], outcome: Outcome::Success { results: vec![] } }
    }

    async fn keep_log(&self, job: &Job, _: ExecutionNumber, _: String) {
        assert_ne!(job.key.id.as_str(), "worse", "a bug around the run");
    }
}

#[tokio::test]
async fn a_panic_or_a_foreign_message_in_a_batch_harms_no_other() {
    let store = Memory::default();
    let plain = r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#;
    let good = submitted(&store, "good", plain).await;
    let bad = submitted(&store, "bad", plain).await;
    let worse = submitted(&store, "worse", plain).await;
    let event = batch(vec![
        record("1", serde_json::to_string(&bad).unwrap()),
        record("2", "{\"not\":\"ours\"}".to_owned()),
        record("3", serde_json::to_string(&worse).unwrap()),
        record("4", serde_json::to_string(&good).unwrap()),
    ]);
    let response = crate::handle(&store, &store, Arc::new(Moody), &SystemClock, event, BUDGET).await;
    let again: Vec<&str> = response.batch_item_failures.iter().map(|f| f.item_identifier.as_str()).collect();
    assert_eq!(again, ["2", "3"], "a foreign message goes on to the dead letters, a job to its next attempt");
    assert_eq!(store.take_returned(), Some(("receipt of 2".to_owned(), SHORT_DELAY)), "and without delay");
    assert_eq!(store.take_returned(), None);
    assert_eq!(store.get_job(&key("good")).await.unwrap().unwrap().state, JobState::Success);
    assert_eq!(store.get_job(&key("bad")).await.unwrap().unwrap().state, JobState::Failed);
}

#[tokio::test]
async fn without_remaining_time_a_job_is_not_claimed_but_redelivered() {
    let store = Memory::default();
    let message = submitted(&store, "late", r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).await;
    for budget in [Duration::ZERO, Duration::from_millis(9_999)] {
        let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
        let response = crate::handle(&store, &store, Arc::new(Moody), &SystemClock, event, budget).await;
        assert_eq!(response.batch_item_failures.len(), 1);
        let job = store.get_job(&key("late")).await.unwrap().unwrap();
        assert_eq!((job.state, job.executions.len()), (JobState::Pending, 0));
    }
    assert_eq!(store.take_returned(), Some(("receipt of 1".to_owned(), SHORT_DELAY)));
}

/// The sweeper sends the job's message again meanwhile. This one must not stay hidden until the alarm
/// reports a message that is half an hour old, nor be a dead letter before a short outage ends.
#[tokio::test]
async fn an_unreachable_store_causes_redelivery_within_minutes() {
    let store = Memory::default();
    let message = submitted(&store, "job", r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).await;
    store.fail_next_writes([Fault::Before]);
    let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
    let response = crate::handle(&store, &store, Arc::new(Moody), &SystemClock, event, BUDGET).await;
    assert_eq!(response.batch_item_failures.len(), 1);
    assert_eq!(store.take_returned(), Some(("receipt of 1".to_owned(), FAULT_DELAY)));
}

#[tokio::test]
async fn the_worker_publishes_ends_and_defers_jobs_beyond_the_quota() {
    let store = Memory::default();
    let handled = async |message: &JobMessage| {
        let event = batch(vec![record("1", serde_json::to_string(message).unwrap())]);
        let response = crate::handle(&store, &store, Arc::new(Moody), &SystemClock, event, BUDGET).await;
        assert!(response.batch_item_failures.is_empty());
    };
    let plain = r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#;
    store.set_quotas(&key("-").instance, Quotas { running_jobs: 0, ..Quotas::STANDARD });
    let waits = submitted(&store, "waits", plain).await;
    handled(&waits).await;
    let deferred = store.take_deferred().map(|(deferred, _)| deferred);
    assert_eq!((deferred, store.take_notice()), (Some(waits), None));

    store.set_quotas(&key("-").instance, Quotas::STANDARD);
    handled(&submitted(&store, "runs", plain).await).await;
    assert_eq!(store.take_notice().map(|notice| notice.state), Some(JobState::Success));
}

#[tokio::test]
async fn an_event_of_sqs_is_read_as_it_is_sent() {
    let store = Memory::default();
    submitted(&store, "good", r#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).await;
    let event = serde_json::from_str(include_str!("event.json")).unwrap();
    let response = crate::handle(&store, &store, Arc::new(Moody), &SystemClock, event, BUDGET).await;
    assert_eq!(serde_json::to_string(&response).unwrap(), r#"{"batchItemFailures":[]}"#);
    assert_eq!(store.get_job(&key("good")).await.unwrap().unwrap().state, JobState::Success);
}

/// The failure that callers see for a job that the real runner could not run.
async fn failure(store: &Arc<Memory>, definition: &str) -> String {
    let message = submitted(store, "job", definition).await;
    let scratch = tempfile::tempdir().unwrap();
    let runner = EngineRunner::new(Arc::clone(store), scratch.path().to_owned(), Limits::default());
    let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
    let response = crate::handle(&**store, &**store, Arc::new(runner), &SystemClock, event, BUDGET).await;
    assert!(response.batch_item_failures.is_empty());
    let left_behind = std::fs::read_dir(scratch.path()).unwrap().count();
    assert_eq!(left_behind, 0, "nothing of an execution stays in a warm sandbox");
    let job = store.get_job(&key("job")).await.unwrap().unwrap();
    let failure = job.execution().unwrap().failure().unwrap().clone();
    let node = failure.node.map_or_else(String::new, |node| format!(" at {node}"));
    format!("{} ({:?}){node}: {}", failure.code, failure.category, failure.message)
}

async fn put(store: &Memory, id: &str, bytes: &'static [u8]) {
    put_bytes(store, id, Bytes::from_static(bytes)).await;
}

async fn put_bytes(store: &Memory, id: &str, bytes: Bytes) {
    let name = FileName::Upload(FileId::new(id).unwrap());
    let key = FileKey { instance: InstanceId::new("acme").unwrap(), name };
    store.put_file(&key, "application/octet-stream", bytes).await.unwrap();
}

#[tokio::test]
async fn a_missing_stream_fails_the_job_with_its_name() {
    let store = Arc::new(Memory::default());
    let definition = r#"{"action":"BATCH_SCORE","model":{"id":"churn"}}"#;
    insta::assert_snapshot!(failure(&store, definition).await, @"stream_missing (Data): there is no file \
        `churn`, named in model.id; upload the stream and submit the job again");
}

#[tokio::test]
async fn an_unreadable_stream_fails_the_job_with_the_reason() {
    let store = Arc::new(Memory::default());
    put(&store, "churn", b"{\\rtf1}").await;
    let definition = r#"{"action":"BATCH_SCORE","model":{"id":"churn"}}"#;
    let said = failure(&store, definition).await;
    assert!(
        said.starts_with(
            "stream_unreadable (Data): the file `churn`, named in model.id, is not a readable stream"
        ),
        "{said}"
    );
}

/// A stream that reads `C:\\data\\customers.csv` into a table.
fn stream() -> Bytes {
    let mut stream = StreamBuilder::new("sample");
    let source = stream.delimited_file("C:\\data\\customers.csv", &[]);
    let table = stream.table();
    stream.label(source, "customers").label(table, "scores");
    stream.link(source, table).score_with(table);
    stream.write().unwrap().into()
}

const SCORE: &str = r#"{"action":"BATCH_SCORE","model":{"id":"churn"},
    "setting":{"exports":[{"node":"scores","file":{"id":"scores.tab"}}]}}"#;

#[tokio::test]
async fn a_missing_source_file_fails_the_job_at_its_node() {
    let store = Arc::new(Memory::default());
    put_bytes(&store, "churn", stream()).await;
    insta::assert_snapshot!(failure(&store, SCORE).await);

    let store = Arc::new(Memory::default());
    put_bytes(&store, "churn", stream()).await;
    let named = r#"{"action":"BATCH_SCORE","model":{"id":"churn"},
        "setting":{"inputs":[{"node":"customers","file":{"id":"new.csv"}}]}}"#;
    insta::assert_snapshot!(failure(&store, named).await);
}

#[tokio::test]
async fn a_job_reads_uploads_and_its_results_are_fetched_by_their_id() {
    let store = Arc::new(Memory::default());
    put_bytes(&store, "churn", stream()).await;
    put(&store, "customers.csv", b"id,age\n1,30\n2,41\n").await;
    let message = submitted(&store, "job", SCORE).await;
    let scratch = tempfile::tempdir().unwrap();
    let runner =
        Arc::new(EngineRunner::new(Arc::clone(&store), scratch.path().to_owned(), Limits::default()));
    let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
    crate::handle(&*store, &*store, runner.clone(), &SystemClock, event, BUDGET).await;

    let job = store.get_job(&key("job")).await.unwrap().unwrap();
    let execution = job.execution().unwrap();
    assert_eq!(
        (job.state, execution.progress.clone()),
        (JobState::Success, Progress { fraction: 1.0, rows_read: 2, rows_written: 2, ..Progress::default() })
    );
    let nodes = execution.report.nodes.iter().map(|node| (node.node.as_str(), node.rows_in, node.rows_out));
    assert_eq!(nodes.collect::<Vec<_>>(), [("customers", 0, 2), ("scores", 2, 0)]);
    let [result] = execution.results() else { panic!("{:?}", execution.outcome) };
    let id = ResultId { job: job.uuid, execution: execution.number, name: result.name.clone() };
    let result_key = FileKey { instance: key("job").instance, name: FileName::Result(id) };
    let bytes = store.get_file(&result_key, 1_000).await.unwrap().unwrap().unwrap();
    assert_eq!((result.name.as_str(), result.bytes), ("scores.tab", bytes.len() as u64));
    assert_eq!(bytes, "id\tage\r\n1\t30\r\n2\t41\r\n");

    let name = FileName::Log { job: job.uuid, execution: execution.number };
    let log_key = FileKey { instance: key("job").instance, name };
    let log = store.get_file(&log_key, 10_000).await.unwrap().unwrap().unwrap();
    let log = String::from_utf8(log.to_vec()).unwrap();
    // Without times.
    let lines = log.lines().map(|line| line.split_once(' ').unwrap().1.split(", busy for").next().unwrap());
    insta::assert_snapshot!(lines.skip(1).collect::<Vec<_>>().join("\n"), @r#"
    INFO  stream `churn`: 1358 bytes, version 1
    INFO  branch of 2 nodes: "customers" (Var. File), "scores" (Table)
    INFO  file `customers.csv`: 17 bytes, version 2
    INFO  "customers": opened; fields: 2
    INFO  "scores": made `scores.tab`: 2 records, 20 bytes
    INFO  "customers": 0 records in, 2 out
    INFO  "scores": 2 records in, 0 out
    INFO  result `scores.tab` is stored
    INFO  the run is done; result files: 1
    "#);

    // If the job's end had not been accepted, no result would remain.
    runner.discard(&job, execution.number, execution.results()).await;
    assert!(store.file_info(&result_key).await.unwrap().is_none());
}

#[tokio::test]
async fn a_job_that_is_deleted_while_it_runs_leaves_nothing_behind() {
    let store = Arc::new(Memory::default());
    put_bytes(&store, "churn", stream()).await;
    let rows: String = (0..500_000).map(|row| format!("{row},30\n")).collect();
    put_bytes(&store, "customers.csv", format!("id,age\n{rows}").into()).await;
    let message = submitted(&store, "job", SCORE).await;
    let scratch = tempfile::tempdir().unwrap();
    let runner =
        Arc::new(EngineRunner::new(Arc::clone(&store), scratch.path().to_owned(), Limits::default()));
    let event = batch(vec![record("1", serde_json::to_string(&message).unwrap())]);
    let canceled = async {
        let running = loop {
            let job = store.get_job(&key("job")).await.unwrap().unwrap();
            if job.state == JobState::Running {
                break job;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let ids = [key("job").id];
        let gone = remove(&*store, &*store, &SystemClock, &key("job").instance, &ids).await.unwrap();
        assert_eq!(gone, 0, "it still runs");
        running
    };
    let handled = crate::handle(&*store, &*store, runner, &SystemClock, event, BUDGET);
    let (response, running) = tokio::join!(handled, canceled);
    assert!(response.batch_item_failures.is_empty());
    assert_eq!(store.get_job(&key("job")).await.unwrap(), None);
    let number = running.execution().unwrap().number;
    let id = ResultId { job: running.uuid, execution: number, name: "scores.tab".to_owned() };
    let result_key = FileKey { instance: running.key.instance, name: FileName::Result(id) };
    assert!(store.file_info(&result_key).await.unwrap().is_none());
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0);
}

mod killed;
mod logs;
mod refresh;
mod storage;
mod traces;

#[tokio::test]
async fn unsupported_features_fail_the_job_before_any_fetch() {
    let store = Arc::new(Memory::default());
    let database = r#"{"type":"DashDB","host":"h","db":"BLUDB","username":"u"}"#;
    let refused = async |setting: &str| {
        let definition = format!(
            r#"{{"action":"BATCH_SCORE","model":{{"id":"churn"}},"dbDefinitions":{{"db1":{database}}},"setting":{{{setting}}}}}"#
        );
        let refused = failure(&store, &definition).await;
        remove(&*store, &*store, &SystemClock, &key("job").instance, &[key("job").id]).await.unwrap();
        refused
    };
    let table = r#""inputs":[{"node":"scoreInput","odbc":{"dbRef":"db1","table":"DRUG1N"}}]"#;
    insta::assert_snapshot!(refused(table).await, @r#"unsupported (Unsupported) at scoreInput: the node reads the table `DRUG1N` of `db1` (DashDB), and databases are not supported yet; name an uploaded file: {"node":…,"file":{"id":…}}"#);
    let table =
        r#""exports":[{"node":"Table","odbc":{"dbRef":"db1","table":"RESULTS","insertMode":"Drop"}}]"#;
    insta::assert_snapshot!(refused(table).await, @r#"unsupported (Unsupported) at Table: the node writes the table `RESULTS` of `db1` (DashDB), and databases are not supported yet; name an uploaded file: {"node":…,"file":{"id":…}}"#);
    let object = r#""inputs":[{"node":"scoreInput","s3":{"bucket":"data","key":"in/x.csv"}}]"#;
    insta::assert_snapshot!(refused(object).await, @r#"unsupported (Unsupported) at scoreInput: the node reads `s3://data/in/x.csv`, and buckets of the caller's own are not supported yet; name an uploaded file: {"node":…,"file":{"id":…}}"#);
    let said = refused(r#""exports":[{"node":"Table","file":{"id":"x.parquet"}}]"#).await;
    assert!(said.starts_with("unsupported (Unsupported) at Table: ") && said.contains("PARQUET"), "{said}");
    for format in ["HTML", "JPG", "PNG", "RTF", "XML"] {
        let said = refused(&format!(r#""reportFormat":"{format}""#)).await;
        assert!(said.starts_with(&format!("unsupported (Unsupported): reportFormat {format} ")), "{said}");
    }
    // An unused database is not an obstacle.
    assert!(refused("").await.starts_with("stream_missing"));
}
