//! Key management on AWS: KMS, which generates data keys and wraps them under a key that never leaves it.
//!
//! Every call names the instance in its encryption context, so that a wrapped key opens only for its own
//! instance, and CloudTrail records the instance.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::config::http::HttpResponse;
use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::DataKeySpec;
use satsuma_domain::ports::{Seal, Unseal};
use satsuma_domain::secret::{DataKey, NewDataKey, WrappedKey};
use satsuma_domain::{InstanceId, StoreError};
use zeroize::Zeroizing;

use crate::config;
use crate::encoding::encode;
use crate::fault::fault;
use crate::settings::{MissingSetting, SEAL_KEY, setting};

/// Name of the instance in the encryption context.
const INSTANCE: &str = "satsuma:instance";

/// Data keys of one KMS key.
#[derive(Debug, Clone)]
pub struct KeyManagement {
    client: Client,
    key: String,
    purpose: &'static str,
}

impl KeyManagement {
    /// Name of the purpose in the encryption context; the key's policy requires it.
    pub const PURPOSE: &str = "satsuma:purpose";

    /// Passwords in job definitions: sealed by submissions; no function may open them yet.
    pub const JOB_PASSWORDS: &str = "job-passwords";

    /// Signing secrets of webhooks: opened by the notifier.
    pub const WEBHOOK_SECRETS: &str = "webhook-secrets";

    /// The KMS key of this id or ARN, through this client, for passwords of jobs.
    pub fn new(client: Client, key: impl Into<String>) -> Self {
        Self { client, key: key.into(), purpose: Self::JOB_PASSWORDS }
    }

    /// The same key for the secrets of webhooks: secrets of one purpose do not open for the other.
    #[must_use]
    pub fn for_webhooks(self) -> Self {
        Self { purpose: Self::WEBHOOK_SECRETS, ..self }
    }

    /// The context of a call. Ids may hold any character; CloudTrail and conditions of policies like few.
    fn context(&self, instance: &InstanceId) -> HashMap<String, String> {
        HashMap::from([
            (Self::PURPOSE.to_owned(), self.purpose.to_owned()),
            (INSTANCE.to_owned(), encode(instance.as_str())),
        ])
    }

    /// The key that the environment names ([`SEAL_KEY`]).
    ///
    /// # Errors
    /// [`MissingSetting`].
    pub async fn from_env() -> Result<Self, MissingSetting> {
        let key = setting(SEAL_KEY)?;
        Ok(Self::new(Client::new(&config::load().await), key))
    }
}

/// All faults of KMS are transient: nothing was stored, and an operator must restore a missing grant or a
/// disabled key. The caller retries later.
fn unavailable<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    StoreError { transient: true, ..fault(operation, error) }
}

/// The data key of an answer. The SDK's own copies of the answer are not wiped.
fn data_key(operation: &'static str, plaintext: Option<Blob>) -> Result<DataKey, StoreError> {
    let plaintext = plaintext.map(|blob| Zeroizing::new(blob.into_inner()));
    plaintext
        .and_then(|plaintext| DataKey::new(&plaintext))
        .ok_or_else(|| StoreError::permanent(operation, "the answer holds no data key of 256 bits"))
}

#[async_trait]
impl Seal for KeyManagement {
    async fn new_data_key(&self, instance: &InstanceId) -> Result<NewDataKey, StoreError> {
        let operation = "generate a data key";
        let drawn = self
            .client
            .generate_data_key()
            .key_id(&self.key)
            .key_spec(DataKeySpec::Aes256)
            .set_encryption_context(Some(self.context(instance)))
            .send()
            .await
            .map_err(|error| unavailable(operation, &error))?;
        let wrapped = drawn.ciphertext_blob.map(|blob| WrappedKey(blob.into_inner()));
        let wrapped =
            wrapped.ok_or_else(|| StoreError::permanent(operation, "the answer holds no wrapped key"))?;
        Ok(NewDataKey { key: data_key(operation, drawn.plaintext)?, wrapped })
    }
}

#[async_trait]
impl Unseal for KeyManagement {
    async fn open_data_key(
        &self,
        instance: &InstanceId,
        wrapped: &WrappedKey,
    ) -> Result<DataKey, StoreError> {
        let operation = "open a data key";
        let opened = self
            .client
            .decrypt()
            // Named, so that nothing that another key wrapped is ever opened.
            .key_id(&self.key)
            .ciphertext_blob(Blob::new(wrapped.0.clone()))
            .set_encryption_context(Some(self.context(instance)))
            .send()
            .await
            .map_err(|error| unavailable(operation, &error))?;
        data_key(operation, opened.plaintext)
    }
}
