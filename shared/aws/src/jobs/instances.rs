//! Instances: a record each, which the listing index lists, and what it allows beside its counters.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use satsuma_domain::instance::Instance;
use satsuma_domain::ports::{
    CreateInstance, GetInstance, InstanceWritten, ListInstances, Page, ReplaceInstance,
};
use satsuma_domain::usage::{Month, Quota};
use satsuma_domain::{InstanceId, StoreError};
use serde::{Deserialize, Serialize};

use super::item::Item;
use super::{Jobs, keys, usage};
use crate::fault::fault;
use crate::table::LISTING;

/// The shard that lists instances; those of jobs hold a `#`.
const SHARD: &str = "INSTANCES";

/// Most instances of one page.
const MAX_PAGE: usize = 100;

/// How often a write is tried that meets another transaction.
const TRIES: u32 = 10;

/// The attributes of an instance's item, by their names in the table.
#[derive(Debug, Serialize)]
struct InstanceItem {
    pk: String,
    sk: &'static str,
    version: u64,
    list_shard: &'static str,
    list_number: i64,
    instance: String,
}

/// The attributes that are read.
#[derive(Debug, Deserialize)]
struct StoredInstance {
    instance: String,
}

fn of_instance(instance: &Instance) -> Result<Item, StoreError> {
    let operation = "write an instance as an item";
    let unwritable = |error: String| StoreError::permanent(operation, error);
    let item = InstanceItem {
        pk: keys::instance(&instance.id),
        sk: keys::INSTANCE,
        version: instance.version.0,
        list_shard: SHARD,
        list_number: instance.created_at.0,
        instance: serde_json::to_string(instance).map_err(|error| unwritable(error.to_string()))?,
    };
    serde_dynamo::to_item(item).map_err(|error| unwritable(error.to_string()))
}

fn to_instance(item: Item) -> Result<Instance, StoreError> {
    let unreadable = |error: String| StoreError::permanent("read an instance's item", error);
    let stored: StoredInstance =
        serde_dynamo::from_item(item).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_str(&stored.instance).map_err(|error| unreadable(error.to_string()))
}

#[async_trait]
impl GetInstance for Jobs {
    async fn get_instance(&self, id: &InstanceId) -> Result<Option<Instance>, StoreError> {
        // Consistent, so that a revoked key is refused from the next request on.
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::instance(id), keys::INSTANCE)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault("read an instance", &error))?;
        found.item.map(to_instance).transpose()
    }
}

#[async_trait]
impl ListInstances for Jobs {
    async fn list_instances(&self, after: Option<&str>, limit: usize) -> Result<Page<Instance>, StoreError> {
        let operation = "list instances";
        let start = after.map(place).transpose()?;
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(LISTING.name)
            .key_condition_expression("list_shard = :shard")
            .expression_attribute_values(":shard", AttributeValue::S(SHARD.to_owned()))
            .set_exclusive_start_key(start)
            .limit(i32::try_from(limit.clamp(1, MAX_PAGE)).unwrap_or(1))
            .send()
            .await
            .map_err(|error| fault(operation, &error))?;
        let next = found.last_evaluated_key.as_ref().and_then(name_of_place);
        let listed = found.items.unwrap_or_default().into_iter();
        let keys = listed.filter_map(|item| Some(keys::item_key(text(&item, "pk")?, keys::INSTANCE)));
        let items: Result<Vec<Instance>, StoreError> =
            self.get_all(keys.collect()).await?.into_iter().map(to_instance).collect();
        let mut items = items?;
        items.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        Ok(Page { items, next })
    }
}

/// The position in a list, from the page token.
fn place(name: &str) -> Result<Item, StoreError> {
    let unknown = || StoreError::permanent("list instances", "no page names this place");
    let (number, pk) = name.split_once(' ').ok_or_else(unknown)?;
    number.parse::<i64>().map_err(|_| unknown())?;
    let mut place = keys::item_key(pk.to_owned(), keys::INSTANCE);
    place.insert(LISTING.partition_key.to_owned(), AttributeValue::S(SHARD.to_owned()));
    place.insert(LISTING.sort_key.to_owned(), AttributeValue::N(number.to_owned()));
    Ok(place)
}

