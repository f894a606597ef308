//! Events of a job, and the reasons to refuse them.

use thiserror::Error;

use crate::ids::{ExecutionNumber, Revision, WorkerId};
use crate::job::JobState;
use crate::job::definition::JobDefinition;
use crate::job::execution::{Failure, Outcome, Progress};
use crate::job::report::Report;
use crate::time::Timestamp;

/// An event of a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The caller submits the job again, or replaces the definition of a pending one.
    Resubmit(JobDefinition),
    /// A worker claims the revision that its message names.
    Claim {
        /// The worker.
        worker: WorkerId,
        /// The revision.
        revision: Revision,
    },
    /// The instance is at its running quota: the job's message is sent again with a delay.
    Defer {
        /// The revision that the worker's message names.
        revision: Revision,
        /// End of the delay.
        until: Timestamp,
    },
    /// The worker may not run the job at all.
    Refuse {
        /// The worker.
        worker: WorkerId,
        /// The revision that the worker's message names.
        revision: Revision,
        /// The reason.
        failure: Failure,
    },
    /// The worker is alive and reports its progress.
    Heartbeat {
        /// Its execution.
        execution: ExecutionNumber,
        /// The progress.
        progress: Progress,
    },
    /// The worker has finished.
    Finish {
        /// Its execution.
        execution: ExecutionNumber,
        /// The final progress.
        progress: Progress,
        /// Warnings about the results.
        warnings: Vec<String>,
        /// The work of each node, and the resources of the execution.
        report: Report,
        /// The outcome.
        outcome: Outcome,
    },
    /// The caller cancels the job. It is removed once it has stopped and its notices are published.
    Cancel,
    /// The notices of this and earlier executions were published.
    Published {
        /// The newest execution.
        execution: ExecutionNumber,
    },
    /// The sweeper's check: a lease may have expired, a message may have been lost.
    Sweep,
    /// All workers and the queue are known to be gone: the current lease is void, and the job's message is
    /// lost.
    Restart,
    /// The same after a requested stop of the workers: their unfinished attempts do not count.
    Stopped,
}

/// Reasons why an event does not apply to a job.
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
