//! [`GetUsage`] and the effect of writes: usage always equals the state of the jobs.

use futures::future::join_all;

use super::sample::{NOW, acme, claimed, ended, failed, named, stored, submitted, succeeded};
use crate::ids::{ExecutionNumber, InstanceId, WorkerId};
use crate::job::execution::Progress;
use crate::job::report::Report;
use crate::job::transition::{Event, transition};
use crate::job::{Job, JobState, LEASE};
use crate::ports::{
    ChargeStorage, CreateJob, GetJob, GetUsage, ListJobs, RemoveJob, ReplaceJob, Stored, Written,
};
use crate::tenancy::usage::{Month, Quota, Quotas, Usage};
use crate::time::Timestamp;

const FEBRUARY: Timestamp = Timestamp(1_709_251_199_000);

async fn usage<S: GetUsage>(store: &S) -> Usage {
    store.get_usage(&acme(), Month::of(NOW)).await.unwrap()
}

/// Jobs that wait and jobs that run.
async fn counted<S: GetUsage>(store: &S) -> (u64, u64) {
    let usage = usage(store).await;
    (usage.queued_jobs, usage.running_jobs)
}

/// Pending and running jobs, counted from the jobs themselves.
pub async fn counted_from_jobs<S: ListJobs>(store: &S, instance: &InstanceId) -> (u64, u64) {
    let jobs = store.list_jobs(instance, None, 100).await.unwrap();
    assert_eq!(jobs.next, None, "more jobs than are counted here");
    let count =
        |states: &[JobState]| jobs.items.iter().filter(|job| states.contains(&job.state)).count() as u64;
    (count(&[JobState::Pending]), count(&[JobState::Running, JobState::Canceling]))
}

/// And every instance has its own.
pub async fn an_unknown_instance_has_no_usage_and_default_quotas<S>(store: &S)
where
    S: GetUsage + CreateJob,
{
    stored(store).await;
    let other = InstanceId::new("acme#").unwrap();
    let usage = store.get_usage(&other, Month::of(NOW)).await.unwrap();
    assert_eq!(usage, Usage { quotas: Quotas::STANDARD, ..Usage::default() });
}

/// From submission to removal, by way of a worker that vanished.
pub async fn pending_and_running_jobs_are_counted_by_every_write<S>(store: &S)
where
    S: CreateJob + ReplaceJob + RemoveJob + GetUsage,
{
    let job = stored(store).await;
    assert_eq!(counted(store).await, (1, 0));
    let running = claimed(&job, NOW);
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    assert_eq!(counted(store).await, (0, 1));
    let lost = transition(&running, &Event::Sweep, NOW.plus(LEASE)).unwrap();
    assert_eq!(store.replace_job(&running, &lost).await.unwrap(), Written::Done);
    assert_eq!(counted(store).await, (1, 0));
    let running = claimed(&lost, NOW);
    assert_eq!(store.replace_job(&lost, &running).await.unwrap(), Written::Done);
    let canceling = transition(&running, &Event::Cancel, NOW).unwrap();
    assert_eq!(store.replace_job(&running, &canceling).await.unwrap(), Written::Done);
    assert_eq!(counted(store).await, (0, 1));
    for _ in 0..2 {
        assert_eq!(store.remove_job(&canceling).await.unwrap(), Written::Done);
        assert_eq!(counted(store).await, (0, 0));
    }
}

/// The answer to the first one may have been lost; a write that is refused counts nothing.
pub async fn a_repeated_write_is_counted_once<S>(store: &S)
where
    S: CreateJob + ReplaceJob + GetUsage,
{
    let job = stored(store).await;
    assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
    assert_eq!(counted(store).await, (1, 0));
    let claims: Vec<Job> = (0..4).map(|_| claimed(&job, NOW)).collect();
    let written = join_all(claims.iter().map(|claim| store.replace_job(&job, claim))).await;
    let winner = written.into_iter().position(|written| written.unwrap() == Written::Done).unwrap();
    assert_eq!(store.replace_job(&job, &claims[winner]).await.unwrap(), Written::Done);
    assert_eq!(counted(store).await, (0, 1));
}

/// In the month in which it ends, failed or not.
pub async fn running_time_is_counted_by_the_month<S>(store: &S)
where
    S: CreateJob + ReplaceJob + GetUsage,
{
    let runtime = async |at| store.get_usage(&acme(), Month::of(at)).await.unwrap().runtime_ms;
    let mut job = stored(store).await;
    for (outcome, lasts) in [(failed(), 1_500), (succeeded(), 2_250)] {
        let running = claimed(&job, FEBRUARY);
        assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
        let over = ended(&running, outcome, Timestamp(FEBRUARY.0 + lasts));
        assert_eq!(store.replace_job(&running, &over).await.unwrap(), Written::Done);
        let again = Event::Resubmit(over.definition.clone());
        job = transition(&over, &again, FEBRUARY).unwrap();
        assert_eq!(store.replace_job(&over, &job).await.unwrap(), Written::Done);
    }
    let march = Timestamp(FEBRUARY.0 + 1_000);
    assert_eq!((runtime(FEBRUARY).await, runtime(march).await), (0, 3_750));
}

