//! Removes files.

use async_trait::async_trait;
use satsuma_domain::StoreError;
use satsuma_domain::file::FileKey;
use satsuma_domain::ports::RemoveFile;

use super::{Files, keys};
use crate::fault::fault;

#[async_trait]
impl RemoveFile for Files {
    /// S3 does not report whether there was something to delete, so it is checked before: two concurrent
    /// deletions may both return true.
    async fn remove_file(&self, key: &FileKey) -> Result<bool, StoreError> {
        let key = keys::file(key);
        if self.head(&key).await?.is_none() {
            return Ok(false);
        }
        let deleted = self.client.delete_object().bucket(&self.bucket).key(&key).send().await;
        deleted.map(|_| true).map_err(|error| fault("delete a file", &error))
    }
}
