mod commits;
mod kept;
mod lost;

use super::*;
use crate::ids::{InstanceId, JobId};
use crate::job::JobState;
use crate::job::definition::JobDefinition;
use crate::job::execution::Progress;
use crate::job::execution::ResultFile;
use crate::job::report::{NodeReport, Report};
use crate::job::transition::{Event, transition};
use crate::job::{HEARTBEAT, JobKey, LEASE, MAX_ATTEMPTS};
use crate::ports::Written;
use crate::ports::{DueJobs, RemoveJob, SendMessage};
use crate::testing::{Fault, ManualClock, Memory};
use crate::time::Timestamp;
use crate::use_cases::publish::publish_notices;
use crate::use_cases::sweep::{Swept, restart, sweep};
use crate::{remove, submit};

const LONG: Duration = Duration::from_secs(900);

/// A scripted run.
enum Play {
    Succeed,
    Panic,
    UntilStopped,
    /// Does not care whether it should stop.
    Deaf(Arc<Memory>),
    /// Cancels the job from outside while it runs, then waits to be stopped.
    CanceledBy(Arc<Memory>),
    /// Loses its lease while it runs: another worker takes over and ends the job.
    TakenOver(Arc<Memory>, Arc<ManualClock>),
}

#[async_trait]
impl Runner for Play {
    async fn run(&self, job: Job, _: ExecutionNumber, context: RunContext) -> Ran {
        context.report(Progress { fraction: 0.5, rows_read: 10, rows_written: 5, ..Progress::default() });
        let (node, kind, uid) = ("customers".into(), "Var. File".into(), "id1".into());
        let node = NodeReport { node, kind, uid, rows_in: 0, rows_out: 10, busy_ms: 1 };
        context.set_report(Report::of_nodes(vec![node]));
        match self {
            Self::Succeed => {}
            Self::Panic => panic!("a bug in a node"),
            Self::UntilStopped => context.stopped().await,
            Self::Deaf(store) => {
                Self::cancel(store, &job).await;
                std::future::pending::<()>().await;
            }
            Self::CanceledBy(store) => {
                Self::cancel(store, &job).await;
                context.stopped().await;
            }
            Self::TakenOver(store, clock) => {
                clock.advance(LEASE);
                sweep(&**store, &**store, &**clock).await.unwrap();
                let message = store.take_message().unwrap();
                let other = Box::pin(handle(&**store, Arc::new(Self::Succeed), &**clock, &message, LONG));
                assert!(matches!(other.await.unwrap(), Handled::Ended(_)));
            }
        }
        let result = ResultFile { name: "a.csv".into(), media_type: "text/csv".into(), bytes: 1 };
        Ran { warnings: vec!["a value is new".into()], outcome: Outcome::Success { results: vec![result] } }
    }
}

impl Play {
    async fn cancel(store: &Memory, job: &Job) {
        let ids = [job.key.id.clone()];
        let clock = ManualClock::at(job.created_at);
        assert_eq!(remove::remove(store, store, &clock, &job.key.instance, &ids).await.unwrap(), 0);
    }
}

struct Service {
    store: Arc<Memory>,
    clock: Arc<ManualClock>,
}

impl Service {
    fn new() -> Self {
        Self { store: Arc::default(), clock: Arc::new(ManualClock::at(Timestamp(1_000))) }
    }

