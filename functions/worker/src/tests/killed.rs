//! Workers that are killed at every step in turn: before a call of a port, and after it with its response
//! lost. A later worker ends the job, once, with complete results.

use satsuma_domain::job::{LEASE, MAX_ATTEMPTS};
use satsuma_domain::ports::{GetUsage, SendMessage};
use satsuma_domain::sweep::sweep;
use satsuma_domain::testing::{Chronicle, Death, ManualClock, Mortal};
use satsuma_domain::usage::Month;
use satsuma_domain::{Clock, Execution, Timestamp, work};

use super::*;

const SCORES: &[u8] = b"id\tage\r\n1\t30\r\n2\t41\r\n";

/// A stored stream with its data, and a submitted job.
struct Story {
    world: Arc<Memory>,
    chronicle: Arc<Chronicle>,
    clock: ManualClock,
    scratch: tempfile::TempDir,
}

impl Story {
    async fn begin() -> Self {
        let world = Arc::new(Memory::default());
        put_bytes(&world, "churn", stream()).await;
        put(&world, "customers.csv", b"id,age\n1,30\n2,41\n").await;
        let clock = ManualClock::at(Timestamp(1_000));
        let definition = JobDefinition::parse(SCORE.as_bytes()).unwrap();
        submit::create(&*world, &*world, &clock, key("job"), definition).await.unwrap();
        let scratch = tempfile::tempdir().unwrap();
        Self { world, chronicle: Arc::default(), clock, scratch }
    }

    /// A worker claims the pending message and runs until its death; returns the number of its calls.
    async fn work(&self, death: Death) -> usize {
        let Some(message) = self.world.take_message() else { return 0 };
        let worker = Mortal::new(Arc::clone(&self.world), Arc::clone(&self.chronicle), death);
        let scratch = self.scratch.path().to_owned();
        let engine = Arc::new(EngineRunner::new(Arc::clone(&worker), scratch, Limits::default()));
        let handled = worker.live(work::handle(&*worker, engine, &self.clock, &message, BUDGET)).await;
        assert!(handled.is_none_or(|handled| handled.is_ok()));
        worker.calls()
    }

    /// A minute passes, and the sweeper runs.
    async fn a_minute_later(&self) {
        self.clock.advance(LEASE * 2);
        let sweeper = Mortal::new(Arc::clone(&self.world), Arc::clone(&self.chronicle), Death::Never);
        sweep(&*sweeper, &*sweeper, &self.clock).await.unwrap();
    }

    async fn job(&self) -> Job {
        self.world.get_job(&key("job")).await.unwrap().unwrap()
    }

    /// Every write updated the counters: no job is pending or running, and the time of all executions is
    /// counted.
    async fn check_usage(&self, death: Death) {
        let (job, month) = (self.job().await, Month::of(self.clock.now()));
        let usage = self.world.get_usage(&job.key.instance, month).await.unwrap();
        assert_eq!((usage.queued_jobs, usage.running_jobs), (0, 0), "{death:?}");
        let took = |it: &Execution| u64::try_from(it.finished_at.unwrap().0 - it.started_at.0).unwrap();
        let most: u64 = job.executions.iter().map(took).sum();
        assert!(usage.runtime_ms <= most, "{death:?}: {} of {most} ms", usage.runtime_ms);
    }

    /// Properties of the ended job, however often its workers died.
    async fn check(&self, death: Death) {
        let job = self.job().await;
        assert_eq!((job.state, self.chronicle.ends(&job)), (JobState::Success, 1), "{death:?}");
        let execution = job.execution().unwrap();
        let [result] = execution.results() else { panic!("{death:?}: {:?}", execution.outcome) };
        let shown = ResultId { job: job.uuid, execution: execution.number, name: result.name.clone() };
        let name = FileName::Result(shown.clone());
        let file = FileKey { instance: key("job").instance, name };
        let bytes = self.world.get_file(&file, 1_000).await.unwrap().unwrap().unwrap();
        assert_eq!((bytes.as_ref(), result.bytes), (SCORES, SCORES.len() as u64), "{death:?}");

        let of_stream =
            FileKey { instance: key("job").instance, name: FileName::Upload(FileId::new("churn").unwrap()) };
        let bytes = self.world.get_file(&of_stream, 1 << 20).await.unwrap().unwrap().unwrap();
        assert_eq!(bytes, stream(), "{death:?}: the stream is as it was uploaded");

        // Leftovers of killed workers: at most their one result, under their own number.
        let orphans = self.world.stored_results().into_iter().filter(|stored| *stored != shown);
        for orphan in orphans {
            let known = orphan.job == job.uuid && orphan.execution < execution.number;
            assert!(known && orphan.name == result.name, "{death:?}: {orphan:?}");
        }
        self.check_usage(death).await;
        assert!(self.clock.now() < Timestamp(1_000).plus(LEASE * 2 * (MAX_ATTEMPTS + 1)));
    }
}

#[tokio::test]
async fn a_worker_killed_at_any_step_costs_only_an_attempt() {
    let calls = Story::begin().await.work(Death::Never).await;
    assert!(calls >= 6, "claim, stream, data, result, end: {calls} calls");
    for death in Death::all(calls) {
        let story = Story::begin().await;
        story.work(death).await;
        if !story.job().await.state.is_terminal() {
            story.a_minute_later().await;
            story.work(Death::Never).await;
        }
        story.check(death).await;
        let left: Vec<_> = std::fs::read_dir(story.scratch.path()).unwrap().collect();
        assert!(left.len() <= 1, "{death:?}: {left:?}");
    }
}

/// The end was written, its worker did not get the response, and the message is redelivered.
#[tokio::test]
async fn a_message_that_outlives_its_worker_runs_nothing_twice() {
    let calls = Story::begin().await.work(Death::Never).await;
    for death in Death::all(calls) {
        let story = Story::begin().await;
        let message = story.world.take_message().unwrap();
        story.world.send(&message).await.unwrap();
        story.work(death).await;
        story.world.send(&message).await.unwrap();
        if !story.job().await.state.is_terminal() {
            // Only the message is left: its second worker claims the job once the lease has expired.
            story.clock.advance(LEASE);
        }
        story.work(Death::Never).await;
        story.check(death).await;
    }
}

#[tokio::test]
async fn a_job_whose_workers_are_all_killed_fails_once() {
    let calls = Story::begin().await.work(Death::Never).await;
    for death in Death::all(calls) {
        let story = Story::begin().await;
        for _ in 0..=MAX_ATTEMPTS {
            story.work(death).await;
            if !story.job().await.state.is_terminal() {
                story.a_minute_later().await;
            }
        }
        let job = story.job().await;
        if job.state == JobState::Success {
            // The last write was done before its worker died.
            story.check(death).await;
            continue;
        }
        let never_claimed = matches!(death, Death::Before(1 | 2) | Death::After(1));
        if never_claimed {
            assert_eq!((job.state, job.executions.len()), (JobState::Pending, 0), "{death:?}");
            continue;
        }
        assert_eq!((job.state, story.chronicle.ends(&job)), (JobState::Failed, 1), "{death:?}");
        assert_eq!(job.execution().unwrap().failure().unwrap().code, "worker_lost", "{death:?}");
        assert!(story.world.stored_results().len() <= MAX_ATTEMPTS as usize, "{death:?}");
        story.check_usage(death).await;
    }
}
