//! Key management that can be set to fail.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;

use crate::error::StoreError;
use crate::ids::InstanceId;
use crate::ports::{Seal, Unseal};
use crate::secrets::{DATA_KEY_BYTES, DataKey, NewDataKey, WrappedKey, WrappingKey};

/// Wraps data keys under a fixed key.
#[derive(Debug, Default)]
pub struct KeyManagement {
    away: AtomicBool,
    drawn: AtomicUsize,
}

impl KeyManagement {
    /// Makes every call fail, or work again.
    pub fn be_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// How many data keys were drawn.
    pub fn drawn(&self) -> usize {
        self.drawn.load(Ordering::SeqCst)
    }

    fn key(&self) -> Result<WrappingKey, StoreError> {
        let away = || StoreError::transient("ask key management", "set to fail");
        let present = !self.away.load(Ordering::SeqCst);
        WrappingKey::new(&[7; DATA_KEY_BYTES]).filter(|_| present).ok_or_else(away)
    }
}

#[async_trait]
impl Seal for KeyManagement {
    async fn new_data_key(&self, instance: &InstanceId) -> Result<NewDataKey, StoreError> {
        let key = self.key()?;
        self.drawn.fetch_add(1, Ordering::SeqCst);
        key.new_data_key(instance).await
    }
}

#[async_trait]
impl Unseal for KeyManagement {
    async fn open_data_key(
        &self,
        instance: &InstanceId,
        wrapped: &WrappedKey,
    ) -> Result<DataKey, StoreError> {
        self.key()?.open_data_key(instance, wrapped).await
    }
}
