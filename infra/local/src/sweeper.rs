//! Calls the sweeper and the recounter on their schedules, as EventBridge does.

use std::time::Duration;

use satsuma_aws::{Files, Jobs, Queue};
use satsuma_domain::SystemClock;
use satsuma_domain::sweep::{restart, restart_after_stop};
use satsuma_sweeper::recounter;

use crate::data::DataFolder;
use crate::error::LocalError;
use crate::stop::Stop;

/// How often it sweeps.
const EVERY: Duration = Duration::from_secs(15);

/// Interval of the recounts, and delay of the first one: as on AWS.
const RECOUNT_EVERY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// As much time as the deployed function has.
const RECOUNT_TIME: Duration = Duration::from_secs(890);

/// Recovers jobs of the former process: only one process uses this data folder, so that none of its leases
/// and messages can be valid. A former process that was asked to stop costs no job an attempt.
pub(crate) async fn take_up(jobs: &Jobs, queue: &Queue, folder: &DataFolder) -> Result<(), LocalError> {
    let swept = match folder.was_stopped() {
        true => restart_after_stop(jobs, queue, &SystemClock).await,
        false => restart(jobs, queue, &SystemClock).await,
    };
    let swept = swept.map_err(|fault| LocalError::Store { what: "job store", detail: fault.to_string() })?;
    folder.forget_stop()?;
    if swept.seen > 0 {
        tracing::info!(waiting = swept.requeued, ended = swept.ended, "recovered jobs of the last run");
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

/// Recounts the usage of instances until the service stops.
pub(crate) async fn recount(jobs: Jobs, files: Files, stop: Stop) {
    loop {
        let round = async {
            tokio::time::sleep(RECOUNT_EVERY).await;
            recounter::handle(&jobs, &files, &SystemClock, RECOUNT_TIME).await
        };
        tokio::select! {
            recounted = round => {
                if let Err(fault) = recounted {
                    tracing::warn!(%fault, "not all usage of instances recounted");
                }
            }
            () = stop.stopped() => return,
        }
    }
}
