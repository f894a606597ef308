//! Names of the table, bucket and queue, as the environment gives them.

use thiserror::Error;

/// The environment variable that names the DynamoDB table.
pub const TABLE: &str = "SATSUMA_TABLE";

/// The environment variable that names the S3 bucket.
pub const BUCKET: &str = "SATSUMA_BUCKET";

/// The environment variable that holds the URL of the SQS queue.
pub const QUEUE_URL: &str = "SATSUMA_QUEUE_URL";

/// A function was started without an environment variable that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the environment variable {0} is not set or not text; the template sets it")]
pub struct MissingSetting(pub &'static str);

pub(crate) fn setting(name: &'static str) -> Result<String, MissingSetting> {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok(value),
        _ => Err(MissingSetting(name)),
    }
}
