//! The operations of SQS that the queue adapter uses, on a queue in memory.

use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::aws_json::{Fault, JsonStore};
use super::queue::{MemoryQueue, Received};

/// Longest text of a message: SQS's own limit.
const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// The default visibility timeout.
const DEFAULT_VISIBILITY: Duration = Duration::from_secs(30);

/// Longest time that a message can be hidden: SQS's own limit.
const MAX_VISIBILITY: Duration = Duration::from_secs(12 * 60 * 60);

/// Longest time that a message can be held back: SQS's own limit.
const MAX_DELAY: Duration = Duration::from_secs(900);

/// Longest time that a receiver can wait: SQS's own limit.
const MAX_WAIT: Duration = Duration::from_secs(20);

/// Most messages of one response: SQS's own limit.
const MAX_RECEIVED: usize = 10;

/// The embedded SQS. There is one queue, for any queue URL.
#[derive(Default)]
pub(crate) struct Sqs(MemoryQueue);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Send {
    message_body: String,
    message_group_id: Option<String>,
    delay_seconds: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Receive {
    max_number_of_messages: Option<usize>,
    visibility_timeout: Option<u64>,
    wait_time_seconds: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    receipt_handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChangeVisibility {
    receipt_handle: String,
    visibility_timeout: u64,
}

#[async_trait]
impl JsonStore for Sqs {
    async fn call(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, Fault> {
        let answer = match operation {
            "SendMessage" => self.send(parse(body)?)?,
            "ReceiveMessage" => self.receive(parse(body)?).await,
            "DeleteMessage" => {
                self.0.delete(&parse::<Delete>(body)?.receipt_handle);
                json!({})
            }
            "ChangeMessageVisibility" => self.change_visibility(&parse(body)?)?,
            unknown => return Err(Fault::bad_request("UnknownOperationException", unknown)),
        };
        Ok(answer.to_string().into_bytes())
    }
}

impl Sqs {
    fn send(&self, request: Send) -> Result<Value, Fault> {
        if request.message_body.is_empty() || request.message_body.len() > MAX_MESSAGE_BYTES {
            return Err(Fault::bad_request("InvalidMessageContents", "a message has 1 byte to 1 MiB"));
        }
        let delay = Duration::from_secs(request.delay_seconds.unwrap_or(0));
        if delay > MAX_DELAY {
            return Err(Fault::bad_request(
                "InvalidParameterValue",
                "a message is held back for 900 s at most",
            ));
        }
        let group = request.message_group_id.unwrap_or_default();
        Ok(json!({ "MessageId": self.0.send(request.message_body, group, delay) }))
    }

    async fn receive(&self, request: Receive) -> Value {
        let limit = request.max_number_of_messages.unwrap_or(1).clamp(1, MAX_RECEIVED);
        let visibility =
            request.visibility_timeout.map_or(DEFAULT_VISIBILITY, Duration::from_secs).min(MAX_VISIBILITY);
        let wait = Duration::from_secs(request.wait_time_seconds.unwrap_or(0)).min(MAX_WAIT);
        let received = self.0.receive(limit, visibility, wait).await;
        // SQS leaves out an empty list.
        if received.is_empty() {
            return json!({});
        }
        json!({ "Messages": received.iter().map(message).collect::<Vec<_>>() })
    }

    fn change_visibility(&self, request: &ChangeVisibility) -> Result<Value, Fault> {
        let visibility = Duration::from_secs(request.visibility_timeout).min(MAX_VISIBILITY);
        if self.0.hide(&request.receipt_handle, visibility) {
            Ok(json!({}))
        } else {
            Err(Fault::bad_request("MessageNotInflight", "the message is not handed out under this receipt"))
        }
    }
}

fn message(received: &Received) -> Value {
    json!({
        "MessageId": received.message.id,
        "ReceiptHandle": received.receipt,
        "Body": received.message.body,
        "Attributes": { "ApproximateReceiveCount": received.message.receives.to_string() },
    })
}

fn parse<Q: DeserializeOwned>(body: &[u8]) -> Result<Q, Fault> {
    serde_json::from_slice(body)
        .map_err(|error| Fault::bad_request("SerializationException", &error.to_string()))
}
