//! What is counted while the service runs. An event of [`tracing`] whose target is one of these kinds is a
//! line of the log like any other, some of whose fields are metrics; how they come to be counted is the
//! deployment's business.
//!
//! Metrics are told apart by fields of few values each: a job's id, or an instance's, is never one of
//! them, because each pair of values is a metric of its own, which costs money for a month.

use crate::job::Job;

/// What all targets of metrics begin with: such lines are logged whatever `RUST_LOG` asks for.
pub const TARGETS: &str = "metrics";

/// Fields that are metrics.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The target of its events.
    pub target: &'static str,
    /// The fields that tell its metrics apart, a list for each way of doing so.
    pub dimensions: &'static [&'static [&'static str]],
    /// The fields that are metrics, each with its unit; an event may lack some.
    pub metrics: &'static [(&'static str, &'static str)],
}

/// A job ended: by `state`, and by the `category` of its failure (`none` where it did not fail).
pub const JOB_ENDED: &str = "metrics::job_ended";

/// The sweeper found something to do.
pub const SWEPT: &str = "metrics::swept";

/// A dropped object was looked at: by what became of it.
pub const DROPPED: &str = "metrics::dropped";

/// A request was refused because a quota is used up.
pub const QUOTA_REFUSED: &str = "metrics::quota_refused";

/// A queue's message that is none of ours: it goes to the dead letters.
pub const FOREIGN_MESSAGE: &str = "metrics::foreign_message";

/// A write that breaks a rule of the protocol: a fault of ours.
pub const BROKEN_INVARIANT: &str = "metrics::broken_invariant";

/// All kinds.
pub const KINDS: &[Kind] = &[
    Kind {
        target: JOB_ENDED,
        dimensions: &[&["state"], &["category"]],
        metrics: &[
            ("jobs_ended", "Count"),
            ("run_ms", "Milliseconds"),
            // From submission to the first claim.
            ("queue_wait_ms", "Milliseconds"),
            ("rows_read", "Count"),
            ("rows_written", "Count"),
            // Attempts beyond the first.
            ("retries", "Count"),
        ],
    },
    Kind {
        target: SWEPT,
        dimensions: &[&[]],
        metrics: &[
            ("requeued", "Count"),
            ("expired_leases", "Count"),
            // Ends that whoever ended the job did not announce.
            ("announced", "Count"),
            ("faulty", "Count"),
            // How long the longest overdue of them was overdue.
            ("lag_ms", "Milliseconds"),
        ],
    },
    Kind { target: DROPPED, dimensions: &[&["taken"]], metrics: &[("drops", "Count")] },
    Kind { target: QUOTA_REFUSED, dimensions: &[&[]], metrics: &[("quota_refusals", "Count")] },
    Kind { target: FOREIGN_MESSAGE, dimensions: &[&[]], metrics: &[("foreign_messages", "Count")] },
    Kind { target: BROKEN_INVARIANT, dimensions: &[&[]], metrics: &[("broken_invariants", "Count")] },
];

/// Counts a job that just ended. Time to run and rows are its last execution's.
pub fn job_ended(job: &Job) {
    let execution = job.execution();
    let run = execution.and_then(|execution| Some(execution.finished_at?.0 - execution.started_at.0));
    // A later attempt waited for the worker of the former one.
    let first = execution.filter(|execution| execution.attempt == 1);
    tracing::info!(
        target: JOB_ENDED,
        instance = %job.key.instance,
        job = %job.key.id,
        request_id = job.request_id.as_deref(),
        revision = job.revision.0,
        execution = execution.map(|execution| execution.number.0),
        attempt = execution.map(|execution| execution.attempt),
        state = %job.state,
        category = execution.and_then(|execution| execution.failure()).map_or("none", |it| it.category.name()),
        code = execution.and_then(|execution| execution.failure()).map(|failure| failure.code.as_str()),
        jobs_ended = 1,
        run_ms = run,
        queue_wait_ms = first.map(|execution| execution.started_at.0 - job.submitted_at.0),
        rows_read = execution.map(|execution| execution.progress.rows_read),
        rows_written = execution.map(|execution| execution.progress.rows_written),
        retries = execution.map(|execution| execution.attempt.saturating_sub(1)),
        "the job ended"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that would make a metric of each job, caller or request.
    const UNBOUNDED: [&str; 7] = ["job", "instance", "request_id", "execution", "uuid", "node", "name"];

    #[test]
    fn metrics_are_told_apart_by_few_values_alone() {
        for kind in KINDS {
            assert!(kind.target.starts_with(TARGETS));
            for dimension in kind.dimensions.iter().flat_map(|names| names.iter()) {
                assert!(!UNBOUNDED.contains(dimension), "{}: {dimension}", kind.target);
            }
        }
    }
}
