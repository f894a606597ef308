//! [`ReplaceJob`]: every write is based on what is stored, or refused.

use futures::future::join_all;

use super::sample::{NOW, claimed, ended, failed, stored, submitted, succeeded};
use crate::job::execution::Outcome;
use crate::job::transition::{Event, transition};
use crate::job::{Job, LEASE};
use crate::ports::{CreateJob, GetJob, RemoveJob, ReplaceJob, Written};

fn told(held: &Job) -> Written {
    Written::Conflict(Some(Box::new(held.clone())))
}

/// Through all its states, with results, failures, warnings and progress.
pub async fn a_whole_job_is_read_back<S: CreateJob + GetJob + ReplaceJob>(store: &S) {
    let mut job = stored(store).await;
    for outcome in [failed(), succeeded(), Outcome::Canceled] {
        let again = Event::Resubmit(job.definition.clone());
        let running = claimed(&job, NOW);
        assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
        assert_eq!(store.get_job(&job.key).await.unwrap().as_ref(), Some(&running));
        let over = ended(&running, outcome, NOW.plus(LEASE));
        assert_eq!(store.replace_job(&running, &over).await.unwrap(), Written::Done);
        assert_eq!(store.get_job(&job.key).await.unwrap().as_ref(), Some(&over));
        job = transition(&over, &again, NOW.plus(LEASE)).unwrap();
        assert_eq!(store.replace_job(&over, &job).await.unwrap(), Written::Done);
    }
    assert_eq!(store.get_job(&job.key).await.unwrap(), Some(job));
}

/// After a short time, which a store may need.
pub async fn a_version_check_returns_uuid_and_version<S>(store: &S)
where
    S: CreateJob + GetJob + ReplaceJob + RemoveJob,
{
    let job = stored(store).await;
    let running = claimed(&job, NOW);
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    let seen = store.get_job_version(&job.key).await.unwrap();
    assert_eq!(seen, Some((job.uuid, running.version)));
    assert_eq!(store.remove_job(&running).await.unwrap(), Written::Done);
    assert_eq!(store.get_job_version(&job.key).await.unwrap(), None);
}

/// The answer to the first call may have been lost.
pub async fn a_repeated_replacement_is_idempotent<S: CreateJob + GetJob + ReplaceJob>(store: &S) {
    let job = stored(store).await;
    let running = claimed(&job, NOW);
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    assert_eq!(store.get_job(&job.key).await.unwrap(), Some(running));
}

/// However many workers claim it at once.
pub async fn one_of_many_replacements_wins<S: CreateJob + GetJob + ReplaceJob>(store: &S) {
    let job = stored(store).await;
    let claims: Vec<_> = (0..8).map(|_| claimed(&job, NOW)).collect();
    let written = join_all(claims.iter().map(|claim| store.replace_job(&job, claim))).await;
    let written: Vec<Written> = written.into_iter().map(Result::unwrap).collect();
    let winner = written.iter().position(|written| *written == Written::Done).unwrap();
    assert_eq!(store.get_job(&job.key).await.unwrap().as_ref(), Some(&claims[winner]));
    let losers = written.iter().enumerate().filter(|(index, _)| *index != winner);
    for (_, written) in losers {
        assert_eq!(written, &told(&claims[winner]));
    }
}

/// A write that is based on an old version, or on one that never was, changes nothing.
pub async fn a_stale_replacement_returns_the_stored_job<S: CreateJob + GetJob + ReplaceJob>(store: &S) {
    let job = stored(store).await;
    let running = claimed(&job, NOW);
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    assert_eq!(store.replace_job(&job, &claimed(&job, NOW)).await.unwrap(), told(&running));
    let mut ahead = running.clone();
    ahead.version = ahead.version.next();
    let after = ended(&ahead, succeeded(), NOW);
    assert_eq!(store.replace_job(&ahead, &after).await.unwrap(), told(&running));
    assert_eq!(store.get_job(&job.key).await.unwrap(), Some(running));
}

/// A replacement does not bring a job into being.
pub async fn a_job_that_is_gone_is_not_written<S>(store: &S)
where
    S: CreateJob + GetJob + ReplaceJob + RemoveJob,
{
    let job = stored(store).await;
    assert_eq!(store.remove_job(&job).await.unwrap(), Written::Done);
    assert_eq!(store.replace_job(&job, &claimed(&job, NOW)).await.unwrap(), Written::Conflict(None));
    assert_eq!(store.get_job(&job.key).await.unwrap(), None);
}

/// A job was removed while it ran, and another submitted under its id; both are at the same version.
pub async fn a_worker_of_a_removed_job_does_not_change_its_namesake<S>(store: &S)
where
    S: CreateJob + GetJob + ReplaceJob + RemoveJob,
{
    let job = stored(store).await;
    assert_eq!(store.remove_job(&job).await.unwrap(), Written::Done);
    let namesake = submitted(job.key.clone(), 2, NOW);
    assert_eq!(store.create_job(&namesake).await.unwrap(), Written::Done);
    assert_eq!(store.replace_job(&job, &claimed(&job, NOW)).await.unwrap(), told(&namesake));
    assert_eq!(store.get_job(&job.key).await.unwrap(), Some(namesake));
}
