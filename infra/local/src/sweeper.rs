//! Calls the sweeper on a schedule, as EventBridge does.

use std::time::Duration;

use satsuma_aws::{Files, Jobs, Queue};
use satsuma_domain::SystemClock;
use satsuma_domain::sweep::restart;

use crate::error::LocalError;
use crate::stop::Stop;

/// How often it sweeps.
const EVERY: Duration = Duration::from_secs(15);

/// Takes up what the former process left: it was the only one that used this data folder, so no lease
/// and no message of its can be alive.
pub(crate) async fn take_up(jobs: &Jobs, queue: &Queue) -> Result<(), LocalError> {
    let swept = restart(jobs, queue, &SystemClock)
        .await
        .map_err(|fault| LocalError::Store { what: "job store", detail: fault.to_string() })?;
    if swept.seen > 0 {
        tracing::info!(waiting = swept.requeued, ended = swept.ended, "jobs of the last run are taken up");
    }
    Ok(())
}

/// Sweeps until it is time to stop.
pub(crate) async fn run(jobs: Jobs, queue: Queue, files: Files, stop: Stop) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.stopped() => return,
        }
        if let Err(fault) = satsuma_sweeper::handle(&jobs, &queue, &files, &SystemClock).await {
            tracing::warn!(%fault, "the sweep broke off");
        }
    }
}
