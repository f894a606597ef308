//! What the service needs from the world, one trait per verb: a function takes just the verbs that
//! it uses, and its template grants just those.

mod dropped;
mod files;
mod jobs;
mod keeper;
mod messages;
mod tenants;
mod uploads;

pub use self::dropped::{DropBox, DroppedKey};
pub use self::files::{GetFile, LinkFile, ListFiles, PutFile, RemoveFile, WRITE_COPY};
pub use self::jobs::{CreateJob, DueJobs, ExpiredJobs, GetJob, ListJobs, RemoveJob, ReplaceJob, Written};
pub use self::keeper::{Seal, Unseal};
pub use self::messages::{DeferMessage, JobMessage, PublishEnd, ReturnMessage, SendMessage, SendNotice};
pub use self::tenants::{
    ChargeStorage, Counted, CreateInstance, GetInstance, GetKey, GetUsage, InstanceWritten, ListInstances,
    MeasureFiles, PurgeFiles, PutKey, RemoveKey, ReplaceInstance, SetUsage, Stored,
};
pub use self::uploads::{CompleteUpload, ListParts, Staging, StartUpload};

/// Some of a list, and where the rest begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where to go on; nothing after the last page. Opaque to callers.
    pub next: Option<String>,
}
