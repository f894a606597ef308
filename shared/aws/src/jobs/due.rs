//! Finds the jobs that are due for the sweeper, and the expired ones.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::try_join_all;
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::{DueJobs, ExpiredJobs};
use satsuma_domain::{StoreError, Timestamp};
use serde::Deserialize;

use super::{Jobs, keys, shard};
use crate::fault::fault;
use crate::table::DUE;

/// The attributes of a job in the index.
#[derive(Debug, Deserialize)]
struct DueItem {
    pk: String,
    due_at: i64,
}

#[async_trait]
impl DueJobs for Jobs {
    async fn due_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        self.longest_due(shard::all_due(), now, limit).await
    }
}

#[async_trait]
impl ExpiredJobs for Jobs {
    fn retention(&self) -> Duration {
        self.retention
    }

    async fn expired_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<JobKey>, StoreError> {
        self.longest_due(shard::all_ended(), now, limit).await
    }
}

impl Jobs {
    async fn longest_due(
        &self,
        shards: impl Iterator<Item = String>,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<JobKey>, StoreError> {
        let shards = shards.map(|shard| self.due_in(shard, now, limit));
        let mut due: Vec<DueItem> = try_join_all(shards).await?.into_iter().flatten().collect();
        due.sort_by_key(|item| item.due_at);
        due.truncate(limit);
        Ok(due.iter().filter_map(|item| keys::parse_job(&item.pk)).collect())
    }

    async fn due_in(&self, shard: String, now: Timestamp, limit: usize) -> Result<Vec<DueItem>, StoreError> {
        let operation = "find due jobs";
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(DUE.name)
            .key_condition_expression("due_shard = :shard AND due_at <= :now")
            .expression_attribute_values(":shard", AttributeValue::S(shard))
            .expression_attribute_values(":now", AttributeValue::N(now.0.to_string()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX).max(1))
            .send()
            .await
            .map_err(|error| fault(operation, &error))?;
        serde_dynamo::from_items(found.items.unwrap_or_default())
            .map_err(|error| StoreError::permanent(operation, error.to_string()))
    }
}
