//! The one table: its keys and indexes, as the template declares them too.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType,
};
use satsuma_domain::StoreError;

use crate::fault::fault;

/// Partition key of the table: text.
pub const PARTITION_KEY: &str = "pk";

/// Sort key of the table: text.
pub const SORT_KEY: &str = "sk";

/// The jobs that are due for the sweeper: only unfinished jobs are in it.
pub const DUE: Index = Index { name: "due", partition_key: "due_shard", sort_key: "due_at" };

/// The jobs of an instance by their number.
pub const LISTING: Index = Index { name: "listing", partition_key: "list_shard", sort_key: "list_number" };

/// A global secondary index: its partition key is text, its sort key a number, and it holds keys
/// only, so that a heartbeat does not write the whole job again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// The index's name.
    pub name: &'static str,
    /// The attribute that spreads it.
    pub partition_key: &'static str,
    /// The attribute that orders it.
    pub sort_key: &'static str,
}

/// The definition of the table, apart from its name.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Every attribute that is a key somewhere.
    pub attributes: Vec<AttributeDefinition>,
    /// The table's own key.
    pub keys: Vec<KeySchemaElement>,
    /// Its indexes.
    pub indexes: Vec<GlobalSecondaryIndex>,
}

/// The table's definition.
///
/// # Errors
/// [`StoreError`] where the SDK finds a part missing, which would be our own mistake.
pub fn definition() -> Result<Definition, StoreError> {
    build().map_err(|error| StoreError::permanent("define the table", error.to_string()))
}

fn build() -> Result<Definition, BuildError> {
    use ScalarAttributeType::{N, S};
    let mut attributes = vec![attribute(PARTITION_KEY, S)?, attribute(SORT_KEY, S)?];
    let mut indexes = Vec::new();
    for index in [DUE, LISTING] {
        attributes.push(attribute(index.partition_key, S)?);
        attributes.push(attribute(index.sort_key, N)?);
        let keys_only = Projection::builder().projection_type(ProjectionType::KeysOnly).build();
        indexes.push(
            GlobalSecondaryIndex::builder()
                .index_name(index.name)
                .set_key_schema(Some(keys(index.partition_key, index.sort_key)?))
                .projection(keys_only)
                .build()?,
        );
    }
    Ok(Definition { attributes, keys: keys(PARTITION_KEY, SORT_KEY)?, indexes })
}

fn attribute(name: &str, kind: ScalarAttributeType) -> Result<AttributeDefinition, BuildError> {
    AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build()
}

fn keys(partition: &str, sort: &str) -> Result<Vec<KeySchemaElement>, BuildError> {
    let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    Ok(vec![key(partition, KeyType::Hash)?, key(sort, KeyType::Range)?])
}

/// Creates the table; succeeds if it exists. For the local service and tests: on AWS the template creates
/// it.
///
/// # Errors
/// A fault of the store.
pub async fn create_table(client: &Client, name: &str) -> Result<(), StoreError> {
    let definition = definition()?;
    let created = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(definition.attributes))
        .set_key_schema(Some(definition.keys))
        .set_global_secondary_indexes(Some(definition.indexes))
        .send()
        .await;
    match created {
        Ok(_) => Ok(()),
        Err(error) if error.as_service_error().is_some_and(|e| e.is_resource_in_use_exception()) => Ok(()),
        Err(error) => Err(fault("create the table", &error)),
    }
}
