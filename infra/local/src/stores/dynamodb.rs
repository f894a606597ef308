//! DynamoDB on a SQLite file.
//!
//! dynoxide has its own server, which accepts every user of the machine: it checks the form of a signature,
//! but not the key. So its operations are served by our own endpoint.

use async_trait::async_trait;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::aws_json::{Fault, JsonStore};

/// The embedded DynamoDB.
pub(crate) struct DynamoDb(pub(crate) Database);

#[async_trait]
impl JsonStore for DynamoDb {
    async fn call(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, Fault> {
        let database = self.0.clone();
        let operation = operation.to_owned();
        let body = body.to_vec();
        // SQLite blocks its thread.
        let done = tokio::task::spawn_blocking(move || dispatch(&database, &operation, &body)).await;
        done.unwrap_or_else(|panic| Err(DynoxideError::InternalServerError(panic.to_string())))
            .map_err(|error| Fault { status: error.status_code(), body: error.to_json() })
    }
}

/// The operations that the adapters and the table's creation use; others are unknown.
fn dispatch(database: &Database, operation: &str, body: &[u8]) -> Result<Vec<u8>, DynoxideError> {
    match operation {
        "BatchGetItem" => run(body, |request| database.batch_get_item(request)),
        "CreateTable" => run(body, |request| database.create_table(request)),
        "DeleteItem" => run(body, |request| database.delete_item(request)),
        "DescribeTable" => run(body, |request| database.describe_table(request)),
        "DescribeTimeToLive" => run(body, |request| database.describe_time_to_live(request)),
        "GetItem" => run(body, |request| database.get_item(request)),
        "PutItem" => run(body, |request| database.put_item(request)),
        "Query" => run(body, |request| database.query(request)),
        "TransactGetItems" => run(body, |request| database.transact_get_items(request)),
        "TransactWriteItems" => run(body, |request| database.transact_write_items(request)),
        "UpdateItem" => run(body, |request| database.update_item(request)),
        "UpdateTimeToLive" => run(body, |request| database.update_time_to_live(request)),
        unknown => Err(DynoxideError::ValidationException(format!("unknown operation {unknown}"))),
    }
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<Vec<u8>, DynoxideError> {
    let request = serde_json::from_slice(body)
        .map_err(|error| DynoxideError::SerializationException(error.to_string()))?;
    let answer = operation(request)?;
    serde_json::to_vec(&answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
