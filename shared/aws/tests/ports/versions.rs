//! Versions of files. s3s-fs keeps none: these tests run only where an endpoint is set. The local service's own S3 is
//! tested for the same.

use satsuma_aws::Files;
use satsuma_domain::testing::suite::versions;

use crate::stores;

/// Files in an empty bucket that keeps versions.
async fn files() -> Option<Files> {
    if stores::endpoint().is_none() {
        eprintln!("skipped: SATSUMA_TEST_ENDPOINT names no endpoint with an S3 that keeps versions");
        return None;
    }
    let (client, bucket) = stores::bucket().await;
    let status = aws_sdk_s3::types::BucketVersioningStatus::Enabled;
    let enabled = aws_sdk_s3::types::VersioningConfiguration::builder().status(status).build();
    client.put_bucket_versioning().bucket(&bucket).versioning_configuration(enabled).send().await.unwrap();
    Some(Files::new(client, bucket))
}

#[tokio::test]
async fn versions_are_listed_newest_first() {
    let Some(files) = files().await else { return };
    versions::versions_are_listed_newest_first(&files).await;
}

#[tokio::test]
async fn a_version_is_restored() {
    let Some(files) = files().await else { return };
    versions::a_version_is_restored(&files).await;
}
