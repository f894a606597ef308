//! Stores recounted usage, unless other writes happened in between.

use async_trait::async_trait;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use satsuma_domain::ports::{Counted, SetUsage};
use satsuma_domain::usage::{Month, Quota};
use satsuma_domain::{InstanceId, StoreError};

use super::usage::{WRITES, counter};
use super::{Jobs, keys};
use crate::fault::fault;

#[async_trait]
impl SetUsage for Jobs {
    async fn usage_writes(&self, instance: &InstanceId) -> Result<u64, StoreError> {
        let item = self.usage_item(instance).await?;
        Ok(match item.as_ref().and_then(|item| item.get(WRITES)) {
            Some(AttributeValue::N(writes)) => writes.parse().unwrap_or(0),
            _ => 0,
        })
    }

    async fn set_usage(
        &self,
        instance: &InstanceId,
        counted: &Counted,
        writes: u64,
    ) -> Result<bool, StoreError> {
        // The months' counters are not written.
        let name = |quota| counter(quota, Month { year: 0, month: 1 });
        let number = |count: u64| AttributeValue::N(count.to_string());
        let set = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::instance(instance), keys::USAGE)))
            .update_expression(
                "SET #queued = :queued, #running = :running, #storage = :storage, #writes = :after",
            )
            .condition_expression("#writes = :before OR (attribute_not_exists(#writes) AND :before = :none)")
            .expression_attribute_names("#queued", name(Quota::QueuedJobs))
            .expression_attribute_names("#running", name(Quota::RunningJobs))
            .expression_attribute_names("#storage", name(Quota::StorageBytes))
            .expression_attribute_names("#writes", WRITES)
            .expression_attribute_values(":queued", number(counted.queued_jobs))
            .expression_attribute_values(":running", number(counted.running_jobs))
            .expression_attribute_values(":storage", number(counted.storage_bytes))
            .expression_attribute_values(":before", number(writes))
            .expression_attribute_values(":after", number(writes.saturating_add(1)))
            .expression_attribute_values(":none", number(0))
            .send()
            .await;
        match set {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(
                    UpdateItemError::ConditionalCheckFailedException(_)
                    // Another write is in progress.
                    | UpdateItemError::TransactionConflictException(_),
                ) => Ok(false),
                _ => Err(fault("store what an instance uses", &error)),
            },
        }
    }
}
