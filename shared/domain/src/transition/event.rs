//! What can happen to a job, and why it does not.

use thiserror::Error;

use crate::definition::JobDefinition;
use crate::execution::{Failure, Outcome, Progress};
use crate::ids::{ExecutionNumber, Revision, WorkerId};
use crate::job::JobState;
use crate::report::Report;
use crate::time::Timestamp;

/// Something that happens to a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The caller submits it again, or replaces the definition of a pending one.
    Resubmit(JobDefinition),
    /// A worker wants to run the revision that its message names.
    Claim {
        /// Who.
        worker: WorkerId,
        /// Which revision.
        revision: Revision,
    },
    /// A worker may not run it yet, because its instance runs as many jobs as it may: its message is
    /// sent again, to come then.
    Defer {
        /// The revision that the worker's message names.
        revision: Revision,
        /// When.
        until: Timestamp,
    },
    /// A worker may not run it at all.
    Refuse {
        /// Who.
        worker: WorkerId,
        /// The revision that the worker's message names.
        revision: Revision,
        /// Why.
        failure: Failure,
    },
    /// The worker is alive and got this far.
    Heartbeat {
        /// Which execution says so.
        execution: ExecutionNumber,
        /// How far it got.
        progress: Progress,
    },
    /// The worker is done.
    Finish {
        /// Which execution says so.
        execution: ExecutionNumber,
        /// How far it got.
        progress: Progress,
        /// What a reader of the results should know.
        warnings: Vec<String>,
        /// What else it tells of its work.
        report: Report,
        /// How it ended.
        outcome: Outcome,
    },
    /// The caller wants it stopped, and removed once it stopped and that was said.
    Cancel,
    /// The ends of these and earlier executions were announced.
    Announced {
        /// The newest of them.
        execution: ExecutionNumber,
    },
    /// Time has passed: a lease may have run out, a message may have been lost.
    Sweep,
    /// Every worker that there was is known to be gone, and the queue with them: whoever held the job
    /// holds it no more, whatever its lease says, and nobody has its message.
    Restart,
    /// The same, and the workers were stopped because somebody asked for it: what they did not finish is
    /// no attempt of the job's.
    Stopped,
}

/// Why an event does not apply to a job as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The event needs another state.
    #[error("the job is {0}")]
    State(JobState),
    /// The message is of an earlier submission.
    #[error("the message names revision {named}, the job is at {current}")]
    StaleRevision {
        /// The message's.
        named: Revision,
        /// The job's.
        current: Revision,
    },
    /// The worker's execution is not the newest one, or has ended.
    #[error("execution {0} no longer holds the job")]
    LostLease(ExecutionNumber),
    /// There is nothing to do.
    #[error("nothing is due")]
    NotDue,
}
