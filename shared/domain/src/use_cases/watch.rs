//! Watching a job: waits, not for long, until it is in another state.
//!
//! On Lambda a caller who waits keeps one function busy for that time: 25 s at 256 MB are 6.25 GB-seconds,
//! about what sixty short requests cost (API Gateway, authorizer and all), and one of the account's
//! concurrent executions.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::StoreError;
use crate::job::{Job, JobKey};
use crate::ports::GetJob;

/// Longest that a caller may wait: API Gateway gives up at 30 s, the function at 29.
pub const MAX_WAIT: Duration = Duration::from_secs(25);

/// The pause before the second look. Short jobs are done by then.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest pause between two looks; they grow to it by half. So the longest wait takes 16 looks, each
/// half a read unit on DynamoDB for a job below 4 KB, and a read where somebody wrote the job.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The job once its state is another one than at the call, or as it is after `wait`. One that ended
/// is answered at once; one that is gone, or was submitted anew under its id, as soon as that is seen.
///
/// # Errors
/// A fault of the store.
pub async fn wait_for_change<S: GetJob>(
    store: &S,
    key: &JobKey,
    wait: Duration,
) -> Result<Option<Job>, StoreError> {
    let until = Instant::now() + wait.min(MAX_WAIT);
    let Some(first) = store.get_job(key).await? else { return Ok(None) };
    let is_same = |job: &Job| job.uuid == first.uuid && job.state == first.state;
    let mut job = first.clone();
    let mut pause = FIRST_PAUSE;
    while is_same(&job) && !job.state.is_terminal() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        sleep(pause.min(left)).await;
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        if store.glance_at_job(key).await? == Some((job.uuid, job.version)) {
            continue;
        }
        match store.get_job(key).await? {
            Some(newest) => job = newest,
            None => return Ok(None),
        }
    }
    Ok(Some(job))
}

#[cfg(test)]
mod tests;
