//! Messages to the workers, in one SQS queue. They contain the ids of a job, not its contents.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::MessageSystemAttributeName;
use satsuma_domain::notices::{NOTICE_RETRY_DELAY, QueuedNotice};
use satsuma_domain::ports::{DeferMessage, JobMessage, ReturnMessage, SendMessage, SendNotice};
use satsuma_domain::{InstanceId, StoreError};
use sha2::{Digest, Sha256};

use crate::config;
use crate::fault::fault;
use crate::settings::{MissingSetting, NOTICES_URL, QUEUE_URL, setting};
use crate::trace;

/// Most messages of one response of SQS.
const MAX_RECEIVED: usize = 10;

/// The longest that SQS holds a message back.
const MAX_DELAY: Duration = Duration::from_secs(900);

/// How much of an instance's hash names its group: two instances never share one by accident.
const GROUP_BYTES: usize = 16;

/// The longest that SQS waits for a message.
const MAX_WAIT: Duration = Duration::from_secs(20);

/// The queue between the API and the workers.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
    /// Where notices go: they have a queue of their own.
    notices: Option<(Client, String)>,
}

/// A received message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its text.
    pub body: String,
    /// The argument of [`Queue::delete`].
    pub receipt: String,
    /// How often it was received, this time included.
    pub times: u32,
}

impl Received {
    /// The content of the message.
    ///
    /// # Errors
    /// If the message was not recognised.
    pub fn message(&self) -> Result<JobMessage, serde_json::Error> {
        serde_json::from_str(&self.body)
    }
}

impl Queue {
    /// The queue with this URL, through this client.
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self { client, url: url.into(), notices: None }
    }

    /// The same, with another one beside it for notices.
    #[must_use]
    pub fn with_notices(mut self, notices: &Self) -> Self {
        self.notices = Some((notices.client.clone(), notices.url.clone()));
        self
    }

    /// The queue that the environment names ([`QUEUE_URL`]), and that of notices ([`NOTICES_URL`]) if it
    /// names one.
    ///
    /// # Errors
    /// [`MissingSetting`].
    pub async fn from_env() -> Result<Self, MissingSetting> {
        let url = setting(QUEUE_URL)?;
        let client = Client::new(&config::load().await);
        let notices = setting(NOTICES_URL).ok().map(|url| (client.clone(), url));
        Ok(Self { client, url, notices })
    }

    /// The queue of notices alone ([`NOTICES_URL`]), for its receiver.
    ///
    /// # Errors
    /// [`MissingSetting`].
    pub async fn of_notices_from_env() -> Result<Self, MissingSetting> {
        let url = setting(NOTICES_URL)?;
        let queue = Self::new(Client::new(&config::load().await), url);
        Ok(queue.clone().with_notices(&queue))
    }

    /// At most `limit` messages (10 is SQS's own limit). Waits up to `wait` (20 s at most) for the
    /// first one; each is hidden from others for `visibility`. On AWS, Lambda does this.
    ///
    /// # Errors
    /// A fault of the queue.
    pub async fn receive(
        &self,
        limit: usize,
        wait: Duration,
        visibility: Duration,
    ) -> Result<Vec<Received>, StoreError> {
        let wait = wait.min(MAX_WAIT);
        let patient = aws_sdk_sqs::config::Builder::new().timeout_config(config::long_poll(wait));
        let received = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(limit.clamp(1, MAX_RECEIVED)).unwrap_or(1))
            .wait_time_seconds(whole_seconds(wait))
            .visibility_timeout(whole_seconds(visibility))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .customize()
            .config_override(patient)
            .send()
            .await
            .map_err(|error| fault("receive messages", &error))?;
        let messages = received.messages.unwrap_or_default().into_iter();
        Ok(messages.filter_map(read).collect())
    }

    /// Deletes a received message.
    ///
    /// # Errors
    /// A fault of the queue; the message is redelivered then.
    pub async fn delete(&self, receipt: &str) -> Result<(), StoreError> {
        let deleted = self.client.delete_message().queue_url(&self.url).receipt_handle(receipt).send().await;
        deleted.map(|_| ()).map_err(|error| fault("delete a message", &error))
    }
}

#[async_trait]
impl SendMessage for Queue {
    async fn send(&self, message: &JobMessage) -> Result<(), StoreError> {
        self.send_after(message, Duration::ZERO).await
    }
}

#[async_trait]
impl DeferMessage for Queue {
    async fn send_after(&self, message: &JobMessage, delay: Duration) -> Result<(), StoreError> {
        let operation = "send a message";
        let body = serde_json::to_string(message)
            .map_err(|error| StoreError::permanent(operation, error.to_string()))?;
        // Rounded up to a second, so that it does not arrive too early.
        let delay = whole_seconds(delay.min(MAX_DELAY) + Duration::from_millis(999));
        let sent = self
            .client
            .send_message()
            .queue_url(&self.url)
            .message_body(body)
            .message_group_id(group(&message.key.instance))
            .set_delay_seconds((delay > 0).then_some(delay))
            .set_message_system_attributes(trace::attributes())
            .send()
            .await;
        sent.map(|_| ()).map_err(|error| fault(operation, &error))
    }
}

#[async_trait]
impl ReturnMessage for Queue {
    async fn return_message(&self, receipt: &str, delay: Duration) -> Result<(), StoreError> {
        let change = self.client.change_message_visibility().queue_url(&self.url).receipt_handle(receipt);
        let changed = change.visibility_timeout(whole_seconds(delay)).send().await;
        changed.map(|_| ()).map_err(|error| fault("hand a message back", &error))
    }
}

/// The group of an instance's messages: a queue with many messages delivers those of the instance with the
/// fewest in flight first (SQS fair queues). Ids may have characters that a group's name may not.
fn group(instance: &InstanceId) -> String {
    let hash = Sha256::digest(instance.as_str().as_bytes());
    hash.iter().take(GROUP_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

#[async_trait]
impl SendNotice for Queue {
    async fn send_notice(&self, notice: &QueuedNotice) -> Result<(), StoreError> {
        let operation = "send a notice";
        let named = self.notices.as_ref();
        let (client, url) =
            named.ok_or_else(|| StoreError::permanent(operation, format!("{NOTICES_URL} is not set")))?;
        let body = serde_json::to_string(notice)
            .map_err(|error| StoreError::permanent(operation, error.to_string()))?;
        let delay = notice.only.map(|_| whole_seconds(NOTICE_RETRY_DELAY));
        let message = client.send_message().queue_url(url).message_body(body).set_delay_seconds(delay);
        let sent = message.set_message_system_attributes(trace::attributes()).send().await;
        sent.map(|_| ()).map_err(|error| fault(operation, &error))
    }
}

fn read(message: aws_sdk_sqs::types::Message) -> Option<Received> {
    let times = message
        .attributes
        .as_ref()
        .and_then(|attributes| attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount))
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    Some(Received { body: message.body.unwrap_or_default(), receipt: message.receipt_handle?, times })
}

fn whole_seconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use satsuma_domain::job::JobKey;
    use satsuma_domain::{InstanceId, JobId, Revision};

    use super::*;

    #[test]
    fn a_message_holds_ids_alone() {
        let key = JobKey { instance: InstanceId::new("acme").unwrap(), id: JobId::new("churn").unwrap() };
        let message = JobMessage { key, revision: Revision(2) };
        let body = serde_json::to_string(&message).unwrap();
        assert_eq!(body, r#"{"instance":"acme","id":"churn","revision":2}"#);
        let received = Received { body, receipt: String::new(), times: 1 };
        assert_eq!(received.message().unwrap(), message);
    }
}
