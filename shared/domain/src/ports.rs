//! The interfaces of storage, queues and key management, one trait per verb. Each function takes only the
//! traits that it uses, and the template grants only their permissions.

mod files;
mod inbox;
mod jobs;
mod key_management;
mod messages;
mod tenants;
mod uploads;
mod versions;

pub use self::files::{GetFile, LinkFile, ListFiles, PutFile, RemoveFile, WRITE_COPY};
pub use self::inbox::{Inbox, InboxKey};
pub use self::jobs::{CreateJob, DueJobs, ExpiredJobs, GetJob, ListJobs, RemoveJob, ReplaceJob, Written};
pub use self::key_management::{Seal, Unseal};
pub use self::messages::{DeferMessage, JobMessage, PublishEnd, ReturnMessage, SendMessage, SendNotice};
pub use self::tenants::{
    ChargeStorage, Counted, CreateInstance, GetInstance, GetKey, GetUsage, InstanceWritten, ListInstances,
    MeasureFiles, PurgeFiles, PutKey, RemoveKey, ReplaceInstance, SetUsage, Stored,
};
pub use self::uploads::{CompleteUpload, ListParts, Staging, StartUpload};
pub use self::versions::{ListVersions, ReplaceFile, Replaced, RestoreVersion};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// The position of the next page; `None` after the last one. Opaque to callers.
    pub next: Option<String>,
}
