//! Instances and their keys, by the names that the Open Service Broker API gives to what is done with
//! them: provision, update, deprovision, bind, unbind.
//!
//! An instance's record says which keys are good; a key's own record only leads to it. So a key is dead
//! with one write, whatever else fails.

mod deprovision;
mod recount;
mod webhook;

use std::time::Duration;

pub use self::deprovision::{Purged, deprovision, purge_some};
pub use self::recount::recount;
pub use self::webhook::{clear_webhook, set_webhook};
use crate::error::{Error, StoreError};
use crate::ids::{BindingId, InstanceId};
use crate::instance::{Binding, FormerKey, Instance, InstanceState, MAX_BINDINGS, Plan};
use crate::key::{AccessKey, KeyLookup, KeyRecord};
use crate::ports::{
    CreateInstance, GetInstance, GetKey, InstanceWritten, PutKey, RemoveKey, ReplaceInstance,
};
use crate::time::{Clock, Timestamp};
use crate::usage::Quotas;

/// How often a change is tried again when others write the same instance.
const RACES: usize = 5;

/// Whose key this is; nobody's where it was never issued, was taken back or has ended, and where its
/// instance is not served.
///
/// # Errors
/// A fault of the store.
pub async fn identify<S>(
    store: &S,
    clock: &dyn Clock,
    key: &AccessKey,
) -> Result<Option<InstanceId>, StoreError>
where
    S: GetKey + GetInstance,
{
    let Some(record) = store.get_key(&key.lookup()).await?.filter(|record| record.admits(key)) else {
        return Ok(None);
    };
    let admitted = match store.get_instance(&record.instance).await? {
        Some(instance) => instance.admits(&record, clock.now()),
        // Issued before instances had records.
        None => record.binding.is_none(),
    };
    Ok(admitted.then_some(record.instance))
}

/// What a provisioning did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provisioned {
    /// There was no such instance.
    Created(Instance),
    /// There was just this one.
    Existing(Instance),
}

/// Makes an instance. The same again changes nothing.
///
/// # Errors
/// [`Error::Conflict`] where the id is another one's, or was; a fault of the store.
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

/// What is to change of an instance; what is missing stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Update {
    /// What it may use.
    pub quotas: Option<Quotas>,
    /// Whether it is suspended.
    pub suspended: Option<bool>,
    /// Whether keys are good that were issued before it had a record.
    pub earlier_keys: Option<bool>,
}

/// Changes an instance. Quotas below what is used end nothing; they refuse what is new.
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

/// Issues a key for an instance. It is told here once, and stored nowhere.
///
/// # Errors
/// [`Error::Conflict`] where the binding exists: its key cannot be told again, but rotated.
/// [`Error::InstanceNotFound`], or a fault of the store.
pub async fn bind<S>(
    store: &S,
    clock: &dyn Clock,
    instance: &InstanceId,
    id: BindingId,
    expires_at: Option<Timestamp>,
) -> Result<AccessKey, Error>
where
    S: GetInstance + ReplaceInstance + PutKey,
{
    let key = AccessKey::generate()?;
    bind_key(store, clock, instance, id, expires_at, &key).await?;
    Ok(key)
}

/// Binds a key that was made elsewhere.
///
/// # Errors
/// As [`bind`].
pub async fn bind_key<S>(
    store: &S,
    clock: &dyn Clock,
    instance: &InstanceId,
    id: BindingId,
    expires_at: Option<Timestamp>,
    key: &AccessKey,
) -> Result<(), Error>
where
    S: GetInstance + ReplaceInstance + PutKey,
{
    let (now, lookup) = (clock.now(), key.lookup());
    // Opens nothing before the instance knows of it.
    store.put_key(&KeyRecord::new(key, instance.clone(), now).of_binding(id.clone())).await?;
    change(store, instance, |instance| {
        if instance.binding(&id).is_some_and(|held| held.key == lookup) {
            return Ok(());
        }
        if instance.binding(&id).is_some() {
            let message =
                format!("the instance `{}` has a key `{id}` already; rotate it for a new one", instance.id);
            return Err(Error::Conflict(message));
        }
        if instance.bindings.len() >= MAX_BINDINGS {
            let message =
                format!("the instance `{}` has {MAX_BINDINGS} keys, the most there can be", instance.id);
            return Err(Error::Conflict(message));
        }
        instance.bindings.push(Binding {
            id: id.clone(),
            key: lookup.clone(),
            created_at: now,
            rotated_at: None,
            expires_at,
            former: None,
        });
        Ok(())
    })
    .await
    .map(drop)
}

/// Takes a key back: it opens nothing from then on.
///
/// # Errors
/// [`Error::BindingNotFound`], [`Error::InstanceNotFound`], or a fault of the store.
pub async fn unbind<S>(store: &S, instance: &InstanceId, id: &BindingId) -> Result<(), Error>
where
    S: GetInstance + ReplaceInstance + RemoveKey,
{
    let mut dead = Vec::new();
    change(store, instance, |instance| {
        let place = instance.bindings.iter().position(|binding| binding.id == *id);
        let place = place.ok_or_else(|| Error::BindingNotFound(id.to_string()))?;
        dead = keys_of(&instance.bindings.remove(place));
        Ok(())
    })
    .await?;
    forget(store, &dead).await;
    Ok(())
}

/// Exchanges a binding's key for a new one; the former one stays good for `overlap`, and the one before
/// it ends at once.
///
/// # Errors
/// As [`unbind`].
pub async fn rotate<S>(
    store: &S,
    clock: &dyn Clock,
    instance: &InstanceId,
    id: &BindingId,
    overlap: Duration,
) -> Result<AccessKey, Error>
where
    S: GetInstance + ReplaceInstance + PutKey + RemoveKey,
{
    let key = AccessKey::generate()?;
    let (now, lookup) = (clock.now(), key.lookup());
    store.put_key(&KeyRecord::new(&key, instance.clone(), now).of_binding(id.clone())).await?;
    let mut dead = Vec::new();
    change(store, instance, |instance| {
        let binding = instance.bindings.iter_mut().find(|binding| binding.id == *id);
        let binding = binding.ok_or_else(|| Error::BindingNotFound(id.to_string()))?;
        let former = std::mem::replace(&mut binding.key, lookup.clone());
        dead = binding.former.take().map(|former| former.key).into_iter().collect();
        if overlap.is_zero() {
            dead.push(former);
        } else {
            binding.former = Some(FormerKey { key: former, until: now.plus(overlap) });
        }
        binding.rotated_at = Some(now);
        Ok(())
    })
    .await?;
    forget(store, &dead).await;
    Ok(key)
}

/// Changes the newest state of an instance that is not gone. A change that leaves everything as it is
/// writes nothing.
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
    Err(Error::Conflict(format!("the instance `{id}` is being changed by others; try again")))
}

fn gone(id: &InstanceId) -> Error {
    Error::Conflict(format!(
        "the instance `{id}` was deprovisioned, and no id is given out twice; choose another id"
    ))
}

fn keys_of(binding: &Binding) -> Vec<KeyLookup> {
    let former = binding.former.as_ref().map(|former| former.key.clone());
    former.into_iter().chain([binding.key.clone()]).collect()
}

/// Removes the records of keys that open nothing any more.
async fn forget<S: RemoveKey>(store: &S, keys: &[KeyLookup]) {
    for key in keys {
        if let Err(fault) = store.remove_key(key).await {
            tracing::warn!(%fault, "the record of a dead key stays; it opens nothing");
        }
    }
}

#[cfg(test)]
mod tests;
