//! Stores a job's next state.

use async_trait::async_trait;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use satsuma_domain::ports::{ReplaceJob, Written};
use satsuma_domain::{Job, StoreError};

use super::{Jobs, item};
use crate::fault::fault;

/// Holds for the job of this UUID at this version, and for none other.
pub(super) const SAME_JOB_AT_VERSION: &str = "#uuid = :uuid AND #version = :version";

#[async_trait]
impl ReplaceJob for Jobs {
    async fn replace_job(&self, before: &Job, after: &Job) -> Result<Written, StoreError> {
        let replaced = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item::of_job(after)?))
            .condition_expression(SAME_JOB_AT_VERSION)
            .expression_attribute_names("#uuid", "uuid")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":uuid", AttributeValue::S(before.uuid.to_string()))
            .expression_attribute_values(":version", AttributeValue::N(before.version.0.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let refusal = match replaced {
            Ok(_) => return Ok(Written::Done),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(refusal)) => refusal.item.clone(),
                _ => return Err(fault("replace a job", &error)),
            },
        };
        let held = self.held(&after.key, refusal).await?;
        let own_earlier_write = held.as_deref() == Some(after);
        Ok(if own_earlier_write { Written::Done } else { Written::Conflict(held) })
    }
}
