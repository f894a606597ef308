//! A job as an item of the table.
//!
//! The job itself is one attribute of JSON text. A map of attributes would be about the same size, but
//! DynamoDB's numbers do not cover every number that a definition may have (1e300), and text preserves the
//! exact value. Conditions and indexes use the attributes beside it. Attributes and fields that this version
//! does not know are ignored.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use satsuma_domain::ids::{JobUuid, Version};
use satsuma_domain::{Job, StoreError};
use serde::{Deserialize, Serialize};

use super::{keys, shard};

/// Largest stored job, as JSON, in bytes: DynamoDB accepts items of 400 KB, and keys and index attributes
/// need a part.
const MAX_JOB_BYTES: usize = 390 * 1024;

/// An item of the table.
pub(super) type Item = HashMap<String, AttributeValue>;

/// The attributes of a job's item, by their names in the table.
#[derive(Debug, Serialize)]
struct JobItem {
    pk: String,
    sk: &'static str,
    uuid: String,
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_shard: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
    list_shard: String,
    list_number: u64,
    job: String,
}

/// The attributes that are read.
#[derive(Debug, Deserialize)]
struct StoredJob {
    job: String,
}

/// The item that holds `job`.
///
/// An ended job is in the due index as well, with the time at which its `retention` is over, but in shards
/// of its own.
pub(super) fn of_job(job: &Job, retention: Duration) -> Result<Item, StoreError> {
    let operation = "write a job as an item";
    let json =
        serde_json::to_string(job).map_err(|error| StoreError::permanent(operation, error.to_string()))?;
    if json.len() > MAX_JOB_BYTES {
        let detail = format!("the job has {} bytes, an item holds {MAX_JOB_BYTES}", json.len());
        return Err(StoreError::permanent(operation, detail));
    }
    let pk = keys::job(&job.key);
    let due = job.due_at().map(|due| (shard::due(&pk), due.0));
    let expiry = || job.ended_at().map(|ended| (shard::ended(&pk), ended.plus(retention).0));
    let (due_shard, due_at) = due.or_else(expiry).unzip();
    let item = JobItem {
        sk: keys::JOB,
        uuid: job.uuid.to_string(),
        version: job.version.0,
        due_shard,
        due_at,
        list_shard: shard::listing(&job.key.instance, job.number),
        list_number: job.number.0,
        job: json,
        pk,
    };
    serde_dynamo::to_item(item).map_err(|error| StoreError::permanent(operation, error.to_string()))
}

/// Which job an item holds, and how often it was written.
#[derive(Debug, Deserialize)]
struct StoredVersion {
    uuid: JobUuid,
    version: Version,
}

/// The job and its version, from these two attributes.
pub(super) fn to_version(item: Item) -> Result<(JobUuid, Version), StoreError> {
    let stored = serde_dynamo::from_item::<_, StoredVersion>(item);
    let stored = stored.map_err(|error| StoreError::permanent("read a job's version", error.to_string()))?;
    Ok((stored.uuid, stored.version))
}

/// The job that an item holds.
pub(super) fn to_job(item: Item) -> Result<Job, StoreError> {
    let unreadable = |error: String| StoreError::permanent("read a job's item", error);
    let stored: StoredJob = serde_dynamo::from_item(item).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_str(&stored.job).map_err(|error| unreadable(error.to_string()))
}

#[cfg(test)]
mod tests;
