//! [`RemoveJob`]: only the job that was seen is removed.

use super::sample::{NOW, claimed, stored, submitted};
use crate::ports::{CreateJob, GetJob, RemoveJob, ReplaceJob, Written};

/// And removing it again is no error: the first answer may have been lost.
pub async fn a_removed_job_is_gone<S: CreateJob + GetJob + RemoveJob>(store: &S) {
    let job = stored(store).await;
    for _ in 0..2 {
        assert_eq!(store.remove_job(&job).await.unwrap(), Written::Done);
        assert_eq!(store.get_job(&job.key).await.unwrap(), None);
    }
}

/// A worker was faster: the job stays.
pub async fn a_stale_removal_returns_the_stored_job<S>(store: &S)
where
    S: CreateJob + GetJob + ReplaceJob + RemoveJob,
{
    let job = stored(store).await;
    let running = claimed(&job, NOW);
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    let told = Written::Conflict(Some(Box::new(running.clone())));
    assert_eq!(store.remove_job(&job).await.unwrap(), told);
    assert_eq!(store.get_job(&job.key).await.unwrap(), Some(running));
}

/// Another job of the same id and at the same version stays.
pub async fn a_namesake_is_not_removed<S: CreateJob + GetJob + RemoveJob>(store: &S) {
    let job = stored(store).await;
    assert_eq!(store.remove_job(&job).await.unwrap(), Written::Done);
    let namesake = submitted(job.key.clone(), 2, NOW);
    assert_eq!(store.create_job(&namesake).await.unwrap(), Written::Done);
    let told = Written::Conflict(Some(Box::new(namesake.clone())));
    assert_eq!(store.remove_job(&job).await.unwrap(), told);
    assert_eq!(store.get_job(&job.key).await.unwrap(), Some(namesake));
}

/// A deletion and a claim at the same time: the loser gets a conflict.
pub async fn either_a_removal_or_a_replacement_wins<S>(store: &S)
where
    S: CreateJob + GetJob + ReplaceJob + RemoveJob,
{
    for _ in 0..10 {
        let job = stored(store).await;
        let running = claimed(&job, NOW);
        let (removed, replaced) = futures::join!(store.remove_job(&job), store.replace_job(&job, &running));
        match (removed.unwrap(), replaced.unwrap()) {
            (Written::Done, Written::Conflict(None)) => {
                assert_eq!(store.get_job(&job.key).await.unwrap(), None);
            }
            (Written::Conflict(Some(told)), Written::Done) => {
                assert_eq!(*told, running);
                assert_eq!(store.remove_job(&running).await.unwrap(), Written::Done);
            }
            both => panic!("both won or both lost: {both:?}"),
        }
    }
}
