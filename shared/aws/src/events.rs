//! Events on an EventBridge bus. They contain the ids of a job, not its contents.

use async_trait::async_trait;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use satsuma_domain::StoreError;
use satsuma_domain::notices::EndNotice;
use satsuma_domain::ports::PublishEnd;

use crate::config;
use crate::fault::fault;
use crate::settings::{EVENT_BUS, MissingSetting, setting};

/// The source of this service's events.
const SOURCE: &str = "satsuma";

/// The detail type of the event of an ended job.
const JOB_ENDED: &str = "Job Ended";

const OPERATION: &str = "publish an event";

/// Events on one bus.
#[derive(Debug, Clone)]
pub struct Events {
    client: Client,
    bus: String,
}

impl Events {
    /// The bus of this name, through this client.
    pub fn new(client: Client, bus: impl Into<String>) -> Self {
        Self { client, bus: bus.into() }
    }

    /// The bus that the environment names ([`EVENT_BUS`]).
    ///
    /// # Errors
    /// [`MissingSetting`].
    pub async fn from_env() -> Result<Self, MissingSetting> {
        let bus = setting(EVENT_BUS)?;
        Ok(Self::new(Client::new(&config::load().await), bus))
    }
}

#[async_trait]
impl PublishEnd for Events {
    async fn publish_end(&self, notice: &EndNotice) -> Result<(), StoreError> {
        let detail = serde_json::to_string(notice)
            .map_err(|error| StoreError::permanent(OPERATION, error.to_string()))?;
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus)
            .source(SOURCE)
            .detail_type(JOB_ENDED)
            .detail(detail)
            .build();
        let put = self.client.put_events().entries(entry).send().await;
        let put = put.map_err(|error| fault(OPERATION, &error))?;
        // The request may succeed although its one event did not.
        match put.entries.unwrap_or_default().into_iter().find_map(|entry| entry.error_code) {
            None if put.failed_entry_count == 0 => Ok(()),
            code => Err(StoreError::transient(OPERATION, code.unwrap_or_else(|| "no code".to_owned()))),
        }
    }
}
