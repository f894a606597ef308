//! [`CreateJob`]: a job is created once.

use std::collections::HashSet;

use futures::future::join_all;

use super::sample::{NOW, acme, claimed, named, stored, submitted};
use crate::ids::InstanceId;
use crate::ports::{CreateJob, GetJob, ReplaceJob, Written};

/// A second job with the same id is refused, and the first one returned.
pub async fn an_id_names_one_job<S: CreateJob + GetJob>(store: &S) {
    let key = named(&acme(), "churn");
    assert_eq!(store.get_job(&key).await.unwrap(), None);
    let first = stored(store).await;
    let second = submitted(key.clone(), 2, NOW);
    assert_eq!(store.create_job(&second).await.unwrap(), Written::Conflict(Some(Box::new(first.clone()))));
    assert_eq!(store.get_job(&key).await.unwrap(), Some(first));
}

/// The answer to the first call may have been lost.
pub async fn a_repeated_creation_is_idempotent<S: CreateJob + GetJob>(store: &S) {
    let job = stored(store).await;
    assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
    assert_eq!(store.get_job(&job.key).await.unwrap(), Some(job));
}

/// The answer was lost, and the sweeper and a worker were faster than the second call.
pub async fn a_late_repetition_of_a_creation_changes_nothing<S>(store: &S)
where
    S: CreateJob + GetJob + ReplaceJob,
{
    let job = stored(store).await;
    let running = claimed(&job, NOW);
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
    assert_eq!(store.get_job(&job.key).await.unwrap(), Some(running));
}

/// However many callers want the same id at once.
pub async fn one_of_many_creations_wins<S: CreateJob + GetJob>(store: &S) {
    let jobs: Vec<_> = (1..=8).map(|number| submitted(named(&acme(), "churn"), number, NOW)).collect();
    let written = join_all(jobs.iter().map(|job| store.create_job(job))).await;
    let winners: Vec<_> =
        jobs.iter().zip(written).filter(|(_, w)| w.as_ref().unwrap() == &Written::Done).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(store.get_job(&winners[0].0.key).await.unwrap().as_ref(), Some(winners[0].0));
}

/// Numbers count from 1 in each instance and are never drawn twice.
pub async fn numbers_are_drawn_once<S: CreateJob>(store: &S) {
    assert_eq!(store.next_number(&acme()).await.unwrap().0, 1);
    let instance = acme();
    let drawn = join_all((0..20).map(|_| store.next_number(&instance))).await;
    let drawn: HashSet<u64> = drawn.into_iter().map(|number| number.unwrap().0).collect();
    assert_eq!(drawn, (2..=21).collect());
    let other = InstanceId::new("other").unwrap();
    assert_eq!(store.next_number(&other).await.unwrap().0, 1);
}

/// The same id in two instances is two jobs, also where the ids could be mistaken for each other
/// when they are put together.
pub async fn instances_do_not_see_each_other<S: CreateJob + GetJob>(store: &S) {
    let mut jobs = Vec::new();
    for (instance, id) in [("a", "x"), ("b", "x"), ("a", "b#x"), ("a#b", "x"), ("a/b", "x"), ("a", "b/x")] {
        let job = submitted(named(&InstanceId::new(instance).unwrap(), id), 1, NOW);
        assert_eq!(store.create_job(&job).await.unwrap(), Written::Done, "{instance} {id}");
        jobs.push(job);
    }
    for job in jobs {
        assert_eq!(store.get_job(&job.key).await.unwrap(), Some(job));
    }
}
