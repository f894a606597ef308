//! Removes a job.

use async_trait::async_trait;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use satsuma_domain::ports::{RemoveJob, Written};
use satsuma_domain::{Job, StoreError};

use super::replace::SAME_JOB_AT_VERSION;
use super::{Jobs, keys};
use crate::fault::fault;

#[async_trait]
impl RemoveJob for Jobs {
    async fn remove_job(&self, job: &Job) -> Result<Written, StoreError> {
        let removed = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::job(&job.key), keys::JOB)))
            .condition_expression(format!("attribute_not_exists(pk) OR ({SAME_JOB_AT_VERSION})"))
            .expression_attribute_names("#uuid", "uuid")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":uuid", AttributeValue::S(job.uuid.to_string()))
            .expression_attribute_values(":version", AttributeValue::N(job.version.0.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let refusal = match removed {
            Ok(_) => return Ok(Written::Done),
            Err(error) => match error.as_service_error() {
                Some(DeleteItemError::ConditionalCheckFailedException(refusal)) => refusal.item.clone(),
                _ => return Err(fault("remove a job", &error)),
            },
        };
        // It was there a moment ago; if it is gone by now, that is what was wanted.
        match self.held(&job.key, refusal).await? {
            None => Ok(Written::Done),
            held => Ok(Written::Conflict(held)),
        }
    }
}
