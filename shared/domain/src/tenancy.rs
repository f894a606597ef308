//! Instances, access keys, usage, quotas and webhooks. Operations have the names of the Open Service Broker
//! API: provision, update, deprovision, bind, unbind.

mod deprovision;
pub mod instance;
pub mod key;
mod keys;
mod recount;
mod set_webhook;
pub mod usage;
pub mod webhook;

pub use self::deprovision::{Purged, deprovision, purge_some};
pub use self::keys::{bind, bind_key, identify, rotate, unbind};
pub use self::recount::{Recounted, SETTLE, recount};
pub use self::set_webhook::{clear_webhook, set_webhook};
use crate::error::Error;
use crate::ids::InstanceId;
use crate::ports::{CreateInstance, GetInstance, InstanceWritten, ReplaceInstance};
use crate::tenancy::instance::{Instance, InstanceState, Plan};
use crate::tenancy::usage::Quotas;
use crate::time::Clock;

/// Attempts at a change that conflicts with other writes of the instance.
const RACES: usize = 5;

/// Result of a provisioning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provisioned {
    /// The instance was created.
    Created(Instance),
    /// The same instance existed before.
    Existing(Instance),
}

/// Provisions an instance. A repetition changes nothing.
///
/// # Errors
/// [`Error::Conflict`] if the id belongs, or belonged, to another instance; a fault of the store.
pub async fn provision<S>(
    store: &S,
    clock: &dyn Clock,
    id: InstanceId,
    plan: Plan,
    quotas: Quotas,
) -> Result<Provisioned, Error>
where
    S: CreateInstance,
{
    let instance = Instance::new(id, plan, quotas, clock.now());
    match store.create_instance(&instance).await? {
        InstanceWritten::Done => Ok(Provisioned::Created(instance)),
        InstanceWritten::Conflict(Some(held)) if held.state == InstanceState::Deprovisioned => {
            Err(gone(&instance.id))
        }
        InstanceWritten::Conflict(Some(held)) if (held.plan, held.quotas) == (plan, quotas) => {
            Ok(Provisioned::Existing(*held))
        }
        InstanceWritten::Conflict(_) => Err(Error::Conflict(format!(
            "an instance `{}` exists with another plan or other quotas; update it, or choose another id",
            instance.id
        ))),
    }
}

/// Changes of an instance; fields that are missing stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Update {
    /// Its quotas.
    pub quotas: Option<Quotas>,
    /// Whether it is suspended.
    pub suspended: Option<bool>,
    /// Whether keys that were issued before the instance had a record are valid.
    pub earlier_keys: Option<bool>,
}

/// Changes an instance. Quotas below the current usage end nothing; they only refuse new work.
///
/// # Errors
/// [`Error::InstanceNotFound`], [`Error::Conflict`], or a fault of the store.
pub async fn update<S>(store: &S, id: &InstanceId, update: &Update) -> Result<Instance, Error>
where
    S: GetInstance + ReplaceInstance,
{
    change(store, id, |instance| {
        instance.quotas = update.quotas.unwrap_or(instance.quotas);
        instance.earlier_keys = update.earlier_keys.unwrap_or(instance.earlier_keys);
        if let Some(suspended) = update.suspended {
            instance.state = if suspended { InstanceState::Suspended } else { InstanceState::Active };
        }
        Ok(())
    })
    .await
}

/// Changes the newest state of an instance that is not deprovisioned. A change without effect writes
/// nothing.
async fn change<S>(
    store: &S,
    id: &InstanceId,
    mut change: impl FnMut(&mut Instance) -> Result<(), Error>,
) -> Result<Instance, Error>
where
    S: GetInstance + ReplaceInstance,
{
    let held = store.get_instance(id).await?;
    let mut held = held.ok_or_else(|| Error::InstanceNotFound(id.to_string()))?;
    for _ in 0..RACES {
        if held.state == InstanceState::Deprovisioned {
            return Err(gone(id));
        }
        let mut next = held.clone();
        change(&mut next)?;
        if next == held {
            return Ok(held);
        }
        next.version = held.version.next();
        match store.replace_instance(&held, &next).await? {
            InstanceWritten::Done => return Ok(next),
            InstanceWritten::Conflict(Some(current)) => held = *current,
            InstanceWritten::Conflict(None) => return Err(Error::InstanceNotFound(id.to_string())),
        }
    }
    Err(Error::Conflict(format!("the instance `{id}` is being changed by other requests; try again")))
}

fn gone(id: &InstanceId) -> Error {
    Error::Conflict(format!(
        "the instance `{id}` was deprovisioned, and ids are not reused; choose another id"
    ))
}

#[cfg(test)]
mod tests;
