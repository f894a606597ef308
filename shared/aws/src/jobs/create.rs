//! Stores a job that did not exist.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{
    AttributeValue, Put, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use satsuma_domain::ports::{CreateJob, Written};
use satsuma_domain::usage::Change;
use satsuma_domain::{InstanceId, Job, JobNumber, StoreError};

use super::transact::Transacted;
use super::{Jobs, item, keys};
use crate::fault::fault;

/// The attribute that counts an instance's jobs.
const LAST_NUMBER: &str = "last_number";

#[async_trait]
impl CreateJob for Jobs {
    async fn next_number(&self, instance: &InstanceId) -> Result<JobNumber, StoreError> {
        let operation = "draw a job number";
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::instance(instance), keys::COUNTER)))
            .update_expression("ADD #last :one")
            .expression_attribute_names("#last", LAST_NUMBER)
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(|error| fault(operation, &error))?;
        let number = match counted.attributes.as_ref().and_then(|attributes| attributes.get(LAST_NUMBER)) {
            Some(AttributeValue::N(number)) => number.parse().ok(),
            _ => None,
        };
        number
            .map(JobNumber)
            .ok_or_else(|| StoreError::permanent(operation, "the counter answered without a number"))
    }

    async fn create_job(&self, job: &Job) -> Result<Written, StoreError> {
        let operation = "create a job";
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item::of_job(job, self.retention)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(|error| StoreError::permanent(operation, error.to_string()))?;
        let put = TransactWriteItem::builder().put(put).build();
        let change = Change::of(None, Some(job));
        let refusal = match self.transact(operation, &job.key.instance, &change, put).await? {
            Transacted::Done => return Ok(Written::Done),
            Transacted::JobConflict(item) => item,
            Transacted::OverQuota(exceeded) => return Ok(Written::OverQuota(exceeded)),
        };
        let held = self.held(&job.key, refusal).await?;
        // A UUID is generated once, so that it is the same job, whatever its state.
        let own = held.as_ref().is_some_and(|held| held.uuid == job.uuid);
        Ok(if own { Written::Done } else { Written::Conflict(held) })
    }
}
