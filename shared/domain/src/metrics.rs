//! The service's metrics. A [`tracing`] event with one of these targets is an ordinary log line, some fields
//! of which are metrics. The deployment decides how they are counted.
//!
//! Dimensions are fields with few values. A job's or an instance's id is never a dimension, because each
//! pair of values is a metric of its own, which is billed for a month.

use crate::job::Job;

/// Prefix of all targets of metrics: such lines are logged whatever `RUST_LOG` filters.
pub const TARGETS: &str = "metrics";

/// Fields that are metrics.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The target of its events.
    pub target: &'static str,
    /// The dimensions of its metrics, one list for each combination.
    pub dimensions: &'static [&'static [&'static str]],
    /// The fields that are metrics, each with its unit; an event may lack some.
    pub metrics: &'static [(&'static str, &'static str)],
}

/// A job ended: by `state`, and by the `category` of its failure (`none` where it did not fail).
pub const JOB_ENDED: &str = "metrics::job_ended";

/// The sweeper found something to do.
pub const SWEPT: &str = "metrics::swept";

/// An inbox object was processed, by result.
pub const INBOX_OBJECT: &str = "metrics::inbox_object";

/// A request was refused because a quota was reached.
pub const QUOTA_REFUSED: &str = "metrics::quota_refused";

/// A queue's message that was not recognised: it goes to the dead-letter queue.
pub const UNRECOGNISED_MESSAGE: &str = "metrics::unrecognised_message";

/// A write that breaks a rule of the protocol: a bug.
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
            // Notices that the sweeper published in place of the worker.
            ("announced", "Count"),
            ("faulty", "Count"),
            // Overdue time of the longest overdue job.
            ("lag_ms", "Milliseconds"),
        ],
    },
    Kind { target: INBOX_OBJECT, dimensions: &[&["taken"]], metrics: &[("drops", "Count")] },
    Kind { target: QUOTA_REFUSED, dimensions: &[&[]], metrics: &[("quota_refusals", "Count")] },
    Kind { target: UNRECOGNISED_MESSAGE, dimensions: &[&[]], metrics: &[("unrecognised_messages", "Count")] },
    Kind { target: BROKEN_INVARIANT, dimensions: &[&[]], metrics: &[("broken_invariants", "Count")] },
];

/// Counts a job that ended. Run time and rows are those of its last execution.
pub fn job_ended(job: &Job) {
    let execution = job.execution();
    let run = execution.and_then(|execution| Some(execution.finished_at?.0 - execution.started_at.0));
    // A later attempt waited for the worker of the previous one.
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

    /// Names with unbounded values: each job, caller or request would become a metric.
    const UNBOUNDED: [&str; 7] = ["job", "instance", "request_id", "execution", "uuid", "node", "name"];

    #[test]
    fn dimensions_of_metrics_are_bounded() {
        for kind in KINDS {
            assert!(kind.target.starts_with(TARGETS));
            for dimension in kind.dimensions.iter().flat_map(|names| names.iter()) {
                assert!(!UNBOUNDED.contains(dimension), "{}: {dimension}", kind.target);
            }
        }
    }
}
