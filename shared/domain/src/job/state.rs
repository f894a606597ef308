//! The states of a job.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The six states of the batch API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum JobState {
    /// Submitted, not claimed yet.
    Pending,
    /// Claimed by a worker.
    Running,
    /// Running, and asked to stop.
    Canceling,
    /// Stopped before its end.
    Canceled,
    /// Ended with an error.
    Failed,
    /// Ended successfully.
    Success,
}

impl JobState {
    /// True if only a resubmission leaves this state.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Canceled | Self::Failed | Self::Success)
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "PENDING",
            Self::Running => "RUNNING",
            Self::Canceling => "CANCELING",
            Self::Canceled => "CANCELED",
            Self::Failed => "FAILED",
            Self::Success => "SUCCESS",
        })
    }
}
