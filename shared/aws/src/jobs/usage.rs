//! Usage of an instance: one item of counters, beside the quotas of its record.
//!
//! Running time is one attribute for each month, so that no write has to know whether a month has begun.
//! Jobs that are older than the counters are missing from them, so that counters may fall below zero: that
//! counts as zero until the recount.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure, Update};
use satsuma_domain::ports::{ChargeStorage, GetUsage, Stored};
use satsuma_domain::usage::{Change, Month, Need, Quota, Quotas, Usage};
use satsuma_domain::{InstanceId, StoreError};

use super::item::Item;
use super::{Jobs, keys};
use crate::fault::fault;

/// The number of writes: a recount uses it to detect other writes.
pub(super) const WRITES: &str = "writes";

/// The attribute of a count.
pub(super) fn counter(quota: Quota, month: Month) -> String {
    match quota {
        Quota::QueuedJobs => "queued".to_owned(),
        Quota::RunningJobs => "running".to_owned(),
        Quota::StorageBytes => "storage".to_owned(),
        Quota::RuntimeSeconds => format!("runtime_ms_{month}"),
    }
}

/// The attribute of a limit, in the unit of its counter. It is there where the instance has a record,
/// and then so are all counters but those of months.
pub(super) fn limit(quota: Quota) -> &'static str {
    match quota {
        Quota::QueuedJobs => "max_queued",
        Quota::RunningJobs => "max_running",
        Quota::StorageBytes => "max_storage",
        Quota::RuntimeSeconds => "max_runtime_ms",
    }
}

/// How much of its counter's unit a quota allows.
pub(super) fn in_units(quota: Quota, amount: u64) -> u64 {
    if quota == Quota::RuntimeSeconds { amount.saturating_mul(1_000) } else { amount }
}

/// The usage that an item holds.
pub(super) fn to_usage(item: Option<&Item>, month: Month) -> Usage {
    let number = |name: &str| match item?.get(name)? {
        AttributeValue::N(number) => number.parse::<i64>().ok(),
        _ => None,
    };
    let counted = |quota| u64::try_from(number(&counter(quota, month)).unwrap_or(0)).unwrap_or(0);
    let allowed = |quota| {
        let limit = number(limit(quota)).and_then(|limit| u64::try_from(limit).ok());
        limit.map_or(Quotas::default().limit(quota), |limit| limit / in_units(quota, 1))
    };
    Usage {
        queued_jobs: counted(Quota::QueuedJobs),
        running_jobs: counted(Quota::RunningJobs),
        storage_bytes: counted(Quota::StorageBytes),
        runtime_ms: counted(Quota::RuntimeSeconds),
        quotas: Quotas {
            queued_jobs: allowed(Quota::QueuedJobs),
            running_jobs: allowed(Quota::RunningJobs),
            storage_bytes: allowed(Quota::StorageBytes),
            runtime_seconds: allowed(Quota::RuntimeSeconds),
        },
    }
}

/// The half of a transaction that counts.
pub(super) fn update(table: &str, instance: &InstanceId, change: &Change) -> Result<Update, StoreError> {
    let mut names = HashMap::new();
    let mut values = HashMap::new();
    let mut added = Vec::new();
    let mut add = |place: &str, name: String, amount: i128| {
        names.insert(format!("#{place}"), name);
        values.insert(format!(":{place}"), AttributeValue::N(amount.to_string()));
        added.push(format!("#{place} :{place}"));
    };
    add("queued", counter(Quota::QueuedJobs, change.month), change.queued_jobs.into());
    add("running", counter(Quota::RunningJobs, change.month), change.running_jobs.into());
    if change.storage_bytes > 0 {
        add("storage", counter(Quota::StorageBytes, change.month), change.storage_bytes.into());
    }
    if change.runtime_ms > 0 {
        add("runtime", counter(Quota::RuntimeSeconds, change.month), change.runtime_ms.into());
    }
    add("writes", WRITES.to_owned(), 1);
    let mut conditions = Vec::new();
    for &quota in change.need.quotas() {
        let place = quota.name();
        names.insert(format!("#{place}"), counter(quota, change.month));
        names.insert(format!("#max_{place}"), limit(quota).to_owned());
        let default = in_units(quota, Quotas::default().limit(quota));
        values.insert(format!(":max_{place}"), AttributeValue::N(default.to_string()));
        values.insert(":none".to_owned(), AttributeValue::N("0".to_owned()));
        conditions.push(format!(
            "((attribute_not_exists(#max_{place}) AND (attribute_not_exists(#{place}) OR #{place} < :max_{place})) \
             OR (attribute_not_exists(#{place}) AND #max_{place} > :none) OR #{place} < #max_{place})"
        ));
    }
    Update::builder()
        .table_name(table)
        .set_key(Some(keys::item_key(keys::instance(instance), keys::USAGE)))
        .update_expression(format!("ADD {}", added.join(", ")))
        .set_condition_expression((change.need != Need::Nothing).then(|| conditions.join(" AND ")))
        .set_expression_attribute_names(Some(names))
        .set_expression_attribute_values(Some(values))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build()
        .map_err(|error| StoreError::permanent("count what a job uses", error.to_string()))
}

impl Jobs {
    /// The current item of an instance's counters.
    pub(super) async fn usage_item(&self, instance: &InstanceId) -> Result<Option<Item>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::instance(instance), keys::USAGE)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("read what an instance uses", &error))?;
        Ok(found.item)
    }
}

#[async_trait]
impl GetUsage for Jobs {
    async fn get_usage(&self, instance: &InstanceId, month: Month) -> Result<Usage, StoreError> {
        Ok(to_usage(self.usage_item(instance).await?.as_ref(), month))
    }
}

#[async_trait]
impl ChargeStorage for Jobs {
    async fn charge_storage(&self, instance: &InstanceId, bytes: i64) -> Result<Stored, StoreError> {
        let operation = "count stored bytes";
        // The counters of months are not used.
        let month = Month { year: 0, month: 1 };
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::instance(instance), keys::USAGE)))
            .update_expression("ADD #storage :bytes, #writes :one")
            .expression_attribute_names("#storage", counter(Quota::StorageBytes, month))
            .expression_attribute_names("#writes", WRITES)
            .expression_attribute_values(":bytes", AttributeValue::N(bytes.to_string()))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .map_err(|error| fault(operation, &error))?;
        let usage = to_usage(counted.attributes.as_ref(), month);
        Ok(Stored { bytes: usage.storage_bytes, limit: usage.quotas.storage_bytes })
    }
}
