//! The sweeper and the recounter, each started by a schedule.

pub mod recounter;

use satsuma_domain::ports::{
    ChargeStorage, DueJobs, ExpiredJobs, GetFile, GetJob, RemoveFile, RemoveJob, ReplaceJob, SendMessage,
    SendNotice,
};
use satsuma_domain::retention::expire;
use satsuma_domain::sweep::{Swept, sweep};
use satsuma_domain::{Clock, StoreError, metrics};

/// Sweeps the jobs that are due, then removes those whose retention is over, and logs what it did.
///
/// # Errors
/// A fault of a store; the next scheduled run continues.
pub async fn handle<S, Q, F>(store: &S, queue: &Q, files: &F, clock: &dyn Clock) -> Result<Swept, StoreError>
where
    S: DueJobs + ExpiredJobs + GetJob + ReplaceJob + RemoveJob + ChargeStorage,
    Q: SendMessage + SendNotice,
    F: GetFile + RemoveFile,
{
    let swept = sweep(store, queue, clock).await?;
    if swept != Swept::default() {
        let Swept { seen, requeued, ended, expired_leases, announced, faulty, lag_ms } = swept;
        tracing::info!(
            target: metrics::SWEPT,
            due = seen, requeued, ended, expired_leases, announced, faulty, lag_ms, "swept"
        );
    }
    let expired = expire(store, files, clock).await?;
    if expired > 0 {
        tracing::info!(expired, "ended jobs were removed with their results");
    }
    Ok(swept)
}

#[cfg(test)]
mod tests {
    use satsuma_domain::job::{JobKey, RESEND_AFTER};
    use satsuma_domain::testing::{ManualClock, Memory};
    use satsuma_domain::{InstanceId, JobDefinition, JobId, Timestamp, submit};

    use super::*;

    #[tokio::test]
    async fn a_lost_message_is_sent_again() {
        let (store, clock) = (Memory::default(), ManualClock::at(Timestamp(0)));
        let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("nightly").unwrap() };
        let definition = JobDefinition::parse(br#"{"action":"BATCH_SCORE","model":{"id":"m"}}"#).unwrap();
        submit::create(&store, &store, &clock, key, definition).await.unwrap();
        let lost = store.take_message();
        clock.advance(RESEND_AFTER);
        let swept = handle(&store, &store, &store, &clock).await.unwrap();
        assert_eq!(swept, Swept { seen: 1, requeued: 1, ..Swept::default() });
        assert_eq!(store.take_message(), lost);
    }
}
