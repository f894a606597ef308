//! Shards of the two indexes: writes of one tenant, or of one time, are spread over several partitions.
//! Readers query all of them at once.

use satsuma_domain::{InstanceId, JobNumber};
use sha2::{Digest, Sha256};

use crate::encoding::encode;

/// Shards of the due index, over all instances. A partition accepts 1,000 writes a second, and every running
/// job writes one per heartbeat: enough for tens of thousands.
pub(super) const DUE_SHARDS: u8 = 8;

/// Prefix of the due index's shards of ended jobs.
const ENDED: &str = "ended-";

/// Shards of the listing, for each instance. Written when a job is created and removed only.
pub(super) const LIST_SHARDS: u64 = 4;

/// The due shard of the job with this partition key.
pub(super) fn due(pk: &str) -> String {
    let hash = Sha256::digest(pk.as_bytes());
    let byte = hash.first().copied().unwrap_or_default();
    due_name(byte % DUE_SHARDS)
}

fn due_name(shard: u8) -> String {
    shard.to_string()
}

/// All due shards.
pub(super) fn all_due() -> impl Iterator<Item = String> {
    (0..DUE_SHARDS).map(due_name)
}

/// The shard of the due index with the expiry of an ended job: the sweep of due jobs does not read it.
pub(super) fn ended(pk: &str) -> String {
    format!("{ENDED}{}", due(pk))
}

/// All shards of ended jobs.
pub(super) fn all_ended() -> impl Iterator<Item = String> {
    all_due().map(|shard| format!("{ENDED}{shard}"))
}

/// The listing shard of a job: consecutive numbers are in different ones.
pub(super) fn listing(instance: &InstanceId, number: JobNumber) -> String {
    listing_name(instance, number.0 % LIST_SHARDS)
}

fn listing_name(instance: &InstanceId, shard: u64) -> String {
    format!("{}#{shard}", encode(instance.as_str()))
}

/// All listing shards of an instance.
pub(super) fn all_listing(instance: &InstanceId) -> impl Iterator<Item = String> {
    (0..LIST_SHARDS).map(|shard| listing_name(instance, shard))
}
