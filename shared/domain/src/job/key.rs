//! The key of a job.

use serde::{Deserialize, Serialize};

use crate::ids::{InstanceId, JobId};

/// The key of a job: its owner and the id that its user chose.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobKey {
    /// The owner.
    pub instance: InstanceId,
    /// The id.
    pub id: JobId,
}
