//! Uploads that are checked before they become files.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_s3::types::{MetadataDirective, TaggingDirective};
use bytes::Bytes;
use satsuma_domain::StoreError;
use satsuma_domain::file::FileInfo;
use satsuma_domain::ports::Staging;
use satsuma_domain::uploads::UploadTarget;

use super::uploads::{BYTES, MARK};
use super::{Files, keys};
use crate::encoding::encode;
use crate::fault::fault;

#[async_trait]
impl Staging for Files {
    async fn get_staged(
        &self,
        target: &UploadTarget,
        limit: u64,
    ) -> Result<Option<Result<Bytes, FileInfo>>, StoreError> {
        self.get_object(&keys::staged(&target.key, &target.mark), limit).await
    }

    async fn publish_staged(&self, target: &UploadTarget) -> Result<(), StoreError> {
        let staged = keys::staged(&target.key, &target.mark);
        let copied = self
            .client
            .copy_object()
            .copy_source(format!("{}/{}", encode(&self.bucket), encode(&staged)))
            .bucket(&self.bucket)
            .key(keys::file(&target.key))
            .metadata_directive(MetadataDirective::Replace)
            .set_metadata(Some(HashMap::from([(MARK.to_owned(), target.mark.clone())])))
            .content_type(BYTES)
            .tagging_directive(TaggingDirective::Replace)
            .send()
            .await;
        copied.map(|_| ()).map_err(|error| fault("publish a staged upload", &error))
    }

    async fn remove_staged(&self, target: &UploadTarget) -> Result<(), StoreError> {
        let staged = keys::staged(&target.key, &target.mark);
        let deleted = self.client.delete_object().bucket(&self.bucket).key(staged).send().await;
        deleted.map(|_| ()).map_err(|error| fault("remove a staged upload", &error))
    }
}
