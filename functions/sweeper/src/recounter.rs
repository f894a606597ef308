//! The recounter, started by a schedule: corrects the drift of usage counters.

use std::time::Duration;

use futures::StreamExt;
use satsuma_domain::instance::InstanceState;
use satsuma_domain::ports::{GetJob, GetUsage, ListInstances, ListJobs, MeasureFiles, SetUsage};
use satsuma_domain::tenancy::{Recounted, SETTLE, recount};
use satsuma_domain::{Clock, Error, InstanceId, StoreError};
use tokio::time::{Instant, timeout_at};

/// Instances of a page.
const PAGE: usize = 100;

/// Instances that are counted at a time: most of the time each of them waits.
const AT_ONCE: usize = 50;

/// Result for all instances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recounts {
    /// Those that were counted.
    pub counted: usize,
    /// Those of them whose counts were wrong.
    pub changed: usize,
    /// Those that kept changing, or could not be counted.
    pub left: usize,
    /// Instances without time in this run; the next one begins with others.
    pub late: usize,
}

/// Recounts the usage of each instance as long as there is `time`, and logs corrections.
///
/// # Errors
/// A transient fault of a store, after all others were counted.
pub async fn handle<S, F>(
    store: &S,
    files: &F,
    clock: &dyn Clock,
    time: Duration,
) -> Result<Recounts, StoreError>
where
    S: ListInstances + ListJobs + GetJob + GetUsage + SetUsage,
    F: MeasureFiles,
{
    let end = Instant::now() + time;
    let instances = in_turn(instances(store).await?, clock);
    let mut counting = futures::stream::iter(instances)
        .map(|instance| async move {
            let counted = counted_by(end, store, files, &instance).await;
            (instance, counted)
        })
        .buffer_unordered(AT_ONCE);
    let (mut recounts, mut passing) = (Recounts::default(), None);
    while let Some((instance, counted)) = counting.next().await {
        match counted {
            None => recounts.late += 1,
            Some(Ok(Recounted { was, is })) => {
                recounts.counted += 1;
                if was != is {
                    recounts.changed += 1;
                    tracing::info!(%instance, ?was, ?is, "usage recounted");
                }
            }
            Some(Err(Error::Store(fault))) if fault.transient => {
                tracing::warn!(%instance, %fault, "usage not recounted");
                passing = Some(fault);
            }
            Some(Err(error)) => {
                recounts.left += 1;
                let fault = error.for_operators();
                tracing::warn!(%instance, fault, "usage not recounted");
            }
        }
    }
    let Recounts { counted, changed, left, late } = recounts;
    if late > 0 {
        tracing::warn!(
            counted,
            late,
            "not all instances were recounted in time; the next run starts with \
                                       the others"
        );
    }
    tracing::info!(counted, changed, left, late, "usage of instances recounted");
    passing.map_or(Ok(recounts), Err)
}

/// `None` if it did not end in time.
async fn counted_by<S, F>(
    end: Instant,
    store: &S,
    files: &F,
    instance: &InstanceId,
) -> Option<Result<Recounted, Error>>
where
    S: ListJobs + GetJob + GetUsage + SetUsage,
    F: MeasureFiles,
{
    // The only write is the last step: an interrupted recount leaves nothing behind.
    let needed = 2 * SETTLE;
    if Instant::now() + needed >= end {
        return None;
    }
    timeout_at(end, recount(store, files, instance, SETTLE)).await.ok()
}

/// All that are not gone.
async fn instances<S: ListInstances>(store: &S) -> Result<Vec<InstanceId>, StoreError> {
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = store.list_instances(after.as_deref(), PAGE).await?;
        let there = page.items.into_iter().filter(|instance| instance.state != InstanceState::Deprovisioned);
        all.extend(there.map(|instance| instance.id));
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}

/// The order of a day: it begins at another place each day, so that a lack of time does not always affect
/// the same instances.
fn in_turn(mut instances: Vec<InstanceId>, clock: &dyn Clock) -> Vec<InstanceId> {
    /// Spreads the starting points of consecutive days; a prime.
    const STEP: u64 = 7_919;
    let day = clock.now().epoch_seconds().unsigned_abs() / 86_400;
    let start = day.wrapping_mul(STEP).checked_rem(instances.len() as u64).unwrap_or(0);
    instances.rotate_left(usize::try_from(start).unwrap_or(0));
    instances
}

#[cfg(test)]
mod tests;
