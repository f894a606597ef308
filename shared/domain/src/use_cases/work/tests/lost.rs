//! Losses that the protocol recovers from: workers, messages, responses, the whole process.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_late_zombie_changes_nothing() {
    let service = Service::new();
    let message = service.submitted().await;
    let play = Play::TakenOver(service.store.clone(), service.clock.clone());
    assert_eq!(service.handle(play, &message).await.unwrap(), Handled::Lost);
    let job = service.job().await.unwrap();
    assert_eq!((job.state, job.execution().unwrap().attempt), (JobState::Success, 2));
}

#[tokio::test(start_paused = true)]
async fn an_end_whose_response_was_lost_is_recognised() {
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
async fn the_sweeper_finds_a_job_whose_message_was_lost() {
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
async fn a_namesake_is_safe_from_the_old_worker() {
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
async fn a_restart_recovers_all_jobs_at_once() {
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
    service.store.set_quotas(&Service::key().instance, crate::tenancy::usage::Quotas::UNLIMITED);
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    let jobs = crate::use_cases::sweep::MAX_SWEPT * 2 + 1;
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