fn name_of_place(place: &Item) -> Option<String> {
    Some(format!("{} {}", text(place, LISTING.sort_key)?, text(place, "pk")?))
}

fn text(item: &Item, name: &str) -> Option<String> {
    match item.get(name)? {
        AttributeValue::S(text) | AttributeValue::N(text) => Some(text.clone()),
        _ => None,
    }
}

#[async_trait]
impl CreateInstance for Jobs {
    async fn create_instance(&self, instance: &Instance) -> Result<InstanceWritten, StoreError> {
        let put = Put::builder().condition_expression("attribute_not_exists(pk)");
        self.write("create an instance", instance, put).await
    }
}

#[async_trait]
impl ReplaceInstance for Jobs {
    async fn replace_instance(
        &self,
        before: &Instance,
        after: &Instance,
    ) -> Result<InstanceWritten, StoreError> {
        let put = Put::builder()
            .condition_expression("#version = :version")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":version", AttributeValue::N(before.version.0.to_string()));
        self.write("replace an instance", after, put).await
    }
}

impl Jobs {
    /// Writes an instance under a condition, and what it allows beside its counters.
    async fn write(
        &self,
        operation: &'static str,
        instance: &Instance,
        put: aws_sdk_dynamodb::types::builders::PutBuilder,
    ) -> Result<InstanceWritten, StoreError> {
        let unbuilt =
            |error: aws_sdk_dynamodb::error::BuildError| StoreError::permanent(operation, error.to_string());
        let put = put
            .table_name(&self.table)
            .set_item(Some(of_instance(instance)?))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(unbuilt)?;
        let put = TransactWriteItem::builder().put(put).build();
        let limits = TransactWriteItem::builder().update(self.limits(instance).map_err(unbuilt)?).build();
        for tries in 1..=TRIES {
            let request = self.client.transact_write_items();
            let sent = request.transact_items(put.clone()).transact_items(limits.clone()).send().await;
            match sent {
                Ok(_) => return Ok(InstanceWritten::Done),
                Err(error) if has_failed_check(&error) => {
                    let held = self.get_instance(&instance.id).await?;
                    let own_earlier_write = held.as_ref() == Some(instance);
                    return Ok(match held {
                        _ if own_earlier_write => InstanceWritten::Done,
                        held => InstanceWritten::Conflict(held.map(Box::new)),
                    });
                }
                Err(error) if tries == TRIES || !may_pass(&error) => return Err(fault(operation, &error)),
                Err(_) => tokio::time::sleep(super::transact::pause(tries)).await,
            }
        }
        Err(StoreError::transient(operation, "others kept writing the counters of the instance"))
    }

    /// Sets what the instance allows; its counters are there from then on.
    fn limits(&self, instance: &Instance) -> Result<Update, aws_sdk_dynamodb::error::BuildError> {
        let allowed = instance.allowed();
        let mut names = HashMap::new();
        let mut values = HashMap::from([(":none".to_owned(), AttributeValue::N("0".to_owned()))]);
        let mut set = Vec::new();
        for quota in [Quota::QueuedJobs, Quota::RunningJobs, Quota::StorageBytes, Quota::RuntimeSeconds] {
            let place = quota.name();
            let limit = usage::in_units(quota, allowed.limit(quota));
            names.insert(format!("#max_{place}"), usage::limit(quota).to_owned());
            values.insert(format!(":max_{place}"), AttributeValue::N(limit.to_string()));
            set.push(format!("#max_{place} = :max_{place}"));
            if quota != Quota::RuntimeSeconds {
                let counter = usage::counter(quota, Month { year: 0, month: 1 });
                names.insert(format!("#{place}"), counter);
                set.push(format!("#{place} = if_not_exists(#{place}, :none)"));
            }
        }
        Update::builder()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::instance(&instance.id), keys::USAGE)))
            .update_expression(format!("SET {}", set.join(", ")))
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .build()
    }
}

fn reasons<R>(error: &SdkError<TransactWriteItemsError, R>) -> Vec<&str> {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
            canceled.cancellation_reasons().iter().filter_map(|reason| reason.code.as_deref()).collect()
        }
        _ => Vec::new(),
    }
}

fn has_failed_check<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    reasons(error).contains(&"ConditionalCheckFailed")
}

fn may_pass<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    let passing = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    reasons(error).iter().any(|code| passing.contains(code))
}
