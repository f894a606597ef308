//! Removes a job.

use async_trait::async_trait;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use satsuma_domain::ports::{RemoveJob, Written};
use satsuma_domain::usage::Change;
use satsuma_domain::{Job, StoreError};

use super::replace::SAME_JOB_AT_VERSION;
use super::transact::Transacted;
use super::{Jobs, item, keys};
use crate::fault::fault;

const OPERATION: &str = "remove a job";

#[async_trait]
impl RemoveJob for Jobs {
    async fn remove_job(&self, job: &Job) -> Result<Written, StoreError> {
        let change = Change::of(Some(job), None);
        let refusal = if change.is_none() {
            self.remove_alone(job).await?
        } else {
            let delete = TransactWriteItem::builder().delete(self.delete(job)?).build();
            match self.transact(OPERATION, &job.key.instance, &change, delete).await? {
                Transacted::Done => None,
                Transacted::JobConflict(item) => Some(item),
                Transacted::OverQuota(exceeded) => return Ok(Written::OverQuota(exceeded)),
            }
        };
        let Some(refusal) = refusal else { return Ok(Written::Done) };
        // If it was removed already, the request succeeded.
        match self.held(&job.key, refusal).await? {
            None => Ok(Written::Done),
            held => Ok(Written::Conflict(held)),
        }
    }
}

impl Jobs {
    /// Removes a job without effect on usage; returns the stored job on a conflict.
    async fn remove_alone(&self, job: &Job) -> Result<Option<Option<item::Item>>, StoreError> {
        let delete = self.delete(job)?;
        let removed = self
            .client
            .delete_item()
            .table_name(delete.table_name)
            .set_key(Some(delete.key))
            .set_condition_expression(delete.condition_expression)
            .set_expression_attribute_names(delete.expression_attribute_names)
            .set_expression_attribute_values(delete.expression_attribute_values)
            .set_return_values_on_condition_check_failure(delete.return_values_on_condition_check_failure)
            .send()
            .await;
        match removed {
            Ok(_) => Ok(None),
            Err(error) => match error.as_service_error() {
                Some(DeleteItemError::ConditionalCheckFailedException(refusal)) => {
                    Ok(Some(refusal.item.clone()))
                }
                _ => Err(fault(OPERATION, &error)),
            },
        }
    }

    /// A removed job must not count twice: the condition fails for it, too.
    fn delete(&self, job: &Job) -> Result<Delete, StoreError> {
        Delete::builder()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::job(&job.key), keys::JOB)))
            .condition_expression(SAME_JOB_AT_VERSION)
            .expression_attribute_names("#uuid", "uuid")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":uuid", AttributeValue::S(job.uuid.to_string()))
            .expression_attribute_values(":version", AttributeValue::N(job.version.0.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(|error| StoreError::permanent(OPERATION, error.to_string()))
    }
}
