//! Reads one job.

use async_trait::async_trait;
use satsuma_domain::ids::{JobUuid, Version};
use satsuma_domain::job::JobKey;
use satsuma_domain::ports::GetJob;
use satsuma_domain::{Job, StoreError};

use super::{Jobs, item, keys};
use crate::fault::fault;

#[async_trait]
impl GetJob for Jobs {
    async fn get_job(&self, key: &JobKey) -> Result<Option<Job>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::job(key), keys::JOB)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("get a job", &error))?;
        found.item.map(item::to_job).transpose()
    }

    async fn get_job_version(&self, key: &JobKey) -> Result<Option<(JobUuid, Version)>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::job(key), keys::JOB)))
            .projection_expression("#uuid, #version")
            .expression_attribute_names("#uuid", "uuid")
            .expression_attribute_names("#version", "version")
            .send()
            .await
            .map_err(|error| fault("check the version of a job", &error))?;
        found.item.map(item::to_version).transpose()
    }
}

impl Jobs {
    /// The stored job after a failed condition: `item` is from the error, which some emulators of DynamoDB
    /// leave out.
    pub(super) async fn held(
        &self,
        key: &JobKey,
        item: Option<item::Item>,
    ) -> Result<Option<Box<Job>>, StoreError> {
        let held = match item {
            Some(item) if !item.is_empty() => Some(item::to_job(item)?),
            _ => self.get_job(key).await?,
        };
        Ok(held.map(Box::new))
    }
}
