//! Names of the table, bucket and queue, from the environment.

use std::time::Duration;

use satsuma_domain::retention::DEFAULT_RETENTION;
use thiserror::Error;

/// The environment variable that names the DynamoDB table.
pub const TABLE: &str = "SATSUMA_TABLE";

/// The environment variable that names the S3 bucket.
pub const BUCKET: &str = "SATSUMA_BUCKET";

/// The environment variable that holds the URL of the SQS queue.
pub const QUEUE_URL: &str = "SATSUMA_QUEUE_URL";

/// The environment variable with the retention of ended jobs and their results, in days.
pub const RETENTION_DAYS: &str = "SATSUMA_RETENTION_DAYS";

/// The environment variable that names the KMS key that wraps the data keys of passwords.
pub const SEAL_KEY: &str = "SATSUMA_SEAL_KEY";

/// The environment variable that holds the URL of the SQS queue of notices.
pub const NOTICES_URL: &str = "SATSUMA_NOTICES_URL";

/// The environment variable that names the EventBridge bus.
pub const EVENT_BUS: &str = "SATSUMA_EVENT_BUS";

/// A function was started without an environment variable that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the environment variable {0} is not set or not text; the template sets it")]
pub struct MissingSetting(pub &'static str);

/// The retention of ended jobs: the number of days in [`RETENTION_DAYS`], if it is 1 or more.
#[must_use]
pub fn retention() -> Duration {
    let days = std::env::var(RETENTION_DAYS).ok().and_then(|days| days.parse::<u64>().ok());
    let days = days.filter(|days| *days > 0);
    days.map_or(DEFAULT_RETENTION, |days| Duration::from_secs(days.saturating_mul(SECONDS_A_DAY)))
}

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

pub(crate) fn setting(name: &'static str) -> Result<String, MissingSetting> {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok(value),
        _ => Err(MissingSetting(name)),
    }
}
