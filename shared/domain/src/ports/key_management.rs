//! Key management: seals and opens passwords and signing secrets.

use async_trait::async_trait;

use crate::error::StoreError;
use crate::ids::InstanceId;
use crate::secrets::{DataKey, NewDataKey, WrappedKey};

/// Draws keys that seal passwords before they are stored.
#[async_trait]
pub trait Seal: Send + Sync {
    /// A new data key for secrets of this instance, in plain and wrapped form. Every fault is transient:
    /// nothing was stored yet.
    async fn new_data_key(&self, instance: &InstanceId) -> Result<NewDataKey, StoreError>;
}

/// Opens the keys that sealed passwords.
#[async_trait]
pub trait Unseal: Send + Sync {
    /// The data key that [`Seal`] drew for this very instance.
    async fn open_data_key(&self, instance: &InstanceId, wrapped: &WrappedKey)
    -> Result<DataKey, StoreError>;
}
