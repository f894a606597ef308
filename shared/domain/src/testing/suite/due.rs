//! [`DueJobs`]: the sweeper finds what waits too long, and nothing else.

use std::time::Duration;

use super::sample::{NOW, acme, claimed, ended, failed, named, stored, submitted, succeeded};
use crate::ids::{ExecutionNumber, JobId};
use crate::job::notices::NOTICE_OVERDUE_AFTER;
use crate::job::transition::{Event, transition};
use crate::job::{LEASE, RESEND_AFTER};
use crate::ports::{CreateJob, DueJobs, ExpiredJobs, RemoveJob, ReplaceJob, Written};
use crate::time::Timestamp;

const ANY_TIME: Timestamp = Timestamp(i64::MAX);

/// A pending job when its message must be lost, a running one when its lease ends.
pub async fn jobs_are_due_when_their_message_or_lease_is<S>(store: &S)
where
    S: CreateJob + ReplaceJob + DueJobs,
{
    let job = stored(store).await;
    let lost = NOW.plus(RESEND_AFTER);
    assert_eq!(store.due_jobs(Timestamp(lost.0 - 1), 10).await.unwrap(), []);
    assert_eq!(store.due_jobs(lost, 10).await.unwrap(), std::slice::from_ref(&job.key));

    let running = claimed(&job, lost);
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    let silent = lost.plus(LEASE);
    assert_eq!(store.due_jobs(Timestamp(silent.0 - 1), 10).await.unwrap(), []);
    assert_eq!(store.due_jobs(silent, 10).await.unwrap(), [job.key]);
}

/// However much time passes after their notices were published.
pub async fn ended_and_removed_jobs_are_never_due<S>(store: &S)
where
    S: CreateJob + ReplaceJob + RemoveJob + DueJobs,
{
    for (id, outcome) in [("a", succeeded()), ("b", failed())] {
        let job = submitted(named(&acme(), id), 1, NOW);
        assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
        let running = claimed(&job, NOW);
        assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
        let ended = ended(&running, outcome, NOW);
        assert_eq!(store.replace_job(&running, &ended).await.unwrap(), Written::Done);
        // Until its notice is published.
        let unsaid = NOW.plus(NOTICE_OVERDUE_AFTER);
        assert_eq!(store.due_jobs(Timestamp(unsaid.0 - 1), 10).await.unwrap(), []);
        assert_eq!(store.due_jobs(unsaid, 10).await.unwrap(), std::slice::from_ref(&job.key));
        let announced = Event::Published { execution: ExecutionNumber(1) };
        let announced = transition(&ended, &announced, NOW).unwrap();
        assert_eq!(store.replace_job(&ended, &announced).await.unwrap(), Written::Done);
        assert_eq!(store.due_jobs(ANY_TIME, 10).await.unwrap(), []);
    }
    let removed = stored(store).await;
    assert_eq!(store.due_jobs(ANY_TIME, 10).await.unwrap(), std::slice::from_ref(&removed.key));
    assert_eq!(store.remove_job(&removed).await.unwrap(), Written::Done);
    assert_eq!(store.due_jobs(ANY_TIME, 10).await.unwrap(), []);
}

/// One that is submitted again does not.
pub async fn ended_jobs_expire_when_they_were_kept_for_long_enough<S>(store: &S)
where
    S: CreateJob + ReplaceJob + RemoveJob + ExpiredJobs,
{
    let job = stored(store).await;
    let running = claimed(&job, NOW);
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    let finished = NOW.plus(Duration::from_secs(60));
    let ended = ended(&running, succeeded(), finished);
    assert_eq!(store.replace_job(&running, &ended).await.unwrap(), Written::Done);
    // First its end is announced.
    let announced = Event::Published { execution: ExecutionNumber(1) };
    let done = transition(&ended, &announced, finished).unwrap();
    assert_eq!(store.replace_job(&ended, &done).await.unwrap(), Written::Done);
    let over = finished.plus(store.retention());
    assert_eq!(store.expired_jobs(Timestamp(over.0 - 1), 10).await.unwrap(), []);
    assert_eq!(store.expired_jobs(over, 10).await.unwrap(), std::slice::from_ref(&job.key));

    let again = transition(&done, &Event::Resubmit(done.definition.clone()), over).unwrap();
    assert_eq!(store.replace_job(&done, &again).await.unwrap(), Written::Done);
    assert_eq!(store.expired_jobs(ANY_TIME, 10).await.unwrap(), []);
}

/// So that a short sweep looks at those that wait longest.
pub async fn the_longest_overdue_jobs_are_first<S: CreateJob + DueJobs>(store: &S) {
    // Written in another order than they are due.
    for minute in [7, 3, 19, 11, 0, 5, 2, 13, 17, 1, 4, 6, 8, 9, 10, 12, 14, 15, 16, 18] {
        let submitted_at = NOW.plus(Duration::from_secs(60 * minute));
        let job = submitted(named(&acme(), &minute.to_string()), minute + 1, submitted_at);
        assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
    }
    let ids = async |limit| {
        let due = store.due_jobs(ANY_TIME, limit).await.unwrap();
        due.into_iter().map(|key| key.id).collect::<Vec<JobId>>()
    };
    let in_order: Vec<JobId> = (0..20).map(|minute| JobId::new(minute.to_string()).unwrap()).collect();
    assert_eq!(ids(100).await, in_order);
    assert_eq!(ids(6).await, in_order[..6]);
}
