//! Keys of an instance: issue, rotate, revoke, identify.
//!
//! The instance's record lists the valid keys; a key's own record only leads to the instance. So one write
//! revokes a key, whatever else fails.

use std::time::Duration;

use super::change;
use crate::error::{Error, StoreError};
use crate::ids::{BindingId, InstanceId};
use crate::ports::{GetInstance, GetKey, PutKey, RemoveKey, ReplaceInstance};
use crate::tenancy::instance::{Binding, FormerKey, MAX_BINDINGS};
use crate::tenancy::key::{AccessKey, KeyLookup, KeyRecord};
use crate::time::{Clock, Timestamp};

/// The instance of this key; `None` if the key was never issued, was revoked or has expired, and if its
/// instance is not active.
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

/// Issues a key for an instance. It is returned once, here, and never stored.
///
/// # Errors
/// [`Error::Conflict`] if the binding exists: its key cannot be shown again, but can be rotated.
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
                format!("the instance `{}` has {MAX_BINDINGS} keys, which is the limit", instance.id);
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

/// Revokes a key.
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

/// Replaces a binding's key by a new one. The previous one stays valid for `overlap`; the one before it
/// expires at once.
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

pub(super) fn keys_of(binding: &Binding) -> Vec<KeyLookup> {
    let former = binding.former.as_ref().map(|former| former.key.clone());
    former.into_iter().chain([binding.key.clone()]).collect()
}

/// Removes the records of keys that open nothing any more.
pub(super) async fn forget<S: RemoveKey>(store: &S, keys: &[KeyLookup]) {
    for key in keys {
        if let Err(fault) = store.remove_key(key).await {
            tracing::warn!(%fault, "the record of a revoked key was not removed; it has no effect");
        }
    }
}
