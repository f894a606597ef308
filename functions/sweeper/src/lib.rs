//! The sweeper, started by a schedule.

use satsuma_domain::ports::{DueJobs, GetJob, RemoveJob, ReplaceJob, SendMessage};
use satsuma_domain::sweep::{Swept, sweep};
use satsuma_domain::{Clock, StoreError};

/// Looks at every job that is due, and says what it did where it did something.
///
/// # Errors
/// A fault of the store; the next schedule goes on.
pub async fn handle<S, Q>(store: &S, queue: &Q, clock: &dyn Clock) -> Result<Swept, StoreError>
where
    S: DueJobs + GetJob + ReplaceJob + RemoveJob,
    Q: SendMessage,
{
    let swept = sweep(store, queue, clock).await?;
    if swept != Swept::default() {
        tracing::info!(seen = swept.seen, requeued = swept.requeued, ended = swept.ended, "swept");
    }
    Ok(swept)
}
