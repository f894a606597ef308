//! Jobs and access keys in one DynamoDB table.
//!
//! | item | `pk` | `sk` |
//! |---|---|---|
//! | a job | `JOB#<instance>#<job id>` | `JOB` |
//! | the number counter of an instance | `INSTANCE#<instance>` | `COUNTER` |
//! | an instance's record | `INSTANCE#<instance>` | `INSTANCE` |
//! | usage of an instance | `INSTANCE#<instance>` | `USAGE` |
//! | an access key's record | `KEY#<lookup>` | `KEY` |
//!
//! Every job is its own partition, so that a big tenant does not live in one. The two indexes are
//! spread over shards for the same reason.

mod access_keys;
mod create;
mod due;
mod get;
mod instances;
mod item;
mod keys;
mod list;
mod recount;
mod remove;
mod replace;
mod shard;
mod transact;
mod usage;

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use satsuma_domain::retention::DEFAULT_RETENTION;

use crate::config;
use crate::requests::Requests;
use crate::settings::{MissingSetting, TABLE, retention, setting};

/// Jobs and access keys in a DynamoDB table.
#[derive(Debug, Clone)]
pub struct Jobs {
    client: Client,
    table: String,
    retention: Duration,
}

impl Jobs {
    /// The table of this name, through this client.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into(), retention: DEFAULT_RETENTION }
    }

    /// The same table with another retention of ended jobs. Jobs that ended before keep their former one.
    #[must_use]
    pub fn keeping(self, retention: Duration) -> Self {
        Self { retention, ..self }
    }

    /// The table that the environment names ([`TABLE`]), and how long it is to keep ended jobs
    /// ([`RETENTION_DAYS`](crate::RETENTION_DAYS)).
    ///
    /// # Errors
    /// [`MissingSetting`].
    pub async fn from_env() -> Result<Self, MissingSetting> {
        let table = setting(TABLE)?;
        Ok(Self::new(Client::new(&config::load().await), table).keeping(retention()))
    }

    /// The same table, with every request counted.
    #[must_use]
    pub fn counting(mut self, requests: &Requests) -> Self {
        let config = self.client.config().to_builder().interceptor(requests.clone());
        self.client = Client::from_conf(config.build());
        self
    }
}
