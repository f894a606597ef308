//! Key management in this process, for a service on a single machine.

use async_trait::async_trait;

use super::cipher;
use super::data_key::{DATA_KEY_BYTES, DataKey, NewDataKey, WrappedKey};
use crate::error::StoreError;
use crate::ids::InstanceId;
use crate::ports::{Seal, Unseal};

/// Wraps data keys under a key that this process holds.
#[derive(Debug)]
pub struct WrappingKey(DataKey);

impl WrappingKey {
    /// Draws a new one.
    ///
    /// # Errors
    /// A fault of the system's random generator.
    pub fn draw() -> Result<Self, StoreError> {
        draw().map(Self)
    }

    /// The stored key; `None` for another length.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        DataKey::new(bytes).map(Self)
    }

    /// The key itself, to be kept where only its owner reads.
    #[must_use]
    pub fn reveal(&self) -> &[u8; DATA_KEY_BYTES] {
        self.0.reveal()
    }
}

/// The context that a wrapped key is bound to.
fn place(instance: &InstanceId) -> Vec<u8> {
    format!("satsuma data key {instance}").into_bytes()
}

fn draw() -> Result<DataKey, StoreError> {
    let mut bytes = zeroize::Zeroizing::new([0_u8; DATA_KEY_BYTES]);
    let operation = "generate a data key";
    getrandom::fill(&mut *bytes).map_err(|fault| StoreError::transient(operation, fault.to_string()))?;
    DataKey::new(&*bytes).ok_or_else(|| StoreError::permanent(operation, "it has another length"))
}

#[async_trait]
impl Seal for WrappingKey {
    async fn new_data_key(&self, instance: &InstanceId) -> Result<NewDataKey, StoreError> {
        let key = draw()?;
        let wrapped = cipher::seal(self.0.reveal(), &place(instance), key.reveal())?;
        Ok(NewDataKey { key, wrapped: WrappedKey(wrapped) })
    }
}

#[async_trait]
impl Unseal for WrappingKey {
    async fn open_data_key(&self, instance: &InstanceId, key: &WrappedKey) -> Result<DataKey, StoreError> {
        let operation = "open a data key";
        let opened = cipher::open(self.0.reveal(), &place(instance), &key.0)
            .map_err(|error| StoreError::permanent(operation, error.to_string()))?;
        DataKey::new(&opened).ok_or_else(|| StoreError::permanent(operation, "it has another length"))
    }
}
