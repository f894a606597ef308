//! The domain's ports on AWS: [`Jobs`] on one DynamoDB table, [`Files`] on one S3 bucket, [`Queue`]
//! on SQS, [`Events`] on EventBridge, [`KeyManagement`] on one KMS key.
//!
//! Every write of a job is conditional. After a failed condition the stored job is compared with the intended
//! write, because it may be an earlier success whose response was lost: the SDK itself repeats a request
//! without a response in time.
//!
//! The adapters are built from the environment ([`Jobs::from_env`], …) or, locally and in tests,
//! from a client of the SDK and a name ([`Jobs::new`], …).

mod config;
mod encoding;
mod events;
mod fault;
mod files;
mod jobs;
mod key_management;
mod queue;
mod requests;
mod settings;
pub mod table;
mod trace;

pub use config::{load, loader, s3_client};
pub use events::Events;
pub use files::{Files, parse_inbox_key};
pub use jobs::Jobs;
pub use key_management::KeyManagement;
pub use queue::{Queue, Received};
pub use requests::Requests;
pub use settings::{
    BUCKET, EVENT_BUS, MissingSetting, NOTICES_URL, QUEUE_URL, RETENTION_DAYS, SEAL_KEY, TABLE, retention,
};
