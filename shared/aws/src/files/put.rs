//! Writes files.

use std::path::Path;

use async_trait::async_trait;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use satsuma_domain::StoreError;
use satsuma_domain::file::FileKey;
use satsuma_domain::ports::PutFile;

use super::multipart::unreadable;
use super::{Files, keys};
use crate::fault::fault;

#[async_trait]
impl PutFile for Files {
    async fn put_file(&self, key: &FileKey, media_type: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.put_object(&keys::file(key), media_type, bytes.into(), keys::tags(key)).await
    }

    async fn upload(&self, key: &FileKey, media_type: &str, from: &Path) -> Result<(), StoreError> {
        let (key, tags) = (keys::file(key), keys::tags(key));
        let bytes = tokio::fs::metadata(from).await.map_err(|error| unreadable(&error))?.len();
        if bytes > self.multipart.above {
            return self.upload_parts(&key, media_type, from, bytes, tags).await;
        }
        let body = ByteStream::from_path(from).await.map_err(|error| unreadable(&error))?;
        self.put_object(&key, media_type, body, tags).await
    }
}

impl Files {
    /// Stores one object. How it is encrypted is the bucket's default.
    pub(super) async fn put_object(
        &self,
        key: &str,
        media_type: &str,
        body: ByteStream,
        tags: Option<&str>,
    ) -> Result<(), StoreError> {
        let put = self.client.put_object().bucket(&self.bucket).key(key);
        let put = put.content_type(media_type).set_tagging(tags.map(str::to_owned)).body(body).send().await;
        put.map(|_| ()).map_err(|error| fault("put a file", &error))
    }
}
