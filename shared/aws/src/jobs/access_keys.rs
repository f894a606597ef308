//! Finds, stores and removes access keys.

use async_trait::async_trait;
use satsuma_domain::StoreError;
use satsuma_domain::key::{KeyLookup, KeyRecord};
use satsuma_domain::ports::{GetKey, PutKey, RemoveKey};
use serde::{Deserialize, Serialize};

use super::{Jobs, keys};
use crate::fault::fault;

/// The attributes of a key's item, by their names in the table.
#[derive(Debug, Serialize, Deserialize)]
struct KeyItem {
    pk: String,
    sk: String,
    record: KeyRecord,
}

#[async_trait]
impl GetKey for Jobs {
    async fn get_key(&self, lookup: &KeyLookup) -> Result<Option<KeyRecord>, StoreError> {
        let operation = "look an access key up";
        // Consistent, so that a revoked key is refused from the next request on.
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::access_key(lookup), keys::KEY)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| fault(operation, &error))?;
        let Some(item) = found.item else { return Ok(None) };
        let item: KeyItem = serde_dynamo::from_item(item)
            .map_err(|error| StoreError::permanent(operation, error.to_string()))?;
        Ok(Some(item.record))
    }
}

#[async_trait]
impl PutKey for Jobs {
    async fn put_key(&self, record: &KeyRecord) -> Result<(), StoreError> {
        let operation = "store an access key";
        let pk = keys::access_key(&record.lookup);
        let item = KeyItem { pk, sk: keys::KEY.to_owned(), record: record.clone() };
        let item = serde_dynamo::to_item(item)
            .map_err(|error| StoreError::permanent(operation, error.to_string()))?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item)).send().await;
        put.map(|_| ()).map_err(|error| fault(operation, &error))
    }
}

#[async_trait]
impl RemoveKey for Jobs {
    async fn remove_key(&self, lookup: &KeyLookup) -> Result<(), StoreError> {
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::item_key(keys::access_key(lookup), keys::KEY)))
            .send()
            .await;
        deleted.map(|_| ()).map_err(|error| fault("remove an access key", &error))
    }
}
