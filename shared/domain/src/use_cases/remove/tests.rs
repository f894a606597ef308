use super::*;
use crate::ids::WorkerId;
use crate::job::Job;
use crate::job::definition::JobDefinition;
use crate::job::execution::{Outcome, Progress};
use crate::job::report::Report;
use crate::testing::{ManualClock, Memory};
use crate::time::Timestamp;
use crate::use_cases::publish::publish_notices;
use crate::use_cases::submit;

const TIMEOUT: Duration = Duration::from_secs(5);

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

/// The worker notices the cancellation and stops; the job is removed.
async fn stop_worker(store: &Memory, clock: &ManualClock) {
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
    publish_notices(store, store, clock, &ended).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_worker_stops_in_time_is_counted() {
    let (store, clock) = running().await;
    let began = Instant::now();
    // Named twice, it is gone once.
    let (instance, ids) = (key().instance, [key().id, key().id]);
    let removed = remove_within(&store, &store, &clock, &instance, &ids, TIMEOUT);
    let worker = async {
        sleep(Duration::from_secs(2)).await;
        stop_worker(&store, &clock).await;
    };
    let (removed, ()) = tokio::join!(removed, worker);
    assert_eq!(removed.unwrap(), 1);
    assert!(began.elapsed() < TIMEOUT, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_worker_does_not_stop_is_not_counted() {
    let (store, clock) = running().await;
    let began = Instant::now();
    let removed = remove_within(&store, &store, &clock, &key().instance, &[key().id], TIMEOUT).await;
    assert_eq!(removed.unwrap(), 0);
    assert_eq!(began.elapsed(), TIMEOUT);
    assert!(job(&store).await.remove_when_ended);
}
