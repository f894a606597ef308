use async_trait::async_trait;
use bytes::Bytes;

use super::*;
use crate::ids::{InstanceId, JobId, JobNumber, Revision, WorkerId};
use crate::job::execution::{Failure, FailureCategory, Outcome, Progress, ResultFile};
use crate::job::report::Report;
use crate::job::transition::{Event, transition};
use crate::ports::{CreateJob, GetUsage, PutFile, ReplaceJob, Stored};
use crate::tenancy::usage::Month;
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;
use crate::{JobDefinition, JobState};

const SUBMITTED: Timestamp = Timestamp(1_496_225_893_369);

struct Service {
    store: Memory,
    clock: ManualClock,
}

impl Service {
    /// A job that ran and left a result of five bytes.
    async fn with_an_ended_job() -> Self {
        let service = Self { store: Memory::default(), clock: ManualClock::at(SUBMITTED) };
        let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
        let job = Job::new(key(), JobNumber(1), definition, SUBMITTED);
        assert_eq!(service.store.create_job(&job).await.unwrap(), Written::Done);
        let claim = Event::Claim { worker: WorkerId::new(), revision: Revision(1) };
        let running = service.moved(&job, &claim).await;
        let result = ResultFile { name: "out.tab".into(), media_type: "text/plain".into(), bytes: 5 };
        let finish = Event::Finish {
            execution: running.execution().unwrap().number,
            progress: Progress::default(),
            warnings: vec![],
            report: Report::default(),
            outcome: Outcome::Success { results: vec![result] },
        };
        let ended = service.moved(&running, &finish).await;
        let result = results(&ended).next().unwrap();
        service.store.put_file(&result, "text/plain", Bytes::from_static(b"a\tb\r\n")).await.unwrap();
        let log = logs(&ended).next().unwrap();
        service.store.put_file(&log, "text/plain", Bytes::from_static(b"claimed\n")).await.unwrap();
        service
    }

    async fn moved(&self, job: &Job, event: &Event) -> Job {
        let next = transition(job, event, self.clock.now()).unwrap();
        assert_eq!(self.store.replace_job(job, &next).await.unwrap(), Written::Done);
        next
    }

    async fn job(&self) -> Option<Job> {
        self.store.get_job(&key()).await.unwrap()
    }

    async fn stored(&self) -> u64 {
        self.store.get_usage(&key().instance, Month::of(SUBMITTED)).await.unwrap().storage_bytes
    }

    async fn expire(&self) -> usize {
        super::expire(&self.store, &self.store, &self.clock).await.unwrap()
    }
}

fn key() -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("nightly").unwrap() }
}

#[tokio::test]
async fn an_expired_job_is_removed_with_its_results_and_usage() {
    let service = Service::with_an_ended_job().await;
    let job = service.job().await.unwrap();
    let (result, log) = (results(&job).next().unwrap(), logs(&job).next().unwrap());
    assert_eq!(service.stored().await, 5);
    service.clock.advance(DEFAULT_RETENTION - Duration::from_millis(1));
    assert_eq!(service.expire().await, 0);
    assert!(service.job().await.is_some());

    service.clock.advance(Duration::from_millis(1));
    assert_eq!(service.expire().await, 1);
    assert_eq!(service.job().await, None);
    assert!(service.store.file_info(&result).await.unwrap().is_none());
    assert!(service.store.file_info(&log).await.unwrap().is_none());
    assert_eq!(service.stored().await, 0);
    assert_eq!(service.expire().await, 0, "nothing is released twice");
    assert_eq!(service.stored().await, 0);
}

#[tokio::test]
async fn a_result_that_its_owner_deleted_keeps_no_job_from_going() {
    let service = Service::with_an_ended_job().await;
    let result = results(&service.job().await.unwrap()).next().unwrap();
    files::delete(&service.store, &service.store, &result).await.unwrap();
    service.clock.advance(DEFAULT_RETENTION);
    assert_eq!(service.expire().await, 1);
    assert_eq!(service.stored().await, 0);
}

#[tokio::test]
async fn a_job_that_was_submitted_again_stays() {
    let service = Service::with_an_ended_job().await;
    service.clock.advance(DEFAULT_RETENTION);
    let job = service.job().await.unwrap();
    service.moved(&job, &Event::Resubmit(job.definition.clone())).await;
    // The index of expired jobs may be stale.
    assert!(!expire_one(&service.store, &service.store, &service.clock, &key()).await.unwrap());
    let pending = service.job().await.unwrap();
    assert_eq!((pending.state, service.stored().await), (JobState::Pending, 5));
    // Nor that it ended again, shortly before.
    let failure = Failure::new("x", FailureCategory::Data, "x");
    let refuse = Event::Refuse { worker: WorkerId::new(), revision: Revision(2), failure };
    assert_eq!(service.moved(&pending, &refuse).await.state, JobState::Failed);
    assert!(!expire_one(&service.store, &service.store, &service.clock, &key()).await.unwrap());
}

/// A store whose jobs cannot be read.
struct Unreadable<'a> {
    memory: &'a Memory,
    transient: bool,
}

#[async_trait]
impl GetJob for Unreadable<'_> {
    async fn get_job(&self, _: &JobKey) -> Result<Option<Job>, StoreError> {
        Err(StoreError { transient: self.transient, ..StoreError::permanent("get a job", "it is torn") })
    }
}

#[async_trait]
impl ExpiredJobs for Unreadable<'_> {
    fn retention(&self) -> Duration {
        self.memory.retention()
    }

    async fn expired_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        assert_eq!(limit, MAX_EXPIRED);
        self.memory.expired_jobs(now, limit).await
    }
}

#[async_trait]
impl RemoveJob for Unreadable<'_> {
    async fn remove_job(&self, job: &Job) -> Result<Written, StoreError> {
        self.memory.remove_job(job).await
    }
}

#[async_trait]
impl ChargeStorage for Unreadable<'_> {
    async fn charge_storage(&self, instance: &InstanceId, bytes: i64) -> Result<Stored, StoreError> {
        self.memory.charge_storage(instance, bytes).await
    }
}

#[tokio::test]
async fn an_unreadable_job_is_skipped_and_a_fault_stops_expiry() {
    let service = Service::with_an_ended_job().await;
    service.clock.advance(DEFAULT_RETENTION);
    let jobs = |transient| Unreadable { memory: &service.store, transient };
    assert_eq!(super::expire(&jobs(false), &service.store, &service.clock).await.unwrap(), 0);
    assert!(super::expire(&jobs(true), &service.store, &service.clock).await.is_err());
    assert_eq!(service.stored().await, 5, "nothing of it is gone");
}
