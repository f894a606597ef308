//! Long poll: waits a short time for a job to change its state.
//!
//! On Lambda a waiting caller occupies one function for that time: 25 s at 256 MB are 6.25 GB-seconds, about
//! the price of sixty short requests (API Gateway and authorizer included), and one of the account's
//! concurrent executions.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::error::StoreError;
use crate::job::{Job, JobKey};
use crate::ports::GetJob;

/// Longest wait of a caller: API Gateway times out at 30 s, the function at 29.
pub const MAX_WAIT: Duration = Duration::from_secs(25);

/// The pause before the second check. Short jobs have ended by then.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest pause between two checks; pauses grow to it by half. So the longest wait takes 16 version
/// checks, each half a read unit on DynamoDB for a job below 4 KB, and one read for each change.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The job once its state has changed since the call, or its current state after `wait`. An ended job is
/// returned at once; a removed or recreated one as soon as that is seen.
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
        if store.get_job_version(key).await? == Some((job.uuid, job.version)) {
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
