//! The end of an instance: closed with one write, emptied in steps of bounded size.

use super::change;
use super::keys::{forget, keys_of};
use crate::error::{Error, StoreError};
use crate::ids::InstanceId;
use crate::ports::{
    GetInstance, GetUsage, ListJobs, PurgeFiles, RemoveJob, RemoveKey, ReplaceInstance, Written,
};
use crate::tenancy::instance::InstanceState;
use crate::tenancy::key::KeyLookup;
use crate::tenancy::usage::usage_now;
use crate::time::Clock;

/// Most jobs that one step removes.
const JOBS_A_STEP: usize = 100;

/// Counts of what one step removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Purged {
    /// Jobs.
    pub jobs: usize,
    /// Files and results.
    pub files: usize,
    /// Whether another step is needed.
    pub more: bool,
}

/// Closes an instance: its keys are revoked, and new work is refused. [`purge_some`] removes its jobs and
/// files. Closing it again has no effect.
///
/// # Errors
/// [`Error::Conflict`] while jobs run, unless `force`d; [`Error::InstanceNotFound`], or a fault of the
/// store.
pub async fn deprovision<S>(store: &S, clock: &dyn Clock, id: &InstanceId, force: bool) -> Result<(), Error>
where
    S: GetInstance + ReplaceInstance + GetUsage + RemoveKey,
{
    let held = store.get_instance(id).await?.ok_or_else(|| Error::InstanceNotFound(id.to_string()))?;
    if held.state == InstanceState::Deprovisioned {
        return Ok(());
    }
    let running = usage_now(store, clock, id).await?.running_jobs;
    if running > 0 && !force {
        return Err(Error::Conflict(format!(
            "{running} jobs of the instance `{id}` are running; wait for them, delete them, or force it"
        )));
    }
    let mut dead: Vec<KeyLookup> = Vec::new();
    change(store, id, |instance| {
        dead = instance.bindings.drain(..).flat_map(|binding| keys_of(&binding)).collect();
        instance.earlier_keys = false;
        instance.webhook = None;
        instance.state = InstanceState::Deprovisioned;
        Ok(())
    })
    .await?;
    forget(store, &dead).await;
    Ok(())
}

/// Removes some jobs and files of a closed instance; call it until none are left. A running job is removed
/// like any other: its worker finds its lease void and drops its results.
///
/// # Errors
/// [`Error::Conflict`] where the instance is not closed, or a fault of the store.
pub async fn purge_some<S, F>(store: &S, files: &F, id: &InstanceId) -> Result<Purged, Error>
where
    S: GetInstance + ListJobs + RemoveJob,
    F: PurgeFiles,
{
    let held = store.get_instance(id).await?;
    if held.is_none_or(|instance| instance.state != InstanceState::Deprovisioned) {
        return Err(Error::Conflict(format!("the instance `{id}` is not deprovisioned")));
    }
    let page = store.list_jobs(id, None, JOBS_A_STEP).await?;
    let mut purged = Purged { more: page.next.is_some(), ..Purged::default() };
    for job in &page.items {
        match removed(store, job).await? {
            true => purged.jobs += 1,
            false => purged.more = true,
        }
    }
    purged.files = files.purge_files(id).await?;
    purged.more |= purged.jobs + purged.files > 0;
    Ok(purged)
}

/// True if the job was removed; another writer may have changed it since it was listed.
async fn removed<S: RemoveJob>(store: &S, job: &crate::job::Job) -> Result<bool, StoreError> {
    match store.remove_job(job).await? {
        Written::Done => Ok(true),
        Written::Conflict(Some(current)) => Ok(store.remove_job(&current).await? == Written::Done),
        Written::Conflict(None) | Written::OverQuota(_) => Ok(false),
    }
}