    fn key() -> JobKey {
        JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() }
    }

    async fn submitted(&self) -> JobMessage {
        let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
        submit::create(&*self.store, &*self.store, &*self.clock, Self::key(), definition).await.unwrap();
        self.store.take_message().unwrap()
    }

    async fn handle(&self, play: Play, message: &JobMessage) -> Result<Handled, StoreError> {
        handle(&*self.store, Arc::new(play), &*self.clock, message, LONG).await
    }

    async fn job(&self) -> Option<Job> {
        self.store.get_job(&Self::key()).await.unwrap()
    }

    /// The job was canceled. It exists until its notice is published, and is removed then.
    async fn goes_as_canceled(&self, handled: Handled) {
        let Handled::Ended(ended) = handled else { panic!("{handled:?}") };
        assert_eq!((ended.state, self.job().await.as_ref()), (JobState::Canceled, Some(&*ended)));
        publish_notices(&*self.store, &*self.store, &*self.clock, &ended).await.unwrap();
        assert_eq!(self.store.take_notice().unwrap().state, JobState::Canceled);
        assert_eq!(self.job().await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_submitted_job_runs_and_publishes_its_results() {
    let service = Service::new();
    let message = service.submitted().await;
    service.handle(Play::Succeed, &message).await.unwrap();
    let job = service.job().await.unwrap();
    assert_eq!(job.state, JobState::Success);
    assert_eq!(job.execution().unwrap().results()[0].name, "a.csv");
    assert_eq!(job.execution().unwrap().progress.rows_read, 10);
    assert_eq!(job.execution().unwrap().warnings, ["a value is new"]);
    assert_eq!(job.execution().unwrap().report.nodes[0].node, "customers");
}

#[tokio::test(start_paused = true)]
async fn a_message_redelivered_after_success_runs_nothing() {
    let service = Service::new();
    let message = service.submitted().await;
    service.handle(Play::Succeed, &message).await.unwrap();
    let again = service.handle(Play::Panic, &message).await.unwrap();
    assert_eq!(again, Handled::Nothing(Some(Refusal::State(JobState::Success))));
}

#[tokio::test(start_paused = true)]
async fn a_panic_fails_the_job_and_nothing_else() {
    let service = Service::new();
    let message = service.submitted().await;
    service.handle(Play::Panic, &message).await.unwrap();
    let job = service.job().await.unwrap();
    assert_eq!(job.state, JobState::Failed);
    assert_eq!(job.execution().unwrap().failure().unwrap().code, "internal");
}

#[tokio::test(start_paused = true)]
async fn a_job_at_the_time_limit_fails_with_how_far_it_got() {
    let service = Service::new();
    let message = service.submitted().await;
    let runner = Arc::new(Play::UntilStopped);
    handle(&*service.store, runner, &*service.clock, &message, Duration::from_secs(30)).await.unwrap();
    let job = service.job().await.unwrap();
    insta::assert_snapshot!(job.execution().unwrap().failure().unwrap().message, @"the time limit of 30 s \
        for one run was reached at 50 %, with 10 records read and 5 written; nothing was kept. Split the \
        data over several jobs, or raise the workers' memory, which also gives them more processor time");
}

#[tokio::test(start_paused = true)]
async fn a_job_without_any_time_fails_and_is_not_left_claimed() {
    let service = Service::new();
    let message = service.submitted().await;
    let runner = Arc::new(Play::UntilStopped);
    handle(&*service.store, runner, &*service.clock, &message, Duration::ZERO).await.unwrap();
    let job = service.job().await.unwrap();
    assert_eq!((job.state, job.lease), (JobState::Failed, None));
}

#[tokio::test(start_paused = true)]
async fn a_deleted_running_job_is_stopped_and_then_gone() {
    let service = Service::new();
    let message = service.submitted().await;
    let handled = service.handle(Play::CanceledBy(service.store.clone()), &message).await.unwrap();
    service.goes_as_canceled(handled).await;
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_is_seen_before_the_next_heartbeat() {
    let service = Service::new();
    let message = service.submitted().await;
    let started = tokio::time::Instant::now();
    service.handle(Play::CanceledBy(service.store.clone()), &message).await.unwrap();
    assert_eq!(started.elapsed(), VERSION_CHECK_INTERVAL);
}

#[tokio::test(start_paused = true)]
async fn a_removed_job_is_seen_at_the_next_version_check() {
    struct Removed(Arc<Memory>, std::sync::Mutex<Option<RunContext>>);
    #[async_trait]
    impl Runner for Removed {
        async fn run(&self, job: Job, _: ExecutionNumber, context: RunContext) -> Ran {
            let stored = self.0.get_job(&job.key).await.unwrap().unwrap();
            assert_eq!(RemoveJob::remove_job(&*self.0, &stored).await.unwrap(), Written::Done);
            *self.1.lock().unwrap() = Some(context);
            std::future::pending().await
        }
    }
    let service = Service::new();
    let message = service.submitted().await;
    let runner = Arc::new(Removed(service.store.clone(), std::sync::Mutex::default()));
    let started = tokio::time::Instant::now();
    let handled = handle(&*service.store, runner.clone(), &*service.clock, &message, LONG).await.unwrap();
    assert_eq!((handled, started.elapsed()), (Handled::Lost, VERSION_CHECK_INTERVAL));
    let context = runner.1.lock().unwrap().take();
    assert!(context.unwrap().is_stopped(), "a run that still computes is asked to stop");
}

#[tokio::test(start_paused = true)]
async fn a_long_run_keeps_its_lease_though_a_heartbeat_fails() {
    struct Long(Arc<Memory>, Arc<ManualClock>);
    #[async_trait]
    impl Runner for Long {
        async fn run(&self, _: Job, _: ExecutionNumber, _: RunContext) -> Ran {
            self.0.fail_next_writes([Fault::Before]);
            for _ in 0..20 {
                tokio::time::sleep(HEARTBEAT).await;
                self.1.advance(HEARTBEAT);
                let swept = sweep(&*self.0, &*self.0, &*self.1).await.unwrap();
                assert_eq!(swept, Swept::default(), "its lease has expired");
            }
            Ran { warnings: vec![], outcome: Outcome::Success { results: vec![] } }
        }
    }
    let service = Service::new();
    let message = service.submitted().await;
    let runner = Arc::new(Long(service.store.clone(), service.clock.clone()));
    handle(&*service.store, runner, &*service.clock, &message, LONG).await.unwrap();
    let job = service.job().await.unwrap();
    assert_eq!((job.state, job.execution().unwrap().attempt), (JobState::Success, 1));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_does_not_stop_is_not_waited_for() {
    let service = Service::new();
    let message = service.submitted().await;
    let started = tokio::time::Instant::now();
    let play = Play::Deaf(service.store.clone());
    let handled = service.handle(play, &message).await.unwrap();
    service.goes_as_canceled(handled).await;
    assert_eq!(started.elapsed(), VERSION_CHECK_INTERVAL + STOP_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_does_not_stop_is_dropped() {
    struct Endless;
    #[async_trait]
    impl Runner for Endless {
        async fn run(&self, _: Job, _: ExecutionNumber, _: RunContext) -> Ran {
            std::future::pending().await
        }
    }
    let service = Service::new();
    let message = service.submitted().await;
    let limit = Duration::from_secs(30);
    let started = tokio::time::Instant::now();
    handle(&*service.store, Arc::new(Endless), &*service.clock, &message, limit).await.unwrap();
    assert_eq!(service.job().await.unwrap().execution().unwrap().failure().unwrap().code, "time_limit");
    assert_eq!(started.elapsed(), limit + STOP_TIMEOUT);
}
