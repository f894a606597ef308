use super::*;
use crate::definition::JobDefinition;
use crate::execution::Progress;
use crate::execution::ResultFile;
use crate::ids::{InstanceId, JobId};
use crate::job::JobState;
use crate::job::{HEARTBEAT, JobKey, LEASE, MAX_ATTEMPTS};
use crate::notices::announce_ends;
use crate::ports::Written;
use crate::ports::{DueJobs, RemoveJob, SendMessage};
use crate::report::{NodeReport, Report};
use crate::sweep::{Swept, restart, sweep};
use crate::testing::{Fault, ManualClock, Memory};
use crate::time::Timestamp;
use crate::transition::{Event, transition};
use crate::{remove, submit};

const LONG: Duration = Duration::from_secs(900);

/// A run that does as it is told.
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
        context.report(Progress { fraction: 0.5, rows_read: 10, rows_written: 5 });
        let (node, kind) = ("customers".into(), "Var. File".into());
        let node = NodeReport { node, kind, rows_in: 0, rows_out: 10, busy_ms: 1 };
        context.tell(Report::of_nodes(vec![node]));
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

    /// The job was canceled, is there until that was said, and is gone then.
    async fn goes_as_canceled(&self, handled: Handled) {
        let Handled::Ended(ended) = handled else { panic!("{handled:?}") };
        assert_eq!((ended.state, self.job().await.as_ref()), (JobState::Canceled, Some(&*ended)));
        announce_ends(&*self.store, &*self.store, &*self.clock, &ended).await.unwrap();
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
async fn a_message_delivered_again_after_success_runs_nothing() {
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
    insta::assert_snapshot!(job.execution().unwrap().failure().unwrap().message, @"the time limit of 30 s for one run was reached at 50 %, with 10 records read and 5 written, none of which are kept; split the data over several jobs, or have the workers' memory raised: they get more of a processor with it");
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
async fn a_worker_hears_of_a_cancellation_long_before_its_next_heartbeat() {
    let service = Service::new();
    let message = service.submitted().await;
    let started = tokio::time::Instant::now();
    service.handle(Play::CanceledBy(service.store.clone()), &message).await.unwrap();
    assert_eq!(started.elapsed(), LOOK);
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_job_is_gone_hears_of_it_at_its_next_look() {
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
    assert_eq!((handled, started.elapsed()), (Handled::Lost, LOOK));
    let context = runner.1.lock().unwrap().take();
    assert!(context.unwrap().is_stopped(), "what still computes is told to stop");
}

#[tokio::test(start_paused = true)]
async fn a_run_longer_than_its_lease_keeps_its_job_though_a_heartbeat_fails() {
    struct Long(Arc<Memory>, Arc<ManualClock>);
    #[async_trait]
    impl Runner for Long {
        async fn run(&self, _: Job, _: ExecutionNumber, _: RunContext) -> Ran {
            self.0.fail_next_writes([Fault::Before]);
            for _ in 0..20 {
                tokio::time::sleep(HEARTBEAT).await;
                self.1.advance(HEARTBEAT);
                let swept = sweep(&*self.0, &*self.0, &*self.1).await.unwrap();
                assert_eq!(swept, Swept::default(), "its lease is over");
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
    assert_eq!(started.elapsed(), LOOK + STOP_PATIENCE);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_goes_on_beyond_its_time_is_not_waited_for() {
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
    assert_eq!(started.elapsed(), limit + STOP_PATIENCE);
}

#[tokio::test(start_paused = true)]
async fn a_zombie_that_comes_back_changes_nothing() {
    let service = Service::new();
    let message = service.submitted().await;
    let play = Play::TakenOver(service.store.clone(), service.clock.clone());
    assert_eq!(service.handle(play, &message).await.unwrap(), Handled::Lost);
    let job = service.job().await.unwrap();
    assert_eq!((job.state, job.execution().unwrap().attempt), (JobState::Success, 2));
}

#[tokio::test(start_paused = true)]
async fn an_end_whose_answer_was_lost_is_recognised_as_ones_own() {
    let service = Service::new();
    let message = service.submitted().await;
    struct LoseAnswers(Arc<Memory>, Fault);
    #[async_trait]
    impl Runner for LoseAnswers {
        async fn run(&self, _: Job, _: ExecutionNumber, _: RunContext) -> Ran {
            self.0.fail_next_writes([self.1, self.1]);
            Ran { warnings: vec![], outcome: Outcome::Success { results: vec![] } }
        }
    }
    for fault in [Fault::After, Fault::Before] {
        let runner = Arc::new(LoseAnswers(service.store.clone(), fault));
        let handled = handle(&*service.store, runner, &*service.clock, &message, LONG).await.unwrap();
        assert!(matches!(handled, Handled::Ended(job) if job.state == JobState::Success), "{fault:?}");
        service.resubmitted().await;
    }
}

impl Service {
    async fn resubmitted(&self) {
        let job = self.job().await.unwrap();
        let again = Event::Resubmit(job.definition.clone());
        let mut resubmitted = transition(&job, &again, self.clock.now()).unwrap();
        resubmitted.revision = crate::ids::Revision(1);
        assert_eq!(self.store.replace_job(&job, &resubmitted).await.unwrap(), Written::Done);
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_message_was_lost_is_found_by_the_sweeper() {
    let service = Service::new();
    drop(service.submitted().await);
    assert_eq!(sweep(&*service.store, &*service.store, &*service.clock).await.unwrap(), Swept::default());
    service.clock.advance(crate::job::RESEND_AFTER);
    let swept = sweep(&*service.store, &*service.store, &*service.clock).await.unwrap();
    assert_eq!(swept, Swept { seen: 1, requeued: 1, ..Swept::default() });
    let message = service.store.take_message().unwrap();
    service.handle(Play::Succeed, &message).await.unwrap();
    assert_eq!(service.job().await.unwrap().state, JobState::Success);
}

#[tokio::test(start_paused = true)]
async fn a_job_submitted_anew_under_the_same_id_is_safe_from_the_old_worker() {
    let service = Service::new();
    let message = service.submitted().await;
    struct RemoveAndSubmit(Arc<Memory>);
    #[async_trait]
    impl Runner for RemoveAndSubmit {
        async fn run(&self, job: Job, _: ExecutionNumber, _: RunContext) -> Ran {
            let stored = self.0.get_job(&job.key).await.unwrap().unwrap();
            assert_eq!(RemoveJob::remove_job(&*self.0, &stored).await.unwrap(), Written::Done);
            let clock = ManualClock::at(job.created_at);
            submit::create(&*self.0, &*self.0, &clock, job.key.clone(), job.definition).await.unwrap();
            let message = self.0.take_message().unwrap();
            assert!(matches!(super::claim(&*self.0, &clock, &message).await.unwrap(), Claim::Won(_)));
            Ran { warnings: vec![], outcome: Outcome::Success { results: vec![] } }
        }
    }
    let runner = Arc::new(RemoveAndSubmit(service.store.clone()));
    let handled = handle(&*service.store, runner, &*service.clock, &message, LONG).await.unwrap();
    assert_eq!(handled, Handled::Lost);
    assert_eq!(service.job().await.unwrap().state, JobState::Running);
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_workers_are_killed_ends_after_the_last_attempt() {
    let service = Service::new();
    let mut message = service.submitted().await;
    for _ in 0..MAX_ATTEMPTS {
        assert!(matches!(
            super::claim(&*service.store, &*service.clock, &message).await.unwrap(),
            Claim::Won(_)
        ));
        service.clock.advance(LEASE);
        sweep(&*service.store, &*service.store, &*service.clock).await.unwrap();
        message = service.store.take_message().unwrap_or(message);
    }
    assert_eq!(service.job().await.unwrap().state, JobState::Failed);
    assert!(service.store.due_jobs(Timestamp(i64::MAX), 10).await.unwrap().is_empty());
    service.store.send(&message).await.unwrap();
    let late = service.handle(Play::Succeed, &message).await.unwrap();
    assert_eq!(late, Handled::Nothing(Some(Refusal::State(JobState::Failed))));
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_of_the_only_process_nothing_waits_for_a_lease_or_a_lost_message() {
    let service = Service::new();
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    for id in ["running", "waiting", "canceling", "ended"] {
        let key = JobKey { id: JobId::new(id).unwrap(), ..Service::key() };
        submit::create(&*service.store, &*service.store, &*service.clock, key, definition.clone())
            .await
            .unwrap();
        let message = service.store.take_message().unwrap();
        if id == "ended" {
            service.handle(Play::Succeed, &message).await.unwrap();
        } else if id != "waiting" {
            assert!(matches!(
                super::claim(&*service.store, &*service.clock, &message).await.unwrap(),
                Claim::Won(_)
            ));
        }
    }
    let ids = [JobId::new("canceling").unwrap()];
    remove::remove(&*service.store, &*service.store, &*service.clock, &Service::key().instance, &ids)
        .await
        .unwrap();

    // The process is killed and starts again at once.
    service.clock.advance(Duration::from_millis(1));
    let swept = restart(&*service.store, &*service.store, &*service.clock).await.unwrap();
    assert_eq!(swept, Swept { seen: 4, requeued: 2, ended: 1, announced: 1, ..swept });
    for (id, attempt) in [("running", 2), ("waiting", 1)] {
        let message = service.store.take_message().unwrap();
        assert_eq!(message.key.id.as_str(), id);
        let Handled::Ended(job) = service.handle(Play::Succeed, &message).await.unwrap() else {
            panic!("{id}")
        };
        assert_eq!((job.state, job.execution().unwrap().attempt), (JobState::Success, attempt));
    }
    assert_eq!(service.store.take_message(), None);
}

#[tokio::test(start_paused = true)]
async fn a_restart_reaches_more_jobs_than_one_sweep() {
    let service = Service::new();
    service.store.set_quotas(&Service::key().instance, crate::usage::Quotas::UNLIMITED);
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let jobs = crate::sweep::MAX_SWEPT * 2 + 1;
    for number in 0..jobs {
        let key = JobKey { id: JobId::new(format!("job {number}")).unwrap(), ..Service::key() };
        submit::create(&*service.store, &*service.store, &*service.clock, key, definition.clone())
            .await
            .unwrap();
        service.store.take_message().unwrap();
        service.clock.advance(Duration::from_millis(1));
    }
    let swept = restart(&*service.store, &*service.store, &*service.clock).await.unwrap();
    assert_eq!(swept.requeued, jobs);
}

/// What happens to a job while its results are stored.
#[derive(Clone, Copy, PartialEq)]
enum Meanwhile {
    Nothing,
    Canceled,
    TakenAway,
    TakenOver,
}

/// Stores a result while something else happens, and tells what it discarded.
struct Storing {
    service: Arc<Memory>,
    meanwhile: Meanwhile,
    discarded: std::sync::Mutex<Vec<String>>,
}

#[async_trait]
impl Runner for Storing {
    async fn run(&self, job: Job, _: ExecutionNumber, _: RunContext) -> Ran {
        let clock = ManualClock::at(job.created_at);
        match self.meanwhile {
            Meanwhile::Nothing => {}
            Meanwhile::Canceled => {
                let ids = [job.key.id.clone()];
                remove::remove(&*self.service, &*self.service, &clock, &job.key.instance, &ids)
                    .await
                    .unwrap();
            }
            Meanwhile::TakenAway => {
                clock.advance(LEASE);
                sweep(&*self.service, &*self.service, &clock).await.unwrap();
            }
            Meanwhile::TakenOver => {
                clock.advance(LEASE);
                sweep(&*self.service, &*self.service, &clock).await.unwrap();
                let message = self.service.take_message().unwrap();
                let other = Box::pin(handle(&*self.service, Arc::new(Play::Succeed), &clock, &message, LONG));
                assert!(matches!(other.await.unwrap(), Handled::Ended(_)));
            }
        }
        let result = ResultFile { name: "a.csv".into(), media_type: "text/csv".into(), bytes: 1 };
        Ran { warnings: vec![], outcome: Outcome::Success { results: vec![result] } }
    }

    async fn discard(&self, _: &Job, execution: ExecutionNumber, results: &[ResultFile]) {
        let names = results.iter().map(|result| format!("{execution}/{}", result.name));
        self.discarded.lock().unwrap().extend(names);
    }
}

#[tokio::test(start_paused = true)]
async fn results_that_nobody_will_see_are_discarded_and_no_others() {
    use Meanwhile::{Canceled, Nothing, TakenAway, TakenOver};
    for meanwhile in [Nothing, Canceled, TakenAway, TakenOver] {
        let service = Service::new();
        let message = service.submitted().await;
        let runner = Arc::new(Storing {
            service: service.store.clone(),
            meanwhile,
            discarded: std::sync::Mutex::default(),
        });
        handle(&*service.store, runner.clone(), &*service.clock, &message, LONG).await.unwrap();
        let discarded = runner.discarded.lock().unwrap().clone();
        let expected: &[&str] = if meanwhile == Nothing { &[] } else { &["1/a.csv"] };
        assert_eq!(discarded, expected);
    }
}

/// Ends as told, and keeps the logs that it is given.
struct Scribe {
    outcome: Option<Outcome>,
    logs: std::sync::Mutex<Vec<String>>,
}

#[async_trait]
impl Runner for Scribe {
    async fn run(&self, _: Job, _: ExecutionNumber, context: RunContext) -> Ran {
        context.log().node(Level::Info, "Type", "2 values are new");
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let outcome = self.outcome.clone().expect("a bug in a node");
        Ran { warnings: vec!["all is blank".into()], outcome }
    }

    async fn keep_log(&self, _: &Job, execution: ExecutionNumber, log: String) {
        self.logs.lock().unwrap().push(format!("{execution}\n{log}"));
    }
}

async fn logged(outcome: Option<Outcome>) -> String {
    let service = Service::new();
    let message = service.submitted().await;
    let scribe = Arc::new(Scribe { outcome, logs: std::sync::Mutex::default() });
    handle(&*service.store, scribe.clone(), &*service.clock, &message, LONG).await.unwrap();
    let [log] = scribe.logs.lock().unwrap().clone().try_into().unwrap();
    let job = service.job().await.unwrap();
    let worker = job.execution().unwrap().worker.0.to_string();
    log.replace(&worker, "[worker]")
}

#[tokio::test(start_paused = true)]
async fn the_log_of_an_execution_is_kept_however_it_ends() {
    insta::assert_snapshot!(logged(Some(Outcome::Success { results: vec![] })).await, @r#"
    1
    1970-01-01T00:00:01.000Z INFO  execution 1 (revision 1, attempt 1) claimed by worker [worker]
    1970-01-01T00:00:01.000Z INFO  "Type": 2 values are new
    1970-01-01T00:00:03.500Z WARN  all is blank
    1970-01-01T00:00:03.500Z INFO  the run is done; result files: 0
    "#);
    let failure = Failure::new("data", FailureCategory::Data, "no such field").at_node("Filter");
    insta::assert_snapshot!(logged(Some(Outcome::Failed { failure })).await, @r#"
    1
    1970-01-01T00:00:01.000Z INFO  execution 1 (revision 1, attempt 1) claimed by worker [worker]
    1970-01-01T00:00:01.000Z INFO  "Type": 2 values are new
    1970-01-01T00:00:03.500Z WARN  all is blank
    1970-01-01T00:00:03.500Z ERROR "Filter": no such field (data)
    "#);
    insta::assert_snapshot!(logged(None).await, @r#"
    1
    1970-01-01T00:00:01.000Z INFO  execution 1 (revision 1, attempt 1) claimed by worker [worker]
    1970-01-01T00:00:01.000Z INFO  "Type": 2 values are new
    1970-01-01T00:00:03.500Z ERROR the service itself failed while it ran this stream; the log has the details (internal)
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_is_never_stored_keeps_no_end_waiting() {
    struct NoLog;
    #[async_trait]
    impl Runner for NoLog {
        async fn run(&self, _: Job, _: ExecutionNumber, _: RunContext) -> Ran {
            Ran { warnings: vec![], outcome: Outcome::Success { results: vec![] } }
        }
        async fn keep_log(&self, _: &Job, _: ExecutionNumber, _: String) {
            std::future::pending().await
        }
    }
    let service = Service::new();
    let message = service.submitted().await;
    let started = tokio::time::Instant::now();
    handle(&*service.store, Arc::new(NoLog), &*service.clock, &message, LONG).await.unwrap();
    assert_eq!(service.job().await.unwrap().state, JobState::Success);
    assert_eq!(started.elapsed(), LOG_PATIENCE);
}

#[tokio::test(start_paused = true)]
async fn the_log_of_a_job_that_goes_with_its_end_is_not_kept() {
    let service = Service::new();
    let message = service.submitted().await;
    let scribe = Arc::new(Scribe { outcome: Some(Outcome::Canceled), logs: std::sync::Mutex::default() });
    let handled = handle(&*service.store, scribe.clone(), &*service.clock, &message, LONG);
    let canceled = async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Play::cancel(&service.store, &service.job().await.unwrap()).await;
    };
    let (handled, ()) = tokio::join!(handled, canceled);
    service.goes_as_canceled(handled.unwrap()).await;
    assert!(scribe.logs.lock().unwrap().is_empty());
}
