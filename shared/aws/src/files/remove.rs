//! Removes files.

use async_trait::async_trait;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use satsuma_domain::StoreError;
use satsuma_domain::file::FileKey;
use satsuma_domain::ports::RemoveFile;

use super::{Files, keys};
use crate::fault::fault;

/// Attempts at a deletion while others replace the file.
const RACES: usize = 5;

const OPERATION: &str = "delete a file";

#[async_trait]
impl RemoveFile for Files {
    /// S3 does not report whether there was something to delete, so the object is checked before, and only
    /// that object is deleted: of several concurrent deletions, one returns true.
    async fn remove_file(&self, key: &FileKey) -> Result<bool, StoreError> {
        let key = keys::file(key);
        for _ in 0..RACES {
            let Some(e_tag) = self.e_tag(&key).await? else { return Ok(false) };
            let delete = self.client.delete_object().bucket(&self.bucket).key(&key).if_match(e_tag);
            match delete.send().await {
                Ok(_) => return Ok(true),
                // Another request deleted or replaced it.
                Err(error) if is_other(&error) => {}
                Err(error) => return Err(fault(OPERATION, &error)),
            }
        }
        Err(StoreError::transient(OPERATION, "others keep writing it"))
    }
}

impl Files {
    /// The entity tag of an object: it identifies one content of the key.
    async fn e_tag(&self, key: &str) -> Result<Option<String>, StoreError> {
        match self.client.head_object().bucket(&self.bucket).key(key).send().await {
            Ok(head) => Ok(Some(head.e_tag.unwrap_or_default())),
            Err(error) if error.as_service_error().is_some_and(|refusal| refusal.is_not_found()) => Ok(None),
            Err(error) => Err(fault("look at a file", &error)),
        }
    }
}

/// Whether there is no such object any more, or one with another content.
fn is_other<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    let code = error.as_service_error().and_then(|refusal| refusal.code());
    matches!(code, Some("PreconditionFailed" | "NoSuchKey" | "ConditionalRequestConflict"))
}