/// And stay counted until the files are deleted: the job's own removal does not delete them.
pub async fn results_are_counted_when_they_are_published<S>(store: &S)
where
    S: CreateJob + ReplaceJob + RemoveJob + GetUsage,
{
    let job = stored(store).await;
    let running = claimed(&job, NOW);
    assert_eq!(store.replace_job(&job, &running).await.unwrap(), Written::Done);
    let over = ended(&running, succeeded(), NOW);
    assert_eq!(store.replace_job(&running, &over).await.unwrap(), Written::Done);
    assert_eq!(usage(store).await.storage_bytes, 12);
    assert_eq!(store.remove_job(&over).await.unwrap(), Written::Done);
    assert_eq!(usage(store).await.storage_bytes, 12);
}

/// The call returns the new count.
pub async fn stored_bytes_go_up_and_down<S: ChargeStorage + GetUsage>(store: &S) {
    let limit = Quotas::STANDARD.storage_bytes;
    assert_eq!(
        store.charge_storage(&acme(), 5_000_000_000).await.unwrap(),
        Stored { bytes: 5_000_000_000, limit }
    );
    assert_eq!(store.charge_storage(&acme(), -1).await.unwrap(), Stored { bytes: 4_999_999_999, limit });
    assert_eq!(usage(store).await.storage_bytes, 4_999_999_999);
}

/// It stays pending; others of its instance that end make room for it.
pub async fn a_start_beyond_the_running_quota_is_refused<S>(store: &S)
where
    S: CreateJob + ReplaceJob + GetJob + GetUsage,
{
    let limit = Quotas::STANDARD.running_jobs;
    let mut running = Vec::new();
    for number in 1..=limit {
        let job = submitted(named(&acme(), &number.to_string()), number, NOW);
        assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
        running.push(claimed(&job, NOW));
        assert_eq!(store.replace_job(&job, &running[running.len() - 1]).await.unwrap(), Written::Done);
    }
    let job = stored(store).await;
    let Written::OverQuota(exceeded) = store.replace_job(&job, &claimed(&job, NOW)).await.unwrap() else {
        panic!("it was started")
    };
    assert_eq!((exceeded.quota, exceeded.used, exceeded.limit), (Quota::RunningJobs, limit, limit));
    assert_eq!(exceeded.waiting, 1);
    assert_eq!(store.get_job(&job.key).await.unwrap().as_ref(), Some(&job));
    // A worker that was too late learns that first.
    let stale = claimed(&claimed(&job, NOW.plus(LEASE)), NOW.plus(LEASE).plus(LEASE));
    let mut ahead = job.clone();
    ahead.version = ahead.version.next();
    assert!(matches!(store.replace_job(&ahead, &stale).await.unwrap(), Written::Conflict(Some(_))));

    let over = ended(&running[0], failed(), NOW);
    assert_eq!(store.replace_job(&running[0], &over).await.unwrap(), Written::Done);
    assert_eq!(store.replace_job(&job, &claimed(&job, NOW)).await.unwrap(), Written::Done);
    assert_eq!(counted(store).await, (0, limit));
}

/// Any event at any job at any time, by the real state machine.
pub async fn usage_equals_the_jobs_after_any_history<S>(store: &S)
where
    S: CreateJob + ReplaceJob + RemoveJob + GetJob + ListJobs + GetUsage,
{
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let (mut now, mut number) = (NOW, 0);
    for _ in 0..150 {
        now = now.plus(LEASE / 4 * (dice.roll(6)));
        let key = named(&acme(), &dice.roll(4).to_string());
        let Some(job) = store.get_job(&key).await.unwrap() else {
            number += 1;
            let job = submitted(key, number, now);
            assert_eq!(store.create_job(&job).await.unwrap(), Written::Done);
            continue;
        };
        if dice.roll(8) == 0 {
            assert_eq!(store.remove_job(&job).await.unwrap(), Written::Done);
        } else if let Ok(next) = transition(&job, &any_event(&mut dice, &job), now) {
            let _ = store.replace_job(&job, &next).await.unwrap();
        }
        assert_eq!(counted(store).await, counted_from_jobs(store, &acme()).await);
    }
}

fn any_event(dice: &mut Dice, job: &Job) -> Event {
    let execution = job.execution().map(|it| it.number).unwrap_or(ExecutionNumber(1));
    let progress = Progress::default();
    match dice.roll(7) {
        0 => Event::Resubmit(job.definition.clone()),
        1 | 2 => Event::Claim { worker: WorkerId::new(), revision: job.revision },
        3 => Event::Heartbeat { execution, progress },
        4 => Event::Cancel,
        5 => Event::Sweep,
        _ => {
            let outcome = if dice.roll(2) == 0 { succeeded() } else { failed() };
            Event::Finish { execution, progress, warnings: vec![], report: Report::default(), outcome }
        }
    }
}

/// Numbers that look random and are the same each time (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 % u64::from(sides)).unwrap_or(0)
    }
}
