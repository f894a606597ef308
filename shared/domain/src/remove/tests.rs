use super::*;
use crate::definition::JobDefinition;
use crate::execution::{Outcome, Progress};
use crate::ids::WorkerId;
use crate::job::Job;
use crate::notices::announce_ends;
use crate::report::Report;
use crate::submit;
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;

const PATIENCE: Duration = Duration::from_secs(5);

fn key() -> JobKey {
    JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("j").unwrap() }
}

/// A store with one job that a worker runs.
async fn running() -> (Memory, ManualClock) {
    let (store, clock) = (Memory::default(), ManualClock::at(Timestamp(1)));
    let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
    submit::create(&store, &store, &clock, key(), definition).await.unwrap();
    let job = job(&store).await;
    let claim = Event::Claim { worker: WorkerId::new(), revision: job.revision };
    let claimed = transition(&job, &claim, clock.now()).unwrap();
    assert_eq!(store.replace_job(&job, &claimed).await.unwrap(), Written::Done);
    (store, clock)
}

async fn job(store: &Memory) -> Job {
    store.get_job(&key()).await.unwrap().unwrap()
}

/// The worker hears of the cancellation, stops, and the job goes.
async fn let_go(store: &Memory, clock: &ManualClock) {
    let job = job(store).await;
    let finish = Event::Finish {
        execution: job.execution().unwrap().number,
        progress: Progress::default(),
        warnings: Vec::new(),
        report: Report::default(),
        outcome: Outcome::Canceled,
    };
    let ended = transition(&job, &finish, clock.now()).unwrap();
    assert_eq!(store.replace_job(&job, &ended).await.unwrap(), Written::Done);
    announce_ends(store, store, clock, &ended).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_worker_lets_go_in_time_is_counted() {
    let (store, clock) = running().await;
    let began = Instant::now();
    // Named twice, it is gone once.
    let (instance, ids) = (key().instance, [key().id, key().id]);
    let removed = remove_within(&store, &store, &clock, &instance, &ids, PATIENCE);
    let worker = async {
        sleep(Duration::from_secs(2)).await;
        let_go(&store, &clock).await;
    };
    let (removed, ()) = tokio::join!(removed, worker);
    assert_eq!(removed.unwrap(), 1);
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_worker_does_not_let_go_is_not_counted() {
    let (store, clock) = running().await;
    let began = Instant::now();
    let removed = remove_within(&store, &store, &clock, &key().instance, &[key().id], PATIENCE).await;
    assert_eq!(removed.unwrap(), 0);
    assert_eq!(began.elapsed(), PATIENCE);
    assert!(job(&store).await.remove_when_ended);
}
