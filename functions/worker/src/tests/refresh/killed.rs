//! Workers that are killed at every step of a refresh: before, during and after the replacement.

use satsuma_domain::job::{LEASE, MAX_ATTEMPTS};
use satsuma_domain::sweep::sweep;
use satsuma_domain::testing::{Chronicle, Death, ManualClock, Mortal};
use satsuma_domain::{Timestamp, work};

use super::*;

struct Story {
    world: Arc<Memory>,
    old: Bytes,
    chronicle: Arc<Chronicle>,
    clock: ManualClock,
    scratch: tempfile::TempDir,
}

impl Story {
    async fn begin() -> Self {
        let world = prepared().await;
        let (_, old) = stored(&world).await.unwrap();
        let clock = ManualClock::at(Timestamp(1_000));
        let definition = JobDefinition::parse(REFRESH.as_bytes()).unwrap();
        submit::create(&*world, &*world, &clock, key("job"), definition).await.unwrap();
        let scratch = tempfile::tempdir().unwrap();
        Self { world, old, chronicle: Arc::default(), clock, scratch }
    }

    /// A worker claims the pending message and runs until its death; returns the number of its calls.
    async fn work(&self, death: Death) -> usize {
        let Some(message) = self.world.take_message() else { return 0 };
        let worker = Mortal::new(Arc::clone(&self.world), Arc::clone(&self.chronicle), death);
        let engine =
            EngineRunner::new(Arc::clone(&worker), self.scratch.path().to_owned(), Limits::default());
        let engine = Arc::new(engine.charging(Arc::clone(&worker) as Arc<dyn ChargeStorage>));
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

    /// The file is the old stream, or a whole new one with its model that names this job; true for the latter.
    async fn is_new(&self, death: Death) -> bool {
        let (info, bytes) = stored(&self.world).await.unwrap();
        let job = self.job().await;
        let by_jobs = versions(&self.world).await.into_iter().filter(|by| *by != Origin::Upload).count();
        assert!(by_jobs <= 1, "{death:?}: the stream is replaced once");
        if bytes == self.old {
            assert_eq!(*info.by, Origin::Upload, "{death:?}");
            return false;
        }
        assert!(info.by.is_of(job.uuid, job.revision), "{death:?}: {:?}", info.by);
        assert_eq!(StreamFile::open(bytes).unwrap().stream().ties().len(), 1, "{death:?}");
        true
    }
}

#[tokio::test]
async fn a_worker_killed_at_any_step_of_a_refresh_costs_an_attempt() {
    let calls = Story::begin().await.work(Death::Never).await;
    assert!(calls >= 8, "claim, stream, data, result, quota, replacement, end: {calls} calls");
    let (mut old, mut new) = (0, 0);
    for death in Death::all(calls) {
        let story = Story::begin().await;
        story.work(death).await;
        match story.is_new(death).await {
            true => new += 1,
            false => old += 1,
        }
        if !story.job().await.state.is_terminal() {
            story.a_minute_later().await;
            story.work(Death::Never).await;
        }
        let job = story.job().await;
        assert_eq!((job.state, story.chronicle.ends(&job)), (JobState::Success, 1), "{death:?}");
        assert!(story.is_new(death).await, "{death:?}");
        let (_, published) = result(&story.world, &job).await;
        assert_eq!(
            published,
            stored(&story.world).await.unwrap().1,
            "{death:?}: the result is the stored stream"
        );
    }
    assert!(old > 0 && new > 0, "killed before and after the replacement: {old} {new}");
}

#[tokio::test]
async fn a_refresh_whose_workers_are_all_killed_says_what_may_be_true() {
    let calls = Story::begin().await.work(Death::Never).await;
    for death in Death::all(calls) {
        let story = Story::begin().await;
        for _ in 0..=MAX_ATTEMPTS {
            story.work(death).await;
            if !story.job().await.state.is_terminal() {
                story.a_minute_later().await;
            }
        }
        let (job, is_new) = (story.job().await, story.is_new(death).await);
        match job.state {
            JobState::Success => assert!(is_new, "{death:?}"),
            JobState::Failed => {
                let message = &job.execution().unwrap().failure().unwrap().message;
                assert!(message.contains("the stored stream may have been replaced"), "{death:?}: {message}");
            }
            state => assert!(state == JobState::Pending && !is_new, "{death:?}: never claimed, but {state}"),
        }
    }
}
