//! Results and logs that an execution leaves.

use super::*;

/// Events while a job's results are stored.
#[derive(Clone, Copy, PartialEq)]
enum Meanwhile {
    Nothing,
    Canceled,
    TakenAway,
    TakenOver,
}

/// Stores a result while something else happens, and records what it discarded.
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
async fn only_unpublished_results_are_discarded() {
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

/// Ends with a given outcome, and keeps the logs that it receives.
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
    assert_eq!(started.elapsed(), LOG_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn the_log_of_a_deleted_job_is_not_stored() {
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
