//! Lists the jobs of an instance, by number.
//!
//! The index knows which jobs there are. All its shards are queried for the next few numbers, which are
//! merged into one page; the jobs of the page are then fetched together. The index may lag behind the jobs,
//! so that a page may have fewer jobs than it could.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures::future::try_join_all;
use satsuma_domain::ports::{ListJobs, Page};
use satsuma_domain::{InstanceId, Job, StoreError};
use serde::Deserialize;

use super::item::{self, Item};
use super::{Jobs, keys, shard};
use crate::fault::fault;
use crate::table::LISTING;

/// Most jobs of one page, for any request: one request fetches so many items.
const MAX_PAGE: usize = 100;

/// Attempts to fetch the rest of a page, if DynamoDB does not return it at once.
const TRIES: u32 = 6;

/// The pause before the second attempt; it doubles from there.
const FIRST_PAUSE: Duration = Duration::from_millis(25);

const OPERATION: &str = "list jobs";

/// The attributes of a job in the index.
#[derive(Debug, Deserialize)]
struct Listed {
    pk: String,
    list_number: u64,
}

#[async_trait]
impl ListJobs for Jobs {
    async fn list_jobs(
        &self,
        instance: &InstanceId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Job>, StoreError> {
        let Some(after) = after.map_or(Some(0), |after| after.parse().ok()) else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let limit = limit.clamp(1, MAX_PAGE);
        let shards = shard::all_listing(instance).map(|shard| self.listed_in(shard, after, limit + 1));
        let mut listed: Vec<Listed> = try_join_all(shards).await?.into_iter().flatten().collect();
        listed.sort_by_key(|entry| entry.list_number);
        let more = listed.len() > limit;
        listed.truncate(limit);
        let next = listed.last().filter(|_| more).map(|last| last.list_number.to_string());
        Ok(Page { items: self.fetch(listed).await?, next })
    }
}

impl Jobs {
    async fn listed_in(&self, shard: String, after: u64, limit: usize) -> Result<Vec<Listed>, StoreError> {
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(LISTING.name)
            .key_condition_expression("list_shard = :shard AND list_number > :after")
            .expression_attribute_values(":shard", AttributeValue::S(shard))
            .expression_attribute_values(":after", AttributeValue::N(after.to_string()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|error| fault(OPERATION, &error))?;
        serde_dynamo::from_items(found.items.unwrap_or_default())
            .map_err(|error| StoreError::permanent(OPERATION, error.to_string()))
    }

    /// The listed jobs, in their order. A removed job, or one whose id belongs to another job now, is left
    /// out. So is a job that cannot be parsed, because it must not hide all others.
    async fn fetch(&self, listed: Vec<Listed>) -> Result<Vec<Job>, StoreError> {
        let numbers: HashMap<String, u64> =
            listed.into_iter().map(|entry| (entry.pk, entry.list_number)).collect();
        let keys = numbers.keys().map(|pk| keys::item_key(pk.clone(), keys::JOB)).collect();
        let mut jobs = Vec::with_capacity(numbers.len());
        for item in self.get_all(keys).await? {
            match item::to_job(item) {
                Ok(job) if numbers.get(&keys::job(&job.key)) == Some(&job.number.0) => jobs.push(job),
                Ok(_) => {}
                Err(fault) => tracing::error!(%fault, "a stored job is left out of the list"),
            }
        }
        jobs.sort_by_key(|job| job.number);
        Ok(jobs)
    }

    pub(super) async fn get_all(&self, mut keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::with_capacity(keys.len());
        for attempt in 0..TRIES {
            if keys.is_empty() {
                return Ok(items);
            }
            if attempt > 0 {
                tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(attempt - 1)).await;
            }
            let wanted = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .build()
                .map_err(|error| StoreError::permanent(OPERATION, error.to_string()))?;
            let got = self
                .client
                .batch_get_item()
                .request_items(&self.table, wanted)
                .send()
                .await
                .map_err(|error| fault(OPERATION, &error))?;
            items.extend(got.responses.unwrap_or_default().remove(&self.table).unwrap_or_default());
            // Too much for one answer, or throttled in part.
            let rest = got.unprocessed_keys.unwrap_or_default().remove(&self.table);
            keys = rest.map(|rest| rest.keys).unwrap_or_default();
        }
        if keys.is_empty() {
            return Ok(items);
        }
        Err(StoreError::transient(OPERATION, format!("{} jobs were not given in {TRIES} tries", keys.len())))
    }
}
