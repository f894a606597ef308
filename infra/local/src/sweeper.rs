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

/// How often it counts anew what instances use, first when it has run for so long: as on AWS.
const RECOUNT_EVERY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// As much time as the deployed function has.
const RECOUNT_TIME: Duration = Duration::from_secs(890);

/// Takes up what the former process left: it was the only one that used this data folder, so no lease
/// and no message of its can be alive.
/// Where that one was asked to stop, no job has lost an attempt by it.
pub(crate) async fn take_up(jobs: &Jobs, queue: &Queue, folder: &DataFolder) -> Result<(), LocalError> {
    let swept = match folder.was_stopped() {
        true => restart_after_stop(jobs, queue, &SystemClock).await,
        false => restart(jobs, queue, &SystemClock).await,
    };
    let swept = swept.map_err(|fault| LocalError::Store { what: "job store", detail: fault.to_string() })?;
    folder.forget_stop()?;
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

/// Counts anew what instances use, until it is time to stop.
pub(crate) async fn recount(jobs: Jobs, files: Files, stop: Stop) {
    loop {
        let round = async {
            tokio::time::sleep(RECOUNT_EVERY).await;
            recounter::handle(&jobs, &files, &SystemClock, RECOUNT_TIME).await
        };
        tokio::select! {
            recounted = round => {
                if let Err(fault) = recounted {
                    tracing::warn!(%fault, "not all instances were counted anew");
                }
            }
            () = stop.stopped() => return,
        }
    }
}
