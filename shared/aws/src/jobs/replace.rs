//! Stores a job's next state.

use async_trait::async_trait;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use satsuma_domain::ports::{ReplaceJob, Written};
use satsuma_domain::usage::Change;
use satsuma_domain::{Job, StoreError};

use super::transact::Transacted;
use super::{Jobs, item};
use crate::fault::fault;

/// True only for the job with this UUID and version.
pub(super) const SAME_JOB_AT_VERSION: &str = "#uuid = :uuid AND #version = :version";

const OPERATION: &str = "replace a job";

#[async_trait]
impl ReplaceJob for Jobs {
    async fn replace_job(&self, before: &Job, after: &Job) -> Result<Written, StoreError> {
        let change = Change::of(Some(before), Some(after));
        let refusal = if change.is_none() {
            // A heartbeat, most of the time.
            self.replace_alone(before, after).await?
        } else {
            let put = TransactWriteItem::builder().put(self.put(before, after)?).build();
            match self.transact(OPERATION, &after.key.instance, &change, put).await? {
                Transacted::Done => None,
                Transacted::JobConflict(item) => Some(item),
                Transacted::OverQuota(exceeded) => return Ok(Written::OverQuota(exceeded)),
            }
        };
        let Some(refusal) = refusal else { return Ok(Written::Done) };
        let held = self.held(&after.key, refusal).await?;
        let own_earlier_write = held.as_deref() == Some(after);
        Ok(if own_earlier_write { Written::Done } else { Written::Conflict(held) })
    }
}

impl Jobs {
    /// Stores a state without effect on usage; returns the stored job on a conflict.
    async fn replace_alone(
        &self,
        before: &Job,
        after: &Job,
    ) -> Result<Option<Option<item::Item>>, StoreError> {
        let put = self.put(before, after)?;
        let replaced = self
            .client
            .put_item()
            .table_name(put.table_name)
            .set_item(Some(put.item))
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_names(put.expression_attribute_names)
            .set_expression_attribute_values(put.expression_attribute_values)
            .set_return_values_on_condition_check_failure(put.return_values_on_condition_check_failure)
            .send()
            .await;
        match replaced {
            Ok(_) => Ok(None),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(refusal)) => {
                    Ok(Some(refusal.item.clone()))
                }
                _ => Err(fault(OPERATION, &error)),
            },
        }
    }

    fn put(&self, before: &Job, after: &Job) -> Result<Put, StoreError> {
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(item::of_job(after, self.retention)?))
            .condition_expression(SAME_JOB_AT_VERSION)
            .expression_attribute_names("#uuid", "uuid")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":uuid", AttributeValue::S(before.uuid.to_string()))
            .expression_attribute_values(":version", AttributeValue::N(before.version.0.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(|error| StoreError::permanent(OPERATION, error.to_string()))
    }
}
