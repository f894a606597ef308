//! Presigned links: files that exceed a function's response are fetched directly from S3.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::presigning::PresigningConfig;
use satsuma_domain::StoreError;
use satsuma_domain::file::FileKey;
use satsuma_domain::ports::LinkFile;

use super::{Files, keys};
use crate::encoding::encode;
use crate::fault::fault;

/// How long a link admits: long enough to begin a download, short enough to be worthless in a log.
const LIFE: Duration = Duration::from_secs(300);

const OPERATION: &str = "link to a file";

#[async_trait]
impl LinkFile for Files {
    async fn link_to(&self, key: &FileKey, save_as: &str) -> Result<String, StoreError> {
        let lasting = PresigningConfig::expires_in(LIFE)
            .map_err(|error| StoreError::permanent(OPERATION, error.to_string()))?;
        let presigned = self
            .links
            .get_object()
            .bucket(&self.bucket)
            .key(keys::file(key))
            .response_content_disposition(format!("attachment; filename*=UTF-8''{}", encode(save_as)))
            .presigned(lasting)
            .await;
        presigned.map(|request| request.uri().to_owned()).map_err(|error| fault(OPERATION, &error))
    }
}
