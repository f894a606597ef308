use bytes::Bytes;
use tokio::time::{Instant, sleep};

use super::*;
use crate::files::file::{FileKey, FileName, ResultId};
use crate::files::upload;
use crate::ids::{FileId, JobId, WorkerId};
use crate::job::JobKey;
use crate::job::definition::JobDefinition;
use crate::job::transition::{Event, transition};
use crate::ports::{ChargeStorage, PutFile, RemoveFile, ReplaceJob, Written};
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;
use crate::use_cases::submit;

/// A while that is shorter than any request may take.
const WHILE: Duration = Duration::from_secs(50);

fn acme() -> InstanceId {
    InstanceId::new("acme").unwrap()
}

fn file(id: &str) -> FileKey {
    FileKey { instance: acme(), name: FileName::Upload(FileId::new(id).unwrap()) }
}

async fn put(store: &Memory, key: &FileKey, bytes: usize) {
    store.put_file(key, "text/csv", vec![0; bytes].into()).await.unwrap();
}

async fn uploaded(store: &Memory, id: &str, bytes: usize) {
    let bytes = Bytes::from(vec![0; bytes]);
    upload(store, store, acme(), FileId::new(id).unwrap(), None, bytes, |_| Ok(())).await.unwrap();
}

async fn submitted(store: &Memory, id: &str) -> Job {
    let key = JobKey { instance: acme(), id: JobId::new(id).unwrap() };
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    submit::create(store, store, &ManualClock::at(Timestamp(0)), key, definition).await.unwrap()
}

async fn started(store: &Memory, id: &str) -> Job {
    let job = submitted(store, id).await;
    let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
    let running = transition(&job, &claim, Timestamp(0)).unwrap();
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    running
}

async fn said(store: &Memory) -> Counted {
    counted_until_now(store, &acme()).await.unwrap()
}

#[tokio::test]
async fn a_recount_corrects_drift() {
    let store = Memory::default();
    submitted(&store, "waits").await;
    started(&store, "runs").await;
    uploaded(&store, "a", 5).await;
    // Objects that the bucket's own rules removed.
    store.charge_storage(&acme(), 1_000).await.unwrap();
    let counted = recount(&store, &store, &acme(), Duration::ZERO).await.unwrap();
    let is = Counted { queued_jobs: 1, running_jobs: 1, storage_bytes: 5 };
    assert_eq!(counted, Recounted { was: Counted { storage_bytes: 1_005, ..is }, is });
    assert_eq!(said(&store).await, is);
}

/// The upload has reserved quota and sends its bytes: no write shows when they are stored.
#[tokio::test(start_paused = true)]
async fn an_upload_that_began_before_the_count_is_in_it() {
    let store = Memory::default();
    store.charge_storage(&acme(), 5).await.unwrap();
    let rest = async {
        sleep(WHILE).await;
        put(&store, &file("a"), 5).await;
    };
    let instance = acme();
    let (counted, ()) = tokio::join!(recount(&store, &store, &instance, SETTLE), rest);
    assert_eq!(counted.unwrap().is.storage_bytes, 5);
    assert_eq!(said(&store).await.storage_bytes, 5);
}

/// The upload may arrive at any time: before the listing, between listing and write, after the write.
#[tokio::test(start_paused = true)]
async fn an_upload_during_a_recount_repeats_it() {
    for seconds in [0, 1, 64, 66, 100, 129, 131] {
        let store = Memory::default();
        uploaded(&store, "a", 5).await;
        store.charge_storage(&acme(), 1_000).await.unwrap();
        let other = async {
            sleep(Duration::from_secs(seconds)).await;
            assert!(store.charge_storage(&acme(), 7).await.is_ok());
            sleep(WHILE).await;
            put(&store, &file("b"), 7).await;
        };
        let instance = acme();
        let (counted, ()) = tokio::join!(recount(&store, &store, &instance, SETTLE), other);
        counted.unwrap();
        assert_eq!(said(&store).await.storage_bytes, 12, "after {seconds} s");
    }
}

/// Quota is released after the file is deleted: a recount in between must not count bytes that are then
/// released a second time.
#[tokio::test(start_paused = true)]
async fn a_deletion_in_between_is_not_counted_twice() {
    for seconds in [0, 1, 20, 64, 66, 100, 129, 131] {
        let store = Memory::default();
        uploaded(&store, "a", 5).await;
        uploaded(&store, "b", 7).await;
        let other = async {
            sleep(Duration::from_secs(seconds)).await;
            assert!(store.remove_file(&file("a")).await.unwrap());
            sleep(WHILE).await;
            store.charge_storage(&acme(), -5).await.unwrap();
        };
        let instance = acme();
        let (counted, ()) = tokio::join!(recount(&store, &store, &instance, SETTLE), other);
        counted.unwrap();
        assert_eq!(said(&store).await.storage_bytes, 7, "after {seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_submitted_during_a_recount_is_counted() {
    let store = Memory::default();
    let other = async {
        sleep(SETTLE + WHILE).await;
        submitted(&store, "nightly").await;
    };
    let (instance, begin) = (acme(), Instant::now());
    let (counted, _) = tokio::join!(recount(&store, &store, &instance, SETTLE), other);
    assert_eq!(counted.unwrap().is, Counted { queued_jobs: 1, ..Counted::default() });
    assert!(begin.elapsed() >= 4 * SETTLE, "it was counted again");
}

/// They are charged when it ends. The results of an earlier execution were charged when that ended.
#[tokio::test]
async fn results_of_running_executions_are_not_counted() {
    let store = Memory::default();
    let job = started(&store, "nightly").await;
    let now = job.executions.last().unwrap().number;
    for (execution, bytes) in [(now, 5), (now.next(), 7)] {
        let result = ResultId { job: job.uuid, execution, name: "Table.csv".to_owned() };
        put(&store, &FileKey { instance: acme(), name: FileName::Result(result) }, bytes).await;
    }
    let counted = recount(&store, &store, &acme(), Duration::ZERO).await.unwrap();
    assert_eq!(counted.is, Counted { running_jobs: 1, storage_bytes: 7, ..Counted::default() });
}

#[tokio::test(start_paused = true)]
async fn an_instance_that_keeps_changing_keeps_its_counts() {
    let store = Memory::default();
    store.charge_storage(&acme(), 1_000).await.unwrap();
    let busy = async {
        loop {
            sleep(SETTLE).await;
            store.charge_storage(&acme(), 1).await.unwrap();
        }
    };
    let instance = acme();
    let refused = tokio::select! {
        counted = recount(&store, &store, &instance, SETTLE) => counted.unwrap_err(),
        () = busy => unreachable!(),
    };
    assert_eq!(refused.code(), "conflict");
    assert!(said(&store).await.storage_bytes > 1_000);
}
